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
# The usual spelling only: planned and worked out many times faster. `None`: the full reader is as cheap.
_READ_USUAL: Mapping[Kind, str] = {
    "integer": "CASE WHEN NOT contains({v}, '.') THEN TRY_CAST({v} AS INTEGER) END",  # the cast would round
    "decimal": "finite_number(TRY_CAST({v} AS DOUBLE))",
    "money": "finite_number(TRY_CAST({v} AS DOUBLE))",
    "percent": "finite_number(TRY_CAST({v} AS DOUBLE))",
    "share": "finite_number(TRY_CAST({v} AS DOUBLE))",
    "date": "usual_date({v})",
    "day": "usual_day({v}, time_zone_)",
    "timestamp": "usual_timestamp({v})",
}
_REASON: Mapping[Kind, tuple[str, str]] = {
    "text": ("is not one of the known values", "{allowed}"),
    "sku": ("is not a SKU: it is longer than 255 characters or holds a NUL byte", "Correct the SKU in the file."),
    "integer": ("is not a whole number{limits}", "Write digits only, such as 12."),
    "decimal": ("is not a number{limits}", "Write a number such as 12.5."),
    "money": ("is not an amount of money{limits}", "Write an amount such as 12.50."),
    "percent": ("is not a percentage{limits}", "Write a number such as 15%."),
    "share": ("is not a share{limits}", "Write a number such as 30% or 0.3."),
    "date": ("is not a date between 1995 and 2099", "Write the date as 2026-05-18."),
    "day": ("is not a date between 1995 and 2099", "Write the date as 2026-05-18."),
    "timestamp": ("is not a time between 1995 and 2099", "Write the time as 2026-05-18T09:30:00+00:00."),
    "marketplace": ("is not a marketplace", "{allowed}"),
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


# column, header of the file, row goes, reason and remedy when the cell is blank, both when it cannot be read
Said = tuple[str, str | None, bool, str, str, str, str]


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
            usual = by_marketplace and not column.month_first
            questions.append(f"{above} > 0 OR ({second} = 0 AND {str(usual).lower()})")
    if not questions:
        return None
    used = sorted(set(match.found.values()))
    sql = statements("staging")["evidence"].sql.format(
        questions=", ".join(questions), cells=", ".join(source.cells[p] for p in used), source=source.sql
    )
    return sql, asked


def stage_sql(
    match: Match, source: Source, given: Mapping[str, str], evidence: Evidence, thorough: frozenset[str] = frozenset()
) -> str:
    """The statement that makes the table `staged`: parsed columns, `line`, `faults`, `fatal`.

    Columns in `thorough` are read in every known spelling, the others only in the usual one.
    """
    columns = _present(match, given)
    place = next((column for column in columns if column.kind == "marketplace"), None)
    faults = [("too_short", "too_short", "NULL"), ("too_long", "too_long", "NULL")]
    faults += [(c.name, test, f'"raw {c.name}"') for c in columns if (test := _fault_test(match.format, c))]
    must = [_fault_test(match.format, c) for c in columns if match.format.must_be_readable(c)]
    fatal = ["too_short", "too_long", *must]
    listed = ", ".join(
        f"CASE WHEN {test} THEN {{'column': '{name}', 'value': {value}::VARCHAR}} END" for name, test, value in faults
    )
    limited = [f'CASE WHEN {_within(c)} THEN "{c.name}" END AS "{c.name}"' for c in columns if _within(c)]
    return statements("staging")["stage"].sql.format(
        source=source.sql,
        not_blank=f"NOT ({source.cells[0]} = '{BLANK_MARK}' AND too_short)",
        trimmed=", ".join(f'{_trimmed(match, source, c)} AS "raw {c.name}"' for c in columns),
        known=", ".join(_known(match, c, given) for c in columns),
        marketplace="marketplace_name.code" if place else "NULL",
        time_zone="coalesce(marketplace_name.time_zone, 'UTC')" if place else "'UTC'",
        marketplace_join=(
            f'LEFT JOIN marketplace_name ON marketplace_name.name = lower("raw {place.name}")' if place else ""
        ),
        parsed=", ".join(f'{_parsed(c, evidence, c.name in thorough)} AS "{c.name}"' for c in columns),
        limited=f"* REPLACE ({', '.join(limited)})" if limited else "*",
        stored=", ".join(f'"{c.name}"' for c in columns),
        faults=f"CASE WHEN {' OR '.join(test for _, test, _ in faults)} THEN "
        f"list_filter([{listed}], lambda one: one IS NOT NULL) END",
        fatal=" OR ".join(fatal),
    )


def _present(match: Match, given: Mapping[str, str]) -> list[Column]:
    """Columns that the file or the given facts supply."""
    return [c for c in match.format.columns if c.name in match.found or c.blank is not None or given.get(c.given or "")]


def _trimmed(match: Match, source: Source, column: Column) -> str:
    position = match.found.get(column.name)
    return "NULL::VARCHAR" if position is None else f"unquoted(trimmed({source.cells[position]}))"


def _known(match: Match, column: Column, given: Mapping[str, str]) -> str:
    """The cell, or what stands for it where it is blank or says that it is not known."""
    value, name = f'"raw {column.name}"', f'"raw {column.name}"'
    otherwise = given.get(column.given or "") or column.blank
    if column.name in match.found:
        # one comparison each, not a list: DuckDB would spend seconds on folding lists over a hundred columns
        listed = ("", *column.unknown) if column.only is None else column.only
        spelled = dict.fromkeys(case(text) for text in listed for case in (str, str.lower, str.upper))
        joined, sign = (" AND ", "<>") if column.only is None else (" OR ", "=")
        value = f"CASE WHEN {joined.join(f'{value} {sign} {_literal(text)}' for text in spelled)} THEN {value} END"
    return f"coalesce({value}, {_literal(otherwise)}) AS {name}" if otherwise is not None else f"{value} AS {name}"


def _parsed(column: Column, evidence: Evidence, thorough: bool) -> str:
    value = f'"raw {column.name}"'
    if column.codes is not None:
        cases = [
            f"WHEN {_literal(_code(spelling))} THEN {_literal(code)}"
            for code, synonyms in column.codes.items()
            for spelling in (code, *synonyms)
        ]
        return f"CASE code_of({value}) {' '.join(cases)} END"
    comma = column.name in evidence.comma
    usual = None if thorough or comma else _READ_USUAL.get(column.kind)
    read = (usual or _READ[column.kind]).format(
        v=value, comma=str(comma).lower(), day_first=str(column.name in evidence.day_first).lower()
    )
    return f"{read} + {column.shift_days}" if column.shift_days else read


def _within(column: Column) -> str:
    if column.kind in _DATE_KINDS:
        return f"\"{column.name}\" BETWEEN '1995-01-01' AND '2100-01-01'"
    limits = [f'"{column.name}" >= {column.low}'] if column.low is not None else []
    limits += [f'"{column.name}" <= {column.high}'] if column.high is not None else []
    return " AND ".join(limits)


def _fault_test(format: Format, column: Column) -> str:
    if format.needs_value(column):
        return f'"{column.name}" IS NULL'
    if column.kind == "text" and column.codes is None:
        return ""
    return f'("raw {column.name}" IS NOT NULL AND "{column.name}" IS NULL)'


def reasons(match: Match, headers: Sequence[str], width: int, marketplaces: Sequence[str]) -> list[Said]:
    """What to say about each kind of fault."""
    damaged = "The file may be cut off or damaged: download it again."
    said: list[Said] = []
    for name, which in (("too_short", "fewer"), ("too_long", "more")):
        reason = f"the row has {which} cells than the header ({width})"
        said.append((name, None, True, reason, damaged, reason, damaged))
    for column in match.format.columns:
        needed = match.format.must_be_readable(column)
        reason, remedy = _REASON[column.kind]
        limits = "".join(
            f" {word} {bound:,.12g}" for word, bound in (("from", column.low), ("to", column.high)) if bound is not None
        )
        reason = reason.format(limits=limits) + ("" if needed else "; the cell was left empty")
        remedy = remedy.format(allowed=_allowed(column, marketplaces))
        position = match.found.get(column.name)
        header = column.name if position is None else headers[position].strip()
        said.append((column.name, header, needed, "is missing", "Fill in the cell, or delete the row.", reason, remedy))
    return said


def _allowed(column: Column, marketplaces: Sequence[str]) -> str:
    known = marketplaces if column.kind == "marketplace" else tuple(column.codes or ())
    if not known:
        return "Correct the cell in the file."
    blank = ", or leave the cell blank if no marketplace in particular is meant" if column.may_be_blank else ""
    return f"Use one of: {', '.join(known)}{blank if column.kind == 'marketplace' else ''}."


def _code(text: str) -> str:
    return "_".join(text.lower().replace("-", " ").replace("_", " ").split())


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
