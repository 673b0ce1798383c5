"""A company's own order template: marks or named ranges, own words and columns; what is missing is named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName

from reports.bundle import PlanReport
from reports.errors import TemplateRefused, WorkbookRefused
from reports.orders.layout import shift_formula
from reports.orders.lines import order_lines, orders_of
from reports.orders.marks import KNOWN, REQUIRED
from reports.orders.settings import OrderSettings
from reports.orders.template import order_template
from reports.orders.workbook import purchase_order

SETTINGS = OrderSettings(date(2026, 8, 3), "en", template_name="my order.xlsx")


def own_template(**changes: str | None) -> Workbook:
    """A plain company template: head, header row 4, line row 5, totals in row 7."""
    cells: dict[str, str | None] = {
        "A1": "ACME buying", "A2": "Order {{order.number}} to {{supplier.name}}", "D2": "{{order.currency}}",
        "A4": "Article", "B4": "Pieces", "C4": "Each", "D4": "Sum", "E4": "Confirmed", "A5": "{{line.sku}}",
        "B5": "{{line.quantity}}", "C5": "{{line.price}}", "D5": "{{line.amount}}", "E5": "{{reply.quantity}}",
        "F5": "=B5*2", "D7": "{{total.amount}}", "B7": "=SUM(B5:B5)", "B8": "=B7/2", "A9": "Thank you.",
    }  # fmt: skip
    cells |= changes
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Bestellung"
    for place, text in cells.items():
        sheet[place] = text
    sheet["B5"].font = Font(bold=True, color="FF0000")
    sheet.merge_cells("A9:C9")
    sheet.row_dimensions[9].height = 40
    return book


def ordered(report: PlanReport, template: Workbook) -> Any:
    out = BytesIO()
    template.save(out)
    content = purchase_order(report, *orders_of(report)[1], "PO-1", replace(SETTINGS, template=out.getvalue()))
    return load_workbook(BytesIO(content))["Bestellung"]


def test_own_words_columns_and_styles_are_kept(report: PlanReport) -> None:
    lines = order_lines(report, *orders_of(report)[1])
    sheet = ordered(report, own_template())
    count = len(lines)
    assert [sheet.cell(4, i).value for i in range(1, 6)] == ["Article", "Pieces", "Each", "Sum", "Confirmed"]
    assert sheet["A2"].value.startswith("Order PO-1 to 深圳市")
    assert [sheet.cell(5 + i, 2).value for i in range(count)] == list(lines["quantity"])
    assert {sheet.cell(5 + i, 2).font.color.rgb for i in range(count)} == {"00FF0000"}
    assert sheet.cell(5 + count - 1, 4).value == f"=ROUND(B{4 + count}*C{4 + count},2)"


def test_what_stands_below_the_lines_moves_down_with_its_formulas(report: PlanReport) -> None:
    count = len(order_lines(report, *orders_of(report)[1]))
    sheet = ordered(report, own_template())
    assert sheet.cell(5 + count - 1, 6).value == f"=B{4 + count}*2"  # repeated for each line
    assert sheet.cell(7 + count - 1, 2).value == f"=SUM(B5:B{4 + count})"
    assert sheet.cell(8 + count - 1, 2).value == f"=B{6 + count}/2"
    assert sheet.cell(7 + count - 1, 4).value == f"=SUM(D5:D{4 + count})"
    assert f"A{8 + count}:C{8 + count}" in [str(part) for part in sheet.merged_cells.ranges]
    assert sheet.row_dimensions[8 + count].height == 40


def test_a_named_range_does_what_a_mark_does(report: PlanReport) -> None:
    template = own_template(A2=None)
    template.defined_names["order.number"] = DefinedName("order.number", attr_text="'Bestellung'!$B$2")
    template.defined_names["supplier.name"] = DefinedName("supplier.name", attr_text="'Bestellung'!$C$2")
    sheet = ordered(report, template)
    assert sheet["B2"].value == "PO-1"
    assert sheet["C2"].value.startswith("深圳市")


@pytest.mark.parametrize("mark", REQUIRED)
def test_a_missing_mark_is_refused_by_name(report: PlanReport, mark: str) -> None:
    template = own_template()
    for row in template["Bestellung"].iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and f"{{{{{mark}}}}}" in cell.value:
                cell.value = cell.value.replace(f"{{{{{mark}}}}}", "nothing")
    with pytest.raises(TemplateRefused, match=r"my order\.xlsx lacks the mark \{\{" + mark.replace(".", r"\.")):
        ordered(report, template)


def test_an_unknown_mark_is_refused_with_the_nearest(report: PlanReport) -> None:
    with pytest.raises(TemplateRefused, match=r"cell G4: \{\{line\.quantty\}\} is not a mark\. Did you mean"):
        ordered(report, own_template(G4="{{line.quantty}}"))


def test_a_line_mark_in_another_row_is_refused(report: PlanReport) -> None:
    with pytest.raises(TemplateRefused, match=r"cell F9.*row of the other line marks, row 5"):
        ordered(report, own_template(F9="{{line.fnsku}}"))


def test_a_sum_inside_a_sentence_is_refused(report: PlanReport) -> None:
    with pytest.raises(TemplateRefused, match=r"total\.quantity.*must stand alone"):
        ordered(report, own_template(F8="In all {{total.quantity}} pieces"))


def test_a_template_that_is_no_workbook_is_refused(report: PlanReport) -> None:
    with pytest.raises(WorkbookRefused, match=r"my order\.xlsx cannot be read"):
        purchase_order(report, *orders_of(report)[1], "PO-1", replace(SETTINGS, template=b"PK\x03\x04broken"))


def test_our_template_saved_and_given_back_makes_the_same_order(report: PlanReport) -> None:
    pair = orders_of(report)[0]

    def cells(content: bytes) -> list[Any]:
        sheet = load_workbook(BytesIO(content))["Order"]
        return [(cell.coordinate, cell.value, cell.number_format) for row in sheet.iter_rows() for cell in row]

    ours = purchase_order(report, *pair, "PO-1", SETTINGS)
    theirs = purchase_order(report, *pair, "PO-1", replace(SETTINGS, template=order_template()))
    assert cells(ours) == cells(theirs)


def test_an_order_of_one_line_needs_no_room(report: PlanReport) -> None:
    pair = orders_of(report)[1]
    bought = report.decision.purchases
    mine = bought.index[(bought["supplier"] == pair[0]) & (bought["destination"] == pair[1])]
    one = replace(report, decision=replace(report.decision, purchases=bought.drop(mine[1:])))
    sheet = ordered(one, own_template())
    assert sheet["B7"].value == "=SUM(B5:B5)"
    assert sheet["D7"].value == "=SUM(D5:D5)"


def test_the_template_documents_every_mark(report: PlanReport) -> None:
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs" / "documents.md").read_text(encoding="utf-8")
    for mark in KNOWN:
        if not mark.startswith("label."):
            assert f"`{mark}`" in page, mark


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("=A3+A5", "=A3+A5"), ("=A6", "=A10"), ("=SUM(A5:A5)", "=SUM(A5:A9)"),
        ("=SUM($A$1:$A$5)/B7", "=SUM($A$1:$A$9)/B11"),
        ('="A6 "&A6', '="A6 "&A10'), ("=Other!A6+LOG10(A6)", "=Other!A6+LOG10(A10)"),
    ],
)  # fmt: skip
def test_formulas_outside_the_lines_follow_what_they_mean(formula: str, moved: str) -> None:
    assert shift_formula(formula, 5, 4) == moved


def test_the_recalculated_company_order_adds_up(report: PlanReport, recalculate: Callable[[bytes], Workbook]) -> None:
    out = BytesIO()
    own_template().save(out)
    pair = orders_of(report)[1]
    lines = order_lines(report, *pair)
    book = recalculate(purchase_order(report, *pair, "PO-1", replace(SETTINGS, template=out.getvalue())))
    sheet = book["Bestellung"]
    assert sheet.cell(6 + len(lines), 4).value == pytest.approx(lines["amount"].sum(), abs=0.01)
    assert sheet.cell(6 + len(lines), 2).value == lines["quantity"].sum()
