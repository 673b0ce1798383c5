"""Commands about files and the workspace: init, load, status."""

import tempfile
from datetime import date, datetime
from glob import glob
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.markup import escape

from data.errors import DataError
from data.files import open_parts
from data.loading import LoadResult
from data.mapped import mapping_text, propose_mapping, read_mapping
from data.store import Store, open_store
from data.templates import write_templates
from replenish.cli.session import OK, REFUSED, Answer, Session, command
from replenish.cli.words import count, days, table
from replenish.errors import RefusedInput, UsageError
from replenish.workspace import init_workspace


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    command(app, "replenish init -w my-shop")(init)
    command(app, "replenish load downloads/* my-shop/templates/*.xlsx -w my-shop")(load)
    command(app, "replenish status -w my-shop --set-aside")(status)


def init(
    session: Session,
    csv: Annotated[bool, typer.Option("--csv", help="Write the templates as CSV too.")] = False,
) -> Answer:
    """Make a workspace: settings, templates to fill in, an empty store. What is there already stays as it is."""
    workspace, written = init_workspace(session.folder)
    written += write_templates(workspace.templates, ("xlsx", "csv") if csv else ("xlsx",))
    with open_store(workspace.store_path):
        pass
    session.say(f"Workspace {workspace.root}: {count(len(written), 'file')} written.")
    session.say("Next: fill in the templates, download the reports (README lists them), then `replenish load`.")
    return Answer({"workspace": str(workspace.root), "written": [str(path) for path in written]})


def load(
    session: Session,
    paths: Annotated[list[str], typer.Argument(metavar="FILES...", help="Reports and templates; folders and * too.")],
    marketplace: Annotated[str | None, typer.Option(help="Marketplace of reports that do not say it, e.g. US.")] = None,
    day: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="Day of snapshots that do not say it.")
    ] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day a report covers.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day a report covers.")
    ] = None,
    mapping: Annotated[Path | None, typer.Option(help="TOML file that says how to read another source.")] = None,
    propose: Annotated[bool, typer.Option("--propose", help="Write a mapping for one file, to look over.")] = False,
) -> Answer:
    """Load reports and templates, each recognised by its header. The same file twice changes nothing.

    A file that cannot be used is refused whole and named; the others are loaded. Rows that cannot be read are set
    aside: `replenish status --set-aside` lists them.
    """
    files = _expand(paths)
    if propose:
        return _propose(session, files)
    if (first is None) != (last is None):
        raise UsageError("--from and --to belong together: give both, or neither.")
    facts = {
        "marketplace": marketplace,
        "snapshot_date": day.date() if day else None,
        "period": (first.date(), last.date()) if first and last else None,
        "mapping": read_mapping(mapping) if mapping else None,
    }
    workspace = session.workspace()
    results, refused = [], []
    with open_store(workspace.store_path) as store, session.progress("loading", len(files)) as tell:
        store.configure(pool_by_asin=workspace.config().planning.pool_by_asin)
        for number, path in enumerate(files):
            try:
                results += _load_one(store, path, facts, lambda share, at=number: tell(at + share))
            except DataError as error:
                refused.append({"file": str(path), "why": str(error)})
    _tell_loaded(session, results, refused)
    data = {"loaded": [_result(one) for one in results], "refused": refused}
    return Answer(data, REFUSED if refused else OK)


def _expand(patterns: list[str]) -> list[Path]:
    """Files named; patterns are expanded here too, because Windows shells do not."""
    files: list[Path] = []
    for pattern in patterns:
        found = [Path(name) for name in sorted(glob(pattern))] or [Path(pattern)]  # noqa: PTH207 (absolute patterns)
        for path in found:
            inside = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
            files += [one for one in inside if not one.name.startswith((".", "~$"))]
    return list(dict.fromkeys(files))


def _load_one(store: Store, path: Path, facts: dict[str, Any], tell: Any) -> list[LoadResult]:
    return store.load(path, **facts, progress=lambda _step, share: tell(share))


