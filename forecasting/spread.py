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
PERSISTENCES = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)  # of the luck of a week from one week to the next
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


def mood_shares(units: Floats, mean: Floats, spread: Floats, prior: Floats, factor: float = 1.0) -> Floats:
    """Most likely shares of the moods, (mood,), among those that multiply the windows' means by `factor` on average.

    Moods say how futures scatter; what sells on average is not theirs to say. Windows weigh by what they can tell of
    the mean. By expectation and maximisation. prior: windows' worth of each mood.
    """
    if not len(units):
        return np.asarray(prior / prior.sum())
    weight = mean / (1 + spread * mean)
    lifted = weight @ np.exp(deviation(spread)[:, None] * LIFTS) / weight.sum()
    within = np.clip(factor, (1 + lifted.min()) / 2, (1 + lifted.max()) / 2)  # what moods can do
    return _most_likely(np.maximum(_likelihoods(units, mean, spread), 1e-300), prior, lifted - within)


@compiled
def _most_likely(likely: Floats, prior: Floats, excess: Floats) -> Floats:
    """Shares that maximise the likelihood, sum to 1 and have no mean excess. likely: (row, mood)."""
    shares = np.full(len(prior), 1.0 / len(prior))
    for _ in range(MOOD_STEPS):
        count = prior.copy()
        for i in range(len(likely)):
            part = likely[i] * shares
            count += part / part.sum()
        whole = count.sum()
        low, high = -whole / excess.max(), -whole / excess.min()  # beyond these a share would be negative
        for _ in range(MOOD_STEPS):  # of the constraint's multiplier, by halving
            middle = (low + high) / 2
            if (count * excess / (whole + middle * excess)).sum() > 0:
                low = middle
            else:
                high = middle
        shares = count / (whole + (low + high) / 2 * excess)
        shares /= shares.sum()
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


def lasting(persistence: float, lengths: Floats) -> Floats:
    """Variance of the mean of so many weeks' luck, (length,), when that of a week is 1 and the luck of weeks `k` apart
    correlates by persistence^k.
    """
    out = np.empty(len(lengths))
    for i, length in enumerate(lengths):
        apart = np.arange(1, int(length))
        out[i] = (length + 2 * ((length - apart) * persistence**apart).sum()) / length**2
    return out


def split_spread(spread: Floats, mean: Floats, lengths: Floats) -> tuple[Floats, Floats, Floats]:
    """Split the spread of sums into that of a path's level and that of its weeks' luck, which lasts for a while.

    spread, mean: (sku, length), of sums. A sum over `l` weeks strays by level + week * `lasting`(persistence, l). Found
    by least squares on the share of the sum's variance, neither below 0. Returns level, week, persistence, each (sku,).
    """
    weight = 1 / (spread + 1 / mean) ** 2
    weight = weight / weight.sum(axis=1, keepdims=True)
    best = np.full(len(spread), np.inf)
    level, week, persistence = np.zeros((3, len(spread)))
    for tried in PERSISTENCES:
        x = lasting(tried, lengths)
        some, luck = _line(spread, weight, x)
        miss = (weight * (spread - some[:, None] - luck[:, None] * x) ** 2).sum(axis=1)
        better = miss < best
        level, week = np.where(better, some, level), np.where(better, luck, week)
        persistence, best = np.where(better, tried, persistence), np.where(better, miss, best)
    return level, week, persistence


def _line(spread: Floats, weight: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Height and slope over `x` of the weighted least squares line, neither below 0."""
    mean_x, mean_y = weight @ x, (weight * spread).sum(axis=1)
    varying = np.maximum(weight @ x**2 - mean_x**2, 1e-12)
    slope = np.maximum(((weight * spread) @ x - mean_x * mean_y) / varying, 0)
    height = mean_y - slope * mean_x
    low = height < 0
    return np.where(low, 0.0, height), np.where(low, (weight * spread) @ x / (weight @ x**2), slope)
