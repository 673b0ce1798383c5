"""The older flat file "Create Shipping Plan": tab-delimited text, kept for accounts and tools that still take it."""

import pandas as pd

from reports.safe import plain_text, safe_name, starts_like_formula
from reports.sheets import records
from reports.shipping.cargo import Upload

ADDRESS_LINES = ("AddressName", "AddressFieldOne", "AddressFieldTwo", "AddressCity", "AddressCountryCode",
                 "AddressStateOrRegion", "AddressPostalCode", "AddressDistrict")  # fmt: skip
_SOURCES = ("name", "addressLine1", "addressLine2", "city", "countryCode", "stateOrProvinceCode", "postalCode",
            "districtOrCounty")  # fmt: skip
LINES_PER_FILE = 200  # kept low: no published limit was found for this file
SKU_CHARACTERS = 80  # as in Amazon's newer file


def shipping_plan(cargo: pd.DataFrame, country: str, source: dict[str, str], name: str, case_packed: bool) -> Upload:
    """Flat files of one shipment. With `case_packed`, lines that do not fill whole cartons are refused, and named.

    `source` has the keys of `reports.shipping.inbound_api.Address`. SKUs that a spreadsheet would take for a formula
    are refused too: this file has no way to mark text as text.
    """
    good, refused = [], []
    for line in records(cargo):
        sku, reason = str(line["sku"]), ""
        if starts_like_formula(sku) or "\t" in sku or "\n" in sku:
            reason = "a spreadsheet would take this SKU for a formula; use the Send to Amazon workbook"
        elif len(sku) > SKU_CHARACTERS:
            reason = f"the SKU has {len(sku)} characters; Amazon takes {SKU_CHARACTERS}"
        elif line["quantity"] < 1:
            reason = "the quantity is below 1"
        elif case_packed and line["loose_units"]:
            reason = f"{line['loose_units']} units do not fill a carton; use the file of individual units"
        (refused.append((line["item"], sku, reason)) if reason else good.append(line))
    parts = [good[i : i + LINES_PER_FILE] for i in range(0, len(good), LINES_PER_FILE)]
    files = {}
    for i, part in enumerate(parts, 1):
        title = f"{name} {i} of {len(parts)}" if len(parts) > 1 else name
        head = [("PlanName", title), ("ShipToCountry", country)]
        head += [(label, source.get(key, "")) for label, key in zip(ADDRESS_LINES, _SOURCES, strict=True)]
        rows = ["\t".join((label, _field(value))) for label, value in head] + [""]
        if case_packed:
            rows.append("MerchantSKU\tUnitsPerCase\tNumberOfCases\tQuantity")
            rows += [f"{r['sku']}\t{r['case_pack']}\t{r['full_cartons']}\t{r['quantity']}" for r in part]
        else:
            rows.append("MerchantSKU\tQuantity")
            rows += [f"{r['sku']}\t{r['quantity']}" for r in part]
        files[safe_name(title, ".txt")] = ("\r\n".join(rows) + "\r\n").encode("utf-8")
    return Upload(files, pd.DataFrame(refused, columns=["item", "sku", "reason"]))


def _field(text: str) -> str:
    """One field on one line; an address that begins like a formula is set off by a blank."""
    flat = " ".join(plain_text(text).split())
    return f" {flat}" if flat and starts_like_formula(flat) else flat
