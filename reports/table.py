"""One table of the plan workbook: a title, a line of totals, a header, rows; typed, filtered, protected, printable."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from reports.sheets import (
    BAD,
    BAND,
    BRAND,
    MUTED,
    OPEN,
    WARN,
    Formula,
    Look,
    Looks,
    fit_width,
    formula_rule,
    lines_needed,
    value_rule,
)
from reports.words import Words, message

TITLE_ROW, NOTE_ROW, TOTAL_ROW, HEADER_ROW, FIRST_ROW = 1, 2, 3, 4, 5
ROWS_TO_ADD = 200
PAGE_WIDTH = 210  # characters that can still be read on one landscape page
TITLE = Look(bold=True, size=14, colour=BRAND, line=False)
NOTE = Look(colour=MUTED, line=False, italic=True)
HEAD = Look(bold=True, colour="FFFFFF", fill=BRAND, wrap=True, across="center")
OPEN_HEAD = replace(HEAD, colour="5B4300", fill="F5D976")
TOTAL = Look(bold=True, fill=BAND)
CHANGED = "F5D976"
MARKS = {
    "risk": (("greaterThan", "0.5", BAD), ("greaterThan", "0.2", WARN)),
    "heavy": (("greaterThan", "22.68", WARN),),  # 50 lb, the most Amazon takes for a box that is not one heavy unit
    "cover": (("lessThan", "2", BAD), ("lessThan", "4", WARN)),
}
CHECKS: dict[str, tuple[dict[str, Any], str]] = {
    "whole": ({"type": "whole", "operator": "greaterThanOrEqual", "formula1": "0"},
              message("A whole number of units, 0 or more.")),
    "decimal": ({"type": "decimal", "operator": "between", "formula1": "0", "formula2": "100"},
                message("A factor from 0 to 100; 1.2 means 20 % more demand.")),
    "date": ({"type": "date", "operator": "greaterThan", "formula1": "36526"},
             message("A date, for example 2026-09-01.")),
    "hold": ({"type": "list"}, message("Choose yes, or leave the cell empty.")),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column: `key` names the frame's column, or what `formula` may refer to as `{key}`."""

    key: str
    head: str  # English text of the catalogue
    width: float
    look: Look
    formula: str = ""  # for example `={order}*{price}`: letters and row are put in
    total: bool = False
    check: str = ""  # planner's column: whole, decimal, date, hold or text
    mark: str = ""  # conditional format, one of MARKS
    spoken: bool = False  # a word of ours, shown in the language of the workbook


def write_table(
    book: Any,
    looks: Looks,
    words: Words,
    name: str,
    title: str,
    note: str,
    columns: Sequence[Column],
    rows: pd.DataFrame,
) -> Any:
    """Append a sheet with one table to a write-only workbook and return the sheet; columns 1-3 stay in view."""
    sheet = book.create_sheet(words(name))
    heads = [words(column.head) for column in columns]
    last = FIRST_ROW + max(len(rows), 1) - 1
    _frame(sheet, columns, heads, last)
    _protect(sheet, any(column.check for column in columns))
    sheet.append([looks.cell(sheet, title, TITLE)])
    sheet.append([looks.cell(sheet, note if len(rows) else words("Nothing here this week."), NOTE)])
    sheet.append([_total(looks, sheet, column, i, last) for i, column in enumerate(columns)])
    head_looks = [OPEN_HEAD if column.check else HEAD for column in columns]
    sheet.append([looks.cell(sheet, head, look) for head, look in zip(heads, head_looks, strict=True)])
    for row in _rows(columns, rows, words):
        sheet.append([looks.cell(sheet, value, look) for value, look in row])
    _mark(sheet, columns, last)
    _validate(sheet, words, columns, last)
    return sheet


