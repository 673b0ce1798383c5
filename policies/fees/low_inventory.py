"""Low-inventory-level fee per unit shipped (fees/low_inventory_level.csv).

    days of supply(n) = average daily sellable units over n days / average daily units shipped over n days, n = 30, 90

Charged only if both are below 28 days; the greater of the two selects the band.
"""

from datetime import date

import numpy as np
import numpy.typing as npt

from policies.categories import in_group
from policies.fee_tables import rows_at
from policies.fees.bands import band_rows
from policies.fees.units import Fee, Units

Floats = npt.NDArray[np.floating]
Booleans = npt.NDArray[np.bool_]

TABLE = "fees/low_inventory_level"
BELOW_DAYS = (14.0, 21.0, 28.0)  # upper ends of the bands in every table found
LEAST_UNITS_IN_7_DAYS = 20  # fewer units sold in 7 days pay none
AWD_SHARE = 0.70  # auto-replenished from AWD over 90 days: exempt
NEW_SELLER_DAYS = 365  # from the first receipt
NEW_SELECTION_DAYS = 180


def low_inventory_fee(units: Units, day: date, below_days: float, pan_eu: bool = False) -> Fee:
    """Fee of one unit shipped while days of supply lie in the band that ends at `below_days` (14, 21 or 28).

    0 where the marketplace or the tier has none, and for grocery. The European fee is for Pan-EU sellers only.
    """
    fee = Fee(TABLE, np.zeros(len(units)), np.full(len(units), -1), np.zeros(len(units), dtype=bool))
    rows = rows_at(TABLE, units.marketplace, day, ("tier_code",))
    # Before its first day the fee did not exist; the table of 2024 must not reach back.
    rows = rows.where((rows["days_of_supply_below"] == below_days) & ~rows.expired)
    if not pan_eu:
        rows = rows.where(rows["scope"] != "pan_eu")
    tiers = units.tiers(day)
    for (tier,), bands in rows.split("tier_code"):
        here = np.flatnonzero((tiers.tier == tier) & ~in_group(units.category, "low_inventory_exempt"))
        found = band_rows(bands, tiers.shipping_weight_kg[here])
        hit, chosen = here[found >= 0], found[found >= 0]
        fee.amount[hit] = bands["fee"][chosen]
        fee.row[hit] = bands.index[chosen]
    return fee


def days_of_supply(average_units: Floats, average_daily_shipped: Floats) -> Floats:
    """Historical days of supply of one window; infinite when nothing was shipped."""
    with np.errstate(divide="ignore", invalid="ignore"):
        days = np.asarray(average_units, dtype=float) / np.asarray(average_daily_shipped, dtype=float)
    return np.where(np.asarray(average_daily_shipped) > 0, days, np.inf)


def fee_band(days_30: Floats, days_90: Floats) -> npt.NDArray[np.integer]:
    """Position in `BELOW_DAYS` of the band that both windows select (the greater decides); -1 where no fee is due."""
    greater = np.maximum(days_30, days_90)
    return np.where(greater < BELOW_DAYS[-1], np.searchsorted(BELOW_DAYS, greater, side="right"), -1)


def exempt(
    count: int,
    *,
    units_in_7_days: Floats | None = None,
    awd_share: Floats | None = None,
    days_since_first_receipt: Floats | None = None,
    seller_days: float | None = None,
) -> Booleans:
    """Return which of `count` products pay no fee for what is known of them; unknown (NaN or None) does not exempt.

    Args:
        count: number of products.
        units_in_7_days: (n,) sold in the last 7 days; fewer than 20 are exempt.
        awd_share: (n,) share of stock auto-replenished from AWD over 90 days; 70 % and more are exempt.
        days_since_first_receipt: (n,) new-to-FBA products (New Selection) are exempt for 180 days.
        seller_days: days since the seller's first receipt; new professional sellers are exempt for 365.

    """
    free = np.full(count, seller_days is not None and seller_days <= NEW_SELLER_DAYS)
    with np.errstate(invalid="ignore"):
        if units_in_7_days is not None:
            free |= np.asarray(units_in_7_days) < LEAST_UNITS_IN_7_DAYS
        if awd_share is not None:
            free |= np.asarray(awd_share) >= AWD_SHARE
        if days_since_first_receipt is not None:
            free |= np.asarray(days_since_first_receipt) <= NEW_SELECTION_DAYS
    return free
