"""Which way to buy or ship, and whether a second way pays on top: a fast bridge to the slow one, or a later one."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from policies.arriving import with_extra
from policies.curves import Curves, Lots, profit_curves, sharpened
from policies.pairs import Pairs
from policies.value import Rows, Stage

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Part:
    """Lines of items that go by one way, whose curves come from one stage: more of their points can be asked for."""

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
    pairs: tuple[Pairs, ...] = ()  # one, where some items go by two ways


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
    added = profit_curves(given, rows.take(second), lots.take(second))
    pick = added.best()
    at = np.arange(len(second))
    extra, worth = added.quantity[at, pick], added.value[at, pick]
    kept = _best_per_item(rows.item[second], worth)
    kept = kept[(extra[kept] > 0) & (worth[kept] > 1e-9)]
    lone = np.setdiff1d(base, owner[kept], assume_unique=True)
    extra_first = replace(
        stage, inflow=with_extra(stage.inflow, rows.item[second[kept]], extra[kept], rows.arrival[second[kept]])
    )
    joined = owner[kept]
    again = profit_curves(extra_first, rows.take(joined), lots.take(joined))
    row, curves = _together([(lone, alone.take(lone)), (joined, again), (second[kept], added.take(kept))])
    part = Part(np.searchsorted(row, lone), stage, rows.take(lone), lots.take(lone))
    pairs = (_pairs(stage, rows, lots, row, joined, second[kept]),) if len(kept) else ()
    return Choice(row, curves, (part,), pairs)


def _pairs(stage: Stage, rows: Rows, lots: Lots, row: Integers, first: Integers, second: Integers) -> Pairs:
    """The cheaper way first: until what it orders next arrives, the other may refill too, but not the reverse."""
    dearer = rows.unit_cost[first] > rows.unit_cost[second]
    first, second = np.where(dearer, second, first), np.where(dearer, first, second)
    at = np.searchsorted(row, first), np.searchsorted(row, second)
    return Pairs(*at, stage, rows.take(first), rows.take(second), lots.take(first), lots.take(second))


def _together(pieces: list[tuple[Integers, Curves]]) -> tuple[Integers, Curves]:
    """All lines in the order of their rows."""
    row = np.concatenate([piece[0] for piece in pieces])
    order = np.argsort(row, kind="stable")
    width = max(piece[1].quantity.shape[1] for piece in pieces)
    quantity, value = (
        np.concatenate([widen(getattr(piece[1], name), width) for piece in pieces]) for name in ("quantity", "value")
    )
    return row[order], Curves(quantity, value).take(order)


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
