"""Reading a corrected plan workbook: the planner's edits as overrides, and each line that cannot be taken, by cell."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import pandas as pd
from openpyxl import load_workbook

from reports.errors import WorkbookRefused
from reports.inspect import open_workbook
from reports.plan.cells import Unclear, read_date, read_factor, read_hold, read_units, tidy
from reports.plan.identity import PlanIdentity
from reports.plan.line_book import NO_LINE, Line, LineBook
from reports.plan.sheet_reader import Row, Table, tables_of

OVERRIDE_COLUMNS = ("kind", "item", "marketplace", "sku", "decision", "source", "mode", "destination", "value",
                    "start_date", "end_date", "reason", "sheet", "cell")  # fmt: skip
"""kind: quantity, hold, multiplier or note (a note alone). decision: ship, buy, or empty for the item as a whole.
source: the warehouse or supplier of the line. value: units, 1 for hold, the factor. Dates may be empty (NaT)."""
REFUSED_COLUMNS = ("sheet", "cell", "value", "reason")
_EDITS: dict[str, Callable[[Any], Any]] = {
    "ship": read_units, "buy": read_units, "hold": read_hold, "multiplier": read_factor, "from": read_date,
    "until": read_date, "note": tidy,
}  # fmt: skip
_SHEETS = {"ship": "Ship now", "buy": "Buy now", "all": "All SKUs"}


@dataclass(frozen=True)
class PlanEdits:
    """What a planner's workbook says about a plan."""

    overrides: pd.DataFrame  # OVERRIDE_COLUMNS
    refused: pd.DataFrame  # REFUSED_COLUMNS
    lines: pd.DataFrame  # decision, item, source, mode, destination, planned, quantity: the plan with the edits
    stale: bool  # the workbook belongs to another plan, or to this one before it was run again
    plan_id: str  # as the workbook says; empty when it does not say
    notes: tuple[str, ...] = ()  # missing sheets and lines, in words


def read_plan_workbook(content: bytes, identity: PlanIdentity, name: str = "The plan workbook") -> PlanEdits:
    """The edits in a workbook that `plan_workbook` wrote and a planner saved in Excel, LibreOffice or WPS.

    Nothing is guessed: an edit that is unclear, contradicts another one or names an unknown SKU is refused with sheet
    and cell. Raises `WorkbookRefused` when the file is no workbook or has no sheet with the planner's columns.
    """
    book = open_workbook(content, name, load_workbook, read_only=True)

    @cache
    def values() -> Any:
        return load_workbook(BytesIO(content), data_only=True)

    signature = _signature(book)
    tables = list(tables_of(book, values))
    book.close()
    if not tables:
        raise WorkbookRefused(
            f"{name} has no sheet with the columns SKU and Your order units, Your shipment units or Hold. Export the "
            "plan again and write into its yellow columns."
        )
    reading = _Reading(LineBook(identity))
    for table in tables:
        reading.take(table)
    overrides = _frame(reading.settled())
    stale, notes = _age(signature, identity)
    return PlanEdits(
        overrides=overrides,
        refused=pd.DataFrame(reading.refused, columns=list(REFUSED_COLUMNS)),
        lines=reading.book.lines(overrides),
        stale=stale,
        plan_id=signature.get("plan_id", ""),
        notes=(*notes, *_missing(tables, reading)),
    )


def _frame(edits: list["_Edit"]) -> pd.DataFrame:
    rows = [
        (e.kind, e.item, *e.item.split("/", 1), e.decision, *e.line, e.value, e.start, e.end, e.note, e.sheet, e.cell)
        for e in edits
    ]
    return pd.DataFrame(rows, columns=list(OVERRIDE_COLUMNS))


def _signature(book: Any) -> dict[str, str]:
    found = {p.name.removeprefix("replenish_"): str(p.value) for p in book.custom_doc_props.props
             if p.name and p.name.startswith("replenish_")}  # fmt: skip
    if "_plan" in book.sheetnames:
        rows = book["_plan"].iter_rows(max_row=10, values_only=True)
        found |= {str(row[0]): str(row[1]) for row in rows if len(row) > 1 and row[0] and row[1] is not None}
    return found


def _age(signature: dict[str, str], identity: PlanIdentity) -> tuple[bool, list[str]]:
    current = identity.signature
    if "plan_id" not in signature:
        return True, ["The workbook does not say which plan it belongs to: its hidden sheet and properties are gone."]
    if signature["plan_id"] != current["plan_id"]:
        return True, [f"The workbook belongs to plan {signature['plan_id']}; the plan at hand is {current['plan_id']}."]
    if signature.get("digest") != current["digest"]:
        return True, [f"Plan {current['plan_id']} was run again after this workbook was written; its lines differ."]
    return False, []


