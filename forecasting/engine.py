"""The front door: history in, calibrated demand paths and their explanation out."""
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting import censoring, classes, counts, daily, season, spread
from forecasting.overrides import apply_overrides
from forecasting.paths import DemandPaths
from forecasting.random import sku_keys
from forecasting.schema import read_history
from forecasting.settings import ForecastSettings

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Forecast:
    """Demand paths and how they came about.

    paths: with overrides; base_paths: without (the same object when there are none). corrections: sku, week,
    units, demand, kind, reason. classes: sku -> class. calibration: class, length, nominal, coverage, windows,
    passed, fallback. notes: sentences for the planner.
    """

    paths: DemandPaths
    base_paths: DemandPaths
    corrections: pd.DataFrame
    classes: pd.Series
    calibration: pd.DataFrame
    notes: tuple[str, ...] = ()
    _parts: "Parts | None" = field(default=None, repr=False)

    @cached_property
    def components(self) -> pd.DataFrame:
        """Level, season, event and promo factor per SKU and week, past and future: sku, week, level, ..."""
        return self.components_of(self.paths.skus)

    def components_of(self, skus: npt.ArrayLike) -> pd.DataFrame:
        """`components` of the SKUs named (cheap for a few of many)."""
        assert self._parts is not None
        return self._parts.table(np.asarray(skus, dtype=object))


@dataclass(frozen=True, eq=False)
class Parts:
    """Factors whose product is the expected demand of a week, each (sku, week) past and future."""

    skus: npt.NDArray[np.object_]
    weeks: pd.DatetimeIndex
    level: Floats
    season: Floats
    event: Floats
    promo: Floats

    def table(self, skus: npt.NDArray[np.object_]) -> pd.DataFrame:
        """Long frame of some SKUs."""
        at = pd.Index(self.skus).get_indexer(pd.Index(skus))
        columns = {k: getattr(self, k)[at].ravel() for k in ("level", "season", "event", "promo")}
        sku = pd.Categorical.from_codes(np.repeat(np.arange(len(skus)), len(self.weeks)), categories=skus)
        return pd.DataFrame({"sku": sku, "week": np.tile(self.weeks, len(skus)), **columns})


def forecast(history: pd.DataFrame, horizon: int = 26, seed: int = 0, *, paths: int = 200,
             frequency: str | None = None, events: pd.DataFrame | None = None,
             promotions: pd.DataFrame | None = None, overrides: pd.DataFrame | None = None,
             settings: ForecastSettings | None = None) -> Forecast:
    """Forecast demand of every SKU in `history`.

    history: sku, week, units; optional availability (0..1), price, promo and group columns of `settings`.
    horizon: periods ahead. seed: same inputs and seed give the same numbers. paths: joint samples.
    frequency: `W-MON` or `D`, inferred from the dates when None. Raises HistoryError naming row and column.
    """
    settings = settings or ForecastSettings()
    if horizon < 1 or paths < 1:
        raise ValueError(f"horizon {horizon} and paths {paths} must both be 1 or more")
    panel = read_history(history, settings, frequency)
    weekly = daily.to_weeks(panel) if panel.frequency == "D" else panel
    weeks = horizon if panel.frequency == "W" else -(-horizon // 7)
    demand = censoring.demand_from_sales(weekly, settings)
    dates = weekly.periods.append(weekly.future(weeks))
    profile = season.pooled_profile(demand.units, demand.exposure, weekly.periods)
    factor = np.broadcast_to(profile[season.week_of_year(dates)], (len(weekly.skus), len(dates)))
    past = len(weekly.periods)
    level = spread.last_level(demand.units, demand.exposure * factor[:, :past])
    level_spread, week_spread = spread.pooled_spread(demand.units, demand.exposure * factor[:, :past])
    mean = level[:, None] * factor[:, past:]
    keys = sku_keys(seed, weekly.skus)
    samples = counts.draw_counts(keys, mean, level_spread, week_spread, np.ones((paths, weeks)))
    if panel.frequency == "D":
        samples = daily.to_days(samples, daily.day_shares(panel), horizon, keys)
    base = DemandPaths(weekly.skus, panel.future(horizon), samples)
    final, notes = apply_overrides(base, overrides, keys, dict(panel.groups))
    past_level = season.smooth_level(demand.units, demand.exposure * factor[:, :past])
    levels = np.concatenate([past_level, np.repeat(level[:, None], weeks, axis=1)], axis=1)
    ones = np.broadcast_to(1.0, levels.shape)
    kinds = classes.classify(demand.units, demand.exposure, np.broadcast_to(profile, (len(level), 52)))
    return Forecast(final, base, censoring.corrections(weekly, demand, past_level * factor[:, :past]),
                    pd.Series(kinds, index=pd.Index(weekly.skus, name="sku"), name="class"), _no_calibration(),
                    tuple(notes), Parts(weekly.skus, dates, levels, factor, ones, ones))


def _no_calibration() -> pd.DataFrame:
    return pd.DataFrame({"class": pd.Series(dtype=str), "length": pd.Series(dtype=int),
                         "nominal": pd.Series(dtype=float), "coverage": pd.Series(dtype=float),
                         "windows": pd.Series(dtype=int), "passed": pd.Series(dtype=bool),
                         "fallback": pd.Series(dtype=str)})
