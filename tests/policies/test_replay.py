"""Replay: who earns what on the same past, how sure that is, and that nobody but the clairvoyant sees ahead."""

from datetime import date

import numpy as np
import pytest
from simulated import true_rate_paths, world

from policies.players import clairvoyant_policy, engine_policy, lead_draws, rule_policy
from policies.replay import ACTUAL, CLAIRVOYANT, OURS, replay
from policies.replay_world import Actual, Known, Moves
from policies.rules.velocity import VelocityCover
from policies.simulator import simulate

START = date(2025, 1, 6)
CLASSES = np.array(["A", "A", "A", "B", "B", "B"], dtype=object)


def played(case=None, **changes):
    case = world(weeks=60, seed=3) if case is None else case
    given = {"first_week": 20, "classes": CLASSES, "horizon": 14, "rules": [VelocityCover(days=28.0)], **changes}
    return replay(case, true_rate_paths(), START, **given)


def test_frames_tell_policy_difference_class_and_week():
    got = played(actual=Actual(np.full((6, 60), 8.0)))
    names = [OURS, "velocity x cover", CLAIRVOYANT, ACTUAL]
    assert got.policies["policy"].tolist() == names
    assert set(got.differences["policy"]) == set(names) - {OURS}
    assert set(got.classes["class"]) == {"A", "B"}
    assert got.weeks.groupby("policy").size().tolist() == [40] * 4
    assert got.weeks["week"].min() == date(2025, 5, 26)
    total = got.policies.set_index("policy")["profit"]
    by_class = got.classes.groupby("policy")["profit"].sum()
    by_week = got.weeks.groupby("policy")["profit"].sum()
    for name in names:
        assert total[name] == pytest.approx(by_class[name]) == pytest.approx(by_week[name])


def test_intervals_hold_the_figure_and_regret_is_against_the_clairvoyant():
    got = played().policies
    assert ((got["profit_low"] <= got["profit"]) & (got["profit"] <= got["profit_high"])).all()
    assert got.set_index("policy")["regret"][CLAIRVOYANT] == 0
    assert (got["fill_rate"] <= 1).all()


def test_clairvoyant_beats_all_and_loses_nothing_it_could_serve():
    case = world(weeks=60, seed=5)
    best = simulate(case, clairvoyant_policy(case, 14, START), 20)
    ours = simulate(case, engine_policy(case, true_rate_paths(), START), 20)
    rule = simulate(case, rule_policy(case, VelocityCover(), START), 20)
    assert best.profit().sum() > ours.profit().sum() > rule.profit().sum()
    assert best.lost.sum() <= 0.01 * case.demand.sum()


def test_clairvoyant_bears_lead_times_that_change():
    lead = np.random.default_rng(0).integers(1, 6, (6, 60))
    case = world(weeks=60, seed=5, lead_weeks=lead)
    best = simulate(case, clairvoyant_policy(case, 14, START), 20)
    assert best.lost[:, 6:].sum() <= 0.02 * case.demand.sum()


def test_our_policy_does_not_see_ahead():
    """Demand after the 40th week cannot change what is ordered before it."""
    case = world(weeks=60, seed=7)
    later = case.demand.copy()
    later[:, 40:] = 0.0
    for make in (
        lambda w: engine_policy(w, true_rate_paths(), START),
        lambda w: rule_policy(w, VelocityCover(), START),
    ):
        one = simulate(case, make(case), 20)
        other_world = world(weeks=60, seed=7, demand=later)
        other = simulate(other_world, make(other_world), 20)
        np.testing.assert_array_equal(one.bought[:, :20], other.bought[:, :20])


def known(week, n=6):
    return Known(
        week,
        np.zeros((n, week + 1)),
        np.ones((n, week + 1)),
        np.zeros(n),
        np.zeros((n, 60 - week - 1)),
        np.zeros(n),
        np.zeros((n, 60 - week - 1)),
        np.ones(n, bool),
    )


def test_lead_times_are_those_of_orders_that_arrived():
    lead = np.full((6, 60), 3)
    lead[:, 10:] = 9
    case = world(weeks=60, lead_weeks=lead)
    assert (lead_draws(case, known(14), 20) == 3).all()  # orders since week 10 have not arrived
    assert (lead_draws(case, known(30), 20) > 3).any()
    assert (lead_draws(case, known(1), 20) == 8).all()  # no order has arrived yet: the prior


def test_two_echelons_are_played_by_engine_and_rules():
    case = world(
        weeks=60,
        seed=3,
        transfer_weeks=np.full(6, 1),
        upstream=np.full(6, 40.0),
        move_cost=np.full(6, 0.4),
        hold_cost=np.full(6, 0.01),
    )
    got = played(case)
    earned = got.policies.set_index("policy")["profit"]
    assert earned[OURS] > earned["velocity x cover"]
    assert got.played[OURS].shipped.sum() > 0


def test_same_seed_same_intervals_and_progress_names_policies():
    seen = []
    first, second = played(progress=seen.append), played()
    assert seen == [OURS, "velocity x cover", CLAIRVOYANT]
    assert first.differences.equals(second.differences)


def test_no_move_is_a_policy_too():
    case = world(weeks=30)
    assert simulate(case, lambda k: Moves(np.zeros(6), np.zeros(6))).bought.sum() == 0
