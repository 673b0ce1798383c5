"""Seasons and dated events of the sample seller's world, as daily curves."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from data.sample.seller import MARKETPLACES, Days
from policies.calendar import events

SEASONS = {
    "flat": (1.0, 0.0, 0.0, 1.0),
    "garden": (0.35, 2.3, 132.0, 38.0),
    "summer": (0.30, 2.6, 187.0, 32.0),
    "back_to_school": (0.35, 4.2, 218.0, 20.0),
    "christmas": (0.06, 8.0, 336.0, 19.0),
    "winter": (0.40, 1.9, 5.0, 42.0),
    "gift": (0.75, 2.1, 345.0, 14.0),
    "fitness": (0.75, 1.4, 12.0, 22.0),
}
"""Seasonal families: floor, height of the peak, its day of the year, its width in days."""

FAMILIES = tuple(SEASONS)

SEASON_DELAY = (0.0, 9.0)
"""Days by which the seasons of each marketplace are later: the German school year starts after the American."""

EVENT_KINDS = ("prime_day", "big_deal_days", "black_friday_week", "black_friday", "cyber_monday", "lull")

NEW_YEARS = {
    2018: (2, 16),
    2019: (2, 5),
    2020: (1, 25),
    2021: (2, 12),
    2022: (2, 1),
    2023: (1, 22),
    2024: (2, 10),
    2025: (1, 29),
    2026: (2, 17),
    2027: (2, 6),
    2028: (1, 26),
    2029: (2, 13),
    2030: (2, 3),
    2031: (1, 23),
}
"""Chinese New Year's Day."""


def black_friday(year: int) -> date:
    """Day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)


def prime_day(year: int) -> tuple[date, int]:
    """First day of Prime Day and its length in days, from the dated calendar; beyond it the fourth Tuesday of June."""
    known = _dated(year, "Prime Day")
    if known is not None:
        return known[0], (known[1] - known[0]).days + 1
    first = date(year, 6, 1)
    return first + timedelta(days=(1 - first.weekday()) % 7 + 21), 4


def big_deal_days(year: int) -> date | None:
    """First day of Prime Big Deal Days, from the dated calendar; beyond it the first Tuesday from 5 October."""
    if year < 2022:
        return None
    known = _dated(year, "Prime Big Deal Days") or _dated(year, "Prime Early Access Sale")
    if known is not None:
        return known[0]
    first = date(year, 10, 5)
    return first + timedelta(days=(1 - first.weekday()) % 7)


@cache
def _dated(year: int, event: str) -> tuple[date, date] | None:
    """First and last day of an American deal event in the planner's own calendar (announced or estimated)."""
    deals = events("US", date(year, 1, 1), date(year, 12, 31), ("deal",))
    found = deals[deals["event"].isin([event, f"{event} (estimate)"])]
    return None if found.empty else (found["start_date"].iloc[0], found["end_date"].iloc[0])


def chinese_new_year(year: int) -> date:
    """New Year's Day of the Chinese calendar; outside the known years the middle of its range."""
    return date(year, *NEW_YEARS.get(year, (2, 5)))


def years_of(days: Days) -> range:
    """Calendar years that the days touch, and one on either side."""
    return range(days[0].astype(object).year - 1, days[-1].astype(object).year + 2)


def season_curves(days: Days) -> NDArray[np.float64]:
    """Seasonal factor by family, marketplace and day, shape (family, marketplace, day); its mean over a year is 1."""
    day_of_year = (days - days.astype("datetime64[Y]")).astype(int).astype(float)
    curves = np.empty((len(FAMILIES), len(MARKETPLACES), days.size))
    year = np.arange(365.0)
    for index, (floor, height, centre, width) in enumerate(SEASONS.values()):
        mean = float(np.mean(floor + height * _bump(year, centre, width)))
        for market, later in enumerate(SEASON_DELAY):
            curves[index, market] = (floor + height * _bump(day_of_year, centre + later, width)) / mean
    return curves


def event_curves(days: Days) -> NDArray[np.float64]:
    """Strength of each event by day, shape (event kind, day): 1 on a full event day, 0 without.

    "lull" is negative demand around events: waiting before, pulled-forward sales missing after.
    """
    curves = np.zeros((len(EVENT_KINDS), days.size))
    origin = days[0]

    def mark(kind: str, first: date, length: int, strength: float = 1.0) -> None:
        start = int((np.datetime64(first) - origin).astype(int))
        low, high = max(start, 0), min(start + length, days.size)
        if low < high:
            curves[EVENT_KINDS.index(kind), low:high] += strength

    for year in years_of(days):
        first, length = prime_day(year)
        mark("prime_day", first, length)
        mark("lull", first - timedelta(days=7), 7, 0.6)
        mark("lull", first + timedelta(days=length), 8, 0.8)
        deal = big_deal_days(year)
        if deal is not None:
            mark("big_deal_days", deal, 2)
            mark("lull", deal + timedelta(days=2), 6, 0.5)
        friday = black_friday(year)
        mark("lull", friday - timedelta(days=13), 5, 0.7)
        mark("black_friday_week", friday - timedelta(days=7), 12)
        mark("black_friday", friday, 1)
        mark("cyber_monday", friday + timedelta(days=3), 1)
        mark("lull", friday + timedelta(days=5), 7, 0.6)
    return curves


def closures(years: Iterable[int], before: int, after: int) -> list[tuple[date, date]]:
    """A factory's stops around Chinese New Year: first and last day closed, `before` and `after` days around it."""
    stops = []
    for year in years:
        new_year = chinese_new_year(year)
        stops.append((new_year - timedelta(days=before), new_year + timedelta(days=after)))
    return stops


def _bump(day: NDArray[np.float64], centre: float, width: float) -> NDArray[np.float64]:
    """Bell around a day of the year, wrapping over New Year."""
    away = (day - centre + 182.5) % 365.0 - 182.5
    return np.exp(-0.5 * (away / width) ** 2)
