"""Joint limits over any number of lines, in three steps that HiGHS solves.

1. Steps of the profit curves that earn alike per unit of what is scarce are merged; a small integer programme over them
   decides which minimums are ordered for and how many containers travel.
2. With that decided, the linear programme over all steps gives the price of each limit.
3. The choices that lose least at those prices are decided exactly; every other line takes its best at the prices.
"""

import numpy as np
import numpy.typing as npt

from policies.curves import Curves
from policies.limits import Shared, Solution
from policies.limits_exact import distinct, relaxed, solution
from policies.limits_hulls import hull_segments
from policies.limits_programme import Answer, Columns, Programme, Taken, columns
from policies.limits_sifting import best_shares

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
MERGED = 6000
STRATA, BUCKETS = 2, 8
STRATA_TO_FILL, BUCKETS_TO_FILL = 4, 12
"""Merged steps in all about, and per kind of line at most; finer where whole containers are to be filled."""
COARSE_GAP, COARSE_NODES = 1e-4, 2000
NEAR, NEAR_GAP, NEAR_NODES = 1500, 1e-4, 500


def solve_large(curves: Curves, shared: Shared, before: Solution | None = None) -> Solution:
    """A plan that keeps every limit; with `before`, it orders for that plan's minimums and fills its containers."""
    taken = Taken(1.0 - before.dropped, before.containers) if before else _coarse(curves, shared)
    priced = relaxed(curves, shared, taken)
    if priced is None:
        return _nothing(curves, shared)
    got = _near(curves, shared, priced)
    return got if got is not None else _rounded(curves, shared, priced)


def _coarse(curves: Curves, shared: Shared) -> Taken | None:
    """Which floors and how many containers; None where there are neither."""
    if not shared.floors and not shared.containers:
        return None
    line, units, value = hull_segments(curves)
    taking = columns(shared, line, units, value)
    alone = np.arange(len(value))
    taking = taking.merged(_buckets(taking, shared) if len(value) > MERGED else alone)
    got = Programme(taking, shared).best_whole(COARSE_GAP, COARSE_NODES)
    return got.taken if got else Taken(np.zeros(len(shared.floors)), np.zeros(len(shared.containers)))


