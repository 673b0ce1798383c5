"""`replenish replay`: the seller's own past as a world that policies can be played in.

Demand of weeks without stock, or that no sales report covers, is not recorded: it is estimated (what was sold, scaled
by availability; the SKU's own level and season where it was out all week). Lead times are drawn from those learned.
Everything else is history. It ends with the last week that sales reports cover.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting import Forecast, ForecastSettings, forecast
from policies.economics import unit_economics
from policies.replay import Replayed, replay
from policies.replay_world import Actual, Record, World
from policies.replay_world import Known as Seen
from replenish.config import Config
from replenish.errors import RefusedInput
from replenish.replaying_limits import cash_spans, held, past_capacity
from replenish.replaying_moves import plain_moves, seller_moves
from replenish.replaying_ways import extra_costs, onward, usual_ways, world_ways
from replenish.weekly.demand import dated_events, forecast_demand, history_frame, promotions_frame
from replenish.weekly.known import Known
from replenish.weekly.problem import Stated, economics_settings, listed_items, state_problem

Floats = npt.NDArray[np.floating]
WEEKLY = ("demand", "units", "availability")
FEWEST_BEFORE = 52  # weeks of history before the first replayed one
PATHS = 100
FORECAST_EVERY = 4  # weeks between two forecasts of a replay


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
    listed: npt.NDArray[np.integer]  # (N,) first week on sale


def replay_past(
    known: Known, items: pd.Index, config: Config, weeks: int, every: int = FORECAST_EVERY,
    tell: Callable[[str], None] = lambda step: None,
) -> Replayed:  # fmt: skip
    """Play the last `weeks` weeks again with every policy; our forecast is made anew `every` so many weeks.

    Refused when the history is too short.
    """
    tell("estimating past demand")
    made = forecast_demand(known, items, config, config.planning.horizon_weeks)
    past = past_world(known, made, config, weeks)
    played = replay(
        past.world,
        demand_paths(past, config, every),
        past.start,
        first_week=past.first_week,
        classes=past.classes,
        record=past.record,
        actual=past.actual,
        horizon=config.planning.horizon_weeks,
        seed=config.planning.seed,
        progress=tell,
    )
    return replace(played, held=(*held(past.world, past.first_week, config), *_ended(past, known)))


def _ended(past: Past, known: Known) -> tuple[str, ...]:
    """A sentence where the newest sales are older than last week."""
    last = past.start + timedelta(weeks=past.world.demand.shape[1] - 1)
    if last + timedelta(weeks=1) >= known.start:
        return ()
    return (f"The last week replayed is that of {last}, the newest that your sales reports cover.",)


def past_world(known: Known, made: Forecast, config: Config, weeks: int) -> Past:
    """The world of the items that can be bought and have been on sale, from their first week of history on."""
    stated = state_problem(known, made.paths, config, config.planning.horizon_weeks)
    problem = stated.problem
    can_buy = np.unique(problem.buy.frame["item"].to_numpy(int))
    demand, sales, start = _demand(known, made, problem.items[can_buy])
    listed = (sales.sales > 0) | (sales.availability > 0)
    on_sale = listed.any(axis=1)  # a launch that lies ahead has no past to play
    can_buy, demand, listed = can_buy[on_sale], demand[on_sale], listed[on_sale]
    sales = Record(sales.sales[on_sale], sales.availability[on_sale])
    first_week = demand.shape[1] - weeks
    if first_week < FEWEST_BEFORE:
        raise RefusedInput(
            f"There are {demand.shape[1]} weeks of sales; replaying {weeks} needs {FEWEST_BEFORE} before them. "
            "Load older All Orders reports, or replay fewer weeks with --weeks."
        )
    keys = pd.Index(problem.items[can_buy])
    world, actual = _world(known, stated, can_buy, demand, start, first_week, config, listed.argmax(axis=1))
    classes = made.classes.reindex(keys).to_numpy(object)
    groups = known.catalogue.set_index("item").loc[keys, ["category", "brand", "marketplace"]]
    return Past(
        world,
        start,
        first_week,
        Record(sales.sales[:, :first_week], sales.availability[:, :first_week]),
        actual,
        classes,
        groups.rename_axis("sku").reset_index(),
        dated_events(known, known.start + timedelta(weeks=config.planning.horizon_weeks)),
        promotions_frame(known),
        listed.argmax(axis=1),
    )


def _demand(known: Known, made: Forecast, items: npt.NDArray[np.object_]) -> tuple[Floats, Record, date]:
    """Estimated demand (N, T) up to the last covered week, and what was recorded; zero before a SKU's first sale."""
    frame = history_frame(known, pd.Index(items))[["sku", "week", "units", "availability"]]
    frame = frame[frame["units"].notna()]
    parts = made.components_of(items)
    parts = parts.assign(sku=parts["sku"].astype(str), week=pd.to_datetime(parts["week"]))
    usual = parts["level"] * parts["season"] * parts["event"] * parts["promo"]
    frame = frame.merge(parts.assign(usual=usual)[["sku", "week", "usual"]], on=["sku", "week"], how="left")
    share = frame["availability"].fillna(1.0)
    scaled = frame["units"] / share.where(share > 0.25)
    frame["demand"] = scaled.fillna(frame[["units", "usual"]].max(axis=1)).fillna(0.0)
    grid = pd.date_range(frame["week"].min(), frame["week"].max(), freq="7D")
    expected = parts.assign(usual=usual).pivot(index="sku", columns="week", values="usual")
    demand, sales, available, expected = (
        table.reindex(index=items, columns=grid).to_numpy(float)
        for table in (*(frame.pivot(index="sku", columns="week", values=name) for name in WEEKLY), expected)
    )
    uncovered = np.isnan(sales) & (np.nancumsum(sales, axis=1) > 0)
    demand = np.where(uncovered, expected, demand)
    record = Record(np.nan_to_num(sales), np.where(uncovered, 0.0, available))  # unseen is as good as out of stock
    return _whole(np.nan_to_num(demand), demand != sales), record, grid[0].date()


