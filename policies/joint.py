"""Joint limits: nothing to do without them, exactly where small, by prices where large."""

import numpy as np

from policies.curves import Curves
from policies.inputs import DecisionSettings
from policies.limits import Shared, Solution
from policies.limits_exact import count_choices, solve_exactly
from policies.limits_greedy import solve_greedily


def solve_jointly(curves: Curves, shared: Shared, settings: DecisionSettings) -> Solution:
    """The best quantities that keep every shared limit."""
    best = curves.quantity[np.arange(len(curves.quantity)), curves.best()]
    if not len(best) or not (shared.ceilings or shared.floors or shared.containers) or _fits(best, shared):
        return Solution(
            best,
            np.zeros(len(shared.ceilings)),
            np.zeros(len(shared.ceilings)),
            np.zeros(len(shared.floors)),
            np.array([float(f.use @ best) <= 0 for f in shared.floors], bool),
            np.array([np.ceil(float(b.use @ best) - 1e-6) for b in shared.containers]),
        )
    if count_choices(curves) <= settings.exact_choices:
        exact = solve_exactly(curves, shared)
        if exact is not None:
            return exact
    return solve_greedily(curves, shared)


def _fits(quantity: "np.typing.NDArray[np.floating]", shared: Shared) -> bool:
    for ceiling in shared.ceilings:
        if float(ceiling.use @ quantity) > max(ceiling.available, 0.0) + 1e-6:
            return False
    for floor in shared.floors:
        if 0 < float(floor.use @ quantity) < floor.least - 1e-6:
            return False
    return not shared.containers
