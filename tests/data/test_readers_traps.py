"""Traps of Amazon's files that a sample alone does not explain."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from data.errors import MissingFact
from data.readers import formats
from data.readers.base import Format
from data.readers.business_report import DOWNLOAD, sales_and_traffic
from data.readers.inbound_shipments import items, shipments
from data.readers.shipment_list import shipment_above
from data.store import Store, open_store

SAMPLES = Path(__file__).parents[1] / "samples"
FORMATS = {one.name: one for one in formats()}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.duckdb") as store:
        yield store


def _header(sample: str, delimiter: str = "\t", encoding: str = "utf-8") -> list[str]:
    return (SAMPLES / sample).read_text(encoding=encoding).splitlines()[0].split(delimiter)


def _claims(headers: list[str]) -> list[str]:
    return [one.name for one in formats() if one.match(headers).claims]


def test_business_customers_columns_are_never_taken_for_the_totals() -> None:
    headers = [
        "(Child) ASIN",
        "Units Ordered - B2B",
        "Units Ordered",
        "Ordered Product Sales - B2B",
        "Ordered Product Sales",
    ]
    found = DOWNLOAD.match(headers).found
    assert (found["units_ordered"], found["units_ordered_b2b"], found["ordered_product_sales"]) == (2, 1, 4)


@pytest.mark.parametrize("dash", ["-", "–", "—", "\u00a0–\u00a0", " - "])
def test_dashes_spaces_and_case_of_a_header_do_not_matter(dash: str) -> None:
    headers = ["(CHILD) asin", f"sessions{dash}TOTAL", "units ordered", "ordered product sales"]
    assert "sessions" in DOWNLOAD.match(headers).found


def test_the_american_and_the_european_fulfilment_fee_are_one_column() -> None:
    form = FORMATS["fee_preview"]
    american = form.match(_header("fee_preview/us_2026_31_columns.txt", encoding="latin-1"))
    future = _header("fee_preview/us_2026_31_columns.txt", encoding="latin-1").index(
        "expected-future-fulfillment-fee-per-unit"
    )
    assert american.found["fulfillment_fee"] != future
    assert american.found["future_fulfillment_fee"] == future


@pytest.mark.parametrize("name", [one.name for one in formats() if one.extract is None])
def test_reordered_and_extra_columns_do_not_hide_a_format(name: str) -> None:
    form = FORMATS[name]
    headers = [column.headers[0].rstrip("*") for column in form.columns if column.required]
    headers = list(dict.fromkeys([*headers, *form.marks]))
    match = form.match([*reversed(headers), "A new column of next year"])
    assert match.claims
    assert match.extra == ("A new column of next year",)


@pytest.mark.parametrize("name", [one.name for one in formats() if one.extract is None])
def test_a_format_without_one_of_its_columns_is_not_recognised(name: str) -> None:
    form = FORMATS[name]
    needed = [column.headers[0].rstrip("*") for column in form.columns if column.required]
    for gone in dict.fromkeys(needed):
        headers = [header for header in dict.fromkeys(needed) if header != gone] + list(form.marks)
        assert not form.match(headers).claims, f"{name} is recognised without {gone}"


def test_names_addresses_and_tax_numbers_are_not_stored() -> None:
    personal = (
        "buyer",
        "recipient",
        "ship-address",
        "bill-",
        "ship-city",
        "ship-postal",
        "cpf",
        "customer-comments",
        "phone",
    )
    for form in formats():
        for column in form.columns:
            for header in column.headers:
                assert not header.casefold().startswith(personal), f"{form.name} stores {header}"


def test_units_between_centres_have_one_name_whatever_the_report_calls_them() -> None:
    assert "fc_transfer" in FORMATS["inventory_planning"].match(["Reserved FC Transfer"]).found
    assert "fc_transfer" in FORMATS["inventory_planning"].match(["fc-transfer"]).found
    assert "fc_transfer" in FORMATS["fba_inventory"].match(["afn-fc-transfer-quantity"]).found
    assert "fc_transfer" in FORMATS["restock"].match(["FC transfer"]).found
    assert "fc_transfers" in FORMATS["reserved_inventory"].match(["reserved_fc-transfers"]).found


def test_both_spellings_of_reserved_inventory_are_one_format() -> None:
    for name in (
        "us_2026_07_9_columns",
        "us_2026_05_10_columns",
        "us_before_2026_05_9_columns",
        "de_older_8_columns_cp1252",
    ):
        assert _claims(_header(f"reserved_inventory/{name}.txt", encoding="latin-1")) == ["reserved_inventory"]


def test_overlapping_age_bands_are_never_added_twice(store: Store) -> None:
    store.load(SAMPLES / "inventory_planning/us_2026_11_99_columns.txt")
    age = store.view("stock_age", marketplace="US", sku="00417").sort_values("age_from_days")
    bands = list(zip(age["age_from_days"], age["age_to_days"].fillna(9999), strict=True))
    assert all(earlier[1] < later[0] for earlier, later in pairwise(bands))
    # 0-30 0, 31-60 0, 61-90 12, 91-180 100, 181-270 150, 271-365 60 + 40, 366-455 30, 456+ 20
    assert age["units"].sum() == 412


def test_a_later_update_of_an_order_replaces_it_whole(store: Store, tmp_path: Path) -> None:
    header, *lines = (SAMPLES / "all_orders/us_2026_34_columns.txt").read_text(encoding="utf-8").splitlines()
    store.load(_written(tmp_path / "first.txt", header, lines[0], lines[1]))
    cancelled = lines[0].replace("2026-11-09T18:00:00+00:00\tShipped", "2026-11-12T08:00:00+00:00\tCancelled")
    assert cancelled != lines[0]
    result = store.load(_written(tmp_path / "second.txt", header, cancelled))
    assert (result[0].rows, result[0].replaced) == (1, 2)
    stale = store.load(_written(tmp_path / "third.txt", header, lines[0]))
    assert (stale[0].rows, stale[0].older) == (0, 1)


def test_the_same_sku_twice_in_an_order_counts_twice_without_item_numbers(store: Store) -> None:
    store.load(SAMPLES / "all_orders/us_2026_33_columns.txt", marketplace="US")
    sales = store.view("weekly_sales", marketplace="US", sku="HP-MUG-BLU")
    # two equal lines of one order and 50 units of a multi-channel order; a line of 3 units is cancelled
    assert _units(sales) == {"2026-05-11": 52}


def test_orders_that_the_seller_ships_are_no_demand_on_fba(store: Store) -> None:
    store.load(SAMPLES / "all_orders/us_2026_33_columns.txt", marketplace="US")
    sales = store.view("weekly_sales", marketplace="US", sku="HP-PAN-10")
    assert (sales["units"].sum(), sales["merchant_units"].sum()) == (0, 1)


def test_a_wrong_country_tells_a_row_that_slid_across_columns(store: Store) -> None:
    result = store.load(SAMPLES / "restock/us_2026_30_columns.txt")
    assert (result[0].rows, result[0].set_aside) == (3, 1)
    assert store.set_aside()["column"].tolist() == ["Country"]


def test_a_capped_cover_of_365_plus_days_is_365(store: Store, tmp_path: Path) -> None:
    headers = _header("restock/us_2026_30_columns.txt")
    row = dict.fromkeys(headers, "1") | {
        "Country": "US",
        "Recommended ship date": "",
        "Total Days of Supply (including units from open shipments)": "365+",
        "Days of Supply at Amazon Fulfillment Network": "/",
    }
    path = tmp_path / "restock.txt"
    path.write_text("\n".join(["\t".join(headers), "\t".join(row[name] for name in headers)]))
    (result,) = store.load(path, snapshot_date=date(2026, 6, 30))
    assert (result.rows, result.set_aside, result.cells) == (1, 0, 0)
    kept = store._connection.execute("SELECT total_days_of_supply, days_of_supply FROM records.restock").fetchall()
    assert kept == [(365.0, None)]


LEDGER = "Date\tFNSKU\tASIN\tMSKU\tTitle\tDisposition\tReceipts\tEnding Warehouse Balance\tLocation"
EVENTS = "Date\tFNSKU\tMSKU\tEvent Type\tReference ID\tQuantity\tDisposition\tCountry\tFulfillment Center"


def _ledger(path: Path, *rows: tuple[str, str, int], header: str = LEDGER) -> Path:
    lines = [f"{day}\tX1\tB1\tA\tMug\tSELLABLE\t0\t{units}\t{place}" for day, place, units in rows]
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


@pytest.mark.parametrize("marketplace", ["DE", "UK", "JP", "US"])
def test_a_ledger_writes_month_first_in_every_marketplace(store: Store, tmp_path: Path, marketplace: str) -> None:
    """Days up to 12 do not say their order; the rest of Europe's reports write the day first."""
    path = _ledger(tmp_path / "ledger.txt", ("06/03/2026", "", 40), ("06/04/2026", "", 37), ("6/5/2026", "", 30))
    (result,) = store.load(path, marketplace=marketplace)
    assert result.period == (date(2026, 6, 3), date(2026, 6, 5))
    events = tmp_path / "events.txt"
    events.write_text(EVENTS + "\n06/03/2026\tX1\tA\tReceipts\tFBA1\t12\tSELLABLE\tDE\tFRA3\n")
    (result,) = store.load(events, marketplace=marketplace)
    assert result.period == (date(2026, 6, 3), date(2026, 6, 3))


