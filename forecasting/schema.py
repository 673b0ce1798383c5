"""The door: a long frame of sales in, a checked rectangular panel out."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from forecasting.settings import ForecastSettings

Floats = npt.NDArray[np.floating]
LAYERS = ("units", "availability", "price", "promo", "ad_spend")
PERIOD_LIMIT = 5000  # a series longer than this is a date column gone wrong, not a history
SHORTEST_DAILY = 7  # days are forecast in weeks


class HistoryError(ValueError):
    """The history cannot be used as it is; the message names row and column and what to do."""


@dataclass(frozen=True, eq=False)
class Panel:
    """Sales by SKU and period, arrays (sku, period); NaN where nothing is known.

    units: recorded sales. availability: share of the period with stock, NaN unknown. price, promo, ad_spend: NaN
    absent.
    groups: column -> label per SKU (finest column first). frequency: `W` or `D` (days per period 7 or 1).
    """

    skus: npt.NDArray[np.object_]
    periods: pd.DatetimeIndex
    units: Floats
    availability: Floats
    price: Floats
    promo: Floats
    ad_spend: Floats
    groups: Mapping[str, npt.NDArray[np.object_]] = field(default_factory=dict)
    frequency: str = "W"

    @property
    def days(self) -> int:
        """Days in one period."""
        return 7 if self.frequency == "W" else 1

    def before(self, origin: int) -> "Panel":
        """The panel as it was known at the start of period number `origin`."""
        return self._with(self.skus, self.periods[:origin], self.groups, lambda layer: layer[:, :origin])

    def take(self, rows: npt.NDArray[np.intp]) -> "Panel":
        """The panel of some SKUs."""
        groups = {k: v[rows] for k, v in self.groups.items()}
        return self._with(self.skus[rows], self.periods, groups, lambda layer: layer[rows])

    def _with(
        self,
        skus: npt.NDArray[np.object_],
        periods: pd.DatetimeIndex,
        groups: Mapping[str, npt.NDArray[np.object_]],
        change: Callable[[Floats], Floats],
    ) -> "Panel":
        layers: dict[str, Any] = {name: change(getattr(self, name)) for name in LAYERS}
        return replace(self, skus=skus, periods=periods, groups=groups, **layers)

    def future(self, horizon: int) -> pd.DatetimeIndex:
        """The dates of the next `horizon` periods."""
        step = pd.Timedelta(days=self.days)
        return pd.DatetimeIndex([self.periods[-1] + step * (k + 1) for k in range(horizon)])


def read_history(history: pd.DataFrame | pa.Table, settings: ForecastSettings, frequency: str | None = None) -> Panel:
    """Check `history` and lay it out as a panel with SKUs sorted. Raises HistoryError."""
    history = _frame(history)
    sku = history["sku"].astype(str).to_numpy(object)
    if history["sku"].isna().any():
        raise HistoryError(f"row {int(np.argmax(history['sku'].isna()))}: column sku is empty")
    week = _dates(history["week"])
    values = {name: _numbers(history, name) for name in LAYERS}
    _check_values(sku, week, values)
    codes, skus = pd.factorize(sku, sort=True)
    periods, freq, position = _grid(week, frequency, sku)
    _check_duplicates(codes, position, len(periods), sku, week)
    layers = {k: _lay_out(codes, position, v, (len(skus), len(periods))) for k, v in values.items()}
    if settings.absent == "zero":
        layers["units"] = _fill_between(layers["units"])
    return Panel(
        np.asarray(skus, object),
        periods,
        groups=_groups(history, codes, len(skus), settings),
        frequency=freq,
        **layers,
    )


def _frame(history: pd.DataFrame | pa.Table) -> pd.DataFrame:
    """The history as a frame that has its columns, each once, and rows."""
    if isinstance(history, pa.Table):
        history = history.to_pandas()
    if not isinstance(history, pd.DataFrame):
        raise HistoryError(f"the sales history is a {type(history).__name__}; it is a pandas frame or an Arrow table")
    for column in ("sku", "week", "units"):
        if column not in history.columns:
            raise HistoryError(
                f"the sales history has no column {column!r}; it needs sku, week, units "
                f"(found: {', '.join(map(str, history.columns))})"
            )
    if history.columns.has_duplicates:
        twice = history.columns[history.columns.duplicated()][0]
        raise HistoryError(f"the sales history has more than one column {twice!r}; keep one")
    if history.empty:
        raise HistoryError("the sales history is empty: there is nothing to forecast from")
    return history


def _dates(column: pd.Series) -> npt.NDArray[np.datetime64]:
    """Dates without time of day, each as written in its own time zone."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        raise HistoryError(f"row 0: week {column.iloc[0]!r} is a number, not a date; write it as YYYY-MM-DD")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # mixed zones are refused below
        dates = pd.to_datetime(column, errors="coerce")
    if dates.isna().any():
        at = int(np.argmax(dates.isna().to_numpy()))
        raise HistoryError(f"row {at}: week {column.iloc[at]!r} is not a date; write it as YYYY-MM-DD")
    if not pd.api.types.is_datetime64_any_dtype(dates.dtype):
        raise HistoryError("the column week mixes time zones; write each as the date alone, YYYY-MM-DD")
    if dates.dt.tz is not None:
        dates = dates.dt.tz_localize(None)
    return np.asarray(dates.to_numpy(), dtype="datetime64[D]")


