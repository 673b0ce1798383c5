"""Making room for lines in a template, row heights for wrapped text, and page breaks between lines."""

import re
from copy import copy
from typing import Any

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.pagebreak import Break, RowBreak

from reports.sheets import fit_width, lines_needed

_CELL = re.compile(r"(\$?[A-Z]{1,3})(\$?)(\d+)")
LINE_POINTS = 11.5  # one line of 9-point text
POINTS_PER_WIDTH = 5.35  # a column width of 1, with a little to spare
NARROWEST, LOWEST = 792.0, 595.0  # landscape: the width of Letter, the height of A4; fits both


def make_room(sheet: Any, row: int, count: int) -> None:
    """Repeat a row so that there are `count` of it: what is below moves down, with merges, heights and formulas."""
    added = count - 1
    if added <= 0:
        return
    last, width = sheet.max_row, get_column_letter(sheet.max_column)
    heights = {i: sheet.row_dimensions[i].height for i in range(row, last + 1)}
    sheet.move_range(f"A{row + 1}:{width}{max(last, row + 1)}", rows=added)
    for i in range(row + 1, last + 1):
        sheet.row_dimensions[i + added].height = heights[i]
    for i in range(row + 1, row + count):
        sheet.row_dimensions[i].height = heights[row]
    for merged in list(sheet.merged_cells.ranges):
        if merged.min_row > row:
            merged.shift(row_shift=added)
    for cells in list(sheet.iter_rows(min_row=1, max_row=last + added)):
        for cell in cells:
            if cell.data_type == "f" and not row <= cell.row < row + count:
                cell.value = shift_formula(str(cell.value), row, added)
    _repeat(sheet, row, count)
    _shift_rules(sheet, row, added)
    for image in sheet._images:
        if image.anchor._from.row >= row:
            image.anchor._from.row += added
            if hasattr(image.anchor, "to"):
                image.anchor.to.row += added


def _repeat(sheet: Any, row: int, count: int) -> None:
    for model in list(sheet[row]):
        for i in range(row + 1, row + count):
            cell = sheet.cell(i, model.column)
            cell._style = copy(model._style)
            if model.data_type == "f":
                cell.value = Translator(model.value, origin=model.coordinate).translate_formula(cell.coordinate)
            else:
                cell.value = model.value


def shift_formula(formula: str, row: int, added: int) -> str:
    """A formula outside the repeated row: references below it move, a range that ends in it grows."""

    def moved(text: str) -> str:
        if "!" in text:  # another sheet's cells stay where they are
            return text
        ends = text.split(":")
        for i, end in enumerate(ends):
            number = _CELL.search(end)
            if number and (int(number[3]) > row or (i == 1 and int(number[3]) == row)):
                ends[i] = _CELL.sub(lambda m: f"{m[1]}{m[2]}{int(m[3]) + added}", end)
        return ":".join(ends)

    parts = Tokenizer(formula)
    ranges = (Token.OPERAND, Token.RANGE)
    return "=" + "".join(
        moved(part.value) if (part.type, part.subtype) == ranges else part.value for part in parts.items
    )


def _shift_rules(sheet: Any, row: int, added: int) -> None:
    for check in sheet.data_validations.dataValidation:
        check.sqref = _shifted(check.sqref, row, added)
    old, sheet.conditional_formatting = sheet.conditional_formatting, ConditionalFormattingList()
    for part in old:
        for rule in part.rules:
            sheet.conditional_formatting.add(str(_shifted(part.sqref, row, added)), rule)


def _shifted(places: Any, row: int, added: int) -> MultiCellRange:
    for place in places.ranges:
        if place.min_row > row:
            place.shift(row_shift=added)
        elif place.max_row >= row:
            place.expand(down=added)
    return MultiCellRange(places.ranges)


def fit_heights(sheet: Any, lowest: dict[int, float] | None = None) -> None:
    """Rows high enough for wrapped text (merged cells too), at least the template's own or the `lowest` height."""
    spans = {(part.min_row, part.min_col): part for part in sheet.merged_cells.ranges}
    for cells in sheet.iter_rows():
        needed = 0.0
        for cell in cells:
            if not isinstance(cell.value, str) or cell.data_type != "s" or not cell.alignment.wrap_text:
                continue
            span = spans.get((cell.row, cell.column))
            columns = range(span.min_col, span.max_col + 1) if span else range(cell.column, cell.column + 1)
            width = sum(width_of(sheet, column) for column in columns)
            if width == 0:
                continue
            rows = span.max_row - span.min_row + 1 if span else 1
            scale = (cell.font.size or 9) / 9
            needed = max(needed, lines_needed(cell.value, width / scale) * LINE_POINTS * scale / rows + 4)
        row = cells[0].row
        given = max(sheet.row_dimensions[row].height or 0, (lowest or {}).get(row, 0))
        if max(needed, given) > 0:
            sheet.row_dimensions[row].height = round(min(max(needed, given, 15.0 if needed else 0), 380), 1)


def width_of(sheet: Any, column: int) -> float:
    """Width of a column in characters; 0 when hidden."""
    found = sheet.column_dimensions.get(get_column_letter(column))
    if found is None or found.width is None:
        return 8.43
    return 0.0 if found.hidden else float(found.width)


def break_pages(sheet: Any, header_rows: tuple[int, int], first_line: int, last_line: int) -> None:
    """Fit one page wide and break pages between rows so that neither A4 nor Letter cuts a line in two.

    The rows after the last line stay together, with at least one line before them; the header rows repeat.
    Widths differ a little between programs, so a page is filled to nine tenths only.
    """
    landscape = sheet.page_setup.orientation == "landscape"
    width, height = (NARROWEST, LOWEST) if landscape else (LOWEST, NARROWEST)
    margins = sheet.page_margins
    room = width - (margins.left + margins.right) * 72
    total = sum(width_of(sheet, column) for column in range(1, sheet.max_column + 1)) * POINTS_PER_WIDTH
    scale = max(10, min(100, int(room / total * 100)))
    page = (height - (margins.top + margins.bottom) * 72) / scale * 100 * 0.9
    heights = {i: sheet.row_dimensions[i].height or 15.0 for i in range(1, sheet.max_row + 1)}
    repeated = sum(heights[i] for i in range(header_rows[0], header_rows[1] + 1))
    foot = sum(heights[i] for i in range(last_line + 1, sheet.max_row + 1))
    sheet.row_breaks = RowBreak()
    used = sum(heights[i] for i in range(1, first_line))
    for row in range(first_line, last_line + 1):
        after = heights[row] + (foot if row == last_line and repeated + heights[row] + foot <= page else 0)
        if used + after > page and row > first_line:
            sheet.row_breaks.append(Break(id=row - 1))
            used = repeated
        used += heights[row]
    fit_width(sheet)
    sheet.print_title_rows = f"{header_rows[0]}:{header_rows[1]}"
    sheet.print_area = f"A1:{get_column_letter(sheet.max_column)}{sheet.max_row}"
