"""What a replay is played in, what a policy may know of it, and what it did there."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Way:
    """One transport mode by which goods can be bought; N items, T weeks."""

    mode: str
    unit_cost: Floats  # (N,) landed where they are first received; infinity: the item cannot come this way
    lead_weeks: Integers  # (N, T) of an order placed at the end of that week, to the first place it is received
    known_delay: Integers | None = None  # (N, T) weeks in `lead_weeks` that are known beforehand: supplier closures
    to_fba: bool = False  # straight to FBA, past the warehouse


@dataclass(frozen=True)
class World:
    """What really happened, or what a generator knows; N items, T weeks. Money per unit, one currency.

    `lead_weeks`, `unit_cost` and `known_delay` are those of the usual way to buy, `others` are further modes.
    """

    items: Texts  # (N,)
    demand: Floats  # (N, T) units asked for, whether or not there was stock
    lead_weeks: Integers  # (N, T) of an order placed at the end of that week, to the first place it is received
    margin: Floats  # (N, T) per unit sold, before product cost
    price: Floats  # (N,)
    unit_cost: Floats  # (N,) landed
    storage: Floats  # (N, T) per unit and week at FBA
    review_weeks: Integers  # (N,) purchases are possible in weeks divisible by it
    case_pack: Floats  # (N,)
    moq: Floats  # (N,)
    on_hand: Floats  # (N,) at FBA at the start
    inbound: Floats  # (N, T or more) under way at the start, by week of arrival at FBA; from T on: after the end
    lost_sale: Floats  # (N,)
    capital_rate: Floats  # (N,) per week
    exit_value: Floats  # (N,)
    aged_from_days: Floats = field(default_factory=lambda: np.zeros(0))  # (B,)
    aged_surcharge: Floats = field(default_factory=lambda: np.zeros((0, 0)))  # (N, B) per unit and week
    low_days: Floats = field(default_factory=lambda: np.zeros(0))  # (L,)
    low_fee: Floats = field(default_factory=lambda: np.zeros((0, 0)))  # (N, L) per unit sold
    volume_m3: Floats | None = None  # (N,)
    storage_group: Integers | None = None  # (N,) row of `capacity_m3`; None: all items share row 0
    capacity_m3: Floats | None = None  # (G, T) most volume at FBA; what does not fit waits, at no cost
    supplier: Texts | None = None  # (N,)
    order_minimum: Floats | None = None  # (N,) of its supplier, money; an order below it is not accepted
    known_delay: Integers | None = None  # (N, T) weeks in `lead_weeks` that are known beforehand: supplier closures
    demand_after: Floats | None = None  # (N, F) of the weeks after the last, where known; see `demand_ahead`
    transfer_weeks: Integers | None = None  # (N,) from the warehouse to FBA; None: purchases go straight to FBA
    upstream: Floats | None = None  # (N,) units at the warehouse at the start
    upstream_inbound: Floats | None = None  # (N, T or more) under way to it at the start, by week of arrival
    move_cost: Floats | None = None  # (N,)
    hold_cost: Floats | None = None  # (N,) per unit and week at the warehouse
    buy_from: Integers | None = None  # (N,) week in which a policy's turn begins; before it, an item is not launched
    mode: str = "usual"
    others: tuple[Way, ...] = ()  # further modes, with the same cartons and minimums
    purchase_price: Floats | None = None  # (N,) what the supplier invoices, for its order minimum; None: `unit_cost`
    moq_group: Texts | None = None  # (N,) variants that share one minimum at their supplier; empty: alone
    moq_group_minimum: Floats | None = None  # (N,) units that a group must reach together, or none of it is ordered
    utilisation: Floats | None = None  # (N, T) surcharge per unit older than 30 days and week, on top of `storage`
    cash: tuple[tuple[int, float], ...] = ()  # (weeks, money): at most that much leaves in so many weeks on end

    @property
    def ways(self) -> tuple[Way, ...]:
        """The usual way first; to FBA where there is no warehouse."""
        usual = Way(self.mode, self.unit_cost, self.lead_weeks, self.known_delay, self.transfer_weeks is None)
        return (usual, *self.others)

    @property
    def invoice(self) -> Floats:
        """What the supplier invoices per unit, (N,)."""
        return self.unit_cost if self.purchase_price is None else self.purchase_price

    def demand_ahead(self, weeks: int) -> Floats:
        """Demand (N, weeks) after the last week: `demand_after`, else an estimate from what was.

        Estimated is the same week of the year before, or the mean of the last half year, whichever asks for more: a
        season may be about to come, or an item younger than a year.
        """
        if self.demand_after is not None and self.demand_after.shape[1]:
            known = self.demand_after[:, :weeks]
            rest = np.repeat(known.mean(axis=1, keepdims=True), weeks - known.shape[1], axis=1)
            return np.concatenate([known, rest], axis=1)
        recent = np.repeat(self.demand[:, -26:].mean(axis=1, keepdims=True), weeks, axis=1)
        if self.demand.shape[1] < 52:
            return recent
        year_ago = self.demand[:, -52:][:, np.arange(weeks) % 52]
        larger = year_ago.sum(axis=1) > recent.sum(axis=1)
        return np.asarray(np.where(larger[:, None], year_ago, recent))


@dataclass(frozen=True)
class Record:
    """What was recorded before the first week played; arrays (N, start)."""

    sales: Floats
    availability: Floats  # share of the week with stock, 0 to 1; NaN unknown


@dataclass(frozen=True)
class Actual:
    """What the seller really did; arrays (N, T). With a warehouse `ordered`, `arrived` and `shipped` are given."""

    receipts: Floats  # became sellable at FBA
    ordered: Floats | None = None  # from suppliers, by week of the order
    arrived: Floats | None = None  # at the warehouse
    shipped: Floats | None = None  # from the warehouse to FBA
    dearer: Floats | None = None  # money by week of arrival beyond the usual way's cost: air freight
    otherwise: Floats | None = None  # of `ordered`, units by other modes than the usual


@dataclass(frozen=True)
class Known:
    """What a policy may know at the end of week `week`: sales, not demand; nothing later."""

    week: int
    sales: Floats  # (N, week + 1)
    availability: Floats  # (N, week + 1) share of the week with stock, by whole days
    on_hand: Floats  # (N,) at FBA
    coming: Floats  # (N, all weeks to come) to FBA, by week of arrival, the next week first
    upstream: Floats  # (N,)
    upstream_coming: Floats  # (N, all weeks to come)
    can_buy: npt.NDArray[np.bool_]  # (N,)
    cash: float = np.inf  # money that may leave this week

    @property
    def in_stock(self) -> npt.NDArray[np.bool_]:
        """Whether stock lasted the week, as far as is known, (N, week + 1)."""
        return np.asarray(~(self.availability < 1.0))


@dataclass(frozen=True)
class Moves:
    """Units to order from suppliers by the usual way, to ship from the warehouse, and to order by `World.others`."""

    buy: Floats  # (N,)
    ship: Floats  # (N,)
    others: Floats | None = None  # (K, N); None: nothing


Policy = Callable[[Known], Moves]


@dataclass(frozen=True)
class Played:
    """What a policy did and earned; arrays (N, T)."""

    sold: Floats
    lost: Floats
    stock: Floats  # at FBA at the end of the week
    bought: Floats  # by all modes
    otherwise: Floats  # of that, by other modes than the usual
    shipped: Floats
    margin: Floats  # money earned before product cost
    product: Floats  # product cost of what was bought, by week of order, as if it came the usual way
    storage: Floats  # FBA with the utilisation surcharge, and upstream
    aged: Floats
    low_inventory: Floats
    moving: Floats  # into FBA
    dearer: Floats  # what other modes cost beyond the usual way, when their goods arrive
    capital: Floats  # cost of the money tied up
    tied_up: Floats  # money in stock and under way, before the week's order
    goods: Floats  # the same after it
    penalty: Floats  # lost_sale x lost units
    end_value: Floats  # (N,) worth of what is left, at the end; counted in the last week

    def profit(self) -> Floats:
        """(N, T)."""
        costs = self.product + self.storage + self.aged + self.low_inventory + self.moving + self.dearer
        costs = costs + self.capital + self.penalty
        total = self.margin - costs
        total[:, -1] += self.end_value
        return np.asarray(total)

    def by_week(self) -> Floats:
        """(T,) of all items, goods that are kept counted at cost until the end: an order is no loss when it is placed.

        Sums to the profit: what was there at the start counts in the first week, as in every policy.
        """
        goods = self.goods.sum(axis=0)
        kept = np.diff(goods, prepend=0.0)
        kept[-1] -= goods[-1]
        return np.asarray(self.profit().sum(axis=0) + kept)
