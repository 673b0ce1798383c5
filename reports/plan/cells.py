"""What a planner typed into a cell, understood kindly: text numbers, other alphabets' digits, dates in many forms."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from reports.safe import read_text

MOST_UNITS = 10_000_000
_THOUSANDS = re.compile(r"^[+]?\d{1,3}(?P<sign>[ ',.’])\d{3}(?:(?P=sign)\d{3})*$")
_YES = {"yes", "y", "x", "true", "1", "hold", "ja", "oui", "si", "sí", "是", "暂停", "✓", "√"}
_NO = {"", "no", "n", "false", "0", "nein", "non", "否", "-"}
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%Y年%m月%d日")
_MONEY = r"usd|eur|gbp|cny|rmb|jpy|us\$|[$€£¥元]"
_CURRENCY = re.compile(rf"^(?:{_MONEY})\s*|\s*(?:{_MONEY})$", re.IGNORECASE)
_EPOCH = date(1899, 12, 30)


class Unclear(ValueError):
    """A cell that cannot be understood; the text says what would be."""


def tidy(value: object) -> str:
    """Text for comparing: full-width forms folded, blanks collapsed."""
    return " ".join(unicodedata.normalize("NFKC", read_text(value)).split())


def read_units(value: object) -> float | None:
    """Whole units, 0 or more; None for an empty cell. `1,200` and `1.200` are twelve hundred."""
    hint = f"a whole number from 0 to {MOST_UNITS:,} is needed"
    number = _number(value, hint, thousands=True)
    if number is None:
        return None
    if not 0 <= number <= MOST_UNITS or abs(number - round(number)) > 1e-9:
        raise Unclear(hint)
    return float(round(number))


def read_price(value: object) -> float | None:
    """A price per unit, 0 or more; `3,85` and `$3.85` are the same."""
    hint = "a price such as 3.85 is needed"
    if isinstance(value, str):
        value = _CURRENCY.sub("", tidy(value))
    number = _number(value, hint, thousands=False)
    if number is not None and not 0 <= number <= 1_000_000_000:
        raise Unclear(hint)
    return number


def read_factor(value: object) -> float | None:
    """A demand multiplier from 0 to 100; `1,2`, `1.2` and `120%` are the same."""
    hint = "a factor from 0 to 100 is needed; 1.2 means 20 % more demand"
    number = _number(value, hint, thousands=False)
    if number is None:
        return None
    if not 0 <= number <= 100:
        raise Unclear(hint)
    return number


def _number(value: object, hint: str, thousands: bool) -> float | None:
    if value is None or isinstance(value, bool):
        if value is None:
            return None
        raise Unclear(hint)
    if isinstance(value, int | float):
        return float(value)
    text = tidy(value)
    if not text:
        return None
    share = text.endswith("%") and not thousands
    text = text[:-1].strip() if share else text
    if thousands and _THOUSANDS.match(text):
        text = re.sub(r"[ ',.’]", "", text)
    try:
        return float(text.replace(",", ".").replace(" ", "")) / (100 if share else 1)
    except ValueError as error:
        raise Unclear(hint) from error


def read_hold(value: object) -> bool:
    """Whether the line is held: yes, x, 是 ...; empty and no are not."""
    text = tidy(value).lower()
    if text in _YES or value is True:
        return True
    if text in _NO or value is False:
        return False
    raise Unclear("write yes to hold the line, or leave the cell empty")


def read_date(value: object) -> date | None:
    """A date: a date cell, its serial number, or text that can be read one way only (not 03/04/2026)."""
    hint = "a date such as 2026-09-01 is needed"
    if isinstance(value, datetime):
        found: date | None = value.date()
    elif isinstance(value, date):
        found = value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = _EPOCH + timedelta(days=int(value)) if 36526 <= value < 73051 else None
    else:
        text = tidy(value)
        if not text:
            return None
        found = next((day for day in (_parse(text, form) for form in _DATES) if day), None)
    if found is None or not date(2000, 1, 1) <= found < date(2100, 1, 1):
        raise Unclear(hint)
    return found


def _parse(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None
