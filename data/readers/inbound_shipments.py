"""Shipments into FBA and their items, as the inbound API (v0, getShipments and getShipmentItems) returns them.

The rows carry no date; a shipment named by Amazon says when it was made (`FBA STA (10/28/2026 17:05)-PHX6`). More units
can be received than were shipped. The latest answer for a shipment counts.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from data.readers.base import Column, Format, Rows, run_alone

STATUSES = {
    "working": (),
    "ready_to_ship": (),
    "shipped": (),
    "in_transit": (),
    "delivered": (),
    "checked_in": (),
    "receiving": (),
    "closed": (),
    "cancelled": ("canceled",),
    "deleted": (),
    "error": (),
    "abandoned": (),
    "mixed": (),
    "unconfirmed": (),
}
_NAMED_ON = re.compile(r"\((\d{2})/(\d{2})/(\d{4})[ ,]")
_SHIPMENT = ("ShipmentId", "ShipmentName", "ShipmentStatus", "DestinationFulfillmentCenterId")
_ITEM = ("ShipmentId", "SellerSKU", "FulfillmentNetworkSKU", "QuantityShipped", "QuantityReceived", "QuantityInCase")


def _records(document: Any, name: str) -> list[Mapping[str, Any]] | None:
    """Records of one answer or a list of answers (pages), with or without the `payload` around them."""
    pages = document if isinstance(document, list) else [document]
    found: list[Mapping[str, Any]] = []
    for page in pages:
        body = page.get("payload", page) if isinstance(page, Mapping) else None
        if not isinstance(body, Mapping) or not isinstance(body.get(name), list):
            return None
        found += [record for record in body[name] if isinstance(record, Mapping)]
    return found if pages else None


def shipments(document: Any) -> tuple[Sequence[str], Rows] | None:
    """Rows of getShipments."""
    records = _records(document, "ShipmentData")
    if records is None:
        return None
    rows = [[*_texts(record, _SHIPMENT), _named_on(str(record.get("ShipmentName") or ""))] for record in records]
    return (*_SHIPMENT, "CreatedOn"), rows


def items(document: Any) -> tuple[Sequence[str], Rows] | None:
    """Rows of getShipmentItems."""
    records = _records(document, "ItemData")
    if records is None:
        return None
    return (*_ITEM, "PrepOwner"), [[*_texts(record, _ITEM), _prep_owner(record)] for record in records]


def _texts(record: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    return ["" if record.get(name) is None else str(record[name]) for name in names]


def _prep_owner(record: Mapping[str, Any]) -> str:
    steps = [step for step in record.get("PrepDetailsList") or () if isinstance(step, Mapping)]
    return next((str(step["PrepOwner"]) for step in steps if step.get("PrepOwner")), "")


def _named_on(name: str) -> str:
    found = _NAMED_ON.search(name)
    return "" if found is None else f"{found[3]}-{found[1]}-{found[2]}"


SHIPMENTS = Format(
    name="inbound_shipments",
    title="Shipments into FBA (API)",
    table="inbound_shipment",
    columns=(
        Column("marketplace", "marketplace", given="marketplace"),
        Column("shipment", "text", ("ShipmentId",), required=True),
        Column("shipment_name", "text", ("ShipmentName",)),
        Column("status", "text", ("ShipmentStatus",), required=True, needed=True, codes=STATUSES),
        Column("destination", "text", ("DestinationFulfillmentCenterId",)),
        Column("created_on", "date", ("CreatedOn",), required=True),
        Column("snapshot_date", "date", given="snapshot_date"),
    ),
    key=("marketplace", "shipment"),
    newest="snapshot_date",
    extract=shipments,
    where="your API tool: Fulfillment Inbound v0, getShipments (JSON saved to a file)",
    how_often="weekly, with the items",
)
ITEMS = Format(
    name="inbound_items",
    title="Items of shipments into FBA (API)",
    table="inbound_item",
    columns=(
        Column("marketplace", "marketplace", given="marketplace"),
        Column("shipment", "text", ("ShipmentId",), required=True),
        Column("sku", "sku", ("SellerSKU",), required=True),
        Column("fnsku", "text", ("FulfillmentNetworkSKU",)),
        Column("quantity", "integer", ("QuantityShipped",), required=True, needed=True, low=0, high=1_000_000),
        Column("received", "integer", ("QuantityReceived",), low=0, high=1_000_000),
        Column("units_per_case", "integer", ("QuantityInCase",), low=0, high=1_000_000),
        Column("prep_owner", "text", ("PrepOwner",)),
        Column("snapshot_date", "date", given="snapshot_date"),
    ),
    key=("marketplace", "shipment", "sku"),
    newest="snapshot_date",
    extract=items,
    where="your API tool: Fulfillment Inbound v0, getShipmentItems (JSON saved to a file)",
    how_often="weekly, with the shipments",
)
FORMATS = (SHIPMENTS, ITEMS)

if __name__ == "__main__":
    run_alone(*FORMATS)
