"""The files of one plan: purchase orders, shipment files, plan workbook, page. Bytes by name; `reports.save` writes."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from replenish.config import Config
from replenish.errors import RefusedInput
from replenish.weekly.shipment_files import shipment_files
from reports.bundle import PlanReport
from reports.html import plan_page
from reports.orders.letter import order_letter
from reports.orders.lines import orders_of
from reports.orders.settings import OrderSettings
from reports.orders.workbook import purchase_order
from reports.plan.workbook import plan_workbook
from reports.safe import safe_name

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
    files |= shipment_files(report, config.documents, tell)
    tell("plan workbook")
    files["plan.xlsx"] = plan_workbook(report, config.documents.paper)
    tell("page")
    files["report.html"] = plan_page(report)
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
        buyer_contact=config.documents.contact,
        carton_marks=config.documents.carton_marks,
        notes=config.documents.notes,
        logo=config.documents.logo,
        template=template,
        template_name=config.documents.template or "template",
        workspace=workspace,
        price_breaks=price_breaks,
    )