def test_a_ledger_that_shows_the_day_first_is_read_so(store: Store, tmp_path: Path) -> None:
    path = _ledger(tmp_path / "ledger.txt", ("03/06/2026", "", 40), ("13/06/2026", "", 37))
    (result,) = store.load(path, marketplace="DE")
    assert result.period == (date(2026, 6, 3), date(2026, 6, 13))


def test_one_ledger_of_north_america_tells_its_marketplaces_apart(store: Store, tmp_path: Path) -> None:
    rows = [("06/03/2026", place, units) for place, units in (("US", 40), ("CA", 7), ("MX", 0), ("PHX6", 5), ("", 2))]
    (result,) = store.load(_ledger(tmp_path / "ledger.txt", *rows), marketplace="US")
    assert (result.rows, result.marketplaces) == (5, ("CA", "MX", "US"))
    stock = store.view("daily_stock")
    assert dict(stock[["marketplace", "units"]].values.tolist()) == {"CA": 7, "MX": 0, "US": 47}
    events = tmp_path / "events.txt"
    row = "06/03/2026\tX1\tA\tReceipts\tFBA{0}\t12\tSELLABLE\t{0}\tYYZ1\n"
    events.write_text(EVENTS + "\n" + row.format("CA") + row.format("US"))
    store.load(events, marketplace="US")
    assert store.view("inbound_history")["marketplace"].tolist() == ["CA", "US"]


