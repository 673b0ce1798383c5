"""Rolling origins inside the history: windows that the past forecast could have been asked for, with answers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecasting.classes import classify
from forecasting.features import NAMES, expectation, features
from forecasting.known import Known
from forecasting.schema import Panel

Floats = npt.NDArray[np.floating]
LENGTHS = (1, 3, 8, 13, 26)
STEP = 4
SHORTEST_PAST = 8


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows in stock throughout: what was expected, what was sold. Arrays (window,), features (window, .)."""

    features: npt.NDArray[np.float32]
    expected: Floats
    units: Floats
    origin: npt.NDArray[np.intp]
    length: npt.NDArray[np.intp]
    sku: npt.NDArray[np.intp]
    classes: npt.NDArray[np.object_]

    def __len__(self) -> int:
        return len(self.units)

    def take(self, rows: npt.NDArray[np.bool_]) -> "Windows":
        """Some of the windows."""
        return Windows(
            self.features[rows],
            self.expected[rows],
            self.units[rows],
            self.origin[rows],
            self.length[rows],
            self.sku[rows],
            self.classes[rows],
        )


def origins(periods: int, count: int) -> list[int]:
    """Past origins, oldest first: every four weeks back from the last window of a week, closer where short."""
    room = periods - SHORTEST_PAST - 1
    if room < 1 or count < 1:
        return []
    step = max(1, min(STEP, room // count))
    latest = periods - 3 if room > 3 else periods - 1
    return sorted(o for o in range(latest, SHORTEST_PAST - 1, -step))[-count:]


def rehearse(panel: Panel, horizon: int, count: int, known_at: Callable[[Panel, int], Known]) -> Windows:
    """All windows of all origins that were in stock throughout and lie inside the history."""
    parts = []
    for origin in origins(len(panel.periods), count):
        lengths = [n for n in LENGTHS if n <= min(horizon, len(panel.periods) - origin)]
        known = known_at(panel.before(origin), max(lengths))
        kinds = classify(known.demand.units, known.demand.exposure, known.profile)
        ahead = slice(origin, origin + max(lengths))
        units = panel.units[:, ahead]
        stocked = ~np.isnan(units) & (np.nan_to_num(panel.availability[:, ahead], nan=1.0) >= 1)
        for length in lengths:
            rows = np.flatnonzero(stocked[:, :length].all(axis=1) & known.seen)
            parts.append(
                Windows(
                    features(known, length)[rows],
                    expectation(known, length)[rows],
                    units[rows, :length].sum(axis=1),
                    np.full(len(rows), origin),
                    np.full(len(rows), length),
                    rows,
                    kinds[rows],
                )
            )
    if not parts:
        return Windows(
            np.zeros((0, len(NAMES)), np.float32),
            np.zeros(0),
            np.zeros(0),
            np.zeros(0, np.intp),
            np.zeros(0, np.intp),
            np.zeros(0, np.intp),
            np.zeros(0, object),
        )
    return Windows(*(np.concatenate([getattr(p, name) for p in parts]) for name in Windows.__dataclass_fields__))