def _whole(demand: Floats, estimated: npt.NDArray[np.bool_]) -> Floats:
    """Whole units; parts of a unit estimated add up, so that what sells less than once in two weeks is not lost."""
    parts = np.where(estimated, demand, 0.0).cumsum(axis=1)
    return np.asarray(np.where(estimated, np.diff(np.floor(parts + 0.5), axis=1, prepend=0.0), np.round(demand)))


def _world(
    known: Known, stated: Stated, rows: npt.NDArray[np.intp], demand: Floats, start: date, first_week: int,
    config: Config, on_sale: npt.NDArray[np.integer],
) -> tuple[World, Actual]:  # fmt: skip
    """Prices and fees of every past week, the ways to buy, what was there and under way when the replay begins.

    Where purchases into warehouses are on record, goods go there first and on to FBA, else straight to FBA.
    on_sale: first week (N,) on sale: what the seller ordered for a launch before it comes to every policy.
    """
    problem = stated.problem
    keys, weeks = pd.Index(problem.items[rows]), demand.shape[1]
    listed = listed_items(known, keys, config)
    economics, _ = unit_economics(
        listed.assign(landed_cost=problem.economics.product_cost[rows]), start, weeks, currency=config.seller.currency,
        rates=config.seller.rates, evidence=known.fee_evidence, settings=economics_settings(config),
    )  # fmt: skip
    usual = usual_ways(problem, rows)
    on = onward(problem, usual)
    moved = seller_moves(known, keys, start, weeks, first_week, extra_costs(problem, usual), on_sale)
    staged = moved is not None
    first, *others = world_ways(problem, stated.times, usual, on, staged, start, weeks)
    if moved is None:
        soon = np.median(first.lead_weeks, axis=1)
        moved = plain_moves(known, keys, start, weeks, first_week, soon, on_sale)
    minimum = problem.limits.order_minimums
    least = minimum.set_index("supplier")["value"].reindex(usual["supplier"]).fillna(0.0) if len(minimum) else 0.0
    capacity, group = past_capacity(known, problem, rows, start, weeks)
    world = World(
        items=keys.to_numpy(object),
        demand=demand,
        lead_weeks=first.lead_weeks,
        known_delay=first.known_delay,
        others=tuple(others),
        margin=economics.margin,
        price=economics.price,
        unit_cost=first.unit_cost,
        purchase_price=usual["purchase_price"].to_numpy(float) * usual["currency_rate"].to_numpy(float),
        supplier=usual["supplier"].to_numpy(object),
        order_minimum=np.broadcast_to(np.asarray(least, dtype=float), len(rows)),
        cash=cash_spans(config, known.as_of),
        capacity_m3=capacity,
        storage_group=group,
        storage=economics.fba_storage,
        utilisation=economics.utilisation,
        review_weeks=usual["review_weeks"].to_numpy(int),
        case_pack=usual["case_pack"].to_numpy(float),
        moq=usual["moq"].to_numpy(float),
        moq_group=usual["moq_group"].fillna("").to_numpy(object),
        moq_group_minimum=usual["moq_group_minimum"].to_numpy(float),
        on_hand=_stock_at(known, keys, start + timedelta(weeks=first_week)),
        inbound=moved.inbound,
        buy_from=on_sale,
        lost_sale=economics.lost_sale,
        capital_rate=economics.capital_rate,
        exit_value=economics.exit_value,
        aged_from_days=economics.aged_from_days,
        aged_surcharge=economics.aged_surcharge,
        low_days=economics.low_inventory_below_days,
        low_fee=economics.low_inventory_fee,
        volume_m3=economics.volume_m3,
    )
    if not staged:
        return world, moved.actual
    return replace(
        world,
        transfer_weeks=np.ceil(on.days / 7).astype(np.int64),
        upstream=moved.shelf,
        upstream_inbound=moved.upstream_inbound,
        move_cost=on.move_cost,
        hold_cost=on.hold_cost,
    ), moved.actual


def _stock_at(known: Known, items: pd.Index, day: date) -> Floats:
    """Sellable units at FBA on the morning of a day: the last balance before it."""
    frame = known.daily_stock
    frame = frame[pd.to_datetime(frame["day"]) < pd.Timestamp(day)].sort_values("day")
    units = frame.groupby("item")["units"].last().reindex(items).fillna(0)
    return np.asarray(units.clip(lower=0).to_numpy(float))


def demand_paths(past: Past, config: Config, every: int = FORECAST_EVERY) -> Callable[[Seen], npt.NDArray[np.float32]]:
    """Our forecast from what a policy has seen; made anew `every` so many weeks, in between the same paths move on."""
    horizon = config.planning.horizon_weeks
    made: dict[int, npt.NDArray[np.float32]] = {}

    def paths(seen: Seen) -> npt.NDArray[np.float32]:
        origin = past.first_week + (seen.week + 1 - past.first_week) // every * every
        if origin not in made:
            made.clear()
            made[origin] = _forecast_at(past, seen, origin, config, horizon + every)
        shift = seen.week + 1 - origin
        ahead = seen.week + 1 + np.arange(horizon)
        not_yet = ahead < past.listed[:, None]
        return np.where(not_yet[:, None, :], np.float32(0), made[origin][:, :, shift : shift + horizon])

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
    history["units"] = history["units"].where(started)  # never sold: forecast from items like it, as in the plan
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
