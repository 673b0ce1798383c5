"""From inputs to the quantity: the facts of one item, step by step, as numbers and as sentences.

Everything is read from the problem and the decision as they were kept; what each way to buy or ship would have been
worth on its own, before any shared limit, is worked out again from the problem.
"""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.arriving import FBA
from policies.curves import Lots, profit_curves
from policies.follow import windows
from policies.inputs import DecisionSettings, Limits, Options, Problem
from policies.overlay import only
from policies.plan import Decision
from policies.reasons import money, units
from policies.stages import purchase_rows, purchase_stage, shipping_rows, shipping_stage
from policies.value import Rows, Stage

Floats = npt.NDArray[np.floating]
STEPS = ("demand", "stock", "arrivals", "money", "way", "decision", "limit", "result")
EXPLAIN_COLUMNS = {
    "step": ", ".join(STEPS),
    "fact": "what the value is",
    "value": "the number",
    "unit": "units, units/week, weeks, share or the plan's currency",
    "text": "sentence for the planner; empty where another row's sentence tells it",
}
Row = tuple[str, str, float, str, str]


def explain(problem: Problem, decision: Decision, item: str) -> pd.DataFrame:
    """The steps that lead to `item`'s quantities, in order. KeyError when the item is not in the problem."""
    found = np.flatnonzero(problem.items == item)
    if not len(found):
        raise KeyError(f"{item} is not planned; items are named marketplace/sku")
    alone = only(problem, found)
    facts = decision.items.set_index("item").loc[item]
    rows = [
        *_demand(alone),
        *_stock(alone, facts),
        *_money(alone),
        *_ways(alone),
        *_lines(decision.purchases, item, "buy", problem.currency),
        *_lines(decision.shipments, item, "ship", problem.currency),
        *_limits(decision, item, str(facts["reason"]), problem.currency),
        *_result(facts, problem.currency),
    ]
    return pd.DataFrame(rows, columns=list(EXPLAIN_COLUMNS))


def _demand(problem: Problem) -> list[Row]:
    span = windows(problem)
    until, early = int(span.until[0]), int(span.early[0])
    total = problem.demand[0, :, :until].sum(axis=1, dtype=float)
    low, high = np.quantile(total, [0.1, 0.9])
    text = (
        f"{units(total.mean())} units are expected until an order at the next review could arrive, in {until} week(s) "
        f"({units(total.mean() / until)} a week); eight times in ten between {units(low)} and {units(high)}."
    )
    before = float(problem.demand[0, :, :early].sum(axis=1, dtype=float).mean())
    rows = [
        ("demand", "expected until the next order could arrive", float(total.mean()), "units", text),
        ("demand", "weeks until the next order could arrive", float(until), "weeks", ""),
        ("demand", "10 % of the futures ask for at most", float(low), "units", ""),
        ("demand", "90 % of the futures ask for at most", float(high), "units", ""),
    ]
    told = f"{units(before)} of them before anything decided now can arrive, in {early} week(s)."
    return [*rows, ("demand", "expected before anything decided now can arrive", before, "units", told)]


def _stock(problem: Problem, facts: pd.Series) -> list[Row]:
    here, upstream = float(facts["fba_on_hand"]), float(facts["upstream_on_hand"])
    rows: list[Row] = [("stock", "sellable at FBA", here, "units", f"{units(here)} units at FBA.")]
    held = problem.upstream.to_dict("records")
    for one in held:
        text = f"{units(one['units'])} units at {one['location']} ({one['kind']})."
        rows.append(("stock", f"at {one['location']}", float(one["units"]), "units", text))
    if not held:
        rows.append(("stock", "in warehouses", upstream, "units", f"{units(upstream)} units in warehouses."))
    frame, days = problem.arrivals.frame, problem.arrivals.days
    for row in np.argsort(np.median(days, axis=1), kind="stable").tolist() if len(frame) else []:
        one = frame.iloc[row]
        low, middle, high = np.quantile(days[row], [0.1, 0.5, 0.9])
        about = problem.start + timedelta(days=float(middle))
        text = (
            f"{units(one['units'])} units of {one['kind']} {one['reference']} to {one['destination']}, about {about} "
            f"({low / 7:.1f} to {high / 7:.1f} weeks)."
        )
        rows.append(("arrivals", str(one["reference"]), float(one["units"]), "units", text))
    return rows


def _money(problem: Problem) -> list[Row]:
    economics, currency = problem.economics, problem.currency
    margin, cost = float(economics.margin[0].mean()), float(economics.product_cost[0])
    facts = (
        ("price", float(economics.price[0])),
        ("margin after fees, before product cost", margin),
        ("product cost", cost),
        ("profit per unit", margin - cost),
        ("storage per unit and week", float(economics.fba_storage[0].mean())),
        ("capital per unit and week", float(economics.capital_rate[0]) * cost),
        ("loss per unit of lost demand, on top of its profit", float(economics.lost_sale[0])),
        ("worth of a unit given up", float(economics.exit_value[0])),
    )
    text = (
        f"A sale at {money(facts[0][1], currency)} leaves {money(margin, currency)} after fees and "
        f"{money(margin - cost, currency)} after product cost; a unit that waits costs "
        f"{money(facts[4][1] + facts[5][1], currency)} a week in storage and capital, one given up brings "
        f"{money(facts[7][1], currency)}."
    )
    return [("money", name, value, currency, text if name == "price" else "") for name, value in facts]


