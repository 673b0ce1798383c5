"""Seasons in which Amazon's warehouses receive slowly (RULES section 4.1; tables/lead_time_priors.csv)."""

from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from policies.calendar import events

Booleans = npt.NDArray[np.bool_]

DAYS_BEFORE_PRIME_DAY = 21
DAYS_AFTER_PRIME_DAY = 7
OUTBOUND_FIRST_MONTHS = (11, 12)  # outbound has priority, inbound appointments are few


def slow_receiving(marketplace: str, first: date, days: int) -> Booleans:
    """Whether goods that arrive on each of `days` days from `first` on meet a slow season; (days,)."""
    return _slow(marketplace, first, days).copy()


@cache
def _slow(marketplace: str, first: date, days: int) -> Booleans:
    slow = np.array([(first + timedelta(days=day)).month in OUTBOUND_FIRST_MONTHS for day in range(days)], dtype=bool)
    deals = events(marketplace, first - timedelta(days=60), first + timedelta(days=days + 60), ("deal",))
    for deal in deals[deals["event"].str.startswith("Prime Day")].itertuples():
        begin = (deal.start_date - first).days - DAYS_BEFORE_PRIME_DAY
        end = (deal.end_date - first).days + DAYS_AFTER_PRIME_DAY + 1
        slow[max(begin, 0) : max(end, 0)] = True
    return slow
