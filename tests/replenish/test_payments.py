"""When money leaves: terms of new orders, what open orders still pay, budget steps, the fee for more FBA room."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from week_inputs import known

from policies.inputs import Options
from replenish.config import CashStep, Config
from replenish.weekly.limits import limits_of
from replenish.weekly.payments import open_payments, payment_columns

WAYS = pd.DataFrame(
    [
        {
            "key": "US/MUG", "supplier": "Ningbo", "mode": "sea", "destination": "FBA", "purchase_price_plan": 6.0,
            "freight": 1.4, "inspection": 0.1, "duty": 0.5, "production_days": 28.0, "transit_days": 35.0,
            "receiving_days": 7.0,
        }
    ]
)  # fmt: skip


def suppliers(deposit: float | None, balance_days: float | None) -> pd.DataFrame:
    return pd.DataFrame(
        [{"supplier": "Ningbo", "deposit_share": deposit, "balance_days": balance_days, "currency": "USD",
          "order_minimum_value": None, "order_minimum_units": None}]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("deposit", "balance_days", "expected"),
    [(0.3, None, (1.8, 4.2, 4)), (0.3, 30, (1.8, 4.2, 8)), (None, 0, (6, 0, 4))],
)
def test_a_new_order_pays_by_the_suppliers_terms(
    deposit: float | None, balance_days: float | None, expected: tuple[float, float, int]
) -> None:
    paid = payment_columns(WAYS, np.full((1, 9), 70.0), suppliers(deposit, balance_days)).iloc[0]
    assert (paid["deposit"], paid["balance"], paid["balance_week"]) == pytest.approx(expected)
    assert (paid["freight"], paid["freight_week"], paid["landed_week"]) == pytest.approx((1.5, 4, 9))


def open_order(**changes: object) -> pd.DataFrame:
    row = {
        "order_number": "PO-1", "line": "1", "item": "US/MUG", "supplier": "Ningbo", "mode": "sea",
        "destination": "FBA", "quantity": 100, "received": 0, "ordered_on": date(2026, 7, 20), "ship_by": None,
        "expected_on": date(2026, 10, 6), "unit_price": 6.5, "currency": None, "status": "sent",
    }  # fmt: skip
    return pd.DataFrame([row | changes])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {2: 455 + 150, 9: 50}),  # made in 28 days from 20 July: balance and freight on 17 August
        ({"ship_by": date(2026, 9, 1)}, {4: 455 + 150, 9: 50}),
        ({"ship_by": date(2026, 7, 1)}, {0: 455 + 150, 9: 50}),  # late: due as soon as it is shipped
        ({"status": "shipped", "ship_by": date(2026, 7, 10)}, {9: 50}),
        ({"status": "approved"}, {0: 195, 2: 455 + 150, 9: 50}),  # nothing paid yet
        ({"unit_price": None}, {2: 420 + 150, 9: 50}),
        ({"received": 60, "status": "partly_received"}, {9: 20}),
        ({"supplier": "Unknown"}, {}),  # no terms: paid with the order, no way known
    ],
)
def test_what_an_open_order_still_pays(changes: dict[str, object], expected: dict[int, float]) -> None:
    shop = known(suppliers=suppliers(0.3, None), open_orders=open_order(**changes))
    paid = open_payments(shop, WAYS, Config(), 26)
    assert {week: money for week, money in enumerate(paid) if money} == pytest.approx(expected)


def budget(*steps: CashStep, spoken_for: float = 0.0) -> list[float] | None:
    config = Config().model_copy(update={"limits": Config().limits.model_copy(update={"cash": list(steps)})})
    paid = np.zeros(8)
    paid[0] = spoken_for
    cash = limits_of(known(), config, Options(pd.DataFrame(), np.zeros((0, 1))), pd.DataFrame(), paid).cash
    return None if cash is None else cash.tolist()


def test_a_budget_counts_in_every_week_that_begins_by_its_last_day() -> None:
    inf = float("inf")
    assert budget() is None
    this_week = CashStep(until=date(2026, 8, 5), amount=100)
    september = CashStep(until=date(2026, 9, 7), amount=900)
    assert budget(september, this_week) == [100, 900, 900, 900, 900, 900, inf, inf]
    new_only = CashStep(until=date(2026, 8, 5), amount=100, open_orders=False)
    assert budget(new_only, spoken_for=40.0)[:2] == [140, inf]


def test_the_fee_for_more_room_reaches_the_plan_in_its_units_and_currency() -> None:
    room = {"marketplace": "DE", "storage_type": "standard", "month": date(2026, 8, 1), "limit_volume": 10.0,
            "unit": "ft3", "confirmed": False, "reservation_fee": 0.5, "reservation_currency": None,
            "reservation_most": 2.0}  # fmt: skip
    no_buy = Options(pd.DataFrame(), np.zeros((0, 1)))
    here = known(capacity=pd.DataFrame([room]))
    found = limits_of(here, Config(), no_buy, pd.DataFrame(), np.zeros(4)).capacity.iloc[0]
    assert found["reservation_fee"] == pytest.approx(0.5 * 1.08 / 0.3048**3)
    assert found["reservation_most_m3"] == pytest.approx(2.0 * 0.3048**3)
