"""What the front door answers: frames complete and consistent, quantities that follow the money."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from decide_problems import arriving, buy_row, problem, ship_row

from policies.decide import decide
from policies.inputs import DecisionSettings, Limits
from policies.plan import ITEM_COLUMNS, LIMIT_COLUMNS, PURCHASE_COLUMNS, SHIPMENT_COLUMNS


def bought(decision):
    return float(decision.purchases["quantity"].sum()) if len(decision.purchases) else 0.0


def shipped(decision):
    return float(decision.shipments["quantity"].sum()) if len(decision.shipments) else 0.0


def two_echelons(**changes):
    return problem(
        (20.0, 5.0, 0.4),
        buy=[buy_row(i, destination="3PL") for i in range(3)],
        ship=[ship_row(i, available=60.0) for i in range(3)],
        on_hand=[40, 30, 1],
        spread=5.0,
        **changes,
    )


def test_frames_have_their_columns_and_finite_numbers():
    decision = decide(two_echelons())
    for frame, columns in (
        (decision.purchases, PURCHASE_COLUMNS),
        (decision.shipments, SHIPMENT_COLUMNS),
        (decision.items, ITEM_COLUMNS),
        (decision.limits, LIMIT_COLUMNS),
    ):
        assert list(frame.columns) == list(columns)
        numbers = frame.select_dtypes("number").to_numpy()
        assert np.isfinite(numbers).all()
    assert decision.items["item"].tolist() == ["US/SKU-000", "US/SKU-001", "US/SKU-002"]
    assert decision.projection.mean_with.shape == (3, 26)
    assert (decision.projection.low_with <= decision.projection.high_with).all()


def test_lines_and_items_agree():
    decision = decide(two_echelons())
    for frame, column in ((decision.purchases, "buy"), (decision.shipments, "ship")):
        by_item = frame.groupby("item")["quantity"].sum().reindex(decision.items["item"], fill_value=0)
        assert by_item.tolist() == decision.items[column].tolist()
    gain = pd.concat([decision.purchases, decision.shipments]).groupby("item")["expected_profit"].sum()
    np.testing.assert_allclose(gain.reindex(decision.items["item"], fill_value=0), decision.items["profit_gain"])
    assert decision.totals["units_bought"] == bought(decision)
    assert decision.totals["cash_purchases"] == pytest.approx(decision.purchases["landed_cost"].sum())
    assert (decision.purchases["amount"] == decision.purchases["quantity"] * 40.0).all()


def test_last_case_pack_earns_and_the_next_would_not():
    decision = decide(two_echelons())
    for frame in (decision.purchases, decision.shipments):
        assert (frame["value_of_last"] > 0).all()
        assert (frame["value_of_next"] <= 1e-9).all()
        assert (frame["quantity"] % frame["case_pack"] == 0).all()


def test_reasons_name_units_and_money():
    decision = decide(two_echelons())
    assert decision.purchases["reason"].str.contains("USD").all()
    assert decision.items["reason"].str.contains("a week").all()


def test_same_problem_same_decision():
    first, second = decide(two_echelons()), decide(two_echelons())
    pd.testing.assert_frame_equal(first.purchases, second.purchases)
    pd.testing.assert_frame_equal(first.items, second.items)


def test_items_decide_alone_without_shared_limits():
    """Leaving the second and third item out changes nothing for the first."""
    both = problem((20.0, 8.0), on_hand=[30, 10])
    alone = problem(demand=both.demand[:1], on_hand=[30])
    assert decide(alone).items["buy"].tolist() == decide(both).items["buy"].tolist()[:1]


def test_plenty_of_stock_orders_nothing_and_says_why():
    decision = decide(problem((5.0,), on_hand=[500]))
    assert bought(decision) == 0
    assert decision.items["action"][0] in ("hold", "cut price", "remove", "stop buying")
    assert decision.items["excess_units"][0] > 0


def test_arrivals_under_way_are_counted_when_they_come():
    soon = decide(problem((20.0,), arrivals=[(0, "FBA", 300, "PO-1", "purchase", 63.0)]))
    none = decide(problem((20.0,)))
    assert bought(soon) < bought(none)
    assert soon.items["fba_arriving"][0] == 300


def test_units_lost_before_the_order_arrives_are_not_ordered():
    """An item out of stock today and one with stock to the day of arrival order the same."""
    demand = problem((20.0,)).demand
    empty = decide(problem(demand=demand, on_hand=[0]))
    enough = decide(problem(demand=demand, on_hand=[demand[0, :, :10].sum(axis=1).min()]))
    assert abs(bought(empty) - bought(enough)) <= 10
    assert empty.items["unavoidable_loss"][0] > 100


def test_fast_share_bridges_the_gap_when_it_pays():
    ways = [buy_row(0), buy_row(0, mode="air", unit_cost=11.0, days=21.0, review_weeks=1)]
    out = decide(problem((20.0,), buy=ways))
    assert set(out.purchases["mode"]) == {"air", "sea"}
    dear = [buy_row(0), buy_row(0, mode="air", unit_cost=17.9, days=21.0, review_weeks=1)]
    assert set(decide(problem((20.0,), buy=dear)).purchases["mode"]) == {"sea"}
    stocked = decide(problem((20.0,), buy=ways, on_hand=[190]))
    assert set(stocked.purchases["mode"]) == {"sea"}


def test_cheapest_of_equal_ways():
    ways = [buy_row(0, supplier="Dear", unit_cost=9.0), buy_row(0, supplier="Cheap", unit_cost=7.0)]
    assert set(decide(problem((20.0,), buy=ways)).purchases["supplier"]) == {"Cheap"}


def test_dear_fba_storage_holds_stock_back_upstream():
    cheap = decide(problem((20.0,), buy=[], ship=[ship_row(0)], on_hand=[40]))
    dear = decide(problem((20.0,), buy=[], ship=[ship_row(0)], on_hand=[40], fba_storage=2.0))
    assert 0 < shipped(dear) < shipped(cheap)


def test_low_inventory_fee_keeps_more_cover_at_fba():
    free = decide(problem((20.0,), buy=[], ship=[ship_row(0)], on_hand=[40]))
    fee = decide(
        problem((20.0,), buy=[], ship=[ship_row(0)], on_hand=[40], low_inventory_fee=np.array([[0.9, 0.7, 0.5]]))
    )
    assert shipped(fee) > shipped(free)


def test_price_break_is_taken_when_it_pays():
    breaks = pd.DataFrame({"buy": [0], "minimum_quantity": [200], "unit_cost": [6.0]})
    base = decide(problem((20.0,)))
    with_break = decide(problem((20.0,), limits=Limits(price_breaks=breaks)))
    assert bought(base) < 200 <= bought(with_break)
    line = with_break.purchases.iloc[0]
    assert line["landed_cost"] == pytest.approx(6.0 * line["quantity"])
    far = pd.DataFrame({"buy": [0], "minimum_quantity": [20000], "unit_cost": [7.9]})
    assert bought(decide(problem((20.0,), limits=Limits(price_breaks=far)))) == bought(base)


def test_asin_cap_counts_stock_and_inbound():
    cap = Limits(asin_cap=np.array([70.0]))
    decision = decide(problem((20.0,), limits=cap, on_hand=[20], arrivals=[(0, "FBA", 20, "S", "shipment", 7.0)]))
    assert 0 < bought(decision) <= 30


def test_loose_units_of_a_warehouse_can_go():
    decision = decide(problem((20.0,), buy=[], ship=[ship_row(0, available=7)]))
    assert shipped(decision) == 7


def test_discontinued_item_still_ships_what_it_owns():
    """No way to buy, margin below replacement: stock that is there is sold."""
    decision = decide(problem((20.0,), buy=[], ship=[ship_row(0)], on_hand=[10], product_cost=40.0))
    assert shipped(decision) > 0


def test_goods_for_a_warehouse_take_the_onward_leg():
    direct = decide(problem((20.0,)))
    via = decide(problem((20.0,), buy=[buy_row(0, destination="3PL", unit_cost=7.4)], ship=[ship_row(0, available=0)]))
    assert bought(via) > 0
    assert via.items["demand_to_review"][0] >= direct.items["demand_to_review"][0]


def test_projection_without_is_doing_nothing():
    case = problem((20.0,), on_hand=[100])
    decision = decide(case)
    assert decision.projection.mean_without[0, -1] == pytest.approx(0.0)
    assert decision.projection.mean_with[0, 11] > decision.projection.mean_without[0, 11]
    assert decision.items["lost_after"][0] < decision.items["lost_before"][0]


def test_settings_out_of_range_are_refused():
    for changes in ({"estimated_slack": 1.0}, {"excess_days": 0.0}, {"front_weeks": 0}, {"exact_choices": -1}):
        with pytest.raises(ValueError):
            DecisionSettings(**changes)


def test_arrival_order_of_rows_does_not_matter():
    case = two_echelons()
    rows = [
        (0, "FBA", 30, "A", "purchase", 14.0),
        (1, "3PL", 20, "B", "purchase", 30.0),
        (0, "3PL", 10, "C", "purchase", 9.0),
    ]
    one = replace(case, arrivals=arriving(rows, 100))
    other = replace(case, arrivals=arriving(rows[::-1], 100))
    assert decide(one).items["buy"].tolist() == decide(other).items["buy"].tolist()
