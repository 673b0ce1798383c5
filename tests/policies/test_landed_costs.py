import numpy as np
import pandas as pd
import pytest

from policies.assumptions import AssumptionMade
from policies.economics_items import MissingExchangeRate
from policies.landed_costs import chargeable_weight, landed_costs, price_at

RATES = {"CNY": 0.14, "EUR": 1.10}


def option(**changes: object) -> dict[str, object]:
    usual = {
        "item": "US/A", "marketplace": "US", "mode": "sea", "purchase_price": 50.0, "currency": "CNY",
        "carton_volume_m3": 0.06, "carton_weight_kg": 12.0, "case_pack": 20, "cost_per_kg": None, "cost_per_m3": 150.0,
        "cost_per_unit": None, "leg_currency": "USD", "duty_rate": 0.1,
    }  # fmt: skip
    return {**usual, **changes}


def cost(**changes: object) -> pd.Series:
    frame, _ = landed_costs(pd.DataFrame([option(**changes)]), currency="USD", rates=RATES)
    return frame.iloc[0]


def test_price_freight_duty_and_inspection() -> None:
    found = cost(inspection_cost_per_unit=1.0)
    assert found["purchase_price_plan"] == pytest.approx(7.0)
    assert found["freight"] == pytest.approx(0.06 / 20 * 150)
    assert found["duty"] == pytest.approx(0.7)
    assert found["inspection"] == pytest.approx(0.14)
    assert found["unit_cost"] == pytest.approx(7.0 + 0.45 + 0.7 + 0.14)


def test_air_bills_the_greater_of_weight_and_size() -> None:
    modes = np.array(["air", "express", "sea"], dtype=object)
    found = chargeable_weight(np.full(3, 0.6), np.full(3, 0.006), modes)
    assert found.tolist() == pytest.approx([1.0, 1.2, 0.6])


def test_the_dearer_of_weight_and_volume_and_the_rate_per_unit() -> None:
    found = cost(cost_per_kg=2.0, cost_per_unit=0.1, leg_currency="EUR")
    assert found["freight"] == pytest.approx((0.6 * 2.0 + 0.1) * 1.10)


def test_without_a_rate_the_published_middle_is_used_and_named() -> None:
    frame, notes = landed_costs(pd.DataFrame([option(cost_per_m3=None)]), currency="USD", rates=RATES)
    assert frame["freight"].iloc[0] == pytest.approx(0.6 * (1 + 2.5) / 2)
    assert bool(frame["freight_assumed"].iloc[0])
    assert "freight by sea unknown for 1 items" in str(notes[0])
    assert notes[0].effect == pytest.approx(1.05)


def notes_of(**changes: object) -> list[AssumptionMade]:
    return landed_costs(pd.DataFrame([option(**changes)]), currency="USD", rates=RATES)[1]


def test_without_any_published_rate_what_a_rate_would_cost_is_named() -> None:
    (note,) = notes_of(cost_per_m3=None, mode="balloon")
    assert "freight by balloon unknown for 1 items" in str(note)
    assert "none is counted (1 USD a kg would be), worth 0.60 a unit" in str(note)


def test_a_missing_duty_rate_is_named_with_what_a_percent_is_worth() -> None:
    (note,) = notes_of(duty_rate=None, supplier_country="CN")
    assert (note.figure, note.marketplace, note.example) == ("duty rate", "US", "US/A")
    assert note.effect == pytest.approx(0.07)
    assert notes_of(duty_rate=None, supplier_country="US") == []
    assert notes_of(duty_rate=0.0, supplier_country="CN") == []


def test_a_given_rate_of_zero_is_a_rate() -> None:
    assert cost(cost_per_m3=0.0)["freight"] == 0


def test_a_currency_without_rate_is_named() -> None:
    with pytest.raises(MissingExchangeRate, match="no exchange rate for JPY"):
        cost(currency="JPY")


def test_price_breaks_hold_from_their_minimum() -> None:
    breaks = pd.DataFrame({"buy": [0, 0, 1], "minimum_quantity": [1000, 500, 500], "unit_cost": [4.0, 4.5, 9.0]})
    found = price_at(np.array([499.0, 500, 1000, 600]), breaks, np.array([0, 0, 0, 1]), np.array([5.0, 5, 5, 10]))
    assert found.tolist() == [5.0, 4.5, 4.0, 9.0]
