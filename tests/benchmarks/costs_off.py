"""Each cost set to zero in turn, for one week of a workspace: what changes, and whether it goes the right way.

Run `python tests/benchmarks/costs_off.py [--workspace replenish-demo] [--day 2026-08-03]`; `replenish demo` makes the
workspace. Right way: without a cost of holding or of buying no fewer units, without a reason to hold no more; bought
and shipped units of each item are judged apart. Items that go the other way are counted by the limit they share with
others, and once more where no limit is shared: there the decision of each item is its own, and none should.
"""

import argparse
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from data.store import open_store
from policies.decide import make
from policies.inputs import DecisionSettings, Limits, Options
from policies.line_frames import line_frame
from replenish.weekly.run import fit_to_plan, state_week
from replenish.workspace import open_workspace

MORE, FEWER = 1, -1
SHARED = ("cash budget", "FBA capacity", "supplier order minimum", "MOQ across variants")
WORDS = {MORE: "more", FEWER: "fewer"}


def without(problem):
    """Name, which way units bought and shipped should go, and the problem without the cost."""
    money = problem.economics

    def economics(**changes):
        return replace(problem, economics=replace(money, **changes))

    def unit_cost(options, factor):
        frame = options.frame
        return Options(frame.assign(unit_cost=frame["unit_cost"] * factor), options.lead_time_days)

    ship, held = problem.ship.frame, problem.upstream
    none = np.zeros_like(money.fba_storage)
    yield "FBA storage", (MORE, MORE), economics(fba_storage=none, utilisation=none)
    yield "utilisation surcharge", (MORE, MORE), economics(utilisation=none)
    yield "aged-inventory surcharge", (MORE, MORE), economics(aged_surcharge=np.zeros_like(money.aged_surcharge))
    yield "cost of capital", (MORE, MORE), economics(capital_rate=np.zeros_like(money.capital_rate))
    yield "low-inventory-level fee", (FEWER, FEWER), economics(low_inventory_fee=np.zeros_like(money.low_inventory_fee))
    yield "ranking loss of a stockout", (FEWER, FEWER), economics(lost_sale=np.zeros_like(money.lost_sale))
    yield "transport and placement into FBA", (MORE, MORE), replace(problem, ship=unit_cost(problem.ship, 0.0))
    yield (
        "storage upstream",
        (MORE, FEWER),
        replace(  # what waits for nothing can be bought ahead, and is not sent ahead
            problem,
            ship=Options(ship.assign(hold_cost=0.0), problem.ship.lead_time_days),
            upstream=held.assign(hold_cost=0.0),
        ),
    )


def alone(problem):
    """The problem without any limit that items share; price breaks, ASIN caps and each item's own minimum stay."""
    limits = Limits(asin_cap=problem.limits.asin_cap, price_breaks=problem.limits.price_breaks)
    buy = Options(problem.buy.frame.assign(moq_group="", moq_group_minimum=0.0), problem.buy.lead_time_days)
    return replace(problem, limits=limits, buy=buy)


def decided(problem):
    """Units bought and shipped per item (N, 2), and the names of the shared limits that moved its lines."""
    made = make(problem, DecisionSettings())
    lines = line_frame(made)
    units = np.zeros((len(problem.items), 2))
    np.add.at(units, (lines["at"].to_numpy(int), (lines["kind"] == "ship").to_numpy(int)), lines["quantity"])
    names = [set() for _ in problem.items]
    for at, limit in zip(lines["at"], lines["limit"], strict=True):
        names[at] |= {one.split(" (")[0] for one in str(limit).split(", ") if one.split(" (")[0] in SHARED}
    return units, names


def against(base, now, ways):
    """Items that go the other way in what is bought or shipped."""
    return np.flatnonzero((((now[0] - base[0]) * np.array(ways)) < -1e-9).any(axis=1))


def causes(base, now, items):
    """How many of `items` each shared limit moved, in either plan; an item counts at the first of its names."""
    found = Counter(min(base[1][n] | now[1][n], default="no limit named") for n in items)
    return ", ".join(f"{name} {count}" for name, count in sorted(found.items())) or "-"


def main() -> None:
    """Print one row per cost, as a Markdown table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--workspace", type=Path, default=Path("replenish-demo"))
    parser.add_argument("--day", type=date.fromisoformat, default=date(2026, 8, 3))
    given = parser.parse_args()
    workspace = open_workspace(given.workspace)
    with open_store(workspace.store_path) as store:
        _, stated = state_week(fit_to_plan(store, workspace.config(), given.day), workspace.config())
    problem = stated.problem
    base, free = decided(problem), decided(alone(problem))
    print("as it is: buy {:,.0f}, ship {:,.0f} units\n".format(*base[0].sum(axis=0)))
    print(
        "| without | items changed | buy | ship | expected | the other way, by shared limit | without shared limits |"
    )
    print("|---|---|---|---|---|---|---|")
    for (name, ways, changed), (_, _, unshared) in zip(without(problem), without(alone(problem)), strict=True):
        now, freed = decided(changed), decided(unshared)
        moved = now[0] - base[0]
        other = against(base, now, ways)
        buy, ship = moved.sum(axis=0)
        expected = WORDS[ways[0]] if ways[0] == ways[1] else f"buy {WORDS[ways[0]]}, ship {WORDS[ways[1]]}"
        print(
            f"| {name} | {(moved != 0).any(axis=1).sum()} | {buy:+,.0f} | {ship:+,.0f} | {expected} "
            f"| {len(other)}: {causes(base, now, other)} | {len(against(free, freed, ways))} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
