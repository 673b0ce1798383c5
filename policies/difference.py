"""Why this plan differs from the last one: each change of quantity split into causes that add up exactly."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.decide import decide_quantities
from policies.inputs import DecisionSettings, Problem
from policies.overlay import PARTS, only, overlay
from policies.plan import Decision

Floats = npt.NDArray[np.floating]
DECISIONS = ("buy", "ship")
Demand = npt.NDArray[np.float32]
DIFFERENCE_COLUMNS = {
    "item": "marketplace/sku",
    "decision": "buy or ship",
    "cause": "assortment, demand, stock, lead time, cost, limit, override, program, new item or gone",
    "units": "units by which this cause changed the quantity",
}


@dataclass(frozen=True)
class ByPlanner:
    """What the planner did between two plans.

    edited: items whose quantity the planner set; None where every quantity that the engine does not explain is the
    planner's. held: items put on hold or released. uncorrected: demand of the previous problem and of this one as
    they would be without the corrections that are new, other or gone; None where there are none.
    """

    edited: frozenset[str] | None = None
    held: frozenset[str] = frozenset()
    uncorrected: tuple[Demand, Demand] | None = None


NOTHING_KNOWN = ByPlanner()


def difference(
    previous_problem: Problem,
    previous_decision: Decision,
    problem: Problem,
    decision: Decision,
    settings: DecisionSettings | None = None,
    by_planner: ByPlanner = NOTHING_KNOWN,
) -> pd.DataFrame:
    """One row per item, decision and cause; the units of an item and decision sum to its change exactly.

    Starting from the previous problem, its parts are replaced by today's one after the other and the quantities are
    decided again each time: the items planned (assortment: only felt through shared limits), demand, stock and
    arrivals, lead times, costs, limits. What is left are quantities that differ from what the engine decides on the
    same problem: the planner's (override), or those of another version of the engine (program) for items that the
    planner did not touch. Items that are new or gone have that as their one cause.

    Corrections of the demand and holds are overrides too: a hold is taken over with all else of its item, corrections
    apart from the demand that they correct.
    """
    before, after = _quantities(previous_decision), _quantities(decision)
    everything = before.index.union(after.index)
    change = after.reindex(everything, fill_value=0.0) - before.reindex(everything, fill_value=0.0)
    rows = [
        *_whole(change, before.index.difference(after.index), "gone"),
        *_whole(change, after.index.difference(before.index), "new item"),
    ]
    stayed = before.index.intersection(after.index)
    changed = stayed[(change.loc[stayed].abs() > 1e-9).any(axis=1)]
    if len(changed):
        rows += _by_cause(previous_problem, problem, before, after, changed, settings, by_planner)
    frame = pd.DataFrame(rows, columns=list(DIFFERENCE_COLUMNS)).astype({"units": float})
    frame = frame.groupby(["item", "decision", "cause"], sort=False, as_index=False)["units"].sum()
    return frame[frame["units"].abs() > 1e-9].sort_values(["item", "decision"], kind="stable").reset_index(drop=True)


def _by_cause(
    old: Problem,
    new: Problem,
    before: pd.DataFrame,
    after: pd.DataFrame,
    changed: pd.Index,
    settings: DecisionSettings | None,
    by_planner: ByPlanner,
) -> list[tuple[str, str, str, float]]:
    bare = by_planner.uncorrected
    old_bare, new_bare = (old, new) if bare is None else (replace(old, demand=bare[0]), replace(new, demand=bare[1]))
    if not (_has_limits(old) or _has_limits(new)):  # items do not touch each other: only those that changed matter
        old, old_bare, new, new_bare = (
            only(p, np.flatnonzero(pd.Index(p.items).isin(changed))) for p in (old, old_bare, new, new_bare)
        )
    first = _decided(old, settings)
    steps = [(cause, _decided(step, settings)) for cause, step in _steps(old, new, old_bare, new_bare, by_planner)]
    edited, rows = by_planner.edited, []
    was = first.reindex(changed, fill_value=0.0)
    differed = before.loc[changed] - was
    for cause, now in steps:
        then = now.reindex(changed, fill_value=0.0)
        rows += _listed(then - was, cause)
        was = then
    rest = after.loc[changed] - was - differed
    by_hand = np.ones(len(rest), bool) if edited is None else rest.index.isin(list(edited))
    return rows + _listed(rest[by_hand], "override") + _listed(rest[~by_hand], "program")


def _steps(
    old: Problem, new: Problem, old_bare: Problem, new_bare: Problem, by_planner: ByPlanner
) -> Iterator[tuple[str, Problem]]:
    """From the old problem to the new one: each cause with the problem as it is after it."""
    nothing: frozenset[str] = frozenset()
    same = set(old.items) == set(new.items)  # then only the number of paths or weeks can tell here
    yield "demand" if same else "assortment", overlay(old, new, nothing)
    held = by_planner.held
    if held:
        yield "override", overlay(old, new, nothing, held)
    if by_planner.uncorrected is not None:
        yield "override", overlay(old_bare, new_bare, nothing, held)
        yield "demand", overlay(old_bare, new_bare, frozenset({"demand"}), held)
    fresh = nothing
    for part in PARTS:
        fresh = fresh | {part}
        corrected = part == "demand" and by_planner.uncorrected is not None
        yield "override" if corrected else part, new if fresh == set(PARTS) else overlay(old, new, fresh, held)


def _listed(change: pd.DataFrame, cause: str) -> list[tuple[str, str, str, float]]:
    return [
        (str(item), kind, cause, float(change.at[item, kind]))
        for kind in DECISIONS
        for item in change.index[change[kind].abs() > 1e-9]
    ]


def _whole(change: pd.DataFrame, items: pd.Index, cause: str) -> list[tuple[str, str, str, float]]:
    return _listed(change.loc[items], cause)


def _quantities(decision: Decision) -> pd.DataFrame:
    return decision.items.set_index("item")[list(DECISIONS)].astype(float)


def _decided(problem: Problem, settings: DecisionSettings | None) -> pd.DataFrame:
    lines, quantity = decide_quantities(problem, settings)
    n = len(problem.items)
    columns = {
        kind: np.bincount(lines.item[lines.kind == kind], quantity[lines.kind == kind], minlength=n).astype(float)
        for kind in DECISIONS
    }
    return pd.DataFrame(columns, index=pd.Index(problem.items, name="item"))


def _has_limits(problem: Problem) -> bool:
    limits = problem.limits
    groups = len(problem.buy.frame) > 0 and (problem.buy.frame["moq_group"].fillna("").astype(str) != "").any()
    return bool(
        limits.cash is not None
        or groups
        or len(limits.order_minimums)
        or len(limits.containers)
        or len(limits.capacity)
    )
