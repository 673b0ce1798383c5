"""Sales, stock or availability from any other source: a small TOML mapping says which column is what.

    name = "warehouse system"
    kind = "sales"                 # sales, stock (units at a period's end) or availability (share of it in stock)
    period = "week"                # day or week: what one row (long) or one dated column (wide) covers
    named_by = "first_day"         # or last_day: which day of the week the date names
    layout = "long"                # or wide: one column per date
    marketplace = "UK"             # when no column says it
    currency = "GBP"               # when it is not the marketplace's own

    [columns]                      # our name = header; several headers are joined with "-"
    sku = ["Store", "Product"]
    day = "Week"                   # long only
    units = "Qty"                  # long only; also merchant_units, revenue, price, currency, marketplace, availability

Long tables also name `day` and at least one figure. In wide tables every header that is a date is a period.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping as Facts
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import duckdb
import pydantic
import tomlkit

from data.errors import BadMapping, UnknownFormat
from data.files import Part
from data.loading import Table, facts_of, layout_source, rows_source
from data.readers.base import Column, Format, normal
from data.recognise import Layout, recognise_rows, recognise_text
from data.staging import Source

WIDE_FROM = 3  # dated headers that make a table wide
_STOCK_NAME = re.compile("stock|inventory|bestand|在庫|库存", re.IGNORECASE)  # file names of units that lie there
_FIGURES = {
    "sales": ("units", "merchant_units", "revenue", "price"),
    "stock": ("units",),
    "availability": ("availability",),
}
_DATES = (
    (re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00)?)?"), (1, 2, 3)),
    (re.compile(r"(\d{4})(\d{2})(\d{2})"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})"), (3, 2, 1)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})"), (3, 1, 2)),
)
_SYNONYMS = {
    "marketplace": ("marketplace", "country", "store country", "sales channel", "market"),
    "sku": ("sku", "seller sku", "merchant sku", "msku", "item", "item id", "item number", "product", "product id",
            "unique id", "article", "artikel", "artikelnummer", "stock code", "stockcode", "material"),
    "day": ("day", "date", "ds", "week", "week start", "datum", "fecha", "data", "period", "week beginning",
            "week ending", "order date", "invoice date", "日期", "日付"),
    "units": ("units", "quantity", "qty", "y", "sales units", "units sold", "sold", "demand", "sales", "menge",
              "anzahl", "cantidad", "quantità", "quantité", "数量", "units ordered"),
    "merchant_units": ("merchant units", "fbm units"),
    "revenue": ("revenue", "turnover", "umsatz", "ordered product sales", "amount", "ventas", "net sales"),
    "price": ("price", "unit price", "preis", "precio", "prix", "prezzo", "单价"),
    "currency": ("currency", "currency code", "währung"),
    "availability": ("availability", "in stock", "instock", "in stock share", "available"),
    "stock": ("stock", "inventory", "on hand", "stock units", "bestand"),
}  # fmt: skip


class Mapping(pydantic.BaseModel):
    """How to read one kind of file."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)

    name: str = pydantic.Field(min_length=1)
    kind: Literal["sales", "stock", "availability"] = "sales"
    layout: Literal["long", "wide"] = "long"
    period: Literal["day", "week"] = "day"
    named_by: Literal["first_day", "last_day"] = "first_day"
    marketplace: str | None = None
    currency: str | None = None
    columns: dict[str, str | list[str]]

    @pydantic.model_validator(mode="after")
    def _fits(self) -> "Mapping":
        figures = _FIGURES[self.kind]
        allowed = {"sku", "marketplace", "currency"} | ({"day", *figures} if self.layout == "long" else set())
        stray = set(self.columns) - allowed
        if stray:
            raise ValueError(f"[columns] {', '.join(sorted(stray))}: allowed are {', '.join(sorted(allowed))}")
        if "sku" not in self.columns:
            raise ValueError("[columns] needs sku")
        if self.layout == "long" and ("day" not in self.columns or not set(figures) & set(self.columns)):
            raise ValueError(f"[columns] needs day and one of {', '.join(figures)}")
        return self

    def headers(self, name: str) -> list[str]:
        """Headers that make up one of our columns."""
        found = self.columns.get(name, [])
        return [found] if isinstance(found, str) else list(found)


