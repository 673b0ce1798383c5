"""The frames of a decision, columns as declared in `policies.plan`."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.arriving import FBA, fba_inflow, upstream_inflow, upstream_units
from policies.curves import Curves
from policies.follow import Windows
from policies.inputs import DecisionSettings, Problem
from policies.limits import Lines, Shared, Solution
from policies.outcome import Outcome
from policies.plan import ITEM_COLUMNS, LIMIT_COLUMNS, PURCHASE_COLUMNS, SHIPMENT_COLUMNS
from policies.reasons import item_reason, line_reason, money, not_ordered, units
from policies.slow_stock import SlowStock, SlowStockSettings, slow_stock
from policies.value import Inflow

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Made:
    """A decision before it is written down."""

    problem: Problem
    settings: DecisionSettings
    lines: Lines
    curves: Curves
    shared: Shared
    solution: Solution
    before: Outcome
    after: Outcome
    span: Windows

    @property
    def units(self) -> Floats:
        """Quantity per line."""
        return self.solution.quantity


def line_frame(made: Made) -> pd.DataFrame:
    """What both kinds of line share, one row per line of the joint choice, quantity zero included."""
    lines, curves, units = made.lines, made.curves, made.units
    value = curves.at(units)
    smaller = np.maximum(units - lines.case_pack, 0.0)
    frame = pd.DataFrame(
        {
            "kind": lines.kind,
            "row": lines.row,
            "at": lines.item,
            "quantity": units,
            "expected_profit": value,
            "value_of_last": value - curves.at(smaller),
            "value_of_next": curves.at(units + lines.case_pack) - value,
            "wanted": curves.quantity[np.arange(len(lines)), curves.best()],
            "arrival_week": lines.arrival,
            "volume_m3": units * lines.volume,
            "weight_kg": units * lines.weight,
            "limit": _binding(made),
        }
    )
    return _with_needs(made, frame)


def _with_needs(made: Made, frame: pd.DataFrame) -> pd.DataFrame:
    """Expected demand until the next chance could arrive, and what is there for it."""
    problem, lines = made.problem, made.lines
    weeks = problem.demand.shape[2]
    review = np.ones(len(lines), int)
    for kind, options in (("buy", problem.buy), ("ship", problem.ship)):
        of_kind = lines.kind == kind
        if of_kind.any():
            review[of_kind] = options.frame["review_weeks"].to_numpy(int)[lines.row[of_kind]]
    until = np.clip(np.ceil(lines.arrival).astype(int) + review, 1, weeks)
    total = np.concatenate(
        [np.zeros((len(problem.items), 1)), problem.demand.mean(axis=1, dtype=float).cumsum(axis=1)], axis=1
    )
    direct, behind = _sum(problem, fba_inflow(problem)), _sum(problem, upstream_inflow(problem))
    have = problem.fba_on_hand + direct
    both = np.where(lines.kind == "buy", (have + behind)[lines.item], have[lines.item])
    return frame.assign(window_weeks=until, needed=total[lines.item, until], have=both, review=review)


def _sum(problem: Problem, coming: Inflow) -> Floats:
    first, amounts = coming.first, coming.units
    owner = np.repeat(np.arange(len(problem.items)), np.diff(first))
    return np.bincount(owner, amounts, minlength=len(problem.items)).astype(float)


def _binding(made: Made) -> npt.NDArray[np.object_]:
    """Names of the limits that moved each line away from its own best quantity, or raised its smallest order."""
    lines, solution, shared = made.lines, made.solution, made.shared
    wanted = made.curves.quantity[np.arange(len(lines)), made.curves.best()]
    names: list[list[str]] = [[] for _ in range(len(lines))]
    for at, ceiling in enumerate(shared.ceilings):
        full = solution.prices[at] > 1e-9 or ceiling.available <= 0
        for line in np.flatnonzero((ceiling.use > 0) & (made.units < wanted - 1e-9)) if full else ():
            names[line].append(f"{ceiling.name} ({ceiling.scope})")
    for at, floor in enumerate(shared.floors):
        moved = (made.units > wanted + 1e-9) | (bool(solution.dropped[at]) & (wanted > 0))
        for line in np.flatnonzero((floor.use > 0) & moved):
            names[line].append(f"{floor.name} ({floor.scope})")
    for box in shared.containers:
        for line in np.flatnonzero(box.member & (np.abs(made.units - wanted) > 1e-9)):
            names[line].append(box.name)
    bought = np.flatnonzero(lines.kind == "buy")
    if len(bought):
        moq = made.problem.buy.frame["moq"].to_numpy(float)[lines.row[bought]]
        for line in bought[(moq > lines.case_pack[bought]) & (made.units[bought] == lines.smallest[bought])]:
            names[line].append("MOQ")
    return np.array([", ".join(n) for n in names], dtype=object)


def purchase_frame(made: Made, lines: pd.DataFrame) -> pd.DataFrame:
    """Purchases above zero, in item order."""
    taken = lines[(lines["kind"] == "buy") & (lines["quantity"] > 0)]
    if not len(taken):
        return pd.DataFrame(columns=list(PURCHASE_COLUMNS))
    option = made.problem.buy.frame.iloc[taken["row"]].reset_index(drop=True)
    taken = taken.reset_index(drop=True)
    price, landed = _prices_paid(made, taken, option)
    quantity = taken["quantity"]
    frame = pd.DataFrame(
        {
            "item": made.problem.items[taken["at"]],
            "supplier": option["supplier"],
            "mode": option["mode"],
            "destination": option["destination"],
            "quantity": quantity.round().astype("int64"),
            "cartons": np.ceil(quantity / option["case_pack"] - 1e-9).astype("int64"),
            "case_pack": option["case_pack"].astype("int64"),
            "purchase_price": price,
            "currency": option["currency"],
            "amount": quantity * price,
            "landed_cost": quantity * landed,
            "volume_m3": taken["volume_m3"],
            "weight_kg": taken["weight_kg"],
            "order_week": option["earliest_order_week"].astype("int64"),
            "arrival_week": _arrival_at_destination(made, taken),
            **_shared_columns(made, taken, "order"),
        }
    )[list(PURCHASE_COLUMNS)]
    return frame.sort_values(["item", "supplier", "mode", "destination"], kind="stable").reset_index(drop=True)


def _arrival_at_destination(made: Made, taken: pd.DataFrame) -> "npt.NDArray[np.int64]":
    days = np.median(made.problem.buy.lead_time_days[taken["row"]], axis=1)
    return np.asarray(np.floor(days / 7.0 + 0.5), dtype=np.int64)


def _prices_paid(made: Made, taken: pd.DataFrame, option: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Purchase price and landed cost per unit, the price break reached included."""
    price, landed = option["purchase_price"].astype(float), option["unit_cost"].astype(float)
    breaks = made.problem.limits.price_breaks
    if len(breaks):
        for at, (row, quantity) in enumerate(zip(taken["row"], taken["quantity"], strict=True)):
            reached = breaks[(breaks["buy"] == row) & (breaks["minimum_quantity"] <= quantity)]
            if len(reached):
                saved = landed[at] - float(reached.sort_values("minimum_quantity")["unit_cost"].iloc[-1])
                landed[at] -= saved
                price[at] -= saved / float(option["currency_rate"][at])
    return price, landed


