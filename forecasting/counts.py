"""Joint paths of over-dispersed counts: gamma draws for the level of a path and the luck of weeks, then Poisson."""

import math

import numpy as np
import numpy.typing as npt
from numba import prange

from forecasting.compiled import compiled, compiled_over_skus
from forecasting.random import next_beta, next_binomial, next_gamma, next_normal, next_poisson, next_uniform

Floats = npt.NDArray[np.floating]
STRATUM = 4  # levels drawn for each path kept


@compiled
def _levels(
    state: np.uint64, paths: int, spread: float, lifts: Floats, shares: Floats, width: Floats
) -> tuple[np.uint64, Floats, npt.NDArray[np.intp]]:
    """Level and mood of each path: of four times as many draws in order of size one of every four, then shuffled.

    So the paths of a SKU are spread evenly over its distribution, and their quantiles stray less.
    """
    drawn, mood_of = np.empty(paths * STRATUM), np.empty(paths * STRATUM, dtype=np.intp)
    mood, reached = 0, shares[0]
    for k in range(len(drawn)):
        state, u = next_uniform(state)
        while mood < len(shares) - 1 and (k + u) / len(drawn) >= reached:
            mood += 1
            reached += shares[mood]
        drawn[k], mood_of[k] = lifts[mood], mood
        if spread * width[mood] > 0.0:
            state, g = next_gamma(state, 1.0 / (spread * width[mood]))
            drawn[k] *= g * spread * width[mood]
    order = np.argsort(drawn)
    chosen = np.empty(paths, dtype=np.intp)
    for p in range(paths):
        state, u = next_uniform(state)
        chosen[p] = order[STRATUM * p + int(STRATUM * u)]
        state, u = next_uniform(state)
        other = int((p + 1) * u)
        chosen[p], chosen[other] = chosen[other], chosen[p]
    return state, drawn[chosen], mood_of[chosen]


@compiled_over_skus
def draw_counts(
    keys: npt.NDArray[np.uint64],
    mean: Floats,
    level_spread: Floats,
    week_spread: Floats,
    persistence: Floats,
    deviation: Floats,
    shares: Floats,
    lift: Floats,
    width: Floats,
    doubt: Floats,
    common: Floats,
) -> npt.NDArray[np.float32]:
    """Counts, float32 array (sku, path, week).

    keys: one per SKU. mean: (sku, week). level_spread, week_spread: squared coefficient of variation of the
    level of a path and of a single week's luck, per SKU. persistence: chance that a week has the luck of the week
    before, per SKU (so luck `k` weeks apart correlates by persistence^k). deviation (sku,), shares (sku, mood): how
    far and how often moods lift a path; the mean stays. lift, width (mood,): `spread.LIFTS` and `WIDTHS`. doubt:
    (sku, week), log standard deviation of the uplift of events and promotions, one draw per path. common: (path,
    week) shocks shared by all SKUs, mean 1.
    """
    n, horizon = mean.shape
    paths = common.shape[0]
    out = np.empty((n, paths, horizon), dtype=np.float32)
    for i in prange(n):
        state = keys[i]
        lifts = np.exp(deviation[i] * lift)
        lifts /= (lifts * shares[i]).sum()
        state, levels, moods = _levels(state, paths, level_spread[i], lifts, shares[i], width)
        for p in range(paths):
            level, for_week, luck = levels[p], week_spread[i] * width[moods[p]], 1.0
            state, uplift = next_normal(state)
            for t in range(horizon):
                rate = mean[i, t] * level * common[p, t]
                if doubt[i, t] > 0.0:
                    rate *= math.exp(doubt[i, t] * uplift - 0.5 * doubt[i, t] ** 2)
                if for_week > 0.0:
                    state, u = next_uniform(state)
                    if t == 0 or u >= persistence[i]:
                        state, g = next_gamma(state, 1.0 / for_week)
                        luck = g * for_week
                rate *= luck
                count = 0.0
                if rate > 0.0:
                    state, count = next_poisson(state, rate)
                out[i, p, t] = count
    return out


@compiled_over_skus
def split_counts(
    keys: npt.NDArray[np.uint64], weekly: npt.NDArray[np.float32], shares: Floats, clumping: Floats
) -> npt.NDArray[np.float32]:
    """Weekly counts shared out over seven days each, float32 array (sku, path, 7 x weeks).

    shares: (sku, 7), sum 1. clumping: (sku,), correlation of the days of two units of a week; 0 is multinomial, above
    it each week's shares are drawn from a Dirichlet distribution about `shares`, day by day (breaking a stick).
    """
    n, paths, weeks = weekly.shape
    out = np.empty((n, paths, 7 * weeks), dtype=np.float32)
    for i in prange(n):
        state = keys[i]
        sure = 1.0 / clumping[i] - 1.0 if clumping[i] > 0.0 else 0.0
        for p in range(paths):
            for w in range(weeks):
                left, share_left = float(weekly[i, p, w]), 1.0
                for d in range(7):
                    chance = min(1.0, shares[i, d] / share_left) if d < 6 else 1.0
                    if sure > 0.0 and left > 1.0 and 0.0 < chance < 1.0:  # one unit falls on a day by its share alone
                        state, chance = next_beta(state, sure * share_left * chance, sure * share_left * (1.0 - chance))
                    state, count = next_binomial(state, left, chance)
                    out[i, p, 7 * w + d] = count
                    left -= count
                    share_left = max(share_left - shares[i, d], 1e-12)
    return out


@compiled_over_skus
def round_at_random(keys: npt.NDArray[np.uint64], values: Floats) -> npt.NDArray[np.float32]:
    """Whole numbers with the mean of `values` (sku, path, period): up or down by chance, never below 0."""
    n, paths, horizon = values.shape
    out = np.empty((n, paths, horizon), dtype=np.float32)
    for i in prange(n):
        state = keys[i]
        for p in range(paths):
            for t in range(horizon):
                state, u = next_uniform(state)
                out[i, p, t] = max(0.0, math.floor(values[i, p, t] + u))
    return out
