"""The life of purchase orders as pure functions over frames: numbers, drafts from a plan, steps, receipts, arrivals.

    draft -> approved -> sent -> confirmed -> in_production -> shipped -> partly_received -> closed
    (cancelled from any step before goods are shipped; steps may be skipped forwards, never taken back)

An approved order counts as a dated arrival in the next plan (`open_lines`), so nothing is ordered twice. Whoever keeps
orders implements `OrderStore`; orders are never deleted, therefore numbers have no gaps and are never used again.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from replenish.errors import RefusedInput
from reports.bundle import PlanReport
from reports.orders.lines import order_lines, orders_of

ORDER_COLUMNS = {
    "order_number": "PO-2026-0001",
    "plan_id": "the plan that asked for it",
    "supplier": "name",
    "destination": "FBA or a warehouse",
    "currency": "of its prices",
    "created_at": "time",
    "status": "one of STATUSES",
}
LINE_COLUMNS = {
    "order_number": "which order",
    "order_line": "1, 2, ... as printed on the order",
    "marketplace": "with sku: the item",
    "sku": "with marketplace: the item",
    "mode": "transport mode",
    "ordered": "units asked for",
    "quantity": "units the supplier will deliver: as ordered until confirmed",
    "received": "units received so far",
    "ordered_price": "price per unit asked for",
    "unit_price": "price per unit: as ordered until confirmed",
    "ship_by": "day the goods leave the supplier: as ordered until confirmed",
    "expected_on": "day they are sellable at the destination; moves with ship_by",
    "shipped_on": "day they left, None before",
    "received_on": "day of the last receipt, None before",
}
EVENT_COLUMNS = {
    "order_number": "which order",
    "status": "what it became",
    "changed_at": "time",
    "changed_by": "who",
    "note": "why, or what differed",
}
RECEIPT_COLUMNS = {
    "order_number": "which order",
    "order_line": "which line",
    "received_on": "day this part arrived",
    "units": "units of this part",
}
STATUSES = (
    "draft",
    "approved",
    "sent",
    "confirmed",
    "in_production",
    "shipped",
    "partly_received",
    "closed",
    "cancelled",
)
OPEN = ("approved", "sent", "confirmed", "in_production", "shipped", "partly_received")
"""Statuses of which the goods still to come count as arrivals."""
_STEPS = STATUSES[:8]
_NUMBER = re.compile(r"^(?P<prefix>.*?)-?(?P<year>\d{4})-(?P<count>\d{4,})$")


class OrderRefused(RefusedInput):
    """A step an order cannot take, or an order that is not there."""


@dataclass(frozen=True)
class Orders:
    """All purchase orders: `orders`, `lines`, `events` (oldest first), `receipts` (part by part), columns as above."""

    orders: pd.DataFrame
    lines: pd.DataFrame
    events: pd.DataFrame
    receipts: pd.DataFrame


@dataclass(frozen=True)
class Step:
    """When something happened to an order, who did it, and a note."""

    at: datetime
    by: str
    note: str = ""


def no_orders() -> Orders:
    """The start of a workspace."""
    return Orders(*(pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
                    for columns in (ORDER_COLUMNS, LINE_COLUMNS, EVENT_COLUMNS, RECEIPT_COLUMNS)))  # fmt: skip


def next_number(used: Iterable[str], prefix: str, year: int) -> str:
    """The number after the highest one of this prefix and year: `PO-2026-0001` is the first."""
    matches = (_NUMBER.match(number) for number in used)
    counts = [
        int(found["count"]) for found in matches if found and found["prefix"] == prefix and found["year"] == str(year)
    ]
    return f"{prefix}{'-' if prefix else ''}{year}-{max(counts, default=0) + 1:04d}"


def missing_numbers(used: Iterable[str]) -> list[str]:
    """Numbers that should be there and are not: an order was lost outside these functions."""
    known: dict[tuple[str, str], set[int]] = {}
    for number in used:
        found = _NUMBER.match(number)
        if found:
            known.setdefault((found["prefix"], found["year"]), set()).add(int(found["count"]))
    return [
        f"{prefix}{'-' if prefix else ''}{year}-{count:04d}"
        for (prefix, year), counts in sorted(known.items())
        for count in range(1, max(counts))
        if count not in counts
    ]


def draft(orders: Orders, report: PlanReport, ship_by: Mapping[str, date], prefix: str, step: Step) -> Orders:
    """Drafts of what a plan buys: one order per supplier and destination, with the lines of its printed order.

    Drafting one plan twice changes nothing. A draft of an earlier plan that nobody approved is cancelled, so that only
    the newest wish stands. `ship_by` is the day each supplier's goods are to leave.
    """
    plan_id = report.meta.plan_id
    if (orders.orders["plan_id"] == plan_id).any():
        return orders
    for number in orders.orders.loc[orders.orders["status"] == "draft", "order_number"]:
        orders = cancel(orders, number, replace(step, note=f"replaced by plan {plan_id}"))
    for supplier, destination in orders_of(report):
        lines = order_lines(report, supplier, destination)
        number = next_number(orders.orders["order_number"], prefix, report.meta.as_of.year)
        head = {"order_number": number, "plan_id": plan_id, "supplier": supplier, "destination": destination,
                "currency": lines["currency"].iloc[0], "created_at": step.at, "status": "draft"}  # fmt: skip
        orders = Orders(
            _append(orders.orders, [head]),
            _append(orders.lines, [_new_line(number, line, report, ship_by[supplier]) for line in _records(lines)]),
            _append(orders.events, [_event(number, "draft", step)]),
            orders.receipts,
        )
    return orders


def _new_line(number: str, line: Mapping[str, Any], report: PlanReport, leaves: date) -> dict[str, Any]:
    marketplace, _, sku = str(line["item"]).partition("/")
    arrives = report.meta.start + timedelta(weeks=int(line["arrival_week"]))
    return {
        "order_number": number, "order_line": int(line["number"]), "marketplace": marketplace, "sku": sku,
        "mode": line["mode"], "ordered": int(line["quantity"]), "quantity": int(line["quantity"]), "received": 0,
        "ordered_price": float(line["price"]), "unit_price": float(line["price"]), "ship_by": leaves,
        "expected_on": arrives, "shipped_on": None, "received_on": None,
    }  # fmt: skip


def advance(orders: Orders, number: str, status: str, step: Step) -> Orders:
    """Take an order to a later step. Raises `OrderRefused` naming the steps that are possible."""
    now = status_of(orders, number)
    possible = _possible(now)
    if status not in possible:
        known = ", ".join(possible) or "none, it is finished"
        raise OrderRefused(f"Order {number} is {now} and cannot become {status}. Possible from here: {known}.")
    if status == "shipped":
        rows = (orders.lines["order_number"] == number) & orders.lines["shipped_on"].isna()
        orders = replace(orders, lines=_set(orders.lines, rows, {"shipped_on": step.at.date()}))
    return _become(orders, number, status, step)


def cancel(orders: Orders, number: str, step: Step) -> Orders:
    """Cancel an order whose goods have not left; its number stays used."""
    return advance(orders, number, "cancelled", step)


def confirm(orders: Orders, number: str, answer: pd.DataFrame, step: Step) -> Orders:
    """Take what the supplier confirmed: `answer` has the `lines` of `reports.orders.reply.OrderReply`.

    A value that is missing keeps what was ordered. A later ship date moves the arrival by as many days; a quantity of
    zero takes the line out of the arrivals. Raises `OrderRefused` for a line the order does not have.
    """
    lines = orders.lines.copy()
    for row in _records(answer):
        here = (lines["order_number"] == number) & (lines["order_line"] == row["number"])
        if not here.any():
            raise OrderRefused(f"Order {number} has no line {row['number']}. Read the workbook that was sent for it.")
        place = lines.index[here][0]
        if _given(row, "confirmed_quantity"):
            lines.at[place, "quantity"] = int(row["confirmed_quantity"])
        if _given(row, "confirmed_price"):
            lines.at[place, "unit_price"] = float(row["confirmed_price"])
        if _given(row, "confirmed_on"):
            later = row["confirmed_on"] - lines.at[place, "ship_by"]
            lines.at[place, "ship_by"] = row["confirmed_on"]
            lines.at[place, "expected_on"] = lines.at[place, "expected_on"] + later
    if status_of(orders, number) in ("confirmed", "in_production"):  # the supplier changed their mind
        return _become(replace(orders, lines=lines), number, status_of(orders, number), step)
    return advance(replace(orders, lines=lines), number, "confirmed", step)


def receive(orders: Orders, number: str, units: Mapping[int, int], step: Step) -> Orders:
    """Book a receipt: units by line. The order is closed when every line is complete, else partly received."""
    lines, parts = orders.lines.copy(), []
    for line, count in units.items():
        here = (lines["order_number"] == number) & (lines["order_line"] == line)
        if not here.any():
            raise OrderRefused(f"Order {number} has no line {line}.")
        if count < 0:
            raise OrderRefused(f"Order {number}, line {line}: {count} units cannot be received; write what arrived.")
        lines.loc[here, "received"] = lines.loc[here, "received"] + count
        lines.loc[here, "received_on"] = step.at.date()
        if count:
            parts.append({"order_number": number, "order_line": line, "received_on": step.at.date(), "units": count})
    mine = lines[lines["order_number"] == number]
    complete = bool((mine["received"] >= mine["quantity"]).all())
    orders = replace(orders, lines=lines, receipts=_append(orders.receipts, parts))
    return advance(orders, number, "closed" if complete else "partly_received", step)


def open_lines(orders: Orders) -> pd.DataFrame:
    """What is still to come of approved orders, in the columns of the `open_orders` view: the next plan's arrivals."""
    joined = orders.lines.merge(orders.orders, on="order_number", how="left", sort=False)
    wanted = joined["status"].isin(OPEN) & (joined["quantity"] > joined["received"])
    due = joined[wanted].assign(line=lambda frame: frame["order_line"].astype(str))
    due = due.assign(ordered_on=[moment.date() for moment in due["created_at"]])
    columns = ["order_number", "line", "marketplace", "sku", "supplier", "mode", "destination", "quantity", "received",
               "ordered_on", "ship_by", "expected_on", "unit_price", "currency", "status"]  # fmt: skip
    return due[columns].reset_index(drop=True)


