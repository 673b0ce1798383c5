"""Scenarios planned side by side: one forecast, one seed, one scenario in memory at a time, then the regret table."""

import pickle
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.quality import Finding
from forecasting import Forecast
from policies.decide import decide
from policies.inputs import DecisionSettings, Problem
from replenish.config import Config
from replenish.scenarios.after import after_peak
from replenish.scenarios.carry import Flow, Quantities, World, quantities_of, regret_table
from replenish.scenarios.deadlines import calendar_table, event_days
from replenish.scenarios.demand import demand_overlay
from replenish.scenarios.files import BASE, NO_OVERLAY, Scenario
from replenish.scenarios.overlay import changed_problem, changes_known, overlaid
from replenish.scenarios.resolve import Resolved, Row, resolve
from replenish.scenarios.stages import stage_table
from replenish.scenarios.uplift import Past
from replenish.weekly.known import Known
from replenish.weekly.outlook import capacity_table, cash_table
from replenish.weekly.problem import Stated, listed_items, state_problem
from replenish.weekly.run import Fit, Planned, state_week

Floats = npt.NDArray[np.floating]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Shared:
    """What all scenarios start from: the store's day, the settings, one forecast, the base problem."""

    known: Known
    config: Config
    findings: Sequence[Finding]
    left_out: pd.DataFrame
    forecast: Forecast
    past: Past
    stated: Stated

    @property
    def weeks(self) -> pd.DatetimeIndex:
        """Mondays of the plan's weeks."""
        start, count = self.stated.problem.start, self.stated.problem.demand.shape[2]
        return pd.DatetimeIndex([pd.Timestamp(start + timedelta(days=7 * week)) for week in range(count)])


@dataclass(frozen=True)
class Told:
    """What is kept of one scenario once it is planned: summaries and quantities, no paths.

    summary: one row of `reports.html.pages.Scenarios.scenarios`. demand, stock, cash, volume, calendar, stages: rows
    of its frames. items: item, week, mean, low, high of demand. uplifts: learned beside typed. after: one row, see
    `after_peak`. purchases, shipments: the plan's lines in full.
    """

    scenario: Scenario
    summary: dict[str, object]
    demand: pd.DataFrame
    stock: pd.DataFrame
    cash: pd.DataFrame
    volume: pd.DataFrame
    calendar: pd.DataFrame
    stages: pd.DataFrame
    items: pd.DataFrame
    uplifts: pd.DataFrame
    after: pd.DataFrame
    purchases: pd.DataFrame
    shipments: pd.DataFrame
    quantities: Quantities
    event: Row | None
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """All scenarios and their plans in each other's worlds."""

    known: Known
    config: Config
    told: tuple[Told, ...]  # the one the others are compared with first
    regret: pd.DataFrame  # plan, world, profit, cut, regret

    @property
    def base(self) -> str:
        """Name of the scenario that the others are compared with."""
        return self.told[0].scenario.name

    def of(self, name: str) -> Told:
        """One scenario's part."""
        return next(one for one in self.told if one.scenario.name == name)


def share_forecast(fit: Fit, config: Config, tell: Tell = lambda step: None) -> Shared:
    """The one forecast and the base problem of all scenarios."""
    forecast, stated = state_week(fit, config, tell)
    past = Past.of(fit.known, forecast, pd.Index(forecast.paths.skus))
    return Shared(fit.known, config, fit.findings, fit.left_out, forecast, past, stated)


