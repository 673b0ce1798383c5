"""The two decisions as stages of one model: ship what is upstream, buy what is nowhere."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.arriving import (
    FBA,
    fba_inflow,
    next_arrivals,
    onward,
    to_weeks,
    upstream_inflow,
    upstream_units,
    with_extra,
)
from policies.cheapest import cheapest_way, refilled_by, usual_week
from policies.curves import Lots
from policies.fees.storage import YOUNG_DAYS
from policies.horizon import leftover_worth, weekly_after
from policies.inputs import DecisionSettings, Problem
from policies.limits import variant_groups
from policies.targets import window_targets
from policies.value import Inflow, Rows, Stage

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
ROOM_FOR_MINIMUMS = 1.5
"""Quantities are tried up to this many times what a shared minimum asks of each item in proportion."""


def expected_demand(problem: Problem, weeks: int) -> Floats:
    """Expected demand over the `weeks` that begin with each week, (N, H); the end repeats the last weeks' mean."""
    mean = problem.demand.mean(axis=1, dtype=float)
    padded = np.concatenate([mean, np.repeat(weekly_after(problem.demand)[:, None], weeks, axis=1)], axis=1)
    total = np.concatenate([np.zeros((len(mean), 1)), padded.cumsum(axis=1)], axis=1)
    return np.asarray(total[:, weeks : weeks + mean.shape[1]] - total[:, : mean.shape[1]])


def shipping_stage(problem: Problem) -> Stage:
    """FBA alone: stock there and what is under way to it."""
    return _stage(problem, fba_inflow(problem), np.full(problem.economics.margin.shape, np.inf))


def purchase_stage(problem: Problem, settings: DecisionSettings) -> Stage:
    """FBA and everything upstream of it, which follows as FBA needs it."""
    direct, behind = fba_inflow(problem), upstream_inflow(problem)
    owner = np.repeat(np.arange(len(problem.items)), np.diff(behind.first))
    front = np.where(_has_upstream(problem)[:, None], expected_demand(problem, settings.front_weeks), np.inf)
    return _stage(problem, with_extra(direct, owner, behind.units, behind.week), front)


def shipping_rows(problem: Problem, stage: Stage) -> tuple[Rows, Lots]:
    """One row per way to ship."""
    frame = problem.ship.frame
    item, available = _column(frame, "item", int), _column(frame, "available")
    move, hold_back = _column(frame, "unit_cost"), _column(frame, "hold_cost")
    kept = _worth_upstream(problem, item, move, hold_back)
    hold = problem.economics.fba_storage[item] - hold_back[:, None]
    rows = _rows(
        problem,
        stage,
        item,
        problem.ship.lead_time_days,
        _column(frame, "review_weeks", int),
        move + kept,
        hold,
        np.zeros(len(item)),
        np.where(available >= 1.0, 1.0, np.inf),
    )
    pack = np.where(available >= _column(frame, "case_pack"), _column(frame, "case_pack"), 1.0)
    most = np.minimum(np.floor(available), _cap(problem, item))
    everything = most[:, None]  # the odd units of a last carton may go as well
    dear = (hold.mean(axis=1) <= 0) if len(item) else np.zeros(0, bool)
    largest = np.where(dear, most, _largest(problem, rows, pack))
    return rows, Lots(pack, pack, largest, most, np.where(everything > 0, everything, np.inf), np.zeros((len(item), 1)))


def purchase_rows(problem: Problem, stage: Stage) -> tuple[Rows, Lots]:
    """One row per way to buy; goods for a warehouse go on to FBA when it needs them."""
    frame, economics = problem.buy.frame, problem.economics
    item = _column(frame, "item", int)
    destination = frame["destination"].to_numpy(object) if len(frame) else np.zeros(0, object)
    via = destination != FBA
    on = onward(problem, item, destination)
    days = problem.buy.lead_time_days + np.where(via[:, None], on.days, 0.0) if len(item) else np.zeros((0, 1))
    transit = days.mean(axis=1) / 7.0 if len(item) else np.zeros(0)
    landed = _column(frame, "unit_cost") + np.where(via, on.unit_cost, 0.0)
    capital = economics.capital_rate[item] * landed
    hold = economics.fba_storage[item] + capital[:, None]
    back = np.where(via & on.known, on.hold_cost + capital, np.inf)
    pack, moq = _column(frame, "case_pack"), _column(frame, "moq")
    smallest = np.maximum(np.ceil(moq / pack - 1e-9), 1.0) * pack
    most = np.where(via, np.inf, _cap(problem, item))
    breaks = _price_breaks(problem, pack, smallest)
    usual = _usual_saving(problem, item, *breaks, hold + economics.utilisation[item], back)
    cost, review = landed - usual + capital * transit, _column(frame, "review_weeks", int)
    rows = _rows(problem, stage, item, days, review, cost, hold, back, np.where(smallest <= most, smallest, np.inf))
    largest = _with_minimums(problem, item, _largest(problem, rows, pack), pack)
    return rows, Lots(pack, smallest, largest, most, *breaks, usual)


