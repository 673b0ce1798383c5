"""Profiles over the year, and classes."""

import numpy as np
import pandas as pd
import pytest
import sellers

from forecasting.classes import classify
from forecasting.season import WEEKS, _group_deviation, profiles, week_of_year
from forecasting.spread import pooled_spread


def year(count=156):
    weeks = sellers.weeks(count)
    return weeks, 1 + 0.6 * np.sin(2 * np.pi * week_of_year(weeks) / 52)


def test_weeks_of_the_year_run_from_0_to_51():
    assert set(week_of_year(sellers.weeks(520))) == set(range(WEEKS))


def test_a_common_profile_is_found_in_noise():
    weeks, factor = year()
    rng = np.random.default_rng(0)
    units = rng.poisson(np.exp(rng.normal(0.5, 0.5, (60, 1))) * factor).astype(float)
    found = profiles(units, np.ones_like(units), weeks).mean(axis=0)
    true = 1 + 0.6 * np.sin(2 * np.pi * np.arange(WEEKS) / 52)
    assert np.corrcoef(found, true)[0, 1] > 0.97
    assert np.abs(found / found.mean() - true).max() < 0.25


def test_a_fast_sku_keeps_its_own_season_and_a_slow_one_leans_on_the_pool():
    weeks, factor = year()
    rng = np.random.default_rng(0)
    pool = rng.poisson(np.full((50, 1), 5.0) * factor).astype(float)
    fast, slow = rng.poisson(500 * factor[::-1]), rng.poisson(0.2 * factor[::-1])
    found = profiles(np.vstack([pool, fast, slow]), np.ones((52, 156)), weeks)
    own = profiles(np.vstack([fast, fast]).astype(float), np.ones((2, 156)), weeks)[0]
    assert np.corrcoef(found[50], own)[0, 1] > 0.9
    assert np.corrcoef(found[51], found[:50].mean(axis=0))[0, 1] > 0.7


def test_a_group_with_its_own_season_is_heard():
    weeks, factor = year()
    rng = np.random.default_rng(0)
    units = rng.poisson(np.vstack([np.tile(4 * factor, (60, 1)), np.tile(4 * (2 - factor), (60, 1))])).astype(float)
    codes = np.repeat([0, 1], 60)
    flat, grouped = (profiles(units, np.ones_like(units), weeks, g)[60:].mean(axis=0) for g in ((), (codes,)))
    true = 1 - 0.6 * np.sin(2 * np.pi * np.arange(WEEKS) / 52)
    assert np.abs(grouped - true).mean() < np.abs(flat - true).mean()


@pytest.mark.parametrize(("swing", "least", "most"), [(0.0, 0.02, 0.03), (0.3, 0.03, 0.1), (0.9, 0.2, 0.6)])
def test_how_far_groups_stray_is_read_off_the_groups(swing, least, most):
    """The variance of their profiles around the pool, noise taken off: a sine of this swing has half its square."""
    rng, wave = np.random.default_rng(0), np.sin(2 * np.pi * np.arange(WEEKS) / WEEKS)
    meant = np.exp(rng.normal(4, 1, (8, 1))) * np.ones(WEEKS)
    sold = rng.poisson(meant * (1 + swing * np.where(np.arange(8) % 2, 1, -1)[:, None] * wave)).astype(float)
    assert least <= _group_deviation(sold, meant) <= most


def test_less_than_a_year_has_no_season():
    assert (profiles(np.ones((2, 50)), np.ones((2, 50)), sellers.weeks(50)) == 1).all()


def test_weeks_never_seen_take_their_neighbours_value():
    weeks, factor = year()
    exposure = np.ones((40, 156))
    exposure[:, week_of_year(weeks) == 13] = 0
    units = np.random.default_rng(0).poisson(20 * factor, (40, 156)) * exposure
    found = profiles(units, exposure, weeks).mean(axis=0)
    assert found[13] == pytest.approx((found[12] + found[14]) / 2, rel=0.1)


@pytest.mark.parametrize(
    ("series", "kind"),
    [
        (np.full(80, 10.0), "fast"),
        (np.full(80, 2.0), "slow"),
        (np.tile([2.0, 0, 0], 27)[:80], "intermittent"),
        (np.r_[np.zeros(75), np.full(5, 9.0)], "new"),
    ],
)
def test_classes_by_example(series, kind):
    exposure = (np.cumsum(series) > 0).astype(float)[None]
    assert classify(series[None], exposure, np.ones((1, WEEKS)))[0] == kind


def test_a_sharp_peak_makes_a_seasonal_class():
    profile = np.ones((1, WEEKS))
    profile[0, 40:50] = 5
    assert classify(np.full((1, 80), 10.0), np.ones((1, 80)), profile)[0] == "seasonal"


def test_no_windows_still_give_a_spread():
    assert pooled_spread(np.zeros(0), np.zeros(0)) == 0.5
    assert isinstance(pd.Timestamp(sellers.MONDAY).weekday(), int)
