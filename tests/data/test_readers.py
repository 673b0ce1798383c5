"""Every sample file gives exactly the rows and the set-aside rows that stand beside it."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from data.readers import formats
from data.readers.base import Format
from data.staging import reasons

ROOT = Path(__file__).parents[1] / "samples"
_spec = importlib.util.spec_from_file_location("samples_update", ROOT / "update.py")
assert _spec is not None and _spec.loader is not None
samples_update = importlib.util.module_from_spec(_spec)
sys.modules["samples_update"] = samples_update
_spec.loader.exec_module(samples_update)
SAMPLES = samples_update.samples()


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("sample", SAMPLES, ids=_name)
def test_sample_gives_the_rows_beside_it(sample: Path) -> None:
    expected = samples_update.beside(sample)
    assert expected[samples_update.ROWS].exists(), "no expected rows: run tests/samples/update.py and read them"
    for ending, content in samples_update.outcome(sample).items():
        path = expected[ending]
        stands = path.read_text(encoding="utf-8") if path.exists() else ""
        assert content == stands, f"{path.name} differs: `python tests/samples/update.py --force`, then read the diff"


def test_every_expected_file_has_its_sample() -> None:
    assert samples_update.orphans() == []


def test_every_format_has_a_sample() -> None:
    shown = set()
    for sample in SAMPLES:
        lines = samples_update.beside(sample)[samples_update.ROWS].read_text(encoding="utf-8").splitlines()
        shown |= {line.split(",", 1)[0] for line in lines if not line.startswith("report,")}
    assert {one.name for one in formats()} - shown == set()


@pytest.mark.parametrize("one", formats(), ids=lambda one: one.name)
def test_every_header_of_a_format_belongs_to_one_column(one: Format) -> None:
    """Two columns may read one header in two ways (time and day), but never a column and the list of unread ones."""
    read = {spelling for column in one.columns for spelling in column.exact}
    from data.readers.base import normal

    assert {header for header in one.dropped if normal(header) in read} == set()


@pytest.mark.parametrize("one", formats(), ids=lambda one: one.name)
def test_every_column_is_one_of_the_store_table(one: Format) -> None:
    schema = re.sub(r"--.*", "", (ROOT.parents[1] / "data/sql/schema.sql").read_text(encoding="utf-8"))
    body = re.search(rf"CREATE TABLE records\.{one.table} \((.*?)\);", schema, re.S)
    assert body is not None, f"no table {one.table}"
    names = {part.split()[0].strip('"') for part in body[1].split(",") if part.strip()}
    assert {column.name for column in one.columns} - names == set()


@pytest.mark.parametrize("one", formats(), ids=lambda one: one.name)
def test_every_message_says_what_is_allowed(one: Format) -> None:
    headers = [column.headers[0] for column in one.columns if column.headers]
    for _, _, _, blank_reason, blank_remedy, reason, remedy in reasons(one.match(headers), headers, 9, ["DE", "US"]):
        for text in (blank_reason, blank_remedy, reason, remedy):
            assert text.strip() and not re.search(r"[{}]|: *\.|e\+\d", text), text
