"""The plan workbook: typed cells, live totals, guarded sheets, the planner's columns open, both languages."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from reports.bundle import PlanReport
from reports.errors import DocumentDiffers
from reports.plan import workbook as module
from reports.plan.columns import ALL, BUY, SHIP, buy_rows, watch_rows
from reports.plan.verify import verify_plan_workbook
from reports.plan.workbook import plan_workbook
from reports.sheets import to_bytes
from reports.table import FIRST_ROW, HEADER_ROW, TOTAL_ROW

SHEETS = [
    "Summary",
    "Ship now",
    "Buy now",
    "Watch list",
    "All SKUs",
    "Forecast",
    "What changed",
    "Assumptions",
    "_plan",
]
TABLES = SHEETS[1:-1]


@pytest.fixture(scope="module")
def content(report: PlanReport) -> bytes:
    return plan_workbook(report)


@pytest.fixture(scope="module")
def book(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def column_of(sheet: Any, head: str) -> int:
    return next(cell.column for cell in sheet[HEADER_ROW] if cell.value == head)


def values(sheet: Any, head: str) -> list[Any]:
    column = column_of(sheet, head)
    return [sheet.cell(row, column).value for row in range(FIRST_ROW, sheet.max_row + 1)]


def test_it_has_the_eight_sheets_and_says_which_plan_it_is(book: Workbook, report: PlanReport) -> None:
    assert book.sheetnames == SHEETS
    assert book["_plan"].sheet_state == "hidden"
    assert book["_plan"]["B1"].value == report.meta.plan_id
    for name in TABLES:
        assert report.meta.plan_id in book[name]["A1"].value
    properties = {p.name: p.value for p in book.custom_doc_props.props}
    assert properties["replenish_plan_id"] == report.meta.plan_id


def test_every_line_and_every_item_is_there_once(book: Workbook, report: PlanReport) -> None:
    assert len(values(book["Ship now"], "SKU")) == len(report.decision.shipments)
    assert len(values(book["Buy now"], "SKU")) == len(report.decision.purchases)
    assert len(values(book["Watch list"], "SKU")) == len(watch_rows(report))
    for name in ("All SKUs", "Forecast"):
        found = zip(values(book[name], "Marketplace"), values(book[name], "SKU"), strict=True)
        assert sorted(f"{place}/{sku}" for place, sku in found) == sorted(report.items)


def test_cells_are_typed(book: Workbook) -> None:
    sheet = book["Buy now"]
    for head, kind in (("Planned units", "n"), ("Unit price", "n"), ("Sellable from", "d"), ("SKU", "s")):
        assert {sheet.cell(row, column_of(sheet, head)).data_type for row in range(FIRST_ROW, sheet.max_row + 1)} == {
            kind
        }
    assert sheet.cell(FIRST_ROW, column_of(sheet, "SKU")).number_format == "@"
    assert sheet.cell(FIRST_ROW, column_of(sheet, "Sellable from")).number_format == "yyyy-mm-dd"


def test_no_text_of_the_seller_becomes_a_formula(book: Workbook, report: PlanReport) -> None:
    ours = {column.head for column in (*SHIP, *BUY, *ALL) if column.formula}
    for sheet in book.worksheets[1:-1]:
        for row in sheet.iter_rows(min_row=FIRST_ROW):
            for cell in row:
                if cell.data_type == "f":
                    assert sheet.cell(HEADER_ROW, cell.column).value in ours
    hostile = [sku for sku in report.catalogue["sku"] if sku.startswith(("=", "+"))]
    assert set(hostile) <= set(values(book["All SKUs"], "SKU"))
    assert "=1+1" in values(book["Assumptions"], "Topic") + values(book["Assumptions"], "Value")


@pytest.mark.parametrize("name", ["Ship now", "Buy now", "All SKUs"])
def test_only_the_planners_columns_are_open(book: Workbook, name: str) -> None:
    sheet = book[name]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert not sheet.protection.autoFilter  # allowed
    opened = {sheet.cell(HEADER_ROW, cell.column).value for cell in sheet[FIRST_ROW] if not cell.protection.locked}
    wanted = {"Hold", "Demand multiplier", "From", "Until", "Your note"}
    wanted |= {"Ship now": {"Your shipment units"}, "Buy now": {"Your order units"}}.get(name, set())
    assert opened == wanted
    assert all(sheet.cell(FIRST_ROW, column_of(sheet, head)).value is None for head in opened)
    kinds = sorted(check.type for check in sheet.data_validations.dataValidation)
    assert kinds == sorted(["list", "decimal", "date", "date", *(["whole"] if name != "All SKUs" else [])])


def test_headers_stay_in_view_are_filtered_and_repeat_on_paper(book: Workbook) -> None:
    for name in TABLES:
        sheet = book[name]
        assert sheet.freeze_panes == f"D{FIRST_ROW}"
        assert sheet.auto_filter.ref.startswith(f"A{HEADER_ROW}:")
        assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.paperSize, "&P" in sheet.oddFooter.right.text) == (9, True)


def test_paper_can_be_letter(report: PlanReport) -> None:
    book = load_workbook(BytesIO(plan_workbook(report, paper="Letter")))
    assert {sheet.page_setup.paperSize for sheet in book.worksheets[:-1]} == {1}


def test_risks_and_cover_are_coloured_and_money_has_charts(book: Workbook) -> None:
    rules = [rule for part in book["Buy now"].conditional_formatting for rule in part.rules]
    assert {rule.type for rule in rules} == {"cellIs", "expression"}
    charts = book["Summary"]._charts
    assert [type(chart).__name__ for chart in charts] == ["BarChart", "LineChart"]


def test_libreoffice_comes_to_the_plans_totals(
    content: bytes, report: PlanReport, recalculate: Callable[[bytes], Workbook]
) -> None:
    book = recalculate(content)
    buy, ship, bought, shipped = book["Buy now"], book["Ship now"], report.decision.purchases, report.decision.shipments

    def total(sheet: Any, head: str) -> float:
        return float(sheet.cell(TOTAL_ROW, column_of(sheet, head)).value)

    assert total(buy, "Units to order") == bought["quantity"].sum()
    assert total(buy, "Landed cost") == pytest.approx(bought["landed_cost"].sum(), abs=0.01)
    assert total(buy, "Cartons") == pytest.approx(bought["cartons"].sum())
    assert total(ship, "Volume m³") == pytest.approx(shipped["volume_m3"].sum())
    assert total(ship, "Weight kg") == pytest.approx(shipped["weight_kg"].sum())
    amounts = dict(
        zip(zip(values(buy, "Marketplace"), values(buy, "SKU"), strict=True), values(buy, "Amount"), strict=True)
    )
    expected = {
        tuple(item.split("/", 1)): amount for item, amount in zip(bought["item"], bought["amount"], strict=True)
    }
    assert amounts == pytest.approx(expected, abs=0.006)
    assert not [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.data_type == "e"]


def test_what_a_planner_writes_changes_the_totals_at_once(
    content: bytes, report: PlanReport, recalculate: Callable[[bytes], Workbook]
) -> None:
    book = load_workbook(BytesIO(content))
    sheet = book["Buy now"]
    sheet.cell(FIRST_ROW, column_of(sheet, "Your order units")).value = 1000
    sheet.cell(FIRST_ROW + 1, column_of(sheet, "Hold")).value = "yes"
    out = BytesIO()
    book.save(out)
    rows = buy_rows(report)
    wanted = rows["quantity"].sum() - rows["quantity"].iloc[0] - rows["quantity"].iloc[1] + 1000
    found = recalculate(out.getvalue())["Buy now"]
    assert found.cell(TOTAL_ROW, column_of(found, "Units to order")).value == wanted


def test_a_chinese_plan_has_no_english_heading(make_report: Callable[..., PlanReport]) -> None:
    book = load_workbook(BytesIO(plan_workbook(make_report(12, 2, "zh"))))
    assert book.sheetnames[:3] == ["概要", "立即发货", "立即采购"]
    same = {"SKU", "FNSKU", "ASIN"}
    for sheet in book.worksheets[1:-1]:
        heads = [str(cell.value) for cell in sheet[HEADER_ROW]]
        assert [head for head in heads if head.isascii() and head not in same and not head[:4].isdigit()] == []


def test_a_plan_with_nothing_to_do_is_still_a_workbook(report: PlanReport) -> None:
    empty = replace(
        report,
        decision=replace(
            report.decision, purchases=report.decision.purchases.iloc[:0], shipments=report.decision.shipments.iloc[:0],
            limits=report.decision.limits.iloc[:0],
        ),
        urgent=report.urgent.iloc[:0], changes=report.changes.iloc[:0], arrivals=report.arrivals.iloc[:0],
        cash=report.cash.iloc[:0], overrides=report.overrides.iloc[:0], warnings=(),
    )  # fmt: skip
    book = load_workbook(BytesIO(plan_workbook(empty)))
    assert book["Ship now"]["A2"].value == "Nothing here this week."
    assert book["Ship now"].max_row == HEADER_ROW


def test_an_item_the_catalogue_does_not_know_keeps_its_key(report: PlanReport) -> None:
    unknown = replace(report, catalogue=report.catalogue[report.catalogue["item"] != report.items[3]])
    sheet = load_workbook(BytesIO(plan_workbook(unknown)))["All SKUs"]
    place, _, sku = report.items[3].partition("/")
    assert (place, sku) in set(zip(values(sheet, "Marketplace"), values(sheet, "SKU"), strict=True))


def test_missing_figures_are_empty_cells(report: PlanReport) -> None:
    items = report.decision.items.copy()
    items["cover_before"] = float("inf")
    items["stockout_before"] = float("nan")
    items["reason"] = None
    changed = replace(report, decision=replace(report.decision, items=items))
    sheet = load_workbook(BytesIO(plan_workbook(changed)))["All SKUs"]
    for head in ("Weeks of cover before", "Stockout risk before", "Why"):
        assert set(values(sheet, head)) == {None}


def test_a_workbook_that_does_not_add_up_is_not_handed_out(report: PlanReport, content: bytes) -> None:
    more = report.decision.purchases.copy()
    more.loc[0, "quantity"] += 1
    with pytest.raises(DocumentDiffers, match="units to order"):
        verify_plan_workbook(content, replace(report, decision=replace(report.decision, purchases=more)))


def test_the_second_look_is_taken_before_the_workbook_is_returned(
    report: PlanReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = _without_a_line(report)
    monkeypatch.setattr(module, "to_bytes", lambda book: (to_bytes(book), spoilt)[1])
    with pytest.raises(DocumentDiffers):
        plan_workbook(report)


def _without_a_line(report: PlanReport) -> bytes:
    fewer = replace(report.decision, purchases=report.decision.purchases.iloc[1:])
    book = Workbook(write_only=True)
    looks, words = module.Looks(book), module.words_of("en")
    module.write_summary(book, looks, words, report)
    module._tables(book, looks, words, replace(report, decision=fewer))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_same_plan_gives_the_same_cells(report: PlanReport, content: bytes) -> None:
    def cells(data: bytes) -> dict[str, list[Any]]:
        book = load_workbook(BytesIO(data))
        return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}

    assert cells(plan_workbook(report)) == cells(content)


def test_lines_come_most_profitable_first(report: PlanReport) -> None:
    profits = buy_rows(report)["expected_profit"]
    assert list(profits) == sorted(profits, reverse=True)
    assert isinstance(profits, pd.Series)
