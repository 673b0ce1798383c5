"""Profiles over the year, and classes."""

import numpy as np
import pandas as pd
import pytest
import sellers

from forecasting.classes import classify
from forecasting.season import WEEKS, _group_deviation, _trust, profiles, week_of_year
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
    """SKUs so slow that nothing but the group tells their seasons apart."""
    weeks, factor = year()
    rng = np.random.default_rng(0)
    units = rng.poisson(np.vstack([np.tile(factor / 5, (60, 1)), np.tile((2 - factor) / 5, (60, 1))])).astype(float)
    codes = np.repeat([0, 1], 60)
    flat, grouped = (profiles(units, np.ones_like(units), weeks, g)[60:].mean(axis=0) for g in ((), (codes,)))
    true = 1 - 0.6 * np.sin(2 * np.pi * np.arange(WEEKS) / 52)
    assert np.abs(grouped - true).mean() < np.abs(flat - true).mean()


def sold(level, factor, weeks, seed=0):
    """Poisson sales of SKUs whose year is `factor`, (sku, 52), at a level of (sku, 1) or (sku, week)."""
    return np.random.default_rng(seed).poisson(level * factor[:, week_of_year(weeks)]).astype(float)


def test_skus_of_like_season_lend_each_other_evidence_though_no_group_names_it():
    weeks = sellers.weeks(130)
    christmas = 0.05 + 6 * np.exp(-0.5 * np.square((np.arange(WEEKS) - 47) / 3))
    factor = np.vstack([np.ones((60, WEEKS)), np.tile(christmas / christmas.mean(), (20, 1))])
    units = sold(np.exp(np.random.default_rng(1).normal(0, 0.5, (80, 1))), factor, weeks)
    found = profiles(units, np.ones_like(units), weeks)
    found /= found.mean(axis=1, keepdims=True)
    held = found[60:, 44:51].sum(axis=1) / factor[60:, 44:51].sum(axis=1)
    assert held.mean() > 0.85
    assert np.abs(found[:60] - 1).mean() < 0.15


def moving(weeks, count=80):
    """Sales whose level wanders and has no season."""
    walk = np.cumsum(np.random.default_rng(0).normal(0, 0.1, (count, len(weeks))), axis=1)
    return sold(10 * np.exp(walk - walk.mean(axis=1, keepdims=True)), np.ones((count, WEEKS)), weeks)


def test_moves_of_the_level_that_do_not_come_again_are_hardly_evidence_of_a_season():
    steady = np.full((80, WEEKS), 10.0)
    wandering = moving(sellers.weeks(104))
    assert _trust((sold(1, steady, sellers.weeks(52)), steady), (sold(1, steady, sellers.weeks(52), 1), steady)) > 0.75
    assert _trust((wandering[:, :52], steady), (wandering[:, 52:], steady)) < 0.1


def test_a_week_of_the_year_seen_once_is_no_evidence_of_skus_alike():
    half = np.where(np.arange(WEEKS) < 26, 10.0, 0.0) * np.ones((20, 1))
    whole = np.full((20, WEEKS), 10.0)
    assert _trust((whole, whole), (half, half)) == pytest.approx(0.5)
    assert _trust((whole, whole), (0 * whole, 0 * whole)) == 0


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
