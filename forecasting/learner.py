"""Boosted trees over all SKUs: how far a window's expectation and its spread lie from the blend's."""

from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt

from forecasting.spread import LARGEST, SMALLEST, spread_slopes

Floats = npt.NDArray[np.floating]
MEAN_ROUNDS, SPREAD_ROUNDS = 40, 60
RATIO_CAP = 8.0  # a window that sold more than this many times its expectation says no more than that
COMMON = {
    "verbosity": -1,
    "learning_rate": 0.06,
    "lambda_l2": 10.0,
    "feature_fraction": 0.6,
    "max_bin": 63,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
}


@dataclass(frozen=True, eq=False)
class Trees:
    """A fitted ensemble; its answer is a correction on the log scale."""

    booster: lightgbm.Booster

    def correction(self, features: npt.NDArray[np.float32]) -> Floats:
        """Log of the factor on what was corrected, (row,)."""
        if not len(features):
            return np.zeros(0)
        return np.asarray(self.booster.predict(features, raw_score=True, num_threads=1))


def fit_mean(features: npt.NDArray[np.float32], units: Floats, expected: Floats, spread: Floats, seed: int) -> Trees:
    """Learn units / expected by Poisson loss, each window weighted by what it can tell."""
    weight = expected / (1 + spread * expected)
    ratio = np.minimum(units / expected, RATIO_CAP)
    options = {
        **COMMON,
        "objective": "poisson",
        "poisson_max_delta_step": 0.3,
        "num_leaves": 15,
        "min_data_in_leaf": _leaf(len(units), 100),
        "seed": seed % 2**31,
    }
    rows = lightgbm.Dataset(
        features, ratio, weight=weight * len(weight) / weight.sum(), init_score=np.zeros(len(ratio))
    )
    return Trees(lightgbm.train(options, rows, MEAN_ROUNDS))


def fit_spread(features: npt.NDArray[np.float32], units: Floats, mean: Floats, spread: Floats, seed: int) -> Trees:
    """Learn the factor on `spread` by the negative binomial likelihood around `mean`."""
    base = np.log(spread)

    def slopes(correction: Floats, _: lightgbm.Dataset) -> tuple[Floats, Floats]:
        return spread_slopes(units, mean, bounded(base + correction))

    options = {
        **COMMON,
        "objective": slopes,
        "num_leaves": 8,
        "min_data_in_leaf": _leaf(len(units), 150),
        "seed": seed % 2**31,
    }
    rows = lightgbm.Dataset(features, units, init_score=np.zeros(len(units)))
    return Trees(lightgbm.train(options, rows, SPREAD_ROUNDS))


def bounded(log_spread: Floats) -> Floats:
    """Log of a spread within what makes sense."""
    return np.clip(log_spread, np.log(SMALLEST), np.log(LARGEST))


def _leaf(rows: int, wanted: int) -> int:
    """Rows a leaf needs: fewer would be noise, more than a twentieth of a small table would learn nothing."""
    return max(20, min(wanted, rows // 20))
