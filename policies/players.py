"""Policies for the simulator: our engine, any rule, the clairvoyant."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.arriving import FBA
from policies.decide import decide_quantities
from policies.inputs import Arrivals, DecisionSettings, Limits, Options, Problem, UnitEconomics
from policies.replay_world import Known, Moves, Policy, World
from policies.rules import Rule, Seen

Floats = npt.NDArray[np.floating]
Paths = Callable[[Known], npt.NDArray[np.float32]]
WAREHOUSE = "warehouse"
PRIOR_LEAD_WEEKS = 8.0  # before any order has arrived
CAPACITY_WEEKS = 12  # this month confirmed, two estimated


def lead_draws(world: World, known: Known, paths: int) -> Floats:
    """Draws (N, P) of the weeks an order placed now takes: those of orders that have arrived by now.

    An item's own orders, spread evenly over the paths; all items' where it has none; else a prior of eight weeks. What
    is known beforehand (closures) is taken out of the past and added to today's.
    """
    n = len(world.items)
    placed = np.arange(known.week + 1)
    took = world.lead_weeks[:, : known.week + 1]
    arrived = placed + 1 + took <= known.week
    if world.known_delay is not None:
        took = took - world.known_delay[:, : known.week + 1]
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
    delay = 0.0 if world.known_delay is None else world.known_delay[:, [known.week]]
    return np.asarray(draws[:, shuffle] + delay)


def engine_policy(
    world: World,
    paths: Paths,
    start: date,
    settings: DecisionSettings | None = None,
    limits: Callable[[Known], Limits] | None = None,
    draws: Callable[[Known, int], Floats] | None = None,
    reviews: Callable[[Known], Floats] | None = None,
) -> Policy:
    """Our decision engine.

    paths: demand (N, P, H) from the next week on. draws: lead times in weeks, (N, P); default `lead_draws`.
    limits: the shared limits of that week; default `shared_limits`.
    reviews: weeks until what the next chance orders can arrive after what is ordered now, (N,), 0 or less when it
    arrives first; default the world's review period.
    """

    def play(known: Known) -> Moves:
        demand = paths(known)
        count = demand.shape[1]
        lead = lead_draws(world, known, count) if draws is None else draws(known, count)
        review = world.review_weeks.astype(float) if reviews is None else reviews(known)
        bounds = shared_limits(world, known) if limits is None else limits(known)
        problem = _problem(world, known, demand, lead, review, start, bounds)
        lines, quantity = decide_quantities(problem, settings)
        n = len(world.items)
        bought = lines.kind == "buy"
        return Moves(
            np.bincount(lines.item[bought], quantity[bought], minlength=n).astype(float),
            np.bincount(lines.item[~bought], quantity[~bought], minlength=n).astype(float),
        )

    return play


def shared_limits(world: World, known: Known) -> Limits:
    """Supplier minimums and FBA capacity of the next three months, as sellers know them."""
    bounds = Limits()
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
    ]
    columns = ["marketplace", "storage_type", "first_week", "last_week", "volume_m3", "confirmed", "reservation_fee"]
    return replace(bounds, capacity=pd.DataFrame(rows, columns=columns))


def clairvoyant_policy(world: World, horizon: int, start: date) -> Policy:
    """The same engine on the demand and lead times that really come; after the last week see `World.demand_ahead`."""
    n, weeks = world.demand.shape
    ahead = np.concatenate([world.demand, world.demand_ahead(horizon)], axis=1).astype(np.float32)
    arrive = np.arange(weeks) + 1.0 + world.lead_weeks
    possible = (np.arange(1, weeks + 1)[None, :] % world.review_weeks[:, None]) == 0
    earliest = np.full((n, weeks + 1), np.inf)
    for week in range(weeks - 1, -1, -1):  # the first arrival among all later orders
        earliest[:, week] = np.minimum(earliest[:, week + 1], np.where(possible[:, week], arrive[:, week], np.inf))

    def truth(known: Known) -> npt.NDArray[np.float32]:
        return np.ascontiguousarray(ahead[:, None, known.week + 1 : known.week + 1 + horizon])

    def really(known: Known, _: int) -> Floats:
        return world.lead_weeks[:, [known.week]].astype(float)

    def gap(known: Known) -> Floats:
        found = earliest[:, known.week + 1] - arrive[:, known.week]
        return np.where(np.isfinite(found), found, world.review_weeks.astype(float))

    return engine_policy(world, truth, start, draws=really, reviews=gap)


def rule_policy(world: World, rule: Rule, start: date) -> Policy:
    """A baseline rule; with a warehouse it orders for both echelons and fills FBA up by the same rule."""

    def play(known: Known) -> Moves:
        n = len(world.items)
        lead = lead_draws(world, known, 20).mean(axis=1)
        transfer = np.zeros(n) if world.transfer_weeks is None else world.transfer_weeks.astype(float)
        fba = known.on_hand + known.coming.sum(axis=1)
        everything = fba + known.upstream + known.upstream_coming.sum(axis=1)
        buy = rule.order(_seen(world, known, everything, lead + transfer, world.review_weeks.astype(float), start))
        if world.transfer_weeks is None:
            return Moves(buy, np.zeros(n))
        return Moves(buy, np.ceil(rule.order(_seen(world, known, fba, transfer, np.ones(n), start)) - 1e-9))

    return play


def _seen(world: World, known: Known, position: Floats, lead: Floats, review: Floats, start: date) -> Seen:
    now = known.week + 1
    calendar = np.array([(start + timedelta(weeks=w)).isocalendar().week for w in range(now + 53)])
    return Seen(known.sales, known.in_stock, calendar[:now], calendar[now:], position, lead, review)


@dataclass(frozen=True)
class _Span:
    """The weeks of a problem, cut from the world's; beyond its end the last week goes on."""

    now: int
    weeks: int

    def cut(self, array: Floats) -> Floats:
        at = np.minimum(np.arange(self.now, self.now + self.weeks), array.shape[1] - 1)
        return np.asarray(array[:, at], dtype=float)


