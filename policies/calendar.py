"""Events of a marketplace and of suppliers' countries, by date: deals, holidays, fee periods, closures, deadlines."""

from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd

from policies.fee_tables import fee_table

COLUMNS = ["marketplace", "event", "start_date", "end_date", "kind", "source", "confidence"]
KINDS = ("deal", "holiday", "fee_period", "supplier_closure", "inbound_deadline")
STOP, SLOW, RAMP = "stop", "slow", "ramp"


def events(marketplace: str, start: date, end: date, kinds: tuple[str, ...] = KINDS) -> pd.DataFrame:
    """Events that touch [start, end], both included, in order of their start.

    Columns: marketplace, event, start_date, end_date (inclusive dates), kind, source, confidence. Events named
    "(estimate)" are forecasts by pattern.

    Raises:
        ValueError: an unknown kind, or an end before the start.

    """
    if unknown := set(kinds) - set(KINDS):
        raise ValueError(f"unknown event kind {sorted(unknown)}; allowed are {', '.join(KINDS)}")
    if end < start:
        raise ValueError(f"the calendar was asked for {start} to {end}: the end lies before the start")
    table = fee_table("calendar")
    found = table[(table["marketplace"] == marketplace) & table["kind"].isin(kinds)]
    found = found[(found["end_date"] >= start.isoformat()) & (found["start_date"] <= end.isoformat())]
    found = found[COLUMNS].sort_values(["start_date", "event"], kind="stable").reset_index(drop=True)
    for column in ("start_date", "end_date"):
        found[column] = [date.fromisoformat(day) for day in found[column]]
    return found


@cache
def last_day_known() -> date:
    """Last day that any event of the calendar touches; later plans know no events."""
    return date.fromisoformat(max(fee_table("calendar")["end_date"]))


def supplier_closures(start: date, end: date, country: str = "CN") -> pd.DataFrame:
    """Closures of a supplier's country that touch [start, end]: event, start_date, end_date, phase.

    phase is `stop` (no work), `slow` (before the stop) or `ramp` (after it, capacity rising to full).
    """
    found = events(country, start, end, ("supplier_closure",))
    phase = np.select(
        [found["event"].str.contains("slow-down"), found["event"].str.contains("ramp-up")], [SLOW, RAMP], STOP
    )
    return found[["event", "start_date", "end_date", "confidence"]].assign(phase=phase)


def inbound_deadlines(marketplace: str, start: date, end: date) -> pd.DataFrame:
    """Days by which stock must have arrived for an event (Amazon's announcements): event, deadline, confidence."""
    found = events(marketplace, start, end, ("inbound_deadline",))
    return found.rename(columns={"start_date": "deadline"})[["event", "deadline", "source", "confidence"]]


@cache
def fulfilment_season(marketplace: str, day: date) -> str:
    """`peak` while the holiday peak fulfilment fee of the marketplace runs, else `non_peak`.

    Years after the calendar's end repeat its last one.
    """
    while day > last_day_known():
        day -= timedelta(days=365)
    return "peak" if any(start <= day <= end for start, end in _peak_periods(marketplace)) else "non_peak"


@cache
def _peak_periods(marketplace: str) -> tuple[tuple[date, date], ...]:
    table = fee_table("calendar")
    mine = (table["marketplace"] == marketplace) & table["event"].str.startswith("Holiday peak fulfilment fee")
    days = table.loc[mine, ["start_date", "end_date"]].itertuples(index=False)
    return tuple((date.fromisoformat(start), date.fromisoformat(end)) for start, end in days)


def season_changes(marketplace: str, start: date, end: date) -> set[date]:
    """Days in [start, end] on which the fulfilment season changes."""
    days = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    seasons = [fulfilment_season(marketplace, day) for day in days]
    return {day for day, before, now in zip(days[1:], seasons[:-1], seasons[1:], strict=True) if before != now}
