"""Items that go by two ways at once, some fast and the rest slow: both quantities valued together."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from policies.arriving import with_extra
from policies.curves import Curves, Lots, profit_curves, sharpened
from policies.value import Beside, Rows, Stage, quantity_values

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
COARSE, SHOWN = 9, 12
"""Quantities tried from none to the largest, beside those near the plan's: of each way, and of one beside the other."""
NEAR = np.array([-3, -1, 0, 1, 3])
"""Cartons around the plan's quantity that are tried."""


@dataclass(frozen=True)
class Pairs:
    """Two lines of each of T items: the second is worth adding to the first."""

    first: Integers  # (T,) positions among the lines
    second: Integers  # (T,)
    stage: Stage
    first_rows: Rows
    second_rows: Rows
    first_lots: Lots
    second_lots: Lots

    @property
    def choices(self) -> int:
        """Most pairs of quantities that `tried` gives."""
        none = np.zeros(int(max(self.first.max(), self.second.max())) + 1)
        first, second = self.tried(none)
        return int(first.size) * int(second.shape[1])

    def after(self, lines: int) -> "Pairs":
        """With positions behind so many other lines."""
        return replace(self, first=self.first + lines, second=self.second + lines)

    def values(self, first: Floats, second: Floats) -> Floats:
        """Profit (T, K, L) of K quantities by the first way with L by the second (ascending), against none."""
        pairs, many, others = len(first), first.shape[1], second.shape[1]
        by_first = _gain(self.stage, self.first_rows, self.first_lots, first)
        with_none = np.concatenate([np.zeros((pairs, 1)), second], axis=1)
        quantity = np.repeat(with_none, many, axis=1)
        beside = Beside(np.tile(first, (1, others + 1)), self.first_rows.arrival)
        value = quantity_values(self.stage, self.second_rows, quantity, beside) + self.second_lots.saving(quantity)
        by_second = value.reshape(pairs, others + 1, many)
        return np.asarray((by_second[:, 1:] - by_second[:, [0]]).transpose(0, 2, 1) + by_first[:, :, None])

    def tried(self, quantity: Floats) -> tuple[Floats, Floats]:
        """Quantities of both ways to try, (T, K) each: from none to the largest, and around `quantity` (lines,)."""
        first, second = quantity[self.first], quantity[self.second]
        return _tried(self.first_lots, first, COARSE), _tried(self.second_lots, second, COARSE)

    def curves_beside(self, quantity: Floats) -> tuple[Curves, Curves]:
        """Curves of both lines of each item, each beside the other's `quantity` (lines,), exact around its own."""
        first, second = quantity[self.first], quantity[self.second]
        by_first = _tried(self.first_lots, first, SHOWN)
        value = self.values(by_first, second[:, None])[:, :, 0]
        return (
            Curves(by_first, value - value[:, [0]]),
            _exact_at(self._with_first(first), self.second_rows, self.second_lots, second),
        )

    def _with_first(self, quantity: Floats) -> Stage:
        coming = with_extra(self.stage.inflow, self.first_rows.item, quantity, self.first_rows.arrival)
        return replace(self.stage, inflow=coming)


def _gain(stage: Stage, rows: Rows, lots: Lots, quantity: Floats) -> Floats:
    """Profit of `quantity` (T, K) against none."""
    with_none = np.concatenate([np.zeros((len(quantity), 1)), quantity], axis=1)
    value = quantity_values(stage, rows, with_none) + lots.saving(with_none)
    return np.asarray(value[:, 1:] - value[:, [0]])


def _tried(lots: Lots, quantity: Floats, coarse: int) -> Floats:
    """(T, K) ascending, none first."""
    pack, most = lots.case_pack[:, None], lots.most[:, None]
    top = np.minimum(np.maximum(lots.largest, lots.smallest)[:, None], most)
    spread = np.round(top * np.linspace(0.0, 1.0, coarse) / pack) * pack
    near = quantity[:, None] + NEAR * pack
    breaks = lots.break_quantity if lots.break_quantity.size else np.zeros((len(pack), 0))
    everything = most[:, : int(np.isfinite(most).any())]
    wanted = np.concatenate([spread, near, everything, breaks], axis=1)
    wanted = np.where(np.isfinite(wanted) & (wanted > 0), np.maximum(wanted, lots.smallest[:, None]), 0.0)
    return np.sort(np.where(wanted > most, 0.0, wanted), axis=1)


def _exact_at(stage: Stage, rows: Rows, lots: Lots, quantity: Floats) -> Curves:
    curves = profit_curves(stage, rows, lots)
    while (finer := sharpened(stage, rows, lots, curves, quantity)) is not curves:
        curves = finer
    return curves
