"""The weekly plan as one HTML page: money first, then what to do, then the evidence SKU by SKU."""

from typing import Any

import numpy as np
import pandas as pd

from reports.bundle import PlanReport
from reports.html.charts import Chart, Line
from reports.html.plan_items import items_of
from reports.html.plan_tables import plan_tables
from reports.html.shell import Page, render
from reports.html.texts import N_

RISKY = 0.5  # a SKU is called likely to run short above this probability
_URGENT_SHOWN = 25


def plan_page(report: PlanReport) -> bytes:
    """One self-contained HTML file (UTF-8) of the whole plan; opens in the plan's language, switches to the others."""
    meta, items = report.meta, items_of(report)
    return render(
        Page(
            template="plan.html.jinja",
            title=N_("Weekly plan"),
            subtitle=f"{meta.seller} · {meta.plan_id}",
            language=meta.language,
            currency=meta.currency,
            context={
                "report": report,
                "meta": meta,
                "totals": _totals(report),
                "urgent": _urgent(report),
                "urgent_left_out": max(len(report.urgent) - _URGENT_SHOWN, 0),
                "tables": plan_tables(report),
                "warnings": (*report.warnings, *report.decision.warnings),
            },
            charts=_charts(report),
            data={"items": items.about},
            blocks=items.blocks,
        )
    )


def _totals(report: PlanReport) -> dict[str, float]:
    """The plan's totals and what the overview adds up from the items."""
    decision = report.decision
    items, totals = decision.items, decision.totals
    names = (
        "cash_purchases", "cash_shipments", "expected_profit_gain", "expected_sales", "expected_lost_margin",
        "storage", "aged", "low_inventory", "fba_volume_m3_peak", "units_bought", "units_shipped",
    )  # fmt: skip
    return {
        **{name: float(totals.get(name, np.nan)) for name in names},
        "fees": sum(float(totals.get(name, 0.0)) for name in ("storage", "aged", "low_inventory")),
        "buy_lines": len(decision.purchases),
        "ship_lines": len(decision.shipments),
        "suppliers": decision.purchases["supplier"].nunique() if len(decision.purchases) else 0,
        "risky_before": int((items["stockout_before"] > RISKY).sum()),
        "risky_after": int((items["stockout_after"] > RISKY).sum()),
        "lost_before": float(items["lost_before"].sum()),
        "lost_after": float(items["lost_after"].sum()),
        "unavoidable": float(items["unavoidable_loss"].sum()),
        "skus": len(items),
        "risky_share": RISKY,
    }


def _urgent(report: PlanReport) -> list[dict[Any, Any]]:
    """The first urgent actions with the SKU's title and figures beside them."""
    if report.urgent.empty:
        return []
    titles = report.catalogue.drop_duplicates("item").set_index("item")
    figures = report.decision.items.drop_duplicates("item").set_index("item")
    rows: list[dict[Any, Any]] = report.urgent.head(_URGENT_SHOWN).to_dict("records")
    for row in rows:
        item = row["item"]
        row["title"] = titles["title"].get(item, "")
        row["figures"] = figures.loc[item].to_dict() if item in figures.index else {}
    return rows


def _charts(report: PlanReport) -> tuple[Chart, ...]:
    weeks, projection = list(report.weeks), report.decision.projection
    stock = Chart(
        "stock",
        N_("Stock at FBA, all SKUs"),
        weeks,
        (
            Line(N_("with this plan"), np.nansum(projection.mean_with, axis=0)),
            Line(N_("without"), np.nansum(projection.mean_without, axis=0), "dash", "muted"),
        ),
        note=N_("Expected units at the end of each week."),
    )
    return (stock, _demand(report), *_cash(report))


def _demand(report: PlanReport) -> Chart:
    """Units of all SKUs by week: two years sold, then expected."""
    past = report.history.groupby("week")["units"].sum().sort_index() if len(report.history) else pd.Series(dtype=float)
    past = past[past.index < report.weeks[0]].tail(104) if report.weeks else past
    ahead = np.nansum(report.forecast_mean, axis=0)
    gap, before = np.full(len(ahead), np.nan), np.full(len(past), np.nan)
    lines = (
        Line(N_("sold"), np.concatenate([past.to_numpy(dtype=float), gap]), "line", "muted"),
        Line(N_("expected"), np.concatenate([before, ahead])),
    )
    return Chart("demand", N_("Units a week, all SKUs"), [*past.index, *report.weeks], lines)


def _cash(report: PlanReport) -> tuple[Chart, ...]:
    if report.cash.empty:
        return ()
    cash = report.cash
    paid = [
        Line(label, -cash[name], "bar", colour)
        for name, label, colour in (
            ("purchases", N_("purchases"), "plan"),
            ("freight", N_("freight"), "second"),
            ("open_orders", N_("open orders"), "muted"),
            ("fees", N_("Amazon fees"), "third"),
            ("storage", N_("storage"), "fourth"),
        )
    ]
    inflow = Line(N_("payouts"), cash["inflow"], "bar", "good")
    names = ["purchases", "freight", "open_orders", "storage", "fees"]
    balance = (cash["inflow"] - cash[names].sum(axis=1)).cumsum()
    chart = Chart("cash", N_("Money in and out by week"), cash["week"], (*paid, inflow), unit="money", stacked=True)
    total = Chart("balance", N_("Sum of money in and out since today"), cash["week"],
                  (Line(N_("balance"), balance),), unit="money")  # fmt: skip
    return chart, total
