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
    facts = explain(given, decision, "US/SKU-000").set_index("fact")["value"]
    row = decision.items.set_index("item").loc["US/SKU-000"]
    assert facts["sellable at FBA"] == 40
    assert facts["PO-7"] == 30
    assert facts["profit per unit"] == pytest.approx(10.0)
    assert facts["ship"] == row["ship"] and facts["buy"] == row["buy"]
    assert facts["expected profit of the plan"] == pytest.approx(row["profit_gain"])


def test_binding_limits_are_named():
    tight = case(limits=Limits(cash=np.full(26, 100.0)))
    facts = explain(tight, decide(tight), "US/SKU-000")
    named = facts[facts["step"] == "limit"]
    bound = decide(tight).shipments["limit"].str.contains("cash").any()
    assert (len(named) > 0) == bound
    moq = case()
    assert "MOQ" in explain(moq, decide(moq), "US/SKU-001")["fact"].tolist()


def test_unknown_item():
    given = case()
    with pytest.raises(KeyError, match="US/NOPE"):
        explain(given, decide(given), "US/NOPE")
