"""Properties of the money: parts add up to the whole, each with its source, and each cost moves it the right way."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from decide_problems import economics as plain_money
from decide_problems import problem, ship_row
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.awd_charges import awd_charges
from policies.decide import decide, decide_quantities
from policies.economics import EconomicsSettings, unit_economics
from policies.fees.awd import CHARGES
from policies.inputs import UnitEconomics
from policies.landed_costs import landed_costs

MONDAY = date(2026, 6, 1)
RATES = {"EUR": 1.10, "GBP": 1.30, "CAD": 0.73, "JPY": 0.0066}
COLUMNS = ["marketplace", "sku", "fee", "valid_on", "amount", "currency", "per", "report"]
some = settings(max_examples=10, deadline=None)
sizes = st.floats(1.0, 60.0)
items = st.fixed_dictionaries(
    {
        "marketplace": st.sampled_from(["US", "UK", "DE", "CA", "FR", "JP"]),
        "category": st.sampled_from(["Toys", "Apparel", "Home & Kitchen", "Grocery", "whatever"]),
        "length_cm": sizes, "width_cm": sizes, "height_cm": sizes,
        "weight_kg": st.floats(0.05, 20.0),
        "price": st.floats(1.0, 300.0),
        "landed_cost": st.floats(0.1, 200.0),
        "return_rate": st.floats(0.0, 0.5),
        "sellable_return_share": st.floats(0.0, 1.0),
        "stored_units": st.floats(0.0, 3000.0), "shipped_per_week": st.floats(0.0, 100.0),
    }
)  # fmt: skip


def priced(
    rows: list[dict[str, object]], evidence: list[dict[str, object]] | None = None, currency: str = "USD",
    rates: dict[str, float] | None = None, start: date = MONDAY, **given: object,
) -> UnitEconomics:  # fmt: skip
    frame = pd.DataFrame([{"sku": f"S{place}", "price_currency": "USD", **row} for place, row in enumerate(rows)])
    frame["item"] = frame["marketplace"] + "/" + frame["sku"]
    return unit_economics(
        frame, start, 4, currency=currency, rates=RATES if rates is None else rates,
        evidence=pd.DataFrame(evidence or [], columns=COLUMNS), settings=EconomicsSettings(**given),
    )[0]  # fmt: skip


def told(row: dict[str, object], fee: str, amount: float, per: str = "unit") -> dict[str, object]:
    return {"marketplace": row["marketplace"], "sku": "S0", "fee": fee, "valid_on": date(2026, 5, 25),
            "amount": amount, "currency": "USD", "per": per, "report": "report"}  # fmt: skip


def amounts(money: UnitEconomics, figure: str) -> np.ndarray:
    return money.figures.loc[money.figures["figure"] == figure, "amount"].to_numpy(float)


# ---------------------------------------------------------------- parts and wholes


@some
@given(st.lists(items, min_size=1, max_size=5))
def test_the_margin_is_its_parts_and_each_has_a_source(rows: list[dict[str, object]]) -> None:
    money = priced(rows)
    parts = [amounts(money, name) for name in ("referral fee", "cost of returns", "fulfilment fee, first day")]
    # No fee changes in the first week of June.
    assert money.margin[:, 0] == pytest.approx(money.price - sum(parts))
    assert amounts(money, "margin, first week") == pytest.approx(money.margin[:, 0])
    assert amounts(money, "product cost") == pytest.approx(money.product_cost)
    assert amounts(money, "storage") * 7 / 30 == pytest.approx(money.fba_storage[:, 0])
    assert amounts(money, "storage utilisation surcharge") * 7 / 30 == pytest.approx(money.utilisation[:, 0])
    for band, age in enumerate(money.aged_from_days):
        month = amounts(money, f"aged surcharge from {age:.0f} days")
        assert month * 12 * 7 / 365.25 == pytest.approx(money.aged_surcharge[:, band])
    charged = money.figures[money.figures["amount"] != 0]
    assert charged[["table", "source", "confidence"]].notna().all().all()


@some
@given(
    st.floats(0.1, 500), st.sampled_from(["CNY", "USD", "EUR"]), st.floats(0, 0.5), st.floats(0, 5), st.floats(0, 300),
    st.floats(0.5, 30), st.floats(0.001, 0.2), st.integers(1, 50), st.sampled_from(["sea", "air"]),
)  # fmt: skip
def test_landed_cost_is_its_parts(price, currency, duty, inspection, per_m3, kilograms, volume, pack, mode) -> None:
    row = {
        "item": "US/A", "marketplace": "US", "mode": mode, "purchase_price": price, "currency": currency,
        "carton_volume_m3": volume, "carton_weight_kg": kilograms, "case_pack": pack, "cost_per_m3": per_m3,
        "leg_currency": "EUR", "duty_rate": duty, "inspection_cost_per_unit": inspection,
    }  # fmt: skip
    rates = {"CNY": 0.14, "EUR": 1.1}
    frame, notes = landed_costs(pd.DataFrame([row]), currency="USD", rates=rates)
    cost, rate = frame.iloc[0], {**rates, "USD": 1.0}[currency]
    parts = ["purchase_price_plan", "freight", "duty", "inspection"]
    assert cost["unit_cost"] == pytest.approx(cost[parts].sum())
    assert cost[parts].tolist() == pytest.approx(
        [price * rate, per_m3 * volume / pack * 1.1, price * rate * duty, inspection * rate]
    )
    assert notes == []


@some
@given(st.lists(items, min_size=1, max_size=4), st.floats(0.2, 5.0))
def test_money_is_the_same_in_any_currency(rows: list[dict[str, object]], dollar: float) -> None:
    """Landed cost is given in plan currency; all else is converted."""
    here = priced(rows)
    converted = [{**row, "landed_cost": row["landed_cost"] * dollar} for row in rows]
    there = priced(
        converted, currency="CHF", rates={"USD": dollar, **{code: rate * dollar for code, rate in RATES.items()}}
    )
    for name in ("price", "margin", "product_cost", "fba_storage", "utilisation", "aged_surcharge", "exit_value"):
        np.testing.assert_allclose(getattr(there, name), getattr(here, name) * dollar, rtol=1e-9, atol=1e-9)


# ---------------------------------------------------------------- the right way


@some
@given(items, st.floats(0.0, 20.0), st.floats(0.01, 20.0), st.sampled_from(["fulfilment", "referral"]))
def test_a_higher_reported_fee_lowers_the_margin_by_as_much(row, fee: float, more: float, name: str) -> None:
    low, high = (priced([row], [told(row, name, amount)]) for amount in (fee, fee + more))
    lost = (low.margin - high.margin)[0, 0]
    if name == "fulfilment":
        assert lost == pytest.approx(more)
    else:  # a refund gives most of it back
        assert lost >= more * (1 - row["return_rate"]) - 1e-9
    assert (low.fba_storage == high.fba_storage).all()


@some
@given(items, st.floats(0.0, 5.0), st.floats(0.01, 5.0))
def test_higher_storage_raises_storage_alone(row, fee: float, more: float) -> None:
    low, high = (priced([row], [told(row, "storage", amount, "cubic foot-month")]) for amount in (fee, fee + more))
    assert (high.fba_storage > low.fba_storage).all()
    assert (high.margin == low.margin).all()
    assert (high.aged_surcharge == low.aged_surcharge).all()


@some
@given(items, st.floats(0.01, 50.0))
def test_dearer_goods_never_earn_more(row, more: float) -> None:
    cheap, dear = priced([row]), priced([{**row, "landed_cost": row["landed_cost"] + more}])
    assert (dear.margin - dear.product_cost[:, None] <= cheap.margin - cheap.product_cost[:, None] + 1e-9).all()


@some
@given(items, st.floats(1.0, 1000.0), st.floats(0.5, 20.0))
def test_more_stock_or_fewer_sales_never_lower_the_utilisation_surcharge(row, more: float, fewer: float) -> None:
    usual = priced([row]).utilisation
    assert (priced([{**row, "stored_units": row["stored_units"] + more}]).utilisation >= usual).all()
    assert (priced([{**row, "shipped_per_week": max(row["shipped_per_week"] - fewer, 0.0)}]).utilisation >= usual).all()
    assert (priced([{**row, "awd_share": 0.8}]).utilisation == 0).all()


@some
@given(items, items, st.sampled_from(["fulfilment", "storage", "aged_surcharge_271", "inbound_placement"]))
def test_a_report_moves_no_other_item(row, other, fee: str) -> None:
    plain, reported = priced([row, other]), priced([row, other], [told(row, fee, 7.0)])
    for name in ("margin", "fba_storage", "utilisation", "aged_surcharge", "low_inventory_fee", "exit_value"):
        assert (getattr(plain, name)[1] == getattr(reported, name)[1]).all(), name


@some
@given(st.floats(0.001, 0.2), st.floats(1.01, 3.0), st.integers(1, 60), st.sampled_from(["US", "DE"]))
def test_larger_cartons_cost_more_at_awd_and_fuller_ones_less_per_unit(volume, larger, pack, code) -> None:
    def charges(volume: float, pack: int) -> dict[str, float]:
        found = awd_charges(np.array([code], object), np.array([volume]), np.array([float(pack)]), MONDAY, {"USD": 0.9})
        assert (found.row["storage"] >= 0).all()
        return {charge: float(found.amount[charge][0]) for charge in CHARGES}

    usual, big, full = charges(volume, pack), charges(volume * larger, pack), charges(volume, pack + 1)
    for charge in ("storage", "transportation"):
        assert big[charge] > usual[charge] > full[charge]
    for charge in ("inbound_processing", "outbound_processing"):
        assert big[charge] == usual[charge] > full[charge]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 999), st.floats(1.0, 30.0), st.floats(0.01, 1.0))
def test_a_utilisation_surcharge_never_raises_an_order(seed: int, rate: float, surcharge: float) -> None:
    for ways in ({}, {"buy": [], "ship": [ship_row(0, available=400, case_pack=1)]}):
        free = problem((rate,), paths=60, seed=seed, **ways)
        money = replace(free.economics, utilisation=np.full((1, 26), surcharge))
        dear = replace(free, economics=money)
        assert decide_quantities(dear)[1].sum() <= decide_quantities(free)[1].sum()


# ---------------------------------------------------------------- what cannot be


def test_goods_that_lose_money_are_named_and_the_others_bought() -> None:
    usual = {"marketplace": "US", "category": "Toys", "length_cm": 20.0, "width_cm": 15.0, "height_cm": 5.0,
             "weight_kg": 0.5, "return_rate": 0.0, "sellable_return_share": 0.5}  # fmt: skip
    rows = [
        {**usual, "price": 30.0, "landed_cost": 6.0},
        {**usual, "price": 12.0, "landed_cost": 11.0},  # fees leave less than it costs
        {**usual, "price": 1.5, "landed_cost": 0.5},  # fees exceed the price
    ]
    money = priced(rows)
    assert money.margin[2, 0] < 0 < money.margin[1, 0] < 11.0
    base = problem((20.0, 20.0, 20.0), weeks=4)
    silent = plain_money(3, weeks=4)
    made = replace(money, low_inventory_fee=silent.low_inventory_fee)
    lead = [{**row, "days": 7.0} for row in base.buy.frame.to_dict("records")]
    decision = decide(replace(problem((20.0,) * 3, weeks=4, buy=lead), economics=made))
    assert decision.purchases["item"].tolist() == ["US/SKU-000"]
    named = " ".join(decision.warnings)
    assert "sell below cost: nothing is bought for them: US/SKU-001" in named
    assert "earn nothing before product cost (fees exceed the price): nothing is bought for them: US/SKU-002" in named
    assert len(decision.items) == 3


wild = st.sampled_from([float("nan"), float("inf"), -float("inf"), -3.0, 0.0, 1e300])


@some
@given(
    items,
    st.sampled_from(["fulfilment", "storage", "storage_utilisation", "storage_utilisation_weeks", "storage_overage",
                     "aged_surcharge_271", "inbound_placement", "low_inventory_exempt", "removal"]),
    st.sampled_from([float("nan"), float("inf"), -float("inf"), -3.0]),
    st.sampled_from(["unit", "cubic foot-month", "pallet-month", "", "weeks", "flag"]),
    wild, wild,
)  # fmt: skip
def test_a_report_or_history_that_cannot_be_is_left_out(row, fee, amount, per, stored, shipped) -> None:
    usual = priced([{**row, "stored_units": None}])
    given = priced([{**row, "stored_units": None}], [told(row, fee, amount, per)])
    for name in ("margin", "fba_storage", "utilisation", "aged_surcharge", "low_inventory_fee", "exit_value"):
        assert (getattr(given, name) == getattr(usual, name)).all(), name
    odd = priced([{**row, "stored_units": stored, "shipped_per_week": shipped}])
    assert np.isfinite(odd.utilisation).all()
    assert (odd.utilisation >= 0).all()


def test_a_report_in_an_unknown_measure_is_no_storage_fee() -> None:
    row = {"marketplace": "US", "price": 20.0, "landed_cost": 5.0}
    given = priced([row], [told(row, "storage", 9.0, "pallet-month")])
    assert (given.fba_storage == priced([row]).fba_storage).all()
