"""A plan's fixed quantities carried out in another scenario's world: what they are expected to earn there.

The worth of a quantity is the engine's own: demand paths and lead-time draws of that world, its costs and limits,
later decisions that top up as the next plans would. It is profit against ordering nothing, so that plans compare.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.arriving import FBA, with_extra
from policies.inputs import DecisionSettings, Options, Problem
from policies.limits import Lines, shared_limits
from policies.plan import Decision
from policies.stages import purchase_rows, purchase_stage, shipping_rows, shipping_stage
from policies.value import Rows, Stage, quantity_values

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
BUY_KEY = ["item", "supplier", "mode", "destination"]
SHIP_KEY = ["item", "source", "mode"]


@dataclass(frozen=True)
class Quantities:
    """What a plan orders and ships: purchases (BUY_KEY, quantity), shipments (SHIP_KEY, quantity)."""

    purchases: pd.DataFrame
    shipments: pd.DataFrame


@dataclass(frozen=True)
class Flow:
    """A plan followed through its weeks in one world."""

    profit: Floats  # (P,)
    sold: Floats  # (N, H) expected
    stock: Floats  # (N, H) expected at FBA at the end of the week, with what later decisions add
    arriving: npt.NDArray[np.float32]  # (N, P, H) units that become sellable at FBA, later decisions left out


def quantities_of(decision: Decision) -> Quantities:
    """The lines of a plan, small enough to keep for every scenario."""
    return Quantities(
        decision.purchases[[*BUY_KEY, "quantity"]].copy(), decision.shipments[[*SHIP_KEY, "quantity"]].copy()
    )


class World:
    """One scenario's problem, prepared once for all plans carried out in it."""

    def __init__(self, problem: Problem, mean_without: Floats, settings: DecisionSettings | None = None) -> None:
        self.problem = problem
        self._settings = settings or DecisionSettings()
        self._mean_without = mean_without
        self._buy_stage, self._ship_stage = purchase_stage(problem, self._settings), shipping_stage(problem)
        self._buy_rows, self._buy_lots = purchase_rows(problem, self._buy_stage)
        self._ship_rows, _ = shipping_rows(problem, self._ship_stage)

    def profits(self, plans: Sequence[Quantities]) -> list[tuple[float, float]]:
        """Of each plan: expected profit here against ordering nothing, and the share of it that limits cut away.

        All plans go through the engine together, as columns of one table of quantities.
        """
        buy, bought, lost = _found(self.problem, self.problem.buy, [one.purchases for one in plans], BUY_KEY)
        ship, shipped, gone = _found(self.problem, self.problem.ship, [one.shipments for one in plans], SHIP_KEY)
        wanted = bought.sum(axis=0) + shipped.sum(axis=0) + lost + gone
        bought, shipped = self._within_limits(buy, bought, ship, shipped)
        worth = _worth(self._buy_stage, self._buy_rows, buy, bought)
        worth += _worth(self._ship_stage, self._ship_rows, ship, shipped)
        if self._buy_lots.break_quantity.size and len(buy):
            worth += self._buy_lots.take(buy).saving(bought).sum(axis=0)
        kept = bought.sum(axis=0) + shipped.sum(axis=0)
        cut = np.where(wanted > 0, 1 - kept / np.maximum(wanted, 1e-9), 0.0)
        return list(zip(worth.tolist(), cut.tolist(), strict=True))

    def flow(self, plan: Quantities) -> Flow:
        """The plan's weeks on each path, later decisions topping up as soon as what they order could be there.

        Profit is margin less product cost of units sold, less storage: what is left counts at its cost. Stock upstream
        follows as FBA needs it and is stored there until then.
        """
        problem, economics = self.problem, self.problem.economics
        _, paths, weeks = problem.demand.shape
        arriving = self._arriving(plan)
        begin, target = self._later_orders()
        front, upstream_cost = self._buy_stage.front, self._upstream_cost()
        earned = economics.margin - economics.product_cost[:, None]
        stock = np.repeat(problem.fba_on_hand[:, None], paths, axis=1).astype(float)
        profit, sold = np.zeros(paths), np.zeros(economics.margin.shape)
        kept = np.zeros_like(sold)
        for week in range(weeks):
            stock += arriving[:, :, week]
            stock = np.where(begin <= week, np.maximum(stock, target[:, [week]]), stock)
            now = np.minimum(stock, problem.demand[:, :, week])
            stock -= now
            at_fba = np.minimum(stock, front[:, [week]])
            sold[:, week], kept[:, week] = now.mean(axis=1), at_fba.mean(axis=1)
            profit += earned[:, week] @ now - economics.fba_storage[:, week] @ at_fba
            profit -= upstream_cost @ (stock - at_fba)
        return Flow(profit, sold, kept, arriving)

    def _arriving(self, plan: Quantities) -> npt.NDArray[np.float32]:
        """Units that become sellable by week, of what is under way, upstream and ordered by the plan; (N, P, H)."""
        n, paths, weeks = self.problem.demand.shape
        buy, units, _ = _found(self.problem, self.problem.buy, [plan.purchases], BUY_KEY)
        rows = self._buy_rows
        coming = with_extra(self._buy_stage.inflow, rows.item[buy], units[:, 0], rows.arrival[buy])
        owner = np.repeat(np.arange(n), np.diff(coming.first))
        arriving = np.zeros((n, paths, weeks + 1), np.float32)
        places = (owner[:, None], np.arange(paths)[None, :], coming.week)
        np.add.at(arriving, places, coming.units.astype(np.float32)[:, None])
        return arriving[:, :, :weeks]

    def _upstream_cost(self) -> Floats:
        """Storage per unit and week at each item's cheapest warehouse, (N,); 0 where none is known."""
        frame, cost = self.problem.ship.frame, np.full(len(self.problem.items), np.inf)
        if len(frame):
            np.minimum.at(cost, frame["item"].to_numpy(int), frame["hold_cost"].to_numpy(float))
        return np.where(np.isfinite(cost), cost, 0.0)

    def _later_orders(self) -> tuple[Integers, Floats]:
        """Week from which the next order by an item's cheapest way is sellable (N, P), and its target stock (N, H)."""
        n, paths, weeks = self.problem.demand.shape
        begin, target, rows = np.full((n, paths), weeks), np.zeros((n, weeks)), self._buy_rows
        dearest_first = np.argsort(-rows.unit_cost, kind="stable")
        begin[rows.item[dearest_first]] = rows.following[dearest_first]
        target[rows.item[dearest_first]] = rows.target[dearest_first]
        return begin, target

    def _within_limits(self, buy: Integers, bought: Floats, ship: Integers, shipped: Floats) -> tuple[Floats, Floats]:
        """Each line of an exhausted limit is cut by the same share, to whole cartons; minimums are not raised."""
        lines = _lines(self.problem, self._buy_rows, buy, self._ship_rows, ship)
        quantity, pack = np.concatenate([bought, shipped]), lines.case_pack[:, None]
        if not len(quantity):
            return bought, shipped
        for ceiling in shared_limits(self.problem, self._settings, lines, self._mean_without).ceilings:
            used, most = ceiling.use @ quantity, max(ceiling.available, 0.0)
            share = np.where(used > most + 1e-6, most / np.maximum(used, 1e-9), 1.0)
            cut = np.floor(quantity * share / pack + 1e-9) * pack
            quantity = np.where((ceiling.use > 0)[:, None] & (share < 1), cut, quantity)
        return quantity[: len(bought)], quantity[len(bought) :]


