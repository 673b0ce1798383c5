"""Multiplicative profiles over the year: pooled, then by group, then by SKUs of like season, then the SKU's own."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.signal import lfilter

Floats = npt.NDArray[np.floating]
Codes = npt.NDArray[np.intp]
Part = tuple[Floats, Floats]  # units sold and meant in part of the history, each (sku, week of the year)
WEEKS = 52
SHORTEST = 56  # weeks of history below which a year's profile cannot be told from a trend
ROUNDS = 3
LEVEL_HALF_LIFE = 13.0
DISPERSION = 0.25  # squared coefficient of variation of a week, for the weight of big sellers
YEARS_OF_DOUBT = 1.0  # a pooled week seen in so many years is trusted by half against its neighbours
GROUP_DEVIATION = 0.02  # least variance of a group's profile around the pool's
OWN_DEVIATION = 0.10  # least variance of a SKU's profile around its group's
MOST_DEVIATION = 1.0  # most of it that is believed of a SKU whose own sales do not tell
OWN_DEVIATION_WEIGHT = 2000.0  # squared expected units of evidence that this prior counts for
NOISE_KEPT = 0.25  # of a week's counting noise after the mean over its neighbours
FLOOR = 0.02
SHAPES = 13  # seasons looked for among the SKUs, the peaks of their first guess four weeks apart
SHAPE_STEPS = 12
SHAPE_PEAK, SHAPE_WIDTH = 2.0, 5.0  # height and width in weeks of the first guess of a season
MOVES = 8  # weeks to either side over which years are compared: long enough to see moves of the level


def week_of_year(weeks: pd.DatetimeIndex) -> Codes:
    """The week of the year 0..51 that holds the middle of each week (the last one has eight days)."""
    middle = pd.DatetimeIndex(weeks) + pd.Timedelta(days=3)
    return np.asarray(np.minimum(middle.dayofyear.to_numpy() // 7, WEEKS - 1), dtype=np.intp)


def smooth_level(units: Floats, expected: Floats, half_life: float = LEVEL_HALF_LIFE) -> Floats:
    """Level seen from both directions of time: decayed units over decayed expectation, array (sku, week)."""
    keep = 0.5 ** (1 / half_life)

    def both(x: Floats) -> Floats:
        forward = lfilter([1.0], [1.0, -keep], x, axis=1)
        backward = lfilter([1.0], [1.0, -keep], x[:, ::-1], axis=1)[:, ::-1]
        return np.asarray(forward + backward - x)

    return both(units) / np.maximum(both(expected), 1e-9)


def profiles(units: Floats, exposure: Floats, weeks: pd.DatetimeIndex, groups: Sequence[Codes] = ()) -> Floats:
    """Profile of each SKU over the year, array (sku, 52), mean 1 over its history.

    exposure: share of each week its units are evidence of (0 nothing). groups: codes of each SKU, widest
    first. Level and profile are found in turn, a few rounds; the level is smooth over a quarter.
    """
    n = len(units)
    profile: Floats = np.ones((n, WEEKS))
    if len(weeks) < SHORTEST or not n:
        return profile
    woy = week_of_year(weeks)
    fold = np.zeros((len(woy), WEEKS))
    fold[np.arange(len(woy)), woy] = 1.0
    for _ in range(ROUNDS):
        level = smooth_level(units, exposure * profile[:, woy])
        weight = 1 / (1 + DISPERSION * level)  # a SKU of any size speaks, a big one not for all
        sold, meant = weight * units, weight * level * exposure
        first = sold[:, :WEEKS] @ fold[:WEEKS], meant[:, :WEEKS] @ fold[:WEEKS]
        later = sold[:, WEEKS:] @ fold[WEEKS:], meant[:, WEEKS:] @ fold[WEEKS:]
        profile = _layered(first, later, exposure @ fold, groups)
        profile /= np.maximum(profile[:, woy].mean(axis=1, keepdims=True), FLOOR)
    return profile


def _layered(first: Part, later: Part, seen: Floats, groups: Sequence[Codes]) -> Floats:
    """Pool, then groups, then SKUs of like season, then SKU: each layer corrects the one above as far as its
    evidence goes. first, later: the first year and the rest.
    """
    sold, meant = first[0] + later[0], first[1] + later[1]
    profile = np.broadcast_to(_pooled(sold.sum(axis=0), meant.sum(axis=0), seen), sold.shape)
    for codes in groups:
        size = int(codes.max()) + 1
        members = np.zeros((2, size, WEEKS))
        np.add.at(members[0], codes, sold)
        np.add.at(members[1], codes, meant * profile)
        profile = profile * _shrunk(members[0], members[1], _group_deviation(members[0], members[1]))[codes]
    trust = _trust((first[0], first[1] * profile), (later[0], later[1] * profile))
    profile = profile * _alike(trust * sold, trust * meant * profile)
    meant = meant * profile
    return np.maximum(profile * _shrunk(sold, meant, _own_deviation(sold, meant)), FLOOR)


def _trust(first: Part, later: Part) -> float:
    """Share of what was sold that is evidence of a season, from 0 to 1: less as two years differ more than chance
    alone would have it (lasting moves of the level look like a season in one year and do not come again), and less
    as fewer weeks of the year were seen twice.
    """
    (near, usual), (then, meant_then) = ((around(sold, MOVES), around(meant, MOVES)) for sold, meant in (first, later))
    twice = np.minimum(first[1], later[1]).sum(axis=0) > 0
    kept = float(np.square(_kernel(MOVES)).sum())  # of a week's counting noise after the mean over its neighbours
    differ = np.square(near * meant_then - then * usual).sum(axis=1)
    chance = kept * (usual * meant_then * (usual + meant_then)).sum(axis=1)
    weight = 1 / (chance + max(float(np.median(chance)), 1e-9))  # a SKU of any size speaks, a big one not for all
    return float(twice.mean()) / max(float((weight * differ).sum() / max((weight * chance).sum(), 1e-9)), 1.0)


def _alike(sold: Floats, meant: Floats) -> Floats:
    """Correction that SKUs of like season share though no group says so: the mean over the shapes that each may
    follow, by a mixture of Poisson profiles (expectation and maximisation), (sku, 52).
    """
    away = (np.arange(WEEKS) - WEEKS / SHAPES * np.arange(SHAPES)[:, None] + WEEKS / 2) % WEEKS - WEEKS / 2
    bump = 1 + SHAPE_PEAK * np.exp(-0.5 * np.square(away / SHAPE_WIDTH))
    shape = np.concatenate([np.ones((1, WEEKS)), bump / bump.mean(axis=1, keepdims=True)])
    share = np.full(len(shape), 1 / len(shape))
    for _ in range(SHAPE_STEPS):
        odds = sold @ np.log(shape).T - meant @ shape.T + np.log(share)
        odds = np.exp(odds - odds.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        share = (odds.sum(axis=0) + 1) / (len(odds) + len(shape))
        members = odds.T @ sold, odds.T @ meant
        shape = np.maximum(_shrunk(*members, _group_deviation(*members)), FLOOR)
    return np.asarray(odds @ shape)


def _group_deviation(sold: Floats, meant: Floats) -> float:
    """How far the groups of one layer stray from the layer above, beyond counting noise: small where all share a
    season, large where a seller has Christmas and garden goods. sold, meant: (group, week).
    """
    beyond, evidence = _beyond_noise(sold, meant)
    weight = 1 / (evidence + 1)  # a group of any size speaks, a big one not for all
    usual = float((weight * beyond).sum() / max((weight * evidence).sum(), 1e-9))
    return min(max(usual, GROUP_DEVIATION), MOST_DEVIATION)


def _beyond_noise(sold: Floats, meant: Floats) -> tuple[Floats, Floats]:
    """Squared deviation from what was meant less its counting noise, and the square of what was meant, by week."""
    near, usual = around(sold, 3), around(meant, 3)
    return np.square(near - usual) - NOISE_KEPT * usual, np.square(usual)


def _own_deviation(sold: Floats, meant: Floats) -> Floats:
    """How far each SKU's year really strays from its group's: beyond its counting noise, (sku, 1).

    A SKU of little evidence is believed to stray as SKUs do here on the whole: little where all share a season,
    far where a seller has Christmas and garden goods.
    """
    beyond, evidence = (x.sum(axis=1) for x in _beyond_noise(sold, meant))
    weight = 1 / (evidence + OWN_DEVIATION_WEIGHT)  # a SKU of any size speaks, a big one not for all
    usual = float((weight * beyond).sum() / max((weight * evidence).sum(), 1e-9))
    usual = min(max(usual, OWN_DEVIATION), MOST_DEVIATION)
    own = (beyond + OWN_DEVIATION_WEIGHT * usual) / (evidence + OWN_DEVIATION_WEIGHT)
    return np.asarray(np.maximum(own, OWN_DEVIATION)[:, None])


def _pooled(sold: Floats, meant: Floats, seen: Floats) -> Floats:
    """The pool's factor of each week, leaning on neighbouring weeks where it was seen in few years."""
    known = meant > 0
    if not known.any():
        return np.ones(WEEKS)
    at = np.flatnonzero(known)
    raw = np.interp(np.arange(WEEKS), at, (sold[at] / meant[at]), period=WEEKS)
    years = seen.max(axis=0)
    trust = years / (years + YEARS_OF_DOUBT)
    return np.asarray(trust * raw + (1 - trust) * around(raw[None], 3)[0])


def _shrunk(sold: Floats, meant: Floats, variance: Floats | float) -> Floats:
    """Gamma-Poisson shrinkage of a profile's deviation, neighbouring weeks lending evidence."""
    return (around(sold, 3) + 1 / variance) / (around(meant, 3) + 1 / variance)


def around(rows: Floats, reach: int) -> Floats:
    """Triangular mean over the weeks around each week of the year; the year is a circle."""
    kernel = _kernel(reach)
    edge = reach - 1
    wide = np.concatenate([rows[:, -edge:], rows, rows[:, :edge]], axis=1)
    return np.asarray(sum(k * wide[:, i : i + rows.shape[1]] for i, k in enumerate(kernel)))


def _kernel(reach: int) -> Floats:
    return np.asarray(np.r_[1 : reach + 1, reach - 1 : 0 : -1] / reach**2)
