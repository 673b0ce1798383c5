"""The simple cost model: exact optimum, dynamics, and every argument's refusals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.paths import DemandPaths
from policies.simple import simple_order


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
    """Expected cost from the lead time on, later weeks topped up to their own newsvendor stock."""
    total = 0.0
    ratio = shortage / (shortage + holding)
    goal = np.sort(demand, axis=0)[int(np.ceil(ratio * len(demand) - 1e-9)) - 1]
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
