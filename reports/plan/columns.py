"""Which columns each sheet of the plan workbook has, and the frames behind them."""

from datetime import timedelta

import pandas as pd

from reports.bundle import PlanReport
from reports.describe import describe
from reports.sheets import CUBIC, DAY, MONEY, ONE, PRICE, SHARE, TEXT, WHOLE, Look
from reports.table import Column
from reports.words import message

TEXTS = Look(TEXT)
UNITS, COSTS, PRICES, WEEKS = Look(WHOLE), Look(MONEY), Look(PRICE), Look(ONE)
RISK, DATES, VOLUME, WEIGHT = Look(SHARE), Look(DAY, across="center"), Look(CUBIC), Look(ONE)
RESULT = Look(WHOLE, bold=True)
HOLD_WORDS = '{"yes","是","x"}'

IDENTITY = (
    Column("marketplace", message("Marketplace"), 6, TEXTS),
    Column("sku", message("SKU"), 17, TEXTS),
    Column("title", message("Title"), 32, TEXTS),
)
PLANNER = (
    Column("hold", message("Hold"), 7, Look(TEXT, across="center"), check="hold"),
    Column("multiplier", message("Demand multiplier"), 10, Look("0.00"), check="decimal"),
    Column("from", message("From"), 11, DATES, check="date"),
    Column("until", message("Until"), 11, DATES, check="date"),
    Column("note", message("Your note"), 24, TEXTS, check="text"),
)
"""The planner's own columns, the same on every sheet that takes edits."""
SHIP_EDIT = Column("yours", message("Your shipment units"), 10, UNITS, check="whole")
BUY_EDIT = Column("yours", message("Your order units"), 10, UNITS, check="whole")
_FINAL = f"=IF(ISNUMBER(MATCH({{hold}},{HOLD_WORDS},0)),0,IF(LEN({{yours}})=0,{{quantity}},{{yours}}))"
_COVER = (
    Column("fba_on_hand", message("At FBA"), 9, UNITS),
    Column("fba_arriving", message("Arriving at FBA"), 9, UNITS),
    Column("upstream_on_hand", message("In warehouses"), 10, UNITS),
    Column("weekly_demand", message("Demand per week"), 10, WEEKS),
    Column("cover_before", message("Weeks of cover before"), 9, WEEKS, mark="cover"),
    Column("cover_after", message("Weeks of cover after"), 9, WEEKS),
    Column("stockout_before", message("Stockout risk before"), 9, RISK, mark="risk"),
    Column("stockout_after", message("Stockout risk after"), 9, RISK, mark="risk"),
)
_WHY = (
    Column("expected_profit", message("Expected profit"), 11, COSTS, total=True),
    Column("value_of_last", message("Profit of last carton"), 10, COSTS),
    Column("value_of_next", message("Profit of next carton"), 10, COSTS),
    Column("limit", message("Limits met"), 16, TEXTS),
    Column("reason", message("Why"), 70, TEXTS),
)
SHIP = (
    *IDENTITY,
    Column("source", message("From warehouse"), 16, TEXTS),
    Column("destination", message("To"), 8, TEXTS),
    Column("mode", message("Transport"), 9, TEXTS, spoken=True),
    Column("quantity", message("Planned units"), 9, UNITS, total=True),
    SHIP_EDIT,
    *PLANNER,
    Column("final", message("Units to ship"), 10, RESULT, formula=_FINAL, total=True),
    Column("case_pack", message("Units per carton"), 9, UNITS),
    Column("cartons", message("Cartons"), 9, WEEKS, formula="=IF({case_pack}>0,{final}/{case_pack},0)", total=True),
    Column("unit_volume", message("m³ per unit"), 9, Look("0.00000")),
    Column("volume", message("Volume m³"), 9, VOLUME, formula="={final}*{unit_volume}", total=True),
    Column("unit_weight", message("kg per unit"), 9, VOLUME),
    Column("weight", message("Weight kg"), 10, WEIGHT, formula="={final}*{unit_weight}", total=True),
    Column("move_cost", message("Planned transport cost"), 11, COSTS, total=True),
    Column("arrives", message("Sellable from"), 11, DATES),
    *_COVER,
    *_WHY,
)
BUY = (
    *IDENTITY,
    Column("supplier", message("Supplier"), 24, TEXTS),
    Column("destination", message("To"), 14, TEXTS),
    Column("mode", message("Transport"), 9, TEXTS, spoken=True),
    Column("quantity", message("Planned units"), 9, UNITS, total=True),
    BUY_EDIT,
    *PLANNER,
    Column("final", message("Units to order"), 10, RESULT, formula=_FINAL, total=True),
    Column("case_pack", message("Units per carton"), 9, UNITS),
    Column("moq", message("Minimum order"), 9, UNITS),
    Column("cartons", message("Cartons"), 9, WEEKS, formula="=IF({case_pack}>0,{final}/{case_pack},0)", total=True),
    Column("currency", message("Currency"), 8, TEXTS),
    Column("purchase_price", message("Unit price"), 9, PRICES),
    Column("amount", message("Amount"), 12, COSTS, formula="=ROUND({final}*{purchase_price},2)"),
    Column("unit_landed", message("Landed cost per unit"), 10, PRICES),
    Column("landed", message("Landed cost"), 12, COSTS, formula="={final}*{unit_landed}", total=True),
    Column("volume_m3", message("Planned volume m³"), 9, VOLUME, total=True),
    Column("weight_kg", message("Planned weight kg"), 10, WEIGHT, total=True),
    Column("starts", message("Order starts"), 11, DATES),
    Column("arrives", message("Sellable from"), 11, DATES),
    *_COVER,
    *_WHY,
)
WATCH = (
    *IDENTITY,
    Column("action", message("Action"), 14, Look(TEXT, bold=True), spoken=True),
    Column("action_worth", message("Worth of the action"), 11, COSTS, total=True),
    *_COVER,
    Column("unavoidable_loss", message("Units lost before anything can arrive"), 12, UNITS, total=True),
    Column("excess_units", message("Units beyond 90 days of demand"), 11, UNITS, total=True),
    Column("aged_after", message("Aged-inventory surcharge"), 11, COSTS, total=True),
    Column("storage_after", message("Storage cost"), 11, COSTS, total=True),
    Column("reason", message("Why"), 70, TEXTS),
)
ALL = (
    *IDENTITY,
    Column("asin", message("ASIN"), 12, TEXTS),
    Column("fnsku", message("FNSKU"), 12, TEXTS),
    Column("brand", message("Brand"), 14, TEXTS),
    Column("category", message("Category"), 16, TEXTS),
    Column("status", message("Status"), 10, TEXTS),
    Column("supplier", message("Supplier"), 24, TEXTS),
    *PLANNER,
    Column("action", message("Action"), 14, Look(TEXT, bold=True), spoken=True),
    Column("ship", message("Units to ship"), 9, UNITS, total=True),
    Column("buy", message("Units to order"), 9, UNITS, total=True),
    *_COVER,
    Column("upstream_arriving", message("On order to warehouses"), 10, UNITS),
    Column("next_arrival", message("Next arrival"), 11, DATES),
    Column("demand_to_review", message("Demand until the next order arrives"), 12, UNITS),
    Column("lost_before", message("Units lost without the plan"), 10, WEEKS, total=True),
    Column("lost_after", message("Units lost with the plan"), 10, WEEKS, total=True),
    Column("unavoidable_loss", message("Units lost before anything can arrive"), 12, WEEKS, total=True),
    Column("profit_gain", message("Profit gain of the plan"), 11, COSTS, total=True),
    Column("storage_after", message("Storage cost"), 10, COSTS, total=True),
    Column("aged_after", message("Aged-inventory surcharge"), 11, COSTS, total=True),
    Column("low_inventory_after", message("Low-inventory fee"), 10, COSTS, total=True),
    Column("excess_units", message("Units beyond 90 days of demand"), 11, UNITS, total=True),
    Column("urgency", message("Money lost per week of delay"), 11, COSTS),
    Column("reason", message("Why"), 70, TEXTS),
)
CHANGED = (
    *IDENTITY,
    Column("field", message("What"), 14, TEXTS, spoken=True),
    Column("last_plan", message("Last plan"), 11, WEEKS),
    Column("this_plan", message("This plan"), 11, WEEKS),
    Column("effect_units", message("Effect in units"), 11, WEEKS),
    Column("cause", message("Cause"), 24, TEXTS, spoken=True),
)


