"""Every packaged table keeps the house rules; a date outside the validity answers with the nearest rows and says so."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import policies
from policies.fee_tables import (
    LAST_DAY,
    UnknownTable,
    change_days,
    fee_table,
    first_match,
    in_band,
    round_money,
    rows_at,
    segments,
)

TABLES = Path(policies.__file__).parent / "tables"
NAMES = sorted(path.relative_to(TABLES).with_suffix("").as_posix() for path in TABLES.rglob("*.csv"))
DATED = [name for name in NAMES if "valid_from" in fee_table(name)]
CONFIDENCE = {"confirmed", "single_source", "memory", "assumption"}
# What makes two rows of a table speak of the same thing, apart from their dates.
KEYS = {
    "fees/size_tiers": ["marketplace", "tier_code"],
    "fees/fulfilment": ["marketplace", "season", "programme", "product_class", "tier_code", "rate_card", "price_from",
                        "price_below", "weight_over"],
    "fees/fulfilment_add_ons": ["marketplace", "add_on", "product_class", "tier_code", "weight_over"],
    "fees/fuel_surcharge": ["marketplace"],
    "fees/referral": ["marketplace", "category", "price_over"],
    "fees/storage": ["marketplace", "size_class", "product_group", "month_from"],
    "fees/storage_utilisation": ["marketplace", "size_class", "month_from", "ratio_weeks_from"],
    "fees/aged_surcharge": ["marketplace", "age_days_from"],
    "fees/low_inventory_level": ["marketplace", "tier_code", "weight_over", "days_of_supply_below"],
    "fees/inbound_placement": ["marketplace", "tier_code", "split_option", "weight_over"],
    "fees/removal": ["marketplace", "service", "size_class", "weight_over"],
    "fees/liquidation": ["marketplace", "parameter"],
    "fees/returns_processing": ["marketplace", "tier_code", "weight_over"],
    "fees/returns_thresholds": ["marketplace", "category"],
    "fees/returns_parameters": ["marketplace", "parameter"],
    "fees/awd": ["marketplace", "charge", "tier", "region"],
    "ipi_components": ["marketplace", "component"],
    "ipi_thresholds": ["marketplace"],
    "lead_time_priors": ["leg", "mode", "region"],
    "freight_rates": ["mode", "region"],
    "chargeable_weight": ["mode"],
    "assumptions": ["marketplace", "figure"],
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_table_names_source_and_unit(name: str) -> None:
    table = fee_table(name)
    assert len(table) > 0
    assert (table["source"] != "").all(), f"{name}: rows without a source"
    assert {"unit", "currency", "weight_unit", "unit_system"} & set(table.columns) or name in (
        "calendar", "category_groups", "category_aliases",
    )  # fmt: skip


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("calendar", "category_aliases")])
def test_every_row_says_how_far_it_may_be_trusted(name: str) -> None:
    assert set(fee_table(name)["confidence"]) <= CONFIDENCE


@pytest.mark.parametrize("name", DATED)
def test_no_two_rows_hold_for_the_same_thing_at_once(name: str) -> None:
    table = fee_table(name)
    assert (table["from_day"] <= table["to_day"]).all()
    ordered = table.sort_values([*KEYS[name], "from_day"])
    same = (ordered[KEYS[name]].astype(str) == ordered[KEYS[name]].astype(str).shift()).all(axis=1)
    overlapping = ordered[same & (ordered["from_day"] <= ordered["to_day"].shift())]
    assert overlapping.empty, f"{name}: {overlapping[KEYS[name]].to_dict('records')[:3]}"


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("fees/")])
def test_money_has_a_currency_of_its_marketplace(name: str) -> None:
    table = fee_table(name)
    if "currency" not in table:
        return
    own = dict(zip(fee_table("marketplaces")["code"], fee_table("marketplaces")["currency"], strict=True))
    with_money = table[table["currency"] != ""]
    assert (with_money["currency"] == with_money["marketplace"].map(own)).all()


def test_every_dated_table_is_described_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "fees.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"`{name}.csv`" not in page] == []


def test_rows_of_the_day() -> None:
    before = rows_at("fees/aged_surcharge", "US", date(2026, 1, 14))
    after = rows_at("fees/aged_surcharge", "US", date(2026, 1, 15))
    assert before["age_days_from"].max() == 366
    assert after["age_days_from"].max() == 456
    assert not before.expired.any()


@pytest.mark.parametrize("day", [date(2027, 11, 1), date(2019, 11, 1)])
def test_outside_the_validity_the_nearest_rows_stand_in_and_say_so(day: date) -> None:
    rows = rows_at("fees/fulfilment", "US", day, ("season", "tier_code", "product_class"))
    peak = rows.where((rows["season"] == "peak") & (rows["tier_code"] == "small_standard"))
    assert peak.expired.all()
    assert set(peak["valid_from"]) == {"2026-10-15" if day.year > 2025 else "2025-10-15"}


def test_unknown_table_is_named() -> None:
    with pytest.raises(UnknownTable, match="fees/tolls"):
        fee_table("fees/tolls")


def test_open_ends_are_no_change() -> None:
    days = change_days("fees/fuel_surcharge", "US")
    assert days == {date(2026, 4, 17)}
    assert LAST_DAY not in days


@given(
    offsets=st.sets(st.integers(-20, 120), max_size=6),
    horizon=st.integers(1, 15),
)
def test_segments_cover_each_week_once(offsets: set[int], horizon: int) -> None:
    start = date(2026, 6, 1)
    parts = segments({start + timedelta(days=offset) for offset in offsets}, start, horizon)
    assert parts[0][0] == start
    np.testing.assert_allclose(sum(share for _, share in parts), np.ones(horizon))
    days = [day for day, _ in parts]
    assert days == sorted(set(days))


def test_a_change_within_a_week_is_mixed_by_days() -> None:
    (first, before), (second, after) = segments({date(2026, 10, 15)}, date(2026, 10, 12), 1)
    assert (first, second) == (date(2026, 10, 12), date(2026, 10, 15))
    assert before[0] == pytest.approx(3 / 7)
    assert after[0] == pytest.approx(4 / 7)


def test_bands_exclude_the_lower_and_include_the_upper_end() -> None:
    over, to = np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, np.nan])
    found = first_match(in_band(np.array([0.0, 1.0, 1.0001, 2.0, 99.0]), over, to))
    assert found.tolist() == [0, 0, 1, 1, 2]


def test_a_pound_in_kilograms_is_still_a_pound() -> None:
    pound = 0.45359237
    assert first_match(
        in_band(np.array([pound / 0.45359237]), np.array([0.0, 1.0]), np.array([1.0, 2.0]))
    ).tolist() == [0]


@given(st.floats(0, 1e5, allow_nan=False))
def test_money_rounds_to_the_nearest_cent(amount: float) -> None:
    rounded = float(round_money(np.array([amount]))[0])
    assert abs(rounded - amount) <= 0.005 + 1e-7
    assert pd.isna(rounded) is False


def test_half_a_cent_rounds_up() -> None:
    assert round_money(np.array([0.125, 0.135])).tolist() == [0.13, 0.14]
