"""What the learner reads about a window: one row per SKU and length, and the expectation it corrects."""

import numpy as np
import numpy.typing as npt

from forecasting.known import BY_LENGTH, COMMON, LEVELS, Known
from forecasting.levels.classical import CLASSICAL

Floats = npt.NDArray[np.floating]
NAMES = (*(m.name for m in LEVELS), *(m.name for m in CLASSICAL), *COMMON, *BY_LENGTH, "base_level", "length")
BLEND = np.array([0.0, 0.0, 0.2, 0.45, 0.25, 0.1, 0.0])  # of the levels; the learner moves it per SKU


def base_level(known: Known) -> Floats:
    """Log of the blended level, (sku,)."""
    return np.asarray(known.log_levels @ BLEND)


def expectation(known: Known, length: int) -> Floats:
    """Expected units over the next `length` weeks before the learner's correction, (sku,), above 0."""
    return np.maximum(np.exp(base_level(known)) * known.window(length), 0.02)


def features(known: Known, length: int) -> npt.NDArray[np.float32]:
    """Features of a window, (sku, feature) in the order of `NAMES`; levels are relative to the blend."""
    base = base_level(known)
    common, window = known.common.copy(), known.by_length(length)
    common[:, 0] -= base
    window[:, 1] -= base + window[:, 2]
    ends = np.stack([base, np.full(len(base), float(length))], axis=1)
    return np.concatenate([known.log_levels - base[:, None], common, window, ends], axis=1).astype(np.float32)
