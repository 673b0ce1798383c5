"""The week's decision as the engine wants it: stock, arrivals, ways to buy and ship, money, limits."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting import DemandPaths, Forecast
from policies.assumptions import AssumptionMade
from policies.economics import EconomicsSettings, Note, unit_economics
from policies.economics_items import rates_of
from policies.economics_settings import OwnChannel
from policies.figures import figure_amounts, joined
from policies.inputs import Arrivals, Options, Problem
from policies.marketplaces import marketplaces
from replenish.config import Config
from replenish.weekly.awd import awd_of
from replenish.weekly.known import Known
from replenish.weekly.limits import limits_of
from replenish.weekly.moves import buy_options, priced_ways, ship_options, with_cartons
from replenish.weekly.payments import open_payments
from replenish.weekly.stock import Position, position, refilled_by_awd, stored_and_shipped
from replenish.weekly.times import Times, times_of

Floats = npt.NDArray[np.floating]
NEW_SELLER_DAYS = 0.0  # the setting says younger than 365 days, when exemptions end; how much younger is all one
DAYS_OF_RATES = 91  # window of past sales that return rates and recent velocity are taken from


@dataclass(frozen=True)
class Stated:
    """The problem with what explains it: the stock position, the learned lead times, and notes on assumptions."""

    problem: Problem
    position: Position
    times: Times
    notes: tuple[Note, ...]
    uncorrected: dict[str, Any] = field(default_factory=dict)
    """items that the planner's overrides touch, and their demand (n, P, H) without them; empty where there are none"""


def uncorrected_demand(known: Known, made: Forecast, horizon: int) -> dict[str, Any]:
    """`Stated.uncorrected` of a forecast."""
    with_them, without = (_demand(known, paths, horizon) for paths in (made.paths, made.base_paths))
    touched = np.flatnonzero((with_them != without).any(axis=(1, 2)))
    return {"items": made.paths.skus[touched], "demand": without[touched]} if len(touched) else {}


def state_problem(known: Known, paths: DemandPaths, config: Config, horizon: int) -> Stated:
    """Everything `policies.decide` needs for the items that have demand paths."""
    items = pd.Index(paths.skus)
    demand = _demand(known, paths, horizon)
    here = position(known, items)
    times = times_of(known, config)
    listed = listed_items(known, items, config)
    awd = awd_of(known, with_cartons(listed), config)
    priced, freight_notes = priced_ways(known, listed, config, awd)
    buy, landed = buy_options(known, listed, priced, config, times)
    ratio = stored_and_shipped(known, items, here.fba_on_hand)
    awd_share = refilled_by_awd(known, items) if config.money.awd_auto_replenishment else np.nan
    economics, notes = unit_economics(
        pd.concat([listed, ratio], axis=1).assign(landed_cost=landed, awd_share=awd_share),
        known.start,
        horizon,
        currency=config.seller.currency,
        rates=config.seller.rates,
        evidence=known.fee_evidence,
        settings=economics_settings(config),
    )
    ship, upstream, ship_notes = ship_options(known, listed, here, buy, config, times, awd)
    economics = replace(economics, figures=joined(economics.figures, awd.figures()))
    paid = open_payments(known, priced, config, horizon)
    placement = np.nan_to_num(figure_amounts(economics.figures, "inbound placement fee", paths.skus))
    ship, buy = _with_placement(ship, placement), _with_placement(buy, placement)
    problem = Problem(
        start=known.start,
        items=paths.skus,
        marketplace=listed["marketplace"].to_numpy(object),
        demand=demand,
        fba_on_hand=here.fba_on_hand,
        fba_age=here.fba_age,
        age_from_days=here.age_from_days,
        economics=economics,
        buy=buy,
        ship=ship,
        arrivals=_arrivals(here, times),
        limits=limits_of(known, config, buy, priced, paid),
        upstream=upstream,
        currency=config.seller.currency,
    )
    returned = _returns_gap(known, listed, config)
    return Stated(problem, here, times, (*freight_notes, *ship_notes, *returned, *awd.notes(), *notes))


def _with_placement(options: Options, fee: Floats) -> Options:
    """Ways that end at FBA pay Amazon's inbound placement fee; `fee` per unit and item."""
    frame = options.frame
    if frame.empty:
        return options
    to_fba = frame["destination"] == "FBA" if "destination" in frame else pd.Series(True, index=frame.index)
    added = np.where(to_fba, fee[frame["item"].to_numpy(int)], 0.0)
    return Options(frame.assign(unit_cost=frame["unit_cost"] + added), options.lead_time_days)


