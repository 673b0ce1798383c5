"""A marketplace whose goods are not sold from FBA: none of Amazon's fees, only what the seller states."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from policies.economics import EconomicsSettings, unit_economics
from policies.economics_settings import OwnChannel
from policies.inputs import UnitEconomics

NO_EVIDENCE = pd.DataFrame(columns=["marketplace", "sku", "fee", "valid_on", "amount", "currency", "per", "report"])
SHOP = OwnChannel(commission=0.02, cost_per_unit=1.5, storage_per_m3_month=12.0, holding_per_year=0.24, clearance=0.2)


def priced(
    channel: OwnChannel = SHOP, evidence: pd.DataFrame = NO_EVIDENCE, **changes: object
) -> tuple[UnitEconomics, list[object]]:
    """One article of a Turkish shop, for which no fee table exists, and the same article on Amazon in the US."""
    row = {
        "marketplace": "TR", "sku": "A", "length_cm": 50, "width_cm": 20, "height_cm": 10, "weight_kg": 1.0,
        "price": 120.0, "price_currency": "TRY", "landed_cost": 1.0, "return_rate": 0.0, "sellable_return_share": 0.5,
    }  # fmt: skip
    rows = [{**row, **changes}, {**row, "marketplace": "US", "price": 20.0, "price_currency": "USD"}]
    items = pd.DataFrame(rows).assign(item=lambda frame: frame["marketplace"] + "/" + frame["sku"])
    made, notes = unit_economics(
        items, date(2026, 6, 1), 4, currency="USD", rates={"TRY": 0.1}, evidence=evidence,
        settings=EconomicsSettings(own_channels={"TR": channel}, tax_rates={"TR": 0.2}),
    )  # fmt: skip
    return made, list(notes)


def test_margin_storage_and_exit_are_the_sellers_own() -> None:
    economics, _ = priced()
    # 120 TRY at 0.1 is 12 USD, 10 without tax; commission 2 % of 12; 0.01 m3 at 12 and 24 % of 1.00 a year
    assert economics.margin[0].tolist() == pytest.approx([10 - 0.24 - 1.5] * 4)
    assert economics.fba_storage[0].tolist() == pytest.approx([(0.01 * 12 + 0.02) * 7 / 30.4375] * 4, rel=1e-3)
    assert economics.exit_value[0] == pytest.approx(2.0)


def test_no_fee_of_amazon_is_charged_there_and_all_are_elsewhere() -> None:
    economics, notes = priced()
    assert economics.aged_surcharge[0].tolist() == [0] * len(economics.aged_from_days)
    assert economics.low_inventory_fee[0].tolist() == [0] * len(economics.low_inventory_below_days)
    assert economics.aged_surcharge[1].max() > 0 and economics.low_inventory_fee[1].max() > 0
    told = economics.figures.set_index("item").loc["TR/A", "figure"].astype(str).tolist()
    assert not [name for name in told if "placement" in name or "aged" in name or "low-inventory" in name]
    assert not [note for note in notes if "TR" in str(note)]


def test_a_return_costs_the_sale_and_saves_what_can_be_sold_again() -> None:
    economics, _ = priced(return_rate=0.1)
    usual, _ = priced()
    assert np.allclose(usual.margin[0] - economics.margin[0], 0.1 * (10 - 0.24 - 0.5 * 1.0))


def test_a_fee_preview_overrides_commission_and_cost_of_its_sku() -> None:
    row = {"marketplace": "TR", "sku": "A", "valid_on": "2026-05-20", "currency": "TRY", "per": "unit", "report": "own"}
    evidence = pd.DataFrame([{**row, "fee": "referral", "amount": 6.0}, {**row, "fee": "fulfilment", "amount": 20.0}])
    economics, _ = priced(evidence=evidence)
    assert economics.margin[0, 0] == pytest.approx(10 - 0.6 - 2.0)


@pytest.mark.parametrize(("name", "value"), [("commission", 1.2), ("cost_per_unit", -1.0), ("clearance", float("nan"))])
def test_a_figure_out_of_its_range_is_named(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        OwnChannel(**{name: value})
