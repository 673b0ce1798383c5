"""One test per rule of the simulation: lead time, lost sales, cartons, fees, capacity, two echelons, books."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated import world

from policies.replay_world import Actual, Moves, Record
from policies.simulator import simulate, whole_cartons, with_receipts


def nothing(known):
    return Moves(np.zeros(len(known.on_hand)), np.zeros(len(known.on_hand)))


def always(buy=0.0, ship=0.0):
    return lambda known: Moves(np.full(len(known.on_hand), buy), np.full(len(known.on_hand), ship))


def only_in(week, buy):
    return lambda known: Moves(
        np.full(len(known.on_hand), buy if known.week == week else 0.0), np.zeros(len(known.on_hand))
    )


def steady(**changes):
    return world(n=1, weeks=12, demand=np.full((1, 12), 10.0), case_pack=np.ones(1), **changes)


def test_an_order_arrives_lead_time_after_the_week_it_follows():
    """Placed at the end of week 1 with lead time 3: sellable at the start of week 5."""
    played = simulate(steady(on_hand=np.zeros(1), lead_weeks=np.full((1, 12), 3)), only_in(1, 40.0))
    assert played.sold[0].tolist() == [0, 0, 0, 0, 0, 10, 10, 10, 10, 0, 0, 0]
    assert played.lost[0].sum() == 80


def test_lead_time_zero_serves_the_next_week():
    played = simulate(steady(on_hand=np.zeros(1), lead_weeks=np.zeros((1, 12), int)), only_in(0, 10.0))
    assert played.sold[0, :3].tolist() == [0, 10, 0]


def test_unmet_demand_is_lost_and_not_owed():
    played = simulate(steady(on_hand=np.array([25.0]), inbound=np.eye(12)[[5]] * 100), nothing)
    assert played.sold[0].tolist() == [10, 10, 5, 0, 0, 10, 10, 10, 10, 10, 10, 10]
    assert played.stock[0, -1] == 30


def test_money_of_a_quiet_life_adds_up():
    """Sales, storage, capital and the end's worth are the only entries when nothing is ordered."""
    case = steady(on_hand=np.array([200.0]))
    played = simulate(case, nothing)
    assert played.margin.sum() == pytest.approx(120 * 18)
    stock = 200 - 10 * np.arange(1, 13)
    assert played.storage[0] == pytest.approx(stock * 0.05)
    assert played.capital[0] == pytest.approx(stock * 8.0 * 0.003)
    assert played.end_value[0] == pytest.approx(80 * 8.0)
    expected = 120 * 18 - stock.sum() * (0.05 + 0.024) + 640
    assert played.profit().sum() == pytest.approx(expected)


def test_an_order_is_no_loss_in_the_week_it_is_placed():
    """Goods at cost: the same sales earn the same in a week with an order and in one without."""
    case = steady(on_hand=np.array([500.0]), storage=np.zeros((1, 12)), capital_rate=np.zeros(1))
    played = simulate(case, only_in(4, 100.0))
    assert played.by_week()[1:-1] == pytest.approx(np.full(10, 10 * (18.0 - 8.0)))
    assert played.by_week()[0] == pytest.approx(10 * 18.0 + 490 * 8.0)
    assert played.by_week().sum() == pytest.approx(played.profit().sum())


def test_what_is_left_beyond_half_a_year_counts_at_its_exit_value():
    case = steady(on_hand=np.array([1000.0]))
    left = 1000 - 120
    useful = 10 * (26 + 3)
    assert simulate(case, nothing).end_value[0] == pytest.approx(useful * 8.0 + (left - useful) * -0.5)


def test_cartons_and_minimum():
    got = whole_cartons(np.array([0.0, 1.0, 10.0, 14.0, 3.0]), np.full(5, 10.0), np.array([0, 0, 0, 0, 25.0]))
    assert got.tolist() == [0, 10, 10, 10, 30]


def test_purchases_only_in_review_weeks():
    played = simulate(steady(review_weeks=np.array([4])), always(buy=10.0))
    assert np.flatnonzero(played.bought[0]).tolist() == [3, 7]


def test_policy_sees_sales_and_nothing_later():
    seen = []

    def watch(known):
        seen.append((known.week, known.sales.shape[1], known.coming.shape[1], known.sales.sum()))
        return Moves(np.zeros(1), np.zeros(1))

    simulate(steady(on_hand=np.array([15.0])), watch)
    assert seen[0] == (0, 1, 11 + 4, 10.0)  # to the end, and a lead time of three weeks beyond it
    assert seen[5] == (5, 6, 6 + 4, 15.0)  # 60 asked for, 15 sold: lost demand is not seen


