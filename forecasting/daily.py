"""Daily history: forecast in weeks that end on the last day, shared out over the days of the week."""

import numpy as np
import numpy.typing as npt

from forecasting.counts import split_counts
from forecasting.schema import Panel

Floats = npt.NDArray[np.floating]


def to_weeks(panel: Panel) -> Panel:
    """Seven-day blocks that end with the last day; a week's availability is the mean of its known days."""
    skip = len(panel.periods) % 7
    weeks = len(panel.periods) // 7

    def block(x: Floats) -> Floats:
        return x[:, skip:].reshape(len(x), weeks, 7)

    units, known = block(panel.units), ~np.isnan(block(panel.units))
    total = np.where(known.any(axis=2), np.where(known, units, 0).sum(axis=2), np.nan)
    stocked = np.where(np.isnan(block(panel.availability)), 1.0, block(panel.availability)) * known
    stated = (~np.isnan(block(panel.availability))).any(axis=2) | (known.any(axis=2) & ~known.all(axis=2))
    availability = np.where(stated, stocked.mean(axis=2), np.nan)
    return Panel(
        panel.skus,
        panel.periods[skip::7],
        total,
        availability,
        _known_mean(block(panel.price)),
        _known_mean(block(panel.promo)),
        _known_mean(block(panel.ad_spend)),
        panel.groups,
        "W",
    )


def _known_mean(x: Floats) -> Floats:
    known = ~np.isnan(x)
    return np.where(known.any(axis=2), np.where(known, x, 0).sum(axis=2) / np.maximum(known.sum(axis=2), 1), np.nan)


def day_shares(panel: Panel) -> Floats:
    """Share of a week's demand per day, (sku, 7) in the order of the days after the last one.

    A SKU's own shares of its last 26 weeks, shrunk to the pooled ones by 50 units' worth of evidence.
    """
    recent = panel.units[:, -182:]
    recent = np.where((panel.availability[:, -182:] < 1) | np.isnan(recent), 0, recent)
    pad = -recent.shape[1] % 7
    by_day = np.pad(recent, ((0, 0), (pad, 0))).reshape(len(recent), -1, 7).sum(axis=1)
    pooled = (by_day / np.maximum(by_day.sum(axis=1, keepdims=True), 1)).sum(axis=0) + 1.0
    pooled /= pooled.sum()
    shares = by_day + 50 * pooled
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def to_days(
    weekly: npt.NDArray[np.float32], shares: Floats, horizon: int, keys: npt.NDArray[np.uint64]
) -> npt.NDArray[np.float32]:
    """Share each path's weekly count out over its days, (sku, path, horizon); keys: one per SKU."""
    return np.ascontiguousarray(split_counts(keys, weekly, shares)[:, :, :horizon])
