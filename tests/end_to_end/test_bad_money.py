"""Goods that lose money, and a marketplace that does not exist, through the command line: named, never dropped."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from data.templates import write_template
from replenish.cli import app

AS_OF = date(2026, 6, 1)
PRICES = {"GOOD": (30.0, 6.0), "BELOW": (12.0, 11.0), "NEGATIVE": (1.5, 0.5), "NOWHERE": (25.0, 5.0)}
ORDERS = ("amazon-order-id", "purchase-date", "last-updated-date", "order-status", "fulfillment-channel",
          "sales-channel", "sku", "asin", "item-status", "quantity", "currency", "item-price",
          "order-item-id")  # fmt: skip
STOCK = ("sku", "fnsku", "asin", "product-name", "condition", "your-price", "mfn-listing-exists",
         "mfn-fulfillable-quantity", "afn-listing-exists", "afn-warehouse-quantity", "afn-fulfillable-quantity",
         "afn-unsellable-quantity", "afn-reserved-quantity", "afn-total-quantity", "per-unit-volume",
         "afn-inbound-working-quantity", "afn-inbound-shipped-quantity", "afn-inbound-receiving-quantity")  # fmt: skip


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert result.exit_code == code, result.stderr
    return result.stdout


def table(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> Path:
    path.write_text("\n".join("\t".join(map(str, row)) for row in (header, *rows)) + "\n", encoding="utf-8")
    return path


def orders() -> list[tuple[object, ...]]:
    days = [AS_OF - timedelta(days=back) for back in range(182, 0, -1)]
    return [
        (f"111-{place:07d}-{number:07d}", f"{day}T18:00:00+00:00", f"{day}T19:00:00+00:00", "Shipped", "Amazon",
         "Amazon.com", sku, f"B00000000{number}", "Shipped", 2, "USD", 2 * price, f"{number}{place:013d}")
        for number, (sku, (price, _)) in enumerate(PRICES.items()) for place, day in enumerate(days)
    ]  # fmt: skip


def catalogue() -> list[dict[str, object]]:
    size = {"length_cm": 20, "width_cm": 15, "height_cm": 5, "weight_kg": 0.5, "case_pack": 10}
    return [
        {"marketplace": "Narnia" if sku == "NOWHERE" else "US", "sku": sku, "title": sku, "supplier": "Ningbo",
         "category": "Home & Kitchen", "unit_cost": cost, "cost_currency": "USD", "price": price,
         "price_currency": "USD", **size}
        for sku, (price, cost) in PRICES.items()
    ]  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four products of half a year, one of them listed in a marketplace that nobody knows."""
    folder = tmp_path_factory.mktemp("bad")
    shop = folder / "shop"
    run("init", "-w", shop)
    leg = {"supplier": "Ningbo", "mode": "air", "destination": "FBA", "transit_days": 8, "receiving_days": 3,
           "cost_per_kg": 5, "currency": "USD", "duty_rate": 0.05}  # fmt: skip
    supplier = {"supplier": "Ningbo", "name": "Ningbo", "country": "CN", "currency": "USD", "production_days": 20}
    for name, rows in (("catalogue", catalogue()), ("suppliers", [supplier]), ("supplier_legs", [leg])):
        write_template(folder / f"{name}.csv", name, rows)
    stock = [(sku, f"X{sku}", f"B00000000{number}", sku, "New", "", "No", "", "Yes", 40, 40, 0, 0, 40, 0.05, 0, 0, 0)
             for number, sku in enumerate(PRICES)]  # fmt: skip
    files = [folder / f"{name}.csv" for name in ("catalogue", "suppliers", "supplier_legs")]
    run("load", table(folder / "orders.txt", ORDERS, orders()), *files, "-w", shop)
    run("load", table(folder / "stock.txt", STOCK, stock), "--date", AS_OF, "--marketplace", "US", "-w", shop)
    return shop


def test_an_unknown_marketplace_is_set_aside_with_what_is_allowed(shop: Path) -> None:
    (aside,) = json.loads(run("status", "--set-aside", "-w", shop))["set_aside"]
    assert (aside["value"], aside["column"]) == ("Narnia", "Marketplace")
    assert "Use one of: AE, AU" in aside["what_to_do"]


def test_what_loses_money_is_named_and_the_rest_is_planned(shop: Path) -> None:
    said: dict[str, Any] = json.loads(run("plan", "-w", shop, "--as-of", AS_OF, code=3))
    assert {line["item"] for line in said["purchases"]} == {"US/GOOD"}
    warnings = " ".join(said["warnings"])
    assert "sell below cost: nothing is bought for them: US/BELOW" in warnings
    assert "fees exceed the price" in warnings and "US/NEGATIVE" in warnings
    assert "not in the plan (for example US/NOWHERE)" in warnings
    assert {item["item"] for item in said["items"]} == {"US/GOOD", "US/BELOW", "US/NEGATIVE"}
    reasons = {item["item"]: item["reason"] for item in said["items"]}
    assert "It earns less after fees than it costs to replace" in reasons["US/BELOW"]