def _numbers(history: pd.DataFrame, name: str) -> Floats:
    if name not in history.columns:
        return np.full(len(history), np.nan)
    got = pd.to_numeric(history[name], errors="coerce")
    wrong = got.isna() & history[name].notna()
    if wrong.any():
        at = int(np.argmax(wrong.to_numpy()))
        raise HistoryError(f"row {at}: {name} {history[name].iloc[at]!r} is not a number")
    return np.asarray(got.to_numpy(dtype=float, na_value=np.nan))


def _check_values(sku: npt.NDArray[np.object_], week: npt.NDArray[np.datetime64], values: Mapping[str, Floats]) -> None:
    units, availability = values["units"], values["availability"]
    with np.errstate(invalid="ignore"):
        faults = (
            ("units", np.isinf(units) | (units < 0), "sales are 0 or more, and finite"),
            ("availability", (availability < 0) | (availability > 1), "it is a share from 0 to 1"),
        )
    for name, wrong, rule in faults:
        if wrong.any():
            at = int(np.argmax(wrong))
            raise HistoryError(f"row {at} (sku {sku[at]}, {week[at]}): {name} is {values[name][at]:g}; {rule}")


def _grid(
    week: npt.NDArray[np.datetime64], frequency: str | None, sku: npt.NDArray[np.object_]
) -> tuple[pd.DatetimeIndex, str, npt.NDArray[np.intp]]:
    day = week.astype("int64")
    first, last = int(day.min()), int(day.max())
    weekly = bool(((day - first) % 7 == 0).all())
    if frequency not in (None, "D") and not str(frequency).startswith("W"):
        raise HistoryError(f"frequency {frequency!r} is not known; allowed are weekly ('W-MON') and daily ('D')")
    if frequency is None and not weekly and not _within_a_week(day, sku):
        at = int(np.argmax((day - first) % 7 != 0))
        raise HistoryError(
            f"row {at} (sku {sku[at]}): {week[at]} is not whole weeks from {week.min()}, and no SKU has two rows less "
            "than a week apart: neither weekly nor daily. Move all weeks to one weekday (not months), or "
            "pass frequency='D' for daily sales"
        )
    if frequency is not None and frequency != "D" and not weekly:
        at = int(np.argmax((day - first) % 7 != 0))
        raise HistoryError(
            f"row {at} (sku {sku[at]}): {week[at]} is not whole weeks from {week.min()}; "
            "weekly history needs one weekday throughout"
        )
    step = 1 if frequency == "D" or (frequency is None and not weekly) else 7
    length = (last - first) // step + 1
    if length > PERIOD_LIMIT:
        raise HistoryError(
            f"the history runs from {week.min()} to {week.max()}, {length} periods; "
            f"at most {PERIOD_LIMIT}: check the dates"
        )
    if step == 1 and length < SHORTEST_DAILY:
        raise HistoryError(
            f"the daily history runs from {week.min()} to {week.max()}, {length} day{'s' * (length > 1)}; "
            f"at least {SHORTEST_DAILY} are needed"
        )
    periods = pd.DatetimeIndex(week.min() + np.arange(length) * np.timedelta64(step, "D"))
    return periods, "W" if step == 7 else "D", ((day - first) // step).astype(np.intp)


def _within_a_week(day: npt.NDArray[np.int64], sku: npt.NDArray[np.object_]) -> bool:
    """Whether any SKU has rows of two days less than a week apart, as daily sales do."""
    codes = pd.factorize(sku)[0]
    order = np.lexsort((day, codes))
    gap, same = np.diff(day[order]), np.diff(codes[order]) == 0
    return bool((same & (gap < 7)).any())


def _check_duplicates(
    codes: npt.NDArray[np.intp],
    position: npt.NDArray[np.intp],
    length: int,
    sku: npt.NDArray[np.object_],
    week: npt.NDArray[np.datetime64],
) -> None:
    twice = pd.Series(codes.astype(np.int64) * length + position).duplicated().to_numpy()
    if twice.any():
        at = int(np.argmax(twice))
        raise HistoryError(
            f"row {at}: sku {sku[at]} has more than one row for {week[at]}; "
            "sum or remove them, one row per sku and period"
        )


def _lay_out(
    codes: npt.NDArray[np.intp], position: npt.NDArray[np.intp], values: Floats, shape: tuple[int, int]
) -> Floats:
    out = np.full(shape, np.nan)
    out[codes, position] = values
    return out


def _fill_between(units: Floats) -> Floats:
    known = ~np.isnan(units)
    started = np.maximum.accumulate(known, axis=1)
    return np.where(started & ~known, 0.0, units)


def _groups(
    history: pd.DataFrame, codes: npt.NDArray[np.intp], n: int, settings: ForecastSettings
) -> dict[str, npt.NDArray[np.object_]]:
    """The last known label of each SKU in each group column (sorted by date, so row order is no matter)."""
    groups: dict[str, npt.NDArray[np.object_]] = {}
    names = [*settings.group_columns, "title", "predecessor", "status"]
    order = np.argsort(pd.to_datetime(history["week"]).to_numpy(), kind="stable")
    for name in (c for c in names if c in history.columns):
        column = history[name].to_numpy(object)[order]
        known = ~pd.isna(column)
        label = np.full(n, None, dtype=object)
        label[codes[order][known]] = column[known].astype(str)
        groups[name] = label
    return groups
