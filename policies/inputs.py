"""What the decision engine is given: arrays over items (N), paths (P), weeks (H); frames of options.

Every array follows the order of `Problem.items`. Money is in the plan's one currency; weeks count from
`Problem.start`, a Monday; volumes are cubic metres, weights kilograms, lead times days.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Texts = npt.NDArray[np.object_]

BUY_COLUMNS = {
    "item": "index into Problem.items",
    "supplier": "name",
    "mode": "express, air, fast_sea, sea, rail or truck",
    "destination": "FBA or a warehouse name",
    "unit_cost": "landed cost per unit at the destination: price, freight, duty, inspection; plan currency",
    "purchase_price": "what the supplier invoices per unit, in `currency`",
    "currency": "the supplier's currency",
    "currency_rate": "plan currency per one unit of `currency`",
    "moq": "smallest order of the item in units; 0 none",
    "case_pack": "units per carton, at least 1",
    "carton_volume_m3": "cubic metres per carton",
    "carton_weight_kg": "gross kilograms per carton",
    "earliest_order_week": "first week an order can start production (a supplier's closure delays it); 0 now",
    "review_weeks": "weeks until the next chance to order this way",
    "moq_group": "variants of the supplier that share one minimum; empty when alone",
    "moq_group_minimum": "smallest order of the group together, in units; `moq` holds as well. 0 none",
}
"""Columns of `Problem.buy.frame`: one row per item, supplier, mode and destination that a purchase can take."""

PAYMENT_COLUMNS = {
    "deposit": "of the unit cost, paid to the supplier when the order starts; plan currency per unit",
    "balance": "the rest of the supplier's price; plan currency per unit",
    "balance_week": "week in which the balance is due",
    "freight": "freight and inspection; plan currency per unit",
    "freight_week": "week in which the goods are shipped and freight is due",
    "landed_week": "week in which they arrive and the rest of the unit cost (duty, placement fee) is due",
}
"""Columns that `Problem.buy.frame` may have as well: when its money leaves. Without them all of it when ordered."""

SHIP_COLUMNS = {
    "item": "index into Problem.items",
    "source": "warehouse name",
    "mode": "express, air, fast_sea, sea, rail or truck",
    "available": "units on hand at the source that are not committed",
    "unit_cost": "handling, transport and placement fee per unit moved; plan currency",
    "hold_cost": "storage at the source per unit and week; plan currency",
    "case_pack": "units per carton, at least 1",
    "carton_volume_m3": "cubic metres per carton",
    "carton_weight_kg": "gross kilograms per carton",
    "review_weeks": "weeks until the next chance to ship",
}
"""Columns of `Problem.ship.frame`: one row per item and upstream location that holds stock for FBA."""

ARRIVAL_COLUMNS = {
    "item": "index into Problem.items",
    "destination": "FBA or a warehouse name",
    "units": "units still to be received",
    "reference": "order or shipment number",
    "kind": "purchase or shipment",
}
"""Columns of `Problem.arrivals.frame`: what is already under way, one row per order line or shipment item."""


@dataclass(frozen=True)
class UnitEconomics:
    """Money per unit, plan currency. See `policies.economics` for how each figure comes about."""

    price: Floats  # (N,) what the customer pays, without tax
    margin: Floats  # (N, H) price less referral, fulfilment of that week's season, returns; before product cost
    product_cost: Floats  # (N,) landed cost of replacing one unit, by the usual way
    fba_storage: Floats  # (N, H) one unit at FBA for that week, whatever its age
    aged_from_days: Floats  # (B,) lower ends of the aged-inventory bands, ascending
    aged_surcharge: Floats  # (N, B) per unit and week in the band
    low_inventory_below_days: Floats  # (L,) upper ends of the days-of-supply bands, ascending, for example 14, 21, 28
    low_inventory_fee: Floats  # (N, L) per unit sold while days of supply lie in the band; 0 where exempt
    exit_value: Floats  # (N,) money for one unit given up today: liquidation, or minus the removal fee
    lost_sale: Floats  # (N,) ranking-recovery loss per unit of demand not met, on top of the lost margin
    capital_rate: Floats  # (N,) cost of capital per week and unit of money tied up
    volume_m3: Floats  # (N,) one packed unit
    storage_type: Texts  # (N,) FBA storage type whose capacity the unit uses
    figures: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Evidence: item, figure, amount, unit, table, valid_from, valid_to, source, confidence."""
    utilisation: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    """(N, H) storage utilisation surcharge, on top of `fba_storage`, of one unit older than `YOUNG_DAYS` for that week;
    left out: none."""

    def __post_init__(self) -> None:
        if not self.utilisation.size:
            object.__setattr__(self, "utilisation", np.zeros(self.fba_storage.shape))


