"""The store of one workspace: load files, read views, keep plans and the planner's changes.

    with open_store(workspace / "replenish.duckdb") as store:
        for result in store.load(Path("orders.txt"), progress=show):
            print(result.title, result.rows, result.set_aside)
        sales = store.view("weekly_sales", marketplace="US")          # views of docs/architecture.md
        stock = store.view("stock", as_of=date(2026, 5, 18))          # as it was known on a day
        store.set_aside()                                             # rows that could not be read, and why
        store.add_override(kind="multiplier", value=1.5, reason="TV advertising", made_by="Ana", sku="A-1")
        store.save_plan("2026-05-18", as_of, {"lines": frame, "settings": {...}})

`open_store(path, read_only=True)` never writes and may be open several times; one writer at a time. Every error is a
`data.errors.DataError` whose text a planner can act on. A load is one transaction: after an error, a kill or a full
disc the store is as it was.
"""

import json
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pandas as pd
import pyarrow as pa
from filelock import FileLock

from data.connection import connect, people_errors, transaction
from data.errors import BadFact, DataError, UnknownFormat, UnknownName
from data.files import Part, Progress, open_parts
from data.loading import LoadResult, Table, load_table, recognise
from data.mapped import Mapping as FileMapping
from data.mapped import mapped_table
from data.readers import formats
from data.statements import statements
from data.template_workbook import is_explanation

VIEWS = (
    "catalogue",
    "weekly_sales",
    "weekly_availability",
    "daily_stock",
    "stock",
    "stock_age",
    "warehouses",
    "open_orders",
    "open_shipments",
    "inbound_history",
    "suppliers",
    "supplier_legs",
    "supplier_closures",
    "price_breaks",
    "promotions",
    "overrides",
    "fee_evidence",
    "capacity",
    "report_coverage",
    "set_aside",
)
SETTINGS = {"week_start": "1", "pool_by_asin": "false", "default_marketplace": ""}
ORDER_TABLES = ("purchase_order", "purchase_order_line", "purchase_order_event", "purchase_order_receipt")


def open_store(path: Path, read_only: bool = False) -> "Store":
    """Open (or, for writing, make) the store file `path`. Raises `StoreBusy`, `StoreTooNew`, `StoreReadOnly`,
    `StoreMissing`, `StoreOutdated`, `StoreDamaged`, `DiscFull`."""
    return Store(path, *connect(path, read_only))


