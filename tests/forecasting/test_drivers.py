"""Price, discount and ad spend as dated rows: found again where the truth is known, silent where it is not."""

import numpy as np
import pandas as pd
import pytest
import sellers

from forecasting import CalendarError, ForecastSettings, forecast
from forecasting.calendar import Calendar
from forecasting.dated import column_drivers, planned_then
from forecasting.schema import read_history
from forecasting.uplift import driver_uplift

COUNT = 90
AHEAD = pd.Timestamp(sellers.MONDAY) + pd.Timedelta(weeks=COUNT)


def shop(skus=30, elasticity=0.0, deals=0.0, ads=0.0, seed=0):
    """Steady sellers whose price is cut by a fifth, or who advertise, in some weeks of their own."""
    rng = np.random.default_rng(seed)
    cut, pushed = rng.random((skus, COUNT)) < 0.12, rng.random((skus, COUNT)) < 0.12
    price = np.where(cut, 16.0, 20.0)
    rate = 15 * (20 / price) ** elasticity * np.exp(deals * 0.25 * cut) * np.exp(ads * pushed)
    units = rng.poisson(rate).astype(float)
    frame = sellers.long({f"S{i:02d}": units[i] for i in range(skus)})
    return frame, price.ravel(), np.where(cut, 0.22, 0.0).ravel(), np.where(pushed, 50.0, 0.0).ravel()


def planned(column, value, sku="S00"):
    return pd.DataFrame({"sku": [sku], "week": [AHEAD + pd.Timedelta(weeks=1)], column: [value]})


def ratio(history, plan, sku="S00"):
    """Mean of the planned week over that of the week before, for the SKU planned and for another one."""
    got = forecast(history, 3, seed=1, planned=plan, paths=400)
    mean = got.paths.mean()
    at = list(got.paths.skus).index(sku)
    return mean[at, 1] / mean[at, 0], mean[at + 1, 1] / mean[at + 1, 0]


def test_price_elasticity_is_found_again():
    history, price, _, _ = shop(elasticity=2.0)
    panel = read_history(history.assign(price=price), ForecastSettings())
    drivers = column_drivers(panel, panel.periods, None)
    assert [d.name for d in drivers] == ["price"]
    got = driver_uplift(drivers, panel.units, np.full(panel.units.shape, panel.units.mean()), own=False)
    assert got.log.max() / np.log(20 / 16) == pytest.approx(2.0, abs=0.25)
    moved, other = ratio(history.assign(price=price), planned("price", 16.0))
    assert moved == pytest.approx((20 / 16) ** 2, rel=0.15) and other == pytest.approx(1, abs=0.08)


def test_a_dearer_price_lowers_the_forecast():
    history, price, _, _ = shop(elasticity=2.0)
    moved, _ = ratio(history.assign(price=price), planned("price", 25.0))
    assert moved < 0.8


def test_depth_of_discount_is_found_again():
    history, _, depth, _ = shop(deals=2.4)
    moved, other = ratio(history.assign(promo=depth), planned("promo", 0.22))
    assert moved == pytest.approx(np.exp(2.4 * 0.25), rel=0.15) and other == pytest.approx(1, abs=0.08)


def test_ad_spend_is_found_again():
    history, _, _, spend = shop(ads=0.5)
    moved, _ = ratio(history.assign(ad_spend=spend), planned("ad_spend", 50.0))
    assert moved == pytest.approx(np.exp(0.5), rel=0.15)


def test_a_price_that_never_moved_anything_moves_nothing():
    history, price, _, _ = shop(elasticity=0.0)
    moved, _ = ratio(history.assign(price=price), planned("price", 16.0))
    assert moved == pytest.approx(1, abs=0.08)


def test_a_price_never_seen_to_change_widens_the_band_only():
    history, *_ = shop()
    still = history.assign(price=20.0)
    plain, cut = (forecast(still, 3, seed=1, planned=p, paths=400).paths for p in (None, planned("price", 14.0)))
    assert np.array_equal(plain.samples[1:], cut.samples[1:])
    assert cut.mean()[0, 1] == pytest.approx(plain.mean()[0, 1], rel=0.1)
    assert cut.samples[0, :, 1].std() > 1.1 * plain.samples[0, :, 1].std()


def test_no_columns_and_no_plan_is_no_driver():
    history, *_ = shop(skus=3)
    plain = forecast(history, 4, seed=1, paths=20)
    with_it = forecast(history.assign(price=20.0, promo=0.0, ad_spend=np.nan), 4, seed=1, paths=20)
    assert np.array_equal(plain.paths.samples, with_it.paths.samples)