def read_mapping(path: Path) -> Mapping:
    """A mapping file. Raises `BadMapping` naming the key and what is allowed."""
    try:
        return Mapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadMapping(f"{path} cannot be read as a mapping: {error}.") from None
    except pydantic.ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, one['loc'])) or 'mapping'}: {one['msg'].removeprefix('Value error, ')}"
            for one in error.errors()
        )
        raise BadMapping(f"{path} is not a valid mapping: {problems}. See docs for an example.") from None


def mapping_text(mapping: Mapping) -> str:
    """The mapping as commented TOML, for the planner to confirm."""
    document = tomlkit.document()
    document.add(tomlkit.comment("How to read this file. Check every line, then load the file with this mapping."))
    notes = {
        "kind": "sales, stock or availability",
        "layout": "long: one row per item and period; wide: one column per date",
        "period": "day or week",
        "named_by": "which day of the week the date names: first_day or last_day",
    }
    for name, value in mapping.model_dump(exclude_none=True, exclude={"columns"}).items():
        item = tomlkit.item(value)
        if name in notes:
            item.comment(notes[name])
        document.add(name, item)
    if mapping.marketplace is None and "marketplace" not in mapping.columns:
        document.add(tomlkit.comment('marketplace = "US"  # when no column says it'))
    if mapping.currency is None and "currency" not in mapping.columns:
        document.add(tomlkit.comment('currency = "USD"  # when it is not the marketplace\'s own'))
    columns = tomlkit.table()
    columns.comment("our name = header of the file")
    for name, header in mapping.columns.items():
        columns.add(name, header)
    document.add("columns", columns)
    return tomlkit.dumps(document)


def mapped_table(
    connection: duckdb.DuckDBPyConnection, part: Part, mapping: Mapping, given: Facts[str, str], work: Path
) -> list[Table]:
    """The part as a table of mapped sales or stock. Raises `BadMapping` when the file lacks a column."""
    layout, base, encoding = _open(connection, part, mapping, work)
    source, headers = _joined(base, list(layout.headers), mapping)
    if mapping.layout == "wide":
        source, headers = _unpivoted(source, headers, mapping, part.label)
    form = mapped_format(mapping)
    match = form.match(headers)
    named = mapping.name if mapping.kind == "sales" else f"{mapping.name} ({mapping.kind})"
    facts = {**given, "source_name": named}
    facts |= {name: value for name in ("marketplace", "currency") if (value := getattr(mapping, name))}
    read = Layout(match, tuple(headers), layout.header_row, layout.delimiter, layout.quoted)
    known, assumed = facts_of(part, read, facts)
    return [Table(part.label, part.sha256, read, source, known, encoding, assumed)]


def _open(
    connection: duckdb.DuckDBPyConnection, part: Part, mapping: Mapping, work: Path
) -> tuple[Layout, Source, str]:
    needed = [header for name in mapping.columns for header in mapping.headers(name)]
    finder = Format(
        name="mapping", title=f"the mapping {mapping.name!r}", table="", key=(), where="", how_often="",
        columns=tuple(Column(f"h{i}", "text", (header,), required=True) for i, header in enumerate(needed)),
    )  # fmt: skip
    try:
        if part.kind == "text":
            encoding = part.encodings[0]
            layout = recognise_text(part.label, part.preview(encoding), (finder,))
            path = part.as_utf8(encoding, work, layout.quoted)
            return layout, layout_source(path, layout, range(len(layout.headers))), encoding
        if part.kind == "parquet":
            headers, source = parquet_source(connection, part.path)
            return recognise_rows(part.label, [headers], (finder,)), source, ""
        layout = recognise_rows(part.label, part.rows, (finder,))
        return layout, rows_source(connection, part.rows, layout, part.sha256), ""
    except UnknownFormat as error:
        missing = ", ".join(error.missing) or ", ".join(needed)
        raise BadMapping(
            f"{part.label}: the mapping {mapping.name!r} names columns that the file does not have: {missing}. "
            "Correct [columns] in the mapping, or choose the right file."
        ) from None


