"""The official rule of the VN2 inventory challenge: a week-of-year profile over all items times a recent mean."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policies.rules import Seen, fill_up


@dataclass(frozen=True)
class SeasonalProfile:
    """Order up to the profile's forecast over lead time and review plus `extra_weeks`; mean of 13 deseasonalised weeks.

    Source: the challenge's benchmark policy; with a lead time of two weeks and weekly review it orders up to four.
    """

    recent_weeks: int = 13
    extra_weeks: int = 1
    name: str = "VN2 benchmark rule"

    def order(self, seen: Seen) -> npt.NDArray[np.floating]:
        """Units up to the target."""
        known = np.where(seen.in_stock, seen.sales, np.nan)
        profile = _profile(known, seen.week_of_year)
        level = _mean(known[:, -self.recent_weeks :] / profile[seen.week_of_year[-self.recent_weeks :]])
        ahead = profile[seen.weeks_ahead].cumsum()
        reach = np.clip(np.round(seen.lead_weeks + seen.review_weeks + self.extra_weeks).astype(int), 1, len(ahead))
        return fill_up(level * ahead[reach - 1], seen.position)


def _profile(known: npt.NDArray[np.floating], week_of_year: npt.NDArray[np.integer]) -> npt.NDArray[np.floating]:
    """Relative demand by ISO week (index 1 to 53), mean 1; weeks never seen repeat the one before."""
    by_date = _mean(known.T)
    seen = np.array([w in set(week_of_year.tolist()) for w in range(54)])
    total = np.array([by_date[week_of_year == w].mean() if seen[w] else 0.0 for w in range(54)])
    mean = total[seen].mean() if seen.any() else 0.0
    if mean <= 0:
        return np.ones(54)
    profile, last = np.ones(54), 1.0
    for week in range(54):
        last = total[week] / mean if seen[week] else last
        profile[week] = max(last, 1e-6)
    return profile


def _mean(values: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """Row means over what is known; 0 where nothing is."""
    known = np.isfinite(values)
    return np.asarray(np.nansum(values, axis=1) / np.maximum(known.sum(axis=1), 1))
