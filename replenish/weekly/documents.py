"""The files of one plan: purchase orders, shipment files, plan workbook, page. Bytes by name; `reports.save` writes."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from replenish.config import Config
from replenish.errors import RefusedInput
from reports.bundle import PlanReport
from reports.html import plan_page
from reports.orders.letter import order_letter
from reports.orders.lines import orders_of
from reports.orders.settings import OrderSettings
from reports.orders.workbook import purchase_order
from reports.plan.workbook import plan_workbook
from reports.safe import safe_name
from reports.shipping.cargo import cargo_of, shipments_of
from reports.shipping.send_to_amazon import send_to_amazon
from reports.shipping.workbook import shipment_workbook

Tell = Callable[[str], None]


def plan_documents(
    report: PlanReport,
    config: Config,
    numbers: Mapping[tuple[str, str], str],
    price_breaks: pd.DataFrame,
    workspace: Path | None,
    tell: Tell = lambda step: None,
) -> dict[str, bytes]:
    """Every document of a plan. `numbers`: purchase order number by supplier and destination."""
    files: dict[str, bytes] = {}
    settings = order_settings(report, config, price_breaks, workspace)
    for supplier, destination in orders_of(report):
        number = numbers[(supplier, destination)]
        tell(f"purchase order {number}")
        name = safe_name(f"{number} {supplier} to {destination}", ".xlsx")
        files[f"purchase-orders/{name}"] = purchase_order(report, supplier, destination, number, settings)
        letter = order_letter(report, supplier, destination, number, settings)
        files[f"purchase-orders/{safe_name(f'{number} e-mail', '.txt')}"] = letter.encode()
    files |= _shipments(report, config, tell)
    tell("plan workbook")
    files["plan.xlsx"] = plan_workbook(report, config.documents.paper)
    tell("page")
    files["report.html"] = plan_page(report)
    return files


def _shipments(report: PlanReport, config: Config, tell: Tell) -> dict[str, bytes]:
    """Shipment workbook and Send to Amazon files of what warehouses send now."""
    files: dict[str, bytes] = {}
    refused = []
    sent_now = set(report.decision.shipments["source"])
    for shipment in shipments_of(report):
        if shipment.source not in sent_now:
            continue
        tell(f"shipment from {shipment.source}")
        name = f"{shipment.source} to {shipment.marketplace} {shipment.destination} by {shipment.mode}"
        files[f"shipments/{safe_name(name, '.xlsx')}"] = shipment_workbook(report, shipment, config.documents.paper)
        cargo = cargo_of(report, shipment)
        upload = send_to_amazon(cargo, shipment.marketplace, f"Send to Amazon {name}")
        files |= {f"shipments/{file}": content for file, content in upload.files.items()}
        refused.append(upload.refused)
    left = pd.concat(refused, ignore_index=True) if refused else pd.DataFrame()
    if len(left):
        files["shipments/not in the upload files.csv"] = left.to_csv(index=False).encode("utf-8-sig")
    return files


def order_settings(
    report: PlanReport, config: Config, price_breaks: pd.DataFrame, workspace: Path | None
) -> OrderSettings:
    """What the company says about its orders, from the settings file."""
    template = None
    if config.documents.template:
        path = (workspace or Path()) / config.documents.template
        if not path.is_file():
            raise RefusedInput(f"documents.template names {path}, which is not there. Correct replenish.toml.")
        template = path.read_bytes()
    return OrderSettings(
        ordered_on=report.meta.as_of,
        language=config.documents.language,
        paper=config.documents.paper,
        buyer_name=config.seller.name,
        buyer_address=config.documents.address,
        template=template,
        template_name=config.documents.template or "template",
        workspace=workspace,
        price_breaks=price_breaks,
    )