def _with_minimums(problem: Problem, item: Integers, largest: Floats, pack: Floats) -> Floats:
    """`largest` (M,) raised where all of a group at its own largest would hardly reach a minimum they share."""
    raised = largest.copy()
    for member, each, least in _shared_minimums(problem):
        reach = pd.Series((each * largest)[member]).groupby(item[member]).max().sum()  # one way per item
        if 0 < reach < ROOM_FOR_MINIMUMS * least:
            here = np.ceil(largest[member] * (ROOM_FOR_MINIMUMS * least / reach) / pack[member]) * pack[member]
            raised[member] = np.maximum(raised[member], here)
    return raised


def _shared_minimums(problem: Problem) -> Iterator[tuple[Integers, Floats, float]]:
    """Rows of the buy frame under each shared minimum, what a unit of every row adds to it, and the minimum."""
    frame = problem.buy.frame
    number, _, least = variant_groups(frame)
    for group in range(len(least)):
        yield np.flatnonzero(number == group), np.ones(len(frame)), float(least[group])
    if not len(frame):
        return
    paid = frame["purchase_price"].to_numpy(float) * frame["currency_rate"].to_numpy(float)
    for minimum in problem.limits.order_minimums.to_dict("records"):
        rows = np.flatnonzero((frame["supplier"] == minimum["supplier"]).to_numpy())
        for column, each in (("value", paid), ("units", np.ones(len(frame)))):
            if len(rows) and pd.notna(minimum.get(column)):
                yield rows, each, float(minimum[column])


def _surcharge(problem: Problem, item: Integers, days: Floats) -> Floats:
    """Utilisation surcharge of one unit more that arrives at FBA as `days` (M, P) say, (M, H): from its 31st day on.

    First in, first out, one unit more on the shelf is always the youngest.
    """
    surcharge = problem.economics.utilisation[item]
    if not surcharge.any():
        return surcharge
    begins = (days.mean(axis=1) + YOUNG_DAYS) / 7.0
    due = np.clip(np.arange(1, surcharge.shape[1] + 1)[None, :] - begins[:, None], 0.0, 1.0)
    return np.asarray(surcharge * due)


def _usual_saving(
    problem: Problem, item: Integers, quantity: Floats, saving: Floats, hold: Floats, back: Floats
) -> Floats:
    """What later orders save per unit, (M,): a break is reached where it saves more than its units cost to wait.

    Units of an order wait half as long as the best weeks take to sell it. Without this a break would count as if only
    an order placed now could ever reach it, and units needed much later would be bought now.
    """
    usual = np.zeros(len(item))
    if not quantity.size:
        return usual
    keep = np.minimum(hold.mean(axis=1), np.where(back > 0, back, np.inf))
    for b in range(quantity.shape[1]):
        pays = saving[:, b] > keep * _weeks_to_sell(problem, item, quantity[:, b]) / 2.0
        usual = np.maximum(usual, np.where(pays, saving[:, b], 0.0))
    same = [item, problem.buy.frame["supplier"].to_numpy(object)]  # later orders take the warehouse that is cheapest
    return np.asarray(pd.Series(usual).groupby(same).transform("max").to_numpy())


