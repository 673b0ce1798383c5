"""The stock that later decisions top up to, and the worth of stock above it."""

import numba as nb
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


def critical_ratio(gain: Floats, risk: Floats) -> Floats:
    """Newsvendor ratio gain / (gain + risk); 0 where a unit sold earns nothing (never stocked again)."""
    gain = np.maximum(gain, 0.0)
    total = gain + np.maximum(risk, 0.0)
    return np.asarray(np.divide(gain, total, out=np.zeros_like(total), where=total > 0))


def window_targets(
    demand: npt.NDArray[np.float32],
    item: Integers,
    review: Integers,
    gain: Floats,
    keep: Floats,
    once: Floats | None = None,
    begin: Integers | None = None,
    end: Integers | None = None,
) -> Floats:
    """Stock (M, H) that a decision of each week tops up to: the last unit earns what its keep costs.

    gain (M,): of a unit asked for within the `review` (M,) weeks that begin with the week. keep (M,): of a unit left,
    per week; once (M, H): what is lost besides on one left after the first review. A unit left is kept on as long as
    the stock lies above what the next decision wants anyway; below that it only takes the place of a unit bought then.
    So in level demand the target is the newsvendor's quantile of one review's demand, and where a season ends it is
    less: what is left then waits for the next one.

    Weeks before `begin` (M,) and from `end` (M,) on are not asked for and stay 0. Between two paths the target is
    linear, so that a slightly other cost makes a slightly other target.
    """
    weeks = demand.shape[2]
    if not len(item):
        return np.zeros((0, weeks))
    first = np.zeros(len(item), np.int64) if begin is None else np.minimum(begin, weeks - 1).astype(np.int64)
    last = np.full(len(item), weeks) if end is None else end
    out: Floats = _window_targets(
        np.ascontiguousarray(demand, dtype=np.float32),
        item,
        review.astype(np.int64),
        np.asarray(gain, dtype=float),
        np.maximum(np.asarray(keep, dtype=float) * review, 0.0),
        np.zeros((len(item), weeks)) if once is None else np.ascontiguousarray(once, dtype=float),
        first,
        np.minimum(last, weeks).astype(np.int64),
    )
    return out


@nb.njit(parallel=True, cache=True)  # type: ignore[untyped-decorator]
def _window_targets(demand, item, review, gain, keep, once, begin, end):  # type: ignore[no-untyped-def]
    paths, weeks = demand.shape[1], demand.shape[2]
    out = np.zeros((len(item), weeks))
    for i in nb.prange(len(item)):
        if gain[i] <= 0:
            continue
        cumulated = np.zeros((weeks + 1, paths), np.float32)
        for p in range(paths):
            for h in range(weeks):
                cumulated[h + 1, p] = cumulated[h, p] + demand[item[i], p, h]
        for h in range(end[i] - 1, begin[i] - 1, -1):  # later targets first: they say how long a unit is too many
            last = min(h + review[i], weeks)
            total = np.sort(cumulated[last] - cumulated[h])
            low, high = 0, paths - 1  # the first of the sorted paths whose demand is not worth meeting in full
            earned, terms = np.full(paths, np.nan), (gain[i], keep[i], once[i, h])
            while low < high:
                middle = (low + high) // 2
                earned[middle] = _earned(total[middle], cumulated, h, review[i], end[i], terms, out[i])
                if earned[middle] > 0:
                    low = middle + 1
                else:
                    high = middle
            target = total[low]
            if low > 0 and earned[low] <= 0:  # the last path of all may be worth it: then the target is its demand
                target -= (total[low] - total[low - 1]) * earned[low] / (earned[low] - earned[low - 1])
            # a window that reaches beyond the horizon is scaled up
            out[i, h] = target * review[i] / (last - h)
    return out


@nb.njit(cache=True)  # type: ignore[untyped-decorator]
def _earned(stock, cumulated, start, review, end, terms, target):  # type: ignore[no-untyped-def]
    """What one unit beyond `stock` at week `start` earns, the sum over paths."""
    gain, keep, once = terms
    weeks, earned = len(cumulated) - 1, 0.0
    for p in range(cumulated.shape[1]):
        at, lost = start, once
        while at < weeks:
            after = min(at + review, weeks)
            if cumulated[after, p] - cumulated[start, p] > stock:
                earned += gain
                break
            earned -= keep + lost
            lost, at = 0.0, after
            if at >= end or stock - (cumulated[at, p] - cumulated[start, p]) < target[at]:
                break
    return earned
