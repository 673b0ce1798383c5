"""The command line: `replenish COMMAND`, one module per group of commands."""

from replenish.cli.main import app, main

__all__ = ["app", "main"]
