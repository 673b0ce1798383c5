"""Templates: what is written can be filled in, explains itself, is never overwritten and reads back."""

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.readers import formats
from data.readers.base import normal
from data.store import Store, open_store
from data.templates import Template, template, templates, write_template, write_templates

ALL = {one.name: one for one in templates()}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store.duckdb") as store:
        yield store


def _example(one: Template) -> dict[str, str]:
    return {column.column.name: column.example for column in one.columns}


def test_all_templates_are_written_once_and_never_overwritten(tmp_path: Path) -> None:
    written = write_templates(tmp_path, ("xlsx", "csv"))
    assert {path.name for path in written} == {f"{name}.{kind}" for name in ALL for kind in ("xlsx", "csv")}
    mine = tmp_path / "catalogue.csv"
    mine.write_text("SKU\nmine\n", encoding="utf-8")
    (tmp_path / "suppliers.xlsx").unlink()
    assert write_templates(tmp_path, ("xlsx", "csv")) == [tmp_path / "suppliers.xlsx"]
    assert mine.read_text(encoding="utf-8") == "SKU\nmine\n"


def test_an_unknown_template_is_answered_with_those_there_are() -> None:
    with pytest.raises(KeyError, match="catalogue, open_purchase_orders"):
        template("stock")


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.name)
def test_the_empty_template_is_recognised_by_its_reader_alone(one: Template) -> None:
    headers = [column.header for column in one.columns]
    assert [form.name for form in formats() if form.match(headers).claims] == [one.name]


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.name)
def test_the_workbook_explains_every_column_and_guides_typing(one: Template, tmp_path: Path) -> None:
    path = tmp_path / f"{one.name}.xlsx"
    assert write_template(path, one.name)
    book = openpyxl.load_workbook(path)
    sheet, explained = book.worksheets
    assert [cell.value for cell in sheet[1]] == [column.header for column in one.columns]
    assert sheet.freeze_panes is not None
    assert sheet.freeze_panes.endswith("2")
    rows = {row[0]: row for row in explained.iter_rows(min_row=6, values_only=True)}
    lists = {str(rule.sqref).split(":")[0].rstrip("0123456789"): rule for rule in sheet.data_validations.dataValidation}
    for cell, column in zip(sheet[1], one.columns, strict=True):
        _, must, meaning, _, allowed, example = rows[column.header]
        assert (meaning, example) == (column.meaning, column.example)
        assert must.startswith("yes") == column.column.needed
        if column.allowed:
            assert allowed == ", ".join(column.allowed)
            assert lists[cell.column_letter].formula1 == f'"{",".join(column.allowed)}"'
            assert len(lists[cell.column_letter].formula1) <= 255, "Excel refuses longer lists"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("one", templates(), ids=lambda one: one.name)
def test_the_examples_of_a_template_are_valid_rows(one: Template, kind: str, store: Store, tmp_path: Path) -> None:
    path = tmp_path / f"{one.name}.{kind}"
    write_template(path, one.name, [_example(one)])
    result = next(result for result in store.load(path) if result.format)
    assert (result.format, result.rows, result.set_aside, result.cells) == (one.name, 1, 0, 0)
    assert result.ignored_columns == ()


@pytest.mark.parametrize("one", templates(), ids=lambda one: one.name)
def test_units_and_limits_are_stated_for_numbers(one: Template) -> None:
    for column in one.columns:
        if column.column.kind in ("integer", "decimal", "money", "share"):
            assert column.column.low is not None and column.column.high is not None, column.header
            assert column.unit or column.column.name == "uplift", column.header
        assert column.meaning and column.example, column.header


def test_no_two_columns_of_a_template_have_one_header() -> None:
    for one in templates():
        headers = [normal(column.header) for column in one.columns]
        assert len(headers) == len(set(headers)), one.name