def parquet_source(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[list[str], Source]:
    """Headers of a Parquet file, and its rows as text."""
    headers = [
        row[0]
        for row in connection.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": str(path)}).fetchall()
    ]
    cells = tuple(f"c{i}" for i in range(len(headers)))
    escaped = ['"' + header.replace('"', '""') + '"' for header in headers]
    texts = ", ".join(
        f"coalesce(CAST({header} AS VARCHAR), '') AS {cell}" for header, cell in zip(escaped, cells, strict=True)
    )
    sql = (
        f"SELECT row_number() OVER () AS line, false AS too_short, false AS too_long, {texts} FROM read_parquet($path)"
    )
    return headers, Source(sql, cells, {"path": str(path)}, len(headers))


def mapped_format(mapping: Mapping) -> Format:
    """The mapping as a format, as if a reader had declared it."""
    week = mapping.period == "week"
    before, after = (-6, 0) if week and mapping.named_by == "last_day" else (0, 6 if week else 0)

    def headers(name: str) -> tuple[str, ...]:
        return ("-".join(mapping.headers(name)),) if name in mapping.columns else ()

    wide = mapping.layout == "wide"
    day = ("period",) if wide else headers("day")
    figures: list[Column] = []
    for name in _FIGURES[mapping.kind]:
        spelled = ("value",) if wide and name == _FIGURES[mapping.kind][0] else headers(name)
        if spelled:
            kind: Literal["availability", "decimal"] = "availability" if name == "availability" else "decimal"
            high = 1.0 if kind == "availability" else 1e9
            figures.append(
                Column(name, kind, spelled, needed=name == "availability", low=0 if high == 1 else -1e9, high=high)
            )
    currency = [Column("currency", "text", headers("currency"), given="currency")] if mapping.kind == "sales" else []
    return Format(
        name=f"mapped_{mapping.kind}",
        title=f"{mapping.name} (mapped {mapping.kind})",
        table="mapped_sales" if mapping.kind == "sales" else "mapped_stock",
        columns=(
            Column("marketplace", "marketplace", headers("marketplace"), given="marketplace"),
            Column("source_name", "text", given="source_name"),
            Column("sku", "sku", headers("sku"), required=True),
            Column("day", "date", day, required=True, shift_days=before),
            Column("last_day", "date", day, required=True, needed=True, shift_days=after),
            *figures,
            *currency,
        ),
        key=("marketplace", "source_name", "sku", "day"),
        day="day",
        dropped=tuple(header for name in mapping.columns for header in mapping.headers(name)),
        where="any other system",
        how_often="as often as it changes",
    )


def _joined(source: Source, headers: list[str], mapping: Mapping) -> tuple[Source, list[str]]:
    """Our columns that are made of several headers get a cell of their own."""
    plain = [normal(header) for header in headers]
    for name in mapping.columns:
        parts = mapping.headers(name)
        if len(parts) > 1:
            cells = ", ".join(f"trimmed({source.cells[plain.index(normal(part))]})" for part in parts)
            cell = f"joined_{name}"
            sql = f"SELECT *, concat_ws('-', {cells}) AS {cell} FROM ({source.sql})"
            source = Source(sql, (*source.cells, cell), source.parameters, source.width)
            headers = [*headers, "-".join(parts)]
    return source, headers


def _unpivoted(source: Source, headers: list[str], mapping: Mapping, label: str) -> tuple[Source, list[str]]:
    dated = {index: day for index, header in enumerate(headers) if (day := header_date(header))}
    if not dated:
        raise BadMapping(f'{label}: no header is a date, but the mapping says layout = "wide". Use layout = "long".')
    twice = [day for day, count in Counter(dated.values()).items() if count > 1]
    if twice:
        raise BadMapping(f"{label}: two columns are for {twice[0]}. Keep one of them.")
    kept = [index for index in range(len(headers)) if index not in dated]
    periods = ", ".join(f"{source.cells[index]} AS '{day.isoformat()}'" for index, day in dated.items())
    cells = tuple(source.cells[index] for index in kept)
    names = ", ".join(cells)
    sql = (
        f"SELECT line, too_short, too_long, {names}, period, value "
        f"FROM (UNPIVOT (SELECT line, too_short, too_long, {names}, {', '.join(source.cells[i] for i in dated)} "
        f"FROM ({source.sql})) ON {periods} INTO NAME period VALUE value) WHERE trimmed(value) <> ''"
    )
    unpivoted = Source(sql, (*cells, "period", "value"), source.parameters, source.width)
    return unpivoted, [*(headers[index] for index in kept), "period", "value"]


def header_date(header: str) -> date | None:
    """The date that a header is, or None."""
    text = header.strip().strip("\"'")
    for pattern, (year, month, day) in _DATES:
        match = pattern.fullmatch(text)
        if match:
            try:
                found = date(int(match[year]), int(match[month]), int(match[day]))
            except ValueError:
                continue
            return found if 1995 <= found.year <= 2099 else None
    return None


def propose_mapping(part: Part, label: str = "") -> Mapping:
    """A mapping guessed from a file's header and first rows; the planner confirms it. Raises `BadMapping`."""
    rows = _sample(part)
    headers, body = rows[0], rows[1:]
    dated = [index for index, header in enumerate(headers) if header_date(header)]
    name = label or Path(part.label).stem
    if len(dated) >= WIDE_FROM:
        return _propose_wide(name, headers, body, dated)
    found = {ours: _find(headers, ours) for ours in _SYNONYMS}
    columns: dict[str, str | list[str]] = {ours: header for ours, header in found.items() if header}
    stock = columns.pop("stock", None)
    kind: Literal["sales", "stock", "availability"] = "sales"
    sold = {"units", "merchant_units", "revenue"} & set(columns)
    if not sold or (_STOCK_NAME.search(name) and not {"revenue", "price"} & set(columns)):
        kind = "availability" if "availability" in columns and not sold else "stock"
        if kind == "stock" and stock:
            columns["units"] = stock
    columns = {
        ours: header
        for ours, header in columns.items()
        if ours in ("sku", "day", "marketplace", "currency", *_FIGURES[kind])
    }
    if kind != "sales":
        columns.pop("currency", None)
    period = _period(headers, body, columns.get("day"))
    try:
        return Mapping(name=name, kind=kind, period=period, columns=columns)
    except pydantic.ValidationError:
        raise BadMapping(
            f"{part.label}: the header does not show which columns are SKU, date and units: {', '.join(headers[:12])}. "
            "Write the mapping by hand: see the example in the docs."
        ) from None


def _propose_wide(name: str, headers: Sequence[str], body: Sequence[Sequence[str]], dated: Sequence[int]) -> Mapping:
    others = [header for index, header in enumerate(headers) if index not in set(dated) and header.strip()]
    place = _find(others, "marketplace")
    known = _find([header for header in others if header != place], "sku")
    ids = [header for header in others if header != place]
    repeated = known is not None and len({row[list(headers).index(known)] for row in body}) < len(body)
    columns: dict[str, str | list[str]] = {"sku": ids if known is None or repeated else known}
    if place:
        columns["marketplace"] = place
    values = {row[index].strip().lower() for row in body for index in dated if index < len(row)} - {""}
    share = bool(values) and values <= {"0", "1", "true", "false", "yes", "no", "0.0", "1.0"}
    days = sorted(day for index in dated if (day := header_date(headers[index])))
    gaps = Counter((after - before).days for before, after in pairwise(days))
    kind: Literal["sales", "stock"] = "stock" if _STOCK_NAME.search(name) else "sales"
    return Mapping(
        name=name,
        kind="availability" if share else kind,
        layout="wide",
        period="week" if gaps.most_common(1)[0][0] == 7 else "day",
        columns=columns,
    )


def _sample(part: Part) -> list[list[str]]:
    if part.kind == "parquet":
        with duckdb.connect() as connection:
            result = connection.execute("SELECT * FROM read_parquet($path) LIMIT 500", {"path": str(part.path)})
            headers = [column[0] for column in result.description or ()]
            return [headers, *[["" if one is None else str(one) for one in row] for row in result.fetchall()]]
    if part.kind == "rows":
        rows = [row for row in part.rows[:500] if any(row)]
    elif part.kind == "text":
        lines = [line for line in part.preview(part.encodings[0])[:500] if line.strip()]
        delimiter = max("\t,;", key=lambda one: lines[0].count(one)) if lines else ","
        rows = [[cell.strip().strip('"') for cell in line.split(delimiter)] for line in lines]
    else:
        raise BadMapping(f"{part.label}: only tables can be mapped (CSV, TXT, XLSX, Parquet).")
    if len(rows) < 2:
        raise BadMapping(f"{part.label}: the file has a header but no rows to look at.")
    return rows


def _find(headers: Sequence[str], ours: str) -> str | None:
    for synonym in _SYNONYMS[ours]:
        for header in headers:
            if normal(header) == normal(synonym):
                return header
    return None


def _period(headers: Sequence[str], body: Sequence[Sequence[str]], day: Any) -> Literal["day", "week"]:
    """Weeks when every date of the first rows falls on one weekday."""
    if not isinstance(day, str):
        return "day"
    position = list(headers).index(day)
    days = {found for row in body if position < len(row) and (found := _cell_date(row[position]))}
    return "week" if len(days) > 2 and len({one.weekday() for one in days}) == 1 else "day"


def _cell_date(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        return header_date(text)
