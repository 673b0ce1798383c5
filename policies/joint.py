"""Joint limits: nothing to do without them, exactly where small, in three steps where large."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from policies.curves import Curves
from policies.inputs import DecisionSettings
from policies.limits import Shared, Solution
from policies.limits_exact import count_choices, solve_exactly
from policies.limits_large import solve_large
from policies.limits_pairs import settled, solve_with_pairs
from policies.pairs import Pairs

Floats = npt.NDArray[np.floating]
Sharper = Callable[[Curves, Floats], Curves]
"""Curves with more points around the quantities given; the same curves where there are none to add."""
ROUNDS = 3


def solve_jointly(
    curves: Curves,
    shared: Shared,
    settings: DecisionSettings,
    sharper: Sharper | None = None,
    pairs: tuple[Pairs, ...] = (),
) -> tuple[Solution, Curves]:
    """The best quantities that keep every shared limit, and the curves they were found on.

    A limit moves lines to where their curves are coarse: these are made finer there and solved again, once where
    there are many choices. So are the two lines of an item that goes by two ways: together where there are few
    choices, else each beside what the other takes.
    """
    if not len(curves.quantity):
        return _unlimited(curves, shared), curves
    if pairs and _few(curves, pairs, settings):
        found = solve_with_pairs(curves, shared, sharper, pairs)
        if found is not None:
            return found

    def solve(mine: Curves, before: Solution | None = None) -> tuple[Solution, Curves]:
        best = mine.best_quantity()
        if _fits(best, shared):
            return _unlimited(mine, shared), mine
        return _refined(mine, shared, settings, sharper, before)

    return settled(*solve(curves), pairs, solve) if pairs else solve(curves)


def _few(curves: Curves, pairs: tuple[Pairs, ...], settings: DecisionSettings) -> bool:
    return count_choices(curves) + sum(pair.choices for pair in pairs) <= settings.exact_choices


def _refined(
    curves: Curves,
    shared: Shared,
    settings: DecisionSettings,
    sharper: Sharper | None,
    before: Solution | None = None,
) -> tuple[Solution, Curves]:
    """`before`: a plan of large size whose minimums and containers stay, as those of the first do where it is large."""
    found = _solve(curves, shared, settings, before)
    for _ in range(ROUNDS if found.exact else 1):
        finer = sharper(curves, found.quantity) if sharper else curves
        if finer is curves:
            break
        again = _solve(finer, shared, settings, before or (None if found.exact else found))
        if again.exact < found.exact:
            break
        found, curves = again, finer
    return found, curves


def _solve(curves: Curves, shared: Shared, settings: DecisionSettings, before: Solution | None) -> Solution:
    if count_choices(curves) <= settings.exact_choices:
        exact = solve_exactly(curves, shared)
        if exact is not None:
            return exact
    return solve_large(curves, shared, before)


def _unlimited(curves: Curves, shared: Shared) -> Solution:
    best = curves.best_quantity()
    nothing = np.zeros(len(shared.ceilings))
    dropped = np.array([float(f.use @ best) <= 0 for f in shared.floors], bool)
    boxes = np.array([np.ceil(float(b.use @ best) - 1e-6) for b in shared.containers])
    return Solution(best, nothing, nothing, np.zeros(len(shared.floors)), dropped, boxes)


def _fits(quantity: Floats, shared: Shared) -> bool:
    for ceiling in shared.ceilings:
        if float(ceiling.use @ quantity) > max(ceiling.available, 0.0) + 1e-6:
            return False
    for floor in shared.floors:
        if 0 < float(floor.use @ quantity) < floor.least - 1e-6:
            return False
    return not shared.containers
