"""Amazon's fees for the sample seller's products: enough of the 2026 tables for products of their kind.

The figures repeat published amounts for non-apparel goods (US listing price 10 to 50 dollars; Germany without the
Central Europe Programme). They are the sample's *truth*, written down apart from the tables that the planner uses, so
that a fault in those tables shows as a difference between plan and report.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FUEL = {"US": 0.035, "DE": 0.015}
INCH, POUND, CUBIC_FOOT = 2.54, 0.45359237, 28316.846592

_US_SMALL = [3.32, 3.42, 3.45, 3.54, 3.68, 3.78, 3.91, 3.96]  # steps of 2 oz
_US_LARGE = [3.73, 3.95, 4.20, 4.60, 5.04, 5.42, 5.57, 5.82, 5.92, 6.10, 6.26, 6.67]  # steps of a quarter pound
_DE_ENVELOPE = ((0.1, 2.54), (0.21, 2.57), (0.46, 2.68), (0.96, 3.42))
_DE_PARCEL = ((0.15, 3.39), (0.4, 3.42), (0.9, 3.44), (1.4, 3.93), (1.9, 3.95), (2.9, 4.55), (3.9, 5.09), (5.9, 5.22),
              (8.9, 6.03), (11.9, 6.65))  # fmt: skip
STORAGE = {"US": {"standard": (0.78, 2.40), "oversize": (0.56, 1.40)},
           "DE": {"standard": (27.54, 52.20), "oversize": (21.78, 34.49)}}  # fmt: skip
"""Base storage by size and season (January to September, October to December), per cubic foot or cubic metre."""

AGE_BANDS = {
    "US": ((181, 210, 0.50), (211, 240, 1.00), (241, 270, 1.50), (271, 300, 5.45), (301, 330, 5.70), (331, 365, 5.90),
           (366, 455, 6.90), (456, 9999, 7.90)),
    "DE": ((241, 270, 47.99), (271, 300, 125.16), (301, 330, 129.92), (331, 365, 135.98), (366, 455, 227.63),
           (456, 9999, 261.97)),
}  # fmt: skip
"""Aged-inventory surcharge: first day, last day, rate per cubic foot or cubic metre and month."""

REFERRAL = {"Tools and Home Improvement": 0.15}
PEAK_EXTRA = {"US": 0.29, "DE": 0.0}


def unit_fees(items: pd.DataFrame) -> pd.DataFrame:
    """Size tier and fees per unit for each item: tier, size_class, referral, fulfilment, fulfilment_peak, volume (cubic
    foot or cubic metre), storage, storage_peak (per month), all in the item's price currency."""
    sides = np.sort(items[["length_cm", "width_cm", "height_cm"]].to_numpy(float), axis=1)[:, ::-1]
    kg, price = items["weight_kg"].to_numpy(float), items["price"].to_numpy(float)
    market = items["marketplace"].to_numpy()
    us_tier, us_fee = _american(sides / INCH, kg / POUND)
    de_tier, de_fee = _german(sides, kg)
    american = market == "US"
    tier = np.where(american, us_tier, de_tier)
    fee = np.where(american, us_fee * (1 + FUEL["US"]), de_fee * (1 + FUEL["DE"]))
    large = np.isin(tier, ["SmallBulky", "LargeBulky", "Standard-Übergröße"])
    size = np.where(large, "oversize", "standard")
    volume = sides.prod(axis=1) / np.where(american, CUBIC_FOOT, 1e6)
    rates = np.array([STORAGE[code][kind] for code, kind in zip(market, size, strict=True)]).reshape(-1, 2)
    extra = np.where(american, PEAK_EXTRA["US"], PEAK_EXTRA["DE"])
    return pd.DataFrame(
        {
            "tier": tier,
            "size_class": size,
            "referral": (price * 0.15).round(2),
            "fulfilment": fee.round(2),
            "fulfilment_peak": (fee + extra).round(2),
            "volume": volume,
            "storage": volume * rates[:, 0],
            "storage_peak": volume * rates[:, 1],
        }
    )


def _american(inches: NDArray[np.float64], pounds: NDArray[np.float64]) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """US tier names as the fee preview spells them, and the fulfilment fee without fuel surcharge."""
    small = (inches <= (15, 12, 0.75)).all(axis=1) & (pounds <= 1)
    shipping = np.where(small, pounds, np.maximum(pounds, inches.prod(axis=1) / 139))
    large = ~small & (inches <= (18, 14, 8)).all(axis=1) & (shipping <= 20)
    bulky = ~small & ~large & (inches <= (37, 28, 20)).all(axis=1) & (shipping <= 50)
    steps = np.clip(np.ceil(shipping / 0.25).astype(int) - 1, 0, len(_US_LARGE) - 1)
    fee = np.select(
        [small, large],
        [
            np.array(_US_SMALL)[np.clip(np.ceil(pounds * 8).astype(int) - 1, 0, 7)],
            np.where(shipping <= 3, np.array(_US_LARGE)[steps], 6.97 + 0.08 * np.ceil((shipping - 3) / 0.25).clip(0)),
        ],
        np.where(bulky, 7.55, 9.35) + 0.38 * np.ceil(shipping - 1).clip(0),
    )
    tier = np.select([small, large, bulky], ["UsSmallStandardSize", "UsLargeStandardSize", "SmallBulky"], "LargeBulky")
    return tier, fee


def _german(cm: NDArray[np.float64], kg: NDArray[np.float64]) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """German band names and fees: envelopes by unit weight, parcels by the greater of unit and dimensional weight."""
    flat = (cm <= (33, 23, 6)).all(axis=1) & (kg <= 0.96)
    shipping = np.where(flat, kg, np.maximum(kg, cm.prod(axis=1) / 5000))
    parcel = ~flat & (cm <= (45, 34, 26)).all(axis=1) & (kg <= 11.9)
    fee = np.select([flat, parcel], [_stair(shipping, _DE_ENVELOPE), _stair(shipping, _DE_PARCEL)],
                    4.59 + 0.18 * (shipping - 0.76).clip(0))  # fmt: skip
    return np.select([flat, parcel], ["Großer Umschlag", "Standardpaket"], "Standard-Übergröße"), fee


def _stair(weight: NDArray[np.float64], steps: tuple[tuple[float, float], ...]) -> NDArray[np.float64]:
    limits, fees = np.array(steps).T
    return np.asarray(fees[np.clip(np.searchsorted(limits, weight), 0, fees.size - 1)])
