"""What the weekly run knows, with only the frames a test is about."""

from dataclasses import fields
from datetime import date

import pandas as pd

from replenish.weekly.known import Known

TODAY = date(2026, 8, 3)


def known(**frames: pd.DataFrame) -> Known:
    suppliers = pd.DataFrame(columns=["supplier", "order_minimum_value", "order_minimum_units", "currency"])
    usual = {"suppliers": suppliers, **frames}
    names = [field.name for field in fields(Known) if field.name not in ("as_of", "start")]
    return Known(TODAY, TODAY, **{name: usual.get(name, pd.DataFrame()) for name in names})
