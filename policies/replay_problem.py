"""A week of a replay as the problem that the decision engine solves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.arriving import FBA
from policies.inputs import Arrivals, Limits, Options, Problem, UnitEconomics
from policies.replay_world import Known, Way, World

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
WAREHOUSE = "warehouse"
WAIT_DAYS = 7.0
"""What reaches the warehouse in a week is shipped on at its end, when the policy has its turn."""


@dataclass(frozen=True)
class _Span:
    """The weeks of a problem, cut from the world's; beyond its end the last week goes on."""

    now: int
    weeks: int

    def cut(self, array: Floats) -> Floats:
        at = np.minimum(np.arange(self.now, self.now + self.weeks), array.shape[1] - 1)
        return np.asarray(array[:, at], dtype=float)


def week_problem(
    world: World,
    known: Known,
    demand: npt.NDArray[np.float32],
    lead: Sequence[Floats],
    review: Sequence[Floats],
    start: date,
    limits: Limits,
) -> tuple[Problem, Integers]:
    """The decision of one week, and which of `World.ways` each row of its buy frame is.

    lead: draws (N, P) in weeks by way. review: weeks (N,) until what the next chance orders arrives, by way; a way is
    left out where that is less than one. start: Monday of the world's week 0.
    """
    n, paths, weeks = demand.shape
    span = _Span(known.week + 1, weeks)
    volume = np.zeros(n) if world.volume_m3 is None else world.volume_m3
    parts = [_buy(world, way, known.can_buy, gap, volume) for way, gap in zip(world.ways, review, strict=True)]
    wait = [0.0 if way.to_fba else WAIT_DAYS for way in world.ways]
    days = [draws[part["item"]] * 7.0 + late for draws, part, late in zip(lead, parts, wait, strict=True)]
    buy = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    number = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    problem = Problem(
        start=start + timedelta(weeks=known.week + 1),
        items=world.items,
        marketplace=np.full(n, "0", object)
        if world.storage_group is None
        else world.storage_group.astype(str).astype(object),
        demand=demand,
        fba_on_hand=known.on_hand,
        fba_age=known.on_hand[:, None],
        age_from_days=np.zeros(1),
        economics=_economics(world, span, volume),
        buy=Options(buy, np.concatenate(days)),
        ship=_ways(world, known, paths),
        arrivals=_arrivals(known, paths, weeks),
        limits=limits,
        upstream=_upstream(world, known),
    )
    return problem, number


def _buy(world: World, way: Way, can_buy: npt.NDArray[np.bool_], review: Floats, volume: Floats) -> pd.DataFrame:
    """The items that one way can bring now."""
    item = np.flatnonzero(can_buy & (review >= 1) & np.isfinite(way.unit_cost))
    return pd.DataFrame(
        {
            "item": item,
            "supplier": "supplier" if world.supplier is None else world.supplier[item],
            "mode": way.mode,
            "destination": FBA if way.to_fba else WAREHOUSE,
            "unit_cost": way.unit_cost[item],
            "purchase_price": world.invoice[item],
            "currency": "",
            "currency_rate": 1.0,
            "moq": world.moq[item],
            "case_pack": world.case_pack[item],
            "carton_volume_m3": volume[item] * world.case_pack[item],
            "carton_weight_kg": 0.0,
            "earliest_order_week": 0,
            "review_weeks": review[item].astype(int),
            "moq_group": "" if world.moq_group is None else world.moq_group[item],
            "moq_group_minimum": 0.0 if world.moq_group_minimum is None else world.moq_group_minimum[item],
        }
    )


def _economics(world: World, span: _Span, volume: Floats) -> UnitEconomics:
    n = len(world.items)
    return UnitEconomics(
        price=world.price,
        margin=span.cut(world.margin),
        product_cost=world.unit_cost,
        fba_storage=span.cut(world.storage),
        utilisation=np.zeros((0, 0)) if world.utilisation is None else span.cut(world.utilisation),
        aged_from_days=world.aged_from_days,
        low_inventory_below_days=world.low_days,
        aged_surcharge=world.aged_surcharge if len(world.aged_from_days) else np.zeros((n, 0)),
        low_inventory_fee=world.low_fee if len(world.low_days) else np.zeros((n, 0)),
        exit_value=world.exit_value,
        lost_sale=world.lost_sale,
        capital_rate=world.capital_rate,
        volume_m3=volume,
        storage_type=np.full(n, "", dtype=object),
    )


def _ways(world: World, known: Known, paths: int) -> Options:
    if world.transfer_weeks is None:
        return Options(pd.DataFrame(), np.zeros((0, paths)))
    n = len(world.items)
    zero = np.zeros(n)
    frame = pd.DataFrame(
        {
            "item": np.arange(n),
            "source": WAREHOUSE,
            "mode": "truck",
            "available": known.upstream,
            "unit_cost": zero if world.move_cost is None else world.move_cost,
            "hold_cost": zero if world.hold_cost is None else world.hold_cost,
            "case_pack": world.case_pack,
            "carton_volume_m3": 0.0,
            "carton_weight_kg": 0.0,
            "review_weeks": 1,
        }
    )
    return Options(frame, np.repeat(world.transfer_weeks[:, None] * 7.0, paths, axis=1))


def _arrivals(known: Known, paths: int, weeks: int) -> Arrivals:
    parts = []
    for coming, destination in ((known.coming, FBA), (known.upstream_coming, WAREHOUSE)):
        item, week = np.nonzero(coming[:, :weeks])
        parts.append(
            pd.DataFrame(
                {
                    "item": item,
                    "destination": destination,
                    "units": coming[item, week],
                    "reference": "",
                    "kind": "purchase",
                    "week": week,
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    days = frame.pop("week").to_numpy(float) * 7.0 + np.where(frame["destination"] == FBA, 0.0, WAIT_DAYS)
    return Arrivals(frame, np.repeat(days[:, None], paths, axis=1))


def _upstream(world: World, known: Known) -> pd.DataFrame:
    if world.transfer_weeks is None:
        return pd.DataFrame()
    return pd.DataFrame(
        {
            "item": np.arange(len(world.items)),
            "location": WAREHOUSE,
            "kind": "3PL",
            "units": known.upstream,
            "hold_cost": 0.0 if world.hold_cost is None else world.hold_cost,
        }
    )
