"""The purchase order as a workbook: a template's marks filled, live formulas, ready to print, checked at the end."""

from datetime import date
from typing import Any

import pandas as pd
from openpyxl.styles import Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from reports.bundle import PlanReport
from reports.errors import TemplateRefused
from reports.orders.layout import break_pages, fit_heights, make_room
from reports.orders.lines import OrderHead, order_head, order_lines
from reports.orders.marks import LABELS, MARK, PEOPLE, Marks, find_marks
from reports.orders.pictures import picture
from reports.orders.settings import OrderSettings
from reports.orders.template import open_template
from reports.orders.verify import verify_order
from reports.sheets import WARN, Formula, formula_rule, page, put, records, to_bytes
from reports.words import Words, date_text, in_line, words_of

PICTURE_POINTS = (46.0, 46.0)
LOGO_POINTS = (130.0, 40.0)
_SOURCES = {"supplier_item": "supplier_item_number", "description": "title"}
_OPTIONAL = ("picture", "mode", "price_breaks")
"""Columns that are hidden when no line has anything to say there (transport: when all lines go the same way)."""


def purchase_order(report: PlanReport, supplier: str, destination: str, number: str, settings: OrderSettings) -> bytes:
    """The order to one supplier for one destination, as an .xlsx file.

    Raises `DocumentError` when the plan buys nothing there, `TemplateRefused` naming a missing or unknown mark of the
    company's template, `DocumentDiffers` when the written workbook does not add up to the plan.
    """
    lines = order_lines(report, supplier, destination, settings.price_breaks)
    head = order_head(report, supplier, destination, number, settings, lines)
    book, name = open_template(settings)
    words = words_of(settings.language)
    marks = find_marks(book, name)
    make_room(marks.sheet, marks.line_row, len(lines))
    last = marks.line_row + len(lines) - 1
    facts = _facts(report, head, lines, marks, settings, words)
    for row, line in enumerate(records(lines), marks.line_row):
        _fill_line(marks, row, {**line, "mode": in_line(words, line["mode"])})
    _fill_marks(book, marks, last, facts, words, name)
    _hide_empty(marks, lines, head)
    _reply_rules(marks, last, words, settings)
    _sign(book, marks, last, head, report)
    pictured = dict.fromkeys(_pictures(marks, lines, settings), PICTURE_POINTS[1] + 6)
    fit_heights(marks.sheet, pictured)
    _print(report, head, marks, last, words, settings)
    content = to_bytes(book)
    verify_order(content, marks, lines)
    return content


def _facts(
    report: PlanReport, head: OrderHead, lines: pd.DataFrame, marks: Marks, settings: OrderSettings, words: Words
) -> dict[str, Any]:
    """The value of every mark that stands once."""
    buyer = settings.buyer_name or report.meta.seller
    place = "Amazon FBA" if head.destination == "FBA" else head.destination
    shown = {"buyer": buyer, "destination": place, "number": head.number, "cartons": int(lines["cartons"].sum())}
    carton_marks = settings.carton_marks
    for key, value in shown.items():
        carton_marks = carton_marks.replace(f"{{{key}}}", str(value))
    address = head.address or (words("Given with the shipment labels") if head.destination == "FBA" else "")
    modes = ", ".join(in_line(words, mode) for mode in lines["mode"].unique())
    facts = {
        "order.number": head.number, "order.date": head.ordered_on, "order.ship_by": head.ship_by,
        "order.currency": head.currency, "order.incoterm": head.supplier.get("incoterm", ""),
        "order.payment_terms": head.supplier.get("payment_terms", ""), "order.deposit_on": head.deposit_on,
        "order.balance_on": head.balance_on, "order.transport": modes,
        "order.destination": place, "order.address": address, "order.carton_marks": carton_marks,
        "order.notes": words(settings.notes), "order.plan": report.meta.plan_id,
        "buyer.name": buyer, "buyer.address": settings.buyer_address, "buyer.contact": settings.buyer_contact,
        "logo": "",
    }  # fmt: skip
    facts |= {f"supplier.{key}": head.supplier.get(key, "") for key in PEOPLE["supplier"]}
    return facts | _totals(head, lines, marks)


