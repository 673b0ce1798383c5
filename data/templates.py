"""Our own templates: what only the planner knows, as workbooks (or CSV) to fill in.

One file of `template_files/` declares a template: its columns in order, each with what it means, its unit, limits and
allowed values. The workbook a planner fills in, its second sheet, its drop-down lists and the reader of the filled-in
file (`data.readers.templates`) all come from that declaration.
"""

import csv
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from data.readers.base import Column, Format
from data.template_workbook import workbook

FileFormat = Literal["xlsx", "csv"]


@dataclass(frozen=True)
class TemplateColumn:
    """One column: what the reader needs to know, and what the planner does."""

    column: Column
    header: str
    meaning: str
    unit: str
    example: str

    @property
    def allowed(self) -> tuple[str, ...]:
        """The only values the column takes; empty when it is free."""
        if self.column.codes is not None:
            return tuple(self.column.codes)
        return ("yes", "no") if self.column.kind == "flag" else ()

    @property
    def must(self) -> bool:
        """Whether a row without it is set aside."""
        return self.column.needed


@dataclass(frozen=True)
class Template:
    """One template. `name` is also its file name and the name of its format."""

    name: str
    title: str
    purpose: str
    columns: tuple[TemplateColumn, ...]
    format: Format


@cache
def templates() -> tuple[Template, ...]:
    """All templates, by name."""
    found = sorted((one for one in files("data").joinpath("template_files").iterdir()), key=lambda one: one.name)
    return tuple(
        _template(one.name.removesuffix(".toml"), tomllib.loads(one.read_text(encoding="utf-8")))
        for one in found
        if one.name.endswith(".toml")
    )


def template(name: str) -> Template:
    """The template of that name. Raises `KeyError` naming those there are."""
    for one in templates():
        if one.name == name:
            return one
    raise KeyError(f"no template {name}; there are {', '.join(one.name for one in templates())}")


def write_templates(folder: Path, formats: Sequence[FileFormat] = ("xlsx",)) -> list[Path]:
    """Write every empty template into `folder`; a file that is there is left alone. Returns the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(one, folder / f"{one.name}.{kind}") for one in templates() for kind in formats]
    return [path for one, path in wanted if write_template(path, one.name)]


def write_template(path: Path, name: str, rows: Iterable[Mapping[str, Any]] = ()) -> bool:
    """Write one template with `rows` (column name -> value; None is blank). False, untouched, if the file exists.

    The ending of `path` decides between workbook (`.xlsx`) and CSV. Text stays text, whatever it begins with.
    """
    one = template(name)
    table = [[row.get(column.column.name) for column in one.columns] for row in rows]
    content = _csv_bytes(one, table) if path.suffix == ".csv" else workbook(one, table)
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return False
    return True


def _csv_bytes(one: Template, table: Sequence[Sequence[Any]]) -> bytes:
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow([column.header for column in one.columns])
    writer.writerows([["" if value is None else value for value in row] for row in table])
    return "".join(lines).encode("utf-8-sig")  # the mark makes Excel read UTF-8


class _Lines(list[str]):
    def write(self, text: str) -> int:
        self.append(text)
        return len(text)


def _template(name: str, declared: Mapping[str, Any]) -> Template:
    columns = tuple(_column(entry) for entry in declared["columns"])
    purpose = " ".join(declared["purpose"].split())
    form = Format(
        name=name,
        title=f"{declared['title']} (template)",
        table=declared["table"],
        columns=(*(column.column for column in columns), *(Column(one, "text") for one in declared.get("absent", ()))),
        key=tuple(declared["key"]),
        scope=tuple(declared["scope"]) if "scope" in declared else None,
        typed=True,
        never=tuple(declared.get("never", ())),
        day=declared.get("day"),
        where=f"template {name}.xlsx, which `replenish init` writes into the workspace",
        how_often=declared["how_often"],
        notes=purpose,
    )
    return Template(name, declared["title"], purpose, columns, form)


def _column(entry: Mapping[str, Any]) -> TemplateColumn:
    needed = entry.get("needed", False)
    column = Column(
        name=entry["name"],
        kind=entry["kind"],
        headers=(entry["header"], *entry.get("also", ())),
        required=needed or entry.get("required", False),
        needed=needed,
        may_be_blank=entry.get("blank", False),
        given=entry.get("given"),
        low=entry.get("low"),
        high=entry.get("high"),
        codes=_codes(entry),
    )
    return TemplateColumn(column, entry["header"], entry["meaning"], entry.get("unit", ""), entry["example"])


def _codes(entry: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]] | None:
    allowed = entry.get("allowed")
    if allowed is None or entry["kind"] != "text":
        return None
    if isinstance(allowed, list):
        return dict.fromkeys(allowed, ())
    return {value: tuple(synonyms) for value, synonyms in allowed.items()}
