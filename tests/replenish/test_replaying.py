"""The past as a replay plays it: until when, and what is estimated where no report tells."""

from dataclasses import fields
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from forecasting import Forecast
from replenish import replaying
from replenish.replaying import _demand, _whole, demand_paths
from replenish.weekly.known import Known

TODAY = date(2026, 6, 1)
COVERED = pd.date_range("2026-01-05", periods=6, freq="7D")
ITEMS = np.array(["DE/A", "US/A", "US/UNSOLD"], dtype=object)


class Expected:
    """A forecast that expects 4.5 units in every week, past and future."""

    def components_of(self, items: Any) -> pd.DataFrame:
        weeks = pd.date_range("2026-01-05", periods=30, freq="7D")
        frame = pd.MultiIndex.from_product([items, weeks], names=["sku", "week"]).to_frame(index=False)
        return frame.assign(level=4.5, season=1.0, event=1.0, promo=1.0)


def known() -> Known:
    frames = {f.name: pd.DataFrame() for f in fields(Known) if f.name not in ("as_of", "start")}
    sold = pd.DataFrame({"item": "US/A", "week": COVERED, "units": [0.0, 6, 6, 6, 6, 6], "price": 9.0})
    german = sold.assign(item="DE/A").drop(index=[3])  # a week that no German report covers
    frames["weekly_sales"] = pd.concat([sold, german], ignore_index=True)
    frames["weekly_availability"] = pd.DataFrame({"item": ["US/A"], "week": COVERED[5:], "availability": [0.5]})
    frames["catalogue"] = pd.DataFrame({"item": ITEMS, "marketplace": ["DE", "US", "US"]}).assign(
        **dict.fromkeys(("category", "brand", "title", "status"), ""), predecessor_sku=None
    )
    return Known(as_of=TODAY, start=TODAY, **frames)


def test_the_past_ends_with_the_last_covered_week_and_uncovered_weeks_are_estimated() -> None:
    demand, record, start = _demand(known(), cast(Forecast, Expected()), ITEMS)
    assert start == date(2026, 1, 5) and demand.shape == (3, 6), "three months without a report are not played"
    assert demand[1].tolist() == [0, 6, 6, 6, 6, 12]
    assert demand[0].tolist() == [0, 6, 6, 5, 6, 6]
    assert record.sales[0].tolist() == [0, 6, 6, 0, 6, 6]
    assert record.availability[0, 3] == 0, "nothing could be seen, so it is no week without demand"
    assert not demand[2].any()


def test_parts_of_a_unit_add_up_and_recorded_weeks_stay() -> None:
    estimated = np.array([[True, True, True, False, True, True]])
    made = _whole(np.array([[0.4, 0.4, 0.4, 3.0, 0.4, 0.4]]), estimated)
    assert made[0, 3] == 3.0 and made.sum() == 5.0
    assert np.array_equal(made, np.round(made)) and (made >= 0).all()


@pytest.mark.parametrize(("every", "origins"), [(1, [10, 11, 12, 13, 14, 15]), (4, [10, 14])])
def test_between_two_forecasts_the_last_one_moves_on(
    monkeypatch: pytest.MonkeyPatch, every: int, origins: list[int]
) -> None:
    """Six weeks from the tenth; a path holds the number of the week it is for, whichever forecast it is from."""
    made = []

    def at(past: Any, seen: Any, origin: int, config: Any, horizon: int) -> np.ndarray:
        made.append(origin)
        return np.arange(origin, origin + horizon, dtype=np.float32)[None, None]

    monkeypatch.setattr(replaying, "_forecast_at", at)
    past = SimpleNamespace(first_week=10, listed=np.array([12]))
    paths = demand_paths(cast(Any, past), cast(Any, SimpleNamespace(planning=SimpleNamespace(horizon_weeks=5))), every)
    for week in range(10, 16):
        expected = [number if number >= 12 else 0 for number in range(week, week + 5)]
        assert paths(cast(Any, SimpleNamespace(week=week - 1)))[0, 0].tolist() == expected
    assert made == origins
