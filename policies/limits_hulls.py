"""Profit curves as falling steps: only points on the concave hull can be best at any price."""

import numba as nb
import numpy as np
import numpy.typing as npt

from policies.curves import Curves

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


def hull_segments(curves: Curves) -> tuple[Integers, Floats, Floats]:
    """Steps between neighbouring hull points: line, units and profit of each, in order."""
    hull, kept = _hulls(np.ascontiguousarray(curves.quantity), np.ascontiguousarray(curves.value))
    line, at = np.nonzero(np.arange(hull.shape[1] - 1)[None, :] < kept[:, None] - 1)
    before, after = hull[line, at], hull[line, at + 1]
    return (
        line,
        curves.quantity[line, after] - curves.quantity[line, before],
        curves.value[line, after] - curves.value[line, before],
    )


@nb.njit(cache=True)  # type: ignore[untyped-decorator]
def _hulls(quantity, value):  # type: ignore[no-untyped-def]
    """Upper concave hull of each row's points, by a monotone chain: indices, and how many."""
    rows, points = quantity.shape
    hull, count = np.zeros((rows, points), np.int64), np.ones(rows, np.int64)
    for i in range(rows):
        kept = 1  # the first point is zero
        for k in range(1, points):
            if quantity[i, k] <= quantity[i, hull[i, kept - 1]] + 1e-9:
                continue
            while kept > 1:
                a, b = hull[i, kept - 2], hull[i, kept - 1]
                rise = (value[i, b] - value[i, a]) * (quantity[i, k] - quantity[i, a])
                if rise > (value[i, k] - value[i, a]) * (quantity[i, b] - quantity[i, a]):
                    break
                kept -= 1
            hull[i, kept] = k
            kept += 1
        count[i] = kept
    return hull, count
