"""What a reader is: a report format declared as a table of columns.

A reader module holds one `Format` (or several, in `FORMATS`) and, at most, small hooks for what a declaration cannot
say. Everything else is inherited: recognition by header, encodings, delimiters, numbers and dates of any locale, rows
set aside with a reason, provenance. A whole reader:

    FORMAT = Format(
        name="reserved_inventory",
        title="Reserved inventory",
        table="reserved_inventory",
        key=("marketplace", "snapshot_date", "sku"),
        columns=(
            Column("marketplace", "marketplace", given="marketplace"),
            Column("snapshot_date", "date", given="snapshot_date"),
            Column("sku", "sku", ("sku",), required=True, needed=True),
            Column("reserved_units", "integer", ("reserved_qty",), required=True, blank="0"),
            ...
        ),
        where="Reports > Fulfilment by Amazon > Inventory > Reserved Inventory",
        how_often="weekly",
        day="snapshot_date",
    )

    if __name__ == "__main__":
        run_alone(FORMAT)

Values arrive as text and are parsed in DuckDB by the macros of `data/sql/parse.sql`; no Python runs per row.
"""

import re
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NoReturn

Kind = Literal[
    "text",  # trimmed; blank is NULL
    "sku",  # text kept as it stands: leading zeros, case, signs; only outer white space goes
    "integer",  # whole units; "1,200", "1.200" and "1 200" are one thousand two hundred
    "decimal",  # number with either decimal sign
    "money",  # decimal with currency symbol or code around it; the currency is a column of its own
    "percent",  # "5.57%" or "5,57 %" or "5.57" -> 5.57
    "share",  # "30%" or "0.3" -> 0.3
    "date",  # calendar day; the offset of a timestamp is dropped
    "day",  # calendar day in the marketplace's time zone (a timestamp with an offset is brought there first)
    "timestamp",  # instant, stored in UTC; without an offset it is read as UTC
    "marketplace",  # US, "United States", "Amazon.com", ATVPDKIKX0DER, GB ... -> our code (US, UK, DE, ...)
    "availability",  # share of a period with stock: "0.5", "50%", yes/no
    "flag",  # yes/no, true/false, y/n, ja/nein, 1/0 -> BOOLEAN
]
Given = Literal["marketplace", "snapshot_date", "first_day", "last_day", "shipment", "source_name", "currency"]


