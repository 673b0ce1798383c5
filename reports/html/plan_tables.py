"""The plan page's small tables: orders by supplier, limits, slow stock, capacity, accuracy, checks, sources."""

import pandas as pd

from reports.bundle import PlanReport
from reports.html.tables import Column as C
from reports.html.tables import Table, sums, table
from reports.html.texts import N_

_LONG = 100


def plan_tables(report: PlanReport) -> dict[str, Table]:
    """Every static table of the page by name."""
    return {
        "purchases": _purchases(report),
        "shipments": _shipments(report),
        "limits": _limits(report),
        "slow": _slow(report),
        "aged": _aged(report),
        "capacity": _capacity(report),
        "ipi": _ipi(report),
        "cash": _cash(report),
        "accuracy": _accuracy(report),
        "changes": _changes(report),
        "checks": _checks(report),
        "sources": _sources(report),
        "assumptions": _assumptions(report),
        "overrides": _overrides(report),
    }


def _purchases(report: PlanReport) -> Table:
    by = ["supplier", "mode", "destination", "currency"]
    totals = ["landed_cost", "amount", "quantity", "cartons", "volume_m3", "weight_kg", "expected_profit"]
    columns = (
        C("supplier", N_("Supplier")),
        C("mode", N_("Mode"), translate=True),
        C("destination", N_("Destination")),
        C("lines", N_("SKUs"), "units"),
        C("quantity", N_("Units"), "units"),
        C("cartons", N_("Cartons"), "units"),
        C("volume_m3", N_("m³"), "volume"),
        C("amount", N_("Supplier's invoice"), "money", currency_key="currency"),
        C("landed_cost", N_("Cost with freight and duty"), "money", bar=True),
        C("expected_profit", N_("Expected profit"), "money"),
    )
    return table(N_("Orders to suppliers"), columns, sums(report.decision.purchases, by, totals))


def _shipments(report: PlanReport) -> Table:
    totals = ["move_cost", "quantity", "cartons", "volume_m3", "weight_kg", "expected_profit"]
    lines = report.decision.shipments
    place = lines["item"].str.partition("/")[0] if len(lines) else pd.Series(dtype=object)
    columns = (
        C("source", N_("From")),
        C("marketplace", N_("Marketplace")),
        C("mode", N_("Mode"), translate=True),
        C("lines", N_("SKUs"), "units"),
        C("quantity", N_("Units"), "units"),
        C("cartons", N_("Cartons"), "units"),
        C("volume_m3", N_("m³"), "volume"),
        C("weight_kg", N_("kg"), "units"),
        C("move_cost", N_("Cost"), "money", bar=True),
        C("expected_profit", N_("Expected profit"), "money"),
    )
    grouped = sums(lines.assign(marketplace=place), ["source", "marketplace", "mode"], totals)
    return table(N_("Shipments into FBA"), columns, grouped)


def _limits(report: PlanReport) -> Table:
    limits = report.decision.limits
    if len(limits):
        share = limits["used"] / limits["available"].where(limits["available"] > 0)
        limits = limits.assign(share=share, tone=limits["broken"].map({True: "bad", False: ""}))
    columns = (
        C("limit", N_("Limit"), translate=True),
        C("scope", N_("Covers")),
        C("available", N_("Available"), "units"),
        C("used", N_("Used"), "units"),
        C("unit", N_("Unit")),
        C("share", N_("Share used"), "share", bar=True),
        C("price", N_("Worth of one more"), "money"),
        C("text", N_("In words")),
    )
    return table(N_("Limits that shaped the plan"), columns, limits, tone="tone")


def _slow(report: PlanReport) -> Table:
    items = report.decision.items
    slow = items[(items["excess_units"] > 0) | items["action"].isin(["stop buying", "cut price", "remove"])]
    titles = report.catalogue.drop_duplicates("item").set_index("item")["title"]
    slow = slow.assign(title=slow["item"].map(titles))
    slow = slow.sort_values(["action_worth", "excess_units"], ascending=False, kind="stable")
    columns = (
        C("item", N_("SKU"), link=True),
        C("title", N_("Title")),
        C("fba_on_hand", N_("At FBA"), "units"),
        C("excess_units", N_("Beyond 90 days' demand"), "units"),
        C("cover_before", N_("Weeks of cover"), "weeks"),
        C("storage_after", N_("Storage"), "money"),
        C("aged_after", N_("Aged-stock fees"), "money"),
        C("action", N_("Action"), translate=True),
        C("action_worth", N_("Worth"), "money", bar=True),
    )
    return table(N_("Slow stock and what to do with it"), columns, slow, _LONG)


def _aged(report: PlanReport) -> Table:
    aged = report.aged
    if len(aged):
        by_age = aged.groupby(["age_from_days", "age_to_days"], dropna=False)[["units", "surcharge_per_month", "worth"]]
        aged = by_age.sum().reset_index()
    columns = (
        C("age_from_days", N_("Days from"), "units"),
        C("age_to_days", N_("to"), "units"),
        C("units", N_("Units"), "units", bar=True),
        C("surcharge_per_month", N_("Surcharge a month"), "money"),
        C("worth", N_("Worth of acting"), "money"),
    )
    return table(N_("Stock by age"), columns, aged)


