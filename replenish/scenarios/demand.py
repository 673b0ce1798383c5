"""Demand of a scenario: factors with their uncertainty on the paths of the one forecast that all scenarios share."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from replenish.scenarios.model import DemandChange, Overlay
from replenish.scenarios.resolve import Resolved, Row
from replenish.scenarios.uplift import (
    PRIOR,
    Learned,
    Past,
    around,
    days_inside,
    event_share,
    learned_deal,
    learned_event,
    typed_of,
    uplift_table,
)
from replenish.weekly.known import Known

Floats = npt.NDArray[np.floating]
Demand = npt.NDArray[np.float32]
RANGE_80 = 2 * 1.2815515655446004  # width of a normal's 80 % range in standard deviations
LEARNED_SPREAD = 0.25
"""Log standard deviation of a learned uplift that all SKUs share: how much one year's event differs from the last."""
LARGEST = 20.0  # factor on a forecast; paths of next to nothing say nothing of what more would look like
ITEMS_AT_A_TIME = 500  # bounds memory


@dataclass(frozen=True)
class Effect:
    """One row's factor on the forecast: mean (n, H) of its items `at` (n,), log spread in the weeks it holds (n, H)."""

    at: npt.NDArray[np.integer]
    mean: Floats
    spread: Floats


@dataclass(frozen=True)
class DemandOverlay:
    """All effects of a scenario, the share of the price that deals take off (N, H), and learned beside typed."""

    effects: tuple[Effect, ...]
    discount: Floats | None
    uplifts: pd.DataFrame

    def applied(self, demand: Demand, seed: int) -> Demand:
        """The same paths (N, P, H) times the factors. One draw per row and path: a factor is wrong of all SKUs alike.

        The draws do not depend on the scenario's name or company: scenarios differ by what they say, not by chance.
        """
        if not self.effects:
            return demand
        changed = demand.copy()
        for number, effect in enumerate(self.effects):
            drawn = np.asarray(np.random.default_rng([seed, 7919, number]).standard_normal(demand.shape[1]))
            shock = (drawn - drawn.mean()) / drawn.std()
            for start in range(0, len(effect.at), ITEMS_AT_A_TIME):
                part = slice(start, start + ITEMS_AT_A_TIME)
                spread = effect.spread[part, None, :]
                chance = np.exp(spread * shock[None, :, None] - spread**2 / 2)
                changed[effect.at[part]] *= (effect.mean[part, None, :] * chance).astype(np.float32)
        return changed


def demand_overlay(
    overlay: Overlay, resolved: Resolved, known: Known, past: Past, weeks: pd.DatetimeIndex, forecast: Floats
) -> DemandOverlay:
    """Effects on the weeks ahead; `forecast` (N, H) is the mean of the paths they will change."""
    effects, tables = [], []
    first = int(past.weeks.searchsorted(weeks[0]))
    for change, row in zip(overlay.demand, resolved.demand, strict=True):
        learned = learned_event(past, row.event)
        effect, peak = _change(change, row, past, weeks, forecast, learned)
        effects.append(effect)
        if row.event:
            tables.append(uplift_table(past, row, *typed_of(change), learned, peak))
    discount = np.zeros((len(past.items), len(weeks))) if overlay.promotions else None
    running = past.promo[:, first : first + len(weeks)]
    for deal, row in zip(overlay.promotions, resolved.promotions, strict=True):
        share = _shares(row, past, weeks, by_days=True)
        learned = learned_deal(past, known, deal.kind)
        factor = learned.factor if deal.uplift is None else np.full(len(past.items), deal.uplift)
        wanted = 1 + (factor[:, None] - 1) * share
        mean = np.where(share > 0, np.maximum(wanted / np.maximum(running, 0.02), 1.0), 1.0)  # the larger effect counts
        at = np.flatnonzero(row.items)
        effects.append(Effect(at, mean[at], np.where(share[at] > 0, 0.2, 0.0)))
        tables.append(uplift_table(past, row, deal.uplift, deal.kind, learned, mean.max(axis=1)))
        assert discount is not None
        discount[at] = np.maximum(discount[at], deal.discount * share[at])
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    return DemandOverlay(tuple(effects), discount, table)


def _change(
    change: DemandChange, row: Row, past: Past, weeks: pd.DatetimeIndex, forecast: Floats, learned: Learned
) -> tuple[Effect, Floats]:
    """The effect of a demand row, and what the peak then sells over an ordinary week (N,).

    An event with a past is in the forecast already, on its dates and with the weeks beside it: nothing is laid over
    it but its uncertainty. Where nobody has a past of it, the prior is.
    """
    share = _shares(row, past, weeks, by_days=not row.event)
    usual = around(forecast, share <= 0)  # what the weeks beside the event are expected to sell
    usual = np.where(np.isnan(usual), forecast, usual)
    if change.factor is None and row.event:
        unknown = np.where(learned.source == PRIOR, learned.factor, np.nan)
        uplift = unknown if change.uplift is None else np.full(len(unknown), change.uplift)
        wanted = (1 + (uplift[:, None] - 1) * share) * usual
        factor = np.minimum(wanted / np.maximum(forecast, 1e-6), LARGEST)
        mean = np.where((share > 0) & (forecast > 0) & ~np.isnan(factor), factor, 1.0)
    else:
        mean = 1 + ((change.factor or 1.0) - 1) * share
    spread = np.zeros_like(mean) if change.uplift or change.factor else share * LEARNED_SPREAD
    if change.low is not None and change.high is not None:
        spread = share * np.log(change.high / change.low) / RANGE_80
    for side, back in ((change.before, True), (change.after, False)):
        if side is not None:
            beside = _beside(row, past, weeks, side.weeks, back) & (share == 0)
            mean = np.where(beside, side.factor, mean)
            spread = np.where(beside, 0.5 * spread.max(), spread)
    at = np.flatnonzero(row.items)
    each, top = np.arange(len(mean)), share.argmax(axis=1)
    peak = (mean * forecast)[each, top] / np.maximum(usual[each, top], 1e-6)
    return Effect(at, mean[at], spread[at]), np.where(share.max(axis=1) > 0, peak, 1.0)


def _shares(row: Row, past: Past, weeks: pd.DatetimeIndex, by_days: bool) -> Floats:
    """Share of each week that lies in the row's days, (N, H)."""
    share = np.zeros((len(past.items), len(weeks)))
    for market, (start, end) in row.spans.items():
        mine = days_inside(weeks, start, end) / 7 if by_days else event_share(weeks, start, end)
        share[past.markets == market] = mine
    return share


def _beside(row: Row, past: Past, weeks: pd.DatetimeIndex, count: int, back: bool) -> npt.NDArray[np.bool_]:
    """Weeks just before the first or after the last week of the row, (N, H)."""
    beside = np.zeros((len(past.items), len(weeks)), bool)
    for market, span in row.spans.items():
        edge = pd.Timestamp(span[0] if back else span[1])
        away = (weeks - (edge - pd.Timedelta(days=edge.dayofweek))).days // 7
        inside = (away >= -count) & (away < 0) if back else (away > 0) & (away <= count)
        beside[past.markets == market] = inside
    return beside
