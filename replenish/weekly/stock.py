"""Stock and what is under way, by item: the position the decision starts from."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from replenish.weekly.awd import AWD
from replenish.weekly.known import BALANCE_DAYS, Known

Floats = npt.NDArray[np.floating]

SELLABLE = ("available", "reserved_transfer", "reserved_processing")
RATIO_WEEKS = 13  # over which Amazon takes utilisation and the share that AWD refills
INBOUND = ("inbound_working", "inbound_shipped", "inbound_receiving")


@dataclass(frozen=True)
class Position:
    """Stock of the planned items on the day of the plan.

    fba_on_hand: (N,) sellable units at FBA, transfers and processing included. fba_age: (N, A) the same units by age
    band, `age_from_days` (A,) the lower ends. upstream: item (index), location, units on hand there.
    arrivals: item (index), destination, units, reference, kind, source, supplier, mode, marketplace, ordered_on,
    shipped_on, expected_on, received, status.
    """

    fba_on_hand: Floats
    fba_age: Floats
    age_from_days: Floats
    upstream: pd.DataFrame
    arrivals: pd.DataFrame


ARRIVAL_COLUMNS = [
    "item", "marketplace", "destination", "quantity", "received", "reference", "kind", "source", "supplier", "mode",
    "ordered_on", "shipped_on", "expected_on", "status",
]  # fmt: skip


def position(known: Known, items: pd.Index) -> Position:
    """The position of `items` (item keys); other stock is left out."""
    stock = known.stock[known.stock["item"].isin(items)]
    at_fba = stock[stock["location"] == "FBA"]
    on_hand = _by_item(at_fba[at_fba["status"].isin(SELLABLE)], items)
    age, bands = _ages(known, items, on_hand)
    return Position(on_hand, age, bands, _upstream(stock, items), _arrivals(known, at_fba, items))


def _by_item(frame: pd.DataFrame, items: pd.Index) -> Floats:
    units = frame.groupby("item")["units"].sum().reindex(items).fillna(0)
    return np.asarray(np.maximum(units.to_numpy(float), 0))


def _ages(known: Known, items: pd.Index, on_hand: Floats) -> tuple[Floats, Floats]:
    """Units on hand by age band; shares of the age report, the youngest band where it says nothing."""
    aged = known.stock_age[known.stock_age["item"].isin(items)]
    if aged.empty:
        return on_hand[:, None].copy(), np.zeros(1)
    table = aged.pivot_table(index="item", columns="age_from_days", values="units", aggfunc="sum")
    table = table.reindex(items).fillna(0)
    units = np.maximum(table.to_numpy(float), 0)
    total = units.sum(axis=1, keepdims=True)
    youngest = np.zeros_like(units)
    youngest[:, 0] = 1
    shares = np.divide(units, total, out=youngest, where=total > 0)
    return shares * on_hand[:, None], table.columns.to_numpy(float)


def stored_and_shipped(known: Known, items: pd.Index, on_hand: Floats) -> pd.DataFrame:
    """What sets the utilisation ratio, by item: `stored_units` at FBA, the mean of today and 30, 60 and 90 days ago as
    far as known, and `shipped_per_week`, the mean of 13 weeks."""
    days = [pd.Timestamp(known.as_of - timedelta(days=back)) for back in BALANCE_DAYS]
    frame = known.daily_stock[pd.to_datetime(known.daily_stock["day"]).isin(days)]
    past = frame.pivot_table(index="item", columns="day", values="units", aggfunc="sum").reindex(items).clip(lower=0)
    stored = past.assign(today=on_hand).mean(axis=1)
    since = pd.Timestamp(known.start - timedelta(weeks=RATIO_WEEKS))
    recent = known.weekly_sales[pd.to_datetime(known.weekly_sales["week"]) >= since]
    shipped = recent.groupby("item")["units"].sum().reindex(items).fillna(0) / RATIO_WEEKS
    return pd.DataFrame({"stored_units": stored.to_numpy(float), "shipped_per_week": shipped.to_numpy(float)})


def refilled_by_awd(known: Known, items: pd.Index) -> Floats:
    """Share of what FBA received in the last 13 weeks that came from AWD, (N,); NaN where nothing was received."""
    awd = [AWD, *known.warehouses.loc[known.warehouses["kind"] == AWD, "warehouse"]]
    history = known.inbound_history
    since = pd.Timestamp(known.as_of - timedelta(weeks=RATIO_WEEKS))
    into = history[(history["destination"] == "FBA") & (pd.to_datetime(history["received_on"]) >= since)]
    units = into["received"].astype(float)
    total, from_awd = (part.groupby(into["item"]).sum() for part in (units, units.where(into["source"].isin(awd), 0.0)))
    return np.asarray((from_awd / total).reindex(items).to_numpy(float))


def _upstream(stock: pd.DataFrame, items: pd.Index) -> pd.DataFrame:
    held = stock[(stock["location"] != "FBA") & (stock["status"] == "available") & (stock["units"] > 0)]
    held = held.groupby(["item", "location"], as_index=False)["units"].sum()
    held = held.assign(item=items.get_indexer(held["item"]), units=held["units"].astype(float))
    return held.sort_values(["item", "location"], ignore_index=True)


def _arrivals(known: Known, at_fba: pd.DataFrame, items: pd.Index) -> pd.DataFrame:
    orders = known.open_orders.assign(kind="purchase", source=known.open_orders["supplier"])
    orders = orders.rename(columns={"order_number": "reference"}).assign(shipped_on=pd.NaT)
    shipments = known.open_shipments.assign(kind="shipment", supplier=None, ordered_on=pd.NaT)
    shipments = shipments.rename(columns={"shipment": "reference"})
    parts = [part[ARRIVAL_COLUMNS] for part in (orders, shipments) if len(part)]
    parts.append(_undated_inbound(at_fba, shipments))
    frame = pd.concat([part.astype(object) for part in parts], ignore_index=True)
    received = pd.to_numeric(frame["received"]).fillna(0)
    frame["units"] = (pd.to_numeric(frame["quantity"]).fillna(0) - received).clip(lower=0).astype(float)
    frame["item"] = items.get_indexer(frame["item"])
    for name in ("ordered_on", "shipped_on", "expected_on"):
        frame[name] = pd.to_datetime(frame[name])
    frame = frame[(frame["item"] >= 0) & (frame["units"] > 0)]
    return frame.sort_values(["item", "reference", "destination"], ignore_index=True)


def _undated_inbound(at_fba: pd.DataFrame, shipments: pd.DataFrame) -> pd.DataFrame:
    """Units that the inventory report calls inbound and no shipment explains: they arrive, nobody says when."""
    inbound = at_fba[at_fba["status"].isin(INBOUND)].groupby("item")["units"].sum()
    to_fba = shipments[shipments["destination"] == "FBA"]
    left = pd.to_numeric(to_fba["quantity"]) - pd.to_numeric(to_fba["received"]).fillna(0)
    explained = left.clip(lower=0).groupby(to_fba["item"]).sum()
    rest = (inbound - explained.reindex(inbound.index).fillna(0)).clip(lower=0)
    rest = rest[rest > 0]
    frame = pd.DataFrame({"item": rest.index, "quantity": rest.to_numpy(), "received": 0.0})
    frame = frame.assign(destination="FBA", reference="inbound, no shipment report", kind="shipment")
    frame["marketplace"] = frame["item"].str.split("/", n=1).str[0]
    return frame.reindex(columns=ARRIVAL_COLUMNS)
