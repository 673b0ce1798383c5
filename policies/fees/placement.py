"""Inbound placement fee per unit received (fees/inbound_placement.csv).

Amazon sets the amount per shipment inside a range; no fixed table exists. The middle of the last range that was
published stands in until the seller's own placement reports say better.
"""

from datetime import date

import numpy as np

from policies.fee_tables import rows_at
from policies.fees.bands import band_rows
from policies.fees.units import Fee, Units

TABLE = "fees/inbound_placement"
SPLITS = ("minimal", "partial", "amazon_optimised")


def placement(units: Units, day: date, split: str = "minimal") -> Fee:
    """Fee of one unit received under a split option; NaN where nothing is known (extra-large, other marketplaces).

    Raises:
        ValueError: an unknown split option.

    """
    if split not in SPLITS:
        raise ValueError(f"unknown placement split {split!r}; allowed are {', '.join(SPLITS)}")
    fee = Fee.unknown(TABLE, len(units))
    rows = rows_at(TABLE, units.marketplace, day, ("tier_code", "split_option"))
    rows = rows.where(rows["split_option"] == split)
    tiers = units.tiers(day)
    for (tier,), bands in rows.split("tier_code"):
        here = np.flatnonzero(tiers.tier == tier)
        found = band_rows(bands, tiers.shipping_weight_kg[here])
        hit, chosen = here[found >= 0], found[found >= 0]
        middle = np.nanmean([bands["fee_low"], bands["fee_high"]], axis=0)
        fee.amount[hit] = middle[chosen]
        fee.row[hit] = bands.index[chosen]
        fee.expired[hit] = bands.expired[chosen]
    return fee
