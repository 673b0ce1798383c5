"""Time and memory of scenarios planned side by side: the nine shipped ones on the sample seller, regret table included.

Run `python tests/benchmarks/scenarios.py [--skus 1000] [--names black-friday port-delay]`. The seller is made first and
not counted, unless `--workspace FOLDER` holds one from an earlier run. Each stage is printed with its seconds
and the memory at its end.
"""

import argparse
import resource
import sys
import tempfile
import time
from datetime import date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from data.sample import generate, write_reports
from data.store import open_store
from replenish.config import Config
from replenish.scenarios.files import find, shipped
from replenish.scenarios.outputs import keep
from replenish.scenarios.side_by_side import compare, share_forecast
from replenish.weekly.run import fit_to_plan
from replenish.workspace import init_workspace

AS_OF = date(2026, 8, 3)


def resident() -> float:
    """Memory of this process, GB (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e9


class Stages:
    """Prints each stage when the next one begins."""

    def __init__(self) -> None:
        self._name = ""
        self._start = self._first = time.perf_counter()

    def __call__(self, name: str) -> None:
        now = time.perf_counter()
        if self._name:
            print(f"{now - self._start:7.1f} s  {resident():5.2f} GB  {self._name}", flush=True)
        self._name, self._start = name, now

    def total(self) -> float:
        """Close the last stage; seconds since the first."""
        self("")
        return time.perf_counter() - self._first


def workspace_of(folder: Path, skus: int, seed: int) -> Path:
    """The workspace in `folder`, made from the sample seller where there is none."""
    workspace, _ = init_workspace(folder) if not (folder / "replenish.duckdb").exists() else (None, [])
    if workspace is not None:
        files = write_reports(generate(seed=seed, skus=skus, as_of=AS_OF), folder / "downloads")
        with open_store(workspace.store_path) as store:
            for path in files:
                store.load(path, marketplace=None if path.parent.name == "own" else path.parent.name)
    return folder / "replenish.duckdb"


def main() -> None:
    """Print seconds and memory by stage, the total and the peak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skus", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--names", nargs="+", default=list(shipped()))
    parser.add_argument("--workspace", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store_path = workspace_of(given.workspace or Path(folder) / "shop", given.skus, given.seed)
        stages = Stages()
        stages("read and check the store")
        with open_store(store_path, read_only=True) as store:
            fit = fit_to_plan(store, Config(), AS_OF)
        shared = share_forecast(fit, Config(), stages)
        before = time.perf_counter()
        compared = compare(shared, [find(Path(folder), name) for name in given.names], stages)
        scenarios = time.perf_counter() - before
        stages("writing documents")
        keep(Path(folder), compared, datetime(2026, 8, 3, 9))
        total = stages.total()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{len(fit.items)} SKUs, {len(given.names)} scenarios beside base: {total:.0f} s in all, of these "
          f"{scenarios:.0f} s planning and carrying out; peak {peak:.2f} GB")  # fmt: skip


if __name__ == "__main__":
    main()
