"""What the decision engine answers: purchase and shipment lines, and per item what they change, in money."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.floating]

PURCHASE_COLUMNS = {
    "item": "marketplace/sku",
    "supplier": "name",
    "mode": "transport mode",
    "destination": "FBA or a warehouse",
    "quantity": "units",
    "cartons": "cartons",
    "case_pack": "units per carton",
    "purchase_price": "per unit, supplier's currency",
    "currency": "supplier's currency",
    "amount": "quantity x purchase_price, supplier's currency",
    "landed_cost": "quantity x landed unit cost, plan currency",
    "volume_m3": "cubic metres",
    "weight_kg": "gross kilograms",
    "order_week": "week in which the order starts; 0 now",
    "arrival_week": "median week of sellable stock at the destination",
    "expected_profit": "expected profit of the whole line against not ordering, plan currency",
    "value_of_last": "expected profit of the last case pack taken",
    "value_of_next": "expected profit of the first case pack refused",
    "limit": "names of the limits that bound, empty when none",
    "reason": "one sentence for the planner",
}
SHIPMENT_COLUMNS = {
    "item": "marketplace/sku",
    "source": "warehouse",
    "destination": "FBA",
    "mode": "transport mode",
    "quantity": "units",
    "cartons": "cartons; loose units when not a multiple of the case pack",
    "case_pack": "units per carton",
    "move_cost": "plan currency",
    "volume_m3": "cubic metres",
    "weight_kg": "gross kilograms",
    "arrival_week": "median week of sellable stock",
    "expected_profit": "expected profit of the whole line against not shipping, plan currency",
    "value_of_last": "expected profit of the last case pack taken",
    "value_of_next": "expected profit of the first case pack refused",
    "limit": "names of the limits that bound",
    "reason": "one sentence for the planner",
}
ITEM_COLUMNS = {
    "item": "marketplace/sku",
    "fba_on_hand": "units",
    "fba_arriving": "units under way to FBA",
    "upstream_on_hand": "units in own warehouse, 3PL and AWD",
    "upstream_arriving": "units on order to those",
    "ship": "units to ship into FBA now",
    "buy": "units to order now",
    "demand_to_review": "expected units until a purchase at the next review could arrive",
    "weekly_demand": "expected units per week over that time",
    "cover_before": "weeks of expected demand that FBA stock and all arrivals last, without the plan (at most 520)",
    "cover_after": "the same with the plan",
    "stockout_before": "probability of at least one week short at FBA in that time, without the plan",
    "stockout_after": "the same with the plan",
    "lost_before": "expected units of demand lost in that time, without the plan",
    "lost_after": "the same with the plan",
    "unavoidable_loss": "expected units lost before anything decided now can arrive",
    "profit_gain": "expected profit of the plan against doing nothing, plan currency",
    "storage_after": "expected FBA storage cost over the horizon with the plan",
    "aged_after": "expected aged-inventory surcharge over the horizon with the plan",
    "low_inventory_after": "expected low-inventory-level fee over the horizon with the plan",
    "excess_units": "units at FBA beyond 90 days of expected demand",
    "action": "ship, buy, ship and buy, hold, stop buying, cut price, remove",
    "action_worth": "money the action on slow stock is worth, plan currency",
    "urgency": "money lost per week of delay; orders the urgent list",
    "reason": "one or two sentences for the planner",
}
LIMIT_COLUMNS = {
    "limit": "name",
    "scope": "what it covers: supplier, storage type and month, cash week, item",
    "unit": "m3, units or the currency",
    "available": "how much there is",
    "used": "how much the plan uses",
    "price": "expected profit of one more unit of it, plan currency",
    "broken": "True when it could not be met; the plan is then the least bad",
    "text": "sentence for the planner",
}


@dataclass(frozen=True)
class Projection:
    """Stock at FBA at the end of each week, over paths; each array (N, H)."""

    mean_without: Floats
    low_without: Floats  # 10 %
    high_without: Floats  # 90 %
    mean_with: Floats
    low_with: Floats
    high_with: Floats


@dataclass(frozen=True)
class Decision:
    """The answer of `policies.decide`. Frames have the columns above, in that order; items in `Problem.items` order."""

    purchases: pd.DataFrame
    shipments: pd.DataFrame
    items: pd.DataFrame
    limits: pd.DataFrame
    projection: Projection
    totals: dict[str, float] = field(default_factory=dict)
    """Plan currency: cash_purchases, cash_shipments, expected_profit_gain, expected_sales, expected_lost_margin,
    storage, aged, low_inventory, fba_volume_m3_peak; units: units_bought, units_shipped, expected_lost_units."""
    warnings: tuple[str, ...] = ()