def compare(
    shared: Shared, scenarios: Sequence[Scenario], tell: Tell = lambda step: None, base: str = BASE
) -> Compared:
    """Plan each scenario beside the plan without one, then carry every plan out in every world.

    All files are checked before the first is planned. Worlds wait on disc, so that memory does not grow with the
    number of scenarios. `base` names the scenario the others are compared with; it comes first.
    """
    peaks = [check_scenario(shared, scenario).peak for scenario in scenarios]
    peak = next((one for one in peaks if one is not None), None)
    told: list[Told] = []
    with tempfile.TemporaryDirectory(prefix="replenish-scenarios-") as folder:
        for scenario in (NO_OVERLAY, *scenarios):
            tell(f"planning {scenario.name}")
            spend = float(str(told[0].summary["order_cost"])) if told else 0.0
            told.append(_plan_one(shared, scenario, spend, peak, Path(folder) / f"{len(told)}.world"))
        profits = []
        for world, one in enumerate(told):
            tell(f"carrying all plans out in {one.scenario.name}")
            profits += _carried(Path(folder) / f"{world}.world", one.scenario.name, told)
    regret = regret_table(pd.DataFrame(profits, columns=["plan", "world", "profit", "cut"]))
    told.sort(key=lambda one: one.scenario.name != base)
    return Compared(shared.known, shared.config, tuple(told), regret)


def check_scenario(shared: Shared, scenario: Scenario) -> Resolved:
    """Refuse a scenario that cannot be meant; planning nothing."""
    overlaid(scenario.overlay, shared.known, shared.config)
    problem = shared.stated.problem
    changed_problem(scenario.overlay, problem, shared.known.supplier_legs, shared.config.planning.seed, None)
    return resolve(scenario.overlay, shared.known, shared.past.items, problem.demand.shape[2])


def state_scenario(shared: Shared, scenario: Scenario, base_spend: float) -> tuple[Known, Config, Stated, pd.DataFrame]:
    """The problem under a scenario, with what was changed on the way and the uplifts learned and typed."""
    overlay, base = scenario.overlay, shared.stated
    horizon, seed = base.problem.demand.shape[2], shared.config.planning.seed
    resolved = resolve(overlay, shared.known, shared.past.items, horizon)
    known, config = overlaid(overlay, shared.known, shared.config, base_spend)
    stated = base
    if changes_known(overlay):
        stated = state_problem(known, shared.forecast.paths, config, horizon)
    demand = demand_overlay(
        overlay, resolved, shared.known, shared.past, shared.weeks, stated.problem.demand.mean(axis=1, dtype=float)
    )
    problem = replace(stated.problem, demand=demand.applied(stated.problem.demand, seed))
    problem = changed_problem(overlay, problem, known.supplier_legs, seed, demand.discount)
    return known, config, replace(stated, problem=problem), demand.uplifts


def plan_scenario(shared: Shared, scenario: Scenario, base_spend: float) -> tuple[Planned, Config, pd.DataFrame]:
    """The plan of one scenario as the weekly run would give it, its settings, and its uplifts."""
    known, config, stated, uplifts = state_scenario(shared, scenario, base_spend)
    decision = decide(stated.problem, DecisionSettings())
    return Planned(known, shared.findings, shared.left_out, shared.forecast, stated, decision), config, uplifts


def _plan_one(shared: Shared, scenario: Scenario, base_spend: float, common: Row | None, keep: Path) -> Told:
    """`common`: the event that the comparison is about, for scenarios that name none themselves."""
    planned, config, uplifts = plan_scenario(shared, scenario, base_spend)
    problem, decision = planned.stated.problem, planned.decision
    world = World(problem, decision.projection.mean_without)
    with keep.open("wb") as file:
        pickle.dump(world, file, protocol=pickle.HIGHEST_PROTOCOL)
    resolved = check_scenario(shared, scenario)
    name, own = scenario.name, resolved.peak
    peak = own or common
    # dates of a scenario that names no event are told where it moves them
    dated = own or (common if scenario.overlay.delays or scenario.overlay.closures else None)
    flow = world.flow(quantities_of(decision))
    calendar = calendar_table(planned.stated, event_days(dated)) if dated else pd.DataFrame()
    listed = listed_items(planned.known, pd.Index(problem.items), config) if peak else pd.DataFrame()
    after = after_peak(problem, decision.projection, flow.arriving, flow.sold, peak, listed) if peak else {}
    return Told(
        scenario=scenario,
        summary=_summary(scenario, planned, flow),
        demand=_band(name, shared.weeks, problem.demand.sum(axis=0, dtype=float)),
        stock=_stock(name, shared.weeks, planned),
        cash=_cash(name, planned),
        volume=_volume(name, planned),
        calendar=calendar,
        stages=stage_table(problem, decision, calendar, dated, shared.known.as_of) if dated else pd.DataFrame(),
        items=_by_item(problem),
        uplifts=uplifts,
        after=pd.DataFrame([after]) if after else pd.DataFrame(),
        purchases=decision.purchases,
        shipments=decision.shipments,
        quantities=quantities_of(decision),
        event=own,
        notes=(*resolved.notes, *decision.warnings),
    )


