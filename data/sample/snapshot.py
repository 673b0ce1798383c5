"""The seller's FBA stock by state and age, as Amazon's reports show it on one morning."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.sample.seller import SampleSeller

Counts = NDArray[np.int64]

REMOVAL_EVERY = 56
"""Days between removals of unsellable units."""


@dataclass(frozen=True)
class Snapshot:
    """Units of every item on the morning of day number `day`; arrays of shape (sku,).

    on_hand = available + transfer + processing + customer. `younger(n)` are the units at most n days old.
    """

    day: int
    on_hand: Counts
    available: Counts
    transfer: Counts
    processing: Counts
    customer: Counts
    unsellable: Counts
    working: Counts
    shipped: Counts
    receiving: Counts
    received: NDArray[np.int32]
    shipped_until: NDArray[np.int64]

    def units_shipped(self, days: int) -> Counts:
        """Units sold in the last `days` days."""
        return np.asarray(self.shipped_until[:, -1] - self.shipped_until[:, max(self.day - days, 0)])

    def aged(self, youngest: int, oldest: int) -> Counts:
        """Units on hand that came in `youngest` to `oldest` days ago; first in, first out, so the newest are left."""
        return self._younger(oldest) - self._younger(youngest - 1)

    def _younger(self, days: int) -> Counts:
        if days < 0:
            return np.zeros_like(self.on_hand)
        if days >= self.day:
            return self.on_hand
        return np.asarray(np.minimum(self.on_hand, self.received[:, self.day - days : self.day].sum(axis=1)))


def take(seller: SampleSeller, day: int) -> Snapshot:
    """The state on the morning of day number `day` (the number of days of history for `as_of`)."""
    on_hand = seller.stock[:, day - 1].astype(np.int64)
    recent = seller.received[:, max(day - 5, 0) : day].sum(axis=1)
    fresh = np.minimum(on_hand, recent)
    transfer = np.minimum(on_hand // 14 + fresh // 6, on_hand)
    processing = np.minimum(fresh // 12, on_hand - transfer)
    # yesterday's orders still stand in the warehouse, but the ledger has booked them out: they are on top of on_hand
    customer = seller.sold[:, day - 1].astype(np.int64) // 2
    working, shipped, receiving = _inbound(seller, day)
    sold = np.zeros((len(seller.items), day + 1), np.int64)
    np.cumsum(seller.sold[:, :day], axis=1, out=sold[:, 1:])
    return Snapshot(
        day=day,
        on_hand=on_hand,
        available=on_hand - transfer - processing,
        transfer=transfer,
        processing=processing,
        customer=customer,
        unsellable=unsellable_balance(seller)[:, day - 1],
        working=working,
        shipped=shipped,
        receiving=receiving,
        received=seller.received[:, :day],
        shipped_until=sold,
    )


def open_lines(seller: SampleSeller, day: int) -> pd.DataFrame:
    """Shipment lines not fully received on the morning of `day`, with received units and status.

    Status: WORKING before pick-up, IN_TRANSIT, then RECEIVING from the day after delivery.
    """
    lines, parts = seller.shipments.lines, seller.shipments.parts
    ahead = parts[parts["day"] >= day].groupby("line")["quantity"].sum()
    done = parts[parts["day"] < day].groupby("line")["quantity"].sum()
    waiting = lines[(lines["ordered_day"] < day) & lines["line"].isin(ahead.index)].copy()
    waiting["received"] = done.reindex(waiting["line"]).fillna(0).to_numpy(int)
    begun = (waiting["delivered_day"] < day).to_numpy() | (waiting["received"] > 0).to_numpy()
    gone = (waiting["shipped_day"] < day).to_numpy()
    waiting["status"] = np.select([begun, gone], ["RECEIVING", "IN_TRANSIT"], "WORKING")
    return waiting


def _inbound(seller: SampleSeller, day: int) -> tuple[Counts, Counts, Counts]:
    lines = open_lines(seller, day)
    rest = (lines["quantity"] - lines["received"]).to_numpy()
    states = []
    for status in ("WORKING", "IN_TRANSIT", "RECEIVING"):
        mine = (lines["status"] == status).to_numpy()
        units = np.bincount(lines["item"][mine], weights=rest[mine], minlength=len(seller.items))
        states.append(units.astype(np.int64))
    return states[0], states[1], states[2]


def unsellable_balance(seller: SampleSeller) -> Counts:
    """Unsellable units at the end of each day, shape (sku, day): they gather until the next removal."""
    total = np.cumsum(seller.returned_unsellable, axis=1, dtype=np.int64)
    removal = np.arange(seller.days.size) // REMOVAL_EVERY * REMOVAL_EVERY
    return np.asarray(total - np.where(removal > 0, total[:, np.maximum(removal - 1, 0)], 0))
