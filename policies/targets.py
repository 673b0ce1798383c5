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
    ratio: Floats,
    begin: Integers | None = None,
    end: Integers | None = None,
) -> Floats:
    """Quantile `ratio`, (M,) or by week (M, H), of demand over the `review` weeks that begin with each week: (M, H).

    Weeks before `begin` (M,) and from `end` (M,) on are not asked for and stay 0. Between two paths the quantile is
    linear, so that a slightly other cost makes a slightly other target.
    """
    weeks = demand.shape[2]
    if not len(item):
        return np.zeros((0, weeks))
    first = np.zeros(len(item), np.int64) if begin is None else np.minimum(begin, weeks - 1).astype(np.int64)
    last = np.full(len(item), weeks) if end is None else end
    by_week = ratio if ratio.ndim == 2 else np.repeat(ratio[:, None], weeks, axis=1)
    out: Floats = _window_targets(
        np.ascontiguousarray(demand, dtype=np.float32),
        item,
        review.astype(np.int64),
        np.ascontiguousarray(by_week, dtype=float),
        first,
        last.astype(np.int64),
    )
    return out


@nb.njit(parallel=True, cache=True)  # type: ignore[untyped-decorator]
def _window_targets(demand, item, review, ratio, begin, end):  # type: ignore[no-untyped-def]
    paths, weeks = demand.shape[1], demand.shape[2]
    out = np.zeros((len(item), weeks))
    for i in nb.prange(len(item)):
        if ratio[i].max() <= 0:
            continue
        cumulated = np.zeros((weeks + 1, paths), np.float32)
        for p in range(paths):
            for h in range(weeks):
                cumulated[h + 1, p] = cumulated[h, p] + demand[item[i], p, h]
        for h in range(begin[i], min(end[i], weeks)):
            if ratio[i, h] <= 0:
                continue
            at = min(max(ratio[i, h] * paths - 1, 0.0), paths - 1.0)
            low = int(at)
            last = min(h + review[i], weeks)
            total = np.sort(cumulated[last] - cumulated[h])
            between = total[low] + (at - low) * (total[min(low + 1, paths - 1)] - total[low])
            # a window that reaches beyond the horizon is scaled up
            out[i, h] = between * review[i] / (last - h)
    return out
