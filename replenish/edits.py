"""The planner's edits of a plan workbook: taken as overrides and as a new version of the plan with their quantities.

A quantity is this week's decision. It is kept with the plan, and a plan made again in the same week takes it over while
the item's stock and goods under way are as they were; when it cannot, the new plan says so.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from data.store import Store
from policies.inputs import Problem
from policies.plan import Decision
from replenish.orders import Step
from replenish.weekly.keep import keep_plan, latest_plan_id, load_edits, load_kept, next_plan_id
from replenish.weekly.known import monday
from reports.bundle import PlanReport
from reports.plan.edits import PlanEdits

KEPT_KINDS = ("hold", "multiplier")
LINE_KEY = ["decision", "item", "source", "mode", "destination"]
PROPORTIONAL = {
    "purchases": ["amount", "landed_cost", "volume_m3", "weight_kg", "expected_profit"],
    "shipments": ["move_cost", "volume_m3", "weight_kg", "expected_profit"],
}
KINDS = {"purchases": ("buy", "supplier"), "shipments": ("ship", "source")}


@dataclass(frozen=True)
class Taken:
    """What became of the edits."""

    overrides: int  # holds and multipliers that from now on act on every plan
    plan_id: str | None  # the new version of the plan; None when no quantity was changed
    notes: tuple[str, ...] = ()  # lines that could not be taken


def take_edits(store: Store, report: PlanReport, edits: PlanEdits, by: Step) -> Taken:
    """Keep holds and multipliers, and a new version of the plan with the planner's quantities."""
    kept = edits.overrides[edits.overrides["kind"].isin(KEPT_KINDS)]
    if len(kept):
        reasons = kept["reason"].fillna("").replace("", "plan workbook")
        store.add_overrides(kept.assign(reason=reasons, made_by=by.by, group_column=None, group_value=None), by.at)
    changed = edits.lines[edits.lines["planned"] != edits.lines["quantity"]]
    if changed.empty:
        return Taken(len(kept), None)
    before = load_kept(store, report.meta.plan_id)
    decision, lost = edited_decision(report.decision, _with_reasons(changed, edits.overrides), before.problem)
    plan_id = next_plan_id(store, report.meta.as_of)
    meta = replace(report.meta, plan_id=plan_id, created_at=datetime.now().replace(microsecond=0))
    earlier = load_edits(store, report.meta.plan_id)
    everything = _with_reasons(changed, edits.overrides).assign(made_by=by.by, made_on=meta.created_at)
    if len(earlier):
        everything = pd.concat([earlier, everything]).drop_duplicates(LINE_KEY, keep="last")
    made = replace(report, meta=meta, decision=decision)
    keep_plan(store, made, before.problem, before.settings, edits=everything, uncorrected=before.uncorrected)
    return Taken(len(kept), plan_id, lost)


def _with_reasons(lines: pd.DataFrame, overrides: pd.DataFrame) -> pd.DataFrame:
    """`LINE_KEY`, quantity, and the note that the planner wrote beside it."""
    notes = overrides.loc[overrides["kind"] == "quantity", [*LINE_KEY, "reason"]].drop_duplicates(LINE_KEY)
    joined = lines[[*LINE_KEY, "quantity"]].merge(notes.astype(object), on=LINE_KEY, how="left")
    return joined.assign(reason=joined["reason"].fillna(""))


def carry_edits(store: Store, report: PlanReport, problem: Problem) -> tuple[PlanReport, pd.DataFrame]:
    """A plan made again with the quantities the planner set in the last one, and those that still stand.

    In the same week they are taken over for items whose stock and arrivals are as they were. What is not taken over is
    named among the plan's warnings.
    """
    last = latest_plan_id(store)
    edits = load_edits(store, last) if last else pd.DataFrame()
    if edits.empty or last is None:
        return report, edits
    then = load_kept(store, last)
    if monday(then.as_of) != monday(report.meta.as_of):
        note = f"{_set(len(edits), last)} not repeated: a quantity is for the week it was set in."
        return replace(report, warnings=(*report.warnings, note)), edits.iloc[:0]
    same = edits["item"].map(_untouched(then.problem, problem, edits["item"].unique().tolist())).astype(bool)
    decision = report.decision
    notes: list[str] = []
    if same.any():
        decision, lost = edited_decision(decision, edits[same], problem)
        notes += lost
        notes.append(f"{_set(int(same.sum()), last)} taken over.")
    if not same.all():
        names = ", ".join(sorted(edits.loc[~same, "item"].unique())[:5])
        notes.append(
            f"{_set(int((~same).sum()), last)} not taken over, because stock or goods under way have changed since: "
            f"{names}."
        )
    return replace(report, decision=decision, warnings=(*report.warnings, *notes)), edits[same]


def _set(number: int, plan_id: str) -> str:
    return f"{number} quantities set in plan {plan_id} are" if number > 1 else f"1 quantity set in plan {plan_id} is"


def _untouched(before: Problem, now: Problem, items: list[str]) -> dict[str, bool]:
    """For each item whether it stands as it did: stock, and units under way by reference."""
    return {item: item in now.items and _position(before, item) == _position(now, item) for item in items}


def _position(problem: Problem, item: str) -> tuple[Any, ...]:
    at = int(np.flatnonzero(problem.items == item)[0])
    arrivals, upstream = problem.arrivals.frame, problem.upstream
    coming = arrivals[arrivals["item"] == at] if len(arrivals) else arrivals
    held = upstream[upstream["item"] == at] if len(upstream) else upstream
    return (
        float(problem.fba_on_hand[at]),
        sorted(zip(coming["reference"].astype(str), coming["units"].astype(float), strict=True)) if len(coming) else [],
        sorted(zip(held["location"].astype(str), held["units"].astype(float), strict=True)) if len(held) else [],
    )


