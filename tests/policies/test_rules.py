"""Each baseline against a quantity worked out by hand."""

import numpy as np
import pytest

from policies.rules import Seen, daily_average, fill_up
from policies.rules.amazon import AmazonWeights
from policies.rules.baselines import baselines
from policies.rules.lingxing import LingxingWeights
from policies.rules.profile import SeasonalProfile
from policies.rules.safety_stock import SafetyStock
from policies.rules.velocity import VelocityCover
from policies.rules.wimoor import Wimoor, rounded_rate


def seen(sales, position=0.0, lead=2.0, review=1.0, in_stock=None):
    sales = np.atleast_2d(np.asarray(sales, float))
    n, weeks = sales.shape
    return Seen(
        sales,
        np.ones((n, weeks), bool) if in_stock is None else np.atleast_2d(in_stock),
        np.arange(weeks) % 52 + 1,
        (weeks + np.arange(20)) % 52 + 1,
        np.full(n, position),
        np.full(n, lead),
        np.full(n, review),
    )


def test_daily_average_counts_a_partial_week_with_its_share():
    """30 days are four weeks and two sevenths of the one before."""
    sales = np.array([[70.0, 7, 7, 7, 7]])
    assert daily_average(sales, 28) == pytest.approx(1.0)
    assert daily_average(sales, 30) == pytest.approx((28 + 70 * 2 / 7) / 30)
    assert daily_average(sales, 700) == pytest.approx(98 / 35)
    assert daily_average(np.zeros((1, 0)), 30).tolist() == [0.0]


def test_fill_up_is_never_negative():
    assert fill_up(np.array([5.0, 5.0]), np.array([2.0, 9.0])).tolist() == [3.0, 0.0]


def test_velocity_times_cover():
    assert VelocityCover(safety_days=0.0).order(seen([7.0] * 20, position=5.0)) == pytest.approx(21 - 5)
    assert VelocityCover(cover_days=28.0).order(seen([7.0] * 20)) == pytest.approx(28)


def test_amazon_weights_follow_recent_weeks():
    flat, rising = seen([7.0] * 20), seen([7.0] * 19 + [14.0])
    assert AmazonWeights(safety_days=0.0).order(flat) == pytest.approx(21)
    expected = 7 * 3 * (0.3 * 2 + 0.3 * (1 + 7 / 30) + 0.2 * (1 + 7 / 60) + 0.2 * (1 + 7 / 90)) / 7 * 1.0
    assert AmazonWeights(safety_days=0.0).order(rising) == pytest.approx(7 * expected)


def test_lingxing_leaves_stockout_weeks_out():
    stock = [True] * 19 + [False]
    case = seen([7.0] * 19 + [0.0], in_stock=stock)
    counted, skipped = LingxingWeights(skip_stockouts=False), LingxingWeights()
    assert counted.order(case) < skipped.order(case)
    assert LingxingWeights(safety_days=0.0).order(seen([7.0] * 20)) == pytest.approx(21)


def test_wimoor_rounding_as_published():
    assert rounded_rate(np.array([0.3, 0.7, 0.8, 1.85, 3.8, 3.81, 0.0])).tolist() == [0, 0, 0, 2, 3, 4, 0]


def test_wimoor_never_orders_slow_movers_and_adds_the_cycle_only_when_short():
    assert Wimoor().order(seen([5.0] * 10)) == pytest.approx(0)  # 0.71 a day is cut to nothing
    short = Wimoor(safety_days=0.0).order(seen([14.0] * 10, position=0.0))
    assert short == pytest.approx(2 * 14 + 2 * 7)
    assert Wimoor(safety_days=0.0).order(seen([14.0] * 10, position=28.0)) == pytest.approx(0)


def test_safety_stock_grows_with_the_root_of_the_span():
    rng = np.random.default_rng(0)
    sales = rng.poisson(10.0, (1, 26))
    rule, mean, deviation = SafetyStock(service=0.95), sales.mean(), sales.std(ddof=1)
    for lead in (2.0, 7.0):
        expected = mean * (lead + 1) + 1.6449 * deviation * np.sqrt(lead + 1)
        assert rule.order(seen(sales, lead=lead)) == pytest.approx(expected, rel=1e-3)


def test_seasonal_profile_orders_more_before_the_season():
    year = np.where(np.arange(52) < 26, 5.0, 15.0)
    before_high, before_low = seen(np.tile(year, 2)[:78]), seen(np.tile(year, 2))
    assert SeasonalProfile().order(before_high) > SeasonalProfile().order(before_low)


@pytest.mark.parametrize("rule", baselines(), ids=lambda rule: rule.name)
def test_every_rule_bears_empty_and_idle_histories(rule):
    for case in (
        seen(np.zeros((3, 30))),
        seen(np.ones((3, 30)), in_stock=np.zeros((3, 30), bool)),
        seen(np.ones((1, 1))),
    ):
        order = rule.order(case)
        assert np.isfinite(order).all() and (order >= 0).all()


@pytest.mark.parametrize("rule", baselines(), ids=lambda rule: rule.name)
def test_more_position_never_raises_the_order(rule):
    sales = np.random.default_rng(1).poisson(9.0, (4, 60)).astype(float)
    assert (rule.order(seen(sales, position=40.0)) <= rule.order(seen(sales))).all()
