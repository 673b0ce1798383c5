"""Lead times as distributions: learned from inbound history per supplier, mode and stage, then drawn.

    order -> production (working days; closures stop it) -> transport and receiving -> slow receiving season -> sellable

Prior of a stage: what the planner typed for the leg, else what all suppliers show by that mode, else
tables/lead_time_priors.csv. Delays are common: all lines of one supplier and mode share their draw of each path.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.lead_time_closures import WorkingTime, production_start
from policies.lead_time_learning import UNTYPED, LeadTimes, Leg, learn_lead_times, legs_of, prior
from policies.lead_time_model import Duration, shared_uniforms
from policies.receiving import slow_receiving

__all__ = [
    "LeadTimes",
    "contradictions",
    "draw_arrivals",
    "draw_later_orders",
    "draw_lead_times",
    "learn_lead_times",
    "with_typed",
]

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]

FARTHEST_DAYS = 1200  # of the calendar looked up for an arrival
TRUST_IN_EXPECTED = 0.7  # how far a stated arrival date moves the middle of the distribution
SPREAD_OF_SEASON = 0.5  # standard deviation of the extra receiving days, as a share of their mean
SHORTEST_DAYS = 1.0


def draw_lead_times(
    legs: pd.DataFrame,
    history: pd.DataFrame,
    closures: pd.DataFrame,
    order_date: date,
    paths: int,
    seed: int,
) -> Floats:
    """Draw days from an order placed (or a shipment sent) on a day to sellable stock; (rows of legs, paths).

    Args:
        legs: one row per option: kind (`purchase`, the default, or `shipment`), supplier (or the warehouse it comes
            from), mode, destination (`FBA` or a warehouse), marketplace, and, typed by the planner or missing:
            production_days, transit_days, receiving_days, each with `_sd`.
        history: rows of the `inbound_history` view; later receipts than `order_date` are not looked at.
        closures: supplier, start_date, end_date, phase, last_order_date (see `lead_time_closures.all_closures`).
        order_date: day of the order.
        paths: number of draws.
        seed: same seed, same draws, in any order of rows.

    """
    learned = learn_lead_times(legs, history, closures, order_date)
    return draw_later_orders(learned, legs, order_date, np.zeros(len(legs), int), paths, seed)


def draw_later_orders(
    lead_times: LeadTimes, legs: pd.DataFrame, start: date, later: Integers, paths: int, seed: int
) -> Floats:
    """`draw_lead_times` of orders placed `later` (rows,) days after `start`, with what was learned before.

    Returns days from each row's order to sellable stock; (rows of legs, paths).
    """
    draws = _Draws(lead_times, start, paths, seed)
    return _per_leg(legs, paths, lambda leg, rows: draws.new_orders(leg, later[rows]))


def draw_arrivals(
    arrivals: pd.DataFrame,
    legs: pd.DataFrame,
    history: pd.DataFrame,
    closures: pd.DataFrame,
    start: date,
    paths: int,
    seed: int,
) -> Floats:
    """Draw days from `start` to sellable for goods under way, given that they have not arrived; (rows, paths).

    Args:
        arrivals: one row per order line or shipment item: kind (`purchase` or `shipment`), supplier (or the warehouse
            it comes from), mode, destination, marketplace, ordered_on, shipped_on, expected_on, received (units so
            far), status. Dates may be missing.
        legs: ways with what the planner typed, as for `draw_lead_times`; matched by supplier, mode and destination.
        history: rows of the `inbound_history` view.
        closures: see `lead_time_closures.all_closures`.
        start: first day of the plan.
        paths: number of draws.
        seed: the seed of `draw_lead_times`, so that delays of one supplier are common to both.

    """
    ways = with_typed(arrivals, legs)
    draws = _Draws(learn_lead_times(ways, history, closures, start), start, paths, seed)
    rows = pd.DataFrame(
        {
            name: pd.to_datetime(ways[name], errors="coerce") if name in ways else pd.Series(pd.NaT, index=ways.index)
            for name in ("ordered_on", "shipped_on", "expected_on")
        }
    )
    rows = (pd.Timestamp(start) - rows).apply(lambda days: days.dt.days.astype(float))
    received = pd.to_numeric(ways["received"], errors="coerce").fillna(0) if "received" in ways else 0.0
    status = ways["status"].fillna("").astype(str).str.upper() if "status" in ways else pd.Series("", index=ways.index)
    rows["at_door"] = (received > 0) | status.isin(["RECEIVING", "CHECKED_IN", "DELIVERED"])
    return _per_leg(ways, paths, lambda leg, places: draws.under_way(leg, rows.iloc[places]))


def contradictions(
    lead_times: LeadTimes, least_orders: int = 3, least_days: float = 5.0, share: float = 0.25
) -> pd.DataFrame:
    """Typed lead times that history contradicts: supplier, mode, destination, stage, typed_days, history_days, orders.

    A stage counts when at least `least_orders` orders differ from what was typed by more than `least_days` and by
    more than `share` of it.
    """
    rows = []
    for leg, stages in lead_times.stages.items():
        typed = {"production": leg.production_days, "transport": _sum_typed(leg)}
        for name, duration in (("production", stages.production), ("transport", stages.transport)):
            if duration is None or typed[name] == UNTYPED or duration.orders < least_orders:
                continue
            gap = abs(duration.observed_mean - typed[name])
            if gap > least_days and gap > share * typed[name]:
                rows.append(
                    (
                        leg.supplier,
                        leg.mode,
                        leg.destination,
                        name,
                        typed[name],
                        duration.observed_mean,
                        duration.orders,
                    )
                )
    columns = ["supplier", "mode", "destination", "stage", "typed_days", "history_days", "orders"]
    return pd.DataFrame(rows, columns=columns).drop_duplicates(ignore_index=True)


def _sum_typed(leg: Leg) -> float:
    if leg.transit_days == UNTYPED:
        return UNTYPED
    usual = prior("receiving", "normal" if leg.to_fba else "warehouse")[0]
    return leg.transit_days + (usual if leg.receiving_days == UNTYPED else leg.receiving_days)


def with_typed(arrivals: pd.DataFrame, legs: pd.DataFrame) -> pd.DataFrame:
    """Add what the planner typed for the same supplier, mode and destination (the marketplace's own row first)."""
    typed = [name for name in legs.columns if name.startswith(("production_", "transit_", "receiving_"))]
    if not typed or legs.empty:
        return arrivals.reset_index(drop=True)
    key = ["supplier", "mode", "destination"]
    ways = legs.reindex(columns=[*key, "marketplace", *typed]).drop_duplicates([*key, "marketplace"])
    exact = arrivals[[*key, "marketplace"]].merge(ways, on=[*key, "marketplace"], how="left")
    general = arrivals[key].merge(ways.drop_duplicates(key), on=key, how="left")
    filled = exact[typed].fillna(general[typed])
    return pd.concat([arrivals.reset_index(drop=True).drop(columns=typed, errors="ignore"), filled], axis=1)


def _per_leg(frame: pd.DataFrame, paths: int, draw: Callable[[Leg, Integers], Floats]) -> Floats:
    """Fill (rows, paths) leg by leg: the work grows with the number of legs, not of rows."""
    result = np.zeros((len(frame), paths))
    places: dict[Leg, list[int]] = {}
    for place, leg in enumerate(legs_of(frame)):
        places.setdefault(leg, []).append(place)
    for leg, rows in places.items():
        here = np.array(rows)
        result[here] = draw(leg, here)
    return result


@dataclass(frozen=True)
class _Draws:
    """Draws from a first day on; uniforms are named, so that rows and their order do not matter."""

    lead_times: LeadTimes
    start: date
    paths: int
    seed: int
    _working: dict[str, tuple[pd.DataFrame, WorkingTime]] = field(default_factory=dict)  # by supplier

    def new_orders(self, leg: Leg, later: Integers) -> Floats:
        """Days from orders or shipments placed `later` days from today to sellable; (len(later), paths)."""
        days, place = np.unique(later, return_inverse=True)
        stages, waited = self.lead_times.stages[leg], days.astype(float)[:, None]
        ready: Floats = np.repeat(waited, self.paths, axis=1)
        if stages.production is not None:
            shut, time = self._work(leg.supplier)
            starts = [production_start(shut, self.start + timedelta(days=int(wait))) for wait in days]
            begin = np.array([(day - self.start).days for day in starts], float)[:, None]
            work = stages.production.quantile(self._uniforms("production", leg.supplier))
            ready = time.finish(begin, work[None, :])
        arrived = ready + stages.transport.quantile(self._uniforms("transport", leg.supplier, leg.mode))
        return np.asarray(np.maximum(self._received(leg, arrived) - waited, SHORTEST_DAYS)[place])

    def under_way(self, leg: Leg, rows: pd.DataFrame) -> Floats:
        """Days to sellable for goods of one leg; `rows` has days since ordered_on, shipped_on, expected_on."""
        stages = self.lead_times.stages[leg]
        shipped, ordered = rows["shipped_on"].to_numpy(), rows["ordered_on"].to_numpy()
        carried = self._uniforms("transport", leg.supplier, leg.mode)[None, :]
        gone = shipped >= 0
        elapsed = np.where(gone, shipped, 0.0)[:, None]
        days = stages.transport.later_than(elapsed, carried) - elapsed
        making = ~gone
        if making.any() and stages.production is not None:
            days[making] += self._production_left(leg, stages.production, np.nan_to_num(ordered[making], nan=0.0))
        days = _toward_expected(days, -rows["expected_on"].to_numpy())
        at_door = rows["at_door"].to_numpy(bool)
        days[at_door] = stages.receiving.quantile(self._uniforms("receiving", leg.marketplace))[None, :]
        return np.maximum(self._received(leg, days), SHORTEST_DAYS)

    def _production_left(self, leg: Leg, production: Duration, ordered_days_ago: Floats) -> Floats:
        """Days until goods ordered some days ago are made, closures included; (n, paths)."""
        shut = self._closures(leg.supplier)
        longest = int(max(float(ordered_days_ago.max()), 0.0)) + 1
        first = self.start - timedelta(days=longest)
        time = WorkingTime.of(shut, first, longest + FARTHEST_DAYS)
        begun = np.array([self.start - timedelta(days=int(days)) for days in ordered_days_ago], dtype=object)
        today = np.full(len(begun), self.start, dtype=object)
        worked = np.maximum(time.between(np.minimum(begun, today), today), 0.0)[:, None]
        work = production.later_than(worked, self._uniforms("production", leg.supplier)[None, :]) - worked
        return time.finish(np.array(float(longest)), work) - longest

    def _received(self, leg: Leg, days: Floats) -> Floats:
        """Add the extra days of a slow receiving season to arrivals at Amazon inside it.

        What comes just after the season waits behind what came at its end: later goods never overtake earlier ones.
        """
        if not leg.to_fba:
            return days
        code = leg.marketplace or "US"
        slow = slow_receiving(code, self.start, FARTHEST_DAYS)
        day = np.clip(days.astype(int), 0, FARTHEST_DAYS - 1)
        season_ends = np.maximum.accumulate(np.where(slow, np.arange(1, FARTHEST_DAYS + 1), 0))
        mean = max(self.lead_times.season.mean, 0.1)
        extra = Duration.learned(mean, mean * SPREAD_OF_SEASON, np.empty(0))
        wait = extra.quantile(self._uniforms("slow receiving", code))
        behind = np.where(season_ends[day] > 0, season_ends[day] + wait, 0.0)
        return np.asarray(np.where(slow[day], days + wait, np.maximum(days, behind)))

    def _work(self, supplier: str) -> tuple[pd.DataFrame, WorkingTime]:
        """Closures of a supplier and its working days from today on."""
        if supplier not in self._working:
            shut = self._closures(supplier)
            self._working[supplier] = shut, WorkingTime.of(shut, self.start, FARTHEST_DAYS)
        return self._working[supplier]

    def _closures(self, supplier: str) -> pd.DataFrame:
        closures = self.lead_times.closures
        return closures[closures["supplier"] == supplier]

    def _uniforms(self, *name: str) -> Floats:
        return shared_uniforms(self.seed, "/".join(name), self.paths)


def _toward_expected(days: Floats, expected: Floats) -> Floats:
    """Move draws toward a stated arrival that still lies ahead; a date that has passed says nothing."""
    ahead = expected > 0
    middle = np.median(days, axis=1)
    shift = np.where(ahead, TRUST_IN_EXPECTED * (np.nan_to_num(expected) - middle), 0.0)
    return np.asarray(np.maximum(days + shift[:, None], SHORTEST_DAYS))
