"""What the weekly run hands over about money: price breaks, warehouses, what is missing."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from week_inputs import TODAY, known

from policies.assumptions import AssumptionMade
from policies.economics_items import MissingExchangeRate
from policies.fee_tables import DAYS_PER_MONTH
from policies.inputs import BUY_COLUMNS, Options
from replenish.config import Config
from replenish.weekly.awd import awd_of
from replenish.weekly.limits import limits_of
from replenish.weekly.moves import buy_options, priced_ways, ship_options, with_cartons
from replenish.weekly.stock import Position, refilled_by_awd, stored_and_shipped


def broken(price: float, currency: str | None, duty_by_marketplace: dict[str | None, float | None] | None = None):
    """The price breaks of a mug bought at 50 CNY, 0.14 USD each, landed at 8 USD."""
    way = {"supplier": "Ningbo", "mode": "sea", "destination": "Reno"}
    row = dict.fromkeys(BUY_COLUMNS, 0) | way | {
        "unit_cost": 8.0, "purchase_price": 50.0, "currency": "CNY", "currency_rate": 0.14,
    }  # fmt: skip
    breaks = pd.DataFrame([{"supplier": "Ningbo", "item": "US/MUG", "minimum_quantity": 500, "unit_cost": price,
                            "currency": currency}])  # fmt: skip
    duties = duty_by_marketplace or {None: None}
    legs = [{**LEG, **way, "marketplace": place, "duty_rate": duty} for place, duty in duties.items()]
    here = known(price_breaks=breaks, supplier_legs=pd.DataFrame(legs), suppliers=pd.DataFrame([SUPPLIER]),
                 warehouses=pd.DataFrame(columns=["warehouse", "kind"]))  # fmt: skip
    listed = pd.DataFrame([{**CARTON, "item": "US/MUG", "marketplace": "US"}])
    priced, _ = priced_ways(here, listed, Config(), awd_of(here, with_cartons(listed), Config()))
    buy = Options(pd.DataFrame([row]), np.zeros((1, 1)))
    return limits_of(here, Config(), buy, priced, np.zeros(8)).price_breaks


@pytest.mark.parametrize(("price", "currency"), [(40.0, "CNY"), (40.0, None), (5.6, "USD")])
def test_a_price_break_saves_the_same_in_whichever_currency_it_is_given(price: float, currency: str | None) -> None:
    assert broken(price, currency)["unit_cost"].tolist() == pytest.approx([8.0 - 10 * 0.14])


def test_a_price_break_saves_the_duty_on_the_price_as_well() -> None:
    found = broken(40.0, "CNY", {None: 0.5, "US": 0.1})
    assert found["unit_cost"].tolist() == pytest.approx([8.0 - 10 * 0.14 * 1.1])
    assert found["purchase_price"].tolist() == pytest.approx([40.0])


def test_a_break_dearer_after_conversion_is_none() -> None:
    assert broken(7.5, "USD").empty, "7.50 USD is more than 50 CNY"
    assert broken(49.0, "USD").empty


def test_a_break_in_a_currency_without_a_rate_is_named() -> None:
    with pytest.raises(MissingExchangeRate, match=r"no exchange rate for SEK \(a price break\)"):
        broken(40.0, "SEK")


# ---------------------------------------------------------------- AWD

FOOT = 30.48
CARTON = {
    "sku": "MUG", "status": "active", "supplier": "Ningbo", "unit_cost": 5.0, "cost_currency": "USD", "moq": 0,
    "moq_group": None, "moq_group_minimum": None,
    "case_pack": 10.0, "carton_length_cm": FOOT, "carton_width_cm": FOOT, "carton_height_cm": FOOT,
    "carton_weight_kg": 8.0, "length_cm": 20.0, "width_cm": 10.0, "height_cm": 5.0, "weight_kg": 0.7,
}  # fmt: skip
LEG = {
    "marketplace": None, "transit_days": 3.0, "transit_days_sd": 1.0, "receiving_days": 5.0, "receiving_days_sd": 1.0,
    "cost_per_kg": None, "cost_per_m3": None, "cost_per_unit": None, "currency": "USD", "duty_rate": 0.0,
}  # fmt: skip
SUPPLIER = {
    "supplier": "Ningbo", "currency": "USD", "country": "CN", "review_weeks": 2, "production_days": 30,
    "production_days_sd": 3, "deposit_share": 0.3, "balance_days": 0, "order_minimum_value": None,
    "order_minimum_units": None,
}  # fmt: skip
PER_MONTH = DAYS_PER_MONTH / 7


class NoTimes:
    """Everything arrives at once: these tests are about money."""

    paths = 2

    def days(self, options: pd.DataFrame) -> np.ndarray:
        return np.zeros((len(options), 2))


def awd_costs(config: Config | None = None, marketplace: str = "US", typed: dict[str, float] | None = None,
              leg: dict[str, float] | None = None, listed_warehouse: bool = True):  # fmt: skip
    """100 mugs in ten cartons of one cubic foot at AWD, and a supplier who sends more there: ship row, buy row, awd."""
    config = config or Config()
    warehouse = {"warehouse": "AWD", "kind": "AWD", "storage_cost_per_m3_month": None, "handling_cost_per_unit": None,
                 "currency": "USD", **(typed or {})}  # fmt: skip
    legs = [
        {**LEG, "supplier": "Ningbo", "mode": "sea", "destination": "AWD", "cost_per_unit": 0.5},
        {**LEG, "supplier": "AWD", "mode": "truck", "destination": "FBA", **(leg or {})},
    ]
    here = known(
        warehouses=pd.DataFrame([warehouse]).iloc[: int(listed_warehouse)], supplier_legs=pd.DataFrame(legs),
        suppliers=pd.DataFrame([SUPPLIER]), overrides=pd.DataFrame(columns=["kind", "start_date", "end_date", "item"]),
    )  # fmt: skip
    listed = pd.DataFrame([{**CARTON, "item": f"{marketplace}/MUG", "marketplace": marketplace}])
    upstream = pd.DataFrame({"item": [0], "location": ["AWD"], "units": [100.0]})
    stock = Position(
        np.zeros(1), np.zeros((1, 1)), np.zeros(1), upstream, pd.DataFrame({"item": [], "destination": []})
    )
    awd = awd_of(here, with_cartons(listed), config)
    priced, _ = priced_ways(here, listed, config, awd)
    buy, _ = buy_options(here, listed, priced, config, NoTimes())  # type: ignore[arg-type]
    ship, held, _ = ship_options(here, listed, stock, buy, config, NoTimes(), awd)  # type: ignore[arg-type]
    assert held["kind"].tolist() == ["AWD"]
    return ship.frame.iloc[0], buy.frame.iloc[0], awd


def test_awd_charges_for_holding_moving_and_taking_in() -> None:
    ship, buy, awd = awd_costs()
    assert ship["hold_cost"] == pytest.approx(0.48 / 10 / PER_MONTH)
    assert ship["unit_cost"] == pytest.approx(1.40 / 10 + 1.40 / 10)
    assert buy["unit_cost"] == pytest.approx(5.0 + 0.5 + 1.40 / 10)
    figures = awd.figures().set_index("figure")
    assert figures["amount"].to_dict() == pytest.approx({
        "AWD storage": 0.048, "AWD inbound processing": 0.14, "AWD outbound processing": 0.14,
        "AWD transport to FBA": 0.14,
    })  # fmt: skip
    assert set(figures["table"]) == {"fees/awd US"}
    assert set(figures["valid_from"]) == {"2026-01-15"}
    assert (figures["source"].astype(str) != "").all()
    assert awd.notes() == []


def test_what_the_planner_typed_goes_before_the_table() -> None:
    ship, _, awd = awd_costs(
        typed={"storage_cost_per_m3_month": 20.0, "handling_cost_per_unit": 0.3}, leg={"cost_per_unit": 0.25}
    )
    assert ship["hold_cost"] == pytest.approx(20.0 * 0.3048**3 / 10 * 12 / 52)
    assert ship["unit_cost"] == pytest.approx(0.55)
    told = awd.figures().set_index("figure")["confidence"].to_dict()
    assert {name for name, confidence in told.items() if confidence != "seller"} == {"AWD inbound processing"}


def test_region_and_automatic_refill_set_the_rate() -> None:
    west = Config.model_validate({"money": {"awd_region": "west"}})
    smart = Config.model_validate({"money": {"awd_auto_replenishment": True}})
    assert awd_costs(west)[0]["hold_cost"] == pytest.approx(0.57 / 10 / PER_MONTH)
    assert awd_costs(smart)[0]["hold_cost"] == pytest.approx(0.43 / 10 / PER_MONTH)


def test_awd_stock_is_known_by_its_location_alone() -> None:
    assert awd_costs(listed_warehouse=False)[0]["hold_cost"] == pytest.approx(0.48 / 10 / PER_MONTH)


def test_a_marketplace_without_awd_table_is_named_with_its_effect() -> None:
    ship, _, awd = awd_costs(marketplace="DE")
    assert ship["unit_cost"] == pytest.approx(0.28)
    (note,) = awd.notes()
    assert (note.marketplace, note.items, note.effect) == ("DE", 1, pytest.approx(0.28))
    assert set(awd.figures()["confidence"]) == {"assumption"}


def test_nothing_at_awd_shows_nothing() -> None:
    listed = with_cartons(pd.DataFrame([{**CARTON, "item": "US/MUG", "marketplace": "US"}]))
    empty = known(warehouses=pd.DataFrame(columns=["warehouse", "kind"]))
    assert awd_of(empty, listed, Config()).figures().empty


# ---------------------------------------------------------------- what nobody gave


def gap_notes(**changes: object) -> dict[str, AssumptionMade]:
    """Notes on a mug that lies in a warehouse of one's own, by figure."""
    warehouse = {"warehouse": "Reno", "kind": "3PL", "storage_cost_per_m3_month": 12.0, "handling_cost_per_unit": 0.2,
                 "currency": "USD"}  # fmt: skip
    supply = {**LEG, "supplier": "Ningbo", "mode": "sea", "destination": "Reno", "cost_per_m3": 100.0}
    transfer = {**LEG, "supplier": "Reno", "mode": "truck", "destination": "FBA", "cost_per_unit": 0.3}
    item = {**CARTON, "item": "US/MUG", "marketplace": "US"}
    for part in (warehouse, supply, transfer, item):
        part.update({name: value for name, value in changes.items() if name in part})
    if "transfer_cost" in changes:
        transfer["cost_per_unit"] = changes["transfer_cost"]
    here = known(
        warehouses=pd.DataFrame([warehouse]), supplier_legs=pd.DataFrame([supply, transfer]),
        suppliers=pd.DataFrame([SUPPLIER]), overrides=pd.DataFrame(columns=["kind", "start_date", "end_date", "item"]),
    )  # fmt: skip
    listed = pd.DataFrame([item])
    upstream = pd.DataFrame({"item": [0], "location": ["Reno"], "units": [100.0]})
    stock = Position(
        np.zeros(1), np.zeros((1, 1)), np.zeros(1), upstream, pd.DataFrame({"item": [], "destination": []})
    )
    awd = awd_of(here, with_cartons(listed), Config())
    priced, notes = priced_ways(here, listed, Config(), awd)
    buy, _ = buy_options(here, listed, priced, Config(), NoTimes())  # type: ignore[arg-type]
    _, _, more = ship_options(here, listed, stock, buy, Config(), NoTimes(), awd)  # type: ignore[arg-type]
    return {note.figure: note for note in [*notes, *more]}


