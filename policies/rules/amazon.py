"""Velocity x cover with weights on several windows, as Amazon-style restock sheets do."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policies.rules import Seen, daily_average, fill_up


@dataclass(frozen=True)
class AmazonWeights:
    """Weighted 7/30/60/90-day velocity x (lead time + review + safety days) - position; weights are a common choice."""

    weights: tuple[tuple[float, float], ...] = ((7.0, 0.3), (30.0, 0.3), (60.0, 0.2), (90.0, 0.2))
    safety_days: float = 7.0
    name: str = "Amazon-style weights 7/30/60/90"

    def order(self, seen: Seen) -> npt.NDArray[np.floating]:
        """Units up to the cover."""
        velocity = sum(weight * daily_average(seen.sales, days) for days, weight in self.weights)
        return fill_up(velocity * (7.0 * (seen.lead_weeks + seen.review_weeks) + self.safety_days), seen.position)
