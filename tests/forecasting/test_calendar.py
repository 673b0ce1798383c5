"""Events and promotions: learned from the past, laid on the right future week."""

import numpy as np
import pandas as pd
import pytest
import sellers

from forecasting import CalendarError, ForecastSettings, forecast
from forecasting.calendar import Calendar
from forecasting.censoring import demand_from_sales
from forecasting.schema import read_history

PRIME = pd.DataFrame(
    {
        "event": "Prime Day",
        "start_date": ["2021-06-21", "2022-07-12", "2023-07-11"],
        "end_date": ["2021-06-22", "2022-07-13", "2023-07-12"],
    }
)


def with_prime_days(skus=10, count=126, lift=3.0, **columns):
    """Two Prime Days in different weeks of the year; the third lies ahead (week 127 on)."""
    week = sellers.weeks(count)
    hit = np.isin(week, pd.to_datetime(["2021-06-21", "2022-07-11"]))
    rng = np.random.default_rng(0)
    series = {f"S{i}": rng.poisson(8 * np.where(hit, lift, 1)).astype(float) for i in range(skus)}
    return sellers.long(series).assign(**columns)


def test_a_moving_event_lifts_the_week_it_falls_in_this_year():
    got = forecast(with_prime_days(), 13, seed=1, events=PRIME)
    week = got.paths.periods
    mean = got.paths.mean().mean(axis=0)
    assert week[np.argmax(mean)] == pd.Timestamp("2023-07-10")
    usual = np.median(mean)
    assert 1.8 < mean.max() / usual < 3.6
    lift = got.components_of(["S0"]).set_index("week")["event"]
    assert lift["2023-07-10"] > 1.8 and lift["2023-06-19"] == pytest.approx(1, abs=0.35)


def test_an_event_of_another_marketplace_does_not_reach_across():
    events = PRIME.assign(marketplace="DE")
    got = forecast(with_prime_days(marketplace="US"), 13, seed=1, events=events)
    assert (got.components["event"] == 1).all()


def test_a_planned_deal_repeats_the_uplift_of_past_deals():
    history = sellers.steady(10, 100, rate=20)
    deal = sellers.weeks(104)[[30, 60, 101]]
    sold = history["week"].isin(deal)
    history["units"] = np.where(sold, history["units"] * 3, history["units"])
    deals = pd.DataFrame({"sku": None, "kind": "deal", "start_date": deal, "end_date": deal + pd.Timedelta(days=6)})
    got = forecast(history, 4, seed=1, promotions=deals)
    mean = got.paths.mean().mean(axis=0)
    assert 2 < mean[1] / mean[0] < 3.5
    assert 2 < got.components.query("week == @deal[2]")["promo"].mean() < 3.6


def test_a_kind_of_promotion_never_seen_widens_the_band_of_its_week():
    coupon = pd.DataFrame({"sku": None, "kind": "coupon", "start_date": ["2022-07-18"], "end_date": ["2022-07-24"]})
    history = sellers.steady(20, 80, rate=40)
    with_it, without = (
        forecast(history, 4, seed=1, promotions=p).paths.samples.std(axis=1).mean(axis=0) for p in (coupon, None)
    )
    assert with_it[0] > 1.1 * without[0] and with_it[1:] == pytest.approx(without[1:], rel=0.1)


def test_a_stated_uplift_is_taken_as_stated():
    deals = pd.DataFrame(
        {"sku": ["S00"], "kind": "deal", "start_date": ["2022-07-18"], "end_date": ["2022-07-24"], "uplift": [2.0]}
    )
    part = forecast(sellers.steady(4, 80), 4, seed=1, promotions=deals).components
    assert set(part.loc[part["promo"] != 1, "sku"]) == {"S00"}
    assert part["promo"].max() == pytest.approx(2.0)


def test_without_dated_rows_the_calendar_is_neutral():
    options = ForecastSettings()
    panel = read_history(sellers.steady(2, 60), options)
    calendar = Calendar.of(panel, panel.periods, None, None)
    demand = demand_from_sales(panel, options)
    assert calendar.learned(demand, np.ones((2, 60))) is calendar
    assert not calendar.moves and (calendar.factor == 1).all()


def test_dates_the_wrong_way_round_are_refused_by_row():
    wrong = PRIME.assign(end_date="2020-01-01")
    with pytest.raises(CalendarError, match=r"event row 0.*the end not before the start"):
        forecast(with_prime_days(2), 4, events=wrong)


def test_a_missing_column_is_named():
    with pytest.raises(CalendarError, match="no column 'start_date'"):
        forecast(with_prime_days(2), 4, events=PRIME.drop(columns="start_date"))
