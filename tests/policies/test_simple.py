"""The simple cost model: exact optimum, dynamics, and every argument's refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.paths import DemandPaths
from policies.simple import simple_order
from policies.targets import window_targets


def paths(seed=0, n=3, p=80, h=8, rate=4.0):
    return np.random.default_rng(seed).poisson(rate, (n, p, h)).astype(float)


def order(demand, on_hand, **changes):
    given = {"holding": 0.2, "shortage": 1.0, "lead_time": 2, **changes}
    return simple_order(demand, on_hand, given.pop("arrivals", None), **given)


def test_newsvendor_quantile_with_fresh_stock():
    """No stock, one period of lead: the order is the critical-ratio quantile of the demand it serves."""
    demand = paths(n=1, p=500, h=6)
    got = order(demand, [0.0], lead_time=0)
    first = np.sort(demand[0, :, 0])
    assert abs(int(got[0]) - first[int(np.ceil(500 / 1.2)) - 1]) <= 1


def test_lost_units_are_never_ordered_again():
    """Stock runs out long before the order arrives: how far it would have gone below zero does not matter."""
    demand = paths(n=1)
    empty = order(demand, [0.0], lead_time=4)
    busier = demand.copy()
    busier[:, :, :4] *= 10
    assert order(busier, [0.0], lead_time=4).tolist() == empty.tolist()
    assert order(busier, [0.0], lead_time=4, lost_sales=False)[0] > empty[0]


def test_arrivals_count_only_when_they_come():
    demand = paths(n=1)
    early, late = np.zeros((1, 8)), np.zeros((1, 8))
    early[0, 0], late[0, 7] = 60, 60
    assert order(demand, [0.0], arrivals=early)[0] == 0
    assert order(demand, [0.0], arrivals=late)[0] == order(demand, [0.0])[0]


def test_open_orders_may_come_with_drawn_periods():
    """Draws that are all alike equal the dated arrival, order by order; drawn ones lie between the extremes."""
    demand, units = paths(n=2, p=60), np.array([[6.0, 4.0], [0.0, 9.0]])
    dated = np.zeros((2, 8))
    dated[0, 3], dated[0, 1], dated[1, 2] = 6, 4, 9
    alike = np.repeat(np.array([[3, 1], [0, 2]])[:, :, None], 60, axis=2)
    expected = order(demand, np.zeros(2), arrivals=dated)
    for periods in (alike, alike[:, :, 0]):
        assert order(demand, np.zeros(2), arrivals=units, arrival_periods=periods).tolist() == expected.tolist()
    at = [order(demand, np.zeros(2), arrivals=units, arrival_periods=np.full((2, 2), when)) for when in (2, 99)]
    drawn = np.where(np.arange(60) % 2, 2, 99)[None, None].repeat(2, axis=0).repeat(2, axis=1)
    between = order(demand, np.zeros(2), arrivals=units, arrival_periods=drawn)
    assert (at[0] <= between).all() and (between <= at[1]).all() and (at[0] < at[1]).all()


def ending(seed, periods, p=60):
    """Paths of a season of eight units a period, of which the fifth is the last, and next to nothing after it."""
    return (
        np.random.default_rng(seed).poisson(np.where(np.arange(periods) < 5, 8.0, 0.1), (1, p, periods)).astype(float)
    )


@pytest.mark.parametrize(("moq", "lost_sales"), [(0, True), (0, False), (20, True)])
def test_the_end_of_a_season_is_seen_as_far_as_the_paths_reach(moq, lost_sales):
    """Left after the last period of a season are units that are paid for until they are used: a few, not many."""
    terms = {"lead_time": 4, "moq": moq, "lost_sales": lost_sales}
    near, far = (order(ending(1, periods), [36.0], **terms)[0] for periods in (5, 26))
    assert near >= 8, "as if the season went on"
    assert far < near


def test_case_pack_and_minimum():
    demand = paths()
    got = order(demand, np.zeros(3), case_pack=[1, 6, 6], moq=[0, 0, 12])
    assert got[1] % 6 == 0 and got[2] % 6 == 0
    assert got[2] == 0 or got[2] >= 12
    assert order(demand, np.zeros(3), moq=5000).tolist() == [0, 0, 0]


def test_paths_object_scalars_and_arrays_agree():
    demand = paths().astype(np.float32)
    named = DemandPaths(np.array(["a", "b", "c"], object), pd.date_range("2026-08-03", periods=8, freq="7D"), demand)
    same = order(
        named, np.full(3, 2.0), holding=[0.2] * 3, shortage=[1.0] * 3, lead_time=[2] * 3, review_period=[1] * 3
    )
    assert same.tolist() == order(demand, np.full(3, 2.0)).tolist()
    assert same.dtype == np.int64


def test_lead_time_draws():
    """Draws that are all alike equal the scalar; spread-out draws ask for no less stock."""
    demand = paths(p=100, h=12, rate=9.0)
    alike = order(demand, np.zeros(3), lead_time=np.full((3, 100), 3))
    assert alike.tolist() == order(demand, np.zeros(3), lead_time=3).tolist()
    spread = np.random.default_rng(1).integers(2, 5, (3, 100))
    assert (order(demand, np.zeros(3), lead_time=spread) >= alike - 3).all()


def brute_force(demand, stock, **costs):
    """Every quantity up to a hundred, by the order function's own objective on a one-quantity grid."""
    got = {q: cost_of(demand, stock, q, **costs) for q in range(100)}
    return min(got, key=got.get)


