"""What a plan does at FBA over all paths: stock, lost units, fees, with and without it."""

from dataclasses import dataclass

import numba as nb
import numpy as np
import numpy.typing as npt

from policies.fees.storage import YOUNG_DAYS
from policies.inputs import Problem
from policies.value import Inflow

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Outcome:
    """Means over paths; (N,) unless said otherwise."""

    stock_mean: Floats  # (N, H) at the end of each week
    stock_low: Floats  # (N, H) 10 %
    stock_high: Floats  # (N, H) 90 %
    lost: Floats  # units of demand lost until `until`
    stockout: Floats  # probability of a week short until `until`
    lost_total: Floats  # units over the horizon
    lost_margin: Floats  # money over the horizon
    sold: Floats  # units over the horizon
    sales: Floats  # money customers pay over the horizon
    storage: Floats
    aged: Floats
    low_inventory: Floats
    unavoidable: Floats  # units lost before `early`


def simulate_fba(
    problem: Problem, direct: Inflow, behind: Inflow, front: Floats, until: Integers, early: Integers
) -> Outcome:
    """Follow FBA's stock week by week: `direct` arrives there; `behind` waits upstream and follows as far as FBA's
    stock is below `front` (N, H). `until` and `early` (N,): weeks over
    which losses count."""
    economics = problem.economics
    got = _simulate(
        np.ascontiguousarray(problem.demand, dtype=np.float32),
        problem.fba_on_hand.astype(float),
        problem.fba_age.astype(float),
        _middle(problem.age_from_days),
        direct.first,
        direct.units,
        direct.week,
        behind.first,
        behind.units,
        behind.week,
        front.astype(float),
        until.astype(np.int64),
        early.astype(np.int64),
        economics.margin.astype(float),
        economics.price.astype(float),
        economics.fba_storage.astype(float),
        economics.utilisation.astype(float),
        economics.aged_from_days.astype(float),
        economics.aged_surcharge.astype(float),
        economics.low_inventory_below_days.astype(float),
        economics.low_inventory_fee.astype(float),
    )
    return Outcome(*got[:3], *got[3].T)


def _middle(lower: Floats) -> Floats:
    """Typical age of each band of the stock, days."""
    if not len(lower):
        return np.zeros(0)
    upper = np.append(lower[1:], lower[-1] + 90.0)
    return np.asarray((lower + upper) / 2.0, dtype=float)


@nb.njit(parallel=True, cache=True)  # type: ignore[untyped-decorator]
def _simulate(  # type: ignore[no-untyped-def]
    demand,
    on_hand,
    age_units,
    age_days,
    d_first,
    d_units,
    d_week,
    b_first,
    b_units,
    b_week,
    front,  # type: ignore[no-untyped-def]
    until,
    early,
    margin,
    price,
    storage,
    utilisation,
    aged_from,
    aged_rate,
    low_days,
    low_fee,
):
    n_items, paths, weeks = demand.shape
    mean, low, high = np.zeros((n_items, weeks)), np.zeros((n_items, weeks)), np.zeros((n_items, weeks))
    sums = np.zeros((n_items, 10))
    reach = np.ceil(aged_from / 7.0).astype(np.int64)  # weeks after which a unit is in the band
    free_until = np.array([YOUNG_DAYS + 1.0])
    free_weeks = int(np.ceil(free_until[0] / 7.0))
    for n in nb.prange(n_items):
        stocks = np.zeros((weeks, paths))
        direct, behind, cumulated = np.zeros(weeks + 1), np.zeros(weeks + 1), np.zeros(weeks + 1)
        ages = np.any(aged_rate[n] > 0)
        young = _young_at_start(age_units[n], age_days, aged_from, weeks)
        surcharged = np.any(utilisation[n] > 0)
        month_old = _young_at_start(age_units[n], age_days, free_until, weeks)[0]
        typical = max(demand[n, :, : min(4, weeks)].mean(), 1e-6)
        for p in range(paths):
            direct[:] = 0.0
            behind[:] = 0.0
            for a in range(d_first[n], d_first[n + 1]):
                direct[d_week[a, p]] += d_units[a]
            for a in range(b_first[n], b_first[n + 1]):
                behind[b_week[a, p]] += b_units[a]
            x, waiting, short = on_hand[n], 0.0, False
            s_short, s_long, f_short, f_long = x, x, typical, typical
            for h in range(weeks):
                d = demand[n, p, h]
                waiting += behind[h]
                pulled = min(waiting, max(front[n, h] - x - direct[h], 0.0))
                waiting -= pulled
                x += direct[h] + pulled
                cumulated[h + 1] = cumulated[h] + direct[h] + pulled
                sold = min(x, d)
                x -= sold
                missed = d - sold
                stocks[h, p] = x
                if h < until[n]:
                    sums[n, 0] += missed
                    short = short or missed > 1e-6
                if h < early[n]:
                    sums[n, 9] += missed
                sums[n, 2] += missed
                sums[n, 3] += missed * margin[n, h]
                sums[n, 4] += sold
                sums[n, 5] += sold * price[n]
                sums[n, 6] += x * storage[n, h]
                if surcharged:
                    came = cumulated[h + 1] - cumulated[max(h + 1 - free_weeks, 0)] + month_old[h]
                    sums[n, 6] += max(x - came, 0.0) * utilisation[n, h]
                if ages:
                    sums[n, 7] += _aged(x, h, cumulated, young, reach, aged_rate[n])
                days = 7.0 * max(s_short / max(f_short, 1e-9), s_long / max(f_long, 1e-10))
                fee = 0.0
                for band in range(len(low_days) - 1, -1, -1):
                    if days < low_days[band]:
                        fee = low_fee[n, band]
                sums[n, 8] += sold * fee
                s_short += (x - s_short) / 4.3
                s_long += (x - s_long) / 12.9
                f_short += (sold - f_short) / 4.3
                f_long += (sold - f_long) / 12.9
            if short:
                sums[n, 1] += 1.0
        for h in range(weeks):
            ordered = np.sort(stocks[h])
            mean[n, h] = ordered.mean()
            low[n, h] = ordered[int(0.1 * (paths - 1))]
            high[n, h] = ordered[int(np.ceil(0.9 * (paths - 1)))]
        for k in range(10):
            sums[n, k] /= paths
    return mean, low, high, sums


@nb.njit  # type: ignore[untyped-decorator]
def _aged(x, h, cumulated, young_at_start, reach, aged_rate):  # type: ignore[no-untyped-def]
    """Surcharge of the week. First in, first out: older than a band's age is stock less what came since then."""
    charge, before = 0.0, 0.0
    for band in range(len(reach)):
        young = cumulated[h + 1] - cumulated[max(h + 1 - reach[band], 0)] + young_at_start[band, h]
        if x <= young:
            break
        charge += (aged_rate[band] - before) * (x - young)
        before = aged_rate[band]
    return charge


@nb.njit  # type: ignore[untyped-decorator]
def _young_at_start(age_units, age_days, aged_from, weeks):  # type: ignore[no-untyped-def]
    """Of the stock on hand now, units that are younger than each band at the end of each week."""
    young = np.zeros((len(aged_from), weeks))
    for band in range(len(aged_from)):
        for h in range(weeks):
            for a in range(len(age_days)):
                if age_days[a] + 7.0 * (h + 1) < aged_from[band]:
                    young[band, h] += age_units[a]
    return young
