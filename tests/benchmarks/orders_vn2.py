"""Order decisions on the VN2 history: cost against the official benchmark rule, under the competition's own rules.

Run `python tests/benchmarks/orders_vn2.py [--bench ../shared/bench] [--cache FILE]`. The folder holds `score_orders.py`
(13 rolling 8-week windows, every policy from the same state) and `vn2/`. With `--warm` every policy also plays the last
104 weeks in one go from its own state. A cache keeps the demand paths, which take most of the time.
"""

import argparse
import importlib.util
import pickle
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from forecasting.engine import forecast
from policies.rules import Seen
from policies.rules.baselines import baselines
from policies.rules.velocity import VelocityCover
from policies.simple import simple_order

COSTS = {"holding": 0.2, "shortage": 1.0, "lead_time": 2}
HORIZON, PATHS, BURN_IN, WARM_WEEKS = 8, 200, 12, 104


def yardstick(bench: Path):
    """The module `score_orders.py` of the bench folder."""
    spec = importlib.util.spec_from_file_location("score_orders", bench / "score_orders.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Engine:
    """`forecasting.forecast` and `policies.simple_order`, nothing else; one forecast per week, seeded by the week."""

    name = "Replenish"

    def __init__(self, bench: Path, cache: Path | None) -> None:
        master = pd.read_csv(bench / "vn2" / "sales.csv", usecols=["Store", "Product"]).merge(
            pd.read_csv(bench / "vn2" / "master.csv"), on=["Store", "Product"], how="left"
        )
        self.key = (master["Store"].astype(str) + "-" + master["Product"].astype(str)).to_numpy()
        self.labels = {
            "category": master["Department"].astype(str).to_numpy(),
            "store": master["Store"].astype(str).to_numpy(),
        }
        self.cache = cache
        self.paths = pickle.loads(cache.read_bytes()) if cache and cache.exists() else {}

    def __call__(self, dates, sales, in_stock, on_hand, next_arrival, later_arrival):
        """Units per store-product."""
        now = len(dates)
        if now not in self.paths:
            self.paths[now] = self._forecast(dates, sales, in_stock)
        return simple_order(self.paths[now], on_hand, np.column_stack([next_arrival, later_arrival]), **COSTS)

    def keep(self) -> None:
        """Write the cache."""
        if self.cache:
            self.cache.write_bytes(pickle.dumps(self.paths))

    def _forecast(self, dates, sales, in_stock):
        n, now = sales.shape
        labels = {k: np.repeat(v, now) for k, v in self.labels.items()}
        history = pd.DataFrame(
            {
                "sku": np.repeat(self.key, now),
                "week": np.tile(dates, n),
                "units": sales.ravel(),
                "availability": in_stock.ravel().astype(float),
                **labels,
            }
        )
        paths = forecast(history, HORIZON, seed=now, paths=PATHS).paths
        return paths.samples[pd.Index(paths.skus).get_indexer(self.key)]


def clairvoyant(sales):
    """Knows the demand to come; the same order function on the one true path. Nothing is sold after the data end."""
    known = np.pad(sales, ((0, 0), (0, HORIZON)))

    def order(dates, seen, in_stock, on_hand, next_arrival, later_arrival):
        ahead = known[:, None, len(dates) : len(dates) + HORIZON]
        return simple_order(ahead, on_hand, np.column_stack([next_arrival, later_arrival]), **COSTS)

    return order


def as_policy(rule):
    """A baseline in the yardstick's shape: two weeks of lead time, weekly review."""

    def order(dates, sales, in_stock, on_hand, next_arrival, later_arrival):
        n = len(sales)
        ahead = pd.date_range(dates[-1], periods=9, freq="7D")[1:]
        seen = Seen(
            sales,
            in_stock,
            dates.isocalendar().week.to_numpy(int),
            ahead.isocalendar().week.to_numpy(int),
            on_hand + next_arrival + later_arrival,
            np.full(n, 2.0),
            np.full(n, 1.0),
        )
        return np.round(rule.order(seen))

    return order


def warm(so, policy, dates, sales, in_stock):
    """Cost of the last 104 weeks, played in one go after a burn-in with the policy itself."""
    nothing, weeks = np.zeros(len(sales)), WARM_WEEKS + BURN_IN
    cost, _ = so.run(policy, dates, sales, in_stock, sales.shape[1] - weeks, weeks, weeks, (nothing,) * 3)
    fair = in_stock[:, -WARM_WEEKS:].reshape(len(sales), -1, 8).all(axis=2).repeat(8, axis=1)
    return cost[:, BURN_IN:][fair].sum()


def main() -> None:
    """Print one row per policy."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--bench", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--warm", action="store_true")
    given = parser.parse_args()
    so = yardstick(given.bench)
    dates, sales, in_stock = so.history()
    policies = {rule.name: as_policy(rule) for rule in baselines()}
    policies["velocity x 4 weeks of cover"] = as_policy(VelocityCover(cover_days=28.0))
    policies |= {"Replenish": Engine(given.bench, given.cache), "clairvoyant": clairvoyant(sales)}
    base = so.score(so.benchmark_rule)
    base_warm = warm(so, so.benchmark_rule, dates, sales, in_stock) if given.warm else np.nan
    print(f"{'policy':34} {'cost':>8} {'ratio':>6} {'weeks 3-8':>9} {'windows':>13} {'own state':>9}")
    for name, policy in policies.items():
        got = so.score(policy)
        ratio = got.cost_3_8 / base.cost_3_8
        own = warm(so, policy, dates, sales, in_stock) / base_warm if given.warm else np.nan
        print(
            f"{name:34} {got.cost.sum():8.0f} {got.cost.sum() / base.cost.sum():6.3f} "
            f"{got.cost_3_8.sum() / base.cost_3_8.sum():9.3f} {ratio.min():6.2f}-{ratio.max():4.2f} {own:11.3f}",
            flush=True,
        )
        if isinstance(policy, Engine):
            policy.keep()


if __name__ == "__main__":
    main()
