"""Velocity x cover: what most seller tools do."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policies.rules import Seen, daily_average, fill_up


@dataclass(frozen=True)
class VelocityCover:
    """Mean of the last `days`, stockouts included, x (lead time + review period + safety days) - position."""

    days: float = 91.0
    safety_days: float = 7.0
    cover_days: float | None = None  # replaces lead time + review + safety where given
    name: str = "velocity x cover"

    def order(self, seen: Seen) -> npt.NDArray[np.floating]:
        """Units up to the cover."""
        cover = self.cover_days
        days = 7.0 * (seen.lead_weeks + seen.review_weeks) + self.safety_days if cover is None else cover
        return fill_up(daily_average(seen.sales, self.days) * days, seen.position)
