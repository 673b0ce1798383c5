"""Which way to buy or ship, and whether a second way pays on top: a fast bridge to the slow one, or a later one."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from policies.arriving import with_extra
from policies.curves import Curves, Lots, profit_curves, sharpened
from policies.value import Rows, Stage

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Part:
    """Lines whose curves come from one stage, so that more of their points can be asked for."""

    at: Integers  # positions among the lines
    stage: Stage
    rows: Rows
    lots: Lots


@dataclass(frozen=True)
class Choice:
    """Rows worth using, each with its curve given the other row of the same item."""

    row: Integers  # (C,) index of the option
    curves: Curves
    parts: tuple[Part, ...]


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
        return Choice(base, alone.take(base), (Part(np.arange(len(base)), stage, rows.take(base), lots.take(base)),))
    owner = _owner(rows.item, base, second)
    given = replace(stage, inflow=with_extra(stage.inflow, rows.item[base], quantity[base], rows.arrival[base]))
    bridge = _bridged(rows, second, owner, stage.demand.shape[2])
    added = profit_curves(given, bridge, lots.take(second))
    pick = added.best()
    at = np.arange(len(second))
    extra, worth = added.quantity[at, pick], added.value[at, pick]
    kept = _best_per_item(rows.item[second], worth)
    kept = kept[(extra[kept] > 0) & (worth[kept] > 1e-9)]
    lone = np.setdiff1d(base, owner[kept], assume_unique=True)
    pieces = [
        (lone, stage, rows.take(lone), alone.take(lone)),
        _again(stage, rows, lots, owner[kept], rows.item[second[kept]], extra[kept], rows.arrival[second[kept]]),
        (second[kept], given, bridge.take(kept), added.take(kept)),
    ]
    return _together(pieces, lots)


Piece = tuple[Integers, Stage, Rows, Curves]


def _again(
    stage: Stage, rows: Rows, lots: Lots, base: Integers, item: Integers, extra: Floats, arrival: Integers
) -> Piece:
    """The base is decided again where a second way joined it."""
    joined = replace(stage, inflow=with_extra(stage.inflow, item, extra, arrival))
    return base, joined, rows.take(base), profit_curves(joined, rows.take(base), lots.take(base))


def _together(pieces: list[Piece], lots: Lots) -> Choice:
    """All lines in the order of their rows."""
    row = np.concatenate([p[0] for p in pieces])
    order = np.argsort(row, kind="stable")
    place = np.empty(len(row), dtype=int)
    place[order] = np.arange(len(row))
    width = max(p[3].quantity.shape[1] for p in pieces)
    joined = Curves(
        np.concatenate([widen(p[3].quantity, width) for p in pieces]),
        np.concatenate([widen(p[3].value, width) for p in pieces]),
    )
    ends = np.cumsum([len(p[0]) for p in pieces])
    parts = [
        Part(place[end - len(at) : end], given, mine, lots.take(at))
        for (at, given, mine, _), end in zip(pieces, ends, strict=True)
    ]
    return Choice(row[order], joined.take(order), tuple(parts))


def sharper(parts: tuple[Part, ...], curves: Curves, quantity: Floats) -> Curves:
    """`curves` of all lines with more points around `quantity`; the same object where there are none to add."""
    finer = [sharpened(p.stage, p.rows, p.lots, curves.take(p.at), quantity[p.at]) for p in parts]
    width = max((c.quantity.shape[1] for c in finer), default=0)
    if width <= curves.quantity.shape[1]:
        return curves
    joined = Curves(widen(curves.quantity, width), widen(curves.value, width))
    for part, mine in zip(parts, finer, strict=True):
        joined.quantity[part.at], joined.value[part.at] = widen(mine.quantity, width), widen(mine.value, width)
    return joined


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
