"""SKU classes, by what their history looks like; calibration is kept per class."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
NAMES = ("fast", "seasonal", "slow", "intermittent", "new")
NEW_WEEKS = 26
RECENT_WEEKS = 52
INTERMITTENT_ZEROS = 0.5
SLOW_RATE = 3.0
SEASONAL_SHARE = 0.40  # of a year's demand in its busiest quarter


def classify(units: Floats, exposure: Floats, season: Floats) -> npt.NDArray[np.object_]:
    """Class per SKU. `new`: first evidence less than half a year ago (or than half of a short history);
    `intermittent`: at least half the weeks of the last year sold nothing; `slow`: fewer than 3 a week;
    `seasonal`: 40 % of the year's profile in the busiest 13 weeks; else `fast`.
    """
    n, length = units.shape
    seen = exposure > 0
    first = np.where(seen.any(axis=1), seen.argmax(axis=1), length)
    recent = seen[:, -RECENT_WEEKS:]
    weeks = np.maximum(recent.sum(axis=1), 1)
    zeros = ((units[:, -RECENT_WEEKS:] == 0) & recent).sum(axis=1) / weeks
    rate = np.where(recent, units[:, -RECENT_WEEKS:], 0).sum(axis=1) / weeks
    out = np.full(n, "fast", dtype=object)
    out[_busiest_quarter(season) >= SEASONAL_SHARE] = "seasonal"
    out[rate < SLOW_RATE] = "slow"
    out[zeros >= INTERMITTENT_ZEROS] = "intermittent"
    out[length - first < min(NEW_WEEKS, length / 2)] = "new"
    return out


def _busiest_quarter(profile: Floats) -> Floats:
    """Share of the year in the 13 busiest weeks on end, per SKU; profile (sku, 52)."""
    wrapped = np.concatenate([profile, profile[:, :12]], axis=1)
    total = np.cumsum(np.pad(wrapped, ((0, 0), (1, 0))), axis=1)
    return np.asarray((total[:, 13:] - total[:, :-13]).max(axis=1) / profile.sum(axis=1))
