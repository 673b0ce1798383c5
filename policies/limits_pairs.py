"""Joint limits where items go by two ways: what one way takes changes what the other is worth."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from policies.choose import widen
from policies.curves import Curves
from policies.limits import Shared, Solution
from policies.limits_exact import Bundles, solve_exactly
from policies.pairs import Pairs

Floats = npt.NDArray[np.floating]
Sharper = Callable[[Curves, Floats], Curves]
Solver = Callable[[Curves, Solution | None], tuple[Solution, Curves]]
"""A plan on the curves given; a plan of many items keeps the minimums and containers of the one before."""
ROUNDS = 4


def solve_with_pairs(
    curves: Curves, shared: Shared, sharper: Sharper | None, pairs: tuple[Pairs, ...]
) -> tuple[Solution, Curves] | None:
    """The best plan, both quantities of each pair decided together; None when HiGHS found none in its node limit.

    The choices near what was found are made finer until nothing changes any more.
    """
    quantity = curves.best_quantity()
    found = None
    for _ in range(ROUNDS):
        again = _solve(curves, shared, _bundles(pairs, quantity))
        if again is None:
            break
        finer = sharper(curves, again.quantity) if sharper else curves
        same = found is not None and np.array_equal(again.quantity, found.quantity) and finer is curves
        found, quantity, curves = again, again.quantity, finer
        if same:
            break
    return None if found is None else (found, beside(curves, pairs, found.quantity))


def settled(found: Solution, curves: Curves, pairs: tuple[Pairs, ...], solve: Solver) -> tuple[Solution, Curves]:
    """Solve again, each line of a pair beside what the plan gives the other, while that earns more.

    Once only where there are many choices: solving takes longer there, and a single item matters less.
    """
    worth = _worth(found, curves, pairs)
    for _ in range(ROUNDS if found.exact else 1):
        again, finer = solve(beside(curves, pairs, found.quantity), None if found.exact else found)
        more = _worth(again, finer, pairs)
        if more <= worth * (1 + 1e-6):
            break
        found, curves, worth = again, finer, more
    return found, beside(curves, pairs, found.quantity)


def beside(curves: Curves, pairs: tuple[Pairs, ...], quantity: Floats) -> Curves:
    """`curves` of all lines, those of pairs valued beside the other's `quantity`."""
    for pair in pairs:
        for at, mine in zip((pair.first, pair.second), pair.curves_beside(quantity), strict=True):
            width = max(mine.quantity.shape[1], curves.quantity.shape[1])
            curves = Curves(widen(curves.quantity, width), widen(curves.value, width))
            curves.quantity[at], curves.value[at] = widen(mine.quantity, width), widen(mine.value, width)
    return curves


def _solve(curves: Curves, shared: Shared, bundles: Bundles) -> Solution | None:
    if shared.ceilings or shared.floors or shared.containers:
        return solve_exactly(curves, shared, bundles)
    quantity = curves.best_quantity()
    order = np.lexsort((-bundles.value, bundles.lines[:, 0]))
    _, first = np.unique(bundles.lines[order, 0], return_index=True)
    best = order[first]
    quantity[bundles.lines[best]] = bundles.quantity[best]
    none = np.zeros(0)
    return Solution(quantity, none, none, none, none.astype(bool), none, True)


def _bundles(pairs: tuple[Pairs, ...], quantity: Floats) -> Bundles:
    """Every two quantities tried of every pair."""
    lines, units, values = [], [], []
    for pair in pairs:
        first, second = pair.tried(quantity)
        table = pair.values(first, second)
        row, i, j = np.nonzero(_new(first)[:, :, None] & _new(second)[:, None, :])
        lines.append(np.column_stack([pair.first[row], pair.second[row]]))
        units.append(np.column_stack([first[row, i], second[row, j]]))
        values.append(table[row, i, j])
    return Bundles(np.concatenate(lines), np.concatenate(units), np.concatenate(values))


def _new(quantity: Floats) -> npt.NDArray[np.bool_]:
    """Quantities that differ from the one before."""
    return np.diff(quantity, axis=1, prepend=-1.0) > 1e-9


def _worth(found: Solution, curves: Curves, pairs: tuple[Pairs, ...]) -> float:
    """Profit of a plan before extra capacity and containers, the lines of each pair valued together."""
    alone = np.ones(len(found.quantity), dtype=bool)
    total = 0.0
    for pair in pairs:
        first, second = found.quantity[pair.first], found.quantity[pair.second]
        total += float(pair.values(first[:, None], second[:, None]).sum())
        alone[pair.first] = alone[pair.second] = False
    return total + float(curves.at(found.quantity)[alone].sum())
