"""Scenario files: the ones shipped with Replenish, and the planner's own in the workspace."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from replenish.errors import RefusedInput
from replenish.scenarios.model import Overlay, nearest, read_overlay
from reports.safe import safe_name

BASE = "base"


@dataclass(frozen=True)
class Scenario:
    """A scenario by name, with its text as written."""

    name: str
    text: str
    overlay: Overlay


NO_OVERLAY = Scenario(BASE, "", Overlay(description="the plan as it is, without a scenario"))


def shipped() -> dict[str, str]:
    """Text of each scenario that comes with Replenish, by name."""
    found = [one for one in files("replenish.scenarios").joinpath("library").iterdir() if one.name.endswith(".toml")]
    return {one.name.removesuffix(".toml"): one.read_text(encoding="utf-8") for one in sorted(found, key=str)}


def own(folder: Path) -> dict[str, Path]:
    """The planner's scenario files by name."""
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def find(folder: Path, name: str) -> Scenario:
    """The planner's scenario of that name, else the shipped one; refused with the nearest name."""
    if name == BASE:
        return NO_OVERLAY
    mine, theirs = own(folder), shipped()
    if name in mine:
        try:
            text = mine[name].read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise RefusedInput(f"{mine[name]} is not UTF-8 text. Save it as UTF-8 and try again.") from error
        return Scenario(name, text, read_overlay(text, str(mine[name])))
    if name in theirs:
        return Scenario(name, theirs[name], read_overlay(theirs[name], f"{name}.toml"))
    known = sorted({*mine, *theirs})
    raise RefusedInput(f'There is no scenario "{name}".{nearest(name, known)} Known: {", ".join(known)}.')


def create(folder: Path, name: str, origin: str) -> Path:
    """Write a copy of the scenario `origin` under a new name, to edit."""
    if name == BASE or safe_name(name, ".toml") != f"{name}.toml":
        raise RefusedInput(f'"{name}" cannot be the name of a scenario. Use letters, digits and hyphens, not "base".')
    target = folder / f"{name}.toml"
    if target.exists():
        raise RefusedInput(f"{target} is there already. Edit it, or choose another name.")
    text = find(folder, origin).text
    folder.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target
