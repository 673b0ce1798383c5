"""Prices that make shared limits hold: dearer where a ceiling binds, cheaper where a minimum must be reached."""

from collections.abc import Callable
from dataclasses import dataclass

import numba as nb
import numpy as np
import numpy.typing as npt

from policies.curves import Curves
from policies.limits import Ceiling, Containers, Floor, Shared

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
HALVINGS, TINY = 50, 1e-9


@dataclass
class Prices:
    """Prices under way; per line they add up to what one more unit costs.

    Only points on the concave hull of a curve can be best at any price, so prices are searched on hulls.
    """

    curves: Curves
    hull: Integers  # (C, S + 1) index of the hull's points in `curves`
    slopes: Floats  # (C, S) falling profit per unit between hull points; minus infinity beyond the last
    steps: Floats  # (C, S + 1) quantity at each hull point
    ceiling: Floats
    floor: Floats  # per line, negative: a subsidy
    box: Floats  # per line
    shut: npt.NDArray[np.bool_]  # per line: a minimum of it cannot be reached
    empty: npt.NDArray[np.bool_]  # per line: no container of its mode pays
    never: npt.NDArray[np.bool_]  # per line: left out for good

    def pick(self, price: Floats, lines: Integers | None = None) -> Integers:
        """Index of the best point of each line (of `lines`) at `price` per unit."""
        at = slice(None) if lines is None else lines
        passed = (self.slopes[at] > price[:, None] + TINY).sum(axis=1)
        passed[(self.shut | self.empty | self.never)[at]] = 0
        hull = self.hull[at]
        return np.asarray(hull[np.arange(len(passed)), passed])

    def quantity(self, at: Integers, lines: Integers | None = None) -> Floats:
        """Units at the points `at`."""
        rows = np.arange(len(at)) if lines is None else lines
        return np.asarray(self.curves.quantity[rows, at])

    def value(self, at: Integers, lines: Integers | None = None) -> Floats:
        """Profit at the points `at`."""
        rows = np.arange(len(at)) if lines is None else lines
        return np.asarray(self.curves.value[rows, at])

    def used(self, use: Floats, base: Floats) -> Callable[[float], float]:
        """Total use when every unit of use costs a price on top of `base` per unit."""
        lines = np.flatnonzero((use > 0) & ~(self.shut | self.empty | self.never))
        mine, start = use[lines], base[lines]
        return lambda price: float(_total_use(self.slopes, self.steps, lines, mine, start, price))


@nb.njit(cache=True)  # type: ignore[untyped-decorator]
def _total_use(slopes, steps, lines, use, base, price):  # type: ignore[no-untyped-def]
    """Use of the lines at their best hull points: the slopes fall, so the point is found by halving."""
    total = 0.0
    for k in range(len(lines)):
        i, bar = lines[k], base[k] + price * use[k] + TINY
        low, high = 0, slopes.shape[1]
        while low < high:
            middle = (low + high) // 2
            if slopes[i, middle] > bar:
                low = middle + 1
            else:
                high = middle
        total += use[k] * steps[i, low]
    return total


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


def start(curves: Curves, shared: Shared) -> Prices:
    """No prices yet."""
    hull, slopes = _hulls(np.ascontiguousarray(curves.quantity), np.ascontiguousarray(curves.value))
    width = int(np.isfinite(slopes).sum(axis=1).max(initial=0)) + 1
    lines = len(curves.quantity)
    return Prices(
        curves,
        hull[:, :width],
        np.ascontiguousarray(slopes[:, : width - 1]),
        np.take_along_axis(curves.quantity, hull[:, :width], axis=1),
        np.zeros(len(shared.ceilings)),
        np.zeros(lines),
        np.zeros(lines),
        np.zeros(lines, bool),
        np.zeros(lines, bool),
        np.zeros(lines, bool),
    )


