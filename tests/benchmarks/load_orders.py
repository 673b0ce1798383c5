"""Load many order lines, against a bare `CREATE TABLE AS SELECT * FROM read_csv` of the same file.

    nice python tests/benchmarks/load_orders.py [--lines 10000000] [--folder DIR]

The file is generated in All Orders form (34 columns, two marketplaces, cancelled, pending, seller-fulfilled and
multi-channel lines). Each load runs in a process of its own, so that peak memory is its own. Aim of the project: at
most 2.5 times the bare load, at most 4 GB.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

SELECT = """
SELECT printf('%03d-%07d-%07d', 100 + i % 900, i % 9999991, (i * 7919) % 9999973) AS "amazon-order-id",
    '' AS "merchant-order-id",
    strftime(TIMESTAMP '2023-01-01' + INTERVAL (i * 94608000 // {lines}) SECOND, '%Y-%m-%dT%H:%M:%S+00:00')
        AS "purchase-date",
    strftime(TIMESTAMP '2023-01-02' + INTERVAL (i * 94608000 // {lines}) SECOND, '%Y-%m-%dT%H:%M:%S+00:00')
        AS "last-updated-date",
    CASE i % 20 WHEN 0 THEN 'Cancelled' WHEN 1 THEN 'Pending' ELSE 'Shipped' END AS "order-status",
    CASE WHEN i % 15 = 0 THEN 'Merchant' ELSE 'Amazon' END AS "fulfillment-channel",
    CASE i % 10 WHEN 0 THEN 'Amazon.de' WHEN 1 THEN 'Non-Amazon' ELSE 'Amazon.com' END AS "sales-channel",
    '' AS "order-channel", 'Expedited' AS "ship-service-level",
    'A product with a rather long title, 12" wide, number ' || (i * 31 % 5000) AS "product-name",
    'SKU-' || lpad((i * 31 % 5000)::VARCHAR, 6, '0') AS sku, 'B0' || lpad((i * 31 % 4500)::VARCHAR, 8, '0') AS asin,
    CASE WHEN i % 20 = 0 THEN 'Cancelled' ELSE 'Shipped' END AS "item-status",
    CASE WHEN i % 20 = 0 THEN 0 ELSE 1 + i % 3 END AS quantity,
    CASE WHEN i % 10 = 0 THEN 'EUR' ELSE 'USD' END AS currency, printf('%.2f', 10 + (i % 5000) / 100.0) AS "item-price",
    '0.80' AS "item-tax", '' AS "shipping-price", '' AS "shipping-tax", '' AS "gift-wrap-price", '' AS "gift-wrap-tax",
    CASE WHEN i % 7 = 0 THEN '1.50' ELSE '' END AS "item-promotion-discount", '' AS "ship-promotion-discount",
    'SEATTLE' AS "ship-city", 'WA' AS "ship-state", '98101' AS "ship-postal-code", 'US' AS "ship-country",
    '' AS "promotion-ids", '' AS cpf, 'false' AS "is-business-order", '' AS "purchase-order-number",
    '' AS "price-designation", 'false' AS "signature-confirmation-recommended",
    lpad((i * 104729 % 99999999977)::VARCHAR, 14, '0') AS "order-item-id"
FROM range({lines}) t(i)
"""


def generate(path: Path, lines: int) -> None:
    """Write the file once."""
    with duckdb.connect() as connection:
        select = SELECT.format(lines=lines)
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT csv, DELIMITER '\t', QUOTE '', ESCAPE '', HEADER)")


def bare(path: Path, folder: Path) -> str:
    """What DuckDB does without us."""
    with duckdb.connect(str(folder / "bare.duckdb")) as connection:
        connection.execute(f"CREATE TABLE orders AS SELECT * FROM read_csv('{path}')")
        return f"{connection.execute('SELECT count(*) FROM orders').fetchall()[0][0]:,} rows"


def ours(path: Path, folder: Path) -> str:
    """The store's load: hash, encoding, parsing, checks, provenance, one transaction."""
    from data.store import open_store

    with open_store(folder / "store.duckdb") as store:
        (result,) = store.load(path, marketplace="US")
    return f"{result.rows:,} rows, {result.set_aside} set aside"


def again(path: Path, folder: Path) -> str:
    """The same file once more: nothing changes."""
    from data.store import open_store

    with open_store(folder / "store.duckdb") as store:
        (result,) = store.load(path, marketplace="US")
    return f"already loaded: {result.already_loaded}"


def overlap(path: Path, folder: Path) -> str:
    """The last 500,000 lines as a newer report: they supersede those that are there."""
    from data.store import open_store

    newer = folder / "newer.txt"
    with path.open("rb") as source, newer.open("wb") as out:
        out.write(source.readline())
        source.seek(-min(path.stat().st_size // 2, 500_000 * 270), 2)
        source.readline()
        out.write(source.read())
    with open_store(folder / "store.duckdb") as store:
        (result,) = store.load(newer, marketplace="US")
    return f"{result.rows:,} rows in place of {result.replaced:,}"


def view(path: Path, folder: Path) -> str:
    """The weekly sales that a plan reads."""
    from data.store import open_store

    with open_store(folder / "store.duckdb", read_only=True) as store:
        return f"{len(store.view('weekly_sales')):,} weeks of SKUs"


STEPS = {"bare": bare, "ours": ours, "again": again, "overlap": overlap, "view": view}


def main() -> None:
    """Generate, run each step in its own process, print a table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--lines", type=int, default=10_000_000)
    options.add_argument("--folder", type=Path)
    options.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.step:
        _step(asked.step, asked.folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        generate(folder / "orders.txt", asked.lines)
        print(f"{asked.lines:,} order lines, {(folder / 'orders.txt').stat().st_size / 1e9:.2f} GB")
        took, peak = {}, {}
        for step in STEPS:
            command = [sys.executable, __file__, "--step", step, "--folder", str(folder)]
            said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            print(said, end="", flush=True)
            _, seconds, _, gigabytes, *_ = said.split()
            took[step], peak[step] = float(seconds), float(gigabytes)
        ratio = took["ours"] / took["bare"]
        print(f"ours / bare: {ratio:.2f} times (aim 2.5 or less), peak memory {peak['ours']:.2f} GB (aim 4 or less)")


def _step(name: str, folder: Path) -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    start = time.perf_counter()
    said = STEPS[name](folder / "orders.txt", folder)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{name:8} {seconds:8.2f} s {peak:6.2f} GB  {said}")


if __name__ == "__main__":
    main()
