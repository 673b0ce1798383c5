"""A store to load into, and order files written line by line."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from data.store import Store, open_store

HEADERS = (
    "amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status",
    "fulfillment-channel", "sales-channel", "order-channel", "ship-service-level", "product-name", "sku", "asin",
    "item-status", "quantity", "currency", "item-price", "item-promotion-discount", "is-business-order",
    "order-item-id",
)  # fmt: skip
_line_number = iter(range(1, 1_000_000))


def order(**values: Any) -> dict[str, str]:
    """One order line; everything has a value that loads."""
    number = next(_line_number)
    day = values.pop("day", "2026-03-03")
    usual = {
        "amazon-order-id": f"111-{number:07d}-0000001",
        "purchase-date": f"{day}T18:00:00+00:00",
        "last-updated-date": f"{day}T19:00:00+00:00",
        "order-status": "Shipped",
        "fulfillment-channel": "Amazon",
        "sales-channel": "Amazon.com",
        "sku": "MUG",
        "asin": "B000000001",
        "item-status": "Shipped",
        "quantity": "1",
        "currency": "USD",
        "item-price": "10.00",
        "order-item-id": f"{number:014d}",
    }
    return usual | {name.replace("_", "-"): str(value) for name, value in values.items()}


def order_text(lines: list[dict[str, str]], headers: tuple[str, ...] = HEADERS, delimiter: str = "\t") -> str:
    """An All Orders file."""
    rows = [delimiter.join(headers)] + [delimiter.join(line.get(name, "") for name in headers) for line in lines]
    return "\n".join(rows) + "\n"


Write = Callable[..., Path]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Store]:
    """An open store in an empty folder."""
    with open_store(tmp_path / "shop.duckdb") as store:
        yield store


@pytest.fixture
def write_orders(tmp_path: Path) -> Write:
    """Write an All Orders file: write_orders("a.txt", [order(...)])."""

    def write(name: str, lines: list[dict[str, str]], encoding: str = "utf-8", **how: Any) -> Path:
        path = tmp_path / name
        path.write_bytes(order_text(lines, **how).encode(encoding))
        return path

    return write


@pytest.fixture
def new_order() -> Callable[..., dict[str, str]]:
    """`order`."""
    return order
