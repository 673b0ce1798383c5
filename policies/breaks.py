"""Price breaks that make an order larger."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.made import Made

Floats = npt.NDArray[np.floating]


def with_breaks(made: Made, frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` (one row per line) with the price break that explains its quantity, zeros where none does.

    break_from: units from which the break holds. break_saved: money it saves on the line against the price below.
    Without it, with all else alike, a quantity below the break would be best.
    """
    breaks, curves = made.problem.limits.price_breaks, made.curves
    found = np.zeros((len(frame), 2))
    bought = np.flatnonzero((made.lines.kind == "buy") & (made.units > 0)) if len(breaks) else np.zeros(0, int)
    offers = dict(list(breaks.sort_values("minimum_quantity").groupby("buy"))) if len(bought) else {}
    cost = made.problem.buy.frame["unit_cost"].to_numpy(float) if len(bought) else np.zeros(0)
    for k in bought.tolist():
        row, units = int(made.lines.row[k]), float(made.units[k])
        if row not in offers:
            continue
        least, price = (offers[row][name].to_numpy(float) for name in ("minimum_quantity", "unit_cost"))
        reached = int((least <= units + 1e-9).sum())
        if not reached:
            continue
        start, saved = least[reached - 1], ([cost[row], *price][reached - 1] - price[reached - 1])
        without = curves.value[k] - np.where(curves.quantity[k] >= start - 1e-9, saved * curves.quantity[k], 0.0)
        smaller = float(curves.quantity[k, int(np.argmax(without))])
        if saved > 0 and smaller < min(start, units) - 1e-9:
            found[k] = start, saved * units
    return frame.assign(break_from=found[:, 0], break_saved=found[:, 1])
