"""From a plan to what documents say about it: one `PlanReport`, with its evidence beside it."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from policies.ageing import expected_ageing
from policies.fee_tables import DAYS_PER_MONTH
from replenish import __version__
from replenish.config import Config
from replenish.weekly.outlook import capacity_table, cash_table, ipi_table
from replenish.weekly.run import Planned
from reports.bundle import Meta, PlanReport

URGENT = 50
NO_CHANGES = pd.DataFrame(columns=["item", "field", "last_plan", "this_plan", "cause", "effect_units"])


def make_report(
    planned: Planned, config: Config, plan_id: str, created_at: datetime, changes: pd.DataFrame | None = None
) -> PlanReport:
    """Everything the workbook, the page and the orders need to know about `planned`."""
    known, problem, decision = planned.known, planned.stated.problem, planned.decision
    weeks = tuple(problem.start + timedelta(days=7 * week) for week in range(problem.demand.shape[2]))
    low, high = np.quantile(problem.demand, [0.1, 0.9], axis=1)
    meta = Meta(
        plan_id=plan_id,
        as_of=known.as_of,
        created_at=created_at,
        seller=config.seller.name,
        currency=config.seller.currency,
        version=__version__,
        language=config.seller.language,
        start=problem.start,
        horizon=len(weeks),
    )
    planned_items = known.catalogue[known.catalogue["item"].isin(problem.items)]
    return PlanReport(
        meta=meta,
        decision=decision,
        catalogue=planned_items.reset_index(drop=True),
        suppliers=known.suppliers,
        warehouses=known.warehouses,
        history=_history(planned),
        weeks=weeks,
        items=problem.items,
        forecast_mean=problem.demand.mean(axis=1),
        forecast_low=low,
        forecast_high=high,
        components=_components(planned),
        arrivals=_arrivals(planned),
        economics=problem.economics.figures,
        aged=_aged(planned),
        ipi=ipi_table(planned, config),
        capacity=capacity_table(planned),
        cash=cash_table(planned),
        accuracy=_accuracy(planned),
        changes=NO_CHANGES if changes is None else changes,
        checks=_checks(planned),
        sources=known.report_coverage,
        assumptions=_assumptions(planned, config),
        overrides=known.overrides.reindex(
            columns=["id", "item", "kind", "value", "start_date", "end_date", "reason"]
        ),
        warnings=planned.warnings,
        urgent=urgent(planned),
    )  # fmt: skip


def urgent(planned: Planned, limit: int = URGENT) -> pd.DataFrame:
    """The actions that lose most by waiting: item, action, quantity, money, reason, by_when."""
    items = planned.decision.items
    acting = items[(items["ship"] > 0) | (items["buy"] > 0)]
    acting = acting.sort_values(["urgency", "profit_gain", "item"], ascending=[False, False, True]).head(limit)
    return pd.DataFrame(
        {
            "item": acting["item"],
            "action": acting["action"],
            "quantity": acting["ship"] + acting["buy"],
            "money": acting["urgency"],
            "reason": acting["reason"],
            "by_when": planned.known.as_of,
        }
    ).reset_index(drop=True)


def _history(planned: Planned) -> pd.DataFrame:
    known, items = planned.known, planned.stated.problem.items
    sales = known.weekly_sales.loc[known.weekly_sales["item"].isin(items), ["item", "week", "units"]]
    frame = sales.merge(known.weekly_availability[["item", "week", "availability"]], on=["item", "week"], how="left")
    frame["week"] = pd.to_datetime(frame["week"])
    corrections = planned.forecast.corrections.rename(columns={"sku": "item", "reason": "correction"})
    corrections = corrections.drop_duplicates(["item", "week"], keep="last")[["item", "week", "demand", "correction"]]
    frame = frame.merge(corrections.assign(week=pd.to_datetime(corrections["week"])), on=["item", "week"], how="left")
    frame["demand"] = frame["demand"].where(frame["correction"].notna(), frame["units"]).astype(float)
    return frame.assign(week=frame["week"].dt.date, correction=frame["correction"].fillna(""))


def _components(planned: Planned) -> pd.DataFrame:
    frame = planned.forecast.components.rename(columns={"sku": "item"})
    return frame.assign(week=pd.to_datetime(frame["week"]).dt.date)


def _arrivals(planned: Planned) -> pd.DataFrame:
    """Goods under way with the median day they become sellable."""
    problem = planned.stated.problem
    frame = problem.arrivals.frame
    days = np.median(problem.arrivals.days, axis=1) if len(frame) else np.zeros(0)
    expected = [problem.start + timedelta(days=round(day)) for day in days.tolist()]
    named = frame[["destination", "units", "reference", "kind"]].assign(
        item=problem.items[frame["item"].to_numpy(int)] if len(frame) else [], expected_on=expected
    )
    return named[["item", "destination", "units", "reference", "kind", "expected_on"]]


def _aged(planned: Planned) -> pd.DataFrame:
    """FBA stock by age today, with the surcharge those units cost each month, and what acting on it is worth."""
    problem, decision = planned.stated.problem, planned.decision
    economics = problem.economics
    nothing = np.zeros((len(problem.items), 1))
    now = expected_ageing(
        problem.fba_age, problem.age_from_days, nothing, problem.demand[:, :, :1] * 0,
        economics.aged_from_days, economics.aged_surcharge,
    )  # fmt: skip
    units = np.maximum(now.units[:, :, 0], 0)
    ends = [*(economics.aged_from_days[1:] - 1), np.nan]
    rows, bands = np.nonzero(units > 0.5)
    acting = decision.items.set_index("item")
    items = problem.items[rows]
    return pd.DataFrame(
        {
            "item": items,
            "age_from_days": economics.aged_from_days[bands],
            "age_to_days": np.array(ends)[bands],
            "units": units[rows, bands],
            "surcharge_per_month": (units * economics.aged_surcharge)[rows, bands] * DAYS_PER_MONTH / 7,
            "action": acting["action"].reindex(items).to_numpy(),
            "worth": acting["action_worth"].reindex(items).to_numpy(float),
        }
    )


def _accuracy(planned: Planned) -> pd.DataFrame:
    columns = ["class", "length", "wape", "bias", "coverage80", "windows", "passed", "fallback"]
    frame = planned.forecast.calibration
    if frame.empty:
        return pd.DataFrame(columns=columns)
    at80 = frame[np.isclose(frame["nominal"].astype(float), 0.8)].rename(columns={"coverage": "coverage80"})
    return at80.reindex(columns=columns).reset_index(drop=True)


def _checks(planned: Planned) -> pd.DataFrame:
    rows = [(one.title, one.severity, one.count, one.money, one.example, one.what_to_do) for one in planned.findings]
    return pd.DataFrame(rows, columns=["name", "severity", "count", "money", "example", "what_to_do"])


def _assumptions(planned: Planned, config: Config) -> pd.DataFrame:
    rates = ", ".join(f"{code} {rate:g}" for code, rate in config.seller.rates.items())
    rows: list[tuple[str, str, str, str]] = [
        ("exchange rates", rates, "replenish.toml", "setting"),
        ("cost of capital", f"{config.money.capital_rate_per_year:.0%} a year", "replenish.toml", "setting"),
        ("ranking loss", f"{config.money.ranking_loss_share:.0%} of the margin", "replenish.toml", "setting"),
    ]
    rows += [(type(note).__name__, str(note), "fee tables", "assumed") for note in planned.stated.notes]
    learned = planned.stated.times.learned().frame()
    several = learned.duplicated(["supplier", "stage", "mode", "destination"], keep=False)
    for one, named in zip(learned.itertuples(), several, strict=True):
        spread = f"{one.mean:.0f} days ({one.p10:.0f} to {one.p90:.0f})"
        place = f" (marketplace {one.marketplace or 'others'})" if named else ""  # a leg may differ by marketplace
        where = f"lead time: {one.supplier}, {one.stage}, {one.mode} to {one.destination}{place}"
        rows.append((where, spread, f"{one.orders} past orders", "learned" if one.orders else "prior"))
    return pd.DataFrame(rows, columns=["topic", "value", "source", "confidence"])
