"""Weight-banded fees: base amount of the band plus a charge per further step of weight."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.fee_tables import KILOGRAMS, first_match, in_band

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


def band_rows(rows: pd.DataFrame, weight_kg: Floats, price: Floats | None = None) -> Integers:
    """Position in `rows` of the band that holds each unit's weight (and price), -1 where none does; (n,)."""
    per_kilogram = np.array([1 / KILOGRAMS[unit] for unit in rows["weight_unit"]])
    matches = np.zeros((len(weight_kg), len(rows)), dtype=bool)
    for scale in np.unique(per_kilogram):
        here = np.flatnonzero(per_kilogram == scale)
        bands = rows.iloc[here]
        matches[:, here] = in_band(weight_kg * scale, bands["weight_over"].to_numpy(), bands["weight_to"].to_numpy())
    if price is not None:
        lower = rows["price_from"].fillna(-np.inf).to_numpy()
        upper = rows["price_below"].fillna(np.inf).to_numpy()
        matches &= (price[:, None] >= lower) & (price[:, None] < upper)
    return first_match(matches)


def stepped(rows: pd.DataFrame, chosen: Integers, weight_kg: Floats) -> Floats:
    """Fee of the chosen rows at each weight: fee + steps above the included weight x fee per step.

    `extra_rounding` is `up` (each started step counts) or `exact` (part of a step counts in part).
    """
    band = rows.iloc[chosen]
    weight = weight_kg / band["weight_unit"].map(KILOGRAMS).to_numpy(float)
    step = band["extra_step"].to_numpy(float)
    steps = np.maximum(weight - band["included_weight"].to_numpy(float), 0) / step
    rounded = np.where(band["extra_rounding"].to_numpy() == "exact", steps, np.ceil(steps - 1e-6))
    extra = np.nan_to_num(rounded * band["extra_fee_per_step"].to_numpy(float))
    return np.asarray(band["fee"].to_numpy(float) + extra)
