"""The store: one load is one transaction, twice is once, newer wins, and nothing is ever half done."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from data import connection
from data.alone import show
from data.errors import (
    BadFact,
    DiscFull,
    StoreDamaged,
    StoreMissing,
    StoreOutdated,
    StoreReadOnly,
    StoreTooNew,
    UnknownName,
)
from data.readers import formats
from data.statements import parse
from data.store import VIEWS, Store, open_store

Order = Callable[..., dict[str, str]]
Write = Callable[..., Path]
RESERVED = (
    "sku|fnsku|asin|product-name|reserved_qty|reserved_customerorders|reserved_fc-transfers|reserved_fc-processing"
).replace("|", "\t")
ROOT = Path(__file__).resolve().parents[2]


def lines(shop: Store) -> pd.DataFrame:
    sql = "SELECT order_id, sku, quantity, order_status, file_id, line FROM records.order_line ORDER BY ALL"
    return shop._connection.execute(sql).df()


# ---------------------------------------------------------------- loading


def test_the_same_file_twice_changes_nothing(shop: Store, write_orders: Write, new_order: Order) -> None:
    path = write_orders("o.txt", [new_order(), new_order()])
    first = shop.load(path)[0]
    before = lines(shop)
    copy = path.with_name("copy of o.txt")
    copy.write_bytes(path.read_bytes())
    for again in (path, copy):
        (second,) = shop.load(again)
        assert second.already_loaded
        assert (second.rows, second.period) == (first.rows, first.period)
    pd.testing.assert_frame_equal(lines(shop), before)
    assert len(shop.files()) == 1


def test_every_row_knows_its_file_and_line(shop: Store, write_orders: Write, new_order: Order) -> None:
    shop.load(write_orders("a.txt", [new_order(sku="A"), new_order(quantity="x"), new_order(sku="B")]))
    found = lines(shop).set_index("sku")["line"]
    assert found.to_dict() == {"A": 2, "B": 4}
    file = shop.files().iloc[0]
    assert (file["format"], file["rows"], file["set_aside"], len(file["sha256"])) == ("all_orders", 2, 1, 64)


def test_a_later_update_of_an_order_wins_whatever_is_loaded_first(
    tmp_path: Path, write_orders: Write, new_order: Order
) -> None:
    old = new_order(quantity=2, order_status="Pending", last_updated_date="2026-03-03T19:00:00+00:00")
    new = old | {"quantity": "3", "order-status": "Shipped", "last-updated-date": "2026-03-05T19:00:00+00:00"}
    files = [write_orders("old.txt", [old, new_order(sku="OTHER")]), write_orders("new.txt", [new])]
    for name, order in (("a", files), ("b", files[::-1])):
        with open_store(tmp_path / f"{name}.duckdb") as store:
            results = [store.load(path)[0] for path in order]
            kept = lines(store).set_index("sku")
            assert kept.loc["MUG", ["quantity", "order_status"]].tolist() == [3, "shipped"]
            assert len(kept) == 2
            assert (results[1].replaced, results[1].older) == ((1, 0) if name == "a" else (0, 1))


def test_an_order_is_replaced_whole(shop: Store, write_orders: Write, new_order: Order) -> None:
    first = new_order(sku="A")
    second = first | {"sku": "B", "order-item-id": "2"}
    shop.load(write_orders("two.txt", [first, second]))
    shop.load(write_orders("one.txt", [first | {"last-updated-date": "2026-03-09T00:00:00+00:00"}]))
    assert lines(shop)["sku"].tolist() == ["A"]


def test_concatenated_downloads_count_once(shop: Store, write_orders: Write, new_order: Order) -> None:
    line = new_order(quantity=2)
    later = line | {"quantity": "1", "last-updated-date": "2026-03-09T00:00:00+00:00"}
    (result,) = shop.load(write_orders("both.txt", [later, line, line, new_order(sku="B")]))
    assert (result.rows, result.set_aside) == (2, 0)
    assert lines(shop).set_index("sku")["quantity"].to_dict() == {"MUG": 1, "B": 1}


def test_progress_only_grows(shop: Store, write_orders: Write, new_order: Order) -> None:
    told: list[float] = []
    shop.load(write_orders("o.txt", [new_order()]), progress=lambda step, share: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_row_order_does_not_matter(tmp_path: Path, write_orders: Write, new_order: Order) -> None:
    rows = [new_order(day=f"2026-03-{day:02d}", sku=f"S{day % 5}", quantity=day) for day in range(1, 29)]
    views = []
    for name, order in (("a", rows), ("b", rows[::-1])):
        with open_store(tmp_path / f"{name}.duckdb") as store:
            store.load(write_orders(f"{name}.txt", order))
            views.append(store.view("weekly_sales"))
    pd.testing.assert_frame_equal(*views)


def test_contradicting_rows_of_a_list_are_told(shop: Store, tmp_path: Path) -> None:
    path = tmp_path / "stock.txt"
    path.write_text("\n".join([RESERVED, "A\tX\tB\tt\t5\t5\t0\t0", "A\tX\tB\tt\t7\t7\t0\t0", "C\tX\tB\tt\t1\t1\t0\t0"]))
    (result,) = shop.load(path, marketplace="US", snapshot_date=date(2026, 3, 1))
    assert (result.rows, result.set_aside) == (2, 1)
    row = shop.set_aside().iloc[0]
    assert (row["line"], "line 3" in row["reason"]) == (2, True)


def test_a_snapshot_without_a_date_takes_the_day_the_file_was_saved(shop: Store, tmp_path: Path) -> None:
    path = tmp_path / "stock.txt"
    path.write_text(RESERVED + "\nA\tX\tB\tt\t5\t5\t0\t0\n")
    when = time.mktime((2026, 3, 4, 12, 0, 0, 0, 0, -1))
    os.utime(path, (when, when))
    (result,) = shop.load(path, marketplace="US")
    assert result.period == (date(2026, 3, 4), date(2026, 3, 4))
    assert "2026-03-04" in result.assumed[0]


def test_an_error_in_the_middle_leaves_the_old_state(
    shop: Store, write_orders: Write, new_order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.load(write_orders("a.txt", [new_order()]))
    before = lines(shop)
    import data.loading as loading

    monkeypatch.setattr(loading, "_record_file", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(DiscFull, match="as it was before"):
        shop.load(write_orders("b.txt", [new_order()]))
    pd.testing.assert_frame_equal(lines(shop), before)
    monkeypatch.undo()
    assert shop.load(write_orders("b.txt", [new_order()]))[0].rows == 1


HOSTILE_SKUS = [
    "00123", "=cmd()", "+SUM(A1)", "x" * 255, "🫖-teapot", "\u202eabc\u202c", "mug", "MUG", "a'b", "100%", "{x}", "A;B",
    "$name", "Ünïcode",
]  # fmt: skip


def test_skus_stay_what_they_are(shop: Store, write_orders: Write, new_order: Order) -> None:
    rows = [new_order(sku=sku) for sku in HOSTILE_SKUS]
    (result,) = shop.load(write_orders("o.txt", [*rows, new_order(sku="x" * 500)]))
    assert (result.rows, result.set_aside) == (len(HOSTILE_SKUS), 1)
    assert set(shop.view("catalogue")["sku"]) == set(HOSTILE_SKUS)
    assert shop.view("catalogue", sku="00123")["sku"].tolist() == ["00123"]


@pytest.mark.parametrize("quantity", ["-1", "1e308", "two", "1.5", "", "--", "99999999999999999999", "NaN", "inf"])
def test_quantities_that_cannot_be(shop: Store, write_orders: Write, new_order: Order, quantity: str) -> None:
    (result,) = shop.load(write_orders("o.txt", [new_order(quantity=quantity), new_order()]))
    assert (result.rows, result.set_aside) == (1, 1)
    assert shop.set_aside().iloc[0]["column"] == "quantity"


@pytest.mark.parametrize("when", ["1900-01-01T00:00:00+00:00", "2199-01-01T00:00:00+00:00", "soon", "2026-02-30"])
def test_dates_that_cannot_be(shop: Store, write_orders: Write, new_order: Order, when: str) -> None:
    (result,) = shop.load(write_orders("o.txt", [new_order(purchase_date=when), new_order()]))
    assert (result.rows, result.set_aside) == (1, 1)


def test_a_bad_cell_that_several_columns_read_is_told_once(
    shop: Store, write_orders: Write, new_order: Order, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_orders("o.txt", [new_order(purchase_date="soon"), new_order()])
    (result,) = shop.load(path)
    assert (result.rows, result.set_aside, result.cells) == (1, 1, 0)
    assert shop.set_aside()[["line", "column", "value"]].values.tolist() == [[2, "purchase-date", "soon"]]
    assert show([path], formats()) == 0
    assert [line.split("'")[0] for line in capsys.readouterr().out.splitlines() if "soon" in line] == [
        "line 2, purchase-date: "
    ]


def test_a_fault_is_named_by_the_header_of_the_file(shop: Store, tmp_path: Path) -> None:
    path = tmp_path / "reserved.txt"
    path.write_text(RESERVED.replace("reserved_qty", "Reserved-Qty") + "\nA\tX\tB\tt\tmany\t5\t0\t0\n")
    shop.load(path, marketplace="US", snapshot_date=date(2026, 3, 1))
    assert shop.set_aside()["column"].tolist() == ["Reserved-Qty"]


def test_facts_that_cannot_be(shop: Store, write_orders: Write, new_order: Order) -> None:
    path = write_orders("o.txt", [new_order()])
    with pytest.raises(BadFact, match="Use one of"):
        shop.load(path, marketplace="Atlantis")
    with pytest.raises(BadFact, match="earlier day first"):
        shop.load(path, period=(date(2026, 3, 2), date(2026, 3, 1)))


# ---------------------------------------------------------------- the file


def test_a_second_writer_gets_a_clear_message(shop: Store, tmp_path: Path) -> None:
    code = f"""
        import sys; sys.path.insert(0, {str(ROOT)!r})
        from pathlib import Path
        from data.errors import StoreBusy
        from data.store import open_store
        for read_only in (False, True):
            try:
                open_store(Path({str(shop.path)!r}), read_only)
            except StoreBusy as error:
                print(error)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert done.stdout.count("Another Replenish is working") == 2
    assert done.stdout.count("Nothing was changed") == 2


