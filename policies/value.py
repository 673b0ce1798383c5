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
    review: Integers  # (M,) weeks until the next chance
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
        stage.on_hand.astype(float),
        stage.inflow.first,
        stage.inflow.units.astype(float),
        stage.inflow.week,
        stage.margin.astype(float),
        stage.lost.astype(float),
        stage.front.astype(float),
        stage.low_days.astype(float),
        stage.low_fee.astype(float),
        stage.back_orders,
        rows.item,
        rows.arrival,
        rows.review,
        rows.unit_cost.astype(float),
        rows.hold_front.astype(float),
        rows.hold_back.astype(float),
        rows.target.astype(float),
        rows.terminal.astype(float),
        rows.weekly.astype(float),
        rows.switch,
        rows.switch_cost.astype(float),
        rows.switch_review,
        quantity.astype(float),
    )
    return values


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
        return worth + weekly * (terminal[last] + tail * (above - last))
    return worth + weekly * (terminal[at] + (terminal[at + 1] - terminal[at]) * (above - at))


@nb.njit(inline="always")  # type: ignore[untyped-decorator]
def _week_of_supply_fee(
    stock_short: float, stock_long: float, sold_short: float, sold_long: float, low_days: Floats, fee: Floats
) -> float:
    """The low-inventory-level fee per unit sold: the larger of two windows decides the band."""
    days = 7.0 * max(stock_short / max(sold_short, 1e-9), stock_long / max(sold_long, 1e-9))
    charged = 0.0
    for band in range(len(low_days) - 1, -1, -1):
        charged = fee[band] if days < low_days[band] else charged
    return charged


@nb.njit(parallel=True, cache=True, error_model="numpy")  # type: ignore[untyped-decorator]
def _values(
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
        fee_applies = np.any(low_fee[n] > 0)
        typical = max(demand[n, :, : min(4, weeks)].mean(), 1e-6)
        x, profit = np.zeros(lanes), np.zeros(lanes)
        windows = np.zeros((4, lanes))  # mean stock and sales of about 30 and 90 days
        inflow = np.zeros(weeks + 1)
        for p in range(paths):
            inflow[:] = 0.0
            for a in range(first[n], first[n + 1]):
                inflow[min(week[a, p], weeks)] += units[a]
            begin = min(arrival[i, p], weeks)
            stock = on_hand[n]
            s_short, s_long, d_short, d_long = stock, stock, typical, typical
            for h in range(begin):
                stock += inflow[h]
                sold = min(max(stock, 0.0), demand[n, p, h])
                stock = stock - demand[n, p, h] if back_orders else stock - sold
                if fee_applies:
                    kept = min(stock, front[n, h])
                    s_short += (kept - s_short) / 4.3
                    s_long += (kept - s_long) / 12.9
                    d_short += (sold - d_short) / 4.3
                    d_long += (sold - d_long) / 12.9
            for k in range(lanes):
                x[k] = stock + quantity[i, k]
                profit[k] = -unit_cost[i] * quantity[i, k]
                windows[0, k], windows[1, k], windows[2, k], windows[3, k] = s_short, s_long, d_short, d_long
            chance, same = begin + review[i], False
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
                d, come, keep = demand[n, p, h], inflow[h], front[n, h]
                earn, at_front, behind, missed = margin[n, h], hold_front[i, h], hold_back[i], lost[n]
                if behind >= at_front:  # nothing is held back where that costs more
                    keep, behind = np.inf, 0.0
                for k in range(lanes):
                    have = x[k] + come
                    sold = min(max(have, 0.0), d)
                    left = have - d if back_orders else have - sold
                    kept = min(max(left, 0.0), keep)
                    unmet = max(d - have, 0.0)
                    profit[k] += earn * sold - missed * unmet - at_front * kept - behind * (max(left, 0.0) - kept)
                    x[k] = left
                    if fee_applies:
                        profit[k] -= sold * _week_of_supply_fee(
                            windows[0, k], windows[1, k], windows[2, k], windows[3, k], low_days, low_fee[n]
                        )
                        windows[0, k] += (kept - windows[0, k]) / 4.3
                        windows[1, k] += (kept - windows[1, k]) / 12.9
                        windows[2, k] += (sold - windows[2, k]) / 4.3
                        windows[3, k] += (sold - windows[3, k]) / 12.9
            last_cost = min(unit_cost[i], switch_cost[i]) if switch[i, p] < weeks else unit_cost[i]
            for k in range(lanes):
                if not same:
                    profit[k] += _leftover_worth(x[k], target[i, weeks - 1], last_cost, weekly[i], terminal[i])
                out[i, k] += profit[k]
        for k in range(lanes):
            out[i, k] /= paths
    return out
