"""True demand of the sample seller, week by week: level, season, events, deals, and chance."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.sample import calendar
from data.sample.seller import Days, Units

LEVEL_MEMORY = 0.96
LEVEL_SHOCK = 0.065
WEEK_NOISE = 0.05
"""Variance of a week's chance factor; days within the week share it."""
DAY_OF_WEEK = np.array([[1.08, 1.05, 1.02, 0.99, 0.93, 0.94, 0.99], [1.06, 1.02, 0.99, 0.98, 0.92, 0.92, 1.11]])
_MEDIAN_UPLIFT = {
    "prime_day": 2.1,
    "big_deal_days": 1.5,
    "black_friday_week": 1.45,
    "black_friday": 1.7,
    "cyber_monday": 1.6,
    "lull": 0.88,
}


@dataclass
class DemandProcess:
    """Draws demand one week after another; what was drawn for the past does not depend on how far one goes on.

    `items` as products.catalogue returns them; `days` covers every week that will be asked for; `promotions` has
    item, start_day, end_day (inclusive) and log_uplift.
    """

    items: pd.DataFrame
    days: Days
    promotions: pd.DataFrame
    rng: np.random.Generator

    def __post_init__(self) -> None:
        count = len(self.items)
        self._season = calendar.season_curves(self.days)
        self._events = calendar.event_curves(self.days)
        self._sensitivity = event_sensitivity(count, self.rng)
        self._base = self.items["base_weekly"].to_numpy() / 7.0
        self._growth = np.log(self.items["growth"].to_numpy()) / 365.0
        self._launch = self.items["launch_day"].to_numpy()
        self._end = self.items["end_day"].to_numpy()
        self._batch = self.items["batch"].to_numpy()
        self._market = self.items["market"].to_numpy()
        self._family = self.items["family"].to_numpy()
        self._level = self.rng.normal(0.0, LEVEL_SHOCK / np.sqrt(1 - LEVEL_MEMORY**2), count)
        self._deals = tuple(self.promotions[name].to_numpy() for name in ("item", "start_day", "end_day", "log_uplift"))

    def draw(self, week: int) -> tuple[Units, NDArray[np.float64]]:
        """Demand by day, shape (7, sku), and the week's expected demand, shape (sku,)."""
        mean = self._mean(week)
        shock = self.rng.gamma(1.0 / WEEK_NOISE, WEEK_NOISE, mean.shape[1])
        batches = self.rng.poisson(mean * shock / self._batch)
        self._level = LEVEL_MEMORY * self._level + self.rng.normal(0.0, LEVEL_SHOCK, mean.shape[1])
        return (batches * self._batch).astype(np.int32), mean.sum(axis=0)

    def _mean(self, week: int) -> NDArray[np.float64]:
        """Expected demand by day and item, shape (7, sku)."""
        first = week * 7
        days = np.arange(first, first + 7)
        logs = self._sensitivity @ self._events[:, first : first + 7]
        self._add_deals(logs, first)
        age = days[:, None] - np.maximum(self._launch, -10_000)
        ramp = np.where(self._launch < 0, 1.0, np.clip(0.3 + 0.7 * age / 70.0, 0.3, 1.0))
        fade = np.clip((self._end - days[:, None]) / 120.0, 0.0, 1.0)
        # sales of an ending item fade over its last four months
        living = (age >= 0) * np.minimum(1.0, 0.15 + 0.85 * fade) * (days[:, None] < self._end)
        steady = self._base * np.exp(self._level + self._growth * (first - self.days.size / 2))
        season = self._season[self._family, self._market, first : first + 7].T
        weekday = DAY_OF_WEEK[self._market].T
        return np.asarray(steady * season * weekday * np.exp(logs.T) * ramp * living)

    def _add_deals(self, logs: NDArray[np.float64], first: int) -> None:
        item, start, end, uplift = self._deals
        running = np.flatnonzero((start < first + 7) & (end >= first))
        for day in range(first, first + 7):
            live = running[(start[running] <= day) & (end[running] >= day)]
            np.add.at(logs[:, day - first], item[live], uplift[live])