def test_aged_surcharge_falls_on_what_is_older_than_the_band():
    case = steady(
        on_hand=np.zeros(1),
        inbound=np.eye(12)[[0]] * 200,
        aged_from_days=np.array([28.0]),
        aged_surcharge=np.array([[1.0]]),
    )
    aged = simulate(case, nothing).aged[0]
    assert aged[:4].sum() == 0
    assert aged[4] == pytest.approx(150)  # four weeks after its arrival all 150 units left are old


def test_low_inventory_fee_is_charged_on_thin_cover_only():
    bands = {"low_days": np.array([28.0]), "low_fee": np.array([[0.5]])}
    thin = simulate(steady(on_hand=np.array([20.0]), inbound=np.full((1, 12), 10.0), **bands), nothing)
    thick = simulate(steady(on_hand=np.array([600.0]), **bands), nothing)
    assert thin.low_inventory.sum() > 0 and thick.low_inventory.sum() == 0


def test_goods_beyond_the_capacity_wait():
    case = steady(
        on_hand=np.zeros(1),
        inbound=np.eye(12)[[0]] * 100,
        volume_m3=np.array([0.01]),
        capacity_m3=np.full((1, 12), 0.5),
    )
    played = simulate(case, nothing)
    assert played.stock[0, 0] == 40  # fifty fitted, ten sold
    assert played.sold[0].sum() == 100


def test_two_echelons_buy_to_the_warehouse_and_ship_on():
    case = steady(
        on_hand=np.zeros(1),
        transfer_weeks=np.array([1]),
        upstream=np.array([30.0]),
        move_cost=np.array([0.5]),
        hold_cost=np.array([0.02]),
    )
    played = simulate(case, always(ship=12.0))
    assert played.shipped[0, :4].tolist() == [12, 12, 6, 0]
    assert played.moving.sum() == pytest.approx(15.0)
    assert played.sold[0].sum() == 30
    waiting = simulate(case, nothing)
    assert waiting.storage[0] == pytest.approx(np.full(12, 0.6))


def test_history_before_the_start_is_known_but_not_counted():
    case = steady(on_hand=np.array([500.0]))
    first = []
    played = simulate(case, lambda k: (first.append(k.sales.shape[1]), Moves(np.zeros(1), np.zeros(1)))[1], start=6)
    assert first[0] == 7
    assert played.sold.shape == (1, 6)


def test_actual_receipts_replace_a_policy():
    """What was under way at the start costs nothing more, as for every policy; what came on top is paid."""
    under_way = np.where(np.arange(12) < 4, 10.0, 0.0)[None, :]
    case = steady(on_hand=np.zeros(1), inbound=under_way)
    played = with_receipts(case, Actual(np.full((1, 12), 10.0)))
    assert played.lost.sum() == 0 and played.stock.sum() == 0 and played.end_value.sum() == 0
    assert played.product.sum() == pytest.approx(80 * 8.0)


def test_actual_orders_and_shipments_cost_what_those_of_a_policy_cost():
    """The moves of a policy, given as what the seller did, give the policy's own books."""
    case = steady(
        on_hand=np.full(1, 20.0),
        transfer_weeks=np.array([1]),
        upstream=np.full(1, 30.0),
        upstream_inbound=np.eye(12)[[2]] * 10,
        move_cost=np.array([0.5]),
        hold_cost=np.array([0.02]),
        lead_weeks=np.full((1, 12), 2),
    )
    policy = simulate(case, always(buy=9.0, ship=12.0))
    arrived = np.pad(policy.bought, ((0, 0), (3, 0)))[:, :12] + case.upstream_inbound
    receipts = np.pad(policy.shipped, ((0, 0), (2, 0)))[:, :12]
    actual = with_receipts(case, Actual(receipts, policy.bought, arrived, policy.shipped))
    for name in ("sold", "stock", "bought", "shipped", "moving", "tied_up", "end_value"):
        np.testing.assert_allclose(getattr(actual, name), getattr(policy, name), err_msg=name)


def test_what_is_still_on_its_way_at_the_end_is_owned_throughout_by_every_policy():
    beyond = np.pad(np.zeros((1, 12)), ((0, 0), (0, 1)), constant_values=7.0)
    case = steady(on_hand=np.full(1, 20.0), inbound=beyond)
    seen = []
    policy = simulate(case, lambda known: (seen.append(known.coming[0].sum()), always()(known))[1])
    actual = with_receipts(case, Actual(np.zeros((1, 12))))
    assert set(seen) == {7.0}, "a policy knows of it"
    for played in (policy, actual):
        assert played.tied_up[0, -1] == 7 * 8.0
        assert played.profit().sum() == pytest.approx(policy.profit().sum())