def test_a_european_ledger_stays_with_the_marketplace_it_was_loaded_for(store: Store, tmp_path: Path) -> None:
    """Stock in Poland is sold in Germany."""
    path = _ledger(tmp_path / "ledger.txt", ("06/03/2026", "DE", 40), ("06/03/2026", "PL", 7))
    (result,) = store.load(path, marketplace="DE")
    assert result.marketplaces == ("DE",)
    assert store.view("daily_stock")["units"].tolist() == [47]


def test_a_ledger_without_any_marketplace_asks_for_it(store: Store, tmp_path: Path) -> None:
    with pytest.raises(MissingFact, match="--marketplace"):
        store.load(_ledger(tmp_path / "ledger.txt", ("06/03/2026", "DE", 40)))


def test_dated_promotional_columns_are_ignored_and_named_once(store: Store) -> None:
    result = store.load(SAMPLES / "restock/us_2023_promotional_columns.txt")
    assert len(result[0].ignored_columns) == 12


def test_a_shipment_is_named_by_the_lines_above_its_contents() -> None:
    assert shipment_above([["Shipment ID", "FBA1"], ["Name", "x"]]) == {"shipment": "FBA1"}
    assert shipment_above([["Shipment ID"], ["Name", "x"]]) == {}


def test_pages_of_an_answer_are_one_table() -> None:
    page = {
        "payload": {"ItemData": [{"ShipmentId": "FBA1", "SellerSKU": "A", "QuantityShipped": 3, "QuantityReceived": 0}]}
    }
    bare = page["payload"]
    found = items([page, bare])
    assert found is not None
    assert [row[:2] for row in found[1]] == [["FBA1", "A"], ["FBA1", "A"]]
    assert [row[3:5] for row in found[1]] == [["3", "0"], ["3", "0"]]
    assert shipments(page) is None


def test_an_answer_by_parent_asin_has_no_child_column() -> None:
    document = {"salesAndTrafficByAsin": [{"parentAsin": "B0", "salesByAsin": {"unitsOrdered": 1}}]}
    found = sales_and_traffic(document)
    assert found is not None
    match = FORMATS["sales_and_traffic"].match(found[0])
    assert (match.claims, match.missing) == (False, ("childAsin",))


@pytest.mark.parametrize(
    "document", [None, [], {}, {"salesAndTrafficByDate": []}, {"payload": {}}, {"payload": {"ItemData": 3}}, 7]
)
def test_other_documents_are_not_claimed(document: object) -> None:
    assert [one.name for one in formats() if one.extract is not None and one.extract(document) is not None] == []


def test_every_format_says_where_it_comes_from_and_how_often() -> None:
    for one in formats():
        assert one.where and one.how_often, one.name


@pytest.mark.parametrize("one", formats(), ids=lambda one: one.name)
def test_every_format_is_in_the_list_of_reports(one: Format) -> None:
    page = (Path(__file__).parents[2] / "docs/reports.md").read_text(encoding="utf-8")
    assert f"`{one.name}`" in page


def _written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _units(sales: pd.DataFrame) -> dict[str, int]:
    return {str(week)[:10]: int(units) for week, units in zip(sales["week"], sales["units"], strict=True) if units}
