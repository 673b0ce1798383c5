"""Past orders and shipments, one row each: parts received on several days count by their units."""

import pandas as pd


def orders_of(history: pd.DataFrame) -> pd.DataFrame:
    """One row per order or shipment: dates, and the day on which its average unit was received.

    Args:
        history: rows of the `inbound_history` view. Rows without a date of receipt, with receipt before the start, or
            without units are left out.

    """
    columns = ["kind", "reference", "supplier", "mode", "destination", "marketplace"]
    if history.empty:
        dates = dict.fromkeys(("ordered_on", "shipped_on", "received_on"), "datetime64[ns]")
        return pd.DataFrame(columns=[*columns, *dates]).astype(dates)
    rows = history.copy()
    for column in ("ordered_on", "shipped_on", "received_on"):
        rows[column] = pd.to_datetime(rows[column], errors="coerce")
    rows["supplier"] = rows["supplier"].where(rows["kind"] == "purchase", rows["source"]).fillna("")
    rows["units"] = pd.to_numeric(rows["received"], errors="coerce").fillna(rows["quantity"]).astype(float)
    begun = rows["ordered_on"].where(rows["kind"] == "purchase", rows["shipped_on"])
    begun = begun.fillna(rows["shipped_on"])
    fit = rows["received_on"].notna() & begun.notna() & (rows["received_on"] > begun) & (rows["units"] > 0)
    rows = rows[fit].copy()
    for column in ("mode", "destination", "marketplace", "reference"):
        rows[column] = rows[column].fillna("").astype(str)
    days = (rows["received_on"] - pd.Timestamp("1970-01-01")).dt.days
    rows["weighted"] = days * rows["units"]
    grouped = rows.groupby(columns, sort=True, dropna=False).agg(
        ordered_on=("ordered_on", "min"), shipped_on=("shipped_on", "min"), weighted=("weighted", "sum"),
        units=("units", "sum"),
    )  # fmt: skip
    grouped["received_on"] = pd.Timestamp("1970-01-01") + pd.to_timedelta(
        (grouped["weighted"] / grouped["units"]).round(), unit="D"
    )
    return grouped.drop(columns=["weighted", "units"]).reset_index()
