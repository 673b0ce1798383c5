"""Transport modes of a replay: what each costs and how long orders of every past week took by it, closures included."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.arriving import FBA
from policies.inputs import Problem
from policies.lead_times import LeadTimes, draw_later_orders, learn_lead_times, with_typed
from policies.replay_world import Way
from replenish.weekly.times import Times

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
LEG = ["supplier", "mode", "destination", "marketplace"]
CHUNK = 104  # weeks whose delays are drawn in one go
SEED_STEP = 7919  # the replay's delays are not those of the plan


@dataclass(frozen=True)
class Onward:
    """From where an item's usual purchase goes on to FBA, one row per item; zero where it goes there directly."""

    days: Floats
    move_cost: Floats
    hold_cost: Floats


def usual_ways(problem: Problem, items: Integers) -> pd.DataFrame:
    """The cheapest row of the buy frame for each of `items`, in their order; `row` is its number."""
    ways = problem.buy.frame.assign(row=np.arange(len(problem.buy.frame)))
    return ways.sort_values(["item", "unit_cost", "row"]).drop_duplicates("item").set_index("item").loc[items]


def onward(problem: Problem, usual: pd.DataFrame) -> Onward:
    """How goods go on from the usual destination, by the fastest way the problem has."""
    ship, names = problem.ship.frame, ["days", "move_cost", "hold_cost"]
    if not len(ship):
        return Onward(*np.zeros((3, len(usual))))
    on = ship.assign(days=problem.ship.lead_time_days.mean(axis=1), move_cost=ship["unit_cost"])
    on = on.sort_values("days").drop_duplicates(["item", "source"]).set_index(["item", "source"])
    way = pd.MultiIndex.from_arrays([usual.index, usual["destination"].to_numpy(object)])
    return Onward(*on[names].reindex(way).fillna(0.0).to_numpy(float).T)


def extra_costs(problem: Problem, usual: pd.DataFrame) -> pd.Series:
    """Landed cost of each way to buy beyond the usual one, by item key, mode and whether it goes straight to FBA."""
    frame = problem.buy.frame
    frame = frame[frame["item"].isin(usual.index)]
    extra = frame["unit_cost"] - usual["unit_cost"].reindex(frame["item"]).to_numpy()
    key = [problem.items[frame["item"].to_numpy(int)], frame["mode"], frame["destination"] == FBA]
    return extra.groupby(key).min()


def world_ways(
    problem: Problem, times: Times, usual: pd.DataFrame, on: Onward, staged: bool, start: date, weeks: int
) -> tuple[Way, ...]:
    """The usual way of the items in `usual` first, then every other mode to the same warehouse or straight to FBA.

    Without a warehouse in the world (`staged`), what goes by one takes the rest of the way as well.
    """
    frame = problem.buy.frame.assign(row=np.arange(len(problem.buy.frame)), fba=problem.buy.frame["destination"] == FBA)
    leg, took, closed = _taken(problem, times, frame, start, weeks)
    home = usual["destination"].reindex(frame["item"]).to_numpy(object)
    others = frame[(frame["fba"] | (frame["destination"] == home)) & ~frame["row"].isin(usual["row"])]
    others = others[others["item"].isin(usual.index)].sort_values(["unit_cost", "row"])
    groups = [("usual", not staged, frame.loc[usual["row"]])]
    groups += [
        (str(mode), bool(fba) or not staged, some.drop_duplicates("item"))
        for (mode, fba), some in others.groupby(["mode", "fba"], sort=True)
    ]
    found = []
    for mode, to_fba, rows in groups:
        at, via = usual.index.get_indexer(rows["item"]), (~rows["fba"] & (not staged)).to_numpy()
        cost, lead = np.full(len(usual), np.inf), np.full((len(usual), weeks), weeks)
        delay = np.zeros((len(usual), weeks), dtype=int)
        cost[at] = rows["unit_cost"].to_numpy(float) + np.where(via, on.move_cost[at], 0.0)
        days = took[leg[rows["row"]]] + np.where(via, on.days[at], 0.0)[:, None]
        lead[at], delay[at] = np.ceil(days / 7 - 1e-9), np.round(closed[leg[rows["row"]]] / 7)
        found.append(Way(mode, cost, lead, delay, to_fba))
    return tuple(found)


def _taken(
    problem: Problem, times: Times, frame: pd.DataFrame, start: date, weeks: int
) -> tuple[Integers, Floats, Floats]:
    """Leg of each row of the buy frame; days (legs, T) an order of the Monday after each week takes by it, and how many
    of them are due to the supplier's closures. Drawn from what has been learned by now."""
    known = times.known
    ways = frame.assign(marketplace=problem.marketplace[frame["item"].to_numpy(int)])[LEG]
    leg = ways.groupby(LEG, sort=True).ngroup().to_numpy(int)
    legs = ways.assign(leg=leg).drop_duplicates("leg").sort_values("leg").reset_index(drop=True)
    legs = with_typed(legs[LEG].assign(kind="purchase"), times.legs)
    learned = learn_lead_times(legs, known.inbound_history, times.closures, known.as_of)
    took, free = np.zeros((len(legs), weeks)), np.zeros((len(legs), weeks))
    open_all_year = replace(learned, closures=learned.closures.iloc[:0])
    for first in range(0, weeks, CHUNK):
        span = slice(first, min(first + CHUNK, weeks))
        monday = start + timedelta(weeks=first + 1)
        took[:, span] = _drawn(learned, legs, monday, span.stop - first, times.seed + SEED_STEP + first)
        free[:, span] = _drawn(open_all_year, legs, monday, span.stop - first, times.seed + SEED_STEP + first)
    return leg, took, took - free


def _drawn(learned: LeadTimes, legs: pd.DataFrame, monday: date, weeks: int, seed: int) -> Floats:
    """Days (legs, weeks) that orders of `monday` and the weeks after it take, a draw of its own for each week."""
    week = np.tile(np.arange(weeks), len(legs))
    every = legs.iloc[np.repeat(np.arange(len(legs)), weeks)].reset_index(drop=True)
    days = draw_later_orders(learned, every, monday, week * 7, weeks, seed)
    return np.asarray(days[np.arange(len(every)), week].reshape(len(legs), weeks))
