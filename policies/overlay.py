"""One problem with some parts taken from an older one: the steps between two weekly plans."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.inputs import Arrivals, Options, Problem, UnitEconomics

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
BUY_KEY = ["item", "supplier", "mode", "destination"]
SHIP_KEY = ["item", "source", "mode"]
SIZE_COLUMNS = ["moq", "case_pack", "moq_group", "moq_group_minimum"]
DATE_COLUMNS = ["earliest_order_week", "balance_week", "freight_week", "landed_week"]
PARTS = ("demand", "stock", "lead time", "cost", "limit")
"""What is replaced one after the other. Demand: paths. Stock: on hand, ages, upstream, arrivals. Lead time: draws, the
days of open orders and the dates that follow from them, review periods. Cost: fees, prices, ways and price breaks.
Limit: cash, capacity, order minimums, containers, ASIN caps, MOQ and case packs."""


def overlay(old: Problem, new: Problem, fresh: frozenset[str], whole: frozenset[str] = frozenset()) -> Problem:
    """`new`'s items with the parts in `fresh` from `new` and all others from `old`.

    Items that are new, and those in `whole`, are `new`'s throughout.
    """
    place = pd.Index(old.items).get_indexer(pd.Index(new.items))
    place[pd.Index(new.items).isin(list(whole))] = -1
    shape = new.demand.shape[1:]

    def part(name: str, before: Floats, after: Floats) -> Floats:
        return after if name in fresh else _items(before, after, place)

    demand = new.demand if "demand" in fresh else _items(_fit(old.demand, *shape), new.demand, place)
    limits = new.limits if "limit" in fresh else old.limits
    if _paid_with(old, new) in fresh and limits.open_payments is not None and new.limits.open_payments is not None:
        limits = replace(limits, open_payments=new.limits.open_payments)
    asin_cap = limits.asin_cap
    if "limit" not in fresh and asin_cap is not None:
        newer = np.full(len(new.items), np.inf) if new.limits.asin_cap is None else new.limits.asin_cap
        asin_cap = _items(asin_cap, newer, place)
    buy, breaks = _buy(old, new, place, fresh, shape[0])
    stock = new if "stock" in fresh else _old_stock(old, new, place, shape[0])
    return Problem(
        start=new.start,
        items=new.items,
        marketplace=new.marketplace,
        demand=demand,
        fba_on_hand=part("stock", old.fba_on_hand, new.fba_on_hand),
        fba_age=stock.fba_age,
        age_from_days=new.age_from_days,
        economics=_economics(old, new, place, fresh),
        buy=buy,
        ship=_ship(old, new, place, fresh, shape[0]),
        arrivals=_arrivals(old, new, stock.arrivals, fresh),
        limits=replace(limits, asin_cap=asin_cap, price_breaks=breaks),
        upstream=stock.upstream,
        currency=new.currency,
    )


def only(problem: Problem, keep: Integers) -> Problem:
    """The problem of some items, given as ascending numbers; shared limits stay as they are."""
    place = np.full(len(problem.items), -1)
    place[keep] = np.arange(len(keep))
    economics = problem.economics
    changed = {
        f.name: getattr(economics, f.name)[keep]
        for f in fields(UnitEconomics)
        if f.name not in ("aged_from_days", "low_inventory_below_days", "figures")
    }
    cap, breaks = problem.limits.asin_cap, problem.limits.price_breaks
    buy, rows = _renumbered(problem.buy, place)
    if len(breaks):
        moved = pd.Series(np.arange(len(rows)), index=rows).reindex(breaks["buy"]).to_numpy()
        breaks = breaks.assign(buy=moved).dropna(subset=["buy"]).astype({"buy": int})
    arrivals, kept = _frame(problem.arrivals.frame, place)
    return replace(
        problem,
        items=problem.items[keep],
        marketplace=problem.marketplace[keep],
        demand=problem.demand[keep],
        fba_on_hand=problem.fba_on_hand[keep],
        fba_age=problem.fba_age[keep],
        economics=replace(economics, **changed),
        buy=buy,
        ship=_renumbered(problem.ship, place)[0],
        arrivals=Arrivals(arrivals, problem.arrivals.days[kept]),
        limits=replace(problem.limits, asin_cap=None if cap is None else cap[keep], price_breaks=breaks),
        upstream=_frame(problem.upstream, place)[0],
    )


def _same_orders(old: Problem, new: Problem) -> bool:
    """Whether nothing was ordered, sent or received, and no time passed, between the two."""
    same = old.start == new.start and np.array_equal(old.items, new.items)
    return bool(same and old.arrivals.frame.equals(new.arrivals.frame))


def _arrivals(old: Problem, new: Problem, arrivals: Arrivals, fresh: frozenset[str]) -> Arrivals:
    """The same open orders on other days are a matter of lead times."""
    if not _same_orders(old, new):
        return arrivals
    days = (new if "lead time" in fresh else old).arrivals.days
    return Arrivals(new.arrivals.frame, _draws(days, new.demand.shape[1]))


def _paid_with(old: Problem, new: Problem) -> str:
    """The part that payments of open orders belong to: the orders, else when goods are due, else their prices."""
    if not _same_orders(old, new):
        return "stock"
    return "cost" if np.array_equal(old.buy.lead_time_days, new.buy.lead_time_days) else "lead time"


def _items(before: npt.NDArray[Any], after: npt.NDArray[Any], place: Integers) -> "npt.NDArray[Any]":
    """Rows of `before` for items it has, of `after` for the others; columns repeated or cut to fit."""
    if before.ndim == 2 and before.shape[1] != after.shape[1]:
        before = _columns(before, after.shape[1])
    mixed = after.copy()
    mixed[place >= 0] = before[place[place >= 0]]
    return mixed


def _columns(array: npt.NDArray[np.generic], width: int) -> "npt.NDArray[np.generic]":
    return array[:, np.minimum(np.arange(width), array.shape[1] - 1)]


def _fit(demand: npt.NDArray[np.float32], paths: int, weeks: int) -> npt.NDArray[np.float32]:
    """Paths repeated in turn, the last week repeated."""
    rows, columns = np.arange(paths) % demand.shape[1], np.minimum(np.arange(weeks), demand.shape[2] - 1)
    return demand[:, rows][:, :, columns]


def _draws(draws: Floats, paths: int) -> Floats:
    return draws[:, np.arange(paths) % draws.shape[1]] if draws.shape[1] else np.zeros((len(draws), paths))


def _economics(old: Problem, new: Problem, place: Integers, fresh: frozenset[str]) -> UnitEconomics:
    if "cost" in fresh:
        return new.economics
    before, after = old.economics, new.economics
    bands = (("aged_from_days", "aged_surcharge"), ("low_inventory_below_days", "low_inventory_fee"))
    skipped = {"figures", *(name for pair in bands for name in pair)}
    values: dict[str, object] = {
        f.name: _items(getattr(before, f.name), getattr(after, f.name), place)
        for f in fields(UnitEconomics)
        if f.name not in skipped
    }
    for edges, rates in bands:
        same = np.array_equal(getattr(before, edges), getattr(after, edges))
        values[edges] = getattr(after, edges)
        values[rates] = _items(getattr(before, rates), getattr(after, rates), place) if same else getattr(after, rates)
    return replace(after, **values)  # type: ignore[arg-type]


def _old_stock(old: Problem, new: Problem, place: Integers, paths: int) -> Problem:
    """`new` with the stock and arrivals of `old`."""
    to_new = _back(place, len(old.items))
    added = np.where(place < 0)[0]
    arrivals, kept = _frame(old.arrivals.frame, to_new)
    newer, also = _frame(new.arrivals.frame, _identity(added, len(new.items)))
    days = np.concatenate([_draws(old.arrivals.days[kept], paths), new.arrivals.days[also].reshape(-1, paths)])
    upstream = [
        f
        for f in (_frame(old.upstream, to_new)[0], _frame(new.upstream, _identity(added, len(new.items)))[0])
        if len(f)
    ]
    frames = [f for f in (arrivals, newer) if len(f)]
    age = new.fba_age
    if old.fba_age.shape[1] == age.shape[1]:
        age = _items(old.fba_age, age, place)
    return replace(
        new,
        fba_age=age,
        arrivals=Arrivals(pd.concat(frames, ignore_index=True) if frames else new.arrivals.frame.iloc[:0], days),
        upstream=pd.concat(upstream, ignore_index=True) if upstream else new.upstream.iloc[:0],
    )


def _buy(
    old: Problem, new: Problem, place: Integers, fresh: frozenset[str], paths: int
) -> tuple[Options, pd.DataFrame]:
    """Ways to buy and their price breaks: old rows until costs are new; then new rows with old draws or sizes."""
    breaks = new.limits.price_breaks
    if "cost" in fresh:
        frame, draws = new.buy.frame, new.buy.lead_time_days
        if "limit" not in fresh and len(frame) and len(old.buy.frame):
            before, _ = _frame(old.buy.frame, _back(place, len(old.items)))
            frame = _with_columns(frame, before, BUY_KEY, SIZE_COLUMNS)
        return Options(frame, draws), breaks
    options, rows = _renumbered(old.buy, _back(place, len(old.items)))
    draws = _draws(options.lead_time_days, paths)
    if "lead time" in fresh:
        later = _matched(options.frame, draws, new.buy, BUY_KEY)
        options = Options(_with_dates(options.frame, new.buy.frame, (later != draws).any(axis=1)), later)
        draws = later
    kept = old.limits.price_breaks
    if len(kept):
        moved = pd.Series(np.arange(len(rows)), index=rows).reindex(kept["buy"]).to_numpy()
        kept = kept.assign(buy=moved).dropna(subset=["buy"]).astype({"buy": int})
    added, extra = _frame(new.buy.frame, _identity(np.where(place < 0)[0], len(new.items)))
    frames = [f for f in (options.frame, added) if len(f)]
    frame = pd.concat(frames, ignore_index=True) if frames else new.buy.frame.iloc[:0]
    return Options(
        frame, np.concatenate([draws.reshape(-1, paths), new.buy.lead_time_days[extra].reshape(-1, paths)])
    ), kept


def _ship(old: Problem, new: Problem, place: Integers, fresh: frozenset[str], paths: int) -> Options:
    """New rows once stock is new, with the old costs, sizes and draws of ways that were there before."""
    before, rows = _frame(old.ship.frame, _back(place, len(old.items)))
    old_draws = _draws(old.ship.lead_time_days[rows], paths)
    if "stock" not in fresh:
        if "lead time" in fresh:
            old_draws = _matched(before, old_draws, new.ship, SHIP_KEY)
        added, extra = _frame(new.ship.frame, _identity(np.where(place < 0)[0], len(new.items)))
        frames = [f for f in (before, added) if len(f)]
        frame = pd.concat(frames, ignore_index=True) if frames else new.ship.frame.iloc[:0]
        return Options(frame, np.concatenate([old_draws, new.ship.lead_time_days[extra].reshape(-1, paths)]))
    frame, draws = new.ship.frame, new.ship.lead_time_days
    if not len(frame) or not len(before):
        return new.ship
    if "lead time" not in fresh:
        draws = _matched(frame, draws, Options(before, old_draws), SHIP_KEY)
        frame = _with_columns(frame, before, SHIP_KEY, ["review_weeks"])
    if "cost" not in fresh:
        frame = _with_columns(frame, before, SHIP_KEY, ["unit_cost", "hold_cost"])
    if "limit" not in fresh:
        frame = _with_columns(frame, before, SHIP_KEY, ["case_pack"])
    return Options(frame, draws)


def _with_columns(frame: pd.DataFrame, source: pd.DataFrame, key: list[str], columns: list[str]) -> pd.DataFrame:
    """`columns` of `source` in the rows of `frame` that it has as well."""
    found = source.drop_duplicates(key).set_index(key)[columns].reindex(pd.MultiIndex.from_frame(frame[key]))
    known = found[columns[0]].notna().to_numpy()
    frame = frame.copy()
    for name in columns:
        values = found[name].to_numpy()
        frame[name] = np.where(known, values, frame[name].to_numpy()).astype(frame[name].dtype)
    return frame


def _with_dates(frame: pd.DataFrame, source: pd.DataFrame, slower: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Review periods, and in rows whose lead time is another the weeks in which an order starts and is paid."""
    columns = [name for name in DATE_COLUMNS if name in frame and name in source]
    if not len(frame) or not len(source):
        return frame
    dated = _with_columns(frame, source, BUY_KEY, [*columns, "review_weeks"])
    changed = {name: np.where(slower, dated[name], frame[name]) for name in columns}
    return frame.assign(review_weeks=dated["review_weeks"], **changed)


