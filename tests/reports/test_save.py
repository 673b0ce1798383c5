"""Files are written whole or not at all, and a file that a person changed is never replaced."""

import errno
import os
from datetime import date
from pathlib import Path

import pytest

from reports import save as module
from reports.errors import DocumentDiffers, DocumentError
from reports.save import LEDGER, dated_folder, save


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and path.name != LEDGER)


def test_files_are_written_in_the_order_given_and_subfolders_made(tmp_path: Path) -> None:
    paths = save(tmp_path / "2026-08-03", {"b.xlsx": b"B", "orders/PO-1.xlsx": b"1"})
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "2026-08-03/b.xlsx",
        "2026-08-03/orders/PO-1.xlsx",
    ]
    assert [path.read_bytes() for path in paths] == [b"B", b"1"]


def test_a_file_nobody_touched_is_replaced(tmp_path: Path) -> None:
    save(tmp_path, {"plan.xlsx": b"old"})
    (path,) = save(tmp_path, {"plan.xlsx": b"new"})
    assert (path.name, path.read_bytes()) == ("plan.xlsx", b"new")
    assert visible(tmp_path) == ["plan.xlsx"]


def test_an_edited_file_is_left_alone_and_the_new_one_stands_beside_it(tmp_path: Path) -> None:
    (path,) = save(tmp_path, {"plan.xlsx": b"old"})
    path.write_bytes(b"edited by the planner")
    (beside,) = save(tmp_path, {"plan.xlsx": b"new"})
    assert path.read_bytes() == b"edited by the planner"
    assert (beside.name, beside.read_bytes()) == ("plan (2).xlsx", b"new")
    (again,) = save(tmp_path, {"plan.xlsx": b"newer"})
    assert (again.name, again.read_bytes()) == ("plan (2).xlsx", b"newer")
    beside.write_bytes(b"edited too")
    (third,) = save(tmp_path, {"plan.xlsx": b"newest"})
    assert third.name == "plan (3).xlsx"


def test_the_same_content_again_writes_nothing(tmp_path: Path) -> None:
    (path,) = save(tmp_path, {"plan.xlsx": b"same"})
    before = path.stat().st_mtime_ns
    assert save(tmp_path, {"plan.xlsx": b"same"}) == [path]
    assert path.stat().st_mtime_ns == before


def test_a_file_that_is_not_ours_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "plan.xlsx").write_bytes(b"someone else's")
    (path,) = save(tmp_path, {"plan.xlsx": b"ours"})
    assert path.name == "plan (2).xlsx"


def test_a_file_open_in_a_spreadsheet_is_left_alone(tmp_path: Path) -> None:
    save(tmp_path, {"plan.xlsx": b"old"})
    (tmp_path / "~$plan.xlsx").write_bytes(b"lock")
    (path,) = save(tmp_path, {"plan.xlsx": b"new"})
    assert path.name == "plan (2).xlsx"


def test_a_damaged_ledger_makes_every_file_count_as_edited(tmp_path: Path) -> None:
    save(tmp_path, {"plan.xlsx": b"old"})
    (tmp_path / LEDGER).write_text("{ half")
    (path,) = save(tmp_path, {"plan.xlsx": b"new"})
    assert path.name == "plan (2).xlsx"


def test_names_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    (path,) = save(tmp_path / "out", {"../../etc/passwd": b"x"})
    assert path.is_relative_to(tmp_path / "out")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.xlsx"
    outside.write_bytes(b"keep")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "plan.xlsx").symlink_to(outside)
    (path,) = save(folder, {"plan.xlsx": b"new"})
    assert (path.name, outside.read_bytes()) == ("plan (2).xlsx", b"keep")


def test_a_full_disc_leaves_the_old_file_and_no_rubbish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path,) = save(tmp_path, {"plan.xlsx": b"old"})

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(DocumentError, match=r"disc is full.*plan\.xlsx was not written"):
        save(tmp_path, {"plan.xlsx": b"new"})
    assert path.read_bytes() == b"old"
    assert visible(tmp_path) == ["plan.xlsx"]


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(module.tempfile, "mkstemp", refuse)
    with pytest.raises(DocumentError, match="cannot be written to"):
        save(tmp_path, {"plan.xlsx": b"new"})
    assert visible(tmp_path) == []


def test_a_disc_that_does_not_keep_what_it_was_given_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: real(path)[:-1] if path.suffix == ".part" else real(path))
    with pytest.raises(DocumentDiffers):
        save(tmp_path, {"plan.xlsx": b"new"})
    assert visible(tmp_path) == []


def test_a_crash_before_the_rename_keeps_the_old_file_as_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(tmp_path, {"plan.xlsx": b"old"})
    real = module._write_whole

    def crash(target: Path, content: bytes, digest: str) -> None:
        if target.name == "plan.xlsx":
            raise KeyboardInterrupt
        real(target, content, digest)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(module, "_write_whole", crash)
        save(tmp_path, {"plan.xlsx": b"new"})
    (path,) = save(tmp_path, {"plan.xlsx": b"newer"})
    assert (path.name, path.read_bytes()) == ("plan.xlsx", b"newer")


def test_folders_are_named_by_day_and_later_plans_of_a_day_by_their_id(tmp_path: Path) -> None:
    day = date(2026, 8, 3)
    assert dated_folder(tmp_path, day, "2026-08-03-1").name == "2026-08-03"
    assert dated_folder(tmp_path, day, "2026-08-03-2").name == "2026-08-03-2"
