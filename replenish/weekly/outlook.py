"""What the plan means for the account: capacity, performance index, cash."""

from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.ageing import storage_money
from policies.ipi import compare, ipi_components, ipi_threshold
from policies.payments import dues
from replenish.config import Config
from replenish.weekly.known import BALANCE_DAYS, Known
from replenish.weekly.run import Planned

Floats = npt.NDArray[np.floating]
WAY = ["item", "supplier", "mode", "destination"]
SAID_BY_LINE = ("purchase_price", "currency", "case_pack")  # columns of both purchases and ways
QUARTER = 13  # weeks of demand that tell excess: Amazon counts 90 days


def capacity_table(planned: Planned) -> pd.DataFrame:
    """FBA volume at the start of each limited stretch of weeks, without and with the plan, against the limit."""
    columns = [
        "marketplace",
        "storage_type",
        "month",
        "limit_m3",
        "used_before_m3",
        "used_after_m3",
        "confirmed",
        "price",
    ]
    problem, decision = planned.stated.problem, planned.decision
    capacity = problem.limits.capacity
    if capacity.empty:
        return pd.DataFrame(columns=columns)
    stock = decision.projection
    rows = []
    prices = decision.limits.set_index("scope")["price"]
    for one in capacity.itertuples():
        here = (problem.marketplace == one.marketplace) & (problem.economics.storage_type == one.storage_type)
        volume = problem.economics.volume_m3[here]
        weeks = slice(int(one.first_week), int(one.last_week) + 1)
        before = (volume @ stock.mean_without[here])[weeks].max(initial=0.0)
        after = (volume @ stock.mean_with[here])[weeks].max(initial=0.0)
        scope = f"{one.marketplace} {one.storage_type}, weeks {one.first_week} to {one.last_week}"
        month = problem.start + timedelta(days=7 * int(one.first_week))
        price = float(prices.get(scope, 0.0))
        rows.append((one.marketplace, one.storage_type, month, one.volume_m3, before, after, one.confirmed, price))
    return pd.DataFrame(rows, columns=columns)


def ipi_table(planned: Planned, config: Config) -> pd.DataFrame:
    """Published components of the index before and after the plan, an estimate: see `policies.ipi`.

    Marketplaces without FBA have no index.

    After the plan its shipments are at FBA, and units to be removed count no longer (a removal order takes them out at
    once).
    """
    known, problem = planned.known, planned.stated.problem
    frame = _ipi_items(planned)
    items = planned.decision.items
    removed = np.where(items["action"] == "remove", items["excess_units"].astype(float), 0.0)
    change = np.zeros(len(frame))
    change[: len(items)] = items["ship"].to_numpy(float) - removed
    amazon = ~frame["marketplace"].isin(list(config.money.own_channels))
    frame, change = frame[amazon].reset_index(drop=True), change[amazon.to_numpy()]
    before = ipi_components(frame, known.as_of)
    after = ipi_components(frame.assign(on_hand=np.maximum(frame["on_hand"] + change, 0.0)), known.as_of)
    table = compare(before, after)
    threshold = ipi_threshold(problem.start)
    note = f"{{}}; Amazon's threshold for the whole index is {threshold}"
    table["note"] = [note.format(text) for text in table["note"]]
    return table[["marketplace", "component", "before", "after", "healthy_from", "note"]]


def _ipi_items(planned: Planned) -> pd.DataFrame:
    """One row per planned item, then one per SKU with stock at FBA that no listing sells: those units are stranded."""
    known, problem = planned.known, planned.stated.problem
    items = pd.Index(problem.items)
    recent = known.weekly_sales[pd.to_datetime(known.weekly_sales["week"]) >= pd.Timestamp(known.start - timedelta(91))]
    shipped = recent.groupby("item")["units"].sum().reindex(items).fillna(0).to_numpy(float)
    launched = pd.to_datetime(known.catalogue.set_index("item")["launch_date"]).reindex(items)
    old = problem.fba_age[:, problem.age_from_days > 180].sum(axis=1)
    planned_items = pd.DataFrame(
        {
            "marketplace": problem.marketplace,
            "on_hand": problem.fba_on_hand,
            "daily_demand": problem.demand[:, :, :QUARTER].mean(axis=(1, 2)) / 7,
            "shipped_90_days": shipped,
            "aged": old,
            "stranded": 0.0,
            "availability": _availability(known, items),
            "days_since_launch": (pd.Timestamp(known.as_of) - launched).dt.days.to_numpy(float),
            **{f"on_hand_{days}": _balance(known, items, days) for days in BALANCE_DAYS},
        }
    )
    return pd.concat([planned_items, _stranded(known)], ignore_index=True)


