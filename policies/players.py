"""Policies for the simulator: our engine, any rule, the clairvoyant."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.decide import decide_quantities
from policies.inputs import DecisionSettings, Limits
from policies.replay_problem import week_problem
from policies.replay_world import Known, Moves, Policy, Way, World
from policies.rules import Rule, Seen

Floats = npt.NDArray[np.floating]
Paths = Callable[[Known], npt.NDArray[np.float32]]
PRIOR_LEAD_WEEKS = 8.0  # before any order has arrived
CAPACITY_WEEKS = 12  # this month confirmed, two estimated


def lead_draws(world: World, known: Known, paths: int, way: Way | None = None) -> Floats:
    """Draws (N, P) of the weeks an order placed now takes by `way` (the usual): those of orders that have arrived.

    An item's own orders, spread evenly over the paths; all items' where it has none; else a prior of eight weeks. What
    is known beforehand (closures) is taken out of the past and added to today's. A path is slow or fast for all items
    and ways alike.
    """
    way = world.ways[0] if way is None else way
    n = len(world.items)
    placed = np.arange(known.week + 1)
    took = way.lead_weeks[:, : known.week + 1]
    arrived = (placed + 1 + took <= known.week) & np.isfinite(way.unit_cost)[:, None]
    if way.known_delay is not None:
        took = took - way.known_delay[:, : known.week + 1]
    everyone = took[arrived].astype(float)
    spread = (np.arange(paths) + 0.5) / paths
    fallback = np.quantile(everyone, spread) if len(everyone) else np.full(paths, PRIOR_LEAD_WEEKS)
    draws = np.tile(fallback, (n, 1))
    count = arrived.sum(axis=1)
    own = np.where(arrived, took.astype(float), np.nan)
    for many in np.unique(count[count > 0]).tolist():
        rows = np.flatnonzero(count == many)
        draws[rows] = np.nanquantile(own[rows], spread, axis=1).T
    shuffle = np.random.default_rng(known.week).permuted(np.arange(paths))
    delay = 0.0 if way.known_delay is None else way.known_delay[:, [known.week]]
    return np.asarray(draws[:, shuffle] + delay)


def engine_policy(
    world: World,
    paths: Paths,
    start: date,
    settings: DecisionSettings | None = None,
    limits: Callable[[Known], Limits] | None = None,
    draws: Callable[[Known, int, int], Floats] | None = None,
    reviews: Callable[[Known, int], Floats] | None = None,
) -> Policy:
    """Our decision engine, free to split a purchase among the world's modes.

    paths: demand (N, P, H) from the next week on. draws: lead times in weeks, (N, P), of a number of paths and one of
    `World.ways`; default `lead_draws`. limits: the shared limits of that week; default `shared_limits`.
    reviews: weeks until what the next chance orders by a way can arrive after what is ordered now, (N,), 0 or less when
    it arrives first; default the world's review period.
    """
    ways = world.ways

    def play(known: Known) -> Moves:
        demand = paths(known)
        count, every = demand.shape[1], range(len(ways))
        lead = [lead_draws(world, known, count, ways[k]) if draws is None else draws(known, count, k) for k in every]
        review = [world.review_weeks.astype(float) if reviews is None else reviews(known, k) for k in every]
        bounds = shared_limits(world, known, demand.shape[2]) if limits is None else limits(known)
        problem, way = week_problem(world, known, demand, lead, review, start, bounds)
        lines, quantity = decide_quantities(problem, settings)
        n = len(world.items)
        bought = lines.kind == "buy"
        moved = np.bincount(lines.item[~bought], quantity[~bought], minlength=n).astype(float)
        by_way = np.zeros((len(ways), n))
        np.add.at(by_way, (way[lines.row[bought]], lines.item[bought]), quantity[bought])
        return Moves(by_way[0], moved, by_way[1:])

    return play


def shared_limits(world: World, known: Known, weeks: int = CAPACITY_WEEKS) -> Limits:
    """The money of this week, supplier minimums, FBA capacity of the next three months, as sellers know them."""
    bounds = Limits(cash=np.full(weeks, known.cash) if np.isfinite(known.cash) else None)
    if world.supplier is not None and world.order_minimum is not None:
        frame = pd.DataFrame({"supplier": world.supplier, "value": world.order_minimum, "units": 0.0})
        minimums = frame[frame["value"] > 0].drop_duplicates("supplier").reset_index(drop=True)
        bounds = replace(bounds, order_minimums=minimums)
    if world.capacity_m3 is None:
        return bounds
    first, last = known.week + 1, world.capacity_m3.shape[1] - 1
    rows = [
        (str(group), "", week, week + 3, float(room[min(first + week, last)]), True, np.nan)
        for group, room in enumerate(world.capacity_m3)
        for week in range(0, CAPACITY_WEEKS, 4)
        if np.isfinite(room[min(first + week, last)])
    ]
    columns = ["marketplace", "storage_type", "first_week", "last_week", "volume_m3", "confirmed", "reservation_fee"]
    return replace(bounds, capacity=pd.DataFrame(rows, columns=columns))


def clairvoyant_policy(world: World, horizon: int, start: date) -> Policy:
    """The same engine on the demand and lead times that really come; after the last week see `World.demand_ahead`."""
    ahead = np.concatenate([world.demand, world.demand_ahead(horizon)], axis=1).astype(np.float32)
    weeks = world.demand.shape[1]
    gaps = [_gaps(world, way) for way in world.ways]

    def truth(known: Known) -> npt.NDArray[np.float32]:
        return np.ascontiguousarray(ahead[:, None, known.week + 1 : known.week + 1 + horizon])

    def really(known: Known, _: int, way: int) -> Floats:
        return world.ways[way].lead_weeks[:, [known.week]].astype(float)

    def gap(known: Known, way: int) -> Floats:
        return gaps[way][:, min(known.week, weeks - 1)]

    return engine_policy(world, truth, start, draws=really, reviews=gap)


def _gaps(world: World, way: Way) -> Floats:
    """Weeks (N, T) by which the first arrival among all later orders by a way follows that of an order of the week."""
    n, weeks = world.demand.shape
    arrive = np.arange(weeks) + 1.0 + way.lead_weeks
    possible = (np.arange(1, weeks + 1)[None, :] % world.review_weeks[:, None]) == 0
    earliest = np.full((n, weeks + 1), np.inf)
    for week in range(weeks - 1, -1, -1):
        earliest[:, week] = np.minimum(earliest[:, week + 1], np.where(possible[:, week], arrive[:, week], np.inf))
    found = earliest[:, 1:] - arrive
    return np.asarray(np.where(np.isfinite(found), found, world.review_weeks[:, None].astype(float)))


def rule_policy(world: World, rule: Rule, start: date) -> Policy:
    """A baseline rule; with a warehouse it orders for both echelons and fills FBA up by the same rule."""

    def play(known: Known) -> Moves:
        n = len(world.items)
        lead = lead_draws(world, known, 20).mean(axis=1)
        straight = world.transfer_weeks is None
        transfer = np.zeros(n) if world.transfer_weeks is None else world.transfer_weeks.astype(float)
        wait = 0.0 if straight else 1.0  # goods that reach the warehouse in a week leave it at its end
        fba = known.on_hand + known.coming.sum(axis=1)
        everything = fba + known.upstream + known.upstream_coming.sum(axis=1)
        buy = rule.order(
            _seen(world, known, everything, lead + wait + transfer, world.review_weeks.astype(float), start)
        )
        if straight:
            return Moves(buy, np.zeros(n))
        return Moves(buy, np.ceil(rule.order(_seen(world, known, fba, transfer, np.ones(n), start)) - 1e-9))

    return play


def _seen(world: World, known: Known, position: Floats, lead: Floats, review: Floats, start: date) -> Seen:
    now = known.week + 1
    calendar = np.array([(start + timedelta(weeks=w)).isocalendar().week for w in range(now + 53)])
    return Seen(known.sales, known.in_stock, calendar[:now], calendar[now:], position, lead, review)
