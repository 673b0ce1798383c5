"""The planner's quantities: exported as written, kept with the plan, and taken over or named when it is made again."""

import importlib.util
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data.store import Store, open_store
from policies.decide import decide
from replenish.edits import carry_edits, edited_decision, take_edits
from replenish.orders import Step
from replenish.weekly.keep import keep_plan, latest_plan_id, load_edits, load_report
from reports.bundle import PlanReport
from reports.plan.edits import OVERRIDE_COLUMNS, PlanEdits

MONDAY = date(2026, 8, 3)


def _problems() -> Any:
    path = Path(__file__).parents[1] / "policies" / "decide_problems.py"
    spec = importlib.util.spec_from_file_location("decide_problems_of_the_app", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MADE = _problems()
PROBLEM = MADE.problem(
    (20.0, 6.0),
    on_hand=[40, 10],
    buy=[MADE.buy_row(0), MADE.buy_row(1), MADE.buy_row(1, mode="air", unit_cost=12.0, days=20.0)],
    ship=[MADE.ship_row(0)],
)
DECISION = decide(PROBLEM)
LINE = DECISION.purchases.iloc[0]
ITEM = str(LINE["item"])


def line(item: str, quantity: float, supplier: str = "", mode: str = "", destination: str = "") -> dict[str, Any]:
    return {"decision": "buy", "item": item, "source": supplier, "mode": mode, "destination": destination,
            "quantity": quantity, "reason": "trade fair"}  # fmt: skip


def planned(quantity: float) -> dict[str, Any]:
    return line(ITEM, quantity, LINE["supplier"], LINE["mode"], LINE["destination"])


def edits(*lines: dict[str, Any]) -> PlanEdits:
    frame = pd.DataFrame(list(lines)).assign(planned=-1.0)
    written = frame.assign(kind="quantity", value=frame["quantity"]).reindex(columns=list(OVERRIDE_COLUMNS))
    return PlanEdits(written, pd.DataFrame(), frame, stale=False, plan_id="x")


def test_a_planned_line_takes_the_planners_quantity_and_its_money_follows() -> None:
    decision, lost = edited_decision(DECISION, pd.DataFrame([planned(LINE["quantity"] * 2)]), PROBLEM)
    now = decision.purchases.iloc[0]
    assert not lost and now["quantity"] == 2 * LINE["quantity"]
    assert now["amount"] == pytest.approx(2 * LINE["amount"])
    assert now["reason"].startswith("quantity set by the planner (trade fair)")
    assert decision.items["buy"].sum() == decision.purchases["quantity"].sum() == decision.totals["units_bought"]


def test_zero_drops_the_line() -> None:
    decision, _ = edited_decision(DECISION, pd.DataFrame([planned(0.0)]), PROBLEM)
    assert len(decision.purchases) == len(DECISION.purchases) - 1


def test_a_line_of_the_planners_own_is_priced_by_the_cheapest_way_that_fits() -> None:
    other = PROBLEM.items[1]
    bare = replace(DECISION, purchases=DECISION.purchases.iloc[:0])
    decision, lost = edited_decision(bare, pd.DataFrame([line(other, 50.0)]), PROBLEM)
    added = decision.purchases.iloc[0]
    assert not lost and added["quantity"] == 50 and added["mode"] == "sea"
    assert added["cartons"] == 5 and added["landed_cost"] == pytest.approx(50 * 8.0)
    by_air, _ = edited_decision(bare, pd.DataFrame([line(other, 50.0, mode="air")]), PROBLEM)
    assert by_air.purchases["landed_cost"].item() == pytest.approx(600.0)


def test_a_line_that_no_way_can_carry_is_named() -> None:
    _, lost = edited_decision(DECISION, pd.DataFrame([line(PROBLEM.items[0], 5.0, supplier="Nobody")]), PROBLEM)
    assert lost == (f"5 units of {PROBLEM.items[0]} are not taken: the plan knows no such way to buy it.",)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with open_store(tmp_path / "s.duckdb") as opened:
        yield opened


ME = Step(datetime(2026, 8, 3, 12), "me")


def report(example: PlanReport, plan_id: str, as_of: date = MONDAY) -> PlanReport:
    return replace(example, decision=DECISION, warnings=(), meta=replace(example.meta, plan_id=plan_id, as_of=as_of))


def edited_plan(store: Store, example: PlanReport) -> str:
    first = report(example, f"{MONDAY}-1")
    keep_plan(store, first, PROBLEM, {})
    taken = take_edits(store, first, edits(planned(770.0)), ME)
    assert taken.plan_id is not None
    return taken.plan_id


def test_the_edited_plan_is_the_newest_and_what_is_exported(store: Store, example_plan: PlanReport) -> None:
    plan_id = edited_plan(store, example_plan)
    assert latest_plan_id(store) == plan_id
    assert load_report(store, plan_id).decision.purchases["quantity"].iloc[0] == 770


def test_a_plan_made_again_in_the_week_takes_the_quantity_over_and_says_so(
    store: Store, example_plan: PlanReport
) -> None:
    plan_id = edited_plan(store, example_plan)
    again, kept = carry_edits(store, report(example_plan, "next", date(2026, 8, 6)), PROBLEM)
    assert again.decision.purchases["quantity"].iloc[0] == 770
    assert again.warnings == (f"1 quantity set in plan {plan_id} is taken over.",)
    assert len(kept) == 1


def test_what_was_ordered_meanwhile_is_not_ordered_by_the_edit_again(store: Store, example_plan: PlanReport) -> None:
    edited_plan(store, example_plan)
    ordered = replace(PROBLEM, arrivals=MADE.arriving([(1, "FBA", 770, "PO-1", "purchase", 60.0)], 100))
    again, kept = carry_edits(store, report(example_plan, "next"), ordered)
    assert again.decision.purchases.equals(DECISION.purchases) and kept.empty
    assert "not taken over" in again.warnings[0] and ITEM in again.warnings[0]


def test_next_week_is_a_new_decision_and_says_so(store: Store, example_plan: PlanReport) -> None:
    edited_plan(store, example_plan)
    again, kept = carry_edits(store, report(example_plan, "next", date(2026, 8, 10)), PROBLEM)
    assert again.decision.purchases.equals(DECISION.purchases) and kept.empty
    assert "for the week" in again.warnings[0]


def test_edits_of_an_edited_plan_add_to_the_first(store: Store, example_plan: PlanReport) -> None:
    plan_id = edited_plan(store, example_plan)
    second = take_edits(store, load_report(store, plan_id), edits(line(PROBLEM.items[0], 40.0)), ME)
    assert second.plan_id is not None
    assert load_edits(store, second.plan_id)["quantity"].tolist() == [770.0, 40.0]
    assert set(load_edits(store, second.plan_id)["reason"]) == {"trade fair"}
    assert load_edits(store, f"{MONDAY}-1").empty
