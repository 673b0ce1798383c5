"""What rehearsal teaches: the correction of expectation and of spread, cross-fitted over blocks of time."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from forecasting import learner
from forecasting.features import expectation, features
from forecasting.known import Known
from forecasting.rehearsal import Windows
from forecasting.spread import PLAIN, mixed_surprise, mood_shares, pooled_spread, surprise

Floats = npt.NDArray[np.floating]
FEWEST = 400  # windows below which nothing is learned but the pooled spread
BLOCKS = 4
UNLEARNED_SPREAD = 0.6
MOOD_WINDOWS = 8000  # of a class are enough to tell how often it is in which mood
MOOD_PRIOR = 300.0  # windows' worth of belief that a class is like all
UNSEEN_SPREAD = 1.5  # of a SKU that has never been on sale


@dataclass(frozen=True, eq=False)
class Learned:
    """Corrections to apply; a part that did not pay in rehearsal is None.

    spread_by_length: pooled spread per length. mean, spread: trees. windows, mean_out, spread_out: the
    rehearsed windows with the expectation and spread of a learner that had not seen their block of time.
    shares_out: their shares of moods, so learned too. moods: class -> shares of moods (see `spread`).
    """

    spread_by_length: dict[int, float]
    mean: learner.Trees | None
    spread: learner.Trees | None
    windows: Windows
    mean_out: Floats
    spread_out: Floats
    shares_out: Floats
    moods: dict[str, Floats] = field(default_factory=dict)

    def shares_of(self, classes: npt.NDArray[np.object_]) -> Floats:
        """Shares of moods of SKUs of the classes given, (sku, mood)."""
        return laid_out(self.moods, classes)

    def predict(self, known: Known, length: int) -> tuple[Floats, Floats]:
        """Expectation and spread of the units over the next `length` weeks, each (sku,)."""
        read, expected = features(known, length), expectation(known, length)
        if self.mean is not None:
            expected = expected * np.exp(self.mean.correction(read))
        spread = np.full(len(expected), self._pooled(length))
        if self.spread is not None:
            read[:, -2] = np.log(expected / length)
            spread = np.exp(learner.bounded(np.log(spread) + self.spread.correction(read)))
        return expected, np.where(known.seen, spread, np.maximum(spread, UNSEEN_SPREAD))

    def _pooled(self, length: int) -> float:
        if not self.spread_by_length:
            return UNLEARNED_SPREAD
        nearest = min(self.spread_by_length, key=lambda n: abs(np.log(n / length)))
        return self.spread_by_length[nearest]


def learn(windows: Windows, seed: int) -> Learned:
    """Fit both corrections; each is kept only where it beats doing without, out of its own block of time."""
    lengths = np.unique(windows.length)
    pooled = {
        int(n): pooled_spread(windows.units[windows.length == n], windows.expected[windows.length == n])
        for n in lengths
    }
    start = np.array([pooled[int(n)] for n in windows.length])
    if len(windows) < FEWEST:
        return Learned(pooled, None, None, windows, windows.expected, start, laid_out({}, windows.classes))
    mean_out = windows.expected * np.exp(_mean_out(windows, start, seed))
    mean: learner.Trees | None = None
    if _loss(windows, mean_out, start) < _loss(windows, windows.expected, start):
        mean = learner.fit_mean(windows.features, windows.units, windows.expected, start, seed)
    else:
        mean_out = windows.expected
    spread_out = _spread_out(windows, mean_out, start, seed)
    spread: learner.Trees | None = None
    if _loss(windows, mean_out, spread_out) < _loss(windows, mean_out, start):
        spread = learner.fit_spread(with_mean(windows, mean_out), windows.units, mean_out, start, seed)
    else:
        spread_out = start
    shares_out, moods = _moods_out(windows, mean_out, spread_out), _moods(windows, mean_out, spread_out)
    if mixed_surprise(windows.units, mean_out, spread_out, shares_out).mean() >= _loss(windows, mean_out, spread_out):
        shares_out, moods = laid_out({}, windows.classes), {}
    return Learned(pooled, mean, spread, windows, mean_out, spread_out, shares_out, moods)


def _moods(windows: Windows, mean: Floats, spread: Floats) -> dict[str, Floats]:
    """Shares of moods most likely on the rehearsed windows of each class, leaning on those of all together.

    They lift the mean by no more than what the blocks of time agree that it was short of.
    """

    block = blocks(windows)

    def shares(rows: npt.NDArray[np.intp], prior: Floats) -> Floats:
        factor = agreed_factor(windows.units[rows], mean[rows], spread[rows], block[rows])
        some = rows[:: max(len(rows) // MOOD_WINDOWS, 1)]
        return mood_shares(windows.units[some], mean[some], spread[some], prior, factor)

    together = shares(np.arange(len(windows)), 0 * PLAIN)
    return {
        str(name): shares(np.flatnonzero(windows.classes == name), MOOD_PRIOR * together)
        for name in np.unique(windows.classes)
    } | {"": together}


def agreed_factor(units: Floats, mean: Floats, spread: Floats, block: npt.NDArray[np.intp]) -> float:
    """Factor by which demand lay off its mean in all blocks of time alike; 1 where they differ by more than that.

    Geometric mean over the blocks, shrunk by the share of it that chance between blocks explains (James and Stein).
    """
    weight = mean / (1 + spread * mean)
    sold, held = (np.bincount(block, w) for w in (weight * units / mean, weight))
    logs = np.log((sold[held > 0] + 1) / (held[held > 0] + 1))  # one window's worth of belief that the mean is right
    if len(logs) < 2 or not logs.any():
        return 1.0
    doubt = logs.var(ddof=1) / len(logs) / logs.mean() ** 2 if logs.mean() else np.inf
    return float(np.exp(logs.mean() * max(1 - doubt, 0.0)))


def _moods_out(windows: Windows, mean: Floats, spread: Floats) -> Floats:
    """Shares of moods of each window, learned without its block of time."""
    out, block = np.tile(PLAIN, (len(windows), 1)), blocks(windows)
    for k in range(BLOCKS):
        train, held = block != k, block == k
        if train.sum() >= FEWEST // 2 and held.any():
            out[held] = laid_out(_moods(windows.take(train), mean[train], spread[train]), windows.classes[held])
    return out


def laid_out(moods: dict[str, Floats], classes: npt.NDArray[np.object_]) -> Floats:
    """Shares of moods per row, (row, mood); a class that has none takes those of all, `''`."""
    out = np.tile(moods.get("", PLAIN), (len(classes), 1))
    for name, shares in moods.items():
        out[classes == name] = shares
    return out


def with_mean(windows: Windows, mean: Floats) -> npt.NDArray[np.float32]:
    """Features with the corrected level in the place of the blend's."""
    read = windows.features.copy()
    read[:, -2] = np.log(mean / windows.length)
    return read


