"""`replenish replay`: the seller's own past as a world that policies can be played in.

Demand of weeks without stock is not recorded: it is estimated (what was sold, scaled by availability; the SKU's own
level and season where it was out all week). Lead times are drawn from those learned. Everything else is history.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting import Forecast, ForecastSettings, forecast
from policies.economics import unit_economics
from policies.inputs import Problem
from policies.replay import Replayed, replay
from policies.replay_world import Actual, Record, World
from policies.replay_world import Known as Seen
from replenish.config import Config
from replenish.errors import RefusedInput
from replenish.weekly.demand import dated_events, forecast_demand, history_frame, promotions_frame
from replenish.weekly.known import Known
from replenish.weekly.problem import economics_settings, listed_items, state_problem

Floats = npt.NDArray[np.floating]
FEWEST_BEFORE = 52  # weeks of history before the first replayed one
PATHS = 100


@dataclass(frozen=True)
class Past:
    """A world, when its week 0 begins, which week is replayed first, what was recorded before and done since."""

    world: World
    start: date
    first_week: int
    record: Record
    actual: Actual
    classes: npt.NDArray[np.object_]
    groups: pd.DataFrame  # sku, category, brand, marketplace: what the forecast pools by
    events: pd.DataFrame  # dated, known for years ahead
    promotions: pd.DataFrame


def replay_past(
    known: Known, items: pd.Index, config: Config, weeks: int, tell: Callable[[str], None] = lambda step: None
) -> Replayed:
    """Play the last `weeks` weeks again with every policy. Refused when the history is too short."""
    tell("estimating past demand")
    made = forecast_demand(known, items, config, config.planning.horizon_weeks)
    past = past_world(known, made, config, weeks)
    return replay(
        past.world,
        demand_paths(past, config),
        past.start,
        first_week=past.first_week,
        classes=past.classes,
        record=past.record,
        actual=past.actual,
        horizon=config.planning.horizon_weeks,
        seed=config.planning.seed,
        progress=tell,
    )


def past_world(known: Known, made: Forecast, config: Config, weeks: int) -> Past:
    """The world of the items that can be bought, from their first week of history on."""
    stated = state_problem(known, made.paths, config, config.planning.horizon_weeks)
    problem = stated.problem
    can_buy = np.unique(problem.buy.frame["item"].to_numpy(int))
    demand, sales, start = _demand(known, made, problem.items[can_buy])
    first_week = demand.shape[1] - weeks
    if first_week < FEWEST_BEFORE:
        raise RefusedInput(
            f"There are {demand.shape[1]} weeks of sales; replaying {weeks} needs {FEWEST_BEFORE} before them. "
            "Load older All Orders reports, or replay fewer weeks with --weeks."
        )
    keys = pd.Index(problem.items[can_buy])
    receipts = _receipts(known, keys, start, demand.shape[1])
    world = _world(known, problem, can_buy, demand, receipts, start, first_week, config)
    classes = made.classes.reindex(keys).to_numpy(object)
    groups = known.catalogue.set_index("item").loc[keys, ["category", "brand", "marketplace"]]
    return Past(
        world,
        start,
        first_week,
        Record(sales.sales[:, :first_week], sales.availability[:, :first_week]),
        Actual(receipts),
        classes,
        groups.rename_axis("sku").reset_index(),
        dated_events(known, known.start + timedelta(weeks=config.planning.horizon_weeks)),
        promotions_frame(known),
    )


def _demand(known: Known, made: Forecast, items: npt.NDArray[np.object_]) -> tuple[Floats, Record, date]:
    """Estimated demand (N, T) up to the last whole week, and what was recorded; zero before a SKU's first sale."""
    frame = history_frame(known, pd.Index(items))[["sku", "week", "units", "availability"]]
    parts = made.components_of(items)
    parts = parts.assign(sku=parts["sku"].astype(str), week=pd.to_datetime(parts["week"]))
    usual = parts["level"] * parts["season"] * parts["event"] * parts["promo"]
    frame = frame.merge(parts.assign(usual=usual)[["sku", "week", "usual"]], on=["sku", "week"], how="left")
    share = frame["availability"].fillna(1.0)
    scaled = frame["units"] / share.where(share > 0.25)
    frame["demand"] = scaled.fillna(frame[["units", "usual"]].max(axis=1)).fillna(0.0)
    grid = pd.date_range(frame["week"].min(), frame["week"].max(), freq="7D")
    demand, sales, available = (
        frame.pivot(index="sku", columns="week", values=name).reindex(index=items, columns=grid)
        for name in ("demand", "units", "availability")
    )
    record = Record(sales.fillna(0.0).to_numpy(float), available.to_numpy(float))
    return demand.fillna(0.0).round().to_numpy(float), record, grid[0].date()


def _receipts(known: Known, items: pd.Index, start: date, weeks: int) -> Floats:
    """Units FBA received by week (N, T), as the reports say."""
    got = known.inbound_history
    got = got[(got["destination"] == "FBA") & got["item"].isin(items)]
    week = (pd.to_datetime(got["received_on"]) - pd.Timestamp(start)).dt.days // 7
    inside = (week >= 0) & (week < weeks)
    table = np.zeros((len(items), weeks))
    np.add.at(table, (items.get_indexer(got["item"])[inside], week[inside].to_numpy(int)), got["received"][inside])
    return table


