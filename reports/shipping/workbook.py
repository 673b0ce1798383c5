"""The shipment plan a warehouse packs from: cartons, weights, volumes, how full a container gets; live formulas."""

from io import BytesIO
from typing import Any

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from policies.containers import Container, containers
from reports.bundle import PlanReport
from reports.errors import DocumentDiffers
from reports.sheets import CUBIC, DAY, MUTED, ONE, SHARE, TEXT, WHOLE, Formula, Look, Looks, page, to_bytes
from reports.shipping.cargo import Shipment, cargo_of
from reports.table import FIRST_ROW, HEAD, TITLE, Column, write_table
from reports.words import Words, date_text, in_line, message, words_of

TEXTS, UNITS = Look(TEXT), Look(WHOLE)
COLUMNS = (
    Column("number", message("No."), 5, Look(WHOLE, across="center")),
    Column("sku", message("SKU"), 18, TEXTS),
    Column("fnsku", message("FNSKU"), 13, TEXTS),
    Column("title", message("Title"), 30, TEXTS),
    Column("quantity", message("Units"), 9, Look(WHOLE, bold=True), total=True),
    Column("case_pack", message("Units per carton"), 9, UNITS),
    Column("full_cartons", message("Full cartons"), 9, UNITS, formula="=INT({quantity}/{case_pack})", total=True),
    Column("loose_units", message("Loose units"), 9, UNITS, formula="=MOD({quantity},{case_pack})", total=True),
    Column("carton", message("Carton cm"), 14, Look(TEXT, across="center")),
    Column("carton_kg", message("kg per carton"), 9, Look("0.00"), mark="heavy"),
    Column("unit_volume", message("m³ per unit"), 10, Look("0.00000")),
    Column("volume", message("Volume m³"), 10, Look(CUBIC), formula="={quantity}*{unit_volume}", total=True),
    Column("unit_weight", message("kg per unit"), 9, Look(CUBIC)),
    Column("weight", message("Weight kg"), 10, Look(ONE), formula="={quantity}*{unit_weight}", total=True),
    Column("expiration", message("Expires"), 11, Look(DAY, across="center")),
    Column("reason", message("Why"), 32, TEXTS),
)
_LETTERS = {column.key: get_column_letter(i) for i, column in enumerate(COLUMNS, 1)}


CONTAINERS = containers()
"""Planning figures for loose cartons; a planner may change them in the sheet."""
BY_CONTAINER = ("sea", "fast_sea", "rail")


def shipment_workbook(
    report: PlanReport,
    shipment: Shipment,
    paper: str = "A4",
    containers: tuple[Container, ...] = CONTAINERS,
    expirations: dict[str, object] | None = None,
) -> bytes:
    """One shipment as an .xlsx file in the plan's language.

    Raises `DocumentError` for a shipment the plan does not have, `DocumentDiffers` when units do not add up.
    """
    words = words_of("zh" if report.meta.language == "zh" else "en")
    cargo = cargo_of(report, shipment, expirations)
    units = cargo["quantity"].where(cargo["quantity"] > 0)
    rows = cargo.assign(
        number=range(1, len(cargo) + 1),
        carton=_sizes(cargo),
        unit_volume=cargo["volume_m3"] / units,
        unit_weight=cargo["weight_kg"] / units,
    )
    book = Workbook(write_only=True)
    looks = Looks(book)
    route = f"{shipment.source} → {shipment.marketplace} {shipment.destination} · {words(shipment.mode)}"
    note = f"{words('Plan')} {report.meta.plan_id} · {date_text(report.meta.as_of, report.meta.language)}"
    name = message("Shipment")
    sheets = [write_table(book, looks, words, name, f"{words(name)}: {route}", note, COLUMNS, rows)]
    sheets.append(_fill_sheet(book, looks, words, shipment, containers, len(rows)))
    for sheet in sheets:
        page(sheet, paper, f"{in_line(words, 'Shipment')} {route}", note, f"Replenish {report.meta.version}")
    book.properties.title, book.properties.creator = f"Shipment {route}", f"Replenish {report.meta.version}"
    book.properties.created = book.properties.modified = report.meta.created_at.replace(tzinfo=None)
    content = to_bytes(book)
    _verify(content, cargo)
    return content


def _sizes(cargo: pd.DataFrame) -> list[str]:
    sides = zip(cargo["length_cm"], cargo["width_cm"], cargo["height_cm"], strict=True)
    return ["×".join(f"{side:g}" for side in row) if all(side == side for side in row) else "" for row in sides]


def _fill_sheet(
    book: Any, looks: Looks, words: Words, shipment: Shipment, containers: tuple[Container, ...], count: int
) -> Any:
    """Totals, and for sea and rail how many containers of each kind the goods need and fill."""
    lines = f"'{words('Shipment')}'!"
    sheet = book.create_sheet(words("Load"))
    sheet.sheet_view.showGridLines = False
    for i, width in enumerate((24, 16, 16, 16, 16, 16), 1):
        sheet.column_dimensions[get_column_letter(i)].width = width

    def total(key: str) -> Formula:
        letter = _LETTERS[key]
        return Formula(f"=SUM({lines}{letter}{FIRST_ROW}:{letter}{FIRST_ROW + count - 1})")

    facts = (
        (message("Units"), "quantity", WHOLE), (message("Full cartons"), "full_cartons", WHOLE),
        (message("Loose units"), "loose_units", WHOLE), (message("Volume m³"), "volume", CUBIC),
        (message("Weight kg"), "weight", ONE),
    )  # fmt: skip
    sheet.append([looks.cell(sheet, words("Load"), TITLE)])
    for head, key, number in facts:
        sheet.append([looks.cell(sheet, words(head), TEXTS), looks.cell(sheet, total(key), Look(number, bold=True))])
    if shipment.mode not in BY_CONTAINER:
        return sheet
    sheet.append([])
    heads = (message("Container"), message("Usable m³"), message("Payload kg"), message("Full by volume"),
             message("Full by weight"), message("Containers needed"))  # fmt: skip
    sheet.append([looks.cell(sheet, words(head), HEAD) for head in heads])
    for row, container in enumerate(containers, len(facts) + 4):
        volume, weight = Formula(f"=$B$5/B{row}"), Formula(f"=$B$6/C{row}")
        needed = Formula(f"=ROUNDUP(MAX(D{row},E{row}),0)")
        sheet.append(
            [
                looks.cell(sheet, value, look)
                for value, look in (
                    (container.name, TEXTS),
                    (container.usable_m3, Look(ONE)),
                    (container.payload_kg, UNITS),
                    (volume, Look(SHARE)),
                    (weight, Look(SHARE)),
                    (needed, Look(WHOLE, bold=True)),
                )
            ]
        )
    sheet.append([looks.cell(sheet, words("Usual figures for loose cartons; change them to your forwarder's."),
                             Look(colour=MUTED, italic=True, line=False))])  # fmt: skip
    return sheet


def _verify(content: bytes, cargo: pd.DataFrame) -> None:
    book = load_workbook(BytesIO(content), read_only=True)
    place = [column.key for column in COLUMNS].index("quantity")
    sheet: Any = book.worksheets[0]
    units = sum(row[place] or 0 for row in sheet.iter_rows(min_row=FIRST_ROW, values_only=True) if len(row) > place)
    book.close()
    if units != int(cargo["quantity"].sum()):
        raise DocumentDiffers(f"The shipment workbook holds {units:,} units, the plan {cargo['quantity'].sum():,}.")
