"""Why a quantity is what it is, in sentences a planner can check."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.floating]


def money(amount: float, currency: str) -> str:
    """An amount as a person writes it."""
    text = f"{abs(amount):,.2f}" if abs(amount) < 1000 else f"{abs(amount):,.0f}"
    return ("-" if amount < 0 else "") + text + (f" {currency}" if currency else "")


def units(amount: float) -> str:
    """A number of units as a person writes it."""
    return f"{amount:,.1f}" if 0 < abs(amount) < 10 and abs(amount - round(amount)) > 0.05 else f"{amount:,.0f}"


def weeks_of(first: int, until: int, start: date) -> str:
    """The weeks from `first` to before `until`, by their Mondays."""
    monday, last = (start + timedelta(weeks=week) for week in (first, max(until - 1, first)))
    if monday == last:
        return f"the week of {monday.isoformat()}"
    return f"the weeks of {monday.isoformat()} to {last.isoformat()}"


def purpose(line: dict[str, Any], start: date) -> str:
    """Which weeks a line is for, what is asked for then, and what is lost without it."""
    span = weeks_of(int(line["first_week"]), int(line["window_weeks"]), start)
    text = f"for {span}, when {units(float(line['needed']))} units are expected to be asked for"
    return f"{text}; without it {_lost(float(line['lost_without']))}, with it {_lost(float(line['lost_with']))}"


def _lost(amount: float) -> str:
    return f"{units(amount)} of them are lost" if amount >= 0.05 else "none is lost"


def line_reason(line: dict[str, Any], verb: str, currency: str, start: date) -> str:
    """One sentence: what it is for, what is there, what the last and the next carton are worth."""
    last, following = float(line["value_of_last"]), float(line["value_of_next"])
    text = (
        f"{units(float(line['have']))} units are on hand or under way, {units(float(line['before']))} are expected to "
        f"be asked for before this {verb} arrives. It is {purpose(line, start)}. The last case pack "
        f"{'earns' if last >= 0 else 'costs'} {money(abs(last), currency)}, one more would "
        f"{'earn' if following > 0 else 'lose'} {money(abs(following), currency)}"
    )
    bound = str(line["limit"])
    return text + (f"; held by {bound}." if bound else ".")


def item_reason(item: dict[str, Any], why_not: str, currency: str, purposes: dict[str, str]) -> str:
    """Sentences on the item as a whole; `purposes`: what its largest ship and buy lines are for."""
    weekly, cover = float(item["weekly_demand"]), float(item["cover_before"])
    start = (
        f"Sells {units(weekly)} a week until a new order could help; stock and arrivals at FBA last {cover:.0f} weeks "
        f"at that pace, {float(item['stockout_before']):.0%} risk of running out before."
    )
    action = str(item["action"])
    gain, worth = float(item["profit_gain"]), float(item["action_worth"])
    done = [verb for verb in ("ship", "buy") if float(item[verb]) > 0]
    if done:
        what = [f"{verb} {units(float(item[verb]))} {purposes[verb]}" for verb in done]
        text = ". ".join(one[0].upper() + one[1:] for one in what)
        return f"{start} {text}. Worth {money(gain, currency)} against waiting a review."
    if action == "remove":
        return (
            f"{start} {units(float(item['excess_units']))} units are beyond what sells in 90 days; giving up those "
            f"least worth keeping is worth {money(worth, currency)}."
        )
    if action == "stop buying":
        return f"{start} More is on order while stock is in excess; stopping it saves {money(worth, currency)}."
    return f"{start} {why_not}".strip()


def not_ordered(problem_frame: pd.DataFrame) -> list[str]:
    """Why nothing is done for an item: columns margin, cost, has_way, moq, demand, refused."""
    reasons = []
    for row in problem_frame.to_dict("records"):
        if not row["has_way"]:
            reasons.append("There is no way to buy or ship it: name a supplier, or put stock in a warehouse.")
        elif row["margin"] <= 0:
            reasons.append("It earns nothing after fees, so nothing is ordered.")
        elif row["margin"] <= row["cost"]:
            reasons.append("It earns less after fees than it costs to replace, so nothing is ordered.")
        elif row["moq"] > max(row["demand"], 0.0):
            reasons.append(
                f"The smallest order of {units(row['moq'])} is more than the {units(row['demand'])} units "
                "expected to sell in all planned weeks, and does not pay."
            )
        elif row["refused"]:
            reasons.append(f"Nothing is ordered because of {row['refused']}.")
        else:
            reasons.append("No further case pack pays yet; the next review is soon enough.")
    return reasons
