"""Named SQL: statements live in `data/sql/*.sql` under a `-- name:` line, the comment below it says what they return.

Call sites read as verbs (`statements("store")["find_file"]`), reviewers read plain SQL. Values are bound as `$name`;
`{name}` stands for an identifier or a list of columns that Python fills in from a declaration, never for user data.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^--\s*name:\s*(\S+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Statement:
    """One named statement."""

    name: str
    doc: str
    sql: str


def text(name: str) -> str:
    """A whole file of `data/sql`."""
    return files("data").joinpath("sql", name).read_text(encoding="utf-8")


@cache
def statements(subject: str) -> Mapping[str, Statement]:
    """All statements of `data/sql/<subject>.sql` by name."""
    return parse(text(f"{subject}.sql"), subject)


def parse(source: str, subject: str) -> Mapping[str, Statement]:
    """Split a file at its name lines; a name that stands twice, or a name without SQL, is refused."""
    parts = _NAME.split(source)[1:]
    found: dict[str, Statement] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        lines = body.strip().splitlines()
        doc = [line for line in lines if line.startswith("--")]
        sql = "\n".join(line for line in lines if not line.startswith("--")).strip().rstrip(";")
        if name in found:
            raise ValueError(f"{subject}.sql has two statements called {name}")
        if not sql:
            raise ValueError(f"{subject}.sql: {name} has no SQL")
        found[name] = Statement(name, " ".join(line.lstrip("- ") for line in doc), sql)
    return found
