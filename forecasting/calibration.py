"""Does the band hold what it promises? Checked per class and length in rehearsal; a class that fails falls back."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.classes import NAMES
from forecasting.combination import Learned
from forecasting.random import uniforms
from forecasting.spread import pooled_spread, position

Floats = npt.NDArray[np.floating]
NOMINAL = (0.5, 0.8, 0.95)
ALLOWED = 0.06
FEWEST = 60  # windows below which a class is not judged
FALLBACK = "blend of levels with the class's own past spread"
COLUMNS = ["class", "length", "nominal", "coverage", "windows", "passed", "fallback"]


@dataclass(frozen=True, eq=False)
class Calibration:
    """table: class, length, nominal, coverage, windows, passed, fallback ('' none). robust: (class, length) ->
    spread of the robust rule, for those that fell back.
    """

    table: pd.DataFrame
    robust: dict[tuple[str, int], float]

    def applied(
        self, classes: npt.NDArray[np.object_], length: int, mean: Floats, spread: Floats, bare: Floats
    ) -> tuple[Floats, Floats]:
        """Expectation and spread with the robust rule in the place of failed classes."""
        mean, spread = mean.copy(), spread.copy()
        for (name, at), value in self.robust.items():
            rows = classes == name
            if at == length:
                mean[rows], spread[rows] = bare[rows], value
        return mean, spread

    @property
    def notes(self) -> list[str]:
        """A sentence per class that fell back."""
        failed = sorted({name for name, _ in self.robust})
        return [
            f"the band of {name} SKUs missed its coverage in rehearsal by more than {ALLOWED:.0%}; "
            f"they use the robust rule: {FALLBACK}"
            for name in failed
        ]


def check(learned: Learned, seed: int) -> Calibration:
    """Coverage of the 50, 80 and 95 % bands by class and length, out of each window's block of time."""
    windows = learned.windows
    if not len(windows):
        return Calibration(pd.DataFrame(columns=COLUMNS), {})
    chance = uniforms(seed, len(windows))
    calm = learned.calm_of(windows.classes)
    place = position(windows.units, learned.mean_out, learned.spread_out, calm, chance)
    rows: list[tuple[object, ...]] = []
    robust: dict[tuple[str, int], float] = {}
    for name in NAMES:
        for length in np.unique(windows.length):
            hit = (windows.classes == name) & (windows.length == length)
            if not hit.any():
                continue
            got = coverage(place[hit])
            passed = hit.sum() < FEWEST or worst(got) <= ALLOWED
            if not passed:
                spread = pooled_spread(windows.units[hit], windows.expected[hit])
                again = coverage(
                    position(
                        windows.units[hit], windows.expected[hit], np.full(hit.sum(), spread), calm[hit], chance[hit]
                    )
                )
                if worst(again) < worst(got):
                    robust[name, int(length)] = spread
                    got = again
            used = FALLBACK if (name, int(length)) in robust else ""
            rows += [(name, int(length), q, c, int(hit.sum()), passed, used) for q, c in zip(NOMINAL, got, strict=True)]
    return Calibration(pd.DataFrame(rows, columns=COLUMNS), robust)


def coverage(place: Floats) -> Floats:
    """Share of positions inside each central band of `NOMINAL`."""
    return np.array([np.mean(np.abs(place - 0.5) <= q / 2) for q in NOMINAL])


def worst(got: Floats) -> float:
    """Largest distance from what the bands promise."""
    return float(np.abs(got - NOMINAL).max())