def _rows(columns: Sequence[Column], frame: pd.DataFrame, words: Words) -> Any:
    letters = {column.key: get_column_letter(i) for i, column in enumerate(columns, 1)}
    parts: list[list[Any]] = []
    numbers = range(FIRST_ROW, FIRST_ROW + len(frame))
    for column in columns:
        if column.formula:
            pieces = _formula_pieces(column.formula, letters)
            parts.append([Formula(str(number).join(pieces)) for number in numbers])
        elif column.key in frame:
            values = frame[column.key].tolist()
            parts.append([words(str(value)) for value in values] if column.spoken else values)
        else:
            parts.append([None] * len(frame))
    looks = [replace(column.look, open=True, fill=OPEN) if column.check else column.look for column in columns]
    for values in zip(*parts, strict=True):
        yield list(zip(values, looks, strict=True))


def _formula_pieces(formula: str, letters: dict[str, str]) -> list[str]:
    """`={a}*{b}` as `=C`, `*D`, empty: joined by a row number they are that row's formula."""
    for key, letter in letters.items():
        formula = formula.replace(f"{{{key}}}", f"{letter}\0")
    return formula.split("\0")


def _frame(sheet: Any, columns: Sequence[Column], heads: Sequence[str], last: int) -> None:
    for i, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(i)].width = column.width
    tallest = max(lines_needed(head, column.width - 2) for head, column in zip(heads, columns, strict=True))
    sheet.row_dimensions[TITLE_ROW].height = 24
    sheet.row_dimensions[HEADER_ROW].height = 13 * max(tallest, 1) + 5
    sheet.freeze_panes = f"{get_column_letter(min(4, len(columns)))}{FIRST_ROW}"
    size = f"A1:{get_column_letter(len(columns))}{last}"
    sheet.calculate_dimension = lambda: size  # written into the file: without it a reader goes through the sheet twice
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{get_column_letter(len(columns))}{last}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.sheet_view.showGridLines = False
    fit_width(sheet, pages=math.ceil(sum(column.width for column in columns) / PAGE_WIDTH))
    if len(columns) > 3:
        sheet.print_title_cols = "A:C"


def _total(looks: Looks, sheet: Any, column: Column, position: int, last: int) -> Any:
    if not column.total:
        return None
    letter = get_column_letter(position + 1)
    formula = Formula(f"=SUBTOTAL(109,{letter}{FIRST_ROW}:{letter}{last})")
    return looks.cell(sheet, formula, replace(TOTAL, number=column.look.number))


def _protect(sheet: Any, wanted: bool) -> None:
    """No password: it guards against slips, and can be lifted to sort or add rows."""
    if not wanted:
        return
    sheet.protection.sheet = True
    for allowed in ("autoFilter", "sort", "formatColumns", "formatRows"):
        setattr(sheet.protection, allowed, False)  # False: not forbidden


def _mark(sheet: Any, columns: Sequence[Column], last: int) -> None:
    for i, column in enumerate(columns, 1):
        letter = get_column_letter(i)
        cells = f"{letter}{FIRST_ROW}:{letter}{last}"
        if column.check:
            sheet.conditional_formatting.add(cells, formula_rule(f"LEN({letter}{FIRST_ROW})>0", CHANGED, bold=True))
        for operator, limit, colour in MARKS.get(column.mark, ()):
            sheet.conditional_formatting.add(cells, value_rule(operator, limit, colour))


def _validate(sheet: Any, words: Words, columns: Sequence[Column], last: int) -> None:
    """Also for some rows below the table, where a planner may add lines."""
    for i, column in enumerate(columns, 1):
        if column.check not in CHECKS:
            continue
        letter, (arguments, hint) = get_column_letter(i), CHECKS[column.check]
        check = DataValidation(**arguments, allow_blank=True, showErrorMessage=True)
        if column.check == "hold":
            check.formula1 = f'"{words("yes")}"'
        check.error = words(hint)
        check.add(f"{letter}{FIRST_ROW}:{letter}{last + ROWS_TO_ADD}")
        sheet.data_validations.append(check)
