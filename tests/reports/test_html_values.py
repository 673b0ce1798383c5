"""A value as a page shows it."""

import math
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.html.values import KINDS, cell, raw, show


@pytest.mark.parametrize(
    ("value", "kind", "english", "chinese"),
    [
        (1234.5, "money", "$1,235", "US$1,235"),
        (12.5, "money", "$12.50", "US$12.50"),
        (-12.5, "money", "-$12.50", "-US$12.50"),
        (0, "money", "$0", "US$0"),
        (0.4, "units", "0.4", "0.4"),
        (12345.6, "units", "12,346", "12,346"),
        (6, "weeks", "6.0", "6.0"),
        (0.834, "share", "83%", "83%"),
        (-0.05, "signed_share", "-5%", "-5%"),
        (0.05, "signed_share", "+5%", "+5%"),
        (0.001, "signed_share", "0%", "0%"),
        (-0.0001, "share", "0%", "0%"),
        (0.914, "number", "0.91", "0.91"),
        (date(2026, 8, 3), "date", "Aug 3, 2026", "2026年8月3日"),
        (date(2026, 8, 1), "month", "Aug 2026", "2026年8月"),
        (datetime(2026, 8, 3, 9, 5, tzinfo=UTC), "time", "Aug 3, 2026, 9:05 AM", "2026年8月3日 09:05"),
        (True, "flag", "✓", "✓"),
        ("=1+1", "text", "=1+1", "=1+1"),
    ],
)
def test_shows_a_value_in_each_language(value: object, kind: str, english: str, chinese: str) -> None:
    assert show(value, kind, "en", "USD") == english
    assert show(value, kind, "zh", "USD") == chinese


@pytest.mark.parametrize("value", [None, np.nan, math.inf, -math.inf, pd.NaT, "", "  "])
@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_value_is_a_dash_never_nan(value: object, kind: str) -> None:
    assert show(value, kind, "en", "USD") == "–"
    assert raw(value, kind) is None
    assert cell(value, kind, "en", "USD") == "–"


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("date", "month", "time", "flag")])
def test_text_in_a_number_column_is_shown_as_it_is(kind: str) -> None:
    assert show("MOQ <raised>", kind, "en", "USD") == "MOQ <raised>"
    assert cell("MOQ <raised>", kind, "en", "USD") == "MOQ &lt;raised&gt;"


def test_the_raw_value_stands_beside_the_text() -> None:
    assert cell(1234.567, "money", "en", "EUR") == (
        '<data value="1234.567" data-kind="money" data-currency="EUR">€1,235</data>'
    )


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([k for k in KINDS if "date" not in k]))
def test_any_number_can_be_shown(number: float, kind: str) -> None:
    if kind not in ("month", "time"):
        assert "nan" not in show(number, kind, "zh", "CNY").lower()
