"""Limits that all SKUs share, from the settings and the templates, in the engine's units."""

import numpy as np
import pandas as pd

from policies.capacity import limits_by_week
from policies.containers import container
from policies.economics_items import rates_of
from policies.inputs import Limits, Options
from replenish.config import Config
from replenish.weekly.known import Known

USUAL_CONTAINER, LEAST_FILL = "40HQ", 0.8


def limits_of(known: Known, config: Config, buy: Options, listed: pd.DataFrame, horizon: int) -> Limits:
    """Cash by week, supplier minimums, FBA capacity by month, containers, price breaks."""
    capped = config.limits.respect_capacity and len(known.capacity) > 0
    return Limits(
        cash=_cash(known, config, horizon),
        order_minimums=_order_minimums(known, config),
        containers=_sea_containers() if config.limits.fill_containers else pd.DataFrame(),
        capacity=limits_by_week(known.capacity, known.start, horizon) if capped else pd.DataFrame(),
        price_breaks=_price_breaks(known, config, buy, listed),
    )


def _sea_containers() -> pd.DataFrame:
    box = container(USUAL_CONTAINER)
    row = {"mode": "sea", "volume_m3": box.usable_m3, "weight_kg": box.payload_kg, "minimum_fill": LEAST_FILL}
    return pd.DataFrame([{**row, "cost": 0.0}])


def _cash(known: Known, config: Config, horizon: int) -> np.ndarray | None:
    """The most that may leave by the end of each week: the smallest amount whose last day is not yet past."""
    if not config.limits.cash:
        return None
    ends = [known.start + pd.Timedelta(days=7 * week + 6).to_pytimedelta() for week in range(horizon)]
    amounts = [min((step.amount for step in config.limits.cash if step.until >= end), default=np.inf) for end in ends]
    return np.array(amounts)


def _order_minimums(known: Known, config: Config) -> pd.DataFrame:
    frame = known.suppliers[["supplier", "order_minimum_value", "order_minimum_units", "currency"]].copy()
    rates = rates_of(frame["currency"], config.seller.rates, config.seller.currency, "a supplier's order minimum")
    value = frame["order_minimum_value"].astype(float).fillna(0) * rates
    units = frame["order_minimum_units"].astype(float).fillna(0)
    minimums = pd.DataFrame({"supplier": frame["supplier"], "value": value, "units": units})
    return minimums[(value > 0) | (units > 0)].reset_index(drop=True)


def _price_breaks(known: Known, config: Config, buy: Options, listed: pd.DataFrame) -> pd.DataFrame:
    """Cheaper landed cost from a quantity on, for each buy option of the item.

    A break in another currency than the item's price is compared in plan currency; one that names no currency is in
    the item's. Raises `MissingExchangeRate`.
    """
    if known.price_breaks.empty or buy.frame.empty:
        return pd.DataFrame()
    options = buy.frame.reset_index(names="buy")
    options["key"] = listed["item"].to_numpy()[options["item"].to_numpy(int)]
    breaks = known.price_breaks.rename(columns={"item": "key", "unit_cost": "price", "currency": "price_currency"})
    breaks = breaks[["supplier", "key", "minimum_quantity", "price", "price_currency"]]
    joined = options.merge(breaks, on=["supplier", "key"])
    paid_in = joined["price_currency"].replace("", np.nan).fillna(joined["currency"])
    rate = rates_of(paid_in, config.seller.rates, config.seller.currency, "a price break")
    cheaper = joined["purchase_price"] * joined["currency_rate"] - joined["price"].astype(float) * rate
    joined["unit_cost"] = joined["unit_cost"] - cheaper
    keep = (cheaper > 0) & (joined["minimum_quantity"] > 0)
    return joined.loc[keep, ["buy", "minimum_quantity", "unit_cost"]].reset_index(drop=True)
