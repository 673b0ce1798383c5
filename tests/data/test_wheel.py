"""The wheel holds every file that is read at run time: hatch packs whole folders, less what .gitignore names."""

import re
import tomllib
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("data", "forecasting", "policies", "reports", "replenish")
HATCH = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
# Folders whose files are read through importlib.resources, and what is in them.
READ = {
    "data/sql": "*.sql",
    "data/template_files": "*.toml",
    "policies/tables": "*.csv",
    "policies/tables/fees": "*.csv",
    "reports/html/templates": "*",
    "reports/html/static": "*",
    "reports/html/locale/zh/LC_MESSAGES": "*.po",
    "reports/assets": "*",
    "reports/locale": "*.po",
    "replenish/scenarios/library": "*.toml",
}


def _others() -> list[Path]:
    """Files of the rooms that are not Python."""
    found = (path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file())
    plain = (path.relative_to(ROOT) for path in found if path.suffix != ".py")
    return [path for path in plain if "__pycache__" not in path.parts]


def _ignored(path: Path) -> bool:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    patterns = [line.strip("/") for line in lines if line and not line.startswith("#")]
    return any(fnmatch(part, pattern) for part in path.parts for pattern in patterns)


def test_the_wheel_takes_every_room_whole() -> None:
    wheel = HATCH["build"]["targets"]["wheel"]
    assert sorted(wheel) == ["packages"], "include, exclude or only-include would leave files out"
    assert sorted(wheel["packages"]) == sorted(ROOMS)
    assert sorted(HATCH["build"]) == ["targets"]
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert rooms == set(ROOMS)


def test_no_file_that_is_read_is_left_out() -> None:
    assert _others()
    assert [path for path in _others() if _ignored(path)] == []


def test_every_folder_that_is_read_has_its_files() -> None:
    for folder, pattern in READ.items():
        room, *inside = folder.split("/")
        names = [one.name for one in files(room).joinpath(*inside).iterdir() if one.is_file()]
        assert any(fnmatch(name, pattern) for name in names), folder
    known = {Path(folder) for folder in READ}
    stray = {path.parent for path in _others()} - known
    assert {folder for folder in stray if not known & set(folder.parents)} <= {Path("reports/html")}


def test_no_module_looks_for_files_outside_its_package() -> None:
    """A path that is built from `__file__` holds in a checkout and breaks in a wheel."""
    code = {path: path.read_text(encoding="utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py")}
    assert [path for path, text in code.items() if re.search(r"\b__file__\b", text)] == []
