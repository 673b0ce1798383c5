"""After the peak: what is left at FBA, what keeping it costs, what comes back."""

from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.ageing import expected_ageing
from policies.inputs import Problem
from policies.plan import Projection
from replenish.scenarios.resolve import Row

Floats = npt.NDArray[np.floating]
EVERY = 4  # ageing looks at every fourth path: a mean needs no more
COVER_WEEKS = 8  # weeks after the event whose demand the cover is counted in
COLUMNS = [
    "event", "after", "left_units", "left_cost", "cover_weeks", "storage_after", "aged_after", "returned_units",
    "returned_sellable",
]  # fmt: skip


def after_peak(
    problem: Problem, projection: Projection, arriving: Floats, sold: Floats, peak: Row, listed: pd.DataFrame
) -> dict[str, object]:
    """One scenario's weeks after the event, to the plan's last week (COLUMNS; money in plan currency).

    arriving: units that become sellable, (N, P, H). sold: expected units sold, (N, H). listed: return_rate and
    sellable_return_share of each item. Returned units are the event's own sales; Amazon lets buyers return what they
    bought in November and December until the end of January, so most come back then. They are not planned with.
    """
    _, _, horizon = problem.demand.shape
    until = peak.weeks_until_end(problem.start, problem.marketplace, horizon)
    weeks, meant = np.arange(horizon), until > 0
    later = (weeks[None, :] >= until[:, None]) & meant[:, None]
    economics, stock = problem.economics, projection.mean_with
    end = np.where(meant, stock[np.arange(len(stock)), np.maximum(until - 1, 0)], 0.0)
    follows = later & (weeks[None, :] < until[:, None] + COVER_WEEKS)
    weekly = (problem.demand.mean(axis=1, dtype=float) * follows).sum() / max(follows.sum(axis=1).max(initial=0), 1)
    aged = expected_ageing(
        problem.fba_age, problem.age_from_days, arriving[:, ::EVERY], problem.demand[:, ::EVERY].astype(float),
        economics.aged_from_days.astype(float), economics.aged_surcharge,
    ).surcharge  # fmt: skip
    begin = peak.weeks_until_start(problem.start, problem.marketplace, horizon)
    during = (weeks[None, :] >= begin[:, None]) & (weeks[None, :] < until[:, None])
    back = (sold * during).sum(axis=1) * listed["return_rate"].to_numpy(float)
    return {
        "event": peak.label,
        "after": problem.start + timedelta(days=7 * int(until.max(initial=0))),
        "left_units": float(end.sum()),
        "left_cost": float((end * economics.product_cost).sum()),
        "cover_weeks": float(end.sum() / weekly) if weekly > 0 else 0.0,
        "storage_after": float((economics.fba_storage * stock * later).sum()),
        "aged_after": float((aged * later).sum()),
        "returned_units": float(back.sum()),
        "returned_sellable": float((back * listed["sellable_return_share"].to_numpy(float)).sum()),
    }
