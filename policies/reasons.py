"""Why a quantity is what it is, in sentences a planner can check."""

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


def line_reason(line: dict[str, Any], verb: str, currency: str) -> str:
    """One sentence: what is needed, what is there, what the last and the next carton are worth."""
    weeks = float(line["window_weeks"])
    last, following = float(line["value_of_last"]), float(line["value_of_next"])
    have = float(line["have"])
    text = (
        f"{units(float(line['needed']))} units are expected to be asked for in the {weeks:.0f} weeks until the "
        f"next {verb} could arrive, {units(have)} are on hand or under way; the last case pack "
        f"{'earns' if last >= 0 else 'costs'} {money(abs(last), currency)}, one more would "
        f"{'earn' if following > 0 else 'lose'} {money(abs(following), currency)}"
    )
    bound = str(line["limit"])
    return text + (f"; held by {bound}." if bound else ".")


def item_reason(item: dict[str, Any], why_not: str, currency: str) -> str:
    """One or two sentences on the item as a whole."""
    weekly, cover = float(item["weekly_demand"]), float(item["cover_before"])
    start = (
        f"Sells {units(weekly)} a week; stock and arrivals at FBA last {cover:.0f} weeks, "
        f"{float(item['stockout_before']):.0%} risk of running out before a new order could help."
    )
    action = str(item["action"])
    gain, worth = float(item["profit_gain"]), float(item["action_worth"])
    done = [f"{verb} {units(float(item[verb]))}" for verb in ("ship", "buy") if float(item[verb]) > 0]
    if done:
        text = " and ".join(done)
        return (
            f"{start} {text[0].upper()}{text[1:]}: worth {money(gain, currency)} against waiting a review; losses fall "
            f"from {units(float(item['lost_before']))} to {units(float(item['lost_after']))} units."
        )
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
