"""What changed between two kept plans, in the columns that reports show."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.store import Store
from policies.difference import ByPlanner, difference
from replenish.weekly.demand import DEMAND_OVERRIDES
from replenish.weekly.keep import KeptPlan, load_edits

COLUMNS = ["item", "field", "last_plan", "this_plan", "cause", "effect_units"]


def changes(store: Store, then: KeptPlan, now: KeptPlan) -> pd.DataFrame:
    """One row per item, decision and cause; the effects of one item and decision add up to its change in units.

    An item that only one of the plans has counts as zero in the other. Causes: see `policies.difference`.
    """
    edits = [load_edits(store, plan.plan_id) for plan in (then, now)]
    edited = frozenset(item for frame in edits if len(frame) for item in frame["item"])
    by_planner = ByPlanner(edited, frozenset(_held(then) ^ _held(now)), _uncorrected(then, now))
    found = difference(then.problem, then.decision, now.problem, now.decision, by_planner=by_planner)
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


def _held(plan: KeptPlan) -> set[str]:
    """Items on hold on the plan's day."""
    rows = plan.overrides[(plan.overrides["kind"] == "hold") & plan.overrides["item"].notna()]
    begun = pd.to_datetime(rows["start_date"]).fillna(pd.Timestamp.min) <= pd.Timestamp(plan.as_of)
    going_on = pd.to_datetime(rows["end_date"]).fillna(pd.Timestamp.max) >= pd.Timestamp(plan.as_of)
    return set(rows.loc[begun & going_on, "item"])


def _uncorrected(then: KeptPlan, now: KeptPlan) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]] | None:
    """Demand of both plans without the planner's corrections, for items whose corrections differ; None without such."""
    before, after = (plan.overrides[plan.overrides["kind"].isin(DEMAND_OVERRIDES)] for plan in (then, now))
    both = pd.concat([before, after])
    differ = both[~both["id"].isin(set(before["id"]) & set(after["id"]))]
    if differ.empty:
        return None
    named = None if differ["item"].isna().any() else set(differ["item"])
    return _without(then, named), _without(now, named)


def _without(plan: KeptPlan, named: set[str] | None) -> npt.NDArray[np.float32]:
    demand = plan.problem.demand
    if not plan.uncorrected:
        return demand
    items = pd.Index(plan.uncorrected["items"])
    here = np.ones(len(items), bool) if named is None else items.isin(list(named))
    bare = demand.copy()
    bare[pd.Index(plan.problem.items).get_indexer(items[here])] = plan.uncorrected["demand"][here]
    return bare
