"""A plan's fixed quantities carried out in another scenario's world: what they are expected to earn there.

The worth of a quantity is the engine's own: demand paths and lead-time draws of that world, its costs and limits,
later decisions that top up as the next plans would. It is profit against ordering nothing, so that plans compare.
"""

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

    def profit(self, plan: Quantities) -> tuple[float, float]:
        """Expected profit of the plan here against ordering nothing, and the share of it that limits cut away."""
        buy, bought, lost = _found(self.problem, self.problem.buy, plan.purchases, BUY_KEY)
        ship, shipped, gone = _found(self.problem, self.problem.ship, plan.shipments, SHIP_KEY)
        wanted = bought.sum() + shipped.sum() + lost + gone
        bought, shipped = self._within_limits(buy, bought, ship, shipped)
        worth = _worth(self._buy_stage, self._buy_rows, buy, bought) + _worth(
            self._ship_stage, self._ship_rows, ship, shipped
        )
        if self._buy_lots.break_quantity.size and len(buy):
            worth += float(self._buy_lots.take(buy).saving(bought[:, None]).sum())
        return worth, float(1 - (bought.sum() + shipped.sum()) / wanted) if wanted > 0 else 0.0

    def by_path(self, plan: Quantities) -> Floats:
        """Profit of the plan's weeks on each path, (P,): what is on hand, under way and ordered now, later orders not.

        Margin less product cost of units sold, less FBA storage; upstream stock follows as soon as it can be there.
        """
        problem, economics = self.problem, self.problem.economics
        n, paths, weeks = problem.demand.shape
        buy, bought, _ = _found(problem, problem.buy, plan.purchases, BUY_KEY)
        rows = self._buy_rows
        coming = with_extra(self._buy_stage.inflow, rows.item[buy], bought, rows.arrival[buy])
        owner = np.repeat(np.arange(n), np.diff(coming.first))
        arriving = np.zeros((n, paths, weeks + 1), np.float32)
        places = (owner[:, None], np.arange(paths)[None, :], coming.week)
        np.add.at(arriving, places, coming.units.astype(np.float32)[:, None])
        earned = economics.margin - economics.product_cost[:, None]
        stock = np.repeat(problem.fba_on_hand[:, None], paths, axis=1)
        profit = np.zeros(paths)
        for week in range(weeks):
            stock = stock + arriving[:, :, week]
            sold = np.minimum(stock, problem.demand[:, :, week])
            stock = stock - sold
            profit += earned[:, week] @ sold - economics.fba_storage[:, week] @ stock
        return profit

    def _within_limits(self, buy: Integers, bought: Floats, ship: Integers, shipped: Floats) -> tuple[Floats, Floats]:
        """Each line of an exhausted limit is cut by the same share, to whole cartons; minimums are not raised."""
        lines = _lines(self.problem, self._buy_rows, buy, self._ship_rows, ship)
        quantity = np.concatenate([bought, shipped])
        if not len(quantity):
            return bought, shipped
        for ceiling in shared_limits(self.problem, self._settings, lines, self._mean_without).ceilings:
            used = float(ceiling.use @ quantity)
            most = max(ceiling.available, 0.0)
            if used > most + 1e-6:
                cut = np.floor(quantity * (most / used) / lines.case_pack + 1e-9) * lines.case_pack
                quantity = np.where(ceiling.use > 0, cut, quantity)
        return quantity[: len(bought)], quantity[len(bought) :]


def _found(problem: Problem, options: Options, lines: pd.DataFrame, key: list[str]) -> tuple[Integers, Floats, float]:
    """Rows of the options that the lines use, their quantities, and units of lines that have no way here."""
    if lines.empty:
        return np.zeros(0, int), np.zeros(0), 0.0
    if options.frame.empty:
        return np.zeros(0, int), np.zeros(0), float(lines["quantity"].sum())
    ways = options.frame[key].assign(item=problem.items[options.frame["item"].to_numpy(int)])
    rows = pd.MultiIndex.from_frame(ways).get_indexer(pd.MultiIndex.from_frame(lines[key]))
    quantity = lines["quantity"].to_numpy(float)
    return rows[rows >= 0], quantity[rows >= 0], float(quantity[rows < 0].sum())


def _worth(stage: Stage, rows: Rows, at: Integers, quantity: Floats) -> float:
    """Worth of lines: the first of each item on its own, further ones given those before."""
    if not len(at):
        return 0.0
    order = np.lexsort((-quantity, rows.item[at]))
    at, quantity = at[order], quantity[order]
    turn = pd.Series(rows.item[at]).groupby(rows.item[at]).cumcount().to_numpy()
    total = 0.0
    for number in range(int(turn.max()) + 1):
        now = turn == number
        mine = rows.take(at[now])
        if number:
            mine = _topped_up_by(mine, rows, at[turn == number - 1], stage.demand.shape[2])
        pair = np.stack([np.zeros(now.sum()), quantity[now]], axis=1)
        value = quantity_values(stage, mine, pair)
        total += float((value[:, 1] - value[:, 0]).sum())
        given = with_extra(stage.inflow, rows.item[at[now]], quantity[now], rows.arrival[at[now]])
        stage = replace(stage, inflow=given)
    return total


def _topped_up_by(mine: Rows, rows: Rows, before: Integers, weeks: int) -> Rows:
    """Once the item's first line has arrived and its next chance has come, stock is topped up by the cheaper way."""
    owner = {int(rows.item[row]): int(row) for row in before}
    first = np.array([owner[int(item)] for item in mine.item], dtype=int)
    later = np.minimum(rows.arrival[first] + rows.review[first, None], weeks)
    cheaper = (rows.unit_cost[first] <= mine.unit_cost)[:, None]
    return replace(
        mine,
        switch=np.where(cheaper, later, weeks).astype(np.int16),
        switch_cost=rows.unit_cost[first],
        switch_review=rows.review[first],
    )


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
    """The robust plan (smallest worst regret), and what it costs where nothing unusual happens.

    cost: profit given up in the base world against the base plan. saves: the base plan's worst regret less the
    robust plan's own.
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
