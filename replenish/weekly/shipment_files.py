"""What a plan ships, as files: a workbook for the warehouse, and each form Amazon takes that the settings ask for."""

from collections.abc import Callable, Iterable

import pandas as pd

from policies.marketplaces import marketplace
from replenish.config import Documents
from replenish.errors import RefusedInput
from reports.bundle import PlanReport
from reports.safe import safe_name
from reports.shipping.cargo import Shipment, Upload, cargo_of, inbound_to, shipments_of
from reports.shipping.inbound_api import awd_inbound, create_inbound_plan
from reports.shipping.send_to_amazon import send_to_amazon
from reports.shipping.shipping_plan import shipping_plan
from reports.shipping.workbook import shipment_workbook

AWD = "AWD"
"""How the store names Amazon Warehousing and Distribution as a place."""


def shipment_files(report: PlanReport, documents: Documents, tell: Callable[[str], None]) -> dict[str, bytes]:
    """Files of what warehouses send now and of what suppliers send to AWD, and a list of lines no upload could take.

    Raises `RefusedInput` when a form needs the address of a place and the settings have none.
    """
    files: dict[str, bytes] = {}
    uploads: list[Upload] = []
    sent_now = set(report.decision.shipments["source"])
    for shipment in (each for each in shipments_of(report) if each.source in sent_now):
        tell(f"shipment from {shipment.source}")
        name = f"{shipment.source} to {shipment.marketplace} {shipment.destination} by {shipment.mode}"
        files[safe_name(name, ".xlsx")] = shipment_workbook(report, shipment, documents.paper)
        uploads += _uploads(report, shipment, documents, name)
    if "api" in documents.shipment_files:
        uploads += _to_awd(report, documents)
    for upload in uploads:
        files |= upload.files
    refused = _refused(uploads)
    if len(refused):
        files["not in the upload files.csv"] = refused.to_csv(index=False).encode("utf-8-sig")
    return {f"shipments/{name}": content for name, content in files.items()}


def _uploads(report: PlanReport, shipment: Shipment, documents: Documents, name: str) -> list[Upload]:
    cargo = cargo_of(report, shipment)
    made = []
    if "send-to-amazon" in documents.shipment_files:
        made.append(send_to_amazon(cargo, shipment.marketplace, f"Send to Amazon {name}"))
    if "api" in documents.shipment_files:
        place = marketplace(shipment.marketplace)
        address = _address(documents, shipment.source)
        made.append(create_inbound_plan(cargo, place.code, place.marketplace_id, address, f"Inbound plan {name}"))
    if "flat-file" in documents.shipment_files:
        country = marketplace(shipment.marketplace).iso
        address = _address(documents, shipment.source)
        for packed, rows in cargo.groupby(cargo["loose_units"] == 0):
            title = f"Shipping plan {'cases' if packed else 'units'} {name}"
            made.append(shipping_plan(rows, country, address, title, case_packed=bool(packed)))
    return made


def _to_awd(report: PlanReport, documents: Documents) -> Iterable[Upload]:
    bought = report.decision.purchases
    for supplier in sorted(set(bought.loc[bought["destination"] == AWD, "supplier"])):
        cargo = inbound_to(report, supplier, AWD)
        for place, rows in cargo.groupby(cargo["item"].str.split("/", n=1).str[0]):
            name = f"AWD {report.meta.plan_id} {supplier} {place}"
            yield awd_inbound(rows, str(place), _address(documents, supplier), name)


def _address(documents: Documents, source: str) -> dict[str, str]:
    found = documents.ship_from.get(source)
    if found is None:
        raise RefusedInput(
            f"documents.shipment_files needs the address of {source!r}; documents.ship_from has "
            f'none. Add a table [documents.ship_from."{source}"] to replenish.toml; its comment shows the fields.'
        )
    return found.model_dump(exclude_none=True)


def _refused(uploads: list[Upload]) -> pd.DataFrame:
    """Lines that a form could not take, once each with every reason."""
    rows = pd.concat([upload.refused for upload in uploads], ignore_index=True) if uploads else pd.DataFrame()
    return rows.drop_duplicates()
