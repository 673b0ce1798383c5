"""Inventory Ledger (summary, daily, by country) and customer returns of the last eighteen months."""

from pathlib import Path

import numpy as np
import pandas as pd

from data.sample import headers
from data.sample.files import Values, write_table
from data.sample.inbound import fba_receipts
from data.sample.orders import order_lines
from data.sample.seller import MARKETPLACES, SampleSeller
from data.sample.snapshot import unsellable_balance

MONTHS_KEPT = 18


def write_ledger(seller: SampleSeller, folder: Path) -> list[Path]:
    """Ledger files by half year for each marketplace; the older ones compressed."""
    total = seller.days.size
    first = max(total - MONTHS_KEPT * 30, 1)
    paths = []
    for marketplace in seller.marketplaces:
        for low in range(first, total, 180):
            high = min(low + 180, total)
            name = f"ledger-summary-{seller.days[low]}-to-{seller.days[high - 1]}.txt" + (".gz" if high < total else "")
            rows = pd.concat([_sellable(seller, marketplace, low, high), _unsellable(seller, marketplace, low, high)])
            paths.append(_write(seller, rows, marketplace, folder / marketplace / name, high))
    return paths


def _sellable(seller: SampleSeller, marketplace: str, low: int, high: int) -> pd.DataFrame:
    """A row for every day from launch on until the listing has ended and its stock is gone; stock may be zero."""
    rows = seller.rows_of(marketplace)
    day = np.arange(low, high)
    launch = seller.items["launch_day"].to_numpy()[rows]
    end = seller.items["end_day"].to_numpy()[rows]
    before, after = seller.stock[rows, low - 1 : high - 1], seller.stock[rows, low:high]
    listed = (day >= launch[:, None]) & ((day < end[:, None]) | (before > 0)) | (before + after > 0)
    item, offset = np.nonzero(listed.T)[::-1]  # by day, then by item
    where = rows[item], offset + low
    return pd.DataFrame(
        {
            "item": where[0],
            "day": where[1],
            "disposition": "SELLABLE",
            "start": before[item, offset],
            "receipts": seller.received[where],
            "shipped": -seller.sold[where],
            "returns": seller.returned_sellable[where],
            "disposed": 0,
            "end": after[item, offset],
        }
    )


def _unsellable(seller: SampleSeller, marketplace: str, low: int, high: int) -> pd.DataFrame:
    """Rows of damaged units on the days on which they move."""
    rows = seller.rows_of(marketplace)
    balance = unsellable_balance(seller)[rows]
    before, after = balance[:, low - 1 : high - 1], balance[:, low:high]
    came = seller.returned_unsellable[rows, low:high]
    removed = before + came - after
    item, offset = np.nonzero((came + removed).T > 0)[::-1]
    return pd.DataFrame(
        {
            "item": rows[item],
            "day": offset + low,
            "disposition": "CUSTOMER_DAMAGED",
            "start": before[item, offset],
            "receipts": 0,
            "shipped": 0,
            "returns": came[item, offset],
            "disposed": -removed[item, offset],
            "end": after[item, offset],
        }
    )


def _write(seller: SampleSeller, rows: pd.DataFrame, marketplace: str, path: Path, made: int) -> Path:
    items, item = seller.items, rows["item"].to_numpy()
    date = pd.Series(seller.days).dt.strftime("%m/%d/%Y").to_numpy()[rows["day"]]
    columns = {
        "Date": date,
        "FNSKU": items["fnsku"].to_numpy()[item],
        "ASIN": items["asin"].to_numpy()[item],
        "MSKU": items["sku"].to_numpy()[item],
        "Title": items["title"].to_numpy()[item],
        "Disposition": rows["disposition"].to_numpy(),
        "Starting Warehouse Balance": rows["start"].to_numpy(),
        "In Transit Between Warehouses": "0",
        "Receipts": rows["receipts"].to_numpy(),
        "Customer Shipments": rows["shipped"].to_numpy(),
        "Customer Returns": rows["returns"].to_numpy(),
        "Disposed": rows["disposed"].to_numpy(),
        **dict.fromkeys(("Vendor Returns", "Warehouse Transfer In/Out", "Found", "Lost", "Damaged"), "0"),
        "Ending Warehouse Balance": rows["end"].to_numpy(),
        "Location": marketplace,
    }
    made_on = (seller.first_day + made).astype(object)
    return write_table(path, headers.LEDGER, columns, len(rows), made_on, quote=marketplace == "DE")


