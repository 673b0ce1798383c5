"""A relaxed programme of very many columns: only those near the limits' prices are given to HiGHS.

The others are taken in full or left out by what they earn at the prices; where the prices found tell otherwise, they
are given to HiGHS as well and it is solved again, so that the answer is the optimum of all columns.
"""

import numpy as np
import numpy.typing as npt

from policies.limits import Shared
from policies.limits_programme import Answer, Columns, Programme, Taken

Floats = npt.NDArray[np.floating]
SMALL = 20_000
"""Up to so many columns HiGHS takes them all."""
SAMPLE, NEAR, ROUNDS = 10, 0.1, 6
"""The first prices come from every tenth column; a tenth of the columns is near."""


def best_shares(taking: Columns, shared: Shared, taken: Taken) -> Answer | None:
    """The optimum when columns may be taken in part and `taken` is decided, with prices; None where there is none."""
    n = len(taking.value)
    if n <= SMALL:
        return Programme(taking, shared, taken=taken).best_shares()
    some = np.arange(0, n, SAMPLE)
    found = Programme(taking.take(some, n / len(some)), shared, taken=taken).best_shares()
    near = np.zeros(n, dtype=bool)
    for _ in range(ROUNDS):
        if found is None:
            break
        gain = _gain(taking, found)
        if not near.any():
            near[np.argsort(np.abs(gain), kind="stable")[: int(NEAR * n)]] = True
        full = ~near & (gain > 0)
        found = Programme(
            taking.take(np.flatnonzero(near)), shared, taking.take(np.flatnonzero(full)), taken
        ).best_shares()
        if found is None:
            break
        now = _gain(taking, found)
        wrong = ~near & (np.where(full, -now, now) > 1e-9 * np.abs(taking.value))
        if not wrong.any():
            share = full.astype(float)
            share[near] = found.share
            return Answer(share, found.extra, found.taken, *found.prices)
        near |= wrong
    return Programme(taking, shared, taken=taken).best_shares()


def _gain(taking: Columns, found: Answer) -> Floats:
    """What each column earns beyond what it uses, at the prices; nothing where it uses a floor not ordered from."""
    ceilings, floors, containers = found.prices
    gain = taking.value - taking.ceilings.T @ ceilings + taking.floors.T @ floors - taking.containers.T @ containers
    closed = np.asarray((taking.floors > 0).astype(float).T @ (found.taken.floors < 0.5).astype(float)).ravel() > 0
    return np.where(closed, -np.inf, np.asarray(gain))
