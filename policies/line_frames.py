"""Purchases and shipments as frames, columns as declared in `policies.plan`."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.arriving import FBA
from policies.breaks import with_breaks
from policies.made import Made
from policies.needs import with_needs
from policies.plan import PURCHASE_COLUMNS, SHIPMENT_COLUMNS


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
            "wanted": curves.best_quantity(),
            "arrival_week": lines.arrival,
            "volume_m3": units * lines.volume,
            "weight_kg": units * lines.weight,
            "limit": _binding(made),
        }
    )
    return with_breaks(made, with_needs(made, frame))


def _binding(made: Made) -> npt.NDArray[np.object_]:
    """Names of the limits that moved each line away from its own best quantity, or raised its smallest order."""
    lines, solution, shared = made.lines, made.solution, made.shared
    wanted = made.curves.best_quantity()
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
            **_shared_columns(made, taken),
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
                best = reached.sort_values("minimum_quantity").iloc[-1]
                saved = landed[at] - float(best["unit_cost"])
                landed[at] -= saved
                cheaper = price[at] - saved / float(option["currency_rate"][at])
                price[at] = float(best.get("purchase_price", cheaper))
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
            **_shared_columns(made, taken),
        }
    )[list(SHIPMENT_COLUMNS)]
    return frame.sort_values(["item", "source", "mode"], kind="stable").reset_index(drop=True)


def _shared_columns(made: Made, taken: pd.DataFrame) -> dict[str, object]:
    return {
        "expected_profit": taken["expected_profit"],
        "value_of_last": taken["value_of_last"],
        "value_of_next": taken["value_of_next"],
        "limit": taken["limit"],
        "reason": [made.voice.line_reason(line) for line in taken.to_dict("records")],
    }
