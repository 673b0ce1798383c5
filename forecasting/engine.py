"""The front door: history in, calibrated demand paths and their explanation out."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from forecasting import censoring, classes, daily
from forecasting.calibration import check as calibrate
from forecasting.combination import Learned, learn
from forecasting.dated import planned_then
from forecasting.known import Known, group_codes, known_at
from forecasting.lifecycle import handed_over, inherit
from forecasting.outlook import Outlook, look_ahead
from forecasting.overrides import apply_overrides
from forecasting.partitions import Drawing, draw_partitioned
from forecasting.paths import DemandPaths
from forecasting.random import sku_keys
from forecasting.rehearsal import rehearse
from forecasting.schema import Panel, read_history
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
        sku = pd.Categorical(np.repeat(skus, len(self.weeks)), categories=skus)
        return pd.DataFrame({"sku": sku, "week": np.tile(self.weeks, len(skus)), **columns})


def forecast(
    history: pd.DataFrame,
    horizon: int = 26,
    seed: int = 0,
    *,
    paths: int = 200,
    frequency: str | None = None,
    events: pd.DataFrame | None = None,
    promotions: pd.DataFrame | None = None,
    planned: pd.DataFrame | None = None,
    overrides: pd.DataFrame | None = None,
    settings: ForecastSettings | None = None,
) -> Forecast:
    """Forecast demand of every SKU in `history`.

    history: sku, week, units; optional availability (0..1), price, promo (0..1 discount, or 1: a flag), ad_spend
    and group columns of `settings`. planned: sku, week and any of price, promo, ad_spend for weeks ahead.
    horizon: periods ahead. seed: same inputs and seed give the same numbers. paths: joint samples.
    frequency: `W-MON` or `D`, inferred from the dates when None. Raises HistoryError naming row and column.
    """
    settings = settings or ForecastSettings()
    if horizon < 1 or paths < 1:
        raise ValueError(f"horizon {horizon} and paths {paths} must both be 1 or more")
    panel = read_history(history, settings, frequency)
    return forecast_panel(
        panel,
        horizon,
        seed,
        paths,
        events=events,
        promotions=promotions,
        planned=planned,
        overrides=overrides,
        settings=settings,
    )


def forecast_panel(
    panel: Panel,
    horizon: int,
    seed: int,
    paths: int,
    *,
    events: pd.DataFrame | None,
    promotions: pd.DataFrame | None,
    planned: pd.DataFrame | None = None,
    overrides: pd.DataFrame | None,
    settings: ForecastSettings,
) -> Forecast:
    """`forecast` of a panel that has passed the door; reading this function is reading the method."""
    recorded = daily.to_weeks(panel) if panel.frequency == "D" else panel
    weekly = inherit(recorded)
    weeks = horizon if panel.frequency == "W" else -(-horizon // 7)
    learned = _learn(weekly, weeks, settings, events, promotions, planned)
    known = known_at(weekly, weeks, settings, group_codes(weekly, settings), events, promotions, planned)
    kinds = classes.classify(known.demand.units, known.demand.exposure, known.profile)
    calibration = calibrate(learned, seed)
    outlook = look_ahead(known, learned, calibration, weeks, kinds)
    outlook = replace(outlook, mean=handed_over(recorded, outlook.mean))
    keys = sku_keys(seed, weekly.skus)
    samples = draw_partitioned(
        _drawing(keys, outlook, known, paths, weeks, seed), settings.partition_size, settings.engine
    )
    if panel.frequency == "D":
        samples = daily.to_days(samples, panel, horizon, keys)
    base = DemandPaths(weekly.skus, panel.future(horizon), samples)
    final, notes = apply_overrides(base, overrides, keys, dict(panel.groups))
    parts = _parts(weekly, known, outlook, weeks)
    believed = parts.level[:, : known.origin] * known.factor[:, : known.origin]
    return Forecast(
        final,
        base,
        censoring.corrections(weekly, known.demand, believed),
        pd.Series(kinds, index=pd.Index(weekly.skus, name="sku"), name="class"),
        calibration.table,
        (*calibration.notes, *notes),
        parts,
    )


def _learn(
    weekly: Panel,
    weeks: int,
    settings: ForecastSettings,
    events: pd.DataFrame | None,
    promotions: pd.DataFrame | None,
    planned: pd.DataFrame | None,
) -> Learned:
    """Rehearse on a sample of SKUs that only their names decide, so that it is the same from week to week.

    What is planned ahead now was planned then too: for those SKUs a past date knows what came to be.
    """
    chosen = np.sort(np.argsort(sku_keys(0, weekly.skus), kind="stable")[: settings.learning_series])
    sample = weekly.take(chosen)
    codes = group_codes(sample, settings)

    def at(past: Panel, ahead: int) -> Known:
        then = planned_then(sample, len(past.periods), ahead, planned)
        return known_at(past, ahead, settings, codes, events, promotions, then)

    return learn(rehearse(sample, weeks, settings.origins, at), seed=0)


def _drawing(
    keys: npt.NDArray[np.uint64], outlook: Outlook, known: Known, paths: int, weeks: int, seed: int
) -> Drawing:
    rng = np.random.default_rng([seed, 1])
    shock = norm.ppf((rng.permutation(paths) + rng.random(paths)) / paths)  # spread evenly over the normal
    common = np.exp(outlook.common * shock - outlook.common**2 / 2)
    return Drawing(
        keys,
        outlook.mean,
        outlook.level_spread,
        outlook.week_spread,
        outlook.persistence,
        outlook.deviation,
        outlook.shares,
        np.ascontiguousarray(known.calendar.doubt[:, known.origin :]),
        np.repeat(common[:, None], weeks, axis=1),
    )


def _parts(weekly: Panel, known: Known, outlook: Outlook, weeks: int) -> Parts:
    """Past level is what the weeks on both sides say; future level is the mean over its other factors."""
    ahead = outlook.mean / known.factor[:, known.origin :]
    level = np.concatenate([known.level_history, ahead], axis=1)
    return Parts(
        weekly.skus,
        pd.DatetimeIndex(weekly.periods.append(weekly.future(weeks))),
        level,
        known.season,
        known.calendar.event,
        known.calendar.promo,
    )