def _ways(problem: Problem) -> list[Row]:
    bare = replace(problem, limits=Limits(asin_cap=problem.limits.asin_cap, price_breaks=problem.limits.price_breaks))
    buying, shipping = purchase_stage(bare, DecisionSettings()), shipping_stage(bare)
    return [
        *_worth(bare, bare.buy, buying, *purchase_rows(bare, buying), "buy", "supplier"),
        *_worth(bare, bare.ship, shipping, *shipping_rows(bare, shipping), "ship", "source"),
    ]


def _worth(
    problem: Problem, options: Options, stage: Stage, rows: Rows, lots: Lots, verb: str, origin: str
) -> list[Row]:
    """Each way on its own: what one unit costs, how long it takes, its best quantity and its smallest order."""
    curves, currency, told = profit_curves(stage, rows, lots), problem.currency, []
    best, at = curves.best(), np.arange(len(rows.item))
    quantity, value = curves.quantity[at, best], curves.value[at, best]
    first = np.minimum(lots.smallest, lots.most)
    first_value = curves.at(first)
    for row, one in enumerate(options.frame.to_dict("records")):
        to = one.get("destination", FBA)
        low, middle, high = np.quantile(options.lead_time_days[row], [0.1, 0.5, 0.9])
        name = f"{verb} from {one[origin]} by {one['mode']} to {to}"
        text = (
            f"{name}: {money(one['unit_cost'], currency)} per unit, {middle:.0f} days ({low:.0f} to {high:.0f}), "
            f"cartons of {units(one['case_pack'])}, next chance in {int(one['review_weeks'])} week(s); "
        )
        if quantity[row] > 0:
            text += f"on its own best {units(quantity[row])} units, worth {money(value[row], currency)}."
        elif first[row] > 0:
            verb_of = "costs" if first_value[row] < 0 else "earns"
            text += (
                f"its smallest order, {units(first[row])} units, {verb_of} {money(abs(first_value[row]), currency)}."
            )
        else:
            text += "nothing there to move."
        told += [
            ("way", name, float(one["unit_cost"]), currency, text),
            ("way", f"{name}: best quantity on its own", float(quantity[row]), "units", ""),
            ("way", f"{name}: value of that", float(value[row]), currency, ""),
            ("way", f"{name}: value of its smallest order", float(first_value[row]), currency, ""),
        ]
    return told


def _lines(lines: pd.DataFrame, item: str, verb: str, currency: str) -> list[Row]:
    rows: list[Row] = []
    for line in lines[lines["item"] == item].to_dict("records") if len(lines) else []:
        name = f"{verb} from {line.get('supplier', line.get('source'))} by {line['mode']} to {line['destination']}"
        worth, last = float(line["expected_profit"]), float(line["value_of_last"])
        following = float(line["value_of_next"])
        text = (
            f"{name}: {units(line['quantity'])} units in {units(line['cartons'])} carton(s), worth "
            f"{money(worth, currency)}; the last case pack taken {money(last, currency)}, the first refused "
            f"{money(following, currency)}."
        )
        rows += [
            ("decision", name, float(line["quantity"]), "units", text),
            ("decision", f"{name}: value of the last case pack taken", last, currency, str(line["reason"])),
            ("decision", f"{name}: value of the first case pack refused", following, currency, ""),
            ("decision", f"{name}: expected profit", worth, currency, ""),
        ]
    return rows


def _limits(decision: Decision, item: str, reason: str, currency: str) -> list[Row]:
    """Limits that bound the item's lines, and those that its reason names because they leave it without any."""
    named: set[str] = set()
    for lines in (decision.purchases, decision.shipments):
        if len(lines):
            named |= {name for text in lines.loc[lines["item"] == item, "limit"] for name in str(text).split(", ")}
    named.discard("")
    rows: list[Row] = []
    bound = ", ".join(sorted(named))
    for limit in decision.limits.to_dict("records"):
        name, scope = str(limit["limit"]), str(limit["scope"])
        if f"{name} ({scope})" in bound or f"{name} ({scope})" in reason or name in named:
            rows.append(("limit", f"{name}, {scope}", float(limit["price"]), currency, str(limit["text"])))
    if "MOQ" in named:
        rows.append(("limit", "MOQ", 0.0, currency, "The supplier's minimum of the item sets the quantity."))
    return rows


def _result(facts: pd.Series, currency: str) -> list[Row]:
    lost = float(facts["unavoidable_loss"])
    risk = (
        f"Risk of running out {facts['stockout_before']:.0%} without the plan, {facts['stockout_after']:.0%} with it; "
        f"units lost {units(facts['lost_before'])} without, {units(facts['lost_after'])} with it."
    )
    gone = f"{units(lost)} units are lost before anything decided now can arrive; they are not ordered again."
    return [
        ("result", "buy", float(facts["buy"]), "units", str(facts["reason"])),
        ("result", "ship", float(facts["ship"]), "units", ""),
        ("result", "risk of running out without the plan", float(facts["stockout_before"]), "share", risk),
        ("result", "risk of running out with the plan", float(facts["stockout_after"]), "share", ""),
        ("result", "units lost without the plan", float(facts["lost_before"]), "units", ""),
        ("result", "units lost with the plan", float(facts["lost_after"]), "units", ""),
        ("result", "units lost whatever is decided", lost, "units", gone if lost >= 0.05 else ""),
        ("result", "expected profit of the plan", float(facts["profit_gain"]), currency, ""),
    ]
