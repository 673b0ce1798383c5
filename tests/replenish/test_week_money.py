"""What the weekly run hands over about money: price breaks, warehouses, what is missing."""

from dataclasses import fields
from datetime import date

import numpy as np
import pandas as pd
import pytest

from policies.economics_items import MissingExchangeRate
from policies.inputs import BUY_COLUMNS, Options
from replenish.config import Config
from replenish.weekly.known import Known
from replenish.weekly.limits import limits_of

TODAY = date(2026, 8, 3)
LISTED = pd.DataFrame({"item": ["US/MUG"], "marketplace": ["US"]})


def known(**frames: pd.DataFrame) -> Known:
    suppliers = pd.DataFrame(columns=["supplier", "order_minimum_value", "order_minimum_units", "currency"])
    usual = {"suppliers": suppliers, **frames}
    names = [field.name for field in fields(Known) if field.name not in ("as_of", "start")]
    return Known(TODAY, TODAY, **{name: usual.get(name, pd.DataFrame()) for name in names})


def broken(price: float, currency: str | None) -> pd.DataFrame:
    """The price breaks of a mug bought at 50 CNY, 0.14 USD each, landed at 8 USD."""
    row = dict.fromkeys(BUY_COLUMNS, 0) | {
        "supplier": "Ningbo", "unit_cost": 8.0, "purchase_price": 50.0, "currency": "CNY", "currency_rate": 0.14,
    }  # fmt: skip
    breaks = pd.DataFrame([{"supplier": "Ningbo", "item": "US/MUG", "minimum_quantity": 500, "unit_cost": price,
                            "currency": currency}])  # fmt: skip
    buy = Options(pd.DataFrame([row]), np.zeros((1, 1)))
    return limits_of(known(price_breaks=breaks), Config(), buy, LISTED, 8).price_breaks


@pytest.mark.parametrize(("price", "currency"), [(40.0, "CNY"), (40.0, None), (5.6, "USD")])
def test_a_price_break_saves_the_same_in_whichever_currency_it_is_given(price: float, currency: str | None) -> None:
    assert broken(price, currency)["unit_cost"].tolist() == pytest.approx([8.0 - 10 * 0.14])


def test_a_break_dearer_after_conversion_is_none() -> None:
    assert broken(7.5, "USD").empty, "7.50 USD is more than 50 CNY"
    assert broken(49.0, "USD").empty


def test_a_break_in_a_currency_without_a_rate_is_named() -> None:
    with pytest.raises(MissingExchangeRate, match=r"no exchange rate for SEK \(a price break\)"):
        broken(40.0, "SEK")
