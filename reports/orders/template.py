"""The order template we bring: a workbook with marks, also the one a company starts its own from."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from reports.inspect import open_workbook
from reports.orders.settings import OrderSettings
from reports.sheets import BAND, BRAND, CUBIC, DAY, MONEY, MUTED, ONE, OPEN, PRICE, SHARE, TEXT, WHOLE, Look, Looks

LINE_ROW, HEADER_ROW = 12, 11
HEAD = Look(bold=True, size=8, colour="FFFFFF", fill=BRAND, across="center", wrap=True)
REPLY_HEAD = replace(HEAD, colour="5B4300", fill="F5D976")
NAME = Look(bold=True, size=15, colour=BRAND, line=False)
TITLE = Look(bold=True, size=15, colour=BRAND, line=False, across="right")
QUIET = Look(size=8, colour=MUTED, line=False, wrap=True)
QUIET_RIGHT = replace(QUIET, across="right", wrap=False)
LABEL = Look(size=8, colour=MUTED, fill=BAND, across="left", indent=1)
VALUE = Look(TEXT, wrap=True, across="left", indent=1)
TOTAL = Look(bold=True, fill=BAND)
BOX = Look(TEXT, wrap=True, across="left", indent=1)
_TEXT, _WRAP = Look(TEXT, size=8.5), Look(TEXT, size=8.5, wrap=True)
COLUMNS: tuple[tuple[str, str, float, Look], ...] = (
    ("line.number", "line", 4.5, Look(WHOLE, size=8, across="center")),
    ("line.picture", "picture", 9, _TEXT),
    ("line.supplier_item", "supplier_item", 13, replace(_WRAP, bold=True)),
    ("line.sku", "sku", 16, _WRAP),
    ("line.fnsku", "fnsku", 12.5, _TEXT),
    ("line.description", "description", 31, _WRAP),
    ("line.mode", "transport", 8, _TEXT),
    ("line.case_pack", "case_pack", 8, Look(WHOLE)),
    ("line.quantity", "quantity", 9, Look(WHOLE, bold=True)),
    ("line.cartons", "cartons", 8, Look(WHOLE)),
    ("line.price", "price", 9, Look(PRICE)),
    ("line.price_breaks", "price_breaks", 13, Look(TEXT, size=8, wrap=True, across="left", indent=1)),
    ("line.amount", "amount", 12, Look(MONEY)),
    ("line.carton_size", "carton_size", 12, Look(TEXT, size=8, across="center")),
    ("line.carton_volume", "carton_volume", 8, Look("0.0000")),
    ("line.volume", "volume", 8.5, Look(CUBIC)),
    ("line.carton_weight", "carton_weight", 8, Look("0.00")),
    ("line.weight", "weight", 9, Look(ONE)),
    ("reply.quantity", "reply_quantity", 10.5, Look(WHOLE, fill=OPEN, open=True)),
    ("reply.price", "reply_price", 10.5, Look(PRICE, fill=OPEN, open=True)),
    ("reply.date", "reply_date", 11.5, Look(DAY, fill=OPEN, open=True, across="center")),
    ("reply.remark", "reply_remark", 18, Look(TEXT, fill=OPEN, open=True, wrap=True)),
)
_LAST = len(COLUMNS)
_HEAD_BLOCKS = (
    (5, (("supplier", "supplier.name"), ("ship_to", "order.destination"), ("ship_by", "order.ship_by"))),
    (6, (("address", "supplier.address"), ("address", "order.address"), ("incoterm", "order.incoterm"))),
    (7, (("contact", "supplier.contact"), ("transport", "order.transport"), ("currency", "order.currency"))),
    (8, (("email", "supplier.email"), ("plan", "order.plan"), ("payment_terms", "order.payment_terms"))),
)
_BLOCKS = ((1, 3, 4, 6), (8, 10, 11, 14), (15, 17, 18, _LAST))  # label from, label to, value from, value to


def order_template() -> bytes:
    """Our template as a file: change logo, colours, wording and columns, keep the marks, name it in the settings."""
    out = BytesIO()
    build_template().save(out)
    return out.getvalue()


def open_template(settings: OrderSettings) -> tuple[Workbook, str]:
    """The company's template, or ours when it has none, with the name used in messages."""
    if settings.template is None:
        return build_template(), "our template"
    return open_workbook(settings.template, settings.template_name, load_workbook), settings.template_name


