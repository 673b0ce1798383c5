"""Ways goods can move this week: what can be bought where and how, what can be shipped into FBA."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.assumptions import AssumptionMade
from policies.economics_items import rates_of
from policies.inputs import BUY_COLUMNS, PAYMENT_COLUMNS, SHIP_COLUMNS, Options
from policies.landed_costs import landed_costs
from replenish.config import Config
from replenish.weekly.awd import AWD, Awd
from replenish.weekly.gaps import WEEKS_PER_MONTH, carton_gaps, storage_gaps, transfer_gaps
from replenish.weekly.known import Known
from replenish.weekly.payments import payment_columns
from replenish.weekly.stock import Position
from replenish.weekly.times import Times

Floats = npt.NDArray[np.floating]
USUAL_TRANSFER = "truck"


def buy_options(
    known: Known, listed: pd.DataFrame, priced: pd.DataFrame, config: Config, times: Times
) -> tuple[Options, Floats]:
    """Every way to buy each item, and the landed cost of its usual (cheapest) way (N,). priced: of `priced_ways`.

    Items on hold, phased out, without cost or without supplier have no way; their landed cost is NaN then.
    """
    if priced.empty:
        return no_way(times.paths, BUY_COLUMNS), np.full(len(listed), np.nan)
    landed = priced.groupby("item")["unit_cost"].min().reindex(range(len(listed))).to_numpy(float)
    open_to_buy = ~priced["key"].isin(held_items(known)) & (priced["status"].fillna("active") == "active")
    ways = priced[open_to_buy].reset_index(drop=True)
    currency = ways["currency"].fillna(config.seller.currency)
    frame = ways.assign(
        currency=currency,
        currency_rate=rates_of(currency, config.seller.rates, config.seller.currency, "a supplier"),
        earliest_order_week=0,
        review_weeks=ways["review_weeks"].fillna(config.review.purchase_weeks).clip(lower=1).astype(int),
        moq_group=ways["moq_group"].fillna(""),
    )
    days = times.days(ways)
    frame = payment_columns(frame, days, known.suppliers)[[*BUY_COLUMNS, *PAYMENT_COLUMNS]]
    return Options(frame.reset_index(drop=True), days), landed


def priced_ways(
    known: Known, listed: pd.DataFrame, config: Config, awd: Awd
) -> tuple[pd.DataFrame, list[AssumptionMade]]:
    """Every way to buy each item that has cost and supplier, with its costs per unit (`landed_costs`), and notes.

    What AWD takes for boxes that arrive there is part of the landed cost.
    """
    joined = _suppliers_ways(known, listed)
    if joined.empty:
        return joined, []
    named = joined.assign(item=joined["key"])
    costs, notes = landed_costs(named, currency=config.seller.currency, rates=config.seller.rates)
    notes += carton_gaps(joined, costs["freight"].to_numpy())
    parts = ["purchase_price_plan", "freight", "duty", "inspection", "unit_cost"]
    priced = joined.assign(**{name: costs[name].to_numpy() for name in parts})
    priced["unit_cost"] += awd.inbound(joined["destination"], joined["item"])
    return priced, notes


def _suppliers_ways(known: Known, listed: pd.DataFrame) -> pd.DataFrame:
    """One row per item, mode and destination; a leg for one marketplace wins over one for all."""
    legs = times_legs(known)
    items = with_cartons(listed).assign(key=listed["item"], item=np.arange(len(listed)))
    items = items.assign(moq_group_minimum=_group_minimum(items))
    items = items.dropna(subset=["supplier", "unit_cost"]).drop(columns="price", errors="ignore")
    joined = items.merge(legs, on="supplier", suffixes=("", "_leg"))
    joined = joined[joined["marketplace_leg"].isna() | (joined["marketplace_leg"] == joined["marketplace"])]
    joined = joined.sort_values(["item", "mode", "destination", "marketplace_leg"], na_position="last")
    joined = joined.drop_duplicates(["item", "mode", "destination"]).reset_index(drop=True)
    return joined.assign(
        purchase_price=joined["unit_cost"].astype(float),
        currency=joined["cost_currency"].fillna(joined["supplier_currency"]),
        moq=joined["moq"].astype(float).fillna(0),
        kind="purchase",
    )


def _group_minimum(items: pd.DataFrame) -> pd.Series:
    """The largest minimum that any row of a supplier's MOQ group states; 0 outside groups."""
    stated = items["moq_group_minimum"].astype(float)
    by = [items["supplier"], items["moq_group"]]
    return stated.groupby(by).transform("max").fillna(0.0).where(items["moq_group"].notna(), 0.0)


