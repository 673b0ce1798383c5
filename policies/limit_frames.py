"""Shared limits and totals of a plan, as declared in `policies.plan`."""

import numpy as np
import pandas as pd

from policies.made import Made
from policies.plan import LIMIT_COLUMNS
from policies.reasons import money, units


def limit_frame(made: Made) -> pd.DataFrame:
    """Every shared limit: how much there is, what the plan uses, what one more unit would earn."""
    rows, currency = [], made.problem.currency
    units_used, solution = made.units, made.solution
    for at, ceiling in enumerate(made.shared.ceilings):
        used = float(ceiling.use @ units_used)
        unit = currency if ceiling.unit == "money" else ceiling.unit
        exceeded = ceiling.available < -1e-9  # one more unit of it would still let nothing in
        rows.append(
            (
                ceiling.name,
                ceiling.scope,
                unit,
                ceiling.available,
                used,
                0.0 if exceeded else float(solution.prices[at]),
                exceeded,
                _ceiling_text(made, at, used, unit),
            )
        )
    for at, floor in enumerate(made.shared.floors):
        used = float(floor.use @ units_used)
        unit = currency if floor.unit == "money" else floor.unit
        rows.append(
            (
                floor.name,
                floor.scope,
                unit,
                floor.least,
                used,
                float(solution.floor_prices[at]),
                False,
                _floor_text(floor.name, floor.scope, floor.least, used, unit, bool(solution.floor_prices[at] > 1e-9)),
            )
        )
    for at, box in enumerate(made.shared.containers):
        used, count = float(box.use @ units_used), float(solution.containers[at])
        rows.append(
            (
                box.name,
                box.scope,
                "containers",
                count,
                used,
                0.0,
                False,
                f"{count:.0f} {box.name}(s), {used / count:.0%} full." if count else f"No {box.name} pays this week.",
            )
        )
    return pd.DataFrame(rows, columns=list(LIMIT_COLUMNS))


def _ceiling_text(made: Made, at: int, used: float, unit: str) -> str:
    ceiling, price = made.shared.ceilings[at], float(made.solution.prices[at])
    currency, extra = made.problem.currency, float(made.solution.extra[at])
    name = f"{ceiling.name}, {ceiling.scope}"
    if ceiling.available < -1e-9:
        return (
            f"{name}: stock and goods under way already exceed it by {units(-ceiling.available)} {unit}; nothing is "
            "added."
        )
    if extra > 1e-6:
        return (
            f"{name}: reserving {units(extra)} {unit} more at {money(ceiling.extra_price, currency)} per {unit} pays."
        )
    if price > 1e-9:
        return f"{name}: used up; one more {unit} would be worth {money(price, currency)}."
    return f"{name}: {units(used)} of {units(ceiling.available)} {unit} used; it does not bind."


def _floor_text(name: str, scope: str, least: float, used: float, unit: str, raised: bool) -> str:
    if used <= 0:
        return f"{name}, {scope}: nothing is ordered; reaching {units(least)} {unit} would cost more than it earns."
    if raised:
        return (
            f"{name}, {scope}: quantities are raised to reach {units(least)} {unit}; that earns more than not ordering."
        )
    return f"{name}, {scope}: {units(used)} {unit} ordered, at least {units(least)} needed."


def plan_totals(made: Made, lines: pd.DataFrame, purchases: pd.DataFrame) -> dict[str, float]:
    """The figures of the whole plan, as named in `Decision.totals`."""
    after, problem = made.after, made.problem
    ship = lines[lines["kind"] == "ship"]
    moved = problem.ship.frame["unit_cost"].to_numpy(float)[ship["row"].to_numpy(int)] if len(ship) else np.zeros(0)
    volume = after.stock_mean * problem.economics.volume_m3[:, None]
    return {
        "cash_purchases": float(purchases["landed_cost"].sum()) if len(purchases) else 0.0,
        "cash_shipments": float((ship["quantity"].to_numpy(float) * moved).sum()),
        "expected_profit_gain": float(lines.loc[lines["quantity"] > 0, "expected_profit"].sum()),
        "expected_sales": float(after.sales.sum()),
        "expected_lost_margin": float(after.lost_margin.sum()),
        "storage": float(after.storage.sum()),
        "aged": float(after.aged.sum()),
        "low_inventory": float(after.low_inventory.sum()),
        "fba_volume_m3_peak": float(volume.sum(axis=0).max(initial=0.0)),
        "units_bought": float(lines.loc[lines["kind"] == "buy", "quantity"].sum()),
        "units_shipped": float(ship["quantity"].sum()),
        "expected_lost_units": float(after.lost_total.sum()),
    }
