"""Reading a supplier's returned order: what was confirmed, where it differs, and what could not be read, by cell."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import pandas as pd
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from reports.errors import WorkbookRefused
from reports.inspect import open_workbook
from reports.orders.marks import LABELS
from reports.plan.cells import Unclear, read_date, read_price, read_units, tidy
from reports.sheets import records
from reports.words import catalogue

REPLY_COLUMNS = ("number", "item", "sku", "quantity", "confirmed_quantity", "price", "confirmed_price", "ship_by",
                 "confirmed_on", "remark", "difference", "cell")  # fmt: skip
"""difference: what differs in words, empty when the line is confirmed as ordered; cell: the row's first reply cell."""
_NEEDED = ("line.number", "line.sku", "reply.quantity", "reply.price", "reply.date", "reply.remark")
HEADER_WITHIN = 80


@dataclass(frozen=True)
class OrderReply:
    """A returned order: `lines` (`REPLY_COLUMNS`), one row per ordered line; `refused` (sheet, cell, value, reason)."""

    number: str  # as the workbook says; empty when it does not
    lines: pd.DataFrame
    refused: pd.DataFrame
    notes: tuple[str, ...] = ()


def read_order_reply(
    content: bytes, number: str, lines: pd.DataFrame, ship_by: date, name: str = "The returned order"
) -> OrderReply:
    """What the supplier confirmed of order `number`, whose lines (number, item, sku, quantity, price) we know.

    Nothing is changed: the caller shows the differences and applies them. An empty cell means as ordered, a quantity of
    zero that the supplier declines the line, None that a cell was unclear or the line is gone. Raises `WorkbookRefused`
    for another order or a workbook without our columns.
    """
    book = open_workbook(content, name)

    @cache
    def values() -> Any:
        return load_workbook(BytesIO(content), data_only=True)

    found = _number(book)
    if found and found != number:
        raise WorkbookRefused(f"{name} is order {found}, not {number}. Choose the workbook of {number}.")
    sheet, header, columns = _columns(book, name)
    answers, refused = _answers(sheet, header, columns, lines, values)
    missing = [row["number"] for row in records(lines) if row["number"] not in answers]
    notes = [] if found else ["The workbook does not say which order it is; it was taken for the one you named."]
    if missing:
        gone = ", ".join(map(str, missing))
        notes.append(f"Line(s) {gone} are no longer in the workbook: not confirmed.")
    rows = [_compare(row, answers.get(row["number"]), ship_by) for row in records(lines)]
    return OrderReply(found, pd.DataFrame(rows, columns=list(REPLY_COLUMNS)),
                      pd.DataFrame(refused, columns=["sheet", "cell", "value", "reason"]), tuple(notes))  # fmt: skip


def _number(book: Any) -> str:
    if "_order" not in book.sheetnames:
        return ""
    facts = {str(row[0]): row[1] for row in book["_order"].iter_rows(max_col=2, values_only=True) if row[0]}
    return str(facts.get("number") or "")


def _columns(book: Any, name: str) -> tuple[Any, int, dict[str, int]]:
    """Sheet, header row and columns: by the names we gave them, else by their headings in either language."""
    places: dict[str, tuple[str, int, int]] = {}
    for mark in _NEEDED:
        defined = book.defined_names.get(mark)
        for title, reference in defined.destinations if defined else ():
            if title in book.sheetnames and "#REF" not in reference:
                column, row, _, _ = range_boundaries(reference.replace("$", ""))
                places[mark] = (title, column or 0, row or 0)
    sheets = {place[0] for place in places.values()}
    if {"line.sku", "reply.quantity"} <= places.keys() and len(sheets) == 1:
        return book[sheets.pop()], places["line.sku"][2] - 1, {mark: place[1] for mark, place in places.items()}
    chinese = catalogue("zh")
    heads = {
        tidy(text).lower(): mark
        for mark in _NEEDED
        for english in [LABELS[_label(mark)]]
        for text in (english, chinese.get(english, english), f"{english} {chinese.get(english, '')}")
    }
    for sheet in book.worksheets:
        for row in sheet.iter_rows(max_row=HEADER_WITHIN):
            texts = {heads[text]: cell.column for cell in row if (text := _heading(cell.value, heads))}
            if {"line.sku", "reply.quantity"} <= texts.keys():
                return sheet, row[0].row, texts
    raise WorkbookRefused(f"{name} has no columns SKU and Confirmed quantity. Ask the supplier for the order workbook.")