def times_legs(known: Known) -> pd.DataFrame:
    """Legs of suppliers (not of warehouses) with the supplier's currency, review period and production days."""
    legs = known.supplier_legs[~known.supplier_legs["supplier"].isin(known.warehouses["warehouse"])]
    names = ["supplier", "currency", "country", "review_weeks", "production_days", "production_days_sd"]
    suppliers = known.suppliers[names].rename(columns={"currency": "supplier_currency", "country": "supplier_country"})
    return legs.rename(columns={"currency": "leg_currency"}).merge(suppliers, on="supplier", how="inner")


def ship_options(
    known: Known, listed: pd.DataFrame, here: Position, buy: Options, config: Config, times: Times, awd: Awd
) -> tuple[Options, pd.DataFrame, list[AssumptionMade]]:
    """Every way from a warehouse into FBA, all upstream stock with what a week of holding it costs, and notes.

    Warehouses that purchases or goods under way are bound for have a row too, with nothing available yet, so that
    the engine knows how long and how dear the rest of the way is.
    """
    carton = with_cartons(listed)
    places = _places(known, listed, here, buy)
    places["hold_cost"], notes = _holding(places, carton["carton_volume_m3"] / carton["case_pack"], config, awd)
    upstream = places.loc[places["units"] > 0, ["item", "location", "kind", "units", "hold_cost"]]
    ways = _transfer_ways(known, places)
    if ways.empty:
        return no_way(times.paths, SHIP_COLUMNS), upstream.reset_index(drop=True), notes
    boxes = carton.iloc[ways["item"]].reset_index(drop=True)
    moving, unknown = _moving(ways, boxes, config, awd)
    frame = pd.DataFrame(
        {
            "item": ways["item"].astype(int),
            "source": ways["location"],
            "mode": ways["mode"],
            "available": ways["units"].where(~ways["key"].isin(held_items(known)), 0.0).astype(float),
            "unit_cost": moving,
            "hold_cost": ways["hold_cost"].astype(float),
            "case_pack": boxes["case_pack"].astype(float),
            "carton_volume_m3": boxes["carton_volume_m3"].astype(float),
            "carton_weight_kg": boxes["carton_weight_kg"].astype(float),
            "review_weeks": config.review.ship_weeks,
        }
    )
    legs = ways.assign(supplier=ways["location"], destination="FBA", kind="shipment")
    return Options(frame, times.days(legs)), upstream.reset_index(drop=True), notes + unknown


def _places(known: Known, listed: pd.DataFrame, here: Position, buy: Options) -> pd.DataFrame:
    """One row per item and warehouse that holds it or will: item, location, units, key, marketplace, the warehouse."""
    held = here.upstream[["item", "location", "units"]]
    bought = buy.frame[["item", "destination"]].rename(columns={"destination": "location"}).assign(units=0.0)
    coming = here.arrivals[["item", "destination"]].rename(columns={"destination": "location"}).assign(units=0.0)
    frame = pd.concat([held, bought, coming], ignore_index=True)
    frame = frame[frame["location"] != "FBA"].groupby(["item", "location"], as_index=False)["units"].sum()
    at = frame["item"].to_numpy(int)
    frame = frame.assign(item=at, key=listed["item"].to_numpy()[at], marketplace=listed["marketplace"].to_numpy()[at])
    frame = frame.merge(known.warehouses, left_on="location", right_on="warehouse", how="left")
    unlisted = frame["location"].where(frame["location"] == AWD, "own")
    return frame.assign(kind=frame["kind"].fillna(unlisted))