def _matched(frame: pd.DataFrame, draws: Floats, source: Options, key: list[str]) -> Floats:
    """`draws` with those of `source` in the rows that it has as well."""
    if not len(frame) or not len(source.frame):
        return draws
    rows = pd.Series(np.arange(len(source.frame)), index=pd.MultiIndex.from_frame(source.frame[key]))
    at = rows[~rows.index.duplicated()].reindex(pd.MultiIndex.from_frame(frame[key])).to_numpy(float)
    known = ~np.isnan(at)
    mixed = draws.copy()
    mixed[known] = source.lead_time_days[at[known].astype(int)]
    return mixed


def _back(place: Integers, count: int) -> Integers:
    """For each old item its number among the new ones; -1 gone."""
    back = np.full(count, -1)
    back[place[place >= 0]] = np.flatnonzero(place >= 0)
    return back


def _identity(keep: Integers, count: int) -> Integers:
    place = np.full(count, -1)
    place[keep] = keep
    return place


def _frame(frame: pd.DataFrame, place: Integers) -> tuple[pd.DataFrame, Integers]:
    """Rows of items that have a place, renumbered, and which rows they were."""
    if not len(frame):
        return frame, np.zeros(0, int)
    item = place[frame["item"].to_numpy(int)]
    rows = np.flatnonzero(item >= 0)
    return frame.iloc[rows].assign(item=item[rows]).reset_index(drop=True), rows


def _renumbered(options: Options, place: Integers) -> tuple[Options, Integers]:
    frame, rows = _frame(options.frame, place)
    return Options(frame, options.lead_time_days[rows]), rows
