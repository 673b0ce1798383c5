"""Each check of `replenish check`: silent on a tiny seller in order, heard when that one thing is wrong."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.quality import CHECKS, Finding, QualitySettings, check, taken_out
from data.sample import headers
from data.store import Store, open_store
from data.templates import write_template

AS_OF = date(2026, 8, 3)
SETTINGS = QualitySettings(currency="USD", rates={"EUR": 1.1})

ITEM: dict[str, Any] = {
    "title": "Garden hose", "brand": "Alder", "category": "Lawn and Garden", "length_cm": 30, "width_cm": 20,
    "height_cm": 10, "weight_kg": 1.2, "supplier": "Ningbo", "unit_cost": 4.0, "cost_currency": "USD", "moq": 48,
    "case_pack": 12, "price": 20.0, "price_currency": "USD", "status": "active",
}  # fmt: skip
CATALOGUE = [{**ITEM, "sku": "A-1", "asin": "B000000001"}, {**ITEM, "sku": "A-2", "asin": "B000000002"}]
SUPPLIERS = [{"supplier": "Ningbo", "country": "CN", "currency": "USD", "production_days": 30}]
LEGS = [
    {"supplier": "Ningbo", "mode": "sea", "destination": "Reno", "transit_days": 30, "receiving_days": 5},
    {"supplier": "Reno", "mode": "parcel", "destination": "FBA", "transit_days": 3, "receiving_days": 4},
]


def receipts(took: int) -> list[dict[str, Any]]:
    """Six arrivals, each so many days after its order."""
    return [
        {
            "order_number": f"PO-{took}-{number}", "sku": "A-1", "marketplace": "US", "supplier": "Ningbo",
            "mode": "sea", "destination": "Reno", "quantity": 96, "received": 96,
            "ordered_on": AS_OF - timedelta(days=300 + number),
            "received_on": AS_OF - timedelta(days=300 + number - took),
        }
        for number in range(6)
    ]  # fmt: skip


@dataclass
class Shop:
    """A store in the making: files go in through the same readers as a planner's."""

    store: Store
    folder: Path
    files: int = 0

    def template(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        self.files += 1
        path = self.folder / f"{self.files}-{name}.csv"
        write_template(path, name, rows)
        self.store.load(path)

    def report(self, text: str, marketplace: str = "US", day: date = AS_OF) -> None:
        self.files += 1
        path = self.folder / f"{self.files}.txt"
        path.write_text(text, encoding="utf-8", newline="")
        self.store.load(path, marketplace=marketplace, snapshot_date=day)

    def orders(
        self, sku: str, first: date, days: int, units: int = 1, price: str = "20.00", channel: str = "Amazon.com"
    ) -> None:
        rows = []
        for number in range(days):
            day = first + timedelta(days=number)
            row = dict.fromkeys(headers.ORDERS, "")
            row |= {
                "amazon-order-id": f"{sku}-{channel}-{day}", "purchase-date": f"{day}T18:00:00+00:00",
                "last-updated-date": f"{day}T19:00:00+00:00", "order-status": "Shipped",
                "fulfillment-channel": "Amazon", "sales-channel": channel, "sku": sku, "item-status": "Shipped",
                "quantity": str(units),
                "currency": "USD" if price else "", "item-price": price, "order-item-id": f"{sku}{channel}{day}",
            }  # fmt: skip
            rows.append("\t".join(row.values()))
        self.report("\n".join(["\t".join(headers.ORDERS), *rows]) + "\n")

    def stock(self, units: Mapping[str, int], marketplace: str = "US", title: str = "Garden hose") -> None:
        rows = []
        for sku, number in units.items():
            row = dict.fromkeys(headers.FBA_INVENTORY_US, "")
            row |= {
                "sku": sku,
                "fnsku": f"X{sku}",
                "asin": f"B{sku}",
                "product-name": title,
                "afn-listing-exists": "Yes",
            }
            row |= {"afn-fulfillable-quantity": str(number), "afn-reserved-quantity": "0"}
            rows.append("\t".join(row.values()))
        self.report("\n".join(["\t".join(headers.FBA_INVENTORY_US), *rows]) + "\n", marketplace)

    def ledger(self, sku: str, day: date, units: int) -> None:
        row = dict.fromkeys(headers.LEDGER, "0")
        row |= {
            "Date": f"{day:%m/%d/%Y}", "FNSKU": f"X{sku}", "ASIN": f"B{sku}", "MSKU": sku, "Title": "Garden hose",
            "Disposition": "SELLABLE", "Starting Warehouse Balance": "2", "Ending Warehouse Balance": str(units),
            "Location": "US",
        }  # fmt: skip
        self.report("\t".join(headers.LEDGER) + "\n" + "\t".join(row.values()) + "\n")

    def catalogue(self, **changes: Any) -> None:
        """The catalogue again, with A-2 changed."""
        self.template("catalogue", [CATALOGUE[0], {**CATALOGUE[1], **changes}])


@pytest.fixture(scope="module")
def orderly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with nothing to complain about; A-2's prices are only in the catalogue."""
    folder = tmp_path_factory.mktemp("orderly")
    path = folder / "store.duckdb"
    with open_store(path) as store:
        shop = Shop(store, folder)
        shop.template("catalogue", CATALOGUE)
        shop.template("suppliers", SUPPLIERS)
        shop.template("supplier_legs", LEGS)
        shop.template("past_receipts", receipts(66))
        shop.orders("A-1", AS_OF - timedelta(days=210), 210)
        shop.orders("A-2", AS_OF - timedelta(days=210), 210, price="")
        shop.stock({"A-1": 60, "A-2": 40})
    return path


@pytest.fixture
def shop(orderly: Path, tmp_path: Path) -> Iterator[Shop]:
    shutil.copy(orderly, tmp_path / "store.duckdb")
    with open_store(tmp_path / "store.duckdb") as store:
        yield Shop(store, tmp_path)


def found(shop: Shop, name: str, as_of: date = AS_OF, settings: QualitySettings = SETTINGS) -> Finding:
    return next(one for one in check(shop.store, as_of, settings) if one.name == name)


def test_a_seller_in_order_has_no_findings_and_may_be_read_only(orderly: Path) -> None:
    with open_store(orderly, read_only=True) as store:
        assert check(store, AS_OF, SETTINGS) == []


def no_stock_report(shop: Shop) -> None:
    shop.orders("A-1", AS_OF - timedelta(days=60), 60, channel="Amazon.de")


def no_fee_table(shop: Shop) -> None:
    shop.orders("A-1", AS_OF - timedelta(days=60), 60, channel="Amazon.com.mx")
    shop.stock({"A-1": 20}, "MX")


def no_leg(shop: Shop) -> None:
    shop.template("suppliers", [{"supplier": "Hanoi", "country": "VN", "currency": "USD", "production_days": 20}])
    shop.catalogue(supplier="Hanoi")


def stranded(shop: Shop) -> None:
    shop.template("catalogue", [{**ITEM, "sku": "A-3", "asin": "B000000003"}])
    shop.orders("A-3", AS_OF - timedelta(days=150), 80)
    shop.stock({"A-1": 60, "A-2": 40, "A-3": 25})


def spoilt_row(shop: Shop) -> None:
    shop.report("\t".join(headers.ORDERS) + "\n113-1\t\t2026-08-01T10:00:00+00:00\tShipped\n")


FAULTS: list[tuple[str, Callable[[Shop], None], str, set[tuple[str, str]]]] = [
    ("no_stock_report", no_stock_report, "DE/A-1: no FBA stock report was loaded", {("DE", "A-1")}),
    ("no_fee_table", no_fee_table, "MX/A-1: no fee table for MX", {("MX", "A-1")}),
    ("no_unit_cost", lambda shop: shop.catalogue(unit_cost=None), "US/A-2: sold 91 units in 13 weeks", {("US", "A-2")}),
    ("no_supplier", lambda shop: shop.catalogue(supplier=None), "US/A-2: sold 91 units", {("US", "A-2")}),
    (
        "unknown_supplier",
        lambda shop: shop.catalogue(supplier="Ningbo Ltd"),
        'US/A-2: supplier "Ningbo Ltd" is not in the list of suppliers; nearest: Ningbo',
        {("US", "A-2")},
    ),
    ("no_price", lambda shop: shop.catalogue(price=None), "US/A-2: sold 91 units", {("US", "A-2")}),
    (
        "currency_gap",
        lambda shop: shop.catalogue(cost_currency="TRY"),
        "US/A-2: unit cost in TRY: no exchange rate",
        {("US", "A-2")},
    ),
    ("absent_from_stock", lambda shop: shop.stock({"A-1": 60}), "US/A-2: sold 91 units", {("US", "A-2")}),
    (
        "stock_without_listing",
        lambda shop: shop.stock({"A-1": 60, "A-2": 40, "OLD-1": 84}, title="Step stool"),
        "US/OLD-1: 84 units at FBA (Step stool)",
        {("US", "OLD-1")},
    ),
    ("stranded", stranded, "US/A-3: 25 units available, 80 sold in the year before", set()),
    (
        "missing_weeks",
        lambda shop: shop.orders("A-1", AS_OF - timedelta(days=224), 7),
        "US: the week of 2025-12-29 is in no sales report",
        set(),
    ),
    (
        "jump",
        lambda shop: shop.orders("A-1", AS_OF - timedelta(days=28), 28, units=9),
        "US/A-1: 63.0 units a week in the last four weeks, 7.0 in the 13 before",
        set(),
    ),
    (
        "negative_stock",
        lambda shop: shop.ledger("A-1", date(2026, 8, 1), -3),
        "US/A-1: -3 units at FBA on 2026-08-01 (1 such days)",
        set(),
    ),
    (
        "duplicate_listing",
        lambda shop: shop.catalogue(asin="B000000001"),
        "US/A-1: ASIN B000000001 is also sold as A-2",
        set(),
    ),
    (
        "same_but_for_case",
        lambda shop: shop.template("catalogue", [{**ITEM, "sku": "a-1", "marketplace": "US"}]),
        "US/A-1: also written a-1",
        set(),
    ),
    (
        "lead_time_contradicted",
        lambda shop: shop.template("past_receipts", receipts(110) + receipts(112)),
        "US/A-1: Ningbo by sea to Reno: stated 65 days, 18 arrivals took 110 (median)",
        set(),
    ),
    (
        "zero_lead_time",
        lambda shop: shop.template("suppliers", [{**SUPPLIERS[0], "production_days": 0}]),
        "US/A-1: Ningbo: production takes 0 days",
        set(),
    ),
    ("no_leg", no_leg, "US/A-2: Hanoi has no leg for US", set()),
    (
        "moq_not_whole_cases",
        lambda shop: shop.catalogue(moq=50),
        "US/A-2: MOQ 50 with 12 units per carton: 60 will",
        set(),
    ),
    (
        "moq_group_minimum",
        lambda shop: shop.catalogue(moq_group="hoses"),
        "US/A-2: MOQ group hoses states no minimum",
        set(),
    ),
    ("no_case_pack", lambda shop: shop.catalogue(case_pack=None), "US/A-2: no units per carton", set()),
    ("no_size", lambda shop: shop.catalogue(weight_kg=None), "US/A-2: no packed size or weight", set()),
    ("set_aside_rows", spoilt_row, "1 rows, first line 2", set()),
]


@pytest.mark.parametrize(("name", "fault", "example", "out"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_fault_is_found_named_and_taken_out_when_it_stops(
    shop: Shop, name: str, fault: Callable[[Shop], None], example: str, out: set[tuple[str, str]]
) -> None:
    fault(shop)
    finding = found(shop, name)
    assert example in finding.example
    assert set(finding.taken_out) == out
    assert finding.count >= 1
    assert finding.what_to_do.endswith((".", ")"))
    assert (finding.severity == "stops") == bool(out)


def test_every_check_has_a_case() -> None:
    assert {one.name for one in CHECKS} == {fault[0] for fault in FAULTS} | {"no_sales_history", "old_report"}


def test_a_day_before_any_sale(shop: Shop) -> None:
    finding = found(shop, "no_sales_history", date(2020, 1, 6))
    assert "no week of sales before 2020-01-06; the first sale in the store is of 2026-01-05" in finding.example


def test_old_reports_are_named_with_their_age(shop: Shop) -> None:
    finding = found(shop, "old_report", AS_OF + timedelta(days=14))
    assert finding.count == 2
    assert "US: Manage FBA Inventory: last day 2026-08-03, 14 days old" in {f"US: {one}" for one in finding.details}
    later = QualitySettings(currency="USD", rates={"EUR": 1.1}, report_days=30)
    assert "old_report" not in {one.name for one in check(shop.store, AS_OF + timedelta(days=14), later)}


def test_money_is_the_revenue_of_13_weeks_in_the_plans_currency(shop: Shop) -> None:
    shop.template("catalogue", [{**CATALOGUE[0], "unit_cost": None}])
    finding = found(shop, "no_unit_cost")
    assert finding.money == pytest.approx(91 * 20)
    in_euro = QualitySettings(currency="EUR", rates={"USD": 0.5})
    finding = found(shop, "no_unit_cost", settings=in_euro)
    assert (finding.money, finding.currency) == (pytest.approx(91 * 10), "EUR")


def test_a_catalogue_correction_silences_the_check(shop: Shop) -> None:
    shop.catalogue(unit_cost=None)
    assert found(shop, "no_unit_cost").count == 1
    shop.catalogue(title="Garden hose, green")
    assert check(shop.store, AS_OF, SETTINGS) == []


def test_what_happens_later_is_not_seen(shop: Shop) -> None:
    shop.orders("A-1", AS_OF, 28, units=30)
    assert check(shop.store, AS_OF, SETTINGS) == []
    assert ("US", "A-1") in found(shop, "jump", AS_OF + timedelta(days=28)).affected


def test_stopping_findings_come_first_and_a_sku_is_taken_out_once_with_all_reasons(shop: Shop) -> None:
    shop.catalogue(unit_cost=None, supplier=None, moq=50)
    findings = check(shop.store, AS_OF, SETTINGS)
    assert [one.severity for one in findings] == sorted(one.severity for one in findings)
    reasons = taken_out(findings)
    assert set(reasons) == {("US", "A-2")}
    assert set(reasons["US", "A-2"]) == {"no_unit_cost", "no_supplier"}
