"""All Orders flat files: the units sold, taken apart into order lines, with the other lines such files hold."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.sample import headers
from data.sample.files import lines_of, money, write_lines
from data.sample.seller import CURRENCY, MARKETPLACES, STORE, TIME_ZONE, SampleSeller

SECOND_UNIT = 0.12
"""Chance that a unit is in the same line as the one before it."""
CANCELLED, REPLACED, MULTI_CHANNEL, SAME_ORDER = 0.02, 0.003, 0.008, 0.03
ITEM_NUMBER_SINCE = 67
"""Days before `as_of` since which files carry the order-item-id column (it came on 28 May 2026)."""
SWEDISH_PRICE = 11.4
BLOCK = 28
SPOILT_LINES = (
    "113-0000001-0000001\t\t2026-07-08T10:00:00+00:00\t2026-07-08T10:00:00+00:00\tShipped\tAmazon\tAmazon.com",
    "113-0000002-0000002\t\t2026-07-08T10:05:00+00:00\t2026-07-08T10:05:00+00:00\tShipped\tAmazon\tAmazon.com\t\t"
    "Expedited\tAlderbrook Foam Roller, Small\tAB-00001\tB000000000\tShipped\tn/a\tUSD\t12.00" + "\t" * 18,
)
"""Two lines that came out wrong in one American download: one breaks off, one has no readable quantity."""


@dataclass(frozen=True)
class OrderFile:
    """One download: marketplace, first and last local day (as day numbers, last included), and the day it was made."""

    marketplace: str
    first: int
    last: int
    made: int
    compressed: bool


def write_orders(seller: SampleSeller, folder: Path) -> list[Path]:
    """Every All Orders file of the seller: quarters, and the last thirty days downloaded on `as_of`."""
    return [_write_file(seller, part, folder / part.marketplace) for part in order_files(seller)]


def order_files(seller: SampleSeller) -> list[OrderFile]:
    """Which files the seller has. The last quarter was downloaded two weeks ago; the newest file overlaps it. In one
    German quarter the last days are missing, so that a whole week is in no file."""
    total = seller.days.size
    quarter = (seller.days.astype("datetime64[M]").astype(int)) // 3
    starts = np.flatnonzero(np.diff(quarter, prepend=quarter[0] - 1))
    found = []
    for marketplace in seller.marketplaces:
        for index, first in enumerate(starts):
            last = int(starts[index + 1]) - 1 if index + 1 < starts.size else total - 15
            last = min(last, total - 15)
            if marketplace == "DE" and index == starts.size - 6:
                last -= 7 + (last + 1) % 7  # the last whole week and what follows it
            if last > first:
                made = last + 1 if last == total - 15 else last + 6
                found.append(OrderFile(marketplace, int(first), last, made, last < total - 200))
        found.append(OrderFile(marketplace, max(total - 30, 0), total - 1, total, False))
    return found


def order_lines(seller: SampleSeller, marketplace: str, first: int, last: int) -> pd.DataFrame:
    """Order lines of the local days first..last (included), by time of purchase.

    Columns: order, item (row of seller.items), quantity, purchased (UTC), price (line total, NaN unknown), discount,
    status, channel (store), fulfilment, line (number of the order item), opens (row of the order's first line in its
    block). The lines of a day do not depend on what else is asked for.
    """
    blocks = [_block(seller, marketplace, block) for block in range(first // BLOCK, last // BLOCK + 1)]
    lines = pd.concat(blocks, ignore_index=True)
    return lines[(lines["day"] >= first) & (lines["day"] <= last)].sort_values("purchased", ignore_index=True)


def _block(seller: SampleSeller, marketplace: str, block: int) -> pd.DataFrame:
    """Lines of 28 days, drawn together."""
    market = MARKETPLACES.index(marketplace)
    rng = np.random.default_rng((seller.seed, 11, market, block))
    rows = seller.rows_of(marketplace)
    days = slice(block * BLOCK, min((block + 1) * BLOCK, seller.days.size))
    day, column = np.nonzero(seller.sold[rows, days].T)
    units = seller.sold[rows[column], day + days.start]
    line = _split(units, seller.items["batch"].to_numpy()[rows[column]], rng)
    frame = pd.DataFrame(
        {
            "day": day[line.cell] + days.start,
            "item": rows[column[line.cell]],
            "quantity": line.units,
            "fulfilment": "Amazon",
            "status": "Shipped",
            "channel": STORE[marketplace],
        }
    )
    frame = pd.concat([frame, _others(seller, marketplace, frame, days, rng)], ignore_index=True)
    _orders(frame, market, block, rng)
    _times(frame, seller, marketplace, rng)
    _prices(frame, seller, rng)
    return frame


@dataclass(frozen=True)
class _Lines:
    cell: NDArray[np.intp]
    units: NDArray[np.intp]


def _split(units: NDArray[np.int32], batch: NDArray[np.int64], rng: np.random.Generator) -> _Lines:
    """Units of each (day, item) cell as order lines: mostly one unit; items bought in batches keep their batch."""
    cell = np.repeat(np.arange(units.size), units)
    start = np.repeat(np.cumsum(units) - units, units)
    place = np.arange(cell.size) - start
    joined = rng.random(cell.size) < SECOND_UNIT
    opens = (place == 0) | np.where(batch[cell] > 1, place % batch[cell] == 0, ~joined)
    line = np.cumsum(opens) - 1
    return _Lines(cell[opens], np.bincount(line, minlength=int(opens.sum())) if cell.size else cell)


def _others(
    seller: SampleSeller, marketplace: str, sold: pd.DataFrame, days: slice, rng: np.random.Generator
) -> pd.DataFrame:
    """Lines that are not FBA sales: cancelled ones, sales that the seller ships, and a few in Sweden."""
    cancelled = sold[rng.random(len(sold)) < CANCELLED].assign(status="Cancelled")
    cancelled.loc[rng.random(len(cancelled)) < 0.5, "quantity"] = 0
    rows = seller.rows_of(marketplace)
    own = rows[::12]
    merchant = rng.poisson(0.05, (own.size, days.stop - days.start))
    which, day = np.nonzero(merchant)
    frames = [cancelled, _merchant(own[which], day + days.start, merchant[which, day], STORE[marketplace])]
    if marketplace == "DE":
        swedish = rows[1::40]
        north = rng.poisson(0.02, (swedish.size, days.stop - days.start))
        which, day = np.nonzero(north)
        frames.append(_merchant(swedish[which], day + days.start, north[which, day], "Amazon.se"))
    extra = pd.concat(frames, ignore_index=True)
    alive = seller.items["launch_day"].to_numpy()[extra["item"]] <= extra["day"].to_numpy()
    return extra[alive & (extra["day"].to_numpy() < seller.items["end_day"].to_numpy()[extra["item"]])]


def _merchant(item: NDArray[np.intp], day: NDArray[np.intp], quantity: NDArray[np.int64], channel: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "day": day,
            "item": item,
            "quantity": quantity,
            "fulfilment": "Merchant",
            "status": "Shipped",
            "channel": channel,
        }
    )


def _orders(frame: pd.DataFrame, market: int, block: int, rng: np.random.Generator) -> None:
    """Order numbers; now and then two lines of a day share one. Multi-channel orders have numbers of their own."""
    count = len(frame)
    day = frame["day"].to_numpy()
    shared = (rng.random(count) < SAME_ORDER) & (day == np.r_[[-1], day[:-1]])
    shared &= (frame["channel"] == frame["channel"].shift()).to_numpy()
    index = np.cumsum(~shared) - 1
    # a multiplier prime to ten gives every order of every block another number, and none looks like a count
    mixed = ((index + (market * 500 + block) * 10**7) * 739_391_333 + 40_961) % 10**14
    outside = (frame["fulfilment"] == "Amazon").to_numpy() & (frame["status"] == "Shipped").to_numpy()
    outside &= (rng.random(count) < MULTI_CHANNEL) & ~shared & ~np.r_[shared[1:], [False]] & (market == 0)
    store = np.where(outside, "S01", np.where(market == 0, "113", "304"))
    left, right = np.divmod(mixed, 10**7)
    frame["order"] = [f"{s}-{a:07d}-{b:07d}" for s, a, b in zip(store, left, right, strict=True)]
    frame.loc[outside, "channel"] = "Non-Amazon"
    frame["opens"] = np.maximum.accumulate(np.where(shared, 0, np.arange(count)))
    frame["line"] = index * 8 + (np.arange(count) - frame["opens"].to_numpy()) % 8


def _times(frame: pd.DataFrame, seller: SampleSeller, marketplace: str, rng: np.random.Generator) -> None:
    """Time of purchase in UTC: between four in the morning and midnight, local time."""
    hours = np.clip(rng.normal(15.5, 4.6, len(frame)), 4.0, 23.98)
    hours = hours[frame["opens"].to_numpy()]  # one order, one moment
    number = frame["day"].to_numpy()
    first, last = (int(number.min()), int(number.max())) if number.size else (0, 0)
    zone = ZoneInfo(TIME_ZONE[marketplace])
    offsets = np.array([_offset_hours(day, zone) for day in seller.days[first : last + 1].tolist()])
    seconds = ((hours - offsets[number - first]) * 3600).astype(int)
    frame["purchased"] = (seller.days[number].astype("datetime64[s]") + seconds).astype("datetime64[s]")


def _offset_hours(day: date, zone: ZoneInfo) -> float:
    """Hours that the zone is ahead of UTC at noon; clocks change earlier in the day than the first order is placed."""
    offset = datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset()
    return 0.0 if offset is None else offset.total_seconds() / 3600


def _prices(frame: pd.DataFrame, seller: SampleSeller, rng: np.random.Generator) -> None:
    """Line totals: yearly price rises, deals off the price, coupons as promotion discount, replacements for nothing."""
    item, day = frame["item"].to_numpy(), frame["day"].to_numpy()
    years = (seller.days.size - 1 - day) // 365
    price = np.floor(seller.items["price"].to_numpy()[item] * 0.97**years) + 0.99
    share = seller.deal_discount[item, day]
    coupon = (share > 0) & (share <= 0.1)
    price = np.where(coupon, price, price * (1 - share))
    price = np.where(frame["channel"] == "Amazon.se", price * SWEDISH_PRICE, price).round(2)
    total = price * frame["quantity"].to_numpy()
    clipped = coupon & (rng.random(len(frame)) < 0.6)
    frame["discount"] = np.where(clipped, total * share, 0.0).round(2)
    free = (rng.random(len(frame)) < REPLACED) & (frame["status"] == "Shipped").to_numpy()
    unknown = (frame["status"] == "Cancelled").to_numpy() | (frame["channel"] == "Non-Amazon").to_numpy()
    frame["price"] = np.where(unknown, np.nan, np.where(free, 0.0, total))


def _write_file(seller: SampleSeller, part: OrderFile, folder: Path) -> Path:
    frame = order_lines(seller, part.marketplace, part.first, part.last)
    made = seller.first_day + part.made
    columns = _columns(seller, frame, made, part)
    header = headers.ORDERS
    if part.last < seller.days.size - ITEM_NUMBER_SINCE:
        header = tuple(name for name in header if name != "order-item-id")
        del columns["order-item-id"]
    lines = lines_of(header, columns, len(frame), "\t", quote=False)
    if part.marketplace == "US" and part.last == seller.days.size - 15:
        lines += SPOILT_LINES
    ends = [str(seller.first_day + number) for number in (part.first, part.last)]
    name = f"all-orders-{ends[0]}-to-{ends[1]}.txt" + (".gz" if part.compressed else "")
    return write_lines(folder / name, lines, made.astype(object), "utf-8-sig")


def _columns(
    seller: SampleSeller, frame: pd.DataFrame, made: np.datetime64, part: OrderFile
) -> dict[str, NDArray[np.generic] | str]:
    """The file's columns as they were on the day of download: yesterday's orders are still pending."""
    items = seller.items
    item = frame["item"].to_numpy()
    cancelled = (frame["status"] == "Cancelled").to_numpy()
    open_still = (frame["day"].to_numpy() >= part.made - 1) & ~cancelled
    pending = open_still & (np.arange(len(frame)) % 3 == 0)
    status = np.select([cancelled, pending, open_still], ["Cancelled", "Pending", "Shipping"], "Shipped")
    item_status = np.select([cancelled, open_still], ["Cancelled", "Unshipped"], "Shipped")
    channel = frame["channel"].to_numpy(str)
    money_unknown = frame["price"].isna().to_numpy() | pending
    currency = np.where(channel == "Amazon.se", "SEK", CURRENCY[part.marketplace])
    price = frame["price"].fillna(0.0).to_numpy()
    tax = price * 0.07 if part.marketplace == "US" else price * 0.19 / 1.19
    purchased = frame["purchased"].to_numpy("datetime64[s]")
    shipped_after = 86_400 + (frame["line"].to_numpy() // 8 * 7919) % 160_000  # seconds, the same for a whole order
    moved = np.minimum(purchased + shipped_after, made.astype("datetime64[s]"))
    return {
        "amazon-order-id": frame["order"].to_numpy(),
        "purchase-date": _stamps(seller, purchased, part),
        "last-updated-date": _stamps(seller, np.maximum(np.where(open_still, purchased, moved), purchased), part),
        "order-status": status,
        "fulfillment-channel": frame["fulfilment"].to_numpy(),
        "sales-channel": channel,
        "ship-service-level": "Expedited",
        "product-name": items["title"].to_numpy()[item],
        "sku": items["sku"].to_numpy()[item],
        "asin": items["asin"].to_numpy()[item],
        "item-status": item_status,
        "quantity": frame["quantity"].to_numpy(),
        "currency": np.where(money_unknown, "", currency),
        "item-price": money(price, money_unknown),
        "item-tax": money(tax, money_unknown),
        "item-promotion-discount": money(frame["discount"].to_numpy(), (frame["discount"] == 0).to_numpy()),
        "ship-country": np.where(channel == "Amazon.se", "SE", part.marketplace),
        "is-business-order": "false",
        "signature-confirmation-recommended": "false",
        "order-item-id": (frame["line"].to_numpy() + 10**9 * (frame["day"].to_numpy() // 7 + 1)).astype(str),
    }


def _stamps(seller: SampleSeller, moments: NDArray[np.datetime64], part: OrderFile) -> NDArray[np.str_]:
    """Times with their offset: UTC as a rule; in the oldest German files an hour ahead of it, as downloads may be."""
    if part.marketplace == "DE" and part.last < seller.days.size - 550:
        return np.char.add((moments + np.timedelta64(3600, "s")).astype("datetime64[s]").astype(str), "+01:00")
    return np.char.add(moments.astype(str), "+00:00")
