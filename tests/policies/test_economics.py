"""Unit economics: what margin, storage and exit are made of, whose word counts, and what is assumed."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.assumptions import AssumptionMade
from policies.economics import EconomicsSettings, Note, unit_economics
from policies.economics_items import MissingExchangeRate
from policies.fee_tables import FeeTableExpired
from policies.figures import figure_amounts
from policies.inputs import UnitEconomics
from policies.marketplaces import UnknownMarketplace

MONDAY = date(2026, 6, 1)
RATES = {"EUR": 1.10, "GBP": 1.30, "CAD": 0.73, "JPY": 0.0066}
NO_EVIDENCE = pd.DataFrame(columns=["marketplace", "sku", "fee", "valid_on", "amount", "currency", "per", "report"])
CLOSE = 1e-9


def listing(**changes: object) -> dict[str, object]:
    """A kitchen gadget of 10 x 6 x 2 inches and one pound at 25 USD."""
    usual = {
        "marketplace": "US", "sku": "GADGET", "category": "Home & Kitchen", "product_class": "non_apparel",
        "storage_type": "standard", "length_cm": 25.4, "width_cm": 15.24, "height_cm": 5.08, "weight_kg": 0.45359237,
        "price": 25.0, "price_currency": "USD", "landed_cost": 6.0, "return_rate": 0.0, "sellable_return_share": 0.5,
        "launch_date": None,
    }  # fmt: skip
    row = {**usual, **changes}
    return {"item": f"{row['marketplace']}/{row['sku']}", **row}


def priced(
    *rows: dict[str, object],
    start: date = MONDAY,
    horizon: int = 4,
    evidence: pd.DataFrame = NO_EVIDENCE,
    settings: EconomicsSettings | None = None,
) -> tuple[UnitEconomics, list[Note]]:
    return unit_economics(
        pd.DataFrame(list(rows)), start, horizon, currency="USD", rates=RATES, evidence=evidence, settings=settings
    )


def report(fee: str, amount: float, valid_on: str = "2026-05-20", **changes: object) -> pd.DataFrame:
    row = {
        "marketplace": "US", "sku": "GADGET", "fee": fee, "valid_on": valid_on, "amount": amount, "currency": "USD",
        "per": "unit", "report": "Fee preview",
    }  # fmt: skip
    return pd.DataFrame([{**row, **changes}])


def figure(economics: UnitEconomics, name: str, item: str = "US/GADGET") -> pd.Series:
    rows = economics.figures
    found = rows[(rows["item"] == item) & (rows["figure"] == name)]
    assert len(found) == 1
    return found.iloc[0]


def test_margin_is_price_less_referral_and_fulfilment() -> None:
    economics, notes = priced(listing())
    # 15 % of 25; 4.60 for one pound, and 3.5 % fuel surcharge on it.
    assert economics.margin[0].tolist() == pytest.approx([25 - 3.75 - 4.60 - 0.16] * 4)
    assert economics.price[0] == 25
    assert economics.product_cost[0] == 6
    assert not [note for note in notes if isinstance(note, FeeTableExpired)]


def test_the_week_in_which_the_peak_begins_is_mixed_by_days() -> None:
    economics, _ = priced(listing(), start=date(2026, 10, 5), horizon=3)
    before, mixed, after = economics.margin[0]
    assert before > mixed > after
    assert mixed == pytest.approx(before * 3 / 7 + after * 4 / 7)


def test_storage_weeks_that_cross_months_are_mixed_by_days() -> None:
    economics, _ = priced(listing(), start=date(2026, 9, 28), horizon=1)
    cubic_feet = 10 * 6 * 2 / 1728
    assert economics.fba_storage[0, 0] == pytest.approx(cubic_feet * (3 * 0.78 / 30 + 4 * 2.40 / 31))


def test_returns_cost_the_refund_less_what_comes_back() -> None:
    without, _ = priced(listing(return_rate=0.0))
    with_returns, _ = priced(listing(return_rate=0.05, sellable_return_share=0.4))
    # Refund of 21.25 and 20 % of the referral fee kept; resale saves 6.00, disposal costs 1.53; below the
    # threshold of 8.1 % no processing fee is due.
    expected = 0.05 * (25 - 3.75 + 0.75 - 0.4 * 6 + 0.6 * 1.53)
    assert (without.margin - with_returns.margin)[0, 0] == pytest.approx(expected)


def test_returns_above_the_threshold_pay_for_processing() -> None:
    at, _ = priced(listing(return_rate=0.081, sellable_return_share=1.0, landed_cost=22.0))
    above, _ = priced(listing(return_rate=0.181, sellable_return_share=1.0, landed_cost=22.0))
    # What comes back is worth the refund, so that the processing fee of 2.27 on 10 % is what is left.
    assert (at.margin - above.margin)[0, 0] == pytest.approx(0.1 * 2.27)


def test_few_units_a_month_are_exempt_from_returns_processing() -> None:
    few, _ = priced(listing(return_rate=0.3, units_per_month=24))
    many, _ = priced(listing(return_rate=0.3, units_per_month=25))
    assert few.margin[0, 0] > many.margin[0, 0]


def test_european_prices_contain_tax_and_the_referral_fee_is_on_the_whole() -> None:
    economics, _ = priced(listing(marketplace="UK", price=24.0, price_currency="GBP"))
    assert economics.price[0] == pytest.approx(24 / 1.2 * 1.30)
    assert figure(economics, "referral fee", "UK/GADGET")["amount"] == pytest.approx(0.15 * 24 * 1.30)


def test_tax_rate_can_be_set() -> None:
    economics, _ = priced(
        listing(marketplace="UK", price=24.0, price_currency="GBP"), settings=EconomicsSettings(tax_rates={"UK": 0.0})
    )
    assert economics.price[0] == pytest.approx(24 * 1.30)


def test_a_fee_report_overrides_the_table_and_keeps_the_season() -> None:
    plain, _ = priced(listing(), start=date(2026, 10, 5), horizon=3)
    told, _ = priced(listing(), start=date(2026, 10, 5), horizon=3, evidence=report("fulfilment", 9.52, "2026-09-01"))
    fees = 25 - 3.75 - plain.margin[0]
    assert 25 - 3.75 - told.margin[0] == pytest.approx(fees * 9.52 / 4.76)
    told_figure = figure(told, "fulfilment fee, first day")
    assert told_figure["amount"] == pytest.approx(9.52)
    assert (told_figure["table"], told_figure["confidence"]) == ("Fee preview", "seller")


def test_the_latest_report_before_the_plan_counts() -> None:
    evidence = pd.concat(
        [
            report("referral", 1.0, "2026-01-05"),
            report("referral", 2.0, "2026-05-04"),
            report("referral", 9.0, "2026-06-02"),
        ]
    )
    economics, _ = priced(listing(), evidence=evidence)
    assert figure(economics, "referral fee")["amount"] == 2.0


def test_a_report_in_a_currency_without_a_rate_is_left_out() -> None:
    economics, _ = priced(listing(), evidence=report("referral", 1.0, currency="SEK"))
    assert figure(economics, "referral fee")["amount"] == pytest.approx(3.75)


def test_storage_reports_are_read_per_cubic_foot() -> None:
    evidence = report("storage", 1.56, "2026-05-01", per="cubic foot-month", report="Monthly storage fees")
    plain, _ = priced(listing())
    told, _ = priced(listing(), evidence=evidence)
    assert told.fba_storage == pytest.approx(plain.fba_storage * 2)


def test_figures_are_read_in_the_order_asked() -> None:
    economics, _ = priced(listing(), listing(sku="BIG", weight_kg=2.0))
    found = figure_amounts(economics.figures, "inbound placement fee", np.array(["US/BIG", "US/NONE", "US/GADGET"]))
    assert found[0] > found[2] > 0
    assert np.isnan(found[1])


def test_placement_is_evidence_only_and_in_no_margin() -> None:
    plain, _ = priced(listing())
    told, _ = priced(listing(), evidence=report("inbound_placement", 0.77))
    assert figure(told, "inbound placement fee")["amount"] == 0.77
    assert (told.margin == plain.margin).all()


def test_the_nearest_marketplace_stands_in_and_is_named() -> None:
    german, _ = priced(listing(marketplace="DE", price_currency="EUR"))
    french, notes = priced(listing(marketplace="FR", price_currency="EUR"))
    name = "fulfilment fee, first day"
    assert figure(french, name, "FR/GADGET")["amount"] == figure(german, name, "DE/GADGET")["amount"]
    assert figure(french, name, "FR/GADGET")["confidence"] == "assumption"
    named = {note.figure: note for note in notes if isinstance(note, AssumptionMade)}
    assert "table of DE" in named["fulfilment fee"].instead
    assert named["fulfilment fee"].effect == pytest.approx(figure(german, name, "DE/GADGET")["amount"])
    assert "for example FR/GADGET" in str(named["fulfilment fee"])


def test_without_an_exchange_rate_to_the_nearest_table_a_share_of_the_price_is_assumed() -> None:
    items = pd.DataFrame([listing(marketplace="JP", price=3000.0, price_currency="JPY")])
    economics, notes = unit_economics(items, MONDAY, 2, currency="JPY", rates={}, evidence=NO_EVIDENCE)
    assert np.isfinite(economics.margin).all()
    assert any("percent of price" in str(note) for note in notes)


def test_japan_has_assumptions_of_its_own() -> None:
    economics, _ = priced(listing(marketplace="JP", price=3000.0, price_currency="JPY"))
    assert figure(economics, "fulfilment fee, first day", "JP/GADGET")["amount"] == pytest.approx(434 * 0.0066)


def test_a_plan_beyond_the_tables_says_so_once_per_table() -> None:
    economics, notes = priced(listing(), start=date(2028, 11, 6), horizon=20)
    expired = [note for note in notes if isinstance(note, FeeTableExpired)]
    assert [note.table for note in expired] == ["fees/fulfilment"]
    assert expired[0].items == 1
    assert expired[0].effect == pytest.approx(25 - 3.75 - economics.margin[0, 0])
    assert "fees/fulfilment of US has no rows for 2028-11-06" in str(expired[0])


def test_unknown_category_is_named() -> None:
    _, notes = priced(listing(category="Garden gnomes"))
    assert any("referral category unknown for 1 items of US" in str(note) for note in notes)


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        (["price"], "price"),
        (["landed_cost"], "landed cost"),
        (["return_rate"], "return rate"),
        (["weight_kg"], "packed size or weight"),
        (["length_cm", "width_cm"], "packed size or weight"),
        (["category"], "referral category"),
    ],
)
def test_what_is_missing_is_assumed_and_named_with_its_effect(missing: list[str], named: str) -> None:
    economics, notes = priced(listing(**dict.fromkeys(missing)), listing(sku="OTHER"))
    assert np.isfinite(economics.margin).all()
    found = [note for note in notes if isinstance(note, AssumptionMade) and note.figure == named]
    assert len(found) == 1
    assert found[0].items == 1
    assert found[0].example == "US/GADGET"
    assert found[0].effect > 0


def test_unknown_size_takes_the_median_of_similar_items() -> None:
    economics, _ = priced(listing(length_cm=None), listing(sku="A"), listing(sku="B"))
    assert economics.volume_m3[0] == pytest.approx(economics.volume_m3[1])


def test_purchase_price_stands_in_for_landed_cost() -> None:
    row = listing(landed_cost=None, unit_cost=5.0, cost_currency="EUR")
    economics, notes = priced(row)
    assert economics.product_cost[0] == pytest.approx(5.5)
    assert any("purchase price" in str(note) for note in notes)


def test_exit_is_the_best_of_liquidation_removal_and_disposal() -> None:
    dear, _ = priced(listing(price=200.0))
    cheap, _ = priced(listing(price=2.0))
    assert dear.exit_value[0] == pytest.approx(200 * 0.075 * 0.85 - 0.30)
    assert cheap.exit_value[0] == pytest.approx(2 * 0.075 * 0.85 - 0.30)
    none, _ = priced(listing(), settings=EconomicsSettings(liquidation_recovery=0.0))
    assert none.exit_value[0] == pytest.approx(-0.30)
    told, _ = priced(listing(), evidence=report("liquidation", 1.11))
    assert told.exit_value[0] == 1.11


def test_aged_surcharge_is_a_twelfth_of_a_year_spread_over_weeks() -> None:
    economics, _ = priced(listing())
    band = economics.aged_from_days.tolist().index(271)
    assert economics.aged_surcharge[0, band] == pytest.approx(5.45 * 10 * 6 * 2 / 1728 * 12 * 7 / 365.25)
    assert (np.diff(economics.aged_surcharge[0]) >= 0).all()


def test_low_inventory_fee_and_its_exemptions() -> None:
    rows = [
        listing(), listing(sku="SLOW", units_7_days=19), listing(sku="FAST", units_7_days=20),
        listing(sku="AWD", awd_share=0.7), listing(sku="NEW", launch_date=date(2026, 3, 1)),
        listing(sku="OLD", launch_date=date(2025, 3, 1)), listing(sku="FOOD", category="Grocery"),
    ]  # fmt: skip
    economics, _ = priced(*rows)
    due = (economics.low_inventory_fee > 0).all(axis=1)
    assert due.tolist() == [True, False, True, False, False, True, False]
    assert economics.low_inventory_fee[0].tolist() == [0.97, 0.70, 0.36]
    new_seller, _ = priced(listing(), settings=EconomicsSettings(seller_days={"US": 200}))
    assert (new_seller.low_inventory_fee == 0).all()


def test_germany_charges_low_inventory_to_pan_eu_sellers_only() -> None:
    row = listing(marketplace="DE", price_currency="EUR")
    assert (priced(row)[0].low_inventory_fee == 0).all()
    assert (priced(row, settings=EconomicsSettings(pan_eu=True))[0].low_inventory_fee > 0).all()


def test_a_marketplace_without_low_inventory_table_names_what_the_us_would_charge() -> None:
    row = listing(marketplace="UK", price_currency="GBP")
    (note,) = (note for note in priced(row)[1] if isinstance(note, AssumptionMade) and "low-inventory" in note.figure)
    assert note.effect == pytest.approx(0.97)
    _, notes = unit_economics(pd.DataFrame([row]), MONDAY, 4, currency="GBP", rates={}, evidence=NO_EVIDENCE)
    assert not any("low-inventory" in str(note) for note in notes), "without a rate to USD nothing can be said"


def test_central_europe_programme_is_cheaper() -> None:
    row = listing(marketplace="DE", price_currency="EUR")
    usual, _ = priced(row)
    joined, _ = priced(row, settings=EconomicsSettings(central_europe_programme=True))
    assert (joined.margin - usual.margin)[0, 0] == pytest.approx(0.26 * 1.10, abs=0.012)


def test_utilisation_surcharge_stands_beside_storage() -> None:
    plain, _ = priced(listing())
    full, _ = priced(listing(), settings=EconomicsSettings(utilisation_weeks={("US", "standard"): 30.0}))
    assert full.fba_storage.tolist() == plain.fba_storage.tolist()
    assert full.utilisation == pytest.approx(plain.fba_storage * 0.76 / 0.78)
    assert (plain.utilisation == 0).all()


def test_lost_ranking_is_a_share_of_the_profit() -> None:
    economics, _ = priced(listing(), settings=EconomicsSettings(ranking_recovery_share=0.5))
    assert economics.lost_sale[0] == pytest.approx(0.5 * (economics.margin[0].mean() - 6.0))
    assert (
        priced(listing(landed_cost=24.0), settings=EconomicsSettings(ranking_recovery_share=0.5))[0].lost_sale == 0
    ).all()


def test_capital_costs_a_rate_per_week() -> None:
    economics, _ = priced(listing(), settings=EconomicsSettings(capital_rate_per_year=0.365))
    assert economics.capital_rate[0] == pytest.approx(0.007)


@pytest.mark.parametrize(
    "wrong",
    [{"capital_rate_per_year": -0.1}, {"placement_split": "none"}, {"liquidation_recovery": 7.5}],
)
def test_settings_out_of_range_are_named(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        EconomicsSettings(**wrong)


def test_unknown_marketplace_and_missing_rate_are_named() -> None:
    with pytest.raises(UnknownMarketplace, match="'XX'"):
        priced(listing(marketplace="XX"))
    with pytest.raises(MissingExchangeRate, match="no exchange rate for SEK"):
        priced(listing(marketplace="SE", price_currency="SEK"))


def test_every_figure_of_every_item_has_its_evidence() -> None:
    economics, _ = priced(listing(), listing(marketplace="DE", price_currency="EUR"), listing(sku="B", price=None))
    figures = economics.figures
    assert figures.columns.tolist() == [
        "item", "figure", "amount", "unit", "table", "valid_from", "valid_to", "source", "confidence",
    ]  # fmt: skip
    assert not figures["amount"].isna().any()
    assert not figures.duplicated(["item", "figure"]).any()
    counts = figures.groupby("item", observed=True).size()
    assert counts.nunique() == 1
    spoken = figures[figures["amount"] != 0]
    assert (spoken["source"].astype(str) != "").all()
    assert not spoken["confidence"].isna().any()


def test_no_items_no_figures() -> None:
    economics, notes = unit_economics(
        pd.DataFrame([listing()]).iloc[:0], MONDAY, 4, currency="USD", rates={}, evidence=NO_EVIDENCE
    )
    assert economics.margin.shape == (0, 4)
    assert notes == []


numbers = st.one_of(st.none(), st.just(float("nan")), st.just(float("inf")), st.floats(-5, 500))
rows = st.fixed_dictionaries(
    {
        "marketplace": st.sampled_from(["US", "UK", "DE", "CA", "FR", "JP"]),
        "category": st.sampled_from([None, "", "Toys", "Apparel", "Shoes", "Grocery", "Watches", "whatever"]),
        "product_class": st.sampled_from([None, "non_apparel", "apparel", "dangerous_goods", "other"]),
        "length_cm": numbers,
        "width_cm": numbers,
        "height_cm": numbers,
        "weight_kg": numbers,
        "price": numbers,
        "landed_cost": numbers,
        "return_rate": st.one_of(st.none(), st.floats(-1, 2)),
        "sellable_return_share": st.one_of(st.none(), st.floats(0, 1)),
        "launch_date": st.none(),
        "price_currency": st.just("USD"),
    }
)


@settings(max_examples=25, deadline=None)
@given(st.lists(rows, min_size=1, max_size=8), st.dates(date(2024, 1, 1), date(2029, 1, 1)))
def test_anything_gives_finite_money_and_the_order_of_rows_does_not_matter(
    drawn: list[dict[str, object]], start: date
) -> None:
    frame = pd.DataFrame([{**row, "sku": f"S{place}"} for place, row in enumerate(drawn)])
    frame["item"] = frame["marketplace"] + "/" + frame["sku"]
    once, _ = unit_economics(frame, start, 6, currency="USD", rates=RATES, evidence=NO_EVIDENCE)
    twice, _ = unit_economics(
        frame[::-1].reset_index(drop=True), start, 6, currency="USD", rates=RATES, evidence=NO_EVIDENCE
    )
    for name in ("price", "margin", "product_cost", "fba_storage", "aged_surcharge", "low_inventory_fee", "exit_value"):
        values = getattr(once, name)
        assert np.isfinite(values).all(), name
        np.testing.assert_allclose(values, getattr(twice, name)[::-1], err_msg=name)
    assert (once.fba_storage >= 0).all()
    assert (once.aged_surcharge >= 0).all()
    assert (once.volume_m3 > 0).all()
