"""Inventory reports of the day: Manage FBA Inventory, FBA Inventory planning, Restock recommendations, Reserved."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.sample import fees, headers
from data.sample.files import Values, money, write_table
from data.sample.seller import CURRENCY, SampleSeller
from data.sample.snapshot import Counts, Snapshot, take

STALE_DAYS = {"US": 0, "DE": 42}
"""Age of the planning report: the German one was last downloaded six weeks ago."""


def write_inventory(seller: SampleSeller, folder: Path) -> list[Path]:
    """All inventory reports of `as_of` for both marketplaces."""
    now = take(seller, seller.days.size)
    charged = fees.unit_fees(seller.items, seller.as_of)
    paths = []
    for marketplace in seller.marketplaces:
        rows = seller.rows_of(marketplace)
        here = folder / marketplace
        paths.append(_fba_inventory(seller, now, charged, rows, here))
        paths.append(_reserved(seller, now, rows, here))
        paths.append(_restock(seller, now, charged, rows, here))
        old = STALE_DAYS[marketplace]
        then = take(seller, seller.days.size - old) if old else now
        paths.append(_planning(seller, then, charged, rows, here))
    return paths


def _identity(seller: SampleSeller, rows: NDArray[np.intp]) -> dict[str, Values]:
    items = seller.items.iloc[rows]
    return {
        "sku": items["sku"].to_numpy(),
        "fnsku": items["fnsku"].to_numpy(),
        "asin": items["asin"].to_numpy(),
        "product-name": items["title"].to_numpy(),
        "condition": "New",
    }


def _fba_inventory(
    seller: SampleSeller, now: Snapshot, charged: pd.DataFrame, rows: NDArray[np.intp], folder: Path
) -> Path:
    """Manage FBA Inventory; the last line is stock of a listing that was deleted."""
    marketplace = folder.name
    columns = _identity(seller, rows)
    warehouse = now.on_hand + now.customer + now.unsellable
    inbound = now.working + now.shipped + now.receiving
    units = {
        "afn-warehouse-quantity": warehouse,
        "afn-fulfillable-quantity": now.available,
        "afn-unsellable-quantity": now.unsellable,
        "afn-reserved-quantity": now.processing + now.customer,
        "afn-total-quantity": warehouse + inbound,
        "afn-inbound-working-quantity": now.working,
        "afn-inbound-shipped-quantity": now.shipped,
        "afn-inbound-receiving-quantity": now.receiving,
        "afn-researching-quantity": np.zeros_like(inbound),
        "afn-reserved-future-supply": np.zeros_like(inbound),
        "afn-future-supply-buyable": np.zeros_like(inbound),
        "afn-fc-transfer-quantity": now.transfer,
        "afn-onhand-buyable-quantity": now.available + now.transfer,
    }
    if marketplace == "DE":
        units["afn-fulfillable-quantity-local"] = now.available
        units["afn-fulfillable-quantity-remote"] = np.zeros_like(inbound)
    columns |= {name: values[rows] for name, values in units.items()}
    columns |= {
        "your-price": money(seller.items["price"].to_numpy()[rows]),
        "mfn-listing-exists": "No",
        "afn-listing-exists": "Yes",
        "per-unit-volume": money(charged["volume"].to_numpy()[rows]),
    }
    columns, count = _with_orphan(columns, rows.size)
    header = headers.FBA_INVENTORY_EU if marketplace == "DE" else headers.FBA_INVENTORY_US
    path = folder / f"manage-fba-inventory-{seller.as_of}.txt"
    return write_table(path, header, columns, count, seller.as_of, encoding="cp1252")


ORPHAN = {
    "sku": "OLD-9917-RED",
    "fnsku": "X00ORPHAN1",
    "asin": "B0ORPHAN91",
    "product-name": "Folding Step Stool, Red",
    "afn-warehouse-quantity": 84,
    "afn-fulfillable-quantity": 84,
    "afn-total-quantity": 84,
    "afn-onhand-buyable-quantity": 84,
}
"""Units at Amazon whose listing the seller deleted: in no catalogue, without sales."""


def _with_orphan(columns: Mapping[str, Values], count: int) -> tuple[dict[str, Values], int]:
    wider: dict[str, Values] = {}
    for name, values in columns.items():
        if name in ORPHAN or not isinstance(values, str):
            blank: object = 0 if isinstance(values, np.ndarray) and values.dtype.kind in "iu" else ""
            wider[name] = [*(values.tolist() if hasattr(values, "tolist") else values), ORPHAN.get(name, blank)]
        else:
            wider[name] = values
    return wider, count + 1


def _reserved(seller: SampleSeller, now: Snapshot, rows: NDArray[np.intp], folder: Path) -> Path:
    """Reserved inventory: only items with reserved units."""
    some = rows[(now.processing + now.customer)[rows] > 0]
    columns = _identity(seller, some)
    del columns["condition"]
    columns |= {
        "reserved_qty": (now.processing + now.customer)[some],
        "reserved_customerorders": now.customer[some],
        "reserved_fc-processing": now.processing[some],
        "reserved_staging": "0",
    }
    path = folder / f"reserved-inventory-{seller.as_of}.txt"
    return write_table(path, headers.RESERVED, columns, some.size, seller.as_of)


def _restock(seller: SampleSeller, now: Snapshot, charged: pd.DataFrame, rows: NDArray[np.intp], folder: Path) -> Path:
    """Restock recommendations. The German form has no "Recommended action" and writes the day first."""
    marketplace = folder.name
    items = seller.items.iloc[rows]
    thirty = now.units_shipped(30)[rows]
    price = items["price"].to_numpy()
    inbound = (now.working + now.shipped + now.receiving)[rows]
    total = now.on_hand[rows] + inbound
    rate = np.maximum(thirty / 30.0, 1e-3)
    here, with_inbound = now.on_hand[rows] / rate, total / rate
    advice = np.maximum(np.ceil(rate * 50 - total), 0).astype(int)
    alert = np.select([(now.available[rows] == 0) & (thirty > 0), (with_inbound < 21) & (thirty > 0)],
                      ["out_of_stock", "reorder_now"], "")  # fmt: skip
    ship_by = seller.as_of + timedelta(days=3)
    columns: dict[str, Values] = {
        "Country": marketplace,
        "Product Name": items["title"].to_numpy(),
        "FNSKU": items["fnsku"].to_numpy(),
        "Merchant SKU": items["sku"].to_numpy(),
        "ASIN": items["asin"].to_numpy(),
        "Condition": "New",
        "Currency code": CURRENCY[marketplace],
        "Price": money(price),
        "Sales last 30 days": money(thirty * price),
        "Units Sold Last 30 Days": thirty,
        "Total Units": total,
        "Inbound": inbound,
        "Available": now.available[rows],
        "FC transfer": now.transfer[rows],
        "FC Processing": now.processing[rows],
        "Customer Order": now.customer[rows],
        "Unfulfillable": now.unsellable[rows],
        "Working": now.working[rows],
        "Shipped": now.shipped[rows],
        "Receiving": now.receiving[rows],
        "Fulfilled by": "Amazon",
        "Total Days of Supply (including units from open shipments)": _days(with_inbound),
        "Days of Supply at Amazon Fulfillment Network": _days(here),
        "Alert": alert,
        "Recommended replenishment qty": advice,
        "Recommended ship date": np.where(
            advice > 0, ship_by.strftime("%m/%d/%Y" if marketplace == "US" else "%d/%m/%Y"), ""
        ),
        "Recommended action": np.where(advice > 0, "Create shipping plan", "No action required"),
        "Unit storage size": money(charged["volume"].to_numpy()[rows]),
    }
    header = headers.RESTOCK
    if marketplace == "DE":
        header = tuple(name for name in header if name != "Recommended action")
        del columns["Recommended action"]
    path = folder / f"restock-{seller.as_of}.txt"
    return write_table(path, header, columns, rows.size, seller.as_of)


def _days(days: NDArray[np.float64]) -> NDArray[np.str_]:
    """Days of supply as the report prints them: whole days, "365+" above a year."""
    return np.where(days > 365, "365+", np.minimum(days, 365).astype(int).astype(str))


def _planning(
    seller: SampleSeller, then: Snapshot, charged: pd.DataFrame, rows: NDArray[np.intp], folder: Path
) -> Path:
    """FBA Inventory planning, 99 columns, of the snapshot's day."""
    marketplace = folder.name
    items, cost = seller.items.iloc[rows], charged.iloc[rows]
    made = seller.as_of - timedelta(days=STALE_DAYS[marketplace])
    volume = cost["volume"].to_numpy()
    columns = _identity(seller, rows)
    columns |= {
        "snapshot-date": made.isoformat(),
        "available": then.available[rows],
        "fc-transfer": then.transfer[rows],
        "pending-removal-quantity": "0",
        "currency": CURRENCY[marketplace],
        "your-price": money(items["price"].to_numpy()),
        "sales-price": money(items["price"].to_numpy()),
        "item-volume": np.char.mod("%.6f", volume),
        "volume-unit-measurement": "cubic feet" if marketplace == "US" else "cubic meters",
        "storage-type": np.where(items["storage_type"] == "standard", "Standard", "Oversize"),
        "storage-volume": np.char.mod("%.4f", volume * then.on_hand[rows]),
        "marketplace": marketplace,
        "product-group": items["category"].to_numpy(),
        "inbound-quantity": (then.working + then.shipped + then.receiving)[rows],
        "inbound-working": then.working[rows],
        "inbound-shipped": then.shipped[rows],
        "inbound-received": then.receiving[rows],
        "Total Reserved Quantity": (then.processing + then.customer)[rows],
        "unfulfillable-quantity": then.unsellable[rows],
        "Inventory age snapshot date": made.isoformat(),
        "Inventory Supply at FBA": (then.available + then.transfer)[rows],
        "Reserved FC Processing": then.processing[rows],
        "Reserved Customer Order": then.customer[rows],
        "Reserved Staging": "0",
        "Exempted from Low-Inventory-Level fee?": "No",
    }
    columns |= _ages(then, rows)
    columns |= _surcharges(then, rows, marketplace, volume)
    columns |= _sales(seller, then, rows)
    path = folder / f"fba-inventory-planning-{made}.txt"
    return write_table(path, headers.PLANNING, columns, rows.size, made)