def line_price(state: Prices, shared: Shared) -> Floats:
    """What one more unit of each line costs at the prices under way."""
    price = state.floor + state.box
    for at, ceiling in enumerate(shared.ceilings):
        price = price + state.ceiling[at] * ceiling.use
    return price


def settle_ceiling(state: Prices, shared: Shared, at: int, ceiling: Ceiling, kept_back: float = 0.0) -> None:
    """The lowest price of one unit of the ceiling at which its use fits, or the price of reserving more."""
    state.ceiling[at] = 0.0
    others = line_price(state, shared)
    used = state.used(ceiling.use, others)
    free = max(ceiling.available, 0.0) * (1.0 - kept_back)
    if used(0.0) <= free + TINY:
        return
    if np.isfinite(ceiling.extra_price):
        at_fee = used(ceiling.extra_price)
        if at_fee <= free + TINY:
            state.ceiling[at] = _lowest(used, free, ceiling.extra_price)
            return
        if at_fee <= free + ceiling.extra_most + TINY:
            state.ceiling[at] = ceiling.extra_price
            return
        free += ceiling.extra_most
    state.ceiling[at] = _lowest(used, free, _top(used, free))


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
        if high - low <= 1e-6 * max(high, 1e-6):
            break
    return high


def settle_floor(state: Prices, shared: Shared, floor: Floor) -> float:
    """Subsidise the floor's lines until it is reached, or shut them when nothing reaches it; returns the subsidy."""
    member = floor.use > 0
    state.floor[member], state.shut[member] = 0.0, False
    base = line_price(state, shared)
    got = reach(state, base, floor.use, floor.least)
    if got is None:
        state.shut[member] = True
        return 0.0
    state.floor[member] = -got * floor.use[member]
    return got


def reach(state: Prices, base: Floats, use: Floats, least: float) -> float | None:
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
        if high - low <= 1e-6 * max(high, 1e-6):
            break
    return high


def worth_at(state: Prices, base: Floats, subsidy: float, use: Floats) -> float:
    """What the lines that count towards `use` earn at their true prices when a subsidy moves them."""
    lines = np.flatnonzero(use > 0)
    at = state.pick(base[lines] - subsidy * use[lines], lines)
    return float((state.value(at, lines) - base[lines] * state.quantity(at, lines)).sum())


def settle_containers(state: Prices, shared: Shared, box: Containers) -> None:
    """Compare rounding up (fill the last container) with rounding down (leave it)."""
    state.box[box.member], state.empty[box.member] = 0.0, False
    base = line_price(state, shared)
    wanted = float(box.use @ state.quantity(state.pick(base)))
    best: tuple[float, float] | None = None
    for count in {np.ceil(wanted - 1e-6), np.floor(wanted + 1e-6)}:
        if count <= 0:
            continue
        price = _fit_containers(state, base, box, float(count))
        if price is None:
            continue
        worth = worth_at(state, base, -price, box.use) - count * box.cost
        if best is None or worth > best[0]:
            best = (worth, price)
    if best is None or best[0] <= 0:
        state.empty[box.member] = True
        return
    state.box[box.member] = best[1] * box.use[box.member]


def _fit_containers(state: Prices, base: Floats, box: Containers, count: float) -> float | None:
    """Price per container (negative: a subsidy) at which the goods fill `count` containers and no more."""
    used = state.used(box.use, base)
    if used(0.0) > count + TINY:
        price = _lowest(used, count, _top(used, count))
        return price if used(price) >= count - 1 + box.fill - TINY else None
    least = count - 1 + box.fill
    if used(0.0) >= least - TINY:
        return 0.0
    subsidy = reach(state, base, box.use, least)
    if subsidy is None or used(-subsidy) > count + TINY:
        return None
    return -subsidy


def room(ceiling: Ceiling, price: float) -> float:
    """What the ceiling allows, reserved capacity included once its price is reached."""
    more = ceiling.extra_most if np.isfinite(ceiling.extra_price) and price >= ceiling.extra_price - TINY else 0.0
    return max(ceiling.available, 0.0) + more