def _missing(tables: list[Table], reading: "_Reading") -> list[str]:
    there = {table.kind for table in tables}
    notes = [f"The sheet {_SHEETS[kind]} is missing; what it held stays as planned."
             for kind in _SHEETS if kind not in there]  # fmt: skip
    for kind in ("ship", "buy"):
        unseen = reading.book.unseen(kind)
        if kind in there and unseen:
            notes.append(
                f"{unseen} line(s) of the plan are no longer on the sheet {_SHEETS[kind]}; they stay as planned."
            )
    return notes


@dataclass(frozen=True)
class _Edit:
    """One thing a planner wants, and where it was written."""

    kind: str
    item: str
    decision: str
    line: Line
    value: float | None
    start: date | None
    end: date | None
    note: str
    sheet: str
    cell: str

    @property
    def meaning(self) -> tuple[Any, ...]:
        """What must agree when the same thing is written twice."""
        return self.value, self.start, self.end


def _says(value: Any) -> bool:
    """Whether an understood cell holds anything; zero units do."""
    return value is not None and value is not False and value != ""


class _Reading:
    """Edits gathered over all sheets: the same one twice counts once, two that differ are both refused."""

    def __init__(self, book: LineBook) -> None:
        self.book = book
        self.refused: list[tuple[str, str, str, str]] = []
        self.found: dict[tuple[Any, ...], list[_Edit]] = {}

    def take(self, table: Table) -> None:
        """Read all rows of a sheet."""
        for head in table.twice:
            self.refused.append((table.sheet, "", head, "two columns have this heading; delete one of them"))
        for row in table.rows if not table.twice else ():
            given = self._understand(row)
            edited = [name for name in _EDITS if _says(given.get(name))]
            place = self._place(table, row, edited)
            if place is not None and edited:
                self._edits(table, row, *place, given)

    def settled(self) -> list[_Edit]:
        """The edits that stand; those that contradict each other go to the refused."""
        good = []
        for edits in self.found.values():
            if len({edit.meaning for edit in edits}) == 1:
                note = next((edit.note for edit in edits if edit.note), "")
                good.append(replace(edits[0], note=note))
                continue
            for edit in edits:
                others = ", ".join(f"{other.sheet} {other.cell}" for other in edits if other is not edit)
                value = "" if edit.value is None else f"{edit.value:g}"
                self.refused.append((edit.sheet, edit.cell, value, f"it contradicts {others}; neither was taken"))
        return good

    def _refuse(self, row: Row, name: str, reason: str) -> None:
        self.refused.append((row.sheet, row.cell(name), tidy(row.value(name)), reason))

    def _understand(self, row: Row) -> dict[str, Any]:
        """The planner's cells of a row; an unclear one is refused and counts as empty."""
        given: dict[str, Any] = {}
        for name, read in _EDITS.items():
            try:
                given[name] = read(row.value(name))
            except Unclear as error:
                self._refuse(row, name, str(error))
        return given

    def _place(self, table: Table, row: Row, edited: list[str]) -> tuple[str, Line] | None:
        """Item and line of a row; that they cannot be found matters only when the row holds an edit."""
        item, reason = self.book.item(row.value("marketplace"), row.value("sku"))
        line = None
        if item is not None:
            line, reason = self.book.line(table.kind, item, row)
        if item is None or line is None:
            if edited:
                self._refuse(row, "sku" if item is None and "sku" in row.cells else edited[0], reason)
            return None
        return item, line

    def _edits(self, table: Table, row: Row, item: str, line: Line, given: dict[str, Any]) -> None:
        start, end, factor, hold = (given.get(name) for name in ("from", "until", "multiplier", "hold"))
        if start and end and end < start:
            self._refuse(row, "until", "it lies before the start date")
            return
        if (start or end) and not hold and factor is None:
            self._refuse(row, "from" if start else "until", "a date needs a hold or a demand multiplier beside it")
            return
        decision = "" if table.kind == "all" else table.kind
        wanted: list[tuple[str, str, str, Line, float | None]] = [
            (name, "quantity", name, line, given[name]) for name in ("ship", "buy") if given.get(name) is not None
        ]
        if hold:
            wanted.append(("hold", "hold", decision, line, 1.0))
        if factor is not None:
            wanted.append(("multiplier", "multiplier", "", NO_LINE, factor))
        if not wanted:
            wanted.append(("note", "note", decision, line, None))
        for column, kind, part, where, value in wanted:
            days = (start, end) if kind in ("hold", "multiplier") else (None, None)
            edit = _Edit(kind, item, part, where, value, *days, given.get("note", ""), row.sheet, row.cell(column))
            self.found.setdefault((kind, item, part, *where), []).append(edit)
