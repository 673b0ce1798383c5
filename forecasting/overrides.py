"""The planner's edits: fixed values, multipliers and additions over dated ranges, laid over the base paths."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.counts import round_at_random
from forecasting.paths import DemandPaths

Row = Mapping[Any, Any]
KINDS = ("fixed", "multiplier", "add")
OTHER_KINDS = ("hold", "quantity")  # of the order, not of demand: passed over here


class OverrideError(ValueError):
    """An override cannot be applied; the message names its row."""


def apply_overrides(
    paths: DemandPaths,
    overrides: pd.DataFrame | None,
    keys: npt.NDArray[np.uint64],
    groups: dict[str, npt.NDArray[np.object_]],
) -> tuple[DemandPaths, list[str]]:
    """Lay overrides over the paths in the order given; returns new paths and a note per override.

    `fixed` scales the paths of each period to that mean (units per period), so that the band keeps its
    relative width; `multiplier` scales; `add` shifts, never below zero.
    """
    if overrides is None or overrides.empty:
        return paths, []
    edits = [
        (position, row)
        for position, row in enumerate(overrides.to_dict("records"))
        if str(row.get("kind")) not in OTHER_KINDS
    ]
    for position, row in edits:
        _check(position, str(row.get("kind")), _number(row.get("value")))
    reached = [_rows(position, row, paths, groups) for position, row in edits]
    touched = np.unique(np.concatenate([*reached, np.zeros(0, np.intp)])).astype(np.intp)
    samples, notes = paths.samples[touched].astype(np.float64), []
    for (_, row), rows in zip(edits, reached, strict=True):
        columns, value = np.flatnonzero(_inside(paths.periods, row)), _number(row.get("value"))
        cells = np.ix_(np.searchsorted(touched, rows), np.arange(samples.shape[1]), columns)
        samples[cells] = _changed(samples[cells], str(row["kind"]), value)
        notes.append(
            f"override {row['kind']} {value:g} on {len(rows)} SKUs x {len(columns)} periods: "
            f"{row.get('reason') or 'no reason given'}"
        )
    out = paths.samples.copy()
    out[touched] = round_at_random(keys[touched], samples)
    return DemandPaths(paths.skus, paths.periods, out), notes


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float, np.number)) else float("nan")


def _check(position: int, kind: str, value: float) -> None:
    if kind not in KINDS:
        raise OverrideError(f"override row {position}: kind {kind!r} is not known; allowed are {', '.join(KINDS)}")
    if not np.isfinite(value) or (kind != "add" and value < 0):
        raise OverrideError(
            f"override row {position}: value {value!r}; {kind} takes a number"
            + ("" if kind == "add" else ", 0 or more")
        )


def _rows(
    position: int, row: Row, paths: DemandPaths, groups: dict[str, npt.NDArray[np.object_]]
) -> npt.NDArray[np.intp]:
    sku, column = row.get("sku"), row.get("group_column")
    if isinstance(sku, str) and sku:
        hit = paths.skus == sku
        if not hit.any():
            raise OverrideError(f"override row {position}: sku {sku!r} has no forecast; check its spelling")
        return np.flatnonzero(hit)
    if isinstance(column, str) and column:
        if column not in groups:
            raise OverrideError(
                f"override row {position}: no group column {column!r} in the history; "
                f"there are {', '.join(groups) or 'none'}"
            )
        return np.flatnonzero(groups[column] == str(row.get("group_value")))
    return np.arange(len(paths.skus))


def _inside(periods: pd.DatetimeIndex, row: Row) -> npt.NDArray[np.bool_]:
    inside = np.ones(len(periods), dtype=bool)
    if not pd.isna(row.get("start_date")):
        step = (periods[1] - periods[0]) if len(periods) > 1 else pd.Timedelta(days=7)
        inside &= np.asarray(periods + step > pd.Timestamp(row["start_date"]))
    if not pd.isna(row.get("end_date")):
        inside &= np.asarray(periods <= pd.Timestamp(row["end_date"]))
    return inside


def _changed(cells: npt.NDArray[np.float64], kind: str, value: float) -> npt.NDArray[np.float64]:
    if kind == "multiplier":
        return cells * value
    if kind == "add":
        return np.maximum(cells + value, 0)
    mean = cells.mean(axis=1, keepdims=True)
    return np.where(mean > 0, cells * (value / np.maximum(mean, 1e-9)), value)
