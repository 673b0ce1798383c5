from datetime import date

import numpy as np
import pandas as pd
import pytest

from policies.capacity import UnknownVolumeUnit, break_even_sales, limits_by_week, to_cubic_metres, usage

START = date(2026, 11, 23)


def limit(month: str, volume: float | None, confirmed: bool = True, **changes: object) -> dict[str, object]:
    usual = {"marketplace": "US", "storage_type": "standard", "unit": "ft3"}
    return {**usual, "month": month, "limit_volume": volume, "confirmed": confirmed, **changes}


def test_cubic_feet_and_metres() -> None:
    assert to_cubic_metres(pd.Series([100.0, 2.0]), pd.Series(["ft3", "m3"])).tolist() == pytest.approx(
        [2.8316846592, 2]
    )
    with pytest.raises(UnknownVolumeUnit, match="'litre'; allowed are m3, ft3"):
        to_cubic_metres(pd.Series([1.0]), pd.Series(["litre"]))


def test_usage_is_on_hand_and_open_shipments() -> None:
    found = usage(
        np.array(["US", "US", "DE"], dtype=object), np.array(["standard"] * 3, dtype=object),
        np.array([0.01, 0.02, 0.01]), np.array([100.0, 50, 10]), np.array([20.0, 0, 0]),
    )  # fmt: skip
    assert found[["marketplace", "on_hand_m3", "open_shipments_m3", "used_m3"]].to_dict("records") == [
        {"marketplace": "DE", "on_hand_m3": 0.1, "open_shipments_m3": 0.0, "used_m3": 0.1},
        {"marketplace": "US", "on_hand_m3": 2.0, "open_shipments_m3": 0.2, "used_m3": 2.2},
    ]


def test_months_become_stretches_of_weeks() -> None:
    capacity = pd.DataFrame([limit("2026-11", 100.0), limit("2026-12", 200.0), limit("2027-01", 150.0, False)])
    found = limits_by_week(capacity, START, 12)
    assert found[["first_week", "last_week", "confirmed"]].values.tolist() == [
        [0, 1, True], [2, 5, True], [6, 9, False], [10, 11, False],
    ]  # fmt: skip
    assert found["volume_m3"].tolist() == pytest.approx([2.8317, 5.6634, 4.2475, 4.2475], abs=1e-3)
    assert found["reservation_fee"].isna().all()


def test_no_limit_is_no_row_and_no_table_is_no_limit() -> None:
    assert limits_by_week(pd.DataFrame([limit("2026-12", None)]), START, 8).empty
    assert limits_by_week(pd.DataFrame(), START, 8).empty


def test_the_months_first_day_is_understood_too() -> None:
    found = limits_by_week(pd.DataFrame([limit(date(2026, 12, 1), 10.0, unit="m3")]), START, 4)
    assert found[["first_week", "last_week", "volume_m3"]].values.tolist() == [[2, 3, 10.0]]


def test_a_reservation_fee_is_offered_where_given() -> None:
    asked = {"reservation_fee": 12.0, "reservation_most_m3": 3.0}
    capacity = pd.DataFrame([limit("2026-12", 10.0, **asked), limit("2026-12", 10.0, storage_type="apparel")])
    found = limits_by_week(capacity, START, 8).set_index(["storage_type", "first_week"])
    assert found.loc[("standard", 2), ["reservation_fee", "reservation_most_m3"]].tolist() == [12.0, 3.0]
    assert np.isnan(found.at[("standard", 6), "reservation_fee"]), "nobody offers room in a month not yet published"
    assert found.loc["apparel", "reservation_fee"].isna().all()


def test_break_even_sales() -> None:
    assert break_even_sales(1.5) == pytest.approx(10.0)