def _stranded(known: Known) -> pd.DataFrame:
    stock = known.stock[(known.stock["location"] == "FBA") & (known.stock["status"] == "available")]
    lost = stock[stock["item"].notna() & ~stock["item"].isin(known.catalogue["item"]) & (stock["units"] > 0)]
    units = lost.groupby(["marketplace", "item"])["units"].sum().reset_index()
    return pd.DataFrame(
        {"marketplace": units["marketplace"], "on_hand": units["units"].astype(float), "stranded": units["units"]}
    )


def _balance(known: Known, items: pd.Index, days: int) -> Floats:
    """Units at FBA so many days ago, NaN where no report says."""
    day = pd.Timestamp(known.as_of) - pd.Timedelta(days=days)
    frame = known.daily_stock[pd.to_datetime(known.daily_stock["day"]) == day]
    return np.asarray(frame.groupby("item")["units"].sum().reindex(items).clip(lower=0).to_numpy(float))


def _availability(known: Known, items: pd.Index) -> Floats:
    frame = known.weekly_availability
    recent = frame[pd.to_datetime(frame["week"]) >= pd.Timestamp(known.start - timedelta(63))]
    return np.asarray(recent.groupby("item")["availability"].mean().reindex(items).to_numpy(float))


def cash_table(planned: Planned) -> pd.DataFrame:
    """Money out and in by week, plan currency: orders decided now, FBA storage, payouts for expected sales.

    Purchases, freight and duty leave when `policies.payments` says, open orders as `replenish.weekly.payments` does.
    """
    problem, decision = planned.stated.problem, planned.decision
    horizon = problem.demand.shape[2]
    goods, freight = _payments(planned, horizon)
    already, stock = problem.limits.open_payments, decision.projection.mean_with
    sold = np.minimum(problem.demand.mean(axis=1), _available(stock, problem.demand.mean(axis=1)))
    economics = problem.economics
    return pd.DataFrame(
        {
            "week": [problem.start + timedelta(days=7 * week) for week in range(horizon)],
            "purchases": goods,
            "freight": freight,
            "open_orders": np.zeros(horizon) if already is None else already,
            "storage": storage_money(problem, stock).sum(axis=0),
            "fees": ((economics.price[:, None] - economics.margin) * sold).sum(axis=0),
            "inflow": (economics.price[:, None] * sold).sum(axis=0),
        }
    )


def _available(stock: Floats, demand: Floats) -> Floats:
    """Units sold in a week: all that is asked for, or half of it in a week that ends without stock."""
    share = np.where(stock > 0.5, 1.0, 0.5)
    return demand * share


def _payments(planned: Planned, horizon: int) -> tuple[Floats, Floats]:
    """What the plan's lines pay for goods, and for freight, duty and moves, in each week."""
    problem, decision = planned.stated.problem, planned.decision
    paid = {"goods": np.zeros(horizon), "freight": np.zeros(horizon)}
    paid["freight"][0] += float(decision.shipments["move_cost"].sum()) if len(decision.shipments) else 0.0
    frame = problem.buy.frame
    if len(decision.purchases) and len(frame):
        ways = frame.assign(item=problem.items[frame["item"].to_numpy(int)])
        lines = decision.purchases.merge(ways.drop(columns=[*SAID_BY_LINE]), on=WAY, how="inner")
        usual = lines["quantity"] * lines["unit_cost"]
        share = np.divide(lines["landed_cost"], usual, out=np.ones(len(lines)), where=usual > 0)  # a price break
        for name, amount, week in dues(lines):
            money = amount * lines["quantity"].to_numpy(float) * share
            np.add.at(paid[name], week[week < horizon], money[week < horizon])
    return paid["goods"], paid["freight"]
