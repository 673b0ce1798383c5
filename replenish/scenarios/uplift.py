"""What events and deals have done to demand: the SKU's own past, else its category's, else all SKUs', else a prior."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting import Forecast
from policies.calendar import events
from replenish.scenarios.model import DemandChange, Overlay
from replenish.scenarios.resolve import ESTIMATE, FIRST_YEAR, Resolved, Row
from replenish.weekly.known import Known

Floats = npt.NDArray[np.floating]
OWN_UNITS, GROUP_UNITS, ALL_UNITS = 30.0, 60.0, 120.0
"""Expected units in past events at which the figure of a SKU (category, store) weighs as much as what stands behind."""
PRIORS = {"lightning_deal": 2.0, "best_deal": 1.5, "prime_exclusive": 1.4, "coupon": 1.15}
"""Factor of a full week where nobody's past says: round figures of our own, below what deal pages advertise."""
EVENT_PRIOR = 1.3
PRIOR = "a prior: nobody's past says"
AROUND = 6
"""Weeks on either side of a week that say what it would have sold without the effect."""
STOCKED = 0.7  # share of a week with stock below which its sales say little of demand


@dataclass(frozen=True)
class Past:
    """Recorded sales over past and future weeks, arrays (N, T), and the promotion factor the forecast holds."""

    items: pd.Index
    weeks: pd.DatetimeIndex
    ahead: int  # first week that lies ahead
    units: Floats  # NaN where unknown, out of stock, or ahead
    promo: Floats
    category: npt.NDArray[np.object_]

    @classmethod
    def of(cls, known: Known, forecast: Forecast, items: pd.Index) -> "Past":
        """Over the weeks of the forecast's components."""
        parts = forecast.components_of(items.to_numpy(object))
        weeks = pd.DatetimeIndex(parts["week"].iloc[: len(parts) // len(items)])
        return cls._recorded(known, items, weeks, parts["promo"].to_numpy(float).reshape(len(items), len(weeks)))

    @classmethod
    def without_forecast(cls, known: Known, items: pd.Index, horizon: int) -> "Past":
        """From the first week with sales to the last of the plan, for learning alone."""
        first, weeks_ahead = pd.to_datetime(known.weekly_sales["week"]).min(), pd.Timedelta(weeks=horizon)
        weeks = pd.date_range(first, pd.Timestamp(known.start) + weeks_ahead, freq="7D", inclusive="left")
        return cls._recorded(known, items, weeks, np.ones((len(items), len(weeks))))

    @classmethod
    def _recorded(cls, known: Known, items: pd.Index, weeks: pd.DatetimeIndex, promo: Floats) -> "Past":
        stocked = known.weekly_availability[["item", "week", "availability"]]
        sales = known.weekly_sales.merge(stocked, on=["item", "week"], how="left")
        sales = sales[sales["item"].isin(items) & (sales["availability"].astype(float).fillna(1) >= STOCKED)]
        units = np.full((len(items), len(weeks)), np.nan)
        at = weeks.get_indexer(pd.DatetimeIndex(pd.to_datetime(sales["week"])))
        inside = at >= 0
        units[items.get_indexer(pd.Index(sales["item"]))[inside], at[inside]] = sales["units"].to_numpy(float)[inside]
        category = known.catalogue.drop_duplicates("item").set_index("item")["category"].reindex(items)
        ahead = int(weeks.searchsorted(pd.Timestamp(known.start)))
        return cls(items, weeks, ahead, units, promo, category.fillna("").to_numpy(object))

    def usual(self, share: Floats) -> Floats:
        """Mean sales of the known weeks within AROUND weeks that the effect does not touch, (N, T); NaN where none."""
        quiet = ~np.isnan(self.units) & (share <= 0)
        return around(np.where(quiet, self.units, 0.0), quiet)

    @cached_property
    def markets(self) -> npt.NDArray[np.object_]:
        """Marketplace of each item."""
        return np.array([str(item).split("/", 1)[0] for item in self.items], dtype=object)


@dataclass(frozen=True)
class Learned:
    """Factor of a full week per item (N,), where it comes from, and how many past weeks of the item stand behind it."""

    factor: Floats
    source: npt.NDArray[np.object_]
    weeks: npt.NDArray[np.integer]


def learned_event(past: Past, name: str) -> Learned:
    """Sales of a full event week over an ordinary one, from every past time of the event on its own dates."""
    share = np.zeros(past.units.shape)
    until = past.weeks[-1].date()
    for market in sorted(set(past.markets)) if name and until > FIRST_YEAR else ():
        table = events(market, FIRST_YEAR, until, ("deal", "holiday"))
        named = table["event"].str.replace(ESTIMATE, "", regex=True).str.casefold() == name.casefold()
        for start, end in table.loc[named, ["start_date", "end_date"]].to_numpy(object):
            mine = event_share(past.weeks, start, end)
            share[past.markets == market] = np.maximum(share[past.markets == market], mine)
    return _learn(past, share, EVENT_PRIOR)


def learned_deal(past: Past, known: Known, kind: str) -> Learned:
    """Factor of a full week of a deal of this kind, from the promotions calendar's past rows."""
    share = np.zeros(past.units.shape)
    rows = known.promotions[known.promotions["kind"] == kind] if len(known.promotions) else known.promotions
    at = past.items.get_indexer(pd.Index(rows["item"])) if len(rows) else np.zeros(0, int)
    for item, start, end in zip(at, rows["start_date"], rows["end_date"], strict=True) if len(rows) else ():
        if item >= 0:
            share[item] = np.maximum(share[item], days_inside(past.weeks, start, end) / 7)
    return _learn(past, share, PRIORS.get(kind, EVENT_PRIOR))


def _learn(past: Past, share: Floats, prior: float) -> Learned:
    """A week with a share s of the effect sells 1 + (factor - 1) s of the usual; each level stands behind the next."""
    expected = past.usual(share)
    seen = ~np.isnan(past.units) & (share > 0) & ~np.isnan(expected)
    seen[:, past.ahead :] = False
    expected = np.where(seen, expected, 0.0)
    weight = np.where(seen, share, 0.0)
    known = (weight * share * expected).sum(axis=1)
    excess = (weight * (np.nan_to_num(past.units) - expected)).sum(axis=1)
    store = 1 + (excess.sum() + ALL_UNITS * (prior - 1)) / (known.sum() + ALL_UNITS)
    codes, _ = pd.factorize(past.category)
    known_group, excess_group = np.bincount(codes, known)[codes], np.bincount(codes, excess)[codes]
    group = 1 + (excess_group + GROUP_UNITS * (store - 1)) / (known_group + GROUP_UNITS)
    factor = 1 + (excess + OWN_UNITS * (group - 1)) / (known + OWN_UNITS)
    source = np.select(
        [known >= OWN_UNITS, known_group >= GROUP_UNITS, np.full(len(known), known.sum() >= ALL_UNITS)],
        ["the SKU's own past", "its category's past", "all SKUs' past"], PRIOR,
    )  # fmt: skip
    return Learned(np.clip(factor, 0.05, 20.0), source.astype(object), seen.sum(axis=1))


def around(values: Floats, counted: npt.NDArray[np.bool_]) -> Floats:
    """Mean of the counted values within AROUND weeks of each week, (N, T); NaN where there is none."""
    n, length = values.shape
    sums = np.concatenate([np.zeros((n, 1)), np.cumsum(np.where(counted, values, 0.0), axis=1)], axis=1)
    counts = np.concatenate([np.zeros((n, 1)), np.cumsum(counted, axis=1)], axis=1)
    low = np.maximum(np.arange(length) - AROUND, 0)
    high = np.minimum(np.arange(length) + AROUND + 1, length)
    number = counts[:, high] - counts[:, low]
    return np.where(number > 0, (sums[:, high] - sums[:, low]) / np.maximum(number, 1), np.nan)


def event_share(weeks: pd.DatetimeIndex, start: date, end: date) -> Floats:
    """Share of an event (at most a week of it) in each week, as the forecast counts it."""
    length = (pd.Timestamp(end) - pd.Timestamp(start)).days + 1
    return np.asarray(np.minimum(days_inside(weeks, start, end) / max(1, min(7, length)), 1.0))


def days_inside(weeks: pd.DatetimeIndex, start: date, end: date) -> Floats:
    """Days of [start, end] in each week."""
    first = np.maximum((pd.Timestamp(start) - weeks).days, 0)
    last = np.minimum((pd.Timestamp(end) - weeks).days, 6)
    return np.asarray(np.maximum(np.asarray(last - first + 1, float), 0.0))


def learned_beside_typed(overlay: Overlay, resolved: Resolved, known: Known, past: Past) -> pd.DataFrame:
    """The uplift table of a scenario before anything is forecast; `applied` is not known yet (NaN)."""
    unknown = np.full(len(past.items), np.nan)
    tables = [
        uplift_table(past, row, *typed_of(change), learned_event(past, row.event), unknown)
        for change, row in zip(overlay.demand, resolved.demand, strict=True) if row.event
    ]  # fmt: skip
    tables += [
        uplift_table(past, row, deal.uplift, deal.kind, learned_deal(past, known, deal.kind), unknown)
        for deal, row in zip(overlay.promotions, resolved.promotions, strict=True)
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def typed_of(change: DemandChange) -> tuple[float | None, str]:
    """What the planner typed for an event, and what it is a factor of."""
    if change.factor is not None:
        return change.factor, "event, factor on the forecast"
    return change.uplift, "event"


def uplift_table(
    past: Past, row: Row, typed: float | None, kind: str, learned: Learned, applied: Floats
) -> pd.DataFrame:
    """Learned beside typed: item, row, event, kind, learned, source, past_weeks, typed, applied.

    learned, typed, applied: sales of the peak week over an ordinary one; `applied` is what the plan holds (of a deal:
    its factor on the forecast).
    """
    at = np.flatnonzero(row.items)
    return pd.DataFrame(
        {
            "item": past.items[at],
            "row": row.place,
            "event": row.event,
            "kind": kind,
            "learned": learned.factor[at],
            "source": learned.source[at],
            "past_weeks": learned.weeks[at],
            "typed": np.nan if typed is None else typed,
            "applied": applied[at],
        }
    )
