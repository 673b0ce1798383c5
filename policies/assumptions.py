"""Figures that stand in where neither a report of the seller nor a table says anything (tables/assumptions.csv)."""

from dataclasses import dataclass
from functools import cache

from policies.fee_tables import fee_table


@dataclass(frozen=True)
class AssumptionMade:
    """A figure that nobody gave; the plan used an assumption and says what it is worth."""

    figure: str
    marketplace: str
    items: int
    example: str  # one item
    instead: str  # what was used
    effect: float  # plan currency per unit, mean over the items

    def __str__(self) -> str:
        return (
            f"{self.figure} unknown for {self.items} items of {self.marketplace} (for example {self.example}): "
            f"{self.instead}, worth {self.effect:.2f} a unit on average."
        )


@dataclass(frozen=True)
class Assumption:
    """One row of the table."""

    row: int
    value: float
    unit: str
    confidence: str
    own: bool  # said of this marketplace, not of all

    @property
    def not_charged(self) -> bool:
        """Whether the marketplace has no such fee as far as found."""
        return self.unit == "not charged"


@cache
def assumption(figure: str, marketplace: str = "ALL") -> Assumption:
    """Return the assumption of a marketplace, or else the one for all.

    Raises:
        LookupError: the table has no such figure.

    """
    rows = fee_table("assumptions")
    for wanted in (marketplace, "ALL"):
        found = rows[(rows["figure"] == figure) & (rows["marketplace"] == wanted)]
        if len(found):
            first = found.iloc[0]
            return Assumption(
                int(found.index[0]),
                float(first["value"]),
                str(first["unit"]),
                str(first["confidence"]),
                wanted != "ALL",
            )
    raise LookupError(f"policies/tables/assumptions.csv has no figure {figure!r}")
