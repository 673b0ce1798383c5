"""Lines of a chart from a long frame: one line per policy, method or scenario."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from reports.html.charts import Band, Chart, Line
from reports.html.texts import N_

COLOURS = ("fourth", "fifth", "sixth", "third", "second", "warn", "good", "muted")


def names_first(values: pd.Series, first: Sequence[str]) -> list[str]:
    """Distinct names, those of `first` before the others, which keep their order."""
    found = [str(name) for name in values.dropna().unique()]
    return [name for name in first if name in found] + [name for name in found if name not in first]


def colours(names: Sequence[str], ours: str, apart: str = "") -> dict[str, str]:
    """Ours has the plan's colour, `apart` (a bound, a base) is grey, the others take turns."""
    others = [name for name in names if name not in (ours, apart)]
    return {ours: "plan", apart: "muted"} | {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(others)}


def wide(frame: pd.DataFrame, key: str, x: str, value: str, names: Sequence[str]) -> pd.DataFrame:
    """`value` as one column per name, rows by `x`; NaN where a name has none."""
    return frame.pivot_table(index=x, columns=key, values=value, aggfunc="sum", dropna=False).reindex(
        columns=list(names)
    )


def line_chart(name: str, heading: str, values: pd.DataFrame, ours: str, **more: Any) -> Chart:
    """A line per column of `values` (see `wide`); `apart`, `unit`, `note` and `x_heading` may be given."""
    apart = more.pop("apart", "")
    colour = colours(list(values.columns), ours, apart)
    lines = tuple(
        Line(str(column), values[column], "dash" if column == apart else "line", colour[str(column)], translate=False)
        for column in values.columns
    )
    return Chart(name, heading, list(values.index), lines, **more)


def band_chart(name: str, heading: str, frame: pd.DataFrame, names: Sequence[str], ours: str, note: str) -> Chart:
    """Mean and 80 % band of each scenario by week. Only the first two have a band drawn: more hide each other."""
    colour = colours(names, ours)
    lines: list[Line] = []
    bands: list[Band] = []
    means, lows, highs = (wide(frame, "scenario", "week", part, names) for part in ("mean", "low", "high"))
    for place, scenario in enumerate(names):
        lines.append(Line(scenario, means[scenario], "line", colour[scenario], translate=False))
        if place < 2:
            bands.append(Band(len(lines), len(lines) + 1, colour[scenario], scenario))
            lines += [
                Line(f"{scenario} (90 %)", highs[scenario], "hidden", colour[scenario], translate=False),
                Line(f"{scenario} (10 %)", lows[scenario], "hidden", colour[scenario], translate=False),
            ]
    return Chart(name, heading, list(means.index), tuple(lines), bands=tuple(bands), note=note)


def running_sum(values: pd.DataFrame) -> pd.DataFrame:
    """Sums from the first week on; a missing week adds nothing."""
    return values.fillna(0.0).cumsum()


def nominal_line(points: npt.NDArray[np.floating]) -> Line:
    """Where a perfectly calibrated forecast would lie."""
    return Line(N_("promised"), points, "dash", "muted")
