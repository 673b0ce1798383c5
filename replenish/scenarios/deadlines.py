"""The dates that do not move: last day to order, to ship and to arrive for an event, by SKU and way."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.calendar import inbound_deadlines
from policies.inputs import Problem
from policies.lead_times import draw_lead_times
from replenish.scenarios.resolve import Row
from replenish.weekly.problem import Stated

Floats = npt.NDArray[np.floating]
SURE = 0.8
"""A last day still arrives in time in this share of the lead-time draws."""
COLUMNS = ["item", "mode", "route", "event", "order_by", "ship_by", "arrive_by", "delay_cost", "missed", "next_best"]
DEADLINE_WORDS = {"black friday": "BFCM", "cyber monday": "BFCM", "thanksgiving": "BFCM", "prime day": "Prime Day"}
RECEIVING_DAYS = 10  # from arrival to sellable in the weeks before a peak
USUAL_DAYS_BEFORE = 21
"""Days before an event by which stock must be at FBA, where Amazon has announced none for such an event."""


@dataclass(frozen=True)
class EventDays:
    """When an event begins in each marketplace and by when Amazon wants the stock."""

    name: str
    starts: dict[str, date]
    arrive_by: dict[str, date]

    def sellable_by(self, market: str) -> date:
        """Goods that reach FBA on the last day are sellable after receiving, and no later than the event begins."""
        ready = self.arrive_by[market] + timedelta(days=RECEIVING_DAYS)
        return min(self.starts[market], ready)


def event_days(row: Row) -> EventDays:
    """Of a scenario's row; the arrival deadline is Amazon's, last year's moved along, or three weeks before."""
    starts = {market: span[0] for market, span in row.spans.items()}
    return EventDays(row.event or row.place, starts, {m: _arrive_by(row.event, m, day) for m, day in starts.items()})


def _arrive_by(event: str, market: str, start: date) -> date:
    word = next((word for name, word in DEADLINE_WORDS.items() if event.casefold().startswith(name)), None)
    for years in (0, 1, 2) if word else ():
        then = start - timedelta(days=364 * years)
        told = inbound_deadlines(market, then - timedelta(days=75), then)
        told = told[told["event"].str.contains(str(word)) & told["event"].str.contains("FBA")]
        if len(told):
            return date.fromisoformat(str(max(told["deadline"]))[:10]) + timedelta(days=364 * years)
    return start - timedelta(days=USUAL_DAYS_BEFORE)


def calendar_table(stated: Stated, days: EventDays) -> pd.DataFrame:
    """One row per item and way (COLUMNS): supplier to FBA, supplier through a warehouse, warehouse to FBA.

    delay_cost: margin of the first event week's demand that stock and goods under way do not cover, which is what
    missing the date by a week gives up. A missed date says so, with the fastest way that is still open.
    """
    problem = stated.problem
    ways = pd.concat([_purchases(stated, days), _transfers(problem, days)], ignore_index=True)
    if ways.empty:
        return pd.DataFrame(columns=COLUMNS)
    ways["delay_cost"] = _first_week_margin(problem, days)[ways["at"].to_numpy(int)]
    ways["item"] = problem.items[ways["at"].to_numpy(int)]
    ways["event"] = days.name
    today = stated.times.known.as_of
    first = ways["order_by"].where(ways["order_by"].notna(), ways["ship_by"])
    ways["missed"] = [day < today for day in first]
    ways["next_best"] = _next_best(ways, first)
    return ways.sort_values(["item", "order_by", "mode"], kind="stable", ignore_index=True)[COLUMNS]


def _purchases(stated: Stated, days: EventDays) -> pd.DataFrame:
    """Every way to buy; an order placed later meets closures that one placed now does not."""
    problem, frame = stated.problem, stated.problem.buy.frame
    if frame.empty:
        return pd.DataFrame(columns=["at"])
    onward = _onward_days(problem)
    ways = frame[["item", "supplier", "mode", "destination"]].assign(
        market=problem.marketplace[frame["item"].to_numpy(int)]
    )
    ways = ways[ways["market"].isin(list(days.starts))]
    legs = (
        ways.drop_duplicates(["supplier", "mode", "destination", "market"]).drop(columns="item").reset_index(drop=True)
    )
    known = stated.times.legs.drop_duplicates(["supplier", "mode", "destination"])
    legs = legs.merge(known.drop(columns=["marketplace", "kind"]), on=["supplier", "mode", "destination"], how="left")
    legs = legs.assign(kind="purchase", marketplace=legs["market"])
    rest = np.array([0.0 if place == "FBA" else onward.get(place, 10.0) for place in legs["destination"]])
    starts = np.array([(days.sellable_by(market) - problem.start).days for market in legs["market"]], float)
    legs["order_by"] = _last_order_days(stated, legs, starts - rest)
    moving = _number(legs["transit_days"]) + _number(legs["receiving_days"])
    spread = np.hypot(_number(legs["transit_days_sd"]), _number(legs["receiving_days_sd"]))
    legs["ship_by"] = [problem.start + timedelta(days=int(d)) for d in starts - rest - np.ceil(moving + 0.84 * spread)]
    legs["arrive_by"] = [days.arrive_by[market] for market in legs["market"]]
    legs["route"] = legs["supplier"].astype(str) + " to " + legs["destination"].astype(str)
    keys = ["supplier", "mode", "destination", "market"]
    joined = ways.merge(legs[[*keys, "order_by", "ship_by", "arrive_by", "route"]], on=keys)
    return joined.rename(columns={"item": "at"})[["at", "mode", "route", "order_by", "ship_by", "arrive_by"]]