def test_a_price_that_stays_changed_is_not_counted_twice():
    """The level has taken up a lasting change: the price ahead is the last one, not the usual one."""
    rng = np.random.default_rng(1)
    price = np.r_[np.full(COUNT - 20, 20.0), np.full(20, 16.0)]
    series = {f"S{i:02d}": rng.poisson(15 * (20 / price) ** 2).astype(float) for i in range(20)}
    history = sellers.long(series).assign(price=np.tile(price, 20))
    assert forecast(history, 4, seed=1).paths.mean().mean() == pytest.approx(15 * 1.25**2, rel=0.15)


def test_a_discount_in_the_promotions_table_works_like_the_column():
    history, _, depth, _ = shop(deals=2.4)
    past = history[depth > 0]
    rows = pd.DataFrame({"sku": past["sku"], "start_date": past["week"], "kind": "coupon", "discount": 0.22})
    rows["end_date"] = rows["start_date"] + pd.Timedelta(days=6)
    ahead = rows.iloc[:1].assign(sku="S00", start_date=AHEAD + pd.Timedelta(weeks=1))
    ahead["end_date"] = ahead["start_date"] + pd.Timedelta(days=6)
    got = forecast(history, 3, seed=1, promotions=pd.concat([rows, ahead]), paths=400).paths.mean()
    assert got[0, 1] / got[0, 0] == pytest.approx(np.exp(0.6), rel=0.15)


def test_overlapping_events_do_not_multiply():
    """Two names for one peak share its uplift."""
    rng = np.random.default_rng(0)
    week, hit = sellers.weeks(110), np.zeros(110)
    hit[[40, 92]] = 1
    history = sellers.long({f"S{i}": rng.poisson(10 * np.exp(hit)).astype(float) for i in range(20)})
    dates = [*week[hit > 0], week[-1] + pd.Timedelta(weeks=2)]
    names = ("Black Friday", "Black Friday Week", "Thanksgiving")
    events = pd.DataFrame([(n, d, d) for n in names for d in dates], columns=["event", "start_date", "end_date"])
    mean = forecast(history, 4, seed=1, events=events).paths.mean().mean(axis=0)
    assert mean[1] / mean[0] == pytest.approx(np.e, rel=0.2)


def test_a_promotion_of_a_marketplace_reaches_its_skus_only():
    history = sellers.steady(4, 60)
    history["marketplace"] = np.where(history["sku"] < "S02", "US", "DE")
    panel = read_history(history, ForecastSettings())
    rows = pd.DataFrame({"sku": [None], "marketplace": ["DE"], "start_date": ["2021-03-01"], "kind": ["deal"]})
    drivers = Calendar.of(panel, panel.periods, None, rows).drivers
    assert [d.value.any(axis=1).tolist() for d in drivers] == [[False, False, True, True]]


def test_a_planned_row_without_a_date_is_refused():
    history, *_ = shop(skus=2)
    with pytest.raises(CalendarError, match="planned row 0: week is not a date"):
        forecast(history, 3, planned=pd.DataFrame({"sku": ["S00"], "week": ["soon"], "price": [3.0]}))


def test_a_past_date_knows_the_prices_that_were_planned_for_it():
    """Only of the SKUs and columns planned now, and nothing without a plan."""
    history, price, *_ = shop(skus=3)
    panel = read_history(history.assign(price=price, ad_spend=5.0), ForecastSettings())
    then = planned_then(panel, 60, 4, planned("price", 15.0, "S01"))
    assert set(then.columns) == {"sku", "week", "price"} and set(then["sku"]) == {"S01"}
    assert then["week"].tolist() == list(panel.periods[60:64])
    assert then["price"].tolist() == panel.price[1, 60:64].tolist()
    assert planned_then(panel, 60, 4, None) is None


def test_planned_prices_make_the_rehearsed_band_narrower():
    """Deep price cuts of known weeks are no surprise in rehearsal when prices ahead are planned."""
    history, price, *_ = shop(elasticity=4.0)
    history["price"] = price
    ahead = pd.date_range(AHEAD, periods=8, freq="7D")
    plan = pd.DataFrame({"sku": np.repeat(history["sku"].unique(), 8), "week": np.tile(ahead, 30), "price": 20.0})
    width = [
        np.subtract(*np.quantile(forecast(history, 8, seed=1, planned=p).paths.cumulative(3), [0.9, 0.1], axis=1))
        for p in (plan, None)
    ]
    assert np.median(width[0]) < 0.9 * np.median(width[1])