def edited_decision(decision: Decision, lines: pd.DataFrame, problem: Problem) -> tuple[Decision, tuple[str, ...]]:
    """The decision with the planner's quantities, and in words the lines that no way of the item can carry.

    lines: `LINE_KEY`, quantity and reason. Money and volume of a planned line follow its quantity in proportion; a
    line that the plan has not is priced by the cheapest way that fits what the planner wrote.
    """
    frames, lost = {}, []
    for name, (kind, origin) in KINDS.items():
        wanted = lines[lines["decision"] == kind].rename(columns={"source": origin})
        frames[name], missing = _edited(getattr(decision, name), wanted, name, origin, problem)
        lost += missing
    items = decision.items.copy()
    for column, frame in (("buy", frames["purchases"]), ("ship", frames["shipments"])):
        items[column] = items["item"].map(frame.groupby("item")["quantity"].sum()).fillna(0)
    totals = {
        **decision.totals,
        "units_bought": float(frames["purchases"]["quantity"].sum()),
        "units_shipped": float(frames["shipments"]["quantity"].sum()),
        "cash_purchases": float(frames["purchases"]["landed_cost"].sum()),
        "cash_shipments": float(frames["shipments"]["move_cost"].sum()),
    }
    return replace(decision, **frames, items=items, totals=totals), tuple(lost)


def _edited(
    frame: pd.DataFrame, wanted: pd.DataFrame, name: str, origin: str, problem: Problem
) -> tuple[pd.DataFrame, list[str]]:
    key = ["item", origin, "mode", "destination"]
    joined = frame[key].merge(wanted[[*key, "quantity", "reason"]], on=key, how="left")
    quantity = joined["quantity"].fillna(frame["quantity"].reset_index(drop=True)).astype(float)
    edited = frame.reset_index(drop=True).copy()
    share = quantity / edited["quantity"].where(edited["quantity"] > 0, 1)
    by_hand = quantity != edited["quantity"]
    for column in PROPORTIONAL[name]:
        edited[column] = edited[column].astype(float) * share
    said = joined["reason"].fillna("").map(lambda note: f"quantity set by the planner{_note(note)}; ")
    edited["reason"] = edited["reason"].where(~by_hand, said + edited["reason"].astype(str))
    edited["quantity"] = quantity.astype("int64")
    edited["cartons"] = np.ceil(quantity / edited["case_pack"].astype(float) - 1e-9).astype("int64")
    known = wanted.merge(frame[key], on=key, how="left", indicator=True)["_merge"].to_numpy() == "both"
    rows, lost = [], []
    for one in wanted[~known & (wanted["quantity"] > 0).to_numpy()].to_dict("records"):
        row = _new_line(one, name, origin, problem)
        if row is None:
            lost.append(f"{one['quantity']:g} units of {one['item']} are not taken: the plan knows no such way to "
                        f"{'buy' if name == 'purchases' else 'ship'} it.")  # fmt: skip
        else:
            rows.append(row)
    if rows:
        added = pd.DataFrame(rows, columns=list(edited.columns))
        edited = pd.concat([edited, added], ignore_index=True) if len(edited) else added
        edited = edited.sort_values(key, kind="stable")
    return edited[edited["quantity"] > 0].reset_index(drop=True), lost


def _note(text: str) -> str:
    return f" ({text})" if text else ""


def _new_line(one: dict[str, Any], name: str, origin: str, problem: Problem) -> dict[str, Any] | None:
    """A line of the planner's own, by the cheapest way that fits what was written; None when there is none."""
    options = problem.buy if name == "purchases" else problem.ship
    ways = options.frame
    found = np.flatnonzero(problem.items == one["item"])
    if not len(ways) or not len(found):
        return None
    ways = ways.assign(destination=ways.get("destination", "FBA"))
    fits = ways["item"] == int(found[0])
    for column in (origin, "mode", "destination"):
        if one[column]:
            fits &= ways[column] == one[column]
    if not fits.any():
        return None
    place = int(ways.loc[fits, "unit_cost"].idxmin())
    way, quantity = ways.loc[place], float(one["quantity"])
    cartons = int(np.ceil(quantity / way["case_pack"] - 1e-9))
    row = {
        "item": one["item"],
        origin: way[origin],
        "mode": way["mode"],
        "destination": way["destination"],
        "quantity": int(quantity),
        "cartons": cartons,
        "case_pack": int(way["case_pack"]),
        "volume_m3": cartons * float(way["carton_volume_m3"]),
        "weight_kg": cartons * float(way["carton_weight_kg"]),
        "arrival_week": int(np.median(options.lead_time_days[place]) / 7 + 0.5),
        "expected_profit": 0.0,
        "value_of_last": 0.0,
        "value_of_next": 0.0,
        "limit": "",
        "reason": "added by the planner" + _note(one["reason"]),
    }
    if name == "shipments":
        return {**row, "move_cost": quantity * float(way["unit_cost"])}
    price = float(way["purchase_price"])
    return {
        **row,
        "purchase_price": price,
        "currency": way["currency"],
        "amount": quantity * price,
        "landed_cost": quantity * float(way["unit_cost"]),
        "order_week": int(way["earliest_order_week"]),
    }
