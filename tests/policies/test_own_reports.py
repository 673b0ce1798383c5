"""The seller's own fee reports against tables: what they silence, how long they are believed."""

from datetime import date

import pandas as pd
import pytest

from policies.assumptions import AssumptionMade
from policies.economics import Note, unit_economics
from policies.fee_tables import FeeTableExpired
from policies.inputs import UnitEconomics

MONDAY = date(2026, 6, 1)
LATE = date(2028, 11, 6)  # no table knows the peak of that year
ITEM = {
    "item": "US/GADGET", "marketplace": "US", "sku": "GADGET", "category": "Home & Kitchen",
    "product_class": "non_apparel", "storage_type": "standard", "length_cm": 25.4, "width_cm": 15.24,
    "height_cm": 5.08, "weight_kg": 0.45359237, "price": 25.0, "price_currency": "USD", "landed_cost": 6.0,
    "return_rate": 0.0, "sellable_return_share": 0.5, "launch_date": None,
}  # fmt: skip


def told(fee: str, amount: float, valid_on: date, per: str = "unit") -> dict[str, object]:
    return {"marketplace": "US", "sku": "GADGET", "fee": fee, "valid_on": valid_on, "amount": amount,
            "currency": "USD", "per": per, "report": "report"}  # fmt: skip


def priced(start: date, *evidence: dict[str, object], **changes: object) -> tuple[UnitEconomics, list[Note]]:
    columns = ["marketplace", "sku", "fee", "valid_on", "amount", "currency", "per", "report"]
    return unit_economics(
        pd.DataFrame([{**ITEM, **changes}]), start, 6, currency="USD", rates={"GBP": 1.3, "EUR": 1.1},
        evidence=pd.DataFrame(list(evidence), columns=columns),
    )  # fmt: skip


def expired(notes: list[Note]) -> list[str]:
    return [note.table for note in notes if isinstance(note, FeeTableExpired)]


def test_an_expired_table_is_not_named_where_a_report_overrides_it() -> None:
    assert expired(priced(LATE)[1]) == ["fees/fulfilment"]
    money, notes = priced(LATE, told("fulfilment", 5.0, date(2028, 10, 30)))
    assert expired(notes) == []
    assert money.margin[0, 0] == pytest.approx(25 - 3.75 - 5.0)


def test_nor_is_a_table_too_young_for_the_day_of_a_report() -> None:
    early = told("storage", 1.0, date(2023, 6, 1), "cubic foot-month")  # the table of storage begins in 2024
    assert expired(priced(MONDAY, early)[1]) == []


def test_nor_is_a_gap_of_another_marketplaces_table() -> None:
    french = {"item": "FR/GADGET", "marketplace": "FR", "price_currency": "EUR"}
    own = {**told("fulfilment", 5.0, date(2026, 5, 20)), "marketplace": "FR", "currency": "EUR"}
    without, given = (priced(MONDAY, *reports, **french)[1] for reports in ((), (own,)))
    gaps, left = ([note.figure for note in notes if isinstance(note, AssumptionMade)] for notes in (without, given))
    assert "fulfilment fee" in gaps
    assert left == [figure for figure in gaps if figure != "fulfilment fee"]


def test_an_old_overage_is_over() -> None:
    plain, _ = priced(MONDAY)
    recent, _ = priced(MONDAY, told("storage_overage", 1.0, date(2026, 4, 30), "cubic foot-month"))
    old, _ = priced(MONDAY, told("storage_overage", 1.0, date(2026, 3, 31), "cubic foot-month"))
    assert recent.fba_storage[0, 0] > plain.fba_storage[0, 0]
    assert (old.fba_storage == plain.fba_storage).all()


def test_flags_of_the_low_inventory_fee() -> None:
    day = date(2026, 5, 28)
    due = {"units_7_days": 100.0}
    rule = {"units_7_days": 5.0}  # fewer than 20 a week: exempt by rule
    assert (priced(MONDAY, **due)[0].low_inventory_fee > 0).all()
    assert (priced(MONDAY, told("low_inventory_exempt", 1, day, "flag"), **due)[0].low_inventory_fee == 0).all()
    assert (priced(MONDAY, told("low_inventory_exempt", 0, day, "flag"), **rule)[0].low_inventory_fee == 0).all()
    assert (priced(MONDAY, told("low_inventory_applied", 1, day, "flag"), **rule)[0].low_inventory_fee > 0).all()
    old = told("low_inventory_exempt", 1, date(2026, 4, 20), "flag")
    assert (priced(MONDAY, old, **due)[0].low_inventory_fee > 0).all()


def test_a_report_is_carried_to_a_new_rate_of_the_table() -> None:
    # 366 days and more paid at least 0.15 a unit until 2026-01-14, 0.30 since: half of it reported stays half.
    small = {"length_cm": 5.0, "width_cm": 5.0, "height_cm": 2.0}
    reported = told("aged_surcharge_366", 0.075, date(2025, 12, 15))
    plain, _ = priced(MONDAY, **small)
    half, _ = priced(MONDAY, reported, **small)
    assert half.aged_surcharge[0] == pytest.approx(plain.aged_surcharge[0] / 2)


def test_a_report_counts_even_where_the_table_charges_nothing() -> None:
    watch = {"category": "Watches"}  # exempt until 270 days
    reported = told("aged_surcharge_181", 0.2, date(2026, 5, 15))
    plain, _ = priced(MONDAY, **watch)
    charged, _ = priced(MONDAY, reported, **watch)
    band = plain.aged_from_days.tolist().index(181)
    assert plain.aged_surcharge[0, band] == 0
    assert charged.aged_surcharge[0, band] == pytest.approx(0.2 * 12 * 7 / 365.25)
