"""The honest worth of units that are left when the planned weeks end: sold later, or paid to leave."""

import numpy as np
import numpy.typing as npt

from policies.inputs import Problem
from policies.value import TERMINAL_STEP

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
LAST_WEEK = 130  # two and a half years of supply; beyond it a unit is given up
TAIL_WEEKS = 13  # the demand rate after the horizon is the mean of its last quarter


def weekly_after(demand: npt.NDArray[np.float32]) -> Floats:
    """Units per week expected after the horizon, (N,); never zero."""
    tail = min(TAIL_WEEKS, demand.shape[2])
    rate = demand[:, :, -tail:].mean(axis=(1, 2), dtype=float)
    return np.asarray(np.maximum(rate, 1e-3))


def leftover_worth(
    problem: Problem, item: Integers, unit_cost: Floats, hold: Floats, age_weeks: Floats, floor: bool = True
) -> Floats:
    """Cumulated worth of stock above the last target, (M, G), by weeks of supply in steps of two weeks.

    A unit that waits t weeks is worth what it replaces (its unit cost, or its margin where that is less, because it
    would not be bought again) less `hold` (M,; storage and capital per week) and the aged surcharge of the bands it
    grows through from `age_weeks` (M,) on, but (with `floor`) never less than giving it up: `exit_value`.
    """
    economics = problem.economics
    weeks = np.arange(0.0, LAST_WEEK + 1.0, TERMINAL_STEP)
    margin = economics.margin[item].mean(axis=1)
    start = np.minimum(unit_cost, margin)
    surcharge = _surcharge_by_age(
        economics.aged_from_days, economics.aged_surcharge[item], (age_weeks[:, None] + weeks[None, :]) * 7.0
    )
    step = np.zeros_like(surcharge)
    step[:, 1:] = (surcharge[:, 1:] + surcharge[:, :-1]) / 2 * TERMINAL_STEP
    worth = start[:, None] - hold[:, None] * weeks[None, :] - step.cumsum(axis=1)
    if floor:
        worth = np.maximum(worth, economics.exit_value[item][:, None])
    cumulated = np.zeros_like(worth)
    cumulated[:, 1:] = ((worth[:, 1:] + worth[:, :-1]) / 2 * TERMINAL_STEP).cumsum(axis=1)
    return np.asarray(cumulated)


def _surcharge_by_age(from_days: Floats, surcharge: Floats, age_days: Floats) -> Floats:
    """Surcharge per unit and week at each age, (M, G)."""
    charged = np.zeros_like(age_days)
    for band, lowest in enumerate(from_days):
        charged = np.where(age_days >= lowest, surcharge[:, [band]], charged)
    return charged
