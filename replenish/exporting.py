"""Documents of a kept plan into its dated folder; each purchase order gets its number once."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.store import Store
from replenish.order_book import draft_orders
from replenish.weekly.documents import plan_documents
from replenish.workspace import Workspace
from reports.bundle import PlanReport
from reports.save import dated_folder, save


@dataclass(frozen=True)
class Written:
    """What was written where."""

    folder: Path
    files: tuple[Path, ...]


def export_plan(
    workspace: Workspace, store: Store, report: PlanReport, tell: Callable[[str], None] = lambda step: None
) -> Written:
    """Write every document of the plan. A file that a person changed is left alone; the new one gets another name."""
    config = workspace.config()
    numbers = draft_orders(store, report, config.documents.order_prefix)
    files = plan_documents(report, config, numbers, _price_breaks(store), workspace.root, tell)
    folder = dated_folder(workspace.plans, report.meta.as_of, report.meta.plan_id)
    return Written(folder, tuple(save(folder, files)))


def _price_breaks(store: Store) -> pd.DataFrame:
    return store.view("price_breaks")
