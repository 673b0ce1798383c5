"""Rules of fees that are no table look-up: days of supply, utilisation, AWD, evidence, category by category."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.categories import category_keys
from policies.fees.awd import awd_costs
from policies.fees.fulfilment import fuel_rate, fulfilment
from policies.fees.low_inventory import days_of_supply, exempt, fee_band
from policies.fees.placement import placement
from policies.fees.referral import referral
from policies.fees.removal import liquidation_proceeds, removal
from policies.fees.returns import charged_return_rate, refund_administration
from policies.fees.storage import utilisation_surcharge, utilisation_weeks
from policies.fees.units import Units

TODAY = date(2026, 6, 1)


def units(price: list[float], category: str = "Home", marketplace: str = "US", **changes: object) -> Units:
    count = len(price)
    usual = {
        "marketplace": marketplace, "price": np.array(price), "category": category_keys(pd.Series([category] * count)),
        "product_class": np.array(["non_apparel"] * count, dtype=object),
        "sides_cm": np.array([[25.4, 15.24, 5.08]] * count), "weight_kg": np.full(count, 0.45),
        "sipp_certified": np.zeros(count, dtype=bool),
    }  # fmt: skip
    return Units(**{**usual, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days_30", "days_90", "band"),
    [(10, 12, 0), (10, 14, 1), (20.9, 3, 1), (27.9, 27.9, 2), (28, 3, -1), (3, 28, -1), (np.inf, 3, -1)],
)
def test_both_windows_must_be_short_and_the_greater_selects(days_30: float, days_90: float, band: int) -> None:
    assert fee_band(np.array([days_30]), np.array([days_90]))[0] == band


def test_days_of_supply_without_sales_are_endless() -> None:
    assert days_of_supply(np.array([50.0, 0, 5]), np.array([2.0, 2, 0])).tolist() == [25, 0, np.inf]


def test_unknown_does_not_exempt() -> None:
    nothing = np.array([np.nan])
    assert not exempt(1, units_in_7_days=nothing, awd_share=nothing, days_since_first_receipt=nothing)[0]
    assert exempt(1, seller_days=365)[0]
    assert not exempt(1, seller_days=366)[0]


def test_utilisation_ratio_of_the_announcement() -> None:
    """40,000 cubic feet stored over 200 a day shipped is 28.6 weeks (example of the 2023 announcement)."""
    foot = 0.3048**3
    found = utilisation_weeks(pd.Series({"standard": 40_000 * foot}), pd.Series({"standard": 7 * 200 * foot}))
    assert found["standard"] == pytest.approx(28.57, abs=0.01)


def test_small_volumes_pay_no_utilisation_surcharge() -> None:
    foot = 0.3048**3
    found = utilisation_weeks(pd.Series({"a": 24 * foot, "b": 26 * foot}), pd.Series({"a": 0.0, "b": 0.0}))
    assert np.isnan(found["a"])
    assert np.isinf(found["b"])
    one = units([20.0])
    assert utilisation_surcharge(one, TODAY, np.array([np.nan])).amount[0] == 0
    assert utilisation_surcharge(one, TODAY, np.array([np.inf])).amount[0] > 0


def test_awd_in_west_is_dearer_and_managed_stock_cheaper() -> None:
    volume, pack = np.array([0.06]), np.array([20.0])
    base, west = awd_costs("US", TODAY, volume, pack), awd_costs("US", TODAY, volume, pack, region="west")
    managed = awd_costs("US", TODAY, volume, pack, tier="amazon_managed")
    assert base is not None and west is not None and managed is not None
    assert west.hold_per_week[0] > base.hold_per_week[0] > managed.hold_per_week[0]
    assert base.inbound[0] == pytest.approx(1.40 / 20)
    assert base.to_fba[0] == pytest.approx(1.40 / 20 + 0.06 / 0.3048**3 / 20 * 1.40)
    assert awd_costs("DE", TODAY, volume, pack) is None
    with pytest.raises(ValueError, match="unknown AWD tier 'gold'"):
        awd_costs("US", TODAY, volume, pack, tier="gold")


def test_fuel_surcharge_begins_on_its_day() -> None:
    assert fuel_rate("US", date(2026, 4, 16)) == 0
    assert fuel_rate("US", date(2026, 4, 17)) == pytest.approx(0.035)
    assert fuel_rate("JP", TODAY) == 0


def test_apparel_gets_the_increase_of_other_products_in_the_peak() -> None:
    shirt = units([30.0], "Apparel", product_class=np.array(["apparel"], dtype=object))
    other = units([30.0])
    increase = fulfilment(other, date(2026, 11, 2)).amount - fulfilment(other, date(2026, 10, 5)).amount
    found = fulfilment(shirt, date(2026, 11, 2)).amount - fulfilment(shirt, date(2026, 10, 5)).amount
    assert found[0] == pytest.approx(increase[0], abs=0.011)


def test_sipp_discounts_standard_and_spares_bulky_the_packaging_fee() -> None:
    yes = np.array([True])
    assert fulfilment(units([20.0], sipp_certified=yes), TODAY).amount < fulfilment(units([20.0]), TODAY).amount
    bulky = {"sides_cm": np.array([[60.0, 40, 30]]), "weight_kg": np.array([8.0])}
    plain, certified = (
        fulfilment(units([50.0], **bulky), TODAY),
        fulfilment(units([50.0], sipp_certified=yes, **bulky), TODAY),
    )
    assert plain.amount[0] - certified.amount[0] > 1.5


def test_marketplaces_without_tables_answer_nan() -> None:
    japan = units([3000.0], marketplace="JP")
    assert np.isnan(fulfilment(japan, TODAY).amount[0])
    assert np.isnan(referral(japan, TODAY).amount[0])
    assert np.isnan(removal(japan, TODAY).amount[0])


def test_wrong_services_and_splits_are_named() -> None:
    with pytest.raises(ValueError, match="unknown service 'gift'"):
        removal(units([20.0]), TODAY, "gift")
    with pytest.raises(ValueError, match="unknown placement split 'half'"):
        placement(units([20.0]), TODAY, "half")


def test_disposal_outside_the_us_costs_as_removal() -> None:
    british = units([20.0], marketplace="UK")
    assert removal(british, TODAY, "disposal").amount == removal(british, TODAY, "removal").amount


def test_liquidation_after_referral_and_processing() -> None:
    found = liquidation_proceeds(units([40.0]), TODAY, np.array([40.0]), 0.10)
    assert found[0] == pytest.approx(40 * 0.10 * 0.85 - 0.30)


def test_refund_administration_is_capped() -> None:
    assert refund_administration(units([20.0, 400.0]), TODAY, np.array([3.0, 60.0])).tolist() == pytest.approx(
        [0.6, 5.0]
    )


def test_returns_pay_above_the_threshold_or_always() -> None:
    toys, known = charged_return_rate(units([20.0], "Toys"), TODAY, np.array([0.1]))
    assert (toys[0], known[0]) == (pytest.approx(0.1 - 0.047), True)
    shoes, _ = charged_return_rate(units([20.0], "Shoes"), TODAY, np.array([0.1]))
    assert shoes[0] == 0.1
    gnomes, known = charged_return_rate(units([20.0], "Garden gnomes"), TODAY, np.array([0.9]))
    assert (gnomes[0], known[0]) == (0, False)


@given(
    st.floats(0.5, 5000), st.sampled_from(["Jewelry", "Furniture", "Watches", "Electronics Accessories", "Fine Art"])
)
def test_marginal_bands_have_no_step(price: float, category: str) -> None:
    pair = referral(units([price, price + 0.01], category), TODAY).amount
    assert 0 <= pair[1] - pair[0] <= 0.01 * 0.2 + 1e-9


@given(st.floats(0.01, 5000), st.sampled_from(["Toys", "Apparel", "Grocery", "Beauty", "Books", "Watches", "x"]))
def test_the_referral_fee_is_a_share_of_the_price_and_at_least_the_minimum(price: float, category: str) -> None:
    fee = referral(units([price], category), TODAY).amount[0]
    assert 0 < fee <= max(0.45 * price, 0.30) + 1.80


@given(st.floats(0.01, 60), st.floats(0.01, 60))
def test_heavier_is_never_cheaper_to_fulfil(one: float, other: float) -> None:
    light, heavy = sorted((one, other))
    pair = units([30.0, 30.0], weight_kg=np.array([light, heavy]))
    fees = fulfilment(pair, TODAY).amount
    assert fees[0] <= fees[1] + 1e-9
