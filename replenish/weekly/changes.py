"""What changed between two kept plans, in the columns that reports show."""

import pandas as pd

from policies.difference import difference
from replenish.weekly.keep import KeptPlan

COLUMNS = ["item", "field", "last_plan", "this_plan", "cause", "effect_units"]


def changes(then: KeptPlan, now: KeptPlan) -> pd.DataFrame:
    """One row per item, decision and cause; the effects of one item and decision add up to its change in units.

    An item that only one of the plans has counts as zero in the other. Causes: see `policies.difference`.
    """
    found = difference(then.problem, then.decision, now.problem, now.decision)
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
