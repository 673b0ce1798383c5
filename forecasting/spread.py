"""Negative binomial counts, plain or fat-tailed: likelihood, its slope in the spread, positions, split of spread.

Spread is the squared coefficient of variation beyond Poisson: variance = mean + spread * mean^2.
"""

import math

import numpy as np
import numpy.typing as npt
from numba import prange
from scipy.special import gammaln
from scipy.stats import nbinom

from forecasting.compiled import compiled, compiled_over_skus

Floats = npt.NDArray[np.floating]
SMALLEST, LARGEST = 0.005, 12.0
GRID = np.exp(np.linspace(math.log(0.02), math.log(6.0), 24))
CALM_SHARE = 0.8  # of all futures; the others are wild
CALM_FACTORS = (1.0, 0.8, 0.6, 0.4)  # of the spread in calm futures; 1: no fat tails


def surprise(units: Floats, mean: Floats, spread: Floats | float) -> Floats:
    """Negative log-likelihood of counts under a negative binomial."""
    size = 1 / np.asarray(spread)
    return -np.asarray(
        gammaln(units + size)
        - gammaln(size)
        - gammaln(units + 1)
        + size * np.log(size / (size + mean))
        + units * np.log(mean / (size + mean))
    )


def wild(calm: Floats | float) -> Floats:
    """Spread factor of wild paths when calm ones have factor `calm`, so that the mean factor is 1."""
    return np.asarray((1 - CALM_SHARE * np.asarray(calm)) / (1 - CALM_SHARE))


def mixed_surprise(units: Floats, mean: Floats, spread: Floats, calm: Floats | float) -> Floats:
    """Negative log-likelihood when four of five futures are calm and one is wild (fat tails)."""
    quiet = np.exp(-surprise(units, mean, spread * calm))
    loud = np.exp(-surprise(units, mean, spread * wild(calm)))
    return -np.asarray(np.log(np.maximum(CALM_SHARE * quiet + (1 - CALM_SHARE) * loud, 1e-300)))


def pooled_spread(units: Floats, mean: Floats) -> float:
    """The one spread that fits all pairs best, from a grid of 2 % to 600 %."""
    if not len(units):
        return 0.5
    return float(GRID[np.argmin([surprise(units, mean, g).mean() for g in GRID])])


def position(units: Floats, mean: Floats, spread: Floats, calm: Floats, chance: Floats) -> Floats:
    """Where each count lies in its distribution, 0..1; `chance` (0..1) places it within its own step."""
    out = np.zeros(len(units))
    for share, factor in ((CALM_SHARE, calm), (1 - CALM_SHARE, wild(calm))):
        size = 1 / np.maximum(spread * factor, SMALLEST)
        p = size / (size + mean)
        below, upto = nbinom.cdf(units - 1, size, p), nbinom.cdf(units, size, p)
        out += share * (below + (upto - below) * chance)
    return out


@compiled
def _digamma(x: float) -> float:
    shift = 0.0
    while x < 6.0:
        shift -= 1.0 / x
        x += 1.0
    f = 1.0 / (x * x)
    return shift + math.log(x) - 0.5 / x - f * (1 / 12.0 - f * (1 / 120.0 - f * (1 / 252.0 - f / 240.0)))


@compiled
def _trigamma(x: float) -> float:
    shift = 0.0
    while x < 6.0:
        shift += 1.0 / (x * x)
        x += 1.0
    f = 1.0 / (x * x)
    return shift + 1.0 / x + f / 2 + f / x * (1 / 6.0 - f * (1 / 30.0 - f * (1 / 42.0 - f / 30.0)))


@compiled_over_skus
def spread_slopes(units: Floats, mean: Floats, log_spread: Floats) -> tuple[Floats, Floats]:
    """First and (floored) second derivative of `surprise` in the log of the spread."""
    n = len(units)
    slope, bend = np.empty(n), np.empty(n)
    for i in prange(n):
        size = math.exp(-log_spread[i])
        y, m = units[i], mean[i]
        inner = _digamma(y + size) - _digamma(size) + math.log(size / (size + m)) + 1 - (size + y) / (size + m)
        change = _trigamma(y + size) - _trigamma(size) + 1 / size - 1 / (size + m) - (m - y) / (size + m) ** 2
        slope[i] = size * inner
        bend[i] = max(-size * (inner + size * change), 0.03)
    return slope, bend


def split_spread(spread: Floats, lengths: Floats) -> tuple[Floats, Floats]:
    """Split the spread of sums into that of a path's level and that of single weeks.

    spread: (sku, length). A sum over `l` weeks strays by level + week / l; both found by least squares,
    neither below 0. Returns two arrays (sku,).
    """
    x = 1 / lengths
    mean_x, mean_y = x.mean(), spread.mean(axis=1)
    varying = max(float(((x - mean_x) ** 2).sum()), 1e-12)
    week = np.maximum((spread - mean_y[:, None]) @ (x - mean_x) / varying, 0)
    level = mean_y - week * mean_x
    low = level < 0
    week = np.where(low, spread @ x / (x @ x), week)
    return np.where(low, 0.0, level), week
