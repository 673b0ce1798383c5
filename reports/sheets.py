"""Cells of every workbook: typed values, text that stays text, looks made once and shared."""

import math
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.formatting import rule as rules
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.properties import PageSetupProperties

from reports.safe import starts_like_formula, workbook_text

FONT = "Arial"  # in Excel, LibreOffice and WPS on every system; each falls back to its own Chinese font
INK, MUTED, LINE, BRAND, BAND, OPEN = "1F2937", "6B7280", "D1D5DB", "0F4C5C", "EEF4F5", "FFF7D6"
GOOD, WARN, BAD = "DCF3E4", "FFE9C7", "FBD9D7"

WHOLE, MONEY, PRICE, ONE, SHARE, DAY, CUBIC = "#,##0", "#,##0.00", "#,##0.00##", "#,##0.0", "0%", "yyyy-mm-dd", "0.000"
TEXT = "@"


@dataclass(frozen=True)
class Formula:
    """A live formula that our own code wrote, told apart from text of the user that begins with `=`."""

    text: str


@dataclass(frozen=True)
class Look:
    """How a kind of cell appears; one workbook style each."""

    number: str = "General"
    bold: bool = False
    size: float = 9
    colour: str = INK
    fill: str = ""
    across: str = ""  # horizontal alignment
    wrap: bool = False
    line: bool = True  # thin line under and around
    open: bool = False  # stays editable in a protected sheet
    italic: bool = False
    indent: int = 0


@dataclass
class Looks:
    """Styles of one workbook: each look becomes a style once, all cells share it."""

    book: Workbook
    known: dict[tuple[Look, bool], Any] = field(default_factory=dict)

    def cell(self, sheet: Any, value: Any, look: Look) -> Any:
        """A cell for `sheet.append` of a write-only sheet."""
        made: Any = WriteOnlyCell(sheet)
        self.fill(made, value, look)
        return made

    def fill(self, cell: Any, value: Any, look: Look) -> None:
        """Give a cell its value, with the right type, and its look."""
        quoted = put(cell, value)
        style = self.known.get((look, quoted))
        if style is None:
            style = self.known[look, quoted] = self._style(look, quoted, cell.parent)
        cell._style = style

    def _style(self, look: Look, quoted: bool, sheet: Any) -> Any:
        model: Any = WriteOnlyCell(sheet)
        model.font = Font(name=FONT, size=look.size, bold=look.bold, italic=look.italic, color=look.colour)
        if look.fill:
            model.fill = PatternFill("solid", fgColor=look.fill)
        if look.line:
            thin = Side(style="thin", color=LINE)
            model.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        model.alignment = Alignment(
            horizontal=look.across or None, vertical="center", wrap_text=look.wrap, indent=look.indent
        )
        model.number_format = look.number
        model.protection = Protection(locked=not look.open)
        style = copy(model._style)
        style.quotePrefix = int(quoted)
        return style


def put(cell: Any, value: Any) -> bool:
    """Set a cell's typed value; True when it is text that must be marked as such (it looks like a formula)."""
    value = plain_value(value)
    if isinstance(value, Formula):
        cell.value = value.text
        return False
    if not isinstance(value, str):
        cell.value = value
        return False
    cell.value = text = workbook_text(value)
    cell.data_type = "s"
    return starts_like_formula(text)


def plain_value(value: Any) -> Any:
    """A value a cell can hold: NumPy and pandas scalars as Python's, missing and infinite numbers as empty."""
    if value is None or isinstance(value, str | bool | Formula):
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return None if value != value else value.replace(tzinfo=None)
    if isinstance(value, int | date):
        return value
    return None if value != value else str(value)


def page(sheet: Any, paper: str, left: str, right: str, footer: str, landscape: bool = True) -> None:
    """Print set-up: paper `A4` or `Letter`, margins, a header with two texts, a footer with page numbers."""
    sheet.page_setup.paperSize = {"A4": 9, "Letter": 1}[paper]
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.65, 0.6
    sheet.page_margins.header = sheet.page_margins.footer = 0.3
    sheet.print_options.horizontalCentered = True
    sheet.oddHeader.left.text, sheet.oddHeader.right.text = _header(left), _header(right)
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = _header(footer), "&P / &N"
    for part in (sheet.oddHeader.left, sheet.oddHeader.right, sheet.oddFooter.left, sheet.oddFooter.right):
        part.size, part.font = 8, f"{FONT},Regular"


def fit_width(sheet: Any, pages: int = 1) -> None:
    """So many pages wide, as many pages high as needed. Before the first row of a write-only sheet."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages, 0


def _header(text: str) -> str:
    """Text of a user in a page header: `&` begins a code there, and a digit after our font size would join it."""
    flat = " ".join(workbook_text(text).split()).replace("&", "&&")[:100]
    return f" {flat}" if flat[:1].isdigit() else flat


def formula_rule(formula: str, fill: str, bold: bool = False) -> Any:
    """A conditional format: cells for which the formula holds get this colour."""
    rule: Any = rules
    font = Font(bold=True) if bold else None
    return rule.FormulaRule(formula=[formula], font=font, fill=PatternFill("solid", bgColor=fill))


def value_rule(operator: str, limit: str, fill: str) -> Any:
    """A conditional format: cells whose value is beyond the limit get this colour, and no later rule is asked."""
    rule: Any = rules
    return rule.CellIsRule(operator=operator, formula=[limit], stopIfTrue=True, fill=PatternFill("solid", bgColor=fill))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as dicts by column name."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def to_bytes(book: Workbook) -> bytes:
    """The workbook as a file; formulas are worked out when it is opened."""
    book.calculation.fullCalcOnLoad = True
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def text_width(text: str) -> int:
    """Columns a text takes in a cell; Chinese characters count two."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


def lines_needed(text: str, width: float) -> int:
    """Lines a wrapped text takes in a column of this width."""
    return sum(max(1, math.ceil(text_width(part) * 1.1 / max(width, 1))) for part in text.split("\n"))
