"""Data packed into a page comes out as it went in."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from reports.html.packing import columns, days, numbered, numbers, pack, scaled, unpack

_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda children: st.lists(children, max_size=5) | st.dictionaries(st.text("abc", max_size=3), children, max_size=3),
    max_leaves=20,
)


@given(_json)
def test_unpacking_gives_back_what_was_packed(value: object) -> None:
    packed = pack(value)
    assert unpack(packed) == value
    assert "<" not in packed


def test_an_unpaired_surrogate_does_not_stop_the_page() -> None:
    assert unpack(pack(["good \ud800 bad"])) == ["good ? bad"]


@given(st.lists(st.floats(-1e9, 1e9) | st.just(np.nan), max_size=30), st.sampled_from([1, 10, 100]))
def test_scaled_numbers_are_whole_and_within_half_a_step(values: list[float], scale: int) -> None:
    got = scaled(values, scale)
    for value, whole in zip(values, got, strict=True):
        assert (whole is None) == bool(np.isnan(value))
        if whole is not None:
            assert isinstance(whole, int)
            assert abs(whole / scale - value) <= 0.5 / scale + 1e-6


def test_a_number_too_large_for_the_browser_is_the_largest_it_can_hold() -> None:
    assert scaled([1e300, -1e300, np.inf]) == [9_000_000_000_000_000, -9_000_000_000_000_000, None]


def test_numbers_keep_their_decimals_and_lose_useless_points() -> None:
    assert numbers(pd.Series([1.0, 2.0]), 2) == [1, 2]
    assert numbers(pd.Series([1.234, np.nan, 3.0]), 2) == [1.23, None, 3]
    assert numbers(pd.Series([1e308, 0.5, np.inf]), 1) == [9e15, 0.5, None]


def test_texts_are_numbered_and_missing_is_minus_one() -> None:
    assert numbered(pd.Series(["a", "b", None, "a"])) == {"codes": [0, 1, -1, 0], "texts": ["a", "b"]}


def test_dates_are_days_since_1970() -> None:
    assert days(pd.Series(["1970-01-02", None, "2026-08-03"])) == [1, None, 20668]
    assert days(pd.Series([], dtype=object)) == []


def test_an_absent_column_is_none_and_text_among_numbers_stays() -> None:
    frame = pd.DataFrame({"value": [1.5, "sea"], "name": ["x", None]})
    got = columns(frame, {"value": "2", "name": "text", "gone": "1"})
    assert got == {
        "value": {"codes": [0, 1], "texts": ["1.5", "sea"]},
        "name": {"codes": [0, -1], "texts": ["x"]},
        "gone": None,
    }