def shipment_frame(made: Made, lines: pd.DataFrame) -> pd.DataFrame:
    """Shipments above zero, in item order."""
    taken = lines[(lines["kind"] == "ship") & (lines["quantity"] > 0)]
    if not len(taken):
        return pd.DataFrame(columns=list(SHIPMENT_COLUMNS))
    option = made.problem.ship.frame.iloc[taken["row"]].reset_index(drop=True)
    taken = taken.reset_index(drop=True)
    quantity = taken["quantity"]
    frame = pd.DataFrame(
        {
            "item": made.problem.items[taken["at"]],
            "source": option["source"],
            "destination": FBA,
            "mode": option["mode"],
            "quantity": quantity.round().astype("int64"),
            "cartons": np.ceil(quantity / option["case_pack"] - 1e-9).astype("int64"),
            "case_pack": option["case_pack"].astype("int64"),
            "move_cost": quantity * option["unit_cost"],
            "volume_m3": taken["volume_m3"],
            "weight_kg": taken["weight_kg"],
            "arrival_week": np.round(taken["arrival_week"]).astype("int64"),
            **_shared_columns(made, taken, "shipment"),
        }
    )[list(SHIPMENT_COLUMNS)]
    return frame.sort_values(["item", "source", "mode"], kind="stable").reset_index(drop=True)


def _shared_columns(made: Made, taken: pd.DataFrame, verb: str) -> dict[str, object]:
    currency = made.problem.currency
    return {
        "expected_profit": taken["expected_profit"],
        "value_of_last": taken["value_of_last"],
        "value_of_next": taken["value_of_next"],
        "limit": taken["limit"],
        "reason": [line_reason(r, verb, currency) for r in taken.to_dict("records")],
    }


