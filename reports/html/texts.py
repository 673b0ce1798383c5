"""Words of the pages in each language: gettext catalogues in `locale/`, read without compiling them.

A page carries all catalogues, so its reader can switch language. English is the message itself; a new language is
one more `locale/<language>/LC_MESSAGES/html.po`.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.messages.pofile import read_po

SOURCE_LANGUAGE = "en"
_DOMAIN = "html.po"


@cache
def catalogues() -> Mapping[str, Mapping[str, str]]:
    """Language -> message -> translation; English is present and empty (the message is the text)."""
    found: dict[str, Mapping[str, str]] = {SOURCE_LANGUAGE: {}}
    for folder in sorted(files("reports.html").joinpath("locale").iterdir(), key=lambda entry: entry.name):
        file = folder.joinpath("LC_MESSAGES", _DOMAIN)
        if file.is_file():
            catalogue = read_po(BytesIO(file.read_bytes()), locale=folder.name)
            found[folder.name] = {m.id: m.string for m in catalogue if m.id and m.string and not m.fuzzy}
    return found


def language_names() -> Mapping[str, str]:
    """Language -> its name in itself, for the switch."""
    return {code: (Locale.parse(code).get_display_name(code) or code).capitalize() for code in catalogues()}


def known(language: str) -> str:
    """The catalogue for `language` (`zh-CN`, `zh_Hans`, `en`): its own, its base language's, or English."""
    base = language.replace("_", "-").split("-")[0].lower()
    return base if base in catalogues() else SOURCE_LANGUAGE


def translate(message: str, language: str, **values: object) -> str:
    """`message` in `language` with `{name}` places filled; the message itself where no translation exists."""
    text = catalogues()[known(language)].get(message, message)
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def N_(message: str) -> str:
    """Mark a message for extraction; it is translated where it is shown."""
    return message
