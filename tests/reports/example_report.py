"""A plan report made from a seed, for the tests of every document: real shapes, consistent sums, hostile texts.

Two marketplaces, two suppliers, three warehouses. The numbers are invented but agree with each other: lines add up
to the items' ship and buy, the items to the totals. `example_report(5_000)` is the size documents are timed at.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from policies.plan import ITEM_COLUMNS, LIMIT_COLUMNS, PURCHASE_COLUMNS, SHIPMENT_COLUMNS, Decision, Projection
from reports.bundle import Meta, PlanReport

START = date(2026, 8, 3)
HORIZON = 26
PAST_WEEKS = 157
NOUNS = ("Storage Box", "Desk Lamp", "Yoga Mat", "Water Bottle", "Cable Organiser", "Garden Glove", "Gift Bag", "Mug")
ADJECTIVES = ("Large", "Foldable", "Bamboo", "Warm White", "Insulated", "Non-Slip", "Recycled", "Matt Black")
HOSTILE_SKUS = ('=HYPERLINK("http://x","y")', "000123", "<b>BOLD</b>&Co", "שלום-\u202e77", "+49-LAMP", "Größe/Ⅲ 🦊")
HOSTILE_TITLES = (
    "=cmd|' /C calc'!A0",
    "</script><script>alert('title')</script>",
    "\"quoted\", 'single' & <img src=x onerror=alert(1)>",
    "@SUM(1+1)*cmd|'/C calc'!A0",
    "\tTab first, then {{ 7 * 7 }} and {% raw %}",
    "收纳盒 大号 防潮 " + "very long title " * 30,
)
SHENZHEN = "Shenzhen Bright Home Products Co., Ltd."
YIWU = "Yiwu <Bloom> & Sons: Trading Ltd."


def example_report(skus: int = 40, seed: int = 1, language: str = "en") -> PlanReport:
    """A whole report of `skus` items; the same seed gives the same report."""
    random = np.random.default_rng(seed)
    catalogue = _catalogue(skus, random)
    items = catalogue["item"].to_numpy(dtype=object)
    weeks = tuple(START + timedelta(weeks=i) for i in range(HORIZON))
    level = np.exp(random.normal(2.8, 1.0, skus))
    mean = level[:, None] * (1 + 0.35 * np.sin((np.arange(HORIZON) + 4) / 52 * 2 * np.pi))[None, :]
    decision = _decision(catalogue, level, mean, random)
    return PlanReport(
        meta=Meta(
            "2026-08-03-1",
            START,
            datetime(2026, 8, 3, 9, 30, tzinfo=UTC),
            "Maple & Fox <Trading>",
            "USD",
            "0.1.0",
            language,
            START,
            HORIZON,
        ),
        decision=decision,
        catalogue=catalogue,
        suppliers=_suppliers(),
        warehouses=_warehouses(),
        history=_history(items, level, random),
        weeks=weeks,
        items=items,
        forecast_mean=mean,
        forecast_low=mean * 0.62,
        forecast_high=mean * 1.55,
        components=_components(items, weeks, level, mean),
        arrivals=_arrivals(items, level, random),
        economics=_economics(catalogue),
        aged=_aged(items, decision.items),
        ipi=_ipi(),
        capacity=_capacity(),
        cash=_cash(weeks, decision),
        accuracy=_accuracy(),
        changes=_changes(items, level, random),
        checks=_checks(),
        sources=_sources(),
        assumptions=_assumptions(),
        overrides=_overrides(items),
        warnings=("The fee table `us_fulfilment` ends on 2026-10-14; later weeks use its last row.",),
        urgent=_urgent(decision.items),
    )


def _catalogue(skus: int, random: np.random.Generator) -> pd.DataFrame:
    number = np.arange(skus)
    sku = [HOSTILE_SKUS[i] if i < len(HOSTILE_SKUS) else f"MF-{i:05d}" for i in number]
    title = [
        HOSTILE_TITLES[i]
        if i < len(HOSTILE_TITLES)
        else f"Maple & Fox {ADJECTIVES[i % 8]} {NOUNS[(i // 8) % 8]}, {1 + i % 6} Pack"
        for i in number
    ]
    marketplace = np.where(number % 3 == 2, "DE", "US")
    case_pack = random.choice([6, 12, 20, 24, 48], skus)
    weight = random.uniform(0.15, 2.4, skus).round(3)
    cost = random.uniform(1.2, 14.0, skus).round(2)
    sides = random.uniform(8, 40, (skus, 3)).round(1)
    frame = pd.DataFrame(
        {
            "item": [f"{m}/{s}" for m, s in zip(marketplace, sku, strict=True)],
            "marketplace": marketplace,
            "sku": sku,
            "asin": [f"B0TEST{i:04d}" for i in number],
            "fnsku": [f"X00{i:07d}" for i in number],
            "parent_asin": [f"B0PRNT{i // 4:04d}" for i in number],
            "title": title,
            "brand": np.where(number % 2 == 0, "Maple & Fox", "Nordlicht"),
            "category": np.where(number % 2 == 0, "Home & Kitchen", "Sports & Outdoors"),
            "product_class": "non_apparel",
            "storage_type": np.where(number % 9 == 8, "oversize", "standard"),
            "length_cm": sides.max(axis=1),
            "width_cm": np.median(sides, axis=1),
            "height_cm": sides.min(axis=1),
            "weight_kg": weight,
            "supplier": np.where(number % 2 == 0, SHENZHEN, YIWU),
            "supplier_item_number": [f"BH-{1000 + i}" if i % 2 == 0 else f"义乌-{i:04d}" for i in number],
            "unit_cost": cost,
            "cost_currency": np.where(number % 2 == 0, "USD", "CNY"),
            "moq": case_pack * random.choice([5, 10, 20], skus),
            "case_pack": case_pack,
            "carton_length_cm": 50.0,
            "carton_width_cm": 40.0,
            "carton_height_cm": (random.integers(20, 45, skus)) * 1.0,
            "carton_weight_kg": (weight * case_pack + 0.8).round(2),
            "price": (cost * 3.4 + 6).round(2),
            "price_currency": np.where(marketplace == "DE", "EUR", "USD"),
            "launch_date": [START - timedelta(days=int(d)) for d in random.integers(60, 1500, skus)],
            "status": np.where(number % 17 == 16, "phase_out", "active"),
            "predecessor_sku": None,
            "image": None,
            "prep_owner": "SELLER",
            "label_owner": "SELLER",
            "origin": "template",
        }
    )
    return frame


def _suppliers() -> pd.DataFrame:
    shared = {"order_minimum_units": 0, "production_days": 30, "production_days_sd": 6.0, "review_weeks": 2}
    return pd.DataFrame(
        [
            {
                "supplier": SHENZHEN,
                "name": "深圳市明亮家居用品有限公司 / Shenzhen Bright Home Products Co., Ltd.",
                "contact": "Ms. Li Na 李娜",
                "email": "lina@bright-home.example",
                "address": "4F, Building B, 88 Baoyuan Rd, Bao'an District, Shenzhen 518102",
                "country": "CN",
                "currency": "USD",
                "incoterm": "FOB Shenzhen",
                "payment_terms": "30% deposit, 70% before shipment",
                "deposit_share": 0.3,
                "order_minimum_value": 3000.0,
                "language": "zh",
                **shared,
            },
            {
                "supplier": YIWU,
                "name": YIWU,
                "contact": "=Mr. Wang",
                "email": "sales@bloom.example",
                "address": "浙江省义乌市福田街道 12 号",
                "country": "CN",
                "currency": "CNY",
                "incoterm": "EXW",
                "payment_terms": "100% before shipment",
                "deposit_share": 0.0,
                "order_minimum_value": 10000.0,
                "language": "en+zh",
                **shared,
            },
        ]
    )


def _warehouses() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "warehouse": "New Jersey 3PL",
                "kind": "3PL",
                "country": "US",
                "address": "Harbor Logistics, 200 Dock Street, Newark, NJ 07114, USA",
                "storage_cost_per_m3_month": 28.0,
                "handling_cost_per_unit": 0.35,
                "currency": "USD",
            },
            {
                "warehouse": "Lager Kassel",
                "kind": "own",
                "country": "DE",
                "address": "Maple & Fox GmbH, Lagerstraße 5, 34117 Kassel, Deutschland",
                "storage_cost_per_m3_month": 12.0,
                "handling_cost_per_unit": 0.2,
                "currency": "EUR",
            },
            {
                "warehouse": "AWD",
                "kind": "AWD",
                "country": "US",
                "address": "",
                "storage_cost_per_m3_month": 20.0,
                "handling_cost_per_unit": 0.1,
                "currency": "USD",
            },
        ]
    )


def _decision(catalogue: pd.DataFrame, level: Any, mean: Any, random: np.random.Generator) -> Decision:
    skus = len(catalogue)
    on_hand = np.round(level * random.uniform(0, 9, skus) * np.where(random.random(skus) < 0.2, 5, 1))
    arriving = np.round(level * (random.random(skus) < 0.4) * 3)
    upstream = np.round(level * random.uniform(0, 20, skus))
    case_pack = catalogue["case_pack"].to_numpy()
    packs = np.floor(np.maximum(level * 6 - on_hand - arriving, 0) / case_pack)
    ship = np.minimum(packs, np.floor(upstream / case_pack)) * case_pack
    need = np.maximum(level * 18 - on_hand - arriving - upstream, 0)
    buy = np.where(need > 0.4 * level, np.ceil(need / case_pack) * case_pack, 0.0)
    items = _items(catalogue, level, on_hand, arriving, upstream, ship, buy)
    purchases, shipments = _purchases(catalogue, buy), _shipments(catalogue, ship)
    limits = pd.DataFrame(
        [
            (
                "cash",
                "until 2026-09-28",
                "USD",
                60000.0,
                58210.0,
                0.12,
                False,
                "Cash until 28 September is nearly used.",
            ),
            (
                "capacity",
                "US standard 2026-10",
                "m3",
                40.0,
                40.0,
                31.0,
                False,
                "Every further m3 in October earns 31 USD.",
            ),
            ("order minimum", YIWU, "CNY", 10000.0, 8200.0, 0.0, True, "The order stays below the supplier's minimum."),
        ],
        columns=list(LIMIT_COLUMNS),
    )
    without = on_hand[:, None] + arriving[:, None] - np.cumsum(mean, axis=1)
    with_plan = without + ship[:, None] * (np.arange(HORIZON) >= 2) + buy[:, None] * (np.arange(HORIZON) >= 10)
    bands = [np.maximum(base * factor, 0) for base in (without, with_plan) for factor in (1.0, 0.7, 1.4)]
    totals = {
        "cash_purchases": float(purchases["landed_cost"].sum()),
        "cash_shipments": float(shipments["move_cost"].sum()),
        "expected_profit_gain": float(items["profit_gain"].sum()),
        "expected_sales": float(mean.sum() * 18),
        "expected_lost_margin": float(items["lost_after"].sum() * 6),
        "storage": float(items["storage_after"].sum()),
        "aged": float(items["aged_after"].sum()),
        "low_inventory": float(items["low_inventory_after"].sum()),
        "fba_volume_m3_peak": 38.4,
        "units_bought": float(buy.sum()),
        "units_shipped": float(ship.sum()),
        "expected_lost_units": float(items["lost_after"].sum()),
    }
    return Decision(purchases, shipments, items, limits, Projection(*bands), totals, ("One limit could not be met.",))


def _items(
    catalogue: pd.DataFrame, level: Any, on_hand: Any, arriving: Any, upstream: Any, ship: Any, buy: Any
) -> pd.DataFrame:
    before = (on_hand + arriving) / level
    after = before + (ship + buy) / level
    risk = np.clip(1 - before / 8, 0.01, 0.99)
    excess = np.maximum(on_hand - level * 13, 0).round()
    action = np.select(
        [(ship > 0) & (buy > 0), ship > 0, buy > 0, excess > 0, before > 8],
        ["ship and buy", "ship", "buy", "cut price", "stop buying"],
        "hold",
    )
    reason = [
        f"{b:.1f} weeks of cover at FBA; {r:.0%} risk of running out before the next chance to order."
        for b, r in zip(before, risk, strict=True)
    ]
    lost = level * risk * 3
    figures: dict[str, Any] = {
        "item": catalogue["item"],
        "fba_on_hand": on_hand,
        "fba_arriving": arriving,
        "upstream_on_hand": upstream,
        "upstream_arriving": 0.0,
        "ship": ship,
        "buy": buy,
        "demand_to_review": level * 12,
        "weekly_demand": level,
        "cover_before": before,
        "cover_after": after,
        "stockout_before": risk,
        "stockout_after": risk * 0.3,
        "lost_before": lost,
        "lost_after": lost * 0.25,
        "unavoidable_loss": lost * 0.1,
        "profit_gain": (ship + buy) * 1.9,
        "storage_after": on_hand * 0.4,
        "aged_after": excess * 0.2,
        "low_inventory_after": np.where(after < 4, 1.5, 0.0),
        "excess_units": excess,
        "action": action,
        "action_worth": excess * 0.8,
        "urgency": lost * 2.1,
        "reason": reason,
    }
    return pd.DataFrame(figures)[list(ITEM_COLUMNS)]


def _purchases(catalogue: pd.DataFrame, buy: Any) -> pd.DataFrame:
    lines = catalogue.assign(quantity=buy)[buy > 0].reset_index(drop=True)
    cartons = (lines["quantity"] / lines["case_pack"]).astype(int)
    volume = lines["carton_length_cm"] * lines["carton_width_cm"] * lines["carton_height_cm"] / 1e6
    rate = np.where(lines["cost_currency"] == "CNY", 0.14, 1.0)
    return pd.DataFrame(
        {
            "item": lines["item"],
            "supplier": lines["supplier"],
            "mode": np.where(lines.index % 7 == 6, "air", "sea"),
            "destination": np.where(
                lines["marketplace"] == "DE", "Lager Kassel", np.where(lines.index % 5 == 4, "FBA", "New Jersey 3PL")
            ),
            "quantity": lines["quantity"].astype(int),
            "cartons": cartons,
            "case_pack": lines["case_pack"],
            "purchase_price": lines["unit_cost"],
            "currency": lines["cost_currency"],
            "amount": (lines["quantity"] * lines["unit_cost"]).round(2),
            "landed_cost": (lines["quantity"] * lines["unit_cost"] * rate * 1.3).round(2),
            "volume_m3": (cartons * volume).round(4),
            "weight_kg": (cartons * lines["carton_weight_kg"]).round(2),
            "order_week": 0,
            "arrival_week": 10,
            "expected_profit": lines["quantity"] * 1.9,
            "value_of_last": 12.5,
            "value_of_next": -1.2,
            "limit": "",
            "reason": "Sells out in October; the next order would come too late.",
        }
    )[list(PURCHASE_COLUMNS)]


def _shipments(catalogue: pd.DataFrame, ship: Any) -> pd.DataFrame:
    lines = catalogue.assign(quantity=ship)[ship > 0].reset_index(drop=True)
    cartons = lines["quantity"] / lines["case_pack"]
    volume = lines["carton_length_cm"] * lines["carton_width_cm"] * lines["carton_height_cm"] / 1e6
    source = np.where(lines["marketplace"] == "DE", "Lager Kassel", "New Jersey 3PL")
    return pd.DataFrame(
        {
            "item": lines["item"],
            "source": source,
            "destination": "FBA",
            "mode": "truck",
            "quantity": lines["quantity"].astype(int),
            "cartons": cartons.astype(int),
            "case_pack": lines["case_pack"],
            "move_cost": (lines["quantity"] * 0.55).round(2),
            "volume_m3": (cartons * volume).round(4),
            "weight_kg": (cartons * lines["carton_weight_kg"]).round(2),
            "arrival_week": 2,
            "expected_profit": lines["quantity"] * 2.2,
            "value_of_last": 8.0,
            "value_of_next": -0.5,
            "limit": "",
            "reason": "FBA would run short in week 3.",
        }
    )[list(SHIPMENT_COLUMNS)]


def _history(items: Any, level: Any, random: np.random.Generator) -> pd.DataFrame:
    skus = len(items)
    week = np.array([START - timedelta(weeks=PAST_WEEKS - i) for i in range(PAST_WEEKS)])
    season = 1 + 0.35 * np.sin((np.arange(PAST_WEEKS) - PAST_WEEKS + 4) / 52 * 2 * np.pi)
    demand = random.poisson(level[:, None] * season[None, :]).astype(float)
    availability = np.where(random.random((skus, PAST_WEEKS)) < 0.06, random.uniform(0, 0.8, (skus, PAST_WEEKS)), 1.0)
    availability[:, :10] = np.nan
    units = np.round(demand * np.where(np.isnan(availability), 1.0, availability))
    short = availability < 1
    return pd.DataFrame(
        {
            "item": np.repeat(items, PAST_WEEKS),
            "week": np.tile(week, skus),
            "units": units.ravel(),
            "availability": availability.ravel(),
            "demand": demand.ravel(),
            "correction": np.where(short.ravel(), "partly out of stock", ""),
        }
    )


def _components(items: Any, weeks: Any, level: Any, mean: Any) -> pd.DataFrame:
    skus, horizon = mean.shape
    event = np.where(np.isin(np.arange(horizon), [16, 17]), 0.4, 0.0)
    return pd.DataFrame(
        {
            "item": np.repeat(items, horizon),
            "week": np.tile(np.array(weeks), skus),
            "level": np.repeat(level, horizon),
            "season": (mean / level[:, None]).ravel(),
            "event": np.tile(event, skus),
            "promo": 0.0,
        }
    )


def _arrivals(items: Any, level: Any, random: np.random.Generator) -> pd.DataFrame:
    chosen = np.flatnonzero(random.random(len(items)) < 0.4)
    return pd.DataFrame(
        {
            "item": items[chosen],
            "destination": np.where(chosen % 2 == 0, "FBA", "New Jersey 3PL"),
            "units": np.round(level[chosen] * 3),
            "reference": [f"PO-2026-{i:04d}" for i in chosen],
            "kind": np.where(chosen % 2 == 0, "shipment", "purchase"),
            "expected_on": [START + timedelta(days=int(d)) for d in random.integers(3, 70, len(chosen))],
        }
    )


def _economics(catalogue: pd.DataFrame) -> pd.DataFrame:
    figures = (
        ("price", 1.0, "unit"),
        ("referral fee", -0.15, "unit"),
        ("FBA fulfilment", -0.2, "unit"),
        ("landed cost", -0.35, "unit"),
        ("storage", -0.01, "unit-week"),
        ("margin", 0.3, "unit"),
    )
    parts = [
        pd.DataFrame(
            {
                "item": catalogue["item"],
                "figure": name,
                "amount": (catalogue["price"] * share).round(4),
                "unit": unit,
                "table": "us_fulfilment",
                "valid_from": date(2026, 1, 15),
                "valid_to": date(2026, 10, 14),
                "source": "Amazon rate card 2026",
                "confidence": "published",
            }
        )
        for name, share, unit in figures
    ]
    return pd.concat(parts).sort_values("item", kind="stable").reset_index(drop=True)


def _aged(items: Any, decided: pd.DataFrame) -> pd.DataFrame:
    old = np.flatnonzero(np.asarray(decided["excess_units"]) > 0)
    return pd.DataFrame(
        {
            "item": items[old],
            "age_from_days": 181,
            "age_to_days": 210,
            "units": decided["excess_units"].to_numpy()[old],
            "surcharge_per_month": decided["excess_units"].to_numpy()[old] * 0.05,
            "action": "cut price",
            "worth": decided["action_worth"].to_numpy()[old],
        }
    )


def _ipi() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("US", "excess inventory", 22.0, 18.5, 10.0, "estimate of the published component"),
            ("US", "sell-through", 2.1, 2.4, 3.0, "estimate of the published component"),
            ("US", "in-stock rate", 0.91, 0.97, 0.95, "estimate of the published component"),
            ("DE", "sell-through", 1.7, 1.9, 3.0, "estimate of the published component"),
        ],
        columns=["marketplace", "component", "before", "after", "healthy_from", "note"],
    )


def _capacity() -> pd.DataFrame:
    months = [date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)]
    return pd.DataFrame(
        [
            (place, "standard", month, 40.0, 31.0 + i, 37.0 + i, i < 1, 31.0 if i == 2 else 0.0)
            for place in ("US", "DE")
            for i, month in enumerate(months)
        ],
        columns=[
            "marketplace",
            "storage_type",
            "month",
            "limit_m3",
            "used_before_m3",
            "used_after_m3",
            "confirmed",
            "price",
        ],
    )


def _cash(weeks: Any, decision: Decision) -> pd.DataFrame:
    first = np.arange(len(weeks)) == 0
    return pd.DataFrame(
        {
            "week": list(weeks),
            "purchases": np.where(first, decision.totals["cash_purchases"] * 0.3, 900.0),
            "freight": np.where(first, decision.totals["cash_shipments"], 120.0),
            "storage": 80.0,
            "fees": 2100.0,
            "open_orders": 1500.0,
            "inflow": 9800.0,
        }
    )


def _accuracy() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("smooth", 8, 0.31, 0.02, 0.81, 12, True, ""),
            ("intermittent", 8, 0.74, -0.05, 0.78, 12, True, ""),
            ("new", 8, 1.02, 0.18, 0.61, 6, False, "similar items' first weeks"),
        ],
        columns=["class", "length", "wape", "bias", "coverage80", "windows", "passed", "fallback"],
    )


def _changes(items: Any, level: Any, random: np.random.Generator) -> pd.DataFrame:
    chosen = np.flatnonzero(random.random(len(items)) < 0.3)
    return pd.DataFrame(
        {
            "item": items[chosen],
            "field": "buy",
            "last_plan": np.round(level[chosen] * 5),
            "this_plan": np.round(level[chosen] * 7),
            "cause": "demand of the last four weeks was higher than forecast",
            "effect_units": np.round(level[chosen] * 2),
        }
    )


def _checks() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("cost missing", "error", 2, 1840.0, "US/MF-00012", "Fill `unit_cost` in the catalogue template."),
            ("report is old", "warning", 1, 0.0, "Inventory Ledger, 9 days", "Download it again."),
        ],
        columns=["name", "severity", "count", "money", "example", "what_to_do"],
    )


def _sources() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("All Orders", "US", date(2023, 8, 7), date(2026, 8, 2), 181204, 3, datetime(2026, 8, 3, 9, 2)),
            ("Inventory Ledger", "DE", date(2024, 1, 1), date(2026, 7, 25), 20311, 0, datetime(2026, 8, 3, 9, 3)),
        ],
        columns=["report", "marketplace", "first_day", "last_day", "rows", "set_aside", "loaded_at"],
    )


def _assumptions() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("Sea transit Shenzhen to New Jersey", "34 days, sd 5", "prior, no history", "assumed"),
            ("Cost of capital", "12 % a year", "replenish.toml", "given"),
            ("Price of an m3 beyond capacity", "=1+1", "Amazon capacity manager", "published"),
        ],
        columns=["topic", "value", "source", "confidence"],
    )


def _overrides(items: Any) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (1, items[0], "multiplier", 1.2, START, START + timedelta(weeks=4), "TV feature <b>soon</b>"),
            (2, items[-1], "hold", 0.0, START, START + timedelta(weeks=2), "-listing is being rewritten"),
        ],
        columns=["id", "item", "kind", "value", "start_date", "end_date", "reason"],
    )


def _urgent(items: pd.DataFrame) -> pd.DataFrame:
    top = items[items["action"].isin(["ship", "buy", "ship and buy"])].sort_values("urgency", ascending=False).head(12)
    return pd.DataFrame(
        {
            "item": top["item"],
            "action": top["action"],
            "quantity": top["ship"] + top["buy"],
            "money": top["urgency"],
            "reason": top["reason"],
            "by_when": START + timedelta(days=4),
        }
    ).reset_index(drop=True)
