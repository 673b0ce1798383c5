"""One table of one file into the store: staged, checked, compared with what is stored, kept with its provenance.

Runs inside the caller's transaction. Which row wins: the later value of the format's `newest` column; without one, the
report whose period ends later; then the one loaded later. The order of rows in a file never matters for that.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from data.errors import AmbiguousFormat, MissingFact, UnknownFormat, UnreadableFile
from data.files import Part, Progress
from data.readers.base import Format
from data.recognise import Layout, recognise_rows, recognise_text
from data.staging import Evidence, Said, Source, evidence_sql, reasons, stage_sql, text_source
from data.statements import statements
from data.supersede import listed, quoted, run, settle_inside, settle_with_store, staged_columns


@dataclass(frozen=True)
class LoadResult:
    """What became of one table. `rows` were stored and took the place of `replaced` older ones; `older` rows of the
    file were left out because the store knows newer ones; `set_aside` rows and `cells` could not be read."""

    file: str
    format: str
    title: str
    rows: int
    replaced: int = 0
    older: int = 0
    set_aside: int = 0
    cells: int = 0
    ignored_columns: tuple[str, ...] = ()
    period: tuple[date | None, date | None] = (None, None)
    marketplaces: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    already_loaded: bool = False
    skipped: str = ""  # why a sheet or archive member was passed over


@dataclass(frozen=True)
class Table:
    """A table that is recognised: what it is, its rows as SQL, facts for what it does not say."""

    label: str
    sha256: str
    layout: Layout
    source: Source
    given: Mapping[str, str]
    encoding: str = ""
    assumed: tuple[str, ...] = field(default=())


def recognise(
    connection: duckdb.DuckDBPyConnection, part: Part, formats: Sequence[Format], given: Mapping[str, str], work: Path
) -> Table:
    """What a part is and how to read it. Raises `UnknownFormat`, `AmbiguousFormat`, `MissingFact`."""
    encoding = ""
    if part.kind == "text":
        layout, encoding = _recognise_text(part, [one for one in formats if one.extract is None])
        path = part.as_utf8(encoding, work, layout.quoted)
        used = layout.match.found.values()
        source = layout_source(path, layout, used, layout.format.short_by)
    else:
        rows = part.rows if part.kind == "rows" else _document_rows(part, formats)
        layout = recognise_rows(part.label, rows, formats)
        source = rows_source(connection, rows, layout, part.sha256)
    facts, assumed = facts_of(part, layout, given)
    return Table(part.label, part.sha256, layout, source, facts, encoding, assumed)


def layout_source(path: Path, layout: Layout, used: Iterable[int], short_by: int = 0) -> Source:
    """Rows of a text below its header."""
    width, lines = len(layout.headers), layout.header_row + 1
    return text_source(str(path), used, width, lines, layout.delimiter, layout.quoted, short_by)


def _recognise_text(part: Part, formats: Sequence[Format]) -> tuple[Layout, str]:
    refused: Exception | None = None
    for encoding in part.encodings:
        lines = part.preview(encoding)
        if not any(lines):
            raise UnreadableFile(part.label, "the file has no readable line at its start.", "Download it again.")
        try:
            return recognise_text(part.label, lines, formats), encoding
        except (UnknownFormat, AmbiguousFormat) as error:  # the next encoding may show the header
            refused = refused or error
    assert refused is not None
    raise refused


def _document_rows(part: Part, formats: Sequence[Format]) -> list[list[str]]:
    for one in formats:
        if one.extract is None:
            continue
        found = one.extract(part.document)
        if found is not None:
            headers, rows = found
            return [list(headers), *[list(row) for row in rows]]
    names = ", ".join(one.title for one in formats if one.extract is not None) or "none"
    raise UnreadableFile(part.label, f"the JSON document is not a known report (known: {names}).", "Check the file.")


def rows_source(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[Sequence[str]], layout: Layout, name: str
) -> Source:
    """Rows of a worksheet or document, registered with DuckDB."""
    width = len(layout.headers)
    body = rows[layout.header_row + 1 :]
    columns: dict[str, Any] = {
        f"c{i}": pa.array([row[i] if i < len(row) else "" for row in body], pa.string()) for i in range(width)
    }
    columns["line"] = pa.array(range(layout.header_row + 2, layout.header_row + 2 + len(body)), pa.int64())
    view = f"rows_{name[:16]}"
    connection.register(view, pa.table(columns))
    cells = tuple(f"c{i}" for i in range(width))
    some = " OR ".join(f"{cell} <> ''" for cell in cells)
    sql = f"SELECT *, false AS too_short, false AS too_long FROM {view} WHERE {some}"
    return Source(sql, cells, {}, width)


def facts_of(part: Part, layout: Layout, given: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Facts that the file does not say, from the call or the file itself, and which of them are assumed."""
    facts = {**given, **(layout.facts or {})}
    assumed = []
    for column in layout.format.columns:
        in_file = column.name in layout.match.found and column.only is None
        if column.given is None or in_file or facts.get(column.given):
            continue
        if column.given == "snapshot_date":
            facts["snapshot_date"] = part.modified.isoformat()
            assumed.append(f"made on {part.modified.isoformat()}, the day the file was saved")
        elif layout.format.needs_value(column):
            raise MissingFact(part.label, layout.format.title, column.given)
    return facts, tuple(assumed)


