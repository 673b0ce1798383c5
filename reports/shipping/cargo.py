"""What one shipment holds, line by line, with the cartons it is packed in."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from reports.bundle import PlanReport
from reports.describe import describe
from reports.errors import DocumentError

CARGO_COLUMNS = {
    "item": "marketplace/sku",
    "sku": "seller SKU",
    "fnsku": "Amazon's unit label",
    "asin": "ASIN",
    "title": "title",
    "quantity": "units",
    "case_pack": "units per carton",
    "full_cartons": "whole cartons of one SKU",
    "loose_units": "units beyond whole cartons",
    "length_cm": "carton, longest side",
    "width_cm": "carton, middle side",
    "height_cm": "carton, shortest side",
    "carton_kg": "gross weight of a whole carton",
    "volume_m3": "of the line",
    "weight_kg": "of the line, gross",
    "prep_owner": "AMAZON or SELLER",
    "label_owner": "AMAZON or SELLER",
    "expiration": "date or None",
    "reason": "why it is shipped",
}
_PACKING = ("carton_length_cm", "carton_width_cm", "carton_height_cm", "carton_weight_kg", "prep_owner", "label_owner")


@dataclass(frozen=True, order=True)
class Shipment:
    """Which shipment: goods of one marketplace from one place to another by one mode."""

    marketplace: str
    source: str
    destination: str
    mode: str


@dataclass(frozen=True)
class Upload:
    """Files for Amazon, and the lines they could not take (item, sku, reason); nothing is dropped silently."""

    files: dict[str, bytes]
    refused: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["item", "sku", "reason"]))


def shipments_of(report: PlanReport) -> list[Shipment]:
    """The shipments of a plan: what warehouses send now, and what suppliers will send to FBA directly."""
    moves = report.decision.shipments[["item", "source", "destination", "mode"]]
    bought = report.decision.purchases
    direct = bought[bought["destination"] == "FBA"].rename(columns={"supplier": "source"})
    rows = pd.concat([moves, direct[["item", "source", "destination", "mode"]]])
    places = rows["item"].astype(str).str.split("/", n=1).str[0]
    keys = zip(places, rows["source"], rows["destination"], rows["mode"], strict=True)
    return sorted({Shipment(*map(str, key)) for key in keys})


def cargo_of(report: PlanReport, shipment: Shipment, expirations: dict[str, object] | None = None) -> pd.DataFrame:
    """The lines of one shipment by SKU; columns `CARGO_COLUMNS`. `expirations` maps item keys to dates.

    Raises `DocumentError` when the plan has no such shipment.
    """
    moves = report.decision.shipments
    bought = report.decision.purchases.rename(columns={"supplier": "source"})
    direct = bought[bought["destination"] == "FBA"]
    rows = pd.concat([moves, direct], ignore_index=True) if len(direct) else moves  # an empty table has no types
    here = (
        rows["item"].astype(str).str.startswith(f"{shipment.marketplace}/")
        & (rows["source"] == shipment.source)
        & (rows["destination"] == shipment.destination)
        & (rows["mode"] == shipment.mode)
    )
    return _cargo(report, rows[here], shipment, expirations or {})


def inbound_to(report: PlanReport, supplier: str, warehouse: str) -> pd.DataFrame:
    """What a supplier sends to a warehouse, for example AWD, in the columns of `cargo_of`."""
    bought = report.decision.purchases
    rows = bought[(bought["supplier"] == supplier) & (bought["destination"] == warehouse)]
    return _cargo(report, rows, Shipment("", supplier, warehouse, ""), {})


def _cargo(report: PlanReport, rows: pd.DataFrame, shipment: Shipment, expirations: dict[str, object]) -> pd.DataFrame:
    if rows.empty:
        raise DocumentError(
            f"Plan {report.meta.plan_id} has no shipment from {shipment.source} to {shipment.destination}"
            f"{' by ' + shipment.mode if shipment.mode else ''}. Run `replenish plan` again, or name another."
        )
    wanted = [name for name in _PACKING if name in report.catalogue]
    known = report.catalogue[["item", *wanted]].drop_duplicates("item")
    lines = describe(report, rows[["item", "quantity", "case_pack", "volume_m3", "weight_kg", "reason"]])
    lines = lines.merge(known, on="item", how="left", sort=False)
    lines = lines.reindex(columns=[*dict.fromkeys([*lines.columns, *_PACKING])])
    pack = lines["case_pack"].fillna(1).clip(lower=1).astype(int)
    quantity = lines["quantity"].round().astype(int)
    sides = np.sort(lines[list(_PACKING[:3])].astype(float).to_numpy(), axis=1)[:, ::-1]
    owners = {name: lines[name].fillna("SELLER").astype(str).str.upper() for name in ("prep_owner", "label_owner")}
    lines = lines.assign(
        quantity=quantity,
        case_pack=pack,
        full_cartons=quantity // pack,
        loose_units=quantity % pack,
        length_cm=sides[:, 0],
        width_cm=sides[:, 1],
        height_cm=sides[:, 2],
        carton_kg=lines["carton_weight_kg"].astype(float),
        expiration=lines["item"].map(expirations).astype(object),
        **owners,
    )
    return lines[list(CARGO_COLUMNS)].sort_values("sku", kind="stable").reset_index(drop=True)
