"""The planner's corrections of demand: `replenish override add | list | withdraw`."""

import difflib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import pandas as pd
import typer
from rich.markup import escape

from data.store import Store, open_store
from forecasting.overrides import KINDS
from replenish.cli.explaining import find_item
from replenish.cli.session import Answer, Session, command
from replenish.cli.words import days, table
from replenish.errors import RefusedInput, UsageError
from replenish.order_book import day_of_steps, step
from replenish.weekly.known import item_key

HOLD = "hold"
GROUPS = ("category", "brand", "marketplace")


def register(app: typer.Typer) -> None:
    """Add the group `override`."""
    group = typer.Typer(help="Corrections of the forecast, and holds.", no_args_is_help=True, rich_markup_mode=None)
    example = "replenish override add multiplier 1.3 --sku ABC-1 --from 2026-11-02 --to 2026-11-29 --reason 'TV spot'"
    command(group, f"{example} -w my-shop")(add)
    command(group, "replenish override list -w my-shop", name="list")(list_overrides)
    command(group, "replenish override withdraw 3 -w my-shop")(withdraw)
    app.add_typer(group, name="override")


def add(
    session: Session,
    kind: Annotated[str, typer.Argument(help="multiplier, fixed (units a week), add (units a week) or hold.")],
    value: Annotated[float | None, typer.Argument(help="The number; none for hold.")] = None,
    sku: Annotated[str, typer.Option(help="MARKETPLACE/SKU, or a SKU that is unique.")] = "",
    group: Annotated[str, typer.Option(help="COLUMN=VALUE: category, brand or marketplace of the catalogue.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every SKU.")] = False,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; at once when left out.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; open when left out.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; shown beside the forecast and kept.")] = "",
) -> Answer:
    """Correct the forecast of a SKU, a group or all, or hold a SKU; the base forecast is kept beside it."""
    _refuse_bad(kind, value, [bool(sku), bool(group), everything], reason)
    if first and last and last < first:
        raise UsageError(f"--to {days(last)} lies before --from {days(first)}.")
    with open_store(session.workspace().store_path) as store:
        dates = {"start_date": first and first.date(), "end_date": last and last.date()}
        row = {**_reach(store, session, sku, group), **dates, "kind": kind, "value": value, "reason": reason}
        taken = step(day=_day(session, store))
        (number,) = store.add_overrides(pd.DataFrame([{**row, "made_by": taken.by}]), taken.at)
    session.say(
        escape(f"Override {number} is kept; `replenish forecast` shows what it does, `withdraw` takes it back.")
    )
    return Answer({"id": number, **row})


def _refuse_bad(kind: str, value: float | None, reach: Sequence[bool], reason: str) -> None:
    if kind not in (*KINDS, HOLD):
        raise UsageError(f"{kind!r} is no kind of override; allowed are {', '.join((*KINDS, HOLD))}.")
    if (value is None) != (kind == HOLD):
        raise UsageError("A hold has no value." if kind == HOLD else f"{kind} needs a value, for example 1.3.")
    if value is not None and kind != "add" and not 0 <= value < float("inf"):
        raise UsageError(f"{kind} takes a number from 0 on, not {value:g}.")
    if sum(reach) != 1 or (kind == HOLD and not reach[0]):
        raise UsageError("Name one of --sku, --group and --all." if kind != HOLD else "A hold is for one --sku.")
    if not reason.strip():
        raise UsageError("Give a --reason: months from now it tells why the numbers differ.")


def _reach(store: Store, session: Session, sku: str, group: str) -> dict[str, str | None]:
    """The columns of an override that say what it holds for."""
    row: dict[str, str | None] = dict.fromkeys(("marketplace", "sku", "group_column", "group_value"))
    catalogue = store.view("catalogue", session.as_of if session.dated else None)
    if sku:
        row["marketplace"], row["sku"] = find_item(item_key(catalogue).tolist(), sku).split("/", 1)
    if group:
        column, sign, value = group.partition("=")
        if not sign or column not in GROUPS:
            raise UsageError(f"--group {group}: write COLUMN=VALUE, COLUMN being {', '.join(GROUPS)}.")
        known = sorted(catalogue[column].dropna().unique())
        if value not in known:
            near = difflib.get_close_matches(value, known, n=3) or known[:8]
            raise RefusedInput(f"No item of the catalogue has {column} {value!r}. There are: {', '.join(near)}.")
        row["group_column"], row["group_value"] = column, value
    return row


def _day(session: Session, store: Store) -> date:
    return session.as_of if session.dated else day_of_steps(store)


def list_overrides(session: Session) -> Answer:
    """Every override in force, with its reason."""
    with open_store(session.workspace().store_path, read_only=True) as store:
        found = store.view("overrides", session.as_of if session.dated else None)
    rows = [
        (
            one.id,
            reach_of(one),
            one.kind,
            "" if pd.isna(one.value) else f"{one.value:g}",
            days(one.start_date),
            days(one.end_date),
            one.reason,
        )
        for one in found.itertuples()
    ]
    session.say(table(("number", "for", "kind", "value", "from", "to", "reason"), rows) if rows else "No overrides.")
    return Answer({"overrides": found})


def reach_of(one: object) -> str:
    """What an override holds for, in words."""
    sku, column = getattr(one, "sku", None), getattr(one, "group_column", None)
    if isinstance(sku, str):
        return f"{getattr(one, 'marketplace', '')}/{sku}"
    return f"{column} {getattr(one, 'group_value', '')}" if isinstance(column, str) else "all"


def withdraw(session: Session, number: Annotated[int, typer.Argument(help="As `override list` gives it.")]) -> Answer:
    """Take an override back; it stays on record."""
    with open_store(session.workspace().store_path) as store:
        store.withdraw_override(number, step(day=_day(session, store)).at)
    session.say(f"Override {number} is withdrawn.")
    return Answer({"id": number, "withdrawn": True})
