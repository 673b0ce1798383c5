"""What the company says about its purchase orders, beside the plan itself."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from reports.words import message

DEFAULT_MARKS = "{buyer}\n{destination}\n{number}\nC/NO. 1-{cartons}\nMADE IN CHINA"
DEFAULT_NOTES = message("Every unit carries its FNSKU label. Cartons up to 22.5 kg and 63 cm a side, one SKU each.")


@dataclass(frozen=True)
class OrderSettings:
    """Settings of `purchase_order`; every field has a default that gives a usable order."""

    ordered_on: date
    language: str = "both"  # en, zh or both
    paper: str = "A4"  # or Letter; page breaks suit both
    buyer_name: str = ""
    buyer_address: str = ""
    buyer_contact: str = ""
    ship_by: date | None = None  # None: order date plus the supplier's production days
    deposit_on: date | None = None  # None: order date
    balance_on: date | None = None  # None: ship-by date
    carton_marks: str = DEFAULT_MARKS  # may name {buyer}, {destination}, {number}, {cartons}
    notes: str = DEFAULT_NOTES
    template: bytes | None = None  # the company's own workbook; None: ours
    template_name: str = "template"
    workspace: Path | None = None  # the only folder pictures may come from
    logo: str = ""  # picture in the workspace, relative path
    price_breaks: pd.DataFrame = field(default_factory=pd.DataFrame)  # the `price_breaks` view
    protect: bool = True  # the supplier writes into the confirm columns only; no password
