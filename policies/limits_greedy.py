"""Joint limits by money per unit of the scarce resource, for any number of lines.

A price per ceiling is raised until its use fits; a supplier's minimum lowers the price of its lines until it is
reached, or drops the order when that costs more than it earns; whole containers are rounded up or down the same
way. What is left of each ceiling is then filled by the best remaining steps.
"""

import numpy as np
import numpy.typing as npt

from policies.curves import Curves
from policies.limits import Shared, Solution
from policies.limits_prices import (
    TINY,
    Prices,
    line_price,
    reach,
    room,
    settle_ceiling,
    settle_containers,
    settle_floor,
    start,
    worth_at,
)

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
KEPT_BACK = (0.003, 0.02)
ROUNDS, STEPS, TRIALS = 20, 40, 6


def solve_greedily(curves: Curves, shared: Shared) -> Solution:
    """A plan that keeps every limit; within a step of each ceiling of the best.

    Minimums that cost more than they earn are left out first. A plan whose whole cartons just miss a minimum is tried
    again with a little of each ceiling kept back, then without that minimum; and without each minimum paid for.
    """
    out = _left_out(curves, shared)
    best, worth, prices = _solve(curves, shared, out, 0.0)
    for _ in range(TRIALS):
        missed = np.flatnonzero(best.dropped & (prices > TINY))
        if not len(missed):
            break
        for kept_back in KEPT_BACK:
            other, value, again = _solve(curves, shared, out, kept_back)
            if value > worth + TINY:
                best, worth, prices = other, value, again
        missed = np.flatnonzero(best.dropped & (prices > TINY))
        if not len(missed):
            break
        out = out | {int(missed[np.argmax(prices[missed] * [shared.floors[f].least for f in missed])])}
        best, worth, prices = max((best, worth, prices), _solve(curves, shared, out, 0.0), key=lambda got: got[1])
        prices = np.where([f in out for f in range(len(prices))], 0.0, prices)
    paid = np.argsort(-prices * [f.least for f in shared.floors], kind="stable")
    for at in paid[: min(TRIALS, int((prices > TINY).sum()))].tolist():
        other, value, _ = _solve(curves, shared, out | {at}, 0.0)
        if value > worth + TINY:
            best, worth, out = other, value, out | {at}
    return best


