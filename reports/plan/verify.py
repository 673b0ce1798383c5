"""A second look at the plan workbook: opened again, its lines must add up to the plan."""

from io import BytesIO
from typing import Any

import numpy as np
from openpyxl import load_workbook

from reports.bundle import PlanReport
from reports.errors import DocumentDiffers
from reports.plan.columns import BUY, SHIP
from reports.table import FIRST_ROW, Column


def verify_plan_workbook(content: bytes, report: PlanReport) -> None:
    """Raise `DocumentDiffers` unless units and purchase money of the written sheets equal the plan's."""
    book = load_workbook(BytesIO(content), read_only=True)
    decision = report.decision
    ship, buy = decision.shipments, decision.purchases
    expected = {
        "units to ship": (float(ship["quantity"].sum()), _sum(book.worksheets[1], SHIP, "quantity")),
        "units to order": (float(buy["quantity"].sum()), _sum(book.worksheets[2], BUY, "quantity")),
        "landed cost": (float(buy["landed_cost"].sum()), _sum(book.worksheets[2], BUY, "quantity", "unit_landed")),
    }
    book.close()
    for name, (plan, written) in expected.items():
        if not np.isclose(plan, written, rtol=1e-9, atol=0.005):
            raise DocumentDiffers(
                f"The plan workbook has {written:,.2f} {name} where the plan has {plan:,.2f}; it was not handed out. "
                "Please report this with the plan's id."
            )


def _sum(sheet: Any, columns: tuple[Column, ...], *keys: str) -> float:
    places = [[column.key for column in columns].index(key) for key in keys]
    return sum(
        float(np.prod([row[place] or 0.0 for place in places]))
        for row in sheet.iter_rows(min_row=FIRST_ROW, values_only=True)
        if row
    )
