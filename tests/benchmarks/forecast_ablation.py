"""What each part of the forecast is worth: wql over 3, 8, 13 weeks with the part taken out.

    python tests/benchmarks/forecast_ablation.py [--bench FOLDER] [--every 3]

VN2 at every third of the yardstick's origins, every third product of Online Retail at two. Lower is better.
"""

import argparse
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
from forecast_accuracy import LENGTHS, QUANTILES, RETAIL_ORIGINS, ROOT, history_of, retail, yardstick

from forecasting import ForecastSettings, combination, forecast, known, outlook, season, spread
from forecasting.censoring import Demand

PLAIN = ForecastSettings()


def no_censoring(panel, settings):
    """Sales taken for demand."""
    seen = ~np.isnan(panel.units)
    return Demand(np.nan_to_num(panel.units), seen * 1.0, np.full(seen.shape, "", object))


def flat(units, *_):
    """No season."""
    return np.ones((len(units), season.WEEKS))


def not_learned(windows, seed):
    """Pooled spread only."""
    kept = combination.learn(windows, seed)
    at = np.array([kept.spread_by_length[int(n)] for n in windows.length])
    plain = combination.laid_out({}, windows.classes)
    return replace(kept, mean=None, spread=None, mean_out=windows.expected, spread_out=at, shares_out=plain, moods={})


def without_croston(*given):
    """The levels with statsforecast's member hidden behind the slowest one."""
    own, levels = LEVELS(*given)
    levels[:, -1] = levels[:, -2]
    return own, levels


LEVELS = known._levels
PARTS = {
    "everything": (),
    "without censoring": (patch.object(known, "demand_from_sales", no_censoring),),
    "without season": (patch.object(season, "profiles", flat),),
    "season of the pool only": (
        patch.object(season, "_shrunk", lambda sold, meant, variance: np.ones_like(sold)),
        patch.object(season, "_alike", lambda sold, meant: np.ones_like(sold)),
    ),
    "season without SKUs alike": (patch.object(season, "_alike", lambda sold, meant: np.ones_like(sold)),),
    "season of the SKU only in part (fixed shrinkage)": (
        patch.object(season, "_own_deviation", lambda sold, meant: season.OWN_DEVIATION),
    ),
    "without learned mean": (patch.object(combination.learner, "fit_mean", lambda f, *_: Nothing()),),
    "without learned spread": (patch.object(combination.learner, "fit_spread", lambda f, *_: Nothing()),),
    "without moods (fat tails)": (patch.object(combination, "mood_shares", lambda *_: spread.PLAIN),),
    "without statsforecast's CrostonSBA": (patch.object(known, "_levels", without_croston),),
    "without shared shocks": (patch.object(outlook, "common_shock", lambda *_: 0.0),),
    "without learning at all": (patch("forecasting.engine.learn", not_learned),),
}


class Nothing:
    """A learner that corrects nothing."""

    def correction(self, features):
        return np.zeros(len(features))


def scores(skus, weeks, units, stocked, origins):
    """Mean wql by length over the origins."""
    rows = []
    for origin in origins:
        columns = {} if stocked is None else {"availability": stocked}
        paths = forecast(history_of(skus, weeks, units, origin, **columns), max(LENGTHS), seed=1).paths
        row = []
        for n in LENGTHS:
            sold = (units[:, :origin] > 0).any(axis=1)
            fair = sold if stocked is None else stocked[:, origin : origin + n].all(axis=1)
            actual = units[fair, origin : origin + n].sum(axis=1)
            error = actual[:, None] - np.quantile(paths.cumulative(n)[fair], QUANTILES, axis=1).T
            loss = np.maximum(QUANTILES * error, (QUANTILES - 1) * error).mean(axis=1)
            row.append(2 * loss.sum() / actual.sum())
        rows.append(row)
    return np.mean(rows, axis=0)


def main(bench, every):
    """The table, in Markdown."""
    skus, weeks, units, stocked = yardstick(bench).panel()
    origins = [len(weeks) - 13 - 4 * k for k in range(12)][::-1][::every]
    names, dates, sold = retail(bench)
    shop = (names[::3], dates, sold[::3])
    print("| part | VN2 3 / 8 / 13 | Online Retail 3 / 8 / 13 |\n|---|---|---|")
    for name, patches in PARTS.items():
        with ExitStack() as stack:
            for change in patches:
                stack.enter_context(change)
            a, b = scores(skus, weeks, units, stocked, origins), scores(*shop, None, RETAIL_ORIGINS[1:])
        print(f"| {name} | {' / '.join(f'{x:.4f}' for x in a)} | {' / '.join(f'{x:.4f}' for x in b)} |", flush=True)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--bench", type=Path, default=ROOT.parent / "shared" / "bench")
    arguments.add_argument("--every", type=int, default=3)
    given = arguments.parse_args()
    main(given.bench, given.every)
