"""What every command shares: workspace, date, JSON or words, progress, and one way to fail.

A command is a function `name(session, …) -> Answer`. `command` gives it the three common options, turns mistakes
of the planner into a message and an exit code, and prints the answer.
"""

import functools
import inspect
import json
import math
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from data.errors import DataError
from forecasting import CalendarError, HistoryError, OverrideError
from policies.checks import ProblemError
from policies.economics_items import MissingExchangeRate
from policies.marketplaces import UnknownMarketplace
from replenish.errors import ReplenishError, UsageError
from replenish.workspace import Workspace, open_workspace
from reports.errors import DocumentError

OK, REFUSED, USAGE, WARNINGS = 0, 1, 2, 3
PEOPLE_ERRORS = (
    ReplenishError, DataError, DocumentError, HistoryError, CalendarError, OverrideError, ProblemError,
    MissingExchangeRate, UnknownMarketplace,
)  # fmt: skip
"""Mistakes that a planner can mend: shown as a sentence, without a traceback."""


@dataclass(frozen=True)
class Answer:
    """What a command has to say: `data` for machines, an exit code for scripts. Words were said on the way."""

    data: dict[str, Any] = field(default_factory=dict)
    exit_code: int = OK


@dataclass(frozen=True)
class Session:
    """One run of one command."""

    folder: Path
    as_of: date
    as_json: bool
    console: Console
    dated: bool = False  # whether the day was named by the user

    def workspace(self) -> Workspace:
        """The workspace named with -w; refused when there is none."""
        return open_workspace(self.folder)

    def say(self, text: Any = "") -> None:
        """Words for people: on stdout, or on stderr beside JSON."""
        self.console.print(text, highlight=False)

    @contextmanager
    def progress(self, title: str, total: float | None = None) -> Iterator[Callable[[float], None]]:
        """A progress bar on a terminal; the yielded function takes how much is done of `total`."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(title, total=total)
            yield lambda done: bar.update(task, completed=done)

    @contextmanager
    def steps(self, title: str) -> Iterator[Callable[[str], None]]:
        """A spinner that names the step under way; the yielded function takes its name."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(title, total=None)
            yield lambda step: bar.update(task, description=f"{title}: {step}")


WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", help="Folder of the workspace.", envvar="REPLENISH_WORKSPACE")
]
AsOfOption = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day to decide on, YYYY-MM-DD; today when left out."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on stdout; words go to stderr.")]


def command(app: typer.Typer, example: str, name: str | None = None) -> Callable[[Callable[..., Answer]], None]:
    """Register a function `(session, …) -> Answer` as a command whose help ends with `example`."""

    def register(function: Callable[..., Answer]) -> None:
        @functools.wraps(function)
        def run(workspace: Path, as_of: datetime | None, as_json: bool, **arguments: Any) -> None:
            console = Console(stderr=as_json, soft_wrap=True)
            session = Session(workspace, (as_of or datetime.now()).date(), as_json, console, as_of is not None)
            raise typer.Exit(_run(function, session, arguments))

        run.__signature__ = _signature(function)  # type: ignore[attr-defined]
        run.__doc__ = f"{inspect.getdoc(function)}\n\nExample: {example}"
        app.command(name or function.__name__)(run)

    return register


def _signature(function: Callable[..., Answer]) -> inspect.Signature:
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    shared = [
        inspect.Parameter("workspace", inspect.Parameter.KEYWORD_ONLY, default=Path(), annotation=WorkspaceOption),
        inspect.Parameter("as_of", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=AsOfOption),
        inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=JsonOption),
    ]
    return inspect.Signature([p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + shared)


def _run(function: Callable[..., Answer], session: Session, arguments: dict[str, Any]) -> int:
    try:
        answer = function(session, **arguments)
    except PEOPLE_ERRORS as error:
        return _fail(session, str(error), USAGE if isinstance(error, UsageError) else REFUSED)
    except KeyboardInterrupt:
        return _fail(session, "Stopped. Nothing half-done was kept.", REFUSED)
    except OSError as error:
        return _fail(session, _refused_by_system(error), REFUSED)
    except Exception as error:
        Console(stderr=True).print(traceback.format_exc(), markup=False, highlight=False)
        fault = f"A fault in Replenish: {type(error).__name__}: {error}."
        return _fail(session, f"{fault} Please report it with the lines above.", REFUSED)
    if session.as_json:
        print_json(answer.data)
    return answer.exit_code


def _refused_by_system(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    return (
        f"The computer refused: {error.strerror or error}{where}. "
        "Check free space and permissions of the workspace, then run the command again."
    )


def _fail(session: Session, message: str, code: int) -> int:
    Console(stderr=True, soft_wrap=True).print(f"error: {message}", style="bold red", markup=False, highlight=False)
    if session.as_json:
        print_json({"error": message, "exit_code": code})
    return code


def print_json(data: dict[str, Any]) -> None:
    """One JSON document on stdout, dates in ISO form, not-a-number as null."""
    sys.stdout.write(json.dumps(_plain(data), ensure_ascii=False, allow_nan=False) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return [_plain(row) for row in value.to_dict("records")]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if str(value) in ("NaT", "<NA>"):
        return None
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() and value.tzinfo is None else value.isoformat()
    return str(value)
