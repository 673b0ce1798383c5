"""Negative binomial mathematics against SciPy and against simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import digamma, polygamma
from scipy.stats import nbinom

from forecasting.counts import draw_counts, round_at_random, split_counts
from forecasting.random import sku_keys
from forecasting.spread import (
    LIFTS,
    PLAIN,
    WIDTHS,
    deviation,
    lasting,
    lift,
    mixed_surprise,
    mood_shares,
    pooled_spread,
    position,
    split_spread,
    spread_slopes,
    surprise,
)

MIXED = np.array([0.3, 0.1, 0.2, 0.1, 0.1, 0.1, 0.05, 0.03, 0.02])


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


def drawn_by_mood(shares, n, mean=3.0, spread=0.5):
    """Counts of which each comes from a mood of the mixture, by NumPy."""
    rng = np.random.default_rng(0)
    mood = rng.choice(len(shares), n, p=shares)
    width = spread * WIDTHS[mood]
    rate = mean * np.exp(deviation(np.full(n, spread)) * LIFTS[mood])
    return rng.poisson(rate * rng.gamma(1 / width, width)).astype(float)


@pytest.mark.parametrize("shares", [PLAIN, MIXED])
def test_positions_of_its_own_draws_are_uniform(shares):
    n = 20000
    units, chance = drawn_by_mood(shares, n), np.random.default_rng(1).random(n)
    place = position(units, np.full(n, 3.0), np.full(n, 0.5), np.tile(shares, (n, 1)), chance)
    assert np.histogram(place, 10, (0, 1))[0] / n == pytest.approx(np.full(10, 0.1), abs=0.01)


def test_one_usual_mood_is_the_plain_distribution():
    y = np.arange(10.0)
    plain = surprise(y, np.full(10, 3.0), np.full(10, 0.5))
    assert mixed_surprise(y, np.full(10, 3.0), np.full(10, 0.5), PLAIN) == pytest.approx(plain)


def test_shares_of_moods_are_found_again_as_a_distribution():
    """Moods overlap, so shares may differ; what they say together must be as likely as the truth."""
    n = 6000
    units, mean, spread = drawn_by_mood(MIXED, n), np.full(n, 3.0), np.full(n, 0.5)
    truth_lift = lift(spread[:1], MIXED[None])[0]
    found = mood_shares(units, mean, spread, 0 * PLAIN, truth_lift)
    assert found.sum() == pytest.approx(1) and (found >= 0).all()
    learned, truth, plain = (mixed_surprise(units, mean, spread, s).mean() for s in (found, MIXED, PLAIN))
    assert learned < truth + 0.002 and learned < plain - 0.005


@given(st.floats(0.85, 1.5), st.integers(0, 5))
@settings(max_examples=20, deadline=None)
def test_moods_lift_the_mean_by_the_factor_asked_for_and_no_more(factor, seed):
    """Whatever the windows sold: a shape is learned from them, not a level."""
    rng = np.random.default_rng(seed)
    mean, spread = rng.gamma(2, 4, 400) + 0.1, np.full(400, 0.5)
    units = rng.poisson(mean * rng.gamma(1, 1.4, 400)).astype(float)
    found = mood_shares(units, mean, spread, 0 * PLAIN, factor)
    assert found.sum() == pytest.approx(1) and (found >= 0).all()
    assert lift(spread[:1], found[None])[0] == pytest.approx(factor, rel=1e-3)


def test_moods_reach_no_further_than_they_can():
    units, mean, spread = np.full(50, 3.0), np.full(50, 3.0), np.full(50, 0.01)
    found = mood_shares(units, mean, spread, 0 * PLAIN, 9.0)
    assert np.isfinite(found).all() and 1 < lift(spread[:1], found[None])[0] < 1.3


def test_a_prior_holds_the_shares_where_windows_are_few():
    few = drawn_by_mood(PLAIN, 5)
    own = lift(np.full(1, 0.5), MIXED[None])[0]
    near = mood_shares(few, np.full(5, 3.0), np.full(5, 0.5), 1e4 * MIXED, own)
    assert near == pytest.approx(MIXED, abs=0.001)


@given(st.lists(st.floats(0, 3), min_size=4, max_size=4), st.floats(0.05, 1e4))
def test_the_split_of_spread_is_never_negative(spreads, mean):
    lengths = np.array([1.0, 3.0, 8.0, 13.0])
    level, week, persistence = split_spread(np.array([spreads]), mean * lengths[None], lengths)
    assert level[0] >= 0 and week[0] >= 0 and 0 <= persistence[0] < 1


@pytest.mark.parametrize("persistence", [0.0, 0.6, 0.9])
def test_the_split_gives_back_what_it_was_made_of(persistence):
    lengths = np.array([1.0, 3.0, 8.0, 13.0, 26.0])
    spread = 0.2 + 0.5 * lasting(persistence, lengths)[None]
    split = np.concatenate(split_spread(spread, 5 * lengths[None], lengths))
    assert split == pytest.approx([0.2, 0.5, persistence], abs=1e-6)


def drawn(mean=5.0, level=0.2, week=0.4, shares=PLAIN, common=0.0, skus=40, paths=500, weeks=8, lasts=0.0):
    keys = sku_keys(0, np.array([f"s{i}" for i in range(skus)], object))
    shock = np.exp(common * np.random.default_rng(0).standard_normal(paths) - common**2 / 2)
    return draw_counts(
        keys,
        np.full((skus, weeks), mean),
        np.full(skus, level),
        np.full(skus, week),
        np.full(skus, lasts),
        deviation(np.full(skus, level + week / weeks)),
        np.tile(shares, (skus, 1)),
        LIFTS,
        WIDTHS,
        np.zeros((skus, weeks)),
        np.repeat(shock[:, None], weeks, axis=1),
    )


def test_drawn_sums_have_the_mean_and_spread_asked_for():
    total = drawn().sum(axis=2).ravel()
    assert total.mean() == pytest.approx(40, rel=0.03)
    assert (total.var() - total.mean()) / total.mean() ** 2 == pytest.approx(0.2 + 0.4 / 8, rel=0.2)


@pytest.mark.parametrize("weeks", [1, 3, 8])
def test_luck_that_lasts_gives_every_length_its_spread(weeks):
    total = drawn(mean=50.0, level=0.0, lasts=0.7, skus=80).astype(float)[:, :, :weeks].sum(axis=2).ravel()
    asked = 0.4 * lasting(0.7, np.array([float(weeks)]))[0]
    assert total.mean() == pytest.approx(50 * weeks, rel=0.03)
    assert (total.var() - total.mean()) / total.mean() ** 2 == pytest.approx(asked, rel=0.08)


def test_moods_lift_paths_as_often_as_their_shares_say_and_keep_the_mean():
    high = 0.9 * PLAIN + 0.1 * (LIFTS.max() == LIFTS)
    total = drawn(mean=200.0, level=0.04, week=0.0, shares=high).sum(axis=2).ravel()
    assert total.mean() == pytest.approx(1600, rel=0.03)
    gap = 1600 * (1 + np.exp(2.2 * deviation(np.array([0.04]))[0])) / 2
    assert (total > gap).mean() == pytest.approx(0.1, abs=0.03)
    assert (total > 1.5 * np.median(total)).mean() > 3 * (drawn(200.0, 0.04, 0.0).sum(axis=2) > 2400).mean()


def test_shared_shocks_move_all_skus_together():
    together, apart = (drawn(common=c).sum(axis=(0, 2)) for c in (0.3, 0.0))
    assert together.std() / together.mean() > 3 * apart.std() / apart.mean()


def test_large_means_stay_whole_and_near():
    big = drawn(mean=1e7, level=0.0, week=0.0, skus=2, paths=50)
    assert big.mean() == pytest.approx(1e7, rel=1e-3)


def test_days_add_up_to_their_week():
    weekly = np.random.default_rng(0).poisson(30, (3, 20, 4)).astype(np.float32)
    shares = np.full((3, 7), 1 / 7)
    days = split_counts(sku_keys(1, np.array(list("abc"), object)), weekly, shares, np.array([0.0, 0.1, 0.5]))
    assert np.array_equal(days.reshape(3, 20, 4, 7).sum(axis=3), weekly) and (days >= 0).all()


def test_rounding_at_random_keeps_the_mean():
    keys = sku_keys(1, np.array(["a"], object))
    assert round_at_random(keys, np.full((1, 4000, 2), 1.3)).mean() == pytest.approx(1.3, abs=0.03)


def test_keys_depend_on_seed_and_name_only():
    names = np.array(["a", "b"], object)
    assert np.array_equal(sku_keys(1, names), sku_keys(1, names[::-1])[::-1])
    assert not np.array_equal(sku_keys(1, names), sku_keys(2, names))
