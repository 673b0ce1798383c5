"""Finding the planner's tables in a workbook that came back: any sheet name, moved columns, sorted or added rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from reports.plan.cells import tidy
from reports.plan.columns import BUY, BUY_EDIT, IDENTITY, PLANNER, SHIP, SHIP_EDIT
from reports.words import catalogue

HEADER_WITHIN, EMPTY_ROWS = 40, 5000
_KEY_COLUMNS = ("source", "supplier", "destination", "mode")


def _names() -> dict[str, str]:
    """Header text in either language -> our name; the two quantity columns have names of their own."""
    chinese = catalogue("zh")
    columns = [*IDENTITY, *PLANNER, *(c for c in (*SHIP, *BUY) if c.key in _KEY_COLUMNS)]
    heads = [(column.head, column.key) for column in columns]
    heads += [(SHIP_EDIT.head, "ship"), (BUY_EDIT.head, "buy")]
    return {tidy(text).lower(): key for head, key in heads for text in (head, chinese.get(head, head))}


@dataclass(frozen=True)
class Row:
    """One row of a planner's table: our column name -> (value, cell address)."""

    sheet: str
    number: int
    cells: dict[str, tuple[Any, str]]

    def value(self, name: str) -> Any:
        """The value under a column, None where the sheet has no such column."""
        return self.cells.get(name, (None, ""))[0]

    def cell(self, name: str) -> str:
        """The address of the cell, or of the row's first known cell."""
        return self.cells[name][1] if name in self.cells else next(iter(self.cells.values()))[1]


@dataclass(frozen=True)
class Table:
    """A planner's table and where its columns stand."""

    sheet: str
    kind: str  # ship, buy or all
    columns: dict[str, int]
    twice: tuple[str, ...]  # planner's headers that stand in two columns
    rows: tuple[Row, ...]


def tables_of(book: Any, values: Any) -> Iterator[Table]:
    """Every sheet that has a SKU column and a planner's column. `values()` opens the workbook with computed values."""
    names = _names()
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        table = _table(sheet, names, values)
        if table is not None:
            yield table


def _table(sheet: Any, names: dict[str, str], values: Any) -> Table | None:
    reset = getattr(sheet, "reset_dimensions", None)
    if reset:
        reset()  # some programs write a wrong size
    rows = enumerate(sheet.iter_rows(), 1)
    found = None
    for number, cells in rows:
        found = _header(cells, names)
        if found or number >= HEADER_WITHIN:
            break
    if not found:
        return None
    columns, twice = found
    kind = "ship" if "ship" in columns else "buy" if "buy" in columns else "all"
    return Table(sheet.title, kind, columns, twice, tuple(_rows(sheet.title, rows, columns, values)))


def _header(cells: Any, names: dict[str, str]) -> tuple[dict[str, int], tuple[str, ...]] | None:
    columns: dict[str, int] = {}
    twice = []
    for position, cell in enumerate(cells):
        name = names.get(tidy(cell.value).lower()) if cell.value is not None else None
        if name is None:
            continue
        if name in columns:
            twice.append(str(cell.value))
        columns.setdefault(name, position)
    planner = {column.key for column in PLANNER} | {"ship", "buy"}
    return (columns, tuple(twice)) if "sku" in columns and planner & set(columns) else None


def _rows(title: str, rows: Any, columns: dict[str, int], values: Any) -> Iterator[Row]:
    empty = 0
    for number, cells in rows:
        row: dict[str, tuple[Any, str]] = {}
        for name, position in columns.items():
            if position < len(cells) and cells[position].value is not None:
                cell = cells[position]
                address = f"{get_column_letter(position + 1)}{number}"
                formula = cell.data_type == "f" and name != "note"
                row[name] = (_computed(values, title, address) if formula else cell.value, address)
        empty = 0 if row else empty + 1
        if empty > EMPTY_ROWS:
            return
        if row:
            yield Row(title, number, row)


def _computed(values: Any, title: str, address: str) -> Any:
    """What a planner's formula came to when the workbook was saved; the formula itself when nobody worked it out."""
    found = values()[title][address].value
    return found if found is not None else "a formula without a value"