def ship_rows(report: PlanReport) -> pd.DataFrame:
    """Shipment lines, most profitable first, with their items' cover and risk."""
    return _lines(report, report.decision.shipments)


def buy_rows(report: PlanReport) -> pd.DataFrame:
    """Purchase lines, most profitable first, with their items' cover and risk."""
    lines = _lines(report, report.decision.purchases)
    units = lines["quantity"].astype(float).where(lines["quantity"] > 0)
    return lines.assign(unit_landed=lines["landed_cost"] / units, starts=_mondays(report, lines["order_week"]))


def _lines(report: PlanReport, lines: pd.DataFrame) -> pd.DataFrame:
    cover = ["item", "fba_on_hand", "fba_arriving", "upstream_on_hand", "weekly_demand", "cover_before", "cover_after",
             "stockout_before", "stockout_after"]  # fmt: skip
    joined = describe(report, lines).merge(
        report.decision.items[cover].astype({"item": object}), on="item", how="left", sort=False
    )
    units = joined["quantity"].astype(float).where(joined["quantity"] > 0)
    joined = joined.assign(
        unit_volume=joined["volume_m3"] / units,
        unit_weight=joined["weight_kg"] / units,
        arrives=_mondays(report, joined["arrival_week"]),
    )
    return joined.sort_values("expected_profit", ascending=False, kind="stable").reset_index(drop=True)


def watch_rows(report: PlanReport) -> pd.DataFrame:
    """Items with no line in the plan that need eyes: short before anything arrives, too much, or to be given up."""
    items = report.decision.items
    idle = (items["ship"] == 0) & (items["buy"] == 0)
    short = (items["stockout_before"] > 0.2) | (items["unavoidable_loss"] >= 1)
    slow = (items["excess_units"] > 0) | items["action"].isin(["stop buying", "cut price", "remove"])
    chosen = items[idle & (short | slow)]
    order = chosen.assign(_money=chosen["urgency"].fillna(0) + chosen["action_worth"].fillna(0))
    return describe(report, order.sort_values("_money", ascending=False, kind="stable"))


def all_rows(report: PlanReport) -> pd.DataFrame:
    """Every item, most urgent first, with the date of its next arrival."""
    rows = describe(report, report.decision.items)
    if len(report.arrivals):
        soonest = report.arrivals.groupby("item")["expected_on"].min()
        rows = rows.assign(next_arrival=rows["item"].map(soonest))
    return rows.sort_values("urgency", ascending=False, kind="stable").reset_index(drop=True)


def _mondays(report: PlanReport, weeks: pd.Series) -> pd.Series:
    start = report.meta.start
    days = [None if week != week else start + timedelta(weeks=int(week)) for week in weeks]
    return pd.Series(days, index=weeks.index, dtype=object)