@dataclass(frozen=True)
class Options:
    """Ways goods can move, one row each, with draws of how long each takes.

    `lead_time_days` has shape (rows, P): draws of the days from `Problem.start` to sellable stock at the
    destination for what is ordered (or shipped) now, the supplier's closures included. The same column belongs to
    the same demand path. A purchase whose destination is a warehouse goes on to FBA by the item's row of `ship` with
    that source; give such a row (with nothing available) so that its time and cost are known.
    """

    frame: pd.DataFrame
    lead_time_days: Floats


@dataclass(frozen=True)
class Arrivals:
    """Goods already under way; `days` has shape (rows, P): draws of days from `Problem.start` to sellable."""

    frame: pd.DataFrame
    days: Floats


@dataclass(frozen=True)
class Limits:
    """Shared limits. An absent limit is `None` or an empty frame."""

    cash: Floats | None = None  # (H,) most money that may leave by the end of each week, counted from now
    open_payments: Floats | None = None  # (H,) of that, what leaves in each week for orders placed before
    order_minimums: pd.DataFrame = field(default_factory=pd.DataFrame)  # supplier, value (plan currency), units
    containers: pd.DataFrame = field(default_factory=pd.DataFrame)  # mode, volume_m3, weight_kg, minimum_fill, cost
    capacity: pd.DataFrame = field(default_factory=pd.DataFrame)
    # capacity: marketplace, storage_type, first_week, last_week, volume_m3 (limit), confirmed, reservation_fee (per m3,
    # NaN not offered); the column reservation_most_m3 may be left out (then a fifth of the limit)
    asin_cap: Floats | None = None  # (N,) most units at FBA and inbound; infinity none
    price_breaks: pd.DataFrame = field(default_factory=pd.DataFrame)
    # price_breaks: buy (row of the buy frame), minimum_quantity, unit_cost (landed); purchase_price (in the row's
    # currency) may be left out: then all that is saved is saved on the price


@dataclass(frozen=True)
class Problem:
    """One week's decision for a set of items."""

    start: date  # Monday of week 0
    items: Texts  # (N,) item keys, ascending
    marketplace: Texts  # (N,)
    demand: npt.NDArray[np.float32]  # (N, P, H)
    fba_on_hand: Floats  # (N,) sellable at FBA, transfers and processing included
    fba_age: Floats  # (N, A) of that, units by age band
    age_from_days: Floats  # (A,) lower ends of the bands of `fba_age`, days
    economics: UnitEconomics
    buy: Options
    ship: Options
    arrivals: Arrivals
    limits: Limits = field(default_factory=Limits)
    upstream: pd.DataFrame = field(default_factory=pd.DataFrame)
    # upstream: item, location, kind, units, hold_cost (per unit and week)
    currency: str = ""  # code of the plan's currency, for sentences


@dataclass(frozen=True)
class DecisionSettings:
    """How the engine decides; amounts and times live in the problem.

    estimated_slack: share of an estimated (not confirmed) FBA capacity that is kept free (0 up to below 1).
    excess_days: days of expected demand above which FBA stock counts as excess (> 0; Amazon uses 90).
    front_weeks: weeks of expected demand kept at FBA where stock can wait upstream (>= 1; 4 keeps clear of the
        low-inventory-level fee).
    exact_choices: joint limits with at most this many (option, quantity) pairs are solved exactly with HiGHS;
        larger ones by money per unit of the scarce resource.
    words: an English sentence pattern, its fields in braces, to that of the reader's language.
    """

    estimated_slack: float = 0.0
    excess_days: float = 90.0
    front_weeks: int = 4
    exact_choices: int = 5000
    words: Callable[[str], str] = str

    def __post_init__(self) -> None:
        if not 0 <= self.estimated_slack < 1:
            raise ValueError(f"estimated_slack is {self.estimated_slack}; it is a share, 0 up to below 1")
        if not self.excess_days > 0 or self.front_weeks < 1 or self.exact_choices < 0:
            raise ValueError("excess_days must be above 0, front_weeks at least 1, exact_choices at least 0")
