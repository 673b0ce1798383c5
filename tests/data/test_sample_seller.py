"""The sample seller's world: what must hold between demand, sales, stock and lead times, whatever the seed."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.sample import SampleSeller, calendar, generate, supply

AS_OF = date(2026, 8, 3)


@pytest.fixture(scope="module")
def seller() -> SampleSeller:
    return generate(seed=3, skus=90, as_of=AS_OF, weeks=157, future_weeks=30)


def same(one: SampleSeller, other: SampleSeller) -> bool:
    arrays = ("sold", "stock", "received", "returned_sellable", "warehouse_stock", "deal_discount")
    frames = ("items", "promotions", "capacity", "legs")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays) and all(
        getattr(one, name).equals(getattr(other, name)) for name in frames
    )


def test_same_seed_gives_the_same_seller_and_another_seed_another() -> None:
    assert same(generate(1, 24, AS_OF, 60, 4), generate(1, 24, AS_OF, 60, 4))
    assert not np.array_equal(generate(1, 24, AS_OF, 60, 4).sold, generate(2, 24, AS_OF, 60, 4).sold)


def test_history_does_not_know_how_far_the_truth_reaches() -> None:
    near, far = generate(5, 24, AS_OF, 60, 0), generate(5, 24, AS_OF, 60, 40)
    assert same(near, far)
    assert np.array_equal(near.truth.demand, far.truth.demand[:, :60])
    assert far.truth.demand.shape == (24, 100)
    assert far.truth.demand[:, 60:].sum() > 0


@settings(max_examples=12, deadline=None)
@given(
    as_of=st.dates(date(2019, 1, 1), date(2034, 12, 31)),
    skus=st.integers(1, 40),
    weeks=st.integers(26, 70),
    seed=st.integers(0, 10_000),
)
def test_units_are_neither_made_nor_lost(as_of: date, skus: int, weeks: int, seed: int) -> None:
    seller = generate(seed, skus, as_of, weeks, 3)
    assert seller.as_of.weekday() == 0
    assert 0 <= (as_of - seller.as_of).days < 7
    assert len(seller.items) == skus
    assert not seller.items.duplicated(["marketplace", "sku"]).any()
    moved = seller.received + seller.returned_sellable - seller.sold
    assert (np.diff(seller.stock, axis=1) == moved[:, 1:]).all()
    assert (seller.stock >= 0).all()
    assert (seller.warehouse_stock >= 0).all()
    weekly = seller.sold.reshape(skus, weeks, 7).sum(axis=2)
    assert (seller.truth.demand[:, :weeks] - weekly == seller.truth.lost[:, :weeks]).all()
    assert (seller.truth.lost >= 0).all()
    assert (seller.truth.lost[:, weeks:] == 0).all()


@pytest.mark.parametrize("arguments", [{"skus": 0}, {"weeks": 25}, {"future_weeks": -1}])
def test_a_world_that_cannot_be_is_refused(arguments: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="skus >= 1, weeks >= 26"):
        generate(**arguments)


def test_demand_differs_from_sales_only_where_stock_ran_out(seller: SampleSeller) -> None:
    weeks = seller.truth.history
    lowest = seller.stock.reshape(-1, weeks, 7).min(axis=2)
    lost = seller.truth.lost[:, :weeks]
    assert (lowest[lost > 0] == 0).all()
    share = lost.sum() / seller.truth.demand[:, :weeks].sum()
    assert 0.04 < share < 0.2


def test_demand_is_drawn_around_its_expectation(seller: SampleSeller) -> None:
    assert seller.truth.demand.sum() / seller.truth.expected.sum() == pytest.approx(1, abs=0.02)


def test_launched_items_start_and_ended_items_stop(seller: SampleSeller) -> None:
    monday = seller.truth.weeks
    launched = np.flatnonzero(seller.items["launch_day"].to_numpy() > 7)
    assert launched.size >= 5
    for row in launched:
        before = monday + 6 < seller.items["launch_date"].to_numpy("datetime64[D]")[row]
        assert seller.truth.expected[row, before].sum() == 0
    ended = np.flatnonzero(seller.items["status"].to_numpy() == "discontinued")
    assert ended.size >= 2
    for row in ended:
        after = (monday - seller.first_day).astype(int) > seller.items["end_day"].to_numpy()[row]
        assert seller.truth.expected[row, after].sum() == 0


def test_every_black_friday_lifts_its_week_and_moves_with_the_calendar() -> None:
    seller = generate(seed=3, skus=400, as_of=AS_OF, weeks=157, future_weeks=30)
    flat = seller.items["family"].to_numpy() == calendar.FAMILIES.index("flat")
    total = pd.Series(seller.truth.expected[flat].sum(axis=0), index=seller.truth.weeks)
    for year in (2023, 2024, 2025, 2026):
        friday = pd.Timestamp(calendar.black_friday(year))
        week = friday - pd.Timedelta(days=4)
        assert total[week] > 1.25 * total[week - pd.Timedelta(weeks=4)]
    july = total[pd.Timestamp("2025-07-07")]
    assert july > 1.2 * total[pd.Timestamp("2025-06-16")]


@pytest.mark.parametrize(
    ("family", "peak", "trough"),
    [("garden", 5, 11), ("summer", 7, 1), ("christmas", 12, 6), ("back_to_school", 8, 2), ("winter", 1, 7)],
)
def test_seasons_peak_in_their_month(family: str, peak: int, trough: int) -> None:
    days = np.arange(np.datetime64("2025-01-01"), np.datetime64("2026-01-01"))
    curve = pd.Series(calendar.season_curves(days)[calendar.FAMILIES.index(family), 0], index=days)
    months = curve.groupby(curve.index.month).mean()
    assert months.idxmax() in (peak, peak % 12 + 1, (peak - 2) % 12 + 1)
    assert months[peak] > 2.5 * months[trough]
    assert curve.mean() == pytest.approx(1, abs=0.02)


def test_known_dates_of_moving_events() -> None:
    assert calendar.black_friday(2024) == date(2024, 11, 29)
    assert calendar.black_friday(2023) == date(2023, 11, 24)
    assert calendar.prime_day(2025) == (date(2025, 7, 8), 4)
    assert calendar.prime_day(2026) == (date(2026, 6, 23), 4)
    assert calendar.big_deal_days(2025) == date(2025, 10, 7)
    assert calendar.big_deal_days(2026) == date(2026, 10, 6)
    assert calendar.big_deal_days(2021) is None
    assert calendar.chinese_new_year(2027) == date(2027, 2, 6)


def test_no_factory_works_while_it_is_closed(seller: SampleSeller) -> None:
    lines = seller.purchases.lines
    assert len(lines) > 200
    ready = seller.first_day + lines["ready_day"].to_numpy()
    ordered = seller.first_day + lines["ordered_day"].to_numpy()
    for row, supplier in enumerate(seller.suppliers["supplier"]):
        mine = lines["source"].to_numpy() == row
        stops = seller.closures[seller.closures["supplier"] == supplier]
        for start, end in zip(stops["start_date"], stops["end_date"], strict=True):
            first, last = np.datetime64(start, "D"), np.datetime64(end, "D")
            assert not ((ready[mine] > first) & (ready[mine] <= last)).any()
            assert not ((ordered[mine] >= first) & (ordered[mine] <= last)).any()


def test_lead_times_follow_the_truth_and_one_supplier_promises_too_much(seller: SampleSeller) -> None:
    lines = seller.purchases.lines
    sea = lines[lines["mode"] == 0]
    took = (sea["delivered_day"] - sea["ordered_day"]).groupby(sea["source"]).median()
    promised = (sea["expected_day"] - sea["ordered_day"]).groupby(sea["source"]).median()
    yiwu = int(np.flatnonzero(seller.suppliers["supplier"] == "Yiwu Homeline")[0])
    assert took[yiwu] > promised[yiwu] + 10
    for other in set(took.index) - {yiwu}:
        assert took[other] < promised[other] + 16


def test_goods_under_way_add_up(seller: SampleSeller) -> None:
    today = seller.days.size
    for kind, receipts in (("purchase", seller.purchases), ("shipment", seller.shipments)):
        got = receipts.parts.groupby("line")["quantity"].sum()
        asked = receipts.lines.set_index("line")["quantity"]
        short = asked[got.index] - got
        assert ((short >= 0) & (short <= 3)).all()
        ahead = receipts.parts[receipts.parts["day"] >= today]
        due = seller.truth.arrivals[seller.truth.arrivals["kind"] == kind]
        assert len(due) == len(ahead) > 0
        assert (due["day"].to_numpy("datetime64[D]") >= np.datetime64(seller.as_of)).all()
        assert due["quantity"].sum() == ahead["quantity"].sum()
    received = seller.shipments.parts[seller.shipments.parts["day"] < today]
    assert received["quantity"].sum() == seller.received.sum()


def test_order_quantities_are_whole_cases_above_the_minimum(seller: SampleSeller) -> None:
    lines = seller.purchases.lines
    case = seller.items["case_pack"].to_numpy()[lines["item"]]
    assert (lines["quantity"].to_numpy() % case == 0).all()
    assert (lines["quantity"].to_numpy() >= seller.items["moq"].to_numpy()[lines["item"]]).all()
    shipped = seller.shipments.lines
    assert (shipped["quantity"].to_numpy() % seller.items["case_pack"].to_numpy()[shipped["item"]] == 0).all()


def test_every_product_earns_money_at_its_price(seller: SampleSeller) -> None:
    costs = seller.truth.costs
    dollars = costs["unit_cost"] / np.where(costs["cost_currency"] == "CNY", 7.15, 1.0)
    in_price = np.where(costs["currency"] == "EUR", 1.08, 1.0)
    landed = (dollars * (1 + costs["duty_rate"]) + costs["sea_freight_usd"]) / in_price
    margin = costs["price"] - costs["referral_fee"] - costs["fulfilment_fee"] - landed
    assert (margin > 0).mean() > 0.9
    assert (costs["storage_per_month_peak"] > costs["storage_per_month"]).all()


def test_the_catalogue_has_what_a_seller_has(seller: SampleSeller) -> None:
    items = seller.items
    assert set(items["marketplace"]) == {"US", "DE"}
    assert set(items["brand"]) == {"Alderbrook", "Lumiko"}
    assert set(items["pattern"]) == {"smooth", "intermittent", "lumpy"}
    assert set(items["status"]) >= {"active", "discontinued"}
    assert (items.groupby("parent_asin")["asin"].nunique() > 1).any()
    made_together = items[items["moq_group"] != ""]
    assert made_together["parent"].nunique() == 1 and made_together["sku"].nunique() >= 3
    assert (made_together["moq_group_minimum"] > made_together["moq"]).all()
    american = items[items["marketplace"] == "US"]
    twice = american["asin"].duplicated(keep=False)
    assert twice.sum() == 2
    assert american[twice]["fnsku"].nunique() == 2
    assert set(seller.warehouses["kind"]) == {"own", "3PL", "AWD"}
    assert set(seller.purchases.lines["mode"]) >= {0, 1}
    assert len(seller.suppliers) == 5


def test_truth_is_saved_as_it_is(seller: SampleSeller, tmp_path: Path) -> None:
    folder = tmp_path / "truth"
    paths = seller.truth.write(folder)
    assert sorted(path.name for path in paths) == [
        "arrivals.parquet", "costs.parquet", "lead_times.parquet", "weekly.parquet"
    ]  # fmt: skip
    weekly = pd.read_parquet(folder / "weekly.parquet")
    assert len(weekly) == len(seller.items) * 187
    assert weekly["demand"].sum() == seller.truth.demand.sum()
    one = weekly[(weekly["sku"] == seller.items["sku"].iat[4]) & (weekly["marketplace"] == "US")]
    assert (one["demand"].to_numpy() == seller.truth.demand[4]).all()


def test_stated_legs_serve_every_warehouse_and_fba() -> None:
    legs = supply.stated_legs()
    assert not legs.duplicated(["supplier", "mode", "destination", "marketplace"]).any()
    to_fba = set(legs[legs["destination"] == "FBA"]["supplier"])
    assert set(supply.WAREHOUSES["warehouse"]) <= to_fba
    for supplier in supply.SUPPLIERS["supplier"]:
        assert set(supply.WAREHOUSES["warehouse"]) <= set(legs[legs["supplier"] == supplier]["destination"])
