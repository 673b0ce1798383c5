"""A second look at a written order: opened again, its units and money must equal the plan's."""

from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from typing import Any

import pandas as pd
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from reports.errors import DocumentDiffers
from reports.orders.marks import Marks


def money(value: float) -> Decimal:
    """Rounded to cents as spreadsheets round: halves away from zero."""
    return Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def verify_order(content: bytes, marks: Marks, lines: pd.DataFrame) -> None:
    """Raise `DocumentDiffers` unless every line's quantity and price, and the sum of both, are the plan's."""
    sheet: Any = load_workbook(BytesIO(content))[marks.sheet.title]
    units, amount = 0.0, Decimal(0)
    for row in range(marks.line_row, marks.line_row + len(lines)):
        quantity = float(sheet.cell(row, marks.columns["line.quantity"]).value or 0)
        price = float(sheet.cell(row, marks.columns["line.price"]).value or 0)
        units += quantity
        amount += money(round(quantity * price, 6))
        asked = f"=ROUND({_at(marks, 'quantity', row)}*{_at(marks, 'price', row)},2)"
        if sheet.cell(row, marks.columns["line.amount"]).value != asked:
            raise DocumentDiffers(f"The amount in row {row} of the order is not quantity times price; not handed out.")
    planned_units, planned_amount = float(lines["quantity"].sum()), float(lines["amount"].sum())
    allowed = 0.0051 * len(lines) + 0.01
    if units != planned_units or abs(float(amount) - planned_amount) > allowed:
        raise DocumentDiffers(
            f"The order adds up to {units:,.0f} units and {amount:,} where the plan has {planned_units:,.0f} units and "
            f"{planned_amount:,.2f}. It was not handed out; check price and quantity of its lines in the plan."
        )


def _at(marks: Marks, name: str, row: int) -> str:
    return f"{get_column_letter(marks.columns[f'line.{name}'])}{row}"
