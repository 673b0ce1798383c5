"""Dated events and promotions as shares of weeks, and the uplift each has had: past, present and future."""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.censoring import Demand
from forecasting.schema import Panel
from forecasting.season import smooth_level

Floats = npt.NDArray[np.floating]
LAGS = (-1, 0, 1)
OWN_EVIDENCE = 10.0  # expected units (4 a week at most) at which a SKU's own uplift weighs as much as the pool's
DOUBT = 0.5  # an uplift seen n times is trusted n / (n + DOUBT): each time is one draw for all SKUs
UNSEEN_SPREAD = 0.5  # log standard deviation of an uplift never seen
WEEK = pd.Timedelta(days=7)


class CalendarError(ValueError):
    """An event or promotion row cannot be used; the message names it."""


@dataclass(frozen=True, eq=False)
class Effect:
    """One thing that moves demand. table: (group, week), how much of it falls in each week; group: of each SKU.

    stated: a planner's own uplift, NaN where to be learned.
    """

    name: str
    table: Floats
    group: npt.NDArray[np.intp]
    promotion: bool
    stated: float = float("nan")

    @property
    def share(self) -> Floats:
        """How much of it falls in each week, (sku, week)."""
        return np.asarray(self.table[self.group])


@dataclass(frozen=True, eq=False)
class Calendar:
    """Effects by week and, once learned, their factors, (sku, week) past and future."""

    shape: tuple[int, int]
    effects: tuple[Effect, ...] = ()
    event: Floats = field(default_factory=lambda: np.ones((1, 1)))
    promo: Floats = field(default_factory=lambda: np.ones((1, 1)))
    doubt: Floats = field(default_factory=lambda: np.zeros((1, 1)))

    @property
    def quiet(self) -> Floats:
        """1 in weeks without any effect, else 0, (sku, week): the season is learned from those."""
        quiet = np.ones(self.shape)
        for effect in self.effects:
            quiet = quiet * (effect.share <= 0)
        return quiet

    @classmethod
    def of(
        cls, panel: Panel, weeks: pd.DatetimeIndex, events: pd.DataFrame | None, promotions: pd.DataFrame | None
    ) -> "Calendar":
        """Lay dated rows over the weeks. An event all of whose dates are long past is left to the season."""
        shape = (len(panel.skus), len(weeks))
        effects = [*_events(panel, weeks, events), *_promotions(panel, weeks, promotions)]
        ones = np.broadcast_to(1.0, shape)
        return cls(shape, tuple(e for e in effects if e.table.any()), ones, ones, np.broadcast_to(0.0, shape))

    def learned(self, demand: Demand, yearly: Floats) -> "Calendar":
        """The same calendar with the uplift of each effect, learned from the past weeks given."""
        if not self.effects:
            return self
        past = yearly.shape[1]
        quiet = self.quiet[:, :past]
        level = smooth_level(demand.units * quiet, demand.exposure * quiet * yearly)
        expected = level * demand.exposure * yearly
        factors = {True: np.ones(self.shape), False: np.ones(self.shape)}
        doubt = np.zeros(self.shape)
        for effect in self.effects:
            uplift, spread = _uplift(effect, demand.units, expected)
            change = 1 + (uplift[:, None] - 1) * effect.share
            factors[effect.promotion] = np.maximum(factors[effect.promotion] * change, 0.02)
            doubt = np.maximum(doubt, spread * effect.share)
        return replace(self, event=factors[False], promo=factors[True], doubt=doubt)


def _uplift(effect: Effect, units: Floats, expected: Floats) -> tuple[Floats, float]:
    """Factor per SKU of a week wholly in the effect, and its uncertainty (log standard deviation)."""
    n, past = units.shape
    if np.isfinite(effect.stated):
        return np.full(n, effect.stated), 0.2
    share = effect.share[:, :past] * (expected > 0)
    weight = share / (1 + 0.25 * expected)
    meant = (weight * expected).sum()
    if meant <= 0:
        return np.ones(n), UNSEEN_SPREAD
    times = max(float((share.max(axis=0) > 0.25).sum()), 0.5)
    trust = times / (times + DOUBT)
    # a week with a share s of the effect sells 1 + (uplift - 1) s of the usual
    excess = (weight * (units - expected)).sum() / (weight * share * expected).sum()
    pool = max(1 + trust * excess, 0.05)
    own = (weight * share * expected).sum(axis=1)
    over = (weight * (units - expected)).sum(axis=1)
    factor = 1 + (over + OWN_EVIDENCE * (pool - 1)) / (own + OWN_EVIDENCE)
    return np.clip(factor, 0.05, 20.0), UNSEEN_SPREAD * (1 - trust)