def write_ledger_detail(seller: SampleSeller, folder: Path) -> list[Path]:
    """Detailed view, receipts only: which shipment's units came in on which day."""
    received = fba_receipts(seller, max(seller.days.size - MONTHS_KEPT * 30, 0))
    market = seller.items["market"].to_numpy()[received["item"]]
    paths = []
    for marketplace in seller.marketplaces:
        rows = received[market == MARKETPLACES.index(marketplace)]
        items, item = seller.items, rows["item"].to_numpy()
        columns: dict[str, Values] = {
            "Date": pd.Series(seller.days).dt.strftime("%m/%d/%Y").to_numpy()[rows["day"]],
            "FNSKU": items["fnsku"].to_numpy()[item],
            "ASIN": items["asin"].to_numpy()[item],
            "MSKU": items["sku"].to_numpy()[item],
            "Title": items["title"].to_numpy()[item],
            "Event Type": "Receipts",
            "Reference ID": rows["shipment"].to_numpy(),
            "Quantity": rows["quantity"].to_numpy(),
            "Fulfillment Center": "ONT8" if marketplace == "US" else "LEJ1",
            "Disposition": "SELLABLE",
            "Country": marketplace,
            "Reconciled Quantity": rows["quantity"].to_numpy(),
            "Unreconciled Quantity": "0",
            "Date and Time": np.char.add(seller.days[rows["day"]].astype(str), "T12:00:00+00:00"),
        }
        path = folder / marketplace / f"ledger-detail-receipts-to-{seller.days[-1]}.txt"
        paths.append(write_table(path, headers.LEDGER_DETAIL, columns, len(rows), seller.as_of))
    return paths


_REASONS = ("UNWANTED_ITEM", "DEFECTIVE", "NOT_AS_DESCRIBED", "NOT_COMPATIBLE", "ORDERED_WRONG_ITEM")


def write_returns(seller: SampleSeller, folder: Path) -> list[Path]:
    """Customer returns of the last eighteen months, one row per unit."""
    low = max(seller.days.size - MONTHS_KEPT * 30, 0)
    paths = []
    for marketplace in seller.marketplaces:
        rng = np.random.default_rng((seller.seed, 12, MARKETPLACES.index(marketplace)))
        rows = seller.rows_of(marketplace)
        parts = []
        for name, units in (("SELLABLE", seller.returned_sellable), ("CUSTOMER_DAMAGED", seller.returned_unsellable)):
            item, day = np.nonzero(units[rows, low:])
            count = units[rows[item], day + low]
            parts.append(pd.DataFrame({"item": np.repeat(rows[item], count), "day": np.repeat(day + low, count),
                                       "disposition": name}))  # fmt: skip
        frame = pd.concat(parts).sort_values(["day", "item"], ignore_index=True)
        number = len(frame)
        item = frame["item"].to_numpy()
        when = seller.days[frame["day"]].astype("datetime64[s]") + rng.integers(25_000, 80_000, number)
        returned: dict[str, Values] = {
            "return-date": np.char.add(when.astype(str), "+00:00"),
            "order-id": _orders_sent_back(seller, marketplace, frame, rng),
            "sku": seller.items["sku"].to_numpy()[item],
            "asin": seller.items["asin"].to_numpy()[item],
            "fnsku": seller.items["fnsku"].to_numpy()[item],
            "product-name": seller.items["title"].to_numpy()[item],
            "quantity": "1",
            "fulfillment-center-id": np.array(["ONT8", "PHX6", "EWR4"] if marketplace == "US" else ["LEJ1", "DTM2"])[
                rng.integers(0, 2, number)
            ],
            "detailed-disposition": frame["disposition"].to_numpy(),
            "reason": np.array(_REASONS)[rng.integers(0, len(_REASONS), number)],
            "status": "Unit returned to inventory",
            "license-plate-number": [f"LPN{marketplace}{unit:09d}" for unit in range(number)],
        }
        path = folder / marketplace / f"customer-returns-to-{seller.days[-1]}.txt"
        paths.append(write_table(path, headers.RETURNS, returned, number, seller.as_of, encoding="cp1252"))
    return paths


def _orders_sent_back(
    seller: SampleSeller, marketplace: str, returned: pd.DataFrame, rng: np.random.Generator
) -> "np.ndarray[tuple[int], np.dtype[np.str_]]":
    """An order of the same item for each returned unit, bought nine to thirty days before where there was one."""
    low = max(seller.days.size - MONTHS_KEPT * 30 - 40, 0)
    lines = order_lines(seller, marketplace, low, seller.days.size - 1)
    lines = lines[(lines["fulfilment"] == "Amazon") & (lines["status"] == "Shipped")]
    width = seller.days.size + 100
    lines = lines.assign(key=lines["item"] * width + lines["day"]).sort_values("key")
    keys = lines["key"].to_numpy()
    key = returned["item"].to_numpy() * width + returned["day"].to_numpy()
    since, until = np.searchsorted(keys, key - 30), np.searchsorted(keys, key - 9, side="right")
    pick = since + (rng.random(key.size) * np.maximum(until - since, 1)).astype(int)
    return np.asarray(lines["order"].to_numpy(str)[np.clip(pick, 0, keys.size - 1)])
