"""Referral fee per unit sold, by category and price (fees/referral.csv).

flat band:     fee = price x the band's rate
marginal band: fee = fee at the band's lower edge + (price - edge) x the band's rate
fee = max(fee, minimum), plus the closing fee of media
"""

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.categories import DEFAULT, category_key
from policies.fee_tables import Rows, first_match, in_band, rows_at
from policies.fees.units import Fee, Units

Floats = npt.NDArray[np.floating]

TABLE = "fees/referral"


def referral(units: Units, day: date) -> Fee:
    """Fee of one unit sold on a day at its price, tax included where the marketplace shows prices so.

    Categories that the table does not name are priced as "Everything Else"; NaN where the table has not even that.
    """
    fee = Fee.unknown(TABLE, len(units))
    rows = rows_at(TABLE, units.marketplace, day, ("category",))
    by_key = {category_key(name): bands.ordered("price_over") for (name,), bands in rows.split("category")}
    for key, positions in pd.Series(units.category).groupby(units.category, sort=True).indices.items():
        bands = by_key.get(key, by_key.get(DEFAULT))
        if bands is None:
            continue
        price = units.price[positions]
        chosen = np.maximum(first_match(in_band(price, bands["price_over"], bands["price_to"])), 0)
        fee.amount[positions] = _amount(bands, chosen, price)
        fee.row[positions] = bands.index[chosen]
        fee.expired[positions] = bands.expired[chosen]
    return fee


def named(units: Units, day: date) -> npt.NDArray[np.bool_]:
    """Whether the table of the marketplace names each unit's category; (n,)."""
    rows = rows_at(TABLE, units.marketplace, day, ("category",))
    return np.isin(units.category.astype(str), [category_key(name) for name in rows["category"]])


def _amount(bands: Rows, chosen: npt.NDArray[np.integer], price: Floats) -> Floats:
    rate = bands["rate_percent"] / 100
    lower = np.nan_to_num(bands["price_over"])
    marginal = bands["mode"] == "marginal"
    at_edge = np.zeros(len(bands))
    for band in range(1, len(bands)):
        before = band - 1
        width = lower[band] - lower[before]
        at_edge[band] = at_edge[before] + width * rate[before] if marginal[before] else lower[band] * rate[before]
    amount = np.where(marginal[chosen], at_edge[chosen] + (price - lower[chosen]) * rate[chosen], price * rate[chosen])
    minimum = np.nan_to_num(bands["minimum_fee"])[chosen]
    closing = np.nan_to_num(bands["closing_fee"])[chosen]
    return np.asarray(np.maximum(amount, minimum) + closing)
