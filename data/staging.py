"""From a format's declaration to SQL that reads, parses and checks one file in DuckDB."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.files import BLANK_MARK
from data.readers.base import Column, Format, Kind, Match
from data.statements import statements

NO_NULL = "\x01"  # no cell holds it: blanks stay blanks, and only cells that are not there are NULL

_READ: Mapping[Kind, str] = {
    "text": "{v}",
    "sku": "read_sku({v})",
    "integer": "read_integer({v})",
    "decimal": "read_decimal({v}, {comma})",
    "money": "read_decimal({v}, {comma})",
    "percent": "read_decimal({v}, {comma})",
    "share": "read_share({v}, {comma})",
    "date": "read_date({v}, {day_first})",
    "day": "read_day({v}, {day_first}, time_zone_)",
    "timestamp": "read_timestamp({v}, {day_first})",
    "marketplace": "marketplace_",
    "availability": "coalesce(CAST(read_flag({v}) AS DOUBLE), read_share({v}, {comma}))",
    "flag": "read_flag({v})",
}
_REASON: Mapping[Kind, tuple[str, str]] = {
    "text": ("is not one of the known values", "Use one of: {allowed}."),
    "sku": ("is not a SKU: it is longer than 255 characters or holds a NUL byte", "Correct the SKU in the file."),
    "integer": ("is not a whole number{limits}", "Write digits only, such as 12."),
    "decimal": ("is not a number{limits}", "Write a number such as 12.5."),
    "money": ("is not an amount of money{limits}", "Write an amount such as 12.50."),
    "percent": ("is not a percentage{limits}", "Write a number such as 15%."),
    "share": ("is not a share{limits}", "Write a number such as 30% or 0.3."),
    "date": ("is not a date between 1995 and 2099", "Write the date as 2026-05-18."),
    "day": ("is not a date between 1995 and 2099", "Write the date as 2026-05-18."),
    "timestamp": ("is not a time between 1995 and 2099", "Write the time as 2026-05-18T09:30:00+00:00."),
    "marketplace": ("is not a marketplace", "Use a code such as US or DE, or load the file with its marketplace."),
    "availability": ("is not a share{limits} nor yes or no", "Write a number such as 0.5, or yes or no."),
    "flag": ("is neither yes nor no", "Write yes or no."),
}
_COMMA_KINDS = ("decimal", "money", "percent", "share", "availability")
_DATE_KINDS = ("date", "day", "timestamp")


@dataclass(frozen=True)
class Source:
    """SQL that gives `line`, `too_short`, `too_long` and text columns; the text column of each header position."""

    sql: str
    cells: tuple[str, ...]
    parameters: Mapping[str, str]
    width: int


@dataclass(frozen=True)
class Evidence:
    """How this file writes a column, by column name."""

    comma: frozenset[str] = frozenset()
    day_first: frozenset[str] = frozenset()


def text_source(
    path: str, used: Iterable[int], width: int, header_lines: int, delimiter: str, quoted: bool, short_by: int = 0
) -> Source:
    """Rows of a delimited text with `width` columns, of which only the positions `used` are read."""
    cells = tuple(f"c{position}" for position in range(width))
    used = sorted({*used, 0})
    template = statements("staging")["text_rows"].sql
    sql = template.format(
        header_lines=header_lines,
        cells=", ".join(cells[position] for position in used),
        last_cell=cells[-1 - min(short_by, width - 1)],
        beyond_cell=f"c{width}",
        delimiter=delimiter,
        quote='"' if quoted else "",
        columns="{" + ", ".join(f"c{i}: 'VARCHAR'" for i in range(width + 1)) + "}",
        no_null=NO_NULL,
        parallel=str(not quoted).lower(),
    )
    return Source(sql, cells, {"path": path}, width)


def evidence_sql(match: Match, source: Source, by_marketplace: bool) -> tuple[str, list[tuple[str, str]]] | None:
    """A query that answers, for each question (what, column), whether the file's first rows show it."""
    asked: list[tuple[str, str]] = []
    questions = []
    for column in match.format.columns:
        position = match.found.get(column.name)
        if position is None:
            continue
        cell = source.cells[position]
        if column.kind in _COMMA_KINDS:
            asked.append(("comma", column.name))
            questions.append(f"bool_or(regexp_matches({cell}, ',\\d{{1,2}}\\D*$|,\\d{{4,}}\\D*$|\\.\\d{{3}},'))")
        if column.kind in _DATE_KINDS:
            asked.append(("day_first", column.name))
            above = f"count_if(regexp_matches({cell}, '^\\s*(1[3-9]|2\\d|3[01])[-/.]'))"
            second = f"count_if(regexp_matches({cell}, '^\\s*\\d{{1,2}}[-/.](1[3-9]|2\\d|3[01])[-/.]'))"
            questions.append(f"{above} > 0 OR ({second} = 0 AND {str(by_marketplace).lower()})")
    if not questions:
        return None
    used = sorted(set(match.found.values()))
    sql = statements("staging")["evidence"].sql.format(
        questions=", ".join(questions), cells=", ".join(source.cells[p] for p in used), source=source.sql
    )
    return sql, asked


