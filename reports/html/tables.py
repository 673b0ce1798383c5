"""A table written into the page by the server: columns declared, rows taken from a frame."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from reports.html.values import is_missing


@dataclass(frozen=True)
class Column:
    """One column: where its values come from, its heading (a marked message), and how a value is shown.

    `translate` is for closed vocabularies (action, mode, severity). `bar` draws its length beside
    the number: of the column's largest value, or of one for a share. `link` turns an item key into a link
    to its own section. `interval` names the columns of its low and high end, drawn on one scale for all rows; `heat`
    shades the cell by its share of the largest such cell of the table.
    """

    key: str
    heading: str
    kind: str = "text"
    translate: bool = False
    bar: bool = False
    link: bool = False
    interval: tuple[str, str] | None = None
    heat: bool = False
    currency_key: str = ""  # column that names the currency of a money value; empty: the page's

    @property
    def is_number(self) -> bool:
        """Whether values are set flush right."""
        return self.kind not in ("text", "date", "month", "time", "flag")


@dataclass(frozen=True)
class Table:
    """A caption (a marked message), columns, and rows as dictionaries; `shares` holds each bar's length, 0 to 1."""

    caption: str
    columns: tuple[Column, ...]
    rows: list[dict[str, Any]]
    more: int = 0  # rows that were left out
    tone_key: str = ""  # column whose value colours the row's first cell: good, warn, bad


def table(caption: str, columns: tuple[Column, ...], frame: pd.DataFrame, limit: int = 200, tone: str = "") -> Table:
    """The first `limit` rows of `frame`; a column the frame lacks shows as missing."""
    shown = frame.head(limit)
    values = {name: shown[name].tolist() for name in shown.columns}
    absent = [None] * len(shown)
    keys = {c.key for c in columns} | {c.currency_key for c in columns} | {tone} - {""}
    keys |= {end for c in columns if c.interval for end in c.interval}
    rows = [dict(zip(keys, row, strict=True)) for row in zip(*(values.get(k, absent) for k in keys), strict=True)]
    for column in columns:
        if column.bar:
            _add_bars(rows, column)
        if column.interval:
            _add_intervals(rows, column.key, *column.interval)
    _add_heat(rows, [column.key for column in columns if column.heat])
    return Table(caption, columns, rows, max(len(frame) - limit, 0), tone)


def _add_bars(rows: list[dict[str, Any]], column: Column) -> None:
    sizes = np.array([0.0 if is_missing(row[column.key]) else abs(float(row[column.key])) for row in rows])
    full = 1.0 if column.kind == "share" else sizes.max(initial=0.0) or 1.0
    for row, size in zip(rows, sizes, strict=True):
        row[f"{column.key}:bar"] = round(min(float(size / full), 1.0), 4)


def _number(value: Any) -> float:
    return np.nan if is_missing(value) else float(value)


def _add_intervals(rows: list[dict[str, Any]], key: str, low: str, high: str) -> None:
    """Left end, width and point of each interval as shares of a scale from the least (or zero) to the largest."""
    ends = np.array([[_number(row[name]) for name in (low, key, high)] for row in rows]).reshape(-1, 3)
    least, largest = np.nanmin(ends, initial=0.0), np.nanmax(ends, initial=0.0)
    places = np.round((ends - least) / ((largest - least) or 1.0), 4)
    for row, (left, point, right) in zip(rows, places.tolist(), strict=True):
        whole = not np.isnan([left, point, right]).any()
        row[f"{key}:interval"] = {"left": left, "width": right - left, "point": point} if whole else None


def _add_heat(rows: list[dict[str, Any]], keys: list[str]) -> None:
    cells = np.array([[_number(row[key]) for key in keys] for row in rows])
    largest = np.nanmax(cells, initial=0.0) or 1.0
    for row in rows:
        for key in keys:
            row[f"{key}:heat"] = round(max(float(np.nan_to_num(_number(row[key]))), 0.0) / largest, 4)


def sums(frame: pd.DataFrame, by: list[str], totals: list[str]) -> pd.DataFrame:
    """Lines and sums of `totals` per group, the largest of the first total first; empty when the frame is."""
    if frame.empty:
        return pd.DataFrame(columns=[*by, "lines", *totals])
    grouped = frame.groupby(by, sort=True, dropna=False)
    result = grouped[totals].sum()
    result.insert(0, "lines", grouped.size())
    return result.reset_index().sort_values(totals[0], ascending=False, kind="stable").reset_index(drop=True)
