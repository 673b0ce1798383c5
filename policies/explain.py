"""From inputs to the quantity: the facts of one item, step by step, as numbers that a page or a terminal can render."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.arriving import FBA
from policies.follow import windows
from policies.inputs import Problem
from policies.plan import Decision
from policies.reasons import money, units

Floats = npt.NDArray[np.floating]
EXPLAIN_COLUMNS = {
    "step": "demand, stock, arrivals, money, way, decision, limit or result",
    "fact": "what the value is",
    "value": "the number",
    "unit": "units, units/week, weeks, share or the plan's currency",
    "text": "sentence for the planner",
}
Row = tuple[str, str, float, str, str]


def explain(problem: Problem, decision: Decision, item: str) -> pd.DataFrame:
    """The steps that lead to `item`'s quantities, in order. KeyError when the item is not in the problem."""
    found = np.flatnonzero(problem.items == item)
    if not len(found):
        raise KeyError(f"{item} is not planned; items are named marketplace/sku")
    at = int(found[0])
    facts = decision.items.set_index("item").loc[item]
    rows = [
        *_demand(problem, at),
        *_stock(problem, at, facts),
        *_money(problem, at),
        *_ways(problem, at),
        *_lines(decision.purchases, item, "order", problem.currency),
        *_lines(decision.shipments, item, "shipment", problem.currency),
        *_limits(decision, item, problem.currency),
        *_result(facts, problem.currency),
    ]
    return pd.DataFrame(rows, columns=list(EXPLAIN_COLUMNS))


def _demand(problem: Problem, at: int) -> list[Row]:
    until = int(windows(problem).until[at])
    total = problem.demand[at, :, :until].sum(axis=1, dtype=float)
    low, high = np.quantile(total, [0.1, 0.9])
    text = (
        f"Until an order at the next review could arrive, in {until} weeks, {units(total.mean())} units are expected; "
        f"eight times in ten between {units(low)} and {units(high)}."
    )
    return [
        ("demand", "expected units until the next order could arrive", float(total.mean()), "units", text),
        ("demand", "10 % of the paths ask for at most", float(low), "units", ""),
        ("demand", "90 % of the paths ask for at most", float(high), "units", ""),
    ]


def _stock(problem: Problem, at: int, facts: pd.Series) -> list[Row]:
    rows: list[Row] = [
        (
            "stock",
            "sellable at FBA",
            float(facts["fba_on_hand"]),
            "units",
            f"{units(facts['fba_on_hand'])} units at FBA.",
        ),
        (
            "stock",
            "in warehouses",
            float(facts["upstream_on_hand"]),
            "units",
            f"{units(facts['upstream_on_hand'])} units in own warehouse, 3PL and AWD.",
        ),
    ]
    frame = problem.arrivals.frame
    for row in np.flatnonzero(frame["item"].to_numpy() == at).tolist() if len(frame) else []:
        line, days = frame.iloc[row], float(np.median(problem.arrivals.days[row]))
        rows.append(
            (
                "arrivals",
                str(line["reference"]),
                float(line["units"]),
                "units",
                f"{units(line['units'])} units of {line['kind']} {line['reference']} are expected at "
                f"{line['destination']} in {days / 7:.1f} weeks.",
            )
        )
    return rows


def _money(problem: Problem, at: int) -> list[Row]:
    economics, currency = problem.economics, problem.currency
    margin, cost = float(economics.margin[at].mean()), float(economics.product_cost[at])
    facts = (
        ("price", float(economics.price[at])),
        ("margin after fees, before product cost", margin),
        ("product cost", cost),
        ("profit per unit", margin - cost),
        ("storage per unit and week", float(economics.fba_storage[at].mean())),
        ("capital per unit and week", float(economics.capital_rate[at]) * cost),
        ("loss per unit of lost demand, on top of its profit", float(economics.lost_sale[at])),
        ("worth of a unit given up", float(economics.exit_value[at])),
    )
    text = f"A sale earns {money(margin - cost, currency)}; a unit that waits costs "
    text += f"{money(facts[4][1] + facts[5][1], currency)} a week in storage and capital."
    return [("money", name, value, currency, text if name == "profit per unit" else "") for name, value in facts]


def _ways(problem: Problem, at: int) -> list[Row]:
    rows: list[Row] = []
    for options, origin in ((problem.buy, "supplier"), (problem.ship, "source")):
        frame = options.frame
        for row in np.flatnonzero(frame["item"].to_numpy() == at).tolist() if len(frame) else []:
            line, days = frame.iloc[row], options.lead_time_days[row]
            to = line.get("destination", FBA)
            low, high = np.quantile(days, [0.1, 0.9])
            rows.append(
                (
                    "way",
                    f"{line[origin]} by {line['mode']} to {to}",
                    float(line["unit_cost"]),
                    problem.currency,
                    f"{line[origin]} by {line['mode']} to {to}: {money(line['unit_cost'], problem.currency)} per unit, "
                    f"{low:.0f} to {high:.0f} days, next chance in {int(line['review_weeks'])} weeks.",
                )
            )
    return rows


def _lines(lines: pd.DataFrame, item: str, verb: str, currency: str) -> list[Row]:
    rows: list[Row] = []
    for line in lines[lines["item"] == item].to_dict("records") if len(lines) else []:
        rows += [
            ("decision", f"{verb} by {line['mode']}", float(line["quantity"]), "units", str(line["reason"])),
            ("decision", "value of the last case pack taken", float(line["value_of_last"]), currency, ""),
            ("decision", "value of the first case pack refused", float(line["value_of_next"]), currency, ""),
            ("decision", "expected profit of the line", float(line["expected_profit"]), currency, ""),
        ]
    return rows


def _limits(decision: Decision, item: str, currency: str) -> list[Row]:
    named: set[str] = set()
    for lines in (decision.purchases, decision.shipments):
        if len(lines):
            named |= {str(n) for n in lines.loc[lines["item"] == item, "limit"] if n}
    bound = " ".join(named)
    rows: list[Row] = []
    for limit in decision.limits.to_dict("records"):
        name = str(limit["limit"])
        if f"{name} ({limit['scope']})" in bound or ("container" in name and name in bound):
            rows.append(
                ("limit", f"{limit['limit']}, {limit['scope']}", float(limit["price"]), currency, str(limit["text"]))
            )
    if "MOQ" in bound and not rows:
        rows.append(("limit", "MOQ", 0.0, currency, "The supplier's minimum sets the quantity."))
    return rows


def _result(facts: pd.Series, currency: str) -> list[Row]:
    return [
        ("result", "buy", float(facts["buy"]), "units", ""),
        ("result", "ship", float(facts["ship"]), "units", ""),
        ("result", "risk of running out without the plan", float(facts["stockout_before"]), "share", ""),
        ("result", "risk of running out with the plan", float(facts["stockout_after"]), "share", ""),
        (
            "result",
            "units lost whatever is decided",
            float(facts["unavoidable_loss"]),
            "units",
            f"{units(facts['unavoidable_loss'])} units are lost before anything decided now can arrive; "
            "they are not re-ordered.",
        ),
        ("result", "expected profit of the plan", float(facts["profit_gain"]), currency, str(facts["reason"])),
    ]
