"""What is lost where an item goes by two ways and money is short: the plan against every combination of cartons.

Run `python tests/benchmarks/two_ways.py [--large]` (`--large`: decided as in a plan of many items). Random sellers of
two items, each by sea and by air in cartons of 40; both ways are valued together with the engine's own model, so only
the choice of quantities is judged.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[2]), str(HERE.parents[1] / "policies")]

from decide_problems import buy_row, problem  # noqa: E402

from policies.arriving import with_extra  # noqa: E402
from policies.decide import make  # noqa: E402
from policies.inputs import DecisionSettings, Limits  # noqa: E402
from policies.stages import purchase_rows, purchase_stage  # noqa: E402
from policies.value import quantity_values  # noqa: E402

PACK, CARTONS, SELLERS = 40.0, 18, 30
SHARES = (np.inf, 0.8, 0.5, 0.25, 0.1)
UNITS = np.arange(CARTONS) * PACK


def together(case, item):
    """Profit of every number of cartons by sea (rows) and by air (columns)."""
    stage = purchase_stage(case, DecisionSettings())
    rows, _ = purchase_rows(case, stage)
    sea, air = np.array([2 * item]), np.array([2 * item + 1])
    by_sea = quantity_values(stage, rows.take(sea), UNITS[None])[0]
    table = np.zeros((CARTONS, CARTONS))
    for k, units in enumerate(UNITS):
        given = replace(stage, inflow=with_extra(stage.inflow, rows.item[sea], np.array([units]), rows.arrival[sea]))
        by_air = quantity_values(given, rows.take(air), UNITS[None])[0]
        table[k] = by_sea[k] - by_sea[0] + by_air - by_air[0]
    return table


def seller(rng, seed):
    """Two items, each with a cheap slow and a dear fast way."""
    rates, rows = rng.uniform(8, 30, 2), []
    for i in range(2):
        cost = float(rng.uniform(6, 9))
        rows.append(buy_row(i, case_pack=40, unit_cost=cost))
        dear, days = cost + float(rng.uniform(1.5, 5)), float(rng.choice([14, 21, 28]))
        rows.append(buy_row(i, case_pack=40, mode="air", unit_cost=dear, days=days))
    return problem(tuple(rates), buy=rows, paths=60, seed=seed, on_hand=list(rng.uniform(0, 12, 2) * rates))


def losses(free, settings):
    """Share of the best profit that the plan misses, by share of the money it would like to spend."""
    made = make(free, settings)
    if (made.units > 0).sum() <= 2:  # no item goes by two ways
        return None
    wanted = float((made.lines.cash * made.units).sum())
    value = [together(free, item) for item in range(2)]
    cost = free.buy.frame["unit_cost"].to_numpy()
    spent = [cost[2 * i] * UNITS[:, None] + cost[2 * i + 1] * UNITS[None] for i in range(2)]
    total, money = (np.add.outer(pair[0].ravel(), pair[1].ravel()) for pair in (value, spent))
    found = []
    for share in SHARES:
        budget = wanted * share if np.isfinite(share) else 1e12
        plan, units = make(replace(free, limits=Limits(cash=np.full(26, budget))), settings), np.zeros(4)
        units[plan.lines.row] = plan.units
        at = np.minimum(units / PACK, CARTONS - 1).astype(int)
        got = value[0][at[0], at[1]] + value[1][at[2], at[3]]
        best = total[money <= budget + 1e-6].max()
        found.append((best - got) / best if best > 0 else 0.0)
    return found


def main() -> None:
    """Print one row per budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true")
    settings = DecisionSettings(exact_choices=0) if parser.parse_args().large else DecisionSettings()
    rng = np.random.default_rng(1)
    found = np.array([one for seed in range(SELLERS) if (one := losses(seller(rng, seed), settings)) is not None])
    print(
        "| budget, of what the plan wants | sellers | lost on average | at worst | above 0.5 % |\n|---|---|---|---|---|"
    )
    for share, lost in zip(SHARES, found.T, strict=True):
        named = f"{share:.0%}" if np.isfinite(share) else "none"
        print(f"| {named} | {len(lost)} | {lost.mean():.1%} | {lost.max():.0%} | {(lost > 0.005).sum()} |")


if __name__ == "__main__":
    main()
