"""What is known of each SKU at an origin: demand, profile, levels, and the features the learner reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting import season
from forecasting.calendar import Calendar
from forecasting.censoring import Demand, demand_from_sales
from forecasting.levels.classical import CLASSICAL
from forecasting.levels.exponential import ExponentialLevel
from forecasting.newproducts import like_levels
from forecasting.schema import Panel
from forecasting.settings import ForecastSettings

Floats = npt.NDArray[np.floating]
LEVELS = tuple(ExponentialLevel(h) for h in (1.5, 3.0, 6.0, 12.0, 24.0, 48.0))
YEAR = 52
OWN_PRIOR_WEEKS = 0.2
COMMON = (
    "own_level",
    "recent_season",
    "evidence",
    "silence",
    "out_now",
    "out_lately",
    "dispersion",
    "zeros",
    "extra_zeros",
    "pool_4",
    "pool_13",
    "amplitude",
    "age",
)
BY_LENGTH = ("last_year", "last_year_level", "window_season")


@dataclass(frozen=True, eq=False)
class Known:
    """All that is known at an origin; arrays (sku, week) up to it, `factor` beyond it too.

    log_levels: (sku, model). common: (sku, feature). factor: season x event x promotion, past and future.
    """

    demand: Demand
    profile: Floats
    season: Floats
    calendar: Calendar
    factor: Floats
    log_levels: Floats
    common: Floats
    origin: int

    @property
    def seen(self) -> npt.NDArray[np.bool_]:
        """SKUs with any evidence of demand."""
        return np.asarray((self.demand.exposure > 0).any(axis=1))

    def window(self, length: int) -> Floats:
        """Sum of factors over the first `length` future weeks, (sku,)."""
        return np.asarray(self.factor[:, self.origin : self.origin + length].sum(axis=1))

    def by_length(self, length: int) -> Floats:
        """Features of a window of `length` weeks ahead, (sku, 3): see `BY_LENGTH`."""
        o, units = self.origin, self.demand.units
        log_season = np.log(np.maximum(self.window(length) / length, 1e-3))
        if o <= YEAR:
            plain = self.common[:, 0]
            return np.stack([np.zeros(len(units)), plain, log_season], axis=1)
        back = slice(o - YEAR, min(o - YEAR + length, o))
        expected = (self.demand.exposure * self.factor[:, :o])[:, back].sum(axis=1)
        sold = units[:, back].sum(axis=1)
        level_then = self.level_history[:, o - YEAR - 1]
        return np.stack(
            [
                np.log((sold + 1) / (level_then * expected + 1)),
                np.log(sold / np.maximum(expected, 0.2) + 0.1),
                log_season,
            ],
            axis=1,
        )

    @cached_property
    def level_history(self) -> Floats:
        """Level of each past week, seen from both sides of time (for charts and last year's level)."""
        return season.smooth_level(self.demand.units, self.demand.exposure * self.factor[:, : self.origin])


def known_at(
    panel: Panel,
    horizon: int,
    settings: ForecastSettings,
    groups: Sequence[npt.NDArray[np.intp]],
    events: pd.DataFrame | None,
    promotions: pd.DataFrame | None,
    planned: pd.DataFrame | None = None,
) -> Known:
    """Everything known at the end of `panel`, and the factors of the next `horizon` weeks."""
    demand = demand_from_sales(panel, settings)
    past, weeks = len(panel.periods), pd.DatetimeIndex(panel.periods.append(panel.future(horizon)))
    calendar = Calendar.of(panel, weeks, events, promotions, planned)
    # uplifts that all share first, so that the season does not take them up; then the season; then each SKU's own
    calendar = calendar.learned(demand, np.ones(demand.units.shape), own=False)
    moved = demand.exposure * calendar.factor[:, :past]
    profile = season.profiles(demand.units, moved, panel.periods, groups)
    yearly = profile[:, season.week_of_year(weeks)]
    calendar = calendar.learned(demand, yearly[:, :past])
    factor = yearly * calendar.factor
    expected = demand.exposure * factor[:, :past]
    own, levels = _levels(demand.units, expected, _prior(panel, demand.units, expected))
    common = _common(demand, expected, factor[:, :past], own, levels, profile)
    return Known(demand, profile, yearly, calendar, factor, np.log(levels), common, past)


def typical_level(units: Floats, expected: Floats) -> float:
    """Median SKU's mean level (0.01 where nothing sells): what to believe of a SKU nothing is known of."""
    seen = expected.sum(axis=1) > 0
    if not seen.any():
        return 0.01
    return max(float(np.median(units[seen].sum(axis=1) / expected[seen].sum(axis=1))), 0.01)


def _prior(panel: Panel, units: Floats, expected: Floats) -> Floats:
    typical, seen = typical_level(units, expected), expected.sum(axis=1)
    return like_levels(panel, units.sum(axis=1) / np.maximum(seen, 1e-9), seen, typical)


def _levels(units: Floats, expected: Floats, prior: Floats) -> tuple[Floats, Floats]:
    """The SKU's own mean level, and the level of each model, slow ones standing behind quick ones."""
    own = (units.sum(axis=1) + OWN_PRIOR_WEEKS * prior) / (expected.sum(axis=1) + OWN_PRIOR_WEEKS)
    levels, behind = [], own
    for model in reversed(LEVELS):
        behind = model.level(units, expected, behind)
        levels.append(behind)
    levels = [*levels[::-1], *(model.level(units, expected, own) for model in CLASSICAL)]
    return own, np.maximum(np.stack(levels, axis=1), 1e-6)


def _common(demand: Demand, expected: Floats, factor: Floats, own: Floats, levels: Floats, profile: Floats) -> Floats:
    """Features that do not depend on the window's length, in the order of `COMMON`."""
    units, exposure = demand.units, demand.exposure
    n, past = units.shape
    base = levels[:, 3]
    sold = units > 0
    ever = sold.any(axis=1)
    age = past - np.where((exposure > 0).any(axis=1), (exposure > 0).argmax(axis=1), past)
    silence = np.where(ever, sold[:, ::-1].argmax(axis=1), past) * base
    mean = np.maximum(season.smooth_level(units, expected, 8.0) * expected, 1e-6)[:, -YEAR:]
    recent, seen = units[:, -YEAR:], exposure[:, -YEAR:]
    stray = ((np.square(recent - mean) - mean) * seen).sum(axis=1)
    weeks = np.maximum(seen.sum(axis=1), 1)
    columns = {
        "own_level": np.log(np.maximum(own, 1e-6)),
        "recent_season": np.log(np.maximum(factor[:, -4:].mean(axis=1), 1e-3)),
        "evidence": expected @ LEVELS[3].decay(past),
        "silence": np.minimum(silence, 20),
        "out_now": (exposure[:, -1] == 0) * 1.0,
        "out_lately": (exposure[:, -8:] == 0).mean(axis=1),
        "dispersion": np.clip((stray + 0.5) / ((np.square(mean) * seen).sum(axis=1) + 2), -1, 8),
        "zeros": ((recent == 0) * seen).sum(axis=1) / weeks,
        "extra_zeros": (((recent == 0) - np.exp(-mean)) * seen).sum(axis=1) / weeks,
        "pool_4": _pool_trend(units, expected, base, 4),
        "pool_13": _pool_trend(units, expected, base, 13),
        "amplitude": np.log(profile.max(axis=1) / profile.mean(axis=1)),
        "age": np.log1p(age),
    }
    return np.stack([np.broadcast_to(columns[name], n) for name in COMMON], axis=1)


def _pool_trend(units: Floats, expected: Floats, base: Floats, weeks: int) -> Floats:
    """Log of what all SKUs sold lately over what their levels say: a store-wide drift."""
    meant = float((expected[:, -weeks:] * base[:, None]).sum())
    return np.full(len(units), np.log((units[:, -weeks:].sum() + 1) / (meant + 1)))


def group_codes(panel: Panel, settings: ForecastSettings) -> list[npt.NDArray[np.intp]]:
    """Codes of each SKU in each group column that tells SKUs apart, widest first."""
    columns = [panel.groups[c] for c in settings.group_columns if c in panel.groups]
    coded = [pd.factorize(pd.Series(c, dtype=object).fillna("").to_numpy(object), sort=True) for c in columns]
    telling = [(len(labels), codes.astype(np.intp)) for codes, labels in coded if 1 < len(labels) < len(codes) / 3]
    return [codes for _, codes in sorted(telling, key=lambda pair: pair[0])]
