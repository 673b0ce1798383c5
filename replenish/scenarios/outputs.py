"""What a comparison becomes: page, workbook, calendar file, JSON; and the folder that keeps its inputs."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from icalendar import Calendar, Event

from replenish import __version__
from replenish.scenarios.carry import insurance
from replenish.scenarios.files import BASE
from replenish.scenarios.side_by_side import Compared, Told
from reports.html import scenario_page
from reports.html.pages import Header, Scenarios
from reports.save import save
from reports.scenarios.workbook import scenario_workbook


def page_data(compared: Compared, created_at: datetime) -> Scenarios:
    """The frames of the page and the workbook."""
    config, told = compared.config, compared.told
    header = Header(
        config.seller.name,
        compared.known.as_of,
        created_at,
        config.seller.currency,
        __version__,
        config.seller.language,
    )
    return Scenarios(
        header=header,
        base=compared.base,
        scenarios=pd.DataFrame([one.summary for one in told]),
        demand=_joined([one.demand for one in told]),
        stock=_joined([one.stock for one in told]),
        cash=_joined([one.cash for one in told]),
        volume=_joined([one.volume for one in told]),
        regret=compared.regret,
        calendar=lines_of(told, "calendar"),
        stages=lines_of(told, "stages"),
        after=lines_of(told, "after"),
        summary=summary(compared),
        warnings=tuple(f"{one.scenario.name}: {note}" for one in told for note in one.notes),
    )


def lines_of(told: Sequence[Told], name: str) -> pd.DataFrame:
    """One frame of every scenario, with the scenario's name."""
    return _joined([getattr(one, name).assign(scenario=one.scenario.name) for one in told if len(getattr(one, name))])


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    full = [frame for frame in frames if len(frame)]
    return pd.concat(full, ignore_index=True) if full else pd.DataFrame()


def summary(compared: Compared) -> str:
    """Which plan is robust and what the insurance costs, in two sentences."""
    if len(compared.told) < 2:
        return "Only the base plan was made."
    told, money = insurance(compared.regret, compared.base), compared.config.seller.currency
    robust = (
        f"The plan made for {told['plan']} is the robust one: at worst it earns {told['worst_regret']:,.0f} {money} "
    )
    base = compared.base
    if told["plan"] == base:
        return f"{robust}less than the best plan of the world that comes true. It is the plan the others are " \
               "compared with: insurance costs nothing."  # fmt: skip
    world = "where nothing unusual happens" if base == BASE else f"in the world of {base}"
    return (
        f"{robust}less than the best plan of the world that comes true. As insurance it costs {told['cost']:,.0f} "
        f"{money} {world}, and spares up to {told['saves']:,.0f} {money} where another comes true."
    )


def documents(compared: Compared, created_at: datetime) -> dict[str, bytes]:
    """Page, workbook, calendar file, JSON, and what is needed to run it again: overlays and settings."""
    page = page_data(compared, created_at)
    names = ("purchases", "shipments", "uplift")
    lines = {name: lines_of(compared.told, "uplifts" if name == "uplift" else name) for name in names}
    files = {
        "scenarios.html": scenario_page(page),
        "scenarios.xlsx": scenario_workbook(page, lines, compared.config.documents.paper),
        "deadlines.ics": calendar_file(page.calendar, created_at),
        "scenarios.json": json.dumps(as_json(compared), default=str, ensure_ascii=False, indent=1).encode(),
        "inputs/settings.json": compared.config.model_dump_json(indent=1).encode(),
    }
    for one in compared.told:
        name = one.scenario.name
        if one.scenario.text:
            files[f"inputs/{name}.toml"] = one.scenario.text.encode()
        days = [compared.known.start + timedelta(days=7 * int(week)) for week in one.items["week"]]
        frame = one.items.assign(week=days)
        files[f"forecasts/{name}.csv"] = frame.to_csv(index=False, float_format="%.2f").encode()
    return files


def keep(folder: Path, compared: Compared, created_at: datetime) -> tuple[Path, list[Path]]:
    """Write everything into a folder of its own."""
    runs, number = folder / "runs", 1
    while (runs / f"{compared.known.as_of}-{number}").exists():
        number += 1
    place = runs / f"{compared.known.as_of}-{number}"
    return place, list(save(place, documents(compared, created_at)))


def as_json(compared: Compared) -> dict[str, Any]:
    """The comparison as one document; dates as text."""
    told = compared.told
    return {
        "as_of": compared.known.as_of.isoformat(),
        "start": compared.known.start.isoformat(),
        "currency": compared.config.seller.currency,
        "seed": compared.config.planning.seed,
        "base": compared.base,
        "summary": summary(compared),
        "scenarios": [one.summary for one in told],
        "regret": compared.regret.to_dict("records"),
        "insurance": insurance(compared.regret, compared.base),
        "cash": lines_of(told, "cash").to_dict("records"),
        "volume": lines_of(told, "volume").to_dict("records"),
        "calendar": lines_of(told, "calendar").to_dict("records"),
        "stages": lines_of(told, "stages").to_dict("records"),
        "after": lines_of(told, "after").to_dict("records"),
        "uplift": lines_of(told, "uplifts").to_dict("records"),
        "purchases": lines_of(told, "purchases").to_dict("records"),
        "shipments": lines_of(told, "shipments").to_dict("records"),
        "events": {
            one.scenario.name: {"event": one.event.event, "days": one.event.spans} for one in told if one.event
        },
        "notes": {one.scenario.name: list(one.notes) for one in told if one.notes},
    }  # fmt: skip


def calendar_file(calendar: pd.DataFrame, created_at: datetime) -> bytes:
    """Last days to order and to ship as all-day events (RFC 5545), one per event, way and day, SKUs listed."""
    made = Calendar()
    made.add("prodid", f"-//Replenish//{__version__}//EN")
    made.add("version", "2.0")
    for column, verb in (("order_by", "Order"), ("ship_by", "Ship")) if len(calendar) else ():
        dated = calendar[calendar[column].notna() & ~calendar["missed"].astype(bool)]
        for (event, mode, route, day), rows in dated.groupby(["event", "mode", "route", column], sort=True):
            made.add_component(_entry(verb, str(event), str(mode), str(route), day, rows, created_at))
    return bytes(made.to_ical())


def _entry(verb: str, event: str, mode: str, route: str, day: date, rows: pd.DataFrame, at: datetime) -> Event:
    items = sorted(rows["item"].unique())
    entry = Event()
    entry.add("uid", f"{verb}-{event}-{mode}-{route}-{day}@replenish".replace(" ", "-"))
    entry.add("dtstamp", at)
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    entry.add("summary", f"{verb} by {mode} for {event}: {len(items)} SKU(s), {route}")
    cost = rows.drop_duplicates("item")["delay_cost"].sum()
    entry.add("description", f"A week later costs {cost:,.0f}. SKUs: {', '.join(items[:100])}")
    return entry
