"""The facts behind one quantity, in order and complete."""

import numpy as np
import pytest
from decide_problems import buy_row, problem, ship_row

from policies.decide import decide
from policies.explain import EXPLAIN_COLUMNS, explain
from policies.inputs import Limits


def case(**changes):
    return problem(
        (20.0, 6.0),
        on_hand=[40, 10],
        buy=[buy_row(0), buy_row(1, moq=100)],
        ship=[ship_row(0)],
        arrivals=[(0, "FBA", 30, "PO-7", "purchase", 21.0)],
        **changes,
    )


def test_steps_lead_from_demand_to_result():
    given = case()
    facts = explain(given, decide(given), "US/SKU-000")
    assert list(facts.columns) == list(EXPLAIN_COLUMNS)
    order = facts["step"].drop_duplicates().tolist()
    assert order == ["demand", "stock", "arrivals", "money", "way", "decision", "result"]
    assert np.isfinite(facts["value"]).all()


def test_numbers_are_those_of_the_decision():
    given = case()
    decision = decide(given)
    steps = explain(given, decision, "US/SKU-000")
    facts = steps.set_index("fact")["value"]
    row = decision.items.set_index("item").loc["US/SKU-000"]
    assert facts["sellable at FBA"] == 40
    assert facts["PO-7"] == 30
    assert facts["profit per unit"] == pytest.approx(10.0)
    assert facts["ship"] == row["ship"] and facts["buy"] == row["buy"]
    assert facts["expected profit of the plan"] == pytest.approx(row["profit_gain"])
    for kind, lines in (("buy", decision.purchases), ("ship", decision.shipments)):
        for line in lines[lines["item"] == "US/SKU-000"].itertuples():
            name = next(n for n in facts.index if n.startswith(kind) and n.endswith(f"by {line.mode} to FBA"))
            assert facts[f"{name}: value of the last case pack taken"] == line.value_of_last
            assert facts[f"{name}: value of the first case pack refused"] == line.value_of_next
    assert not steps["text"].str.contains("nan").any()


def test_without_shared_limits_a_single_way_is_decided_as_it_is_weighed():
    """The best quantity of the only way, worked out from the kept problem, is the quantity of the plan."""
    given = problem((20.0, 6.0), on_hand=[40, 10], buy=[buy_row(0), buy_row(1, moq=100)])
    decision = decide(given)
    for item in given.items:
        steps = explain(given, decision, item)
        weighed = steps[steps["fact"].str.endswith("best quantity on its own")]["value"].tolist()
        assert weighed == [decision.items.set_index("item").loc[item, "buy"]]


def test_an_item_that_is_not_ordered_is_told_what_its_smallest_order_would_cost():
    given = problem((1.0, 6.0), on_hand=[400, 10], buy=[buy_row(0), buy_row(1)])
    decision = decide(given)
    steps = explain(given, decision, given.items[0])
    assert decision.items["buy"][0] == 0 and "decision" not in set(steps["step"])
    way = steps[steps["step"] == "way"]
    assert way.loc[way["fact"].str.endswith("smallest order"), "value"].item() < 0
    assert "its smallest order, 10 units, costs" in way["text"].iloc[0]


def test_binding_limits_are_named():
    tight = case(limits=Limits(cash=np.full(26, 100.0)))
    facts = explain(tight, decide(tight), "US/SKU-000")
    named = facts[facts["step"] == "limit"]
    bound = decide(tight).shipments["limit"].str.contains("cash").any()
    assert (len(named) > 0) == bound
    moq = case()
    assert "MOQ" in explain(moq, decide(moq), "US/SKU-001")["fact"].tolist()


def test_limits_that_leave_an_item_without_an_order_are_named():
    given = case(limits=Limits(cash=np.zeros(26)))
    decision = decide(given)
    assert decision.items.set_index("item").loc["US/SKU-001", "buy"] == 0
    facts = explain(given, decision, "US/SKU-001")
    assert facts.loc[facts["step"] == "limit", "fact"].str.startswith("cash budget").any()
    assert (facts.loc[facts["fact"].str.endswith("best quantity on its own"), "value"] > 0).any()


def test_unknown_item():
    given = case()
    with pytest.raises(KeyError, match="US/NOPE"):
        explain(given, decide(given), "US/NOPE")
