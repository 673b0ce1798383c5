"""Joint limits by money per unit of the scarce resource, for any number of lines.

A price per ceiling is raised until its use fits; a supplier's minimum lowers the price of its lines until it is
reached, or drops the order when that costs more than it earns; whole containers are rounded up or down the same
way. What is left of each ceiling is then filled by the best remaining steps.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numba as nb
import numpy as np
import numpy.typing as npt

from policies.curves import Curves
from policies.limits import Ceiling, Containers, Floor, Shared, Solution

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
KEPT_BACK = (0.003, 0.02)
ROUNDS, HALVINGS, STEPS, TRIALS, TINY = 40, 50, 40, 12, 1e-9


@dataclass
class _State:
    """Prices under way; per line they add up to what one more unit costs.

    Only points on the concave hull of a curve can be best at any price, so prices are searched on hulls.
    """

    curves: Curves
    hull: Integers  # (C, S + 1) index of the hull's points in `curves`
    slopes: Floats  # (C, S) falling profit per unit between hull points; minus infinity beyond the last
    ceiling: Floats
    floor: Floats  # per line, negative: a subsidy
    box: Floats  # per line
    shut: npt.NDArray[np.bool_]  # per line: nothing is ordered
    never: npt.NDArray[np.bool_]  # per line: shut for good

    def pick(self, price: Floats, lines: Integers | None = None) -> Integers:
        """Index of the best point of each line (of `lines`) at `price` per unit."""
        at = slice(None) if lines is None else lines
        passed = (self.slopes[at] > price[:, None] + TINY).sum(axis=1)
        passed[self.shut[at]] = 0
        hull = self.hull[at]
        return np.asarray(hull[np.arange(len(passed)), passed])

    def quantity(self, at: Integers, lines: Integers | None = None) -> Floats:
        rows = np.arange(len(at)) if lines is None else lines
        return np.asarray(self.curves.quantity[rows, at])

    def value(self, at: Integers, lines: Integers | None = None) -> Floats:
        rows = np.arange(len(at)) if lines is None else lines
        return np.asarray(self.curves.value[rows, at])

    def used(self, use: Floats, base: Floats) -> Callable[[float], float]:
        """Total use when every unit of use costs a price on top of `base` per unit."""
        lines = np.flatnonzero(use > 0)
        mine, start = use[lines], base[lines]
        return lambda price: float(mine @ self.quantity(self.pick(start + price * mine, lines), lines))


@nb.njit(cache=True)  # type: ignore[untyped-decorator]
def _hulls(quantity, value):  # type: ignore[no-untyped-def]
    """Upper concave hull of each row's points, by a monotone chain."""
    rows, points = quantity.shape
    hull = np.zeros((rows, points), np.int64)
    slopes = np.full((rows, points), -np.inf)
    for i in range(rows):
        kept = 1  # the first point is zero
        for k in range(1, points):
            if quantity[i, k] <= quantity[i, hull[i, kept - 1]] + 1e-9:
                continue
            while kept > 1:
                a, b = hull[i, kept - 2], hull[i, kept - 1]
                rise = (value[i, b] - value[i, a]) * (quantity[i, k] - quantity[i, a])
                if rise > (value[i, k] - value[i, a]) * (quantity[i, b] - quantity[i, a]):
                    break
                kept -= 1
            hull[i, kept] = k
            kept += 1
        for k in range(kept - 1):
            a, b = hull[i, k], hull[i, k + 1]
            slopes[i, k] = (value[i, b] - value[i, a]) / (quantity[i, b] - quantity[i, a])
        hull[i, kept:] = hull[i, kept - 1]
    return hull, slopes


def solve_greedily(curves: Curves, shared: Shared) -> Solution:
    """A plan that keeps every limit; within a step of each ceiling of the best.

    Minimums that had to be paid for are left out one by one where that earns more; a plan whose whole cartons just
    miss a minimum is tried again with a little of each ceiling kept back.
    """
    best, worth, prices = _solve(curves, shared, frozenset(), 0.0)
    for kept_back in KEPT_BACK if (best.dropped & (prices > TINY)).any() else ():
        other, value, _ = _solve(curves, shared, frozenset(), kept_back)
        if value > worth + TINY:
            best, worth = other, value
    order = np.argsort(-prices * [f.least for f in shared.floors], kind="stable")
    out: frozenset[int] = frozenset()
    for at in order[: min(TRIALS, int((prices > TINY).sum()))].tolist():
        other, value, _ = _solve(curves, shared, out | {at}, 0.0)
        if value > worth + TINY:
            best, worth, out = other, value, out | {at}
    return best


