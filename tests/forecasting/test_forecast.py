"""The front door: what holds for every history."""

import numpy as np
import pandas as pd
import pytest
import sellers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasting import ForecastSettings, HistoryError, forecast


@pytest.mark.parametrize("count", [20, 30, 75, 500])
@pytest.mark.parametrize("step", ["7D", "1D"])
def test_every_shape_of_series_gets_whole_numbers_that_are_never_negative(count, step):
    got = forecast(sellers.weird(count, step), 26, seed=1, paths=40)
    samples = got.paths.samples
    assert samples.shape == (7, 40, 26)
    assert np.isfinite(samples).all() and (samples >= 0).all() and (samples == np.floor(samples)).all()


def test_levels_of_plain_series_come_out_near_what_was_sold():
    mean = pd.Series(
        forecast(sellers.weird(), 8, seed=1).paths.mean().mean(axis=1),
        index=forecast(sellers.weird(), 8, seed=1).paths.skus,
    )
    assert mean["constant"] == pytest.approx(5, rel=0.2)
    assert mean["huge"] == pytest.approx(1e9, rel=0.2)
    assert mean["all zero"] < 0.05
    assert mean["one sale"] < 0.3


def test_order_of_rows_and_kind_of_sku_do_not_change_numbers():
    history = sellers.steady()
    plain = forecast(history, 13, seed=3, paths=30)
    shuffled = forecast(history.sample(frac=1, random_state=0), 13, seed=3, paths=30)
    assert np.array_equal(plain.paths.samples, shuffled.paths.samples)
    pd.testing.assert_frame_equal(plain.calibration, shuffled.calibration)


def test_partitions_and_a_fugue_engine_do_not_change_numbers():
    history = sellers.steady()
    whole = forecast(history, 13, seed=3, paths=30)
    for options in ({"partition_size": 1}, {"partition_size": 5, "engine": "native"}):
        parts = forecast(history, 13, seed=3, paths=30, settings=ForecastSettings(**options))
        assert np.array_equal(whole.paths.samples, parts.paths.samples)


def test_order_and_partitions_do_not_matter_with_everything_dated():
    given = sellers.eventful()
    history = given.pop("history")
    plain = forecast(history, 8, seed=3, paths=30, **given)
    mixed = {name: frame.sample(frac=1, random_state=1) for name, frame in given.items()}
    shuffled = forecast(
        history.sample(frac=1, random_state=0),
        8,
        seed=3,
        paths=30,
        settings=ForecastSettings(partition_size=3, engine="native"),
        **mixed,
    )
    assert np.array_equal(plain.paths.samples, shuffled.paths.samples)
    pd.testing.assert_frame_equal(plain.components, shuffled.components)


def test_prices_and_sales_after_the_origin_cannot_be_seen_with_everything_dated():
    from forecasting.known import group_codes, known_at
    from forecasting.schema import read_history

    given, options, origin = sellers.eventful(), ForecastSettings(), 70
    history = given.pop("history")
    corrupt = history.copy()
    corrupt.loc[corrupt["week"] >= sellers.weeks(90)[origin], ["units", "price", "ad_spend"]] = 99.0
    known = []
    for frame in (history, corrupt):
        panel = read_history(frame, options)
        codes = group_codes(panel, options)
        known.append(
            known_at(panel.before(origin), 13, options, codes, given["events"], given["promotions"], given["planned"])
        )
    assert np.array_equal(known[0].log_levels, known[1].log_levels)
    assert np.array_equal(known[0].factor, known[1].factor)
    assert np.array_equal(known[0].calendar.doubt, known[1].calendar.doubt)


def test_seed_decides_the_paths_and_nothing_else():
    history = sellers.steady()
    first, again, other = (forecast(history, 8, seed=s, paths=50) for s in (1, 1, 2))
    assert np.array_equal(first.paths.samples, again.paths.samples)
    assert not np.array_equal(first.paths.samples, other.paths.samples)
    assert first.components.equals(other.components)


def test_what_happens_after_the_origin_cannot_be_seen():
    """Rehearsal inside the history is the risk: the answer at an origin must not read what follows it."""
    from forecasting.calendar import Calendar
    from forecasting.known import group_codes, known_at
    from forecasting.schema import read_history

    options = ForecastSettings()
    history = sellers.seasonal(8, 120)
    corrupt = history.assign(units=np.where(history["week"] >= sellers.weeks(120)[90], 9999.0, history["units"]))
    panels = [read_history(h, options).before(90) for h in (history, corrupt)]
    known = [known_at(p, 13, options, group_codes(p, options), None, None) for p in panels]
    assert isinstance(known[0].calendar, Calendar)
    assert np.array_equal(known[0].common, known[1].common)
    assert np.array_equal(known[0].log_levels, known[1].log_levels)
    assert np.array_equal(known[0].by_length(8), known[1].by_length(8))
    assert np.array_equal(known[0].factor, known[1].factor)


def test_weeks_out_of_stock_say_nothing_about_demand():
    got = forecast(sellers.stocked_out(), 4, seed=1)
    assert got.paths.mean().mean() == pytest.approx(10, rel=0.25)
    assert set(got.corrections["kind"]) == {"stockout"} and len(got.corrections) == 8
    assert got.corrections["demand"].between(6, 14).all()


def test_a_peak_of_the_year_is_learned_from_all_skus():
    history = sellers.seasonal()
    before_peak = history[history["week"] < pd.Timestamp("2023-10-30")]
    mean = forecast(before_peak, 8, seed=1).paths
    usual, peak = mean.mean()[:, :2].mean(axis=1), mean.mean()[:, 2:6].mean(axis=1)
    assert 2.2 < np.median(peak / usual) < 5


