"""Learn the stages of every leg from history, with partial pooling: supplier, then mode, then the table of priors."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.fee_tables import fee_table
from policies.lead_time_closures import WorkingTime
from policies.lead_time_history import orders_of
from policies.lead_time_model import Duration
from policies.marketplaces import UnknownMarketplace, marketplace
from policies.receiving import slow_receiving

Floats = npt.NDArray[np.floating]

TYPED = (
    "production_days", "production_days_sd", "transit_days", "transit_days_sd", "receiving_days", "receiving_days_sd",
)  # fmt: skip
PRIOR_SEASON_ORDERS = 5.0  # orders that the prior of the receiving season counts as
HISTORY_DAYS = 365 * 6
USUAL_REGION = "NA"
UNTYPED = -1.0
SHORTEST_DAYS = 0.5
LEAST_WORKED = 0.5  # share of the days between order and shipping that count as worked on at the least


class Leg(NamedTuple):
    """One way goods come, with what the planner typed; `UNTYPED` where nothing was."""

    kind: str
    supplier: str
    mode: str
    destination: str
    marketplace: str
    production_days: float
    production_days_sd: float
    transit_days: float
    transit_days_sd: float
    receiving_days: float
    receiving_days_sd: float

    @property
    def to_fba(self) -> bool:
        """Whether it ends in Amazon's warehouse."""
        return self.destination == "FBA"

    @property
    def region(self) -> str:
        """NA, EU or FE: whose transport priors hold."""
        return region_of(self.marketplace)


@dataclass(frozen=True)
class Stages:
    """Distributions of one leg; `production` is None for a transfer from a warehouse."""

    production: Duration | None
    transport: Duration  # ship to sellable, receiving outside slow seasons included
    receiving: Duration  # arrival at the warehouse to sellable


def region_of(code: str) -> str:
    """Region of a marketplace; North America where none is given."""
    try:
        return marketplace(code).region if code else USUAL_REGION
    except UnknownMarketplace:
        return USUAL_REGION


def legs_of(frame: pd.DataFrame) -> list[Leg]:
    """Rows of a frame of legs; missing columns are empty."""
    columns = []
    for name in Leg._fields:
        values = frame[name] if name in frame else pd.Series(np.nan, index=frame.index, dtype=object)
        if name in TYPED:
            numbers = pd.to_numeric(values, errors="coerce").to_numpy(float, na_value=np.nan)
            columns.append(np.where(numbers >= 0, numbers, UNTYPED).tolist())
        else:
            columns.append(values.fillna("purchase" if name == "kind" else "").astype(str).tolist())
    return [Leg(*row) for row in zip(*columns, strict=True)]


@cache
def prior(stage: str, mode: str = "", region: str = "") -> tuple[float, float]:
    """Mean and standard deviation in days from tables/lead_time_priors.csv; an unknown mode counts as sea."""
    rows = fee_table("lead_time_priors")
    rows = rows[(rows["leg"] == stage) & (rows["region"] == region)]
    found = rows[rows["mode"] == mode]
    if found.empty:
        found = rows[rows["mode"] == "sea"]
    return float(found["mean_days"].iloc[0]), float(found["sd_days"].iloc[0])


def learn_lead_times(legs: pd.DataFrame, history: pd.DataFrame, closures: pd.DataFrame, as_of: date) -> "LeadTimes":
    """Learn the distribution of every leg from what had been received by a day.

    Args:
        legs: see `lead_times.draw_lead_times`.
        history: rows of the `inbound_history` view.
        closures: see `lead_time_closures.all_closures`; days on which a supplier was closed are not production.
        as_of: later receipts are not looked at.

    """
    orders = orders_of(history)
    orders = orders[orders["received_on"] <= pd.Timestamp(as_of)].reset_index(drop=True)
    orders["region"] = orders["marketplace"].map({code: region_of(code) for code in orders["marketplace"].unique()})
    orders["to_fba"] = orders["destination"] == "FBA"
    orders = _split(orders, closures, as_of)
    season = _season(orders)
    orders["transport"] = np.maximum(orders["transport"] - season.mean * orders["slow"], SHORTEST_DAYS)
    stages = {leg: _stages(leg, orders) for leg in dict.fromkeys(legs_of(legs))}
    return LeadTimes(stages, closures, season)