def load_table(connection: duckdb.DuckDBPyConnection, table: Table, now: datetime, progress: Progress) -> LoadResult:
    """Store a recognised table. The caller holds the transaction."""
    known = _already_loaded(connection, table)
    if known is not None:
        return known
    file_id = connection.execute("SELECT nextval('records.file_number')").fetchall()[0][0]
    format = table.layout.format
    progress("parsing", 0.0)
    stage(connection, table)
    _set_aside(connection, table, file_id)
    progress("comparing", 0.0)
    settle_inside(connection, format, file_id)
    total, coverage = _coverage(connection, format)
    first = min((row[1] for row in coverage if row[1]), default=None)
    last = max((row[2] for row in coverage if row[2]), default=None)
    replaced, older = settle_with_store(connection, format, first, last)
    progress("storing", 0.0)
    columns = [row[0] for row in connection.execute("DESCRIBE staged").fetchall()]
    stored = [name for name in columns if name not in ("line", "faults", "fatal")]
    run(connection, "store_rows", {"file_id": file_id}, table=format.table, columns=listed(stored))
    bad_rows, bad_cells = run(connection, "count_faults", {"file_id": file_id})[0]
    result = LoadResult(
        file=table.label,
        format=format.name,
        title=format.title,
        rows=total - older,
        replaced=replaced,
        older=older,
        set_aside=bad_rows,
        cells=bad_cells,
        ignored_columns=table.layout.match.extra,
        period=(first, last),
        marketplaces=tuple(row[0] for row in coverage if row[0]),
        assumed=table.assumed,
    )
    _record_file(connection, table, result, file_id, now, coverage)
    connection.execute("DROP TABLE IF EXISTS staged; DROP TABLE IF EXISTS stored_scope")
    progress("stored", 1.0)
    return result


