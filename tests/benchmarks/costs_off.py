"""Each cost set to zero in turn, for one week of a workspace: what changes, and whether it goes the right way.

Run `python tests/benchmarks/costs_off.py [--workspace replenish-demo] [--day 2026-08-03]`; `replenish demo` makes the
workspace. Right way: without a cost of holding or of buying no fewer units, without a reason to hold no more, in total
over all items; the single items that go the other way are counted.
"""

import argparse
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from data.store import open_store
from policies.decide import decide
from policies.inputs import Options
from replenish.weekly.run import fit_to_plan, state_week
from replenish.workspace import open_workspace

MORE, FEWER = 1, -1


def without(problem):
    """Name, which way quantities should go, and the problem without the cost."""
    money = problem.economics

    def economics(**changes):
        return replace(problem, economics=replace(money, **changes))

    def unit_cost(options, factor):
        frame = options.frame
        return Options(frame.assign(unit_cost=frame["unit_cost"] * factor), options.lead_time_days)

    ship, held = problem.ship.frame, problem.upstream
    none = np.zeros_like(money.fba_storage)
    yield "FBA storage", MORE, economics(fba_storage=none, utilisation=none)
    yield "utilisation surcharge", MORE, economics(utilisation=none)
    yield "aged-inventory surcharge", MORE, economics(aged_surcharge=np.zeros_like(money.aged_surcharge))
    yield "cost of capital", MORE, economics(capital_rate=np.zeros_like(money.capital_rate))
    yield "low-inventory-level fee", FEWER, economics(low_inventory_fee=np.zeros_like(money.low_inventory_fee))
    yield "ranking loss of a stockout", FEWER, economics(lost_sale=np.zeros_like(money.lost_sale))
    yield "transport and placement into FBA", MORE, replace(problem, ship=unit_cost(problem.ship, 0.0))
    yield (
        "storage upstream",
        FEWER,
        replace(  # what waits for nothing is not sent ahead
            problem,
            ship=Options(ship.assign(hold_cost=0.0), problem.ship.lead_time_days),
            upstream=held.assign(hold_cost=0.0),
        ),
    )


def main() -> None:
    """Print one row per cost, as a Markdown table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--workspace", type=Path, default=Path("replenish-demo"))
    parser.add_argument("--day", type=date.fromisoformat, default=date(2026, 8, 3))
    given = parser.parse_args()
    workspace = open_workspace(given.workspace)
    with open_store(workspace.store_path) as store:
        _, stated = state_week(fit_to_plan(store, workspace.config(), given.day), workspace.config())
    base = decide(stated.problem).items
    print(f"as it is: buy {base['buy'].sum():,.0f}, ship {base['ship'].sum():,.0f} units\n")
    print("| without | items changed | buy | ship | expected | of these the other way |")
    print("|---|---|---|---|---|---|")
    for name, way, problem in without(stated.problem):
        items = decide(problem).items
        buy, ship = items["buy"] - base["buy"], items["ship"] - base["ship"]
        both = (buy + ship).to_numpy()
        changed, other = ((buy != 0) | (ship != 0)).sum(), (both * way < 0).sum()
        expected = "more" if way == MORE else "fewer"
        print(f"| {name} | {changed} | {buy.sum():+,.0f} | {ship.sum():+,.0f} | {expected} | {other} |", flush=True)


if __name__ == "__main__":
    main()
