"""Every plan is kept whole, the problem and its answer, so that it can be explained and compared later."""

import io
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data.errors import UnknownName
from data.store import Store
from policies.inputs import BUY_COLUMNS, Arrivals, Limits, Options, Problem, UnitEconomics
from policies.plan import Decision, Projection
from replenish.errors import RefusedInput
from reports.bundle import Meta, PlanReport

REPORT_ARRAYS = ("items", "forecast_mean", "forecast_low", "forecast_high")
LIMIT_ARRAYS = ("cash", "open_payments", "asin_cap")
LIMIT_FRAMES = ("order_minimums", "containers", "capacity", "price_breaks")
ADDED_LATER: dict[str, Any] = {"moq_group": "", "moq_group_minimum": 0.0}
"""Columns of ways to buy that plans kept by an earlier version lack, with what they mean where they are absent."""


@dataclass(frozen=True)
class KeptPlan:
    """A plan as it was made."""

    plan_id: str
    as_of: date
    problem: Problem
    decision: Decision
    settings: dict[str, Any]  # the configuration at that time
    overrides: pd.DataFrame  # in force then: id, item (none for a group or all), kind, value, dates, reason
    uncorrected: dict[str, Any]  # demand without the planner's corrections: items, demand; empty where there are none


def next_plan_id(store: Store, as_of: date) -> str:
    """`2026-08-03-1`, and -2 for a second plan on the same day."""
    taken = set(store.plans()["plan_id"])
    number = 1
    while f"{as_of}-{number}" in taken:
        number += 1
    return f"{as_of}-{number}"


def latest_plan_id(store: Store, before: str | None = None) -> str | None:
    """The newest plan of the base scenario, or the one before `before`."""
    plans = store.plans()
    plans = plans[plans["scenario"] == "base"]
    names = list(plans["plan_id"])
    if before is not None:
        names = names[names.index(before) + 1 :] if before in names else names
    return names[0] if names else None


def keep_plan(
    store: Store,
    report: PlanReport,
    problem: Problem,
    settings: dict[str, Any],
    scenario: str = "base",
    edits: pd.DataFrame | None = None,
    uncorrected: dict[str, Any] | None = None,
) -> None:
    """Write a plan into the store in one transaction.

    edits: quantities that the planner set in it. uncorrected: as in `KeptPlan`.
    """
    documents = {
        "settings": settings,
        **_problem_documents(problem),
        **_decision_documents(report.decision),
        **report_documents(report),
        **({} if edits is None or edits.empty else {"edits": edits.reset_index(drop=True)}),
        **({"uncorrected": _pack(uncorrected)} if uncorrected else {}),
    }
    store.save_plan(report.meta.plan_id, report.meta.as_of, documents, scenario)


def load_kept(store: Store, plan_id: str) -> KeptPlan:
    """A kept plan; refused with the names of those there are, or when an earlier version kept less than is needed."""
    as_of, document = _reader(store, plan_id)
    try:
        parts = _problem(document), _decision(document), document("settings"), document("report.overrides")
    except (UnknownName, KeyError, TypeError) as error:
        raise RefusedInput(
            f"Plan {plan_id} was kept by another version of Replenish, without all that this one reads. Its documents "
            "stay as they are; run `replenish plan`: that plan and later ones can be explained and compared."
        ) from error
    return KeptPlan(plan_id, as_of, *parts, _uncorrected(store, plan_id))


def _uncorrected(store: Store, plan_id: str) -> dict[str, Any]:
    try:
        return _unpack(store.load_plan(plan_id, "uncorrected"))
    except UnknownName:
        return {}


def load_edits(store: Store, plan_id: str) -> pd.DataFrame:
    """Quantities that the planner set in a kept plan; empty when there are none."""
    try:
        edits: pd.DataFrame = store.load_plan(plan_id, "edits")
    except UnknownName:
        return pd.DataFrame()
    return edits


def _reader(store: Store, plan_id: str) -> tuple[date, Callable[[str], Any]]:
    """The plan's day and a way to read its documents; refused when there is no such plan."""
    plans = store.plans().set_index("plan_id")
    if plan_id not in plans.index:
        known = ", ".join(list(plans.index)[:8]) or "none yet"
        raise RefusedInput(f"There is no plan {plan_id}. Plans kept: {known}.")

    def document(kind: str) -> Any:
        return store.load_plan(plan_id, kind)

    return pd.Timestamp(plans.loc[plan_id, "as_of"]).date(), document


def _problem_documents(problem: Problem) -> dict[str, Any]:
    economics = problem.economics
    arrays: dict[str, Any] = {
        f"economics.{name}": value for name, value in vars(economics).items() if name != "figures"
    }
    arrays |= {name: value for name, value in vars(problem).items() if isinstance(value, np.ndarray)}
    arrays["demand"] = _small(problem.demand)
    arrays |= {"buy": problem.buy.lead_time_days, "ship": problem.ship.lead_time_days}
    arrays["arrivals"] = problem.arrivals.days
    for name in LIMIT_ARRAYS:
        value = getattr(problem.limits, name)
        if value is not None:
            arrays[f"limits.{name}"] = value
    frames = {
        "problem.buy": problem.buy.frame,
        "problem.ship": problem.ship.frame,
        "problem.arrivals": problem.arrivals.frame,
        "problem.upstream": problem.upstream,
        "problem.figures": economics.figures,
        **{f"problem.{name}": getattr(problem.limits, name) for name in LIMIT_FRAMES},
    }
    plain = {"start": problem.start.isoformat(), "currency": problem.currency}
    return {"problem": plain, "problem.arrays": _pack(arrays), **frames}


