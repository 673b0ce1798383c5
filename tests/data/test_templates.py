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


def test_past_receipts_and_open_lines_of_one_order_live_side_by_side(store: Store, tmp_path: Path) -> None:
    order: dict[str, Any] = {"order_number": "PO-1", "marketplace": "US", "sku": "A", "supplier": "S", "quantity": 100}
    receipt = {**order, "received": 40, "ordered_on": "2026-03-02", "received_on": "2026-05-15"}
    still_open = {**order, "received": 40, "destination": "FBA", "expected_on": "2026-12-01"}
    write_template(tmp_path / "r.csv", "past_receipts", [receipt])
    write_template(tmp_path / "o.csv", "open_purchase_orders", [still_open])
    store.load(tmp_path / "r.csv")
    store.load(tmp_path / "o.csv")
    assert store.view("open_orders")[["order_number", "quantity", "received"]].values.tolist() == [["PO-1", 100, 40]]
    assert store.view("inbound_history")[["reference", "received"]].values.tolist() == [["PO-1", 40]]


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
