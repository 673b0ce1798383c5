"""Monthly storage per unit, and the storage utilisation surcharge (fees/storage.csv, storage_utilisation.csv).

    charge = average daily units in the month x volume x rate

Season is the month of storage. A day of storage costs the month's rate divided by the days of that month.
"""

from calendar import monthrange
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.categories import in_group
from policies.fee_tables import CUBIC_METRES, rows_at
from policies.fees.units import Fee, Units

Floats = npt.NDArray[np.floating]

TABLE = "fees/storage"
UTILISATION = "fees/storage_utilisation"
DATED = ("size_class", "product_group", "month_from")
YOUNG_DAYS = 30  # units up to this age pay no utilisation surcharge
LEAST_VOLUME_M3 = 25 * 0.3048**3  # average volume of a size class below which there is no surcharge


def month_starts(start: date, end: date) -> set[date]:
    """First days of the months in (start, end]."""
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return {day for day in days if day.day == 1}


def days_in_month(day: date) -> int:
    """Days of the month that holds a day."""
    return monthrange(day.year, day.month)[1]


def product_groups(units: Units) -> npt.NDArray[np.object_]:
    """Return `dangerous_goods`, `clothing` or `all` per unit."""
    clothing = in_group(units.category, "clothing_storage") | (units.product_class == "apparel")
    return np.where(
        units.product_class == "dangerous_goods", "dangerous_goods", np.where(clothing, "clothing", "all")
    ).astype(object)


def storage(units: Units, day: date) -> Fee:
    """Base storage of one unit for the whole month that holds the day; NaN where the marketplace has no table."""
    fee = Fee.unknown(TABLE, len(units))
    rows = rows_at(TABLE, units.marketplace, day, DATED)
    rows = rows.where((rows["month_from"] <= day.month) & (day.month <= rows["month_to"]))
    tiers, groups = units.tiers(day), product_groups(units)
    # The general rate first; a rate for the unit's own group overrides it.
    for row in rows.ordered("product_group").records():
        here = (tiers.size_class == row["size_class"]) & (
            (groups == row["product_group"]) | (row["product_group"] == "all")
        )
        fee.amount[here] = units.volume_m3[here] / CUBIC_METRES[row["unit"]] * row["rate"]
        fee.row[here] = row["row"]
        fee.expired[here] = row["expired"]
    return fee


def utilisation_surcharge(units: Units, day: date, ratio_weeks: Floats) -> Fee:
    """Surcharge on one unit older than 30 days for the month, at a utilisation ratio of its size class.

    Args:
        units: of one marketplace.
        day: in the month charged.
        ratio_weeks: (n,) volume stored / weekly volume shipped over 13 weeks; NaN where unknown (no surcharge).

    Months and sizes for which no surcharge was found answer 0: the seller's storage report then tells.

    """
    rows = rows_at(UTILISATION, units.marketplace, day)
    rows = rows.where((rows["month_from"] <= day.month) & (day.month <= rows["month_to"]) & ~rows.expired)
    fee = Fee(UTILISATION, np.zeros(len(units)), np.full(len(units), -1), np.zeros(len(units), dtype=bool))
    size_class = units.tiers(day).size_class
    ordinary = units.product_class != "dangerous_goods"
    for row in rows.records():
        open_end = bool(np.isnan(row["ratio_weeks_below"]))
        here = ordinary & (size_class == row["size_class"])
        here &= (ratio_weeks >= row["ratio_weeks_from"]) & (open_end | (ratio_weeks < row["ratio_weeks_below"]))
        fee.amount[here] = units.volume_m3[here] / CUBIC_METRES[row["unit"]] * row["rate"]
        fee.row[here] = row["row"]
    return fee


def utilisation_weeks(stored_m3: pd.Series, shipped_m3_per_week: pd.Series) -> pd.Series:
    """Ratio that sets the surcharge: average volume stored / average weekly volume shipped, by size class.

    Args:
        stored_m3: average daily volume over the trailing 13 weeks, one value per size class.
        shipped_m3_per_week: average weekly volume shipped in the same time.

    Classes below the least volume answer NaN: they pay none. Nothing shipped gives infinity.

    """
    shipped = shipped_m3_per_week.reindex(stored_m3.index).fillna(0.0)
    ratio = stored_m3 / shipped.where(shipped > 0, np.nan)
    ratio = ratio.where(shipped > 0, np.inf)
    return ratio.where(stored_m3 >= LEAST_VOLUME_M3, np.nan)
