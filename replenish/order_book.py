"""Purchase orders in the store: read, change by the pure steps of `replenish.orders`, write back."""

import getpass
from datetime import UTC, date, datetime, timedelta

import pandas as pd

from data.store import Store
from replenish.orders import Orders, Step, draft
from reports.bundle import PlanReport

USUAL_PRODUCTION_DAYS = 30.0
LATE_DAYS = 7  # a plan made for a day further back plays a past: steps of its orders belong there too


def read_orders(store: Store) -> Orders:
    """Every order ever made; dates as dates."""
    orders, lines, events, receipts = store.purchase_orders()
    for name in ("ship_by", "expected_on", "shipped_on", "received_on"):
        lines[name] = pd.Series([_day(value) for value in lines[name]], index=lines.index, dtype=object)
    receipts["received_on"] = pd.Series([_day(value) for value in receipts["received_on"]], dtype=object)
    return Orders(orders, lines, events, receipts)


def write_orders(store: Store, orders: Orders) -> None:
    """Keep `orders` in one transaction."""
    lines = orders.lines.copy()
    for name in ("ship_by", "expected_on", "shipped_on", "received_on"):
        lines[name] = pd.to_datetime(lines[name])
    receipts = orders.receipts.assign(received_on=pd.to_datetime(orders.receipts["received_on"]))
    store.write_purchase_orders(orders.orders, lines, orders.events, receipts)


def step(note: str = "", day: date | None = None) -> Step:
    """This moment, by the person at the keyboard; on another day when one is named."""
    try:
        who = getpass.getuser()
    except (OSError, KeyError):
        who = "unknown"
    now = datetime.now().replace(microsecond=0)
    return Step(now if day is None else datetime.combine(day, now.time()), who, note)


def day_of_steps(store: Store) -> date:
    """Today; in a workspace whose newest plan was made for a past day, that day and the days gone by since."""
    plans = store.plans()
    plans = plans[plans["scenario"] == "base"]
    if plans.empty:
        return date.today()
    as_of, made = pd.Timestamp(plans["as_of"].iloc[0]), pd.Timestamp(plans["created_at"].iloc[0]).normalize()
    gone = pd.Timestamp(datetime.now(UTC).date()) - made
    return (as_of + gone).date() if (made - as_of).days > LATE_DAYS else date.today()


def draft_orders(store: Store, report: PlanReport, prefix: str) -> dict[tuple[str, str], str]:
    """Draft the plan's orders (once) and give their numbers by supplier and destination."""
    orders = read_orders(store)
    days = report.suppliers.set_index("supplier")["production_days"].astype(float).fillna(USUAL_PRODUCTION_DAYS)
    leaves = {name: report.meta.as_of + timedelta(days=float(length)) for name, length in days.items()}
    drafted = draft(orders, report, leaves, prefix, step(day=day_of_steps(store)))
    if drafted is not orders:
        write_orders(store, drafted)
    ours = drafted.orders[drafted.orders["plan_id"] == report.meta.plan_id]
    return {(one.supplier, one.destination): one.order_number for one in ours.itertuples()}


def _day(value: object) -> date | None:
    return None if value is None or pd.isna(value) else pd.Timestamp(value).date()
