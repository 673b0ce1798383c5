"""Joint limits by money per unit of the scarce resource, for any number of lines.

A price per ceiling is raised until its use fits; a supplier's minimum lowers the price of its lines until it is
reached, or drops the order when that costs more than it earns; whole containers are rounded up or down the same
way. What is left of each ceiling is then filled by the best remaining steps.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policies.curves import Curves
from policies.limits import Ceiling, Containers, Floor, Shared, Solution

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
ROUNDS, HALVINGS, TINY = 6, 50, 1e-9


@dataclass
class _State:
    """Prices under way; per line they add up to what one more unit costs."""

    curves: Curves
    ceiling: Floats
    floor: Floats  # per line, negative: a subsidy
    box: Floats  # per line
    dropped: npt.NDArray[np.bool_]  # per floor
    shut: npt.NDArray[np.bool_]  # per line

    def pick(self, price: Floats) -> Integers:
        net = self.curves.value - price[:, None] * self.curves.quantity
        net[self.shut, 1:] = -np.inf
        return np.asarray(np.argmax(net, axis=1))

    def quantity(self, at: Integers) -> Floats:
        return np.asarray(self.curves.quantity[np.arange(len(at)), at])

    def value(self, at: Integers) -> Floats:
        return np.asarray(self.curves.value[np.arange(len(at)), at])


def solve_greedily(curves: Curves, shared: Shared) -> Solution:
    """A plan that keeps every limit; within a step of each ceiling of the best."""
    lines = len(curves.quantity)
    state = _State(
        curves,
        np.zeros(len(shared.ceilings)),
        np.zeros(lines),
        np.zeros(lines),
        np.zeros(len(shared.floors), bool),
        np.zeros(lines, bool),
    )
    floor_prices = np.zeros(len(shared.floors))
    for _ in range(ROUNDS):
        before = state.ceiling.copy()
        for at, floor in enumerate(shared.floors):
            floor_prices[at] = _settle_floor(state, shared, at, floor)
        for box in shared.containers:
            _settle_containers(state, shared, box)
        for at, ceiling in enumerate(shared.ceilings):
            _settle_ceiling(state, shared, at, ceiling)
        if np.allclose(before, state.ceiling, rtol=1e-3, atol=TINY):
            break
    quantity = _keep_promises(state, shared)
    extra = np.array([max(float(c.use @ quantity) - max(c.available, 0.0), 0.0) for c in shared.ceilings])
    boxes = np.array([np.ceil(float(b.use @ quantity) - 1e-6) for b in shared.containers])
    dropped = np.array([float(f.use @ quantity) <= 0 for f in shared.floors], dtype=bool)
    return Solution(quantity, state.ceiling, extra, np.where(dropped, 0.0, floor_prices), dropped, boxes)


def _price(state: _State, shared: Shared) -> Floats:
    price = state.floor + state.box
    for at, ceiling in enumerate(shared.ceilings):
        price = price + state.ceiling[at] * ceiling.use
    return price


def _settle_ceiling(state: _State, shared: Shared, at: int, ceiling: Ceiling) -> None:
    state.ceiling[at] = 0.0
    others = _price(state, shared)

    def used(price: float) -> float:
        return float(ceiling.use @ state.quantity(state.pick(others + price * ceiling.use)))

    room = max(ceiling.available, 0.0)
    if used(0.0) <= room + TINY:
        return
    if np.isfinite(ceiling.extra_price):
        at_fee = used(ceiling.extra_price)
        if at_fee <= room + TINY:
            state.ceiling[at] = _lowest(used, room, ceiling.extra_price)
            return
        if at_fee <= room + ceiling.extra_most + TINY:
            state.ceiling[at] = ceiling.extra_price
            return
        room += ceiling.extra_most
    state.ceiling[at] = _lowest(used, room, _top(used, room))


def _top(used: Callable[[float], float], room: float) -> float:
    price = 1.0
    while used(price) > room + TINY and price < 1e12:
        price *= 4.0
    return price


def _lowest(used: Callable[[float], float], room: float, high: float) -> float:
    """The lowest price at which the use fits."""
    low = 0.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if used(middle) <= room + TINY:
            high = middle
        else:
            low = middle
        if high - low <= 1e-7 * max(high, 1e-6):
            break
    return high


def _settle_floor(state: _State, shared: Shared, at: int, floor: Floor) -> float:
    """Subsidise the floor's lines until it is reached, or shut them; returns the subsidy per unit of the floor."""
    member = floor.use > 0
    state.floor[member], state.shut[member] = 0.0, False
    base = _price(state, shared)
    got = _reach(state, base, floor.use, floor.least)
    state.dropped[at] = False
    if got is None or _worth(state, base, got, member) <= 0:
        state.dropped[at], state.shut[member] = True, True
        return 0.0
    state.floor[member] = -got * floor.use[member]
    return got


