"""Fulfilment fee per unit shipped, by the day it ships (fees/fulfilment*.csv, fees/fuel_surcharge.csv).

fee = base(tier, class, price band, season) + steps of weight + add-ons - SIPP discount + fuel surcharge on the base
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.calendar import fulfilment_season
from policies.fee_tables import Rows, change_days, fee_table, round_money, rows_at
from policies.fees.bands import band_rows, stepped
from policies.fees.units import Fee, Units

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Booleans = npt.NDArray[np.bool_]

TABLE = "fees/fulfilment"
ADD_ONS = "fees/fulfilment_add_ons"
FUEL = "fees/fuel_surcharge"
DATED = ("season", "programme", "product_class", "rate_card", "tier_code")


def fulfilment_changes(marketplace: str) -> set[date]:
    """Days on which the fulfilment tables of a marketplace change; seasons are the calendar's."""
    tables = (TABLE, ADD_ONS, FUEL, "fees/size_tiers")
    return set().union(*(change_days(name, marketplace) for name in tables))


def fulfilment(units: Units, day: date, season: str | None = None) -> Fee:
    """Fee of one unit that ships on a day; NaN where the marketplace has no table.

    A class without a peak table of its own (US apparel and dangerous goods) gets the increase of non-apparel;
    tiers without any peak rate (UK and EU envelopes, oversize, low price) keep the usual rate.
    """
    season = season or fulfilment_season(units.marketplace, day)
    base = base_fee(units, day, season)
    if season == "peak":
        base = _with_peak_of_non_apparel(units, day, base)
    add_ons = fulfilment_add_ons(units, day)
    surcharge = round_money(np.nan_to_num(base.amount) * fuel_rate(units.marketplace, day))
    return Fee(TABLE, round_money(base.amount + add_ons) + surcharge, base.row, base.expired)


def base_fee(units: Units, day: date, season: str) -> Fee:
    """Fee by weight band and step alone, without add-ons and surcharge."""
    fee = Fee.unknown(TABLE, len(units))
    rows = rows_at(TABLE, units.marketplace, day, DATED)
    rows = rows.where((rows["programme"] == "all") | (rows["programme"] == units.programme))
    tiers = units.tiers(day)
    for tier, product_class, here in _kinds(tiers.tier, units.product_class):
        open_units = here
        for candidate in _candidates(rows.where(rows["tier_code"] == tier), product_class, season):
            weight = tiers.shipping_weight_kg[open_units]
            found = band_rows(candidate, weight, units.price[open_units])
            hit = open_units[found >= 0]
            chosen = found[found >= 0]
            fee.amount[hit] = stepped(candidate, chosen, weight[found >= 0])
            fee.row[hit] = candidate.index[chosen]
            fee.expired[hit] = candidate.expired[chosen]
            open_units = open_units[found < 0]
            if not len(open_units):
                break
    return fee


def _kinds(
    tier: npt.NDArray[np.object_], product_class: npt.NDArray[np.object_]
) -> Iterator[tuple[str, str, Integers]]:
    """Each (tier, class) that occurs, with the positions of its units."""
    frame = pd.DataFrame({"tier": tier, "product_class": product_class})
    for key, positions in frame.groupby(["tier", "product_class"], sort=True).indices.items():
        yield str(key[0]), str(key[1]), positions


def _candidates(rows: Rows, product_class: str, season: str) -> Iterator[Rows]:
    """Rate cards to try in turn: low price before standard, the season's before the usual, the class's before all."""
    for card in ("low_price", "standard"):
        for wanted_season in dict.fromkeys((season, "non_peak")):
            for wanted_class in (product_class, "all"):
                found = rows.where(
                    (rows["rate_card"] == card)
                    & (rows["season"] == wanted_season)
                    & (rows["product_class"] == wanted_class)
                )
                if len(found):
                    yield found


def _with_peak_of_non_apparel(units: Units, day: date, base: Fee) -> Fee:
    table = fee_table(TABLE)
    known = base.row >= 0
    own_class = table["product_class"].to_numpy()[base.row]
    usual = table["season"].to_numpy()[base.row] == "non_peak"
    lacking = known & usual & np.isin(own_class.astype(str), ["apparel", "dangerous_goods"])
    if not lacking.any():
        return base
    some = replace(units.take(lacking), product_class=np.full(int(lacking.sum()), "non_apparel", dtype=object))
    peak, non_peak = base_fee(some, day, "peak"), base_fee(some, day, "non_peak")
    amount, expired = base.amount.copy(), base.expired.copy()
    amount[lacking] += np.nan_to_num(peak.amount - non_peak.amount)
    expired[lacking] |= peak.expired
    return Fee(base.table, amount, base.row, expired)


def fulfilment_add_ons(units: Units, day: date) -> Floats:
    """Overmax handling, packaging of units without SIPP, dangerous goods, less the SIPP discount; (n,)."""
    total = np.zeros(len(units))
    rows = rows_at(ADD_ONS, units.marketplace, day, ("add_on", "product_class", "tier_code"))
    tiers = units.tiers(day)
    for (add_on, tier, product_class), group in rows.split("add_on", "tier_code", "product_class"):
        applies = _applies(add_on, units, tiers.overmax)
        applies &= (tiers.tier == tier) | (tier == "all")
        applies &= (units.product_class == product_class) | (product_class == "all")
        if group.expired.any() or not applies.any():
            continue
        by_size = group["weight_basis"][0] == "dimensional"
        weight = (tiers.dimensional_weight_kg if by_size else tiers.shipping_weight_kg)[applies]
        if not group["weight_unit"][0]:
            total[applies] += group["fee"][0]
            continue
        found = band_rows(group, weight)
        amounts = np.zeros(len(weight))
        amounts[found >= 0] = stepped(group, found[found >= 0], weight[found >= 0])
        total[applies] += amounts
    return total


def _applies(add_on: str, units: Units, overmax: Booleans) -> Booleans:
    if add_on == "overmax":
        return overmax.copy()
    if add_on == "packaging":
        return ~units.sipp_certified
    if add_on == "sipp_discount":
        return units.sipp_certified.copy()
    return np.ones(len(units), dtype=bool)


def fuel_rate(marketplace: str, day: date) -> float:
    """Fuel and logistics surcharge as a share of the base fulfilment fee; 0 before it began."""
    rows = rows_at(FUEL, marketplace, day)
    return 0.0 if not len(rows) or rows.expired.any() else float(rows["rate_percent"][0]) / 100
