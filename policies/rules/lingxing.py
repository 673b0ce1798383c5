"""The rule Lingxing's fields describe: weighted windows without stockout days, times total days, less the pipeline."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policies.rules import Seen, daily_average, fill_up


@dataclass(frozen=True)
class LingxingWeights:
    """Sum of weight x average over 3/7/14/30/60/90 days, times lead time + frequency + safety days, less the position.

    Source: fields of its API documentation; the way they combine is not published. With `skip_stockouts`
    (`is_ignore_history_out_stock`) weeks without stock are left out of the averages.
    """

    weights: tuple[tuple[float, float], ...] = ((3, 0.1), (7, 0.2), (14, 0.2), (30, 0.2), (60, 0.2), (90, 0.1))
    safety_days: float = 7.0
    skip_stockouts: bool = True
    name: str = "Lingxing weights"

    def order(self, seen: Seen) -> npt.NDArray[np.floating]:
        """Units up to the cover."""
        velocity = sum(weight * self._average(seen, days) for days, weight in self.weights)
        return fill_up(velocity * (7.0 * (seen.lead_weeks + seen.review_weeks) + self.safety_days), seen.position)

    def _average(self, seen: Seen, days: float) -> npt.NDArray[np.floating]:
        if not self.skip_stockouts:
            return daily_average(seen.sales, days)
        share = daily_average(seen.in_stock.astype(float), days) * 7.0  # of the window in stock
        sold = daily_average(np.where(seen.in_stock, seen.sales, 0.0), days)
        return np.asarray(np.divide(sold, share, out=np.zeros_like(sold), where=share > 0))
