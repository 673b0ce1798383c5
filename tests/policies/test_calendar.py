from datetime import date

import pytest

from policies.calendar import (
    events,
    fulfilment_season,
    inbound_deadlines,
    last_day_known,
    season_changes,
    supplier_closures,
)


def test_events_of_a_marketplace_and_dates() -> None:
    found = events("US", date(2026, 11, 23), date(2026, 11, 30), ("deal",))
    names = dict(zip(found["event"], found["start_date"], strict=True))
    assert names["Black Friday"] == date(2026, 11, 27)
    assert names["Cyber Monday"] == date(2026, 11, 30)
    assert "Black Friday" not in set(events("JP", date(2026, 11, 23), date(2026, 11, 30), ("deal",))["event"])


def test_events_that_only_touch_the_range_are_found() -> None:
    found = events("US", date(2026, 12, 31), date(2026, 12, 31), ("fee_period",))
    assert "Peak monthly storage fee" in set(found["event"])


def test_prime_day_moves() -> None:
    starts = {
        year: events("US", date(year, 1, 1), date(year, 12, 31), ("deal",))
        .query("event == 'Prime Day'")["start_date"]
        .iloc[0]
        for year in (2020, 2025, 2026)
    }
    assert [starts[year].month for year in (2020, 2025, 2026)] == [10, 7, 6]


def test_wrong_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown event kind"):
        events("US", date(2026, 1, 1), date(2026, 2, 1), ("party",))
    with pytest.raises(ValueError, match="end lies before"):
        events("US", date(2026, 2, 1), date(2026, 1, 1))


def test_chinese_new_year_has_phases() -> None:
    found = supplier_closures(date(2027, 1, 1), date(2027, 3, 31))
    assert set(found["phase"]) == {"slow", "stop", "ramp"}
    stop = found[found["event"].str.contains("factory stop")].iloc[0]
    assert stop["start_date"] < date(2027, 2, 6) < stop["end_date"]


def test_countries_without_a_calendar_have_no_closures() -> None:
    assert supplier_closures(date(2027, 1, 1), date(2027, 3, 31), "VN").empty


def test_inbound_deadlines() -> None:
    found = inbound_deadlines("US", date(2025, 9, 1), date(2025, 12, 31))
    assert date(2025, 10, 20) in set(found["deadline"])


@pytest.mark.parametrize(
    ("code", "day", "season"),
    [
        ("US", date(2026, 10, 14), "non_peak"),
        ("US", date(2026, 10, 15), "peak"),
        ("US", date(2027, 1, 14), "peak"),
        ("US", date(2027, 1, 15), "non_peak"),
        ("US", date(2021, 11, 1), "non_peak"),  # the fee began in 2022
        ("DE", date(2024, 11, 1), "non_peak"),  # and in Germany in 2025
        ("DE", date(2025, 11, 1), "peak"),
        ("US", date(2031, 11, 15), "peak"),  # years after the calendar repeat its last
    ],
)
def test_fulfilment_season(code: str, day: date, season: str) -> None:
    assert fulfilment_season(code, day) == season


def test_season_changes_are_the_first_days() -> None:
    assert season_changes("US", date(2026, 9, 1), date(2027, 3, 1)) == {date(2026, 10, 15), date(2027, 1, 15)}


def test_the_calendar_knows_when_it_ends() -> None:
    assert last_day_known() >= date(2027, 12, 31)
