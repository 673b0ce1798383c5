"""Joint limits against plain enumeration of every combination of quantities."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from policies import limits_sifting
from policies.curves import Curves
from policies.limits import Ceiling, Containers, Floor, Shared
from policies.limits_exact import solve_exactly
from policies.limits_large import solve_large
from policies.limits_programme import Columns, Programme, Taken


def concave_curves(rng, lines, points, pack):
    """Falling marginal values that turn negative, as expected profit does."""
    first = rng.uniform(5, 60, (lines, 1))
    steps = first - rng.uniform(1, 15, (lines, points)).cumsum(axis=1)
    value = np.concatenate([np.zeros((lines, 1)), steps.cumsum(axis=1)], axis=1)
    return Curves(np.tile(np.arange(points + 1.0) * pack, (lines, 1)), value)


def enumerate_best(curves, shared):
    """The best feasible plan and its value, container costs and extra capacity included."""
    lines, points = curves.quantity.shape
    best, chosen = -np.inf, None
    for pick in itertools.product(range(points), repeat=lines):
        quantity = curves.quantity[np.arange(lines), pick]
        value = curves.value[np.arange(lines), pick].sum() + consequences(quantity, shared)
        if value > best:
            best, chosen = value, quantity
    return best, chosen


def consequences(quantity, shared):
    """Minus infinity where a limit is broken; else minus what extra capacity and containers cost."""
    cost = 0.0
    for c in shared.ceilings:
        over = max(c.use @ quantity - max(c.available, 0.0), 0.0)
        if over > c.extra_most + 1e-6:
            return -np.inf
        cost += over * c.extra_price if over > 1e-6 else 0.0
    for f in shared.floors:
        if 0 < f.use @ quantity < f.least - 1e-6:
            return -np.inf
    for b in shared.containers:
        total = b.use @ quantity
        count = np.ceil(total - 1e-6)
        if count > 0 and total < count - 1 + b.fill - 1e-6:
            return -np.inf
        cost += count * b.cost
    return -cost


def value_of(curves, solution, shared):
    return curves.at(solution.quantity).sum() + consequences(solution.quantity, shared)


def random_shared(rng, lines, pack):
    """Cash, capacity with a priced reservation, a supplier minimum, sometimes a container."""
    demand = lines * pack * 3.0
    cash = Ceiling("cash budget", "week 0", "money", rng.uniform(0, 1.2) * demand * 5, rng.uniform(2, 8, lines))
    room = Ceiling(
        "FBA capacity",
        "US",
        "m3",
        rng.uniform(0, 1.2) * demand * 0.02,
        np.where(rng.random(lines) < 0.7, rng.uniform(0.005, 0.03, lines), 0.0),
        *((rng.uniform(10, 300), demand * 0.003) if rng.random() < 0.5 else ()),
    )
    supplier = rng.random(lines) < 0.6
    floor = Floor(
        "supplier order minimum",
        "Ningbo",
        "units",
        rng.uniform(0, 1.2) * supplier.sum() * pack * 4,
        np.where(supplier, 1.0, 0.0),
    )
    boxes = ()
    if rng.random() < 0.5:
        member = rng.random(lines) < 0.5
        if member.any():
            boxes = (
                Containers(
                    "sea container",
                    "sea",
                    1.0,
                    np.inf,
                    rng.uniform(0, 0.9),
                    rng.uniform(0, 40),
                    member,
                    np.where(member, rng.uniform(0.005, 0.02, lines) / pack * 5, 0.0),
                ),
            )
    return Shared((cash, room), (floor,) if supplier.any() else (), boxes)


@pytest.mark.parametrize("seed", range(40))
def test_exact_equals_enumeration(seed):
    rng = np.random.default_rng(seed)
    lines, pack = int(rng.integers(2, 5)), float(rng.integers(1, 25))
    curves, shared = concave_curves(rng, lines, 6, pack), random_shared(rng, lines, pack)
    best, _ = enumerate_best(curves, shared)
    solution = solve_exactly(curves, shared)
    assert value_of(curves, solution, shared) >= best - 1e-4 * abs(best) - 1e-6


@pytest.mark.parametrize("seed", range(8))
def test_many_lines_come_within_half_a_percent_of_the_exact_plan(seed):
    """Budgets from nothing to plenty, a minimum, whole containers: what is meant for many lines against HiGHS."""
    rng = np.random.default_rng(seed)
    lines, pack = int(rng.integers(30, 60)), float(rng.integers(1, 25))
    curves, shared = concave_curves(rng, lines, 30, pack), random_shared(rng, lines, pack)
    large, exact = solve_large(curves, shared), solve_exactly(curves, shared)
    assert value_of(curves, large, shared) >= 0.995 * value_of(curves, exact, shared) - 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_merged_steps_decide_minimums_as_well_as_single_ones(seed, monkeypatch):
    """What is merged for thousands of lines gives the same minimums and containers within half a percent."""
    rng = np.random.default_rng(seed)
    curves, shared = concave_curves(rng, 150, 30, 10.0), random_shared(rng, 150, 10.0)
    single = value_of(curves, solve_large(curves, shared), shared)
    monkeypatch.setattr("policies.limits_large.MERGED", 600)
    assert value_of(curves, solve_large(curves, shared), shared) >= 0.995 * single - 1e-6


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 25))
def test_no_limit_is_ever_broken(seed, lines):
    rng = np.random.default_rng(seed)
    pack = float(rng.integers(1, 25))
    curves, shared = concave_curves(rng, lines, 8, pack), random_shared(rng, lines, pack)
    value = value_of(curves, solve_large(curves, shared), shared)
    assert np.isfinite(value)


def test_price_is_what_one_more_unit_earns():
    """Two lines, one resource: the next best step left out sets the price."""
    curves = Curves(np.array([[0.0, 1, 2, 3], [0, 1, 2, 3]]), np.array([[0.0, 10, 16, 18], [0, 8, 12, 13]]))
    shared = Shared((Ceiling("cash", "now", "money", 3.0, np.ones(2)),))
    for solve in (solve_exactly, solve_large):
        solution = solve(curves, shared)
        assert solution.quantity.tolist() == [2, 1]
        assert 4.0 - 1e-6 <= solution.prices[0] <= 6.0 + 1e-6


def test_dear_minimum_is_dropped_and_cheap_one_reached():
    curves = Curves(np.array([[0.0, 1, 2, 3]]), np.array([[0.0, 10, 9, 7]]))
    for least, expected in ((2, 2), (3, 3)):
        floor = Floor("supplier order minimum", "S", "units", float(least), np.ones(1))
        for solve in (solve_exactly, solve_large):
            assert solve(curves, Shared((), (floor,))).quantity.tolist() == [expected]
    losing = Curves(np.array([[0.0, 1, 2, 3]]), np.array([[0.0, 10, -1, -9]]))
    floor = Floor("supplier order minimum", "S", "units", 3.0, np.ones(1))
    for solve in (solve_exactly, solve_large):
        solution = solve(losing, Shared((), (floor,)))
        assert solution.quantity.tolist() == [0] and solution.dropped.tolist() == [True]


def test_capacity_is_reserved_while_it_earns_more_than_its_fee():
    curves = Curves(np.array([[0.0, 1, 2, 3]]), np.array([[0.0, 10, 16, 18]]))
    room = Ceiling("FBA capacity", "US", "m3", 1.0, np.ones(1), extra_price=4.0, extra_most=5.0)
    for solve in (solve_exactly, solve_large):
        solution = solve(curves, Shared((room,)))
        assert solution.quantity.tolist() == [2]
        assert solution.extra[0] == pytest.approx(1.0)


def test_limit_already_exceeded_adds_nothing():
    curves = Curves(np.array([[0.0, 1, 2]]), np.array([[0.0, 10, 16]]))
    for solve in (solve_exactly, solve_large):
        assert solve(curves, Shared((Ceiling("FBA capacity", "US", "m3", -5.0, np.ones(1)),))).quantity.tolist() == [0]


@pytest.mark.parametrize("seed", range(3))
def test_sifting_finds_the_optimum_of_all_columns(seed, monkeypatch):
    """Most columns are decided by the prices of a sample; the prices found and the profit are those of all."""
    rng = np.random.default_rng(seed)
    n = 400
    use = rng.uniform(1.0, 5.0, (3, n)) * (rng.random((3, n)) < 0.7)
    floors = (np.arange(n) % 4 == np.arange(2)[:, None]) * use[0]
    taking = Columns(rng.uniform(-1, 10, n), csr_array(use), csr_array(floors), csr_array((0, n)), np.arange(n))
    ceilings = tuple(Ceiling("room", str(k), "m3", float(0.3 * use[k].sum()), use[k]) for k in range(3))
    shared = Shared(
        ceilings, tuple(Floor("least", str(k), "units", 0.9 * floors[k].sum(), floors[k]) for k in range(2))
    )
    taken = Taken(np.array([1.0, 0.0]), np.zeros(0))
    whole = Programme(taking, shared, taken=taken).best_shares()
    monkeypatch.setattr(limits_sifting, "SMALL", 50)
    sifted = limits_sifting.best_shares(taking, shared, taken)
    assert taking.value @ sifted.share == pytest.approx(taking.value @ whole.share)
    np.testing.assert_allclose(sifted.ceiling_prices, whole.ceiling_prices, atol=1e-7)
    assert sifted.floor_prices[0] == pytest.approx(whole.floor_prices[0], abs=1e-7)
