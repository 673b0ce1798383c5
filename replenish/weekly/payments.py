"""When orders are paid: the supplier's terms on new orders, and what open orders still have to pay."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.economics_items import rates_of
from replenish.config import Config
from replenish.weekly.known import Known

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
UNDER_WAY = ("shipped", "partly_received")
WAY = ["item", "supplier", "mode", "destination"]


def payment_columns(ways: pd.DataFrame, days: Floats, suppliers: pd.DataFrame) -> pd.DataFrame:
    """`policies.inputs.PAYMENT_COLUMNS` of ways to buy; days (rows, paths): lead times from the plan's Monday.

    The middle lead time is split in proportion to the stated days of production, transit and receiving. A supplier
    without a deposit share is paid in full with the order; without balance days the rest is due at shipment.
    """
    deposit, wait = _terms(suppliers, ways["supplier"])
    price = ways["purchase_price_plan"].to_numpy(float)
    middle = np.median(days, axis=1) if days.size else np.zeros(len(ways))
    shipped, landed = (middle * share for share in _shares(ways))
    return ways.assign(
        deposit=price * deposit,
        balance=price * (1.0 - deposit),
        balance_week=_weeks(shipped + wait),
        freight=ways["freight"].to_numpy(float) + ways["inspection"].to_numpy(float),
        freight_week=_weeks(shipped),
        landed_week=_weeks(landed),
    )


def open_payments(known: Known, priced: pd.DataFrame, config: Config, horizon: int) -> Floats:
    """Money that leaves in each week for orders placed before, plan currency, (H,).

    Deposits are paid, unless the order is only approved. The balance is due `balance_days` after shipment: the promised
    day, else the end of production, never before today for goods not yet shipped. What was due before today is paid.
    Freight is due at shipment and duty on arrival, by the way the goods take; `priced`: ways with their costs and the
    item's key in `key`.
    """
    orders = _with_way(known, priced, config)
    if orders.empty:
        return np.zeros(horizon)
    deposit, wait = _terms(known.suppliers, orders["supplier"])
    gone = orders["status"].isin(UNDER_WAY).to_numpy()
    shipped, landed = _days(known, orders, gone)
    value = (orders["quantity"] * orders["price"]).to_numpy(float)
    coming = (orders["quantity"] - orders["received"]).to_numpy(float)
    agreed = (orders["status"] == "approved").to_numpy()
    parts = (
        (value * deposit, np.where(agreed, 0.0, -np.inf)),
        (value * (1.0 - deposit), shipped + wait),
        (coming * orders["transport"].to_numpy(float), np.where(gone, -np.inf, shipped)),
        (coming * orders["duty"].to_numpy(float), np.maximum(landed, 0.0)),
    )
    late = (known.as_of - known.start).days
    total = np.zeros(horizon + 1)
    for amount, day in parts:
        due = np.isfinite(day) & (day >= 0)
        np.add.at(total, np.minimum(_weeks(day[due] + late), horizon), amount[due])
    return total[:horizon]


def _terms(suppliers: pd.DataFrame, of: pd.Series) -> tuple[Floats, Floats]:
    """Deposit share and days from shipment to the balance."""
    terms = suppliers.drop_duplicates("supplier").set_index("supplier")
    share = of.map(terms["deposit_share"].astype(float)).fillna(1.0)
    wait = of.map(terms["balance_days"].astype(float)).fillna(0.0)
    return share.to_numpy(float), wait.to_numpy(float)


def _shares(ways: pd.DataFrame) -> tuple[Floats, Floats]:
    """Shares of the lead time until shipment and until arrival."""
    made, carried, received = (
        ways[f"{stage}_days"].astype(float).fillna(0.0).to_numpy(float)
        for stage in ("production", "transit", "receiving")
    )
    whole = np.maximum(made + carried + received, 1e-9)
    return made / whole, (made + carried) / whole


def _with_way(known: Known, priced: pd.DataFrame, config: Config) -> pd.DataFrame:
    """Open orders with the price and the freight and duty of their way, plan currency per unit."""
    orders = known.open_orders
    if orders.empty:
        return orders
    legs = ["purchase_price_plan", "freight", "inspection", "duty", "production_days", "transit_days"]
    ways = priced.assign(item=priced["key"])[[*WAY, *legs]] if len(priced) else pd.DataFrame(columns=[*WAY, *legs])
    joined = orders.merge(ways.astype(dict.fromkeys(WAY, object)), on=WAY, how="left")
    own = known.suppliers.drop_duplicates("supplier").set_index("supplier")["currency"]
    currency = joined["currency"].astype("string").fillna(joined["supplier"].map(own).astype("string"))
    rate = rates_of(
        currency.fillna(config.seller.currency), config.seller.rates, config.seller.currency, "an open order"
    )
    usual = priced.groupby("key")["purchase_price_plan"].min() if len(priced) else pd.Series(dtype=float)
    stated = joined["unit_price"].astype(float) * rate.to_numpy()
    return joined.assign(
        price=stated.fillna(joined["item"].map(usual).astype(float)).fillna(0.0),
        transport=joined["freight"].astype(float).fillna(0.0) + joined["inspection"].astype(float).fillna(0.0),
        duty=joined["duty"].astype(float).fillna(0.0),
        quantity=joined["quantity"].astype(float),
        received=joined["received"].astype(float).fillna(0.0),
    )


def _days(known: Known, orders: pd.DataFrame, gone: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Days from today until shipment and until arrival."""
    today = pd.Timestamp(known.as_of)

    def until(name: str) -> Floats:
        return np.asarray((pd.to_datetime(orders[name]) - today).dt.days.to_numpy(float))

    ordered = np.nan_to_num(until("ordered_on"), nan=0.0)
    made = ordered + orders["production_days"].astype(float).fillna(0.0).to_numpy(float)
    shipped = np.where(np.isnan(until("ship_by")), made, until("ship_by"))
    shipped = np.where(gone, np.minimum(shipped, -1.0), np.maximum(shipped, 0.0))
    carried = shipped + orders["transit_days"].astype(float).fillna(0.0).to_numpy(float)
    return shipped, np.where(np.isnan(until("expected_on")), carried, until("expected_on"))


def _weeks(days: Floats) -> Integers:
    return np.asarray(np.floor(np.asarray(days) / 7.0), dtype=int)