def cost_of(demand, stock, quantity, holding, shortage, lead):
    """Expected cost from the lead time on, later weeks topped up to their own best stock."""
    total, one = 0.0, np.ones(1)
    goal = window_targets(demand[None], np.array([0]), np.array([1]), shortage * one, holding * one)[0]
    for path in demand:
        x = stock
        for h in range(lead):
            x = max(x - path[h], 0.0)
        x += quantity
        for h in range(lead, demand.shape[1]):
            if h > lead:
                x = max(x, goal[h])
            total += shortage * max(path[h] - x, 0.0)
            x = max(x - path[h], 0.0)
            total += holding * x
        above = max(x - goal[-1], 0.0)
        total += holding * above**2 / (2 * max(demand.mean(), 1e-3))
    return total / len(demand)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 9999), st.integers(0, 3), st.integers(0, 20), st.floats(0.5, 9.0))
def test_optimum_is_exact(seed, lead, stock, rate):
    demand = paths(seed, n=1, p=30, h=7, rate=rate)
    costs = {"holding": 0.2, "shortage": 1.0}
    got = int(order(demand, [float(stock)], lead_time=lead, **costs)[0])
    best = brute_force(demand[0], stock, lead=lead, **costs)
    assert (
        cost_of(demand[0], stock, got, lead=lead, **costs) <= cost_of(demand[0], stock, best, lead=lead, **costs) + 0.02
    )


def renewal_cost(demand, stock, quantity, holding, shortage, lead, moq):
    """One period after the lead time by hand; what is left then is worth the time it puts the next order off."""
    rate = demand[:, lead:].mean()
    each = min(holding * moq / 2, shortage * rate)
    total = 0.0
    for path in demand:
        x = stock
        for h in range(lead):
            x = max(x - path[h], 0.0)
        x += quantity
        total += shortage * max(path[lead] - x, 0.0)
        x = max(x - path[lead], 0.0)
        total += holding * x - each * x / rate + holding * x**2 / (2 * rate)
    return total / len(demand)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 9999), st.integers(0, 3), st.integers(0, 20), st.floats(0.5, 6.0), st.integers(2, 12))
def test_a_minimum_that_lasts_longer_than_the_review_is_weighed_against_waiting(seed, lead, stock, rate, periods):
    demand = paths(seed, n=1, p=40, h=9, rate=rate)
    moq = int(np.ceil(periods * max(demand.mean(), 1.0) * 1.3))
    costs = {"holding": 0.1, "shortage": 1.0}
    got = int(order(demand, [float(stock)], lead_time=lead, moq=moq, **costs)[0])
    assert got == 0 or got >= moq
    every = [renewal_cost(demand[0], stock, q, lead=lead, moq=moq, **costs) for q in (0, *range(moq, moq + 40))]
    mine = renewal_cost(demand[0], stock, got, lead=lead, moq=moq, **costs)
    assert mine <= min(every) + 0.1 * rate + 0.05


def long_run(rate, moq, order_of):
    """Cost per period of a policy on Poisson demand, lead time 1, weekly review."""
    rng = np.random.default_rng(5)
    demand = rng.poisson(rate, (8, 90))
    stock, coming, cost = np.full(8, 3 * rate), np.zeros((8, 93)), 0.0
    for week in range(90):
        stock = stock + coming[:, week]
        lost = np.maximum(demand[:, week] - stock, 0.0)
        stock = np.maximum(stock - demand[:, week], 0.0)
        cost += (0.2 * stock + lost).sum()
        coming[:, week + 2] += order_of(week, stock, coming[:, week + 1 : week + 3])
    return cost / (8 * 90)


