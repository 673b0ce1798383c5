"""Estimate of the published components of Amazon's Inventory Performance Index. The index itself is not public.

    excess %      = units beyond 90 days of forecast demand / units at FBA
    sell-through  = units shipped in 90 days / mean of the units on hand today and 30, 60 and 90 days ago
    stranded %    = units at FBA that cannot be bought / units at FBA
    in-stock      = share of demand that stock on hand meets, over the replenishable items

Which components count differs by marketplace and is dated (tables/ipi_components.csv); so is the threshold of the
whole index. A level of a component is published for one only: stock of 30 to 60 days of expected sales (help pages of
CA and UK), which is a sell-through of 1.5 to 3.
"""

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.fee_tables import rows_at

Floats = npt.NDArray[np.floating]

ESTIMATE = "estimate of published components; Amazon's formula and weights are not public"
EXCESS_DAYS = 90
NEW_ITEM_DAYS = 90  # items in their first 90 days do not count
GUIDELINE_DAYS = 60  # most days of expected sales that the help pages of CA and UK advise to hold
HEALTHY_FROM = {"sell_through": 90 / GUIDELINE_DAYS}  # no level of another component is published
COLUMNS = ["marketplace", "component", "value", "unit", "good", "note"]
GOOD = {"excess": "low", "excess_and_aged": "low", "sell_through": "high", "stranded": "low", "in_stock": "high"}


def excess_units(on_hand: Floats, daily_demand: Floats, days: float = EXCESS_DAYS) -> Floats:
    """Units beyond so many days of expected demand; (n,)."""
    return np.asarray(np.maximum(np.asarray(on_hand, dtype=float) - np.asarray(daily_demand) * days, 0.0))


def sell_through(shipped_90_days: float, snapshots: Floats) -> float:
    """Units shipped in 90 days over the mean of the four snapshots (today, 30, 60 and 90 days ago); NaN without stock.

    Amazon's example: 120 shipped over an average of 80 gives 1.5.
    """
    average = float(np.mean(snapshots))
    return shipped_90_days / average if average > 0 else float("nan")


def ipi_components(items: pd.DataFrame, day: date) -> pd.DataFrame:
    """Components per marketplace, labelled as an estimate.

    Args:
        items: one row per item: marketplace, on_hand (units at FBA), daily_demand (forecast), shipped_90_days,
            on_hand_30, on_hand_60, on_hand_90 (units 30, 60, 90 days ago; missing: today's), stranded (units; missing
            everywhere: not known), aged (units over 180 days, missing: 0), availability (share of the last 60 days in
            stock, missing: 1 where on hand), days_since_launch (missing: old).
        day: on which the components hold.

    Returns:
        `COLUMNS`, one row per marketplace and component that counts there; value is NaN where nothing is known.

    """
    rows = []
    for code, here in items.groupby("marketplace", sort=True):
        old = ~(_column(here, "days_since_launch", np.inf) <= NEW_ITEM_DAYS)
        values = _values(here[old])
        for component in components_of(str(code), day):
            value, unit = values[component]
            rows.append((code, component, value, unit, GOOD[component], ESTIMATE))
    return pd.DataFrame(rows, columns=COLUMNS)


def components_of(marketplace: str, day: date) -> list[str]:
    """Components that Amazon's help page of the marketplace names; the US ones where no page was found."""
    rows = rows_at("ipi_components", marketplace, day)
    if not len(rows):
        rows = rows_at("ipi_components", "US", day)
    return [str(name) for name in rows["component"]]


def ipi_threshold(day: date) -> int:
    """Score below which capacity was limited at a day (tables/ipi_thresholds.csv)."""
    return int(rows_at("ipi_thresholds", "ALL", day)["threshold"][0])


def compare(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Components before and after: marketplace, component, before, after, direction (better, worse, same),
    healthy_from (NaN where no level is published), note."""
    both = before.merge(after, on=["marketplace", "component"], suffixes=("_before", "_after"))
    change = both["value_after"] - both["value_before"]
    gain = np.where(both["good_before"] == "high", change, -change)
    direction = np.select([gain > 1e-9, gain < -1e-9], ["better", "worse"], "same")
    return pd.DataFrame(
        {
            "marketplace": both["marketplace"],
            "component": both["component"],
            "before": both["value_before"],
            "after": both["value_after"],
            "direction": direction,
            "healthy_from": both["component"].map(HEALTHY_FROM).astype(float),
            "note": ESTIMATE,
        }
    )


def _values(items: pd.DataFrame) -> dict[str, tuple[float, str]]:
    on_hand = _column(items, "on_hand", 0.0)
    demand = _column(items, "daily_demand", 0.0)
    excess = excess_units(on_hand, demand)
    excess_or_aged = np.maximum(excess, np.minimum(_column(items, "aged", 0.0), on_hand))
    snapshots = [on_hand] + [_column(items, f"on_hand_{days}", on_hand) for days in (30, 60, 90)]
    shipped = float(_column(items, "shipped_90_days", 0.0).sum())
    available = _column(items, "availability", (on_hand > 0).astype(float))
    return {
        "excess": (_share(excess, on_hand), "share of units"),
        "excess_and_aged": (_share(excess_or_aged, on_hand), "share of units"),
        "sell_through": (sell_through(shipped, np.array([each.sum() for each in snapshots])), "times in 90 days"),
        "stranded": (_share(_stranded(items), on_hand), "share of units"),
        "in_stock": (_share(available * demand, demand), "share of demand"),
    }


def _stranded(items: pd.DataFrame) -> Floats:
    """Nothing known of any item is not the same as none stranded."""
    if "stranded" not in items or items["stranded"].isna().all():
        return np.full(len(items), np.nan)
    return _column(items, "stranded", 0.0)


def _share(part: Floats, whole: Floats) -> float:
    total = float(whole.sum())
    return float(part.sum()) / total if total > 0 else float("nan")


def _column(items: pd.DataFrame, name: str, missing: Floats | float) -> Floats:
    if name not in items:
        return np.broadcast_to(np.asarray(missing, dtype=float), len(items)).copy()
    values = pd.to_numeric(items[name], errors="coerce").to_numpy(float, na_value=np.nan)
    return np.asarray(np.where(np.isnan(values), missing, values))
