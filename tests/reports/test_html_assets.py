"""Packaged libraries are the publishers' files, unchanged, with their licences; our scripts build no HTML from text."""

import hashlib
from pathlib import Path

import pytest

import reports

ASSETS = Path(reports.__file__).parent / "assets"
DIGESTS = {
    "uplot/uPlot.iife.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uplot/uPlot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "uplot/LICENSE": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
}


@pytest.mark.parametrize("name", sorted(DIGESTS))
def test_a_packaged_file_is_as_published(name: str) -> None:
    assert hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() == DIGESTS[name]


def test_every_library_has_a_licence_and_a_line_in_the_readme() -> None:
    readme = (ASSETS / "README.md").read_text(encoding="utf-8")
    for folder in (entry for entry in ASSETS.iterdir() if entry.is_dir()):
        assert (folder / "LICENSE").is_file()
        assert f"{folder.name}/LICENSE" in readme


@pytest.mark.parametrize("script", sorted((ASSETS.parent / "html" / "static").glob("*.js")), ids=lambda path: path.name)
def test_our_scripts_never_read_text_as_html_or_code(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "fetch("):
        assert way not in text
