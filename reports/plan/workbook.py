"""The plan workbook: eight sheets a planner reads, filters, corrects and hands back (see `reports.plan.edits`)."""

from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty

from reports.bundle import PlanReport
from reports.describe import describe
from reports.plan import columns as sheets_of
from reports.plan.identity import identity_of
from reports.plan.summary import write_summary
from reports.plan.verify import verify_plan_workbook
from reports.sheets import ONE, WHOLE, Look, Looks, page, to_bytes
from reports.table import Column, write_table
from reports.words import Words, date_text, message, words_of

TEXTS = Look("@")
ASSUMPTIONS = (
    Column("kind", message("Kind"), 14, TEXTS),
    Column("topic", message("Topic"), 40, TEXTS),
    Column("value", message("Value"), 30, TEXTS),
    Column("source", message("Source"), 44, TEXTS),
    Column("confidence", message("Confidence"), 16, TEXTS),
)


def plan_workbook(report: PlanReport, paper: str = "A4") -> bytes:
    """The workbook of one plan in the language of `report.meta`; opened again and compared before it is returned.

    Raises `DocumentDiffers` when what was written does not add up to the plan.
    """
    book = Workbook(write_only=True)
    looks, words = Looks(book), words_of("zh" if report.meta.language == "zh" else "en")
    made = [write_summary(book, looks, words, report), *_tables(book, looks, words, report)]
    for sheet in made:
        page(sheet, paper, report.meta.seller, f"{words('Plan')} {report.meta.plan_id}",
             f"Replenish {report.meta.version} · {date_text(report.meta.as_of, report.meta.language)}")  # fmt: skip
    _sign(book, report)
    content = to_bytes(book)
    verify_plan_workbook(content, report)
    return content


def _tables(book: Any, looks: Looks, words: Words, report: PlanReport) -> list[Any]:
    edit = words("Yellow columns are yours: leave a cell empty to keep the plan.")
    tables: list[tuple[str, str, tuple[Column, ...], pd.DataFrame]] = [
        (message("Ship now"), edit, sheets_of.SHIP, sheets_of.ship_rows(report)),
        (message("Buy now"), edit, sheets_of.BUY, sheets_of.buy_rows(report)),
        (message("Watch list"), words("No line in the plan, but worth a look."), sheets_of.WATCH,
         sheets_of.watch_rows(report)),
        (message("All SKUs"), edit, sheets_of.ALL, sheets_of.all_rows(report)),
        (message("Forecast"), words("Expected units per week; low and high hold eight times in ten."),
         *_forecast(words, report)),
        (message("What changed"), words("Against the last plan."), sheets_of.CHANGED,
         describe(report, report.changes)),
        (message("Assumptions"), words("What the plan was made from, and what was assumed."), ASSUMPTIONS,
         _assumptions(words, report)),
    ]  # fmt: skip
    plan = f"{words('Plan')} {report.meta.plan_id}"
    return [
        write_table(book, looks, words, name, f"{words(name)} · {plan}", note, columns, rows)
        for name, note, columns, rows in tables
    ]


def _forecast(words: Words, report: PlanReport) -> tuple[tuple[Column, ...], pd.DataFrame]:
    weeks = [f"w{i}" for i in range(len(report.weeks))]
    sums = (
        Column("low", message("Low, 13 weeks"), 9, Look(WHOLE)),
        Column("mean", message("Expected, 13 weeks"), 9, Look(WHOLE, bold=True), total=True),
        Column("high", message("High, 13 weeks"), 9, Look(WHOLE)),
    )
    by_week = (Column(key, week.isoformat(), 10, Look(ONE), total=True)
               for key, week in zip(weeks, report.weeks, strict=True))  # fmt: skip
    frame = pd.DataFrame(np.round(report.forecast_mean, 2), columns=weeks)
    frame.insert(0, "item", report.items)
    frame = frame.assign(
        low=report.forecast_low[:, :13].sum(axis=1),
        mean=report.forecast_mean[:, :13].sum(axis=1),
        high=report.forecast_high[:, :13].sum(axis=1),
    )
    return (*sheets_of.IDENTITY, *sums, *by_week), describe(report, frame)


def _assumptions(words: Words, report: PlanReport) -> pd.DataFrame:
    """Assumptions, then the reports loaded, the checks and the overrides in force, as one list."""
    parts = [report.assumptions.assign(kind=words("assumption"))]
    if len(report.sources):
        loaded = report.sources
        parts.append(pd.DataFrame({
            "kind": words("report"), "topic": loaded["report"].astype(str) + " " + loaded["marketplace"].astype(str),
            "value": loaded["first_day"].astype(str) + " – " + loaded["last_day"].astype(str),
            "source": loaded["rows"].map("{:,} rows".format), "confidence": loaded["loaded_at"].astype(str),
        }))  # fmt: skip
    if len(report.checks):
        checks = report.checks
        parts.append(pd.DataFrame({
            "kind": words("check"), "topic": checks["name"], "value": checks["count"].astype(str),
            "source": checks["what_to_do"], "confidence": checks["severity"],
        }))  # fmt: skip
    if len(report.overrides):
        mine = report.overrides
        parts.append(pd.DataFrame({
            "kind": words("override"), "topic": mine["item"],
            "value": mine["kind"].astype(str) + " " + mine["value"].astype(str), "source": mine["reason"],
            "confidence": mine["start_date"].astype(str) + " – " + mine["end_date"].astype(str),
        }))  # fmt: skip
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)


def _sign(book: Any, report: PlanReport) -> None:
    """Which plan this is, where no planner's edit reaches: a hidden sheet and the file's properties."""
    identity = identity_of(report)
    hidden = book.create_sheet("_plan")
    hidden.sheet_state = "hidden"
    for key, value in identity.signature.items():
        hidden.append([key, value])
        book.custom_doc_props.append(StringProperty(name=f"replenish_{key}", value=value))
    book.properties.title = f"Plan {report.meta.plan_id}"
    book.properties.creator = f"Replenish {report.meta.version}"
    book.properties.created = book.properties.modified = report.meta.created_at.replace(tzinfo=None)
