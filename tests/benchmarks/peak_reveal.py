"""Black Friday planned from early August on, then what really happened: our plan with and without the scenario.

Run `python tests/benchmarks/peak_reveal.py [--skus 300] [--seeds 7 8]`. The sample seller's world of `orders_sample.py`
from Monday 3 August 2026 to the end of January: every policy starts with the same stock and goods under way and
decides every Monday with what it has seen until then. With the scenario, `black-friday` is laid over each
week's forecast. The truth is only in the world that is played: a policy is given `Known`, which holds no later week
(`tests/replenish/test_scenario_commands.py` holds the same for `scenario run`).
"""

import argparse
import sys
import time
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from orders_sample import HORIZON, Forecasts
from orders_sample import Past as Played

from data.sample.generate import generate
from policies.calendar import events
from policies.players import clairvoyant_policy, engine_policy, rule_policy
from policies.replay import CLAIRVOYANT, compare
from policies.rules.baselines import baselines
from policies.simulator import simulate
from replenish.errors import RefusedInput
from replenish.scenarios.demand import demand_overlay
from replenish.scenarios.files import find
from replenish.scenarios.resolve import resolve
from replenish.scenarios.uplift import STOCKED, Past
from replenish.weekly.known import Known

FIRST, LAST = date(2026, 8, 3), date(2027, 2, 1)
WITH, WITHOUT = "plan with the scenario", "plan without the scenario"
VELOCITY = "velocity x cover"


class WithScenario:
    """Forecasts with a scenario laid over them as `replenish scenario` does it."""

    def __init__(self, played, forecasts, name, seed):
        self.played, self.forecasts, self.seed = played, forecasts, seed
        self.overlay = find(Path(), name).overlay
        columns = {"item": played.key, **{c: played.items[c].to_numpy() for c in ("marketplace", "sku", "category")}}
        self.catalogue = pd.DataFrame(columns).assign(brand=played.items["brand"].to_numpy(), supplier=played.supplier)

    def __call__(self, seen):
        paths = self.forecasts(seen)
        monday = self.played.start + timedelta(weeks=seen.week + 1)
        names = [field.name for field in fields(Known) if field.name not in ("as_of", "start")]
        known = Known(monday, monday, **{name: pd.DataFrame() for name in names} | {"catalogue": self.catalogue})
        items = pd.Index(self.played.key)
        try:
            resolved = resolve(self.overlay, known, items, HORIZON)
        except RefusedInput:  # the event is over
            return paths
        past = self._past(seen, items)
        weeks = past.weeks[past.ahead :]
        mean = paths.mean(axis=1, dtype=float)
        return demand_overlay(self.overlay, resolved, known, past, weeks, mean).applied(paths, self.seed)

    def _past(self, seen, items):
        ahead = seen.week + 1
        weeks = pd.date_range(self.played.start, periods=ahead + HORIZON, freq="7D")
        units = np.full((len(items), len(weeks)), np.nan)
        stocked = np.nan_to_num(seen.availability, nan=1.0) >= STOCKED
        units[:, :ahead] = np.where(stocked, seen.sales, np.nan)
        category = self.played.items["category"].to_numpy(object)
        return Past(items, weeks, ahead, units, np.ones(units.shape), category)


def reveal(skus, seed, every):
    """One seller: figures by policy over all weeks, and over the event's own."""
    seller = generate(seed=seed, skus=skus, as_of=LAST, future_weeks=30)
    played = Played(seller, (LAST - FIRST).days // 7)
    world, start = played.world, played.start
    rule = next(one for one in baselines() if one.name == VELOCITY)
    contenders = {
        WITH: engine_policy(world, WithScenario(played, Forecasts(played, every), "black-friday", seed), start),
        WITHOUT: engine_policy(world, Forecasts(played, every), start),
        VELOCITY: rule_policy(world, rule, start),
        CLAIRVOYANT: clairvoyant_policy(world, HORIZON, start),
    }
    results = {}
    for name, policy in contenders.items():
        begun = time.perf_counter()
        results[name] = simulate(world, policy, played.first, played.record)
        print(f"  seed {seed}: {name}, {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    whole = compare(world, results, FIRST, played.classes(), played.first, seed).policies.set_index("policy")
    return whole.assign(peak_lost=[_lost_at_peak(played, results[name]) for name in whole.index])


def _lost_at_peak(played, result):
    """Margin lost in the weeks that Black Friday Week touches."""
    world, lost = played.world, 0.0
    for market in sorted(set(played.items["marketplace"])):
        table = events(market, FIRST, LAST, ("deal",))
        span = table[table["event"].str.startswith("Black Friday Week")].iloc[0]
        first, last = ((day - FIRST).days // 7 for day in (span["start_date"], span["end_date"]))
        mine = (played.items["marketplace"] == market).to_numpy()
        margin = (world.margin[:, played.first :] - world.unit_cost[:, None]).clip(0.0)
        lost += (result.lost * margin)[mine, first : last + 1].sum()
    return lost


def main() -> None:
    """Print profit, regret and lost margin by policy, summed over the sellers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=300)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7])
    parser.add_argument("--every", type=int, default=4, help="weeks between two forecasts")
    given = parser.parse_args()
    columns = ["profit", "regret", "lost_sales", "peak_lost", "lost_units", "storage", "capital", "sales"]
    total = sum(reveal(given.skus, seed, given.every)[columns] for seed in given.seeds)
    print(f"{given.skus} SKUs, seeds {given.seeds}, {FIRST} to {LAST}; USD, profit of all weeks")
    with pd.option_context("display.width", 160):
        print(total.round(0).astype(int).to_string())


if __name__ == "__main__":
    main()
