"""The sample seller goes in through the planner's own readers and comes out of the views as it was made."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
import pytest

from data.quality import QualitySettings, check, taken_out
from data.sample import SampleSeller, generate, write_reports
from data.sample.own_files import flaws
from data.store import Store, open_store

AS_OF = date(2026, 8, 3)


@pytest.fixture(scope="module")
def seller() -> SampleSeller:
    return generate(seed=5, skus=48, as_of=AS_OF, weeks=80, future_weeks=4)


@pytest.fixture(scope="module")
def store(seller: SampleSeller, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("loaded")
    with open_store(folder / "store.duckdb") as store:
        for path in write_reports(seller, folder / "files"):
            place = path.parent.name
            store.load(path, marketplace=place if place in ("US", "DE") else None)
        yield store


def test_only_the_two_spoilt_lines_are_set_aside(store: Store) -> None:
    rows = store.set_aside()
    lost = rows[~rows["row_kept"]]
    assert lost[["file", "line"]].drop_duplicates().shape[0] == 2
    assert set(lost["report"]) == {"all_orders"}


def test_weekly_sales_are_the_units_sold(seller: SampleSeller, store: Store) -> None:
    weekly = store.view("weekly_sales", as_of=AS_OF, marketplace=["US", "DE"])
    weekly["week"] = weekly["week"].astype("datetime64[s]")
    sold = pd.DataFrame(
        {
            "marketplace": np.repeat(seller.items["marketplace"].to_numpy(), 80),
            "sku": np.repeat(seller.items["sku"].to_numpy(), 80),
            "week": np.tile(seller.truth.weeks[:80], len(seller.items)).astype("datetime64[s]"),
            "sold": seller.sold.reshape(len(seller.items), 80, 7).sum(axis=2).ravel(),
        }
    )
    both = weekly.merge(sold, on=["marketplace", "sku", "week"], how="left", validate="one_to_one")
    assert (both["units"] == both["sold"]).all()
    american = both[both["marketplace"] == "US"]["units"].sum()
    assert american == seller.sold[seller.rows_of("US")].sum()
    absent = set(sold[sold["marketplace"] == "DE"]["week"]) - set(weekly[weekly["marketplace"] == "DE"]["week"])
    assert 1 <= len(absent) <= 2, "the German week that was never downloaded is unknown, not zero"


def test_weeks_without_stock_are_known_to_be_so(seller: SampleSeller, store: Store) -> None:
    weekly = store.view("weekly_availability", as_of=AS_OF, source="ledger")
    truth = seller.truth.weekly().query("lost > 0")
    truth["week"] = truth["week"].astype("datetime64[s]")
    weekly["week"] = weekly["week"].astype("datetime64[s]")
    both = weekly.merge(truth, on=["marketplace", "sku", "week"])
    assert len(both) > 20
    assert (both["availability"] < 1).mean() > 0.95
    assert both.loc[both["lost"] >= 5, "availability"].mean() < 0.6


def test_stock_and_goods_under_way_are_the_sellers(seller: SampleSeller, store: Store) -> None:
    stock = store.view("stock", as_of=AS_OF)
    sellable = stock[
        (stock["location"] == "FBA")
        & stock["status"].isin(["available", "reserved_transfer", "reserved_processing"])
        & (stock["sku"] != "OLD-9917-RED")
    ]
    assert sellable["units"].sum() == seller.stock[:, -1].sum()
    assert stock[(stock["location"] != "FBA")]["units"].sum() == seller.warehouse_stock.sum()
    due = seller.truth.arrivals.groupby("kind")["quantity"].sum()
    orders = store.view("open_orders", as_of=AS_OF)
    assert (orders["quantity"] - orders["received"]).sum() == due["purchase"]
    shipments = store.view("open_shipments", as_of=AS_OF)
    assert 0 <= (shipments["quantity"] - shipments["received"]).sum() - due["shipment"] <= 0.02 * due["shipment"] + 30


def test_check_finds_what_is_wrong_with_this_seller_and_nothing_else_stops(seller: SampleSeller, store: Store) -> None:
    settings = QualitySettings(currency="USD", rates={"EUR": 1.08, "CNY": 0.14, "SEK": 0.095})
    findings = {one.name: one for one in check(store, AS_OF, settings)}
    wrong = {
        (seller.items["marketplace"].iat[row], seller.items["sku"].iat[row]): column
        for row, column, _ in flaws(seller)
        if column != "moq"
    }
    out = taken_out(findings.values())
    assert set(out) == {*wrong, ("US", "OLD-9917-RED"), ("DE", "OLD-9917-RED")}
    assert {"no_unit_cost", "no_supplier", "unknown_supplier", "stock_without_listing"} == {
        name for names in out.values() for name in names
    }
    warned = {"missing_weeks", "old_report", "duplicate_listing", "moq_not_whole_cases", "lead_time_contradicted"}
    assert warned <= set(findings)
    assert "Yiwu Homeline" in findings["lead_time_contradicted"].example
    assert "FBA Inventory: last day 2026-06-22, 42 days old" in findings["old_report"].example
