"""The life of a purchase order: `replenish po list | show | approve | send | … | reply | receive | cancel`."""

from datetime import date
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.markup import escape

from data.store import Store, open_store
from replenish.cli.session import Answer, Session, command
from replenish.cli.words import count, days, table
from replenish.errors import UsageError
from replenish.order_book import day_of_steps, read_orders, step, write_orders
from replenish.orders import STATUSES, Orders, Step, advance, cancel, confirm, receive, status_of
from reports.orders.reply import read_order_reply

Number = Annotated[str, typer.Argument(help="Purchase order number, for example PO-2026-0001.")]
Note = Annotated[str, typer.Option(help="Why, or what differed.")]


def register(app: typer.Typer) -> None:
    """Add the group `po`."""
    group = typer.Typer(help="The life of purchase orders.", no_args_is_help=True, rich_markup_mode=None)
    command(group, "replenish po list -w my-shop", name="list")(list_orders)
    command(group, "replenish po show PO-2026-0001 -w my-shop")(show)
    command(group, "replenish po advance PO-2026-0001 approved -w my-shop", name="advance")(move)
    command(group, "replenish po reply PO-2026-0001 answer.xlsx -w my-shop")(reply)
    command(group, "replenish po receive PO-2026-0001 1=120 2=80 -w my-shop", name="receive")(take_in)
    command(group, "replenish po cancel PO-2026-0001 --note 'supplier closed' -w my-shop", name="cancel")(withdraw)
    app.add_typer(group, name="po")


def list_orders(session: Session) -> Answer:
    """Every purchase order and where it stands."""
    with open_store(session.workspace().store_path, read_only=True) as store:
        orders = read_orders(store)
    rows = [
        (one.order_number, one.supplier, one.destination, one.status, str(one.created_at)[:10])
        for one in orders.orders.itertuples()
    ]
    session.say(table(("order", "supplier", "destination", "status", "made"), rows) if rows else "No orders yet.")
    return Answer({"orders": orders.orders})


def show(session: Session, number: Number) -> Answer:
    """The lines of one order and every step it took."""
    with open_store(session.workspace().store_path, read_only=True) as store:
        orders = read_orders(store)
    status = status_of(orders, number)
    lines = orders.lines[orders.lines["order_number"] == number]
    events = orders.events[orders.events["order_number"] == number]
    session.say(escape(f"{number}: {status}"))
    rows = [
        (one.order_line, f"{one.marketplace}/{one.sku}", one.mode, one.quantity, one.received, days(one.ship_by))
        for one in lines.itertuples()
    ]
    session.say(table(("line", "item", "mode", "units", "received", "ship by"), rows, right=(3, 4)))
    for one in events.itertuples():
        session.say(escape(f"{one.changed_at} {one.status} by {one.changed_by} {one.note or ''}"))
    return Answer({"order": number, "status": status, "lines": lines, "events": events})


def move(
    session: Session,
    number: Number,
    status: Annotated[str, typer.Argument(help=f"One of: {', '.join(STATUSES[1:8])}.")],
    note: Note = "",
) -> Answer:
    """Take an order to a later step (on the day of --as-of). An approved order is an arrival of the next plan."""
    with open_store(session.workspace().store_path) as store:
        taken = _step(session, store, note)
        write_orders(store, advance(read_orders(store), number, status, taken))
    session.say(escape(f"{number} is {status} since {taken.at:%Y-%m-%d}."))
    return Answer({"order": number, "status": status, "on": taken.at.date()})


def _step(session: Session, store: Store, note: str = "") -> Step:
    """A step on the day that was named, else on the workspace's own day."""
    return step(note, session.as_of if session.dated else day_of_steps(store))


def reply(
    session: Session,
    number: Number,
    workbook: Annotated[Path, typer.Argument(help="The supplier's returned purchase order workbook.")],
    yes: Annotated[bool, typer.Option("--yes", help="Take what the supplier confirmed.")] = False,
) -> Answer:
    """Read the supplier's confirmed quantities, prices and dates back; shows the differences first."""
    if not workbook.is_file():
        raise UsageError(f"{workbook} is not there.")
    with open_store(session.workspace().store_path, read_only=not yes) as store:
        orders = read_orders(store)
        status_of(orders, number)
        answer = read_order_reply(workbook.read_bytes(), number, *_asked(orders, number), name=workbook.name)
        if yes:
            write_orders(store, confirm(orders, number, answer.lines, _step(session, store, f"reply {workbook.name}")))
    differs = answer.lines[answer.lines["difference"] != ""]
    rows = [(one.number, one.sku, one.difference) for one in differs.itertuples()]
    session.say(table(("line", "SKU", "difference"), rows) if rows else "The supplier confirms the order as it is.")
    for one in answer.refused.itertuples():
        session.say(escape(f"Not taken: {one.sheet} {one.cell}, {one.value}: {one.reason}"))
    for text in answer.notes:
        session.say(escape(text))
    session.say("Taken." if yes else "Nothing was changed. Add --yes to take it.")
    return Answer({"order": number, "lines": answer.lines, "refused": answer.refused, "taken": yes})


def _asked(orders: Orders, number: str) -> tuple[pd.DataFrame, date]:
    """The order's lines as they were asked for, and the day its goods are to leave."""
    lines = orders.lines[orders.lines["order_number"] == number]
    asked = pd.DataFrame(
        {
            "number": lines["order_line"],
            "item": lines["marketplace"] + "/" + lines["sku"],
            "sku": lines["sku"],
            "quantity": lines["ordered"],
            "price": lines["ordered_price"],
        }
    )
    return asked, max(lines["ship_by"])


def take_in(
    session: Session,
    number: Number,
    lines: Annotated[list[str], typer.Argument(metavar="LINE=UNITS...", help="Units received by line.")],
) -> Answer:
    """Record units received, today or on the day of --as-of; the rest of the order stays an arrival."""
    units = dict(_line(text) for text in lines)
    with open_store(session.workspace().store_path) as store:
        taken = _step(session, store)
        orders = receive(read_orders(store), number, units, taken)
        write_orders(store, orders)
    status, on = status_of(orders, number), taken.at.date()
    session.say(escape(f"{number}: {count(sum(units.values()), 'unit')} received on {on}; the order is {status}."))
    return Answer({"order": number, "status": status, "received": units, "on": on})


def _line(text: str) -> tuple[int, int]:
    line, sign, units = text.partition("=")
    if not (sign and line.isdigit() and units.isdigit()):
        raise UsageError(f"{text!r} is not LINE=UNITS, for example 1=120.")
    return int(line), int(units)


def withdraw(session: Session, number: Number, note: Note = "") -> Answer:
    """Cancel an order; its number is never used again."""
    with open_store(session.workspace().store_path) as store:
        write_orders(store, cancel(read_orders(store), number, _step(session, store, note)))
    session.say(escape(f"{number} is cancelled."))
    return Answer({"order": number, "status": "cancelled"})