def status_of(orders: Orders, number: str) -> str:
    """Where an order stands. Raises `OrderRefused` naming those there are."""
    found = orders.orders.loc[orders.orders["order_number"] == number, "status"]
    if found.empty:
        known = ", ".join(orders.orders["order_number"].tail(5)) or "none yet"
        raise OrderRefused(f"There is no order {number}. The last ones are: {known}.")
    return str(found.iloc[0])


def _possible(now: str) -> tuple[str, ...]:
    if now in ("closed", "cancelled"):
        return ()
    after = _STEPS[_STEPS.index(now) + 1 :]
    if now == "draft":
        return ("approved", "cancelled")  # nobody orders what nobody approved
    if now == "approved":
        after = tuple(step for step in after if step not in ("partly_received", "closed"))
    again = ("partly_received",) if now == "partly_received" else ()
    return (*again, *after, *(("cancelled",) if now in _STEPS[:5] else ()))


def _become(orders: Orders, number: str, status: str, step: Step) -> Orders:
    here = orders.orders["order_number"] == number
    return replace(orders, orders=_set(orders.orders, here, {"status": status}),
                   events=_append(orders.events, [_event(number, status, step)]))  # fmt: skip


def _event(number: str, status: str, step: Step) -> dict[str, Any]:
    return {"order_number": number, "status": status, "changed_at": step.at, "changed_by": step.by, "note": step.note}


def _append(frame: pd.DataFrame, rows: list[dict[str, Any]]) -> pd.DataFrame:
    new = pd.DataFrame(rows, columns=list(frame.columns)).astype(object)
    return new if frame.empty else pd.concat([frame, new], ignore_index=True)


def _set(frame: pd.DataFrame, rows: Any, values: Mapping[str, Any]) -> pd.DataFrame:
    changed = frame.copy()
    for name, value in values.items():
        changed.loc[rows, name] = value
    return changed


def _given(row: Mapping[str, Any], name: str) -> bool:
    value = row.get(name)
    return value is not None and value == value


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