def economics_settings(config: Config) -> EconomicsSettings:
    """The money settings of the workspace as the economics want them."""
    codes = [one.code for one in marketplaces()] if config.money.new_seller else []
    channels = config.money.own_channels
    return EconomicsSettings(
        capital_rate_per_year=config.money.capital_rate_per_year,
        ranking_recovery_share=config.money.ranking_loss_share,
        seller_days=dict.fromkeys(codes, NEW_SELLER_DAYS),
        tax_rates={code: one.tax_rate for code, one in channels.items() if one.tax_rate is not None},
        own_channels={code: OwnChannel(**one.model_dump(exclude={"tax_rate"})) for code, one in channels.items()},
    )


def _demand(known: Known, paths: DemandPaths, horizon: int) -> npt.NDArray[np.float32]:
    """Paths of the plan's weeks; of week 0 only the days that lie ahead."""
    first = int(np.searchsorted(paths.periods, pd.Timestamp(known.start)))
    demand = paths.samples[:, :, first : first + horizon]
    if known.rest_of_week < 1:
        demand = demand.copy()
        demand[:, :, 0] *= known.rest_of_week
    return demand


def listed_items(known: Known, items: pd.Index, config: Config) -> pd.DataFrame:
    """The catalogue rows of `items` in their order, with price, return rates and recent sales."""
    listed = known.catalogue.set_index("item").reindex(items).rename_axis("item").reset_index()
    since = pd.Timestamp(known.start) - pd.Timedelta(days=DAYS_OF_RATES)
    sales = known.weekly_sales
    recent = sales[pd.to_datetime(sales["week"]) >= since].groupby("item")
    units = recent["units"].sum().reindex(items).fillna(0).to_numpy(float)
    rate, sellable = _returns(known, items, config)
    last = sales[pd.to_datetime(sales["week"]) == pd.Timestamp(known.start) - pd.Timedelta(days=7)]
    week = last.set_index("item")["units"].reindex(items).fillna(0).to_numpy(float)
    return listed.assign(
        price=_price(listed, recent, items),
        return_rate=rate,
        sellable_return_share=sellable,
        units_7_days=week,
        units_per_month=units * 30.4 / DAYS_OF_RATES,
    )


def _price(listed: pd.DataFrame, recent: "pd.core.groupby.DataFrameGroupBy", items: pd.Index) -> pd.Series:
    """The listing's price, else what customers paid lately."""
    paid = (recent["revenue"].sum() / recent["units"].sum()).reindex(items).to_numpy(float)
    return listed["price"].astype(float).where(listed["price"].notna(), pd.Series(paid, index=listed.index))


def _returns(known: Known, items: pd.Index, config: Config) -> tuple[Floats, Floats]:
    """Return rate and its sellable share per item, drawn towards the seller's average where few units were sold."""
    year = pd.Timestamp(known.start) - pd.Timedelta(days=365)
    sales = known.weekly_sales[pd.to_datetime(known.weekly_sales["week"]) >= year]
    columns = ["units", "returned_sellable", "returned_unsellable"]
    sums = sales.groupby("item")[columns].sum().reindex(items).fillna(0).astype(float)
    back = sums["returned_sellable"] + sums["returned_unsellable"]
    usual = back.sum() / sums["units"].sum() if back.sum() > 0 else config.money.default_return_rate
    sold = sums["units"] if back.sum() > 0 else 0.0  # without any report of returns none of them is known to be kept
    rate = (back + 50 * usual) / (sold + 50)  # 50 units of the usual: a handful of returns proves little
    half = sums["returned_sellable"].sum() / back.sum() if back.sum() > 0 else 0.5
    sellable = (sums["returned_sellable"] + 10 * half) / (back + 10)
    return rate.clip(0, 0.9).to_numpy(), sellable.clip(0, 1).to_numpy()


def _returns_gap(known: Known, listed: pd.DataFrame, config: Config) -> list[AssumptionMade]:
    """Named where no report tells of any return."""
    sales = known.weekly_sales
    if listed.empty or float(sales[["returned_sellable", "returned_unsellable"]].fillna(0).to_numpy(float).sum()) > 0:
        return []
    paid_in = rates_of(listed["price_currency"], config.seller.rates, config.seller.currency, "a price").to_numpy()
    effect = float(
        np.nan_to_num(listed["return_rate"].to_numpy(float) * listed["price"].to_numpy(float) * paid_in).mean()
    )
    text = "no returns report was loaded, the setting default_return_rate is used (its refunds)"
    return [AssumptionMade("return rate", "ALL", len(listed), str(listed["item"].min()), text, effect)]


def _arrivals(here: Position, times: Times) -> Arrivals:
    return Arrivals(here.arrivals, times.arrival_days(here.arrivals))
