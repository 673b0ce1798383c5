"""A value as a page shows it: text for the first paint, the raw value beside it so that the page can show it anew.

`kind` is one of KINDS; the same kinds are known to `static/format.js`, which takes over when the language changes.
"""

import math
from datetime import date, datetime
from typing import Any

import pandas as pd
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from markupsafe import Markup, escape

KINDS = ("text", "money", "units", "number", "share", "signed_share", "weeks", "volume", "date", "month", "time", "flag")
MISSING = "–"


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
    return _show_number(float(value), kind, language, currency)


def cell(value: Any, kind: str, language: str, currency: str) -> Markup:
    """`value` as an element that holds the raw value; text is escaped."""
    text = show(value, kind, language, currency)
    if kind in ("text", "flag") or is_missing(value):
        return Markup("{}").format(text)
    return Markup('<data value="{}" data-kind="{}" data-currency="{}">{}</data>').format(
        raw(value, kind), kind, currency, text
    )


def raw(value: Any, kind: str) -> Any:
    """The value as JSON holds it: numbers rounded to what is shown, dates as ISO text, missing as None."""
    if is_missing(value):
        return None
    if kind in ("date", "month"):
        return f"{pd.Timestamp(value):%Y-%m-%d}"
    if kind == "time":
        return pd.Timestamp(value).isoformat(timespec="minutes")
    if kind == "text":
        return str(value)
    if kind == "flag":
        return bool(value)
    number = round(float(value), 4 if kind in ("share", "signed_share", "number") else 2)
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


def _show_date(value: Any, kind: str, language: str) -> str:
    moment = pd.Timestamp(value)
    if kind == "time":
        time = format_time(moment.time(), "short", locale=language)
        return f"{format_date(moment.date(), 'medium', locale=language)}{', ' if language == 'en' else ' '}{time}"
    if kind == "month":
        return format_date(moment.date(), "yyyy年M月" if language == "zh" else "MMM yyyy", locale=language)
    return format_date(moment.date(), "medium", locale=language)


def _show_number(value: float, kind: str, language: str, currency: str) -> str:
    if kind == "money":
        digits = 0 if abs(value) >= 100 or value == 0 else 2
        shown = round(value, digits) + 0.0  # no "-0.00"
        return format_currency(shown, currency, _pattern(digits, "¤"), locale=language, currency_digits=False)
    if kind in ("share", "signed_share"):
        share = round(value, 2) + 0.0
        return format_percent(share, "+0%" if kind == "signed_share" and share > 0 else "0%", locale=language)
    if kind in ("weeks", "volume"):
        return format_decimal(round(value, 1) + 0.0, "#,##0.0", locale=language)
    digits = 2 if kind == "number" else 0 if abs(value) >= 10 or value == 0 else 1
    return format_decimal(round(value, digits) + 0.0, _pattern(digits, ""), locale=language)


def _pattern(digits: int, prefix: str) -> str:
    decimals = "." + ("0" if prefix else "#") * digits if digits else ""
    return f"{prefix}#,##0{decimals}"