class Store:
    """An open store; close it, or use it in a `with` block."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, lock: FileLock | None) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let others in."""
        self._connection.close()
        if self._lock is not None:
            self._lock.release()

    # ---------------------------------------------------------------- files in

    def load(
        self,
        path: Path,
        *,
        marketplace: str | None = None,
        snapshot_date: date | None = None,
        period: tuple[date, date] | None = None,
        mapping: FileMapping | None = None,
        progress: Progress | None = None,
    ) -> list[LoadResult]:
        """Load every table of a file (members of an archive, sheets of a workbook) in one transaction.

        marketplace, snapshot_date, period: facts for reports that do not say them. mapping: how to read a file of
        another source. progress: called with (step, share done). Loading a file again changes nothing.
        """
        tell = _whole(progress) if progress else (lambda step, share: None)
        given = self._given(marketplace, snapshot_date, period)
        with tempfile.TemporaryDirectory(prefix="replenish-") as folder, people_errors(self.path):
            parts = open_parts(path, Path(folder), given.get("marketplace"), tell)
            tables, skipped = self._recognise(parts, given, mapping, Path(folder))
            now = datetime.now(UTC).replace(tzinfo=None)
            with transaction(self._connection):
                return [load_table(self._connection, table, now, tell) for table in tables] + skipped

    def _given(
        self, marketplace: str | None, snapshot_date: date | None, period: tuple[date, date] | None
    ) -> dict[str, str]:
        given = {}
        place = marketplace or self.settings()["default_marketplace"]
        if place:
            given["marketplace"] = self._marketplace(place)
        if snapshot_date:
            given["snapshot_date"] = snapshot_date.isoformat()
        if period:
            if period[0] > period[1]:
                raise BadFact(
                    f"The period ends ({period[1]}) before it begins ({period[0]}). Give the earlier day first."
                )
            given["first_day"], given["last_day"] = period[0].isoformat(), period[1].isoformat()
        return given

    def _marketplace(self, name: str) -> str:
        found = self._connection.execute("SELECT code FROM marketplace_name WHERE name = lower(trim(?))", [name])
        rows = found.fetchall()
        if not rows:
            codes = [
                one[0] for one in self._connection.execute(statements("store")["marketplace_codes"].sql).fetchall()
            ]
            raise BadFact(f"{name!r} is not a marketplace. Use one of: {', '.join(codes)}.")
        return str(rows[0][0])

    def _recognise(
        self, parts: Iterable[Part], given: Mapping[str, str], mapping: FileMapping | None, work: Path
    ) -> tuple[list[Table], list[LoadResult]]:
        tables: list[Table] = []
        refused: list[tuple[Part, UnknownFormat]] = []
        for part in parts:
            try:
                if mapping is not None:
                    tables += mapped_table(self._connection, part, mapping, given, work)
                else:
                    tables.append(recognise(self._connection, part, formats(), given, work))
            except UnknownFormat as error:
                refused.append((part, error))
        if not tables and refused:
            raise refused[0][1]
        told = [(part, error) for part, error in refused if not is_explanation(part.rows)]
        return tables, [LoadResult(part.label, "", "", 0, skipped=str(error)) for part, error in told]

    # ---------------------------------------------------------------- views out

    def view(self, name: str, as_of: date | None = None, **filters: Any) -> pd.DataFrame:
        """Rows of a view, as known on `as_of` (default: now); filters by column value or list of values."""
        if name not in VIEWS:
            raise UnknownName(f"There is no view {name!r}. Use one of: {', '.join(VIEWS)}.")
        return self._frame(name, as_of, filters)

    def _frame(self, name: str, as_of: date | None, filters: Mapping[str, Any]) -> pd.DataFrame:
        known = [row[0] for row in self._connection.execute(f"DESCRIBE {name}").fetchall()]
        stray = set(filters) - set(known)
        if stray:
            raise UnknownName(f"{name} has no column {', '.join(sorted(stray))}. It has: {', '.join(known)}.")
        values = {key: value if isinstance(value, list | tuple) else [value] for key, value in filters.items()}
        where = " AND ".join(f'list_contains(${key}, "{key}")' for key in values) or "true"
        with people_errors(self.path):
            self._connection.execute(
                f"SET VARIABLE as_of = {'NULL' if as_of is None else repr(as_of.isoformat())}::DATE"
            )
            try:
                return self._connection.execute(f"SELECT * FROM {name} WHERE {where}", values).df()
            finally:
                self._connection.execute("RESET VARIABLE as_of")

    def query(self, subject: str, name: str, **parameters: Any) -> pd.DataFrame:
        """Rows of a named statement of `data/sql/<subject>.sql`."""
        try:
            statement = statements(subject)[name]
        except (KeyError, FileNotFoundError):
            raise UnknownName(f"There is no statement {name!r} in {subject}.sql.") from None
        with people_errors(self.path):
            return self._connection.execute(statement.sql, parameters).df()

    def set_aside(self) -> pd.DataFrame:
        """Rows and cells that could not be read: file, line, report, column, value, reason, what_to_do."""
        return self.view("set_aside")

    def files(self) -> pd.DataFrame:
        """Every loaded file, newest first."""
        return self.query("store", "loaded_files")

    # ---------------------------------------------------------------- settings of the views

    def settings(self) -> dict[str, str]:
        """week_start (1 Monday .. 7 Sunday), pool_by_asin (true, false), default_marketplace."""
        found = dict(self._connection.execute("SELECT name, value FROM records.setting").fetchall())
        return {name: str(found.get(name, default)) for name, default in SETTINGS.items()}

    def configure(self, **values: Any) -> None:
        """Change settings of the views; unchanged values are not written."""
        now = self.settings()
        for name, value in values.items():
            if name not in SETTINGS:
                raise UnknownName(f"There is no store setting {name!r}. Use one of: {', '.join(SETTINGS)}.")
            written = str(value).lower() if isinstance(value, bool) else str(value)
            if name == "default_marketplace" and written:
                written = self._marketplace(written)
            if now[name] != written:
                with people_errors(self.path):
                    self._connection.execute(statements("store")["set_setting"].sql, {"name": name, "value": written})

    # ---------------------------------------------------------------- the planner's changes

    def add_override(
        self,
        *,
        kind: str,
        value: float | None,
        reason: str,
        made_by: str,
        marketplace: str | None = None,
        sku: str | None = None,
        group: tuple[str, str] | None = None,
        start_date: date | None = None,
        end_date: date | None = None,
    ) -> int:
        """Keep a change to forecasts or quantities; gives its number. kind: multiplier, fixed, add, hold, quantity."""
        row = {
            "marketplace": marketplace,
            "sku": sku,
            "group_column": group[0] if group else None,
            "group_value": group[1] if group else None,
            "start_date": start_date,
            "end_date": end_date,
            "kind": kind,
            "value": value,
            "reason": reason,
            "made_by": made_by,
        }
        return self.add_overrides(pd.DataFrame([row]))[0]

    def add_overrides(self, rows: pd.DataFrame, made_on: datetime | None = None) -> list[int]:
        """Keep many changes at once (columns of the view `overrides`, without id), made now or on another day."""
        now = made_on or datetime.now(UTC).replace(tzinfo=None)
        sql = statements("store")["add_override"].sql
        names = (
            "marketplace",
            "sku",
            "group_column",
            "group_value",
            "start_date",
            "end_date",
            "kind",
            "value",
            "reason",
        )
        numbers = []
        with people_errors(self.path), transaction(self._connection):
            for record in rows.astype(object).where(rows.notna(), None).to_dict("records"):
                values = {name: record.get(name) for name in (*names, "made_by")} | {"made_on": now}
                try:
                    numbers.append(int(self._connection.execute(sql, values).fetchall()[0][0]))
                except duckdb.ConstraintException as error:
                    raise BadFact(
                        f"The override for {record.get('sku') or record.get('group_value') or 'all'} is not complete: "
                        "it needs a kind (multiplier, fixed, add, hold, quantity), a reason and who made it."
                    ) from error
        return numbers

    def withdraw_override(self, number: int, on: datetime | None = None) -> None:
        """Take a change back, now or on another day."""
        now = on or datetime.now(UTC).replace(tzinfo=None)
        with people_errors(self.path):
            done = self._connection.execute(statements("store")["withdraw_override"].sql, {"id": number, "now": now})
            if not done.fetchall():
                raise UnknownName(f"There is no override {number} in force.")

    # ---------------------------------------------------------------- plans

    def save_plan(self, plan_id: str, as_of: date, documents: Mapping[str, Any], scenario: str = "base") -> None:
        """Keep the documents of a plan by kind: frames, bytes, or anything JSON can say."""
        now = datetime.now(UTC).replace(tzinfo=None)
        with people_errors(self.path), transaction(self._connection):
            for kind, document in documents.items():
                values = {
                    "plan_id": plan_id,
                    "as_of": as_of,
                    "created_at": now,
                    "scenario": scenario,
                    "kind": kind,
                    "payload": _packed(document),
                }
                self._connection.execute(statements("store")["keep_plan"].sql, values)

    def plans(self) -> pd.DataFrame:
        """Kept plans, newest first: plan_id, as_of, created_at, scenario, kinds."""
        return self.query("store", "kept_plans")

    def load_plan(self, plan_id: str, kind: str) -> Any:
        """One document of a kept plan, as it was saved."""
        sql = statements("store")["kept_plan"].sql
        found = self._connection.execute(sql, {"plan_id": plan_id, "kind": kind}).fetchall()
        if not found:
            raise UnknownName(f"There is no {kind} of a plan {plan_id}.")
        return _unpacked(bytes(found[0][0]))

    # ---------------------------------------------------------------- purchase orders

    def purchase_orders(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Every purchase order made here: orders, lines, events and receipts (both oldest first)."""
        orders, lines, events, receipts = (self.query("store", f"all_{name}s") for name in ORDER_TABLES)
        return orders, lines, events, receipts

    def write_purchase_orders(
        self, orders: pd.DataFrame, lines: pd.DataFrame, events: pd.DataFrame, receipts: pd.DataFrame
    ) -> None:
        """Keep these as all the purchase orders there are. Raises `DataError` rather than lose one."""
        lost = set(self.purchase_orders()[0]["order_number"]) - set(orders["order_number"])
        if lost:
            raise DataError(f"Purchase order {sorted(lost)[0]} would be lost. Nothing was written.")
        with people_errors(self.path), transaction(self._connection):
            for name, frame in zip(ORDER_TABLES, (orders, lines, events, receipts), strict=True):
                self._connection.register("given_rows", frame)
                self._connection.execute(f"DELETE FROM records.{name}")
                self._connection.execute(f"INSERT INTO records.{name} BY NAME SELECT * FROM given_rows")
                self._connection.unregister("given_rows")


def _whole(progress: Progress) -> Progress:
    """Steps of a load as one share that only grows (each step's part is its usual share of the time)."""
    begins = {"reading": (0.0, 0.1), "parsing": (0.1, 0.6), "comparing": (0.7, 0.05), "storing": (0.75, 0.25)}

    def tell(step: str, share: float) -> None:
        begin, length = begins.get(step, (1.0, 0.0))
        progress(step, begin + length * share)

    return tell


def _packed(document: Any) -> bytes:
    if isinstance(document, bytes):
        return b"B" + document
    if isinstance(document, pd.DataFrame):
        sink = pa.BufferOutputStream()
        table = pa.Table.from_pandas(document)
        with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
            writer.write_table(table)
        return b"A" + bytes(sink.getvalue())
    return b"J" + json.dumps(document, ensure_ascii=False, default=str).encode()


def _unpacked(payload: bytes) -> Any:
    kind, body = payload[:1], payload[1:]
    if kind == b"B":
        return body
    if kind == b"A":
        return pa.ipc.open_file(pa.BufferReader(body)).read_all().to_pandas()
    if kind == b"J":
        return json.loads(body)
    raise DataError("A kept plan cannot be read: it was written by another version of Replenish.")
