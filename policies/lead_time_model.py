"""One duration as a distribution: log-normal days, learned from few observations on top of a stated prior.

The logarithm of the days is normal with unknown mean and variance; the prior counts as `PRIOR_ORDERS` observations of
the mean and `PRIOR_SPREAD` of the variance (normal-inverse-gamma). What comes next is then Student-t on the log scale.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.floating]

PRIOR_ORDERS = 4.0
PRIOR_SPREAD = 8.0
ENOUGH_TO_CLIP = 5  # orders from which a single wild date is drawn in
FARTHEST_LOG = float(np.log(3))  # no order counts as more than three times faster or slower than the median
LAST_CHANCE = 0.995  # a delay beyond this share of the distribution says nothing more about the rest


@dataclass(frozen=True)
class Duration:
    """Predictive distribution of one stage, in days."""

    location: float  # of the logarithm
    scale: float
    freedom: float
    orders: int  # observed
    prior_mean: float
    prior_sd: float
    observed_mean: float = float("nan")  # days

    @classmethod
    def learned(cls, prior_mean: float, prior_sd: float, days: Floats) -> "Duration":
        """Combine a prior (mean and standard deviation in days, both > 0) with observed days (n,)."""
        variance = np.log1p((prior_sd / prior_mean) ** 2)
        centre = np.log(prior_mean) - variance / 2
        logs = np.log(np.maximum(np.asarray(days, dtype=float), 0.5))
        count = len(logs)
        if count >= ENOUGH_TO_CLIP:
            middle = np.median(logs)
            logs = np.clip(logs, middle - FARTHEST_LOG, middle + FARTHEST_LOG)
        mean = float(logs.mean()) if count else centre
        weight = PRIOR_ORDERS + count
        shape = (PRIOR_SPREAD + count) / 2
        rate = PRIOR_SPREAD / 2 * variance + ((logs - mean) ** 2).sum() / 2
        rate += PRIOR_ORDERS * count * (mean - centre) ** 2 / (2 * weight)
        location = (PRIOR_ORDERS * centre + count * mean) / weight
        scale = float(np.sqrt(rate * (weight + 1) / (shape * weight)))
        observed = float(np.mean(days)) if count else float("nan")
        return cls(float(location), scale, 2 * shape, count, prior_mean, prior_sd, observed)

    @property
    def prior_weight(self) -> float:
        """Share of the mean that still comes from the prior."""
        return PRIOR_ORDERS / (PRIOR_ORDERS + self.orders)

    def quantile(self, share: Floats) -> Floats:
        """Days that a share (0..1) of the distribution does not exceed."""
        return np.asarray(np.exp(self.location + self.scale * stats.t.ppf(share, self.freedom)))

    def later_than(self, elapsed: Floats, share: Floats) -> Floats:
        """Quantiles of what is known to take longer than `elapsed` days (broadcast with `share`)."""
        with np.errstate(divide="ignore"):
            reached = (np.log(np.maximum(elapsed, 0.0)) - self.location) / self.scale
        before = np.minimum(stats.t.cdf(reached, self.freedom), LAST_CHANCE)
        return np.asarray(np.maximum(self.quantile(before + share * (1 - before)), elapsed))

    def mean(self) -> float:
        """Mean of the middle 99 % (the tail of the last half per cent has no finite mean)."""
        return float(self.quantile((np.arange(198) + 1.5) / 200).mean())


def shared_uniforms(seed: int, name: str, paths: int) -> Floats:
    """Evenly spread uniforms (paths,), one per path, the same for the same seed and name whatever else is drawn."""
    key = int.from_bytes(name.encode("utf-8"), "big")
    rng = np.random.default_rng(np.random.SeedSequence([seed, key]))
    return np.asarray((rng.permutation(paths) + rng.random(paths)) / paths)
