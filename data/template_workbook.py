"""A template as a workbook: the sheet to fill in, and a sheet that explains it."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from data.templates import Template, TemplateColumn

ROWS_WITH_LISTS = 5000  # rows below the header that offer lists and refuse impossible numbers
_NEEDED = PatternFill("solid", fgColor="FFD9E8F5")
_OPTIONAL = PatternFill("solid", fgColor="FFEFEFEF")
_BOLD = Font(name="Calibri", bold=True)
_NUMBER_FORMAT = {"date": "yyyy-mm-dd", "share": "0.0%"}
_WRAP = Alignment(wrap_text=True, vertical="top")
_EXPLAINED = (
    ("Column", 28),
    ("Must be filled", 15),
    ("Meaning", 62),
    ("Unit", 30),
    ("Allowed values", 48),
    ("Example", 32),
)


def workbook(template: "Template", table: Sequence[Sequence[Any]] = ()) -> bytes:
    """The workbook with `table` (rows of values in column order) below its header."""
    book = Workbook()
    _fill_in(book.active, template, table)
    _explain(book.create_sheet("Explanation"), template)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill_in(sheet: Any, template: "Template", table: Sequence[Sequence[Any]]) -> None:
    sheet.title = template.title[:31]
    for index, column in enumerate(template.columns, start=1):
        cell = sheet.cell(1, index, column.header)
        cell.font, cell.alignment = _BOLD, _WRAP
        cell.fill = _NEEDED if column.column.required else _OPTIONAL
        cell.comment = Comment(f"{column.meaning}. Example: {column.example}", "Replenish", height=110, width=280)
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = max(12, min(34, max(len(column.header) + 4, len(column.example) + 2)))
        if column.column.kind in ("sku", "text"):
            sheet.column_dimensions[letter].number_format = "@"  # 00417 typed here keeps its zeros
        elif column.column.kind in _NUMBER_FORMAT:
            sheet.column_dimensions[letter].number_format = _NUMBER_FORMAT[column.column.kind]
        rule = _rule(column)
        if rule is not None:
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{ROWS_WITH_LISTS}")
    for number, row in enumerate(table, start=2):
        for index, (column, value) in enumerate(zip(template.columns, row, strict=True), start=1):
            _put(sheet.cell(number, index), column, value)
    sheet.freeze_panes = "B2" if template.columns[0].must else "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(template.columns))}{max(2, len(table) + 1)}"
    sheet.row_dimensions[1].height = 32
    sheet.print_title_rows = "1:1"
    _on_one_page_width(sheet)


def _put(cell: Any, column: "TemplateColumn", value: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        cell.value, cell.data_type = value, "s"  # never a formula
        cell.number_format = "@"
        return
    cell.value = value
    if column.column.kind in _NUMBER_FORMAT:
        cell.number_format = _NUMBER_FORMAT[column.column.kind]


def _rule(column: "TemplateColumn") -> DataValidation | None:
    one = column.column
    if column.allowed:
        rule = DataValidation("list", formula1=f'"{",".join(column.allowed)}"')
        rule.error = f"{column.header}: one of {', '.join(column.allowed)}"[:255]
    elif one.kind in ("integer", "decimal", "money", "share") and one.low is not None and one.high is not None:
        kind: Literal["whole", "decimal"] = "whole" if one.kind == "integer" else "decimal"
        rule = DataValidation(kind, operator="between", formula1=f"{one.low:.15g}", formula2=f"{one.high:.15g}")
        rule.error = f"{column.header}: a number from {one.low:,.12g} to {one.high:,.12g}"
    elif one.kind == "date":
        rule = DataValidation("date", operator="greaterThan", formula1="36526")  # 2000-01-01
        rule.error = f"{column.header}: a date, for example {column.example}"
    else:
        return None
    rule.allow_blank = True
    rule.errorTitle = "Not allowed here"
    rule.showErrorMessage = True
    return rule


def is_explanation(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a sheet is the second one of our templates, which holds nothing to load."""
    titles = [title for title, _ in _EXPLAINED]
    return any(list(row[: len(titles)]) == titles for row in rows[:10])


def _explain(sheet: Any, template: "Template") -> None:
    sheet["A1"].value, sheet["A1"].font = template.title, Font(name="Calibri", bold=True, size=14)
    sheet["A2"].value, sheet["A2"].alignment = template.purpose, _WRAP
    sheet.merge_cells("A2:F2")
    sheet.row_dimensions[2].height = 64
    sheet["A3"].value = f"When to update it: {template.format.how_often}."
    for index, (title, width) in enumerate(_EXPLAINED, start=1):
        cell = sheet.cell(5, index, title)
        cell.font, cell.fill = _BOLD, _OPTIONAL
        sheet.column_dimensions[get_column_letter(index)].width = width
    for number, column in enumerate(template.columns, start=6):
        for index, text in enumerate(_explanation(column), start=1):
            cell = sheet.cell(number, index, text)
            cell.alignment, cell.number_format = _WRAP, "@"
    sheet.freeze_panes = "A6"
    _on_one_page_width(sheet)


def _on_one_page_width(sheet: Any) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _explanation(column: "TemplateColumn") -> tuple[str, ...]:
    one = column.column
    must = "yes" if column.must else "no, but keep the column" if one.required else "no"
    allowed = ", ".join(column.allowed)
    if not allowed and one.low is not None and one.high is not None:
        allowed = f"{one.low:,.10g} to {one.high:,.10g}"
    return column.header, must, column.meaning, column.unit, allowed, column.example
