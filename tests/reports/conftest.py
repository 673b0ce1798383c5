"""The example plan, loaded beside the tests (the folder is no package)."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.bundle import PlanReport


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