def test_variants_reach_their_minimum_together_or_are_not_ordered():
    """Two of three items are variants; a minimum of 30 units holds for both together, whatever the third orders."""
    terms = {
        "moq_group": np.array(["mug", "mug", ""], object),
        "moq_group_minimum": np.array([30.0, 30.0, 0.0]),
        "supplier": np.array(["S"] * 3, object),
        "case_pack": np.ones(3),
        "moq": np.zeros(3),
    }
    case = world(n=3, weeks=12, **terms)
    for units, placed in ((14.0, [0, 0, 14]), (15.0, [15, 15, 15])):
        bought = simulate(case, always(buy=units)).bought
        assert bought[:, 3].tolist() == placed


def test_the_utilisation_surcharge_spares_what_came_within_a_month():
    """Forty units at the start, forty more in week 2: of these none is charged until they are older than 30 days."""
    case = steady(on_hand=np.full(1, 40.0), inbound=np.eye(12)[[2]] * 40, utilisation=np.full((1, 12), 0.5))
    more = simulate(case, nothing).storage - simulate(replace(case, utilisation=None), nothing).storage
    assert more[0].tolist() == [15, 10, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    slow = replace(case, demand=np.full((1, 12), 1.0))
    more = simulate(slow, nothing).storage - simulate(replace(slow, utilisation=None), nothing).storage
    assert more[0, 6] == 0.5 * 33 and more[0, 7] == 0.5 * 72


def test_an_order_below_the_suppliers_minimum_is_not_placed():
    terms = {"supplier": np.array(["S"], dtype=object), "order_minimum": np.array([100.0])}
    assert simulate(steady(**terms), always(buy=12.0)).bought.sum() == 0
    assert (simulate(steady(**terms), always(buy=13.0)).bought[0, :-1] == 13).all()


def test_availability_is_told_in_whole_days_not_as_demand():
    seen = []
    case = steady(on_hand=np.array([13.0]))
    simulate(case, lambda known: (seen.append(known.availability[0].tolist()), Moves(np.zeros(1), np.zeros(1)))[1])
    assert seen[2] == [1.0, 3 / 7, 0.0]


def test_record_before_the_start_is_what_a_policy_learns_from():
    record, seen = Record(np.full((1, 6), 3.0), np.full((1, 6), 0.5)), []
    simulate(steady(), lambda known: (seen.append(known), Moves(np.zeros(1), np.zeros(1)))[1], 6, record)
    assert seen[0].sales[0].tolist() == [3.0] * 6 + [10.0]
    assert seen[0].in_stock[0].tolist() == [False] * 6 + [True]


def test_demand_after_the_end_is_last_years_season_or_the_recent_mean():
    demand = np.zeros((2, 104))
    demand[0, 52:60] = 20.0  # a season that comes again
    demand[1, -20:] = 5.0  # sold for less than a year
    case = world(n=2, weeks=104, demand=demand, lead_weeks=np.full((2, 104), 3))
    ahead = case.demand_ahead(20)
    assert ahead[0].tolist() == [20.0] * 8 + [0.0] * 12
    assert ahead[1] == pytest.approx(np.full(20, 100 / 26))
    assert world(n=2, weeks=10, demand_after=np.ones((2, 30))).demand_ahead(20).sum() == 40


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 999), st.floats(0, 40), st.integers(0, 5), st.booleans())
def test_units_are_conserved(seed, buy, lead, two):
    more = {"transfer_weeks": np.full(6, 2), "upstream": np.full(6, 20.0)} if two else {}
    case = world(seed=seed, lead=lead, **more)
    played = simulate(case, always(buy=buy, ship=9.0))
    arrived = 0.0
    for week in range(39):
        first_leg = week + 1 + lead
        arrived += played.bought[:, week].sum() if first_leg < 40 and not two else 0.0
    begun = case.on_hand.sum()
    if not two:
        assert begun + arrived == pytest.approx(played.sold.sum() + played.stock[:, -1].sum())
    assert (played.stock >= 0).all() and (played.sold <= case.demand).all()
    assert played.sold.sum() + played.lost.sum() == pytest.approx(case.demand.sum())


def test_same_policy_same_books():
    case = world()
    first, second = simulate(case, always(buy=8.0)), simulate(replace(case), always(buy=8.0))
    np.testing.assert_array_equal(first.profit(), second.profit())


def test_no_policy_orders_an_item_before_its_launch():
    seen = []

    def always(known):
        seen.append(known.can_buy.copy())
        return Moves(np.full(2, 8.0), np.zeros(2))

    played = simulate(world(n=2, weeks=20, buy_from=np.array([0, 12])), always)
    assert np.flatnonzero(played.bought[1]).min() == 12 and played.bought[0, 0] > 0
    assert [can[1] for can in seen] == [week >= 12 for week in range(19)]
