"""The seller's limits as a replay holds them: cash, FBA capacity, and in words what held."""

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.capacity import limits_by_week
from policies.inputs import Problem
from policies.replay_world import World
from replenish.config import Config
from replenish.weekly.known import Known

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


def cash_spans(config: Config, as_of: date) -> tuple[tuple[int, float], ...]:
    """The cash budget as spans: an amount until a day so many weeks ahead is that much in any so many weeks."""
    ahead = [(step, (step.until - as_of).days + 1) for step in config.limits.cash]
    return tuple((-(-days // 7), step.amount) for step, days in ahead if days > 0)


def past_capacity(
    known: Known, problem: Problem, items: Integers, start: date, weeks: int
) -> tuple[Floats | None, Integers | None]:
    """FBA volume (G, T) of the months whose limit is on record, infinity elsewhere, and the group (N,) of each item."""
    months = known.capacity
    if not len(months):
        return None, None
    last = pd.to_datetime(months["month"].astype(str).str[:7]).max() + pd.offsets.MonthEnd(0)
    within = min(weeks, max((last.date() - start).days // 7 + 1, 0))  # what lies beyond the last month is a guess
    bounds = limits_by_week(months, start, within)
    bounds = bounds[bounds["first_week"] < weeks]
    if bounds.empty:
        return None, None
    places = bounds[["marketplace", "storage_type"]].drop_duplicates().reset_index(drop=True)
    key = pd.MultiIndex.from_frame(places)
    volume = np.full((len(places) + 1, weeks), np.inf)  # the last group is of items without a limit
    for one in bounds.itertuples():
        volume[key.get_loc((one.marketplace, one.storage_type)), one.first_week : one.last_week + 1] = one.volume_m3
    mine = pd.MultiIndex.from_arrays([problem.marketplace[items], problem.economics.storage_type[items]])
    group = key.get_indexer(mine)
    return volume, np.where(group < 0, len(places), group)


def held(world: World, first_week: int, config: Config) -> tuple[str, ...]:
    """What bound every policy in the replay, and what did not for want of a record. Sentences."""
    kept = ["whole cartons and MOQs"]
    if world.order_minimum is not None and world.supplier is not None and (world.order_minimum > 0).any():
        number = len(set(world.supplier[world.order_minimum > 0].astype(str)))
        kept.append(f"order minimums of {number} supplier(s)")
    if world.moq_group is not None and (world.moq_group != "").any():
        kept.append(f"minimums of {len(set(world.moq_group[world.moq_group != '']))} group(s) of variants")
    if any(way.known_delay is not None and (way.known_delay[:, first_week:] > 0).any() for way in world.ways):
        kept.append("supplier closures")
    kept += [
        f"a cash budget of {money:,.0f} {config.seller.currency} in any {weeks} week(s)" for weeks, money in world.cash
    ]
    capped = 0 if world.capacity_m3 is None else int(np.isfinite(world.capacity_m3[:, first_week:]).any(axis=0).sum())
    if capped:
        kept.append(f"FBA capacity in {capped} week(s)")
    told = [f"Held for every policy: {', '.join(kept)}. What you did is taken as it was."]
    missing = [] if world.cash else ["a cash budget (none is set)"]
    missing += [] if capped else ["FBA capacity (no limit of a replayed week is on record)"]
    return (*told, f"Not held: {', '.join(missing)}.") if missing else tuple(told)
