"""What sellers and tools use today, as rivals for `accuracy`: each gives samples of demand summed over a lead time."""
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from forecasting.levels.classical import ets_paths

Floats = npt.NDArray[np.floating]
Rival = Callable[[Floats, int, int, np.random.Generator], Floats]
AVERAGE_WEEKS = 13
VELOCITY = ((1, 0.5), (4, 0.3), (13, 0.2))  # weeks looked back, weight: the usual 7 / 30 / 90 days


def last_year(units: Floats, length: int, paths: int, rng: np.random.Generator) -> Floats:
    """The same weeks one and, where known, two years ago; the last 13 weeks' mean where there is no year."""
    past = units.shape[1]
    found = [units[:, past - 52 * y:][:, :length].sum(axis=1) for y in (1, 2) if past >= 52 * y >= length]
    return np.stack(found, axis=1) if found else _mean(units, AVERAGE_WEEKS, length)[:, None]


def moving_average(units: Floats, length: int, paths: int, rng: np.random.Generator) -> Floats:
    """Mean of the last 13 weeks; its band draws whole weeks of those at random."""
    recent = units[:, -AVERAGE_WEEKS:]
    return recent[:, rng.integers(0, recent.shape[1], (paths, length))].sum(axis=2)


def amazon_velocity(units: Floats, length: int, paths: int, rng: np.random.Generator) -> Floats:
    """Weighted 7 / 30 / 90 day velocity times the weeks: a single number, without a band."""
    return sum(weight * _mean(units, weeks, length) for weeks, weight in VELOCITY)[:, None]


def auto_ets(units: Floats, length: int, paths: int, rng: np.random.Generator) -> Floats:
    """statsforecast's AutoETS per SKU with paths simulated by the model itself."""
    return ets_paths(units, length, paths, int(rng.integers(2**31)))


RIVALS: Mapping[str, Rival] = {"last year": last_year, "moving average": moving_average,
                               "Amazon-style velocity": amazon_velocity, "AutoETS": auto_ets}


def _mean(units: Floats, weeks: int, length: int) -> Floats:
    return np.asarray(units[:, -weeks:].mean(axis=1) * length)
