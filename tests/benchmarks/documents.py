"""Time and memory of the documents: a purchase order of 500 lines, the plan workbook and the page of 5,000 SKUs.

    python tests/benchmarks/documents.py [--skus 5000] [--lines 500]

Each document is made in a process of its own, so that peak memory is its own. Aims of the project: order and workbook
together within 20 s and 1 GB, page within 20 s.
"""

import argparse
import importlib.util
import resource
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def example(skus: int) -> Any:
    """The example plan of the tests at another size."""
    spec = importlib.util.spec_from_file_location("example", ROOT / "tests" / "reports" / "example_report.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.example_report(skus, 1)


def order(report: Any, lines: int) -> bytes:
    """Purchases of the plan in one currency as one order, cut to so many lines."""
    from reports.orders.settings import OrderSettings
    from reports.orders.workbook import purchase_order

    usd = report.catalogue.loc[report.catalogue["cost_currency"] == "USD", "item"]
    bought = report.decision.purchases.drop_duplicates("item")
    bought = bought[bought["item"].isin(usd)].head(lines)
    assert len(bought) == lines, f"the plan buys {len(bought)} items; take more SKUs"
    first = bought.iloc[0]
    bought = bought.assign(supplier=first["supplier"], destination=first["destination"])
    report = replace(report, decision=replace(report.decision, purchases=bought))
    settings = OrderSettings(ordered_on=date(2026, 8, 3))
    return purchase_order(report, first["supplier"], first["destination"], "PO-2026-0001", settings)


def workbook(report: Any, lines: int) -> bytes:
    """The plan workbook."""
    from reports.plan.workbook import plan_workbook

    return plan_workbook(report)


def page(report: Any, lines: int) -> bytes:
    """The HTML report."""
    from reports.html import plan_page

    return plan_page(report)


DOCUMENTS = {"order": order, "workbook": workbook, "page": page}


def main() -> None:
    """Make each document in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skus", type=int, default=5000)
    parser.add_argument("--lines", type=int, default=500)
    parser.add_argument("--only", choices=DOCUMENTS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only is None:
        for name in DOCUMENTS:
            size = ["--skus", str(given.skus), "--lines", str(given.lines)]
            subprocess.run([sys.executable, __file__, "--only", name, *size], check=True, cwd=ROOT)
        return
    report = example(given.skus)
    started = time.perf_counter()
    content = DOCUMENTS[given.only](report, given.lines)
    took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{given.only:<9} {took:6.1f} s  {len(content) / 1e6:6.2f} MB  peak memory {peak:.2f} GB", flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