def _solve(curves: Curves, shared: Shared, out: frozenset[int], kept_back: float) -> tuple[Solution, float, Floats]:
    """Prices and quantities when the floors in `out` are not ordered from, and what the plan is worth."""
    state = _start(curves, shared)
    never = np.zeros(len(curves.quantity), dtype=bool)
    for at in out:
        never |= shared.floors[at].use > 0
    state.never = never
    state.shut = never.copy()
    floor_prices = np.zeros(len(shared.floors))
    for _ in range(ROUNDS):
        before = np.concatenate([state.ceiling, floor_prices])
        for at, ceiling in enumerate(shared.ceilings):
            _settle_ceiling(state, shared, at, ceiling, kept_back)
        for box in shared.containers:
            _settle_containers(state, shared, box)
        for at, floor in enumerate(shared.floors):
            if at not in out:
                floor_prices[at] = _settle_floor(state, shared, floor)
        if np.allclose(before, np.concatenate([state.ceiling, floor_prices]), rtol=1e-4, atol=TINY):
            break
    quantity = _keep_promises(state, shared)
    return (*_solution(state, shared, quantity, floor_prices), floor_prices)


def _start(curves: Curves, shared: Shared) -> _State:
    hull, slopes = _hulls(np.ascontiguousarray(curves.quantity), np.ascontiguousarray(curves.value))
    width = int(np.isfinite(slopes).sum(axis=1).max(initial=0)) + 1
    lines = len(curves.quantity)
    return _State(
        curves,
        hull[:, :width],
        slopes[:, : width - 1],
        np.zeros(len(shared.ceilings)),
        np.zeros(lines),
        np.zeros(lines),
        np.zeros(lines, bool),
        np.zeros(lines, bool),
    )


def _solution(state: _State, shared: Shared, quantity: Floats, floor_prices: Floats) -> tuple[Solution, float]:
    extra = np.array([max(float(c.use @ quantity) - max(c.available, 0.0), 0.0) for c in shared.ceilings])
    boxes = np.array([np.ceil(float(b.use @ quantity) - 1e-6) for b in shared.containers])
    dropped = np.array([float(f.use @ quantity) <= 0 for f in shared.floors], dtype=bool)
    paid = sum(x * min(c.extra_price, 1e12) for x, c in zip(extra, shared.ceilings, strict=True) if x > 1e-6)
    worth = float(state.curves.at(quantity).sum()) - paid
    worth -= sum(n * b.cost for n, b in zip(boxes, shared.containers, strict=True))
    return Solution(quantity, state.ceiling, extra, np.where(dropped, 0.0, floor_prices), dropped, boxes), worth


def _price(state: _State, shared: Shared) -> Floats:
    price = state.floor + state.box
    for at, ceiling in enumerate(shared.ceilings):
        price = price + state.ceiling[at] * ceiling.use
    return price


def _settle_ceiling(state: _State, shared: Shared, at: int, ceiling: Ceiling, kept_back: float) -> None:
    state.ceiling[at] = 0.0
    others = _price(state, shared)
    used = state.used(ceiling.use, others)
    room = max(ceiling.available, 0.0) * (1.0 - kept_back)
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


def _settle_floor(state: _State, shared: Shared, floor: Floor) -> float:
    """Subsidise the floor's lines until it is reached, or shut them when nothing reaches it; returns the subsidy."""
    member = floor.use > 0
    state.floor[member], state.shut[member] = 0.0, state.never[member]
    base = _price(state, shared)
    got = _reach(state, base, floor.use, floor.least)
    if got is None:
        state.shut[member] = True
        return 0.0
    state.floor[member] = -got * floor.use[member]
    return got


def _reach(state: _State, base: Floats, use: Floats, least: float) -> float | None:
    """The smallest subsidy per unit of use that brings the total to `least`; None when none does."""
    used = state.used(use, base)

    def total(subsidy: float) -> float:
        return used(-subsidy)

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


def _worth(state: _State, base: Floats, subsidy: float, use: Floats) -> float:
    """What the lines that count towards `use` earn at their true prices when a subsidy moves them."""
    lines = np.flatnonzero(use > 0)
    at = state.pick(base[lines] - subsidy * use[lines], lines)
    return float((state.value(at, lines) - base[lines] * state.quantity(at, lines)).sum())


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
        worth = _worth(state, base, -price, box.use) - count * box.cost
        if best is None or worth > best[0]:
            best = (worth, price)
    if best is None or best[0] <= 0:
        state.shut[box.member] = True
        return
    state.box[box.member] = best[1] * box.use[box.member]


