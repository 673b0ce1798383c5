"""The textbook: mean over lead time and review plus z x sigma x sqrt(L + R)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from policies.rules import Seen, fill_up


@dataclass(frozen=True)
class SafetyStock:
    """Order up to mean x (L + R) + z x sigma x sqrt(L + R), mean and deviation of the last `weeks` with stock."""

    service: float = 0.95
    weeks: int = 26
    name: str = "z x sigma x sqrt(L)"

    def order(self, seen: Seen) -> npt.NDArray[np.floating]:
        """Units up to the target."""
        recent = np.where(seen.in_stock, seen.sales, np.nan)[:, -self.weeks :]
        known = np.isfinite(recent)
        count = np.maximum(known.sum(axis=1), 1)
        mean = np.nansum(recent, axis=1) / count
        deviation = np.sqrt(np.nansum((recent - mean[:, None]) ** 2 * known, axis=1) / np.maximum(count - 1, 1))
        span = seen.lead_weeks + seen.review_weeks
        return fill_up(mean * span + norm.ppf(self.service) * deviation * np.sqrt(span), seen.position)
