"""What later decisions do about an item that can come by several ways: refill it by the cheapest."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from policies.value import Rows

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


def cheapest_way(item: Integers, cost: Floats, waiting: Floats, usable: npt.NDArray[np.bool_]) -> Integers:
    """(M,) the row of the same item that costs least per unit, `waiting` for its smallest order to sell included; the
    row itself where no usable one has a lower `cost`."""
    rows = np.arange(len(item))
    if not len(rows):
        return rows
    order = np.lexsort((rows, np.where(usable, cost + waiting, np.inf), item))
    _, first = np.unique(item[order], return_index=True)
    best = np.repeat(order[first], np.diff(np.append(first, len(order))))
    found = np.empty(len(rows), int)
    found[order] = best
    return np.where(usable[found] & (cost[found] < cost), found, rows)


def refilled_by(rows: Rows, cheapest: Integers) -> Rows:
    """`rows` whose later refills come by `cheapest` (M,) once its next order can have arrived.

    A unit left by then saves that order's cost, not its own: whoever flies goods now buys by sea later.
    """
    mine = np.arange(len(cheapest))
    weeks = rows.target.shape[1]
    other = (cheapest != mine)[:, None]
    if not other.any():
        return rows
    switch = np.where(other, np.maximum(rows.following[cheapest], rows.arrival), weeks)
    later = np.arange(weeks)[None, :] >= usual_week(switch)[:, None]
    return replace(
        rows,
        switch=switch.astype(np.int16),
        switch_cost=rows.unit_cost[cheapest],
        switch_review=rows.review[cheapest],
        target=np.where(later, rows.target[cheapest], rows.target),
        terminal=rows.terminal[cheapest],
    )


def usual_week(week: Integers) -> Integers:
    """The middle of the draws (M, P), (M,)."""
    return np.sort(week, axis=1)[:, week.shape[1] // 2]