def _problem(document: Any) -> Problem:
    arrays, plain = _unpack(document("problem.arrays")), document("problem")
    economics = {name.removeprefix("economics."): value for name, value in arrays.items() if "economics." in name}
    limits = Limits(
        **{name: arrays.get(f"limits.{name}") for name in LIMIT_ARRAYS},
        **{name: document(f"problem.{name}") for name in LIMIT_FRAMES},
    )
    return Problem(
        start=date.fromisoformat(plain["start"]),
        items=arrays["items"],
        marketplace=arrays["marketplace"],
        demand=arrays["demand"].astype(np.float32),
        fba_on_hand=arrays["fba_on_hand"],
        fba_age=arrays["fba_age"],
        age_from_days=arrays["age_from_days"],
        economics=UnitEconomics(**economics, figures=document("problem.figures")),
        buy=Options(_complete(document("problem.buy")), arrays["buy"]),
        ship=Options(document("problem.ship"), arrays["ship"]),
        arrivals=Arrivals(document("problem.arrivals"), arrays["arrivals"]),
        limits=limits,
        upstream=document("problem.upstream"),
        currency=plain["currency"],
    )


def _complete(ways: pd.DataFrame) -> pd.DataFrame:
    """Ways to buy with the columns that came later. KeyError when others are missing."""
    ways = ways.assign(**{name: value for name, value in ADDED_LATER.items() if name not in ways})
    missing = [name for name in BUY_COLUMNS if name not in ways]
    if missing:
        raise KeyError(missing[0])
    return ways


def _decision_documents(decision: Decision) -> dict[str, Any]:
    frames = {name: getattr(decision, name) for name in ("purchases", "shipments", "items", "limits")}
    plain = {"totals": decision.totals, "warnings": list(decision.warnings)}
    return {**frames, "decision": plain, "projection": _pack(asdict(decision.projection))}


def _decision(document: Any) -> Decision:
    plain = document("decision")
    return Decision(
        purchases=document("purchases"),
        shipments=document("shipments"),
        items=document("items"),
        limits=document("limits"),
        projection=Projection(**_unpack(document("projection"))),
        totals=plain["totals"],
        warnings=tuple(plain["warnings"]),
    )


def _small(demand: npt.NDArray[np.float32]) -> npt.NDArray[Any]:
    """Demand in two bytes where it is whole and small, which it nearly always is."""
    whole = demand.astype(np.uint16) if demand.size and demand.min() >= 0 and demand.max() < 65535 else None
    return whole if whole is not None and np.array_equal(whole, demand) else demand


def _pack(arrays: dict[str, Any]) -> bytes:
    packed = pa.BufferOutputStream()
    texts = {name: value.astype(str) for name, value in arrays.items() if value.dtype == object}
    with pa.CompressedOutputStream(packed, "zstd") as stream:  # zip's own compression takes ten times as long
        np.savez(stream, allow_pickle=False, **{**arrays, **texts})
    return bytes(packed.getvalue())


def _unpack(content: bytes) -> dict[str, Any]:
    plain = pa.CompressedInputStream(pa.BufferReader(content), "zstd").read()
    with np.load(io.BytesIO(plain), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return {name: value.astype(object) if value.dtype.kind == "U" else value for name, value in arrays.items()}


def report_documents(report: PlanReport) -> dict[str, Any]:
    """A plan report as documents; its decision is kept beside it already."""
    frames = {f"report.{name}": value for name, value in vars(report).items() if isinstance(value, pd.DataFrame)}
    meta = {name: value.isoformat() if isinstance(value, date) else value for name, value in vars(report.meta).items()}
    plain = {"meta": meta, "weeks": [week.isoformat() for week in report.weeks], "warnings": list(report.warnings)}
    return {"report": plain, "report.arrays": _pack({name: getattr(report, name) for name in REPORT_ARRAYS}), **frames}


def load_report(store: Store, plan_id: str) -> PlanReport:
    """The report of a kept plan, as it was when the plan was made."""
    _, document = _reader(store, plan_id)
    plain = document("report")
    meta = dict(plain["meta"])
    for name in ("as_of", "start"):
        meta[name] = date.fromisoformat(meta[name])
    meta["created_at"] = datetime.fromisoformat(meta["created_at"])
    frames = {
        field.name: document(f"report.{field.name}") for field in fields(PlanReport) if field.type is pd.DataFrame
    }
    return PlanReport(
        meta=Meta(**meta),
        decision=_decision(document),
        weeks=tuple(date.fromisoformat(week) for week in plain["weeks"]),
        warnings=tuple(plain["warnings"]),
        **_unpack(document("report.arrays")),
        **frames,
    )
