"""What the engines read: which rows count, whose word counts, and what stays unknown."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data.store import Store
from data.templates import write_template

Order = Callable[..., dict[str, str]]
Write = Callable[..., Path]
MONDAY = date(2026, 3, 2)


def tabs(cells: str) -> str:
    """A line of a tab-separated file, written with bars."""
    return cells.replace("|", "\t")


def week_of_orders(new_order: Order, first: date = MONDAY, **values: Any) -> list[dict[str, str]]:
    """Four lines a day for seven days, so that every day plainly is covered."""
    days = [(first + timedelta(days=number)).isoformat() for number in range(7)]
    return [new_order(day=day, **values) for day in days for _ in range(4)]


def sales(shop: Store, **filters: Any) -> dict[tuple[str, str], float]:
    frame = shop.view("weekly_sales", **filters)
    return {(row.sku, str(row.week.date())): row.units for row in frame.itertuples()}


def text_file(path: Path, header: str, *rows: str) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


# ---------------------------------------------------------------- order lines


def test_which_lines_are_demand(shop: Store, write_orders: Write, new_order: Order) -> None:
    lines = [
        *week_of_orders(new_order, sku="BASE"),
        new_order(sku="A", quantity=2),
        new_order(sku="A", quantity=4, order_status="Pending", item_status="Unshipped", item_price="", currency=""),
        new_order(sku="A", quantity=8, order_status="Cancelled"),
        new_order(sku="A", quantity=16, item_status="Cancelled"),
        new_order(sku="A", quantity=0),
        new_order(sku="A", quantity=32, fulfillment_channel="Merchant"),
        new_order(sku="A", quantity=64, sales_channel="Non-Amazon"),
    ]
    shop.load(write_orders("o.txt", lines), marketplace="US")
    row = shop.view("weekly_sales", sku="A").iloc[0]
    assert (row["units"], row["merchant_units"]) == (2 + 4 + 64, 32)
    assert row["source"] == "orders"


def test_replacements_leave_stock_but_were_not_bought(shop: Store, write_orders: Write, new_order: Order) -> None:
    headers = (*new_order(), "is-replacement-order")
    lines = [line | {"is-replacement-order": "false"} for line in week_of_orders(new_order)]
    lines.append(new_order(quantity=50) | {"is-replacement-order": "true"})
    shop.load(write_orders("o.txt", lines, headers=headers))
    assert sales(shop) == {("MUG", "2026-03-02"): 28}


def test_price_is_what_was_paid_and_unknown_prices_are_not_zero(
    shop: Store, write_orders: Write, new_order: Order
) -> None:
    lines = week_of_orders(new_order, item_price="")
    lines += [new_order(quantity=2, item_price="20.00", item_promotion_discount="4.00")]
    shop.load(write_orders("o.txt", lines))
    row = shop.view("weekly_sales").iloc[0]
    assert (row["units"], row["price"], row["revenue"], row["currency"]) == (30, 8.0, 240.0, "USD")


def test_marketplaces_are_told_apart_by_sales_channel(shop: Store, write_orders: Write, new_order: Order) -> None:
    lines = week_of_orders(new_order)
    lines += week_of_orders(new_order, sales_channel="Amazon.de", currency="EUR", quantity=2)
    (result,) = shop.load(write_orders("o.txt", lines))
    assert result.marketplaces == ("DE", "US")
    frame = shop.view("weekly_sales").set_index("marketplace")
    assert frame["units"].to_dict() == {"DE": 56, "US": 28}
    assert frame["currency"].to_dict() == {"DE": "EUR", "US": "USD"}


def test_days_are_days_of_the_marketplace(shop: Store, write_orders: Write, new_order: Order) -> None:
    lines = week_of_orders(new_order) + week_of_orders(new_order, MONDAY + timedelta(days=7))
    lines.append(new_order(sku="LATE", purchase_date="2026-03-09T06:59:00+00:00"))  # Sunday evening in Los Angeles
    lines.append(new_order(sku="LATE", purchase_date="2026-03-09T07:01:00+00:00"))  # Monday; summer time since Sunday
    shop.load(write_orders("o.txt", lines))
    assert sales(shop, sku="LATE") == {("LATE", "2026-03-02"): 1, ("LATE", "2026-03-09"): 1}


def test_the_week_can_begin_on_another_day(shop: Store, write_orders: Write, new_order: Order) -> None:
    shop.load(write_orders("o.txt", week_of_orders(new_order, date(2026, 3, 1))))
    assert sales(shop) == {}
    shop.configure(week_start=7)
    assert sales(shop) == {("MUG", "2026-03-01"): 28}


def test_covered_weeks_without_sales_are_zero_and_uncovered_ones_are_absent(
    shop: Store, write_orders: Write, new_order: Order
) -> None:
    first = [*week_of_orders(new_order), new_order(sku="SLOW", day="2026-03-04")]
    second = week_of_orders(new_order, MONDAY + timedelta(days=7))
    fourth = week_of_orders(new_order, MONDAY + timedelta(days=21))
    shop.load(write_orders("a.txt", first + second))
    shop.load(write_orders("b.txt", fourth))
    assert sales(shop, sku="SLOW") == {
        ("SLOW", "2026-03-02"): 1,
        ("SLOW", "2026-03-09"): 0,
        ("SLOW", "2026-03-23"): 0,
    }


def test_a_week_that_is_not_over_is_left_out(shop: Store, write_orders: Write, new_order: Order) -> None:
    lines = week_of_orders(new_order) + [new_order(day=f"2026-03-{day:02d}") for day in (9, 10, 11) for _ in range(4)]
    shop.load(write_orders("o.txt", lines))
    assert sales(shop) == {("MUG", "2026-03-02"): 28}
    assert sales(shop, as_of=date(2026, 3, 7)) == {}


def test_a_quiet_day_at_the_edge_of_a_slow_sellers_report_is_covered(
    shop: Store, write_orders: Write, new_order: Order
) -> None:
    lines = [new_order(day=f"2026-03-{day:02d}") for day in (3, 5, 6, 10, 12, 14)]
    shop.load(write_orders("o.txt", lines))
    assert sales(shop) == {("MUG", "2026-03-02"): 3, ("MUG", "2026-03-09"): 3}


def test_one_asin_through_several_skus_is_pooled_on_request(
    shop: Store, write_orders: Write, new_order: Order, tmp_path: Path
) -> None:
    lines = week_of_orders(new_order, sku="OLD") + week_of_orders(new_order, sku="NEW", quantity=2)
    lines += week_of_orders(new_order, sku="ELSE", asin="B000000002")
    shop.load(write_orders("o.txt", lines))
    inventory = tabs(
        "sku|fnsku|asin|product-name|condition|your-price|mfn-listing-exists|"
        "mfn-fulfillable-quantity|afn-listing-exists|afn-warehouse-quantity|"
        "afn-fulfillable-quantity|afn-unsellable-quantity|afn-reserved-quantity|afn-total-quantity|"
        "per-unit-volume|afn-inbound-working-quantity|afn-inbound-shipped-quantity|"
        "afn-inbound-receiving-quantity"
    )
    rows = [
        f"{sku}\tX\tB000000001\tMug\tNew\t9.99\tNo\t\tYes\t{n}\t{n}\t0\t0\t{n}\t0.1\t0\t0\t0"
        for sku, n in (("OLD", 3), ("NEW", 80))
    ]
    shop.load(text_file(tmp_path / "stock.txt", inventory, *rows), marketplace="US", snapshot_date=date(2026, 3, 9))
    week = "2026-03-02"
    assert sales(shop) == {("OLD", week): 28, ("NEW", week): 56, ("ELSE", week): 28}
    shop.configure(pool_by_asin=True)
    assert sales(shop) == {("NEW", week): 84, ("ELSE", week): 28}
    assert shop.view("stock", status="available")["units"].tolist() == [83]


# ---------------------------------------------------------------- whose word counts


def business(tmp_path: Path, units: int, name: str = "business.csv") -> Path:
    header = "(Child) ASIN,SKU,Units Ordered,Ordered Product Sales,Sessions - Total"
    return text_file(tmp_path / name, header, f"B000000001,MUG,{units},$100.00,5")


def test_order_lines_are_trusted_before_shipments_before_the_business_report(
    shop: Store, write_orders: Write, new_order: Order, tmp_path: Path
) -> None:
    week = (MONDAY, MONDAY + timedelta(days=6))
    shop.load(business(tmp_path, 500), marketplace="US", period=week)
    assert shop.view("weekly_sales")[["units", "source"]].values.tolist() == [[500, "business"]]
    header = tabs(
        "shipment-date|sku|fnsku|asin|fulfillment-center-id|quantity|amazon-order-id|currency|"
        "item-price-per-unit|shipping-price|gift-wrap-price|ship-city|ship-state|ship-postal-code"
    )
    rows = [
        tabs(f"{MONDAY + timedelta(days=day)}T18:00:00+00:00|MUG|X|B|FC|2|{day}-{copy}|USD|10.00|0|0|||")
        for day in range(7)
        for copy in range(4)
    ]
    shop.load(text_file(tmp_path / "shipped.txt", header, *rows), marketplace="US")
    assert shop.view("weekly_sales")[["units", "source"]].values.tolist() == [[56, "shipments"]]
    shop.load(write_orders("o.txt", week_of_orders(new_order)))
    assert shop.view("weekly_sales")[["units", "source"]].values.tolist() == [[28, "orders"]]


def test_a_business_report_longer_than_a_week_says_nothing_about_weeks(shop: Store, tmp_path: Path) -> None:
    shop.load(business(tmp_path, 500), marketplace="US", period=(MONDAY, MONDAY + timedelta(days=29)))
    assert shop.view("weekly_sales").empty


def test_daily_business_reports_make_a_week(shop: Store, tmp_path: Path) -> None:
    for number in range(7):
        day = MONDAY + timedelta(days=number)
        shop.load(business(tmp_path, number, f"{number}.csv"), marketplace="US", period=(day, day))
    assert shop.view("weekly_sales")["units"].tolist() == [21]


# ---------------------------------------------------------------- stock and availability

LEDGER = tabs(
    "Date|FNSKU|ASIN|MSKU|Title|Disposition|Starting Warehouse Balance|"
    "In Transit Between Warehouses|Receipts|Customer Shipments|Customer Returns|Vendor Returns|"
    "Warehouse Transfer In/Out|Found|Lost|Damaged|Disposed|Other Events|"
    "Ending Warehouse Balance|Unknown Events|Location|Store"
)


def ledger_row(day: date, start: int, end: int, sku: str = "MUG", disposition: str = "SELLABLE") -> str:
    cells = [f"{day:%m/%d/%Y}", "X", "B", sku, "Mug", disposition, start, 0, 0, end - start, *[0] * 8, end, 0, "US", ""]
    return "\t".join(map(str, cells))


def test_the_ledger_says_on_which_days_there_was_stock(shop: Store, tmp_path: Path) -> None:
    balance = [(10, 10), (10, 0), (0, 0)]  # sold out on the second day; later days have no row
    rows = [ledger_row(MONDAY + timedelta(days=day), *ends) for day, ends in enumerate(balance)]
    rows += [ledger_row(MONDAY + timedelta(days=day), 5, 5, "OTHER") for day in range(14)]
    rows += [ledger_row(MONDAY, 9, 9, disposition="DEFECTIVE")]
    shop.load(text_file(tmp_path / "ledger.txt", LEDGER, *rows), marketplace="US")
    found = shop.view("weekly_availability", sku="MUG")
    assert found["availability"].round(4).tolist() == [round(1.5 / 7, 4), 0.0]
    assert set(found["source"]) == {"ledger"}
    assert shop.view("weekly_availability", sku="OTHER")["availability"].tolist() == [1.0, 1.0]
    assert shop.view("daily_stock", sku="MUG")["units"].tolist() == [10, 0, 0]


def test_of_two_reports_on_one_day_the_one_that_ends_later_wins(shop: Store, tmp_path: Path) -> None:
    newer = [ledger_row(MONDAY + timedelta(days=day), 5, 5) for day in (0, 1, 2)]
    older = [ledger_row(MONDAY + timedelta(days=day), 9, 9) for day in (-1, 0)]
    shop.load(text_file(tmp_path / "newer.txt", LEDGER, *newer), marketplace="US")
    (result,) = shop.load(text_file(tmp_path / "older.txt", LEDGER, *older), marketplace="US")
    assert (result.rows, result.older, result.replaced) == (1, 1, 0)
    assert shop.view("daily_stock")["units"].tolist() == [9, 5, 5, 5]


def test_days_before_a_sku_was_first_stocked_are_not_out_of_stock(shop: Store, tmp_path: Path) -> None:
    rows = [ledger_row(MONDAY + timedelta(days=day), 5, 5, "OTHER") for day in range(7)]
    rows += [ledger_row(MONDAY + timedelta(days=day), 5, 5) for day in (4, 5, 6)]
    shop.load(text_file(tmp_path / "ledger.txt", LEDGER, *rows), marketplace="US")
    assert shop.view("weekly_availability", sku="MUG")["availability"].tolist() == [1.0]


def test_availability_that_nothing_tells_is_absent(shop: Store, write_orders: Write, new_order: Order) -> None:
    shop.load(write_orders("o.txt", week_of_orders(new_order)))
    assert shop.view("weekly_availability").empty


def test_a_receipt_makes_weeks_without_sales_count(
    shop: Store, write_orders: Write, new_order: Order, tmp_path: Path
) -> None:
    shop.load(write_orders("o.txt", week_of_orders(new_order)))
    shop.load(text_file(tmp_path / "l.txt", LEDGER, ledger_row(MONDAY, 0, 40, "UNSOLD")), marketplace="US")
    assert sales(shop, sku="UNSOLD") == {("UNSOLD", "2026-03-02"): 0}


def test_a_view_can_be_asked_as_of_a_day(shop: Store, tmp_path: Path) -> None:
    stock_header = tabs(
        "Country|Product Name|FNSKU|Merchant SKU|ASIN|Condition|Supplier|Supplier part no.|"
        "Currency code|Price|Sales last 30 days|Units Sold Last 30 Days|Total Units|Inbound|"
        "Available|FC transfer|FC Processing|Customer Order|Unfulfillable|Working|Shipped|Receiving|"
        "Fulfilled by|Total Days of Supply (including units from open shipments)|"
        "Days of Supply at Amazon Fulfillment Network|Alert|Recommended replenishment qty|"
        "Recommended ship date|Unit storage size"
    )
    for day, units in ((2, 10), (9, 20)):
        row = f"US\tMug\tX\tMUG\tB\tNew\t\t\tUSD\t9\t0\t0\t{units}\t0\t{units}\t0\t0\t0\t0\t0\t0\t0\tAmazon\t\t\t\t\t\t"
        shop.load(text_file(tmp_path / f"{day}.txt", stock_header, row), snapshot_date=date(2026, 3, day))
    assert shop.view("stock", status="available")["units"].tolist() == [20]
    assert shop.view("stock", as_of=date(2026, 3, 5), status="available")["units"].tolist() == [10]
    assert shop.view("stock", as_of=date(2026, 3, 1)).empty


def test_returns_are_their_own_columns(shop: Store, write_orders: Write, new_order: Order, tmp_path: Path) -> None:
    lines = week_of_orders(new_order)
    shop.load(write_orders("o.txt", lines))
    header = tabs(
        "return-date|order-id|sku|asin|fnsku|product-name|quantity|fulfillment-center-id|"
        "detailed-disposition|reason|status|license-plate-number|customer-comments"
    )
    rows = [
        f"2026-03-04T12:00:00+00:00\t{line['amazon-order-id']}\tMUG\tB\tX\tMug\t1\tFC\t{state}\tX\tY\tLPN{number}\tok"
        for number, (line, state) in enumerate(zip(lines, ["SELLABLE", "SELLABLE", "DEFECTIVE"], strict=False))
    ]
    shop.load(text_file(tmp_path / "returns.txt", header, *rows), marketplace="US")
    row = shop.view("weekly_sales").iloc[0]
    assert (row["units"], row["returned_sellable"], row["returned_unsellable"]) == (28, 2, 1)


def own_order(shop: Store, *lines: tuple[str, int, int]) -> None:
    """A purchase order made here, PO-1: (sku, quantity, received) by line, one half a month after the other."""
    made = datetime(2026, 3, 2, 12)
    order = {"order_number": "PO-1", "supplier": "S", "destination": "FBA", "created_at": made, "status": "approved"}
    rows = [
        {"order_number": "PO-1", "order_line": number, "marketplace": "US", "sku": sku, "mode": "sea", "ordered": units,
         "quantity": units, "received": received}
        for number, (sku, units, received) in enumerate(lines, start=1)
    ]  # fmt: skip
    event = {"order_number": "PO-1", "status": "approved", "changed_at": made, "changed_by": "Ana", "note": ""}
    parts = [
        {"order_number": "PO-1", "order_line": row["order_line"], "received_on": day, "units": row["received"] / 2}
        for row in rows
        for day in (date(2026, 4, 14), date(2026, 5, 14))
    ]
    shop.write_purchase_orders(pd.DataFrame([order]), pd.DataFrame(rows), pd.DataFrame([event]), pd.DataFrame(parts))


def test_a_receipt_in_the_planners_list_does_not_close_the_rest_of_an_order_made_here(
    shop: Store, tmp_path: Path
) -> None:
    own_order(shop, ("MUG", 100, 0), ("MUG", 50, 0), ("PAN", 30, 20), ("LID", 10, 0))
    receipt = {"order_number": "PO-1", "marketplace": "US", "supplier": "S", "ordered_on": "2026-03-02",
               "received_on": "2026-05-15"}  # fmt: skip
    rows = [
        {**receipt, "sku": "MUG", "quantity": 150, "received": 120},
        {**receipt, "sku": "PAN", "quantity": 30, "received": 5},
    ]
    write_template(tmp_path / "receipts.csv", "past_receipts", rows)
    shop.load(tmp_path / "receipts.csv")
    now = shop.view("open_orders")[["line", "sku", "quantity", "received"]].values.tolist()
    assert now == [["2", "MUG", 50, 20], ["3", "PAN", 30, 20], ["4", "LID", 10, 0]]
    before = shop.view("open_orders", as_of=date(2026, 5, 1))
    assert before["received"].tolist() == [0, 0, 10, 0], "half of the pans had come"


def test_arrivals_of_orders_made_here_teach_lead_times_once(shop: Store, tmp_path: Path) -> None:
    own_order(shop, ("MUG", 100, 100), ("PAN", 30, 0))
    told = shop.view("inbound_history")
    assert (
        told[["reference", "sku", "received", "supplier", "destination"]].values.tolist()
        == [["PO-1", "MUG", 50, "S", "FBA"]] * 2
    )
    assert [str(day)[:10] for day in told["received_on"]] == ["2026-04-14", "2026-05-14"]
    assert str(told["ordered_on"][0])[:10] == "2026-03-02"
    assert len(shop.view("inbound_history", as_of=date(2026, 5, 1))) == 1
    receipt = {"order_number": "PO-1", "marketplace": "US", "sku": "MUG", "supplier": "S", "quantity": 100,
               "received": 100, "ordered_on": "2026-03-02", "received_on": "2026-05-15"}  # fmt: skip
    write_template(tmp_path / "receipts.csv", "past_receipts", [receipt])
    shop.load(tmp_path / "receipts.csv")
    assert len(shop.view("inbound_history")) == 1


def test_the_planners_list_of_open_lines_wins_over_an_order_made_here(shop: Store, tmp_path: Path) -> None:
    own_order(shop, ("MUG", 100, 0))
    row = {
        "order_number": "PO-1",
        "marketplace": "US",
        "sku": "MUG",
        "supplier": "S",
        "destination": "FBA",
        "quantity": 90,
    }
    write_template(tmp_path / "open.csv", "open_purchase_orders", [row])
    shop.load(tmp_path / "open.csv")
    assert shop.view("open_orders")["quantity"].tolist() == [90]


# ---------------------------------------------------------------- contract

KEYS = {
    "catalogue": ["marketplace", "sku"],
    "weekly_sales": ["marketplace", "sku", "week"],
    "weekly_availability": ["marketplace", "sku", "week"],
    "daily_stock": ["marketplace", "sku", "day"],
    "stock": ["marketplace", "sku", "location", "status"],
    "stock_age": ["marketplace", "sku", "age_from_days", "age_to_days"],
    "open_orders": ["order_number", "line"],
    "open_shipments": ["shipment", "marketplace", "sku"],
    "inbound_history": ["reference", "marketplace", "sku", "received_on"],
    "suppliers": ["supplier"],
    "supplier_legs": ["supplier", "mode", "destination", "marketplace"],
    "price_breaks": ["supplier", "marketplace", "sku", "minimum_quantity"],
    "fee_evidence": ["marketplace", "sku", "fee", "valid_on"],
    "report_coverage": ["report", "marketplace"],
}


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """Every view of a store that holds every sample file of every reader."""
    import tomllib

    from data.errors import DataError
    from data.store import open_store

    samples = Path(__file__).resolve().parents[1] / "samples"
    with open_store(tmp_path_factory.mktemp("all") / "all.duckdb") as store:
        for path in sorted(one for one in samples.rglob("*") if one.suffix in (".txt", ".csv", ".tsv", ".json")):
            facts_file = path.with_name(path.name + ".toml")
            facts = tomllib.loads(facts_file.read_text(encoding="utf-8")) if facts_file.exists() else {}
            first, last = facts.get("first_day"), facts.get("last_day")
            try:
                store.load(
                    path,
                    marketplace=facts.get("marketplace", "US"),
                    snapshot_date=date.fromisoformat(str(facts.get("snapshot_date", "2026-03-01"))),
                    period=(date.fromisoformat(str(first)), date.fromisoformat(str(last))) if first else None,
                )
            except DataError:
                continue  # files that show what is refused
        return {name: store.view(name) for name in KEYS}


@pytest.mark.parametrize("name", KEYS)
def test_views_hold_one_row_per_key(everything: dict[str, pd.DataFrame], name: str) -> None:
    assert not everything[name].duplicated(KEYS[name]).any()


def test_states_of_stock_are_those_of_the_contract(everything: dict[str, pd.DataFrame]) -> None:
    allowed = {
        "available", "reserved_transfer", "reserved_processing", "reserved_customer", "inbound_working",
        "inbound_shipped", "inbound_receiving", "unfulfillable", "researching",
    }  # fmt: skip
    stock = everything["stock"]
    assert len(stock)
    assert set(stock["status"]) <= allowed
    assert (stock["units"] >= 0).all()


def test_availability_is_a_share(everything: dict[str, pd.DataFrame]) -> None:
    assert len(everything["weekly_availability"])
    assert everything["weekly_availability"]["availability"].dropna().between(0, 1).all()
