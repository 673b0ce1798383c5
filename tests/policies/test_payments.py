"""The cash budget counts what leaves by each date: deposits at once, balances and freight when they fall due."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from decide_problems import START, buy_row, problem
from hypothesis import given
from hypothesis import strategies as st

from policies.decide import decide
from policies.inputs import Limits
from policies.payments import dues, left_by

TERMS = {"deposit": 2.0, "balance": 4.0, "balance_week": 4, "freight": 1.5, "freight_week": 4, "landed_week": 9}
"""30 % of a price of 6.0 down, balance and freight at shipment, 0.5 of duty on arrival."""


def seller(cash=None, open_payments=None, **terms):
    limits = Limits(None if cash is None else np.asarray(cash, float), open_payments)
    return problem((20.0,), buy=[buy_row(0, **{**TERMS, **terms})], limits=limits)


def steps(*until_amount):
    """A budget from (last week, amount) pairs, as the seller's steps give it."""
    budget = np.full(26, np.inf)
    for last, amount in reversed(until_amount):
        budget[: last + 1] = np.minimum(budget[: last + 1], amount)
    return budget


def bought(case):
    return float(decide(case).purchases["quantity"].sum())


def test_each_part_leaves_in_its_week():
    left = left_by(seller().buy.frame, 26)[0]
    assert [left[week] for week in (0, 3, 4, 8, 9, 25)] == pytest.approx([2.0, 2.0, 7.5, 7.5, 8.0, 8.0])


def test_without_terms_everything_leaves_with_the_order():
    assert (left_by(problem((20.0,)).buy.frame, 26) == 8.0).all()


def test_a_part_due_before_the_order_starts_is_paid_when_it_starts():
    frame = seller(earliest_order_week=6).buy.frame
    assert left_by(frame, 26)[0, 5] == 0.0 and left_by(frame, 26)[0, 6] == 7.5


@given(st.floats(0, 5), st.floats(0, 5), st.floats(0, 5), st.floats(0, 5), st.integers(-5, 40), st.integers(-5, 40))
def test_parts_add_up_and_never_come_back(deposit, balance, freight, rest, early, late):
    row = {"deposit": deposit, "balance": balance, "freight": freight, "unit_cost": deposit + balance + freight + rest}
    frame = seller(balance_week=late, freight_week=early, landed_week=late, **row).buy.frame
    assert sum(amount[0] for _, amount, _ in dues(frame)) == pytest.approx(row["unit_cost"])
    left = left_by(frame, 60)[0]
    assert (np.diff(left) >= -1e-12).all() and left[-1] == pytest.approx(row["unit_cost"])


def test_a_budget_until_before_shipment_counts_deposits_only():
    free = bought(seller())
    assert bought(seller(steps((3, 2.0 * free)))) == free
    assert bought(seller(steps((4, 2.0 * free)))) < free


def test_the_step_that_binds_is_named_with_its_last_day():
    free = bought(seller())
    decision = decide(seller(steps((1, 2.0 * free), (6, 4.0 * free))))
    limits = decision.limits.set_index("scope")
    first, second = (f"until {START + timedelta(days=7 * week + 6)}" for week in (1, 6))
    assert limits.at[first, "price"] == 0.0 and limits.at[second, "price"] > 0
    assert limits.at[second, "used"] == pytest.approx(7.5 * decision.purchases["quantity"].sum())
    assert decision.purchases["limit"][0] == f"cash budget ({second})"


def test_open_orders_are_paid_first_and_told():
    free = bought(seller())
    paid = np.zeros(26)
    paid[2] = 400.0
    alone, beside = seller(steps((6, 7.5 * free))), seller(steps((6, 7.5 * free)), paid)
    assert bought(alone) == free
    decision = decide(beside)
    assert decision.purchases["quantity"].sum() <= (7.5 * free - 400.0) / 7.5
    assert "open orders take 400.00 USD by then" in decision.limits["text"][0]


def test_open_orders_above_the_budget_are_named_and_nothing_due_by_then_is_added():
    paid = np.zeros(26)
    paid[2] = 900.0
    decision = decide(seller(steps((6, 500.0)), paid))
    assert decision.purchases.empty
    assert decision.limits["broken"].tolist() == [True]
    assert any("what open orders still have to pay exceeds it by 400 USD" in text for text in decision.warnings)
    later = decide(replace(seller(steps((6, 500.0)), paid, deposit=0.0, balance=6.0, balance_week=8, freight_week=8)))
    assert later.purchases["quantity"].sum() > 0  # due after the budget's last day