def item_frame(made: Made, lines: pd.DataFrame) -> pd.DataFrame:
    """One row per item, in the problem's order."""
    problem, before, after, span = made.problem, made.before, made.after, made.span
    n = len(problem.items)
    rows = np.arange(n)
    mean = problem.demand.mean(axis=1, dtype=float).cumsum(axis=1)
    demand = mean[rows, span.until - 1]
    weekly = demand / span.until
    arriving, upstream = _sum(problem, fba_inflow(problem)), upstream_units(problem)
    ship, buy = (_per_item(lines, kind, "quantity", n) for kind in ("ship", "buy"))
    gain = _per_item(lines.assign(kind="all"), "all", "expected_profit", n)
    delay = _per_item(lines.assign(kind="all", rate=lines["expected_profit"] / lines["review"]), "all", "rate", n)
    position = problem.fba_on_hand + arriving
    slow = _slow(made, weekly)
    frame = pd.DataFrame(
        {
            "item": problem.items,
            "fba_on_hand": problem.fba_on_hand,
            "fba_arriving": arriving,
            "upstream_on_hand": upstream,
            "upstream_arriving": _upstream_arriving(problem),
            "ship": ship,
            "buy": buy,
            "demand_to_review": demand,
            "weekly_demand": weekly,
            "cover_before": position / np.maximum(weekly, 1e-3),
            "cover_after": (position + ship + buy) / np.maximum(weekly, 1e-3),
            "stockout_before": before.stockout,
            "stockout_after": after.stockout,
            "lost_before": before.lost,
            "lost_after": after.lost,
            "unavoidable_loss": before.unavoidable,
            "profit_gain": gain,
            "storage_after": after.storage,
            "aged_after": after.aged,
            "low_inventory_after": after.low_inventory,
            "excess_units": slow.excess_units,
            "urgency": np.maximum(delay, 0.0),
        }
    )
    frame = _with_action(frame, slow)
    return _with_reason(made, lines, frame)[list(ITEM_COLUMNS)]


def _slow(made: Made, weekly: Floats) -> SlowStock:
    problem = made.problem
    frame = problem.arrivals.frame
    on_order = np.zeros(len(problem.items), bool)
    if len(frame):
        on_order[frame["item"].to_numpy(int)[(frame["kind"] == "purchase").to_numpy()]] = True
    return slow_stock(
        problem.fba_on_hand,
        problem.fba_age,
        problem.age_from_days,
        weekly,
        problem.economics,
        SlowStockSettings(excess_days=made.settings.excess_days),
        on_order,
    )


def _per_item(lines: pd.DataFrame, kind: str, column: str, n: int) -> Floats:
    mine = lines[(lines["kind"] == kind) & (lines["quantity"] > 0)]
    return np.bincount(mine["at"].to_numpy(int), mine[column].to_numpy(float), minlength=n).astype(float)


def _upstream_arriving(problem: Problem) -> Floats:
    frame = problem.arrivals.frame
    if not len(frame):
        return np.zeros(len(problem.items))
    away = frame[frame["destination"] != FBA]
    return np.bincount(away["item"].to_numpy(int), away["units"].to_numpy(float), minlength=len(problem.items)).astype(
        float
    )


def _with_action(frame: pd.DataFrame, slow: SlowStock) -> pd.DataFrame:
    """Ship and buy come first; otherwise what is best done with slow stock."""
    ship, buy = frame["ship"].to_numpy() > 0, frame["buy"].to_numpy() > 0
    idle = np.where(slow.action == "", "hold", slow.action)
    action = np.select([ship & buy, ship, buy], ["ship and buy", "ship", "buy"], idle)
    return frame.assign(action=action, action_worth=np.where(ship | buy, frame["profit_gain"], slow.worth))


def _with_reason(made: Made, lines: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    problem, n = made.problem, len(frame)
    has_way = np.zeros(n, bool)
    moq, refused = np.zeros(n), np.full(n, "", dtype=object)
    for options in (problem.buy, problem.ship):
        if len(options.frame):
            usable = (
                options.frame if "available" not in options.frame else options.frame[options.frame["available"] > 0]
            )
            has_way[usable["item"].to_numpy(int)] = True
    if len(problem.buy.frame):
        smallest = problem.buy.frame.groupby("item")["moq"].min()
        moq[smallest.index.to_numpy(int)] = smallest.to_numpy(float)
    held = lines[(lines["quantity"] <= 0) & (lines["limit"] != "")]
    refused[held["at"].to_numpy(int)] = held["limit"].to_numpy(object)
    why = not_ordered(
        pd.DataFrame(
            {
                "margin": problem.economics.margin.mean(axis=1),
                "cost": problem.economics.product_cost,
                "has_way": has_way,
                "moq": moq,
                "demand": problem.demand.mean(axis=1, dtype=float).sum(axis=1),
                "refused": refused,
            }
        )
    )
    return frame.assign(
        reason=[item_reason(r, w, problem.currency) for r, w in zip(frame.to_dict("records"), why, strict=True)]
    )


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
