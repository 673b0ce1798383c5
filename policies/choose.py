"""Which way to buy or ship, and whether a second way pays on top: a fast bridge to the slow one, or a later one."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from policies.arriving import with_extra
from policies.curves import Curves, Lots, profit_curves
from policies.value import Rows, Stage

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Choice:
    """Rows worth using, each with its curve given the other row of the same item."""

    row: Integers  # (C,) index of the option
    curves: Curves
    quantity: Floats  # (C,) best on its own curve


def choose_ways(stage: Stage, rows: Rows, lots: Lots, shared: Integers) -> Choice:
    """The best way per item, and a second one where it adds profit.

    shared: rows with the same number draw on the same units (a warehouse's stock of one item); -1 none.
    """
    alone = profit_curves(stage, rows, lots)
    best = alone.best()
    index = np.arange(len(best))
    value, quantity = alone.value[index, best], alone.quantity[index, best]
    base = _best_per_item(rows.item, value)
    base = base[quantity[base] > 0]
    second = _second_rows(rows, lots, base, shared)
    if not len(second):
        return Choice(base, alone.take(base), quantity[base])
    owner = _owner(rows.item, base, second)
    given = replace(stage, inflow=with_extra(stage.inflow, rows.item[base], quantity[base], rows.arrival[base]))
    added = profit_curves(given, _bridged(rows, second, owner, stage.demand.shape[2]), lots.take(second))
    pick = added.best()
    at = np.arange(len(second))
    extra, worth = added.quantity[at, pick], added.value[at, pick]
    kept = _best_per_item(rows.item[second], worth)
    kept = kept[(extra[kept] > 0) & (worth[kept] > 1e-9)]
    return _together(stage, rows, lots, base, alone, quantity, second[kept], added.take(kept), extra[kept])


def _together(
    stage: Stage,
    rows: Rows,
    lots: Lots,
    base: Integers,
    alone: Curves,
    quantity: Floats,
    second: Integers,
    added: Curves,
    extra: Floats,
) -> Choice:
    """The base is decided again where a second way joined it."""
    given = replace(stage, inflow=with_extra(stage.inflow, rows.item[second], extra, rows.arrival[second]))
    again = _owner(rows.item, base, second)
    redone = profit_curves(given, rows.take(again), lots.take(again))
    curves = [alone.take(np.setdiff1d(base, again, assume_unique=True)), redone, added]
    width = max(c.quantity.shape[1] for c in curves)
    row = np.concatenate([np.setdiff1d(base, again, assume_unique=True), again, second])
    joined = Curves(
        np.concatenate([widen(c.quantity, width) for c in curves]),
        np.concatenate([widen(c.value, width) for c in curves]),
    )
    order = np.argsort(row, kind="stable")
    joined = joined.take(order)
    best = joined.quantity[np.arange(len(order)), joined.best()]
    return Choice(row[order], joined, best)


def widen(array: Floats, width: int) -> Floats:
    """`array` with its last column repeated up to `width` columns."""
    return np.concatenate([array, np.repeat(array[:, -1:], width - array.shape[1], axis=1)], axis=1)


def _best_per_item(item: Integers, value: Floats) -> Integers:
    """The row of the highest value of each item; the first among equals."""
    order = np.lexsort((np.arange(len(item)), -value, item))
    _, first = np.unique(item[order], return_index=True)
    return np.sort(order[first])


def _second_rows(rows: Rows, lots: Lots, base: Integers, shared: Integers) -> Integers:
    """Other rows of the items that have a base, unless they draw on the same units."""
    base_of = np.full(int(rows.item.max(initial=-1)) + 1, -1)
    base_of[rows.item[base]] = base
    mine = base_of[rows.item] if len(rows.item) else np.zeros(0, int)
    same_units = (shared >= 0) & (shared == shared[np.maximum(mine, 0)]) if len(shared) else np.zeros(0, bool)
    return np.flatnonzero((mine >= 0) & (mine != np.arange(len(mine))) & lots.open & ~same_units)


def _owner(item: Integers, base: Integers, second: Integers) -> Integers:
    base_of = dict(zip(item[base].tolist(), base.tolist(), strict=True))
    return np.array([base_of[n] for n in item[second].tolist()], dtype=int)


def _bridged(rows: Rows, second: Integers, owner: Integers, weeks: int) -> Rows:
    """After the base arrives and its next chance has come, stock is topped up by the cheaper of the two."""
    taken = rows.take(second)
    later = np.minimum(np.maximum(rows.following[owner], rows.arrival[owner]), weeks).astype(np.int16)
    cheaper = rows.unit_cost[owner] <= rows.unit_cost[second]
    return replace(
        taken,
        switch=np.where(cheaper[:, None], later, weeks).astype(np.int16),
        switch_cost=rows.unit_cost[owner],
        switch_review=rows.review[owner],
    )