def _weeks_to_sell(problem: Problem, item: Integers, quantity: Floats) -> Floats:
    """Fewest weeks of the plan in which `quantity` (M,) is expected to sell; infinity where no stretch sells it."""
    weeks = problem.demand.shape[2]
    sold = np.zeros((len(problem.items), weeks + 1))
    sold[:, 1:] = problem.demand.mean(axis=1, dtype=float).cumsum(axis=1)
    needed = np.full(len(item), np.inf)
    for length in range(weeks, 0, -1):
        most = (sold[:, length:] - sold[:, :-length]).max(axis=1)
        needed = np.where(most[item] >= quantity, float(length), needed)
    return needed


def _stage(problem: Problem, coming: Inflow, front: Floats) -> Stage:
    economics = problem.economics
    return Stage(
        problem.demand,
        problem.fba_on_hand,
        coming,
        economics.margin,
        economics.lost_sale,
        front,
        economics.low_inventory_below_days,
        economics.low_inventory_fee,
    )


def _rows(
    problem: Problem,
    stage: Stage,
    item: Integers,
    days: Floats,
    review: Integers,
    unit_cost: Floats,
    hold: Floats,
    back: Floats,
    smallest: Floats,
) -> Rows:
    """smallest: of an order above zero; infinity where none is possible."""
    _, paths, weeks = problem.demand.shape
    arrival = to_weeks(days, weeks) if len(item) else np.zeros((0, paths), np.int16)
    upstream = np.where(back > 0, back, np.inf)
    old_enough = problem.economics.utilisation[item].mean(axis=1) if len(item) else np.zeros(0)
    plain = hold.mean(axis=1) if len(item) else np.zeros(0)
    # What the next chances top up to is sold within a review: only reviews longer than 30 days meet the surcharge.
    keep = np.minimum(plain + old_enough * np.clip(1 - YOUNG_DAYS / 7 / review, 0, 1), upstream)
    weekly = weekly_after(problem.demand)[item]
    usable = np.isfinite(smallest)
    waiting = np.where(usable, smallest, 0.0) / weekly / 2.0 * np.maximum(keep, 0.0)
    cheapest = cheapest_way(item, unit_cost, waiting, usable)
    following = next_arrivals(days, review, weeks)
    age = np.maximum(weeks - arrival.mean(axis=1), 0.0) if len(item) else np.zeros(0)
    rows = Rows(
        item=item,
        arrival=arrival,
        following=following,
        review=review,
        unit_cost=unit_cost,
        hold_front=hold + _surcharge(problem, item, days),
        hold_back=back,
        target=_targets(problem, stage, item, following, review, unit_cost, keep, cheapest),
        terminal=leftover_worth(problem, item, unit_cost, np.minimum(plain + old_enough, upstream), age),
        weekly=weekly,
        switch=np.full((len(item), paths), weeks, np.int16),
        switch_cost=unit_cost,
        switch_review=review,
    )
    return refilled_by(rows, cheapest)


def _targets(
    problem: Problem,
    stage: Stage,
    item: Integers,
    following: Integers,
    review: Integers,
    unit_cost: Floats,
    keep: Floats,
    cheapest: Integers,
) -> Floats:
    """Stock (M, H) that the next chances of each row top up to.

    What its last chance before a cheaper way delivers brings and nobody asks for is worth that way's cost afterwards.
    """
    weeks = problem.demand.shape[2]
    if not len(item):
        return np.zeros((0, weeks))
    gain = stage.margin[item].mean(axis=1) + stage.lost[item] - unit_cost
    dearer = unit_cost - unit_cost[cheapest]
    end = np.where(dearer > 0, usual_week(following[cheapest]), weeks)
    last = np.arange(weeks)[None, :] + review[:, None] >= end[:, None]
    once = np.where(last, dearer[:, None], 0.0).astype(float)
    keep_on = np.maximum(keep, 1e-6)
    target = window_targets(problem.demand, item, review, gain, keep_on, once, following.min(axis=1), end)
    return np.maximum(target, np.where((gain > 0)[:, None], _fee_floor(problem, item, keep), 0.0))


def _fee_floor(problem: Problem, item: Integers, hold: Floats) -> Floats:
    """Where the low-inventory-level fee costs more than the stock that avoids it, later decisions keep that stock."""
    economics = problem.economics
    if not economics.low_inventory_below_days.size:
        return np.zeros((len(item), problem.demand.shape[2]))
    days = float(economics.low_inventory_below_days.max())
    fee = economics.low_inventory_fee[item].max(axis=1)
    pays = fee > hold * days / 7.0
    cover = expected_demand(problem, int(np.ceil(days / 7.0)))[item]
    return np.asarray(np.where(pays[:, None], cover, 0.0))


