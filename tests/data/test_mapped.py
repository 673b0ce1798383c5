"""Other systems: a small mapping, proposed from the header, long or wide."""

from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.errors import BadMapping
from data.files import open_parts
from data.mapped import Mapping, header_date, mapping_text, propose_mapping, read_mapping
from data.store import Store

WEEKS = ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"]


def propose(path: Path, tmp_path: Path) -> Mapping:
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    return propose_mapping(open_parts(path, work)[0])


def wide_file(tmp_path: Path, cells: list[list[str]], name: str = "sales.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(",".join(row) for row in [["Store", "Product", *WEEKS], *cells]) + "\n")
    return path


def test_a_wide_table_of_weeks(shop: Store, tmp_path: Path) -> None:
    path = wide_file(tmp_path, [["0", "126", "3", "0", "", "5"], ["1", "126", "1", "1", "1", "1.5"]])
    mapping = propose(path, tmp_path)
    assert (mapping.kind, mapping.layout, mapping.period) == ("sales", "wide", "week")
    assert mapping.columns == {"sku": ["Store", "Product"]}
    (result,) = shop.load(path, mapping=mapping, marketplace="UK")
    assert (result.rows, result.set_aside, result.period) == (7, 0, (date(2026, 1, 5), date(2026, 2, 1)))
    sales = shop.view("weekly_sales", sku="0-126").set_index("week")["units"]
    assert sales.to_dict() == {pd.Timestamp(week): units for week, units in zip(WEEKS, [3, 0, 0, 5], strict=True)}
    assert set(shop.view("weekly_sales")["source"]) == {"mapped"}


def test_a_wide_table_of_stock_is_not_taken_for_sales(tmp_path: Path) -> None:
    cells = [["0", "126", "3", "0", "2", "5"]]
    assert propose(wide_file(tmp_path, cells, "stock on hand.csv"), tmp_path).kind == "stock"


def test_a_wide_table_of_flags_is_availability(shop: Store, tmp_path: Path) -> None:
    path = wide_file(tmp_path, [["0", "126", "True", "False", "True", "True"]])
    mapping = propose(path, tmp_path)
    assert mapping.kind == "availability"
    shop.load(path, mapping=mapping, marketplace="UK")
    found = shop.view("weekly_availability")
    assert found["availability"].tolist() == [1, 0, 1, 1]
    assert set(found["source"]) == {"mapped"}


def test_a_long_parquet_table(shop: Store, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"unique_id": ["A"] * 4, "ds": pd.to_datetime(WEEKS), "y": [1.0, 2, 0, 4], "price": [2.0, 2, None, 3]}
    )
    path = tmp_path / "train.parquet"
    frame.to_parquet(path)
    mapping = propose(path, tmp_path)
    assert (mapping.period, mapping.columns["units"]) == ("week", "y")
    shop.load(path, mapping=mapping.model_copy(update={"marketplace": "UK", "currency": "GBP"}))
    sales = shop.view("weekly_sales")
    assert sales["units"].tolist() == [1, 2, 0, 4]
    assert sales["revenue"].fillna(-1).tolist() == [2, 4, -1, 12]
    assert set(sales["currency"].dropna()) == {"GBP"}