AGE_COLUMNS = (
    *((0, 90), (91, 180), (181, 270), (271, 365), (366, 455)),
    *((0, 30), (31, 60), (61, 90), (181, 330), (331, 365)),
)
"""Two sets of bands that overlap, as in Amazon's file."""


def _ages(then: Snapshot, rows: NDArray[np.intp]) -> dict[str, Values]:
    ages: dict[str, Values] = {f"inv-age-{low}-to-{high}-days": then.aged(low, high)[rows] for low, high in AGE_COLUMNS}
    ages["inv-age-456-plus-days"] = then.aged(456, 100_000)[rows]
    return ages


def _surcharges(
    then: Snapshot, rows: NDArray[np.intp], marketplace: str, volume: NDArray[np.float64]
) -> dict[str, Values]:
    rates = {low: rate for low, _, rate in fees.AGE_BANDS[marketplace]}
    columns: dict[str, Values] = {}
    for low, high in ((181, 210), (211, 240), (241, 270), (271, 300), (301, 330), (331, 365), (366, 455), (456, 0)):
        label = f"{low}-{high}" if high else f"{low}-plus"
        units = then.aged(low, high or 100_000)[rows] if low in rates else np.zeros(rows.size, int)
        columns[f"quantity-to-be-charged-ais-{label}-days"] = units
        columns[f"estimated-ais-{label}-days"] = money(units * volume * rates.get(low, 0.0))
    return columns


