"""Words of the documents in English, Chinese or both, from gettext catalogues packaged beside this module."""

import io
from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.resources import files

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LANGUAGES = ("en", "zh", "both")
Words = Callable[[str], str]
"""English text in, the text of the document out."""


def message(text: str) -> str:
    """Mark a text for the catalogue where it is declared; `words_of` translates it where it is used."""
    return text


@cache
def catalogue(language: str) -> dict[str, str]:
    """English text -> text of the language; a text without translation is left out."""
    source = files("reports").joinpath("locale", f"{language}.po").read_bytes()
    found = read_po(io.BytesIO(source), locale=language)
    return {entry.id: entry.string for entry in found if isinstance(entry.id, str) and entry.id and entry.string}


def words_of(language: str) -> Words:
    """The words of `en`, `zh`, or `both` (English, a line break, Chinese). Raises `ValueError` for another language."""
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} is none of {', '.join(LANGUAGES)}")
    if language == "en":
        return message
    chinese = catalogue("zh")
    if language == "zh":
        return lambda text: chinese.get(text, text)
    return lambda text: f"{text}\n{chinese[text]}" if chinese.get(text, text) != text else text


def in_line(words: Words, text: str) -> str:
    """The same on one line, for titles and page headers: `Purchase order 采购订单`."""
    return words(text).replace("\n", " ")


def date_text(day: date, language: str) -> str:
    """A date that cannot be misread between US, European and Chinese readers: 5 Sep 2026, 2026年9月5日."""
    form, locale = ("y年M月d日", "zh_CN") if language == "zh" else ("d MMM y", "en_US")
    return str(format_date(day, form, locale=locale))


def number_text(value: float, digits: int = 0) -> str:
    """A number with thousands separators, the same in both languages."""
    form = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(round(value, digits), format=form, locale="en_US"))
