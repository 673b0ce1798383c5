"""Everything a document may say about one plan: the app fills it, `reports` renders it, nothing here computes."""

from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.plan import Decision

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Meta:
    """Which plan this is."""

    plan_id: str  # for example 2026-08-03-1
    as_of: date
    created_at: datetime
    seller: str
    currency: str
    version: str  # of Replenish
    language: str = "en"
    start: date = date.min  # Monday of week 0
    horizon: int = 26


@dataclass(frozen=True)
class PlanReport:
    """One plan and its evidence. Frames are keyed by item (marketplace/sku) unless the comment says otherwise."""

    meta: Meta
    decision: Decision
    catalogue: pd.DataFrame  # the `catalogue` view plus item
    suppliers: pd.DataFrame  # the `suppliers` view
    warehouses: pd.DataFrame  # the `warehouses` view
    history: pd.DataFrame  # item, week, units, availability, demand, correction (reason or empty)
    weeks: tuple[date, ...]  # the H future Mondays
    items: npt.NDArray[np.object_]  # (N,) order of the arrays below
    forecast_mean: Floats  # (N, H)
    forecast_low: Floats  # (N, H) 10 %
    forecast_high: Floats  # (N, H) 90 %
    components: pd.DataFrame  # item, week, level, season, event, promo
    arrivals: pd.DataFrame  # item, destination, units, reference, kind, expected_on
    economics: pd.DataFrame  # item, figure, amount, unit, table, valid_from, valid_to, source, confidence
    aged: pd.DataFrame  # item, age_from_days, age_to_days, units, surcharge_per_month, action, worth
    ipi: pd.DataFrame  # marketplace, component, before, after, healthy_from, note
    capacity: pd.DataFrame
    # capacity: marketplace, storage_type, month, limit_m3, used_before_m3, used_after_m3, confirmed, price
    cash: pd.DataFrame
    # cash: week, purchases, freight, open_orders, storage, fees, inflow (plan currency; by week, no item)
    accuracy: pd.DataFrame  # class, length, wape, bias, coverage80, windows, passed, fallback (by class, no item)
    changes: pd.DataFrame  # item, field, last_plan, this_plan, cause, effect_units
    checks: pd.DataFrame  # name, severity, count, money, example, what_to_do
    sources: pd.DataFrame  # report, marketplace, first_day, last_day, rows, set_aside, loaded_at
    assumptions: pd.DataFrame  # topic, value, source, confidence
    overrides: pd.DataFrame  # id, item, kind, value, start_date, end_date, reason
    warnings: tuple[str, ...] = ()
    urgent: pd.DataFrame = field(default_factory=pd.DataFrame)  # item, action, quantity, money, reason, by_when