def event_sensitivity(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Log uplift of a full event day by item and event kind, shape (sku, kind): items differ, events go together."""
    medians = np.log([_MEDIAN_UPLIFT[kind] for kind in calendar.EVENT_KINDS])
    keen = np.exp(rng.normal(0.0, 0.45, (count, 1)))
    return np.asarray(medians * keen * np.exp(rng.normal(0.0, 0.2, (count, medians.size))))


def promotions(items: pd.DataFrame, days: Days, rng: np.random.Generator) -> pd.DataFrame:
    """Deals and coupons over all days: some on Prime Day and in Black Friday week, the rest at any time.

    Columns: item, kind, start_day, end_day (inclusive), discount, ad_spend, log_uplift (true), uplift (what the
    planner typed; blank for three in ten).
    """
    parts = [_at_any_time(items, days.size, rng), *_on_events(items, days, rng)]
    frame = pd.concat(parts, ignore_index=True)
    first, last = frame["start_day"], frame["end_day"]
    launch = items["launch_day"].to_numpy()[frame["item"]]
    end = items["end_day"].to_numpy()[frame["item"]]
    frame = frame[(first >= launch + 21) & (last < end) & (last < days.size) & (first >= 0)]
    frame = frame.drop_duplicates(["start_day", "end_day", "item", "kind"])
    frame = frame.sort_values(["start_day", "item", "kind", "end_day"], ignore_index=True)
    count = len(frame)
    strength = frame["discount"].to_numpy() * rng.uniform(1.6, 3.4, count)
    frame["log_uplift"] = strength + np.where(frame["kind"] == "lightning_deal", 0.5, 0.0)
    typed = np.exp(frame["log_uplift"] * rng.normal(1.0, 0.35, count)).clip(1.0).round(1)
    frame["uplift"] = np.where(rng.random(count) < 0.3, np.nan, typed)
    frame["ad_spend"] = np.where(rng.random(count) < 0.25, (rng.uniform(3, 30, count)).round() * 10, 0.0)
    return frame


def _at_any_time(items: pd.DataFrame, days: int, rng: np.random.Generator) -> pd.DataFrame:
    """About two coupons or deals per item and year."""
    count = int(len(items) * days / 365 * 1.6)
    kind = rng.choice(["coupon", "best_deal", "prime_exclusive"], count, p=[0.55, 0.2, 0.25])
    length = np.select([kind == "best_deal", kind == "coupon"], [7, rng.integers(10, 29, count)], 14)
    start = rng.integers(0, days, count)
    discount = np.where(kind == "coupon", rng.choice([0.05, 0.1, 0.15], count), rng.choice([0.1, 0.15, 0.2], count))
    return pd.DataFrame(
        {
            "item": rng.integers(0, len(items), count),
            "kind": kind,
            "start_day": start,
            "end_day": start + length - 1,
            "discount": discount,
        }
    )


def _on_events(items: pd.DataFrame, days: Days, rng: np.random.Generator) -> list[pd.DataFrame]:
    """One item in six has a deal on Prime Day, one in five in Black Friday week."""
    frames = []
    for year in calendar.years_of(days):
        first, length = calendar.prime_day(year)
        friday = calendar.black_friday(year)
        for start, span, share in ((first, length, 0.16), (friday, 4, 0.2)):
            chosen = np.flatnonzero(rng.random(len(items)) < share)
            kind = rng.choice(["lightning_deal", "best_deal", "prime_exclusive"], chosen.size)
            day = int((np.datetime64(start) - days[0]).astype(int))
            frames.append(
                pd.DataFrame(
                    {
                        "item": chosen,
                        "kind": kind,
                        "start_day": np.where(kind == "best_deal", day - 3, day),
                        "end_day": np.where(kind == "lightning_deal", day, day + span - 1),
                        "discount": rng.choice([0.15, 0.2, 0.25, 0.3], chosen.size),
                    }
                )
            )
    return frames
