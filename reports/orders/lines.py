"""The lines of one purchase order and the facts at its head, from the plan report."""

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from reports.bundle import PlanReport
from reports.describe import describe
from reports.errors import DocumentError
from reports.orders.settings import OrderSettings
from reports.sheets import records
from reports.words import number_text

_PACKING = ("supplier_item_number", "carton_length_cm", "carton_width_cm", "carton_height_cm", "image")
LINE_COLUMNS = ("number", "item", "marketplace", "sku", "fnsku", "asin", "title", "supplier_item_number", "image",
                "mode", "quantity", "case_pack", "cartons", "price", "amount", "currency", "carton_size",
                "carton_volume", "volume", "carton_weight", "weight", "price_breaks", "arrival_week")  # fmt: skip


@dataclass(frozen=True)
class OrderHead:
    """Everything an order says once."""

    number: str
    supplier: dict[str, object]
    destination: str
    address: str
    currency: str
    mode: str  # empty when lines differ
    ordered_on: date
    ship_by: date
    deposit_share: float
    deposit_on: date
    balance_on: date


def orders_of(report: PlanReport) -> list[tuple[str, str]]:
    """The purchase orders a plan asks for: supplier and destination, by supplier."""
    pairs = report.decision.purchases[["supplier", "destination"]].drop_duplicates()
    return sorted((str(supplier), str(destination)) for supplier, destination in pairs.itertuples(index=False))


def order_lines(
    report: PlanReport, supplier: str, destination: str, price_breaks: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Lines of one order in the order of the supplier's item numbers; columns `LINE_COLUMNS`.

    Raises `DocumentError` when the plan buys nothing there, or in more than one currency.
    """
    bought = report.decision.purchases
    lines = bought[(bought["supplier"] == supplier) & (bought["destination"] == destination)]
    if lines.empty:
        known = "; ".join(f"{name} to {place}" for name, place in orders_of(report)) or "none"
        raise DocumentError(
            f"Plan {report.meta.plan_id} buys nothing from {supplier} to {destination}. It has: {known}."
        )
    if lines["currency"].nunique() > 1:
        currencies = ", ".join(sorted(set(lines["currency"])))
        raise DocumentError(
            f"The order to {supplier} mixes the currencies {currencies}. Give all its items one `cost_currency` in the "
            "catalogue."
        )
    wanted = [name for name in _PACKING if name in report.catalogue]
    packing = report.catalogue[["item", *wanted]].drop_duplicates("item")
    described = describe(report, lines.drop(columns=["limit", "reason"]))
    joined = described.merge(packing, on="item", how="left", sort=False)
    joined = joined.reindex(columns=[*dict.fromkeys([*joined.columns, *_PACKING])])
    joined = joined.sort_values(["supplier_item_number", "item", "mode"], kind="stable").reset_index(drop=True)
    cartons = joined["cartons"].astype(float).where(joined["cartons"] > 0)
    return joined.assign(
        number=range(1, len(joined) + 1),
        price=joined["purchase_price"].astype(float),
        carton_size=_sizes(joined),
        carton_volume=(joined["volume_m3"] / cartons).round(5),
        volume=joined["volume_m3"],
        carton_weight=(joined["weight_kg"] / cartons).round(3),
        weight=joined["weight_kg"],
        price_breaks=_price_breaks(joined, price_breaks, supplier),
    )[list(LINE_COLUMNS)]


def order_head(report: PlanReport, supplier: str, destination: str, number: str, settings: OrderSettings,
               lines: pd.DataFrame) -> OrderHead:  # fmt: skip
    """The head of an order; the destination's address is the warehouse's, for FBA it is given with the shipment."""
    known = report.suppliers[report.suppliers["supplier"] == supplier]
    facts = {str(key): value for key, value in known.iloc[0].dropna().items()} if len(known) else {}
    places = report.warehouses[report.warehouses["warehouse"] == destination]
    address = str(places.iloc[0]["address"] or "") if len(places) else ""
    days = float(str(facts.get("production_days") or 30))
    ship_by = settings.ship_by or settings.ordered_on + timedelta(days=round(days))
    modes = set(lines["mode"])
    return OrderHead(
        number=number,
        supplier={"name": supplier, **facts},
        destination=destination,
        address=address,
        currency=str(lines["currency"].iloc[0]),
        mode=str(modes.pop()) if len(modes) == 1 else "",
        ordered_on=settings.ordered_on,
        ship_by=ship_by,
        deposit_share=min(max(float(str(facts.get("deposit_share") or 0)), 0.0), 1.0),
        deposit_on=settings.deposit_on or settings.ordered_on,
        balance_on=settings.balance_on or ship_by,
    )


def _sizes(lines: pd.DataFrame) -> list[str]:
    sides = lines[["carton_length_cm", "carton_width_cm", "carton_height_cm"]].astype(float)
    return ["×".join(f"{side:g}" for side in row) if all(side == side for side in row) else ""
            for row in sides.itertuples(index=False, name=None)]  # fmt: skip


def _price_breaks(lines: pd.DataFrame, breaks: pd.DataFrame | None, supplier: str) -> list[str]:
    """`500+ 3.10` on a line each, ascending; empty where the supplier gave none."""
    if breaks is None or breaks.empty:
        return [""] * len(lines)
    mine = breaks[breaks["supplier"] == supplier].sort_values("minimum_quantity")
    texts: dict[tuple[str, str], list[str]] = {}
    for row in records(mine):
        cost = float(row["unit_cost"])
        text = f"{number_text(row['minimum_quantity'])}+ {number_text(cost, 2 if round(cost, 2) == cost else 4)}"
        texts.setdefault((str(row["marketplace"]), str(row["sku"])), []).append(text)
    return [
        "\n".join(texts.get((place, sku), [])) for place, sku in zip(lines["marketplace"], lines["sku"], strict=True)
    ]
