"""How text becomes values: whatever way a person or Amazon writes a number or a date, and nothing else."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.readers.base import normal
from data.statements import text

REPORT = settings(max_examples=60, deadline=None)


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(text("parse.sql"))
        yield connection


def read(duck: duckdb.DuckDBPyConnection, expression: str, value: str) -> Any:
    return duck.execute(f"SELECT {expression} FROM (SELECT $v::VARCHAR AS v)", {"v": value}).fetchall()[0][0]


def grouped(digits: str, sign: str) -> str:
    return f"{int(digits):,}".replace(",", sign)


@given(st.integers(-2_000_000_000, 2_000_000_000), st.sampled_from(["", ",", ".", " ", "\u00a0", "\u202f", "'", "’"]))
@REPORT
def test_whole_numbers_in_any_grouping(duck: duckdb.DuckDBPyConnection, number: int, sign: str) -> None:
    written = ("-" if number < 0 else "") + grouped(str(abs(number)), sign)
    assert read(duck, "read_integer(v)", written) == number


@given(
    st.integers(-10_000_000, 10_000_000),
    st.integers(0, 99),
    st.sampled_from([(",", "."), ("", "."), (" ", "."), ("'", ".")]),
    st.sampled_from(["{}", "${}", "€ {}", "{} €", "USD {}", "{} USD", "￥{}", "{}\u00a0€", "CA${}", "{} kr"]),
)
@REPORT
def test_money_with_a_decimal_point(
    duck: duckdb.DuckDBPyConnection, whole: int, cents: int, signs: tuple[str, str], around: str
) -> None:
    written = ("-" if whole < 0 else "") + grouped(str(abs(whole)), signs[0]) + signs[1] + f"{cents:02d}"
    wanted = (abs(whole) + cents / 100) * (-1 if whole < 0 else 1)
    assert read(duck, "read_decimal(v, false)", around.format(written)) == pytest.approx(wanted)


@given(
    st.integers(-10_000_000, 10_000_000), st.integers(0, 99), st.sampled_from([".", "", " ", "\u00a0"]), st.booleans()
)
@REPORT
def test_money_with_a_decimal_comma(
    duck: duckdb.DuckDBPyConnection, whole: int, cents: int, sign: str, told: bool
) -> None:
    written = ("-" if whole < 0 else "") + grouped(str(abs(whole)), sign) + f",{cents:02d} €"
    wanted = (abs(whole) + cents / 100) * (-1 if whole < 0 else 1)
    assert read(duck, f"read_decimal(v, {str(told).lower()})", written) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("written", "point", "comma"),
    [
        ("0.787", 0.787, 0.787),
        ("1,234", 1234, 1.234),
        ("1.234", 1.234, 1234),
        ("5.0E-4", 0.0005, 0.0005),
        ("(12.50)", -12.5, -12.5),
        ("12.50-", -12.5, -12.5),
        ("365+", 365, 365),
        ("5.57%", 5.57, 5.57),
        ("１２", 12, 12),
        ("1,00,000.5", 100000.5, 100000.5),
        *((nonsense, None, None) for nonsense in ("abc", "12a", "1,2,3", "1.2.3", "nan", "inf", "1e999", "$", "1 2 x")),
    ],
)
def test_numbers_one_by_one(duck: duckdb.DuckDBPyConnection, written: str, point: Any, comma: Any) -> None:
    assert read(duck, "read_decimal(v, false)", written) == point
    assert read(duck, "read_decimal(v, true)", written) == comma


@given(st.text(max_size=12).filter(lambda one: not any(sign.isdigit() for sign in one)))
@REPORT
def test_text_without_digits_is_no_number(duck: duckdb.DuckDBPyConnection, written: str) -> None:
    assert read(duck, "read_decimal(trimmed(replace(v, chr(0), '')), false)", written) is None


DAYS = st.dates(date(1995, 1, 1), date(2099, 12, 31))
FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%Y年%m月%d日", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y"]


@given(DAYS, st.sampled_from(FORMATS), st.booleans())
@REPORT
def test_days_that_say_their_order(duck: duckdb.DuckDBPyConnection, day: date, how: str, day_first: bool) -> None:
    assert read(duck, f"read_date(v, {str(day_first).lower()})", day.strftime(how)) == day


@given(DAYS, st.booleans(), st.sampled_from(["", " 13:45", ", 1:45 PM"]))
@REPORT
def test_days_that_need_to_be_told_their_order(
    duck: duckdb.DuckDBPyConnection, day: date, day_first: bool, after: str
) -> None:
    written = day.strftime("%d/%m/%Y" if day_first else "%m/%d/%Y") + after
    assert read(duck, f"read_date(v, {str(day_first).lower()})", written) == day


@pytest.mark.parametrize(
    "written", ["1900-01-01", "2199-12-31", "2026-02-30", "13/13/2026", "0000-00-00", "soon", "12"]
)
def test_days_that_cannot_be(duck: duckdb.DuckDBPyConnection, written: str) -> None:
    assert read(duck, "read_date(v, true)", written) is None


INSTANTS = st.datetimes(datetime(1996, 1, 1), datetime(2098, 12, 31)).map(lambda one: one.replace(microsecond=0))


@given(
    INSTANTS,
    st.sampled_from([-8, -7, 0, 1, 9]),
    st.sampled_from(["America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo"]),
)
@REPORT
def test_instants_come_to_utc_and_to_the_day_of_the_marketplace(
    duck: duckdb.DuckDBPyConnection, moment: datetime, hours: int, zone: str
) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    written = aware.isoformat()
    wanted = aware.astimezone(UTC).replace(tzinfo=None)
    for macro in ("read_timestamp(v, false)", "usual_timestamp(v)"):
        assert read(duck, macro, written) == wanted
    if moment.year < 2037:  # both tables of time zones end their rules there
        local = aware.astimezone(ZoneInfo(zone)).date()
        for macro in (f"read_day(v, false, '{zone}')", f"usual_day(v, '{zone}')"):
            assert read(duck, macro, written) == local


def test_a_local_time_is_not_moved(duck: duckdb.DuckDBPyConnection) -> None:
    assert read(duck, "read_day(v, false, 'Asia/Tokyo')", "2026-03-01 23:30:00") == date(2026, 3, 1)
    assert read(duck, "read_day(v, false, 'Asia/Tokyo')", "2026-03-01T23:30:00Z") == date(2026, 3, 2)


@given(st.text(max_size=20))
@REPORT
def test_the_usual_reader_never_contradicts_the_full_one(duck: duckdb.DuckDBPyConnection, written: str) -> None:
    pairs = (
        ("CASE WHEN NOT contains(v, '.') THEN TRY_CAST(v AS INTEGER) END", "read_integer(v)"),
        ("finite_number(TRY_CAST(v AS DOUBLE))", "read_decimal(v, false)"),
        ("likely_day(usual_date(v))", "read_date(v, false)"),
    )
    for usual, full in pairs:
        value = written.replace("\0", "").strip()
        quick = read(duck, usual, value)
        assert quick is None or quick == read(duck, full, value)


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("  a ", "a"),
        ("\ufeff\u00a0a b\u00a0", "a b"),
        ('"a ""b"""', 'a "b"'),
        ("'ACY1'", "ACY1"),
        ('12"', '12"'),
        ("", ""),
    ],
)
def test_cells_are_trimmed_and_unquoted(duck: duckdb.DuckDBPyConnection, written: str, clean: str) -> None:
    assert read(duck, "unquoted(trimmed(v))", written) == clean


@pytest.mark.parametrize(
    "written", ["Sessions – Total", "sessions - total", "\ufeffSESSIONS\u00a0—\u00a0Total", '"Sessions_Total"']
)
def test_headers_are_compared_without_dress(written: str) -> None:
    assert normal(written) == "sessions total"


def test_full_width_brackets_are_brackets() -> None:
    assert normal("（子）ASIN") == normal("(子)ASIN")
