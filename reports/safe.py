"""Text, file names and files that cannot do harm, in every document."""

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters after which a spreadsheet may take text for a formula (OWASP, CSV injection; full width too)."""
CELL_CHARACTERS = 32_767
NAME_CHARACTERS = 100
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_IN_XML = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED_IN_XML = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)")
_NOT_IN_NAMES = re.compile('[<>:"/\\\\|?*\x00-\x1f\x7f]+')
_DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    f"{port}{digit}" for port in ("COM", "LPT") for digit in "0123456789¹²³"
}


def plain_text(value: object) -> str:
    """The text of a value without characters a workbook cannot hold; at most 32,767 UTF-16 units."""
    text = _NOT_IN_XML.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 > CELL_CHARACTERS:
        units = text.encode("utf-16-le")
        if len(units) > CELL_CHARACTERS * 2:
            text = units[: (CELL_CHARACTERS - 1) * 2].decode("utf-16-le", errors="ignore") + "…"
    return text


def workbook_text(value: object) -> str:
    """`plain_text` for a cell: text such as `_x000D_`, which spreadsheets decode, stays as it is written."""
    text = plain_text(value)
    return _ESCAPE_IN_XML.sub("_x005F_", text) if "_x" in text else text


def read_text(value: object) -> str:
    """The text of a cell as `workbook_text` was given it, whichever program saved the file in between."""
    text = "" if value is None else str(value)
    return _ESCAPED_IN_XML.sub("_", text) if "_x" in text else text


def starts_like_formula(text: str) -> bool:
    """Whether a spreadsheet could take this text for a formula when it is typed or imported."""
    return text.lstrip(" \u00a0\ufeff").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS)


def csv_text(value: Any) -> Any:
    """A CSV cell: numbers stay numbers, text that could be a formula gets an apostrophe before it."""
    if not isinstance(value, str):
        return "" if value is None or value != value else value
    text = plain_text(value)
    return f"'{text}" if starts_like_formula(text) else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV file that spreadsheets open rightly: UTF-8 with byte-order mark, comma, CRLF, every text safe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([csv_text(name) for name in header])
    writer.writerows([csv_text(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def safe_name(text: str, suffix: str = "") -> str:
    """A file name that Windows, macOS and Linux take: `safe_name("CON: a/b", ".xlsx")` is `CON_ a_b.xlsx`.

    Reserved characters become `_`; device names, leading and trailing dots and blanks are mended; a name over
    100 characters is cut and ends in a digest of the whole, so that two long names stay apart.
    """
    visible = "".join(
        c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in ("Cf", "Cs", "Cc")
    )
    name = _NOT_IN_NAMES.sub("_", visible).strip(" .")
    if not name:
        name = "file"
    if name.split(".")[0].strip().upper() in _DEVICES:
        name = f"_{name}"
    room = NAME_CHARACTERS - len(suffix)
    if len(name) > room or len((name + suffix).encode()) > 240:
        digest = hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:8]
        kept = name[: room - 9].encode()[: 240 - len(suffix) - 9].decode(errors="ignore")
        name = f"{kept.rstrip(' .')}-{digest}"
    return name + suffix