def _transfer_ways(known: Known, places: pd.DataFrame) -> pd.DataFrame:
    """The legs from each place into FBA; a leg for one marketplace wins over one for all. No leg: by truck."""
    legs = known.supplier_legs[known.supplier_legs["destination"] == "FBA"]
    legs = legs.rename(columns={"supplier": "location", "currency": "leg_currency", "marketplace": "only"})
    ways = places.rename(columns={"currency": "storage_currency"}).merge(legs, on="location", how="left")
    ways = ways[ways["only"].isna() | (ways["only"] == ways["marketplace"])]
    ways = ways.sort_values(["item", "location", "mode", "only"], na_position="last")
    ways = ways.drop_duplicates(["item", "location", "mode"]).reset_index(drop=True)
    return ways.assign(mode=ways["mode"].fillna(USUAL_TRANSFER))


def _holding(
    places: pd.DataFrame, unit_volume: pd.Series, config: Config, awd: Awd
) -> tuple[Floats, list[AssumptionMade]]:
    """Storage upstream per unit and week, plan currency: as typed, else AWD's table, else the setting."""
    volume = unit_volume.to_numpy(float)[places["item"].to_numpy(int)]
    typed = places["storage_cost_per_m3_month"].astype(float) * _rate(places["currency"], config)
    weekly = awd.told("storage", places["location"], places["item"], typed.to_numpy(float) * volume / WEEKS_PER_MONTH)
    known = ~np.isnan(weekly)
    weekly = np.where(known, weekly, config.money.own_storage_per_m3_month * volume / WEEKS_PER_MONTH)
    return weekly, storage_gaps(places, weekly, known)


def _moving(ways: pd.DataFrame, boxes: pd.DataFrame, config: Config, awd: Awd) -> tuple[Floats, list[AssumptionMade]]:
    """Handling and transport of one unit into FBA, plan currency: as typed, else AWD's table, else nothing."""
    rate = _rate(ways["leg_currency"], config)
    pack = boxes["case_pack"].astype(float)
    typed = ways[["cost_per_kg", "cost_per_m3", "cost_per_unit"]].astype(float)
    per_kg, per_m3, per_unit = (typed[name].fillna(0) for name in typed)
    by_size = np.maximum(per_kg * boxes["carton_weight_kg"], per_m3 * boxes["carton_volume_m3"]) / pack
    moved = ((by_size + per_unit) * rate).where(typed.notna().any(axis=1))
    handling = ways["handling_cost_per_unit"].astype(float) * _rate(ways["storage_currency"], config)
    moved = awd.told("transportation", ways["location"], ways["item"], moved.to_numpy(float))
    handled = awd.told("outbound_processing", ways["location"], ways["item"], handling.to_numpy(float))
    notes = transfer_gaps(ways, ~np.isnan(moved), awd.charges.amount["transportation"])
    return np.asarray(np.nan_to_num(moved) + np.nan_to_num(handled)), notes


def _rate(currency: pd.Series, config: Config) -> pd.Series:
    return rates_of(currency, config.seller.rates, config.seller.currency, "a warehouse or leg")


def with_cartons(listed: pd.DataFrame) -> pd.DataFrame:
    """The catalogue with carton sizes filled: a case pack of one, a carton as large and heavy as its units."""
    pack = listed["case_pack"].astype(float).fillna(1).clip(lower=1)
    sides = ["carton_length_cm", "carton_width_cm", "carton_height_cm"]
    carton = listed[sides].astype(float).prod(axis=1, skipna=False) / 1e6
    unit = listed[["length_cm", "width_cm", "height_cm"]].astype(float).prod(axis=1, skipna=False) / 1e6
    volume = carton.fillna(unit * pack).fillna(0.002 * pack)
    weight = listed["carton_weight_kg"].astype(float).fillna(listed["weight_kg"].astype(float) * pack)
    return listed.assign(case_pack=pack, carton_volume_m3=volume, carton_weight_kg=weight.fillna(0.4 * pack))


def held_items(known: Known) -> set[str]:
    """Items that the planner holds on the day of the plan."""
    held = known.overrides[known.overrides["kind"] == "hold"]
    today = pd.Timestamp(known.as_of)
    begun = pd.to_datetime(held["start_date"]).fillna(today) <= today
    lasting = pd.to_datetime(held["end_date"]).fillna(today) >= today
    return set(held.loc[begun & lasting, "item"].dropna())


def no_way(paths: int, columns: dict[str, str]) -> Options:
    """No way to move anything."""
    return Options(pd.DataFrame({name: [] for name in columns}), np.zeros((0, paths)))
