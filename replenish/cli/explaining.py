"""One item's quantity told from the stored plan: what `policies.explain` finds under headings, and as data."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from policies.explain import explain
from replenish.errors import RefusedInput
from replenish.weekly.keep import KeptPlan
from reports.bundle import PlanReport

Section = tuple[str, list[str]]
HEADINGS = {
    "Demand": ("demand",),
    "Stock and arrivals": ("stock", "arrivals"),
    "Money per unit": ("money",),
    "Ways that were weighed": ("way",),
    "What was decided": ("decision",),
    "Limits": ("limit",),
    "What it changes": ("result",),
}
NOTHING = {
    "Ways that were weighed": "None: no supplier, no leg, on hold, or phased out.",
    "Limits": "No shared limit bound this item.",
}


@dataclass(frozen=True)
class Explanation:
    """Words by section, and the same facts as data."""

    sections: tuple[Section, ...]
    data: dict[str, Any]


def explain_item(kept: KeptPlan, report: PlanReport, name: str) -> Explanation:
    """Everything the plan stored about one item. Refused with the nearest names when there is none."""
    item = find_item(report.items.tolist(), name)
    steps = explain(kept.problem, kept.decision, item)
    figures = report.economics[report.economics["item"] == item]
    words = {heading: _words(steps, parts) for heading, parts in HEADINGS.items()}
    words["What was decided"] = words["What was decided"] or [_why_nothing(words)]
    words |= {heading: words[heading] or [text] for heading, text in NOTHING.items()}
    words["Demand"] += _corrections(report, item)
    words["Money per unit"] += _figures(figures)
    learned = _lead_times(report, steps, item.split("/", 1)[0])
    words["Ways that were weighed"] += [f"{one.topic}: {one.value}, {one.source}" for one in learned.itertuples()]
    sections = ((f"{item} in plan {report.meta.plan_id}", []), *words.items())
    return Explanation(
        sections,
        {"item": item, "plan": report.meta.plan_id, **_data(report, steps, item, figures), "lead_times": learned},
    )


def _why_nothing(words: dict[str, list[str]]) -> str:
    if not words["Ways that were weighed"]:
        return "Nothing: there is no way to buy or ship it."
    if words["Limits"]:
        return "Nothing: the limits below stand against what would pay on its own."
    return "Nothing: no further carton earns more than it costs."


def _lead_times(report: PlanReport, steps: pd.DataFrame, marketplace: str) -> pd.DataFrame:
    """topic, value, source, confidence of the lead times behind the item's ways; the source counts past orders.

    Of a leg that differs by marketplace, the item's own.
    """
    told = report.assumptions[report.assumptions["topic"].str.startswith("lead time: ")].drop_duplicates()
    ways = {str(fact).split(" ", 1)[-1] for fact in steps.loc[steps["step"] == "way", "fact"]}
    legs = told["topic"].str.removeprefix("lead time: ")
    place = legs.str.extract(r" \(marketplace (\w+)\)$")[0]
    names = [leg.rsplit(", ", 2) for leg in legs.str.replace(r" \(marketplace \w+\)$", "", regex=True)]
    told = told.assign(place=place, leg=[", ".join(parts) for parts in names])
    weighed = pd.Series([f"from {supplier} by {way}" in ways for supplier, _, way in names], told.index, dtype=bool)
    told = told[weighed]
    own = told[told["place"].isna() | (told["place"] == marketplace)]
    others = told[(told["place"] == "others") & ~told["leg"].isin(own["leg"])]
    return pd.concat([own, others]).drop(columns=["place", "leg"]).sort_index().reset_index(drop=True)


def _words(steps: pd.DataFrame, parts: tuple[str, ...]) -> list[str]:
    texts = steps.loc[steps["step"].isin(parts), "text"]
    return [str(text) for text in texts[texts != ""]]


def _data(report: PlanReport, steps: pd.DataFrame, item: str, figures: pd.DataFrame) -> dict[str, Any]:
    at = report.items.tolist().index(item)
    decision = report.decision
    return {
        "steps": steps,
        "facts": decision.items.set_index("item").loc[item].to_dict(),
        "purchases": decision.purchases[decision.purchases["item"] == item],
        "shipments": decision.shipments[decision.shipments["item"] == item],
        "arrivals": report.arrivals[report.arrivals["item"] == item],
        "money_per_unit": figures,
        "forecast": {
            "mean": report.forecast_mean[at],
            "low": report.forecast_low[at],
            "high": report.forecast_high[at],
        },
    }


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


def _corrections(report: PlanReport, item: str) -> list[str]:
    past = report.history[(report.history["item"] == item) & (report.history["correction"] != "")]
    kinds = ", ".join(f"{number} {reason}" for reason, number in past["correction"].value_counts().items())
    return [f"Past weeks corrected: {kinds}."] if kinds else []


def _figures(figures: pd.DataFrame) -> list[str]:
    lines = []
    for one in figures.itertuples():
        if not isinstance(one.table, str) or not one.table:
            lines.append(f"{one.figure}: {one.amount:,.3f} {one.unit}")
            continue
        since = f", valid from {one.valid_from}" if isinstance(one.valid_from, str) and one.valid_from else ""
        lines.append(f"{one.figure}: {one.amount:,.3f} {one.unit} ({one.table}{since}; {one.confidence})")
    return lines
