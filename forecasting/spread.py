"""Negative binomial counts, alone or as a mixture of moods: likelihood, its slope in the spread, positions, split.

A future has a mood: calm, usual or wild, somewhat low, or high by more and more. The shares of moods are learned, so
that the body may be narrow and the tails fat, the upper one more than the lower. Spread is the squared coefficient of
variation beyond Poisson: variance = mean + spread * mean^2.
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
LIFTS = np.array([0.0, 0.0, 0.0, 0.0, -0.7, -0.3, 0.5, 1.2, 2.2])  # of a mood's mean, in log deviations of the spread
WIDTHS = np.array([1.0, 0.15, 0.45, 2.5, 0.35, 0.35, 0.4, 0.5, 0.7])  # factor on the spread within a mood
PLAIN = np.eye(len(LIFTS))[0]  # shares of moods when there is but the usual one
MOOD_STEPS = 60
NO_SHARE = 1e-4  # a mood so rare moves no band


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


def lift(spread: Floats, shares: Floats) -> Floats:
    """Mean over the moods of the factor on the mean, (row,). shares: (row, mood)."""
    return np.asarray((np.exp(deviation(spread)[:, None] * LIFTS) * shares).sum(axis=1))


def deviation(spread: Floats) -> Floats:
    """Log standard deviation of a log-normal number with this squared coefficient of variation."""
    return np.asarray(np.sqrt(np.log1p(spread)))


def _likelihoods(units: Floats, mean: Floats, spread: Floats) -> Floats:
    """Likelihood of each count in each mood, (row, mood)."""
    means, spreads = _moods(mean, spread)
    return np.asarray(np.exp(-surprise(units[:, None], means, spreads)))


def _moods(mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
    means = mean[:, None] * np.exp(deviation(spread)[:, None] * LIFTS)
    return means, np.maximum(spread[:, None] * WIDTHS, SMALLEST)


def mixed_surprise(units: Floats, mean: Floats, spread: Floats, shares: Floats) -> Floats:
    """Negative log-likelihood of counts under the mixture of moods. shares: (row, mood) or (mood,)."""
    likely = (_likelihoods(units, mean, spread) * shares).sum(axis=1)
    return -np.asarray(np.log(np.maximum(likely, 1e-300)))


def mood_shares(units: Floats, mean: Floats, spread: Floats, prior: Floats) -> Floats:
    """Most likely shares of the moods, (mood,), by expectation and maximisation; prior: windows' worth of each mood."""
    likely = np.maximum(_likelihoods(units, mean, spread), 1e-300)
    shares: Floats = np.full(len(LIFTS), 1 / len(LIFTS))
    for _ in range(MOOD_STEPS):
        part = likely * shares
        count = (part / part.sum(axis=1, keepdims=True)).sum(axis=0) + prior
        shares = count / count.sum()
    return shares


def pooled_spread(units: Floats, mean: Floats) -> float:
    """The one spread that fits all pairs best, from a grid of 2 % to 600 %."""
    if not len(units):
        return 0.5
    return float(GRID[np.argmin([surprise(units, mean, g).mean() for g in GRID])])


def position(units: Floats, mean: Floats, spread: Floats, shares: Floats, chance: Floats) -> Floats:
    """Where each count lies in its distribution, 0..1; `chance` (0..1) places it within its own step.

    shares: of moods, (row, mood).
    """
    out = np.zeros(len(units))
    means, spreads = _moods(mean, spread)
    for k, share in enumerate(shares.T):
        rows = np.flatnonzero(share > NO_SHARE)
        size = 1 / spreads[rows, k]
        p = size / (size + means[rows, k])
        upto, at = nbinom.cdf(units[rows], size, p), np.exp(-surprise(units[rows], means[rows, k], spreads[rows, k]))
        out[rows] += share[rows] * (upto - at * (1 - chance[rows]))
    return np.clip(out, 0.0, 1.0)


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
