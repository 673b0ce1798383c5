"""Joint limits as a mixed-integer programme, solved with HiGHS: one choice of quantity per line."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, vstack

from policies.curves import Curves
from policies.limits import Shared, Solution

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
GAP, NODES = 1e-5, 50_000
PLENTY = 1e9


@dataclass(frozen=True)
class _Choices:
    """Every allowed (line, quantity) pair."""

    line: Integers
    quantity: Floats
    value: Floats


@dataclass(frozen=True)
class _Programme:
    """Columns: choices, extra amounts (one per ceiling), floors taken, containers."""

    cost: Floats
    matrix: csr_array
    low: Floats
    high: Floats
    upper: Floats
    whole: Floats
    lines: int  # the first rows: one quantity per line
    floor_rows: Integers  # row of each floor's minimum; ceilings follow the lines


def count_choices(curves: Curves) -> int:
    """Number of (line, quantity) pairs."""
    return len(_choices(curves).line)


def solve_exactly(curves: Curves, shared: Shared) -> Solution | None:
    """The best plan on the grid of `curves`, or None when HiGHS found none in its node limit."""
    choices = _choices(curves)
    programme = _programme(choices, shared, len(curves.quantity))
    got = milp(
        programme.cost,
        constraints=LinearConstraint(programme.matrix, programme.low, programme.high),
        integrality=programme.whole,
        bounds=Bounds(0.0, programme.upper),
        options={"mip_rel_gap": GAP, "node_limit": NODES},
    )
    if got.x is None:
        return None
    taken = np.asarray(got.x)
    n, ceilings, floors = len(choices.line), len(shared.ceilings), len(shared.floors)
    quantity = np.zeros(len(curves.quantity))
    np.add.at(quantity, choices.line, choices.quantity * np.round(taken[:n]))
    prices, floor_prices = _prices(programme, taken, n, ceilings, floors)
    return Solution(
        np.round(quantity, 6),
        prices,
        taken[n : n + ceilings],
        floor_prices,
        np.round(taken[n + ceilings : n + ceilings + floors]) == 0,
        np.round(taken[n + ceilings + floors :]),
        exact=True,
    )


def _choices(curves: Curves) -> _Choices:
    distinct = np.ones(curves.quantity.shape, dtype=bool)
    distinct[:, 1:] = np.diff(curves.quantity, axis=1) > 1e-9
    line, at = np.nonzero(distinct)
    return _Choices(line, curves.quantity[line, at], curves.value[line, at])


def _programme(choices: _Choices, shared: Shared, lines: int) -> _Programme:
    n, c, f, m = len(choices.line), len(shared.ceilings), len(shared.floors), len(shared.containers)
    width = n + c + f + m
    rows: list[tuple[Integers, Floats, float, float]] = []
    for at, ceiling in enumerate(shared.ceilings):
        use = ceiling.use[choices.line] * choices.quantity
        rows.append((*_row(use, {n + at: -1.0}), -np.inf, max(ceiling.available, 0.0)))
    floor_rows = []
    for at, floor in enumerate(shared.floors):
        floor_rows.append(lines + len(rows))
        use = floor.use[choices.line] * choices.quantity
        rows.append((*_row(use, {n + c + at: -floor.least}), 0.0, np.inf))
        ordered = ((floor.use[choices.line] > 0) & (choices.quantity > 0)).astype(float)
        for line in np.unique(choices.line[ordered > 0]).tolist():
            rows.append((*_row(np.where(choices.line == line, ordered, 0.0), {n + c + at: -1.0}), -np.inf, 0.0))
    for at, box in enumerate(shared.containers):
        use = box.use[choices.line] * choices.quantity
        rows.append((*_row(use, {n + c + f + at: -1.0}), box.fill - 1.0, 0.0))
    one = coo_array((np.ones(n), (choices.line, np.arange(n))), shape=(lines, width))
    entries = np.concatenate([np.full(len(r[0]), k) for k, r in enumerate(rows)]) if rows else np.zeros(0, int)
    columns = np.concatenate([r[0] for r in rows]) if rows else np.zeros(0, int)
    data = np.concatenate([r[1] for r in rows]) if rows else np.zeros(0)
    matrix = coo_array(
        (np.append(one.data, data), (np.append(one.row, entries + lines), np.append(one.col, columns))),
        shape=(lines + len(rows), width),
    ).tocsr()
    cost = np.concatenate(
        [
            -choices.value,
            [min(x.extra_price, PLENTY) for x in shared.ceilings],
            np.zeros(f),
            [box.cost for box in shared.containers],
        ]
    )
    upper = np.concatenate([np.ones(n), [x.extra_most for x in shared.ceilings], np.ones(f), np.full(m, 1e4)])
    whole = np.concatenate([np.ones(n), np.zeros(c), np.ones(f), np.ones(m)])
    return _Programme(
        cost,
        matrix,
        np.concatenate([np.ones(lines), [r[2] for r in rows]]),
        np.concatenate([np.ones(lines), [r[3] for r in rows]]),
        upper,
        whole,
        lines,
        np.array(floor_rows, dtype=int),
    )


def _row(use: Floats, more: dict[int, float]) -> tuple[Integers, Floats]:
    at = np.flatnonzero(use)
    return np.append(at, list(more)).astype(int), np.append(use[at], list(more.values()))


def _prices(programme: _Programme, taken: Floats, n: int, ceilings: int, floors: int) -> tuple[Floats, Floats]:
    """Duals of the linear relaxation in which floors and containers stay as decided."""
    if not ceilings + floors:
        return np.zeros(0), np.zeros(0)
    fixed = np.arange(n + ceilings, len(taken))
    low, high = np.zeros(len(taken)), programme.upper.copy()
    low[fixed] = high[fixed] = np.round(taken[fixed])
    equal = np.arange(len(programme.low)) < programme.lines
    upper, lower = np.isfinite(programme.high) & ~equal, np.isfinite(programme.low) & ~equal
    matrix = programme.matrix.tocsr()
    got = linprog(
        programme.cost,
        A_ub=vstack([matrix[upper], -matrix[lower]]),
        b_ub=np.concatenate([programme.high[upper], -programme.low[lower]]),
        A_eq=matrix[equal],
        b_eq=programme.low[equal],
        bounds=np.column_stack([low, high]),
        method="highs",
    )
    if got.x is None:
        return np.zeros(ceilings), np.zeros(floors)
    marginal = -np.asarray(got.ineqlin.marginals)
    by_row = np.zeros(matrix.shape[0])
    at_upper, at_lower = np.flatnonzero(upper), np.flatnonzero(lower)
    by_row[at_upper] += marginal[: len(at_upper)]
    by_row[at_lower] += marginal[len(at_upper) :]
    first = programme.lines
    return by_row[first : first + ceilings], by_row[programme.floor_rows]
