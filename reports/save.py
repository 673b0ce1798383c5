"""The one place that writes documents: whole or not at all, and never over a file that a person changed."""

import contextlib
import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath

from reports.errors import DocumentDiffers, DocumentError
from reports.safe import safe_name

LEDGER = ".replenish-files.json"
"""Beside the files: per name the digests of all we ever wrote there. A file with another digest was edited."""


def dated_folder(root: Path, as_of: date, plan_id: str) -> Path:
    """Where a plan's documents go: `root/2026-08-03/` for the first plan of a day, else a folder of the plan's id."""
    day = as_of.isoformat()
    return root / safe_name(day if plan_id in ("", day, f"{day}-1") else plan_id)


def save(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write `files` (name, or `subfolder/name` -> bytes) into `folder`; returns the paths in the same order.

    A file that is as we last wrote it is replaced; one that a person changed, has open in a spreadsheet, or that is
    not ours, is left alone and the new one is called `name (2).xlsx`. Each is written to a temporary file, flushed to
    the disc, read again and compared, then renamed. Raises `DocumentError` when the disc is full or read-only.
    """
    return [_save_one(folder, name, content) for name, content in files.items()]


def _save_one(folder: Path, name: str, content: bytes) -> Path:
    *parents, last = [safe_name(part) for part in PurePosixPath(name).parts if part not in ("/", ".", "..")] or ["file"]
    place = folder.joinpath(*parents)
    digest = hashlib.sha256(content).hexdigest()
    try:
        place.mkdir(parents=True, exist_ok=True)
        target, written = _choose(place, last, digest)
        if not written:
            _remember(place, target.name, digest)
            _write_whole(target, content, digest)
        return target
    except OSError as error:
        raise DocumentError(_explain(error, place / last)) from error


def _choose(place: Path, name: str, digest: str) -> tuple[Path, bool]:
    """The path to write to, and whether it already holds just this content."""
    ours = _ledger(place)
    for candidate in _candidates(place / name):
        if not os.path.lexists(candidate):
            return candidate, False
        if candidate.is_symlink() or not candidate.is_file() or _open_elsewhere(candidate):
            continue
        found = hashlib.sha256(candidate.read_bytes()).hexdigest()
        if found == digest:
            return candidate, True
        if found in ours.get(candidate.name, []):
            return candidate, False
    raise AssertionError("candidates never end")


def _candidates(path: Path) -> Iterator[Path]:
    yield path
    number = 2
    while True:
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1


def _open_elsewhere(path: Path) -> bool:
    """Whether Excel, WPS or LibreOffice keeps its lock file beside it."""
    return any(path.with_name(lock).exists() for lock in (f"~${path.name}", f".~lock.{path.name}#"))


def _ledger(place: Path) -> dict[str, list[str]]:
    try:
        found = json.loads((place / LEDGER).read_text(encoding="utf-8"))
        return {str(name): [str(digest) for digest in digests] for name, digests in found.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError, TypeError):
        return {}  # a damaged ledger only means that every file counts as edited


def _remember(place: Path, name: str, digest: str) -> None:
    """Before the file itself: a crash between the two leaves the old file known as ours."""
    ledger = _ledger(place)
    ledger[name] = [*(old for old in ledger.get(name, []) if old != digest), digest][-20:]
    text = json.dumps(ledger, indent=1, ensure_ascii=False, sort_keys=True).encode()
    _write_whole(place / LEDGER, text, hashlib.sha256(text).hexdigest())


def _write_whole(target: Path, content: bytes, digest: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".replenish-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if hashlib.sha256(Path(temporary).read_bytes()).hexdigest() != digest:
            raise DocumentDiffers(f"{target} does not hold what was written to it. Check the disc, then run again.")
        if os.name == "posix":
            Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    """Make the rename itself durable where the system lets a folder be flushed."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _explain(error: OSError, path: Path) -> str:
    if error.errno == errno.ENOSPC:
        return f"The disc is full: {path} was not written, older files are untouched. Free some space and run again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{path.parent} cannot be written to. Close {path.name} if it is open, or choose another workspace."
    return f"{path} could not be written: {error.strerror or error}. Nothing else was changed."
