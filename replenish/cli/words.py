"""Small pieces of text that several commands print."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.markup import escape
from rich.table import Table


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 file`, `1,200 files`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def days(value: Any) -> str:
    """A date as YYYY-MM-DD; nothing for none."""
    return "" if value is None or pd.isna(value) else f"{pd.Timestamp(value):%Y-%m-%d}"


def money(amount: float, currency: str) -> str:
    """`1,234 USD`."""
    return f"{amount:,.0f} {currency}"


def table(header: Sequence[str], rows: Iterable[Sequence[object]], right: Sequence[int] = ()) -> Table:
    """A plain table; columns numbered in `right` are aligned to the right."""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(header):
        grid.add_column(name, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        grid.add_row(*(escape("" if cell is None else str(cell)) for cell in row))
    return grid
