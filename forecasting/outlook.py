"""From windows to weeks: the weekly mean and the split spread that make sums over any lead time come right."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecasting.calibration import Calibration
from forecasting.combination import Learned
from forecasting.features import base_level, expectation
from forecasting.known import Known
from forecasting.rehearsal import LENGTHS, Windows
from forecasting.spread import deviation, lift, split_spread

Floats = npt.NDArray[np.floating]
LEAST_SHARE = 0.05  # of a week's uncorrected expectation: corrections never make a week negative
COMMON_CAP = 0.3
LEAST_OWN = 0.1  # of a SKU's spread that is its own, whatever all SKUs share
MOOD_LENGTH = 8  # weeks: a mood lifts a path by what sums over so many weeks stray


@dataclass(frozen=True, eq=False)
class Outlook:
    """mean: (sku, week). level_spread, week_spread, persistence, deviation (that a mood's lift counts in): (sku,).

    shares: of moods, (sku, mood). common: log deviation of the shared shock.
    """

    mean: Floats
    level_spread: Floats
    week_spread: Floats
    persistence: Floats
    deviation: Floats
    shares: Floats
    common: float


def look_ahead(
    known: Known, learned: Learned, calibration: Calibration, weeks: int, classes: npt.NDArray[np.object_]
) -> Outlook:
    """Expectation and spread of each SKU over `weeks` weeks ahead."""
    lengths = [n for n in LENGTHS if n <= weeks]
    bare = np.stack([expectation(known, n) for n in lengths], axis=1)
    means, spreads = np.empty_like(bare), np.empty_like(bare)
    for k, length in enumerate(lengths):
        mean, spread = learned.predict(known, length)
        means[:, k], spreads[:, k] = calibration.applied(classes, length, mean, spread, bare[:, k])
    mean = _weekly(known, means / bare, np.array(lengths), weeks)
    shared = common_shock(learned.windows, learned.mean_out, learned.spread_out)
    own = np.maximum(spreads - shared**2, LEAST_OWN * spreads)
    level, week, persistence = split_spread(own, means, np.array(lengths, float))
    shares = learned.shares_of(classes)
    whole = spreads[:, np.argmin(np.abs(np.array(lengths) - MOOD_LENGTH))]
    mean = mean * lift(whole, shares)[:, None]
    return Outlook(mean, level, week, persistence, deviation(whole), shares, shared)


def _weekly(known: Known, correction: Floats, lengths: Floats, weeks: int) -> Floats:
    """Weekly means whose sums over each length carry that length's correction."""
    base = np.exp(base_level(known))[:, None] * known.factor[:, known.origin : known.origin + weeks]
    ahead = np.log(np.arange(1, weeks + 1))
    right = np.clip(np.searchsorted(lengths, np.arange(1, weeks + 1)), 1 if len(lengths) > 1 else 0, len(lengths) - 1)
    left = np.maximum(right - 1, 0)
    span = np.log(lengths[right]) - np.log(lengths[left])
    part = np.clip((ahead - np.log(lengths[left])) / np.where(span > 0, span, 1), 0, 1)
    log = np.log(correction)
    smooth = np.exp(log[:, left] * (1 - part) + log[:, right] * part)
    total = np.cumsum(base, axis=1) * smooth
    return np.asarray(np.maximum(np.diff(total, axis=1, prepend=0.0), LEAST_SHARE * base))


def common_shock(windows: Windows, mean: Floats, spread: Floats) -> float:
    """Log standard deviation of what moved all SKUs together, from the origins' sums over eight weeks."""
    rows = windows.length == 8
    if len(np.unique(windows.origin[rows])) < 4:
        return 0.05
    weight = 1 / (1 + spread[rows] * mean[rows])
    at = np.unique(windows.origin[rows], return_inverse=True)[1]
    ratio = np.bincount(at, weight * windows.units[rows]) / np.bincount(at, weight * mean[rows])
    return min(float(np.std(np.log(np.maximum(ratio, 0.1)))), COMMON_CAP)
