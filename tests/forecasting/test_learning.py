"""Rehearsal, what it teaches, and whether the band is checked."""

import numpy as np
import pytest
import sellers

from forecasting import ForecastSettings, forecast
from forecasting.calibration import FALLBACK, chance_alone, check, coverage, independent, worst
from forecasting.combination import FEWEST, Learned, agreed_factor, blocks, laid_out, learn
from forecasting.features import NAMES
from forecasting.known import group_codes, known_at
from forecasting.random import uniforms
from forecasting.rehearsal import LENGTHS, Windows, origins, rehearse
from forecasting.schema import read_history
from forecasting.spread import PLAIN, position

OPTIONS = ForecastSettings()


def windows_of(history, count=6):
    panel = read_history(history, OPTIONS)
    codes = group_codes(panel, OPTIONS)
    return rehearse(panel, 13, count, lambda past, ahead: known_at(past, ahead, OPTIONS, codes, None, None))


def made_up(mean=8.0, spread=0.3, promised=0.3, n=3000, name="fast", seed=0):
    """Windows whose true mean and spread are known, with a forecast that promises `promised`."""
    rng = np.random.default_rng(seed)
    units = rng.poisson(mean * rng.gamma(1 / spread, spread, n)).astype(float)
    windows = Windows(
        np.zeros((n, len(NAMES)), np.float32),
        np.full(n, mean),
        units,
        np.arange(n) % 6,
        np.full(n, 8),
        np.arange(n),
        np.full(n, name, dtype=object),
    )
    return told(windows, np.full(n, mean), np.full(n, promised))


def told(windows, mean, spread):
    """A learner that says just this."""
    return Learned({8: 0.3}, None, None, windows, mean, spread, laid_out({}, windows.classes))


@pytest.mark.parametrize("periods", [8, 9, 12, 20, 45, 157, 500])
def test_origins_leave_a_past_and_a_window(periods):
    got = origins(periods, 14)
    assert len(got) <= 14 and got == sorted(set(got))
    assert all(8 <= o < periods for o in got)


def test_windows_out_of_stock_are_not_asked():
    history = sellers.steady(6, 60).assign(availability=1.0)
    whole = windows_of(history)
    history.loc[(history["sku"] == "S00") & (history["week"] >= sellers.weeks(60)[50]), "availability"] = 0.3
    fewer = windows_of(history)
    assert (fewer.sku == 0).sum() < (whole.sku == 0).sum()
    assert (fewer.sku == 1).sum() == (whole.sku == 1).sum()


def test_windows_lie_inside_the_history_and_sum_what_was_sold():
    history = sellers.long({"A": np.arange(60.0), "B": np.ones(60)})
    got = windows_of(history)
    assert (got.origin + got.length <= 60).all() and set(got.length) <= set(LENGTHS)
    of_a = got.take(got.sku == 0)
    expected = [np.arange(o, o + n).sum() for o, n in zip(of_a.origin, of_a.length, strict=True)]
    assert np.array_equal(of_a.units, expected)


def test_few_windows_teach_only_a_pooled_spread():
    got = windows_of(sellers.steady(2, 40))
    assert len(got) < FEWEST
    learned = learn(got, seed=0)
    assert learned.mean is None and learned.spread is None and learned.spread_by_length


def test_no_windows_teach_nothing_and_break_nothing():
    got = forecast(sellers.long({"A": np.array([3.0, 4.0, 2.0])}), 4, seed=1)
    assert got.calibration.empty and np.isfinite(got.paths.samples).all()


def test_blocks_keep_origins_whole():
    got = windows_of(sellers.steady(10, 80))
    for origin in np.unique(got.origin):
        assert len(np.unique(blocks(got)[got.origin == origin])) == 1


def test_a_bias_all_skus_share_is_corrected():
    """Every window sells twice what the levels say: the learner must find that."""
    plain = windows_of(sellers.steady(40, 100))
    doubled = Windows(
        plain.features, plain.expected / 2, plain.units, plain.origin, plain.length, plain.sku, plain.classes
    )
    learned = learn(doubled, seed=0)
    assert learned.mean is not None
    ratio = learned.mean_out.sum() / doubled.units.sum()
    assert ratio > 0.8


def test_an_honest_band_passes():
    table = check(made_up(), seed=0).table
    assert table["passed"].all() and (table["fallback"] == "").all()
    assert table.set_index("nominal")["coverage"][0.8] == pytest.approx(0.8, abs=0.03)


def test_a_band_that_promises_too_much_falls_back_and_says_so():
    got = check(made_up(spread=0.8, promised=0.05), seed=0)
    assert not got.table["passed"].any() and (got.table["fallback"] != "").all()
    assert "fast" in got.notes[0] and got.table["fallback"].iloc[0] in got.notes[0]
    kinds = np.array(["fast", "slow"], object)
    _, spread = got.applied(kinds, 8, np.full(2, 5.0), np.full(2, 0.05), np.full(2, 4.0))
    assert spread[0] > 0.15 and spread[1] == 0.05
    assert worst(got.table["coverage"].to_numpy()) < 0.1


