"""Days to weeks, and what is under way to FBA: directly, or through a warehouse and on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.inputs import Problem
from policies.value import Inflow

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
FBA = "FBA"
UNKNOWN_TRANSFER_DAYS = 10.0
"""From a warehouse to sellable at FBA, where the problem gives no way to ship."""


def to_weeks(days: Floats, weeks: int) -> Integers:
    """The week (0 is the first) at whose start units count as sellable: the nearest one; `weeks` is beyond."""
    return np.asarray(np.clip(np.floor(days / 7.0 + 0.5), 0, weeks), dtype=np.int16)


def next_arrivals(days: Floats, review: Integers, weeks: int) -> Integers:
    """When what is ordered a review period (weeks) later becomes sellable: its lead time is drawn on its own."""
    if not len(days):
        return np.zeros(days.shape, np.int16)
    other = np.random.default_rng(0).permutation(days.shape[1])
    return to_weeks(days[:, other] + 7.0 * np.asarray(review)[:, None], weeks)


def inflow(item: Integers, units: Floats, week: Integers, n: int) -> Inflow:
    """Arrivals sorted by item."""
    order = np.argsort(item, kind="stable")
    return Inflow(
        np.searchsorted(item[order], np.arange(n + 1)),
        np.asarray(units, float)[order],
        np.ascontiguousarray(week[order], dtype=np.int16),
    )


def with_extra(base: Inflow, item: Integers, units: Floats, week: Integers) -> Inflow:
    """`base` and more arrivals."""
    n = len(base.first) - 1
    owner = np.repeat(np.arange(n), np.diff(base.first))
    return inflow(
        np.concatenate([owner, item]),
        np.concatenate([base.units, units]),
        np.concatenate([base.week, week.astype(np.int16)]),
        n,
    )


@dataclass(frozen=True)
class Onward:
    """How goods at a warehouse go on to FBA, one row per (item, warehouse) asked for."""

    days: Floats  # (rows, P)
    unit_cost: Floats
    hold_cost: Floats
    known: npt.NDArray[np.bool_]


def onward(problem: Problem, item: Integers, warehouse: npt.NDArray[np.object_]) -> Onward:
    """The cheapest way the problem knows; another item's from the same warehouse where the item has none."""
    paths = problem.demand.shape[1]
    days = np.full((len(item), paths), UNKNOWN_TRANSFER_DAYS)
    cost, hold = np.zeros(len(item)), np.zeros(len(item))
    known = np.zeros(len(item), dtype=bool)
    ship = problem.ship.frame
    if len(ship) and len(item):
        ways = pd.DataFrame(
            {
                "row": np.arange(len(ship)),
                "item": ship["item"].to_numpy(),
                "source": ship["source"].to_numpy(object),
                "cost": ship["unit_cost"].to_numpy(float),
            }
        )
        ways = ways.sort_values(["cost", "row"], kind="stable")
        own = ways.drop_duplicates(["item", "source"]).set_index(["item", "source"])["row"]
        any_item = ways.drop_duplicates("source").set_index("source")["row"]
        keys = pd.MultiIndex.from_arrays([item, warehouse])
        row = own.reindex(keys).to_numpy(float)
        row = np.where(np.isnan(row), any_item.reindex(warehouse).to_numpy(float), row)
        known = ~np.isnan(row)
        at = row[known].astype(int)
        days[known] = problem.ship.lead_time_days[at]
        cost[known] = ship["unit_cost"].to_numpy(float)[at]
        hold[known] = ship["hold_cost"].to_numpy(float)[at]
    return Onward(days, cost, hold, known)


def fba_inflow(problem: Problem) -> Inflow:
    """What is under way to FBA itself."""
    n, paths, weeks = problem.demand.shape
    frame = problem.arrivals.frame
    if not len(frame):
        return Inflow(np.zeros(n + 1, np.int64), np.zeros(0), np.zeros((0, paths), np.int16))
    direct = (frame["destination"] == FBA).to_numpy()
    return inflow(
        frame["item"].to_numpy()[direct],
        frame["units"].to_numpy(float)[direct],
        to_weeks(problem.arrivals.days[direct], weeks),
        n,
    )


def upstream_inflow(problem: Problem, shipped: Floats | None = None) -> Inflow:
    """What lies or arrives upstream, at the week in which it could be sellable at FBA.

    `shipped` (rows of `problem.ship`) leaves out what is shipped now.
    """
    n, _, weeks = problem.demand.shape
    parts = [_upstream_stock(problem, shipped), _upstream_arrivals(problem)]
    item = np.concatenate([p[0] for p in parts])
    units = np.concatenate([p[1] for p in parts])
    days = np.concatenate([p[2] for p in parts])
    return inflow(item, units, to_weeks(days, weeks), n)


def upstream_units(problem: Problem) -> Floats:
    """Units on hand upstream, per item."""
    n = len(problem.items)
    if not len(problem.upstream):
        return np.zeros(n)
    units = problem.upstream["units"].to_numpy(float)
    return np.bincount(problem.upstream["item"].to_numpy(int), units, minlength=n).astype(float)


def _upstream_stock(problem: Problem, shipped: Floats | None) -> tuple[Integers, Floats, Floats]:
    paths = problem.demand.shape[1]
    if not len(problem.upstream):
        return np.zeros(0, int), np.zeros(0), np.zeros((0, paths))
    stock = problem.upstream.groupby(["item", "location"], sort=True)["units"].sum().reset_index()
    units = stock["units"].to_numpy(float)
    if shipped is not None and len(problem.ship.frame):
        moved = problem.ship.frame.assign(shipped=shipped).groupby(["item", "source"])["shipped"].sum()
        keys = pd.MultiIndex.from_frame(stock[["item", "location"]])
        units = np.maximum(units - moved.reindex(keys).fillna(0.0).to_numpy(float), 0.0)
    item = stock["item"].to_numpy(int)
    return item, units, onward(problem, item, stock["location"].to_numpy(object)).days


def _upstream_arrivals(problem: Problem) -> tuple[Integers, Floats, Floats]:
    frame, paths = problem.arrivals.frame, problem.demand.shape[1]
    if not len(frame):
        return np.zeros(0, int), np.zeros(0), np.zeros((0, paths))
    away = (frame["destination"] != FBA).to_numpy()
    item = frame["item"].to_numpy(int)[away]
    on = onward(problem, item, frame["destination"].to_numpy(object)[away])
    return item, frame["units"].to_numpy(float)[away], np.maximum(problem.arrivals.days[away], 0.0) + on.days