def _problem(
    world: World,
    known: Known,
    demand: npt.NDArray[np.float32],
    lead: Floats,
    review: Floats,
    start: date,
    limits: Limits,
) -> Problem:
    n, paths, weeks = demand.shape
    span = _Span(known.week + 1, weeks)
    two = world.transfer_weeks is not None
    buyable = np.flatnonzero(known.can_buy & (review >= 1))
    nothing = np.zeros(n)
    volume = nothing if world.volume_m3 is None else world.volume_m3
    buy = pd.DataFrame(
        {
            "item": buyable,
            "supplier": "supplier" if world.supplier is None else world.supplier[buyable],
            "mode": "usual",
            "destination": WAREHOUSE if two else FBA,
            "unit_cost": world.unit_cost[buyable],
            "purchase_price": world.unit_cost[buyable],
            "currency": "",
            "currency_rate": 1.0,
            "moq": world.moq[buyable],
            "case_pack": world.case_pack[buyable],
            "carton_volume_m3": volume[buyable] * world.case_pack[buyable],
            "carton_weight_kg": 0.0,
            "earliest_order_week": 0,
            "review_weeks": review[buyable].astype(int),
            "moq_group": "",
            "moq_group_minimum": 0.0,
        }
    )
    return Problem(
        start=start + timedelta(weeks=known.week + 1),
        items=world.items,
        marketplace=np.full(n, "0", object)
        if world.storage_group is None
        else world.storage_group.astype(str).astype(object),
        demand=demand,
        fba_on_hand=known.on_hand,
        fba_age=known.on_hand[:, None],
        age_from_days=np.zeros(1),
        economics=_economics(world, span, volume),
        buy=Options(buy, lead[buyable] * 7.0),
        ship=_ways(world, known, paths),
        arrivals=_arrivals(known, paths, weeks),
        limits=limits,
        upstream=_upstream(world, known),
    )


def _groups(world: World) -> npt.NDArray[np.integer]:
    return np.zeros(len(world.items), int) if world.storage_group is None else world.storage_group


def _economics(world: World, span: _Span, volume: Floats) -> UnitEconomics:
    n = len(world.items)
    return UnitEconomics(
        price=world.price,
        margin=span.cut(world.margin),
        product_cost=world.unit_cost,
        fba_storage=span.cut(world.storage),
        aged_from_days=world.aged_from_days,
        low_inventory_below_days=world.low_days,
        aged_surcharge=world.aged_surcharge if len(world.aged_from_days) else np.zeros((n, 0)),
        low_inventory_fee=world.low_fee if len(world.low_days) else np.zeros((n, 0)),
        exit_value=world.exit_value,
        lost_sale=world.lost_sale,
        capital_rate=world.capital_rate,
        volume_m3=volume,
        storage_type=np.full(n, "", dtype=object),
    )


def _ways(world: World, known: Known, paths: int) -> Options:
    if world.transfer_weeks is None:
        return Options(pd.DataFrame(), np.zeros((0, paths)))
    n = len(world.items)
    zero = np.zeros(n)
    frame = pd.DataFrame(
        {
            "item": np.arange(n),
            "source": WAREHOUSE,
            "mode": "truck",
            "available": known.upstream,
            "unit_cost": zero if world.move_cost is None else world.move_cost,
            "hold_cost": zero if world.hold_cost is None else world.hold_cost,
            "case_pack": world.case_pack,
            "carton_volume_m3": 0.0,
            "carton_weight_kg": 0.0,
            "review_weeks": 1,
        }
    )
    return Options(frame, np.repeat(world.transfer_weeks[:, None] * 7.0, paths, axis=1))


def _arrivals(known: Known, paths: int, weeks: int) -> Arrivals:
    parts = []
    for coming, destination in ((known.coming, FBA), (known.upstream_coming, WAREHOUSE)):
        item, week = np.nonzero(coming[:, :weeks])
        parts.append(
            pd.DataFrame(
                {
                    "item": item,
                    "destination": destination,
                    "units": coming[item, week],
                    "reference": "",
                    "kind": "purchase",
                    "week": week,
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    days = frame.pop("week").to_numpy(float) * 7.0
    return Arrivals(frame, np.repeat(days[:, None], paths, axis=1))


def _upstream(world: World, known: Known) -> pd.DataFrame:
    if world.transfer_weeks is None:
        return pd.DataFrame()
    return pd.DataFrame(
        {
            "item": np.arange(len(world.items)),
            "location": WAREHOUSE,
            "kind": "3PL",
            "units": known.upstream,
            "hold_cost": 0.0 if world.hold_cost is None else world.hold_cost,
        }
    )
