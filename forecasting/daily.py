"""Daily history: forecast in weeks that end on the last day, shared out over the days of the week."""

import numpy as np
import numpy.typing as npt

from forecasting.counts import split_counts
from forecasting.schema import Panel

Floats = npt.NDArray[np.floating]
DAYS_SEEN = 182
SHARE_EVIDENCE = 50.0  # units that the pooled shares count for
USUAL_CLUMPING = 0.1  # only weighs big weeks against small ones
CLUMPING_EVIDENCE = 500.0  # of about eight big weeks: what the pooled clumping counts for against a SKU's own
MOST_CLUMPING = 0.9


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


def day_shares(panel: Panel) -> tuple[Floats, Floats]:
    """Share of a week's demand per day, (sku, 7) in the order of the days after the last one; and clumping, (sku,).

    A SKU's own shares of its last 26 weeks, shrunk to the pooled ones. Clumping is how
    much likelier than by chance two units of a week fall on one day: bulk orders, a day's deal, a site that is down.
    """
    recent = panel.units[:, -DAYS_SEEN:]
    seen = ~((panel.availability[:, -DAYS_SEEN:] < 1) | np.isnan(recent))
    pad = -recent.shape[1] % 7
    weeks = np.pad(np.where(seen, recent, 0), ((0, 0), (pad, 0))).reshape(len(recent), -1, 7)
    whole = np.pad(seen, ((0, 0), (pad, 0))).reshape(weeks.shape).all(axis=2)
    by_day = weeks.sum(axis=1)
    pooled = (by_day / np.maximum(by_day.sum(axis=1, keepdims=True), 1)).sum(axis=0) + 1.0
    pooled /= pooled.sum()
    clumping = _clumping(weeks, np.asarray(whole), _shrunk(by_day, pooled))
    per_week = by_day.sum(axis=1) / np.maximum((weeks.sum(axis=2) > 0).sum(axis=1), 1)
    together = 1 + clumping * np.maximum(per_week - 1, 0)  # units that come bunched say as much as one
    return _shrunk(by_day / together[:, None], pooled), clumping


def _shrunk(by_day: Floats, pooled: Floats) -> Floats:
    shares = by_day + SHARE_EVIDENCE * pooled
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _clumping(weeks: Floats, whole: npt.NDArray[np.bool_], shares: Floats) -> Floats:
    """Correlation rho of the days of any two units of a week, (sku,), from weeks in stock on all days.

    Of a Dirichlet-multinomial week of n units the squared deviations of its days sum to n (1 - sum of squared
    shares) (1 + (n - 1) rho) on average (Mosimann 1962): least squares for rho, a SKU's own shrunk to the pooled one.
    """
    total = weeks.sum(axis=2)
    chance = 1 - np.square(shares).sum(axis=1, keepdims=True)
    excess = np.square(weeks - total[:, :, None] * shares[:, None, :]).sum(axis=2) / np.maximum(total, 1) - chance
    more = chance * (total - 1)
    weight = np.where(whole & (total > 1), 1 / np.square(1 + USUAL_CLUMPING * total), 0)
    told, evidence = (weight * more * excess).sum(axis=1), (weight * more**2).sum(axis=1)
    usual = max(told.sum() / max(evidence.sum(), 1.0), 0.0)
    own = (told + CLUMPING_EVIDENCE * usual) / (evidence + CLUMPING_EVIDENCE)
    return np.asarray(np.clip(own, 0.0, MOST_CLUMPING))


def to_days(
    weekly: npt.NDArray[np.float32], panel: Panel, horizon: int, keys: npt.NDArray[np.uint64]
) -> npt.NDArray[np.float32]:
    """Share each path's weekly count out over its days, (sku, path, horizon); keys: one per SKU."""
    shares, clumping = day_shares(panel)
    return np.ascontiguousarray(split_counts(keys, weekly, shares, clumping)[:, :, :horizon])
