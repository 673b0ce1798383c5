"""Any series of the form the front door describes, in any kind of frame."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import sellers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasting import HistoryError, forecast

COUNT = 30
PLAIN = sellers.steady(2, COUNT).assign(category=np.repeat(["a", "b"], COUNT))
MANY = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def expected():
    return forecast(PLAIN, 4, seed=1, paths=20).paths.samples


def arrow_of(frame):
    return pa.Table.from_pandas(frame.astype({"sku": "category"}), preserve_index=False)


SAME = {
    "categories": lambda h: h.astype({"sku": "category", "category": "category"}),
    "weeks as text": lambda h: h.assign(week=h["week"].dt.strftime("%Y-%m-%d")),
    "weeks as categories of text": lambda h: h.assign(week=h["week"].dt.strftime("%Y-%m-%d").astype("category")),
    "weeks as dates": lambda h: h.assign(week=h["week"].dt.date),
    "weeks in seconds": lambda h: h.assign(week=h["week"].astype("datetime64[s]")),
    "weeks in a zone": lambda h: h.assign(week=h["week"].dt.tz_localize("America/New_York")),
    "weeks with a time of day": lambda h: h.assign(week=h["week"] + pd.Timedelta(hours=5)),
    "whole units": lambda h: h.astype({"units": int}),
    "units as text": lambda h: h.astype({"units": str}),
    "single precision": lambda h: h.astype({"units": "float32"}),
    "nullable columns": lambda h: h.convert_dtypes(),
    "Arrow-backed columns": lambda h: h.convert_dtypes(dtype_backend="pyarrow"),
    "an Arrow table": arrow_of,
    "an index that repeats": lambda h: h.set_index(np.zeros(len(h), int)),
    "availability unknown": lambda h: h.assign(availability=None),
}


@pytest.mark.parametrize("kind", SAME)
def test_the_kind_of_frame_does_not_change_numbers(kind, expected):
    assert np.array_equal(forecast(SAME[kind](PLAIN), 4, seed=1, paths=20).paths.samples, expected)


def test_whole_numbers_name_skus_as_their_text_does():
    numbers, text = (PLAIN.assign(sku=np.repeat(names, COUNT)) for names in ([7, 12], ["7", "12"]))
    got, same = (forecast(h, 4, seed=1, paths=20).paths for h in (numbers, text))
    assert list(got.skus) == ["12", "7"] and np.array_equal(got.samples, same.samples)


ZONES = PLAIN["week"].dt.tz_localize("America/New_York").astype(str)  # winter and summer time
REFUSED = {
    "a number, not a date": lambda h: h.assign(week=h["week"].dt.strftime("%Y%m%d").astype(int)),
    "mixes time zones": lambda h: h.assign(week=ZONES),
    "more than one column 'units'": lambda h: pd.concat([h, h[["units"]]], axis=1),
    "row 3: week NaT": lambda h: h.assign(week=h["week"].where(h.index != 3)),
    "row 3: column sku is empty": lambda h: h.assign(sku=h["sku"].where(h.index != 3)),
    r"row 3 \(sku S00, 2021-01-25\): units is inf": lambda h: h.assign(units=h["units"].where(h.index != 3, np.inf)),
    "is a dict; it is a pandas frame or an Arrow table": lambda h: h.to_dict("list"),
    "3 days; at least 7 are needed": lambda h: h.head(3).assign(week=pd.date_range("2021-01-04", periods=3)),
}


@pytest.mark.parametrize("says", REFUSED)
def test_what_cannot_be_read_is_refused_in_words(says):
    with pytest.raises(HistoryError, match=says):
        forecast(REFUSED[says](PLAIN), 4)


@MANY
@given(st.data())
def test_a_row_given_twice_is_refused_by_its_number(data):
    at = data.draw(st.integers(0, len(PLAIN) - 1))
    sku, week = PLAIN["sku"][at], f"{PLAIN['week'][at]:%Y-%m-%d}"
    with pytest.raises(HistoryError, match=f"row {len(PLAIN)}: sku {sku} has more than one row for {week}"):
        forecast(pd.concat([PLAIN, PLAIN.iloc[[at]]]), 4)


def one_series(draw, count):
    """A series of one of the shapes that sellers have, some weeks unknown at either end."""
    shape = draw(st.sampled_from(["zeros", "one sale", "one row", "constant", "huge", "counts", "gaps"]))
    counts = np.random.default_rng(draw(st.integers(0, 99))).poisson(draw(st.sampled_from([0.1, 2, 50])), count) * 1.0
    at = draw(st.integers(0, count - 1))
    series = {
        "zeros": np.zeros(count),
        "one sale": np.where(np.arange(count) == at, 5.0, 0.0),
        "one row": np.where(np.arange(count) == at, 5.0, np.nan),
        "constant": np.full(count, 7.0),
        "huge": np.full(count, 1e9),
        "counts": counts,
        "gaps": np.where(np.arange(count) % 3 == 1, np.nan, counts),
    }[shape]
    late, ended = draw(st.integers(0, count // 2)), draw(st.integers(0, count // 2 - 1))
    span = (np.arange(count) >= late) & (np.arange(count) < count - ended)
    return series if shape == "one row" else np.where(span, series, np.nan)


@MANY
@given(st.data())
def test_series_of_any_shape_length_and_step_get_finite_counts(data):
    """Weekly or daily, 20 periods or 120, one series or some, starting and ending on different dates."""
    step, count = data.draw(st.sampled_from(["7D", "1D"])), data.draw(st.sampled_from([20, 33, 60, 120]))
    series = {f"S{k}": one_series(data.draw, count) for k in range(data.draw(st.integers(1, 4)))}
    history = sellers.long(series, step=step)
    if data.draw(st.booleans()):
        history = history.dropna(subset="units")
    horizon = data.draw(st.sampled_from([1, 5, 52]))
    got = forecast(history, horizon, seed=1, paths=12)
    samples = got.paths.samples
    assert samples.shape == (history["sku"].nunique(), 12, horizon)
    assert np.isfinite(samples).all() and (samples >= 0).all() and (samples == np.floor(samples)).all()
    assert len(got.components) == history["sku"].nunique() * (got.components["week"].nunique())


@pytest.mark.parametrize("horizon", [1, 52])
def test_the_shortest_and_the_longest_horizon_stay_at_the_level(horizon):
    got = forecast(sellers.steady(1, 120), horizon, seed=1).paths
    assert got.samples.shape == (1, 200, horizon)
    assert got.mean().mean() == pytest.approx(6, rel=0.3)


def test_a_series_that_ended_long_ago_is_forecast_to_the_same_dates():
    history = sellers.long({"A": np.full(60, 4.0), "B": np.full(40, 4.0)})
    got = forecast(history, 6, seed=1).paths
    assert got.periods[0] == sellers.weeks(61)[-1]
    assert got.mean()[1].mean() == pytest.approx(4, rel=0.4)  # weeks without a row are unknown, not zero
