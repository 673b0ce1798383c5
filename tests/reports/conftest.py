"""The example plan, loaded beside the tests (the folder is no package)."""

import importlib.util
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from reports.bundle import PlanReport
from reports.pdf import convert, office_program


def _maker() -> Callable[..., PlanReport]:
    spec = importlib.util.spec_from_file_location("example_report", Path(__file__).with_name("example_report.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.example_report  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def make_report() -> Callable[..., PlanReport]:
    """`example_report(skus, seed, language)`."""
    return _maker()


@pytest.fixture(scope="session")
def report(make_report: Callable[..., PlanReport]) -> PlanReport:
    return make_report(40, 1)


@pytest.fixture(scope="session")
def recalculate() -> Callable[[bytes], Workbook]:
    """A workbook with all formulas worked out by LibreOffice, values only. Without it the test is left out,
    unless REPLENISH_REQUIRE_PROGRAMS=1 says that it must be there."""
    if office_program() is None:
        if os.environ.get("REPLENISH_REQUIRE_PROGRAMS") == "1":
            pytest.fail("LibreOffice is needed here (REPLENISH_REQUIRE_PROGRAMS=1) and was not found.")
        pytest.skip("LibreOffice is not installed")
    return lambda content: load_workbook(BytesIO(convert(content, "xlsx")), data_only=True)
