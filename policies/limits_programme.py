"""Shared limits as a mixed-integer programme for HiGHS, whatever its columns stand for."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import block_array, coo_array, csr_array, diags_array, vstack

from policies.limits import Shared
from policies.quiet import quiet

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
MOST_CONTAINERS = 1e4


@dataclass(frozen=True)
class Columns:
    """What can be taken, wholly or in part: its profit and its use of every limit."""

    value: Floats  # (n,)
    ceilings: csr_array  # (ceilings, n)
    floors: csr_array  # (floors, n)
    containers: csr_array  # (container modes, n)
    group: Integers  # (n,) columns that are taken together or instead of each other: the line

    def take(self, at: Integers, weight: float = 1.0) -> "Columns":
        """Some of the columns, each `weight` times as large."""
        parts = (self.ceilings[:, at] * weight, self.floors[:, at] * weight, self.containers[:, at] * weight)
        return Columns(self.value[at] * weight, *parts, self.group[at])

    def merged(self, bucket: Integers) -> "Columns":
        """Columns of the same bucket as one."""
        n = len(bucket)
        sums = coo_array((np.ones(n), (np.arange(n), bucket))).tocsr()
        parts = (self.ceilings @ sums, self.floors @ sums, self.containers @ sums)
        return Columns(np.asarray(self.value @ sums), *parts, np.arange(sums.shape[1]))


@dataclass(frozen=True)
class Taken:
    """Which floors are ordered from, and how many containers of each mode travel."""

    floors: Floats  # 0 or 1 each
    containers: Floats


@dataclass(frozen=True)
class Answer:
    """A solved programme."""

    share: Floats  # (n,) of each column
    extra: Floats  # of each ceiling
    taken: Taken
    ceiling_prices: Floats  # profit of one more unit; zeros from an integer programme
    floor_prices: Floats  # profit of a minimum one unit lower
    container_prices: Floats  # profit of one more container's room (negative: of less to fill)

    @property
    def prices(self) -> tuple[Floats, Floats, Floats]:
        """Of ceilings, floors and containers."""
        return self.ceiling_prices, self.floor_prices, self.container_prices


def columns(shared: Shared, line: Integers, quantity: Floats, value: Floats) -> Columns:
    """`quantity` units of `line` in each column."""
    return grouped_columns(shared, line, line[:, None], quantity[:, None], value)


def grouped_columns(shared: Shared, group: Integers, line: Integers, quantity: Floats, value: Floats) -> Columns:
    """Each column takes `quantity` (n, L) of the lines `line` (n, L) at once."""
    ceilings, floors, containers = (
        [part.use for part in kind] for kind in (shared.ceilings, shared.floors, shared.containers)
    )
    lines = len([*ceilings, *floors, *containers][0])
    column = np.repeat(np.arange(len(line)), line.shape[1])
    moved = csr_array(coo_array((quantity.ravel(), (line.ravel(), column)), shape=(lines, len(line))))

    def used(uses: list[Floats]) -> csr_array:
        return csr_array(np.array(uses).reshape(len(uses), lines)) @ moved

    return Columns(value, used(ceilings), used(floors), used(containers), group)


class Programme:
    """Columns with the limits as rows; extra amounts, floors and containers are columns of their own."""

    def __init__(
        self,
        taking: Columns,
        shared: Shared,
        base: Columns | None = None,
        taken: Taken | None = None,
        one_each: bool = False,
    ) -> None:
        """`base`: columns taken already, in full; `taken`: floors and containers are decided; `one_each`: exactly one
        column of each group is taken, else any share of each."""
        self.n, self.shared = len(taking.value), shared
        self.sizes = (len(shared.ceilings), len(shared.floors), len(shared.containers))
        self._rows(taking, base, one_each, linked=taken is None)
        c, f, b = self.sizes
        extra = [x.extra_price if np.isfinite(x.extra_price) else 0.0 for x in shared.ceilings]
        self.cost = np.concatenate([-taking.value, extra, np.zeros(f), [x.cost for x in shared.containers]])
        most = [x.extra_most if np.isfinite(x.extra_price) else 0.0 for x in shared.ceilings]
        self.least = np.zeros(self.n + c + f + b)
        self.most = np.concatenate([np.ones(self.n), most, np.ones(f), np.full(b, MOST_CONTAINERS)])
        if taken is not None:
            fixed = np.concatenate([taken.floors, taken.containers])
            self.least[self.n + c :] = self.most[self.n + c :] = fixed
            self.most[: self.n][_closed(taking.floors, taken.floors)] = 0.0
        self.whole = np.concatenate([np.full(self.n, float(one_each)), np.zeros(c), np.ones(f + b)])

    def _rows(self, taking: Columns, base: Columns | None, one_each: bool, linked: bool) -> None:
        c, f, b = self.sizes
        shared = self.shared
        done = [np.zeros(size) if base is None else np.asarray(getattr(base, name).sum(axis=1)).ravel()
                for name, size in zip(("ceilings", "floors", "containers"), self.sizes, strict=True)]  # fmt: skip
        least = np.array([x.least for x in shared.floors])
        fill = np.array([x.fill for x in shared.containers])
        link, owner = _links(taking) if linked and f else (csr_array((0, self.n)), csr_array((0, f)))
        groups = np.unique(taking.group, return_inverse=True)[1] if one_each else np.zeros(0, int)
        count = int(groups.max(initial=-1)) + 1
        one = coo_array((np.ones(len(groups)), (groups, np.arange(len(groups)))), shape=(count, self.n))
        blocks = [
            [taking.ceilings, -_eye(c), None, None],
            [taking.floors, None, -diags_array(least).tocsr() if f else csr_array((0, 0)), None],
            [taking.containers, None, None, -_eye(b)],
            [link, csr_array((link.shape[0], c)), owner, csr_array((link.shape[0], b))],
            [one.tocsr(), csr_array((count, c)), csr_array((count, f)), csr_array((count, b))],
        ]
        matrix = csr_array(block_array(blocks))
        self.scale = 1.0 / np.maximum(abs(matrix).max(axis=1).toarray().ravel(), 1e-12)
        self.scale[abs(matrix).max(axis=1).toarray().ravel() <= 0] = 1.0
        self.matrix = csr_array(diags_array(self.scale) @ matrix)  # money beside cubic metres: rows of one size
        room = np.array([max(x.available, 0.0) for x in shared.ceilings]) - done[0]
        self.low = np.concatenate(
            [np.full(c, -np.inf), -done[1], fill - 1.0 - done[2], np.full(link.shape[0], -np.inf), np.ones(count)]
        )
        self.high = np.concatenate([room, np.full(f, np.inf), -done[2], np.zeros(link.shape[0]), np.ones(count)])
        self.low, self.high = self.low * self.scale, self.high * self.scale

    def best_whole(self, gap: float, nodes: int) -> Answer | None:
        """The integer optimum within `gap`, or the best plan after `nodes` nodes; None where none was found."""
        with quiet():
            got = milp(
                self.cost,
                constraints=LinearConstraint(self.matrix, self.low, self.high),
                integrality=self.whole,
                bounds=Bounds(self.least, self.most),
                options={"mip_rel_gap": gap, "node_limit": nodes},
            )
        return None if got.x is None else self._answer(np.asarray(got.x), np.zeros(len(self.low)))

    def best_shares(self) -> Answer | None:
        """The optimum when columns may be taken in part, with prices; None where there is none."""
        equal = self.low == self.high
        upper, lower = np.isfinite(self.high) & ~equal, np.isfinite(self.low) & ~equal
        with quiet():
            got = linprog(
                self.cost,
                A_ub=vstack([self.matrix[upper], -self.matrix[lower]]),
                b_ub=np.concatenate([self.high[upper], -self.low[lower]]),
                A_eq=self.matrix[equal],
                b_eq=self.low[equal],
                bounds=np.column_stack([self.least, self.most]),
                method="highs-ds",
                options={"presolve": False},  # thousands of columns, few rows: it takes ten times the simplex
            )
        if got.x is None:
            return None
        price = np.zeros(len(self.low))
        marginal = -np.asarray(got.ineqlin.marginals)
        price[upper] += marginal[: int(upper.sum())]
        price[lower] -= marginal[int(upper.sum()) :]
        return self._answer(np.asarray(got.x), price * self.scale)

    def _answer(self, x: Floats, price: Floats) -> Answer:
        c, f, b = self.sizes
        at = np.cumsum([self.n, c, f, b])
        taken = Taken(np.round(x[at[1] : at[2]]), np.round(x[at[2] :]))
        prices = price[:c], -price[c : c + f], price[c + f : c + f + b]
        return Answer(x[: at[0]], x[at[0] : at[1]], taken, *prices)


def _eye(size: int) -> csr_array:
    return csr_array(diags_array(np.ones(size)).tocsr() if size else csr_array((0, 0)))


def _closed(floors: csr_array, taken: Floats) -> npt.NDArray[np.bool_]:
    """Columns that use a floor that is not ordered from."""
    return np.asarray((floors > 0).astype(float).T @ (taken < 0.5).astype(float)).ravel() > 0


def _links(taking: Columns) -> tuple[csr_array, csr_array]:
    """One row per floor and group: nothing of the group is taken unless the floor is ordered from."""
    entries = taking.floors.tocoo()
    used = entries.data > 0
    floor, column = entries.row[used], entries.col[used]
    keys, row = np.unique(np.column_stack([floor, taking.group[column]]), axis=0, return_inverse=True)
    row = np.asarray(row).ravel()
    taken = coo_array((np.ones(len(row)), (row, column)), shape=(len(keys), taking.floors.shape[1]))
    owner = coo_array(
        (-np.ones(len(keys)), (np.arange(len(keys)), keys[:, 0] if len(keys) else np.zeros(0, int))),
        shape=(len(keys), taking.floors.shape[0]),
    )
    return csr_array(taken.tocsr()), csr_array(owner.tocsr())
