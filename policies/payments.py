"""When the money of an order leaves: deposit, balance, freight, and the rest on arrival.

Each part is money per unit in plan currency and falls due in a week that counts from `Problem.start`. A part due before
the order starts is paid when it starts.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Due = tuple[str, Floats, Integers]
"""Name of a part (`goods` or `freight`), money per unit (rows,), week (rows,)."""


def dues(frame: pd.DataFrame) -> tuple[Due, ...]:
    """What an order of each row of the buy frame pays and when; without `PAYMENT_COLUMNS` all of it when it starts.

    The rest of `unit_cost` (duty, Amazon's placement fee) leaves in the week the goods arrive at the destination.
    """
    start, cost = frame["earliest_order_week"].to_numpy(int), frame["unit_cost"].to_numpy(float)
    if "deposit" not in frame:
        return (("goods", cost, start),)
    deposit, balance, freight = (_number(frame, name) for name in ("deposit", "balance", "freight"))

    def week(name: str) -> Integers:
        return np.asarray(np.maximum(_number(frame, name).astype(int), start))

    return (
        ("goods", deposit, start),
        ("goods", balance, week("balance_week")),
        ("freight", freight, week("freight_week")),
        ("freight", cost - deposit - balance - freight, week("landed_week")),
    )


def left_by(frame: pd.DataFrame, weeks: int) -> Floats:
    """Money per unit that has left by the end of each week, (rows, weeks)."""
    total = np.zeros((len(frame), weeks))
    for _, amount, week in dues(frame):
        total += np.where(np.arange(weeks) >= week[:, None], amount[:, None], 0.0)
    return total


def _number(frame: pd.DataFrame, name: str) -> Floats:
    return np.asarray(frame[name].fillna(0.0).to_numpy(float))
