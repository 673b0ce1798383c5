"""What another unit is worth: expected profit of many quantities at once, over demand paths and lead-time draws.

The model of one option (a purchase or a shipment) on one path: stock and known arrivals are used up week by week,
unmet demand is lost; the option's units become sellable in their own week; from one review period later on, stock
is topped up to a target at the option's own unit cost, or by a cheaper way once that can deliver
(`policies.cheapest`), because that is what the next decisions will do. A unit left
when the next order arrives therefore saves buying one unit then, and costs its holding until it is needed; only
what is sold before the next order could have arrived earns its margin. Profit is relative: the difference between
two quantities of one row is exact under this model, its level carries no meaning.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policies.value_kernel import TERMINAL_STEP as TERMINAL_STEP
from policies.value_kernel import values

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


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


@dataclass(frozen=True)
class Beside:
    """What comes by another way at the same time, for every quantity of a row."""

    units: Floats  # (M, K)
    arrival: Integers  # (M, P) week of sellable stock


def quantity_values(stage: Stage, rows: Rows, quantity: Floats, beside: Beside | None = None) -> Floats:
    """Expected profit of `quantity` (M, K; ascending in each row), relative to a constant of the row.

    With `beside`, the constant is one for all quantities beside the same units, and another for other units.
    """
    if not len(rows.item):
        return np.zeros(quantity.shape)
    beside = beside or Beside(np.zeros(quantity.shape), rows.arrival)
    found: Floats = values(
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
        _real(beside.units),
        _whole(beside.arrival),
    )
    return found


def _real(array: npt.NDArray[np.generic]) -> Floats:
    """One type and layout, so that the kernel is compiled once."""
    return np.ascontiguousarray(array, dtype=np.float64)


def _whole(array: npt.NDArray[np.generic]) -> Integers:
    return np.ascontiguousarray(array, dtype=np.int64)
