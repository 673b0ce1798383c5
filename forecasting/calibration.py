"""Does the band hold what it promises? Checked per class and length in rehearsal; a class that fails falls back.

What it falls back to is measured on the same windows, and taken only where it keeps the promise better.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.classes import NAMES
from forecasting.combination import Learned
from forecasting.random import uniforms
from forecasting.spread import mixed_surprise, pooled_spread, position

Floats = npt.NDArray[np.floating]
NOMINAL = (0.5, 0.8, 0.95)
ALLOWED = 0.06
SURE = 2.0  # standard deviations of chance by which a class must miss before it is said to
TELLING = 2 * ALLOWED  # a class whose 80 % band could be off by more than this by chance alone cannot be judged
FALLBACK = "blend of levels with the class's own past spread"
SCALED = "the learned band made {} by a factor of {:.2g}"
SCALES = (0.25, 0.4, 0.6, 0.8, 1.25, 1.6, 2.5, 4.0)  # of the spread, a squared width
COLUMNS = ["class", "length", "nominal", "coverage", "windows", "passed", "fallback", "judged"]


@dataclass(frozen=True)
class Rule:
    """What a failed class uses. blend: the expectation before learning, else the learned one; spread: in the place
    of the learned one (blend), or a factor on it.
    """

    blend: bool
    spread: float

    @property
    def words(self) -> str:
        """For the planner."""
        if self.blend:
            return FALLBACK
        wider = self.spread > 1
        return SCALED.format("wider" if wider else "narrower", self.spread**0.5 if wider else self.spread**-0.5)


@dataclass(frozen=True, eq=False)
class Calibration:
    """table: class, length, nominal, coverage, windows, passed, fallback ('' none), judged (False: too few windows
    to tell a miss from chance; it passes unless it misses by more). rules: (class, length) -> what those use that
    fell back.
    """

    table: pd.DataFrame
    rules: dict[tuple[str, int], Rule]

    def applied(
        self, classes: npt.NDArray[np.object_], length: int, mean: Floats, spread: Floats, bare: Floats
    ) -> tuple[Floats, Floats]:
        """Expectation and spread with the rule of each failed class in their place."""
        mean, spread = mean.copy(), spread.copy()
        for (name, at), rule in self.rules.items():
            rows = classes == name
            if at != length:
                continue
            if rule.blend:
                mean[rows], spread[rows] = bare[rows], rule.spread
            else:
                spread[rows] *= rule.spread
        return mean, spread

    @property
    def notes(self) -> list[str]:
        """A sentence per class that fell back, and one on what could not be judged."""
        names = sorted({name for name, _ in self.rules})
        used = {name: {n: rule.words for (of, n), rule in self.rules.items() if of == name} for name in names}
        said = [
            f"the band of {name} SKUs missed its coverage in rehearsal by more than {ALLOWED:.0%} and is replaced: "
            + "; ".join(f"over {n} week{'s' * (n > 1)}, {words}" for n, words in sorted(used[name].items()))
            for name in names
        ]
        blind = self.table[~self.table["judged"].astype(bool)].groupby("class", sort=False)["length"].unique()
        return said + [
            f"too few past windows of {name} SKUs to judge their band over "
            f"{', '.join(map(str, sorted(lengths)))} weeks; it leans on what all SKUs teach"
            for name, lengths in blind.items()
        ]


def check(learned: Learned, seed: int) -> Calibration:
    """Coverage of the 50, 80 and 95 % bands by class and length, out of each window's block of time."""
    windows = learned.windows
    if not len(windows):
        return Calibration(pd.DataFrame(columns=COLUMNS), {})
    chance = uniforms(seed, len(windows))
    place = position(windows.units, learned.mean_out, learned.spread_out, learned.shares_out, chance)
    rows: list[tuple[object, ...]] = []
    rules: dict[tuple[str, int], Rule] = {}
    for name in NAMES:
        for length in np.unique(windows.length):
            hit = (windows.classes == name) & (windows.length == length)
            if not hit.any():
                continue
            got, used = coverage(place[hit]), ""
            chance_of = chance_alone(independent(windows.origin[hit], int(length)))
            passed = bool((np.abs(got - NOMINAL) <= np.maximum(ALLOWED, chance_of)).all())
            judged = bool(chance_of[1] <= TELLING)
            if not passed:
                rule, again = _better(learned, hit, chance[hit], got)
                if rule is not None:
                    rules[name, int(length)], got, used = rule, again, rule.words
            rows += [
                (name, int(length), q, c, int(hit.sum()), passed, used, judged)
                for q, c in zip(NOMINAL, got, strict=True)
            ]
    return Calibration(pd.DataFrame(rows, columns=COLUMNS), rules)


def _better(learned: Learned, hit: npt.NDArray[np.bool_], chance: Floats, got: Floats) -> tuple[Rule | None, Floats]:
    """The rule with the best coverage; among those that keep the promise, the one that says most (likelihood)."""
    windows, mean, spread = learned.windows.take(hit), learned.mean_out[hit], learned.spread_out[hit]
    shares = learned.shares_out[hit]
    rules = [Rule(True, pooled_spread(windows.units, windows.expected)), *(Rule(False, f) for f in SCALES)]
    found: list[tuple[float, float, Rule, Floats]] = []
    for rule in rules:
        centre = windows.expected if rule.blend else mean
        width = np.full(len(mean), rule.spread) if rule.blend else spread * rule.spread
        held = coverage(position(windows.units, centre, width, shares, chance))
        loss = float(np.mean(mixed_surprise(windows.units, centre, width, shares)))
        found.append((max(worst(held), ALLOWED), loss, rule, held))
    _, _, rule, held = min(found, key=lambda each: each[:2])
    return (rule, held) if worst(held) < worst(got) else (None, got)


def independent(origin: npt.NDArray[np.intp], length: int) -> float:
    """How many windows there would be without overlap: those of dates closer than their length share weeks."""
    dates = np.unique(origin)
    step = float(np.diff(dates).mean()) if len(dates) > 1 else length
    return len(origin) * min(1.0, max(step / length, 1 / len(dates)))


def chance_alone(windows: float) -> Floats:
    """By how much the coverage of so many independent windows may miss each of `NOMINAL` by chance."""
    share = np.array(NOMINAL)
    return np.asarray(SURE * np.sqrt(share * (1 - share) / max(windows, 1.0)))


def coverage(place: Floats) -> Floats:
    """Share of positions inside each central band of `NOMINAL`."""
    return np.array([np.mean(np.abs(place - 0.5) <= q / 2) for q in NOMINAL])


def worst(got: Floats) -> float:
    """Largest distance from what the bands promise."""
    return float(np.abs(got - NOMINAL).max())
