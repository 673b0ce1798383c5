"""Wimoor's open-source rule, with its rounding of the day rate that floors slow movers to nothing."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policies.rules import Seen, daily_average, fill_up


@dataclass(frozen=True)
class Wimoor:
    """avg = 0.5 x 7-day + 0.3 x 15-day + 0.2 x 30-day rate, rounded; up to lead, safety and (when short) send cycle.

    Source: github.com/wimoor-erp/wimoor (MIT), DaysalesFormulaServiceImpl and AmzProductSalesPlanServiceImpl.
    """

    safety_days: float = 7.0
    name: str = "Wimoor rule"

    def order(self, seen: Seen) -> npt.NDArray[np.floating]:
        """The deficit over the cycle; only where there is one, the next send cycle on top."""
        average = sum(w * daily_average(seen.sales, days) for days, w in ((7.0, 0.5), (15.0, 0.3), (30.0, 0.2)))
        rate = rounded_rate(np.asarray(average))
        deficit = fill_up(rate * (7.0 * seen.lead_weeks + self.safety_days), seen.position)
        return np.where(deficit > 0, deficit + rate * 7.0 * seen.review_weeks, 0.0)


def rounded_rate(average: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Tenths rounded up; a last digit of 9 rounds up to the next whole unit, everything else is cut off."""
    tenths = np.ceil(10.0 * average - 1e-9)
    return np.asarray(np.where(tenths % 10 == 9, np.ceil(tenths / 10.0), np.floor(tenths / 10.0)))
