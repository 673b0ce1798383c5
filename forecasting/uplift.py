"""How strongly dated things move demand: all events of a marketplace together, all drivers together, then the SKU."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forecasting.dated import Driver, Effect
from forecasting.season import DISPERSION, WEEKS, smooth_level

Floats = npt.NDArray[np.floating]
Codes = npt.NDArray[np.intp]
EVENT_PRIOR, BESIDE_PRIOR = 0.3, 0.15  # log deviation of an event's uplift, and of the weeks beside it
EVENT_PRIOR_COUNT = 2.0  # events' worth of belief in EVENT_PRIOR against what the events seen say
SEASON_STEP = 0.15  # log step from week to week that the season may take; what is steeper is an event
OCCASION_NOISE = 0.15  # log deviation of the same event from year to year, of a promotion from week to week
LEAST_NOISE, MOST_NOISE = 0.03, 0.3  # of a week common to all SKUs
KEENNESS, OWN_EVENT = 0.4, 0.2  # how SKUs differ: in all uplifts alike, and in single events
MOST = np.log(20.0)
NEWTON_STEPS = 8


@dataclass(frozen=True, eq=False)
class Uplift:
    """log: of the factor on demand, spread: its log standard deviation; both (sku, week)."""

    log: Floats
    spread: Floats

    @property
    def factor(self) -> Floats:
        """Factor on demand, (sku, week)."""
        return np.asarray(np.exp(self.log))


def event_uplift(
    effects: Sequence[Effect],
    market: Codes,
    units: Floats,
    level: Floats,
    expected: Floats,
    woy: Codes,
    own: bool = True,
) -> Uplift:
    """Uplift of all events, past and future: a regression per marketplace, then each SKU's own response.

    level: expected units without season, exposure included; expected: with season and promotions. All (sku, week)
    of the past. woy: week of the year of each past week.
    """
    past = units.shape[1]
    log, variance = np.zeros((2, *effects[0].table.shape))
    for code in np.unique(market):
        rows, share = market == code, np.stack([effect.table[code] for effect in effects], axis=1)
        beside = np.array([effect.lag != 0 for effect in effects])
        answer, noise, seen = _index(units[rows], level[rows], expected[rows])
        mean, cov = _regress(share[:past], beside, answer, noise, seen, woy)
        log[code], variance[code] = share @ mean, np.einsum("wk,kl,wl->w", share, cov, share)
    if not own:
        return Uplift(log[market], np.sqrt(variance[market]))
    keen, keen_variance = _keenness(log[market][:, :past], units, expected)
    total = keen[:, None] * log[market]
    around = np.square(keen)[:, None] * variance[market] + keen_variance[:, None] * np.square(log[market])
    for effect in (e for e in effects if not e.lag):
        total += _own_event(effect.table[market], units, expected * np.exp(np.clip(total[:, :past], -MOST, MOST)))
    return Uplift(np.clip(total, -MOST, MOST), np.sqrt(around))


def _index(units: Floats, level: Floats, expected: Floats) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Log of what all SKUs sold over their levels by week, its variance, and the weeks that say anything."""
    weight = 1 / (1 + DISPERSION * expected)
    sold, meant, plain = ((weight * x).sum(axis=0) for x in (units, expected, level))
    seen = meant > 0
    safe = np.maximum(meant, 1e-9)
    answer = np.log((sold + 0.5) / (meant + 0.5)) + np.log(safe / np.maximum(plain, 1e-9))
    noise = (np.square(weight) * expected * (1 + DISPERSION * expected)).sum(axis=0) / np.square(safe)
    return np.where(seen, answer, 0.0), np.where(seen, np.minimum(noise, 1e6), 1e6), seen


def _regress(
    share: Floats, beside: npt.NDArray[np.bool_], answer: Floats, noise: Floats, seen: npt.NDArray[np.bool_], woy: Codes
) -> tuple[Floats, Floats]:
    """Coefficients of the events and their covariance, beside a season that moves in small steps.

    The priors part what falls on the same weeks every year: a broad swell is season, a jump is the event. Noise
    and the usual size of events are those the data show.
    """
    weeks, count = share.shape
    design = np.concatenate([np.eye(WEEKS)[woy], share], axis=1)
    step = np.eye(WEEKS) - np.roll(np.eye(WEEKS), 1, axis=1)
    prior = np.zeros((WEEKS + count, WEEKS + count))
    prior[:WEEKS, :WEEKS] = step.T @ step / SEASON_STEP**2 + 1e-4 * np.eye(WEEKS)
    size, common = EVENT_PRIOR, 0.1
    known = seen[:, None] * share
    happened = (known.max(axis=0, initial=0.0) > 0.25) & ~beside
    for _ in range(4):
        np.fill_diagonal(prior[WEEKS:, WEEKS:], np.where(beside, BESIDE_PRIOR, size) ** -2.0)
        variance = noise + common**2 + np.square(OCCASION_NOISE * share.max(axis=1))
        weighted = design / variance[:, None]
        cov = np.linalg.inv(design.T @ weighted + prior)
        mean = cov @ (weighted.T @ answer)
        free = max(weeks - float(np.einsum("ij,ij->", cov, design.T @ weighted)), 0.2 * weeks)
        stray = np.square(answer - design @ mean) * weeks / free - noise
        common = float(np.sqrt(np.clip((stray / variance)[seen].sum() / max((1 / variance)[seen].sum(), 1e-9),
                                       LEAST_NOISE**2, MOST_NOISE**2)))  # fmt: skip
        events = np.square(mean[WEEKS:]) + np.diag(cov)[WEEKS:]
        size = float(np.sqrt((EVENT_PRIOR_COUNT * EVENT_PRIOR**2 + events[happened].sum())
                             / (EVENT_PRIOR_COUNT + happened.sum())))  # fmt: skip
    return mean[WEEKS:], cov[WEEKS:, WEEKS:]


