"""A workspace's DuckDB file: opened by one writer at a time, made or brought up to date, errors in people's words."""

import errno
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from data.errors import DiscFull, StoreBusy, StoreDamaged, StoreMissing, StoreOutdated, StoreReadOnly, StoreTooNew
from data.statements import statements, text

SCHEMA_VERSION = 3
MEMORY_LIMIT = "2GB"  # beyond it DuckDB works from disc; keeps a load of ten million lines below 4 GB in all
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_MIGRATION = re.compile(r"(\d{3})_\w+\.sql")


def connect(path: Path, read_only: bool) -> tuple[duckdb.DuckDBPyConnection, FileLock | None]:
    """Open the store at `path`; a writer makes or updates it. Raises a `DataError` of the store."""
    if read_only and not path.exists():
        raise StoreMissing(path)
    lock = None if read_only else _lock(path)
    try:
        with people_errors(path):
            connection = duckdb.connect(str(path), read_only=read_only, config={"memory_limit": MEMORY_LIMIT})
        try:
            with people_errors(path):
                _prepare(connection, path, read_only)
        except BaseException:
            connection.close()
            raise
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    return connection, lock


def _lock(path: Path) -> FileLock:
    lock = FileLock(str(path) + ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StoreBusy(path) from None
    except OSError as error:
        raise _from_os(error, path) from None
    return lock


@contextmanager
def people_errors(path: Path) -> Iterator[None]:
    """Turn errors of the disc and of DuckDB into sentences."""
    try:
        yield
    except OSError as error:
        if error.errno in (*_FULL, errno.EROFS, errno.EACCES, errno.EPERM):
            raise _from_os(error, path) from error
        raise
    except (duckdb.SerializationException, duckdb.InternalException) as error:
        raise StoreDamaged(path, str(error).splitlines()[0][:160]) from error
    except duckdb.Error as error:
        named = _from_duckdb(str(error), path)
        if named is None:
            raise
        raise named from error


def _from_os(error: OSError, path: Path) -> DiscFull | StoreReadOnly:
    return DiscFull(path) if error.errno in _FULL else StoreReadOnly(path)


def _from_duckdb(message: str, path: Path) -> Exception | None:
    low = message.lower()
    if any(words in low for words in ("no space left", "disk full", "file too large", "max_temp_directory_size")):
        return DiscFull(path)
    if "set lock" in low or "being used by another process" in low or "conflicting lock" in low:
        return StoreBusy(path)
    if "permission denied" in low or "read-only" in low:
        return StoreReadOnly(path)
    if "not a valid duckdb" in low or "version number" in low or "corrupt" in low or "checksum" in low:
        return StoreDamaged(path, message.splitlines()[0][:160])
    return None


def _prepare(connection: duckdb.DuckDBPyConnection, path: Path, read_only: bool) -> None:
    connection.execute("SET TimeZone = 'UTC'")
    version = _version(connection, path)
    if version is not None and version > SCHEMA_VERSION:
        raise StoreTooNew(path, version, SCHEMA_VERSION)
    if read_only and version != SCHEMA_VERSION:
        raise StoreMissing(path) if version is None else StoreOutdated(path)
    if version is None:
        _make(connection)
    elif version < SCHEMA_VERSION:
        _migrate(connection, version)
    connection.execute(text("parse.sql"))
    connection.execute(text("marketplace_names.sql"))
    _views(connection, read_only)


def _version(connection: duckdb.DuckDBPyConnection, path: Path) -> int | None:
    tables = {row[:2] for row in connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()}
    if ("records", "workspace") in tables:
        found = connection.execute(statements("store")["workspace_version"].sql).fetchall()[0][0]
        return int(found)
    if tables:
        raise StoreDamaged(path, "it holds tables of another program")
    return None


def _make(connection: duckdb.DuckDBPyConnection) -> None:
    with transaction(connection):
        connection.execute(text("schema.sql"))
        connection.execute(text("marketplaces.sql"))
        _record_version(connection, SCHEMA_VERSION)


def _migrate(connection: duckdb.DuckDBPyConnection, version: int) -> None:
    for number, sql in migrations():
        if number > version:
            with transaction(connection):
                connection.execute(sql)
                _record_version(connection, number)


def migrations() -> list[tuple[int, str]]:
    """The steps from one schema version to the next: (version they lead to, SQL)."""
    folder = files("data").joinpath("sql", "migrations")
    found = []
    for file in folder.iterdir() if folder.is_dir() else ():
        match = _MIGRATION.fullmatch(file.name)
        if match:
            found.append((int(match[1]), file.read_text(encoding="utf-8")))
    return sorted(found)


def _record_version(connection: duckdb.DuckDBPyConnection, version: int) -> None:
    values = {"version": version, "now": datetime.now(UTC).replace(tzinfo=None), "made_by": f"schema {version}"}
    connection.execute(statements("store")["record_version"].sql, values)


def _views(connection: duckdb.DuckDBPyConnection, read_only: bool) -> None:
    """Views belong to the program's version: a store keeps those of its last writer, a reader brings its own."""
    sql = text("views.sql")
    mark = {"name": "views", "value": hashlib.sha256(sql.encode()).hexdigest()}
    found = connection.execute(statements("store")["get_setting"].sql, {"name": "views"}).fetchall()
    if found and found[0][0] == mark["value"]:
        return
    if read_only:
        connection.execute(sql.replace("CREATE OR REPLACE ", "CREATE OR REPLACE TEMP "))
        return
    with transaction(connection):
        connection.execute(sql)
        connection.execute(statements("store")["set_setting"].sql, mark)


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):  # DuckDB may have rolled back already
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
