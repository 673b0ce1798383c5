"""Opening workbooks that come from outside: refused in words when they cannot be read, bounded when they are huge."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from reports.errors import WorkbookRefused

MOST_BYTES = 600_000_000
"""Uncompressed. A plan of 50,000 SKUs is about 300 MB; more than this is no workbook of ours."""
_OLE = b"\xd0\xcf\x11\xe0"


def open_workbook(content: bytes, name: str, load: Callable[..., Any] = load_workbook, **options: Any) -> Any:
    """An openpyxl workbook of these bytes. Raises `WorkbookRefused` with what is wrong and what to do."""
    if content.startswith(_OLE):
        raise WorkbookRefused(
            f"{name} is protected by a password or an old .xls file. Save it as .xlsx without a password."
        )
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > MOST_BYTES:
            raise WorkbookRefused(f"{name} unpacks to {size:,} bytes; at most {MOST_BYTES:,} are read.")
        return load(BytesIO(content), **options)
    except WorkbookRefused:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part leads to
        raise WorkbookRefused(
            f"{name} cannot be read as an .xlsx workbook ({type(error).__name__}). Open it in Excel, LibreOffice or "
            "WPS, save it again as .xlsx, and retry."
        ) from error
