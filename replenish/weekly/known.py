"""What was known on one day: the store's views as frames, with the item key, nothing later than that day."""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np
import pandas as pd

from replenish.errors import RefusedInput

KEYED = ("marketplace", "sku")
BALANCE_DAYS = (30, 60, 90)
"""Days back at which the week looks at FBA stock: sell-through counts it there."""


class Views(Protocol):
    """Where the frames come from: the store."""

    def view(self, name: str, as_of: date | None = None, **filters: Any) -> pd.DataFrame:
        """Rows of one view of docs/architecture.md, as known on a day."""
        ...


@dataclass(frozen=True)
class Known:
    """The store's views as of one day. Frames with marketplace and sku also hold `item` (marketplace/sku)."""

    as_of: date
    start: date  # Monday of the week of as_of: week 0 of the plan
    catalogue: pd.DataFrame
    weekly_sales: pd.DataFrame
    weekly_availability: pd.DataFrame
    daily_stock: pd.DataFrame  # of a few days, or of all: see `gather`
    stock: pd.DataFrame
    stock_age: pd.DataFrame
    warehouses: pd.DataFrame
    open_orders: pd.DataFrame
    open_shipments: pd.DataFrame
    inbound_history: pd.DataFrame
    suppliers: pd.DataFrame
    supplier_legs: pd.DataFrame
    supplier_closures: pd.DataFrame
    price_breaks: pd.DataFrame
    promotions: pd.DataFrame
    overrides: pd.DataFrame
    fee_evidence: pd.DataFrame
    capacity: pd.DataFrame
    report_coverage: pd.DataFrame

    @property
    def rest_of_week(self) -> float:
        """Share of week 0 that still lies ahead."""
        return 1 - (self.as_of - self.start).days / 7


def item_key(frame: pd.DataFrame) -> pd.Series:
    """The item key marketplace/sku of each row."""
    return frame["marketplace"].astype(str) + "/" + frame["sku"].astype(str)


def monday(day: date) -> date:
    """The Monday on or before `day`."""
    return day - timedelta(days=day.weekday())


def gather(store: Views, as_of: date, every_day: bool = False) -> Known:
    """Read every view and leave out what lies after `as_of`. Refused when there is nothing to plan from.

    every_day: the whole of `daily_stock`, by far the largest view, instead of the days in `BALANCE_DAYS`.
    """
    names = [field.name for field in fields(Known) if field.name not in ("as_of", "start", "daily_stock")]
    frames = {name: _with_item(store.view(name, as_of)) for name in names}
    days = {} if every_day else {"day": [as_of - timedelta(days=back) for back in BALANCE_DAYS]}
    frames["daily_stock"] = _with_item(store.view("daily_stock", as_of, **days))
    frames["catalogue"] = frames["catalogue"].dropna(subset=["item"]).reset_index(drop=True)
    for name in ("open_shipments", "inbound_history"):
        frames[name] = _to_fba(frames[name], frames["warehouses"])
    start = monday(as_of)
    before = pd.Timestamp(start)
    for name in ("weekly_sales", "weekly_availability"):
        frames[name] = frames[name][pd.to_datetime(frames[name]["week"]) < before].reset_index(drop=True)
    _refuse_nothing(frames, as_of)
    return Known(as_of=as_of, start=start, **frames)


def _with_item(frame: pd.DataFrame) -> pd.DataFrame:
    if all(name in frame.columns for name in KEYED):
        keys = np.where(frame["sku"].notna() & frame["marketplace"].notna(), item_key(frame), None)
        return frame.assign(item=pd.Series(keys, index=frame.index, dtype=object))
    return frame


def _to_fba(frame: pd.DataFrame, warehouses: pd.DataFrame) -> pd.DataFrame:
    """Shipments by their echelon: Amazon's reports name the fulfilment centre, which for planning is FBA."""
    upstream = frame["destination"].isin(warehouses["warehouse"])
    bought = frame["kind"] == "purchase" if "kind" in frame else False
    return frame.assign(destination=frame["destination"].where(upstream | bought, "FBA"))


def _refuse_nothing(frames: dict[str, pd.DataFrame], as_of: date) -> None:
    if frames["weekly_sales"].empty:
        raise RefusedInput(
            f"There are no sales before {as_of}. Load the All Orders report (or another sales source) for the weeks "
            "before that day, or choose a later --as-of."
        )
    if frames["catalogue"].empty:
        raise RefusedInput(
            "The catalogue is empty: no report or template names a SKU. Fill in templates/catalogue.xlsx or load "
            "Manage FBA Inventory, then run the command again."
        )
