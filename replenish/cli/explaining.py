"""One item's quantity told from the stored plan: demand, stock, arrivals, money, the last carton, the limits."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from replenish.cli.words import days, money
from replenish.errors import RefusedInput
from replenish.weekly.keep import KeptPlan
from reports.bundle import PlanReport

Section = tuple[str, list[str]]


@dataclass(frozen=True)
class Explanation:
    """Words by section, and the same facts as data."""

    sections: tuple[Section, ...]
    data: dict[str, Any]


def explain_item(kept: KeptPlan, report: PlanReport, name: str) -> Explanation:
    """Everything the plan stored about one item. Refused with the nearest names when there is none."""
    item = find_item(report.items.tolist(), name)
    at = report.items.tolist().index(item)
    row = report.decision.items.set_index("item").loc[item]
    buys = report.decision.purchases[report.decision.purchases["item"] == item]
    ships = report.decision.shipments[report.decision.shipments["item"] == item]
    arrivals = report.arrivals[report.arrivals["item"] == item]
    figures = report.economics[report.economics["item"] == item]
    currency = report.meta.currency
    sections = (
        (f"{item} in plan {report.meta.plan_id}", [str(row["reason"])]),
        ("Demand", _demand(report, at, row)),
        ("Stock and arrivals", _stock(row, arrivals)),
        ("What was decided", _lines(buys, ships, currency)),
        ("Ways to buy that were weighed", _ways(kept, at, currency)),
        ("Limits", _limits(report, buys, ships)),
        ("Money per unit", _figures(figures)),
    )
    data = {
        "item": item,
        "plan": report.meta.plan_id,
        "facts": row.to_dict(),
        "purchases": buys,
        "shipments": ships,
        "arrivals": arrivals,
        "money_per_unit": figures,
        "forecast": {
            "mean": report.forecast_mean[at],
            "low": report.forecast_low[at],
            "high": report.forecast_high[at],
        },
    }
    return Explanation(sections, data)


def find_item(items: Sequence[str], name: str) -> str:
    """The item key that `name` means: a key, or a SKU that one marketplace has."""
    if name in items:
        return name
    alone = [item for item in items if item.split("/", 1)[1] == name]
    if len(alone) == 1:
        return alone[0]
    if alone:
        raise RefusedInput(f"{name} is sold in several marketplaces. Name one of: {', '.join(alone)}.")
    near = difflib.get_close_matches(name, [*items, *(item.split("/", 1)[1] for item in items)], n=3, cutoff=0.6)
    hint = f" The nearest are {', '.join(near)}." if near else ""
    raise RefusedInput(f"{name} is not in the plan.{hint} `replenish check` names what the plan left out.")


def _demand(report: PlanReport, at: int, row: pd.Series) -> list[str]:
    mean, low, high = report.forecast_mean[at], report.forecast_low[at], report.forecast_high[at]
    past = report.history[report.history["item"] == report.items[at]]
    corrected = past[past["correction"] != ""]
    lines = [
        f"{row['weekly_demand']:.1f} units a week expected; {row['demand_to_review']:.0f} until an order at the next "
        "review could arrive",
        f"next four weeks {mean[:4].sum():.0f} expected; single weeks {low[:4].min():.0f} to {high[:4].max():.0f} "
        "in four cases of five",
    ]
    if len(corrected):
        kinds = ", ".join(f"{number} {reason}" for reason, number in corrected["correction"].value_counts().items())
        lines.append(f"past weeks corrected: {kinds}")
    return lines


def _stock(row: pd.Series, arrivals: pd.DataFrame) -> list[str]:
    lines = [
        f"FBA: {row['fba_on_hand']:.0f} on hand, {row['fba_arriving']:.0f} under way",
        f"upstream: {row['upstream_on_hand']:.0f} on hand, {row['upstream_arriving']:.0f} on order",
        f"cover {row['cover_before']:.1f} weeks before, {row['cover_after']:.1f} with the plan; risk of running out "
        f"{row['stockout_before']:.0%} before, {row['stockout_after']:.0%} with it",
        f"units lost {row['lost_before']:.0f} before, {row['lost_after']:.0f} with the plan; "
        f"{row['unavoidable_loss']:.0f} cannot be saved by anything decided now and are not ordered",
    ]
    coming = arrivals.sort_values("expected_on").itertuples()
    return lines + [
        f"{one.units:.0f} units of {one.reference} to {one.destination}, {days(one.expected_on)}" for one in coming
    ]


def _lines(buys: pd.DataFrame, ships: pd.DataFrame, currency: str) -> list[str]:
    lines = []
    for one in ships.itertuples():
        lines.append(f"ship {one.quantity:.0f} from {one.source} by {one.mode}: {_worth(one, currency)}")
    for one in buys.itertuples():
        where = f"from {one.supplier} to {one.destination} by {one.mode}"
        lines.append(f"buy {one.quantity:.0f} {where}: {_worth(one, currency)}")
    return lines or ["nothing: no further carton earns more than it costs"]


def _worth(one: Any, currency: str) -> str:
    return (
        f"worth {money(one.expected_profit, currency)}; the last case pack taken {one.value_of_last:,.2f}, the first "
        f"refused {one.value_of_next:,.2f} {currency}"
    )


def _ways(kept: KeptPlan, at: int, currency: str) -> list[str]:
    options = kept.problem.buy
    rows = np.flatnonzero(options.frame["item"].to_numpy() == at)
    lines = []
    for row in rows.tolist():
        one, weeks = options.frame.iloc[row], options.lead_time_days[row] / 7
        low, middle, high = np.quantile(weeks, [0.1, 0.5, 0.9])
        lines.append(
            f"{one['supplier']} by {one['mode']} to {one['destination']}: {one['unit_cost']:.2f} {currency} landed, "
            f"{middle:.1f} weeks ({low:.1f} to {high:.1f}), case pack {one['case_pack']:.0f}, MOQ {one['moq']:.0f}"
        )
    return lines or ["none: no supplier, no leg, on hold, or phased out"]


def _limits(report: PlanReport, buys: pd.DataFrame, ships: pd.DataFrame) -> list[str]:
    bound = sorted({str(text) for text in [*buys["limit"], *ships["limit"]] if text})
    return bound or ["no shared limit bound this item"]


def _figures(figures: pd.DataFrame) -> list[str]:
    return [
        f"{one.figure}: {one.amount:,.3f} {one.unit} ({one.table}; {one.confidence})" for one in figures.itertuples()
    ]
