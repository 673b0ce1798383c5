"""Changes between two plans: each cause found, all causes together exact."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from decide_problems import arriving, buy_row, economics, options, problem, ship_row
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.decide import decide
from policies.difference import DIFFERENCE_COLUMNS, NOTHING_KNOWN, ByPlanner, difference
from policies.inputs import Limits, Options


def base(**changes):
    return problem(
        (20.0, 8.0, 3.0),
        on_hand=[30, 20, 10],
        ship=[ship_row(i, available=80) for i in range(3)],
        spread=4.0,
        **changes,
    )


def changed(old, new, edit=None, by_planner=NOTHING_KNOWN):
    before, after = decide(old), decide(new)
    if edit is not None:
        after = replace(after, items=edit(after.items))
    found = difference(old, before, new, after, by_planner=by_planner)
    total = found.groupby(["item", "decision"])["units"].sum()
    a, b = (d.items.set_index("item")[["buy", "ship"]].stack() for d in (before, after))
    keys = a.index.union(b.index)
    expected = b.reindex(keys, fill_value=0.0) - a.reindex(keys, fill_value=0.0)
    np.testing.assert_allclose(total.reindex(keys, fill_value=0.0), expected, atol=1e-9)
    assert list(found.columns) == list(DIFFERENCE_COLUMNS)
    return found


def causes(found):
    return set(found["cause"])


def test_nothing_changed():
    assert changed(base(), base()).empty


def test_demand():
    old = base()
    assert causes(changed(old, replace(old, demand=old.demand * 2))) == {"demand"}


def test_stock_and_arrivals():
    old = base()
    assert causes(changed(old, replace(old, fba_on_hand=old.fba_on_hand * 3))) == {"stock"}
    coming = arriving([(0, "FBA", 200, "PO-1", "purchase", 60.0)], 100)
    assert causes(changed(old, replace(old, arrivals=coming))) == {"stock"}


def test_lead_time():
    old = base()
    slower = Options(old.buy.frame, old.buy.lead_time_days + 28.0)
    assert causes(changed(old, replace(old, buy=slower))) == {"lead time"}
    rarer = Options(old.buy.frame.assign(review_weeks=12), old.buy.lead_time_days)
    assert causes(changed(old, replace(old, buy=rarer))) == {"lead time"}
    rarer = Options(old.ship.frame.assign(review_weeks=8), old.ship.lead_time_days)
    assert causes(changed(old, replace(old, ship=rarer))) == {"lead time"}


def test_cost():
    old = base()
    dear = replace(old, economics=economics(3, fba_storage=1.0))
    assert causes(changed(old, dear)) == {"cost"}
    breaks = Limits(price_breaks=pd.DataFrame({"buy": [0], "minimum_quantity": [300], "unit_cost": [5.0]}))
    assert causes(changed(old, replace(old, limits=breaks))) == {"cost"}


def test_limit():
    old = base()
    assert causes(changed(old, replace(old, limits=Limits(cash=np.full(26, 200.0))))) == {"limit"}
    packed = Options(old.buy.frame.assign(case_pack=50), old.buy.lead_time_days)
    assert causes(changed(old, replace(old, buy=packed))) == {"limit"}


def test_override_is_what_the_engine_did_not_decide():
    old = base()
    found = changed(old, old, lambda items: items.assign(buy=items["buy"] + [40.0, 0.0, 0.0]))
    assert found[["item", "cause", "units"]].to_numpy().tolist() == [["US/SKU-000", "override", 40.0]]


def test_days_of_payment_follow_the_lead_time():
    """Slower goods are paid later: under a budget that is the lead time's doing, not that of costs."""
    old = base(limits=Limits(cash=np.linspace(100.0, 3000.0, 26), open_payments=np.full(26, 10.0)))
    terms = {"deposit": 0.0, "balance": 6.0, "balance_week": 4, "freight": 0.0, "freight_week": 4, "landed_week": 8}
    old = replace(old, buy=Options(old.buy.frame.assign(**terms), old.buy.lead_time_days))
    later = old.buy.frame.assign(balance_week=9, freight_week=9, landed_week=13)
    slower = replace(old, buy=Options(later, old.buy.lead_time_days + 35.0))
    slower = replace(slower, limits=replace(slower.limits, open_payments=np.full(26, 30.0)))
    assert causes(changed(old, slower)) == {"lead time"}


def test_corrections_of_demand_and_holds_are_the_planners():
    """A correction apart from the demand under it; a hold with what it does to others through a shared limit."""
    tight = base(limits=Limits(cash=np.full(26, 900.0)))
    for old in (base(), tight):
        corrected = replace(old, demand=old.demand * 2)
        found = changed(old, corrected, by_planner=ByPlanner(uncorrected=(old.demand, old.demand)))
        assert causes(found) == {"override"}
        grown = replace(old, demand=old.demand * 3)
        found = changed(old, grown, by_planner=ByPlanner(uncorrected=(old.demand, old.demand * np.float32(1.5))))
        assert causes(found) == {"override", "demand"}
    free = tight.buy.frame["item"] != 0
    held = replace(tight, buy=Options(tight.buy.frame[free].reset_index(drop=True), tight.buy.lead_time_days[free]))
    found = changed(tight, held, by_planner=ByPlanner(held=frozenset({"US/SKU-000"})))
    assert causes(found) == {"override"}
    assert found["item"].nunique() > 1