def stage(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Make the table `staged` of parsed rows.

    The usual spelling of numbers and dates is tried first, for speed; columns in which some cell is not spelled so are
    read once more with every known spelling.
    """
    connection.execute("DROP TABLE IF EXISTS refused_lines; DROP TABLE IF EXISTS refused_scans")
    source, match = table.source, table.layout.match
    by_marketplace = table.given.get("marketplace", "US") not in ("US", "CA", "MX")
    evidence = Evidence()
    question = evidence_sql(match, source, by_marketplace)
    if question is not None:
        answers = connection.execute(question[0], dict(source.parameters)).fetchall()[0]
        shown = {asked for asked, answer in zip(question[1], answers, strict=True) if answer}
        evidence = Evidence(
            frozenset(name for what, name in shown if what == "comma"),
            frozenset(name for what, name in shown if what == "day_first"),
        )
        connection.execute("DROP TABLE IF EXISTS refused_lines; DROP TABLE IF EXISTS refused_scans")
    _stage(connection, stage_sql(match, source, table.given, evidence), source)
    unread = frozenset(row[0] for row in run(connection, "unread_columns", {}))
    if unread:
        connection.execute("DROP TABLE IF EXISTS refused_lines; DROP TABLE IF EXISTS refused_scans")
        _stage(connection, stage_sql(match, source, table.given, evidence, unread), source)


def _stage(connection: duckdb.DuckDBPyConnection, sql: str, source: Source) -> None:
    """Rows stream past the small table of marketplaces.

    Left to itself, DuckDB takes the file for small (it cannot know) and would hold all of it in memory instead.
    """
    connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    try:
        connection.execute(sql, dict(source.parameters))
    finally:
        connection.execute("RESET disabled_optimizers")


def _already_loaded(connection: duckdb.DuckDBPyConnection, table: Table) -> LoadResult | None:
    key = {"sha256": table.sha256, "format": table.layout.format.name, "given": _given_text(table)}
    found = connection.execute(statements("store")["find_file"].sql, key).fetchall()
    if not found:
        return None
    file_id, rows, first, last = found[0]
    if table.layout.format.typed and _left_of(connection, table, file_id) < rows:
        return None  # a list that was changed meanwhile, and now is as it was before
    return LoadResult(
        table.label, key["format"], table.layout.format.title, rows, period=(first, last), already_loaded=True
    )


def _left_of(connection: duckdb.DuckDBPyConnection, table: Table, file_id: int) -> int:
    """Rows of a file that no later file took the place of."""
    left: int = run(connection, "rows_of_file", {"file_id": file_id}, table=table.layout.format.table)[0][0]
    return left


def _given_text(table: Table) -> str:
    columns = {column.given for column in table.layout.format.columns}
    used = {name: value for name, value in table.given.items() if name in columns}
    if table.assumed:
        used.pop("snapshot_date", None)  # a copy saved on another day is the same report
    return json.dumps(used, sort_keys=True)


def _set_aside(connection: duckdb.DuckDBPyConnection, table: Table, file_id: int) -> None:
    refused = []
    exists = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'refused_lines'").fetchall()
    if exists[0][0]:
        refused = run(connection, "refused_lines", {})
    for line, kind, beginning in refused:
        too_long = "LINE SIZE" in kind
        reason = (
            "the line is longer than two million characters" if too_long else "the row cannot be divided into cells"
        )
        run(
            connection,
            "set_aside",
            {
                "file_id": file_id,
                "line": line,
                "column": None,
                "value": beginning,
                "reason": reason,
                "what_to_do": "The file is damaged there: download it again, or mend the line.",
            },
        )
    if refused:
        lines = [line for line, _, _ in refused]
        after = [line - index - 1 for index, line in enumerate(lines)]
        run(connection, "shift_lines", {"after": after, "lines": list(range(1, len(lines) + 1))})
    names = ("name", "header", "needed", "blank_reason", "blank_remedy", "reason", "remedy")
    said = enumerate(said_of(connection, table))
    told = [dict(zip(names, one, strict=True)) | {"position": index} for index, one in said]
    run(connection, "set_aside_faults", {"file_id": file_id, "reasons": told})
    run(connection, "drop_faulty", {})


def said_of(connection: duckdb.DuckDBPyConnection, table: Table) -> list[Said]:
    """What is said about each kind of fault in this file."""
    codes = [row[0] for row in connection.execute(statements("store")["marketplace_codes"].sql).fetchall()]
    return reasons(table.layout.match, table.layout.headers, table.source.width, codes)


def _coverage(connection: duckdb.DuckDBPyConnection, format: Format) -> tuple[int, list[tuple[Any, ...]]]:
    present = staged_columns(connection)
    rows = run(
        connection,
        "coverage",
        {},
        marketplace="marketplace" if "marketplace" in present else "NULL::VARCHAR",
        day=quoted(format.day) if format.day in present else "NULL::DATE",
        until=quoted("last_day" if format.day and "last_day" in present else format.day or "")
        if format.day in present
        else "NULL::DATE",
    )
    return sum(row[3] for row in rows), rows


def _record_file(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    result: LoadResult,
    file_id: int,
    now: datetime,
    coverage: Sequence[tuple[Any, ...]],
) -> None:
    store = statements("store")
    connection.execute(
        store["record_file"].sql,
        {
            "file_id": file_id,
            "path": table.label,
            "sha256": table.sha256,
            "given": _given_text(table),
            "format": result.format,
            "encoding": table.encoding or None,
            "rows": result.rows,
            "replaced": result.replaced,
            "set_aside": result.set_aside,
            "ignored": list(result.ignored_columns),
            "first_day": result.period[0],
            "last_day": result.period[1],
            "loaded_at": now,
        },
    )
    for marketplace, first, last, rows in coverage:
        connection.execute(store["record_coverage"].sql, [file_id, marketplace, first, last, rows])