def _totals(head: OrderHead, lines: pd.DataFrame, marks: Marks) -> dict[str, Any]:
    first, last = marks.line_row, marks.line_row + len(lines) - 1

    def total(name: str) -> Any:
        column = marks.columns.get(f"line.{name}")
        if column is None:
            return float(lines[name].sum())
        letter = get_column_letter(column)
        return Formula(f"=SUM({letter}{first}:{letter}{last})")

    def place(mark: str) -> str:
        row, column = marks.cells[mark]
        return f"{get_column_letter(column)}{row + (len(lines) - 1 if row > first else 0)}"

    amount = place("total.amount")
    share = place("total.deposit_share") if "total.deposit_share" in marks.cells else f"{head.deposit_share:g}"
    deposit = place("total.deposit") if "total.deposit" in marks.cells else f"ROUND({amount}*{share},2)"
    return {
        **{f"total.{name}": total(name) for name in ("quantity", "cartons", "amount", "volume", "weight")},
        "total.deposit_share": head.deposit_share,
        "total.balance_share": Formula(f"=1-{share}"),
        "total.deposit": Formula(f"=ROUND({amount}*{share},2)"),
        "total.balance": Formula(f"={amount}-{deposit}"),
    }


def _fill_line(marks: Marks, row: int, line: dict[str, Any]) -> None:
    """Typed values, and formulas wherever the template shows what they are made of."""
    letters = {mark.removeprefix("line."): get_column_letter(column) for mark, column in marks.columns.items()}
    formulas = {
        "amount": ("=ROUND({quantity}*{price},2)", ("quantity", "price")),
        "cartons": ("=ROUNDUP({quantity}/{case_pack},0)", ("quantity", "case_pack")),
        "volume": ("={cartons}*{carton_volume}", ("cartons", "carton_volume")),
        "weight": ("={cartons}*{carton_weight}", ("cartons", "carton_weight")),
    }
    for mark, column in marks.columns.items():
        kind, name = mark.split(".")
        cell = marks.sheet.cell(row, column)
        if kind == "reply":
            _set(cell, None)
            cell.protection = Protection(locked=False)
        elif name in formulas and all(part in letters for part in formulas[name][1]):
            parts = {part: f"{letters[part]}{row}" for part in formulas[name][1]}
            _set(cell, Formula(formulas[name][0].format(**parts)))
        elif name == "picture":
            _set(cell, None)
        else:
            _set(cell, line[_SOURCES.get(name, name)])


def _set(cell: Any, value: Any) -> None:
    if put(cell, value if value != "" else None):
        cell.quotePrefix = True


def _fill_marks(book: Any, marks: Marks, last: int, facts: dict[str, Any], words: Words, name: str) -> None:
    for sheet in book.worksheets:
        for cells in sheet.iter_rows():
            for cell in cells:
                if sheet is marks.sheet and marks.line_row <= cell.row <= last:
                    continue
                if isinstance(cell.value, str) and MARK.search(cell.value):
                    _set(cell, _filled(cell, facts, words, name))


def _filled(cell: Any, facts: dict[str, Any], words: Words, name: str) -> Any:
    """A cell's value with its marks replaced; a mark alone keeps its type."""
    spoken = words if cell.alignment.wrap_text else lambda text: in_line(words, text)
    alone = MARK.fullmatch(cell.value.strip())
    if alone:
        mark = alone[1]
        return spoken(LABELS[mark[6:]]) if mark.startswith("label.") else facts[mark]

    def text_of(match: Any) -> str:
        if match[1].startswith("label."):
            return spoken(LABELS[match[1][6:]])
        value = facts[match[1]]
        if isinstance(value, Formula):
            raise TemplateRefused(
                f"{name}, cell {cell.coordinate}: {{{{{match[1]}}}}} is a formula and must stand alone."
            )
        return date_text(value, "en") if isinstance(value, date) else str(value)

    return MARK.sub(text_of, cell.value)


def _hide_empty(marks: Marks, lines: pd.DataFrame, head: OrderHead) -> None:
    empty = {"picture": not lines["image"].map(bool).any(), "mode": bool(head.mode),
             "price_breaks": not lines["price_breaks"].map(bool).any()}  # fmt: skip
    for name in _OPTIONAL:
        column = marks.columns.get(f"line.{name}")
        if column is not None and empty[name]:
            marks.sheet.column_dimensions[get_column_letter(column)].hidden = True