def test_what_another_version_decides_is_not_called_the_planners():
    old = base()
    before, after = decide(old), decide(old)
    after = replace(after, items=after.items.assign(buy=after.items["buy"] + [40.0, 5.0, 0.0]))
    found = difference(old, before, old, after, by_planner=ByPlanner(edited=frozenset({"US/SKU-000"})))
    assert found[["item", "cause", "units"]].to_numpy().tolist() == [
        ["US/SKU-000", "override", 40.0],
        ["US/SKU-001", "program", 5.0],
    ]


CHANGES = {
    "demand": lambda p: replace(p, demand=p.demand * 1.4),
    "stock": lambda p: replace(p, fba_on_hand=p.fba_on_hand * 2),
    "arrivals": lambda p: replace(p, arrivals=arriving([(1, "FBA", 60, "PO-1", "purchase", 40.0)], 100)),
    "lead time": lambda p: replace(p, buy=Options(p.buy.frame, p.buy.lead_time_days + 21.0)),
    "cost": lambda p: replace(p, economics=economics(3, fba_storage=0.4)),
    "cash": lambda p: replace(p, limits=replace(p.limits, cash=np.full(26, 900.0))),
    "cartons": lambda p: replace(p, buy=Options(p.buy.frame.assign(case_pack=40, moq=120), p.buy.lead_time_days)),
    "items": lambda p: replace(p, items=np.array(["US/SKU-000", "US/SKU-001", "US/SKU-009"], dtype=object)),
}


@settings(max_examples=12)
@given(
    st.sets(st.sampled_from(sorted(CHANGES))),
    st.lists(st.integers(-30, 30), min_size=3, max_size=3),
    st.booleans(),
)
def test_whatever_changes_the_causes_add_up(names, by_hand, limited):
    """`changed` checks the sums; a cause is named only when something of its kind has changed."""
    old = base(limits=Limits(cash=np.full(26, 1500.0)) if limited else Limits())
    new = old
    for name in sorted(names):
        new = CHANGES[name](new)
    edit = (lambda items: items.assign(ship=(items["ship"] + by_hand).clip(lower=0.0))) if any(by_hand) else None
    found = causes(changed(old, new, edit))
    allowed = {"lead time", "demand", "cost"} & names
    allowed |= {"stock"} if names & {"stock", "arrivals"} else set()
    allowed |= {"limit"} if names & {"cash", "cartons"} else set()
    allowed |= {"override"} if any(by_hand) else set()
    allowed |= {"new item", "gone", "assortment"} if "items" in names else set()
    assert found <= allowed


def test_new_and_gone_items_are_one_cause_each():
    old = base()
    names = np.array(["US/SKU-000", "US/SKU-001", "US/SKU-009"], dtype=object)
    found = changed(old, replace(old, items=names))
    assert causes(found) == {"new item", "gone"}
    assert set(found.loc[found["cause"] == "gone", "item"]) == {"US/SKU-002"}


def test_new_item_that_takes_the_cash_of_others():
    tight = Limits(cash=np.full(26, 900.0))
    old = problem((20.0, 8.0), limits=tight)
    grown = problem(demand=np.concatenate([old.demand, old.demand[:1] * 3]), limits=tight)
    found = changed(old, grown)
    assert "new item" in causes(found)
    assert "assortment" in causes(found)


def test_everything_at_once_adds_up():
    old = base(limits=Limits(cash=np.full(26, 1500.0)))
    new = problem(
        (26.0, 8.0, 2.0),
        seed=9,
        on_hand=[10, 50, 10],
        spread=8.0,
        fba_storage=0.3,
        buy=[buy_row(i, unit_cost=9.0, days=80.0) for i in range(3)],
        ship=[ship_row(i, available=40, source="Other") for i in range(3)],
        arrivals=[(1, "3PL", 30, "A", "shipment", 12.0)],
        limits=Limits(cash=np.full(26, 700.0)),
    )
    found = changed(old, new, lambda items: items.assign(ship=items["ship"] + [0.0, 10.0, 0.0]))
    assert len(causes(found)) >= 3


@pytest.mark.parametrize(("paths", "weeks"), [(60, 26), (100, 20), (130, 30)])
def test_other_numbers_of_paths_and_weeks(paths, weeks):
    found = changed(
        base(),
        problem(
            (20.0, 8.0, 3.0),
            on_hand=[30, 20, 10],
            paths=paths,
            weeks=weeks,
            ship=[ship_row(i, available=80) for i in range(3)],
            spread=4.0,
        ),
    )
    assert causes(found) <= {"demand", "stock", "lead time", "cost", "limit"}


def test_a_way_that_is_gone():
    old = problem((20.0,), buy=[buy_row(0), buy_row(0, mode="air", unit_cost=10.0, days=21.0)])
    found = changed(old, replace(old, buy=options([buy_row(0)], 100)))
    assert causes(found) == {"cost"}
