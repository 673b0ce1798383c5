"""Demand from sales: stockouts blanked, part-stocked weeks scaled, one-off spikes damped; each with its reason."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import nbinom

from forecasting.schema import Panel
from forecasting.settings import ForecastSettings

Floats = npt.NDArray[np.floating]
REASONS = {
    "stockout": "no stock on hand: sales say nothing about demand",
    "part_stocked": "in stock for part of the period: scaled to a full one",
    "inferred_stockout": "a run of zeros this SKU's own rate makes implausible",
    "spike": "far above this SKU's own rate (a bulk order or deal): damped",
}
EVER_IN_STOCK = 0.05  # below this share of a period in stock, its sales say nothing
SPIKE_DISPERSION = 1.0


@dataclass(frozen=True, eq=False)
class Demand:
    """units: sales that count as evidence of demand; exposure: share of the period they are evidence of.

    Both (sku, period); exposure 0 means nothing is known. `kinds` holds the name of the correction or ''.
    """

    units: Floats
    exposure: Floats
    kinds: npt.NDArray[np.object_]


def demand_from_sales(panel: Panel, settings: ForecastSettings) -> Demand:
    """Turn recorded sales into evidence of demand."""
    known = ~np.isnan(panel.units)
    units = np.where(known, panel.units, 0.0)
    exposure = np.where(known, np.where(np.isnan(panel.availability), 1.0, panel.availability), 0.0)
    kinds = np.full(units.shape, "", dtype=object)
    kinds[known & (exposure < 1)] = "part_stocked"
    out = known & (exposure < EVER_IN_STOCK)
    kinds[out], exposure[out] = "stockout", 0.0
    exposure[_before_launch(panel, units)] = 0.0
    if settings.infer_stockouts:
        run = _implausible_zeros(panel, units, exposure, settings.stockout_odds)
        kinds[run], exposure[run] = "inferred_stockout", 0.0
    damped = _damp_spikes(units, exposure, settings.spike_odds)
    kinds[damped < units] = "spike"
    return Demand(np.where(exposure > 0, damped, 0.0), exposure, kinds)


def _before_launch(panel: Panel, units: Floats) -> npt.NDArray[np.bool_]:
    """Zeros ahead of the first sale, unless stock is known to have been there."""
    sold = np.maximum.accumulate(units > 0, axis=1)
    return np.asarray(~sold & sold[:, -1:] & ~(panel.availability > EVER_IN_STOCK))


def _implausible_zeros(panel: Panel, units: Floats, exposure: Floats, odds: float) -> npt.NDArray[np.bool_]:
    """Runs of zeros between sales, availability unknown, less likely than `odds`.

    A week without sales is as likely as the SKU's other weeks within half a year show, and no less than its
    rate allows a lumpy seller: one that often sells nothing is never blanked.
    """
    blank = np.isnan(panel.availability) & (exposure > 0) & (units == 0)
    start = blank & ~np.pad(blank, ((0, 0), (1, 0)))[:, :-1]
    row, first = np.nonzero(start)
    if not len(row):
        return np.asarray(blank)
    end = _run_end(blank)[row, first]
    length = end - first
    sold, zeros, seen = (_sum_around(x)[row, first] for x in (units, blank * 1.0, exposure))
    own = (np.maximum(zeros - length, 0) + 1) / (np.maximum(seen - length, 0) + 2)
    lumpy = 1 / (1 + sold / np.maximum(seen, 1))
    hit = (np.maximum(own, lumpy) ** length < odds) & (end < units.shape[1]) & (length >= 2)
    edge = np.zeros((units.shape[0], units.shape[1] + 1))
    edge[row[hit], first[hit]] += 1
    edge[row[hit], end[hit]] -= 1
    return np.asarray((np.cumsum(edge, axis=1)[:, :-1] > 0) & blank)


def _run_end(blank: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """For each cell, the first period at or after it that is not blank (the length of the row if none)."""
    n = blank.shape[1]
    stop = np.where(blank, n, np.arange(n))
    return np.minimum.accumulate(stop[:, ::-1], axis=1)[:, ::-1]


def _sum_around(x: Floats, weeks: int = 26) -> Floats:
    """Sum over the half year on each side of each week, (sku, week)."""
    total = np.cumsum(np.pad(x, ((0, 0), (weeks + 1, weeks))), axis=1)
    n = x.shape[1]
    return np.asarray(total[:, np.arange(n) + 2 * weeks] - total[:, np.arange(n)])


def _damp_spikes(units: Floats, exposure: Floats, odds: float) -> Floats:
    """Sales above the `1 - odds` quantile of an over-dispersed count at the rate around, without itself."""
    if odds <= 0:
        return units
    rate = _sum_around(units) / np.maximum(_sum_around(exposure), 1e-9)
    seen = np.minimum(np.count_nonzero(exposure, axis=1, keepdims=True), 52)
    rate = np.maximum((rate * seen - units) / np.maximum(seen - 1, 1), 0.3)
    size = 1 / SPIKE_DISPERSION
    cap = np.full(units.shape, np.inf)
    look = (units > 4 * rate + 4) & (seen >= 8)
    cap[look] = nbinom.isf(odds, size, size / (size + rate[look]))
    return np.asarray(np.minimum(units, cap))


def corrections(panel: Panel, demand: Demand, rate: Floats) -> pd.DataFrame:
    """Each corrected period: sku, week, units (recorded), demand (believed), kind, reason. `rate`: expected."""
    row, column = np.nonzero(demand.kinds != "")
    kind = demand.kinds[row, column]
    believed = np.where(kind == "spike", demand.units[row, column], rate[row, column])
    part = kind == "part_stocked"
    believed[part] = (demand.units / np.maximum(demand.exposure, EVER_IN_STOCK))[row[part], column[part]]
    return pd.DataFrame(
        {
            "sku": panel.skus[row],
            "week": panel.periods[column],
            "units": panel.units[row, column],
            "demand": believed,
            "kind": kind,
            "reason": [REASONS[k] for k in kind],
        }
    )
