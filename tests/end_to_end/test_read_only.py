"""A workspace on a read-only share: what only looks works, what would write says so and changes nothing."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from replenish.cli import app

NOBODY = 65534
SAMPLE = Path(__file__).parents[1] / "samples" / "reserved_inventory" / "us_2026_07_9_columns.txt"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@contextmanager
def without_power() -> Iterator[None]:
    """As a user whom file rights hold; root, whom they do not, becomes nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A workspace with one report, in a folder that everybody may read and nobody may change."""
    root = Path(tempfile.mkdtemp(prefix="replenish-share-"))  # pytest's own folders are closed to other users
    shop = root / "shop"
    run("init", "-w", shop)
    assert run("load", SAMPLE, "--marketplace", "US", "--date", "2026-07-20", "-w", shop).exit_code == 0
    run("status", "-w", shop)  # everything is imported before the rights go
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
    for path in root.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    root.chmod(0o555)
    yield shop
    for folder in folders:
        folder.chmod(0o755)
    shutil.rmtree(root)


def test_a_read_only_workspace_can_be_looked_at_and_refuses_to_be_changed(shared: Path) -> None:
    before = (shared / "replenish.duckdb").read_bytes()
    report = Path(tempfile.gettempdir()) / f"{shared.parent.name}.txt"
    report.write_bytes(SAMPLE.read_bytes() + b"\n")
    with without_power():
        looked = run("status", "-w", shared)
        loaded = run("load", report, "--marketplace", "US", "-w", shared)
        again = run("init", "-w", shared / "inside")
    report.unlink()
    assert looked.exit_code == 0, looked.stderr
    assert loaded.exit_code == 1
    assert "read-only" in loaded.stderr and "write permission" in loaded.stderr
    assert again.exit_code == 1
    assert "Choose a folder you may write to" in again.stderr
    assert (shared / "replenish.duckdb").read_bytes() == before
