"""Age of FBA stock, first in, first out, over demand paths: units per surcharge band and what they cost.

At the end of a week the stock left is the youngest that came. Units older than an age are therefore
max(0, stock - what came since then), path by path.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policies.fees.storage import YOUNG_DAYS
from policies.inputs import Problem

Floats = npt.NDArray[np.floating]

ITEMS_AT_ONCE = 2000  # bounds the memory of (items, paths, weeks)


@dataclass(frozen=True)
class Ageing:
    """Expectation over paths at the end of each week."""

    stock: Floats  # (N, H) units
    units: Floats  # (N, B, H) units in each age band
    surcharge: Floats  # (N, H) aged-inventory surcharge of the week, plan currency


def expected_ageing(
    age_units: Floats,
    age_from_days: Floats,
    arrivals: Floats,
    demand: Floats,
    bands_from_days: Floats,
    surcharge: Floats,
) -> Ageing:
    """Age stock over paths.

    Args:
        age_units: (N, A) units at FBA today by age.
        age_from_days: (A,) lower ends of those ages, ascending.
        arrivals: (N, H) or (N, P, H) units that become sellable in each week.
        demand: (N, P, H) units wanted; what is not on hand is lost.
        bands_from_days: (B,) lower ends of the surcharge bands, ascending.
        surcharge: (N, B) per unit and week in a band.

    """
    count, _, horizon = demand.shape
    stock, units = np.zeros((count, horizon)), np.zeros((count, len(bands_from_days), horizon))
    incoming = arrivals[:, None, :] if arrivals.ndim == 2 else arrivals
    for first in range(0, count, ITEMS_AT_ONCE):
        part = slice(first, first + ITEMS_AT_ONCE)
        left = _stock(age_units[part].sum(axis=1), incoming[part], demand[part])
        stock[part] = left.mean(axis=1)
        older = [
            np.maximum(left - _younger(age_units[part], age_from_days, incoming[part], float(age)), 0.0).mean(axis=1)
            for age in bands_from_days
        ]
        for band in range(len(older)):
            beyond = older[band + 1] if band + 1 < len(older) else 0.0
            units[part, band] = older[band] - beyond
    return Ageing(stock, units, np.einsum("nbh,nb->nh", units, surcharge))


def _stock(today: Floats, arrivals: Floats, demand: Floats) -> Floats:
    """Stock at the end of each week, lost sales; (n, P, H)."""
    left = np.empty(demand.shape)
    level = np.broadcast_to(today[:, None], demand.shape[:2]).astype(float)
    for week in range(demand.shape[2]):
        level = np.maximum(level + arrivals[:, :, week] - demand[:, :, week], 0.0)
        left[:, :, week] = level
    return left


def _younger(age_units: Floats, age_from_days: Floats, arrivals: Floats, age: float) -> Floats:
    """Units that came less than `age` days before the end of each week, sold or not; (n, 1 or P, H)."""
    horizon = arrivals.shape[2]
    came = np.cumsum(arrivals, axis=2)
    weeks = int(np.ceil(age / 7))
    younger = came.copy()
    younger[:, :, weeks:] -= came[:, :, : max(horizon - weeks, 0)]
    # Units on hand today are taken to be as old as the middle of their band (the last band: its lower end).
    middle = np.append((age_from_days[:-1] + age_from_days[1:]) / 2, age_from_days[-1])
    elapsed = 7.0 * (np.arange(horizon) + 1)
    young_today = middle[:, None] + elapsed[None, :] < age
    return np.asarray(younger + (age_units @ young_today.astype(float))[:, None, :])


def storage_money(problem: Problem, stock: Floats) -> Floats:
    """Storage at FBA of expected stock at the end of each week (N, H), the utilisation surcharge included; (N, H).

    First in, first out: what is left of the stock of five weeks ago is older than 30 days, of today's also what was
    nearly so.
    """
    economics = problem.economics
    base = economics.fba_storage * stock
    if not economics.utilisation.any():
        return np.asarray(base)
    weeks = int(np.ceil((YOUNG_DAYS + 1) / 7))
    wanted = problem.demand.mean(axis=1, dtype=float)
    sold = np.concatenate([np.zeros((len(wanted), 1)), wanted.cumsum(axis=1)], axis=1)
    middle = np.append((problem.age_from_days[:-1] + problem.age_from_days[1:]) / 2, problem.age_from_days[-1:])
    older = np.zeros_like(stock)
    for week in range(stock.shape[1]):
        if week >= weeks:
            older[:, week] = stock[:, week - weeks] - (sold[:, week + 1] - sold[:, week + 1 - weeks])
        else:
            old = problem.fba_age @ (middle + 7.0 * (week + 1) > YOUNG_DAYS).astype(float)
            older[:, week] = old - sold[:, week + 1]
    return np.asarray(base + economics.utilisation * np.clip(older, 0.0, stock))


def age_at_position(age_units: Floats, age_from_days: Floats, position: Floats) -> Floats:
    """Age in days of the unit that is sold after `position` others (N, K), oldest first; 0 beyond the stock."""
    oldest_first = age_units[:, ::-1]
    ends = np.cumsum(oldest_first, axis=1)
    middle = np.append((age_from_days[:-1] + age_from_days[1:]) / 2, age_from_days[-1])[::-1]
    band = (position[:, :, None] >= ends[:, None, :]).sum(axis=2)
    ages = np.append(middle, 0.0)
    return np.asarray(ages[np.minimum(band, len(middle))])


def surcharge_until(age_days: Floats, bands_from_days: Floats, surcharge: Floats) -> Floats:
    """Surcharge paid by a unit from age 0 to an age (N, K): the integral of the weekly rate of its bands."""
    ends = np.append(bands_from_days[1:], np.inf)
    inside = np.clip(age_days[:, :, None], bands_from_days, ends) - bands_from_days
    return np.asarray(np.einsum("nkb,nb->nk", inside / 7.0, surcharge))