def _propose(session: Session, files: list[Path]) -> Answer:
    if len(files) != 1:
        raise UsageError("--propose takes one file.")
    target = files[0].with_suffix(".mapping.toml")
    if target.exists():
        raise RefusedInput(f"{target} is there already. Edit it, or move it away and propose again.")
    with tempfile.TemporaryDirectory(prefix="replenish-") as work:
        part = open_parts(files[0], Path(work))[0]
        target.write_text(mapping_text(propose_mapping(part, files[0].stem)), encoding="utf-8")
    session.say(f"Wrote {target}. Look it over, then: replenish load {files[0]} --mapping {target}")
    return Answer({"mapping": str(target)})


def _result(one: LoadResult) -> dict[str, Any]:
    return {
        "file": one.file,
        "report": one.format,
        "rows": one.rows,
        "replaced": one.replaced,
        "set_aside": one.set_aside,
        "cells_left_empty": one.cells,
        "older_rows": one.older,
        "already_loaded": one.already_loaded,
        "ignored_columns": one.ignored_columns,
        "assumed": one.assumed,
        "marketplaces": one.marketplaces,
        "period": one.period,
        "skipped": one.skipped,
    }


def _tell_loaded(session: Session, results: list[LoadResult], refused: list[dict[str, str]]) -> None:
    rows = [
        (Path(one.file).name, one.title or "passed over", f"{one.rows:,}", f"{one.set_aside:,}", _period(one))
        for one in results
    ]
    if rows:
        session.say(table(("file", "report", "rows", "set aside", "days"), rows, right=(2, 3)))
    for one in results:
        for text in (*one.assumed, one.skipped):
            if text:
                session.say(escape(f"{Path(one.file).name}: {text}"))
    ignored = sorted({column for one in results for column in one.ignored_columns})
    if ignored:
        session.say(escape(f"Columns not used: {', '.join(ignored)}."))
    aside = sum(one.set_aside + one.cells for one in results)
    if aside:
        what = count(aside, "row or cell", "rows or cells")
        session.say(f"{what} could not be read: `replenish status --set-aside` lists them.")
    for one_refused in refused:
        session.say(escape(f"Refused: {one_refused['why']}"))


def _period(one: LoadResult) -> str:
    if one.already_loaded:
        return "loaded before"
    first, last = one.period
    return f"{first} to {last}" if first and last else ""


def status(
    session: Session,
    set_aside: Annotated[bool, typer.Option("--set-aside", help="List the rows that could not be read.")] = False,
    export: Annotated[Path | None, typer.Option(help="Write the rows set aside to this CSV file.")] = None,
) -> Answer:
    """What is in the store: reports and the days they cover, rows set aside, plans kept."""
    workspace = session.workspace()
    with open_store(workspace.store_path, read_only=True) as store:
        coverage, plans = store.view("report_coverage"), store.plans()
        aside = store.set_aside()
    session.say(f"Workspace {workspace.root}")
    session.say(_coverage_table(coverage, session.as_of) if len(coverage) else "Nothing is loaded yet.")
    session.say(f"{count(len(aside), 'row or cell', 'rows or cells')} set aside, {count(len(plans), 'plan')} kept.")
    if set_aside and len(aside):
        session.say(_aside_table(aside))
    if export is not None:
        _export_aside(session, aside, export)
    shown = aside if set_aside else aside.head(0)
    return Answer({"reports": coverage, "set_aside_count": len(aside), "set_aside": shown, "plans": plans})


def _coverage_table(coverage: pd.DataFrame, as_of: date) -> Any:
    rows = [
        (one.report, one.marketplace or "", days(one.first_day), days(one.last_day), f"{one.rows:,}", _age(one, as_of))
        for one in coverage.itertuples()
    ]
    return table(("report", "marketplace", "from", "to", "rows", "age"), rows, right=(4, 5))


def _age(one: Any, as_of: date) -> str:
    return "" if pd.isna(one.last_day) else count((as_of - pd.Timestamp(one.last_day).date()).days, "day")


def _aside_table(aside: pd.DataFrame) -> Any:
    rows = [
        (Path(str(one.file)).name, str(one.line), str(one.column), str(one.value)[:40], one.reason, one.what_to_do)
        for one in aside.head(200).itertuples()
    ]
    return table(("file", "line", "column", "value", "why", "what to do"), rows)


def _export_aside(session: Session, aside: pd.DataFrame, path: Path) -> None:
    if path.exists():
        raise RefusedInput(f"{path} is there already. Choose another name.")
    aside.to_csv(path, index=False, encoding="utf-8-sig")
    session.say(f"Wrote {path}.")
