"""Time and memory of a decision: items x 26 weeks x 200 paths, two ways to buy, one to ship, joint limits.

Run `python tests/benchmarks/decide_speed.py [--items 10000]`; `--limits` adds cash, capacity, order minimums,
`--gap` the gap that is proved for them.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "policies"))

from decide_problems import buy_row, problem, ship_row

from policies.decide import decide, make
from policies.inputs import DecisionSettings, Limits
from policies.limits_hulls import hull_segments
from policies.limits_programme import Programme, columns

WORTH_BRANCHING = 1e-3


def seller(n: int, limits: bool, paths: int = 200, weeks: int = 26):
    """n items with rates from one a month to hundreds a week; every second one has stock at a 3PL."""
    rng = np.random.default_rng(n)
    rates = rng.lognormal(1.5, 1.3, n)
    buy = [buy_row(i, supplier=f"S{i % 20}", destination="3PL" if i % 2 else "FBA", moq=20) for i in range(n)]
    buy += [buy_row(i, supplier=f"S{i % 20}", mode="air", unit_cost=11.0, days=24.0) for i in range(n)]
    ship = [ship_row(i, available=float(rates[i] * 8 // 1)) for i in range(1, n, 2)]
    bounds = Limits()
    if limits:
        bounds = Limits(
            cash=np.full(weeks, rates.sum() * 20.0),
            order_minimums=pd.DataFrame(
                [{"supplier": f"S{k}", "value": rates.sum() * 1.5, "units": np.nan} for k in range(20)]
            ),
            capacity=pd.DataFrame(
                [
                    {
                        "marketplace": "US",
                        "storage_type": "standard",
                        "first_week": f,
                        "last_week": f + 3,
                        "volume_m3": rates.sum() * 0.013,
                        "confirmed": f == 0,
                        "reservation_fee": np.nan,
                    }
                    for f in (0, 4, 8)
                ]
            ),
        )
    on_hand = np.round(rates * rng.uniform(0, 8, n))
    fee = np.where(rng.random((n, 1)) < 0.5, 1.0, 0.0) * np.array([0.8, 0.5, 0.3])
    return problem(
        rates,
        buy=buy,
        ship=ship,
        on_hand=on_hand,
        limits=bounds,
        paths=paths,
        weeks=weeks,
        spread=6.0,
        low_inventory_fee=fee,
    )


def proved_gap(case) -> float:
    """How far the plan can be from the best at most: against plans in which cartons may be split, minimums not."""
    made = make(case, DecisionSettings())
    line, units, value = hull_segments(made.curves)
    steps = columns(made.shared, line, units, value).merged(np.arange(len(line)))
    got = float(made.curves.at(made.units).sum())
    return 1.0 - got / best_with_whole_minimums(steps, made.shared, got)


def best_with_whole_minimums(steps, shared, got: float, fixed: tuple[tuple[int, float], ...] = ()) -> float:
    """Bound on the profit: the relaxed programme, branched on minimums that it takes in part, while above `got`."""
    programme = Programme(steps, shared)
    for floor, taken in fixed:
        at = programme.n + programme.sizes[0] + floor
        programme.least[at] = programme.most[at] = taken
    found = programme.best_shares()
    if found is None:
        return got
    bound = float(steps.value @ found.share)
    share = np.array([found.share[steps.floors[[k]].nonzero()[1]].max(initial=0.0) for k in range(len(shared.floors))])
    split = np.minimum(share, 1 - share)
    split[[floor for floor, _ in fixed]] = 0.0
    if bound < got * (1 + WORTH_BRANCHING) or split.max(initial=0.0) < 1e-6:
        return max(bound, got)
    at = int(split.argmax())
    return max(best_with_whole_minimums(steps, shared, got, (*fixed, (at, taken))) for taken in (0.0, 1.0))


def main() -> None:
    """Print seconds, processor seconds (which other work on the machine hardly changes), lines and peak memory."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--limits", action="store_true")
    parser.add_argument("--gap", action="store_true", help="with --limits: the gap to the relaxed optimum")
    given = parser.parse_args()
    decide(seller(50, given.limits))  # compile
    times = []
    for n in given.items:
        case = seller(n, given.limits)
        start, worked = time.perf_counter(), time.process_time()
        decision = decide(case)
        times.append(time.perf_counter() - start)
        worked = time.process_time() - worked
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        lines = f"{len(decision.purchases)} purchases, {len(decision.shipments)} shipments"
        print(f"{n:7} items  {times[-1]:6.1f} s ({worked:.1f} s of processor)  {lines}  peak {peak:.2f} GB", flush=True)
        if given.gap:
            print(f"        at most {proved_gap(case):.3%} below the best", flush=True)
    if len(times) > 1:
        print(f"growth exponent {np.polyfit(np.log(given.items), np.log(times), 1)[0]:.2f}")


if __name__ == "__main__":
    main()
