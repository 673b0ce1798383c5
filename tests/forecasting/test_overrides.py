"""The planner's edits over the base forecast."""

import numpy as np
import pandas as pd
import pytest
import sellers

from forecasting import OverrideError, forecast


def row(**changes):
    base = {
        "sku": "S00",
        "group_column": None,
        "group_value": None,
        "start_date": None,
        "end_date": None,
        "kind": "multiplier",
        "value": 2.0,
        "reason": "new photos",
    }
    return pd.DataFrame([base | changes])


def run(overrides, **history):
    return forecast(sellers.steady(4, 60).assign(**history), 6, seed=1, overrides=overrides)


def test_a_multiplier_moves_one_sku_and_the_base_stays_beside_it():
    got = run(row())
    ratio = got.paths.mean().sum(axis=1) / got.base_paths.mean().sum(axis=1)
    assert ratio == pytest.approx([2, 1, 1, 1], rel=0.02)
    assert any("new photos" in note for note in got.notes)


def test_a_fixed_value_holds_in_its_weeks_only_and_keeps_the_relative_band():
    got = run(row(kind="fixed", value=30.0, start_date="2022-03-07", end_date="2022-03-13"))
    mean, base = got.paths.mean()[0], got.base_paths.mean()[0]
    inside = np.asarray(got.paths.periods == pd.Timestamp("2022-03-07"))
    assert inside.sum() == 1 and mean[inside] == pytest.approx(30, rel=0.02)
    assert np.array_equal(mean[~inside], base[~inside])
    assert got.paths.samples[0, :, inside].std() > 3


def test_an_addition_never_goes_below_zero():
    assert not run(row(kind="add", value=-1e6)).paths.samples[0].any()


def test_a_group_is_moved_together():
    got = run(row(sku=None, group_column="category", group_value="Toys", value=0.0), category="Toys")
    assert not got.paths.samples.any()


def test_paths_stay_whole_numbers():
    samples = run(row(value=1.37)).paths.samples
    assert np.array_equal(samples, np.floor(samples))


def test_overrides_of_the_order_are_not_overrides_of_demand():
    got = run(row(kind="hold", value=None))
    assert np.array_equal(got.paths.samples, got.base_paths.samples)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"kind": "double"}, "row 0: kind 'double' is not known; allowed are fixed, multiplier, add"),
        ({"value": -1.0}, "multiplier takes a number, 0 or more"),
        ({"value": None}, "takes a number"),
        ({"sku": "S99"}, "sku 'S99' has no forecast"),
        ({"sku": None, "group_column": "colour", "group_value": "red"}, "no group column 'colour'"),
    ],
)
def test_an_override_that_cannot_be_applied_is_refused_by_row(changes, says):
    with pytest.raises(OverrideError, match=says):
        run(row(**changes))
