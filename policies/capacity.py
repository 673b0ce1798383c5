"""FBA capacity: usage by marketplace, storage type and month against the limit, in cubic metres.

Usage for new shipments is on hand plus open shipments; a limit is confirmed for the next month and estimated for the
two after it (RULES section 2).
"""

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.floating]

CUBIC_METRES = {"m3": 1.0, "ft3": 0.3048**3}
USAGE_COLUMNS = ["marketplace", "storage_type", "on_hand_m3", "open_shipments_m3", "used_m3"]


class UnknownVolumeUnit(ValueError):
    """A capacity limit in a unit other than ft3 or m3."""

    def __init__(self, unit: str) -> None:
        super().__init__(f"capacity is given in {unit!r}; allowed are {', '.join(CUBIC_METRES)}")


def to_cubic_metres(volume: pd.Series, unit: pd.Series) -> Floats:
    """Volumes in cubic metres.

    Raises:
        UnknownVolumeUnit: a unit that is neither ft3 nor m3.

    """
    factor = unit.map(CUBIC_METRES)
    if factor.isna().any():
        raise UnknownVolumeUnit(str(unit[factor.isna()].iloc[0]))
    return np.asarray(volume.to_numpy(float) * factor.to_numpy(float))


def usage(
    marketplace: npt.NDArray[np.object_],
    storage_type: npt.NDArray[np.object_],
    volume_m3: Floats,
    on_hand: Floats,
    open_shipments: Floats,
) -> pd.DataFrame:
    """Volume used by marketplace and storage type (`USAGE_COLUMNS`); all arguments (n,), stock in units."""
    frame = pd.DataFrame(
        {
            "marketplace": marketplace,
            "storage_type": storage_type,
            "on_hand_m3": on_hand * volume_m3,
            "open_shipments_m3": open_shipments * volume_m3,
        }
    )
    total = frame.groupby(["marketplace", "storage_type"], sort=True, as_index=False).sum()
    return total.assign(used_m3=total["on_hand_m3"] + total["open_shipments_m3"])[USAGE_COLUMNS]


RESERVATION = ["reservation_fee", "reservation_most_m3"]


def limits_by_week(capacity: pd.DataFrame, start: date, horizon: int) -> pd.DataFrame:
    """Capacity as `policies.inputs.Limits.capacity` wants it: one row per limit and stretch of weeks.

    Args:
        capacity: rows of the `capacity` view: marketplace, storage_type, month (first day, or text YYYY-MM),
            limit_volume, unit, confirmed. Rows without a limit are left out ("No Limit"). May have as well:
            reservation_fee (plan currency per m3 and month, NaN not offered), reservation_most_m3 (NaN unknown).
        start: Monday of week 0.
        horizon: weeks.

    Returns:
        marketplace, storage_type, first_week, last_week (both included), volume_m3, confirmed, reservation_fee,
        reservation_most_m3. A week belongs to the month of its Monday. Months after the last known one keep its
        limit, as an estimate; nothing can be reserved in them.

    """
    columns = ["marketplace", "storage_type", "first_week", "last_week", "volume_m3", "confirmed", *RESERVATION]
    if capacity.empty:
        return pd.DataFrame(columns=columns)
    known = capacity[capacity["limit_volume"].notna()].copy()
    known = known.assign(**{name: known[name].astype(float) if name in known else np.nan for name in RESERVATION})
    known["volume_m3"] = to_cubic_metres(known["limit_volume"], known["unit"])
    known["month"] = pd.PeriodIndex(pd.to_datetime(known["month"].astype(str).str[:7]), freq="M")
    mondays = pd.Timestamp(start) + pd.to_timedelta(np.arange(horizon) * 7, unit="D")
    rows = []
    for (code, kind), months in known.sort_values("month").groupby(["marketplace", "storage_type"], sort=True):
        weeks = pd.DataFrame({"month": mondays.to_period("M"), "week": np.arange(horizon)})
        weeks = weeks.merge(months.drop_duplicates("month", keep="last"), on="month", how="left")
        last = months.iloc[-1]
        beyond = weeks["month"] > last["month"]
        weeks["volume_m3"] = weeks["volume_m3"].where(~beyond, last["volume_m3"])
        weeks["confirmed"] = weeks["confirmed"].where(~beyond, False)
        for (_, volume, confirmed), stretch in weeks.dropna(subset=["volume_m3"]).groupby(
            [weeks["month"].where(~beyond, last["month"] + 1), "volume_m3", "confirmed"], sort=True
        ):
            first, upto = stretch["week"].min(), stretch["week"].max()
            rows.append((code, kind, first, upto, volume, bool(confirmed), *stretch[RESERVATION].iloc[0]))
    return pd.DataFrame(rows, columns=columns)


def break_even_sales(reservation_fee: float, credit: float = 0.15) -> float:
    """Sales per unit of reserved volume at which Amazon's performance credit pays the whole reservation fee."""
    return reservation_fee / credit
