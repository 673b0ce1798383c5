"""Sample files and what must come out of them.

    python tests/samples/update.py            # writes the expected files that are missing
    python tests/samples/update.py --force    # replaces those that differ, and removes those without a sample

Each folder holds files as a seller gets them, named by variant. Beside `NAME` stand `NAME.rows.csv` (every column that
holds a value, in the order of lines, with the name of the recognised format), `NAME.set_aside.csv` where something
could not be read, and, where the file does not say it, `NAME.toml` with the facts given at loading (marketplace,
snapshot_date, first_day, last_day). Read the difference before you commit it.
"""

import atexit
import csv
import io
import shutil
import sys
import tempfile
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

FOLDER = Path(__file__).parent
ROWS, SET_ASIDE, FACTS = ".rows.csv", ".set_aside.csv", ".toml"


def samples() -> list[Path]:
    """Every sample file."""
    found = (path for path in FOLDER.glob("*/*") if path.is_file() and not path.name.startswith((".", "~")))
    return sorted(path for path in found if not path.name.endswith((ROWS, SET_ASIDE, FACTS)))


def orphans() -> list[Path]:
    """Expected files and facts whose sample is gone."""
    kept = {path for sample in samples() for path in beside(sample).values()}
    beside_samples = {*FOLDER.glob("*/*" + ROWS), *FOLDER.glob("*/*" + SET_ASIDE), *FOLDER.glob("*/*" + FACTS)}
    return sorted(beside_samples - kept)


def beside(sample: Path) -> dict[str, Path]:
    """Paths of the files that belong to a sample, by ending."""
    return {ending: sample.with_name(sample.name + ending) for ending in (ROWS, SET_ASIDE, FACTS)}


def facts(sample: Path) -> dict[str, Any]:
    """What is given at loading, as arguments of `Store.load`."""
    path = beside(sample)[FACTS]
    given = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    arguments: dict[str, Any] = {name: given[name] for name in ("marketplace",) if name in given}
    if "snapshot_date" in given:
        arguments["snapshot_date"] = date.fromisoformat(given["snapshot_date"])
    if "first_day" in given:
        arguments["period"] = (date.fromisoformat(given["first_day"]), date.fromisoformat(given["last_day"]))
    return arguments


def outcome(sample: Path) -> dict[str, str]:
    """What comes out of a sample: contents of the expected files, by ending."""
    from data.readers import formats
    from data.store import open_store

    tables = {one.name: one.table for one in formats()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(_empty_store(), Path(folder) / "store.duckdb"))
        with open_store(path) as store:
            loaded = [one for one in store.load(sample, **facts(sample)) if one.format]
        with duckdb.connect(str(path), read_only=True) as connection:
            rows = [_rows(connection, one.format, tables[one.format]) for one in loaded]
            query = 'SELECT line, "column", "value", reason, row_kept FROM records.set_aside ORDER BY ALL'
            refused = connection.execute(query)
            aside = _csv([column[0] for column in refused.description], refused.fetchall())
    return {ROWS: "".join(rows), SET_ASIDE: aside if aside.count("\n") > 1 else ""}


@cache
def _empty_store() -> Path:
    """A store to copy: making its tables costs more than loading a sample."""
    from data.store import open_store

    path = Path(tempfile.mkdtemp(prefix="replenish-samples-")) / "empty.duckdb"
    open_store(path).close()
    atexit.register(shutil.rmtree, path.parent)
    return path


def _rows(connection: duckdb.DuckDBPyConnection, name: str, table: str) -> str:
    found = connection.execute(f"SELECT * EXCLUDE (file_id) FROM records.{table} ORDER BY line")
    headers, rows = [column[0] for column in found.description], found.fetchall()
    kept = [i for i, header in enumerate(headers) if header != "line" and any(row[i] is not None for row in rows)]
    place = headers.index("line")
    body = [(name, row[place], *(row[i] for i in kept)) for row in rows]
    return _csv(["report", "line", *(headers[i] for i in kept)], body)


def _csv(headers: list[str], rows: list[tuple[Any, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headers)
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return out.getvalue()


def main(force: bool) -> int:
    """Write expected files; 1 when something differs and was left as it is."""
    left = 0
    for sample in samples():
        contents = outcome(sample)
        for ending, path in beside(sample).items():
            content = contents.get(ending, "")
            if ending == FACTS or (path.read_text(encoding="utf-8") if path.exists() else "") == content:
                continue
            if path.exists() and not force:
                left += 1
                print(f"differs, left as it is: {path.relative_to(FOLDER)}")
            elif content:
                path.write_text(content, encoding="utf-8", newline="")
                print(f"written: {path.relative_to(FOLDER)}")
            else:
                path.unlink()
                print(f"removed: {path.relative_to(FOLDER)}")
    for path in orphans():
        left += not force
        print(f"no sample for: {path.relative_to(FOLDER)}")
        if force:
            path.unlink()
    return int(left > 0)


if __name__ == "__main__":
    sys.path.insert(0, str(FOLDER.parents[1]))
    sys.exit(main("--force" in sys.argv[1:]))
