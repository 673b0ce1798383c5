"""Negative binomial mathematics against SciPy and against simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import digamma, polygamma
from scipy.stats import nbinom

from forecasting.counts import draw_counts, round_at_random, split_counts
from forecasting.random import sku_keys
from forecasting.spread import (
    mixed_surprise,
    pooled_spread,
    position,
    split_spread,
    spread_slopes,
    surprise,
    wild,
)


@given(st.integers(0, 500), st.floats(0.05, 300), st.floats(0.01, 8))
def test_surprise_is_scipys_log_likelihood(units, mean, spread):
    ours = surprise(np.array([float(units)]), np.array([mean]), np.array([spread]))
    assert ours[0] == pytest.approx(-nbinom.logpmf(units, 1 / spread, 1 / (1 + spread * mean)), rel=1e-6, abs=1e-6)


@given(st.integers(0, 200), st.floats(0.1, 200), st.floats(0.02, 6))
def test_slope_is_that_of_the_surprise(units, mean, spread):
    y, m, log = np.array([float(units)]), np.array([mean]), np.log(spread)
    slope, bend = spread_slopes(y, m, np.array([log]))
    step = 1e-4
    numeric = (surprise(y, m, np.exp(log + step)) - surprise(y, m, np.exp(log - step))) / (2 * step)
    assert slope[0] == pytest.approx(numeric[0], rel=1e-3, abs=1e-4)
    assert bend[0] >= 0.03


def test_slopes_agree_with_scipys_polygammas():
    y, m, size = 7.0, 4.0, 2.5
    inner = digamma(y + size) - digamma(size) + np.log(size / (size + m)) + 1 - (size + y) / (size + m)
    change = polygamma(1, y + size) - polygamma(1, size) + 1 / size - 1 / (size + m) - (m - y) / (size + m) ** 2
    slope, bend = spread_slopes(np.array([y]), np.array([m]), np.array([-np.log(size)]))
    assert slope[0] == pytest.approx(size * inner, rel=1e-6)
    assert bend[0] == pytest.approx(max(-size * (inner + size * change), 0.03), rel=1e-4)


def test_the_pooled_spread_is_found_again():
    rng = np.random.default_rng(0)
    mean = np.full(4000, 10.0)
    units = rng.poisson(mean * rng.gamma(1 / 0.3, 0.3, 4000)).astype(float)
    assert pooled_spread(units, mean) == pytest.approx(0.3, rel=0.2)


def test_positions_of_its_own_draws_are_uniform():
    rng = np.random.default_rng(0)
    mean, spread, calm = np.full(20000, 3.0), np.full(20000, 0.5), np.full(20000, 0.6)
    mood = np.where(rng.random(20000) < 0.8, calm, wild(calm)) * spread
    units = rng.poisson(mean * rng.gamma(1 / mood, mood)).astype(float)
    place = position(units, mean, spread, calm, rng.random(20000))
    assert np.histogram(place, 10, (0, 1))[0] / 20000 == pytest.approx(np.full(10, 0.1), abs=0.01)


def test_no_fat_tails_is_the_plain_distribution():
    y = np.arange(10.0)
    plain = surprise(y, np.full(10, 3.0), np.full(10, 0.5))
    assert mixed_surprise(y, np.full(10, 3.0), np.full(10, 0.5), 1.0) == pytest.approx(plain)


@given(st.lists(st.floats(0, 3), min_size=4, max_size=4))
def test_the_split_of_spread_is_never_negative(spreads):
    level, week = split_spread(np.array([spreads]), np.array([1.0, 3.0, 8.0, 13.0]))
    assert level[0] >= 0 and week[0] >= 0


def test_the_split_gives_back_what_it_was_made_of():
    lengths = np.array([1.0, 3.0, 8.0, 13.0, 26.0])
    level, week = split_spread(0.2 + 0.5 / lengths[None], lengths)
    assert (level[0], week[0]) == (pytest.approx(0.2), pytest.approx(0.5))


def drawn(mean=5.0, level=0.2, week=0.4, calm=1.0, common=0.0, skus=40, paths=500, weeks=8):
    keys = sku_keys(0, np.array([f"s{i}" for i in range(skus)], object))
    shock = np.exp(common * np.random.default_rng(0).standard_normal(paths) - common**2 / 2)
    return draw_counts(
        keys,
        np.full((skus, weeks), mean),
        np.full(skus, level),
        np.full(skus, week),
        np.full(skus, calm),
        np.zeros((skus, weeks)),
        np.repeat(shock[:, None], weeks, axis=1),
    )


@pytest.mark.parametrize("calm", [1.0, 0.6])
def test_drawn_sums_have_the_mean_and_spread_asked_for(calm):
    total = drawn(calm=calm).sum(axis=2).ravel()
    assert total.mean() == pytest.approx(40, rel=0.03)
    spread = (total.var() - total.mean()) / total.mean() ** 2
    assert spread == pytest.approx(0.2 + 0.4 / 8, rel=0.2)


def test_shared_shocks_move_all_skus_together():
    together, apart = (drawn(common=c).sum(axis=(0, 2)) for c in (0.3, 0.0))
    assert together.std() / together.mean() > 3 * apart.std() / apart.mean()


def test_large_means_stay_whole_and_near():
    big = drawn(mean=1e7, level=0.0, week=0.0, skus=2, paths=50)
    assert big.mean() == pytest.approx(1e7, rel=1e-3)


def test_days_add_up_to_their_week():
    weekly = np.random.default_rng(0).poisson(30, (3, 20, 4)).astype(np.float32)
    shares = np.full((3, 7), 1 / 7)
    days = split_counts(sku_keys(1, np.array(list("abc"), object)), weekly, shares)
    assert np.array_equal(days.reshape(3, 20, 4, 7).sum(axis=3), weekly) and (days >= 0).all()


def test_rounding_at_random_keeps_the_mean():
    keys = sku_keys(1, np.array(["a"], object))
    assert round_at_random(keys, np.full((1, 4000, 2), 1.3)).mean() == pytest.approx(1.3, abs=0.03)


def test_keys_depend_on_seed_and_name_only():
    names = np.array(["a", "b"], object)
    assert np.array_equal(sku_keys(1, names), sku_keys(1, names[::-1])[::-1])
    assert not np.array_equal(sku_keys(1, names), sku_keys(2, names))