def _loss(windows: Windows, mean: Floats, spread: Floats) -> float:
    return float(surprise(windows.units, mean, spread).mean())


def blocks(windows: Windows) -> npt.NDArray[np.intp]:
    """Block of time of each window, 0 .. BLOCKS - 1: whole origins, oldest first."""
    dates = np.unique(windows.origin)
    return (np.searchsorted(dates, windows.origin) * BLOCKS // max(len(dates), 1)).astype(np.intp)


def _mean_out(windows: Windows, spread: Floats, seed: int) -> Floats:
    """Correction of each window's expectation by a learner that has not seen its block of time."""
    out, block = np.zeros(len(windows)), blocks(windows)
    for k in range(BLOCKS):
        train, held = windows.take(block != k), block == k
        if len(train) >= FEWEST // 2 and held.any():
            fitted = learner.fit_mean(train.features, train.units, train.expected, spread[~held], seed)
            out[held] = fitted.correction(windows.features[held])
    return out


def _spread_out(windows: Windows, mean: Floats, start: Floats, seed: int) -> Floats:
    read, out, block = with_mean(windows, mean), start.copy(), blocks(windows)
    for k in range(BLOCKS):
        held = block == k
        if (~held).sum() >= FEWEST // 2 and held.any():
            fitted = learner.fit_spread(read[~held], windows.units[~held], mean[~held], start[~held], seed)
            out[held] = np.exp(learner.bounded(np.log(start[held]) + fitted.correction(read[held])))
    return out