def _reach(state: _State, base: Floats, use: Floats, least: float) -> float | None:
    """The smallest subsidy per unit of use that brings the total to `least`; None when none does."""

    def total(subsidy: float) -> float:
        return float(use @ state.quantity(state.pick(base - subsidy * use)))

    if total(0.0) >= least - TINY:
        return 0.0
    high = 1.0
    while total(high) < least - TINY:
        high *= 4.0
        if high > 1e9:
            return None
    low = 0.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if total(middle) >= least - TINY else (middle, high)
        if high - low <= 1e-7 * max(high, 1e-6):
            break
    return high


def _worth(
    state: _State, base: Floats, subsidy_per_use: float, member: npt.NDArray[np.bool_], use: Floats | None = None
) -> float:
    price = base - (subsidy_per_use * use if use is not None else 0.0)
    at = state.pick(price)
    net = state.value(at) - base * state.quantity(at)
    return float(net[member].sum())


def _settle_containers(state: _State, shared: Shared, box: Containers) -> None:
    """Compare rounding up (fill the last container) with rounding down (leave it)."""
    state.box[box.member] = 0.0
    base = _price(state, shared)
    wanted = float(box.use @ state.quantity(state.pick(base)))
    best: tuple[float, float] | None = None
    for count in {np.ceil(wanted - 1e-6), np.floor(wanted + 1e-6)}:
        if count <= 0:
            continue
        price = _fit_containers(state, base, box, float(count))
        if price is None:
            continue
        worth = _worth(state, base, -price, box.member, box.use) - count * box.cost
        if best is None or worth > best[0]:
            best = (worth, price)
    if best is None or best[0] <= 0:
        state.shut[box.member] = True
        return
    state.box[box.member] = best[1] * box.use[box.member]


def _fit_containers(state: _State, base: Floats, box: Containers, count: float) -> float | None:
    """Price per container (negative: a subsidy) at which the goods fill `count` containers and no more."""

    def used(price: float) -> float:
        return float(box.use @ state.quantity(state.pick(base + price * box.use)))

    if used(0.0) > count + TINY:
        price = _lowest(used, count, _top(used, count))
        return price if used(price) >= count - 1 + box.fill - TINY else None
    least = count - 1 + box.fill
    if used(0.0) >= least - TINY:
        return 0.0
    subsidy = _reach(state, base, box.use, least)
    if subsidy is None or used(-subsidy) > count + TINY:
        return None
    return -subsidy


def _keep_promises(state: _State, shared: Shared) -> Floats:
    """Quantities at the final prices, cut where a ceiling is still broken, then filled where room is left."""
    at = state.pick(_price(state, shared))
    for _ in range(len(shared.floors) + len(shared.containers) + 1):
        at = _cut(state, shared, at)
        broken = _broken_members(state, shared, at)
        if not broken.any():
            break
        state.shut |= broken
        at = np.where(broken, 0, at)
    at = _fill(state, shared, at)
    return state.quantity(at)


