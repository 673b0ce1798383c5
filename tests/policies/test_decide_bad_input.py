"""Bad input: a clear refusal, or the least-bad plan with a warning; never a crash, never a silent drop."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from decide_problems import arriving, buy_row, problem

from policies.checks import ProblemError
from policies.decide import decide
from policies.inputs import Limits, Options


def test_price_below_cost_buys_nothing_and_warns():
    decision = decide(problem((20.0,), margin=5.0))
    assert decision.purchases.empty
    assert any("below cost" in w for w in decision.warnings)
    assert "less after fees than it costs" in decision.items["reason"][0]


def test_negative_margin_buys_nothing_and_warns():
    decision = decide(problem((20.0,), margin=-2.0))
    assert decision.purchases.empty
    assert any("earn nothing" in w for w in decision.warnings)


def test_minimum_above_any_demand():
    decision = decide(problem((0.5,), buy=[buy_row(0, moq=5000)]))
    assert decision.purchases.empty
    assert "smallest order of 5,000" in decision.items["reason"][0]


def test_minimum_worth_its_while_is_ordered():
    decision = decide(problem((20.0,), buy=[buy_row(0, moq=150)]))
    assert decision.purchases["quantity"][0] >= 150


def test_arrival_before_the_plan_counts_as_now():
    case = replace(problem((20.0,)), arrivals=arriving([(0, "FBA", 100, "PO-9", "purchase", -30.0)], 100))
    decision = decide(case)
    assert any("PO-9" in w for w in decision.warnings)
    assert decision.projection.mean_without[0, 0] > 50


def test_unknown_marketplace_in_a_limit_is_named():
    rows = [
        {
            "marketplace": "XX",
            "storage_type": "standard",
            "first_week": 0,
            "last_week": 3,
            "volume_m3": 1.0,
            "confirmed": True,
            "reservation_fee": np.nan,
        }
    ]
    decision = decide(problem((20.0,), limits=Limits(capacity=pd.DataFrame(rows))))
    assert any("XX" in w for w in decision.warnings)
    assert len(decision.purchases) == 1


def test_lead_time_beyond_the_weeks_is_named():
    decision = decide(problem((20.0,), buy=[buy_row(0, days=400.0)]))
    assert any("plan more weeks" in w for w in decision.warnings)
    assert len(decision.items) == 1


def test_nothing_to_decide():
    empty = decide(problem((), buy=[]))
    assert empty.items.empty and empty.purchases.empty and empty.totals["units_bought"] == 0
    no_way = decide(problem((20.0,), buy=[]))
    assert "no way to buy or ship" in no_way.items["reason"][0]


def test_no_demand_at_all():
    decision = decide(problem(demand=np.zeros((1, 20, 26), np.float32), on_hand=[50]))
    assert decision.purchases.empty
    assert np.isfinite(decision.items.select_dtypes("number").to_numpy()).all()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"fba_on_hand": np.array([np.nan])}, "fba_on_hand.*SKU-000"),
        ({"fba_on_hand": np.array([-1.0])}, "fba_on_hand.*0 or more"),
        ({"fba_on_hand": np.zeros(2)}, "fba_on_hand has shape"),
        ({"items": np.array(["a", "a"], object)}, "twice"),
        ({"demand": np.zeros((1, 0, 26), np.float32)}, "demand has shape"),
        ({"demand": np.full((1, 100, 26), -1.0, np.float32)}, "demand"),
    ],
)
def test_arrays_that_cannot_be_read(change, named):
    with pytest.raises(ProblemError, match=named):
        decide(replace(problem((20.0,)), **change))


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("item", 7, "item number 7"),
        ("case_pack", 0, "case_pack"),
        ("unit_cost", np.inf, "unit_cost"),
        ("review_weeks", 0, "review_weeks"),
        ("moq", -1, "moq"),
    ],
)
def test_frames_that_cannot_be_read(column, value, named):
    case = problem((20.0,))
    with pytest.raises(ProblemError, match=named):
        decide(replace(case, buy=Options(case.buy.frame.assign(**{column: value}), case.buy.lead_time_days)))


def test_missing_column_and_wrong_draws():
    case = problem((20.0,))
    with pytest.raises(ProblemError, match="no column supplier"):
        decide(replace(case, buy=Options(case.buy.frame.drop(columns="supplier"), case.buy.lead_time_days)))
    with pytest.raises(ProblemError, match="draws of shape"):
        decide(replace(case, buy=Options(case.buy.frame, case.buy.lead_time_days[:, :3])))
    with pytest.raises(ProblemError, match="lead_time_days"):
        decide(replace(case, buy=Options(case.buy.frame, case.buy.lead_time_days - 500.0)))