def stage_sql(match: Match, source: Source, given: Mapping[str, str], evidence: Evidence) -> str:
    """The statement that makes the temp table `staged`: parsed columns, `line`, `faults`, `fatal`."""
    columns = _present(match, given)
    place = next((column for column in columns if column.kind == "marketplace"), None)
    width = [("too_short", _width_fault("fewer", source.width)), ("too_long", _width_fault("more", source.width))]
    rows = width + _faults(match, [column for column in columns if match.format.needs_value(column)])
    cells = _faults(match, [column for column in columns if not match.format.needs_value(column)])
    fatal = " OR ".join(test for test, _ in rows)
    any_fault = " OR ".join(test for test, _ in cells) or "false"
    first = source.cells[0]
    return statements("staging")["stage"].sql.format(
        source=source.sql,
        not_blank=f"NOT ({first} = '{BLANK_MARK}' AND too_short)",
        cleaned=", ".join(f'{_cleaned(match, source, c, given)} AS "raw {c.name}"' for c in columns),
        marketplace="marketplace_name.code" if place else "NULL",
        time_zone="coalesce(marketplace_name.time_zone, 'UTC')" if place else "'UTC'",
        marketplace_join=(
            f'LEFT JOIN marketplace_name ON marketplace_name.name = lower("raw {place.name}")' if place else ""
        ),
        parsed=", ".join(f'{_parsed(c, evidence)} AS "{c.name}"' for c in columns),
        stored=", ".join(f'"{c.name}"' for c in columns),
        faults=f"CASE WHEN {fatal} THEN {_listed(rows)} WHEN {any_fault} THEN {_listed(cells)} END",
        fatal=f"coalesce({fatal}, false)",
    )


def _present(match: Match, given: Mapping[str, str]) -> list[Column]:
    """Columns that the file or the given facts supply."""
    return [c for c in match.format.columns if c.name in match.found or c.blank is not None or given.get(c.given or "")]


def _cleaned(match: Match, source: Source, column: Column, given: Mapping[str, str]) -> str:
    position = match.found.get(column.name)
    value = "NULL"
    if position is not None:
        value = f"unquoted(trimmed({source.cells[position]}))"
        unknown = ", ".join(_literal(text.lower()) for text in ("", *column.unknown))
        value = f"CASE WHEN lower({value}) NOT IN ({unknown}) THEN {value} END"
    otherwise = given.get(column.given or "") or column.blank
    return f"coalesce({value}, {_literal(otherwise)})" if otherwise is not None else value


def _parsed(column: Column, evidence: Evidence) -> str:
    value = f'"raw {column.name}"'
    if column.codes is not None:
        cases = [
            f"WHEN code_of({value}) IN ({', '.join(_literal(_code(one)) for one in (code, *synonyms))}) THEN {_literal(code)}"
            for code, synonyms in column.codes.items()
        ]
        return f"CASE {' '.join(cases)} END"
    read = _READ[column.kind].format(
        v=value,
        comma=str(column.name in evidence.comma).lower(),
        day_first=str(column.name in evidence.day_first).lower(),
    )
    if column.shift_days:
        read = f"{read} + {column.shift_days}"
    if column.low is None and column.high is None:
        return read
    low = column.low if column.low is not None else "-1e300"
    high = column.high if column.high is not None else "1e300"
    return f"CASE WHEN {read} BETWEEN {low} AND {high} THEN {read} END"


def _faults(match: Match, columns: Sequence[Column]) -> list[tuple[str, str]]:
    """Test and fault of each column; of several columns that read one header, the first one speaks."""
    found: dict[object, tuple[str, str]] = {}
    for column in columns:
        test = f'("{column.name}" IS NULL)'
        if not match.format.needs_value(column):
            if column.kind == "text" and column.codes is None:
                continue
            test = f'("raw {column.name}" IS NOT NULL AND "{column.name}" IS NULL)'
        place = match.found.get(column.name, column.name)
        earlier = found.get(place)
        fault = _fault(match.format, column)
        found[place] = (
            (f"({earlier[0]} OR {test})", f"CASE WHEN {earlier[0]} THEN {earlier[1]} ELSE {fault} END")
            if earlier
            else (test, fault)
        )
    return list(found.values())


def _listed(faults: Sequence[tuple[str, str]]) -> str:
    cases = ", ".join(f"CASE WHEN {test} THEN {fault} END" for test, fault in faults)
    return f"list_filter([{cases}], lambda one: one IS NOT NULL)" if cases else "NULL"


def _fault(format: Format, column: Column) -> str:
    reason, remedy = _REASON[column.kind]
    limits = "".join(
        f" {word} {bound:,.12g}" for word, bound in (("from", column.low), ("to", column.high)) if bound is not None
    )
    allowed = ", ".join(column.codes or ())
    reason, remedy = reason.format(limits=limits), remedy.format(allowed=allowed)
    if not format.needs_value(column):
        reason += "; the cell was left empty"
    raw = f'"raw {column.name}"'
    missing = f"CASE WHEN {raw} IS NULL THEN 'is missing' ELSE {_literal(reason)} END"
    header = column.headers[0] if column.headers else column.name
    remedy = f"CASE WHEN {raw} IS NULL THEN 'Fill in the cell, or delete the row.' ELSE {_literal(remedy)} END"
    return f"{{'column': {_literal(header)}, 'value': {raw}::VARCHAR, 'reason': {missing}, 'what_to_do': {remedy}}}"


def _width_fault(which: str, width: int) -> str:
    reason = f"the row has {which} cells than the header ({width})"
    remedy = "The file may be cut off or damaged: download it again."
    return f"{{'column': NULL::VARCHAR, 'value': NULL::VARCHAR, 'reason': {_literal(reason)}, 'what_to_do': {_literal(remedy)}}}"


def _code(text: str) -> str:
    return "_".join(text.lower().replace("-", " ").replace("_", " ").split())


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