def _keenness(log: Floats, units: Floats, expected: Floats) -> tuple[Floats, Floats]:
    """How strongly each SKU answers, 1 as all do: one step of the likelihood around 1, and its variance, (sku,)."""
    meant = expected * np.exp(np.clip(log, -MOST, MOST))
    weight = log / (1 + DISPERSION * meant)
    evidence = (weight * log * meant).sum(axis=1) + KEENNESS**-2.0
    return np.clip(1 + (weight * (units - meant)).sum(axis=1) / evidence, 0.0, 2.5), 1 / evidence


def _own_event(share: Floats, units: Floats, expected: Floats) -> Floats:
    """Log correction of one event for each SKU, shrunk, laid on its weeks past and future."""
    past = units.shape[1]
    at = np.flatnonzero(share[:, :past].any(axis=0))
    part, meant = share[:, at], expected[:, at]
    weight = part / (1 + DISPERSION * meant)
    evidence = (weight * part * meant).sum(axis=1) + OWN_EVENT**-2.0
    own = (weight * (units[:, at] - meant)).sum(axis=1) / evidence
    return np.asarray(np.clip(own, -1.0, 1.0)[:, None] * share)


def driver_uplift(drivers: Sequence[Driver], units: Floats, expected: Floats, own: bool = True) -> Uplift:
    """Uplift of promotions, prices and ad spend: a pooled count regression with shrinkage, then each SKU's response.

    expected: (sku, week) of the past, its level smoothed over weeks moved and unmoved alike. The level has taken
    up part of what lasts; the same smoothing is taken from the drivers (Speckman 1988), so that only what moves
    against it speaks.
    """
    past = units.shape[1]
    value = np.stack([driver.value for driver in drivers], axis=2)
    spread = np.array([driver.spread for driver in drivers])
    moved = np.stack(
        [d.value[:, :past] - smooth_level(expected * d.value[:, :past], expected) for d in drivers], axis=2
    )
    mean, cov = _count_regression(moved, units, expected, spread)
    log = value @ mean
    variance = np.maximum(((value @ cov) * value).sum(axis=2), 0.0)
    if not own:
        return Uplift(np.clip(log, -MOST, MOST), np.sqrt(variance))
    keen, keen_variance = _keenness(moved @ mean, units, expected)
    variance = np.square(keen)[:, None] * variance + keen_variance[:, None] * np.square(log)
    return Uplift(np.clip(keen[:, None] * log, -MOST, MOST), np.sqrt(variance))


def _count_regression(moved: Floats, units: Floats, expected: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Coefficients and covariance by Newton's method on an over-dispersed Poisson likelihood, prior 0 +- spread.

    The weeks of one date share a shock, so that however many SKUs they hold they count as one occasion.
    """
    use = (expected > 0) & (moved != 0).any(axis=2)
    x, y, meant, week = moved[use], units[use], expected[use], np.nonzero(use)[1]
    prior = np.diag(spread**-2.0)
    over = float(np.clip((np.square(y - meant) - meant).sum() / max(np.square(meant).sum(), 1e-9), 0.1, 3.0))
    mean = np.zeros(len(spread))
    cov = np.diag(spread**2.0)
    for _ in range(NEWTON_STEPS):
        rate = meant * np.exp(np.clip(x @ mean, -MOST, MOST))
        weight = 1 / (1 + over * rate)
        told = np.bincount(week, (x * x).max(axis=1, initial=0.0) * rate * weight, units.shape[1])
        weight = weight / (1 + OCCASION_NOISE**2 * told)[week]
        cov = np.linalg.inv(x.T @ (x * (weight * rate)[:, None]) + prior)
        mean = mean + np.clip(cov @ (x.T @ (weight * (y - rate)) - prior @ mean), -0.5, 0.5)
    return mean, cov
