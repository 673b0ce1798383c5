"""Writes report files as Amazon does: tab or comma, with the encodings, line ends and file times of downloads."""

import gzip
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Values = NDArray[np.generic] | Sequence[object] | str


def text_of(values: Values, rows: int) -> pa.Array:
    """A column as text: a string stands for every row, numbers become plain digits, NaN becomes blank."""
    if isinstance(values, str):
        return pa.repeat(pa.scalar(values), rows)
    array = pa.array(values, from_pandas=True)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    return pc.fill_null(array.cast(pa.string()), "")


def money(values: NDArray[np.generic], blank: NDArray[np.bool_] | None = None) -> pa.Array:
    """Amounts with two decimals; blank where told."""
    text = pa.array(np.char.mod("%.2f", np.asarray(values, float)))
    return text if blank is None else pc.if_else(pa.array(blank), "", text)


def lines_of(header: Sequence[str], columns: Mapping[str, Values], rows: int, separator: str, quote: bool) -> list[str]:
    """Header and rows as lines; columns that are not given are blank. Text that holds the separator is quoted."""
    unknown = set(columns) - set(header)
    if unknown:
        raise KeyError(f"columns {sorted(unknown)} are not in the header")
    cells = [text_of(columns.get(name, ""), rows) for name in header]
    names = list(header)
    if quote:
        cells = [pc.binary_join_element_wise('"', cell, '"', "") for cell in cells]
        names = [f'"{name}"' for name in names]
    elif separator == ",":
        cells = [_quoted_where_needed(cell) for cell in cells]
        names = [f'"{name}"' if "," in name else name for name in names]
    body = pc.binary_join_element_wise(*cells, separator).to_pylist() if rows else []
    return [separator.join(names), *body]


def write_lines(path: Path, lines: Sequence[str], made: date, encoding: str = "utf-8", newline: str = "\r\n") -> Path:
    """Write lines, gzipped when the name says so, and date the file on the morning it was downloaded."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = (newline.join(lines) + newline).encode(encoding)
    if path.suffix == ".gz":
        data = gzip.compress(data, compresslevel=4, mtime=0)
    path.write_bytes(data)
    stamp(path, made)
    return path


def write_table(
    path: Path,
    header: Sequence[str],
    columns: Mapping[str, Values],
    rows: int,
    made: date,
    *,
    separator: str = "\t",
    encoding: str = "utf-8",
    quote: bool = False,
) -> Path:
    """One report file from columns."""
    return write_lines(path, lines_of(header, columns, rows, separator, quote), made, encoding)


def stamp(path: Path, made: date) -> None:
    """Set the file's time to six in the morning (UTC) of the day it was downloaded."""
    moment = (datetime(made.year, made.month, made.day, tzinfo=UTC) + timedelta(hours=6)).timestamp()
    os.utime(path, (moment, moment))


def _quoted_where_needed(cell: pa.Array) -> pa.Array:
    awkward = pc.or_(pc.match_substring(cell, ","), pc.match_substring(cell, '"'))
    doubled = pc.binary_join_element_wise('"', pc.replace_substring(cell, '"', '""'), '"', "")
    return pc.if_else(awkward, doubled, cell)
