"""A seller's weeks played again: stock, sales, lost sales and fees under any policy, with one echelon or two.

In a week, what arrives becomes sellable, demand is met as far as stock goes (the rest is lost), fees are paid, then
the policy orders; an order placed at the end of week t with lead time L is sellable at the start of week t + 1 + L.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from policies.fees.storage import YOUNG_DAYS
from policies.replay_world import Actual, Known, Played, Policy, Record, World

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
EXCESS_WEEKS = 26  # of demand and a lead time after the end: what is left beyond it counts at its exit value


def simulate(world: World, policy: Policy, start: int = 0, record: Record | None = None) -> Played:
    """Play weeks `start` to the end. Without a `record`, all that was asked for before `start` was sold."""
    state = _State.begin(world, start, record)
    for week in range(start, world.demand.shape[1]):
        state.receive(week)
        state.sell(week)
        if week < world.demand.shape[1] - 1:
            _act(world, state, policy, week)
        state.close(week)
    return state.played(start)


def with_receipts(world: World, actual: Actual, start: int = 0) -> Played:
    """The same weeks with what the seller really did instead of a policy.

    What was under way at the start is paid for, as in every policy. Where orders are not known, the product cost of
    the rest falls due when it is received. No limit binds what has happened.
    """
    bare = replace(world, inbound=np.zeros_like(world.inbound), upstream_inbound=None, capacity_m3=None)
    state = _State.begin(bare, start, None)
    state.owned = state.owned + _under_way(world, start)
    bought = (
        np.maximum(actual.receipts - world.inbound[:, : world.demand.shape[1]], 0.0)
        if actual.ordered is None
        else actual.ordered
    )
    span = slice(start, world.demand.shape[1])
    state.coming[:, span] = actual.receipts[:, span]
    if actual.arrived is not None:
        state.upstream_coming[:, span] = actual.arrived[:, span]
    if actual.dearer is not None:
        state.books["dearer"][:, start:] += actual.dearer[:, start:]
    if actual.otherwise is not None:
        state.books["otherwise"][:, start:] += actual.otherwise[:, start:]
    for week in range(start, world.demand.shape[1]):
        state.receive(week)
        if actual.shipped is not None:
            state.ship(week, np.minimum(actual.shipped[:, week], state.upstream))
        if actual.ordered is None:
            state.buy(week, bought[:, week])
        state.sell(week)
        if actual.ordered is not None:
            state.buy(week, bought[:, week])
        state.close(week)
    return state.played(start)


_BOOKS = (
    "sold",
    "lost",
    "stock",
    "bought",
    "otherwise",
    "shipped",
    "margin",
    "product",
    "storage",
    "aged",
    "low_inventory",
    "moving",
    "dearer",
    "capital",
    "tied_up",
    "goods",
    "penalty",
)


@dataclass
class _State:
    world: World
    on_hand: Floats
    upstream: Floats
    owned: Floats  # (N,) units paid for and not sold, wherever they are
    coming: Floats  # (N, T and the weeks after it) to FBA
    upstream_coming: Floats  # as `coming`
    sales: Floats  # (N, T)
    availability: Floats  # (N, T)
    received: Floats  # (N, T) at FBA, for ageing
    means: Floats  # (4, N) of stock and sales over 30 and 90 days
    books: dict[str, Floats]
    paid: Floats  # (T,) money that left for orders and shipments

    @classmethod
    def begin(cls, world: World, start: int, record: Record | None) -> "_State":
        n, weeks = world.demand.shape
        sales, availability = np.zeros((n, weeks)), np.ones((n, weeks))
        sales[:, :start] = world.demand[:, :start] if record is None else record.sales
        if record is not None:
            availability[:, :start] = record.availability
        recent = sales[:, max(start - 4, 0) : start] if start else world.demand[:, :4]
        typical = np.maximum(recent.mean(axis=1), 1e-6)
        upstream = np.zeros(n) if world.upstream is None else world.upstream.astype(float)
        further = np.zeros((n, weeks)) if world.upstream_inbound is None else world.upstream_inbound.astype(float)
        after = ((0, 0), (0, _weeks_after(world)))  # what is ordered near the end arrives after it: it is known as well
        return cls(
            world,
            on_hand=world.on_hand.astype(float),
            upstream=upstream,
            owned=world.on_hand + upstream + _under_way(world, start),
            coming=np.pad(world.inbound.astype(float), after),
            upstream_coming=np.pad(further, after),
            sales=sales,
            availability=availability,
            received=np.zeros((n, weeks)),
            means=np.array([world.on_hand, world.on_hand, typical, typical], dtype=float),
            books={name: np.zeros((n, weeks)) for name in _BOOKS},
            paid=np.zeros(weeks),
        )

    def receive(self, week: int) -> None:
        """Goods become sellable; at FBA only as far as its capacity goes, the rest tries again next week."""
        world, arriving = self.world, self.coming[:, week]
        if world.capacity_m3 is not None and world.volume_m3 is not None and week + 1 < self.coming.shape[1]:
            n, groups = len(arriving), len(world.capacity_m3)
            group = np.zeros(n, int) if world.storage_group is None else world.storage_group
            used = np.bincount(group, self.on_hand * world.volume_m3, groups)
            asked = np.bincount(group, arriving * world.volume_m3, groups)
            room = np.maximum(world.capacity_m3[:, week] - used, 0.0)
            share = np.where(asked > room, room / np.maximum(asked, 1e-12), 1.0)[group]
            taken = np.where(share < 1.0, np.floor(arriving * share), arriving)
            self.coming[:, week + 1] += arriving - taken
            arriving = taken
        self.on_hand = self.on_hand + arriving
        self.received[:, week] = arriving
        self.upstream = self.upstream + self.upstream_coming[:, week]

    def sell(self, week: int) -> None:
        """Demand is met from stock; margins and fees of the week are booked."""
        world, books, demand = self.world, self.books, self.world.demand[:, week]
        begun = self.on_hand
        sold = np.minimum(begun, demand)
        self.on_hand, self.owned = begun - sold, self.owned - sold
        self.sales[:, week] = sold
        days = np.ceil(7.0 * sold / np.maximum(demand, 1e-9)) / 7.0
        self.availability[:, week] = np.where(demand > 0, np.where(sold < demand, days, 1.0), begun > 0)
        books["sold"][:, week], books["lost"][:, week], books["stock"][:, week] = sold, demand - sold, self.on_hand
        books["margin"][:, week] = sold * world.margin[:, week]
        books["penalty"][:, week] = (demand - sold) * world.lost_sale
        held = 0.0 if world.hold_cost is None else self.upstream * world.hold_cost
        books["storage"][:, week] = self.on_hand * world.storage[:, week] + held
        if world.utilisation is not None:
            books["storage"][:, week] += self._older(week, YOUNG_DAYS) * world.utilisation[:, week]
        books["aged"][:, week] = self._aged(week)
        books["low_inventory"][:, week] = sold * self._low_fee(sold)
        books["tied_up"][:, week] = self.owned * world.unit_cost
        books["capital"][:, week] = books["tied_up"][:, week] * world.capital_rate

    def buy(self, week: int, units: Floats) -> None:
        """Book orders (N,) of goods and their cost, as if they came the usual way."""
        self.books["bought"][:, week] = units
        self.books["product"][:, week] = units * self.world.unit_cost
        self.owned = self.owned + units

    def order(self, week: int, units: Floats) -> None:
        """Order (K, N) units by each way and send them off.

        What another mode costs beyond the usual is booked when the goods arrive: after the end it is as little counted
        as what they are flown in for.
        """
        world, books = self.world, self.books
        self.buy(week, units.sum(axis=0))
        books["otherwise"][:, week] = units[1:].sum(axis=0)
        for way, some in zip(world.ways, units, strict=False):
            cost = np.where(some > 0, way.unit_cost, world.unit_cost)
            arrive = week + 1 + way.lead_weeks[:, week]
            _send(self.coming if way.to_fba else self.upstream_coming, some, arrive)
            _send(books["dearer"], some * (cost - world.unit_cost), arrive)
            self.paid[week] += (some * cost).sum()

    def budget(self, week: int) -> float:
        """Money that may leave in this week."""
        left = (money - self.paid[max(week - span + 1, 0) : week].sum() for span, money in self.world.cash)
        return max(min(left, default=np.inf), 0.0)

    def ship(self, week: int, units: Floats) -> None:
        """Take units from the warehouse, and book what moving them costs."""
        self.upstream = self.upstream - units
        self.books["shipped"][:, week] = units
        cost = units * (0.0 if self.world.move_cost is None else self.world.move_cost)
        self.books["moving"][:, week] += cost
        self.paid[week] += cost.sum()

    def close(self, week: int) -> None:
        """The week is over."""
        self.books["goods"][:, week] = self.owned * self.world.unit_cost

    def _aged(self, week: int) -> Floats:
        """First in, first out: stock older than a band is what exceeds the arrivals since."""
        world, charge = self.world, np.zeros(len(self.on_hand))
        before: Floats = np.zeros(len(self.on_hand))
        for band, days in enumerate(world.aged_from_days):
            if week + 1 <= int(np.ceil(days / 7.0)):
                break
            rate = world.aged_surcharge[:, band]
            charge += (rate - before) * self._older(week, days)
            before = rate
        return charge

    def _older(self, week: int, days: float) -> Floats:
        """Units (N,) on hand for more than so many days."""
        since = int(np.ceil(days / 7.0))
        young = self.received[:, max(week + 1 - since, 0) : week + 1].sum(axis=1)
        return np.asarray(np.maximum(self.on_hand - young, 0.0))

    def _low_fee(self, sold: Floats) -> Floats:
        world, means = self.world, self.means
        days = 7.0 * np.maximum(means[0] / np.maximum(means[2], 1e-9), means[1] / np.maximum(means[3], 1e-9))
        fee = np.zeros(len(sold))
        for band in range(len(world.low_days) - 1, -1, -1):
            fee = np.where(days < world.low_days[band], world.low_fee[:, band], fee)
        for at, (value, span) in enumerate(((self.on_hand, 4.3), (self.on_hand, 12.9), (sold, 4.3), (sold, 12.9))):
            means[at] += (value - means[at]) / span
        return fee

    def played(self, start: int) -> Played:
        """The books of the weeks from `start` on, and the worth of what is left."""
        books = {name: book[:, start:] for name, book in self.books.items()}
        return Played(**books, end_value=_end_value(self.world, self.owned))


def _weeks_after(world: World) -> int:
    """Weeks after the end in which what is ordered before it can still arrive."""
    longest = [int(way.lead_weeks[np.isfinite(way.unit_cost)].max(initial=0)) for way in world.ways]
    transfer = 0 if world.transfer_weeks is None else int(world.transfer_weeks.max(initial=0))
    return max([*longest, transfer]) + 1


def _under_way(world: World, start: int) -> Floats:
    """Units on their way when the replay begins."""
    units = world.inbound[:, start:].sum(axis=1)
    return np.asarray(
        units if world.upstream_inbound is None else units + world.upstream_inbound[:, start:].sum(axis=1)
    )


def _act(world: World, state: _State, policy: Policy, week: int) -> None:
    """The policy moves; what it asks for is made whole cartons, at least the minimum, at most what there is."""
    can_buy = (week + 1) % world.review_weeks == 0
    if world.buy_from is not None:
        can_buy &= week >= world.buy_from
    later = slice(week + 1, None)
    moves = policy(
        Known(
            week,
            state.sales[:, : week + 1].copy(),
            state.availability[:, : week + 1].copy(),
            state.on_hand.copy(),
            state.coming[:, later].copy(),
            state.upstream.copy(),
            state.upstream_coming[:, later].copy(),
            can_buy,
            state.budget(week),
        )
    )
    if world.transfer_weeks is not None:
        ship = np.clip(np.floor(moves.ship + 1e-9), 0.0, np.floor(state.upstream))
        state.ship(week, ship)
        _send(state.coming, ship, week + 1 + world.transfer_weeks)
    asked = moves.buy[None, :] if moves.others is None else np.vstack([moves.buy, moves.others])
    possible = np.array([np.isfinite(way.unit_cost) & can_buy for way in world.ways[: len(asked)]])
    asked = whole_cartons(np.where(possible, asked, 0.0), world.case_pack, world.moq)
    state.order(week, _accepted(world, _affordable(world, state, asked, week)))


def _send(coming: Floats, units: Floats, arrive: Integers) -> None:
    """Put units (N,) on their way; what lies beyond the array is left out."""
    inside = np.flatnonzero(arrive < coming.shape[1])
    coming[inside, arrive[inside]] += units[inside]


def _affordable(world: World, state: _State, asked: Floats, week: int) -> Floats:
    """Orders (K, N) that the money is enough for: items with the fewest weeks of cover first, whole orders only."""
    budget = state.budget(week) - float(state.paid[week])  # shipments come first
    cost = np.array([way.unit_cost for way in world.ways[: len(asked)]])
    money = (asked * np.where(asked > 0, cost, 0.0)).sum(axis=0)
    if money.sum() <= budget:
        return asked
    rate = state.sales[:, max(week - 12, 0) : week + 1].mean(axis=1)
    by_need = np.argsort(state.owned / np.maximum(rate, 1e-9), kind="stable")
    kept, left = np.zeros(len(money), dtype=bool), budget
    for item in by_need[money[by_need] > 0].tolist():
        if money[item] <= left:
            kept[item], left = True, left - money[item]
    return np.where(kept, asked, 0.0)


def _accepted(world: World, buy: Floats) -> Floats:
    """Orders (K, N) that reach the minimums of their group of variants and of their supplier.

    Others are not placed, and can be tried at the next review.
    """
    if world.moq_group is not None and world.moq_group_minimum is not None:
        names = world.moq_group if world.supplier is None else world.supplier + "\n" + world.moq_group
        groups, at = np.unique(names.astype(str), return_inverse=True)
        units = np.bincount(at, buy.sum(axis=0), len(groups))[at]
        buy = np.where((world.moq_group == "") | (units >= world.moq_group_minimum - 1e-6), buy, 0.0)
    if world.supplier is None or world.order_minimum is None:
        return buy
    suppliers, at = np.unique(world.supplier.astype(str), return_inverse=True)
    value = np.bincount(at, buy.sum(axis=0) * world.invoice, len(suppliers))[at]
    return np.asarray(np.where(value >= world.order_minimum - 1e-6, buy, 0.0))


def whole_cartons(quantity: Floats, case_pack: Floats, moq: Floats) -> Floats:
    """To the nearest carton (at least one where anything is asked for), raised to the minimum."""
    cartons = np.maximum(np.round(quantity / case_pack), np.where(quantity > 1e-9, 1.0, 0.0))
    smallest = np.ceil(moq / case_pack) * case_pack
    return np.asarray(np.where(cartons > 0, np.maximum(cartons * case_pack, smallest), 0.0))


def _end_value(world: World, left: Floats) -> Floats:
    """What demand over a lead time and half a year would use counts at cost, the rest at its exit value."""
    reach = EXCESS_WEEKS + world.lead_weeks[:, -1]
    ahead = world.demand_ahead(int(reach.max())).cumsum(axis=1)
    left = np.maximum(left, 0.0)
    useful = np.minimum(left, ahead[np.arange(len(left)), reach - 1])
    return np.asarray(useful * world.unit_cost + (left - useful) * np.minimum(world.exit_value, world.unit_cost))