def _buckets(taking: Columns, shared: Shared) -> Integers:
    """Number of the bucket of each step: the same floors and containers, alike in what they add to these, and in
    profit, per unit of what is scarce."""
    weight = _scarcity(taking, shared)
    floors = np.array([1.0 / max(x.least, 1e-9) for x in shared.floors])
    towards = np.asarray(taking.floors.T @ floors).ravel() + np.asarray(taking.containers.sum(axis=0)).ravel()
    kind = _kinds(taking)
    kinds = int(kind.max(initial=0)) + 1
    most, parts = (STRATA_TO_FILL, BUCKETS_TO_FILL) if shared.containers else (STRATA, BUCKETS)
    strata = max(1, min(most, MERGED // (kinds * parts)))
    kind = kind * strata + _split(kind, towards / weight, strata)
    each = max(2, min(parts, MERGED // (kinds * strata)))
    bucket = kind * each + _split(kind, -taking.value / weight, each)
    return np.asarray(np.unique(bucket, return_inverse=True)[1])


def _scarcity(taking: Columns, shared: Shared) -> Floats:
    """What each step uses of the ceilings, at the prices they have without floors; its profit where nothing is
    scarce."""
    useful = taking.value > 0
    rows = (taking.ceilings[:, useful], taking.floors[:0, useful], taking.containers[:0, useful])
    earning = Columns(taking.value[useful], *rows, taking.group[useful])
    free = best_shares(earning, Shared(shared.ceilings), Taken(np.zeros(0), np.zeros(0)))
    price = np.maximum(free.ceiling_prices, 0.0) if free else np.zeros(len(shared.ceilings))
    weight = np.asarray(taking.ceilings.T @ price).ravel()
    return np.where(weight > 0, weight, np.maximum(np.abs(taking.value), 1e-9))


def _split(kind: Integers, key: Floats, parts: int) -> Integers:
    """Which of `parts` equal parts of its kind each step lies in, by rising key."""
    order = np.lexsort((key, kind))
    size = np.bincount(kind)
    first = np.cumsum(size) - size
    place = np.empty(len(kind), dtype=int)
    place[order] = np.arange(len(kind)) - first[kind[order]]
    return np.asarray(place * parts // size[kind])


def _kinds(taking: Columns) -> Integers:
    """Number per step: which ceilings, floors and containers it uses."""
    mark = np.zeros(len(taking.value))
    rng = np.random.default_rng(0)  # a random weight per limit: sums are equal only for equal sets
    for part in (taking.ceilings, taking.floors, taking.containers):
        mark += np.asarray((part > 0).astype(float).T @ rng.random(part.shape[0])).ravel()
    return np.asarray(np.unique(np.round(mark, 9), return_inverse=True)[1])


def _near(curves: Curves, shared: Shared, priced: Answer) -> Solution | None:
    """Decide the choices of least regret exactly; None where whole cartons of them cannot keep the limits."""
    price, closed = _line_prices(shared, priced, len(curves.quantity))
    profit = np.where(distinct(curves), curves.value - price[:, None] * curves.quantity, -np.inf)
    profit[closed, 1:] = -np.inf
    best = profit.argmax(axis=1)
    rows = np.arange(len(best))
    regret = profit[rows, best][:, None] - profit
    regret[rows, best] = np.inf
    flat = np.flatnonzero(np.isfinite(regret).ravel())
    least = flat[np.argsort(regret.ravel()[flat], kind="stable")[:NEAR]]
    line, at = np.unravel_index(np.sort(least), regret.shape)
    near = np.unique(line)
    far = np.setdiff1d(rows, near, assume_unique=True)
    line, at = np.append(line, near), np.append(at, best[near])
    taking = columns(shared, line, curves.quantity[line, at], curves.value[line, at])
    base = columns(shared, far, curves.quantity[far, best[far]], curves.value[far, best[far]])
    got = Programme(taking, shared, base, priced.taken, one_each=True).best_whole(NEAR_GAP, NEAR_NODES)
    if got is None:
        return None
    quantity = np.zeros(len(best))
    quantity[far] = curves.quantity[far, best[far]]
    np.add.at(quantity, line, curves.quantity[line, at] * np.round(got.share))
    return solution(quantity, got, priced)


def _line_prices(shared: Shared, priced: Answer, lines: int) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """What a unit of each line costs at the prices, and lines of a floor that is not ordered from."""
    price, closed = np.zeros(lines), np.zeros(lines, dtype=bool)
    for ceiling, each in zip(shared.ceilings, priced.ceiling_prices, strict=True):
        price += each * ceiling.use
    for floor, each, taken in zip(shared.floors, priced.floor_prices, priced.taken.floors, strict=True):
        price -= each * floor.use
        closed |= (floor.use > 0) & (taken < 0.5)
    for box, each, count in zip(shared.containers, priced.container_prices, priced.taken.containers, strict=True):
        price += each * box.use
        closed |= box.member & (count < 0.5)
    return price, closed


def _rounded(curves: Curves, shared: Shared, priced: Answer) -> Solution:
    """Every line down to whole cartons; minimums and containers that are then missed are left out."""
    line, units, _ = hull_segments(curves)
    split = np.bincount(line, units * priced.share, minlength=len(curves.quantity))
    quantity = np.where(curves.quantity <= split[:, None] + 1e-6, curves.quantity, 0.0).max(axis=1)
    for _ in range(len(shared.floors) + len(shared.containers) + 1):
        missed = np.zeros(len(quantity), dtype=bool)
        for floor in shared.floors:
            if 0 < float(floor.use @ quantity) < floor.least - 1e-6:
                missed |= floor.use > 0
        for box in shared.containers:
            full = float(box.use @ quantity)
            if full > 1e-9 and full < np.ceil(full - 1e-6) - 1 + box.fill - 1e-6:
                missed |= box.member
        quantity = np.where(missed, 0.0, quantity)
    floors = np.array([float(f.use @ quantity > 0) for f in shared.floors])
    boxes = np.array([np.ceil(float(b.use @ quantity) - 1e-6) for b in shared.containers])
    extra = np.array([max(float(c.use @ quantity) - max(c.available, 0.0), 0.0) for c in shared.ceilings])
    none = np.zeros(0)
    got = Answer(none, extra, Taken(floors, boxes), none, none, none)
    return solution(quantity, got, priced)


def _nothing(curves: Curves, shared: Shared) -> Solution:
    none = np.zeros(0)
    taken = Taken(np.zeros(len(shared.floors)), np.zeros(len(shared.containers)))
    got = Answer(none, np.zeros(len(shared.ceilings)), taken, none, none, none)
    return solution(np.zeros(len(curves.quantity)), got, None)