def test_several_readers_at_once(shop: Store) -> None:
    path = shop.path
    shop.close()
    code = f"""
        import sys; sys.path.insert(0, {str(ROOT)!r})
        from pathlib import Path
        from data.store import open_store
        print(len(open_store(Path({str(path)!r}), read_only=True).view("stock")))
    """
    with open_store(path, read_only=True) as store:
        assert store.view("stock").empty
        done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_kill_in_the_middle_of_a_load_leaves_the_old_state(
    tmp_path: Path, write_orders: Write, new_order: Order
) -> None:
    store_path = tmp_path / "killed.duckdb"
    with open_store(store_path) as store:
        store.load(write_orders("a.txt", [new_order()]))
    big = write_orders("big.txt", [new_order() for _ in range(20_000)])
    code = f"""
        import sys, time; sys.path.insert(0, {str(ROOT)!r})
        from pathlib import Path
        import data.loading as loading
        from data.store import open_store
        def stop(*_):
            print("stored", flush=True)
            time.sleep(60)
        loading._record_file = stop
        open_store(Path({str(store_path)!r})).load(Path({str(big)!r}))
    """
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline().strip() == "stored"
    child.send_signal(signal.SIGKILL)
    child.wait()
    with open_store(store_path) as store:
        assert len(lines(store)) == 1
        assert store.load(big)[0].rows == 20_000