def _found(
    problem: Problem, options: Options, plans: Sequence[pd.DataFrame], key: list[str]
) -> tuple[Integers, Floats, Floats]:
    """Rows of the options that any plan uses (U,), quantities by row and plan (U, K), units without a way here (K,)."""
    lines = [plan[[*key, "quantity"]].assign(plan=number) for number, plan in enumerate(plans) if len(plan)]
    lost: Floats = np.zeros(len(plans))
    if not lines:
        return np.zeros(0, int), np.zeros((0, len(plans))), lost
    frame = pd.concat(lines, ignore_index=True)
    row = np.full(len(frame), -1)
    if len(options.frame):
        ways = options.frame[key].assign(item=problem.items[options.frame["item"].to_numpy(int)])
        row = pd.MultiIndex.from_frame(ways).get_indexer(pd.MultiIndex.from_frame(frame[key]))
    plan, units = frame["plan"].to_numpy(int), frame["quantity"].to_numpy(float)
    np.add.at(lost, plan[row < 0], units[row < 0])
    used, place = np.unique(row[row >= 0], return_inverse=True)
    quantity = np.zeros((len(used), len(plans)))
    np.add.at(quantity, (place, plan[row >= 0]), units[row >= 0])
    return used, quantity, lost


def _worth(stage: Stage, rows: Rows, at: Integers, quantity: Floats) -> Floats:
    """Worth of each plan's lines (K,): the first of each item on its own, further ones given those before."""
    total: Floats = np.zeros(quantity.shape[1])
    if not len(at):
        return total
    turn = _turns(rows.item[at], quantity)
    first = np.where(turn == 0, quantity, 0.0)
    used = (first > 0).any(axis=1)
    order = np.argsort(first[used], axis=1)
    lanes = np.take_along_axis(first[used], order, axis=1)
    value = quantity_values(stage, rows.take(at[used]), np.concatenate([np.zeros((len(lanes), 1)), lanes], axis=1))
    np.add.at(total, order, value[:, 1:] - value[:, [0]])
    for plan in np.flatnonzero((turn > 0).any(axis=0)):
        total[plan] += _further(stage, rows, at, quantity[:, plan], turn[:, plan])
    return total


