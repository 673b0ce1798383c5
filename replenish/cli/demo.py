"""`replenish demo`: the whole weekly job on a made-up seller, through the same readers as a user's files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from data.quality import Finding
from data.sample import DEFAULT_AS_OF, generate, write_reports
from data.store import Store, open_store
from data.templates import write_templates
from replenish.cli.plan import make_plan, plan_data, tell_findings, tell_plan
from replenish.cli.session import Answer, Session, command
from replenish.cli.words import count
from replenish.config import Config
from replenish.errors import RefusedInput
from replenish.exporting import export_plan
from replenish.workspace import init_workspace

FOLDER = "replenish-demo"


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, "replenish demo -w my-demo")(demo)


def demo(
    session: Session,
    seed: Annotated[int, typer.Option(min=0, help="Another number makes another seller.")] = 1,
    skus: Annotated[int, typer.Option(min=20, max=50_000, help="How many SKUs the seller has.")] = 300,
) -> Answer:
    """Make a sample seller and run the whole weekly job on it: load, check, plan, purchase orders, report.

    Without -w it makes the folder `replenish-demo` here. It refuses a folder that holds a workspace already.
    """
    folder = session.folder if session.folder != Path() else Path(FOLDER)
    if (folder / "replenish.duckdb").exists():
        raise RefusedInput(f"{folder} holds a workspace already. Name another folder with -w, or remove it first.")
    as_of = session.as_of if session.dated else DEFAULT_AS_OF
    workspace, _ = init_workspace(folder)
    write_templates(workspace.templates)
    here = Session(workspace.root, as_of, session.as_json, session.console)
    with here.steps("making a sample seller"):
        files = write_reports(generate(seed=seed, skus=skus, as_of=as_of), workspace.root / "downloads")
    here.say(escape(f"Sample seller: {count(len(files), 'report')} in {workspace.root / 'downloads'}"))
    with open_store(workspace.store_path) as store:
        aside = _load(here, store, files)
        here.say(f"Loaded; {count(aside, 'row')} set aside (`replenish status --set-aside` names them).")
        report, found = make_plan(here, workspace, store)
        _tell_checks(here, workspace.config(), found)
        with here.steps("writing documents") as tell:
            written = export_plan(workspace, store, report, tell)
    tell_plan(here, report)
    _tell_places(here, written.folder)
    return Answer({**plan_data(report), "folder": str(written.folder)})


def _load(session: Session, store: Store, files: list[Path]) -> int:
    """Load every file; the marketplace is the folder's where the report does not say it."""
    aside = 0
    with session.progress("loading reports", len(files)) as tell:
        for number, path in enumerate(files, 1):
            place = path.parent.name
            results = store.load(path, marketplace=place if place != "own" else None)
            aside += sum(one.set_aside for one in results)
            tell(number)
    return aside


def _tell_checks(session: Session, config: Config, found: Sequence[Finding]) -> None:
    session.say("Check:")
    tell_findings(session, [one for one in found if one.severity == "stops"], config)
    session.say(f"{count(sum(one.severity != 'stops' for one in found), 'more warning')}: `replenish check`.")


def _tell_places(session: Session, folder: Path) -> None:
    session.say("Look at:")
    for name, what in (
        ("report.html", "the report, in a browser"),
        ("plan.xlsx", "the plan workbook"),
        ("purchase-orders", "one workbook and e-mail per order"),
        ("shipments", "shipment plans and the files for Seller Central"),
    ):
        session.say(escape(f"  {folder / name}: {what}"))
