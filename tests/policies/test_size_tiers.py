from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.size_tiers import size_tiers, tier_edition

TODAY = date(2026, 6, 1)
INCH, POUND = 2.54, 0.45359237
side = st.floats(0.5, 90, allow_nan=False)


def tiers(marketplace: str, inches: list[tuple[float, float, float]], pounds: list[float], day: date = TODAY):
    return size_tiers(marketplace, day, np.array(inches) * INCH, np.array(pounds) * POUND)


@pytest.mark.parametrize(
    ("sides", "pounds", "tier"),
    [
        ((15, 12, 0.75), 1, "small_standard"),
        ((15.01, 12, 0.75), 1, "large_standard"),
        ((15, 12, 0.75), 1.01, "large_standard"),
        ((18, 14, 8), 20, "large_standard"),
        ((18, 14, 8), 20.1, "small_bulky"),
        ((37, 28, 6), 40, "small_bulky"),
        ((38, 20, 5), 40, "large_bulky"),
        ((60, 10, 10), 30, "extra_large_0_50"),
        ((60, 10, 10), 60, "extra_large_50_70"),
        ((60, 10, 10), 149, "extra_large_70_150"),
        ((60, 10, 10), 151, "extra_large_150_plus"),
    ],
)
def test_the_first_tier_that_fits_wins(sides: tuple[float, float, float], pounds: float, tier: str) -> None:
    assert tiers("US", [sides], [pounds]).tier[0] == tier


def test_before_2026_there_was_one_bulky_tier() -> None:
    assert tiers("US", [(30, 20, 10)], [30], date(2025, 6, 2)).tier[0] == "large_bulky"
    assert tiers("US", [(30, 20, 10)], [30]).tier[0] == "small_bulky"


def test_light_and_large_is_billed_by_size() -> None:
    found = tiers("US", [(18, 14, 8), (6, 4, 0.5)], [1, 0.2])
    assert found.shipping_weight_kg[0] == pytest.approx(18 * 14 * 8 / 139 * POUND)
    assert found.shipping_weight_kg[1] == pytest.approx(0.2 * POUND)  # small standard: unit weight


def test_flat_bulky_counts_two_inches_at_least() -> None:
    found = tiers("US", [(30, 20, 0.5)], [2])
    assert found.dimensional_weight_kg[0] == pytest.approx(30 * 20 * 2 / 139 * POUND)


def test_overmax_needs_an_extra_large_unit() -> None:
    found = tiers("US", [(97, 10, 10), (60, 10, 10), (97, 10, 10)], [30, 30, 200])
    assert found.overmax.tolist() == [True, False, False]


def test_european_tiers_in_kilograms() -> None:
    sides = np.array([[33, 23, 2.5], [33, 23, 2.5], [35, 25, 12], [45, 34, 26], [61, 46, 46], [180, 20, 20]])
    found = size_tiers("UK", TODAY, sides, np.array([0.1, 0.2, 1.0, 5.0, 1.0, 5.0]))
    assert found.tier.tolist() == [
        "light_envelope", "standard_envelope", "small_parcel", "standard_parcel", "small_oversize", "special_oversize",
    ]  # fmt: skip
    assert found.size_class.tolist() == ["standard"] * 4 + ["oversize"] * 2


def test_selected_categories_have_parcel_tiers_by_size() -> None:
    sides = np.array([[34, 24, 8.0], [34, 24, 8.0]])
    found = size_tiers("DE", TODAY, sides, np.array([0.5, 0.5]), np.array([True, False]))
    assert found.tier.tolist() == ["selected_small_parcel_2", "small_parcel"]
    assert found.shipping_weight_kg[0] == 0.5  # unit weight


def test_a_marketplace_without_tiers_says_so() -> None:
    found = size_tiers("JP", TODAY, np.array([[30.0, 20, 10]]), np.array([0.5]))
    assert (found.row[0], found.tier[0]) == (-1, "")


@given(st.tuples(side, side, side), st.floats(0.01, 160), st.sampled_from(["US", "UK", "DE", "CA"]))
def test_the_order_of_the_sides_does_not_matter(sides: tuple[float, float, float], pounds: float, code: str) -> None:
    one, other = tiers(code, [sides], [pounds]), tiers(code, [sides[::-1]], [pounds])
    assert one.tier[0] == other.tier[0]
    assert one.shipping_weight_kg[0] == pytest.approx(other.shipping_weight_kg[0])


@given(st.tuples(side, side, side), st.floats(0.01, 160), st.sampled_from(["US", "UK", "DE", "CA"]))
def test_every_unit_has_a_tier_and_is_billed_its_weight_at_least(
    sides: tuple[float, float, float], pounds: float, code: str
) -> None:
    found = tiers(code, [sides], [pounds])
    assert found.tier[0] != ""
    assert found.shipping_weight_kg[0] >= pounds * POUND * (1 - 1e-9)


def test_editions_tell_years_apart() -> None:
    assert tier_edition("US", date(2026, 1, 14)) != tier_edition("US", date(2026, 1, 15))
    assert tier_edition("US", date(2026, 2, 1)) == tier_edition("US", date(2026, 8, 1))