def build_template() -> Workbook:
    """The default order: head in three blocks, lines, totals, payment, carton marks, notes, signatures."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Order"
    looks = Looks(book)
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    for i, (_, _, width, _) in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width
    _top(sheet, looks)
    for i, (mark, label, _, look) in enumerate(COLUMNS, 1):
        head = REPLY_HEAD if mark.startswith("reply.") else HEAD
        currency = " {{order.currency}}" if label in ("price", "amount", "reply_price") else ""
        looks.fill(sheet.cell(HEADER_ROW, i), f"{{{{label.{label}}}}}{currency}", head)
        looks.fill(sheet.cell(LINE_ROW, i), f"{{{{{mark}}}}}", look)
    _totals(sheet, looks)
    _foot(sheet, looks, LINE_ROW + 3)
    return book


def _top(sheet: Any, looks: Looks) -> None:
    _block(sheet, looks, (1, 1, 1, 11), "{{buyer.name}}", NAME)
    _block(sheet, looks, (1, 12, 1, _LAST), "{{label.title}}", TITLE)
    _block(sheet, looks, (2, 1, 2, 11), "{{buyer.address}}", QUIET)
    _block(sheet, looks, (2, 12, 2, _LAST), "{{label.number}} {{order.number}}", replace(TITLE, size=11))
    _block(sheet, looks, (3, 1, 3, 11), "{{buyer.contact}}", QUIET)
    _block(sheet, looks, (3, 12, 3, _LAST), "{{label.date}} {{order.date}}", QUIET_RIGHT)
    sheet.row_dimensions[1].height, sheet.row_dimensions[4].height = 24, 8
    for row, facts in _HEAD_BLOCKS:
        for (first, middle, second, last), (label, mark) in zip(_BLOCKS, facts, strict=True):
            look = replace(VALUE, number=DAY, bold=True) if mark == "order.ship_by" else VALUE
            _block(sheet, looks, (row, first, row, middle), f"{{{{label.{label}}}}}", LABEL)
            _block(sheet, looks, (row, second, row, last), f"{{{{{mark}}}}}", look)
    sheet.row_dimensions[9].height = 8
    _block(sheet, looks, (10, 19, 10, _LAST), "{{label.please_confirm}}", replace(QUIET, across="center", bold=True))


def _totals(sheet: Any, looks: Looks) -> None:
    row = LINE_ROW + 1
    totals = {
        "line.quantity": WHOLE,
        "line.cartons": WHOLE,
        "line.amount": MONEY,
        "line.volume": CUBIC,
        "line.weight": ONE,
    }
    _block(sheet, looks, (row, 1, row, 6), "{{label.total}}", TOTAL)
    for i, (mark, _, _, _) in enumerate(COLUMNS, 1):
        if i > 6:
            value = f"{{{{{mark.replace('line.', 'total.')}}}}}" if mark in totals else None
            looks.fill(sheet.cell(row, i), value, replace(TOTAL, number=totals.get(mark, "General")))
    sheet.row_dimensions[row].height = 18


def _foot(sheet: Any, looks: Looks, row: int) -> None:
    _block(sheet, looks, (row, 1, row, 6), "{{label.carton_marks}}", HEAD)
    _block(sheet, looks, (row, 8, row, 13), "{{label.notes}}", HEAD)
    for first, last, label in ((15, 17, "payment"), (18, 18, "share"), (19, 20, "amount"), (21, _LAST, "due")):
        _block(sheet, looks, (row, first, row, last), f"{{{{label.{label}}}}}", HEAD)
    _block(sheet, looks, (row + 1, 1, row + 4, 6), "{{order.carton_marks}}", BOX)
    _block(sheet, looks, (row + 1, 8, row + 4, 13), "{{order.notes}}", BOX)
    for i, (part, due) in enumerate((("deposit", "order.deposit_on"), ("balance", "order.balance_on")), row + 1):
        _block(sheet, looks, (i, 15, i, 17), f"{{{{label.{part}}}}}", replace(VALUE, bold=True, wrap=False))
        looks.fill(sheet.cell(i, 18), f"{{{{total.{part}_share}}}}", Look(SHARE, across="center"))
        _block(sheet, looks, (i, 19, i, 20), f"{{{{total.{part}}}}}", Look(MONEY, bold=True))
        _block(sheet, looks, (i, 21, i, _LAST), f"{{{{{due}}}}}", Look(DAY, across="center"))
    for i in range(row, row + 5):
        sheet.row_dimensions[i].height = 17
    sheet.row_dimensions[row + 5].height = 8
    _block(sheet, looks, (row + 6, 1, row + 6, 6), "{{label.buyer_signs}}", LABEL)
    _block(sheet, looks, (row + 6, 15, row + 6, _LAST), "{{label.supplier_signs}}", LABEL)
    _block(sheet, looks, (row + 7, 1, row + 7, 6), None, VALUE)
    _block(sheet, looks, (row + 7, 15, row + 7, _LAST), None, replace(VALUE, open=True))
    sheet.row_dimensions[row + 7].height = 46


def _block(sheet: Any, looks: Looks, place: tuple[int, int, int, int], value: Any, look: Look) -> None:
    """One value over a rectangle of cells: first row, first column, last row, last column."""
    top, left, bottom, right = place
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            looks.fill(sheet.cell(row, column), value if (row, column) == (top, left) else None, look)
    if (top, left) != (bottom, right):
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