def test_a_full_disc_is_named_and_harmless(tmp_path: Path, write_orders: Write, new_order: Order) -> None:
    store_path = tmp_path / "full.duckdb"
    with open_store(store_path) as store:
        store.load(write_orders("a.txt", [new_order()]))
    big = write_orders("big.txt", [new_order(sku=f"S{i * 7919 % 100_003}-{i}") for i in range(60_000)])
    code = f"""
        import resource, signal, sys; sys.path.insert(0, {str(ROOT)!r})
        from pathlib import Path
        from data.errors import DiscFull
        from data.store import open_store
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        path = Path({str(store_path)!r})
        limit = path.stat().st_size + 300_000
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            open_store(path).load(Path({str(big)!r}))
        except DiscFull as error:
            print("refused:", error)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True)
    assert "refused: There is no space left" in done.stdout, done.stderr
    with open_store(store_path) as store:
        assert len(lines(store)) == 1


def test_a_read_only_workspace_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(connection.FileLock, "acquire", refuse)
    with pytest.raises(StoreReadOnly, match="write permission"):
        open_store(tmp_path / "shop.duckdb")
    monkeypatch.undo()

    def refuse_file(*_: object, **__: object) -> None:
        raise duckdb.IOException('IO Error: Cannot open file "shop.duckdb": Permission denied')

    monkeypatch.setattr(connection.duckdb, "connect", refuse_file)
    with pytest.raises(StoreReadOnly):
        open_store(tmp_path / "shop.duckdb")


def test_a_reader_never_makes_a_store(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="replenish load"):
        open_store(tmp_path / "nothing.duckdb", read_only=True)
    assert not list(tmp_path.iterdir())


def test_a_workspace_of_a_newer_version_is_left_alone(shop: Store) -> None:
    shop._connection.execute("INSERT INTO records.workspace VALUES (999, now()::TIMESTAMP, 'tomorrow')")
    shop.close()
    size = shop.path.stat().st_size
    for read_only in (False, True):
        with pytest.raises(StoreTooNew, match="Update Replenish"):
            open_store(shop.path, read_only)
    assert shop.path.stat().st_size == size


def test_a_file_that_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "shop.duckdb"
    path.write_bytes(b"something else" * 1000)
    with pytest.raises(StoreDamaged, match="backup"):
        open_store(path)
    path.unlink()
    with duckdb.connect(str(path)) as other:
        other.execute("CREATE TABLE mine (a INTEGER)")
    with pytest.raises(StoreDamaged, match="another program"):
        open_store(path)


def test_an_older_schema_is_brought_up_to_date(
    shop: Store, monkeypatch: pytest.MonkeyPatch, write_orders: Write, new_order: Order
) -> None:
    shop.load(write_orders("a.txt", [new_order()]))
    shop.close()
    step = "CREATE TABLE records.added_later (a INTEGER);"
    monkeypatch.setattr(connection, "SCHEMA_VERSION", connection.SCHEMA_VERSION + 1)
    monkeypatch.setattr(connection, "migrations", lambda: [(connection.SCHEMA_VERSION, step)])
    with pytest.raises(StoreOutdated, match=r"Nothing is wrong.*`replenish plan` brings it up to date"):
        open_store(shop.path, read_only=True)
    with open_store(shop.path) as store:
        assert len(lines(store)) == 1
        assert store._connection.execute("SELECT count(*) FROM records.added_later").fetchall() == [(0,)]
    with open_store(shop.path) as store:
        assert store._connection.execute("SELECT max(version) FROM records.workspace").fetchall() == [
            (connection.SCHEMA_VERSION,)
        ]


def test_migrations_lead_to_the_schema_version() -> None:
    numbers = [number for number, _ in connection.migrations()]
    assert numbers == list(range(2, connection.SCHEMA_VERSION + 1))


# ---------------------------------------------------------------- views, settings, decisions


def test_every_view_answers_when_the_store_is_empty(shop: Store) -> None:
    for name in VIEWS:
        assert shop.view(name, as_of=date(2026, 1, 1)).empty


def test_views_filter_by_column(shop: Store, write_orders: Write, new_order: Order) -> None:
    shop.load(write_orders("o.txt", [new_order(sku=sku) for sku in "ABC"]))
    assert shop.view("catalogue", sku=["A", "B"], marketplace="US")["sku"].tolist() == ["A", "B"]
    with pytest.raises(UnknownName, match="no column colour"):
        shop.view("catalogue", colour="red")
    with pytest.raises(UnknownName, match="weekly_sales"):
        shop.view("records.order_line")


def test_settings_have_defaults_and_names(shop: Store) -> None:
    assert shop.settings() == {"week_start": "1", "pool_by_asin": "false", "default_marketplace": ""}
    shop.configure(pool_by_asin=True, default_marketplace="gb")
    assert shop.settings()["pool_by_asin"] == "true"
    assert shop.settings()["default_marketplace"] == "UK"
    with pytest.raises(UnknownName):
        shop.configure(colour="red")


def test_overrides_are_kept_and_withdrawn(shop: Store) -> None:
    number = shop.add_override(kind="multiplier", value=1.5, reason="TV", made_by="Ana", sku="A", marketplace="US")
    shop.add_override(kind="hold", value=None, reason="recall", made_by="Ana", group=("brand", "Acme"))
    assert shop.view("overrides")["kind"].tolist() == ["multiplier", "hold"]
    shop.withdraw_override(number)
    assert shop.view("overrides")["kind"].tolist() == ["hold"]
    with pytest.raises(UnknownName):
        shop.withdraw_override(number)
    with pytest.raises(BadFact, match="kind"):
        shop.add_override(kind="wish", value=1, reason="hope", made_by="Ana")


def test_plans_come_back_as_they_were(shop: Store) -> None:
    frame = pd.DataFrame({"sku": ["A", "é"], "units": [1, 2], "day": pd.to_datetime(["2026-03-01", None])})
    shop.save_plan("p1", date(2026, 3, 2), {"lines": frame, "settings": {"seed": 1}, "paths": b"\0\1"})
    pd.testing.assert_frame_equal(shop.load_plan("p1", "lines"), frame)
    assert shop.load_plan("p1", "settings") == {"seed": 1}
    assert shop.load_plan("p1", "paths") == b"\0\1"
    assert shop.plans()["plan_id"].tolist() == ["p1"]
    with pytest.raises(UnknownName):
        shop.load_plan("p1", "nothing")


def test_named_statements_are_named_once_and_have_sql() -> None:
    found = parse("-- name: one\n-- What it says.\nSELECT 1;\n-- name: two\nSELECT 2\n", "test")
    assert {name: (one.doc, one.sql) for name, one in found.items()} == {
        "one": ("What it says.", "SELECT 1"),
        "two": ("", "SELECT 2"),
    }
    with pytest.raises(ValueError, match="two statements called one"):
        parse("-- name: one\nSELECT 1\n-- name: one\nSELECT 2", "test")
    with pytest.raises(ValueError, match="has no SQL"):
        parse("-- name: one\n-- only words", "test")


def test_query_runs_a_named_statement(shop: Store) -> None:
    assert shop.query("store", "loaded_files").empty
    with pytest.raises(UnknownName):
        shop.query("store", "nothing")
    with pytest.raises(UnknownName):
        shop.query("nothing", "nothing")
