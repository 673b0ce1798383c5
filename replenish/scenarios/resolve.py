"""A scenario against what is known: which SKUs, which days; all that cannot be meant is refused in words."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.calendar import events, last_day_known
from replenish.errors import RefusedInput
from replenish.scenarios.model import DemandChange, Overlay, Promotion, When, Which, nearest
from replenish.weekly.known import Known

Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.integer]
Texts = npt.NDArray[np.object_]
Span = tuple[date, date]
FIRST_YEAR = date(2018, 1, 1)
ESTIMATE = r" \((?:estimate|typical)\)$"
GROUPS = ("marketplace", "category", "brand", "supplier")


@dataclass(frozen=True)
class Row:
    """A dated row of a scenario on the items of the plan. spans: first and last day by marketplace."""

    place: str  # how messages name it, for example "demand 2"
    event: str
    items: Booleans  # (N,)
    spans: dict[str, Span]

    @property
    def label(self) -> str:
        """The event's name, or the days."""
        start, end = min(self.spans.values(), default=(None, None))
        return self.event or f"{start} to {end}"

    def weeks_until_start(self, start: date, markets: Texts, horizon: int) -> Integers:
        """Week (from `start`) in which it begins, per item; the horizon where it is not held."""
        return self._weeks(start, markets, horizon, 0, horizon)

    def weeks_until_end(self, start: date, markets: Texts, horizon: int) -> Integers:
        """First week after it, per item; 0 where it is not held."""
        return np.minimum(self._weeks(start, markets, horizon, 1, -1) + 1, horizon)

    def _weeks(self, start: date, markets: Texts, horizon: int, which: int, nowhere: int) -> Integers:
        weeks = np.full(len(markets), nowhere)
        for market, span in self.spans.items():
            weeks[markets == market] = min(max((span[which] - start).days // 7, 0), horizon)
        return weeks


@dataclass(frozen=True)
class Resolved:
    """The dated rows of an overlay in its own order, and what the planner should know of them."""

    demand: tuple[Row, ...]
    promotions: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    @property
    def peak(self) -> Row | None:
        """The row whose event the scenario is about: the first one."""
        return next(iter((*self.demand, *self.promotions)), None)


def resolve(overlay: Overlay, known: Known, items: pd.Index, horizon: int) -> Resolved:
    """Find SKUs and days of every demand and promotion row, or refuse the scenario."""
    demand = tuple(_row(f"demand {n}", row, known, items, horizon) for n, row in enumerate(overlay.demand, 1))
    deals = tuple(_row(f"promotions {n}", row, known, items, horizon) for n, row in enumerate(overlay.promotions, 1))
    _refuse_overlaps([(row, _wide(change, row)) for change, row in zip(overlay.demand, demand, strict=True)], items)
    _refuse_overlaps([(row, row.spans) for row in deals], items)
    notes = [
        note
        for deal, row in zip(overlay.promotions, deals, strict=True)
        for note in _known_deals(deal, row, known, items)
    ]
    for row in (*demand, *deals):
        if not row.items.any():
            notes.append(f"{row.place}: no SKU of the plan is meant; the row changes nothing.")
    return Resolved(demand, deals, tuple(notes))


def _row(place: str, when: When, known: Known, items: pd.Index, horizon: int) -> Row:
    chosen = chosen_items(when, known, items, place)
    markets = sorted({str(item).split("/", 1)[0] for item in (items[chosen] if chosen.any() else items)})
    last = known.start + timedelta(days=7 * horizon - 1)
    if when.start is not None and when.end is not None:
        _refuse_outside(place, when.start, when.end, known.as_of, last)
        return Row(place, "", chosen, dict.fromkeys(markets, (when.start, when.end)))
    name, spans = event_spans(place, when.events, markets, known.as_of, last)
    return Row(place, name, chosen, spans)


def chosen_items(which: Which, known: Known, items: pd.Index, place: str) -> Booleans:
    """Items that a row means, (N,); unknown SKUs and groups are refused with the nearest known one."""
    catalogue = known.catalogue.drop_duplicates("item").set_index("item")
    listed = catalogue.reindex(items)
    chosen = np.ones(len(items), bool)
    for group in GROUPS:
        value = getattr(which, group)
        if value:
            labels = sorted({str(label) for label in catalogue[group].dropna()})
            if value not in labels:
                raise RefusedInput(
                    f'{place}: no SKU has {group} "{value}".{nearest(value, labels)} Known: {_few(labels)}.'
                )
            chosen &= (listed[group] == value).to_numpy()
    if which.skus:
        names = pd.Index(catalogue.index.astype(str))
        bare = names.str.split("/", n=1).str[1]
        for sku in which.skus:
            if sku not in names and sku not in bare:
                raise RefusedInput(f'{place}: there is no SKU "{sku}".{nearest(sku, [*names, *bare])}')
        wanted = set(which.skus)
        chosen &= np.array([item in wanted or item.split("/", 1)[1] in wanted for item in items.astype(str)], bool)
    return chosen


def event_spans(
    place: str,
    names: list[str],
    markets: list[str],
    as_of: date,
    last: date,
    kinds: tuple[str, ...] = ("deal", "holiday"),
) -> tuple[str, dict[str, Span]]:
    """The first event of `names` that touches [as_of, last], with its days in each marketplace that has it."""
    ahead: list[str] = []
    for name in names:
        found = {market: _next_time(name, market, as_of, kinds) for market in markets}
        known = {market: span for market, span in found.items() if span is not None}
        inside = {market: span for market, span in known.items() if span[0] <= last}
        if inside:
            return name, inside
        if known:
            ahead.append(f"{name} next on {min(span[0] for span in known.values())}")
            continue
        ahead.append(_never_again(place, name, markets, as_of, kinds))
    raise RefusedInput(
        f"{place}: no such event lies in the weeks of the plan, which end on {last} ({'; '.join(ahead)}). "
        "Raise planning.horizon_weeks in replenish.toml, name another event, or give start and end."
    )


def _next_time(name: str, market: str, as_of: date, kinds: tuple[str, ...]) -> Span | None:
    table = events(market, as_of, max(last_day_known(), as_of), kinds)
    rows = table[_bare(table["event"]) == name.casefold()]
    return None if rows.empty else (rows["start_date"].iloc[0], rows["end_date"].iloc[0])


def _never_again(place: str, name: str, markets: list[str], as_of: date, kinds: tuple[str, ...]) -> str:
    """Say that an event is over; refuse a name that no calendar has."""
    tables = [events(market, FIRST_YEAR, max(last_day_known(), as_of), kinds) for market in markets]
    table = pd.concat(tables, ignore_index=True)
    past = table[_bare(table["event"]) == name.casefold()]
    if past.empty:
        names = sorted(set(table["event"].str.replace(ESTIMATE, "", regex=True)))
        raise RefusedInput(
            f'{place}: the calendar has no event "{name}".{nearest(name, names)} Known: {_few(names, 30)}.'
        )
    return f"{name} is past, last on {past['start_date'].max()}"


def _bare(names: pd.Series) -> pd.Series:
    return names.str.replace(ESTIMATE, "", regex=True).str.casefold()


def _refuse_outside(place: str, start: date, end: date, as_of: date, last: date) -> None:
    if end < as_of:
        raise RefusedInput(f"{place}: {start} to {end} is past on {as_of}. Give days that lie ahead.")
    if start > last:
        raise RefusedInput(
            f"{place}: {start} lies beyond the weeks of the plan, which end on {last}. "
            "Raise planning.horizon_weeks in replenish.toml, or give earlier days."
        )


def _wide(change: DemandChange, row: Row) -> dict[str, Span]:
    """The row's days with the weeks before and after that it changes too."""
    before, after = (7 * side.weeks if side else 0 for side in (change.before, change.after))
    return {m: (a - timedelta(days=before), b + timedelta(days=after)) for m, (a, b) in row.spans.items()}


def _refuse_overlaps(rows: list[tuple[Row, dict[str, Span]]], items: pd.Index) -> None:
    """A SKU may be in one row at a time: which of two factors is meant cannot be known."""
    for (one, first), (two, second) in combinations(rows, 2):
        for item in items[one.items & two.items]:
            market = str(item).split("/", 1)[0]
            if market in first and market in second and _meet(first[market], second[market]):
                days = max(first[market][0], second[market][0]), min(first[market][1], second[market][1])
                raise RefusedInput(
                    f"{one.place} and {two.place} both change {item} between {days[0]} and {days[1]}. "
                    "Leave the SKU out of one, or move the days apart."
                )


def _meet(one: Span, two: Span) -> bool:
    return one[0] <= two[1] and two[0] <= one[1]


def _known_deals(deal: Promotion, row: Row, known: Known, items: pd.Index) -> list[str]:
    """The forecast already holds promotions of the calendar; say where the scenario's deal meets one."""
    calendar = known.promotions
    if calendar.empty:
        return []
    mine = calendar[calendar["item"].isin(items[row.items])]
    starts, ends = pd.to_datetime(mine["start_date"]), pd.to_datetime(mine["end_date"])
    met = 0
    for market, (start, end) in row.spans.items():
        meets = (starts <= pd.Timestamp(end)) & (ends >= pd.Timestamp(start)) & (mine["marketplace"] == market)
        met += int(mine.loc[meets, "item"].nunique())
    if not met:
        return []
    return [f"{row.place}: {met} SKU(s) have a promotion in those days already; the larger effect of the two counts."]


def _few(names: list[str], most: int = 15) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")
