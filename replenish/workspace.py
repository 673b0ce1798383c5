"""A workspace: the folder that holds one seller's settings, store, templates and plans."""

import os
from dataclasses import dataclass
from pathlib import Path

from replenish.config import Config, default_config_text, read_config
from replenish.errors import RefusedInput

CONFIG_FILE = "replenish.toml"
STORE_FILE = "replenish.duckdb"


@dataclass(frozen=True)
class Workspace:
    """Where things lie in the folder `root`."""

    root: Path

    @property
    def config_path(self) -> Path:
        """The settings file."""
        return self.root / CONFIG_FILE

    @property
    def store_path(self) -> Path:
        """The DuckDB file."""
        return self.root / STORE_FILE

    @property
    def templates(self) -> Path:
        """Templates the planner fills in."""
        return self.root / "templates"

    @property
    def plans(self) -> Path:
        """One dated folder per plan."""
        return self.root / "plans"

    @property
    def scenarios(self) -> Path:
        """Named scenario files."""
        return self.root / "scenarios"

    def config(self) -> Config:
        """The settings as they are now; `RefusedInput` when they cannot be read."""
        try:
            text = self.config_path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise RefusedInput(f"{self.config_path} is not UTF-8 text. Save it as UTF-8 and try again.") from error
        return read_config(text, str(self.config_path))


def open_workspace(folder: Path) -> Workspace:
    """The workspace in `folder`, which `replenish init` made."""
    workspace = Workspace(folder.expanduser().resolve())
    if not workspace.config_path.is_file():
        raise RefusedInput(
            f"{workspace.root} is not a workspace: it has no {CONFIG_FILE}. "
            f"Make one with `replenish init -w {folder}`, or name another folder with -w."
        )
    return workspace


def init_workspace(folder: Path) -> tuple[Workspace, list[Path]]:
    """Make a workspace and return it with the files that were written; what is there already stays as it is."""
    workspace = Workspace(folder.expanduser().resolve())
    written = []
    try:
        for place in (workspace.root, workspace.templates, workspace.plans, workspace.scenarios):
            place.mkdir(parents=True, exist_ok=True)
        if not workspace.config_path.exists():
            workspace.config_path.write_text(default_config_text(), encoding="utf-8")
            written.append(workspace.config_path)
    except OSError as error:
        raise RefusedInput(
            f"Cannot write to {workspace.root}: {os.strerror(error.errno or 0)}. "
            "Choose a folder you may write to, or free some space, and run the command again."
        ) from error
    return workspace, written
