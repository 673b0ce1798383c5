"""Shared by the tests of the app: the example plan that the documents' tests use."""

import importlib.util
import sys
from pathlib import Path

import pytest

from reports.bundle import PlanReport

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def example_plan() -> PlanReport:
    path = Path(__file__).parents[1] / "reports" / "example_report.py"
    spec = importlib.util.spec_from_file_location("example_report_of_the_app", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    report: PlanReport = module.example_report(40, 1)
    return report
