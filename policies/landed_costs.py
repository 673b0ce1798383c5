"""Landed cost of one unit by a way of buying: price, freight, duty and inspection, in plan currency.

landed = price x rate + freight + duty rate x (price x rate) + inspection
freight = the dearest of rate per kg x chargeable weight and rate per m3 x volume, plus rate per unit
chargeable weight = max(gross weight, volume / divisor) for air and express (tables/chargeable_weight.csv)
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.assumptions import AssumptionMade
from policies.economics_items import rates_of
from policies.fee_tables import fee_table
from policies.lead_time_learning import region_of
from policies.marketplaces import marketplace

Floats = npt.NDArray[np.floating]
Booleans = npt.NDArray[np.bool_]

COLUMNS = ["purchase_price_plan", "freight", "duty", "inspection", "unit_cost", "chargeable_kg", "freight_assumed"]
USED_BY = "a supplier or leg"


def landed_costs(
    options: pd.DataFrame, *, currency: str, rates: Mapping[str, float]
) -> tuple[pd.DataFrame, list[AssumptionMade]]:
    """Cost of one unit at its destination for each buy option.

    Args:
        options: one row per option: item, marketplace, mode, purchase_price, currency (the supplier's),
            carton_volume_m3, carton_weight_kg, case_pack; from the leg, or missing: cost_per_kg, cost_per_m3,
            cost_per_unit, leg_currency (the supplier's where empty), duty_rate (0..1); optional
            inspection_cost_per_unit (supplier's currency) and supplier_country (ISO code: goods from the marketplace's
            own country pay no duty).
        currency: the plan's.
        rates: plan currency per unit of each other currency.

    Returns:
        A frame in the order of `options` with `COLUMNS` (plan currency per unit), and notes: a leg without any freight
        rate gets the middle of what forwarders publish (tables/freight_rates.csv); without a duty rate it pays none.

    Raises:
        MissingExchangeRate: a price or leg in a currency without a rate.

    """
    paid_in = rates_of(options["currency"], rates, currency, USED_BY).to_numpy()
    price = _number(options, "purchase_price") * paid_in
    volume = _number(options, "carton_volume_m3") / _number(options, "case_pack", 1.0)
    weight = _number(options, "carton_weight_kg") / _number(options, "case_pack", 1.0)
    mode = options["mode"].fillna("").astype(str).to_numpy(object)
    chargeable = chargeable_weight(weight, volume, mode)
    freight, assumed, notes = _freight(options, chargeable, volume, currency, rates)
    duty = price * _number(options, "duty_rate")
    notes += _no_duty(options, price)
    inspection = _number(options, "inspection_cost_per_unit") * paid_in
    frame = pd.DataFrame(
        {
            "purchase_price_plan": price,
            "freight": freight,
            "duty": duty,
            "inspection": inspection,
            "unit_cost": price + freight + duty + inspection,
            "chargeable_kg": chargeable,
            "freight_assumed": assumed,
        },
        index=options.index,
    )
    return frame, notes


def chargeable_weight(weight_kg: Floats, volume_m3: Floats, mode: npt.NDArray[np.object_]) -> Floats:
    """Weight that air carriers bill: the greater of gross and volume weight; other modes bill gross weight."""
    table = fee_table("chargeable_weight")
    divisor = pd.Series(mode).map(dict(zip(table["mode"], table["divisor"], strict=True))).to_numpy(float)
    by_volume = np.nan_to_num(volume_m3 * 1e6 / divisor, nan=0.0)
    return np.asarray(np.maximum(weight_kg, by_volume))


def price_at(quantity: Floats, breaks: pd.DataFrame, buy: npt.NDArray[np.integer], unit_price: Floats) -> Floats:
    """Price per unit of a quantity of each buy option: the break with the greatest minimum that it reaches; (n,).

    Args:
        quantity: (n,) units.
        breaks: buy (position of the option), minimum_quantity, unit_cost.
        buy: (n,) position of the option of each quantity.
        unit_price: (n,) price below the first break.

    """
    price = np.array(unit_price, dtype=float)
    for row in breaks.sort_values("minimum_quantity", kind="stable").itertuples():
        reached = (buy == row.buy) & (quantity >= row.minimum_quantity)
        price[reached] = row.unit_cost
    return price


def _freight(
    options: pd.DataFrame, chargeable: Floats, volume: Floats, currency: str, rates: Mapping[str, float]
) -> tuple[Floats, Booleans, list[AssumptionMade]]:
    leg_currency = options["leg_currency"] if "leg_currency" in options else options["currency"]
    named = leg_currency.replace("", np.nan).fillna(options["currency"])
    rate = rates_of(named, rates, currency, USED_BY).to_numpy()
    per_kg, per_m3, per_unit = (_number(options, f"cost_per_{unit}", np.nan) for unit in ("kg", "m3", "unit"))
    given = ~(np.isnan(per_kg) & np.isnan(per_m3) & np.isnan(per_unit))
    by_size = np.fmax(np.nan_to_num(per_kg) * chargeable, np.nan_to_num(per_m3) * volume)
    freight = (by_size + np.nan_to_num(per_unit)) * rate
    notes = []
    if not given.all():
        usual = _published(options, chargeable, volume, {**rates, currency: 1.0})
        freight = np.where(given, freight, usual)
        for mode in sorted(set(options.loc[~given, "mode"].astype(str))):
            here = ~given & (options["mode"].astype(str) == mode).to_numpy()
            items = options.loc[here, "item"].astype(str)
            text, effect = "the middle of published forwarder rates is used", float(usual[here].mean())
            if not effect > 0:
                text = f"nor is any rate published: none is counted (1 {currency} a kg would be)"
                effect = float(chargeable[here].mean())
            notes.append(AssumptionMade(f"freight by {mode}", "ALL", items.nunique(), str(items.min()), text, effect))
    return freight, np.asarray(~given), notes


def _no_duty(options: pd.DataFrame, price: Floats) -> list[AssumptionMade]:
    """Name the imports of each marketplace whose duty nobody gave, with what a percent of it is worth."""
    missing = np.isnan(_number(options, "duty_rate", np.nan))
    country = options["supplier_country"] if "supplier_country" in options else pd.Series("", index=options.index)
    home = options["marketplace"].map({code: marketplace(code).iso for code in options["marketplace"].unique()})
    missing &= (country.fillna("") != home).to_numpy()
    notes = []
    for code in sorted(set(options.loc[missing, "marketplace"])):
        here = missing & (options["marketplace"] == code).to_numpy()
        items = options.loc[here, "item"].astype(str)
        text = "none is counted; each percent of it is"
        effect = float(price[here].mean() / 100)
        notes.append(AssumptionMade("duty rate", str(code), items.nunique(), str(items.min()), text, effect))
    return notes


def _published(options: pd.DataFrame, chargeable: Floats, volume: Floats, rates: Mapping[str, float]) -> Floats:
    """Middle of the published rates by mode and region; 0 where mode or exchange rate is unknown."""
    table = fee_table("freight_rates")
    region = options["marketplace"].fillna("").astype(str).map(region_of)
    freight = np.zeros(len(options))
    for row in table.itertuples():
        here = ((options["mode"] == row.mode) & (region == row.region)).to_numpy()
        size = chargeable if row.unit == "kg" else volume
        middle = (row.rate_low + row.rate_high) / 2 * rates.get(str(row.currency), 0.0)
        freight[here] = (size * middle)[here]
    return freight


def _number(options: pd.DataFrame, column: str, missing: float = 0.0) -> Floats:
    if column not in options:
        return np.full(len(options), missing)
    values = pd.to_numeric(options[column], errors="coerce").to_numpy(float, na_value=np.nan)
    if column == "case_pack":
        values = np.where(values >= 1, values, np.nan)
    return np.asarray(np.where(np.isnan(values), missing, values))