def test_money_without_a_currency_is_the_marketplaces(shop: Store, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("sku,week,units,price\nA,2026-01-05,3,2.5\nA,2026-01-12,4,2.5\nA,2026-01-19,4,2.5\n")
    mapping = propose(path, tmp_path)
    shop.load(path, mapping=mapping, marketplace="UK")
    assert set(shop.view("weekly_sales")["currency"]) == {"GBP"}
    shop.load(path, mapping=mapping.model_copy(update={"currency": "EUR"}), marketplace="UK")
    assert set(shop.view("weekly_sales")["currency"]) == {"EUR"}


@pytest.mark.parametrize(
    ("name", "header", "kind"),
    [
        ("stock.csv", "sku,day,units", "stock"),
        ("Lagerbestand 05.csv", "Artikel,Datum,Menge", "stock"),
        ("stock sold.csv", "sku,day,units,price", "sales"),
        ("sales.csv", "sku,day,units", "sales"),
        ("june.csv", "sku,day,on hand", "stock"),
    ],
)
def test_a_list_of_stock_is_not_proposed_as_sales(tmp_path: Path, name: str, header: str, kind: str) -> None:
    path = tmp_path / name
    path.write_text(f"{header}\nA,2026-01-05,3,1\nB,2026-01-05,4,1\n")
    assert propose(path, tmp_path).kind == kind


def test_weeks_that_are_named_by_their_last_day(shop: Store, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("sku;week ending;units\nA;11.01.2026;7\nA;18.01.2026;8,5\n")
    mapping = Mapping(
        name="erp", period="week", named_by="last_day", marketplace="DE",
        columns={"sku": "sku", "day": "week ending", "units": "units"},
    )  # fmt: skip
    (result,) = shop.load(path, mapping=mapping)
    assert result.period == (date(2026, 1, 5), date(2026, 1, 18))
    assert shop.view("weekly_sales")["units"].tolist() == [7, 8.5]


def test_a_worksheet(shop: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [["SKU", "Date", "Qty"], ["A", date(2026, 1, 5), 3], ["A", date(2026, 1, 6), "many"]]:
        book.active.append(row)
    path = tmp_path / "sales.xlsx"
    book.save(path)
    (result,) = shop.load(path, mapping=propose(path, tmp_path), marketplace="US")
    assert (result.rows, result.cells) == (2, 1)


def test_a_newer_file_supersedes_the_periods_it_covers(shop: Store, tmp_path: Path) -> None:
    first = wide_file(tmp_path, [["0", "126", "3", "0", "1", "5"]])
    second = wide_file(tmp_path, [["0", "126", "4", "0", "1", "5"]], "newer.csv")
    mapping = propose(first, tmp_path)
    shop.load(first, mapping=mapping, marketplace="UK")
    (result,) = shop.load(second, mapping=mapping, marketplace="UK")
    assert (result.rows, result.replaced) == (4, 4)
    assert shop.view("weekly_sales")["units"].tolist() == [4, 0, 1, 5]


def test_the_proposal_can_be_written_and_read_back(tmp_path: Path) -> None:
    mapping = propose(wide_file(tmp_path, [["0", "126", "3", "0", "1", "5"]]), tmp_path)
    path = tmp_path / "mapping.toml"
    path.write_text(mapping_text(mapping))
    assert read_mapping(path) == mapping
    assert 'marketplace = "US"' in path.read_text()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("name = 1", "name"),
        ('name = "a"\nkind = "wishes"\n[columns]\nsku = "a"', "kind"),
        ('name = "a"\n[columns]\nday = "d"\nunits = "u"', "needs sku"),
        ('name = "a"\n[columns]\nsku = "s"', "needs day"),
        ('name = "a"\n[columns]\nsku = "s"\nday = "d"\nunits = "u"\ncolour = "c"', "colour"),
        ("not toml at all", "cannot be read"),
    ],
)
def test_a_wrong_mapping_names_the_key(tmp_path: Path, written: str, says: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(written)
    with pytest.raises(BadMapping, match=says):
        read_mapping(path)


def test_a_mapping_that_does_not_fit_names_the_missing_column(shop: Store, tmp_path: Path) -> None:
    path = wide_file(tmp_path, [["0", "126", "3", "0", "1", "5"]])
    mapping = Mapping(name="erp", columns={"sku": "Artikel", "day": "Tag", "units": "Menge"})
    with pytest.raises(BadMapping, match="Artikel"):
        shop.load(path, mapping=mapping, marketplace="UK")


def test_a_header_that_says_nothing_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("alpha,beta\n1,2\n")
    with pytest.raises(BadMapping, match="does not show"):
        propose(path, tmp_path)


@pytest.mark.parametrize(
    "header", ["2026-01-05", "2026/1/5", "20260105", "05.01.2026", "01/05/2026", "2026-01-05 00:00:00"]
)
def test_headers_that_are_dates(header: str) -> None:
    assert header_date(header) == date(2026, 1, 5)


@pytest.mark.parametrize("header", ["Store", "2026", "13/13/2026", "1900-01-01", "2026-02-30", ""])
def test_headers_that_are_no_dates(header: str) -> None:
    assert header_date(header) is None
