"""Joint limits solved exactly: one choice of quantity per line, with HiGHS."""

import numpy as np
import numpy.typing as npt

from policies.curves import Curves
from policies.limits import Shared, Solution
from policies.limits_hulls import hull_segments
from policies.limits_programme import Answer, Programme, Taken, columns

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
GAP, NODES = 1e-5, 20_000


def count_choices(curves: Curves) -> int:
    """Number of (line, quantity) pairs."""
    return int(distinct(curves).sum())


def distinct(curves: Curves) -> npt.NDArray[np.bool_]:
    """Points that differ from the one before, (C, K)."""
    kept = np.ones(curves.quantity.shape, dtype=bool)
    kept[:, 1:] = np.diff(curves.quantity, axis=1) > 1e-9
    return kept


def solve_exactly(curves: Curves, shared: Shared) -> Solution | None:
    """The best plan on the grid of `curves`, or None when HiGHS found none in its node limit."""
    line, at = np.nonzero(distinct(curves))
    units = curves.quantity[line, at]
    taking = columns(shared, line, units, curves.value[line, at])
    got = Programme(taking, shared, one_each=True).best_whole(GAP, NODES)
    if got is None:
        return None
    quantity = np.zeros(len(curves.quantity))
    np.add.at(quantity, line, units * np.round(got.share))
    return solution(quantity, got, relaxed(curves, shared, got.taken), exact=True)


def relaxed(curves: Curves, shared: Shared, taken: Taken | None) -> Answer | None:
    """The same plan when cartons may be split, with the price of every limit."""
    line, units, value = hull_segments(curves)
    return Programme(columns(shared, line, units, value), shared, taken=taken).best_shares()


def solution(quantity: Floats, got: Answer, priced: Answer | None, exact: bool = False) -> Solution:
    """A plan with the prices of the relaxed one."""
    nothing = np.zeros(len(got.extra)), np.zeros(len(got.taken.floors))
    prices, floor_prices = (priced.ceiling_prices, priced.floor_prices) if priced else nothing
    return Solution(
        np.round(quantity, 6),
        prices,
        np.where(got.extra > 1e-6, got.extra, 0.0),
        np.where(got.taken.floors > 0.5, floor_prices, 0.0),
        got.taken.floors < 0.5,
        got.taken.containers,
        exact,
    )
