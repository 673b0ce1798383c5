"""Suppliers' working days: closures stop production, the weeks around them slow it."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.calendar import RAMP, SLOW, STOP, supplier_closures

Floats = npt.NDArray[np.floating]

SLOW_SPEED = 0.5  # workers leave before the stop
COLUMNS = ["supplier", "start_date", "end_date", "phase", "last_order_date", "reason"]


def all_closures(suppliers: pd.DataFrame, closures: pd.DataFrame, start: date, end: date) -> pd.DataFrame:
    """Closures of every supplier that touch [start, end]: the ones given, else those of the supplier's country.

    Args:
        suppliers: supplier, country (an ISO code; a supplier without country has none).
        closures: rows of the `supplier_closures` view; a supplier with a row in a year needs no calendar for it.
        start: first day.
        end: last day.

    Returns:
        supplier, start_date, end_date, phase (stop, slow or ramp), last_order_date (or None), reason.

    """
    own = pd.DataFrame(columns=COLUMNS)
    if len(closures):
        own = closures.assign(phase=STOP).reindex(columns=COLUMNS)
        for column in ("start_date", "end_date", "last_order_date"):
            own[column] = pd.to_datetime(own[column]).dt.date
    told = {(row.supplier, row.start_date.year) for row in own.itertuples()}
    parts = [own]
    for row in suppliers.drop_duplicates("supplier").itertuples():
        country = str(row.country)[:2].upper() if isinstance(row.country, str) else ""
        usual = supplier_closures(start, end, country)
        usual = usual[[(row.supplier, day.year) not in told for day in usual["start_date"]]]
        usual = usual.rename(columns={"event": "reason"}).assign(supplier=row.supplier, last_order_date=None)
        parts.append(usual.reindex(columns=COLUMNS))
    found = pd.concat([part for part in parts if len(part)] or [own], ignore_index=True)
    return found.sort_values(["supplier", "start_date", "phase"], kind="stable").reset_index(drop=True)


@dataclass(frozen=True)
class WorkingTime:
    """Working days of one supplier counted from a first day on."""

    first: date
    worked: Floats  # (D + 1,) working days finished by the start of each day

    @classmethod
    def of(cls, closures: pd.DataFrame, first: date, days: int) -> "WorkingTime":
        """Build from the closures of one supplier (columns as `all_closures`), for `days` days."""
        speed = np.ones(days)
        for phase in (SLOW, RAMP, STOP):
            for row in closures[closures["phase"] == phase].itertuples():
                begin, end = (row.start_date - first).days, (row.end_date - first).days + 1
                length = end - begin
                pace = {SLOW: np.full(length, SLOW_SPEED), STOP: np.zeros(length)}.get(
                    phase, (np.arange(length) + 1) / (length + 1)
                )
                inside = slice(max(begin, 0), max(min(end, days), 0))
                speed[inside] = np.minimum(speed[inside], pace[max(-begin, 0) :][: max(inside.stop - inside.start, 0)])
        return cls(first, np.concatenate([[0.0], np.cumsum(speed)]))

    def between(self, begin: npt.NDArray[np.object_], end: npt.NDArray[np.object_]) -> Floats:
        """Working days between dates (n,)."""
        return np.asarray(self._worked_by(end) - self._worked_by(begin))

    def _worked_by(self, days: npt.NDArray[np.object_]) -> Floats:
        offsets = np.array([(day - self.first).days for day in days], dtype=float)
        return np.asarray(np.interp(offsets, np.arange(len(self.worked)), self.worked))

    def finish(self, begin: Floats, work: Floats) -> Floats:
        """Days after `first` when `work` working days that begin at offset `begin` are done (broadcast)."""
        grid = np.arange(len(self.worked), dtype=float)
        # Tiny slopes keep the inverse defined through a stop; the last day goes on at full speed.
        rising = self.worked + grid * 1e-9
        target = np.interp(begin, grid, rising) + work
        beyond = np.maximum(target - rising[-1], 0.0)
        return np.asarray(np.interp(target, rising, grid) + beyond)


def production_start(closures: pd.DataFrame, order_date: date) -> date:
    """Day on which an order placed on a day can begin: past the last order date it waits for the closure's end."""
    start = order_date
    for row in closures.sort_values("start_date").itertuples():
        last = row.last_order_date
        if isinstance(last, date) and not pd.isna(last) and last < start <= row.end_date:
            start = row.end_date + timedelta(days=1)
    return start