def _cash(name: str, planned: Planned) -> pd.DataFrame:
    cash = cash_table(planned)
    paid = cash[["purchases", "freight", "open_orders", "storage"]].sum(axis=1)
    received = cash["inflow"] - cash["fees"]
    return pd.DataFrame({"week": cash["week"], "paid": paid, "received": received, "scenario": name})


def _volume(name: str, planned: Planned) -> pd.DataFrame:
    volume = capacity_table(planned).rename(columns={"used_after_m3": "volume_m3"})
    return volume[["marketplace", "storage_type", "month", "volume_m3", "limit_m3", "confirmed"]].assign(scenario=name)


def _carried(path: Path, world: str, told: Sequence[Told]) -> list[tuple[str, str, float, float]]:
    with path.open("rb") as file:
        here: World = pickle.load(file)
    results = here.profits([one.quantities for one in told])
    return [(one.scenario.name, world, *result) for one, result in zip(told, results, strict=True)]


def _summary(scenario: Scenario, planned: Planned, flow: Flow) -> dict[str, object]:
    """Demand, losses, storage and profit over the plan's weeks, later orders included; orders and shipments of now."""
    problem, totals = planned.stated.problem, planned.decision.totals
    economics, demand = problem.economics, problem.demand.mean(axis=1, dtype=float)
    lost = np.maximum(demand - flow.sold, 0.0)
    fees = totals["aged"] + totals["low_inventory"]
    low, high = np.quantile(flow.profit, [0.1, 0.9])
    return {
        "scenario": scenario.name,
        "description": scenario.overlay.description,
        "demand_units": float(demand.sum()),
        "order_units": totals["units_bought"],
        "order_cost": totals["cash_purchases"],
        "ship_units": totals["units_shipped"],
        "ship_cost": totals["cash_shipments"],
        "lost_units": float(lost.sum()),
        "lost_sales": float((lost * (economics.margin - economics.product_cost[:, None])).sum()),
        "storage": float((economics.fba_storage * flow.stock).sum()),
        "aged": totals["aged"],
        "profit": float(flow.profit.mean()) - fees,
        "profit_low": float(low) - fees,
        "profit_high": float(high) - fees,
    }


def _band(name: str, weeks: pd.DatetimeIndex, total: Floats) -> pd.DataFrame:
    """`total` (P, H): mean and 80 % range by week."""
    low, high = np.quantile(total, [0.1, 0.9], axis=0)
    return pd.DataFrame({"scenario": name, "week": weeks.date, "mean": total.mean(axis=0), "low": low, "high": high})


def _stock(name: str, weeks: pd.DatetimeIndex, planned: Planned) -> pd.DataFrame:
    """Stock at FBA with the plan; the band adds up the SKUs' own 80 % ranges, which is wider than the total's."""
    stock = planned.decision.projection
    bands = {"mean": stock.mean_with, "low": stock.low_with, "high": stock.high_with}
    return pd.DataFrame(
        {"scenario": name, "week": weeks.date, **{key: value.sum(axis=0) for key, value in bands.items()}}
    )


def _by_item(problem: Problem) -> pd.DataFrame:
    """Demand by item and week: item, week (number), mean, low, high."""
    n, _, weeks = problem.demand.shape
    low, high = np.quantile(problem.demand, [0.1, 0.9], axis=1)
    return pd.DataFrame(
        {
            "item": pd.Categorical(np.repeat(problem.items, weeks)),
            "week": np.tile(np.arange(weeks, dtype=np.int16), n),
            "mean": problem.demand.mean(axis=1).ravel(),
            "low": low.ravel().astype(np.float32),
            "high": high.ravel().astype(np.float32),
        }
    )