def _split(orders: pd.DataFrame, closures: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Add the days of each stage: production (working days), transport; `slow` marks slow receiving seasons.

    Without a date of shipping the whole time is split in the proportion of the priors.
    """
    total = (orders["received_on"] - orders["ordered_on"].fillna(orders["shipped_on"])).dt.days.to_numpy(float)
    transport = (orders["received_on"] - orders["shipped_on"]).dt.days.to_numpy(float)
    makes, made = prior("production"), orders["kind"].to_numpy() == "purchase"
    usual = np.array(
        [transport_prior(*key)[0] for key in zip(orders["mode"], orders["region"], orders["to_fba"], strict=True)],
        dtype=float,
    )
    share = makes[0] / (makes[0] + usual)
    unknown = ~(transport > 0) | ~(transport < total + ~made)
    transport = np.where(unknown, np.where(made, total * (1 - share), total), transport)
    orders["transport"] = np.maximum(transport, SHORTEST_DAYS)
    orders["production"] = np.where(made, _working_days(orders, total - transport, closures, as_of), np.nan)
    orders["slow"] = _in_slow_season(orders, as_of)
    return orders


def _working_days(orders: pd.DataFrame, production: Floats, closures: pd.DataFrame, as_of: date) -> Floats:
    """Days of production less those on which the supplier was closed."""
    first = as_of - timedelta(days=HISTORY_DAYS)
    work = np.array(production, dtype=float)
    begun = orders["ordered_on"].fillna(orders["received_on"]).dt.date.to_numpy(object)
    for supplier, places in orders.groupby("supplier", sort=True).indices.items():
        shut = closures[closures["supplier"] == supplier]
        if shut.empty:
            continue
        time = WorkingTime.of(shut, first, HISTORY_DAYS)
        ends = [day + timedelta(days=float(days)) for day, days in zip(begun[places], production[places], strict=True)]
        work[places] = time.between(begun[places], np.array(ends, dtype=object))
    # A calendar's closure need not have been this supplier's: goods that came through it were worked on.
    return np.asarray(np.maximum(work, np.maximum(LEAST_WORKED * production, SHORTEST_DAYS)))


def _in_slow_season(orders: pd.DataFrame, as_of: date) -> npt.NDArray[np.bool_]:
    slow = np.zeros(len(orders), dtype=bool)
    first = as_of - timedelta(days=HISTORY_DAYS)
    offsets = (orders["received_on"] - pd.Timestamp(first)).dt.days.to_numpy()
    for code, places in orders[orders["to_fba"]].groupby("marketplace", sort=True).groups.items():
        season = slow_receiving(str(code), first, HISTORY_DAYS + 1)
        inside = np.clip(offsets[places], 0, HISTORY_DAYS)
        slow[places] = season[inside]
    return slow


@dataclass(frozen=True)
class Season:
    """Extra days of receiving at Amazon in slow seasons."""

    mean: float
    orders: int
    prior_mean: float


def _season(orders: pd.DataFrame) -> Season:
    """Mean of slow-season orders above the usual of their supplier and mode, shrunk to the prior."""
    usual_days, slow_days = prior("receiving", "normal")[0], prior("receiving", "peak")[0]
    extra = slow_days - usual_days
    fba = orders[orders["to_fba"]]
    key = ["supplier", "mode", "region"]
    usual = fba[~fba["slow"]].groupby(key)["transport"].mean().rename("usual")
    slow = fba[fba["slow"]].join(usual, on=key).dropna(subset=["usual"])
    total = PRIOR_SEASON_ORDERS * extra + float((slow["transport"] - slow["usual"]).sum())
    return Season(max(total / (PRIOR_SEASON_ORDERS + len(slow)), 0.0), len(slow), extra)


def transport_prior(mode: str, region: str, to_fba: bool) -> tuple[float, float]:
    """Mean and standard deviation of transit and receiving together, from the table."""
    transit, receiving = prior("transit", mode, region), prior("receiving", "normal" if to_fba else "warehouse")
    return transit[0] + receiving[0], float(np.hypot(transit[1], receiving[1]))


def _stages(leg: Leg, orders: pd.DataFrame) -> Stages:
    own = orders[orders["supplier"] == leg.supplier]
    production = None
    if leg.kind == "purchase":
        made = orders["production"].dropna().to_numpy(float)
        pooled = _as_prior(Duration.learned(*prior("production"), made))
        typed = _typed(leg.production_days, leg.production_days_sd, pooled)
        production = Duration.learned(*typed, own["production"].dropna().to_numpy(float))
    same_way = (orders["mode"] == leg.mode) & (orders["region"] == leg.region) & (orders["to_fba"] == leg.to_fba)
    everyone = orders.loc[same_way & (orders["kind"] == leg.kind), "transport"].to_numpy(float)
    pooled = _as_prior(Duration.learned(*transport_prior(leg.mode, leg.region, leg.to_fba), everyone))
    receiving = _typed(
        leg.receiving_days, leg.receiving_days_sd, prior("receiving", "normal" if leg.to_fba else "warehouse")
    )
    transit = _typed(leg.transit_days, leg.transit_days_sd, prior("transit", leg.mode, leg.region))
    if leg.transit_days != UNTYPED or leg.receiving_days != UNTYPED:
        pooled = (transit[0] + receiving[0], float(np.hypot(transit[1], receiving[1])))
    mine = own.loc[same_way.reindex(own.index), "transport"].to_numpy(float)
    return Stages(production, Duration.learned(*pooled, mine), Duration.learned(*receiving, np.empty(0)))


def _as_prior(learned: Duration) -> tuple[float, float]:
    mean = learned.mean()
    return mean, mean * float(np.sqrt(np.expm1(learned.scale**2)))


def _typed(mean: float, sd: float, usual: tuple[float, float]) -> tuple[float, float]:
    """What the planner typed; an untyped spread keeps the usual ratio to the mean."""
    centre = usual[0] if mean == UNTYPED else max(mean, SHORTEST_DAYS)
    spread = centre * usual[1] / usual[0] if sd == UNTYPED else sd
    return centre, max(spread, centre * 0.02)


@dataclass(frozen=True)
class LeadTimes:
    """Learned distributions of every leg asked for."""

    stages: dict[Leg, Stages]
    closures: pd.DataFrame
    season: Season

    def frame(self) -> pd.DataFrame:
        """One row per leg and stage: orders observed, mean, p10, p90 (days), prior mean, weight of the prior."""
        rows = []
        for leg, stages in self.stages.items():
            each = {"production": stages.production, "transport": stages.transport}
            for name, duration in each.items():
                if duration is None:
                    continue
                low, high = duration.quantile(np.array([0.1, 0.9]))
                rows.append(
                    (
                        leg.supplier, leg.mode, leg.destination, leg.marketplace, name, duration.orders,
                        duration.mean(), low, high, duration.prior_mean, duration.prior_weight,
                    )
                )  # fmt: skip
        columns = ["supplier", "mode", "destination", "marketplace", "stage", "orders"]
        return pd.DataFrame(rows, columns=[*columns, "mean", "p10", "p90", "prior_mean", "prior_weight"])
