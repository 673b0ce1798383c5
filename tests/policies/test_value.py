"""The compiled kernel against a plain loop that follows the words of the model."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.arriving import with_extra
from policies.value import TERMINAL_STEP, Beside, Inflow, Rows, Stage, quantity_values


def plain_value(stage, rows, i, quantity):
    """Profit of one quantity of row i, path by path and week by week."""
    n, weeks = rows.item[i], stage.demand.shape[2]
    total = 0.0
    for p in range(stage.demand.shape[1]):
        inflow = np.zeros(weeks + 1)
        for a in range(stage.inflow.first[n], stage.inflow.first[n + 1]):
            inflow[min(stage.inflow.week[a, p], weeks)] += stage.inflow.units[a]
        stock, profit = stage.on_hand[n], -rows.unit_cost[i] * quantity
        begin = min(rows.arrival[i, p], weeks)
        chance, landed = max(rows.following[i, p], begin), False
        for h in range(weeks):
            if h == begin:
                stock, landed = stock + quantity, True
            if landed and h >= chance:
                late = h >= rows.switch[i, p]
                cost = rows.switch_cost[i] if late else rows.unit_cost[i]
                chance = h + (rows.switch_review[i] if late else rows.review[i])
                ends = np.arange(h, min(chance, weeks)) + 1  # what is asked for by each week, less what has come
                share = np.where(ends == ends[-1], 1.0, (ends - h) / (chance - h))
                goal = (rows.target[i, h] * share - inflow[h : ends[-1]].cumsum()).max()
                added = max(goal - stock, 0.0)
                stock, profit = stock + added, profit - cost * added
            have = stock + inflow[h]
            demand = stage.demand[n, p, h]
            sold = min(max(have, 0.0), demand)
            stock = have - demand if stage.back_orders else have - sold
            if not landed:
                continue
            keep = stage.front[n, h] if rows.hold_back[i] < rows.hold_front[i, h] else np.inf
            kept = min(max(stock, 0.0), keep)
            missing = max(demand - have, 0.0)
            profit -= stage.lost[n] * missing + rows.hold_front[i, h] * kept
            if not stage.back_orders:
                profit += stage.margin[n, h] * sold
            if np.isfinite(keep):
                profit -= rows.hold_back[i] * (max(stock, 0.0) - kept)
        if begin >= weeks:
            stock += quantity
        total += profit + leftover(rows, i, stock, p, weeks)
    return total / stage.demand.shape[1]


def leftover(rows, i, stock, p, weeks):
    cost = min(rows.unit_cost[i], rows.switch_cost[i]) if rows.switch[i, p] < weeks else rows.unit_cost[i]
    goal = rows.target[i, -1]
    above = max(stock - goal, 0.0) / rows.weekly[i] / TERMINAL_STEP
    table = np.append(rows.terminal[i], rows.terminal[i][-1] + (rows.terminal[i][-1] - rows.terminal[i][-2]) * 1e4)
    at = np.append(np.arange(len(rows.terminal[i])), len(rows.terminal[i]) - 1 + 1e4)
    return cost * min(stock, goal) + rows.weekly[i] * np.interp(above, at, table)


def case(seed, back_orders=False):
    """Two items, three rows, arrivals, a switch to a cheaper way."""
    rng = np.random.default_rng(seed)
    n, m, paths, weeks = 2, 3, 7, 9
    demand = rng.poisson(4.0, (n, paths, weeks)).astype(np.float32)
    item = np.array([0, 1, 1])
    arrival = rng.integers(0, 6, (m, paths))
    stage = Stage(
        demand,
        rng.integers(0, 12, n).astype(float),
        Inflow(np.array([0, 2, 3]), rng.integers(1, 9, 3).astype(float), rng.integers(0, weeks + 1, (3, paths))),
        rng.uniform(5, 15, (n, weeks)),
        rng.uniform(0, 3, n),
        np.where(rng.random((n, 1)) < 0.5, np.inf, 6.0) * np.ones((n, weeks)),
        np.zeros(0),
        np.zeros((n, 0)),
        back_orders,
    )
    rows = Rows(
        item,
        arrival,
        arrival + rng.integers(0, 4, (m, paths)),
        rng.integers(1, 4, m),
        rng.uniform(1, 5, m),
        rng.uniform(0.01, 0.5, (m, weeks)),
        rng.uniform(0.0, 0.3, m),
        rng.uniform(0, 9, (m, weeks)),
        np.cumsum(np.pad(-np.sort(-rng.uniform(-1, 4, (m, 4)), axis=1), ((0, 0), (1, 0))), axis=1),
        rng.uniform(1, 5, m),
        rng.integers(3, weeks + 1, (m, paths)),
        rng.uniform(1, 5, m),
        rng.integers(1, 3, m),
    )
    return stage, rows


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_kernel_equals_plain_loop(seed, back_orders):
    """Differences between quantities agree; the level has no meaning (it leaves out weeks that all share)."""
    stage, rows = case(seed, back_orders)
    if back_orders:
        stage.margin[:] = 0.0
        stage.front[:] = np.inf
    quantity = np.tile(np.array([0.0, 1.0, 3.0, 8.0, 30.0]), (3, 1))
    fast = quantity_values(stage, rows, quantity)
    for i in range(3):
        slow = np.array([plain_value(stage, rows, i, q) for q in quantity[i]])
        np.testing.assert_allclose(fast[i] - fast[i, 0], slow - slow[0], rtol=1e-6, atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.booleans())
def test_what_comes_by_another_way_is_like_an_arrival(seed, back_orders):
    stage, rows = case(seed, back_orders)
    if back_orders:
        stage.margin[:] = 0.0
        stage.front[:] = np.inf
    quantity, rng = np.array([0.0, 2.0, 9.0]), np.random.default_rng(seed)
    units, week = rng.integers(1, 20, (3, 1)).astype(float), rng.integers(0, 10, rows.arrival.shape)
    together = Beside(np.concatenate([np.zeros((3, 3)), np.repeat(units, 3, axis=1)], axis=1), week)
    found = quantity_values(stage, rows, np.tile(quantity, (3, 2)), together)
    for i in range(3):
        row = rows.take(np.array([i]))
        given_them = replace(stage, inflow=with_extra(stage.inflow, row.item, units[i], week[[i]]))
        for one, mine in ((stage, found[i, :3]), (given_them, found[i, 3:])):
            slow = np.array([plain_value(one, rows, i, q) for q in quantity])
            np.testing.assert_allclose(mine - mine[0], slow - slow[0], rtol=1e-6, atol=1e-6)


def test_low_inventory_fee_rewards_cover():
    """With a fee on thin cover, more units earn more than without it; the same units sold earn less."""
    demand = np.full((1, 3, 12), 10.0, np.float32)
    none = np.zeros((1, 0))
    base = {
        "demand": demand,
        "on_hand": np.array([10.0]),
        "inflow": Inflow(np.array([0, 0]), np.zeros(0), np.zeros((0, 3))),
        "margin": np.full((1, 12), 10.0),
        "lost": np.zeros(1),
        "front": np.full((1, 12), np.inf),
    }
    rows = Rows(
        np.array([0]),
        np.ones((1, 3)),
        np.full((1, 3), 6),
        np.array([5]),
        np.array([4.0]),
        np.full((1, 12), 0.05),
        np.array([np.inf]),
        np.full((1, 12), 45.0),
        np.zeros((1, 5)),
        np.array([10.0]),
        np.full((1, 3), 12),
        np.array([4.0]),
        np.array([5]),
    )
    quantity = np.array([[0.0, 50.0, 90.0]])
    free = quantity_values(Stage(**base, low_days=np.zeros(0), low_fee=none), rows, quantity)[0]
    fee = quantity_values(Stage(**base, low_days=np.array([28.0]), low_fee=np.array([[1.0]])), rows, quantity)[0]
    assert (fee - free)[1] < 0
    assert fee[2] - fee[1] > free[2] - free[1]


def test_no_rows_no_values():
    stage, rows = case(1)
    assert quantity_values(stage, rows.take(np.zeros(0, int)), np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("quantity", [0.0, 5.0])
def test_arrival_beyond_horizon_earns_nothing_now(quantity):
    """A unit that arrives after the last week is worth at most what it costs."""
    stage, rows = case(4)
    late = Rows(
        **{
            **{f: getattr(rows, f) for f in Rows.__dataclass_fields__},
            "arrival": np.full((3, 7), 9),
            "following": np.full((3, 7), 10),
            "terminal": np.zeros((3, 5)),
        }
    )
    got = quantity_values(stage, late, np.tile([0.0, quantity], (3, 1)))
    assert (got[:, 1] - got[:, 0] <= 1e-9).all()
