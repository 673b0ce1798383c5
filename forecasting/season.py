"""Pooled multiplicative profiles over the year, shrunk from store to group as evidence allows."""
import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.floating]
WEEKS = 52
NEIGHBOURS = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9
ROUNDS = 6
LEVEL_HALF_LIFE = 26.0


def week_of_year(weeks: pd.DatetimeIndex) -> npt.NDArray[np.intp]:
    """The week of the year 0..51 that holds the middle of each Monday week (the last one has eight days)."""
    return np.minimum((weeks + pd.Timedelta(days=3)).dayofyear.to_numpy() // 7, WEEKS - 1).astype(np.intp)


def smooth_level(units: Floats, expected: Floats, half_life: float = LEVEL_HALF_LIFE) -> Floats:
    """Level in both directions of time: decayed units over decayed expectation, array (sku, week)."""
    from scipy.signal import lfilter

    keep = 0.5 ** (1 / half_life)

    def both(x: Floats) -> Floats:
        forward = lfilter([1.0], [1.0, -keep], x, axis=1)
        backward = lfilter([1.0], [1.0, -keep], x[:, ::-1], axis=1)[:, ::-1]
        return np.asarray(forward + backward - x)

    return both(units) / np.maximum(both(expected), 1e-9)


def pooled_profile(units: Floats, exposure: Floats, weeks: pd.DatetimeIndex) -> Floats:
    """Profile over the year, 52 factors around 1, learned from all SKUs given."""
    woy = week_of_year(weeks)
    profile = np.ones(WEEKS)
    if len(weeks) < WEEKS + 4:
        return profile
    years = np.bincount(woy, minlength=WEEKS).astype(float)
    for _ in range(ROUNDS):
        level = smooth_level(units, exposure * profile[woy])
        weight = 1 / (1 + level)  # a SKU of any size speaks, a big one not for all
        sold = np.bincount(woy, (weight * units).sum(axis=0), WEEKS)
        meant = np.bincount(woy, (weight * level * exposure).sum(axis=0), WEEKS)
        raw = np.where(meant > 0, sold / np.maximum(meant, 1e-9), np.nan)
        profile = _shrink(raw, years)
        profile /= profile[woy].mean()
    return profile


def _shrink(raw: Floats, years: Floats) -> Floats:
    filled = np.where(np.isnan(raw), 1.0, raw)
    around = np.convolve(np.r_[filled[-2:], filled, filled[:2]], NEIGHBOURS, mode="valid")
    trust = years / (years + 1.0)
    return np.maximum(trust * filled + (1 - trust) * around, 0.02)
