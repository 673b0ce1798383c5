"""The storage utilisation surcharge: whose ratio, which months, who is exempt, and that young units pay none."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from decide_problems import economics, problem, ship_row
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.ageing import storage_money
from policies.arriving import fba_inflow
from policies.assumptions import AssumptionMade
from policies.economics import EconomicsSettings, unit_economics
from policies.inputs import UnitEconomics
from policies.outcome import simulate_fba
from policies.stages import shipping_rows, shipping_stage
from policies.value import Inflow

MONDAY = date(2026, 6, 1)
INCH = 2.54  # centimetres


def stored(marketplace: str = "US", units: float = 30.0, shipped: float = 1.0, **changes: object) -> dict[str, object]:
    """A box of one cubic foot, of which `units` are stored and `shipped` leave each week: 30 weeks of stock."""
    row = {
        "marketplace": marketplace, "sku": "BOX", "category": "Home & Kitchen", "product_class": "non_apparel",
        "storage_type": "standard", "length_cm": 18 * INCH, "width_cm": 12 * INCH, "height_cm": 8 * INCH,
        "weight_kg": 3.0, "price": 60.0, "price_currency": "USD", "landed_cost": 6.0, "return_rate": 0.0,
        "sellable_return_share": 0.5,
        "launch_date": None, "stored_units": units, "shipped_per_week": shipped, **changes,
    }  # fmt: skip
    return {"item": f"{row['marketplace']}/{row['sku']}", **row}


def priced(
    *rows: dict[str, object], start: date = MONDAY, evidence: tuple[dict[str, object], ...] = (), **given: object
):
    columns = ["marketplace", "sku", "fee", "valid_on", "amount", "currency", "per", "report"]
    return unit_economics(
        pd.DataFrame(list(rows)), start, 4, currency="USD", rates={"GBP": 1.3, "EUR": 1.1},
        evidence=pd.DataFrame(list(evidence), columns=columns), settings=EconomicsSettings(**given),
    )  # fmt: skip


def monthly(money: UnitEconomics, item: str = "US/BOX") -> float:
    rows = money.figures
    rows = rows[(rows["figure"] == "storage utilisation surcharge") & (rows["item"] == item)]
    return float(rows["amount"].iloc[0])


@pytest.mark.parametrize(
    ("weeks", "rate"),
    [(21.9, 0.0), (22, 0.44), (27.9, 0.44), (28, 0.76), (36, 1.16), (44, 1.58), (52, 1.88), (400, 1.88)],
)
def test_the_ratio_of_stock_and_sales_selects_the_rate(weeks: float, rate: float) -> None:
    money, _ = priced(stored(units=30.0, shipped=30.0 / weeks))
    assert monthly(money) == pytest.approx(rate)
    assert money.utilisation[0] == pytest.approx(np.full(4, rate * 7 / 30))
    assert money.fba_storage[0, 0] == pytest.approx(0.78 * 7 / 30)


def test_the_ratio_is_that_of_the_class_in_its_marketplace() -> None:
    slow, fast = stored(units=30.0, shipped=0.1), stored(sku="FAST", units=30.0, shipped=10.0)
    british = stored("UK", units=30.0, shipped=0.1, length_cm=17.5 * INCH)
    money, _ = priced(slow, fast, british)
    assert monthly(money) == monthly(money, "US/FAST") == 0, "60 units, 10.1 a week: 6 weeks"
    assert monthly(money, "UK/BOX") == pytest.approx(2.29 * 1.3 * 17.5 / 18)


def test_little_volume_a_new_seller_and_what_awd_refills_pay_none() -> None:
    assert monthly(priced(stored(units=24.0, shipped=0.5))[0]) == 0
    assert monthly(priced(stored(), seller_days={"US": 365})[0]) == 0
    assert monthly(priced(stored(), seller_days={"US": 366})[0]) > 0
    assert monthly(priced(stored(awd_share=0.7))[0]) == 0
    assert monthly(priced(stored(awd_share=0.69))[0]) > 0
    assert monthly(priced(stored(stored_units=None))[0]) == 0


def test_months_without_a_rate_are_named_with_what_another_month_would_cost() -> None:
    money, notes = priced(stored(), start=date(2026, 9, 21))
    week = 0.76 * 7 / 30
    assert money.utilisation[0] == pytest.approx([week, week * 3 / 7, 0, 0])
    named = [
        note for note in notes if isinstance(note, AssumptionMade) and note.figure == "storage utilisation surcharge"
    ]
    assert [note.effect for note in named] == pytest.approx([0.76])
    assert not [n for n in priced(stored(shipped=10.0), start=date(2026, 9, 21))[1] if "utilisation" in str(n)]


def told(fee: str, amount: float, valid_on: date, per: str) -> dict[str, object]:
    return {"marketplace": "US", "sku": "BOX", "fee": fee, "valid_on": valid_on, "amount": amount, "currency": "USD",
            "per": per, "report": "Monthly storage fees"}  # fmt: skip


def test_the_sellers_own_report_goes_before_both_ratio_and_rate() -> None:
    def report(day: date, weeks: float, rate: float) -> tuple[dict[str, object], ...]:
        return (
            told("storage_utilisation_weeks", weeks, day, "weeks"),
            told("storage_utilisation", rate, day, "cubic foot-month"),
        )

    may, january = date(2026, 5, 1), date(2026, 1, 1)
    assert monthly(priced(stored(), evidence=report(may, 40, 1.30))[0]) == pytest.approx(1.30)
    assert monthly(priced(stored(), evidence=report(may, 20, 0.0))[0]) == 0
    assert monthly(priced(stored(), evidence=report(january, 20, 0.0))[0]) == pytest.approx(0.76), "too old"
    by_ratio = priced(stored(), evidence=report(may, 40, 1.30)[:1])[0]
    assert monthly(by_ratio) == pytest.approx(1.16)
    autumn = date(2026, 11, 2)
    assert monthly(priced(stored(), start=autumn, evidence=report(date(2026, 10, 1), 40, 2.5))[0]) == pytest.approx(2.5)


# ---------------------------------------------------------------- units up to 30 days old


def storage_paid(demand: float, surcharge: float, arrives_on: float = 0.0) -> float:
    """FBA storage of 20 units that arrive on a day and sell at `demand` a week."""
    here = problem(
        demand=np.full((1, 2, 26), demand, np.float32),
        arrivals=[(0, "FBA", 20.0, "S1", "shipment", arrives_on)],
        buy=[],
    )
    here = replace(here, economics=replace(economics(1), utilisation=np.full((1, 26), surcharge)))
    nothing = Inflow(np.zeros(2, np.int64), np.zeros(0), np.zeros((0, 2), np.int16))
    weeks = np.array([26])
    return float(simulate_fba(here, fba_inflow(here), nothing, np.zeros((1, 26)), weeks, weeks).storage[0])


def test_what_sells_within_thirty_days_pays_no_surcharge() -> None:
    assert storage_paid(5.0, 1.0) == pytest.approx(storage_paid(5.0, 0.0))
    slow = storage_paid(2.0, 1.0) - storage_paid(2.0, 0.0)
    # Ten weeks of stock: from the end of the sixth week on all that is left is more than 30 days old.
    assert slow == pytest.approx(8 + 6 + 4 + 2)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.5, 8.0), st.floats(0.01, 1.0), st.integers(0, 10))
def test_the_exemption_only_ever_lowers_the_bill(demand: float, surcharge: float, week: int) -> None:
    paid, base = storage_paid(demand, surcharge, 7.0 * week), storage_paid(demand, 0.0, 7.0 * week)
    all_units = base * surcharge / 0.03  # the same surcharge on units of any age
    assert base <= paid <= base + all_units + 1e-9


def test_one_unit_more_is_charged_from_its_thirtieth_day_at_fba() -> None:
    here = problem((20.0,), buy=[], ship=[ship_row(0, days=14.0)])
    here = replace(here, economics=replace(here.economics, utilisation=np.full((1, 26), 0.7)))
    rows, _ = shipping_rows(here, shipping_stage(here))
    extra = rows.hold_front[0] - (0.03 - 0.01)
    assert extra[:6].tolist() == pytest.approx([0.0] * 6)
    assert extra[6] == pytest.approx(0.7 * (7 - 44 / 7))
    assert extra[7:] == pytest.approx(0.7)


def test_expected_storage_counts_the_surcharge_on_old_stock_alone() -> None:
    here = problem((2.0,), on_hand=[40.0])
    dear = replace(here, economics=replace(here.economics, utilisation=np.full((1, 26), 1.0)))
    stock = np.maximum(40.0 - 2.0 * np.arange(1, 27), 0.0)[None, :]
    base = storage_money(here, stock)
    more = storage_money(dear, stock) - base
    assert (base == here.economics.fba_storage * stock).all()
    assert (more >= 0).all()
    assert (more <= stock + 1e-9).all()
    assert more[0, 10] == pytest.approx(stock[0, 10], rel=0.2), "nothing new came: all of it is old"
