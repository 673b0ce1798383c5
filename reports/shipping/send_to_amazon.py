"""Send to Amazon, step 1, file upload: Amazon's manifest sheet, cell for cell, or the seller's own copy filled in.

The layout without a template is the one read in Amazon's workbook `ManifestFileUpload_Template_MPL.xlsx` (metric) and
its case-pack variant. Labels in inches and pounds for the US follow the same pattern but were not read in a file of
Amazon's: a template downloaded from Seller Central is the surest way, and is filled by header name.
"""

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd
from openpyxl import Workbook

from reports.errors import TemplateRefused
from reports.inspect import open_workbook
from reports.safe import safe_name
from reports.sheets import put, records, to_bytes
from reports.shipping.cargo import Upload

SHEET = "Create workflow – template"
SKU_CHARACTERS, LINES_PER_FILE = 80, 1500
"""Characters: Amazon's data definitions. Lines: what public fillers keep to; the API behind it takes 2,000."""
CM_PER_INCH, KG_PER_POUND = 2.54, 0.45359237
IMPERIAL = ("US",)
PLAIN = ("Merchant SKU", "Quantity", "Prep owner", "Labeling owner")
CASE_PACKED = (
    *PLAIN, "Expiration date (MM/DD/YYYY)", "Manufacturing lot code ", "Units per box ", "Number of boxes",
    "Box length ({side})", "Box width ({side})", "Box height ({side})", "Box weight ({weight})",
)  # fmt: skip
_FIELDS = (
    ("sku", "merchant sku"), ("quantity", "quantity"), ("prep", "prep owner"), ("label", "labeling owner"),
    ("expiration", "expiration date"), ("lot", "manufacturing lot code"), ("units_per_box", "units per box"),
    ("boxes", "number of boxes"), ("length", "box length"), ("width", "box width"), ("height", "box height"),
    ("weight", "box weight"),
)  # fmt: skip
"""Our names and how Amazon's header begins, lower case."""


@dataclass(frozen=True)
class _Layout:
    header_row: int
    columns: dict[str, int]
    imperial: bool


def send_to_amazon(
    cargo: pd.DataFrame, marketplace: str, name: str, case_packed: bool = True, template: bytes | None = None
) -> Upload:
    """Manifest files of one shipment (`cargo_of`), at most 1,500 lines each, and the lines Amazon would not take.

    With `case_packed`, whole cartons are one row with boxes and the rest one row without; else each SKU is one row of
    individual units. `template` is the seller's own download. Raises `TemplateRefused` when it is not Amazon's sheet.
    """
    fields = set(_open(marketplace, case_packed, template)[1].columns)
    case_packed = case_packed and {"units_per_box", "boxes"} <= fields
    refused = refused_lines(cargo, marketplace, fields)
    good = cargo[~cargo["item"].isin(refused["item"])]
    rows = [row for line in records(good) for row in _rows(line, case_packed)]
    parts = [rows[i : i + LINES_PER_FILE] for i in range(0, len(rows), LINES_PER_FILE)]
    files = {}
    for i, part in enumerate(parts, 1):
        suffix = f" {i} of {len(parts)}" if len(parts) > 1 else ""
        files[safe_name(f"{name}{suffix}", ".xlsx")] = _manifest(part, marketplace, case_packed, template)
    return Upload(files, refused)


def refused_lines(cargo: pd.DataFrame, marketplace: str, fields: set[str]) -> pd.DataFrame:
    """Lines the manifest cannot hold, with the reason in words."""
    found = []
    for line in records(cargo):
        sku = str(line["sku"])
        reason = ""
        if len(sku) > SKU_CHARACTERS:
            reason = f"the SKU has {len(sku)} characters; Amazon's file takes {SKU_CHARACTERS}"
        elif not re.fullmatch(r"[ -~]+", sku):
            reason = "the SKU has characters that are not English; Amazon's file does not take them"
        elif line["quantity"] < 1:
            reason = "the quantity is below 1"
        elif line["label_owner"] == "AMAZON" and marketplace in IMPERIAL:
            reason = "Amazon no longer labels units in the US; set `label_owner` to SELLER"
        elif _expires(line) and "expiration" not in fields:
            reason = "it expires and the file has no such column; take the template with expiration dates"
        if reason:
            found.append((line["item"], sku, reason))
    return pd.DataFrame(found, columns=["item", "sku", "reason"])


