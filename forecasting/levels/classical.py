"""statsforecast's level models on what season, events and stockouts leave over. The one module that imports it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from statsforecast.models import AutoETS, CrostonSBA

from forecasting.levels.exponential import ExponentialLevel

Floats = npt.NDArray[np.floating]
LONGEST = 104  # weeks read: older ones no longer move these models
SHORTEST = 4


@dataclass(frozen=True)
class ClassicalLevel:
    """The one-step forecast of a statsforecast model; weeks of which nothing is known take the usual level."""

    name: str
    make: Callable[[], Any]

    def level(self, units: Floats, expected: Floats, prior: Floats) -> Floats:
        """See `LevelModel.level`."""
        usual = ExponentialLevel(12.0).level(units, expected, prior)
        known = expected > 0
        series = np.where(known, units / np.where(known, expected, 1), usual[:, None])[:, -LONGEST:]
        started = np.where(known.any(axis=1), known[:, -LONGEST:].argmax(axis=1), series.shape[1])
        out, model = usual.copy(), self.make()
        for i, first in enumerate(started):
            rest = series[i, first:]
            if len(rest) >= SHORTEST and rest.any():
                out[i] = model.forecast(y=rest, h=1)["mean"][0]
        return np.where(np.isfinite(out) & (out > 0), out, usual)


CLASSICAL = (ClassicalLevel("croston_sba", CrostonSBA),)


def ets_paths(units: Floats, weeks: int, paths: int, seed: int) -> Floats:
    """Paths simulated by AutoETS, (sku, path, week), what falls below 0 cut off.

    A series too short or too plain for the model repeats its mean.
    """
    out = np.empty((len(units), paths, weeks))
    for i, series in enumerate(units):
        try:
            model = AutoETS(season_length=1).fit(series)
            out[i] = np.maximum(model.simulate(h=weeks, n_paths=paths, seed=seed), 0)
        except Exception:  # the model refuses with a bare Exception, among others, what it cannot fit
            out[i] = series.mean()
    return np.where(np.isfinite(out), out, units.mean(axis=1)[:, None, None])
