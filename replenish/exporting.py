"""Documents of a kept plan into its dated folder; each purchase order gets its number once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.store import Store
from replenish.order_book import draft_orders
from replenish.weekly.documents import plan_documents
from replenish.workspace import Workspace
from reports.bundle import PlanReport
from reports.pdf import to_pdf
from reports.save import dated_folder, save


@dataclass(frozen=True)
class Written:
    """What was written where."""

    folder: Path
    files: tuple[Path, ...]


def export_plan(
    workspace: Workspace,
    store: Store,
    report: PlanReport,
    tell: Callable[[str], None] = lambda step: None,
    pdf: bool = False,
) -> Written:
    """Write every document of the plan; with `pdf` or the setting, purchase orders as PDF too.

    A file that a person changed is left alone; the new one gets another name. Raises `DocumentError` after everything
    else was written when a PDF is asked for and LibreOffice is missing.
    """
    config = workspace.config()
    numbers = draft_orders(store, report, config.documents.order_prefix)
    files = plan_documents(report, config, numbers, _price_breaks(store), workspace.root, tell)
    folder = dated_folder(workspace.plans, report.meta.as_of, report.meta.plan_id)
    written = save(folder, files)
    if pdf or config.documents.pdf:
        written += save(folder, dict(_pdfs(folder, written, tell)))
    return Written(folder, tuple(written))


def _pdfs(folder: Path, written: list[Path], tell: Callable[[str], None]) -> Iterator[tuple[str, bytes]]:
    for path in written:
        if path.suffix == ".xlsx" and path.parent == folder / "purchase-orders":
            tell(f"PDF of {path.stem}")
            yield f"purchase-orders/{path.stem}.pdf", to_pdf(path.read_bytes())


def _price_breaks(store: Store) -> pd.DataFrame:
    return store.view("price_breaks")
