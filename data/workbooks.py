"""Worksheets as rows of text, read the way a person sees the cells."""

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from data.errors import UnreadableFile

_ZEROS = re.compile(r"0{2,}")


def read_sheets(path: Path, label: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Visible sheets with at least one row: (sheet name, rows of text). Formulas give their last computed value."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, InvalidFileException, ParseError, TypeError) as error:
        raise _damaged(label, error) from None
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            rows = _rows(sheet)
            if rows:
                yield sheet.title, rows
    except (KeyError, ValueError, zipfile.BadZipFile, ParseError, TypeError, AttributeError, EOFError) as error:
        raise _damaged(label, error) from None
    finally:
        book.close()


def _damaged(label: str, error: Exception) -> UnreadableFile:
    hostile = next((one for one in (error, error.__cause__) if isinstance(one, DefusedXmlException)), None)
    if hostile is not None:  # a kind of ValueError, or behind openpyxl's own
        return UnreadableFile(label, f"the workbook holds hostile XML ({hostile}).", "Do not use this file.")
    return UnreadableFile(
        label,
        f"the workbook is damaged or not a workbook ({type(error).__name__}).",
        "Open it in Excel and save it again as .xlsx, or download it again.",
    )


def _rows(sheet: Any) -> list[list[str]]:
    sheet.reset_dimensions()  # the stated size can be wrong
    rows = [[_text(cell) for cell in row] for row in sheet.iter_rows()]
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number_text(value, str(cell.number_format))
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def _number_text(value: int | float, number_format: str) -> str:
    if float(value).is_integer() and abs(value) < 1e15:
        whole = str(int(value))
        # "000123" is the number 123 shown with a format of six zeros: the planner means the six characters
        return whole.zfill(len(number_format)) if _ZEROS.fullmatch(number_format) else whole
    return repr(value)
