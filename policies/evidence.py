"""The seller's own fee reports: they override the tables (view `fee_evidence`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.floating]
Texts = npt.NDArray[np.object_]

FEES = {
    "referral": "per unit sold, without closing fee",
    "closing": "per unit sold; counts only beside a reported referral fee",
    "fulfilment": "per unit shipped, surcharges included",
    "storage": "per unit and month, or per cubic foot- or cubic metre-month; utilisation surcharge not included",
    "storage_utilisation": "surcharge on units older than 30 days, measured as storage",
    "storage_utilisation_weeks": "utilisation ratio of the size class, weeks",
    "storage_overage": "what an account over its limit paid on top, over all that was stored, measured as storage",
    "aged_surcharge_181": "per unit of the tier that begins at that age; so for every tier of fees/aged_surcharge",
    "low_inventory_exempt": "flag: 1 where Amazon exempts the product",
    "low_inventory_applied": "flag: 1 where the fee applied in the week of the report",
    "inbound_placement": "per unit received",
    "returns_processing": "per returned unit",
    "removal": "per unit removed",
    "liquidation": "proceeds per unit, after all fees",
}
"""Names in column `fee` that override a figure; other names are ignored here."""

MAY_BE_NEGATIVE = ("liquidation",)
"""Other amounts below zero are no fee and are left out."""

NOT_MONEY = ("weeks", "flag")
"""Values of `per` whose amount is not converted."""


@dataclass(frozen=True)
class Evidence:
    """One fee as reports state it, arrays over the items; NaN where no report does."""

    amount: Floats  # plan currency, or as it is where `per` is in `NOT_MONEY`
    per: Texts
    day: npt.NDArray[np.object_]  # date the amount held on
    report: Texts


def evidence_of(
    frame: pd.DataFrame,
    fee: str,
    items: Texts,
    rates: Mapping[str, float],
    last_day: date | None = None,
    newer_than: int | None = None,
) -> Evidence:
    """Latest amount of a fee per item.

    Args:
        frame: marketplace, sku, fee, valid_on, amount, currency, per, report; may be empty.
        fee: one of `FEES`.
        items: (N,) item keys.
        rates: plan currency per unit of each currency; rows in another currency are left out.
        last_day: later rows are not looked at (nothing after the decision is known).
        newer_than: nor are rows from so many days before `last_day`, and earlier.

    """
    count = len(items)
    nothing = np.full(count, np.nan)
    empty = np.full(count, "", dtype=object)
    if frame.empty:
        return Evidence(nothing, empty, np.full(count, None, dtype=object), empty)
    rows = frame[(frame["fee"] == fee) & frame["currency"].isin(list(rates))]
    amounts = rows["amount"].to_numpy(float)
    rows = rows[np.isfinite(amounts) & ((amounts >= 0) | (fee in MAY_BE_NEGATIVE))]
    rows = rows.assign(day=pd.to_datetime(rows["valid_on"]).dt.date)
    if last_day is not None:
        rows = rows[rows["day"] <= last_day]
        if newer_than is not None:
            rows = rows[rows["day"] > last_day - timedelta(days=newer_than)]
    rows = rows.assign(item=rows["marketplace"].astype(str) + "/" + rows["sku"].astype(str))
    rows = rows.sort_values(["item", "day", "report", "amount"], kind="stable").drop_duplicates("item", keep="last")
    rows = rows.set_index("item").reindex(items)
    rate = rows["currency"].map(rates).astype(float).where(~rows["per"].isin(NOT_MONEY), 1.0)
    amount = rows["amount"].to_numpy(float) * rate.to_numpy(float)
    text = rows[["per", "report"]].fillna("")
    return Evidence(amount, text["per"].to_numpy(object), rows["day"].to_numpy(object), text["report"].to_numpy(object))
