"""Words of the documents: every text has its Chinese, and nothing in the catalogue is unused."""

import ast
from datetime import date
from pathlib import Path
from string import Formatter

import pytest

from reports.orders.marks import LABELS
from reports.words import catalogue, date_text, in_line, number_text, words_of

ROOM = Path(__file__).parents[2] / "reports"
VALUES = {"sea", "fast_sea", "air", "express", "rail", "truck"} | {
    "ship", "buy", "ship and buy", "hold", "stop buying", "cut price", "remove",
    "demand", "stock", "lead time", "cost", "limit", "override", "assortment", "new item", "gone", "program",
    "cash budget", "FBA capacity", "FBA capacity (estimated)", "supplier order minimum", "containers", "MOQ",
    "MOQ across variants",
}  # fmt: skip
"""What the engines call things; shown translated."""


def texts_in_code() -> set[str]:
    """The text arguments of message(), words() and in_line(), and the sentence patterns of the engines."""
    found = set(VALUES) | set(LABELS.values()) | patterns_of_the_engines()
    for path in ROOM.rglob("*.py"):
        if "html" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                continue
            if node.func.id in ("message", "words", "in_line") and isinstance(node.args[-1], ast.Constant):
                found.add(node.args[-1].value)
    return found


def patterns_of_the_engines() -> set[str]:
    """The patterns that `Voice.say` is called with."""
    calls = (
        node
        for path in (ROOM.parent / "policies").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
    )
    return {call.args[0].value for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) == "say"}


def test_a_translated_pattern_has_the_same_fields() -> None:
    for english in patterns_of_the_engines():
        fields = {name for _, name, _, _ in Formatter().parse(english) if name}
        assert {name for _, name, _, _ in Formatter().parse(catalogue("zh")[english]) if name} == fields


def test_every_text_of_a_document_has_its_chinese() -> None:
    assert sorted(texts_in_code() - catalogue("zh").keys()) == []


def test_no_chinese_text_is_unused() -> None:
    assert sorted(catalogue("zh").keys() - texts_in_code()) == []


def test_both_languages_stand_above_each_other_or_side_by_side() -> None:
    both = words_of("both")
    assert both("Quantity") == "Quantity\n数量"
    assert in_line(both, "Quantity") == "Quantity 数量"
    assert both("SKU") == "SKU"
    assert words_of("en")("Quantity") == "Quantity"


@pytest.mark.parametrize(("language", "text"), [("en", "5 Sep 2026"), ("both", "5 Sep 2026"), ("zh", "2026年9月5日")])
def test_dates_cannot_be_misread(language: str, text: str) -> None:
    assert date_text(date(2026, 9, 5), language) == text


def test_numbers_have_thousands_separators() -> None:
    assert (number_text(1234567), number_text(1234.5, 2)) == ("1,234,567", "1,234.50")
