"""What must be committed now, what can wait for a later review, and what to watch until then."""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.inputs import Problem
from policies.plan import Decision
from replenish.scenarios.resolve import Row

COLUMNS = ["item", "commit_units", "wait_units", "decide_by", "watch"]


def stage_table(problem: Problem, decision: Decision, calendar: pd.DataFrame, peak: Row, as_of: date) -> pd.DataFrame:
    """One row per SKU of the event (COLUMNS).

    commit_units: bought now. wait_units: expected demand until the event's end beyond stock, goods under way and what
    is bought now. decide_by: last day to order by the slowest way still open. watch: sales until then above which
    the demand is higher than four of five paths expect.
    """
    horizon = problem.demand.shape[2]
    until = peak.weeks_until_end(problem.start, problem.marketplace, horizon)
    mean = problem.demand.mean(axis=1, dtype=float)
    needed = (mean * (np.arange(horizon)[None, :] < until[:, None])).sum(axis=1)
    items = decision.items
    position = (
        items[["fba_on_hand", "fba_arriving", "upstream_on_hand", "upstream_arriving"]].sum(axis=1).to_numpy(float)
    )
    buy = items["buy"].to_numpy(float)
    wait = np.ceil(np.maximum(needed - position - buy, 0.0))
    decide_by = _decide_by(calendar, pd.Index(problem.items), as_of)
    chosen = (until > 0) & peak.items & ((buy > 0) | (wait > 0))
    watch = [
        _watch(problem, int(row), day, as_of)
        for row, day in zip(np.flatnonzero(chosen), decide_by[chosen], strict=True)
    ]
    frame = pd.DataFrame({"item": problem.items, "commit_units": buy, "wait_units": wait, "decide_by": decide_by})
    return frame[chosen].assign(watch=watch).sort_values("wait_units", ascending=False, ignore_index=True)[COLUMNS]


def _decide_by(calendar: pd.DataFrame, items: pd.Index, as_of: date) -> npt.NDArray[np.object_]:
    """The first deadline that is still ahead: after it the item's cheapest slow way is closed."""
    ordering = calendar[calendar["order_by"].notna()] if len(calendar) else calendar
    if ordering.empty:
        return np.full(len(items), None, dtype=object)
    ahead = ordering[[day >= as_of for day in ordering["order_by"]]]
    first = ahead.groupby("item")["order_by"].min()
    days = first.reindex(items)
    return np.asarray(days.where(days.notna(), None).to_numpy(object))


def _watch(problem: Problem, item: int, decide_by: date | None, as_of: date) -> str:
    if decide_by is None:
        return "no way to order reaches the event any more"
    weeks = max((decide_by - as_of).days // 7, 1)
    sold = problem.demand[item, :, : min(weeks, problem.demand.shape[2])].sum(axis=1)
    review = (problem.start + timedelta(days=7 * weeks)).isoformat()
    return f"order more if over {np.quantile(sold, 0.8):,.0f} units sell by {review} (expected {sold.mean():,.0f})"