def test_a_seller_who_gave_everything_reads_nothing() -> None:
    assert gap_notes() == {}


@pytest.mark.parametrize(
    ("changes", "figure", "effect"),
    [
        ({"duty_rate": None}, "duty rate", 0.05),
        ({"cost_per_m3": None}, "freight by sea", 0.8 * 1.75),
        ({"storage_cost_per_m3_month": None}, "storage cost of Reno", 15.0 * 0.3048**3 / 10),
        ({"transfer_cost": None}, "cost of moving goods from Reno to FBA", 0.14),
        (
            dict.fromkeys(["carton_length_cm", "length_cm"]),
            "carton and packed size",
            0.2,  # two litres a unit at 100 USD a cubic metre
        ),
    ],
)
def test_each_cost_that_nobody_gave_is_named_with_its_effect(
    changes: dict[str, object], figure: str, effect: float
) -> None:
    notes = gap_notes(**changes)
    assert set(notes) == {figure}
    assert notes[figure].effect == pytest.approx(effect)
    assert notes[figure].example == "US/MUG"


# ---------------------------------------------------------------- what sets the utilisation ratio


def test_stored_and_shipped_are_means_of_thirteen_weeks() -> None:
    stock = pd.DataFrame({
        "item": ["US/MUG", "US/MUG", "US/MUG", "US/PAN"],
        "day": [TODAY - timedelta(days=back) for back in (30, 60, 10, 90)], "units": [40.0, 20.0, 999.0, -5.0],
    })  # fmt: skip
    weeks = [TODAY - timedelta(weeks=back) for back in (1, 13, 14)]
    sales = pd.DataFrame({"item": "US/MUG", "week": weeks, "units": [26, 13, 999]})
    items = pd.Index(["US/MUG", "US/PAN", "US/NEW"])
    found = stored_and_shipped(known(daily_stock=stock, weekly_sales=sales), items, np.array([60.0, 10.0, 7.0]))
    assert found["stored_units"].tolist() == pytest.approx([40.0, 5.0, 7.0]), "days nobody counted are left out"
    assert found["shipped_per_week"].tolist() == pytest.approx([3.0, 0.0, 0.0])


def test_the_share_that_awd_refilled_counts_receipts_at_fba() -> None:
    history = pd.DataFrame({
        "item": ["US/MUG", "US/MUG", "US/MUG", "US/PAN"], "source": ["AWD", None, "AWD", "East"],
        "destination": ["FBA", "FBA", "FBA", "FBA"], "received": [30.0, 10.0, 999.0, 5.0],
        "received_on": [TODAY - timedelta(days=back) for back in (5, 20, 200, 3)],
    })  # fmt: skip
    warehouses = pd.DataFrame({"warehouse": ["East"], "kind": ["AWD"]})
    here = known(inbound_history=history, warehouses=warehouses)
    share = refilled_by_awd(here, pd.Index(["US/MUG", "US/PAN", "US/NONE"]))
    assert share[:2].tolist() == pytest.approx([0.75, 1.0])
    assert np.isnan(share[2])