def test_what_a_class_falls_back_to_keeps_its_promise_better():
    for promised in (0.02, 0.1, 3.0):
        learned = made_up(spread=0.6, promised=promised)
        before = place_of(learned)
        after = check(learned, seed=0).table["coverage"].to_numpy()
        assert worst(after) < worst(coverage(before))


def place_of(learned):
    windows = learned.windows
    return position(windows.units, learned.mean_out, learned.spread_out, learned.shares_out, uniforms(0, len(windows)))


def test_a_learned_mean_that_is_off_gives_way_to_the_blend():
    """The blend's expectation is right, the learned one is not: no width of band mends that."""
    right = made_up(spread=0.05, promised=0.05)
    off = told(right.windows, right.mean_out * 3, right.spread_out)
    got = check(off, seed=0)
    assert (got.table["fallback"] == FALLBACK).all()
    mean, _ = got.applied(np.array(["fast"], object), 8, np.full(1, 24.0), np.full(1, 0.05), np.full(1, 8.0))
    assert mean[0] == 8


def test_a_failing_class_that_nothing_mends_keeps_its_band():
    """Half the windows sell nothing and half a thousand times the rate: no rule on offer covers that."""
    made = made_up(n=400)
    windows = made.windows
    units = np.where(np.arange(400) % 2, 8000.0, 0.0)
    hopeless = Windows(
        windows.features, windows.expected, units, windows.origin, windows.length, windows.sku, windows.classes
    )
    learned = told(hopeless, made.mean_out, made.spread_out)
    got = check(learned, seed=0)
    assert not got.table["passed"].any()
    before = position(units, made.mean_out, made.spread_out, np.tile(PLAIN, (400, 1)), uniforms(0, 400))
    assert worst(got.table["coverage"].to_numpy()) <= worst(coverage(before))


def test_a_miss_that_chance_explains_is_none_and_few_windows_are_said_not_to_tell():
    """Thirty windows of an honest band stray by more than six points; thirty of a bad one still fail."""
    for seed in range(8):
        honest = check(made_up(n=30, seed=seed), seed=seed)
        assert honest.table["passed"].all() and not honest.rules
        assert not honest.table["judged"].any() and "too few past windows of fast SKUs" in honest.notes[0]
    assert not check(made_up(spread=1.5, promised=0.01, n=30), seed=0).table["passed"].any()


def test_windows_that_overlap_tell_less():
    origin = np.repeat(np.arange(0, 40, 4), 10)
    assert independent(origin, 4) == 100
    assert independent(origin, 8) == pytest.approx(50)
    assert independent(origin, 400) == pytest.approx(10)
    assert independent(np.full(10, 5), 8) == 10


def test_chance_alone_is_the_binomials():
    rng = np.random.default_rng(0)
    stray = np.abs(rng.binomial(50, 0.8, 20000) / 50 - 0.8)
    assert (stray <= chance_alone(50)[1]).mean() == pytest.approx(0.95, abs=0.03)


def test_fat_upper_tails_are_learned_and_the_band_holds():
    """One window in twelve sells six times the usual: no negative binomial covers body and tail alike."""
    plain = windows_of(sellers.steady(60, 100, seed=5), 12)
    surge = np.random.default_rng(0).random(len(plain)) < 1 / 12
    units = np.where(surge, plain.units * 6, plain.units)
    windows = Windows(plain.features, plain.expected, units, plain.origin, plain.length, plain.sku, plain.classes)
    learned = learn(windows, seed=0)
    assert learned.moods and learned.shares_of(np.array(["fast"], object))[0][-2:].sum() > 0.02
    place = place_of(learned)
    bare = told(windows, learned.mean_out, learned.spread_out)
    assert worst(coverage(place)) < 0.6 * worst(coverage(place_of(bare)))


def test_only_what_all_blocks_of_time_agree_on_moves_the_mean():
    mean, spread, block = np.full(4000, 5.0), np.full(4000, 0.3), np.arange(4000) % 4
    noise = np.random.default_rng(0).uniform(0.9, 1.1, 4000)
    agreed = agreed_factor(mean * 1.5 * noise, mean, spread, block)
    shocks = np.array([0.6, 1.5, 0.8, 1.3])[block]
    assert agreed == pytest.approx(1.5, rel=0.02)
    assert agreed_factor(mean * shocks * noise, mean, spread, block) == pytest.approx(1, abs=0.01)
    assert agreed_factor(mean * 1.5, mean, spread, 0 * block) == 1  # one block agrees with nobody
    assert 0 < agreed_factor(0 * mean, mean, spread, block) < 0.01


def test_coverage_is_shown_for_each_class_and_length():
    got = forecast(sellers.steady(40, 90), 13, seed=1).calibration
    assert set(got["length"]) == {1, 3, 8, 13} and set(got["nominal"]) == {0.5, 0.8, 0.95}
    assert got["coverage"].between(0, 1).all() and (got["windows"] > 0).all()
