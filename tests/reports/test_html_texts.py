"""Every message of the pages is translated, and no translation is left over."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

import reports.html
from reports.html.texts import catalogues, known, language_names, translate

FOLDER = Path(reports.html.__file__).parent
LANGUAGES = sorted(set(catalogues()) - {"en"})


def _messages() -> set[str]:
    with (FOLDER / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(FOLDER, methods, options, keywords={"t": None, "N_": None, "word": None})
    messages = {message for _, _, message, _, _ in found}
    assert all(isinstance(message, str) for message in messages)
    return messages


def test_messages_are_found_in_python_templates_and_scripts() -> None:
    assert {"Orders to suppliers", "Please note", "Back to the plan"} <= _messages()


@pytest.mark.parametrize("script", sorted((FOLDER / "static").glob("*.js")), ids=lambda path: path.name)
def test_no_message_of_a_script_escapes_the_extraction(script: Path) -> None:
    """A message marked inside the arguments of another call is not seen by the extractor."""
    marked = re.findall(r"""\b(?:t|N_)\("([^"]+)\"""", script.read_text(encoding="utf-8"))
    assert set(marked) <= _messages()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_message_is_translated_and_none_is_left_over(language: str) -> None:
    assert set(catalogues()[language]) == _messages()


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_to_fill_are_the_same(language: str) -> None:
    for message, text in catalogues()[language].items():
        assert sorted(re.findall(r"\{\w+\}", message)) == sorted(re.findall(r"\{\w+\}", text)), message


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_hold_no_fuzzy_or_obsolete_entry(language: str) -> None:
    with (FOLDER / "locale" / language / "LC_MESSAGES" / "html.po").open("rb") as file:
        catalogue = read_po(file)
    assert not [m.id for m in catalogue if m.id and m.fuzzy]
    assert not catalogue.obsolete


@pytest.mark.parametrize(
    ("asked", "got"), [("zh-CN", "zh"), ("zh_Hans", "zh"), ("ZH", "zh"), ("en+zh", "en"), ("fr", "en"), ("", "en")]
)
def test_an_unknown_language_falls_back_to_english(asked: str, got: str) -> None:
    assert known(asked) == got


def test_translates_and_fills() -> None:
    assert translate("{found} of {all} SKUs", "zh", found=3, all=40) == "40 个 SKU 中的 3 个"
    assert translate("no such message {x}", "zh", x=1) == "no such message 1"
    assert language_names() == {"en": "English", "zh": "中文"}
