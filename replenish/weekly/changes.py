"""What changed between two kept plans, in the columns that reports show."""

import pandas as pd

from data.store import Store
from policies.difference import difference
from replenish.weekly.keep import KeptPlan, load_edits
from replenish.weekly.known import item_key

COLUMNS = ["item", "field", "last_plan", "this_plan", "cause", "effect_units"]


def changes(store: Store, then: KeptPlan, now: KeptPlan) -> pd.DataFrame:
    """One row per item, decision and cause; the effects of one item and decision add up to its change in units.

    An item that only one of the plans has counts as zero in the other. Causes: see `policies.difference`; that an item
    on hold has no way to be bought is the planner's doing as well.
    """
    edits = [load_edits(store, plan.plan_id) for plan in (then, now)]
    edited = frozenset(item for frame in edits if len(frame) for item in frame["item"])
    found = difference(then.problem, then.decision, now.problem, now.decision, edited=edited)
    turned = found["item"].isin(_held(store, then) ^ _held(store, now)) & (found["decision"] == "buy")
    found["cause"] = found["cause"].mask(turned & (found["cause"] == "cost"), "override")
    found = found.groupby(["item", "decision", "cause"], sort=False, as_index=False)["units"].sum()
    before, after = (plan.decision.items.set_index("item")[["buy", "ship"]].stack() for plan in (then, now))
    key = pd.MultiIndex.from_frame(found[["item", "decision"]])
    frame = pd.DataFrame(
        {
            "item": found["item"],
            "field": found["decision"],
            "last_plan": before.reindex(key, fill_value=0).to_numpy(float),
            "this_plan": after.reindex(key, fill_value=0).to_numpy(float),
            "cause": found["cause"],
            "effect_units": found["units"],
        },
        columns=COLUMNS,
    )
    size = frame["effect_units"].abs()
    return frame.iloc[size.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def _held(store: Store, plan: KeptPlan) -> set[str]:
    """Items on hold on the plan's day."""
    rows = store.view("overrides", plan.as_of)
    rows = rows[(rows["kind"] == "hold") & rows["sku"].notna()]
    begun = pd.to_datetime(rows["start_date"]).fillna(pd.Timestamp.min) <= pd.Timestamp(plan.as_of)
    going_on = pd.to_datetime(rows["end_date"]).fillna(pd.Timestamp.max) >= pd.Timestamp(plan.as_of)
    return set(item_key(rows[begun & going_on]))