@pytest.mark.parametrize("moq", [0, 12, 30])
def test_long_run_cost_is_close_to_the_best_of_all_order_points(moq):
    """Up to orders of 7.5 weeks; ordering nothing at all would cost 4 a week."""

    def ours(week, stock, coming):
        ahead = np.random.default_rng(week).poisson(4.0, (8, 60, 6))
        return order(ahead, stock, lead_time=1, arrivals=coming, moq=moq)

    def order_point(level):
        def rule(week, stock, coming):
            short = level - stock - coming.sum(axis=1)
            return np.where(short > 0, np.maximum(np.ceil(short), moq), 0.0)

        return rule

    mine = long_run(4.0, moq, ours)
    best = min(long_run(4.0, moq, order_point(level)) for level in range(2, 20))
    assert mine < 4.0
    assert mine <= 1.06 * best


@pytest.mark.parametrize(
    ("demand", "changes", "expected"),
    [
        (np.full((1, 5, 4), 3.0), {"lead_time": 3}, 3),  # the horizon ends one period after the lead time
        (np.full((1, 1, 8), 3.0), {"lead_time": 0}, 3),  # one path
        (np.full((1, 5, 8), 3), {"lead_time": 0, "holding": 0, "review_period": 2}, 6),  # whole numbers, free to hold
        (np.full((1, 5, 8), 3.0), {"shortage": 0}, 0),
        (np.full((1, 5, 8), 3.0), {"lead_time": 0, "arrivals": [[0, 9, 9, 9, 9, 9, 9, 9]]}, 3),
        (np.full((1, 5, 8), 3.0), {"lead_time": 2, "arrivals": [[0, 0, 0, 0, 0, 0, 0, 99]]}, 3),
        (np.full((1, 5, 8), 3.0), {"lead_time": np.full((1, 5), 20) - np.arange(5) * 4}, None),  # some never arrive
    ],
)
def test_corners_of_horizon_costs_and_arrivals(demand, changes, expected):
    got = order(demand, [0.0], **changes)
    assert got.dtype == np.int64 and got[0] >= 0
    assert expected is None or got[0] == expected


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 9999), st.integers(0, 30), st.integers(1, 30))
def test_more_stock_never_raises_the_order(seed, stock, more):
    demand = paths(seed, n=1, p=40)
    assert order(demand, [float(stock + more)])[0] <= order(demand, [float(stock)])[0]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 9999), st.floats(0.02, 2.0), st.floats(0.0, 2.0))
def test_dearer_holding_never_raises_and_dearer_shortage_never_lowers(seed, holding, more):
    demand = paths(seed, n=1, p=40)
    assert order(demand, [2.0], holding=holding + more)[0] <= order(demand, [2.0], holding=holding)[0]
    assert order(demand, [2.0], shortage=1.0 + more)[0] >= order(demand, [2.0])[0]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"lead_time": 9}, "lead_time"),
        ({"lead_time": -1}, "lead_time"),
        ({"lead_time": 1.5}, "lead_time"),
        ({"holding": -1}, "holding"),
        ({"shortage": np.nan}, "shortage"),
        ({"case_pack": 0}, "case_pack"),
        ({"review_period": 0}, "review_period"),
        ({"moq": -3}, "moq"),
        ({"holding": [0.1, 0.2]}, "holding"),
        ({"arrivals": np.zeros((2, 8))}, "arrivals"),
        ({"arrivals": np.full((3, 8), -1.0)}, "arrivals"),
        ({"arrivals": np.ones((3, 2)), "arrival_periods": np.ones((3, 1))}, "arrival_periods"),
        ({"arrivals": np.ones((3, 2)), "arrival_periods": np.full((3, 2), -1)}, "arrival_periods"),
    ],
)
def test_refusals_name_the_argument(changes, named):
    with pytest.raises(ValueError, match=named):
        order(paths(), np.zeros(3), **changes)


def test_refuses_bad_paths_and_negative_stock():
    with pytest.raises(ValueError, match="paths"):
        order(np.zeros((3, 8)), np.zeros(3))
    with pytest.raises(ValueError, match="paths"):
        order(-paths(), np.zeros(3))
    with pytest.raises(ValueError, match="on_hand"):
        order(paths(), [-1.0, 0.0, 0.0])
    assert order(paths(), [-5.0, 0.0, 0.0], lost_sales=False)[0] > order(paths(), [0.0, 0.0, 0.0], lost_sales=False)[0]


def test_no_skus_and_no_demand():
    assert order(np.zeros((0, 5, 8)), np.zeros(0)).shape == (0,)
    assert order(np.zeros((2, 5, 8)), np.zeros(2)).tolist() == [0, 0]