def _last_order_days(stated: Stated, legs: pd.DataFrame, needed: Floats) -> list[date]:
    """Last day on which an order is in time, by drawing lead times for later and later orders.

    What is not in time even when ordered today gets the day on which it should have been ordered.
    """
    known, times, start = stated.times.known, stated.times, stated.problem.start
    waited = (known.as_of - start).days
    last = np.full(len(legs), -1)
    quantile: Floats = np.zeros(len(legs))
    for later in range(0, max(int(needed.max(initial=0)) - waited, 0) + 1, 7):
        on = known.as_of + timedelta(days=later)
        drawn = draw_lead_times(legs, known.inbound_history, times.closures, on, min(times.paths, 60), times.seed)
        whole = np.quantile(drawn, SURE, axis=1) + later + waited
        quantile = whole if later == 0 else quantile
        last = np.where(whole <= needed, later, last)
        if (whole > needed).all():
            break
    missed_by = np.ceil(quantile - needed)
    return [
        known.as_of + timedelta(days=int(day)) if day >= 0 else known.as_of - timedelta(days=int(max(by, 1)))
        for day, by in zip(last, missed_by, strict=True)
    ]


def _transfers(problem: Problem, days: EventDays) -> pd.DataFrame:
    """Stock that already lies in a warehouse needs only its last leg."""
    frame = problem.ship.frame
    if frame.empty:
        return pd.DataFrame(columns=["at"])
    market = problem.marketplace[frame["item"].to_numpy(int)]
    here = (frame["available"] > 0).to_numpy() & np.isin(market.astype(str), list(days.starts))
    ways, market = frame[here].reset_index(drop=True), market[here]
    needs = np.ceil(np.quantile(problem.ship.lead_time_days[here], SURE, axis=1)) if len(ways) else np.zeros(0)
    return pd.DataFrame(
        {
            "at": ways["item"].astype(int),
            "mode": ways["mode"],
            "route": ways["source"].astype(str) + " to FBA",
            "order_by": None,
            "ship_by": [days.sellable_by(m) - timedelta(days=int(n)) for m, n in zip(market, needs, strict=True)],
            "arrive_by": [days.arrive_by[m] for m in market],
        }
    )


def _onward_days(problem: Problem) -> dict[str, float]:
    """Days from each warehouse to sellable at FBA, by the SURE quantile of the fastest way."""
    frame = problem.ship.frame
    if frame.empty:
        return {}
    quantile = pd.Series(np.quantile(problem.ship.lead_time_days, SURE, axis=1))
    return {
        str(place): float(value) for place, value in quantile.groupby(frame["source"].to_numpy(object)).median().items()
    }


def _first_week_margin(problem: Problem, days: EventDays) -> Floats:
    """Expected margin of the event's first week that stock and goods under way would not serve, (N,)."""
    n, _, horizon = problem.demand.shape
    worth = np.zeros(n)
    mean = problem.demand.mean(axis=1, dtype=float)
    coming, at = problem.arrivals, problem.arrivals.frame["item"].to_numpy(int) if len(problem.arrivals.frame) else None
    for market, start in days.starts.items():
        week = min(max((start - problem.start).days // 7, 0), horizon - 1)
        stock = problem.fba_on_hand.astype(float).copy()
        if len(problem.upstream):
            np.add.at(stock, problem.upstream["item"].to_numpy(int), problem.upstream["units"].to_numpy(float))
        if at is not None:
            soon = (coming.days <= 7 * week).mean(axis=1) * coming.frame["units"].to_numpy(float)
            np.add.at(stock, at, soon)
        left = np.maximum(stock - mean[:, :week].sum(axis=1), 0.0)
        short = np.maximum(mean[:, week] - left, 0.0)
        value = short * np.maximum(problem.economics.margin[:, week] - problem.economics.product_cost, 0.0)
        here = problem.marketplace == market
        worth[here] = (value + short * problem.economics.lost_sale)[here]
    return worth


def _next_best(ways: pd.DataFrame, first: pd.Series) -> list[str]:
    """For each missed way the way of the same item that leaves most time; else the last resorts, in words."""
    open_ways = ways.assign(first=first)[~ways["missed"]].sort_values(["at", "first"], ascending=[True, False])
    best = {row.at: f"{row.mode}, {row.route}, by {row.first}" for row in open_ways[::-1].itertuples()}
    resort = "none in time: transfer stock that waits upstream (AWD, 3PL) or sell from your own warehouse (FBM)"
    return ["" if not missed else best.get(at, resort) for at, missed in zip(ways["at"], ways["missed"], strict=True)]


def _number(column: pd.Series) -> Floats:
    return np.asarray(pd.to_numeric(column, errors="coerce").fillna(0.0).to_numpy(float))
