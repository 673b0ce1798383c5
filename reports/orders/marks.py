"""Marks of an order template: `{{order.number}}` in a cell, or a named range `order.number`; found and checked here."""

import difflib
import re
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.cell import range_boundaries

from reports.errors import TemplateRefused
from reports.words import message

MARK = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")
LABELS = {
    "title": message("Purchase order"), "number": message("Order no."), "date": message("Date"),
    "supplier": message("Supplier"), "address": message("Address"), "contact": message("Contact"),
    "email": message("E-mail"), "ship_to": message("Ship to"), "transport": message("Transport"),
    "incoterm": message("Incoterm"), "ship_by": message("Ship by"), "currency": message("Currency"),
    "payment_terms": message("Payment terms"), "plan": message("Our reference"), "line": message("No."),
    "picture": message("Picture"), "supplier_item": message("Your item no."), "sku": message("SKU"),
    "fnsku": message("FNSKU"), "description": message("Description"), "case_pack": message("Units per carton"),
    "quantity": message("Quantity"), "cartons": message("Cartons"), "price": message("Unit price"),
    "price_breaks": message("Price breaks"), "amount": message("Amount"), "carton_size": message("Carton cm"),
    "carton_volume": message("m³ per carton"), "volume": message("Volume m³"),
    "carton_weight": message("kg per carton"), "weight": message("Gross weight kg"), "total": message("Total"),
    "reply_quantity": message("Confirmed quantity"), "reply_price": message("Confirmed price"),
    "reply_date": message("Confirmed ship date"), "reply_remark": message("Remark"),
    "deposit": message("Deposit"), "balance": message("Balance"), "payment": message("Payment"),
    "due": message("Due"), "carton_marks": message("Carton marks"), "notes": message("Notes"),
    "share": message("Share"), "buyer_signs": message("For the buyer"),
    "supplier_signs": message("Confirmed by the supplier (stamp, date)"),
    "please_confirm": message("Please fill in"),
}  # fmt: skip
"""Wording that follows the order's language, as `{{label.quantity}}`; a template may hold its own words instead."""
ORDER = {"number", "date", "ship_by", "currency", "incoterm", "payment_terms", "deposit_on", "balance_on", "transport",
         "destination", "address", "carton_marks", "notes", "plan"}  # fmt: skip
PEOPLE = {"supplier": {"name", "contact", "email", "address", "country"}, "buyer": {"name", "address", "contact"}}
TOTALS = {"quantity", "cartons", "amount", "volume", "weight", "deposit", "balance", "deposit_share", "balance_share"}
LINE = {"number", "picture", "supplier_item", "sku", "fnsku", "asin", "description", "mode", "case_pack", "quantity",
        "cartons", "price", "price_breaks", "amount", "carton_size", "carton_volume", "volume", "carton_weight",
        "weight"}  # fmt: skip
REPLY = {"quantity", "price", "date", "remark"}
KNOWN = (
    {f"order.{name}" for name in ORDER}
    | {f"{who}.{name}" for who, names in PEOPLE.items() for name in names}
    | {f"total.{name}" for name in TOTALS}
    | {f"line.{name}" for name in LINE}
    | {f"reply.{name}" for name in REPLY}
    | {f"label.{name}" for name in LABELS}
    | {"logo"}
)
REQUIRED = ("order.number", "supplier.name", "order.currency", "line.sku", "line.quantity", "line.price", "line.amount",
            "total.amount")  # fmt: skip


@dataclass(frozen=True)
class Marks:
    """Where the marks of a template stand."""

    sheet: Any  # the sheet with the line row
    line_row: int
    columns: dict[str, int]  # line.* and reply.* mark -> column
    cells: dict[str, tuple[int, int]]  # other marks on that sheet -> first row and column


def find_marks(book: Workbook, name: str) -> Marks:
    """Locate all marks; `TemplateRefused` names the mark that is missing, unknown or in the wrong row."""
    _marks_from_names(book, name)
    found = [(sheet, cell, mark) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row
             if isinstance(cell.value, str) for mark in MARK.findall(cell.value)]  # fmt: skip
    for sheet, cell, mark in found:
        if mark not in KNOWN:
            near = difflib.get_close_matches(mark, KNOWN, n=1)
            hint = f" Did you mean {{{{{near[0]}}}}}?" if near else ""
            raise TemplateRefused(
                f"{name}, sheet {sheet.title}, cell {cell.coordinate}: {{{{{mark}}}}} is not a mark.{hint} "
                "docs/documents.md lists them all."
            )
    present = {mark for _, _, mark in found}
    missing = [mark for mark in REQUIRED if mark not in present]
    if missing:
        raise TemplateRefused(
            f"{name} lacks the mark {', '.join('{{' + mark + '}}' for mark in missing)}. Write it into the cell where "
            f"the value belongs, or give that cell the name {missing[0]}."
        )
    lines = [(sheet, cell, mark) for sheet, cell, mark in found if mark.startswith(("line.", "reply."))]
    sheet, first = lines[0][0], lines[0][1]
    for other, cell, mark in lines:
        if other is not sheet or cell.row != first.row:
            raise TemplateRefused(
                f"{name}, sheet {other.title}, cell {cell.coordinate}: {{{{{mark}}}}} must stand in the row of the "
                f"other line marks, row {first.row} of sheet {sheet.title}."
            )
    cells: dict[str, tuple[int, int]] = {}
    for other, cell, mark in found:
        if other is sheet and cell.row != first.row:
            cells.setdefault(mark, (cell.row, cell.column))
    return Marks(sheet, first.row, {mark: cell.column for _, cell, mark in lines}, cells)


def _marks_from_names(book: Workbook, name: str) -> None:
    """A named range whose name is a mark counts as that mark written into its first cell."""
    for title, defined in list(book.defined_names.items()):
        if title not in KNOWN:
            continue
        for sheet_name, reference in defined.destinations:
            if sheet_name not in book.sheetnames:
                raise TemplateRefused(f"{name}: the name {title} points to sheet {sheet_name}, which does not exist.")
            column, row, _, _ = range_boundaries(reference.replace("$", ""))
            book[sheet_name].cell(row or 1, column or 1).value = f"{{{{{title}}}}}"
        del book.defined_names[title]
