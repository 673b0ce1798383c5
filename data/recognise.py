"""Which report a table is: by its header, never by its name; exactly one format may claim it."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.errors import AmbiguousFormat, UnknownFormat
from data.readers.base import Format, Match

HEADER_SEARCH = 40  # rows in which a header may stand below titles and facts
DELIMITERS = ("\t", ",", ";")
NEAR = 0.34


@dataclass(frozen=True)
class Layout:
    """How to read a table: its format, where the header stands, how cells are divided."""

    match: Match
    headers: tuple[str, ...]
    header_row: int  # 0-based
    delimiter: str = ""
    quoted: bool = False
    facts: Mapping[str, str] | None = None

    @property
    def format(self) -> Format:
        """The format that claims the table."""
        return self.match.format


@dataclass(frozen=True)
class _Split:
    rows: list[list[str]]
    line_of: list[int]  # 0-based line on which each row ends
    delimiter: str
    quoted: bool


def recognise_text(label: str, lines: Sequence[str], formats: Sequence[Format]) -> Layout:
    """The layout of a text by its first lines. Raises `UnknownFormat`, `AmbiguousFormat`."""
    return _recognise(label, [_split(lines, delimiter) for delimiter in DELIMITERS], formats)


def recognise_rows(label: str, rows: Sequence[Sequence[str]], formats: Sequence[Format]) -> Layout:
    """The layout of a worksheet."""
    head = [list(row) for row in rows[:HEADER_SEARCH]]
    return _recognise(label, [_Split(head, list(range(len(head))), "", False)], formats)


def _recognise(label: str, splits: Sequence[_Split], formats: Sequence[Format]) -> Layout:
    nearest: Match | None = None
    for split in splits:
        for index, row in enumerate(split.rows):
            matches = [one.match(row) for one in formats]
            claims = [match for match in matches if match.claims]
            if len(claims) > 1:
                raise AmbiguousFormat(label, [match.format.title for match in claims])
            if claims:
                return _layout(claims[0], row, index, split)
            for match in matches:
                if match.nearness > max(NEAR, nearest.nearness if nearest else 0):
                    nearest = match
    rows = max((split.rows for split in splits), key=lambda rows: max(map(len, rows), default=0))
    header = next((row for row in rows if any(row)), [])
    if nearest is not None:
        raise UnknownFormat(label, nearest.format.title, nearest.missing or nearest.forbidden, header)
    raise UnknownFormat(label, None, (), header)


def _layout(match: Match, row: Sequence[str], index: int, split: _Split) -> Layout:
    facts = match.format.facts(split.rows[:index]) if match.format.facts else None
    return Layout(match, tuple(row), split.line_of[index], split.delimiter, split.quoted, facts)


def _split(lines: Sequence[str], delimiter: str) -> _Split:
    """Cells of the first lines. Tab files are quoted only when their cells plainly are: a title may hold 12"."""
    quoted = delimiter != "\t" or any(line.startswith('"') and '"\t"' in line for line in lines[:HEADER_SEARCH])
    if not quoted:
        rows = [line.split(delimiter) for line in lines[:HEADER_SEARCH]]
        return _Split(rows, list(range(len(rows))), delimiter, False)
    rows, line_of = [], []
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for row in reader:
            rows.append(row)
            line_of.append(reader.line_num - 1)
            if len(rows) == HEADER_SEARCH:
                break
    except csv.Error:
        pass  # what was read so far is enough to look for a header
    return _Split(rows, line_of, delimiter, True)
