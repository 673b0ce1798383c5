"""Why a quantity is what it is, in sentences a planner can check.

Sentences are patterns with named fields; `say` puts a pattern into the reader's language before its fields are filled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.floating]
LEAST_TOLD = 0.1  # units, or money, below which a figure would be printed as nothing


def money(amount: float, currency: str) -> str:
    """An amount as a person writes it."""
    text = f"{abs(amount):,.2f}" if abs(amount) < 1000 else f"{abs(amount):,.0f}"
    return ("-" if amount < 0 else "") + text + (f" {currency}" if currency else "")


def units(amount: float) -> str:
    """A number of units as a person writes it."""
    return f"{amount:,.1f}" if 0 < abs(amount) < 10 and abs(amount - round(amount)) > 0.05 else f"{amount:,.0f}"


@dataclass(frozen=True)
class Voice:
    """Makes the sentences of one plan. words: an English pattern to that of the reader's language."""

    words: Callable[[str], str]
    currency: str
    start: date  # Monday of week 0

    def say(self, pattern: str, **fields: str) -> str:
        """The pattern in the reader's language, its fields filled."""
        return self.words(pattern).format(**fields)

    def weeks(self, first: int, until: int) -> str:
        """The weeks from `first` to before `until`, by their Mondays."""
        monday, last = (self.start + timedelta(weeks=week) for week in (first, max(until - 1, first)))
        if monday == last:
            return self.say("the week of {monday}", monday=monday.isoformat())
        return self.say("the weeks of {first} to {last}", first=monday.isoformat(), last=last.isoformat())

    def purpose(self, line: dict[str, Any]) -> str:
        """Which weeks a line is for, what is asked for then, and what it is good for: sales, a fee, or later weeks."""
        facts = {
            "weeks": self.weeks(int(line["first_week"]), int(line["window_weeks"])),
            "needed": units(float(line["needed"])),
        }
        without, given, fee = float(line["lost_without"]), float(line["lost_with"]), float(line["fee_saved"])
        if without - given >= LEAST_TOLD:
            return self.say(
                "for {weeks}, when {needed} units are expected to be asked for; without it {lost_without}, "
                "with it {lost_with}",
                lost_without=self._lost(without),
                lost_with=self._lost(given),
                **facts,
            )
        if fee >= LEAST_TOLD:
            return self.say(
                "for {weeks}, when {needed} units are expected to be asked for, and saves {fee} of the "
                "low-inventory-level fee",
                fee=money(fee, self.currency),
                **facts,
            )
        return self.say("for {weeks}, when {needed} units are expected to be asked for, and for later weeks", **facts)

    def _lost(self, amount: float) -> str:
        return (
            self.say("{units} of them are lost", units=units(amount))
            if amount >= LEAST_TOLD
            else self.say("none is lost")
        )

    def line_reason(self, line: dict[str, Any]) -> str:
        """What a line is for, what is there, what the last and the next carton are worth."""
        last, following = float(line["value_of_last"]), float(line["value_of_next"])
        text = self.say(
            "{have} units are on hand or under way, {before} are expected to be asked for before this arrives. "
            "It is {purpose}. The last case pack {earns} {last}, one more would {lose} {next}",
            have=units(float(line["have"])),
            before=units(float(line["before"])),
            purpose=self.purpose(line),
            earns=self.say("earns") if last >= 0 else self.say("costs"),
            last=money(abs(last), self.currency),
            lose=self.say("earn") if following > 0 else self.say("lose"),
            next=money(abs(following), self.currency),
        )
        bound = str(line["limit"])
        text += self.say("; held by {limit}.", limit=self.say(bound)) if bound else self.say(".")
        told = self.price_break(line)
        return f"{text} {told}" if told else text

    def price_break(self, line: dict[str, Any]) -> str:
        """Which price break makes a line larger than it would be without; empty where none does."""
        if float(line["break_from"]) <= 0:
            return ""
        return self.say(
            "The price from {minimum} units on saves {saved}; without it a smaller order would be best.",
            minimum=units(float(line["break_from"])),
            saved=money(float(line["break_saved"]), self.currency),
        )

    def item_reason(self, item: dict[str, Any], why_not: str, purposes: dict[str, str]) -> str:
        """Sentences on the item as a whole; `purposes`: what its largest ship and buy lines are for, and
        under `break` the price break that makes its purchase larger."""
        sentences = [
            self.say(
                "Sells {weekly} a week until a new order could help; stock and arrivals at FBA last {cover} weeks, "
                "{risk} risk of running out before.",
                weekly=units(float(item["weekly_demand"])),
                cover=f"{float(item['cover_before']):,.0f}",
                risk=f"{float(item['stockout_before']):.0%}",
            )
        ]
        action, worth = str(item["action"]), float(item["action_worth"])
        ship, buy = float(item["ship"]), float(item["buy"])
        if ship > 0:
            sentences.append(self.say("Ship {units} {purpose}.", units=units(ship), purpose=purposes["ship"]))
        if buy > 0:
            sentences.append(self.say("Buy {units} {purpose}.", units=units(buy), purpose=purposes["buy"]))
            if purposes.get("break"):
                sentences.append(purposes["break"])
        if ship > 0 or buy > 0:
            gain = money(float(item["profit_gain"]), self.currency)
            sentences.append(self.say("Worth {gain} against waiting a review.", gain=gain))
        elif action == "remove":
            sentences.append(
                self.say(
                    "{excess} units are beyond what sells in 90 days; giving up those least worth keeping is worth "
                    "{worth}.",
                    excess=units(float(item["excess_units"])),
                    worth=money(worth, self.currency),
                )
            )
        elif action == "stop buying":
            saved = money(worth, self.currency)
            sentences.append(
                self.say("More is on order while stock is in excess; stopping it saves {worth}.", worth=saved)
            )
        else:
            sentences.append(why_not)
        return " ".join(sentences)

    def not_ordered(self, facts: pd.DataFrame) -> list[str]:
        """Why nothing is done for an item: columns margin, cost, has_way, moq, demand, refused."""
        return [self._not_ordered(row) for row in facts.to_dict("records")]

    def _not_ordered(self, row: dict[str, Any]) -> str:
        if not row["has_way"]:
            return self.say(
                "There is no way to buy or ship it: it is phased out or on hold, or has no supplier, no leg and no "
                "stock upstream."
            )
        if row["margin"] <= 0:
            return self.say("It earns nothing after fees, so nothing is ordered.")
        if row["margin"] <= row["cost"]:
            return self.say("It earns less after fees than it costs to replace, so nothing is ordered.")
        if row["moq"] > max(row["demand"], 0.0):
            return self.say(
                "The smallest order of {moq} is more than the {demand} units expected to sell in all planned weeks, "
                "and does not pay.",
                moq=units(row["moq"]),
                demand=units(row["demand"]),
            )
        if row["refused"]:
            return self.say("Nothing is ordered because of {limit}.", limit=self.say(str(row["refused"])))
        return self.say("No further case pack pays yet; the next review is soon enough.")
