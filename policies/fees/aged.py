"""Aged-inventory surcharge per unit and month by age band (fees/aged_surcharge.csv).

charge = max(volume x rate, minimum per unit), on the units of each band at the snapshot of the 15th
"""

from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt

from policies.categories import in_group
from policies.fee_tables import CUBIC_METRES, fee_table, rows_at
from policies.fees.units import Fee, Units

Floats = npt.NDArray[np.floating]

TABLE = "fees/aged_surcharge"


@cache
def age_bands() -> tuple[int, ...]:
    """Lower ends of the bands of all marketplaces and years together, ascending, in days."""
    return tuple(sorted({int(age) for age in fee_table(TABLE)["age_days_from"]}))


def aged_surcharge(units: Units, day: date, age_days: float) -> Fee:
    """Surcharge on one unit of an age for one month; 0 below the first band, NaN without a table."""
    fee = Fee.unknown(TABLE, len(units))
    rows = rows_at(TABLE, units.marketplace, day)
    if not len(rows):
        return fee
    fee.amount[:] = 0.0
    in_band = (rows["age_days_from"] <= age_days) & ~(rows["age_days_to"] < np.floor(age_days))
    apparel = in_group(units.category, "aged_exempt") | (units.product_class == "apparel")
    for row in rows.where(in_band).records():
        pays = ~apparel if row["apparel_group_exempt"] == "yes" else np.ones(len(units), dtype=bool)
        least = np.nan_to_num(row["min_per_unit"])
        charge = np.maximum(units.volume_m3 / CUBIC_METRES[row["unit"]] * row["rate_per_volume"], least)
        fee.amount[pays] = charge[pays]
        fee.row[pays] = row["row"]
        fee.expired[pays] = row["expired"]
    return fee
