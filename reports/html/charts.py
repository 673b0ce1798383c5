"""A chart as data: what `static/charts.js` draws with uPlot, and shows as a table to those who cannot see it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from reports.html.values import is_missing


@dataclass(frozen=True)
class Line:
    """One series. `look`: line, dash, bar, points or hidden (an edge of a band). `colour`: a name in `page.css`."""

    label: str
    values: Sequence[float] | np.ndarray[Any, Any] | pd.Series
    look: str = "line"
    colour: str = "plan"
    translate: bool = True  # False when the label is data (a policy's or scenario's name)


@dataclass(frozen=True)
class Band:
    """The area between two series, by their place in `Chart.lines`."""

    high: int
    low: int
    colour: str = "plan"
    of: str = ""  # whose band it is, where there are several


@dataclass(frozen=True)
class Chart:
    """A chart with a heading (a marked message). `x` are dates (weeks), numbers, or labels (one place each)."""

    name: str
    heading: str
    x: Sequence[Any] | pd.Series
    lines: tuple[Line, ...]
    unit: str = "units"
    bands: tuple[Band, ...] = ()
    stacked: bool = False
    x_heading: str = "Week"
    note: str = ""
    by_month: bool = False  # the dates of x are first days of months

    def data(self) -> dict[str, Any]:
        """What the page holds as JSON."""
        kind, places = _axis(list(self.x))
        lines = [
            {
                "label": line.label,
                "values": rounded(line.values),
                "look": line.look,
                "colour": line.colour,
                "translate": line.translate,
            }
            for line in self.lines
        ]
        return {
            "name": self.name,
            "heading": self.heading,
            "kind": kind,
            "x": places,
            "lines": lines,
            "unit": self.unit,
            "bands": [asdict(band) for band in self.bands],
            "stacked": self.stacked,
            "xHeading": self.x_heading,
            "byMonth": self.by_month,
        }


def rounded(values: Any, digits: int = 3) -> list[float | int | None]:
    """Numbers as JSON holds them: `digits` decimals, whole numbers without a point, missing as None."""
    array = np.round(np.asarray(values, dtype=float), digits)
    return [None if not np.isfinite(v) else int(v) if v.is_integer() else v for v in array.tolist()]


def _axis(x: list[Any]) -> tuple[str, list[Any]]:
    if x and all(isinstance(value, (date, pd.Timestamp, np.datetime64)) for value in x):
        return "date", [int(pd.Timestamp(value).timestamp()) for value in x]
    if x and all(isinstance(value, (int, float, np.number)) for value in x):
        return "number", [float(value) for value in x]
    return "label", ["" if is_missing(value) else str(value) for value in x]
