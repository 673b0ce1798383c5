"""A PDF of any workbook, made by LibreOffice when it is installed."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from reports.errors import DocumentError

PROGRAMS = ("soffice", "libreoffice")
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)


def office_program() -> str | None:
    """The path of LibreOffice, or None; `REPLENISH_SOFFICE` names another place."""
    named = os.environ.get("REPLENISH_SOFFICE")
    if named:
        return named if Path(named).is_file() else None
    found = next((path for path in map(shutil.which, PROGRAMS) if path), None)
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def to_pdf(workbook: bytes, timeout: float = 180) -> bytes:
    """The pages of a workbook as a PDF. Raises `DocumentError` when LibreOffice is missing, fails or takes too long."""
    return convert(workbook, "pdf", timeout)


def convert(workbook: bytes, kind: str, timeout: float = 180) -> bytes:
    """A workbook in another format (`pdf`, or `xlsx` with formulas worked out), made in a folder of its own."""
    program = office_program()
    if program is None:
        raise DocumentError(
            "A PDF needs LibreOffice, which was not found. Install it (libreoffice.org), or open the workbook and "
            "print it as PDF; the workbook itself was written."
        )
    with tempfile.TemporaryDirectory(prefix="replenish-pdf-") as name:
        folder = Path(name)
        source, target = folder / "in" / "document.xlsx", folder / "out"
        source.parent.mkdir()
        source.write_bytes(workbook)
        profile = (folder / "profile").as_uri()  # our own: a LibreOffice that is already open does not get in the way
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", kind,
                   "--outdir", str(target), str(source)]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, timeout=timeout, check=False)
        except (subprocess.TimeoutExpired, OSError) as error:
            raise DocumentError(
                f"LibreOffice did not make a {kind.upper()}: {error}. The workbook was written."
            ) from error
        made = target / f"document.{kind}"
        if not made.is_file():
            said = done.stderr.decode(errors="replace").strip()[-300:]
            raise DocumentError(f"LibreOffice did not make a {kind.upper()}: {said or 'it gave no reason'}.")
        return made.read_bytes()
