"""`replenish check`: what in the store is fit to plan on, and what is not, in the planner's words.

    for finding in check(store, date(2026, 8, 3), QualitySettings(currency="USD", rates={"EUR": 1.08})):
        print(finding.title, finding.count, finding.example, finding.what_to_do)

Each check is one statement of `data/sql/quality.sql`. Checks that stop a SKU take it out of the plan (`taken_out`); the
others warn.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import pandas as pd

from data.statements import statements
from data.store import Store
from policies.fee_tables import marketplaces_with

Severity = Literal["stops", "warns"]


@dataclass(frozen=True)
class QualitySettings:
    """What counts as a fault.

    currency: money at stake is given in this currency. rates: that currency paid for one unit of each other one.
    report_days: a report is old when its last day lies further back. jump_factor: weekly sales that changed by more.
    lead_time_days, lead_time_share: history contradicts a stated lead time when it differs by more than both.
    with_fees: marketplaces whose cost of fulfilment is known without a report.
    """

    currency: str = "USD"
    rates: Mapping[str, float] = field(default_factory=dict)
    report_days: int = 9
    jump_factor: float = 4.0
    lead_time_days: float = 7.0
    lead_time_share: float = 0.2
    with_fees: frozenset[str] = field(default_factory=lambda: marketplaces_with("fees/fulfilment"))


@dataclass(frozen=True)
class Finding:
    """One fault and everything it touches.

    money: at stake, in `currency` (revenue of 13 weeks, or the worth of stock); None where it cannot be named.
    example: the dearest case. affected: (marketplace, sku) of every SKU it touches, dearest first.
    """

    name: str
    title: str
    severity: Severity
    count: int
    money: float | None
    currency: str
    example: str
    what_to_do: str
    affected: tuple[tuple[str, str], ...] = ()
    details: tuple[str, ...] = field(default=(), repr=False)

    @property
    def taken_out(self) -> tuple[tuple[str, str], ...]:
        """SKUs that the plan leaves out because of it."""
        return self.affected if self.severity == "stops" else ()


@dataclass(frozen=True)
class _Check:
    name: str
    severity: Severity
    title: str
    what_to_do: str


CHECKS = (
    _Check("no_sales_history", "stops", "No sales before the day of the plan",
           "Load order reports of earlier weeks, or plan as of a later day (--as-of)."),
    _Check("no_stock_report", "stops", "Sells from FBA, but its stock is unknown: no stock report of the marketplace",
           "Download Manage FBA Inventory for this marketplace and load it."),
    _Check("no_fee_table", "stops", "Sells in a marketplace without a fee table",
           "Load the Fee Preview of this marketplace. Where you do not sell from FBA: set [money.own_channels]."),
    _Check("no_unit_cost", "stops", "Sells, but has no unit cost",
           "Fill in Unit cost (and Cost currency) in the catalogue template and load it."),
    _Check("no_supplier", "stops", "Sells, but has no supplier",
           "Fill in Supplier in the catalogue template and load it."),
    _Check("unknown_supplier", "stops", "Names a supplier that the list of suppliers does not have",
           "Correct the name in the catalogue, or add the supplier to the suppliers template."),
    _Check("no_price", "stops", "Sells, but has no price",
           "Fill in Price in the catalogue template, or load Manage FBA Inventory."),
    _Check("currency_gap", "stops", "Money in a currency that is not named or has no rate",
           "Name the currency in the catalogue, or add its rate under [seller.rates] in the settings."),
    _Check("absent_from_stock", "stops", "Sells from FBA, but the stock report does not name it",
           "Download Manage FBA Inventory again (archived listings are in the file of all inventory)."),
    _Check("stock_without_listing", "stops", "Stock at FBA that belongs to no listing",
           "Relist it, or have it removed: it costs storage and cannot be sold."),
    _Check("stranded", "warns", "Stock that can be bought but stopped selling",
           "Look whether the listing is suppressed, lost its Featured Offer or is priced out; else mark it phase_out."),
    _Check("missing_weeks", "warns", "Weeks that no sales report covers",
           "Download All Orders for these days and load it; until then the weeks count as unknown, not as zero."),
    _Check("jump", "warns", "Sales that jumped",
           "If a deal, price change or press caused it, enter it in the promotions calendar; else check the listing."),
    _Check("negative_stock", "warns", "Stock below zero",
           "Download the Inventory Ledger again; open a case with Amazon if it stays."),
    _Check("old_report", "warns", "Reports that are old", "Download them again and load them."),
    _Check("duplicate_listing", "warns", "Several SKUs of one ASIN",
           "Set pool_by_asin = true to plan them as one, or close one of the listings."),
    _Check("same_but_for_case", "warns", "SKUs that differ only in capital letters",
           "Amazon tells them apart, and so does the plan: correct the spelling in your file if they are one product."),
    _Check("lead_time_contradicted", "warns", "Stated lead times that history contradicts",
           "Correct Production days or Transit days; the plan uses what was learned from past receipts."),
    _Check("zero_lead_time", "warns", "Suppliers said to need no time for production",
           "Fill in Production days in the suppliers template unless the supplier sells from stock."),
    _Check("no_leg", "warns", "No way stated from the supplier to the marketplace",
           "Add a row to the supplier legs template; until then a named assumption holds."),
    _Check("moq_not_whole_cases", "warns", "MOQ that is not a whole number of cartons",
           "Correct MOQ or Case pack in the catalogue; until then orders are rounded up to whole cartons."),
    _Check("moq_group_minimum", "warns", "MOQ groups without one clear minimum",
           "State the same MOQ group minimum in every row of the group in the catalogue."),
    _Check("no_case_pack", "warns", "No units per carton",
           "Fill in Case pack in the catalogue; until then any number of units may be planned."),
    _Check("no_size", "warns", "No packed size or weight",
           "Load the Fee Preview or fill in the sizes; until then fees and volume are assumed."),
    _Check("set_aside_rows", "warns", "Rows that could not be read",
           "See `replenish status` for each line, what is wrong with it and what to do."),
)  # fmt: skip


def check(store: Store, as_of: date, settings: QualitySettings | None = None) -> list[Finding]:
    """Every fault that the store shows on `as_of`, those that stop SKUs first, then by money at stake.

    Only what was known on `as_of` is looked at. The store may be open for reading only.
    """
    settings = settings or QualitySettings()
    known = sorted({settings.currency, *settings.rates})
    values: dict[str, Any] = {
        "as_of": as_of,
        "known": known,
        "factor": settings.jump_factor,
        "with_fees": sorted(settings.with_fees),
        "share": settings.lead_time_share,
    }
    days = {"old_report": settings.report_days, "lead_time_contradicted": settings.lead_time_days}
    _ask(store, "look_back_from", values)
    try:
        for table in ("prepare_sales", "prepare_stock", "prepare_items"):
            _ask(store, table, values)
        found = [
            _finding(one, _ask(store, one.name, values | {"days": days.get(one.name, 0)}), settings) for one in CHECKS
        ]
    finally:
        _ask(store, "clear", values)
        _ask(store, "look_at_everything", values)
    order = {one.name: place for place, one in enumerate(CHECKS)}
    faults = [finding for finding in found if finding is not None]
    return sorted(faults, key=lambda one: (one.severity != "stops", -(one.money or 0.0), order[one.name]))


def taken_out(findings: Iterable[Finding]) -> dict[tuple[str, str], tuple[str, ...]]:
    """SKUs that the plan leaves out, each with the names of the findings that stop it."""
    reasons: dict[tuple[str, str], tuple[str, ...]] = {}
    for finding in findings:
        for key in finding.taken_out:
            reasons[key] = (*reasons.get(key, ()), finding.name)
    return reasons


_PARAMETER = re.compile(r"\$(\w+)")


def _ask(store: Store, name: str, values: Mapping[str, Any]) -> pd.DataFrame:
    wanted = set(_PARAMETER.findall(statements("quality")[name].sql))
    return store.query("quality", name, **{key: value for key, value in values.items() if key in wanted})


def _finding(one: _Check, rows: pd.DataFrame, settings: QualitySettings) -> Finding | None:
    if rows.empty:
        return None
    rates = {**settings.rates, settings.currency: 1.0}
    worth = pd.to_numeric(rows["money"]) * rows["currency"].map(rates)
    rows = rows.assign(worth=worth).sort_values("worth", ascending=False, na_position="last", kind="stable")
    named = rows[rows["sku"].notna()]
    first = rows.iloc[0]
    place = "/".join(str(part) for part in (first["marketplace"], first["sku"]) if not pd.isna(part))
    return Finding(
        name=one.name,
        title=one.title,
        severity=one.severity,
        count=len(rows),
        money=None if worth.isna().all() else float(worth.sum()),
        currency=settings.currency,
        example=f"{place}: {first['detail']}" if place else str(first["detail"]),
        what_to_do=one.what_to_do,
        affected=tuple(zip(named["marketplace"], named["sku"], strict=True)),
        details=tuple(rows["detail"]),
    )
