"""The comparison workbook: one sheet per question, totals that follow the filter, text that stays text."""

from collections.abc import Mapping

import pandas as pd
from openpyxl import Workbook

from reports.html.pages import Scenarios
from reports.sheets import CUBIC, DAY, MONEY, ONE, SHARE, WHOLE, Look, Looks, page, to_bytes
from reports.table import Column, write_table
from reports.words import words_of

LINE = Look("@")  # on one line: rows of a write-only sheet do not grow
TEXT, UNITS, CASH, DATE, RATE = Look("@", wrap=True), Look(WHOLE), Look(MONEY), Look(DAY), Look("0.00")


def _column(key: str, head: str, width: float, look: Look, total: bool = False, formula: str = "") -> Column:
    return Column(key, head, width, look, formula=formula, total=total)


SCENARIO = _column("scenario", "Scenario", 22, TEXT)
ITEM = _column("item", "SKU", 20, TEXT)
SHEETS: tuple[tuple[str, str, str, tuple[Column, ...]], ...] = (
    ("scenarios", "Scenarios", "Each scenario with its own best plan; later orders top up as the next plans would.", (
        SCENARIO,
        _column("profit", "Expected profit", 14, CASH), _column("profit_low", "Low (1 in 10)", 14, CASH),
        _column("profit_high", "High (1 in 10)", 14, CASH), _column("demand_units", "Demand, units", 12, UNITS),
        _column("order_units", "Buy, units", 11, UNITS), _column("order_cost", "Buy", 13, CASH),
        _column("ship_units", "Ship, units", 11, UNITS), _column("ship_cost", "Ship", 12, CASH),
        _column("paid_now", "Buy and ship", 13, CASH, formula="={order_cost}+{ship_cost}"),
        _column("lost_units", "Units lost", 11, UNITS), _column("lost_sales", "Margin lost", 13, CASH),
        _column("storage", "Storage", 12, CASH), _column("aged", "Aged-stock fees", 12, CASH),
        _column("description", "What is different", 95, LINE),
    )),
    ("regret", "Regret", "What each plan earns in each world, and what it leaves on the table there.", (
        _column("plan", "Plan made for", 24, TEXT), _column("world", "World that comes true", 24, TEXT),
        _column("profit", "Profit of the plan", 15, CASH), _column("best", "Best plan's profit", 15, CASH),
        _column("regret", "Regret", 14, CASH, True, "={best}-{profit}"),
        _column("cut", "Cut by limits", 11, Look(SHARE)),
    )),
    ("purchases", "Buy now", "Purchase lines of each scenario's plan.", (
        SCENARIO, ITEM, _column("supplier", "Supplier", 24, TEXT), _column("mode", "Mode", 10, TEXT),
        _column("destination", "Destination", 18, TEXT), _column("quantity", "Units", 10, UNITS, True),
        _column("landed_unit", "Landed cost per unit", 12, CASH),
        _column("landed", "Landed cost", 13, CASH, True, "={quantity}*{landed_unit}"),
        _column("volume_m3", "Volume m³", 10, Look(CUBIC), True), _column("arrival_week", "Arrives, week", 9, UNITS),
    )),
    ("shipments", "Ship now", "Shipment lines of each scenario's plan.", (
        SCENARIO, ITEM, _column("source", "From", 20, TEXT), _column("mode", "Mode", 10, TEXT),
        _column("quantity", "Units", 10, UNITS, True), _column("move_cost", "Cost", 12, CASH, True),
        _column("volume_m3", "Volume m³", 10, Look(CUBIC), True), _column("arrival_week", "Arrives, week", 9, UNITS),
    )),
    ("calendar", "Last dates", "The last days that still reach the event; 8 of 10 lead-time draws are in time.", (
        SCENARIO, ITEM, _column("mode", "Mode", 10, TEXT), _column("route", "Way", 34, TEXT),
        _column("event", "Event", 20, TEXT), _column("order_by", "Order by", 12, DATE),
        _column("ship_by", "Ship by", 12, DATE),
        _column("arrive_by", "Arrive by", 12, DATE), _column("delay_cost", "Cost of a week's delay", 13, CASH),
        _column("missed_text", "Missed", 9, TEXT), _column("next_best", "Next best way", 70, LINE),
    )),
    ("stages", "Now or later", "What must be committed now and what can wait.", (
        SCENARIO, ITEM, _column("commit_units", "Commit now, units", 12, UNITS, True),
        _column("wait_units", "Can wait, units", 12, UNITS, True), _column("decide_by", "Decide by", 12, DATE),
        _column("watch", "Watch until then", 66, LINE),
    )),
    ("after", "After the peak", "What is left at FBA after the event, what keeping it costs until the plan ends.", (
        SCENARIO, _column("event", "Event", 20, TEXT), _column("after", "From", 12, DATE),
        _column("left_units", "Left at FBA, units", 12, UNITS), _column("left_cost", "At cost", 13, CASH),
        _column("cover_weeks", "Weeks of cover", 10, Look(ONE)), _column("storage_after", "Storage", 12, CASH),
        _column("aged_after", "Aged-stock fees", 12, CASH),
        _column("keeping", "Keeping it", 12, CASH, formula="={storage_after}+{aged_after}"),
        _column("returned_units", "Returned, units", 12, UNITS),
        _column("returned_sellable", "Of these fit to sell", 12, UNITS),
    )),
    ("cash", "Cash", "Money out and in by week.", (
        SCENARIO, _column("week", "Week", 12, DATE), _column("paid", "Out", 14, CASH, True),
        _column("received", "In", 14, CASH, True), _column("net", "Net", 14, CASH, True, "={received}-{paid}"),
    )),
    ("volume", "Capacity", "FBA volume by month against capacity.", (
        SCENARIO, _column("marketplace", "Marketplace", 12, TEXT), _column("storage_type", "Storage type", 14, TEXT),
        _column("month", "Month", 12, DATE), _column("volume_m3", "Volume m³", 12, Look(CUBIC)),
        _column("limit_m3", "Limit m³", 12, Look(CUBIC)),
        _column("share", "Share used", 11, Look(SHARE), formula="=IFERROR({volume_m3}/{limit_m3},\"\")"),
    )),
    ("uplift", "Uplift", "What the past taught beside what was typed.", (
        SCENARIO, ITEM, _column("event", "Event", 20, TEXT), _column("kind", "Kind", 24, TEXT),
        _column("learned", "Learned", 10, RATE), _column("source", "From", 24, TEXT),
        _column("past_weeks", "Past weeks", 9, UNITS), _column("typed", "Typed", 10, RATE),
        _column("applied", "In the plan", 11, RATE),
    )),
    ("demand", "Demand", "Units a week, all SKUs: expected, and the range that holds eight times in ten.", (
        SCENARIO, _column("week", "Week", 12, DATE), _column("mean", "Expected", 12, Look(ONE), True),
        _column("low", "Low", 12, Look(ONE)), _column("high", "High", 12, Look(ONE)),
    )),
)  # fmt: skip


def scenario_workbook(page_data: Scenarios, lines: Mapping[str, pd.DataFrame], paper: str = "A4") -> bytes:
    """The workbook of a comparison; `lines` holds the frames purchases, shipments and uplift, with `scenario`."""
    book = Workbook(write_only=True)
    looks, words = Looks(book), words_of("en")
    names = ("scenarios", "cash", "volume", "calendar", "stages", "after", "demand")
    frames = {name: getattr(page_data, name) for name in names}
    frames |= {"regret": _regret(page_data.regret), **lines}
    header = page_data.header
    for key, name, note, columns in SHEETS:
        sheet = write_table(book, looks, words, name, name, note, columns, _shown(frames[key]))
        page(sheet, paper, header.seller, f"Scenarios {header.as_of}", f"Replenish {header.version}")
    return to_bytes(book)


def _regret(regret: pd.DataFrame) -> pd.DataFrame:
    return regret.assign(best=regret["profit"] + regret["regret"]) if len(regret) else regret


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    if "missed" in frame:
        return frame.assign(missed_text=frame["missed"].map({True: "yes", False: ""}))
    if "landed_cost" in frame and len(frame):
        return frame.assign(landed_unit=frame["landed_cost"] / frame["quantity"])
    return frame
