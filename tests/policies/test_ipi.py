from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.ipi import (
    COLUMNS,
    ESTIMATE,
    compare,
    components_of,
    excess_units,
    ipi_components,
    ipi_threshold,
    sell_through,
)

TODAY = date(2026, 11, 23)


def item(**changes: object) -> dict[str, object]:
    usual = {
        "marketplace": "US", "on_hand": 100.0, "daily_demand": 1.0, "shipped_90_days": 90.0, "on_hand_30": 100.0,
        "on_hand_60": 100.0, "on_hand_90": 100.0, "stranded": 0.0, "aged": 0.0, "availability": 1.0,
        "days_since_launch": 400.0,
    }  # fmt: skip
    return {**usual, **changes}


def values(*items: dict[str, object], code: str = "US") -> dict[str, float]:
    frame = ipi_components(pd.DataFrame(list(items)), TODAY)
    here = frame[frame["marketplace"] == code]
    return dict(zip(here["component"], here["value"], strict=True))


def test_published_example_of_sell_through() -> None:
    assert sell_through(120, np.array([80.0, 80.0, 80.0, 80.0])) == 1.5
    assert np.isnan(sell_through(120, np.zeros(4)))


def test_components_differ_by_marketplace() -> None:
    assert components_of("US", TODAY) == ["excess", "sell_through", "stranded", "in_stock"]
    assert "in_stock" not in components_of("CA", TODAY)
    assert components_of("AU", TODAY) == ["stranded", "sell_through"]
    assert components_of("DE", TODAY) == components_of("UK", TODAY)
    assert components_of("SG", TODAY) == components_of("US", TODAY)  # no page found


@pytest.mark.parametrize(
    ("day", "threshold"),
    [(date(2019, 6, 1), 350), (date(2020, 3, 1), 400), (date(2020, 9, 1), 500), (date(2021, 3, 1), 450),
     (date(2021, 9, 1), 500), (date(2026, 11, 1), 400)],
)  # fmt: skip
def test_the_threshold_is_dated(day: date, threshold: int) -> None:
    assert ipi_threshold(day) == threshold


def test_values_of_each_component() -> None:
    found = values(item(on_hand=190, stranded=19), item(on_hand=10, availability=0.5))
    assert found["excess"] == pytest.approx(100 / 200)
    assert found["stranded"] == pytest.approx(19 / 200)
    assert found["sell_through"] == pytest.approx(180 / 200)
    assert found["in_stock"] == pytest.approx(0.75)


def test_aged_stock_counts_in_europe() -> None:
    found = values(item(marketplace="DE", on_hand=50, aged=20), code="DE")
    assert found["excess_and_aged"] == pytest.approx(0.4)


def test_new_items_do_not_count() -> None:
    assert values(item(), item(on_hand=5000, days_since_launch=90)) == values(item())


def test_missing_columns_and_empty_stock_give_no_crash() -> None:
    frame = ipi_components(pd.DataFrame({"marketplace": ["US"], "on_hand": [0.0]}), TODAY)
    assert frame.columns.tolist() == COLUMNS
    assert set(frame["note"]) == {ESTIMATE}
    assert frame.set_index("component")["value"].isna()["excess"]


def test_comparison_says_better_or_worse() -> None:
    before = ipi_components(pd.DataFrame([item(on_hand=300)]), TODAY)
    after = ipi_components(pd.DataFrame([item(on_hand=100)]), TODAY)
    found = compare(before, after).set_index("component")["direction"]
    assert (found["excess"], found["sell_through"], found["stranded"]) == ("better", "better", "same")
    assert compare(after, before).set_index("component")["direction"]["excess"] == "worse"


def test_a_level_is_named_only_where_one_is_published() -> None:
    """60 days of stock, the most the help pages advise, are sold 1.5 times in 90 days."""
    now = ipi_components(pd.DataFrame([item()]), TODAY)
    healthy = compare(now, now).set_index("component")["healthy_from"]
    assert healthy["sell_through"] == 1.5
    assert healthy.drop("sell_through").isna().all()


def test_stranded_units_that_no_report_tells_are_unknown_not_none() -> None:
    unknown = ipi_components(pd.DataFrame([item()]).drop(columns="stranded"), TODAY).set_index("component")["value"]
    assert np.isnan(unknown["stranded"]) and unknown.drop("stranded").notna().all()


@given(st.floats(0, 1e6), st.floats(0, 1e4))
def test_excess_never_exceeds_the_stock(on_hand: float, daily: float) -> None:
    excess = float(excess_units(np.array([on_hand]), np.array([daily]))[0])
    assert 0 <= excess <= on_hand
