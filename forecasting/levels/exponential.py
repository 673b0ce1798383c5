"""Decayed sums: the Poisson likelihood's level when a week loses half its weight every so many weeks."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
PRIOR_WEEKS = 0.5


@dataclass(frozen=True)
class ExponentialLevel:
    """Decayed units over decayed expectation, with half a week of prior."""

    half_life: float

    @property
    def name(self) -> str:
        """For tables: `level_12` halves a week's weight every 12 weeks."""
        return f"level_{self.half_life:g}"

    def level(self, units: Floats, expected: Floats, prior: Floats) -> Floats:
        """See `LevelModel.level`."""
        decay = self.decay(units.shape[1])
        return (units @ decay + PRIOR_WEEKS * prior) / (expected @ decay + PRIOR_WEEKS)

    def decay(self, length: int) -> Floats:
        """Weight of each past week, newest last."""
        return np.asarray(0.5 ** (np.arange(length)[::-1] / self.half_life))
