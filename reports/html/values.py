"""A value as a page shows it: text for the first paint, the raw value beside it so that the page can show it anew.

`kind` is one of KINDS; the same kinds are known to `static/format.js`, which takes over when the language changes.
"""

import math
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision
from markupsafe import Markup

KINDS = (
    "text",
    "money",
    "rate",
    "units",
    "number",
    "score",
    "share",
    "fine_share",
    "signed_share",
    "weeks",
    "volume",
    "date",
    "month",
    "time",
    "flag",
)
MISSING = "–"
_LARGEST = 1e15  # beyond it digits mean nothing


def show(value: Any, kind: str, language: str, currency: str) -> str:
    """`value` as plain text. Missing, NaN and infinite values are a dash, never `nan`."""
    if kind == "text":
        return MISSING if is_missing(value) else str(value)
    if is_missing(value):
        return MISSING
    if kind in ("date", "month", "time"):
        return _show_date(value, kind, language)
    if kind == "flag":
        return "✓" if value else "✗"
    if isinstance(value, str):
        return value
    return _show_number(float(value), kind, language, currency)


def cell(value: Any, kind: str, language: str, currency: str) -> Markup:
    """`value` as an element that holds the raw value; text is escaped."""
    text = show(value, kind, language, currency)
    if kind in ("text", "flag") or is_missing(value) or _is_text(value, kind):
        return Markup("{}").format(text)
    return Markup('<data value="{}" data-kind="{}" data-currency="{}">{}</data>').format(
        raw(value, kind), kind, currency, text
    )


def raw(value: Any, kind: str) -> Any:
    """The value as JSON holds it: numbers with six decimals, dates as ISO text, missing as None."""
    if is_missing(value):
        return None
    if kind in ("date", "month"):
        return f"{pd.Timestamp(value):%Y-%m-%d}"
    if kind == "time":
        return pd.Timestamp(value).tz_localize(None).isoformat(timespec="minutes")  # the clock where it was made
    if kind == "text" or _is_text(value, kind):
        return str(value)
    if kind == "flag":
        return bool(value)
    number = round(float(value), 6)
    return int(number) if number.is_integer() else number


def is_missing(value: Any) -> bool:
    """None, NaN, NaT, infinite, or empty text."""
    if value is None or value is pd.NaT or (isinstance(value, str) and not value.strip()):
        return True
    if isinstance(value, (date, datetime)):
        return False
    try:
        return not math.isfinite(value)
    except TypeError:
        return False


def _is_text(value: Any, kind: str) -> bool:
    """Text where a number is meant, such as a supplier's name among what changed: shown as it is."""
    return isinstance(value, str) and kind not in ("date", "month", "time")


def _show_date(value: Any, kind: str, language: str) -> str:
    moment = pd.Timestamp(value)
    if kind == "time":
        time = format_time(moment.time(), "short", locale=language).replace("\u202f", " ")
        return f"{format_date(moment.date(), 'medium', locale=language)}{', ' if language == 'en' else ' '}{time}"
    if kind == "month":
        return str(format_date(moment.date(), "yyyy年M月" if language == "zh" else "MMM yyyy", locale=language))
    return str(format_date(moment.date(), "medium", locale=language))


def _show_number(value: float, kind: str, language: str, currency: str) -> str:
    if abs(value) >= _LARGEST:
        return f"{value:.3g}"
    size = abs(value)
    if kind in ("money", "rate"):
        return _show_money(value, kind, language, currency)
    if kind in ("share", "signed_share"):
        share = _half_up(value, 2)
        return str(format_percent(share, "+0%" if kind == "signed_share" and share > 0 else "0%", locale=language))
    if kind == "fine_share":
        return str(format_percent(_half_up(value, 3), "0.0%", locale=language))
    if kind in ("weeks", "volume", "score"):
        digits = 3 if kind == "score" else 1
        return str(format_decimal(_half_up(value, digits), "#,##0." + "0" * digits, locale=language))
    digits = 2 if kind == "number" else 0 if size >= 10 or value == 0 else 1
    return str(format_decimal(_half_up(value, digits), "#,##0.##", locale=language))


def _show_money(value: float, kind: str, language: str, currency: str) -> str:
    """Whole units from 100 on, else the currency's own decimals; a rate has up to four."""
    usual = get_currency_precision(currency)
    if kind == "rate":
        digits, pattern = 4, "¤#,##0." + "0" * usual + "#" * (4 - usual)
    else:
        digits = 0 if abs(value) >= 100 or value == 0 else usual
        pattern = "¤#,##0." + "0" * digits if digits else "¤#,##0"
    return str(format_currency(_half_up(value, digits), currency, pattern, language, currency_digits=False))


def _half_up(value: float, digits: int) -> Decimal:
    """Rounded as browsers round, so that both write the same; never minus zero."""
    rounded = Decimal(repr(round(value, 6))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return rounded if rounded else Decimal(0)
