"""Shipments into FBA as files from Seller Central: the list of shipments, and the contents of one.

The header of the shipping queue download is not confirmed in public: a list is recognised by a shipment number beside
a status and the units expected. A contents file (pack list) names its shipment in the lines above the header.
"""

from collections.abc import Mapping

from data.readers.base import Column, Format, Rows, normal, run_alone
from data.readers.inbound_shipments import STATUSES

LIST = Format(
    name="shipment_list",
    title="List of shipments into FBA",
    table="inbound_shipment",
    columns=(
        Column("marketplace", "marketplace", ("Ship To Country Code",), given="marketplace"),
        Column("shipment", "text", ("FBA Shipment ID", "Shipment ID"), required=True),
        Column("shipment_name", "text", ("Shipment Name",)),
        Column("status", "text", ("Status",), required=True, codes=STATUSES),
        Column("created_on", "date", ("Created Date", "Created")),
        Column("updated_on", "date", ("Last Updated Date", "Last updated")),
        Column("destination", "text", ("Destination FC", "Ship to")),
        Column("source", "text", ("Ship From Owner Name",)),
        Column("carrier", "text", ("Carrier",)),
        Column("mode", "text", ("Ship Method",)),
        Column("checked_in_on", "date", ("Shipment Status: CHECKED_IN",)),
        Column("skus", "integer", ("Total SKUs", "SKUs"), low=0),
        Column("units_expected", "integer", ("Total Shipped Qty", "Units expected"), required=True, low=0),
        Column("units_received", "integer", ("Total Located Qty", "Total Units Located", "Units located"), low=0),
        Column("placement_fee", "money", ("Chosen Placement Fee",)),
        Column("snapshot_date", "date", given="snapshot_date"),
    ),
    key=("marketplace", "shipment"),
    newest="snapshot_date",
    dropped=(
        *("Total Pallet Quantity", "Total Weight (lbs)", "Amazon Partnered Carrier Cost", "Ship To Postal Code"),
        "Ship From Postal Code",
    ),
    where="Inventory > Shipments (Shipping queue) > Download",
    how_often="weekly",
)


def shipment_above(lines: Rows) -> Mapping[str, str]:
    """The shipment that the lines above the header name."""
    for line in lines:
        if len(line) > 1 and normal(line[0]) == "shipment id" and line[1].strip():
            return {"shipment": line[1].strip()}
    return {}


CONTENTS = Format(
    name="shipment_contents",
    title="Contents of a shipment (pack list)",
    table="inbound_item",
    columns=(
        Column("marketplace", "marketplace", given="marketplace"),
        Column("shipment", "text", given="shipment"),
        Column("sku", "sku", ("Merchant SKU",), required=True),
        Column("fnsku", "text", ("FNSKU",), required=True),
        Column("asin", "text", ("ASIN",)),
        Column("title", "text", ("Title",)),
        Column("quantity", "integer", ("Shipped",), required=True, needed=True, low=0, high=1_000_000),
        Column("prep_owner", "text", ("Who will prep?",)),
        Column("label_owner", "text", ("Who will label?",), required=True),
        Column("snapshot_date", "date", given="snapshot_date"),
    ),
    key=("marketplace", "shipment", "sku"),
    newest="snapshot_date",
    dropped=("external-id", "Condition", "Prep type"),
    facts=shipment_above,
    where="Inventory > Shipments > the shipment > Download the shipment's contents",
    how_often="once for each shipment on its way",
)
FORMATS = (LIST, CONTENTS)

if __name__ == "__main__":
    run_alone(*FORMATS)
