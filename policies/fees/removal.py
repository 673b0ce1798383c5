"""Giving up a unit at FBA: removal, disposal and liquidation (fees/removal.csv, liquidation.csv).

removal or disposal = fee(size class, shipping weight)
liquidation proceeds = price x recovery share x (1 - referral share) - processing fee
"""

from datetime import date

import numpy as np
import numpy.typing as npt

from policies.categories import in_group
from policies.fee_tables import fee_table, rows_at
from policies.fees.bands import band_rows, stepped
from policies.fees.units import Fee, Units

Floats = npt.NDArray[np.floating]

TABLE = "fees/removal"
LIQUIDATION = "fees/liquidation"
SERVICES = ("removal", "disposal", "liquidation_processing")


def removal(units: Units, day: date, service: str = "removal") -> Fee:
    """Fee of one unit removed, disposed of or processed for liquidation; NaN where the marketplace has no table.

    Outside the US only removal was found; disposal is then taken to cost the same.

    Raises:
        ValueError: an unknown service.

    """
    if service not in SERVICES:
        raise ValueError(f"unknown service {service!r}; allowed are {', '.join(SERVICES)}")
    fee = Fee.unknown(TABLE, len(units))
    rows = rows_at(TABLE, units.marketplace, day, ("service", "size_class"))
    if service == "disposal" and service not in set(rows["service"]):
        service = "removal"
    rows = rows.where(rows["service"] == service)
    tiers = units.tiers(day)
    special = in_group(units.category, "special_handling") | (units.product_class != "non_apparel")
    size_class = np.where(
        special & ("special_handling" in set(rows["size_class"])), "special_handling", tiers.size_class
    )
    for (name,), bands in rows.split("size_class"):
        here = np.flatnonzero(size_class == name)
        weight = tiers.shipping_weight_kg[here]
        found = band_rows(bands, weight)
        hit, chosen = here[found >= 0], found[found >= 0]
        fee.amount[hit] = stepped(bands, chosen, weight[found >= 0])
        fee.row[hit] = bands.index[chosen]
        fee.expired[hit] = bands.expired[chosen]
    return fee


def liquidation_proceeds(units: Units, day: date, net_price: Floats, recovery_share: float | None = None) -> Floats:
    """Money for one unit liquidated; NaN where no processing fee is known. `net_price` is without tax."""
    share = _parameter("gross_recovery_of_selling_price") if recovery_share is None else recovery_share
    kept = 1 - _parameter("referral_fee_percent")
    return np.asarray(net_price * share * kept - removal(units, day, "liquidation_processing").amount)


def _parameter(name: str) -> float:
    rows = fee_table(LIQUIDATION)
    return float(rows.loc[rows["parameter"] == name, "value"].iloc[-1]) / 100
