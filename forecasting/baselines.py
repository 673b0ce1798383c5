"""What sellers and tools use today, as rivals for `accuracy`: each gives paths of weekly demand."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from forecasting.levels.classical import ets_paths

Floats = npt.NDArray[np.floating]
Rival = Callable[[Floats, int, int, int], Floats]
AVERAGE_WEEKS = 13
VELOCITY = ((1, 0.5), (4, 0.3), (13, 0.2))  # weeks looked back, weight: the usual 7 / 30 / 90 days


def last_year(units: Floats, weeks: int, paths: int, seed: int) -> Floats:
    """The same weeks one and two years ago, as far as known; without a full year, the last 13 weeks' mean."""
    past = units.shape[1]
    found = [units[:, past - 52 * y : past - 52 * y + weeks] for y in (1, 2) if past >= 52 * y >= weeks]
    return np.stack(found, axis=1) if found else _flat(_mean(units, AVERAGE_WEEKS), weeks)


def moving_average(units: Floats, weeks: int, paths: int, seed: int) -> Floats:
    """Mean of the last 13 weeks; its band draws whole weeks of those at random."""
    recent = units[:, -AVERAGE_WEEKS:]
    return recent[:, np.random.default_rng(seed).integers(0, recent.shape[1], (paths, weeks))]


def amazon_velocity(units: Floats, weeks: int, paths: int, seed: int) -> Floats:
    """Weighted 7 / 30 / 90 day velocity: a single number per week, without a band."""
    velocity: Floats = np.asarray(sum(weight * _mean(units, back) for back, weight in VELOCITY))
    return _flat(velocity, weeks)


def auto_ets(units: Floats, weeks: int, paths: int, seed: int) -> Floats:
    """statsforecast's AutoETS per SKU, with paths simulated by the model itself."""
    return ets_paths(units, weeks, paths, seed)


RIVALS: Mapping[str, Rival] = {
    "last year": last_year,
    "moving average": moving_average,
    "Amazon-style velocity": amazon_velocity,
    "AutoETS": auto_ets,
}


def _mean(units: Floats, weeks: int) -> Floats:
    return np.asarray(units[:, -weeks:].mean(axis=1))


def _flat(rate: Floats, weeks: int) -> Floats:
    return np.repeat(rate[:, None, None], weeks, axis=2)
