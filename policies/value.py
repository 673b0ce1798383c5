"""What another unit is worth: expected profit of many quantities at once, over demand paths and lead-time draws.

The model of one option (a purchase or a shipment) on one path: stock and known arrivals are used up week by week,
unmet demand is lost; the option's units become sellable in their own week; from one review period later on, stock
is topped up to a target at the option's own unit cost, because that is what the next decisions will do. A unit left
when the next order arrives therefore saves buying one unit then, and costs its holding until it is needed; only
what is sold before the next order could have arrived earns its margin. Profit is relative: the difference between
two quantities of one row is exact under this model, its level carries no meaning.
"""

from dataclasses import dataclass

import numba as nb
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
SHORT, LONG = 1 / 4.3, 1 / 12.9  # weights of a week in the 30 and 90 days of the low-inventory-level fee
TERMINAL_STEP = 2.0
"""Weeks of supply between two entries of `Rows.terminal`."""


@dataclass(frozen=True)
class Inflow:
    """Dated arrivals, sorted by item: those of item n are entries first[n] to first[n + 1]."""

    first: Integers  # (N + 1,)
    units: Floats  # (A,)
    week: Integers  # (A, P) week in which they become sellable; H or more is beyond the horizon


@dataclass(frozen=True)
class Stage:
    """What all options of one echelon share; money per unit, plan currency."""

    demand: npt.NDArray[np.float32]  # (N, P, H)
    on_hand: Floats  # (N,)
    inflow: Inflow
    margin: Floats  # (N, H) earned per unit sold
    lost: Floats  # (N,) per unit of demand not met, on top of the margin
    front: Floats  # (N, H) units that stay at FBA; what is above waits upstream. Infinity: all at FBA
    low_days: Floats  # (L,) ascending days of supply
    low_fee: Floats  # (N, L) per unit sold below those days
    back_orders: bool = False  # unmet demand waits instead of being lost


@dataclass(frozen=True)
class Rows:
    """Options of one stage, one row each."""

    item: Integers  # (M,)
    arrival: Integers  # (M, P) week of sellable stock
    following: Integers  # (M, P) week in which what the next chance orders becomes sellable
    review: Integers  # (M,) weeks between chances
    unit_cost: Floats  # (M,) per unit, capital in transit included
    hold_front: Floats  # (M, H) per unit and week at FBA, capital included
    hold_back: Floats  # (M,) the same upstream
    target: Floats  # (M, H) stock the next decisions top up to
    terminal: Floats  # (M, G) worth of stock above the last target, cumulated, per unit of weekly demand
    weekly: Floats  # (M,) weekly demand after the horizon
    switch: Integers  # (M, P) week from which top-ups come from the cheaper option; H when none
    switch_cost: Floats  # (M,)
    switch_review: Integers  # (M,)

    def take(self, at: Integers) -> "Rows":
        """Some of the rows."""
        return Rows(*(getattr(self, name)[at] for name in Rows.__dataclass_fields__))


def quantity_values(stage: Stage, rows: Rows, quantity: Floats) -> Floats:
    """Expected profit of `quantity` (M, K; ascending in each row), relative to a constant of the row."""
    if not len(rows.item):
        return np.zeros(quantity.shape)
    values: Floats = _values(
        np.ascontiguousarray(stage.demand, dtype=np.float32),
        _real(stage.on_hand),
        _whole(stage.inflow.first),
        _real(stage.inflow.units),
        _whole(stage.inflow.week),
        _real(stage.margin),
        _real(stage.lost),
        _real(stage.front),
        _real(stage.low_days),
        _real(stage.low_fee),
        stage.back_orders,
        *(_whole(getattr(rows, name)) for name in ("item", "arrival", "following", "review")),
        *(
            _real(getattr(rows, name))
            for name in ("unit_cost", "hold_front", "hold_back", "target", "terminal", "weekly")
        ),
        _whole(rows.switch),
        _real(rows.switch_cost),
        _whole(rows.switch_review),
        _real(quantity),
    )
    return values


def _real(array: npt.NDArray[np.generic]) -> Floats:
    """One type and layout, so that the kernel is compiled once."""
    return np.ascontiguousarray(array, dtype=np.float64)


def _whole(array: npt.NDArray[np.generic]) -> Integers:
    return np.ascontiguousarray(array, dtype=np.int64)


@nb.njit(inline="always")  # type: ignore[untyped-decorator]
def _leftover_worth(units: float, target: float, cost: float, weekly: float, terminal: Floats) -> float:
    """Up to the target a unit saves its replacement; above, the table of the row."""
    worth = cost * min(units, target)
    above = (units - target) / weekly / TERMINAL_STEP
    if above <= 0:
        return worth
    last = len(terminal) - 1
    at = int(above)
    if at >= last:
        tail = terminal[last] - terminal[last - 1]
        return float(worth + weekly * (terminal[last] + tail * (above - last)))
    return float(worth + weekly * (terminal[at] + (terminal[at + 1] - terminal[at]) * (above - at)))


@nb.njit(fastmath={"contract", "nsz", "arcp"})  # type: ignore[untyped-decorator]
def _low_inventory_week(profit, sold, kept, stock_short, stock_long, sold_short, sold_long, low_days, steps, flag):  # type: ignore[no-untyped-def]
    """Charge the low-inventory-level fee of a week: both windows must lie below a band; `steps` are fee differences."""
    for band in range(len(low_days)):
        bar, step = low_days[band] / 7.0, steps[band]
        for k in range(len(flag)):
            flag[k] = step if stock_short[k] < bar * sold_short[k] else 0.0
        for k in range(len(flag)):
            flag[k] = flag[k] if stock_long[k] < bar * sold_long[k] else 0.0
        for k in range(len(flag)):
            profit[k] -= sold[k] * flag[k]
    for k in range(len(flag)):
        stock_short[k] += (kept[k] - stock_short[k]) * SHORT
        stock_long[k] += (kept[k] - stock_long[k]) * LONG
    for k in range(len(flag)):
        sold_short[k] += (sold[k] - sold_short[k]) * SHORT
        sold_long[k] += (sold[k] - sold_long[k]) * LONG


