"""Weight-banded fees: base amount of the band plus a charge per further step of weight."""

import numpy as np
import numpy.typing as npt

from policies.fee_tables import KILOGRAMS, Rows, first_match, in_band

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


def band_rows(rows: Rows, weight_kg: Floats, price: Floats | None = None) -> Integers:
    """Position in `rows` of the band that holds each unit's weight (and price), -1 where none does; (n,)."""
    per_kilogram = np.array([1 / KILOGRAMS[unit] for unit in rows["weight_unit"]])
    matches = np.zeros((len(weight_kg), len(rows)), dtype=bool)
    over, to = rows["weight_over"], rows["weight_to"]
    for scale in np.unique(per_kilogram):
        here = per_kilogram == scale
        matches[:, here] = in_band(weight_kg * scale, over[here], to[here])
    if price is not None:
        lower = np.nan_to_num(rows["price_from"], nan=-np.inf)
        upper = np.nan_to_num(rows["price_below"], nan=np.inf, posinf=np.inf)
        matches &= (price[:, None] >= lower) & (price[:, None] < upper)
    return first_match(matches)


def stepped(rows: Rows, chosen: Integers, weight_kg: Floats) -> Floats:
    """Fee of the chosen rows at each weight: fee + steps above the included weight x fee per step.

    `extra_rounding` is `up` (each started step counts) or `exact` (part of a step counts in part).
    """
    kilograms = np.array([KILOGRAMS[unit] for unit in rows["weight_unit"]])
    weight = weight_kg / kilograms[chosen]
    steps = np.maximum(weight - rows["included_weight"][chosen], 0) / rows["extra_step"][chosen]
    exact = (rows["extra_rounding"] == "exact")[chosen]
    rounded = np.where(exact, steps, np.ceil(steps - 1e-6))
    extra = np.nan_to_num(rounded * rows["extra_fee_per_step"][chosen])
    return np.asarray(rows["fee"][chosen] + extra)
