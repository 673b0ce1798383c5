"""The `replenish` program: its commands and how it starts."""

import sys
from typing import Annotated

import typer

from replenish import __version__
from replenish.cli import demo, files, forecast_item, insight, orders, overrides, plan, scenario

app = typer.Typer(
    name="replenish",
    help="What to ship into FBA now, and what to order from suppliers now.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog="Exit codes: 0 done, 1 input refused, 2 wrong usage, 3 plan made with warnings.",
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """What to ship into FBA now, and what to order from suppliers now."""


for group in (files, plan, forecast_item, insight, overrides, orders, scenario, demo):
    group.register(app)


def main() -> None:
    """Entry point. Output is UTF-8 on every platform: SKUs and titles are."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()