def _world(
    known: Known, problem: Problem, rows: npt.NDArray[np.intp], demand: Floats, receipts: Floats, start: date,
    first_week: int, config: Config,
) -> World:  # fmt: skip
    """Prices and fees of every past week, the usual way to buy, stock at FBA when the replay begins."""
    keys, weeks = pd.Index(problem.items[rows]), demand.shape[1]
    listed = listed_items(known, keys, config)
    economics, _ = unit_economics(
        listed.assign(landed_cost=problem.economics.product_cost[rows]), start, weeks, currency=config.seller.currency,
        rates=config.seller.rates, evidence=known.fee_evidence, settings=economics_settings(config),
    )  # fmt: skip
    ways = problem.buy.frame.assign(row=np.arange(len(problem.buy.frame)))
    usual = ways.sort_values(["item", "unit_cost", "row"]).drop_duplicates("item").set_index("item").loc[rows]
    lead = _lead_weeks(problem, usual["row"].to_numpy(int), rows, weeks, config.planning.seed)
    soon = np.arange(weeks)[None, :] < first_week + np.median(lead, axis=1)[:, None]
    return World(
        items=keys.to_numpy(object),
        demand=demand,
        lead_weeks=lead,
        margin=economics.margin,
        price=economics.price,
        unit_cost=usual["unit_cost"].to_numpy(float),
        storage=economics.fba_storage,
        review_weeks=usual["review_weeks"].to_numpy(int),
        case_pack=usual["case_pack"].to_numpy(float),
        moq=usual["moq"].to_numpy(float),
        on_hand=_stock_at(known, keys, start + timedelta(weeks=first_week)),
        inbound=np.where(soon & (np.arange(weeks)[None, :] >= first_week), receipts, 0.0),
        lost_sale=economics.lost_sale,
        capital_rate=economics.capital_rate,
        exit_value=economics.exit_value,
        aged_from_days=economics.aged_from_days,
        aged_surcharge=economics.aged_surcharge,
        low_days=economics.low_inventory_below_days,
        low_fee=economics.low_inventory_fee,
        volume_m3=economics.volume_m3,
    )


def _lead_weeks(
    problem: Problem, usual: npt.NDArray[np.intp], rows: npt.NDArray[np.intp], weeks: int, seed: int
) -> npt.NDArray[np.int64]:
    """Weeks from an order to FBA (N, T), drawn from the learned lead times and the way on from a warehouse."""
    draws = problem.buy.lead_time_days[usual]
    on = problem.ship.frame.assign(days=problem.ship.lead_time_days.mean(axis=1) if len(problem.ship.frame) else [])
    on = on.groupby(["item", "source"])["days"].min() if len(on) else pd.Series(dtype=float)
    destination = problem.buy.frame["destination"].to_numpy(object)[usual]
    way = pd.MultiIndex.from_arrays([rows, destination])
    further = on.reindex(way).fillna(0.0).to_numpy(float) if len(on) else np.zeros(len(rows))
    chosen = np.random.default_rng(seed).integers(0, draws.shape[1], weeks)
    return np.ceil((draws[:, chosen] + further[:, None]) / 7).astype(np.int64)


def _stock_at(known: Known, items: pd.Index, day: date) -> Floats:
    """Sellable units at FBA on the morning of a day: the last balance before it."""
    frame = known.daily_stock
    frame = frame[pd.to_datetime(frame["day"]) < pd.Timestamp(day)].sort_values("day")
    units = frame.groupby("item")["units"].last().reindex(items).fillna(0)
    return np.asarray(units.clip(lower=0).to_numpy(float))


def demand_paths(past: Past, config: Config) -> Callable[[Seen], npt.NDArray[np.float32]]:
    """Our forecast from what a policy has seen; made anew every fourth week, in between the same paths move on."""
    horizon = config.planning.horizon_weeks
    made: dict[int, npt.NDArray[np.float32]] = {}

    def paths(seen: Seen) -> npt.NDArray[np.float32]:
        origin = past.first_week + (seen.week + 1 - past.first_week) // 4 * 4
        if origin not in made:
            made.clear()
            made[origin] = _forecast_at(past, seen, origin, config, horizon + 4)
        shift = seen.week + 1 - origin
        return made[origin][:, :, shift : shift + horizon]

    return paths


def _forecast_at(past: Past, seen: Seen, origin: int, config: Config, horizon: int) -> npt.NDArray[np.float32]:
    n, dates = len(past.world.items), pd.date_range(past.start, periods=origin, freq="7D")
    history = pd.DataFrame(
        {
            "sku": np.repeat(past.world.items, origin),
            "week": np.tile(dates, n),
            "units": seen.sales[:, :origin].ravel(),
            "availability": seen.availability[:, :origin].ravel(),
        }
    ).merge(past.groups, on="sku")
    started = history.groupby("sku")["units"].cumsum() > 0
    begun = pd.to_datetime(past.promotions["start_date"]) <= dates[-1]  # when a later deal was planned is not known
    made = forecast(
        history[started | (history["week"] == dates[-1])],
        horizon,
        config.planning.seed,
        paths=PATHS,
        events=past.events,
        promotions=past.promotions[begun],
        settings=ForecastSettings(partition_size=config.planning.partition_size),
    )
    return made.paths.select(past.world.items).samples