@nb.njit(fastmath={"contract", "nsz", "arcp"})  # type: ignore[untyped-decorator]
def _week(x, profit, sold, kept, come, d, earn, missed, at_front, behind, keep, back_orders):  # type: ignore[no-untyped-def]
    """One week of all lanes: sell, pay for what is missing and for what is left."""
    if back_orders:
        for k in range(len(x)):
            left = x[k] + come - d
            profit[k] -= missed * max(-left, 0.0) + at_front * max(left, 0.0)
            x[k] = left
        return
    for k in range(len(x)):
        have = x[k] + come
        sales = min(have, d)
        sold[k] = sales
        x[k] = have - sales
    gain = earn + missed
    for k in range(len(x)):
        stay = min(x[k], keep)
        kept[k] = stay
        profit[k] += gain * sold[k] - (at_front - behind) * stay - behind * x[k]


@nb.njit  # type: ignore[untyped-decorator]
def _until_arrival(demand, inflow, front, stock, begin, back_orders, state):  # type: ignore[no-untyped-def]
    """Stock when the option arrives, the same for every quantity; `state` holds the fee's four moving means."""
    for h in range(begin):
        stock += inflow[h]
        sold = min(max(stock, 0.0), demand[h])
        stock = stock - demand[h] if back_orders else stock - sold
        kept = min(stock, front[h])
        state[0] += (kept - state[0]) * SHORT
        state[1] += (kept - state[1]) * LONG
        state[2] += (sold - state[2]) * SHORT
        state[3] += (sold - state[3]) * LONG
    return stock


@nb.njit(parallel=True, cache=True)  # type: ignore[untyped-decorator]
def _values(  # type: ignore[no-untyped-def]
    demand,
    on_hand,
    first,
    units,
    week,
    margin,
    lost,
    front,
    low_days,
    low_fee,
    back_orders,  # type: ignore[no-untyped-def]
    item,
    arrival,
    following,
    review,
    unit_cost,
    hold_front,
    hold_back,
    target,
    terminal,
    weekly,
    switch,
    switch_cost,
    switch_review,
    quantity,
):
    rows, lanes = quantity.shape
    paths, weeks = demand.shape[1], demand.shape[2]
    out = np.zeros((rows, lanes))
    for i in nb.prange(rows):
        n = item[i]
        fee_applies = False
        steps = np.zeros(len(low_days))
        for band in range(len(low_days)):
            higher = low_fee[n, band + 1] if band + 1 < len(low_days) else 0.0
            steps[band] = low_fee[n, band] - higher
            fee_applies = fee_applies or low_fee[n, band] > 0
        typical = 0.0
        for p in range(paths):
            for h in range(min(4, weeks)):
                typical += demand[n, p, h]
        typical = max(typical / (paths * min(4, weeks)), 1e-6)
        x, profit, sold, kept, flag = (
            np.zeros(lanes),
            np.zeros(lanes),
            np.zeros(lanes),
            np.zeros(lanes),
            np.zeros(lanes),
        )
        s_short, s_long, f_short, f_long = np.zeros(lanes), np.zeros(lanes), np.zeros(lanes), np.zeros(lanes)
        inflow, state, total = np.zeros(weeks + 1), np.zeros(4), np.zeros(lanes)
        for p in range(paths):
            inflow[:] = 0.0
            for a in range(first[n], first[n + 1]):
                inflow[min(week[a, p], weeks)] += units[a]
            begin = min(arrival[i, p], weeks)
            state[0] = state[1] = on_hand[n]
            state[2] = state[3] = typical
            stock = _until_arrival(demand[n, p], inflow, front[n], on_hand[n], begin, back_orders, state)
            x[:] = stock + quantity[i]
            profit[:] = -unit_cost[i] * quantity[i]
            if fee_applies:
                s_short[:], s_long[:], f_short[:], f_long[:] = state[0], state[1], state[2], state[3]
            chance, same = max(following[i, p], begin), False
            for h in range(begin, weeks):
                if h >= chance:
                    late = h >= switch[i, p]
                    cost = switch_cost[i] if late else unit_cost[i]
                    chance = h + (switch_review[i] if late else review[i])
                    goal = target[i, h]
                    for later in range(h, min(chance, weeks)):
                        goal -= inflow[later]
                    same = x[lanes - 1] <= goal
                    for k in range(lanes):
                        added = max(goal - x[k], 0.0)
                        x[k] += added
                        profit[k] -= cost * added
                    if same:
                        break
                at_front, behind, keep = hold_front[i, h], hold_back[i], front[n, h]
                if behind >= at_front:  # nothing is held back where that costs more
                    keep, behind = np.inf, 0.0
                _week(
                    x,
                    profit,
                    sold,
                    kept,
                    inflow[h],
                    demand[n, p, h],
                    margin[n, h],
                    lost[n],
                    at_front,
                    behind,
                    keep,
                    back_orders,
                )
                if fee_applies:
                    _low_inventory_week(profit, sold, kept, s_short, s_long, f_short, f_long, low_days, steps, flag)
            if not same:
                cost = min(unit_cost[i], switch_cost[i]) if switch[i, p] < weeks else unit_cost[i]
                for k in range(lanes):
                    profit[k] += _leftover_worth(x[k], target[i, weeks - 1], cost, weekly[i], terminal[i])
            total += profit
        out[i] = total / paths
    return out