def _worth_upstream(problem: Problem, item: Integers, move: Floats, hold_back: Floats) -> Floats:
    """What a unit upstream is worth if it stays: its replacement, less its keep while there is more than is needed."""
    economics = problem.economics
    margin = economics.margin[item].mean(axis=1) - move
    cost = economics.product_cost[item]
    rate = weekly_after(problem.demand)
    cover = ((problem.fba_on_hand + upstream_units(problem)) / rate)[item]
    waits = np.maximum(cover - problem.demand.shape[2], 0.0)
    later = np.where(margin > cost, cost, economics.exit_value[item])
    keep = hold_back + economics.capital_rate[item] * cost
    return np.asarray(np.maximum(later - keep * waits, np.minimum(economics.exit_value[item], later)))


def _largest(problem: Problem, rows: Rows, pack: Floats) -> Floats:
    """More than any path asks for until the next order arrives, and than the fee-free cover, earns nothing."""
    if not len(rows.item):
        return np.zeros(0)
    weeks = problem.demand.shape[2]
    begin = np.minimum(rows.arrival.min(axis=1), weeks - 1)
    end = np.minimum(np.maximum(rows.following.max(axis=1), rows.arrival.max(axis=1) + 1), weeks)
    top = np.zeros(len(rows.item))
    for h in range(weeks):
        inside = (begin <= h) & (h < end)
        if inside.any():
            top[inside] += problem.demand[rows.item[inside], :, h].max(axis=1)
    return np.asarray((np.ceil(np.maximum(top, rows.target.max(axis=1)) / pack) + 1) * pack)


def _cap(problem: Problem, item: Integers) -> Floats:
    """Room under the ASIN cap: units at FBA and inbound count."""
    cap = problem.limits.asin_cap
    if cap is None:
        return np.full(len(item), np.inf)
    coming = fba_inflow(problem)
    inbound = np.add.reduceat(np.append(coming.units, 0.0), coming.first[:-1]) * (np.diff(coming.first) > 0)
    return np.asarray(np.floor(np.maximum(cap - problem.fba_on_hand - inbound, 0.0))[item])


def _price_breaks(problem: Problem, pack: Floats, smallest: Floats) -> tuple[Floats, Floats]:
    """Quantities (whole cartons) and savings per unit, (M, B) each."""
    breaks = problem.limits.price_breaks
    if not len(breaks):
        return np.zeros((0, 0)), np.zeros((0, 0))
    frame = breaks.sort_values(["buy", "minimum_quantity"], kind="stable")
    buy = frame["buy"].to_numpy(int)
    place = frame.groupby("buy").cumcount().to_numpy()
    quantity = np.full((len(pack), int(place.max()) + 1), np.inf)
    saving = np.zeros_like(quantity)
    whole = np.ceil(frame["minimum_quantity"].to_numpy(float) / pack[buy] - 1e-9) * pack[buy]
    quantity[buy, place] = np.maximum(whole, smallest[buy])
    saving[buy, place] = problem.buy.frame["unit_cost"].to_numpy(float)[buy] - frame["unit_cost"].to_numpy(float)
    return quantity, saving


def _has_upstream(problem: Problem) -> npt.NDArray[np.bool_]:
    has = upstream_units(problem) > 0
    for frame in (problem.buy.frame, problem.arrivals.frame):
        if len(frame):
            has[frame["item"].to_numpy(int)[(frame["destination"] != FBA).to_numpy()]] = True
    return has


def _column(frame: pd.DataFrame, name: str, kind: type = float) -> npt.NDArray[Any]:
    return frame[name].to_numpy(kind) if len(frame) else np.zeros(0, kind)


def same_units(problem: Problem) -> Integers:
    """One number per (item, source): ways to ship that draw on the same units."""
    frame = problem.ship.frame
    if not len(frame):
        return np.zeros(0, int)
    return np.asarray(frame.groupby(["item", "source"], sort=True).ngroup().to_numpy(int))
