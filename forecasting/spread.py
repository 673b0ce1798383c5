"""How far demand strays from its expectation: spread of the level and of single weeks, pooled over SKUs."""
import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

Floats = npt.NDArray[np.floating]
HALF_LIFE = 16.0


def last_level(units: Floats, expected: Floats, half_life: float = HALF_LIFE) -> Floats:
    """Level now: decayed units over decayed expectation, shrunk by one week to the SKU's own mean and the pool."""
    decay = 0.5 ** (np.arange(units.shape[1])[::-1] / half_life)
    pool = units.sum() / max(expected.sum(), 1e-9) if units.sum() else 0.0
    typical = np.median(units.sum(axis=1) / np.maximum(expected.sum(axis=1), 1e-9)) if len(units) else pool
    own = (units.sum(axis=1) + 0.2 * typical) / (expected.sum(axis=1) + 0.2)
    return (units @ decay + own) / (expected @ decay + 1.0)


def pooled_spread(units: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """Squared coefficients of variation (level of a path, single week), pooled over SKUs, given per SKU."""
    keep = 0.5 ** (1 / HALF_LIFE)
    top = lfilter([1.0], [1.0, -keep], units, axis=1)[:, :-1]
    bottom = lfilter([1.0], [1.0, -keep], expected, axis=1)[:, :-1]
    mean = expected[:, 1:] * (top + 0.1) / (bottom + 1.0)
    ok = (expected[:, 1:] > 0) & (bottom > 4)
    if not ok.any():
        return np.full(len(units), 0.3), np.full(len(units), 0.5)
    m, y = mean[ok], units[:, 1:][ok]
    weight = 1 / np.square(m + 0.5 * np.square(m) + 0.5)
    total = float(np.sum(weight * (np.square(np.minimum(y, 4 * m + 6) - m) - m)) / np.sum(weight * m * m))
    total = float(np.clip(total, 0.05, 5.0))
    return np.full(len(units), 0.25 * total), np.full(len(units), 0.75 * total)