def _rows(line: dict[str, Any], case_packed: bool) -> list[dict[str, Any]]:
    shared = {"sku": line["sku"], "prep": _owner(line["prep_owner"]), "label": _owner(line["label_owner"])}
    if _expires(line):
        shared["expiration"] = line["expiration"]
    if not case_packed or line["full_cartons"] == 0:
        return [{**shared, "quantity": line["quantity"]}]
    boxed = {
        **shared, "quantity": line["full_cartons"] * line["case_pack"], "units_per_box": line["case_pack"],
        "boxes": line["full_cartons"], "length": line["length_cm"], "width": line["width_cm"],
        "height": line["height_cm"], "weight": line["carton_kg"],
    }  # fmt: skip
    return [boxed, {**shared, "quantity": line["loose_units"]}] if line["loose_units"] else [boxed]


def _expires(line: dict[str, Any]) -> bool:
    return line["expiration"] is not None and line["expiration"] == line["expiration"]


def _owner(owner: str) -> str:
    """The workbook knows `Amazon` and `Seller` only; no prep needed is `Seller`."""
    return "Amazon" if owner == "AMAZON" else "Seller"


def _open(marketplace: str, case_packed: bool, template: bytes | None) -> tuple[Any, _Layout]:
    if template is None:
        book = Workbook()
        return book, _our_layout(book.active, marketplace, case_packed)
    book = open_workbook(template, "Your Send to Amazon template")
    return book, _find_layout(book)


def _manifest(rows: list[dict[str, Any]], marketplace: str, case_packed: bool, template: bytes | None) -> bytes:
    book, layout = _open(marketplace, case_packed, template)
    sheet = book[SHEET]
    for number, row in enumerate(rows, layout.header_row + 1):
        for field, column in layout.columns.items():
            cell = sheet.cell(number, column)
            value = _in_units(field, row.get(field), layout.imperial)
            if put(cell, value):
                cell.quotePrefix = True
            if field == "expiration" and value is not None:
                cell.number_format = "mm/dd/yyyy"
            if field == "sku":
                cell.number_format = "@"
    return to_bytes(book)


def _in_units(field: str, value: Any, imperial: bool) -> Any:
    if value is None or value != value:
        return None
    if field in ("length", "width", "height"):
        return round(value / CM_PER_INCH, 2) if imperial else round(value, 2)
    if field == "weight":
        return round(value / KG_PER_POUND, 2) if imperial else round(value, 2)
    return value


def _our_layout(sheet: Any, marketplace: str, case_packed: bool) -> _Layout:
    """Rows 1 to 8 of Amazon's sheet."""
    imperial = marketplace in IMPERIAL
    sheet.title = SHEET
    sheet["A1"] = "Please review the Example tab before you complete this sheet"
    sheet["A3"], sheet["B3"] = "Default prep owner", "Seller"
    sheet["A4"], sheet["B4"] = "Default labeling owner", "Seller"
    sheet.merge_cells("B3:D3")
    sheet.merge_cells("B4:D4")
    sheet["C7"] = "Optional"
    units = {"side": "in", "weight": "lb"} if imperial else {"side": "cm", "weight": "kg"}
    heads = [head.format(**units) for head in (CASE_PACKED if case_packed else PLAIN)]
    if case_packed:
        sheet["G7"] = "Optional: Use only for case-packed SKUs"
    for i, head in enumerate(heads, 1):
        sheet.cell(8, i).value = head
        sheet.column_dimensions[sheet.cell(8, i).column_letter].width = 30 if i == 1 else 18
    return _Layout(8, {field: i for i, (field, _) in enumerate(_FIELDS[: len(heads)], 1)}, imperial)


def _find_layout(book: Any) -> _Layout:
    """The header row of the seller's template: the row whose column A is `Merchant SKU`, in whichever row it stands."""
    if SHEET not in book.sheetnames:
        raise TemplateRefused(
            f"Your Send to Amazon template has no sheet `{SHEET}`; it has {', '.join(book.sheetnames)}. Download it "
            "again: Send to Amazon, step 1, File upload, Generate and download."
        )
    sheet = book[SHEET]
    for row in range(1, min(sheet.max_row, 40) + 1):
        if str(sheet.cell(row, 1).value or "").strip().lower() != "merchant sku":
            continue
        columns: dict[str, int] = {}
        heads = {i: str(sheet.cell(row, i).value or "").strip().lower() for i in range(1, sheet.max_column + 1)}
        for field, start in _FIELDS:
            place = next((i for i, head in heads.items() if head.startswith(start)), None)
            if place is not None:
                columns[field] = place
        text = " ".join(heads.values())
        return _Layout(row, columns, "(in)" in text or "(lb)" in text)
    raise TemplateRefused("Your Send to Amazon template has no row that begins with `Merchant SKU`. Download it again.")
