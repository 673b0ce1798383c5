"""Mistakes a planner can mend. Each is one sentence on what is wrong and one on what to do."""


class ReplenishError(Exception):
    """Base of all errors that are shown to the planner without a traceback."""

    exit_code = 1


class RefusedInput(ReplenishError):
    """A file, setting or argument that cannot be used."""


class UsageError(ReplenishError):
    """The command was called in a way that cannot mean anything."""

    exit_code = 2