def _events(panel: Panel, weeks: pd.DatetimeIndex, events: pd.DataFrame | None) -> list[Effect]:
    if events is None or events.empty:
        return []
    _need(events, ("event", "start_date"), "event")
    effects = []
    labels = panel.groups.get("marketplace", np.full(len(panel.skus), None, dtype=object))
    group, markets = pd.factorize(pd.Series(labels, dtype=object).fillna("").to_numpy(object), sort=True)
    for name, rows in events.groupby("event", sort=True):
        starts, ends = _span(rows, "event")
        if starts.max() < weeks[-1] - WEEK * 60 or ends.max() < weeks[0]:
            continue
        for lag in LAGS:
            effects.append(
                Effect(
                    f"{name} {lag:+d}" if lag else str(name),
                    _event_share(rows, weeks, lag, markets),
                    group,
                    promotion=False,
                )
            )
    return effects


def _event_share(rows: pd.DataFrame, weeks: pd.DatetimeIndex, lag: int, markets: npt.NDArray[np.object_]) -> Floats:
    """Share per market and week of the event itself (lag 0) or the week before its first or after its last."""
    total = np.zeros((len(markets), len(weeks)))
    starts, ends = _span(rows, "event")
    where = rows["marketplace"].to_numpy(object) if "marketplace" in rows else np.full(len(rows), None)
    for start, end, market in zip(starts, ends, where, strict=True):
        inside = _days_inside(weeks, start, end) > 0
        if lag:
            at = _week_of(weeks, start if lag < 0 else end) + lag
            share = (np.arange(len(weeks)) == at) * 1.0
        else:
            share = inside * _days_inside(weeks, start, end) / max(1, min(7, (end - start).days + 1))
        everywhere = pd.isna(market) or not any(markets)
        hit = np.asarray((markets == market) | everywhere, dtype=float)[:, None]
        total = np.maximum(total, hit * share)
    return total


def _promotions(panel: Panel, weeks: pd.DatetimeIndex, promotions: pd.DataFrame | None) -> list[Effect]:
    shares: dict[tuple[str, float], Floats] = {}
    n, past = len(panel.skus), len(panel.periods)
    if panel.promo.size and np.nansum(panel.promo) > 0:
        own = np.zeros((n, len(weeks)))
        own[:, :past] = np.nan_to_num(panel.promo > 0)
        shares["promo", float("nan")] = own
    if promotions is not None and not promotions.empty:
        _need(promotions, ("start_date",), "promotion")
        starts, ends = _span(promotions, "promotion")
        at = pd.Index(panel.skus)
        for row, start, end in zip(promotions.to_dict("records"), starts, ends, strict=True):
            sku, stated = row.get("sku"), row.get("uplift", np.nan)
            rows = slice(None) if pd.isna(sku) else at.get_indexer(pd.Index([str(sku)]))
            if not isinstance(rows, slice) and rows[0] < 0:
                continue  # a promotion of a SKU without sales moves nothing
            key = (str(row.get("kind") or "promotion"), float(stated) if pd.notna(stated) else float("nan"))
            share = next((v for k, v in shares.items() if repr(k) == repr(key)), None)
            if share is None:
                share = shares[key] = np.zeros((n, len(weeks)))
            share[rows] = np.maximum(share[rows], _days_inside(weeks, start, end) / 7)
    each = np.arange(n)
    return [Effect(kind, share, each, promotion=True, stated=stated) for (kind, stated), share in shares.items()]


def _need(frame: pd.DataFrame, columns: tuple[str, ...], what: str) -> None:
    for column in columns:
        if column not in frame.columns:
            raise CalendarError(
                f"the {what} table has no column {column!r} (found: {', '.join(map(str, frame.columns))})"
            )


def _span(rows: pd.DataFrame, what: str) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex]:
    starts = pd.DatetimeIndex(pd.to_datetime(rows["start_date"]))
    ends = pd.DatetimeIndex(pd.to_datetime(rows["end_date"])) if "end_date" in rows else starts
    ends = pd.DatetimeIndex(np.where(ends.isna(), starts, ends))
    if starts.isna().any() or (ends < starts).any():
        at = int(np.argmax(np.asarray(starts.isna() | (ends < starts))))
        raise CalendarError(
            f"{what} row {at}: start {starts[at]}, end {ends[at]}; both are dates, the end not before the start"
        )
    return starts, ends


def _days_inside(weeks: pd.DatetimeIndex, start: pd.Timestamp, end: pd.Timestamp) -> Floats:
    first = np.maximum((start - weeks).days, 0)
    last = np.minimum((end - weeks).days, 6)
    return np.asarray(np.maximum(np.asarray(last - first + 1, float), 0.0))


def _week_of(weeks: pd.DatetimeIndex, day: pd.Timestamp) -> int:
    return int((day - weeks[0]).days // 7)
