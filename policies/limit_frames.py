"""Shared limits and totals of a plan, as declared in `policies.plan`."""

import numpy as np
import pandas as pd

from policies.limits import Ceiling, Floor
from policies.made import Made
from policies.plan import LIMIT_COLUMNS
from policies.reasons import LEAST_TOLD, money, units


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
                _floor_text(made, at, used, unit),
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
                _containers_text(made, box.name, used, count),
            )
        )
    return pd.DataFrame(rows, columns=list(LIMIT_COLUMNS))


def _ceiling_text(made: Made, at: int, used: float, unit: str) -> str:
    ceiling, price, extra = made.shared.ceilings[at], float(made.solution.prices[at]), float(made.solution.extra[at])
    say, currency = made.voice.say, made.problem.currency
    name = f"{say(ceiling.name)}, {ceiling.scope}"
    spoken_for = _spoken_for(made, ceiling)
    if ceiling.available < -1e-9:
        over = units(-ceiling.available)
        if spoken_for:
            return say(
                "{limit}: what open orders still have to pay exceeds it by {over} {unit}; nothing that is paid by then "
                "is added.",
                limit=name, over=over, unit=unit,
            )  # fmt: skip
        return say(
            "{limit}: stock and goods under way already exceed it by {over} {unit}; nothing is added.",
            limit=name, over=over, unit=unit,
        )  # fmt: skip
    if extra > 1e-6:
        fee = money(ceiling.extra_price, currency)
        return say(
            "{limit}: reserving {extra} {unit} more at {fee} per {unit} pays.",
            limit=name, extra=units(extra), unit=unit, fee=fee,
        )  # fmt: skip
    if price > 1e-9:
        worth = money(price, currency)
        text = say("{limit}: used up; one more {unit} would be worth {worth}.", limit=name, unit=unit, worth=worth)
        return text + spoken_for
    text = say(
        "{limit}: {used} of {available} {unit} used; it does not bind.",
        limit=name, used=units(used), available=units(ceiling.available), unit=unit,
    )  # fmt: skip
    return text + spoken_for


def _spoken_for(made: Made, ceiling: Ceiling) -> str:
    if ceiling.taken < LEAST_TOLD:
        return ""
    amount = money(ceiling.taken, made.problem.currency)
    return " " + made.voice.say("Before that, open orders take {amount} by then.", amount=amount)


def _floor_text(made: Made, at: int, used: float, unit: str) -> str:
    floor, say = made.shared.floors[at], made.voice.say
    facts = {"limit": f"{say(floor.name)}, {floor.scope}", "least": units(floor.least), "unit": unit}
    if used <= 0:
        for ceiling, price in zip(made.shared.ceilings, made.solution.prices, strict=True):
            other = f"{say(ceiling.name)}, {ceiling.scope}"
            if _needs(floor, ceiling) > max(ceiling.available, 0.0) + ceiling.extra_most + 1e-6:
                return say(
                    "{limit}: nothing is ordered; {least} {unit} cannot be reached within {other}.",
                    other=other,
                    **facts,
                )
            if price > 1e-9 and (ceiling.use[floor.use > 0] > 0).any():
                return say("{limit}: nothing is ordered; within {other} other lines earn more.", other=other, **facts)
        return say("{limit}: nothing is ordered; reaching {least} {unit} would cost more than it earns.", **facts)
    if made.solution.floor_prices[at] > 1e-9:
        return say(
            "{limit}: quantities are raised to reach {least} {unit}; that earns more than not ordering.", **facts
        )
    return say("{limit}: {used} {unit} ordered, at least {least} needed.", used=units(used), **facts)


def _needs(floor: Floor, ceiling: Ceiling) -> float:
    """The least of a ceiling that reaching a floor takes, whichever of its lines do it."""
    member = floor.use > 0
    return floor.least * float((ceiling.use[member] / floor.use[member]).min(initial=np.inf)) if member.any() else 0.0


def _containers_text(made: Made, name: str, used: float, count: float) -> str:
    if not count:
        return made.voice.say("No {container} pays this week.", container=name)
    return made.voice.say("{count} {container}, {share} full.", count=f"{count:.0f}", container=name,
                          share=f"{used / count:.0%}")  # fmt: skip


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
