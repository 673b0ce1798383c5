"""Time and memory of a full plan: what `replenish plan` does, on sample sellers of 157 weeks.

    nice python tests/benchmarks/plan_speed.py [--skus 1000 10000] [--folder DIR]

Each size is a workspace of its own, filled through the readers; with `--folder` it stays there and is used again. The
plan runs in a process of its own, so that peak memory is its own. Aim of the project: 10,000 SKUs in 90 s and 3 GB on
two cores, growth exponent at most 1.05.
"""

import argparse
import math
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from itertools import pairwise
from pathlib import Path

PLACES = ("US", "DE")  # the sample seller's reports lie in a folder per marketplace
ROOT = Path(__file__).resolve().parents[2]


def fill(folder: Path, skus: int) -> None:
    """A workspace with the reports of a sample seller, loaded."""
    from data.sample import generate, write_reports
    from data.store import open_store
    from replenish.workspace import init_workspace

    workspace, _ = init_workspace(folder)
    started = time.perf_counter()
    files = write_reports(generate(seed=1, skus=skus), folder / "downloads")
    print(f"{skus:>7,} SKUs: {len(files)} reports written in {time.perf_counter() - started:.0f} s", flush=True)
    started = time.perf_counter()
    with open_store(workspace.store_path) as store:
        rows = 0
        for file in files:
            place = file.parent.name if file.parent.name in PLACES else None
            rows += sum(result.rows for result in store.load(file, marketplace=place))
    print(f"         {rows:,} rows loaded in {time.perf_counter() - started:.0f} s", flush=True)


def plan(folder: Path) -> None:
    """One plan, kept; prints the seconds of each step and the peak memory after it, and the whole."""
    from data.sample import DEFAULT_AS_OF
    from data.store import open_store
    from replenish.weekly.keep import keep_plan, next_plan_id
    from replenish.weekly.report import make_report
    from replenish.weekly.run import run_week
    from replenish.workspace import open_workspace

    workspace = open_workspace(folder)
    config = workspace.config()
    marks: list[tuple[str, float, float]] = []
    started = time.perf_counter()

    def tell(step: str) -> None:
        marks.append((step, time.perf_counter(), peak()))

    with open_store(workspace.store_path) as store:
        planned = run_week(store, config, DEFAULT_AS_OF, tell)
        tell("writing down")
        plan_id = next_plan_id(store, DEFAULT_AS_OF)
        report = make_report(planned, config, plan_id, datetime.now().replace(microsecond=0))
        keep_plan(store, report, planned.stated.problem, config.model_dump(mode="json"))
    tell("")
    for (step, at, _), (_, until, memory) in pairwise(marks):
        print(f"         {until - at:7.1f} s  {memory:5.2f} GB  {step}")
    took = marks[-1][1] - started
    print(f"         {took:7.1f} s  in all, {len(report.items):,} SKUs planned, peak memory {peak():.2f} GB")


def peak() -> float:
    """Most memory this process has had, GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def measured(folder: Path) -> float:
    """Seconds of a plan in a process of its own, as that process says."""
    command = [sys.executable, __file__, "--plan", str(folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    print(said, end="", flush=True)
    return float(said.splitlines()[-1].split()[0])


def main() -> None:
    """Measure each size and the growth from the smallest to the largest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skus", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--folder", type=Path, help="where the workspaces stay; default: a temporary folder")
    parser.add_argument("--plan", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.plan:
        plan(given.plan)
        return
    with tempfile.TemporaryDirectory() as temporary:
        seconds = {}
        for skus in given.skus:
            folder = (given.folder or Path(temporary)) / str(skus)
            if not (folder / "replenish.duckdb").exists():
                fill(folder, skus)
            seconds[skus] = measured(folder)
    low, high = min(seconds), max(seconds)
    if low < high:
        growth = math.log(seconds[high] / seconds[low]) / math.log(high / low)
        print(f"growth exponent from {low:,} to {high:,} SKUs: {growth:.2f}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
