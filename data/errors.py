"""What can go wrong with data, as sentences a planner can act on. All errors of this room are a `DataError`."""

from collections.abc import Iterable
from pathlib import Path


class DataError(Exception):
    """Base of this room's errors. `str(error)` says what is wrong, where, and what to do."""


class UnreadableFile(DataError):
    """The file cannot be read as what it claims to be: binary, corrupt, protected, empty, too large when unpacked."""

    def __init__(self, path: Path | str, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {problem} {remedy}")
        self.path = path


class UnknownFormat(DataError):
    """No reader recognises the header."""

    def __init__(self, path: Path | str, nearest: str | None, missing: Iterable[str], headers: Iterable[str]) -> None:
        seen = ", ".join(list(headers)[:8]) or "nothing"
        text = f"{path}: the header is not that of a known report. It begins: {seen}."
        if nearest:
            text += f" The nearest known report is {nearest}, but these columns are missing: {', '.join(missing)}."
        super().__init__(
            text + " Download the report again with its original header, or describe the file in a mapping "
            "(see `replenish load --help`)."
        )
        self.path, self.nearest, self.missing = path, nearest, tuple(missing)


class AmbiguousFormat(DataError):
    """Several readers claim one file."""

    def __init__(self, path: Path | str, claimants: Iterable[str]) -> None:
        names = ", ".join(claimants)
        super().__init__(
            f"{path}: more than one known report fits the header ({names}). Please report this with the header line; "
            "until then describe the file in a mapping."
        )
        self.claimants = names


class MissingFact(DataError):
    """The report does not say something that it needs, such as its marketplace or period."""

    def __init__(self, path: Path | str, title: str, fact: str) -> None:
        how = {
            "marketplace": "which marketplace it is for. Load it with the marketplace, e.g. --marketplace US",
            "snapshot_date": "which day it was made. Load it with the day, e.g. --date 2026-05-18",
            "first_day": "which days it covers. Load it with its period, e.g. --from 2026-05-11 --to 2026-05-17",
            "last_day": "which days it covers. Load it with its period, e.g. --from 2026-05-11 --to 2026-05-17",
            "shipment": "which shipment it is. Download the file again with the lines above the table",
        }.get(fact, fact)
        super().__init__(f"{path}: {title} does not say {how}.")
        self.fact = fact


class BadFact(DataError):
    """A fact given with the load cannot be right."""


class BadMapping(DataError):
    """The mapping of a file is not valid or does not fit the file."""


class StoreBusy(DataError):
    """Another process has the workspace open."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Another Replenish is working in {path.parent}. Wait until it has finished, or close the program that has "
            f"{path.name} open, then run the command again. Nothing was changed."
        )


class StoreReadOnly(DataError):
    """The workspace cannot be written."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} cannot be written: the folder or file is read-only. Give yourself write permission on "
            f"{path.parent}, or use another workspace. Nothing was changed."
        )


class DiscFull(DataError):
    """No space left."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"There is no space left on the disc while working on {path}. Free some space and run the command again. "
            "Nothing was changed: the workspace is as it was before."
        )


class StoreTooNew(DataError):
    """The workspace was made by a newer version."""

    def __init__(self, path: Path, found: int, known: int) -> None:
        super().__init__(
            f"{path} was made by a newer version of Replenish (store version {found}; this one knows up to {known}). "
            "Update Replenish, or use a workspace of this version. Nothing was changed."
        )


class StoreOutdated(DataError):
    """The workspace is of an earlier version, and the command may only read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} was last written by an earlier version of Replenish; this command only reads and leaves it as it "
            "is. Nothing is wrong with it: `replenish load FILES` or `replenish plan` brings it up to date, then run "
            "this command again."
        )


class StoreDamaged(DataError):
    """The file is not a Replenish store, or it is damaged."""

    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"{path} is not a store that Replenish can open ({detail}). Restore it from a backup, or move it away and "
            "load the reports again."
        )


class StoreMissing(DataError):
    """There is no store to read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} does not exist or is empty: nothing has been loaded yet. Run `replenish load FILES` first."
        )


class UnknownName(DataError):
    """A view, query or plan of that name does not exist."""
