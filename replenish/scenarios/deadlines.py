"""The dates that do not move: last day to order, to ship and to arrive for an event, by SKU and way."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.arriving import upstream_units
from policies.calendar import inbound_deadlines
from policies.inputs import Problem
from policies.lead_times import draw_later_orders, learn_lead_times
from replenish.scenarios.resolve import Row
from replenish.weekly.problem import Stated

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
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
    return EventDays(row.label, starts, {m: _arrive_by(row.event, m, day) for m, day in starts.items()})


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
    """One row per item and mode (COLUMNS), purchases and transfers apart; of several routes the one with most time.

    delay_cost: margin of the first event week's demand that stock and goods under way do not cover, which is what
    missing the date by a week gives up. A missed date says so, with the next best way.
    """
    problem = stated.problem
    ways = pd.concat([_purchases(stated, days), _transfers(stated, days)], ignore_index=True)
    if ways.empty:
        return pd.DataFrame(columns=COLUMNS)
    ways["first"] = ways["order_by"].where(ways["order_by"].notna(), ways["ship_by"])
    ways["bought"] = ways["order_by"].notna()
    ways = ways.sort_values(["at", "first"], ascending=[True, False], kind="stable")
    ways = ways.drop_duplicates(["at", "bought", "mode"]).reset_index(drop=True)
    ways["delay_cost"] = _first_week_margin(problem, days)[ways["at"].to_numpy(int)]
    ways["item"] = problem.items[ways["at"].to_numpy(int)]
    ways["event"] = days.name
    ways["missed"] = [day < stated.times.known.as_of for day in ways["first"]]
    ways["next_best"] = _next_best(ways, problem)
    return ways.sort_values(["item", "order_by", "mode"], kind="stable", ignore_index=True)[COLUMNS]


def _purchases(stated: Stated, days: EventDays) -> pd.DataFrame:
    """Every way to buy; an order placed later meets closures that one placed now does not."""
    problem, frame = stated.problem, stated.problem.buy.frame
    if frame.empty:
        return pd.DataFrame(columns=["at", "order_by"])
    ways = frame[["item", "supplier", "mode", "destination"]].assign(
        market=problem.marketplace[frame["item"].to_numpy(int)], row=np.arange(len(frame))
    )
    ways = ways[ways["market"].isin(list(days.starts))]
    keys = ["supplier", "mode", "destination", "market"]
    legs = ways.drop_duplicates(keys).drop(columns="item").reset_index(drop=True)
    known = stated.times.legs.drop_duplicates(keys[:3])
    legs = legs.merge(known.drop(columns=["marketplace", "kind"]), on=keys[:3], how="left")
    legs = legs.assign(kind="purchase", marketplace=legs["market"])
    onward = _onward_days(problem)
    rest = np.array([0.0 if place == "FBA" else onward.get(place, 10.0) for place in legs["destination"]])
    needed = np.array([(days.sellable_by(market) - problem.start).days for market in legs["market"]], float) - rest
    legs["order_by"], legs["late"] = _last_order_days(stated, legs, needed)
    moving = _number(legs["transit_days"]) + _number(legs["receiving_days"])
    spread = np.hypot(_number(legs["transit_days_sd"]), _number(legs["receiving_days_sd"]))
    legs["ship_by"] = [problem.start + timedelta(days=int(d)) for d in needed - np.ceil(moving + 0.84 * spread)]
    legs["arrive_by"] = [days.arrive_by[market] for market in legs["market"]]
    legs["route"] = legs["supplier"].astype(str) + " to " + legs["destination"].astype(str)
    joined = ways.drop(columns="row").merge(legs[[*keys, "order_by", "ship_by", "arrive_by", "route", "late"]], on=keys)
    return joined.rename(columns={"item": "at"})[["at", "mode", "route", "order_by", "ship_by", "arrive_by", "late"]]


def _last_order_days(stated: Stated, legs: pd.DataFrame, needed: Floats) -> tuple[list[date], Floats]:
    """Last day on which an order is in time, and days by which an order of today is late (at most 0: in time).

    Later orders never overtake earlier ones, so the last day is found by halving. What is late even when ordered
    today gets the day on which it should have been ordered. `needed`: days from the plan's Monday.
    """
    times, today = stated.times, stated.times.known.as_of
    waited = (today - stated.problem.start).days
    learned = learn_lead_times(legs, times.known.inbound_history, times.closures, today)

    def arrives(later: Integers) -> Floats:
        drawn = draw_later_orders(learned, legs, today, later, times.paths, times.seed)
        return np.asarray(np.quantile(drawn, SURE, axis=1)) + later + waited

    of_today = arrives(np.zeros(len(legs), int))
    # a scenario's delays act on the problem's draws: every last day moves by as much
    planned = np.quantile(stated.problem.buy.lead_time_days[legs["row"].to_numpy(int)], SURE, axis=1)
    extra = np.where(np.abs(planned - of_today) > 1e-6, planned - of_today, 0.0)
    late = of_today + extra - needed
    good, bad = np.where(of_today <= needed, 0, -1), np.maximum(np.ceil(needed), 0).astype(int) + 1
    while (open_ := (good >= 0) & (bad - good > 1)).any():
        middle = np.where(open_, (good + bad) // 2, np.maximum(good, 0))
        in_time = arrives(middle) <= needed
        good, bad = np.where(open_ & in_time, middle, good), np.where(open_ & ~in_time, middle, bad)
    moved = np.where(late <= 0, np.maximum(good - np.ceil(extra), 0), -np.ceil(np.maximum(late, 1)))
    return [today + timedelta(days=int(day)) for day in moved], late


def _transfers(stated: Stated, days: EventDays) -> pd.DataFrame:
    """Stock that already lies in a warehouse needs only its last leg."""
    problem, frame = stated.problem, stated.problem.ship.frame
    if frame.empty:
        return pd.DataFrame(columns=["at", "order_by"])
    market = problem.marketplace[frame["item"].to_numpy(int)]
    here = (frame["available"] > 0).to_numpy() & np.isin(market.astype(str), list(days.starts))
    ways, market = frame[here].reset_index(drop=True), market[here]
    needs = np.ceil(np.quantile(problem.ship.lead_time_days[here], SURE, axis=1)) if len(ways) else np.zeros(0)
    by = [days.sellable_by(m) - timedelta(days=int(n)) for m, n in zip(market, needs, strict=True)]
    return pd.DataFrame(
        {
            "at": ways["item"].astype(int),
            "mode": ways["mode"],
            "route": ways["source"].astype(str) + " to FBA",
            "order_by": None,
            "ship_by": by,
            "arrive_by": [days.arrive_by[m] for m in market],
            "late": [float((stated.times.known.as_of - day).days) for day in by],
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


def _next_best(ways: pd.DataFrame, problem: Problem) -> list[str]:
    """For each missed way the way of the same item that leaves most time; else the last resorts, in words."""
    open_ways = ways[~ways["missed"]].sort_values(["at", "first"])
    best = {row.at: f"{row.mode}, {row.route}, by {row.first}" for row in open_ways.itertuples()}
    fastest = ways.sort_values(["at", "late"]).drop_duplicates("at")
    units = upstream_units(problem)
    told = {row.at: best.get(row.at) or _resort(row.mode, row.late, units[row.at]) for row in fastest.itertuples()}
    return [told[at] if missed else "" for at, missed in zip(ways["at"], ways["missed"], strict=True)]


def _resort(mode: str, late: float, upstream: float) -> str:
    """No way is in time: what the fastest one does, and how to sell without FBA."""
    told = f"none in time; the fastest, {mode}, is {max(np.ceil(late), 1):.0f} days late"
    if upstream > 0:
        return f"{told}. Sell the {upstream:,.0f} units in your warehouses yourself (FBM)"
    return f"{told}. Have goods sent to your own warehouse and sell them yourself (FBM), or stretch the stock by price"


def _number(column: pd.Series) -> Floats:
    return np.asarray(pd.to_numeric(column, errors="coerce").fillna(0.0).to_numpy(float))
