"""The dated tables that come with the package: loaded once, asked for a marketplace and a day.

Every table is a CSV file in `policies/tables/`. A row holds from `valid_from` to `valid_to`, both included; an empty
`valid_to` means that no end is known. `source` says where the figure was read and `confidence` how far it may be
trusted (`confirmed`, `single_source`, `memory`, `assumption`). See docs/fees.md for each table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Booleans = npt.NDArray[np.bool_]

LAST_DAY = date(9999, 12, 31)
# fmt: off
TEXT_COLUMNS = frozenset(
    [
        "marketplace", "valid_from", "valid_to", "source", "confidence", "note", "group", "tier_code", "tier_name",
        "size_class", "unit_system", "weight_unit", "billing_weight_basis", "dim_weight_unit", "season", "programme",
        "product_class", "rate_card", "currency", "extra_rounding", "add_on", "weight_basis", "category", "mode",
        "unit", "product_group", "scope", "level", "split_option", "service", "parameter", "applies_to",
        "apparel_group_exempt", "tier", "region", "component", "leg", "figure", "charge", "alias", "code", "iso",
        "country", "marketplace_id", "domain", "time_zone", "language", "price_includes_tax", "nearest_fee_tables",
        "event", "start_date", "end_date", "kind", "container",
    ]
)
# fmt: on
KILOGRAMS = {"kg": 1.0, "lb": 0.45359237, "oz": 0.45359237 / 16}
CENTIMETRES = {"cm": 1.0, "in": 2.54}
CUBIC_METRES = {"cubic metre-month": 1.0, "cubic foot-month": 0.3048**3, "cubic foot": 0.3048**3}
DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True)
class FeeTableExpired:
    """A figure was needed for a day that no row of its table covers; the nearest row in time was taken."""

    table: str
    marketplace: str
    day: date  # first day of the plan outside the validity
    valid: str  # validity of the rows taken instead
    items: int = 0
    effect: float = 0.0  # plan currency per unit, mean over the items

    def __str__(self) -> str:
        return (
            f"{self.table} of {self.marketplace} has no rows for {self.day}; those of {self.valid} were used for "
            f"{self.items} items, {self.effect:.2f} a unit on average. Load a fee report, or add the new rates "
            "(docs/fees.md)."
        )


class UnknownTable(LookupError):
    """A table was asked for that the package does not hold."""


@cache
def fee_table(name: str) -> pd.DataFrame:
    """Return a packaged table by its path under `policies/tables/` without the ending, for example `fees/referral`.

    Numbers are floats (an empty cell is NaN), other columns text. `from_day` and `to_day` hold the validity as
    proleptic ordinals. The frame is shared: do not change it.
    """
    resource = files("policies").joinpath("tables", f"{name}.csv")
    if not resource.is_file():
        raise UnknownTable(f"there is no table {name!r} in policies/tables")
    with resource.open("r", encoding="utf-8") as stream:
        frame = pd.read_csv(stream, dtype=str, keep_default_na=False)
    for column in frame.columns.difference(list(TEXT_COLUMNS)):
        frame[column] = pd.to_numeric(frame[column].replace("", np.nan))
    if "valid_from" in frame:
        frame["from_day"] = [date.fromisoformat(day).toordinal() for day in frame["valid_from"]]
        frame["to_day"] = [_last(day).toordinal() for day in frame["valid_to"]]
    return frame


def _last(text: str) -> date:
    return date.fromisoformat(text) if text else LAST_DAY


def marketplaces_with(name: str) -> frozenset[str]:
    """Marketplaces that a table has rows for."""
    return frozenset(fee_table(name)["marketplace"])


@cache
def _columns(name: str) -> dict[str, npt.NDArray[Any]]:
    return {column: values.to_numpy() for column, values in fee_table(name).items()}


@dataclass(frozen=True)
class Rows:
    """Some rows of a table, read column by column: light enough to be cut a thousand times a run."""

    table: str
    index: Integers  # rows of `fee_table(table)`
    expired: Booleans  # the row does not hold on the day asked; it is the nearest in time

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, column: str) -> npt.NDArray[Any]:
        return np.asarray(_columns(self.table)[column][self.index])

    def where(self, chosen: Booleans) -> "Rows":
        """Return the rows that a mask of their length chooses."""
        return Rows(self.table, self.index[chosen], self.expired[chosen])

    def ordered(self, column: str) -> "Rows":
        """Return the rows in ascending order of a column."""
        order = np.argsort(self[column], kind="stable")
        return Rows(self.table, self.index[order], self.expired[order])

    def split(self, *columns: str) -> list[tuple[tuple[Any, ...], "Rows"]]:
        """Cut by the values of columns, in order of the values."""
        keys = list(zip(*(self[column].tolist() for column in columns), strict=True))
        distinct = sorted(set(keys))
        return [(key, self.where(np.array([each == key for each in keys], dtype=bool))) for key in distinct]

    def records(self) -> list[dict[str, Any]]:
        """Return the rows one by one, with `row` (the number in the table) and `expired`."""
        columns = _columns(self.table)
        return [
            {**{name: values[row] for name, values in columns.items()}, "row": int(row), "expired": bool(late)}
            for row, late in zip(self.index, self.expired, strict=True)
        ]


@cache
def rows_at(name: str, marketplace: str, day: date, groups: tuple[str, ...] = ()) -> Rows:
    """Rows of a table that hold in a marketplace on a day.

    `groups` are the columns whose values are dated on their own. A group without a row for the day answers with the
    rows of the nearest day that has some, marked as expired.
    """
    table = fee_table(name)
    table = table[table["marketplace"] == marketplace]
    ordinal = day.toordinal()
    distance = np.maximum(table["from_day"] - ordinal, 0) + np.maximum(ordinal - table["to_day"], 0)
    if groups:
        nearest = distance.groupby([table[column] for column in groups], dropna=False).transform("min")
    else:
        nearest = pd.Series(distance.min() if len(distance) else 0, index=distance.index)
    chosen = (distance == nearest).to_numpy()
    return Rows(name, table.index.to_numpy()[chosen], (nearest > 0).to_numpy()[chosen])


def change_days(name: str, marketplace: str) -> set[date]:
    """Days on which some row of a marketplace begins to hold or has ceased to."""
    table = fee_table(name)
    table = table[table["marketplace"] == marketplace]
    begins = {date.fromordinal(day) for day in table["from_day"]}
    ends = {date.fromordinal(day + 1) for day in table["to_day"] if day < LAST_DAY.toordinal()}
    return begins | ends


def segments(changes: Iterable[date], start: date, horizon: int) -> list[tuple[date, Floats]]:
    """Cut the plan's weeks at days of change: (first day, share of each week that lies in the segment, (H,))."""
    end = start + timedelta(weeks=horizon)
    edges = sorted({start, *(day for day in changes if start < day < end)})
    result = []
    for first, last in zip(edges, [*edges[1:], end], strict=True):
        begin, stop = (first - start).days, (last - start).days
        weeks = np.arange(horizon) * 7
        days = np.clip(np.minimum(weeks + 7, stop) - np.maximum(weeks, begin), 0, 7)
        result.append((first, days / 7.0))
    return result


def in_band(values: Floats, over: Floats, to: Floats) -> Booleans:
    """Whether values (n,) lie in bands (r,) that exclude `over` and include `to` (NaN: open); shape (n, r).

    A weight of a whole band in one unit must not slip into the next by conversion: one part in a million is allowed.
    """
    column = np.asarray(values, dtype=float)[:, None]
    tolerance = 1e-6 * np.maximum(np.abs(column), 1e-6)
    lower = np.where(np.isnan(over), -np.inf, over)
    lower = np.where(lower == 0, -np.inf, lower)
    upper = np.where(np.isnan(to), np.inf, to)
    return np.asarray((column > lower + tolerance) & (column <= upper + tolerance))


def first_match(matches: Booleans) -> Integers:
    """First column that is True in each row, -1 where none is; (n,)."""
    if matches.shape[1] == 0:
        return np.full(matches.shape[0], -1)
    return np.where(matches.any(axis=1), matches.argmax(axis=1), -1)


def round_money(amount: Floats) -> Floats:
    """Round half up to cents, as an invoice does."""
    return np.asarray(np.floor(np.asarray(amount) * 100 + 0.5 + 1e-7) / 100)
