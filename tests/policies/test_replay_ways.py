"""Replay with several transport modes and the seller's limits: every policy bears them, the end is seen as it is."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from simulated import true_rate_paths, world

from policies.players import engine_policy, rule_policy
from policies.replay import CLAIRVOYANT, replay
from policies.replay_world import Moves, Way
from policies.rules.velocity import VelocityCover
from policies.simulator import simulate

START = date(2025, 1, 6)


def with_air(case, cost=11.0, lead=1):
    weeks = case.demand.shape[1]
    return replace(case, others=(Way("air", np.full(6, cost), np.full((6, weeks), lead), to_fba=True),))


def flown(units, week=5):
    def policy(known):
        now = np.where(known.week == week, units, 0.0) * np.ones(len(known.on_hand))
        return Moves(np.zeros(len(now)), np.zeros(len(now)), now[None, :])

    return policy


def test_another_mode_is_faster_and_its_extra_cost_is_booked_on_arrival():
    case = with_air(world(on_hand=np.zeros(6)))
    played = simulate(case, flown(8.0))
    assert (played.bought[:, 5] == 8).all() and (played.otherwise[:, 5] == 8).all()
    assert (played.sold[:, 7] > 0).all()  # ordered at the end of week 5, a week under way
    assert played.dearer[:, 7].tolist() == [pytest.approx(24.0)] * 6  # 8 x (11 - 8)
    assert played.dearer.sum() == pytest.approx(144.0)
    late = simulate(case, flown(8.0, week=38))
    assert late.dearer.sum() == 0  # comes after the end: neither counted nor of use


def test_an_item_that_cannot_fly_is_not_flown():
    case = with_air(world(), cost=np.inf)
    assert simulate(case, flown(8.0)).bought.sum() == 0


def test_the_engine_flies_goods_in_only_where_that_pays():
    empty = world(weeks=40, lead=9, on_hand=np.zeros(6))
    by_sea = simulate(empty, engine_policy(empty, true_rate_paths(), START), 4)
    cheap = simulate(with_air(empty, 9.0), engine_policy(with_air(empty, 9.0), true_rate_paths(), START), 4)
    dear = simulate(with_air(empty, 40.0), engine_policy(with_air(empty, 40.0), true_rate_paths(), START), 4)
    assert cheap.otherwise.sum() > 0 and cheap.profit().sum() > by_sea.profit().sum()
    assert dear.otherwise.sum() == 0  # a sale leaves 18


@pytest.mark.parametrize("make", [lambda w: engine_policy(w, true_rate_paths(), START),
                                  lambda w: rule_policy(w, VelocityCover(), START)])  # fmt: skip
def test_what_arrives_after_the_end_is_not_ordered_again(make):
    """With a lead time of nine weeks, the last nine orders would each repeat what they do not see coming."""
    case = world(weeks=60, lead=9)
    played = simulate(case, make(case), 20)
    usual = played.bought[:, 5:30].sum() / 25
    assert played.bought[:, -10:-1].sum() / 9 <= 1.6 * usual


@pytest.mark.parametrize("make", [lambda w: engine_policy(w, true_rate_paths(), START),
                                  lambda w: rule_policy(w, VelocityCover(), START)])  # fmt: skip
def test_no_policy_spends_more_than_the_cash_budget(make):
    case = with_air(world(weeks=50, cash=((4, 900.0),)), 9.0)
    played = simulate(case, make(case), 10)
    paid = (played.bought * 8.0 + played.otherwise).sum(axis=0)
    spans = np.convolve(paid, np.ones(4))
    assert 0 < spans.max() <= 900.0 + 1e-6
    free = simulate(replace(case, cash=()), make(replace(case, cash=())), 10)
    assert free.bought.sum() > played.bought.sum()


@pytest.mark.parametrize("seed", range(3))
def test_nobody_beats_the_clairvoyant(seed):
    lead = np.random.default_rng(seed).integers(2, 7, (6, 60))
    case = with_air(world(weeks=60, seed=seed, lead_weeks=lead, moq=np.full(6, 40.0)), 10.0)
    got = replay(case, true_rate_paths(), START, first_week=20, classes=np.full(6, "A", object), horizon=14)
    assert got.policies.set_index("policy")["profit"].idxmax() == CLAIRVOYANT
    assert (got.policies["regret"] >= 0).all()
