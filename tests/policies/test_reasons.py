"""Reasons in words: what a line is for, how long stock lasts, in the reader's language."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from decide_problems import buy_row, problem, ship_row

from policies.decide import decide
from policies.inputs import DecisionSettings, Limits
from policies.item_frames import LONGEST_COVER
from policies.reasons import Voice
from reports.words import words_of


def week():
    return problem(
        (20.0, 5.0, 0.4),
        buy=[buy_row(i, destination="3PL") for i in range(3)],
        ship=[ship_row(i, available=60.0) for i in range(3)],
        on_hand=[40, 30, 1],
    )


def with_break(minimum, **settings):
    breaks = pd.DataFrame({"buy": [0], "minimum_quantity": [minimum], "unit_cost": [6.5]})
    return decide(problem((20.0,), limits=Limits(price_breaks=breaks)), DecisionSettings(**settings))


def test_a_price_break_that_makes_the_order_larger_is_named():
    usual = decide(problem((20.0,))).purchases["quantity"][0]
    decision = with_break(usual + 20)
    assert decision.purchases["quantity"][0] == usual + 20
    saved = 1.5 * (usual + 20)
    told = f"The price from {usual + 20} units on saves {saved:,.2f} USD; without it a smaller order would be best."
    assert decision.purchases["reason"][0].endswith(told)
    assert told in decision.items["reason"][0]
    chinese = with_break(usual + 20, words=words_of("zh"))
    assert "阶梯价" in chinese.purchases["reason"][0] and "阶梯价" in chinese.items["reason"][0]


@pytest.mark.parametrize("minimum", [20, 5000])
def test_a_price_break_that_changes_nothing_is_not_told(minimum):
    """Reached anyway, or never reached."""
    decision = with_break(minimum)
    assert "The price from" not in decision.purchases["reason"][0] + decision.items["reason"][0]


def with_demand(by_week, on_hand):
    paths = np.tile(np.asarray(by_week, float), (1, 50, 1))
    return decide(problem(demand=paths, on_hand=[on_hand])).items.iloc[0]


def test_cover_follows_the_season():
    quiet_then_busy = [1.0] * 10 + [100.0] * 16
    assert with_demand(quiet_then_busy, 60)["cover_before"] == pytest.approx(10.5)


def test_cover_beyond_the_planned_weeks_goes_on_at_their_average():
    assert with_demand([2.0] * 26, 104)["cover_before"] == pytest.approx(52)


def test_stock_without_demand_lasts_as_long_as_is_worth_saying():
    assert with_demand([0.0] * 26, 10)["cover_before"] == LONGEST_COVER


def test_no_stock_lasts_no_time():
    assert with_demand([3.0] * 26, 0)["cover_before"] == 0


def test_a_plan_in_chinese_has_the_same_numbers_and_chinese_sentences():
    english, chinese = decide(week()), decide(week(), DecisionSettings(words=words_of("zh")))
    assert english.items.drop(columns="reason").equals(chinese.items.drop(columns="reason"))
    for frame in (chinese.items, chinese.purchases, chinese.shipments):
        assert all(any(letter > "\u2e80" for letter in text) for text in frame["reason"])
        assert not any("units" in text or "week" in text for text in frame["reason"])


def test_one_week_is_named_alone():
    voice = Voice(str, "USD", date(2026, 8, 3))
    assert voice.weeks(2, 3) == "the week of 2026-08-17"
    assert voice.weeks(0, 3) == "the weeks of 2026-08-03 to 2026-08-17"


def purpose(**changes):
    line = {"first_week": 1, "window_weeks": 2, "needed": 10.0, "lost_without": 0.0, "lost_with": 0.0, "fee_saved": 0.0}
    return Voice(str, "USD", date(2026, 8, 3)).purpose(line | changes)


def test_a_purpose_says_what_the_units_are_good_for():
    assert "without it 4 of them are lost, with it none is lost" in purpose(lost_without=4.0, fee_saved=9.0)
    assert purpose(fee_saved=9.0).endswith("saves 9.00 USD of the low-inventory-level fee")
    assert purpose().endswith("and for later weeks")