def _broken_members(state: _State, shared: Shared, at: Integers) -> npt.NDArray[np.bool_]:
    quantity = state.quantity(at)
    broken = np.zeros(len(at), dtype=bool)
    for floor in shared.floors:
        total = float(floor.use @ quantity)
        if 0 < total < floor.least - 1e-6:
            broken |= floor.use > 0
    for box in shared.containers:
        total = float(box.use @ quantity)
        if total > 1e-9 and total < np.ceil(total - 1e-6) - 1 + box.fill - 1e-6:
            broken |= box.member
    return broken


def _room(ceiling: Ceiling, price: float) -> float:
    more = ceiling.extra_most if np.isfinite(ceiling.extra_price) and price >= ceiling.extra_price - TINY else 0.0
    return max(ceiling.available, 0.0) + more


def _cut(state: _State, shared: Shared, at: Integers) -> Integers:
    """Step back the lines that earn least per unit of a broken ceiling."""
    at = at.copy()
    for c, ceiling in enumerate(shared.ceilings):
        room = _room(ceiling, state.ceiling[c])
        while True:
            over = float(ceiling.use @ state.quantity(at)) - room
            using = np.flatnonzero((ceiling.use > 0) & (state.quantity(at) > 0))
            if over <= 1e-6 or not len(using):
                break
            before = _previous(state, at)
            freed = ceiling.use[using] * (state.quantity(at) - state.quantity(before))[using]
            loss = (state.value(at) - state.value(before))[using]
            order = np.argsort(loss / np.maximum(freed, TINY), kind="stable")
            count = int(np.searchsorted(freed[order].cumsum(), over)) + 1
            chosen = using[order[:count]]
            at[chosen] = before[chosen]
    return at


def _previous(state: _State, at: Integers) -> Integers:
    now = state.quantity(at)[:, None]
    return np.asarray(np.maximum((state.curves.quantity < now - TINY).sum(axis=1) - 1, 0))


def _fill(state: _State, shared: Shared, at: Integers) -> Integers:
    """Take the best remaining steps that still fit, highest profit per unit of the priced ceilings first."""
    caps = [_room(c, state.ceiling[k]) for k, c in enumerate(shared.ceilings)]
    caps += [float(np.ceil(b.use @ state.quantity(at) - 1e-6)) for b in shared.containers]
    uses = [c.use for c in shared.ceilings] + [b.use for b in shared.containers]
    if not uses:
        return at
    use, cap = np.array(uses), np.array(caps)
    at = at.copy()
    in_floor = np.zeros(len(at), bool)
    for floor in shared.floors:
        in_floor |= (floor.use > 0) & (float(floor.use @ state.quantity(at)) <= 0)
    for _ in range(40):
        left = cap - use @ state.quantity(at)
        step, gain, quantity = _best_steps(state, at, use, left)
        weight = (np.maximum(_price(state, shared), TINY)) * quantity + TINY
        ready = np.flatnonzero((gain > 1e-9) & ~state.shut & ~in_floor)
        if not len(ready):
            break
        taken = False
        for line in ready[np.argsort(-(gain / weight)[ready], kind="stable")].tolist():
            needs = use[:, line] * quantity[line]
            if (needs <= left + TINY).all():
                left = left - needs
                at[line] = step[line]
                taken = True
        if not taken:
            break
    return at


def _best_steps(state: _State, at: Integers, use: Floats, left: Floats) -> tuple[Integers, Floats, Floats]:
    """Per line the most profitable larger quantity that fits on its own."""
    now = state.quantity(at)[:, None]
    more = state.curves.quantity - now
    gain = state.curves.value - state.value(at)[:, None]
    room = np.min(np.where(use > 0, np.maximum(left, 0.0)[:, None] / np.maximum(use, 1e-12), np.inf), axis=0)
    gain = np.where((more > TINY) & (more <= room[:, None] + TINY), gain, -np.inf)
    step = np.argmax(gain, axis=1)
    rows = np.arange(len(at))
    return step, gain[rows, step], more[rows, step]
