"""What Amazon charges on returns (fees/returns_processing.csv, returns_thresholds.csv, returns_parameters.csv).

returns processing: every returned unit of apparel and shoes; of other products those above the category threshold
refund administration: the lesser of a share of the referral fee and a cap, per refund
"""

from datetime import date

import numpy as np
import numpy.typing as npt

from policies.categories import category_key, in_group
from policies.fee_tables import rows_at
from policies.fees.bands import band_rows
from policies.fees.units import Fee, Units

Floats = npt.NDArray[np.floating]
Booleans = npt.NDArray[np.bool_]

TABLE = "fees/returns_processing"
THRESHOLDS = "fees/returns_thresholds"
PARAMETERS = "fees/returns_parameters"


def returns_processing(units: Units, day: date) -> Fee:
    """Fee of one returned unit that is charged; NaN where the marketplace has no table."""
    fee = Fee.unknown(TABLE, len(units))
    rows = rows_at(TABLE, units.marketplace, day, ("tier_code",))
    tiers = units.tiers(day)
    for (tier,), bands in rows.split("tier_code"):
        here = np.flatnonzero(tiers.tier == tier)
        found = band_rows(bands, tiers.shipping_weight_kg[here])
        hit, chosen = here[found >= 0], found[found >= 0]
        fee.amount[hit] = bands["fee"][chosen]
        fee.row[hit] = bands.index[chosen]
        fee.expired[hit] = bands.expired[chosen]
    return fee


def charged_return_rate(
    units: Units, day: date, return_rate: Floats, units_per_month: Floats | None = None
) -> tuple[Floats, Booleans]:
    """Returned units that pay the fee, per unit shipped, and whether the category's threshold is known; (n,) each.

    Without a known threshold no fee is taken. Fewer than 25 units shipped in a month are exempt where
    `units_per_month` says so (NaN: unknown, not exempt).
    """
    every = in_group(units.category, "returns_every_unit") | (units.product_class == "apparel")
    rows = rows_at(THRESHOLDS, units.marketplace, day, ("category",))
    threshold = {category_key(row["category"]): row["threshold"] / 100 for row in rows.records()}
    limit = np.array([threshold.get(key, np.inf) for key in units.category], dtype=float)
    charged = np.where(every, return_rate, np.maximum(return_rate - limit, 0.0))
    if units_per_month is not None:
        least = _parameter(units.marketplace, day, "minimum_units_in_month")
        with np.errstate(invalid="ignore"):
            charged = np.where(~every & (units_per_month < least), 0.0, charged)
    return charged, every | np.isfinite(limit)


def refund_administration(units: Units, day: date, referral: Floats) -> Floats:
    """Part of the referral fee that Amazon keeps on a refund; 0 where none is known; (n,)."""
    share = _parameter(units.marketplace, day, "refund_administration_share") / 100
    cap = _parameter(units.marketplace, day, "refund_administration_cap")
    return np.asarray(np.minimum(referral * share, cap))


def _parameter(marketplace: str, day: date, name: str) -> float:
    rows = rows_at(PARAMETERS, marketplace, day, ("parameter",))
    found = rows["value"][rows["parameter"] == name]
    return float(found[0]) if len(found) else 0.0