def test_paths_of_a_sum_are_wider_than_independent_weeks():
    """A path keeps its level from week to week, so its sum strays more than single weeks would add up to."""
    samples = forecast(sellers.steady(40), 13, seed=1, paths=300).paths.samples
    of_sums = samples.sum(axis=2).var(axis=1)
    of_weeks = samples.var(axis=1).sum(axis=1)
    assert np.median(of_sums / of_weeks) > 1.05


def test_daily_history_is_forecast_in_days_with_its_days_of_the_week():
    rng = np.random.default_rng(0)
    weekend = np.tile([1, 1, 1, 1, 1, 3, 3], 20) * 4.0
    days = sellers.long({f"D{i}": rng.poisson(weekend).astype(float) for i in range(6)}, step="D")
    got = forecast(days, 28, seed=1, paths=60)
    assert got.paths.periods[0] == pd.Timestamp("2021-05-24") and len(got.paths.periods) == 28
    by_day = got.paths.mean().mean(axis=0).reshape(4, 7).mean(axis=0)
    assert by_day[5:].mean() / by_day[:5].mean() == pytest.approx(3, rel=0.25)


@pytest.mark.parametrize("clumped", [0.02, 0.3])
def test_a_day_strays_as_days_of_the_past_did(clumped):
    """Where a week's units come bunched on some days, single days have wide bands, and the week's sum has not."""
    rng = np.random.default_rng(0)
    usual = np.array([1, 1, 1, 1, 1, 3, 3]) / 11 * (1 / clumped - 1)
    weeks = rng.poisson(14, size=(40, 31))
    of_days = rng.dirichlet(usual, size=weeks.shape)
    sold = {f"D{i}": rng.multinomial(weeks[i], of_days[i]).ravel().astype(float) for i in range(len(weeks))}
    samples = forecast(sellers.long({sku: days[:-7] for sku, days in sold.items()}, step="D"), 7, seed=1).paths.samples
    true = np.stack([days[-7:] for days in sold.values()])[:, None, :]
    at = (samples < true).mean(axis=1) + rng.random((40, 7)) * (samples == true).mean(axis=1)
    assert (abs(at - 0.5) < 0.4).mean() == pytest.approx(0.8, abs=0.07)
    assert np.median(samples.sum(axis=2).var(axis=1)) < 40


def test_twenty_days_are_enough_for_an_answer():
    days = sellers.long({"A": np.full(20, 4.0)}, step="D")
    assert forecast(days, 14, seed=1).paths.mean().mean() == pytest.approx(4, rel=0.35)


def test_components_multiply_to_the_mean():
    got = forecast(sellers.seasonal(10, 130), 8, seed=1, paths=2000)
    part = got.components_of([got.paths.skus[0]]).tail(8)
    product = part["level"] * part["season"] * part["event"] * part["promo"]
    assert product.sum() == pytest.approx(got.paths.mean()[0].sum(), rel=0.1)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(st.integers(0, 50) | st.none(), min_size=20, max_size=24), min_size=1, max_size=3))
def test_any_history_gives_finite_counts(series):
    """Also with weeks unknown anywhere, or altogether."""
    history = sellers.long(
        {f"H{i}": np.array([np.nan if u is None else u for u in s], float) for i, s in enumerate(series)}
    )
    samples = forecast(history, 6, seed=0, paths=10).paths.samples
    assert np.isfinite(samples).all() and (samples >= 0).all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda h: h.drop(columns="units"), "no column 'units'"),
        (lambda h: h.iloc[:0], "empty"),
        (lambda h: pd.concat([h, h.iloc[3:4]]), "row 30: sku A has more than one row for 2021-01-25"),
        (lambda h: h.assign(units=h["units"].where(h.index != 2, -1.0)), r"row 2 \(sku A, 2021-01-18\): units is -1"),
        (lambda h: h.assign(units=h["units"].astype(object).where(h.index != 2, "many")), "'many' is not a number"),
        (lambda h: h.assign(availability=1.5), "availability is 1.5; it is a share from 0 to 1"),
        (lambda h: h.assign(week=h["week"].astype(object).where(h.index != 4, "soon")), "'soon' is not a date"),
    ],
)
def test_a_history_that_cannot_be_used_is_refused_by_row(change, says):
    history = sellers.long({"A": np.full(30, 3.0)})
    with pytest.raises(HistoryError, match=says):
        forecast(change(history), 4)


@pytest.mark.parametrize("freq", ["MS", "two weekdays"])
def test_dates_that_are_neither_weeks_nor_days_are_not_taken_for_days(freq: str) -> None:
    starts = {"a": "W-MON", "b": "W-SUN"} if freq == "two weekdays" else {"a": "MS"}
    history = pd.concat(
        pd.DataFrame({"sku": sku, "week": pd.date_range("2023-01-02", periods=30, freq=each), "units": 5})
        for sku, each in starts.items()
    )
    with pytest.raises(HistoryError, match="neither weekly nor daily"):
        forecast(history, 4)


def test_weekly_history_on_two_weekdays_is_refused():
    history = sellers.long({"A": np.full(10, 3.0)})
    history.loc[5, "week"] += pd.Timedelta(days=1)
    with pytest.raises(HistoryError, match="one weekday throughout"):
        forecast(history, 4, frequency="W-MON")


@pytest.mark.parametrize("wrong", [{"absent": "maybe"}, {"spike_odds": 1.0}, {"origins": -1}, {"partition_size": 0}])
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        ForecastSettings(**wrong)
