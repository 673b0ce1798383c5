"""Code of the docs, run as a stranger would: a fresh process, tables of the form that the page names."""

import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
SERIES, WEEKS = 24, 110


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder beside which `shared/bench/vn2` lies, with tables like those of the competition, only fewer rows."""
    top = tmp_path_factory.mktemp("docs")
    bench = top / "shared" / "bench" / "vn2"
    bench.mkdir(parents=True)
    (top / "here").mkdir()
    dice = np.random.default_rng(2)
    keys = pd.DataFrame({"Store": np.arange(SERIES) % 3, "Product": 100 + np.arange(SERIES) // 3})
    weeks = [f"{date(2022, 1, 3) + timedelta(weeks=at)}" for at in range(WEEKS)]
    units = dice.poisson(np.linspace(0.5, 12, SERIES)[:, None], (SERIES, WEEKS)).astype(float)
    stocked = dice.random((SERIES, WEEKS)) > 0.1
    pd.concat([keys, pd.DataFrame(units * stocked, columns=weeks)], axis=1).to_csv(bench / "sales.csv", index=False)
    pd.concat([keys, pd.DataFrame(stocked, columns=weeks)], axis=1).to_csv(bench / "in_stock.csv", index=False)
    return top / "here"


def run(page: str, folder: Path) -> str:
    """What the page's only block of Python prints."""
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.S)
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_ten_lines_of_forecasting(folder: Path) -> None:
    told = run("forecasting.md", folder)
    assert told.startswith("0-100 ")
    assert all(word in told for word in ("coverage", "stockout", "season"))


def test_weekly_loop_of_decisions(folder: Path) -> None:
    lines = run("decisions.md", folder).splitlines()
    weeks = [line.split()[0] for line in lines]
    assert weeks == [f"{date(2022, 1, 3) + timedelta(weeks=at)}" for at in range(WEEKS - 8, WEEKS)]
    orders = [int(line.split()[2]) for line in lines]
    assert sum(orders) > 0 and all(units % 12 == 0 for units in orders)
