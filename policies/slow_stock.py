"""Stock that sells too slowly: how much is excess, and whether leaving is worth more than waiting."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policies.horizon import leftover_worth, weekly_after
from policies.inputs import DecisionSettings, Problem
from policies.value import TERMINAL_STEP

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class SlowStock:
    """Per item (N,)."""

    excess: Floats  # units at FBA beyond `excess_days` of expected demand
    removal: Floats  # money that giving up the units least worth keeping earns against keeping them
    keep: Floats  # money per unit and week that the excess costs in storage and capital


def slow_stock(problem: Problem, settings: DecisionSettings) -> SlowStock:
    """Excess by Amazon's definition (days of supply on forecast demand), priced by what its last units are worth."""
    economics = problem.economics
    n, _, weeks = problem.demand.shape
    span = min(settings.excess_days / 7.0, float(weeks))
    mean = problem.demand.mean(axis=1, dtype=float)
    whole = int(span)
    near = mean[:, :whole].sum(axis=1) + (mean[:, whole] * (span - whole) if whole < weeks else 0.0)
    near = near * (settings.excess_days / 7.0) / span
    excess = np.maximum(problem.fba_on_hand - near, 0.0)
    everything = np.arange(n)
    margin = economics.margin.mean(axis=1)
    hold = economics.fba_storage.mean(axis=1)
    age = _mean_age_weeks(problem)
    rate = np.maximum(weekly_after(problem.demand), mean.mean(axis=1))
    kept = leftover_worth(problem, everything, margin, hold, age, floor=False)
    free = leftover_worth(problem, everything, margin, hold, age)
    cover = problem.fba_on_hand / rate
    gain = _at(free, cover) - _at(kept, cover)
    capital = economics.capital_rate * economics.product_cost
    return SlowStock(np.floor(excess), np.maximum(gain * rate, 0.0), hold + capital)


def _mean_age_weeks(problem: Problem) -> Floats:
    """The youngest units leave last: the age that matters for what waits is that of the youngest band held."""
    if not problem.fba_age.shape[1]:
        return np.zeros(len(problem.items))
    held = problem.fba_age > 0
    youngest = np.where(held.any(axis=1), np.argmax(held, axis=1), 0)
    return np.asarray(problem.age_from_days[youngest] / 7.0, dtype=float)


def _at(table: Floats, weeks: Floats) -> Floats:
    """Value of each row's table at `weeks` of supply, linear; flat slope beyond."""
    last = table.shape[1] - 1
    position = weeks / TERMINAL_STEP
    at = np.minimum(position.astype(int), last - 1)
    rows = np.arange(len(weeks))
    step = table[rows, at + 1] - table[rows, at]
    return np.asarray(table[rows, at] + step * (position - at))
