"""Random counts that depend on the seed and the SKU's name only, not on its place, its partition or its worker."""

import hashlib
import math

import numpy as np
import numpy.typing as npt

from forecasting.compiled import compiled

Floats = npt.NDArray[np.floating]
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def sku_keys(seed: int, skus: npt.NDArray[np.object_]) -> npt.NDArray[np.uint64]:
    """One 64-bit key per SKU from the seed and the SKU's text."""
    prefix = f"{seed}:".encode()
    return np.array(
        [int.from_bytes(hashlib.blake2b(prefix + str(s).encode(), digest_size=8).digest(), "little") for s in skus],
        dtype=np.uint64,
    )


@compiled
def next_uniform(state: np.uint64) -> tuple[np.uint64, float]:
    """SplitMix64 (Steele, Lea, Flood 2014): the next state and a number strictly between 0 and 1."""
    state = np.uint64(state + np.uint64(0x9E3779B97F4A7C15))
    z = state
    z = np.uint64((z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9))
    z = np.uint64((z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB))
    z = z ^ (z >> np.uint64(31))
    return state, (float(z >> np.uint64(11)) + 0.5) / 9007199254740992.0


@compiled
def next_normal(state: np.uint64) -> tuple[np.uint64, float]:
    """A standard normal number (Box and Muller)."""
    state, u = next_uniform(state)
    state, v = next_uniform(state)
    return state, math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


@compiled
def next_gamma(state: np.uint64, shape: float) -> tuple[np.uint64, float]:
    """A gamma number of mean `shape` and scale 1 (Marsaglia and Tsang 2000)."""
    boost = 1.0
    if shape < 1.0:
        state, u = next_uniform(state)
        boost = u ** (1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        state, x = next_normal(state)
        v = (1.0 + c * x) ** 3
        state, u = next_uniform(state)
        if v > 0.0 and math.log(u) < 0.5 * x * x + d - d * v + d * math.log(v):
            return state, d * v * boost


@compiled
def next_beta(state: np.uint64, shape: float, other: float) -> tuple[np.uint64, float]:
    """A beta number of mean `shape` / (`shape` + `other`), from two gamma numbers."""
    state, x = next_gamma(state, shape)
    state, y = next_gamma(state, other)
    if x + y > 0.0:
        return state, x / (x + y)
    state, u = next_uniform(state)  # shapes so small that both are zero: all or nothing
    return state, 1.0 if u * (shape + other) < shape else 0.0


@compiled
def next_poisson(state: np.uint64, mean: float) -> tuple[np.uint64, float]:
    """A Poisson count: by inversion, beyond 500 by the rounded normal (off by less than the count's own step)."""
    if mean > 500.0:
        state, x = next_normal(state)
        return state, max(0.0, math.floor(mean + math.sqrt(mean) * x + 0.5))
    count = 0.0
    while mean > 30.0:  # a Poisson count is a sum of independent smaller ones
        state, part = _small_poisson(state, 30.0)
        count += part
        mean -= 30.0
    state, part = _small_poisson(state, mean)
    return state, count + part


@compiled
def _small_poisson(state: np.uint64, mean: float) -> tuple[np.uint64, float]:
    state, u = next_uniform(state)
    chance = math.exp(-mean)
    total = chance
    count = 0.0
    while u > total and count < 1000.0:
        count += 1.0
        chance *= mean / count
        total += chance
    return state, count


@compiled
def next_binomial(state: np.uint64, n: float, chance: float) -> tuple[np.uint64, float]:
    """A binomial count: trial by trial up to 50, beyond that the rounded normal."""
    if n > 50.0:
        state, x = next_normal(state)
        near = math.floor(n * chance + math.sqrt(n * chance * (1 - chance)) * x + 0.5)
        return state, min(n, max(0.0, float(near)))
    count = 0.0
    for _ in range(int(n)):
        state, u = next_uniform(state)
        if u < chance:
            count += 1.0
    return state, count


def uniforms(seed: int, n: int) -> Floats:
    """`n` numbers between 0 and 1 that belong to the seed."""
    return np.random.default_rng(seed).random(n)
