"""Which plan a workbook belongs to, and what it said, in the little that reading it back needs."""

import hashlib
from dataclasses import dataclass

import pandas as pd

from reports.bundle import PlanReport

SHIP_KEY = ("item", "source", "mode", "destination")
BUY_KEY = ("item", "supplier", "mode", "destination")


@dataclass(frozen=True)
class PlanIdentity:
    """A plan as its workbook must know it. `ship` has the columns of `SHIP_KEY` and quantity, `buy` of `BUY_KEY`."""

    plan_id: str
    as_of: str
    items: tuple[str, ...]
    ship: pd.DataFrame
    buy: pd.DataFrame

    @property
    def signature(self) -> dict[str, str]:
        """What the workbook carries: a rerun of the plan under the same id has another digest."""
        digest = hashlib.sha256(self.plan_id.encode())
        for frame in (self.ship, self.buy):
            for row in sorted(map(str, frame.itertuples(index=False, name=None))):
                digest.update(row.encode("utf-8", errors="replace"))
        return {"plan_id": self.plan_id, "as_of": self.as_of, "digest": digest.hexdigest()[:16]}


def identity_of(report: PlanReport) -> PlanIdentity:
    """The identity of a plan report."""
    decision = report.decision

    def lines(frame: pd.DataFrame, key: tuple[str, ...]) -> pd.DataFrame:
        kept = frame[[*key, "quantity"]].copy()
        kept["quantity"] = kept["quantity"].astype(float)
        return kept.astype(dict.fromkeys(key, str)).reset_index(drop=True)

    return PlanIdentity(
        plan_id=report.meta.plan_id,
        as_of=report.meta.as_of.isoformat(),
        items=tuple(map(str, decision.items["item"])),
        ship=lines(decision.shipments, SHIP_KEY),
        buy=lines(decision.purchases, BUY_KEY),
    )
