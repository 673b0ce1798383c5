"""The seller's own past played again: our engine against the rules, what was really received, and the clairvoyant."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.inputs import DecisionSettings, Limits
from policies.players import Paths, clairvoyant_policy, engine_policy, rule_policy
from policies.replay_world import Actual, Known, Played, Record, World
from policies.rules import Rule
from policies.rules.baselines import baselines
from policies.simulator import simulate, with_receipts

Floats = npt.NDArray[np.floating]
OURS, ACTUAL, CLAIRVOYANT = "Replenish", "what was received", "clairvoyant"
DRAWS = 2000


@dataclass(frozen=True)
class Replayed:
    """Frames as the replay page and JSON show them; money in the world's currency."""

    policies: pd.DataFrame
    # policy, profit, profit_low, profit_high, sales, lost_sales, lost_units, fill_rate, storage, capital, orders,
    # units_bought, regret
    differences: pd.DataFrame  # policy, difference (ours less theirs), low, high (95 %), weeks_better, certainty
    classes: pd.DataFrame  # policy, class, profit, lost_sales, fill_rate, storage, capital
    weeks: pd.DataFrame  # policy, week, profit
    played: dict[str, Played]
    held: tuple[str, ...] = ()  # sentences: which limits bound every policy


def replay(
    world: World,
    paths: Paths,
    start: date,
    *,
    first_week: int,
    classes: npt.NDArray[np.object_],
    record: Record | None = None,
    actual: Actual | None = None,
    rules: Sequence[Rule] | None = None,
    settings: DecisionSettings | None = None,
    limits: Callable[[Known], Limits] | None = None,
    horizon: int = 26,
    seed: int = 0,
    progress: Callable[[str], None] | None = None,
) -> Replayed:
    """Play every policy over the weeks from `first_week` of the world on, from the same stock and orders under way.

    world: what happened; its `on_hand` and `inbound` are those at the start of `first_week`.
    paths: our demand paths, (N, P, H), given `Known`: it must look at nothing else.
    start: Monday of the world's week 0. classes: (N,) label per SKU.
    record: sales and availability before `first_week`, which policies learn from; left out, the demand.
    actual: what the seller really did; left out, it is not compared.
    progress: called with each policy's name before it plays. seed: of the bootstrap over SKUs.
    """
    contenders = {OURS: engine_policy(world, paths, start, settings, limits)}
    contenders |= {rule.name: rule_policy(world, rule, start) for rule in (baselines() if rules is None else rules)}
    played: dict[str, Played] = {}
    for name, policy in contenders.items():
        if progress:
            progress(name)
        played[name] = simulate(world, policy, first_week, record)
    if progress:
        progress(CLAIRVOYANT)
    played[CLAIRVOYANT] = clairvoyant(world, horizon, start, first_week, record)
    if actual is not None:
        played[ACTUAL] = with_receipts(world, actual, first_week)
    return compare(world, played, start + timedelta(weeks=first_week), classes, first_week, seed)


def clairvoyant(world: World, horizon: int, start: date, first_week: int, record: Record | None = None) -> Played:
    """What knowing the future earns: the better of playing with every mode and with the usual one alone.

    Its decisions look one review ahead, as ours do; a second mode can therefore cost it more later than it brings now.
    """
    worlds = [world, replace(world, others=())] if world.others else [world]
    tries = [simulate(one, clairvoyant_policy(one, horizon, start), first_week, record) for one in worlds]
    return max(tries, key=lambda played: float(played.profit().sum()))


def compare(
    world: World, played: dict[str, Played], start: date, classes: npt.NDArray[np.object_], first_week: int, seed: int
) -> Replayed:
    """Money, service and certainty of what was played."""
    per_item = {name: _per_item(world, p, first_week) for name, p in played.items()}
    draw = np.random.default_rng(seed)
    n = len(world.items)
    weight = draw.multinomial(n, np.full(n, 1.0 / n), DRAWS)  # SKUs drawn with replacement
    best = per_item[CLAIRVOYANT]["profit"].sum() if CLAIRVOYANT in per_item else np.nan
    rows, gaps, weeks, by_class = [], [], [], []
    for name, figures in per_item.items():
        low, high = np.quantile(weight @ figures["profit"].to_numpy(), [0.025, 0.975])
        total = _sums(figures)
        rows.append({"policy": name, **total, "profit_low": low, "profit_high": high, "regret": best - total["profit"]})
        profit = played[name].by_week()
        weeks.append(
            pd.DataFrame(
                {"policy": name, "week": [start + timedelta(weeks=w) for w in range(len(profit))], "profit": profit}
            )
        )
        for label in sorted(set(classes)):
            by_class.append({"policy": name, "class": label, **_sums(figures[classes == label])})
        if name != OURS and OURS in per_item:
            gaps.append(
                {
                    "policy": name,
                    **_difference(per_item[OURS], figures, weight),
                    "weeks_better": float((played[OURS].by_week() > profit).mean()),
                }
            )
    columns = [
        "policy",
        "profit",
        "profit_low",
        "profit_high",
        "sales",
        "lost_sales",
        "lost_units",
        "fill_rate",
        "storage",
        "capital",
        "orders",
        "units_bought",
        "regret",
    ]
    kept = ["policy", "class", "profit", "lost_sales", "fill_rate", "storage", "capital"]
    differences = pd.DataFrame(gaps, columns=["policy", "difference", "low", "high", "weeks_better", "certainty"])
    return Replayed(
        pd.DataFrame(rows)[columns],
        differences,
        pd.DataFrame(by_class)[kept],
        pd.concat(weeks, ignore_index=True),
        played,
    )


def _difference(ours: pd.DataFrame, theirs: pd.DataFrame, weight: npt.NDArray[np.integer]) -> dict[str, float]:
    gap = ours["profit"].to_numpy() - theirs["profit"].to_numpy()
    drawn = weight @ gap
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {
        "difference": float(gap.sum()),
        "low": float(low),
        "high": float(high),
        "certainty": float((drawn > 0).mean()),
    }


def _per_item(world: World, played: Played, first_week: int) -> pd.DataFrame:
    span = slice(first_week, world.demand.shape[1])
    return pd.DataFrame(
        {
            "profit": played.profit().sum(axis=1),
            "sales": played.sold.sum(axis=1) * world.price,
            "lost_sales": (played.lost * (world.margin[:, span] - world.unit_cost[:, None]).clip(0.0)).sum(axis=1),
            "lost_units": played.lost.sum(axis=1),
            "sold": played.sold.sum(axis=1),
            "storage": (played.storage + played.aged + played.low_inventory).sum(axis=1),
            "capital": played.tied_up.mean(axis=1),
            "orders": (played.bought > 0).sum(axis=1),
            "units_bought": played.bought.sum(axis=1),
        }
    )


def _sums(figures: pd.DataFrame) -> dict[str, float]:
    total = figures.sum()
    asked = total["sold"] + total["lost_units"]
    return {**{str(k): float(v) for k, v in total.items()}, "fill_rate": float(total["sold"] / asked) if asked else 1.0}
