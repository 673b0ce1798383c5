"""The planner's edits of a plan workbook: taken as overrides and as a new version of the plan with their quantities."""

from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from data.store import Store
from policies.plan import Decision
from replenish.weekly.keep import keep_plan, load_kept, next_plan_id
from reports.bundle import PlanReport
from reports.plan.edits import PlanEdits

KEPT_KINDS = ("hold", "multiplier")
PROPORTIONAL = {
    "purchases": ["cartons", "amount", "landed_cost", "volume_m3", "weight_kg", "expected_profit"],
    "shipments": ["cartons", "move_cost", "volume_m3", "weight_kg", "expected_profit"],
}
KEYS = {
    "purchases": ("buy", {"supplier": "source"}),
    "shipments": ("ship", {"source": "source"}),
}


@dataclass(frozen=True)
class Taken:
    """What became of the edits."""

    overrides: int  # holds and multipliers that from now on act on every plan
    plan_id: str | None  # the new version of the plan; None when no quantity was changed


def take_edits(store: Store, report: PlanReport, edits: PlanEdits, who: str) -> Taken:
    """Keep holds and multipliers, and a new version of the plan with the planner's quantities.

    A quantity is this week's decision: next week the engine sees it as an order under way, so it is not kept beyond.
    """
    kept = edits.overrides[edits.overrides["kind"].isin(KEPT_KINDS)]
    if len(kept):
        reasons = kept["reason"].fillna("").replace("", "plan workbook")
        store.add_overrides(kept.assign(reason=reasons, made_by=who, group_column=None, group_value=None))
    changed = edits.lines[edits.lines["planned"] != edits.lines["quantity"]]
    if changed.empty:
        return Taken(len(kept), None)
    plan_id = next_plan_id(store, report.meta.as_of)
    meta = replace(report.meta, plan_id=plan_id, created_at=datetime.now().replace(microsecond=0))
    before = load_kept(store, report.meta.plan_id)
    edited = replace(report, meta=meta, decision=edited_decision(report.decision, edits.lines))
    keep_plan(store, edited, before.problem, before.settings)
    return Taken(len(kept), plan_id)


def edited_decision(decision: Decision, lines: pd.DataFrame) -> Decision:
    """The decision with the planner's quantities; money and volume of a line follow its quantity in proportion."""
    purchases, shipments = (_edited(getattr(decision, name), name, lines) for name in ("purchases", "shipments"))
    items = decision.items.copy()
    for column, frame in (("buy", purchases), ("ship", shipments)):
        items[column] = items["item"].map(frame.groupby("item")["quantity"].sum()).fillna(0)
    totals = {
        **decision.totals,
        "units_bought": float(purchases["quantity"].sum()),
        "units_shipped": float(shipments["quantity"].sum()),
        "cash_purchases": float(purchases["landed_cost"].sum()),
        "cash_shipments": float(shipments["move_cost"].sum()),
    }
    return replace(decision, purchases=purchases, shipments=shipments, items=items, totals=totals)


def _edited(frame: pd.DataFrame, name: str, lines: pd.DataFrame) -> pd.DataFrame:
    kind, renamed = KEYS[name]
    key = ["item", *renamed, "mode", "destination"]
    wanted = lines[lines["decision"] == kind].rename(columns={theirs: ours for ours, theirs in renamed.items()})
    joined = frame.merge(wanted[[*key, "quantity"]], on=key, how="left", suffixes=("", "_edited"))
    quantity = joined["quantity_edited"].fillna(joined["quantity"])
    share = quantity / joined["quantity"].where(joined["quantity"] > 0, 1)
    edited = frame.reset_index(drop=True).copy()
    by_hand = quantity != edited["quantity"]
    for column in PROPORTIONAL[name]:
        edited[column] = edited[column].astype(float) * share
    edited["reason"] = edited["reason"].where(~by_hand, "quantity set by the planner; " + edited["reason"])
    edited["quantity"] = quantity.astype(edited["quantity"].dtype)
    return edited[edited["quantity"] > 0].reset_index(drop=True)
