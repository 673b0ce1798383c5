"""The weekly run: what is known, fit items, demand paths, the problem, the decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from data.quality import Finding, QualitySettings, check
from data.store import Store
from forecasting import Forecast
from policies.decide import decide
from policies.fee_tables import marketplaces_with
from policies.inputs import DecisionSettings
from policies.plan import Decision
from replenish.config import Config
from replenish.errors import RefusedInput
from replenish.weekly.demand import forecast_demand
from replenish.weekly.known import Known, gather
from replenish.weekly.problem import Stated, state_problem, uncorrected_demand
from reports.words import words_of

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Fit:
    """What is known, what the checks found, and which items are fit to plan."""

    known: Known
    findings: Sequence[Finding]
    items: pd.Index
    left_out: pd.DataFrame  # item, why


@dataclass(frozen=True)
class Planned:
    """A plan and all it rests on."""

    known: Known
    findings: Sequence[Finding]
    left_out: pd.DataFrame  # item, why
    forecast: Forecast
    stated: Stated
    decision: Decision

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the planner must know before acting on it."""
        told = [*self.decision.warnings, *self.forecast.notes]
        if len(self.left_out):
            examples = ", ".join(self.left_out["item"].head(3))
            told.append(
                f"{len(self.left_out)} item(s) are not in the plan (for example {examples}): `replenish check`."
            )
        return tuple(told)


def run_week(store: Store, config: Config, as_of: date, tell: Tell = lambda step: None) -> Planned:
    """Plan the week of `as_of` from what the store knew on that day."""
    fit = fit_to_plan(store, config, as_of, tell)
    forecast, stated = state_week(fit, config, tell)
    tell("deciding")
    decision = decide(stated.problem, DecisionSettings(words=words_of(config.seller.language)))
    return Planned(fit.known, fit.findings, fit.left_out, forecast, stated, decision)


def fit_to_plan(
    store: Store, config: Config, as_of: date, tell: Tell = lambda step: None, every_day: bool = False
) -> Fit:
    """Check and read the store as it was known on a day; every day's stock when asked (`gather`)."""
    tell("checking")
    findings = check(store, as_of, check_settings(config))
    tell("reading the store")
    known = gather(store, as_of, every_day)
    return Fit(known, findings, *fit_items(known, findings))


def state_week(fit: Fit, config: Config, tell: Tell = lambda step: None) -> tuple[Forecast, Stated]:
    """Demand paths of the fit items, and the week's problem: what a plan and every scenario start from."""
    horizon = config.planning.horizon_weeks
    tell(f"forecasting {len(fit.items):,} SKUs")
    forecast = forecast_demand(fit.known, fit.items, config, horizon)
    tell("pricing stock, arrivals and ways to buy")
    stated = state_problem(fit.known, forecast.paths, config, horizon)
    if forecast.base_paths is not forecast.paths:
        stated = replace(stated, uncorrected=uncorrected_demand(fit.known, forecast, horizon))
    return forecast, stated


def fit_items(known: Known, findings: Sequence[Finding]) -> tuple[pd.Index, pd.DataFrame]:
    """Items to plan, sorted, and those left out with the reason."""
    listed = known.catalogue.dropna(subset=["item"])
    gone = listed["status"].fillna("active") == "discontinued"
    moving = set(known.stock.loc[known.stock["units"] > 0, "item"])
    out = {str(item): "discontinued, no stock left" for item in listed.loc[gone, "item"] if item not in moving}
    for finding in findings:
        out |= {f"{market}/{sku}": finding.title for market, sku in finding.taken_out}
    items = pd.Index(sorted(set(listed["item"]) - set(out)), dtype=object)
    if items.empty:
        raise RefusedInput("No SKU is fit to plan. `replenish check` names what is missing and what to do.")
    left_out = pd.DataFrame({"item": list(out), "why": list(out.values())}, dtype=object)
    return items, left_out[left_out["item"].isin(listed["item"])].reset_index(drop=True)


def check_settings(config: Config) -> QualitySettings:
    """The settings of the checks."""
    return QualitySettings(
        currency=config.seller.currency,
        rates=config.seller.rates,
        report_days=config.checks.report_days,
        jump_factor=config.checks.jump_factor,
        with_fees=marketplaces_with("fees/fulfilment") | set(config.money.own_channels),
    )
