"""Which rows win: between rows of one file, and between a file and what the store holds."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb

from data.readers.base import Format
from data.statements import statements


def settle_inside(connection: duckdb.DuckDBPyConnection, format: Format, file_id: int) -> None:
    """Between rows of one file: the latest update, then the later line; none of rows that people typed differently."""
    present = staged_columns(connection)
    scope = [name for name in format.replaced_by if name in present]
    if format.newest in present and scope and _repeats(connection, scope):
        run(connection, "drop_older_in_file", {}, newest=quoted(format.newest), scope=listed(scope))
    key = [name for name in format.key if name in present]
    nameless = format.named_by is not None and format.named_by not in present
    if not key or nameless or not _repeats(connection, key):
        return
    known = f"{quoted(format.named_by)} IS NOT NULL" if format.named_by else "true"
    if format.newest is None:
        named = ", ".join(format.column(name).headers[0] for name in key if format.column(name).headers)
        others = listed([name for name in present if name not in ("line", "faults", "fatal")])
        tell = {"file_id": file_id, "key": named}
        if format.typed:
            _set_aside_typed(connection, key, others, tell)
        else:
            run(connection, "set_aside_contradictions", tell, key=listed(key), others=others, all_known=known)
    run(connection, "drop_repeated", {}, key=listed(key), all_known=known)


def _set_aside_typed(
    connection: duckdb.DuckDBPyConnection, key: Sequence[str], others: str, tell: Mapping[str, Any]
) -> None:
    """Rows that people typed: which of two that contradict is right, only they know."""
    keep = "Keep the right one of the two lines and delete the other"
    both = ", or number them in the column Line if both are meant" if "order_line" in key else ""
    run(
        connection,
        "set_aside_typed_contradictions",
        {**tell, "remedy": f"{keep}{both}; then load the file again."},
        others=others,
        key_of_one=", ".join(f"one.{quoted(name)}" for name in key),
        same_key=" AND ".join(f"one.{quoted(name)} IS NOT DISTINCT FROM other.{quoted(name)}" for name in key),
    )
    run(connection, "drop_set_aside", {"file_id": tell["file_id"]})


def _repeats(connection: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> bool:
    rows, different = run(connection, "count_keys", {}, columns=listed(columns), all_known="true")[0]
    return bool(rows > different)


def settle_with_store(
    connection: duckdb.DuckDBPyConnection, format: Format, first: date | None, last: date | None
) -> tuple[int, int]:
    """Between the file and the store. Returns (stored rows that went, rows of the file that stay out)."""
    present = staged_columns(connection)
    scope = list(format.replaced_by)
    dated = format.day is not None and first is not None and last is not None
    period = {"first": first, "last": last} if dated else {}
    in_period = f"old.{quoted(format.day)} BETWEEN $first AND $last" if dated else "true"
    if not run(connection, "has_overlap", period, table=format.table, in_period=in_period)[0][0]:
        return 0, 0
    newest = format.newest if format.newest in present else None
    same = " AND ".join(
        f"old.{quoted(name)} IS NOT DISTINCT FROM {'staged.' + quoted(name) if name in present else 'NULL'}"
        for name in scope
    )
    names = {"table": format.table, "in_period": in_period, "same_scope_old": same or "true"}
    run(
        connection,
        "stored_scopes",
        period,
        scope_of_old="".join(f"old.{quoted(name)}, " for name in scope),
        stored_newest=f"max(old.{quoted(newest)})" if newest else "max(load_file.last_day)",
        file_join="" if newest else "JOIN records.load_file USING (file_id)",
        **names,
    )
    newer = f"WHERE old.newest > staged.{quoted(newest)}" if newest else "WHERE old.newest > $file_last_day"
    parameters = {} if newest else {"file_last_day": last}
    older = run(connection, "drop_superseded", parameters, same_scope_old=same or "true", newer_filter=newer)[0][0]
    replaced = run(connection, "drop_replaced", period, **names)[0][0]
    return replaced, older


def staged_columns(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Columns of the staged rows, with `line`, `faults` and `fatal`."""
    return [row[0] for row in connection.execute("DESCRIBE staged").fetchall()]


def run(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any], **names: str
) -> list[tuple[Any, ...]]:
    """Run a statement of staging.sql; `names` fill its column lists."""
    sql = statements("staging")[name].sql
    statement = sql.format(**names) if names else sql
    rows: list[tuple[Any, ...]] = connection.execute(statement, dict(parameters)).fetchall()
    return rows


def quoted(name: str | None) -> str:
    """A column name for SQL."""
    return f'"{name}"'


def listed(names: Sequence[str]) -> str:
    """Column names for SQL."""
    return ", ".join(quoted(name) for name in names)