def _fit_containers(state: _State, base: Floats, box: Containers, count: float) -> float | None:
    """Price per container (negative: a subsidy) at which the goods fill `count` containers and no more."""
    used = state.used(box.use, base)
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
    """Step back the lines that earn least per unit of a broken ceiling; reached minimums are spared where possible."""
    at = at.copy()
    need = np.array([f.use for f in shared.floors]).reshape(len(shared.floors), len(at))
    least = np.array([f.least for f in shared.floors])
    for c, ceiling in enumerate(shared.ceilings):
        over = float(ceiling.use @ state.quantity(at)) - _room(ceiling, state.ceiling[c])
        for spared in (True, False):
            while over > 1e-6:
                spare = need @ state.quantity(at) - least
                freed = _cut_once(state, ceiling.use, at, over, need, spare if spared else np.full(len(least), np.inf))
                over -= freed
                if freed <= 0:
                    break
    return at


def _cut_once(state: _State, use: Floats, at: Integers, over: float, need: Floats, spare: Floats) -> float:
    """One step back of every line that is needed to free `over`; returns what was freed."""
    before = _previous(state, at)
    change = state.quantity(at) - state.quantity(before)
    using = np.flatnonzero((use > 0) & (change > 0))
    loss = (state.value(at) - state.value(before))[using] / np.maximum(use[using] * change[using], TINY)
    freed = 0.0
    for line in using[np.argsort(loss, kind="stable")].tolist():
        less = need[:, line] * change[line]
        if ((less > 0) & (spare - less < -1e-9)).any():
            continue
        spare = spare - less
        at[line] = before[line]
        freed += use[line] * change[line]
        if freed >= over - 1e-6:
            break
    return freed


def _previous(state: _State, at: Integers) -> Integers:
    now = state.quantity(at)[:, None]
    return np.asarray(np.maximum((state.curves.quantity < now - TINY).sum(axis=1) - 1, 0))


def _fill(state: _State, shared: Shared, at: Integers) -> Integers:
    """Take single steps, up or down, that earn and keep every limit; most profit per priced unit first."""
    now = state.quantity(at)  # more reserved capacity is not taken in single steps
    caps = [max(float(c.use @ now), max(c.available, 0.0)) for c in shared.ceilings]
    caps += [float(np.ceil(b.use @ state.quantity(at) - 1e-6)) for b in shared.containers]
    use = np.array([c.use for c in shared.ceilings] + [b.use for b in shared.containers]).reshape(len(caps), len(at))
    active = [f for f in shared.floors if float(f.use @ state.quantity(at)) > 0]
    floors = [(f.use, f.least) for f in active]
    floors += [
        (b.use, cap - 1 + b.fill) for b, cap in zip(shared.containers, caps[len(shared.ceilings) :], strict=True)
    ]
    need = np.array([u for u, _ in floors]).reshape(len(floors), len(at))
    least = np.array([v for _, v in floors])
    frozen = state.shut.copy()
    for floor in shared.floors:
        frozen |= (floor.use > 0) & (float(floor.use @ state.quantity(at)) <= 0)
    at = at.copy()
    for _ in range(STEPS):
        now = state.quantity(at)
        left, spare = np.array(caps) - use @ now, need @ now - least
        step, gain, change = _best_steps(state, at, _bound(use, left), _bound(need, spare))
        ready = np.flatnonzero((gain > 1e-9) & ~frozen)
        weight = np.maximum(_price(state, shared), TINY) * np.maximum(change, 0.0) + TINY
        taken = False
        for line in ready[np.argsort(-(gain / weight)[ready], kind="stable")].tolist():
            more, less = use[:, line] * change[line], need[:, line] * change[line]
            if (more <= left + 1e-9).all() and (spare + less >= -1e-9).all():
                left, spare, at[line], taken = left - more, spare + less, step[line], True
        if not taken:
            break
    return at


def _bound(use: Floats, slack: Floats) -> Floats:
    """How far each line can move on its own before a slack is used up."""
    reach = np.where(use > 0, np.maximum(slack, 0.0)[:, None] / np.maximum(use, 1e-12), np.inf)
    return np.asarray(reach.min(axis=0, initial=np.inf))


def _best_steps(state: _State, at: Integers, up: Floats, down: Floats) -> tuple[Integers, Floats, Floats]:
    """Per line the most profitable other quantity within reach."""
    change = state.curves.quantity - state.quantity(at)[:, None]
    inside = (change <= up[:, None] + 1e-9) & (-change <= down[:, None] + 1e-9)
    gain = np.where(inside, state.curves.value - state.value(at)[:, None], -np.inf)
    step = np.argmax(gain, axis=1)
    rows = np.arange(len(at))
    return step, gain[rows, step], change[rows, step]
