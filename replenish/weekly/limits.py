"""Limits that all SKUs share, from the settings and the templates, in the engine's units."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.capacity import limits_by_week, to_cubic_metres
from policies.containers import container
from policies.economics_items import rates_of
from policies.inputs import Limits, Options
from policies.marketplaces import marketplaces
from policies.overlay import BUY_KEY
from replenish.config import Config
from replenish.weekly.known import Known

Floats = npt.NDArray[np.floating]
USUAL_CONTAINER, LEAST_FILL = "40HQ", 0.8


def limits_of(known: Known, config: Config, buy: Options, priced: pd.DataFrame, open_payments: Floats) -> Limits:
    """Cash by week, supplier minimums, FBA capacity by month, containers, price breaks.

    priced: the ways to buy with what they cost. open_payments (H,): money that leaves in each week of the plan for
    orders placed before.
    """
    room = _capacity(known, config) if config.limits.respect_capacity else known.capacity.iloc[:0]
    return Limits(
        cash=_cash(known, config, open_payments.cumsum()),
        open_payments=open_payments,
        order_minimums=_order_minimums(known, config),
        containers=_sea_containers() if config.limits.fill_containers else pd.DataFrame(),
        capacity=limits_by_week(room, known.start, len(open_payments)) if len(room) else pd.DataFrame(),
        price_breaks=_price_breaks(known, config, buy, priced),
    )


def _sea_containers() -> pd.DataFrame:
    box = container(USUAL_CONTAINER)
    row = {"mode": "sea", "volume_m3": box.usable_m3, "weight_kg": box.payload_kg, "minimum_fill": LEAST_FILL}
    return pd.DataFrame([{**row, "cost": 0.0}])


def _cash(known: Known, config: Config, spoken_for: Floats) -> Floats | None:
    """The most that may leave by the end of each week; `spoken_for` (H,): what open orders have taken by then.

    A step counts in every week that begins by its last day; the smallest amount of several holds.
    """
    if not config.limits.cash:
        return None
    least = np.full(len(spoken_for), np.inf)
    for step in config.limits.cash:
        weeks = (step.until - known.start).days // 7 + 1
        amount = step.amount + (0.0 if step.open_orders else spoken_for)
        least[: max(weeks, 0)] = np.minimum(least, amount)[: max(weeks, 0)]
    return least


def _capacity(known: Known, config: Config) -> pd.DataFrame:
    """Capacity with what reserving more would cost, plan currency per m3 and month."""
    frame = known.capacity
    if "reservation_fee" not in frame or frame["reservation_fee"].isna().all():
        return frame
    home = frame["marketplace"].map({one.code: one.currency for one in marketplaces()})
    currency = frame["reservation_currency"].fillna(home)
    asked = frame["reservation_fee"].notna()
    rate = rates_of(currency.where(asked), config.seller.rates, config.seller.currency, "a reservation fee")
    one = to_cubic_metres(pd.Series(1.0, index=frame.index), frame["unit"])
    return frame.assign(
        reservation_fee=frame["reservation_fee"].astype(float) * rate / one,
        reservation_most_m3=to_cubic_metres(frame["reservation_most"].astype(float), frame["unit"]),
    )


def _order_minimums(known: Known, config: Config) -> pd.DataFrame:
    frame = known.suppliers[["supplier", "order_minimum_value", "order_minimum_units", "currency"]].copy()
    rates = rates_of(frame["currency"], config.seller.rates, config.seller.currency, "a supplier's order minimum")
    value = frame["order_minimum_value"].astype(float).fillna(0) * rates
    units = frame["order_minimum_units"].astype(float).fillna(0)
    minimums = pd.DataFrame({"supplier": frame["supplier"], "value": value, "units": units})
    return minimums[(value > 0) | (units > 0)].reset_index(drop=True)


def _price_breaks(known: Known, config: Config, buy: Options, priced: pd.DataFrame) -> pd.DataFrame:
    """Cheaper price and landed cost, duty on the price included, from a quantity on, for each buy option of the item.

    A break in another currency than the item's price is compared in plan currency; one that names no currency is in
    the item's. Raises `MissingExchangeRate`.
    """
    if known.price_breaks.empty or buy.frame.empty:
        return pd.DataFrame()
    options = buy.frame.reset_index(names="buy").merge(priced[[*BUY_KEY, "key", "duty_rate"]], on=BUY_KEY)
    breaks = known.price_breaks.rename(columns={"item": "key", "unit_cost": "price", "currency": "price_currency"})
    breaks = breaks[["supplier", "key", "minimum_quantity", "price", "price_currency"]]
    joined = options.merge(breaks, on=["supplier", "key"])
    paid_in = joined["price_currency"].replace("", np.nan).fillna(joined["currency"])
    rate = rates_of(paid_in, config.seller.rates, config.seller.currency, "a price break")
    cheaper = joined["purchase_price"] * joined["currency_rate"] - joined["price"].astype(float) * rate
    joined["unit_cost"] = joined["unit_cost"] - cheaper * (1.0 + joined["duty_rate"].astype(float).fillna(0.0))
    joined["purchase_price"] = joined["purchase_price"] - cheaper / joined["currency_rate"]
    keep = (cheaper > 0) & (joined["minimum_quantity"] > 0)
    columns = ["buy", "minimum_quantity", "unit_cost", "purchase_price"]
    return joined.loc[keep, columns].reset_index(drop=True)
