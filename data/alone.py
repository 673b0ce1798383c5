"""One reader without the app: what it makes of a file."""

import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from data.errors import DataError
from data.files import open_parts
from data.loading import recognise, said_of, stage
from data.readers.base import Format
from data.statements import text


def show(paths: Sequence[Path], formats: Sequence[Format]) -> int:
    """Print the rows of each file and its faults. Returns the exit code."""
    if not paths:
        print("Name one or more files to read.", file=sys.stderr)
        return 2
    refused = 0
    for path in paths:
        try:
            _show(path, formats)
        except DataError as error:
            print(error, file=sys.stderr)
            refused = 1
    return refused


def _show(path: Path, formats: Sequence[Format]) -> None:
    today = date.today().isoformat()
    given = {"marketplace": "US", "snapshot_date": today, "first_day": today, "last_day": today}
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for name in ("schema.sql", "marketplaces.sql", "parse.sql", "marketplace_names.sql"):
            connection.execute(text(name))
        for part in open_parts(path, Path(folder)):
            table = recognise(connection, part, formats, given, Path(folder))
            stage(connection, table)
            not_read = ", ".join(table.layout.match.extra) or "none"
            print(f"{table.label}: {table.layout.format.title}; columns not read: {not_read}")
            rows = connection.execute("SELECT * EXCLUDE (faults, fatal) FROM staged WHERE NOT fatal").df()
            print(rows.to_string(index=False, max_rows=60))
            faults = connection.execute(
                "SELECT line, unnest(faults, recursive := true) FROM staged WHERE faults IS NOT NULL"
            ).fetchall()
            said = {one[0]: one for one in said_of(connection, table)}
            told: dict[tuple[int, str], str] = {}  # several columns may read one cell: the first one speaks
            for line, column, value in faults:
                _, header, _, blank_reason, _, reason, _ = said[column]
                told.setdefault((line, header or "row"), f"{value!r} {blank_reason if value is None else reason}")
            for (line, header), what in told.items():
                print(f"line {line}, {header}: {what}")
