"""What the sample generator hands over: the seller as it looks on one Monday, and the truth behind it."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Units = NDArray[np.int32]

MARKETPLACES = ("US", "DE")
CURRENCY = {"US": "USD", "DE": "EUR"}
TIME_ZONE = {"US": "America/Los_Angeles", "DE": "Europe/Berlin"}
STORE = {"US": "Amazon.com", "DE": "Amazon.de"}
EUR_IN_USD = 1.08


@dataclass(frozen=True)
class Truth:
    """What really happened and what will happen. Loaders, forecasts and plans never see it.

    Rows of every array are the rows of `items` (marketplace, sku); columns are `weeks` (Mondays), the
    first `history` of them before the day the seller is looked at, the rest after it.
    """

    items: pd.DataFrame
    weeks: Days
    history: int
    demand: Units
    """Units wanted, whether or not they were on hand."""
    expected: NDArray[np.float32]
    """Mean of the demand process in that week, given the item's level, season, events and deals."""
    lost: Units
    """Units wanted and not on hand; zero in the weeks to come, whose stock depends on the plan."""
    lead_times: pd.DataFrame
    """True legs: stage (production, transit, receiving), supplier or warehouse, mode, destination, mean and
    standard deviation in days."""
    arrivals: pd.DataFrame
    """When each line under way will really arrive: kind (purchase, shipment), line (of `Receipts`), marketplace, sku,
    day, quantity."""
    costs: pd.DataFrame
    """Per unit of each item: unit_cost (in cost_currency), sea_freight_usd, duty_rate, price, referral_fee,
    fulfilment_fee, fulfilment_fee_peak (15 October to 14 January), storage_per_month, storage_per_month_peak (October
    to December), all in currency; return_rate."""

    def write(self, folder: Path) -> list[Path]:
        """Save as Parquet: `weekly.parquet` (long: marketplace, sku, week, demand, expected, lost),
        `lead_times.parquet`, `arrivals.parquet`, `costs.parquet`."""
        folder.mkdir(parents=True, exist_ok=True)
        frames = {
            "weekly": self.weekly(),
            "lead_times": self.lead_times,
            "arrivals": self.arrivals,
            "costs": self.costs,
        }
        paths = []
        for name, frame in frames.items():
            paths.append(folder / f"{name}.parquet")
            frame.to_parquet(paths[-1], index=False)
        return paths

    def weekly(self) -> pd.DataFrame:
        """Demand, expected demand and lost sales in long form, one row per item and week."""
        count, weeks = self.demand.shape
        return pd.DataFrame(
            {
                "marketplace": np.repeat(self.items["marketplace"].to_numpy(), weeks),
                "sku": np.repeat(self.items["sku"].to_numpy(), weeks),
                "week": np.tile(self.weeks, count),
                "demand": self.demand.ravel(),
                "expected": self.expected.ravel(),
                "lost": self.lost.ravel(),
            }
        )


@dataclass(frozen=True)
class Receipts:
    """Movements of goods on one echelon: one row per order or shipment line, and what arrived of it.

    `lines`: line, item (row of the seller's items), source (row of the suppliers, or of the warehouses), mode (row of
    `supply.MODES`; not used for shipments), quantity, ordered_day, ready_day, shipped_day, expected_day (as the seller
    reckoned), delivered_day; day numbers, 0 = first day of history.
    `parts`: line, day, quantity (a line may arrive in two parts, or a little short).
    """

    lines: pd.DataFrame
    parts: pd.DataFrame


@dataclass(frozen=True)
class SampleSeller:
    """One seller on the morning of `as_of`: catalogue, terms, history and stock, plus `truth`.

    Day arrays have shape (sku, day) over `days`, the whole history before `as_of`; row i is row i of `items`.
    """

    seed: int
    as_of: date
    items: pd.DataFrame
    suppliers: pd.DataFrame
    legs: pd.DataFrame
    closures: pd.DataFrame
    price_breaks: pd.DataFrame
    warehouses: pd.DataFrame
    promotions: pd.DataFrame
    capacity: pd.DataFrame
    days: Days
    sold: Units
    """Units sold through FBA by local day of order."""
    stock: Units
    """Sellable units at FBA at the end of the day."""
    received: Units
    """Units received into FBA on the day."""
    returned_sellable: Units
    returned_unsellable: Units
    deal_discount: NDArray[np.float32]
    """Share taken off the price on the day, by the deal or coupon that ran."""
    warehouse_stock: Units
    """Units at the item's own warehouse (3PL, own, AWD) on the morning of `as_of`, shape (sku,)."""
    purchases: Receipts
    shipments: Receipts
    truth: Truth = field(repr=False)

    @property
    def first_day(self) -> np.datetime64:
        """Monday on which the history begins."""
        return np.datetime64(self.days[0], "D")

    @property
    def marketplaces(self) -> tuple[str, ...]:
        """Marketplaces in which the seller has listings."""
        present = set(self.items["marketplace"])
        return tuple(code for code in MARKETPLACES if code in present)

    def rows_of(self, marketplace: str) -> NDArray[np.intp]:
        """Row numbers of one marketplace's items."""
        return np.flatnonzero(self.items["marketplace"].to_numpy() == marketplace)