def _left_out(curves: Curves, shared: Shared) -> frozenset[int]:
    """Minimums that lose money at the prices the ceilings have without them; the worst are left out first."""
    out: frozenset[int] = frozenset()
    while True:
        state = start(curves, shared)
        for at in out:
            state.never |= shared.floors[at].use > 0
        _settle_ceilings(state, shared)
        base = line_price(state, shared)
        loss: list[tuple[float, int]] = []
        for at, floor in enumerate(shared.floors):
            if at in out:
                continue
            subsidy = reach(state, base, floor.use, floor.least)
            if subsidy is None:
                out = out | {at}
            elif subsidy > 0 and worth_at(state, base, subsidy, floor.use) < 0:
                loss.append((worth_at(state, base, subsidy, floor.use), at))
        if not loss:
            return out
        out = out | {at for _, at in sorted(loss)[: max(1, len(loss) // 4)]}


def _settle_ceilings(state: Prices, shared: Shared) -> None:
    for _ in range(ROUNDS):
        before = state.ceiling.copy()
        for at, ceiling in enumerate(shared.ceilings):
            settle_ceiling(state, shared, at, ceiling)
        if np.allclose(before, state.ceiling, rtol=1e-3, atol=TINY):
            break


def _solve(curves: Curves, shared: Shared, out: frozenset[int], kept_back: float) -> tuple[Solution, float, Floats]:
    """Prices and quantities when the floors in `out` are not ordered from, what the plan is worth, floor prices."""
    state = start(curves, shared)
    for at in out:
        state.never |= shared.floors[at].use > 0
    floor_prices = np.zeros(len(shared.floors))
    for _ in range(ROUNDS):
        before = np.concatenate([state.ceiling, floor_prices])
        for at, ceiling in enumerate(shared.ceilings):
            settle_ceiling(state, shared, at, ceiling, kept_back)
        for box in shared.containers:
            settle_containers(state, shared, box)
        for at, floor in enumerate(shared.floors):
            if at not in out:
                floor_prices[at] = settle_floor(state, shared, floor)
        if np.allclose(before, np.concatenate([state.ceiling, floor_prices]), rtol=1e-3, atol=TINY):
            break
    quantity = _keep_promises(state, shared)
    return (*_solution(state, shared, quantity, floor_prices), floor_prices)


def _solution(state: Prices, shared: Shared, quantity: Floats, floor_prices: Floats) -> tuple[Solution, float]:
    extra = np.array([max(float(c.use @ quantity) - max(c.available, 0.0), 0.0) for c in shared.ceilings])
    boxes = np.array([np.ceil(float(b.use @ quantity) - 1e-6) for b in shared.containers])
    dropped = np.array([float(f.use @ quantity) <= 0 for f in shared.floors], dtype=bool)
    paid = sum(x * min(c.extra_price, 1e12) for x, c in zip(extra, shared.ceilings, strict=True) if x > 1e-6)
    worth = float(state.curves.at(quantity).sum()) - paid
    worth -= sum(n * b.cost for n, b in zip(boxes, shared.containers, strict=True))
    return Solution(quantity, state.ceiling, extra, np.where(dropped, 0.0, floor_prices), dropped, boxes), worth


def _keep_promises(state: Prices, shared: Shared) -> Floats:
    """Quantities at the final prices, cut where a ceiling is still broken, then filled where room is left."""
    at = state.pick(line_price(state, shared))
    for _ in range(len(shared.floors) + len(shared.containers) + 1):
        at = _cut(state, shared, at)
        broken = _broken_members(state, shared, at)
        if not broken.any():
            break
        state.never |= broken
        at = np.where(broken, 0, at)
    at = _fill(state, shared, at)
    return state.quantity(at)


def _broken_members(state: Prices, shared: Shared, at: Integers) -> npt.NDArray[np.bool_]:
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


def _cut(state: Prices, shared: Shared, at: Integers) -> Integers:
    """Step back the lines that earn least per unit of a broken ceiling; reached minimums are spared where possible."""
    at = at.copy()
    need = np.array([f.use for f in shared.floors]).reshape(len(shared.floors), len(at))
    least = np.array([f.least for f in shared.floors])
    for c, ceiling in enumerate(shared.ceilings):
        over = float(ceiling.use @ state.quantity(at)) - room(ceiling, state.ceiling[c])
        for spared in (True, False):
            while over > 1e-6:
                spare = need @ state.quantity(at) - least
                freed = _cut_once(state, ceiling.use, at, over, need, spare if spared else np.full(len(least), np.inf))
                over -= freed
                if freed <= 0:
                    break
    return at


def _cut_once(state: Prices, use: Floats, at: Integers, over: float, need: Floats, spare: Floats) -> float:
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


def _previous(state: Prices, at: Integers) -> Integers:
    now = state.quantity(at)[:, None]
    return np.asarray(np.maximum((state.curves.quantity < now - TINY).sum(axis=1) - 1, 0))


def _fill(state: Prices, shared: Shared, at: Integers) -> Integers:
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
    frozen = state.shut | state.empty | state.never
    for floor in shared.floors:
        frozen |= (floor.use > 0) & (float(floor.use @ state.quantity(at)) <= 0)
    at = at.copy()
    for _ in range(STEPS):
        now = state.quantity(at)
        left, spare = np.array(caps) - use @ now, need @ now - least
        step, gain, change = _best_steps(state, at, _bound(use, left), _bound(need, spare))
        ready = np.flatnonzero((gain > 1e-9) & ~frozen)
        weight = np.maximum(line_price(state, shared), TINY) * np.maximum(change, 0.0) + TINY
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


def _best_steps(state: Prices, at: Integers, up: Floats, down: Floats) -> tuple[Integers, Floats, Floats]:
    """Per line the most profitable other quantity within reach."""
    change = state.curves.quantity - state.quantity(at)[:, None]
    inside = (change <= up[:, None] + 1e-9) & (-change <= down[:, None] + 1e-9)
    gain = np.where(inside, state.curves.value - state.value(at)[:, None], -np.inf)
    step = np.argmax(gain, axis=1)
    rows = np.arange(len(at))
    return step, gain[rows, step], change[rows, step]
