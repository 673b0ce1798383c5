"""The items of a plan as a frame, columns as declared in `policies.plan`."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.arriving import FBA, fba_inflow, upstream_units
from policies.inputs import Problem
from policies.made import Made, per_item
from policies.plan import ITEM_COLUMNS
from policies.slow_stock import SlowStock, SlowStockSettings, slow_stock

Floats = npt.NDArray[np.floating]
LONGEST_COVER = 520.0  # ten years: more says nothing


def item_frame(made: Made, lines: pd.DataFrame) -> pd.DataFrame:
    """One row per item, in the problem's order."""
    problem, before, after, span = made.problem, made.before, made.after, made.span
    n = len(problem.items)
    rows = np.arange(n)
    mean = problem.demand.mean(axis=1, dtype=float)
    demand = mean.cumsum(axis=1)[rows, span.until - 1]
    weekly = demand / span.until
    arriving, upstream = per_item(problem, fba_inflow(problem)), upstream_units(problem)
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
            "cover_before": _cover(position, mean),
            "cover_after": _cover(position + ship + buy, mean),
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


def _cover(position: Floats, mean: Floats) -> Floats:
    """Weeks of expected demand, season and events included, that so many units last; at most `LONGEST_COVER`.

    What outlasts the planned weeks is divided by their average.
    """
    n, horizon = mean.shape
    reached = np.concatenate([np.zeros((n, 1)), mean.cumsum(axis=1)], axis=1)
    full = (reached[:, 1:] <= position[:, None]).sum(axis=1)
    rows, week = np.arange(n), np.minimum(full, horizon - 1)
    ahead = np.where(full < horizon, mean[rows, week], reached[:, -1] / horizon)
    rest = (position - reached[rows, full]) / np.maximum(ahead, 1e-9)
    return np.asarray(np.minimum(full + rest, LONGEST_COVER))


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
    why = made.voice.not_ordered(
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
    purposes = _purposes(made, lines)
    rows = zip(frame.to_dict("records"), why, range(n), strict=True)
    return frame.assign(reason=[made.voice.item_reason(row, text, purposes.get(at, {})) for row, text, at in rows])


def _purposes(made: Made, lines: pd.DataFrame) -> dict[int, dict[str, str]]:
    """What the largest line of each kind is for and the price break that explains it, by item."""
    found: dict[int, dict[str, str]] = {}
    taken = lines[lines["quantity"] > 0].sort_values("quantity", kind="stable")
    for line in taken.to_dict("records"):
        told = found.setdefault(int(line["at"]), {})
        told[str(line["kind"])] = made.voice.purpose(line)
        told["break"] = made.voice.price_break(line) or told.get("break", "")
    return found
