"""Accuracy on rolling origins against what sellers use."""

import json

import numpy as np
import pytest
import sellers

from forecasting import HistoryError, accuracy
from forecasting.accuracy import OURS
from forecasting.baselines import RIVALS, amazon_velocity, auto_ets, last_year, moving_average

QUICK = {k: v for k, v in RIVALS.items() if k != "AutoETS"}


def test_the_forecast_beats_velocity_where_there_is_a_season():
    got = accuracy(sellers.seasonal(), lengths=(3, 8), origins=3, rivals=QUICK)
    at = got.table.query("`class` == 'all' and length == 8").set_index("method")
    assert set(at.index) == {OURS, *QUICK}
    assert at.loc[OURS, "pinball"] < at.loc["Amazon-style velocity", "pinball"]
    assert at.loc[OURS, "coverage_80"] > 0.6
    assert "80 % band held" in got.sentence
    ours = got.over_time.query("method == @OURS")
    assert ours["origin"].tolist() == got.origins.sort_values().tolist()
    assert ours["wape"].min() <= at.loc[OURS, "wape"] <= ours["wape"].max(), "the table is their mean, by units"


def test_the_result_goes_to_json():
    got = accuracy(sellers.steady(4, 60), origins=2, rivals={"last year": last_year})
    back = json.loads(json.dumps(got.to_dict()))
    assert back["sentence"] == got.sentence and len(back["rows"]) == len(got.table)
    assert len(back["over_time"]) == 4 and back["over_time"][0]["origin"] == f"{got.origins[0]:%Y-%m-%d}"


def test_nothing_after_an_origin_is_used():
    history = sellers.steady(6, 70)
    early = accuracy(history, lengths=(3,), origins=1, rivals=QUICK)
    corrupt = history.copy()
    last = corrupt["week"] >= sellers.weeks(70)[67]
    corrupt.loc[last, "units"] = 0.0
    late = accuracy(corrupt, lengths=(3,), origins=1, rivals=QUICK)
    forecast_units = [t.eval("units * (1 + bias)") for t in (early.table, late.table.assign(units=0))]
    assert (late.table["units"] == 0).all() and (forecast_units[0] > 0).all()
    # bias x units is what was forecast less what was sold; with nothing sold it is the forecast itself
    assert np.allclose(late.table["bias"] * 1e-9, forecast_units[0], rtol=1e-6)


def test_windows_without_stock_are_left_out():
    history = sellers.steady(6, 60).assign(availability=1.0)
    history.loc[(history["sku"] == "S00") & (history["week"] >= sellers.weeks(60)[58]), "availability"] = 0.0
    got = accuracy(history, lengths=(3,), origins=1, rivals={})
    assert got.table.query("`class` == 'all'")["windows"].iloc[0] == 5


def test_too_short_a_history_is_refused_with_what_is_needed():
    with pytest.raises(HistoryError, match="25 are needed"):
        accuracy(sellers.steady(2, 20))


def test_last_year_repeats_last_year():
    units = np.arange(110.0)[None]
    paths = last_year(units, 4, 10, 0)
    assert paths.tolist() == [[[58, 59, 60, 61], [6, 7, 8, 9]]]
    assert last_year(np.full((1, 20), 3.0), 4, 10, 0).mean() == 3


def test_velocity_weighs_seven_thirty_and_ninety_days():
    units = np.r_[np.zeros(12), 10.0][None]
    assert amazon_velocity(units, 1, 1, 0)[0, 0, 0] == pytest.approx(10 * (0.5 + 0.3 / 4 + 0.2 / 13))


def test_moving_average_draws_from_the_last_thirteen_weeks():
    units = np.r_[np.full(20, 99.0), np.full(13, 2.0)][None]
    assert (moving_average(units, 6, 30, 0) == 2).all()


def test_ets_survives_series_it_cannot_fit():
    few = np.array([[0.0] * 40, [np.pi] * 40, list(range(40)), [0.0] * 39 + [74215.0]])
    paths = auto_ets(few, 3, 5, 0)
    short = auto_ets(few[:, :4], 3, 5, 0)
    assert np.isfinite(short).all() and paths.shape == (4, 5, 3) and np.isfinite(paths).all() and (paths >= 0).all()