def _label(mark: str) -> str:
    return {"line.number": "line", "line.sku": "sku"}.get(mark, mark.replace(".", "_"))


def _heading(value: object, heads: dict[str, str]) -> str:
    """The heading a cell holds; a currency may stand behind it."""
    text = tidy(value).lower()
    return next((head for head in (text, text.rsplit(" ", 1)[0]) if head in heads), "")


def _answers(
    sheet: Any, header: int, columns: dict[str, int], lines: pd.DataFrame, values: Any
) -> tuple[dict[int, dict[str, Any]], list[tuple[str, str, str, str]]]:
    by_sku: dict[str, list[int]] = {}
    for row in records(lines):
        by_sku.setdefault(tidy(row["sku"]), []).append(row["number"])
    skus = {row["number"]: tidy(row["sku"]) for row in records(lines)}
    answers: dict[int, dict[str, Any]] = {}
    refused = []
    for position in range(header + 1, sheet.max_row + 1):
        given = {mark: sheet.cell(position, column) for mark, column in columns.items()}
        sku = tidy(given["line.sku"].value)
        if not sku:
            continue
        number = _line_number(given.get("line.number"), sku, by_sku, skus)
        filled = [cell for mark, cell in given.items() if mark.startswith("reply.") and cell.value is not None]
        if number is None or number in answers:
            if filled:
                why = "this line is in the workbook twice" if number else f"SKU {sku} is not a line of this order"
                refused.append((sheet.title, filled[0].coordinate, tidy(filled[0].value), why))
            continue
        answers[number] = _read(sheet, given, refused, values)
    return answers, refused


def _line_number(cell: Any, sku: str, by_sku: dict[str, list[int]], skus: dict[int, str]) -> int | None:
    """The line a row stands for: its SKU, and its number where the SKU is ordered more than once."""
    numbers = by_sku.get(sku, [])
    if len(numbers) == 1:
        return numbers[0]
    try:
        number = int(float(tidy(cell.value))) if cell is not None else 0
    except ValueError:
        return None
    return number if skus.get(number) == sku else None


def _read(sheet: Any, given: dict[str, Any], refused: list[Any], values: Any) -> dict[str, Any]:
    readers = {"reply.quantity": read_units, "reply.price": read_price, "reply.date": read_date, "reply.remark": tidy}
    answer: dict[str, Any] = {}
    for mark, read in readers.items():
        cell = given.get(mark)
        if cell is None:
            continue
        answer.setdefault("cell", f"{sheet.title} {get_column_letter(cell.column)}{cell.row}")
        value = values()[sheet.title][cell.coordinate].value if cell.data_type == "f" else cell.value
        try:
            if cell.data_type == "f" and value is None:
                raise Unclear("it is a formula without a value; write the number itself")
            understood = read(value)
            if understood is not None:
                answer[mark] = understood
        except Unclear as error:
            answer[mark] = None
            refused.append((sheet.title, cell.coordinate, tidy(cell.value), str(error)))
    return answer


def _compare(line: dict[str, Any], answer: dict[str, Any] | None, ship_by: date) -> tuple[Any, ...]:
    """A line as ordered and as confirmed; what is unclear or missing is confirmed as nothing (None)."""
    ordered = {"reply.quantity": line["quantity"], "reply.price": line["price"], "reply.date": ship_by}
    said = dict.fromkeys(ordered) if answer is None else answer
    quantity, price, day = (said.get(mark, value) for mark, value in ordered.items())
    texts = ["not in the workbook"] if answer is None else []
    if quantity is not None and quantity != line["quantity"]:
        texts.append("declined" if quantity == 0 else f"quantity {line['quantity']:,.0f} -> {quantity:,.0f}")
    if price is not None and abs(price - line["price"]) > 1e-9:
        texts.append(f"price {line['price']:g} -> {price:g}")
    if day is not None and day > ship_by:
        texts.append(f"ships {(day - ship_by).days} day(s) later, {day.isoformat()}")
    texts += [f"{mark[6:]} unclear" for mark in ordered if answer is not None and mark in said and said[mark] is None]
    known = (line["number"], line["item"], line["sku"], line["quantity"], quantity, line["price"], price, ship_by, day)
    return (*known, said.get("reply.remark") or "", "; ".join(texts), said.get("cell") or "")