def test_texts_stay_texts_whatever_they_begin_with(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.xlsx"
    write_template(
        path, "catalogue", [{"sku": "=cmd()", "title": "+1", "supplier": "@x", "unit_cost": 1.5, "case_pack": 2}]
    )
    cells = {cell.value: cell.data_type for cell in openpyxl.load_workbook(path).worksheets[0][2]}
    assert (cells["=cmd()"], cells["+1"], cells["@x"], cells[1.5]) == ("s", "s", "s", "n")


def test_dates_and_zeros_survive_the_workbook(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.xlsx"
    row = {"sku": "00417", "supplier": "S", "unit_cost": 1.05, "case_pack": 6, "launch_date": dt.date(2025, 3, 1)}
    write_template(path, "catalogue", [{**row, "marketplace": "US"}])
    store.load(path)
    loaded = store.view("catalogue").iloc[0]
    assert (loaded["sku"], str(loaded["launch_date"])[:10], loaded["unit_cost"]) == ("00417", "2025-03-01", 1.05)


@pytest.mark.parametrize("files", ["ro", "or", "oror"])
def test_past_receipts_and_open_lines_of_one_order_live_side_by_side(store: Store, tmp_path: Path, files: str) -> None:
    order: dict[str, Any] = {"order_number": "PO-1", "marketplace": "US", "sku": "A", "supplier": "S", "quantity": 100}
    receipt = {**order, "received": 40, "ordered_on": "2026-03-02", "received_on": "2026-05-15"}
    still_open = {**order, "received": 40, "destination": "FBA", "expected_on": "2026-12-01"}
    write_template(tmp_path / "r.csv", "past_receipts", [receipt])
    write_template(tmp_path / "o.csv", "open_purchase_orders", [still_open])
    for name in files:
        store.load(tmp_path / f"{name}.csv")
    assert store.view("open_orders")[["order_number", "quantity", "received"]].values.tolist() == [["PO-1", 100, 40]]
    assert store.view("inbound_history")[["reference", "received"]].values.tolist() == [["PO-1", 40]]


def test_a_shorter_list_of_receipts_loses_none_of_an_order(store: Store, tmp_path: Path) -> None:
    """After each arrival the planner may list only what arrived, whatever else the file reaches over."""
    line: dict[str, Any] = {
        "marketplace": "US",
        "sku": "A",
        "supplier": "S",
        "quantity": 100,
        "ordered_on": "2026-03-02",
    }
    first = [{**line, "order_number": "PO-1", "received": 40, "received_on": "2026-05-15"}]
    later = [
        {**line, "order_number": "PO-1", "received": 60, "received_on": "2026-06-20"},
        {**line, "order_number": "PO-0", "received": 9, "received_on": "2026-04-01"},
    ]
    earlier = [{**line, "order_number": "PO-1", "sku": "B", "received": 5, "received_on": "2026-05-10"}]
    for number, rows in enumerate((first, later, earlier)):
        write_template(tmp_path / f"{number}.csv", "past_receipts", rows)
        (result,) = store.load(tmp_path / f"{number}.csv")
        assert (result.older, result.replaced) == (0, 0)
    assert sorted(store.view("inbound_history")["received"]) == [5, 9, 40, 60]


def test_a_list_that_is_changed_back_counts_again(store: Store, tmp_path: Path) -> None:
    row: dict[str, Any] = {"marketplace": "US", "sku": "A", "supplier": "S", "case_pack": 1}
    for name, cost in (("a", 1.0), ("b", 2.0)):
        write_template(tmp_path / f"{name}.csv", "catalogue", [{**row, "unit_cost": cost}])
    again = []
    for name in "abaa":
        (result,) = store.load(tmp_path / f"{name}.csv")
        again.append((result.already_loaded, store.view("catalogue")["unit_cost"].tolist()))
    assert again == [(False, [1.0]), (False, [2.0]), (False, [1.0]), (True, [1.0])]


def test_a_list_of_open_orders_replaces_the_earlier_rows_of_an_order(store: Store, tmp_path: Path) -> None:
    line: dict[str, Any] = {
        "order_number": "PO-1",
        "marketplace": "US",
        "supplier": "S",
        "destination": "FBA",
        "quantity": 10,
    }
    write_template(tmp_path / "a.csv", "open_purchase_orders", [{**line, "sku": "A"}, {**line, "sku": "B"}])
    write_template(tmp_path / "b.csv", "open_purchase_orders", [{**line, "sku": "A", "quantity": 30}])
    store.load(tmp_path / "a.csv")
    store.load(tmp_path / "b.csv")
    assert store.view("open_orders")[["sku", "quantity"]].values.tolist() == [["A", 30]]


def test_a_sku_may_arrive_in_two_parts_of_one_order(store: Store, tmp_path: Path) -> None:
    line: dict[str, Any] = {
        "order_number": "PO-1",
        "marketplace": "US",
        "sku": "A",
        "supplier": "S",
        "destination": "FBA",
    }
    parts = [{**line, "quantity": 10, "expected_on": day} for day in ("2026-12-01", "2026-12-20", "2026-12-20")]
    write_template(tmp_path / "o.csv", "open_purchase_orders", parts)
    store.load(tmp_path / "o.csv")
    assert store.view("open_orders")["quantity"].tolist() == [10, 10], "the line that stands twice counts once"


def test_an_unknown_marketplace_never_becomes_all_of_them(store: Store, tmp_path: Path) -> None:
    row = {"sku": "A", "supplier": "S", "unit_cost": 1.0, "case_pack": 1}
    rows = [{**row, "marketplace": "Atlantis"}, {**row, "marketplace": "Germany"}, {**row, "sku": "B"}]
    write_template(tmp_path / "catalogue.csv", "catalogue", rows)
    (result,) = store.load(tmp_path / "catalogue.csv")
    assert (result.rows, result.set_aside, result.cells) == (2, 1, 0)
    told = store.set_aside().iloc[0]
    assert str(told["file"]).endswith("catalogue.csv")
    assert (told["line"], told["column"], told["value"]) == (2, "Marketplace", "Atlantis")
    assert "is not a marketplace" in told["reason"]
    assert "AE, AU, BE" in told["what_to_do"] and "leave the cell blank" in told["what_to_do"]
    assert set(store.view("catalogue")["marketplace"]) == {"DE"}


def test_an_unreadable_sku_of_a_promotion_never_becomes_the_whole_shop(store: Store, tmp_path: Path) -> None:
    deal = {"marketplace": "US", "start_date": "2026-11-26", "end_date": "2026-11-30", "kind": "coupon"}
    write_template(tmp_path / "promotions.csv", "promotions", [{**deal, "sku": "x" * 300}, {**deal, "sku": "A"}])
    (result,) = store.load(tmp_path / "promotions.csv")
    assert (result.rows, result.set_aside) == (1, 1)
    assert store.view("promotions")["sku"].tolist() == ["A"]


@pytest.mark.parametrize("marketplace", ["US", None])
def test_catalogue_rows_that_contradict_are_both_set_aside(
    store: Store, tmp_path: Path, marketplace: str | None
) -> None:
    first: dict[str, Any] = {"marketplace": marketplace, "sku": "A", "supplier": "S", "unit_cost": 1.0, "case_pack": 1}
    other, elsewhere = {**first, "sku": "B"}, {**first, "marketplace": "DE", "unit_cost": 9.0}
    rows = [first, other, {**first, "unit_cost": 2.0}, other, elsewhere]
    write_template(tmp_path / "catalogue.csv", "catalogue", rows)
    (result,) = store.load(tmp_path / "catalogue.csv", marketplace="US")
    assert (result.rows, result.set_aside) == (2, 2), "B stands twice alike and counts once"
    told = store.set_aside()
    assert told["line"].tolist() == [2, 4]
    assert ["on line 4" in told["reason"][0], "on line 2" in told["reason"][1]] == [True, True]
    assert told["what_to_do"].str.contains("Keep the right one").all()
    assert store.view("catalogue", marketplace="DE", sku="A")["unit_cost"].tolist() == [9.0]
    assert "A" not in set(store.view("catalogue", marketplace="US")["sku"])


def test_a_corrected_catalogue_is_not_held_back_by_the_contradiction_before(store: Store, tmp_path: Path) -> None:
    row: dict[str, Any] = {"marketplace": "US", "sku": "A", "supplier": "S", "unit_cost": 1.0, "case_pack": 1}
    write_template(tmp_path / "a.csv", "catalogue", [row])
    write_template(tmp_path / "b.csv", "catalogue", [{**row, "unit_cost": 2.0}, {**row, "unit_cost": 3.0}])
    write_template(tmp_path / "c.csv", "catalogue", [{**row, "unit_cost": 4.0}])
    costs = []
    for name in "abc":
        store.load(tmp_path / f"{name}.csv")
        costs.append(store.view("catalogue")["unit_cost"].tolist())
    assert costs == [[1.0], [1.0], [4.0]], "two lines that contradict change nothing"


def test_the_explanation_sheet_is_passed_over_in_silence(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.xlsx"
    write_template(path, "catalogue", [{"sku": "A", "supplier": "S", "unit_cost": 1.0, "case_pack": 1}])
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[1] == "Explanation"
    book.create_sheet("My notes").append(["call the factory"])
    book.save(path)
    results = store.load(path, marketplace="US")
    assert [(one.format, one.rows) for one in results] == [("catalogue", 1), ("", 0)]
    assert results[1].file.endswith("My notes")


def test_limits_in_the_workbook_are_written_in_digits(tmp_path: Path) -> None:
    for one in templates():
        write_template(tmp_path / f"{one.name}.xlsx", one.name)
        sheet = openpyxl.load_workbook(tmp_path / f"{one.name}.xlsx").worksheets[0]
        said = [rule.error for rule in sheet.data_validations.dataValidation if rule.error]
        assert not [text for text in said if "e+" in text], one.name


def test_limits_in_a_message_are_written_in_digits(store: Store, tmp_path: Path) -> None:
    row = {"sku": "A", "supplier": "S", "unit_cost": 1e9, "case_pack": 10_000_000}
    write_template(tmp_path / "catalogue.csv", "catalogue", [row])
    store.load(tmp_path / "catalogue.csv", marketplace="US")
    said = dict(store.set_aside()[["column", "reason"]].values.tolist())
    assert "from 0 to 10,000,000" in said["Unit cost"]
    assert "from 1 to 1,000,000" in said["Case pack"]


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=40)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(skus=st.lists(_TEXT, min_size=1, max_size=5, unique=True), title=_TEXT)
def test_any_text_comes_back_from_both_files_as_it_was(
    skus: list[str], title: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    rows = [{"sku": sku, "title": title, "supplier": "S", "unit_cost": 1.0, "case_pack": 1} for sku in skus]
    write_template(folder / "c.xlsx", "catalogue", rows)
    write_template(folder / "c.csv", "catalogue", rows)
    sheet = openpyxl.load_workbook(folder / "c.xlsx").worksheets[0]
    column = [cell.value for cell in sheet[1]].index("SKU") + 1
    assert [sheet.cell(number, column).value for number in range(2, 2 + len(skus))] == skus
    with (folder / "c.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["SKU"] for row in csv.DictReader(file)] == skus
