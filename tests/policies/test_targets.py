"""What later decisions top up to: the stock whose last unit earns what its keep costs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.targets import window_targets

GAIN, KEEP = 1.0, 0.1


def targets(demand, review, **changed):
    terms = {"gain": np.array([GAIN]), "keep": np.array([KEEP])} | changed
    return window_targets(demand[None].astype(np.float32), np.array([0]), np.array([review]), **terms)[0]


def worth(demand, review, stock, later):
    """Money of `stock` in week 0 when each later decision tops up to its target and a unit costs nothing."""
    total = 0.0
    for path in demand:
        have = stock
        for h in range(0, len(path), review):
            have = max(have, later[h]) if h else have
            asked = path[h : h + review].sum()
            total += GAIN * min(asked, have)
            have = max(have - asked, 0.0)
            total -= KEEP * review * have
    return total / len(demand)


@settings(max_examples=40)
@given(st.integers(0, 9999), st.sampled_from([1, 2, 4]), st.floats(0.2, 9), st.floats(0, 1))
def test_no_other_stock_is_worth_more(seed, review, rate, season):
    rng = np.random.default_rng(seed)
    by_week = rate * (1 + season * np.cos(np.arange(12) * 2 * np.pi / 12 + rng.uniform(0, 6)))
    demand = rng.poisson(by_week, (40, 12))
    got = targets(demand, review)
    best = max(worth(demand, review, s, got) for s in range(int(demand.sum(axis=1).max()) + 1))
    near = max(worth(demand, review, s, got) for s in (np.floor(got[0]), np.ceil(got[0])))
    assert near >= best - 0.05 * GAIN  # between two paths the target is linear, not exact


@pytest.mark.parametrize("review", [1, 3])
def test_in_level_demand_it_is_the_newsvendors_quantile(review):
    demand = np.random.default_rng(1).poisson(8.0, (400, 12))
    usual = np.quantile(demand[:, :review].sum(axis=1), GAIN / (GAIN + KEEP * review))
    assert targets(demand, review)[0] == pytest.approx(usual, abs=1.0)


def test_where_a_season_ends_it_is_less_and_where_one_begins_it_is_not():
    rng = np.random.default_rng(2)
    ends, begins = (rng.poisson(np.where(np.arange(12) < 4, *rates), (200, 12)) for rates in ((8.0, 0.1), (8.0, 20.0)))
    usual = np.quantile(ends[:, :4].sum(axis=1), GAIN / (GAIN + KEEP * 4))
    assert targets(ends, 4)[0] < usual - 2
    assert targets(begins, 4)[0] == pytest.approx(
        np.quantile(begins[:, :4].sum(axis=1), GAIN / (GAIN + KEEP * 4)), abs=1
    )


def test_dearer_keep_or_a_loss_on_what_is_left_never_raises_it():
    demand = np.random.default_rng(3).poisson(5.0, (100, 12))
    usual = targets(demand, 2)
    assert (targets(demand, 2, keep=np.array([2 * KEEP])) <= usual).all()
    assert (targets(demand, 2, once=np.full((1, 12), 0.5)) <= usual).all()
    assert (targets(demand, 2, gain=np.array([0.0])) == 0).all()