@dataclass(frozen=True)
class Column:
    """One column of a report.

    name: column of the store's table. Two columns may read the same header.
    headers: every accepted spelling in every download language; compared by `normal()`. A spelling that ends in `*`
        matches any header that begins so (and that no column names exactly).
    required: the header must be there, else the file is not this format.
    needed: a row without a readable value is set aside. Key columns are always needed unless `may_be_blank`.
        In other columns a value that cannot be read is left empty and reported; the row is kept (but see
        `Format.must_be_readable`).
    blank: text to read in place of a blank (`"0"` where blank means none). Default: blank stays unknown.
    unknown: texts that mean "not known" besides blank.
    given: fact that the load call, or the lines above the header, supply when the file has no such header or the cell
        is blank.
    only: the only texts that say something here; any other counts as blank, so that `given` speaks (a ledger's
        location is a marketplace in North America, and a fulfilment centre or a country of storage elsewhere).
    month_first: dates of two numbers are month/day in every marketplace, unless the file shows a day above 12 in first
        place. Default: the order that is usual in the load's marketplace.
    shift_days: days added to a date after reading (a week that is named by its last day).
    low, high: inclusive limits of a number; outside them the value cannot be right.
    codes: allowed values after lower-casing and joining words with `_`, each with its synonyms (normalised alike);
        anything else cannot be read. Only for kind "text".
    """

    name: str
    kind: Kind
    headers: tuple[str, ...] = ()
    required: bool = False
    needed: bool = False
    may_be_blank: bool = False
    blank: str | None = None
    unknown: tuple[str, ...] = ("--", "-", "/", "n/a", "null")
    given: Given | None = None
    only: tuple[str, ...] | None = None
    month_first: bool = False
    shift_days: int = 0
    low: float | None = None
    high: float | None = None
    codes: Mapping[str, tuple[str, ...]] | None = None

    @cached_property
    def exact(self) -> frozenset[str]:
        """Normalised spellings that must match whole."""
        return frozenset(normal(header) for header in self.headers if not header.endswith("*"))

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """Normalised beginnings (spellings that ended in `*`)."""
        return tuple(normal(header[:-1]) for header in self.headers if header.endswith("*"))


Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Format:
    """One report format and how its rows replace older ones.

    key: columns that name one row. Of two rows in one file with the same key the later line wins; when they
        contradict, the earlier one is set aside. Empty: rows have no name of their own (equal rows are all kept).
    typed: people wrote the file, so a later line is not a newer one: rows with one key that contradict are all set
        aside, each naming another.
    named_by: key column without which a row has no name of its own (older order files lack the item id).
    scope: columns whose combinations in a new file replace every stored row with the same combination. Default: the
        key. A snapshot is replaced whole with ("marketplace", "snapshot_date"), a day of shipments with
        ("marketplace", "shipped_day"), an order with ("order_id",), a complete list (open orders) with ().
    newest: column whose later value wins between stored and new rows of one scope, and inside a file (last update).
        Without it the report whose period ends later wins (`day`), then the one loaded later.
    marks: headers that must be there although no column reads them.
    never: headers that must not be there (to tell two similar formats apart).
    dropped: headers that are known and left out on purpose (personal data, derived figures): not reported as unknown.
    day: the date column that gives the file's period (up to the column `last_day` where there is one); rows of one
        scope share it (an order has one purchase day).
    short_by: how many cells at the end of a row may be missing (a blank comment that the export drops).
    facts: hook; lines above the header -> facts by `Given` name (a pack list names its shipment there).
    extract: hook for files that are not tables (JSON): parsed document -> (headers, rows of text) or None when the
        document is another format's.
    where, how_often: shown to the planner and in the docs.
    """

    name: str
    title: str
    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    where: str
    how_often: str
    named_by: str | None = None
    scope: tuple[str, ...] | None = None
    newest: str | None = None
    typed: bool = False
    marks: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    day: str | None = None
    short_by: int = 0
    facts: Callable[[Rows], Mapping[str, str]] | None = None
    extract: Callable[[Any], tuple[Sequence[str], Rows] | None] | None = None
    notes: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        twice = {name for name in names if names.count(name) > 1}
        stray = ({*self.key, *self.replaced_by} | {self.newest, self.day}) - set(names) - {None}
        if twice or stray:
            raise ValueError(
                f"format {self.name}: columns twice {sorted(twice)}, not columns {sorted(map(str, stray))}"
            )

    @property
    def replaced_by(self) -> tuple[str, ...]:
        """Columns whose combinations in a new file replace stored rows."""
        return self.key if self.scope is None else self.scope

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    def needs_value(self, column: Column) -> bool:
        """Whether a row without this value is set aside."""
        return column.needed or (column.name in self.key and not column.may_be_blank)

    def must_be_readable(self, column: Column) -> bool:
        """Whether a row whose value is written but cannot be read is set aside.

        Beside needed values, these are the marketplaces and SKUs of a key: where blank means "all of them", a spelling
        mistake must not.
        """
        return self.needs_value(column) or (column.name in self.key and column.kind in ("marketplace", "sku"))

    def match(self, headers: Sequence[str]) -> "Match":
        """Which header each column reads, and what is missing for this format."""
        plain = [normal(header) for header in headers]
        named = frozenset().union(*(column.exact for column in self.columns))
        found: dict[str, int] = {}
        for column in self.columns:
            position = _position(column, plain, named)
            if position is not None:
                found[column.name] = position
        missing = [c.headers[0] for c in self.columns if c.required and c.name not in found]
        missing += [mark for mark in self.marks if normal(mark) not in plain]
        forbidden = [header for header in self.never if normal(header) in plain]
        used = set(found.values())
        quiet = {normal(header) for header in self.dropped + self.marks}
        extra = [h for i, h in enumerate(headers) if i not in used and plain[i] and plain[i] not in quiet]
        return Match(self, found, tuple(missing), tuple(forbidden), tuple(extra))


@dataclass(frozen=True)
class Match:
    """How a header line fits a format: column name -> position, what is missing, what is not known."""

    format: Format
    found: dict[str, int]
    missing: tuple[str, ...]
    forbidden: tuple[str, ...]
    extra: tuple[str, ...]

    @property
    def claims(self) -> bool:
        """Whether the format recognises the header as its own."""
        return not self.missing and not self.forbidden

    @property
    def nearness(self) -> float:
        """Share of what makes the format that is there (0..1), to name the nearest known format."""
        wanted = sum(column.required for column in self.format.columns) + len(self.format.marks)
        return 1 - len(self.missing) / wanted if wanted else 0.0


_DASHES = re.compile(r"[\s\-_\u2010-\u2015\u2212\uff0d\u00ad]+")


def normal(header: str) -> str:
    """A header for comparison: full-width forms, case, dashes, underscores, spaces, quotes and byte-order marks alike.

    >>> normal("\\ufeffSessions \\u2013 Total") == normal("sessions - total") == "sessions total"
    True
    """
    text = unicodedata.normalize("NFKC", header).replace("\ufeff", "").strip().strip("\"'")
    return _DASHES.sub(" ", text.casefold()).strip()


def _position(column: Column, plain: Sequence[str], named: frozenset[str]) -> int | None:
    for index, header in enumerate(plain):
        if header in column.exact:
            return index
    for index, header in enumerate(plain):
        if header not in named and header and header.startswith(column.starts or ("\0",)):
            return index
    return None


def run_alone(*formats: Format) -> NoReturn:
    """Read files with one reader, without the app: `python -m data.readers.<source> FILE...`.

    Prints the rows that would be stored and those set aside. Exit code 0, or 1 when a file is refused.
    """
    from data.alone import show  # the loader knows the readers; only this entry point looks the other way

    sys.exit(show([Path(name) for name in sys.argv[1:]], formats))
