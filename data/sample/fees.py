"""Amazon's fees for the sample seller's products on the day it is looked at: what its fee reports say and what is true.

The amounts are those of the dated tables in `policies`, so that report and plan differ only where the seller's reports
are silent. Germany's table leaves most referral rates out; this seller pays 15 % there.
"""

from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policies.categories import category_keys
from policies.fees.fulfilment import fulfilment
from policies.fees.referral import referral
from policies.fees.storage import storage
from policies.fees.units import Floats, Units

INCH, POUND, CUBIC_FOOT = 2.54, 0.45359237, 28316.846592
USUAL_REFERRAL = 0.15

AGE_BANDS = {
    "US": ((181, 210, 0.50), (211, 240, 1.00), (241, 270, 1.50), (271, 300, 5.45), (301, 330, 5.70), (331, 365, 5.90),
           (366, 455, 6.90), (456, 9999, 7.90)),
    "DE": ((241, 270, 47.99), (271, 300, 125.16), (301, 330, 129.92), (331, 365, 135.98), (366, 455, 227.63),
           (456, 9999, 261.97)),
}  # fmt: skip
"""Aged-inventory surcharge of the reports: first day, last day, rate a month per cubic foot or cubic metre."""

TIER_NAMES = {
    "small_standard": "UsSmallStandardSize", "large_standard": "UsLargeStandardSize", "small_bulky": "SmallBulky",
    "large_bulky": "LargeBulky", "light_envelope": "Standard-Umschlag", "standard_envelope": "Standard-Umschlag",
    "large_envelope": "Großer Umschlag", "extra_large_envelope": "Extra großer Umschlag",
    "small_parcel": "Kleines Paket", "standard_parcel": "Standardpaket", "small_oversize": "Kleine Übergröße",
}  # fmt: skip
"""Size tiers as the fee preview spells them; others are written as their code."""


def unit_fees(items: pd.DataFrame, day: date) -> pd.DataFrame:
    """Size tier and fees per unit of each item on a day, in the item's price currency, rows as in `items`.

    Columns: tier, size_class (standard, oversize), referral, fulfilment, fulfilment_peak, volume (cubic foot in the US,
    else cubic metre), storage and storage_peak (a month outside and inside October to December).
    """
    parts = []
    for marketplace, rows in items.groupby("marketplace", sort=False):
        units = _units(str(marketplace), rows)
        tier = units.tiers(day).tier
        parts.append(
            pd.DataFrame(
                {
                    "tier": [TIER_NAMES.get(code, code) for code in tier],
                    "size_class": np.where(_is_large(tier), "oversize", "standard"),
                    "referral": _or(referral(units, day).amount, USUAL_REFERRAL * units.price).round(2),
                    "fulfilment": fulfilment(units, day, "non_peak").amount.round(2),
                    "fulfilment_peak": fulfilment(units, day, "peak").amount.round(2),
                    "volume": units.volume_m3 * (1e6 / CUBIC_FOOT if marketplace == "US" else 1.0),
                    "storage": storage(units, day.replace(month=6, day=1)).amount,
                    "storage_peak": storage(units, day.replace(month=11, day=1)).amount,
                },
                index=rows.index,
            )
        )
    return pd.concat(parts).loc[items.index]


def _units(marketplace: str, rows: pd.DataFrame) -> Units:
    return Units(
        marketplace=marketplace,
        price=rows["price"].to_numpy(float),
        category=category_keys(rows["category"]),
        product_class=rows["product_class"].to_numpy(object),
        sides_cm=rows[["length_cm", "width_cm", "height_cm"]].to_numpy(float),
        weight_kg=rows["weight_kg"].to_numpy(float),
        sipp_certified=np.zeros(len(rows), bool),
    )


def _is_large(tier: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Bulky, oversize and extra-large tiers (envelopes are small, whatever they are called)."""
    words = ("bulky", "oversize", "extra_large")
    return np.array([any(word in code for word in words) and "envelope" not in code for code in tier], bool)


def _or(amount: Floats, usual: Floats) -> Floats:
    return np.where(np.isnan(amount), usual, amount)