def _reply_rules(marks: Marks, last: int, words: Words, settings: OrderSettings) -> None:
    """Only whole units, prices and dates go into the confirm columns; what differs from the order is coloured."""
    sheet, first = marks.sheet, marks.line_row
    today = (settings.ordered_on - date(1899, 12, 30)).days
    rules = {
        "quantity": ("whole", "0", words("A whole number of units, 0 or more.")),
        "price": ("decimal", "0", words("A price per unit in the order's currency.")),
        "date": ("date", str(today), words("The date the goods leave you, not before the order.")),
    }
    for name, (kind, least, text) in rules.items():
        column = marks.columns.get(f"reply.{name}")
        if column is None:
            continue
        letter = get_column_letter(column)
        made: Any = DataValidation
        check = made(kind, operator="greaterThanOrEqual", formula1=least, allow_blank=True,
                               showErrorMessage=True, showInputMessage=True, error=text, prompt=text)  # fmt: skip
        check.add(f"{letter}{first}:{letter}{last}")
        sheet.add_data_validation(check)
        asked = marks.columns.get(f"line.{name}")
        if asked is not None:
            differs = f"AND(LEN({letter}{first})>0,{letter}{first}<>{get_column_letter(asked)}{first})"
            sheet.conditional_formatting.add(f"{letter}{first}:{letter}{last}", formula_rule(differs, WARN))
    if settings.protect:
        sheet.protection.sheet = True
        sheet.protection.formatColumns = sheet.protection.formatRows = False  # False: not forbidden


def _sign(book: Any, marks: Marks, last: int, head: OrderHead, report: PlanReport) -> None:
    """Names on the columns, so that the supplier's answer is found again when columns or rows were moved."""
    title = marks.sheet.title.replace("'", "''")
    for mark, column in marks.columns.items():
        letter = get_column_letter(column)
        reference = f"'{title}'!${letter}${marks.line_row}:${letter}${last}"
        book.defined_names[mark] = DefinedName(mark, attr_text=reference)
    hidden = book.create_sheet("_order")
    hidden.sheet_state = "hidden"
    facts = {
        "number": head.number,
        "supplier": head.supplier.get("supplier", ""),
        "destination": head.destination,
        "plan_id": report.meta.plan_id,
        "lines": last - marks.line_row + 1,
    }
    for row, (key, value) in enumerate(facts.items(), 1):
        hidden.cell(row, 1).value = key
        _set(hidden.cell(row, 2), value)
    book.properties.title, book.properties.creator = f"Order {head.number}", f"Replenish {report.meta.version}"
    book.properties.created = book.properties.modified = report.meta.created_at.replace(tzinfo=None)


def _pictures(marks: Marks, lines: pd.DataFrame, settings: OrderSettings) -> list[int]:
    """Place pictures and logo; returns the rows that hold a picture."""
    rows = []
    column = marks.columns.get("line.picture")
    for row, name in enumerate(lines["image"], marks.line_row):
        shown = picture(settings.workspace, name, PICTURE_POINTS) if column is not None else None
        if shown is not None and column is not None:
            marks.sheet.add_image(shown, f"{get_column_letter(column)}{row}")
            rows.append(row)
    logo = picture(settings.workspace, settings.logo, LOGO_POINTS) if "logo" in marks.cells else None
    if logo is not None:
        row, place = marks.cells["logo"]
        marks.sheet.add_image(logo, f"{get_column_letter(place)}{row}")
    return rows


def _print(report: PlanReport, head: OrderHead, marks: Marks, last: int, words: Words, settings: OrderSettings) -> None:
    orientation = marks.sheet.page_setup.orientation or "landscape"
    buyer = settings.buyer_name or report.meta.seller
    page(marks.sheet, settings.paper, buyer, f"{in_line(words, 'Purchase order')} {head.number}",
         f"{date_text(head.ordered_on, 'en')} · {report.meta.plan_id}", orientation == "landscape")  # fmt: skip
    header = marks.line_row - 1
    break_pages(marks.sheet, (header, header), marks.line_row, last)
