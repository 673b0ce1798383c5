"""Golden cells: value, type, format and look of every cell of each workbook, as text that a review can read.

After an intended change: REPLENISH_UPDATE_GOLDEN=1 python -m pytest tests/reports/test_golden.py
"""

import os
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from reports.bundle import PlanReport
from reports.orders.letter import order_letter
from reports.orders.lines import orders_of
from reports.orders.settings import OrderSettings
from reports.orders.workbook import purchase_order
from reports.plan.workbook import plan_workbook
from reports.shipping.cargo import Shipment, cargo_of
from reports.shipping.send_to_amazon import send_to_amazon
from reports.shipping.workbook import shipment_workbook

GOLDEN = Path(__file__).with_name("golden")
TRUCK = Shipment("US", "New Jersey 3PL", "FBA", "truck")
SETTINGS = OrderSettings(date(2026, 8, 3), "both", buyer_name="Maple & Fox Ltd.")
MASK = {"digest": "<digest>"}  # of the plan's lines; the lines themselves are below
DOCUMENTS: dict[str, Callable[[PlanReport], bytes | str]] = {
    "plan_en": plan_workbook,
    "order_both": lambda report: purchase_order(report, *orders_of(report)[0], "PO-2026-0001", SETTINGS),
    "letter_both": lambda report: order_letter(report, *orders_of(report)[0], "PO-2026-0001", SETTINGS),
    "shipment_en": lambda report: shipment_workbook(report, TRUCK),
    "send_to_amazon_us": lambda report: next(iter(send_to_amazon(cargo_of(report, TRUCK), "US", "STA").files.values())),
}


def dump(content: bytes | str) -> str:
    """One line a cell: place, type, value, then format and look where they are not plain."""
    return content if isinstance(content, str) else "\n".join(_lines(load_workbook(BytesIO(content)))) + "\n"


def _lines(book: Any) -> Iterator[str]:
    for sheet in book.worksheets:
        yield f"## {sheet.title} [{sheet.sheet_state}] freeze {sheet.freeze_panes} filter {sheet.auto_filter.ref}"
        yield f"merged {' '.join(sorted(str(part) for part in sheet.merged_cells.ranges))}"
        widths = dict(sorted(sheet.column_dimensions.items()))
        yield "widths " + " ".join(f"{k}:{'hidden' if v.hidden else f'{v.width:g}'}" for k, v in widths.items())
        breaks = [part.id for part in sheet.row_breaks.brk]
        yield f"breaks {breaks} titles {sheet.print_title_rows} {sheet.print_title_cols}"
        masked = ""
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None and not cell.has_style:
                    continue
                value = MASK.get(masked, cell.value) if cell.column == 2 else cell.value
                masked = str(cell.value) if cell.column == 1 else masked
                shown = f"{value:.9g}" if isinstance(value, float) else repr(value)
                yield f"{cell.coordinate} {cell.data_type} {shown}{_look(cell)}"


def _look(cell: Any) -> str:
    parts = [cell.number_format if cell.number_format != "General" else "", "bold" if cell.font.bold else "",
             f"fill {cell.fill.fgColor.rgb[2:]}" if cell.fill.fill_type else "", "quoted" if cell.quotePrefix else "",
             "" if cell.protection.locked else "open", cell.alignment.horizontal or ""]  # fmt: skip
    said = [part for part in parts if part]
    return f"  ({', '.join(said)})" if said else ""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_cells_are_as_they_were(name: str, make_report: Callable[..., PlanReport]) -> None:
    found = dump(DOCUMENTS[name](make_report(12, 4)))
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("REPLENISH_UPDATE_GOLDEN") == "1":
        GOLDEN.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8", newline="\n")
    assert path.is_file(), f"no {path.name}; write it with REPLENISH_UPDATE_GOLDEN=1"
    kept = path.read_text(encoding="utf-8")
    assert found.splitlines() == kept.splitlines(), "intended? REPLENISH_UPDATE_GOLDEN=1, then read the difference"


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(DOCUMENTS)
