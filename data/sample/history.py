"""Three years of a seller who orders by velocity times cover: what demand, lead times and that habit made of the stock.

The seller reviews every Monday. Velocity is a weighted mean of the last 7, 30 and 90 days of *sales* (days without
stock count as days without demand: the usual mistake), raised by a half-hearted guess at the coming season; where last
year sold more in the same weeks, four fifths of that count instead. FBA is filled up from the warehouse to a cover
target; the supplier is asked for what is missing over lead time plus cover.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.sample import calendar, supply
from data.sample.demand import DemandProcess
from data.sample.seller import Days, Receipts, Units

FBA_COVER_DAYS = 35
BUY_COVER_DAYS = 55
LAST_YEAR_TRUST = 0.8
SEASON_FAITH = 0.8
"""Exponent on the season the seller expects: 0 ignores it, 1 knows it."""
PAD = 400
"""Days after the last simulated day for which arrivals are kept."""


LINE_COLUMNS = (
    *("line", "item", "source", "mode", "quantity"),
    *("ordered_day", "ready_day", "shipped_day", "expected_day", "delivered_day"),
)
PART_COLUMNS = ("line", "day", "quantity")
_Rate = NDArray[np.float64]
_Rates = tuple[_Rate, _Rate]


@dataclass
class _Log:
    """Lines and arrivals as they are made, one chunk of arrays per Monday."""

    lines: list[dict[str, NDArray[np.generic]]] = field(default_factory=list)
    parts: list[dict[str, NDArray[np.generic]]] = field(default_factory=list)
    count: int = 0

    def add(self, chunk: dict[str, NDArray[np.generic]], arrivals: list[tuple[Units, Units]]) -> None:
        size = chunk["item"].size
        line = np.arange(self.count, self.count + size)
        self.count += size
        self.lines.append({"line": line, **chunk})
        for day, quantity in arrivals:
            some = quantity > 0
            self.parts.append({"line": line[some], "day": day[some], "quantity": quantity[some]})

    def receipts(self) -> Receipts:
        lines, parts = _joined(self.lines, LINE_COLUMNS), _joined(self.parts, PART_COLUMNS)
        return Receipts(lines, parts.sort_values(["line", "day"], ignore_index=True))


def _joined(chunks: list[dict[str, NDArray[np.generic]]], columns: tuple[str, ...]) -> pd.DataFrame:
    nothing = np.zeros(0, np.int64)
    return pd.DataFrame({name: np.concatenate([nothing, *(chunk[name] for chunk in chunks)]) for name in columns})


@dataclass
class Warehousing:
    """The running stock of every item, and its history. Day arrays are (day, sku) so that a day is one row."""

    items: pd.DataFrame
    days: Days
    rng: np.random.Generator

    def __post_init__(self) -> None:
        count, length = len(self.items), self.days.size
        column = self.items.__getitem__
        self.launch = column("launch_day").to_numpy()
        self.end = column("end_day").to_numpy()
        self.case = column("case_pack").to_numpy().astype(np.int32)
        self.moq = column("moq").to_numpy().astype(np.int32)
        self.supplier = column("supplier_row").to_numpy()
        self.warehouse = column("warehouse").to_numpy()
        self.market = column("market").to_numpy()
        self.family = column("family").to_numpy()
        self.leaving = column("status").to_numpy() == "phase_out"
        self.return_rate = column("return_rate").to_numpy()
        self.times = supply.true_times()
        self.stated = supply.stated_days()
        self.stated_fba = supply.stated_days_to_fba()
        self.stops = _stops(self.days)
        self._faith = _season_guess(self.days)
        self._faith_sum = np.cumsum(self._faith, axis=2)
        for name in ("sold", "stock", "received", "returned_sellable", "returned_unsellable"):
            setattr(self, name, np.zeros((length, count), np.int32))
        self.sold: Units
        self.stock: Units
        self.received: Units
        self.returned_sellable: Units
        self.returned_unsellable: Units
        self._to_fba = np.zeros((length + PAD, count), np.int32)
        self._to_warehouse = np.zeros((length + PAD, count), np.int32)
        self._back = np.zeros((length + 40, 2, count), np.int32)
        self.fba = np.zeros(count, np.int32)
        self.inbound = np.zeros(count, np.int32)
        self.shelf = np.zeros(count, np.int32)
        self.on_order = np.zeros(count, np.int32)
        self.purchases, self.shipments = _Log(), _Log()
        self._sold_until = np.zeros((length + 1, count), np.int32)
        self._start()

    def day(self, day: int, demand: Units) -> None:
        """One day: goods arrive, customers buy what is there, some send it back weeks later."""
        arrived, shelved = self._to_fba[day], self._to_warehouse[day]
        back, broken = self._back[day]
        self.fba += arrived + back
        self.inbound -= arrived
        self.shelf += shelved
        self.on_order -= shelved
        sold = np.minimum(demand, self.fba)
        self.fba -= sold
        self.sold[day], self.stock[day], self.received[day] = sold, self.fba, arrived
        self.returned_sellable[day], self.returned_unsellable[day] = back, broken
        self._sold_until[day + 1] = self._sold_until[day] + sold
        returned = self.rng.binomial(sold, self.return_rate)
        sellable = self.rng.binomial(returned, 0.55)
        later = min(day + int(self.rng.integers(9, 30)), self._back.shape[0] - 1)
        self._back[later, 0] += sellable.astype(np.int32)
        self._back[later, 1] += (returned - sellable).astype(np.int32)

    def review(self, day: int) -> None:
        """Monday morning: ship to FBA, then order from suppliers."""
        velocity = self._velocity(day)
        self._ship(day, velocity)
        self._buy(day, velocity)

    def _start(self) -> None:
        """Stock and orders that are there on the first day, and the first order of items launched later."""
        base = self.items["base_weekly"].to_numpy() / 7.0
        guess = base * np.exp(self.rng.normal(0.0, 0.3, base.size)) * self._faith[self.family, self.market, 0] * 1.3
        old = self.launch < 0
        self.fba[old] = np.ceil(guess[old] * 40 / self.case[old]) * self.case[old]
        self.received[0] = 0
        self._opening = self.fba.copy()
        self.shelf[old] = np.ceil(guess[old] * 35 / self.case[old]) * self.case[old]
        coming = np.flatnonzero(old & (guess * 30 > self.case))
        quantity = _whole_cases(guess[coming] * 50, self.case[coming], self.moq[coming])
        day = self.rng.integers(10, 55, coming.size)
        self._to_warehouse[day, coming] += quantity
        self.on_order[coming] += quantity

    @property
    def opening(self) -> Units:
        """Units at FBA before the first day."""
        return self._opening

    def _velocity(self, day: int) -> NDArray[np.float64]:
        """Units a day by the seller's reckoning; items not launched yet go by a guess."""
        rate = np.zeros(len(self.items))
        for window, weight in ((7, 0.3), (30, 0.3), (90, 0.4)):
            span = np.clip(np.minimum(day, day - self.launch), 1, window)
            rate += weight * (self._sold_until[day] - self._sold_until[max(day - window, 0)]) / span
        young = day - self.launch < 30
        guess = self.items["base_weekly"].to_numpy() / 7.0 * 0.8
        return np.where(young | (day < 28), np.maximum(rate, guess), rate)

    def _rate_ahead(self, day: int, velocity: NDArray[np.float64], wait: NDArray[np.float64], cover: int) -> _Rates:
        """Units a day the seller expects while waiting for the goods, and while selling them."""
        curve, family, market = self._faith_sum, self.family, self.market
        low = max(day - 45, 0)
        behind = (curve[family, market, day + 1] - curve[family, market, low]) / (day + 1 - low)
        start = day + wait.astype(int)
        rates = []
        for first, last in ((np.full_like(start, day), start), (start, start + cover)):
            last = np.minimum(np.maximum(last, first + 1), curve.shape[2] - 1)
            season = (curve[family, market, last] - curve[family, market, first]) / (last - first)
            by_velocity = velocity * np.clip(season / np.maximum(behind, 1e-6), 0.15, 6.0)
            rates.append(np.maximum(by_velocity, LAST_YEAR_TRUST * self._last_year(first, last, season)))
        return rates[0], rates[1]

    def _last_year(self, first: NDArray[np.intp], last: NDArray[np.intp], season: NDArray[np.float64]) -> _Rate:
        """Mean sales a day in the same days of last year; before there is one, what the seller remembers."""
        row = np.arange(first.size)
        until = np.minimum(last - 364, self._sold_until.shape[0] - 1)
        since = np.minimum(first - 364, until - 1)
        sold = (self._sold_until[until.clip(0), row] - self._sold_until[since.clip(0), row]) / (until - since)
        remembered = self.items["base_weekly"].to_numpy() / 7.0 * season * (self.launch < 0)
        return np.asarray(np.where(since >= 0, sold, remembered))

    def _ship(self, day: int, velocity: NDArray[np.float64]) -> None:
        wait = self.stated_fba[self.warehouse]
        meanwhile, later = self._rate_ahead(day, velocity, wait, FBA_COVER_DAYS)
        need = np.maximum(meanwhile * wait + later * FBA_COVER_DAYS - self.fba - self.inbound, 0)
        cases = np.minimum(np.ceil(need / self.case), self.shelf // self.case)
        quantity = (cases * self.case).astype(np.int32)
        item = np.flatnonzero((quantity > 0) & (day >= self.launch - 21))
        if not item.size:
            return
        quantity, warehouse = quantity[item], self.warehouse[item]
        ready = day + self.rng.integers(1, 9, len(supply.WAREHOUSES))[warehouse]  # one pick-up per warehouse
        transit = _gamma(self.rng, self.times.to_fba, slice(None))[warehouse]
        receiving = _gamma(self.rng, self.times.receiving[warehouse], slice(None)) * self._peak(ready)
        arrive = ready + np.maximum(np.round(transit + receiving), 2).astype(int)
        short = self.rng.random(item.size) < 0.03
        got = quantity - np.where(short, np.minimum(self.rng.integers(1, 4, item.size), quantity), 0)
        first = np.where(self.rng.random(item.size) < 0.25, got * 7 // 10, got)
        arrivals = [(arrive, first), (arrive + self.rng.integers(2, 6, item.size), got - first)]
        self.shelf[item] -= quantity
        for when, units in arrivals:
            np.add.at(self._to_fba, (when, item), units.astype(np.int32))
        self.inbound[item] += got.astype(np.int32)
        self.shipments.add(
            {
                "item": item,
                "source": warehouse,
                "mode": np.zeros_like(item),
                "quantity": quantity,
                "ordered_day": np.full_like(item, day),
                "ready_day": ready,
                "shipped_day": ready,
                "expected_day": ready + wait[item].astype(int),
                "delivered_day": ready + np.maximum(np.round(transit), 1).astype(int),
            },
            arrivals,
        )

    def _peak(self, day: NDArray[np.intp]) -> NDArray[np.float64]:
        month = (self.days[0] + day).astype("datetime64[M]").astype(int) % 12
        return np.where(month >= 10, supply.PEAK_RECEIVING, 1.0)

    def _buy(self, day: int, velocity: NDArray[np.float64]) -> None:
        every = supply.SUPPLIERS["review_weeks"].to_numpy()[self.supplier]
        turn = (day // 7 + self.supplier) % every == 0
        stopped: NDArray[np.bool_] = np.any((self.stops[:, :, 0] <= day) & (day <= self.stops[:, :, 1]), axis=1)
        closed = stopped[self.supplier]
        sea = self.stated[self.supplier, 0, self.market] + self.stated_fba[self.warehouse]
        meanwhile, later = self._rate_ahead(day, velocity, sea, BUY_COVER_DAYS)
        position = self.fba + self.inbound + self.shelf + self.on_order
        need = meanwhile * sea + later * BUY_COVER_DAYS - position
        phased_out = self.leaving & (day > self.days.size - 140)
        bought = (need >= 0.4 * self.case) & turn & ~closed & ~phased_out
        bought &= (day >= self.launch - sea - 35) & (day + sea < self.end - 60)
        item = np.flatnonzero(bought)
        if item.size:
            cover = (position[item] - self.on_order[item]) / np.maximum(velocity[item], 0.01)
            self._order(day, item, _whole_cases(need[item], self.case[item], self.moq[item]), cover)

    def _order(self, day: int, item: NDArray[np.intp], quantity: Units, cover: NDArray[np.float64]) -> None:
        """Sea freight as a rule; air when three weeks of stock are left, rail to Germany when six."""
        market, supplier = self.market[item], self.supplier[item]
        rail = (market == 1) & (cover < 42) & (supplier != 4)
        air = (cover < 21) & (self.launch[item] < day) & (quantity * self.items["weight_kg"].to_numpy()[item] < 250)
        mode = np.select([air, rail], [1, 2], 0)
        batch = self.rng.normal(0, 1, (len(supply.SUPPLIERS), 2))  # one order, one production run
        mean, sd = self.times.production[supplier].T
        spread = 0.8 * batch[supplier, market] + 0.6 * self.rng.normal(0, 1, item.size)
        days = np.maximum(np.round(mean * np.exp(spread * sd / mean)), 5).astype(int)
        ready = _work_through(day, days, self.stops[supplier])
        voyage = _gamma(self.rng, self.times.transit[: len(supply.MODES)].reshape(-1, 2), slice(None)).reshape(-1, 2)
        transit = np.maximum(np.round(voyage[mode, market]), 2).astype(int)
        arrive = np.minimum(ready + transit + self.rng.integers(1, 4, item.size), self._to_warehouse.shape[0] - 30)
        split = self.rng.random(item.size) < 0.05
        first = np.where(split, quantity * 7 // 10 // self.case[item] * self.case[item], quantity)
        arrivals = [(arrive, first), (arrive + self.rng.integers(10, 28, item.size), quantity - first)]
        for when, units in arrivals:
            np.add.at(self._to_warehouse, (when, item), units.astype(np.int32))
        self.on_order[item] += quantity
        stated = self.stated[supplier, mode, market].astype(int)
        self.purchases.add(
            {
                "item": item,
                "source": supplier,
                "mode": mode,
                "quantity": quantity,
                "ordered_day": np.full_like(item, day),
                "ready_day": ready,
                "shipped_day": ready + 1,
                "expected_day": day + stated,
                "delivered_day": arrive,
            },
            arrivals,
        )


def run(
    process: DemandProcess, house: Warehousing, weeks: int, future: int
) -> tuple[Units, NDArray[np.float32], Units]:
    """Play `weeks` of history and draw `future` weeks of demand more.

    Returns weekly demand, expected demand and lost sales, each of shape (sku, weeks + future).
    """
    count = len(house.items)
    demand = np.zeros((count, weeks + future), np.int32)
    expected = np.zeros((count, weeks + future), np.float32)
    lost = np.zeros((count, weeks + future), np.int32)
    for week in range(weeks + future):
        daily, mean = process.draw(week)
        demand[:, week], expected[:, week] = daily.sum(axis=0), mean
        if week < weeks:
            house.review(week * 7)
            for offset in range(7):
                house.day(week * 7 + offset, daily[offset])
            lost[:, week] = demand[:, week] - house.sold[week * 7 : week * 7 + 7].sum(axis=0)
    return demand, expected, lost


def _season_guess(days: Days) -> NDArray[np.float64]:
    """The season as the seller sees it, one curve per family and marketplace, a year longer than the days."""
    longer = np.arange(days[0], days[-1] + 370)
    return np.asarray(calendar.season_curves(longer) ** SEASON_FAITH)


def _stops(days: Days) -> NDArray[np.intp]:
    """First and last day number of each supplier's closures, shape (supplier, closure, 2)."""
    longer = np.arange(days[0], days[-1] + PAD)
    frame = supply.closures(longer)
    numbers = (frame[["start_date", "end_date"]].to_numpy("datetime64[D]") - days[0]).astype(int)
    return np.asarray(numbers.reshape(len(supply.SUPPLIERS), -1, 2))


def _work_through(start: int, days: NDArray[np.intp], stops: NDArray[np.intp]) -> NDArray[np.intp]:
    """Day on which `days` of work begun on `start` are done, the stops not counting. stops: (line, closure, 2)."""
    ready = start + days
    for closure in range(stops.shape[1]):
        first, last = stops[:, closure, 0], stops[:, closure, 1]
        rest = np.maximum(last + 1 - np.maximum(first, start), 0)
        ready = np.where((ready > first) & (last >= start), ready + rest, ready)
    return np.asarray(ready)


def _whole_cases(units: NDArray[np.float64], case: Units, moq: Units) -> Units:
    """Units rounded up to whole cases, at least the minimum order."""
    return np.maximum(np.ceil(units / case) * case, np.ceil(moq / case) * case).astype(np.int32)


def _gamma(rng: np.random.Generator, mean_sd: NDArray[np.float64], rows: slice) -> NDArray[np.float64]:
    """One gamma draw per row of (mean, sd); rows without figures stay empty."""
    mean, sd = mean_sd[rows].T
    shape = np.nan_to_num((mean / sd) ** 2, nan=1.0)
    return np.asarray(rng.gamma(shape) * np.nan_to_num(mean, nan=1.0) / shape)