def _capacity(report: PlanReport) -> Table:
    capacity = report.capacity
    if len(capacity):
        share = capacity["used_after_m3"] / capacity["limit_m3"].where(capacity["limit_m3"] > 0)
        tone = pd.cut(share, [-1, 0.9, 1.0001, float("inf")], labels=["good", "warn", "bad"]).astype(object)
        capacity = capacity.assign(share=share, tone=tone.where(share.notna(), ""))
    columns = (
        C("marketplace", N_("Marketplace")),
        C("storage_type", N_("Storage type"), translate=True),
        C("month", N_("Month"), "month"),
        C("limit_m3", N_("Limit m³"), "volume"),
        C("used_before_m3", N_("Used without plan"), "volume"),
        C("used_after_m3", N_("Used with plan"), "volume"),
        C("share", N_("Share used"), "share", bar=True),
        C("confirmed", N_("Confirmed by Amazon"), "flag"),
        C("price", N_("Worth of one more m³"), "money"),
    )
    return table(N_("FBA capacity"), columns, capacity, tone="tone")


def _ipi(report: PlanReport) -> Table:
    columns = (
        C("marketplace", N_("Marketplace")),
        C("component", N_("Component"), translate=True),
        C("before", N_("Without plan"), "number"),
        C("after", N_("With plan"), "number"),
        C("healthy_from", N_("Healthy"), "number"),
        C("note", N_("Note")),
    )
    return table(N_("Inventory Performance Index: our estimate of its published components"), columns, report.ipi)


def _cash(report: PlanReport) -> Table:
    columns = (
        C("week", N_("Week"), "date"),
        C("purchases", N_("Purchases"), "money"),
        C("freight", N_("Freight"), "money"),
        C("open_orders", N_("Open orders"), "money"),
        C("storage", N_("Storage"), "money"),
        C("fees", N_("Amazon fees"), "money"),
        C("inflow", N_("Payouts"), "money"),
        C("net", N_("Net"), "money"),
    )
    cash = report.cash
    if len(cash):
        paid = cash[["purchases", "freight", "open_orders", "storage", "fees"]].sum(axis=1)
        cash = cash.assign(net=cash["inflow"] - paid)
    return table(N_("Cash by week"), columns, cash)


def _accuracy(report: PlanReport) -> Table:
    accuracy = report.accuracy
    if len(accuracy):
        accuracy = accuracy.assign(tone=accuracy["passed"].map({True: "good", False: "bad"}))
    columns = (
        C("class", N_("Class of SKUs"), translate=True),
        C("length", N_("Weeks ahead"), "units"),
        C("wape", N_("Error (WAPE)"), "share"),
        C("bias", N_("Bias"), "signed_share"),
        C("coverage80", N_("Truth inside the 80 % band"), "share", bar=True),
        C("windows", N_("Windows"), "units"),
        C("passed", N_("Passed"), "flag"),
        C("fallback", N_("Otherwise uses")),
    )
    return table(N_("Forecast accuracy on the seller's own past"), columns, accuracy, tone="tone")


def _changes(report: PlanReport) -> Table:
    changes = report.changes
    if len(changes):
        changes = changes.sort_values("effect_units", key=lambda units: units.abs(), ascending=False, kind="stable")
    columns = (
        C("item", N_("SKU"), link=True),
        C("field", N_("Figure"), translate=True),
        C("last_plan", N_("Last plan"), "number"),
        C("this_plan", N_("This plan"), "number"),
        C("effect_units", N_("Effect in units"), "units"),
        C("cause", N_("Cause"), translate=True),
    )
    return table(N_("What changed since the last plan"), columns, changes, _LONG)


def _checks(report: PlanReport) -> Table:
    checks = report.checks
    if len(checks):
        checks = checks.assign(tone=checks["severity"].map({"error": "bad", "warning": "warn"}).fillna(""))
    columns = (
        C("name", N_("Check")),
        C("severity", N_("Severity"), translate=True),
        C("count", N_("Found"), "units"),
        C("money", N_("Money at stake"), "money"),
        C("example", N_("Example")),
        C("what_to_do", N_("What to do")),
    )
    return table(N_("Checks of the data"), columns, checks, tone="tone")


def _sources(report: PlanReport) -> Table:
    columns = (
        C("report", N_("Report")),
        C("marketplace", N_("Marketplace")),
        C("first_day", N_("First day"), "date"),
        C("last_day", N_("Last day"), "date"),
        C("rows", N_("Rows"), "units"),
        C("set_aside", N_("Set aside"), "units"),
        C("loaded_at", N_("Loaded"), "time"),
    )
    return table(N_("Reports the plan was made from"), columns, report.sources)


def _assumptions(report: PlanReport) -> Table:
    columns = (
        C("topic", N_("Topic")),
        C("value", N_("Value")),
        C("source", N_("Source")),
        C("confidence", N_("Confidence"), translate=True),
    )
    return table(N_("Assumptions"), columns, report.assumptions)


def _overrides(report: PlanReport) -> Table:
    columns = (
        C("item", N_("SKU"), link=True),
        C("kind", N_("Kind"), translate=True),
        C("value", N_("Value"), "number"),
        C("start_date", N_("From"), "date"),
        C("end_date", N_("to"), "date"),
        C("reason", N_("Reason")),
    )
    return table(N_("Planner's overrides"), columns, report.overrides, _LONG)
