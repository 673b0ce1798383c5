"""A seller's weeks played again: stock, sales, lost sales and fees under any policy, with one echelon or two.

In a week, what arrives becomes sellable, demand is met as far as stock goes (the rest is lost), fees are paid, then
the policy orders; an order placed at the end of week t with lead time L is sellable at the start of week t + 1 + L.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Texts = npt.NDArray[np.object_]
EXCESS_WEEKS = 26  # of recent demand: what is left at the end beyond it counts at its exit value, not at cost


@dataclass(frozen=True)
class World:
    """What really happened, or what a generator knows; N items, T weeks. Money per unit, one currency."""

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
    inbound: Floats  # (N, T) already under way at the start, by week of arrival at FBA
    lost_sale: Floats  # (N,)
    capital_rate: Floats  # (N,) per week
    exit_value: Floats  # (N,)
    aged_from_days: Floats = field(default_factory=lambda: np.zeros(0))  # (B,)
    aged_surcharge: Floats = field(default_factory=lambda: np.zeros((0, 0)))  # (N, B) per unit and week
    low_days: Floats = field(default_factory=lambda: np.zeros(0))  # (L,)
    low_fee: Floats = field(default_factory=lambda: np.zeros((0, 0)))  # (N, L) per unit sold
    volume_m3: Floats | None = None  # (N,)
    capacity_m3: Floats | None = None  # (T,) most volume at FBA; what does not fit waits upstream
    transfer_weeks: Integers | None = None  # (N,) from the warehouse to FBA; None: purchases go straight to FBA
    upstream: Floats | None = None  # (N,) units at the warehouse at the start
    move_cost: Floats | None = None  # (N,)
    hold_cost: Floats | None = None  # (N,) per unit and week at the warehouse


@dataclass(frozen=True)
class Known:
    """What a policy may know at the end of week `week`: sales, not demand; nothing later."""

    week: int
    sales: Floats  # (N, week + 1)
    in_stock: npt.NDArray[np.bool_]  # (N, week + 1) stock lasted the week
    on_hand: Floats  # (N,) at FBA
    coming: Floats  # (N, T - week - 1) to FBA, by week of arrival, the next week first
    upstream: Floats  # (N,)
    upstream_coming: Floats  # (N, T - week - 1)
    can_buy: npt.NDArray[np.bool_]  # (N,)


@dataclass(frozen=True)
class Moves:
    """Units to order from suppliers and to ship from the warehouse, (N,) each."""

    buy: Floats
    ship: Floats


Policy = Callable[[Known], Moves]


@dataclass(frozen=True)
class Played:
    """What a policy did and earned; arrays (N, T)."""

    sold: Floats
    lost: Floats
    stock: Floats  # at FBA at the end of the week
    bought: Floats
    shipped: Floats
    margin: Floats  # money earned before product cost
    product: Floats  # product cost of what was bought, by week of order
    storage: Floats  # FBA and upstream
    aged: Floats
    low_inventory: Floats
    moving: Floats
    capital: Floats  # cost of the money tied up
    tied_up: Floats  # money in stock and under way
    penalty: Floats  # lost_sale x lost units
    end_value: Floats  # (N,) worth of what is left, at the end; counted in the last week

    def profit(self) -> Floats:
        """(N, T)."""
        costs = self.product + self.storage + self.aged + self.low_inventory + self.moving + self.capital + self.penalty
        total = self.margin - costs
        total[:, -1] += self.end_value
        return np.asarray(total)


def simulate(world: World, policy: Policy, start: int = 0, history: Floats | None = None) -> Played:
    """Play weeks `start` to the end; `history` (N, start) is the record of sales before."""
    weeks = world.demand.shape[1]
    state = _State.begin(world, start, history)
    for week in range(start, weeks):
        state.receive(week)
        state.sell(week)
        if week < weeks - 1:
            _act(world, state, policy, week)
    cut = slice(start, weeks)
    books = {name: state.books[name][:, cut] for name in state.books}
    return Played(**books, end_value=_end_value(world, state, start))


def with_receipts(world: World, receipts: Floats, start: int = 0) -> Played:
    """The same weeks with what really arrived at FBA, (N, T), instead of a policy; its product cost falls due then."""
    world = replace(world, inbound=np.zeros_like(world.inbound))
    state = _State.begin(world, start, None)
    state.coming[:, start:] = receipts[:, start:]
    for week in range(start, world.demand.shape[1]):
        state.books["bought"][:, week] = receipts[:, week]
        state.books["product"][:, week] = receipts[:, week] * world.unit_cost
        state.receive(week)
        state.sell(week)
    books = {name: state.books[name][:, start:] for name in state.books}
    return Played(**books, end_value=_end_value(world, state, start))


_BOOKS = (
    "sold",
    "lost",
    "stock",
    "bought",
    "shipped",
    "margin",
    "product",
    "storage",
    "aged",
    "low_inventory",
    "moving",
    "capital",
    "tied_up",
    "penalty",
)


@dataclass
class _State:
    world: World
    on_hand: Floats
    upstream: Floats
    coming: Floats  # (N, T) to FBA
    upstream_coming: Floats  # (N, T)
    sales: Floats  # (N, T)
    in_stock: npt.NDArray[np.bool_]
    received: Floats  # (N, T) at FBA, for ageing
    means: Floats  # (4, N) of stock and sales over 30 and 90 days
    books: dict[str, Floats]

    @classmethod
    def begin(cls, world: World, start: int, history: Floats | None) -> "_State":
        n, weeks = world.demand.shape
        sales = np.zeros((n, weeks))
        if start:
            sales[:, :start] = world.demand[:, :start] if history is None else history
        recent = sales[:, max(start - 4, 0) : start] if start else world.demand[:, :4]
        typical = np.maximum(recent.mean(axis=1), 1e-6)
        means = np.array([world.on_hand, world.on_hand, typical, typical], dtype=float)
        upstream = np.zeros(n) if world.upstream is None else world.upstream.astype(float)
        return cls(
            world,
            world.on_hand.astype(float),
            upstream,
            world.inbound.astype(float).copy(),
            np.zeros((n, weeks)),
            sales,
            np.ones((n, weeks), bool),
            np.zeros((n, weeks)),
            means,
            {name: np.zeros((n, weeks)) for name in _BOOKS},
        )

    def receive(self, week: int) -> None:
        """Goods become sellable; at FBA only as far as its capacity goes, the rest tries again next week."""
        world, arriving = self.world, self.coming[:, week]
        if world.capacity_m3 is not None and world.volume_m3 is not None:
            room = world.capacity_m3[week] - float(self.on_hand @ world.volume_m3)
            asked = float(arriving @ world.volume_m3)
            share = 1.0 if asked <= room else max(room, 0.0) / asked
            if share < 1.0 and week + 1 < self.coming.shape[1]:
                taken = np.floor(arriving * share)
                self.coming[:, week + 1] += arriving - taken
                arriving = taken
        self.on_hand = self.on_hand + arriving
        self.received[:, week] = arriving
        self.upstream = self.upstream + self.upstream_coming[:, week]

    def sell(self, week: int) -> None:
        """Demand is met from stock; margins and fees of the week are booked."""
        world, books, demand = self.world, self.books, self.world.demand[:, week]
        sold = np.minimum(self.on_hand, demand)
        self.on_hand = self.on_hand - sold
        self.sales[:, week] = sold
        self.in_stock[:, week] = (sold >= demand) & ((self.on_hand > 0) | (demand > 0) | (sold > 0))
        books["sold"][:, week], books["lost"][:, week], books["stock"][:, week] = sold, demand - sold, self.on_hand
        books["margin"][:, week] = sold * world.margin[:, week]
        books["penalty"][:, week] = (demand - sold) * world.lost_sale
        held = 0.0 if world.hold_cost is None else self.upstream * world.hold_cost
        books["storage"][:, week] = self.on_hand * world.storage[:, week] + held
        books["aged"][:, week] = self._aged(week)
        books["low_inventory"][:, week] = sold * self._low_fee(sold)
        pipeline = self.coming[:, week + 1 :].sum(axis=1) + self.upstream_coming[:, week + 1 :].sum(axis=1)
        books["tied_up"][:, week] = (self.on_hand + self.upstream + pipeline) * world.unit_cost
        books["capital"][:, week] = books["tied_up"][:, week] * world.capital_rate

    def _aged(self, week: int) -> Floats:
        """First in, first out: stock older than a band is what exceeds the arrivals since."""
        world, charge = self.world, np.zeros(len(self.on_hand))
        before: Floats = np.zeros(len(self.on_hand))
        for band, days in enumerate(world.aged_from_days):
            since = int(np.ceil(days / 7.0))
            if week + 1 <= since:
                break
            young = self.received[:, week + 1 - since : week + 1].sum(axis=1)
            rate = world.aged_surcharge[:, band]
            charge += (rate - before) * np.maximum(self.on_hand - young, 0.0)
            before = rate
        return charge

    def _low_fee(self, sold: Floats) -> Floats:
        world, means = self.world, self.means
        days = 7.0 * np.maximum(means[0] / np.maximum(means[2], 1e-9), means[1] / np.maximum(means[3], 1e-9))
        fee = np.zeros(len(sold))
        for band in range(len(world.low_days) - 1, -1, -1):
            fee = np.where(days < world.low_days[band], world.low_fee[:, band], fee)
        for at, (value, span) in enumerate(((self.on_hand, 4.3), (self.on_hand, 12.9), (sold, 4.3), (sold, 12.9))):
            means[at] += (value - means[at]) / span
        return fee


def _act(world: World, state: _State, policy: Policy, week: int) -> None:
    """The policy moves; what it asks for is made whole cartons, at least the minimum, at most what there is."""
    n, weeks = world.demand.shape
    can_buy = (week + 1) % world.review_weeks == 0
    later = slice(week + 1, weeks)
    moves = policy(
        Known(
            week,
            state.sales[:, : week + 1].copy(),
            state.in_stock[:, : week + 1].copy(),
            state.on_hand.copy(),
            state.coming[:, later].copy(),
            state.upstream.copy(),
            state.upstream_coming[:, later].copy(),
            can_buy,
        )
    )
    buy = np.where(can_buy, whole_cartons(moves.buy, world.case_pack, world.moq), 0.0)
    books, rows = state.books, np.arange(n)
    books["bought"][:, week], books["product"][:, week] = buy, buy * world.unit_cost
    arrive = week + 1 + world.lead_weeks[:, week]
    target = state.coming if world.transfer_weeks is None else state.upstream_coming
    inside = arrive < weeks
    target[rows[inside], arrive[inside]] += buy[inside]
    if world.transfer_weeks is None:
        return
    ship = np.clip(np.floor(moves.ship + 1e-9), 0.0, np.floor(state.upstream))
    state.upstream = state.upstream - ship
    books["shipped"][:, week] = ship
    books["moving"][:, week] = ship * (0.0 if world.move_cost is None else world.move_cost)
    arrive = week + 1 + world.transfer_weeks
    inside = arrive < weeks
    state.coming[rows[inside], arrive[inside]] += ship[inside]


def whole_cartons(quantity: Floats, case_pack: Floats, moq: Floats) -> Floats:
    """To the nearest carton (at least one where anything is asked for), raised to the minimum."""
    cartons = np.maximum(np.round(quantity / case_pack), np.where(quantity > 1e-9, 1.0, 0.0))
    smallest = np.ceil(moq / case_pack) * case_pack
    return np.asarray(np.where(cartons > 0, np.maximum(cartons * case_pack, smallest), 0.0))


def _end_value(world: World, state: _State, start: int) -> Floats:
    """What lead time and half a year of recent demand would use counts at cost, the rest at its exit value."""
    weeks = world.demand.shape[1]
    recent = world.demand[:, max(start, weeks - 26) :].mean(axis=1)
    bought = state.books["bought"][:, start:].sum(axis=1) + world.inbound[:, start:].sum(axis=1)
    begun = world.on_hand + (0.0 if world.upstream is None else world.upstream)
    left = np.maximum(begun + bought - state.books["sold"][:, start:].sum(axis=1), 0.0)
    useful = np.minimum(left, recent * (EXCESS_WEEKS + world.lead_weeks[:, -1]))
    return np.asarray(useful * world.unit_cost + (left - useful) * np.minimum(world.exit_value, world.unit_cost))
