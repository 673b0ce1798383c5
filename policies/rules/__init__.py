"""Ordering rules that peers and textbooks use, each as a baseline behind one tiny protocol."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Seen:
    """What a rule may know when it orders; arrays (N, T) end with the last complete week."""

    sales: Floats  # (N, T) units recorded
    in_stock: npt.NDArray[np.bool_]  # (N, T) whether there was stock
    week_of_year: npt.NDArray[np.integer]  # (T,) ISO week
    weeks_ahead: npt.NDArray[np.integer]  # (H,) ISO weeks from the next week on
    position: Floats  # (N,) on hand and everything on order
    lead_weeks: Floats  # (N,) expected weeks until an order placed now is sellable
    review_weeks: Floats  # (N,) weeks until the next chance to order


class Rule(Protocol):
    """A rule turns what is seen into units to order, (N,); rounding to whole cartons is the caller's."""

    @property
    def name(self) -> str:
        """As tables name it."""
        ...

    def order(self, seen: Seen) -> Floats:
        """Units to order now, not negative."""
        ...


def daily_average(sales: Floats, days: float) -> Floats:
    """Units per day over the last `days`; a week that is only partly inside counts with its share."""
    weeks = days / 7.0
    whole = int(np.ceil(weeks - 1e-9))
    recent = sales[:, -whole:] if whole else sales[:, :0]
    if not recent.shape[1]:
        return np.zeros(len(sales))
    share = np.ones(recent.shape[1])
    if recent.shape[1] == whole and weeks < whole:
        share[0] = weeks - (whole - 1)
    return np.asarray((recent * share).sum(axis=1) / (7.0 * share.sum()))


def fill_up(target: Floats, position: Floats) -> Floats:
    """Order up to `target`."""
    return np.asarray(np.maximum(target - position, 0.0))
