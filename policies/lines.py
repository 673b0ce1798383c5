"""Purchases and shipments worth making, side by side: what the joint limits choose from."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from policies.arriving import FBA
from policies.choose import Choice, Part, widen
from policies.curves import Curves, Lots
from policies.inputs import Problem
from policies.limits import Lines
from policies.pairs import Pairs
from policies.value import Rows

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Candidates:
    """What the joint limits choose from."""

    lines: Lines
    curves: Curves  # profit of each line by quantity, before any shared limit
    parts: tuple[Part, ...]  # where more points of the curves come from
    pairs: tuple[Pairs, ...]  # lines of items that go by two ways


def join_lines(
    problem: Problem, buys: Choice, buy_rows: Rows, buy_lots: Lots, ships: Choice, ship_rows: Rows, ship_lots: Lots
) -> Candidates:
    """Purchase lines first, then shipment lines; curves in the same order."""
    parts = [_part(problem, "buy", buys, buy_rows, buy_lots), _part(problem, "ship", ships, ship_rows, ship_lots)]
    lines = Lines(*(np.concatenate([getattr(p, name) for p in parts]) for name in Lines.__dataclass_fields__))
    width = max(buys.curves.quantity.shape[1], ships.curves.quantity.shape[1])
    quantity, value = ([widen(getattr(c.curves, name), width) for c in (buys, ships)] for name in ("quantity", "value"))
    later = tuple(replace(part, at=part.at + len(buys.row)) for part in ships.parts)
    moved = tuple(
        replace(pair, first=pair.first + len(buys.row), second=pair.second + len(buys.row)) for pair in ships.pairs
    )
    curves = Curves(np.concatenate(quantity), np.concatenate(value))
    return Candidates(lines, curves, (*buys.parts, *later), (*buys.pairs, *moved))


def _part(problem: Problem, kind: str, choice: Choice, rows: Rows, lots: Lots) -> Lines:
    frame = (problem.buy if kind == "buy" else problem.ship).frame
    row = choice.row
    item = rows.item[row]
    pack = frame["case_pack"].to_numpy(float)[row] if len(frame) else np.zeros(0)
    direct = np.ones(len(row), bool)
    if kind == "buy" and len(frame):
        direct = (frame["destination"] == FBA).to_numpy()[row]

    def per_unit(column: str) -> Floats:
        return np.asarray(frame[column].to_numpy(float)[row] / pack) if len(frame) else np.zeros(0)

    cash = frame["unit_cost"].to_numpy(float)[row] if len(frame) else np.zeros(0)
    return Lines(
        np.full(len(row), kind, dtype=object),
        row,
        item,
        lots.case_pack[row],
        lots.smallest[row],
        cash,
        per_unit("carton_volume_m3"),
        per_unit("carton_weight_kg"),
        np.where(direct, problem.economics.volume_m3[item], 0.0),
        np.median(rows.arrival[row], axis=1) if len(row) else np.zeros(0),
    )
