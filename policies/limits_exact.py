"""Joint limits solved exactly: one choice of quantity per line, with HiGHS."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policies.curves import Curves
from policies.limits import Shared, Solution
from policies.limits_hulls import hull_segments
from policies.limits_programme import Answer, Programme, Taken, columns, grouped_columns
from policies.limits_sifting import best_shares

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


@dataclass(frozen=True)
class Bundles:
    """Choices of two lines at once, their profit together; each pair takes one of its bundles."""

    lines: Integers  # (B, 2)
    quantity: Floats  # (B, 2)
    value: Floats  # (B,)


NO_BUNDLES = Bundles(np.zeros((0, 2), int), np.zeros((0, 2)), np.zeros(0))


def solve_exactly(curves: Curves, shared: Shared, bundles: Bundles = NO_BUNDLES) -> Solution | None:
    """The best plan on the grid of `curves`, or None when HiGHS found none in its node limit.

    Lines that are in bundles are decided by these, not by their curves.
    """
    single = distinct(curves)
    single[bundles.lines.ravel()] = False
    line, at = np.nonzero(single)
    lines = np.concatenate([np.column_stack([line, line]), bundles.lines])
    units = np.concatenate([np.column_stack([curves.quantity[line, at], np.zeros(len(line))]), bundles.quantity])
    value = np.concatenate([curves.value[line, at], bundles.value])
    taking = grouped_columns(shared, lines[:, 0], lines, units, value)
    got = Programme(taking, shared, one_each=True).best_whole(GAP, NODES)
    if got is None:
        return None
    quantity = np.zeros(len(curves.quantity))
    np.add.at(quantity, lines, units * np.round(got.share)[:, None])
    return solution(quantity, got, relaxed(curves, shared, got.taken), exact=True)


def relaxed(curves: Curves, shared: Shared, taken: Taken | None) -> Answer | None:
    """The same plan when cartons may be split, with the price of every limit."""
    line, units, value = hull_segments(curves)
    taking = columns(shared, line, units, value)
    return best_shares(taking, shared, taken) if taken else Programme(taking, shared).best_shares()


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