def _sales(seller: SampleSeller, then: Snapshot, rows: NDArray[np.intp]) -> dict[str, Values]:
    """Sales, cover and the figures that Amazon derives from them."""
    price = seller.items["price"].to_numpy()[rows]
    sold = {days: then.units_shipped(days)[rows] for days in (7, 30, 60, 90)}
    columns: dict[str, Values] = {f"units-shipped-t{days}": units for days, units in sold.items()}
    columns |= {f"sales-shipped-last-{days}-days": money(units * price) for days, units in sold.items()}
    stock = then.on_hand[rows]
    supply_days = {
        days: _mean_stock(seller, then.day, days)[rows] / np.maximum(sold[days] / days, 1e-9) for days in (30, 90)
    }
    cover = stock / np.maximum(sold[30] / 30, 1e-9)
    low = (np.maximum(supply_days[30], supply_days[90]) < 28) & (sold[7] >= 20) & (sold[30] > 0)
    average = np.maximum(_mean_stock(seller, then.day, 90)[rows], 0.5)
    return columns | {
        "sell-through": np.char.mod("%.2f", sold[90] / average),
        "days-of-supply": np.where(sold[30] > 0, np.minimum(cover, 9999).astype(int).astype(str), ""),
        "weeks-of-cover-t30": np.where(sold[30] > 0, np.char.mod("%.1f", np.minimum(cover / 7, 999)), ""),
        "weeks-of-cover-t90": np.where(
            sold[90] > 0, np.char.mod("%.1f", np.minimum(stock / np.maximum(sold[90] / 90, 1e-9) / 7, 999)), ""
        ),
        "estimated-excess-quantity": np.maximum(stock - np.ceil(sold[90]), 0).astype(int),
        "no-sale-last-6-months": np.where(then.units_shipped(180)[rows] == 0, stock, 0),
        "historical-days-of-supply": _history_days(np.maximum(supply_days[30], supply_days[90]), sold[90]),
        "Short term historical days of supply": _history_days(supply_days[30], sold[30]),
        "Long term historical days of supply": _history_days(supply_days[90], sold[90]),
        "fba-minimum-inventory-level": np.ceil(sold[30] / 30 * 28).astype(int),
        "Low-Inventory-Level fee applied in current week?": np.where(low, "Yes", "No"),
    }


def _mean_stock(seller: SampleSeller, day: int, days: int) -> NDArray[np.float64]:
    return np.asarray(seller.stock[:, max(day - days, 0) : day].mean(axis=1))


def _history_days(days: NDArray[np.float64], sold: Counts) -> NDArray[np.str_]:
    return np.where(sold > 0, np.char.mod("%.1f", np.minimum(days, 9999)), "")