def _turns(item: Integers, quantity: Floats) -> Integers:
    """Place of each line among those of its item and plan, the largest first; -1 where nothing is ordered, (U, K)."""
    frame = pd.DataFrame(np.where(quantity > 0, -quantity, np.nan))
    rank = frame.groupby(item).rank(method="first").to_numpy()
    return np.asarray(np.where(quantity > 0, np.nan_to_num(rank) - 1, -1).astype(int))


def _further(stage: Stage, rows: Rows, at: Integers, quantity: Floats, turn: Integers) -> float:
    """Worth of the second and further lines of one plan's items."""
    several = np.isin(rows.item[at], rows.item[at[turn > 0]])
    total = 0.0
    for number in range(int(turn.max())):
        before, now = several & (turn == number), turn == number + 1
        given = with_extra(stage.inflow, rows.item[at[before]], quantity[before], rows.arrival[at[before]])
        stage = replace(stage, inflow=given)
        value = quantity_values(stage, rows.take(at[now]), np.stack([np.zeros(now.sum()), quantity[now]], axis=1))
        total += float((value[:, 1] - value[:, 0]).sum())
    return total


def _lines(problem: Problem, buy_rows: Rows, buy: Integers, ship_rows: Rows, ship: Integers) -> Lines:
    parts = [_part(problem, "buy", problem.buy, buy_rows, buy), _part(problem, "ship", problem.ship, ship_rows, ship)]
    return Lines(*(np.concatenate([getattr(part, name) for part in parts]) for name in Lines.__dataclass_fields__))


def _part(problem: Problem, kind: str, options: Options, rows: Rows, at: Integers) -> Lines:
    if not len(at):
        none, whole = np.zeros(0), np.zeros(0, int)
        return Lines(np.zeros(0, object), whole, whole, none, none, none, none, none, none, none)
    frame = options.frame.iloc[at]
    pack = frame["case_pack"].to_numpy(float)
    item = frame["item"].to_numpy(int)
    direct = (frame["destination"] == FBA).to_numpy() if kind == "buy" else np.ones(len(at), bool)
    arrival = np.median(rows.arrival[at], axis=1)
    return Lines(
        kind=np.full(len(at), kind, dtype=object),
        row=at,
        item=item,
        case_pack=pack,
        smallest=pack,
        cash=frame["unit_cost"].to_numpy(float),
        volume=frame["carton_volume_m3"].to_numpy(float) / pack,
        weight=frame["carton_weight_kg"].to_numpy(float) / pack,
        fba_volume=np.where(direct, problem.economics.volume_m3[item], 0.0),
        arrival=arrival,
    )


def regret_table(profits: pd.DataFrame) -> pd.DataFrame:
    """plan, world, profit, cut -> the same with regret: the best profit of any plan in that world less this one's."""
    best = profits.groupby("world")["profit"].transform("max")
    return profits.assign(regret=best - profits["profit"])


def insurance(regret: pd.DataFrame, base: str) -> dict[str, float | str]:
    """The robust plan (smallest worst regret), and what it costs in the world of the base scenario.

    cost: profit given up in the base scenario's world against its own plan. saves: the base plan's worst regret less
    the robust plan's own.
    """
    worst = (
        regret.groupby("plan", sort=False)["regret"].agg(["max", "mean"]).sort_values(["max", "mean"], kind="stable")
    )
    robust = str(worst.index[0])
    at_base = regret[regret["world"] == base].set_index("plan")["profit"]
    return {
        "plan": robust,
        "worst_regret": float(worst["max"].iloc[0]),
        "cost": float(at_base[base] - at_base[robust]),
        "saves": float(worst.loc[base, "max"] - worst["max"].iloc[0]),
    }
