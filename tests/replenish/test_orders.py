"""A purchase order's life: numbers, steps, confirmations, receipts, and that nothing is ordered twice."""

import importlib.util
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replenish.orders import (
    OPEN,
    STATUSES,
    OrderRefused,
    Orders,
    Step,
    advance,
    cancel,
    confirm,
    draft,
    missing_numbers,
    next_number,
    no_orders,
    open_lines,
    receive,
    status_of,
)
from reports.bundle import PlanReport

SHIP_BY = date(2026, 9, 2)


def _report() -> PlanReport:
    path = Path(__file__).parents[1] / "reports" / "example_report.py"
    spec = importlib.util.spec_from_file_location("example_report_of_orders", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.example_report(40, 1)


REPORT = _report()
SUPPLIERS = dict.fromkeys(REPORT.decision.purchases["supplier"], SHIP_BY)


def step(day: int = 3, note: str = "") -> Step:
    return Step(datetime(2026, 8, day, 12, tzinfo=UTC), "planner", note)


@pytest.fixture
def drafted() -> Orders:
    return draft(no_orders(), REPORT, SUPPLIERS, "PO", step())


def approved_and(orders: Orders, *statuses: str) -> Orders:
    for status in ("approved", *statuses):
        orders = advance(orders, "PO-2026-0001", status, step())
    return orders


def test_a_plan_becomes_one_draft_per_supplier_and_destination(drafted: Orders) -> None:
    bought = REPORT.decision.purchases
    pairs = bought[["supplier", "destination"]].drop_duplicates()
    assert len(drafted.orders) == len(pairs)
    assert list(drafted.orders["order_number"]) == [f"PO-2026-{i:04d}" for i in range(1, len(pairs) + 1)]
    assert set(drafted.orders["status"]) == {"draft"}
    assert drafted.lines["ordered"].sum() == bought["quantity"].sum()
    assert not drafted.lines.duplicated(["order_number", "order_line"]).any()


def test_drafts_are_no_arrivals_and_approved_orders_are(drafted: Orders) -> None:
    assert open_lines(drafted).empty
    approved = advance(drafted, "PO-2026-0001", "approved", step())
    due = open_lines(approved)
    mine = approved.lines[approved.lines["order_number"] == "PO-2026-0001"]
    assert due["quantity"].sum() == mine["quantity"].sum() > 0
    assert set(due["expected_on"]) == {REPORT.meta.start + timedelta(weeks=10)}
    assert set(due["ordered_on"]) == {date(2026, 8, 3)}


def test_drafting_the_same_plan_again_changes_nothing(drafted: Orders) -> None:
    again = draft(drafted, REPORT, SUPPLIERS, "PO", step(4))
    pd.testing.assert_frame_equal(again.orders, drafted.orders)


def test_the_next_plan_replaces_drafts_but_not_approved_orders(drafted: Orders) -> None:
    kept = advance(drafted, "PO-2026-0002", "approved", step())
    later = replace(REPORT, meta=replace(REPORT.meta, plan_id="2026-08-10-1"))
    orders = draft(kept, later, SUPPLIERS, "PO", step(10))
    status = orders.orders.set_index("order_number")["status"]
    assert status["PO-2026-0002"] == "approved"
    assert status["PO-2026-0001"] == "cancelled"
    first_new = f"PO-2026-{len(drafted.orders) + 1:04d}"
    assert status[first_new] == "draft"
    note = orders.events[orders.events["order_number"] == "PO-2026-0001"]["note"].iloc[-1]
    assert note == "replaced by plan 2026-08-10-1"


def test_every_step_is_kept_with_time_and_name(drafted: Orders) -> None:
    orders = approved_and(drafted, "sent", "confirmed", "in_production", "shipped")
    mine = orders.events[orders.events["order_number"] == "PO-2026-0001"]
    assert list(mine["status"]) == ["draft", "approved", "sent", "confirmed", "in_production", "shipped"]
    assert set(mine["changed_by"]) == {"planner"}
    assert set(orders.lines.loc[orders.lines["order_number"] == "PO-2026-0001", "shipped_on"]) == {date(2026, 8, 3)}


@pytest.mark.parametrize(
    ("before", "wanted"),
    [((), "sent"), ((), "shipped"), (("sent",), "approved"), (("shipped",), "cancelled"), (("sent",), "sent")],
)
def test_a_step_that_cannot_be_is_refused_with_those_that_can(drafted: Orders, before: tuple, wanted: str) -> None:
    orders = approved_and(drafted, *before) if before else drafted
    with pytest.raises(OrderRefused, match="Possible from here") as refused:
        advance(orders, "PO-2026-0001", wanted, step())
    assert "PO-2026-0001" in str(refused.value)


def test_an_unknown_order_is_named_with_those_there_are(drafted: Orders) -> None:
    with pytest.raises(OrderRefused, match=r"no order PO-1999-0001.*PO-2026-0005"):
        advance(drafted, "PO-1999-0001", "approved", step())


def test_a_confirmation_changes_quantity_price_and_arrival(drafted: Orders) -> None:
    orders = approved_and(drafted, "sent")
    before = orders.lines[orders.lines["order_number"] == "PO-2026-0001"].iloc[0]
    answer = pd.DataFrame([{"number": 1, "confirmed_quantity": 7, "confirmed_price": 9.5,
                            "confirmed_on": SHIP_BY + timedelta(days=12)}])  # fmt: skip
    orders = confirm(orders, "PO-2026-0001", answer, step(20))
    line = orders.lines[orders.lines["order_number"] == "PO-2026-0001"].iloc[0]
    assert (line["quantity"], line["unit_price"]) == (7, 9.5)
    assert (line["ordered"], line["ordered_price"]) == (before["ordered"], before["ordered_price"])
    assert line["expected_on"] == before["expected_on"] + timedelta(days=12)
    assert status_of(orders, "PO-2026-0001") == "confirmed"


def test_a_declined_line_is_no_arrival_and_an_unclear_value_keeps_the_order(drafted: Orders) -> None:
    orders = approved_and(drafted, "sent")
    answer = pd.DataFrame({"number": [1, 2], "confirmed_quantity": [0, None], "confirmed_price": [None, None],
                           "confirmed_on": [None, None]})  # fmt: skip
    due = open_lines(confirm(orders, "PO-2026-0001", answer, step()))
    assert "1" not in set(due["line"])
    ordered = orders.lines.set_index(["order_number", "order_line"]).loc[("PO-2026-0001", 2), "ordered"]
    assert due.set_index("line").loc["2", "quantity"] == ordered


def test_receipts_add_up_until_the_order_closes_itself(drafted: Orders) -> None:
    orders = approved_and(drafted, "sent", "shipped")
    mine = orders.lines[orders.lines["order_number"] == "PO-2026-0001"]
    first, rest = int(mine["order_line"].iloc[0]), mine.iloc[1:]
    orders = receive(orders, "PO-2026-0001", {first: 1}, step(21))
    assert status_of(orders, "PO-2026-0001") == "partly_received"
    assert open_lines(orders).set_index("line").loc[str(first), "received"] == 1
    orders = receive(orders, "PO-2026-0001", {first: int(mine["quantity"].iloc[0]) - 1}, step(22))
    everything = dict(zip(rest["order_line"], rest["quantity"], strict=True))
    orders = receive(orders, "PO-2026-0001", everything, step(23))
    assert status_of(orders, "PO-2026-0001") == "closed"
    assert "PO-2026-0001" not in set(open_lines(orders)["order_number"])
    parts = orders.receipts[orders.receipts["order_line"] == first]
    assert parts[["received_on", "units"]].values.tolist() == [
        [step(21).at.date(), 1],
        [step(22).at.date(), int(mine["quantity"].iloc[0]) - 1],
    ]


def test_an_order_closed_short_is_no_longer_awaited(drafted: Orders) -> None:
    orders = approved_and(drafted, "sent", "shipped")
    orders = receive(orders, "PO-2026-0001", {1: 1}, step(21))
    orders = advance(orders, "PO-2026-0001", "closed", step(30, "supplier delivered short"))
    assert "PO-2026-0001" not in set(open_lines(orders)["order_number"])


@pytest.mark.parametrize(("units", "text"), [({99: 1}, "no line 99"), ({1: -5}, "-5 units cannot be received")])
def test_a_receipt_that_cannot_be_is_refused(drafted: Orders, units: dict, text: str) -> None:
    with pytest.raises(OrderRefused, match=text):
        receive(approved_and(drafted, "sent", "shipped"), "PO-2026-0001", units, step())


def test_a_cancelled_number_is_never_used_again(drafted: Orders) -> None:
    orders = cancel(drafted, drafted.orders["order_number"].iloc[-1], step())
    later = replace(REPORT, meta=replace(REPORT.meta, plan_id="2026-08-10-1"))
    orders = draft(orders, later, SUPPLIERS, "PO", step(10))
    assert orders.orders["order_number"].is_unique
    assert missing_numbers(orders.orders["order_number"]) == []


def test_numbers_start_anew_each_year_and_keep_prefixes_apart() -> None:
    used = ["PO-2026-0009", "PO-2025-0031", "B-2026-0100", "something else", "2026-0003"]
    assert next_number(used, "PO", 2026) == "PO-2026-0010"
    assert next_number(used, "PO", 2027) == "PO-2027-0001"
    assert next_number(used, "", 2026) == "2026-0004"
    assert next_number(["PO-2026-9999"], "PO", 2026) == "PO-2026-10000"
    assert next_number(["PO-2026-10000"], "PO", 2026) == "PO-2026-10001"


def test_a_lost_order_shows_as_a_missing_number() -> None:
    assert missing_numbers(["PO-2026-0001", "PO-2026-0003"]) == ["PO-2026-0002"]


DRAFTED = draft(no_orders(), REPORT, SUPPLIERS, "PO", step())


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(STATUSES), max_size=12), st.integers(0, 50))
def test_whatever_is_tried_the_history_only_goes_forward(tries: list[str], units: int) -> None:
    orders = DRAFTED
    for wanted in tries:
        try:
            if wanted == "partly_received":
                orders = receive(orders, "PO-2026-0001", {1: units}, step())
            else:
                orders = advance(orders, "PO-2026-0001", wanted, step())
        except OrderRefused:
            continue
    history = list(orders.events.loc[orders.events["order_number"] == "PO-2026-0001", "status"])
    steps = [STATUSES.index(status) for status in history]
    assert steps == sorted(steps)
    assert status_of(orders, "PO-2026-0001") == history[-1]
    due = open_lines(orders)
    assert due.empty or set(due["status"]) <= set(OPEN)
    assert (due["quantity"] > due["received"]).all()
