"""What the accuracy, replay and scenario pages are given: small frames with the columns named here.

Frames may hold more columns and may be empty: an empty one leaves its section out. Money is in `Header.currency`,
shares are fractions (0.8 is 80 %), `low` and `high` are the ends of an 80 % interval unless the comment says otherwise.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

import pandas as pd

EVERY_CLASS = "all"  # the name of the row over all classes of SKUs


def _empty() -> pd.DataFrame:
    return pd.DataFrame()


@dataclass(frozen=True)
class Header:
    """Whose page it is and when it was made."""

    seller: str
    as_of: date
    created_at: datetime
    currency: str
    version: str  # of Replenish
    language: str = "en"


@dataclass(frozen=True)
class Accuracy:
    """Forecasts made again on the seller's own past, scored by method, class of SKUs and weeks ahead."""

    header: Header
    ours: str  # our method's name in `scores`
    scores: pd.DataFrame
    # scores: method, class ("all": every SKU), length (weeks ahead, summed), windows (number scored), bias, wape,
    # pinball (weighted quantile loss), coverage50, coverage80, coverage95 (absent where a method has no bands)
    summary: str = ""  # what it means, in one sentence
    origins: pd.DataFrame = field(default_factory=_empty)  # method, origin (week), wape, coverage80: over time
    failed: pd.DataFrame = field(default_factory=_empty)  # class, length, coverage80, fallback: what is used instead
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Replay:
    """The seller's own past played again with each policy, knowing only what was known then."""

    header: Header
    ours: str  # our policy's name in the frames
    policies: pd.DataFrame
    # policies: policy, profit, profit_low, profit_high, sales, lost_sales (margin lost), lost_units, fill_rate,
    # storage (with surcharges), capital (mean money tied up), orders (number placed)
    differences: pd.DataFrame = field(default_factory=_empty)
    # differences: policy, difference (our profit less theirs), low, high (95 %), weeks_better (share of weeks)
    classes: pd.DataFrame = field(
        default_factory=_empty
    )  # policy, class, profit, lost_sales, fill_rate, storage, capital
    weeks: pd.DataFrame = field(default_factory=_empty)  # policy, week, profit (of that week; the page sums it up)
    summary: str = ""
    clairvoyant: str = ""  # name of the policy that knows the future, drawn apart; empty when absent
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scenarios:
    """Scenarios side by side, on the same seed and the same stock."""

    header: Header
    base: str  # the scenario the others are compared with
    scenarios: pd.DataFrame
    # scenarios: scenario, description, demand_units, order_units, order_cost, ship_units, ship_cost, lost_units,
    # lost_sales (margin lost), storage, aged, profit, profit_low, profit_high
    demand: pd.DataFrame = field(default_factory=_empty)  # scenario, week, mean, low, high (units of all SKUs)
    stock: pd.DataFrame = field(default_factory=_empty)  # scenario, week, mean, low, high (units at FBA, with the plan)
    cash: pd.DataFrame = field(default_factory=_empty)  # scenario, week, paid, received
    volume: pd.DataFrame = field(default_factory=_empty)
    # volume: scenario, marketplace, storage_type, month, volume_m3, limit_m3, confirmed
    regret: pd.DataFrame = field(default_factory=_empty)
    # regret: plan (made for this scenario), world (that came true), profit, regret (the world's best profit less this)
    calendar: pd.DataFrame = field(default_factory=_empty)
    # calendar: item, mode, event, order_by, ship_by, arrive_by, delay_cost (of one week), missed, next_best
    stages: pd.DataFrame = field(default_factory=_empty)  # item, commit_units, wait_units, decide_by, watch
    summary: str = ""
    warnings: tuple[str, ...] = ()
    after: pd.DataFrame = field(default_factory=_empty)
    # after: scenario, event, after (first week past the event), left_units, left_cost, cover_weeks, storage_after,
    # aged_after, returned_units, returned_sellable
