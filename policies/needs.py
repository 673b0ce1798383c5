"""What each line is for: the weeks until the next one could arrive, the demand then, and what is lost without it."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.arriving import fba_inflow, upstream_inflow
from policies.made import Made, per_item

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


def with_needs(made: Made, frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` (one row per line) with its weeks, demand and losses.

    first_week, window_weeks: the units are for the weeks from the first to before the second (when what is ordered at
    the next chance could arrive). before, needed: expected demand until the first, and within. have: on hand or under
    way. lost_without, lost_with: units of the demand within that are expected to be lost. fee_saved: low-inventory fee
    that the plan of its item saves over all weeks.
    """
    problem, lines = made.problem, made.lines
    weeks = problem.demand.shape[2]
    review = np.ones(len(lines), int)
    for kind, options in (("buy", problem.buy), ("ship", problem.ship)):
        of_kind = lines.kind == kind
        if of_kind.any():
            review[of_kind] = options.frame["review_weeks"].to_numpy(int)[lines.row[of_kind]]
    first = np.clip(np.floor(lines.arrival).astype(int), 0, weeks - 1)
    until = np.clip(first + np.maximum(review, 1), 1, weeks)
    total = np.zeros((len(problem.items), weeks + 1))
    total[:, 1:] = problem.demand.mean(axis=1, dtype=float).cumsum(axis=1)
    have = problem.fba_on_hand + per_item(problem, fba_inflow(problem))
    behind = per_item(problem, upstream_inflow(problem))
    both = np.where(lines.kind == "buy", (have + behind)[lines.item], have[lines.item])
    before, needed = total[lines.item, first], total[lines.item, until] - total[lines.item, first]
    without, given = _lost(made, first, until, both)
    return frame.assign(
        first_week=first, window_weeks=until, before=before, needed=needed, have=both,
        lost_without=without, lost_with=given, review=review,
        fee_saved=(made.before.low_inventory - made.after.low_inventory)[lines.item],
    )  # fmt: skip


def _lost(made: Made, first: Integers, until: Integers, have: Floats) -> tuple[Floats, Floats]:
    """Units lost in the window without and with the line, means over paths; lines that are not ordered are left out."""
    without, given = np.zeros(len(have)), np.zeros(len(have))
    for k in np.flatnonzero(made.units > 0):
        demand = made.problem.demand[made.lines.item[k]]
        early = demand[:, : first[k]].sum(axis=1, dtype=float)
        inside = demand[:, first[k] : until[k]].sum(axis=1, dtype=float)
        left = np.maximum(have[k] - early, 0.0)
        without[k] = np.maximum(inside - left, 0.0).mean()
        given[k] = np.maximum(inside - left - made.units[k], 0.0).mean()
    return without, given
