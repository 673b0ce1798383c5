"""Profit as a function of quantity: a coarse grid of case packs, refined around its best until exact there."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from policies.value import Rows, Stage, quantity_values

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
LANES = 24
ROUNDS = 8


@dataclass(frozen=True)
class Lots:
    """Which quantities may be ordered, one row per option."""

    case_pack: Floats  # (M,) units per carton
    smallest: Floats  # (M,) smallest order above zero: the minimum rounded up to whole cartons
    largest: Floats  # (M,) no quantity above is tried, unless `smallest` or a price break asks for it
    most: Floats  # (M,) hard upper end (stock at the source, cap); infinity none
    break_quantity: Floats = field(
        default_factory=lambda: np.zeros((0, 0))
    )  # (M, B) ascending, infinity beyond the last
    break_saving: Floats = field(default_factory=lambda: np.zeros((0, 0)))  # (M, B) per unit, from that quantity on
    usual_saving: Floats = field(default_factory=lambda: np.zeros(0))
    """(M,) per unit: what a later order saves by breaks anyway, which `Rows.unit_cost` contains; empty none."""

    @property
    def open(self) -> npt.NDArray[np.bool_]:
        """Rows in which any quantity above zero is allowed."""
        return np.asarray(self.smallest <= self.most)

    def take(self, at: Integers) -> "Lots":
        """Some of the rows."""
        breaks = (self.break_quantity, self.break_saving, self.usual_saving)
        return Lots(
            self.case_pack[at],
            self.smallest[at],
            self.largest[at],
            self.most[at],
            *(part[at] if part.size else part for part in breaks),
        )

    def saving(self, quantity: Floats) -> Floats:
        """Money saved by price breaks at `quantity` (M, K), against what later orders save anyway."""
        saved = np.zeros_like(quantity)
        for b in range(self.break_quantity.shape[1] if self.break_quantity.size else 0):
            reached = quantity >= self.break_quantity[:, [b]]
            saved = np.where(reached, self.break_saving[:, [b]], saved)
        usual = self.usual_saving[:, None] if self.usual_saving.size else 0.0
        return (saved - usual) * quantity


@dataclass(frozen=True)
class Curves:
    """Quantities (M, K) ascending, zero first; value (M, K) against ordering nothing."""

    quantity: Floats
    value: Floats

    def best(self) -> Integers:
        """Index of the highest value; the smallest quantity among equals."""
        return np.asarray(np.argmax(self.value, axis=1))

    def best_quantity(self) -> Floats:
        """Quantity of the highest value, (M,)."""
        return np.asarray(self.quantity[np.arange(len(self.quantity)), self.best()])

    def at(self, quantity: Floats) -> Floats:
        """Value at `quantity` (M,), linear between grid points."""
        rows = np.arange(len(quantity))
        after = np.clip((self.quantity < quantity[:, None] - 1e-9).sum(axis=1), 0, self.quantity.shape[1] - 1)
        before = np.maximum(after - 1, 0)
        low, high = self.quantity[rows, before], self.quantity[rows, after]
        gap = high - low
        share = np.divide(quantity - low, gap, out=np.ones_like(gap), where=gap > 0)
        return np.asarray(
            self.value[rows, before] + np.clip(share, 0, 1) * (self.value[rows, after] - self.value[rows, before])
        )

    def take(self, at: Integers) -> "Curves":
        """Some of the rows."""
        return Curves(self.quantity[at], self.value[at])


def profit_curves(stage: Stage, rows: Rows, lots: Lots) -> Curves:
    """Curves of every row; exact to one case pack around the best quantity."""
    if not len(rows.item):
        return Curves(np.zeros((0, 1)), np.zeros((0, 1)))
    top = np.minimum(np.maximum(lots.largest, lots.smallest), lots.most)
    grid = _grid(np.zeros(len(top)), np.where(lots.open, top, 0.0), lots)
    for b in range(lots.break_quantity.shape[1] if lots.break_quantity.size else 0):
        offered = np.isfinite(lots.break_quantity[:, b]) & (lots.break_quantity[:, b] <= lots.most)
        grid[:, -1 - b] = np.where(offered, lots.break_quantity[:, b], grid[:, -1 - b])
    grid = _allowed(np.sort(grid, axis=1), lots)
    curves = _evaluate(stage, rows, lots, grid)
    for _ in range(ROUNDS):
        finer = sharpened(stage, rows, lots, curves, curves.best_quantity())
        if finer is curves:
            break
        curves = finer
    return curves


def sharpened(stage: Stage, rows: Rows, lots: Lots, curves: Curves, quantity: Floats) -> Curves:
    """`curves` with more points around `quantity` (M,); the same object where every case pack there is known."""
    low, high = _around(curves, lots, quantity)
    todo = np.flatnonzero(high > low)
    if not len(todo):
        return curves
    finer = _evaluate(stage, rows.take(todo), lots.take(todo), _grid(low[todo], high[todo], lots.take(todo)))
    return _merge(curves, finer, todo)


def _evaluate(stage: Stage, rows: Rows, lots: Lots, grid: Floats) -> Curves:
    """Values against zero, which every grid carries as its first point."""
    with_zero = np.concatenate([np.zeros((len(grid), 1)), grid], axis=1) if len(grid) else grid
    value = quantity_values(stage, rows, with_zero) + lots.saving(with_zero)
    return Curves(with_zero, value - value[:, [0]])


def _grid(low: Floats, high: Floats, lots: Lots) -> Floats:
    """LANES quantities from low to high, whole cartons, none below the minimum."""
    step = np.linspace(0.0, 1.0, LANES)
    cartons = np.round((low[:, None] + (high - low)[:, None] * step) / lots.case_pack[:, None])
    return _allowed(cartons * lots.case_pack[:, None], lots)


def _allowed(quantity: Floats, lots: Lots) -> Floats:
    raised = np.where(quantity > 0, np.maximum(quantity, lots.smallest[:, None]), 0.0)
    return np.asarray(np.where(raised > lots.most[:, None], 0.0, raised))


def _around(curves: Curves, lots: Lots, quantity: Floats) -> tuple[Floats, Floats]:
    """The nearest quantities tried below and above; both equal `quantity` where no order lies between."""
    at = quantity[:, None]
    below = np.where(curves.quantity < at, curves.quantity, -np.inf).max(axis=1)
    above = np.where(curves.quantity > at, curves.quantity, np.inf).min(axis=1)
    at, step = at[:, 0], 1.5 * lots.case_pack
    gap_below = np.isfinite(below) & (at - np.maximum(below, lots.smallest) > step)
    gap_above = np.isfinite(above) & (above - np.maximum(at, lots.smallest) > step)
    return np.where(gap_below, below, at), np.where(gap_above, above, at)


def _merge(curves: Curves, finer: Curves, todo: Integers) -> Curves:
    """Both sets of points, sorted; rows without new points repeat their last one."""
    last, width = curves.quantity[:, [-1]], finer.quantity.shape[1]
    quantity = np.concatenate([curves.quantity, np.repeat(last, width, axis=1)], axis=1)
    value = np.concatenate([curves.value, np.repeat(curves.value[:, [-1]], width, axis=1)], axis=1)
    quantity[todo, -width:], value[todo, -width:] = finer.quantity, finer.value
    order = np.argsort(quantity, axis=1, kind="stable")
    return Curves(np.take_along_axis(quantity, order, axis=1), np.take_along_axis(value, order, axis=1))
