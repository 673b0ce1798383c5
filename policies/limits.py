"""Shared limits as rows of one table: who uses how much of what."""

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.arriving import fba_inflow
from policies.inputs import DecisionSettings, Problem
from policies.payments import left_by

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
EXTRA_SHARE = 0.2  # of the limit: most extra FBA capacity that can be reserved, where the problem does not say


@dataclass(frozen=True)
class Lines:
    """Options the plan may use, purchases first: what one unit of each uses."""

    kind: npt.NDArray[np.object_]  # (C,) buy or ship
    row: Integers  # (C,) row of the buy or ship frame
    item: Integers
    case_pack: Floats
    smallest: Floats
    cash: Floats  # money that leaves now per unit, plan currency
    volume: Floats  # cubic metres per unit in transport
    weight: Floats  # kilograms per unit in transport
    fba_volume: Floats  # cubic metres per unit at FBA; 0 when it goes to a warehouse
    arrival: Floats  # (C,) median week at FBA

    def __len__(self) -> int:
        return len(self.row)


@dataclass(frozen=True)
class Ceiling:
    """At most `available` of something, shared by several lines."""

    name: str
    scope: str
    unit: str
    available: float
    use: Floats  # (C,) per unit of each line
    extra_price: float = np.inf  # money for one more unit of it, where more can be had
    extra_most: float = 0.0
    taken: float = 0.0  # by what was decided before; `available` is without it


@dataclass(frozen=True)
class Floor:
    """Nothing, or at least `least` in total: a supplier's order minimum, a minimum across variants, a container."""

    name: str
    scope: str
    unit: str
    least: float
    use: Floats  # (C,) per unit; 0 for lines outside


@dataclass(frozen=True)
class Containers:
    """Goods of one mode travel in whole containers, each at least partly full."""

    name: str
    scope: str
    volume: float  # per container
    weight: float
    fill: float  # least share of the volume, 0 to 1
    cost: float  # fixed, per container
    member: npt.NDArray[np.bool_]  # (C,)
    use: Floats  # (C,) containers per unit: the larger of the volume and the weight share


@dataclass(frozen=True)
class Shared:
    """All shared limits of one problem."""

    ceilings: tuple[Ceiling, ...] = ()
    floors: tuple[Floor, ...] = ()
    containers: tuple[Containers, ...] = field(default=())


def shared_limits(problem: Problem, settings: DecisionSettings, lines: Lines, fba_mean: Floats) -> Shared:
    """Every limit that can touch `lines`. fba_mean (N, H): expected FBA stock without the plan."""
    return Shared(
        (*_cash(problem, lines), *_capacity(problem, settings, lines, fba_mean)),
        (*_supplier_minimums(problem, lines), *_variant_minimums(problem, lines)),
        _containers(problem, lines),
    )


def _cash(problem: Problem, lines: Lines) -> tuple[Ceiling, ...]:
    """What has left by the end of a week stays within its budget: open orders first, then what is decided now.

    A week is left out where a later one has no more money than it: what has left by the earlier has left by the later.
    """
    budget = problem.limits.cash
    if budget is None or not len(lines):
        return ()
    spent = np.zeros(len(budget)) if problem.limits.open_payments is None else problem.limits.open_payments.cumsum()
    left = np.repeat(lines.cash[:, None], len(budget), axis=1)  # what a shipment costs leaves at once
    bought = lines.kind == "buy"
    if bought.any():
        left[bought] = left_by(problem.buy.frame.iloc[lines.row[bought]], len(budget))
    free = budget - spent
    later = np.append(np.minimum.accumulate(free[::-1])[::-1][1:], np.inf)
    return tuple(
        Ceiling(
            "cash budget", _until(problem, week), "money", float(free[week]), left[:, week], taken=float(spent[week])
        )
        for week in np.flatnonzero(np.isfinite(free) & (free < later)).tolist()
    )


def _until(problem: Problem, week: int) -> str:
    return f"until {problem.start + timedelta(days=7 * week + 6)}"


def _capacity(problem: Problem, settings: DecisionSettings, lines: Lines, fba_mean: Floats) -> tuple[Ceiling, ...]:
    """Now, stock and everything under way count; later, the expected stock of the month does."""
    found = []
    volume, weeks = problem.economics.volume_m3, problem.demand.shape[2]
    coming = fba_inflow(problem)
    owner = np.repeat(np.arange(len(problem.items)), np.diff(coming.first))
    open_units = problem.fba_on_hand + np.bincount(owner, coming.units, minlength=len(problem.items))
    for limit in problem.limits.capacity.to_dict("records"):
        first, last = int(limit["first_week"]), int(limit["last_week"])
        covered = (problem.marketplace == limit["marketplace"]) & (
            problem.economics.storage_type == limit["storage_type"]
        )
        if not covered.any() or last < 0 or first >= weeks:
            continue
        span = slice(max(first, 0), min(last, weeks - 1) + 1)
        held = open_units if first <= 0 else fba_mean[:, span].max(axis=1)
        confirmed = bool(limit["confirmed"])
        room = float(limit["volume_m3"]) * (1.0 if confirmed else 1.0 - settings.estimated_slack)
        inside = covered[lines.item] & (lines.arrival <= last)
        use = np.where(inside, lines.fba_volume, 0.0) * _still_there(problem, lines, max(first, 0))
        fee = float(limit.get("reservation_fee", np.nan))
        most = float(limit.get("reservation_most_m3", np.nan))
        most = most if np.isfinite(most) else room * EXTRA_SHARE
        found.append(
            Ceiling(
                "FBA capacity" if confirmed else "FBA capacity (estimated)",
                f"{limit['marketplace']} {limit['storage_type']}, weeks {first} to {last}",
                "m3",
                room - float((held * volume)[covered].sum()),
                use,
                fee if np.isfinite(fee) else np.inf,
                most if np.isfinite(fee) else 0.0,
            )
        )
    return tuple(found)


def _still_there(problem: Problem, lines: Lines, week: int) -> Floats:
    """Share of the paths in which demand until `week` has not yet used up what the line's item holds today."""
    if week == 0:
        return np.ones(len(lines.item))
    asked = problem.demand[:, :, :week].sum(axis=2, dtype=float)
    enough = (asked < problem.fba_on_hand[:, None] + 1.0).mean(axis=1)
    arrives_later = lines.arrival >= week
    return np.where(arrives_later, 1.0, enough[lines.item])


def _supplier_minimums(problem: Problem, lines: Lines) -> tuple[Floor, ...]:
    found = []
    bought = lines.kind == "buy"
    suppliers = np.full(len(lines), None, dtype=object)
    if bought.any():
        suppliers[bought] = problem.buy.frame["supplier"].to_numpy(object)[lines.row[bought]]
    for minimum in problem.limits.order_minimums.to_dict("records"):
        member = suppliers == minimum["supplier"]
        if not member.any():
            continue
        price = np.zeros(len(lines))
        frame = problem.buy.frame
        paid = frame["purchase_price"].to_numpy(float) * frame["currency_rate"].to_numpy(float)
        price[bought] = paid[lines.row[bought]]
        for column, unit, use in (("value", "money", price), ("units", "units", np.ones(len(lines)))):
            least = minimum.get(column, np.nan)
            if pd.notna(least) and float(least) > 0:
                found.append(
                    Floor(
                        "supplier order minimum",
                        str(minimum["supplier"]),
                        unit,
                        float(least),
                        np.where(member, use, 0.0),
                    )
                )
    return tuple(found)


def _variant_minimums(problem: Problem, lines: Lines) -> tuple[Floor, ...]:
    if not len(problem.buy.frame):
        return ()
    number, names, least = variant_groups(problem.buy.frame)
    bought = lines.kind == "buy"
    mine = np.full(len(lines), -1)
    mine[bought] = number[lines.row[bought]]
    return tuple(
        Floor("MOQ across variants", names[group], "units", float(least[group]), np.where(mine == group, 1.0, 0.0))
        for group in np.unique(mine[mine >= 0]).tolist()
        if least[group] > 0
    )


def variant_groups(buy: pd.DataFrame) -> tuple[Integers, list[str], Floats]:
    """Group of each row of the buy frame (-1 none), and per group its name and the units it must reach together.

    Variants belong together by supplier and group, whatever marketplace, mode or destination they are bought for.
    """
    if not len(buy):
        return np.zeros(0, int), [], np.zeros(0)
    named = buy.assign(moq_group=buy["moq_group"].fillna("").astype(str))
    grouped = named[named["moq_group"] != ""].groupby(["supplier", "moq_group"], sort=True)
    number = np.full(len(buy), -1)
    number[(named["moq_group"] != "").to_numpy()] = grouped.ngroup().to_numpy(int)
    least = grouped["moq_group_minimum"].max()
    return number, [f"{group} ({supplier})" for supplier, group in least.index], least.to_numpy(float)


def _containers(problem: Problem, lines: Lines) -> tuple[Containers, ...]:
    found = []
    bought = lines.kind == "buy"
    mode = np.full(len(lines), None, dtype=object)
    if bought.any():
        mode[bought] = problem.buy.frame["mode"].to_numpy(object)[lines.row[bought]]
    for box in problem.limits.containers.to_dict("records"):
        member = mode == box["mode"]
        if not member.any():
            continue
        volume = float(box["volume_m3"])
        weight = float(box["weight_kg"]) if pd.notna(box["weight_kg"]) else np.inf
        share = np.maximum(lines.volume / volume, lines.weight / weight)
        found.append(
            Containers(
                f"{box['mode']} container",
                str(box["mode"]),
                volume,
                weight,
                float(box["minimum_fill"]) if pd.notna(box["minimum_fill"]) else 0.0,
                float(box["cost"]) if pd.notna(box["cost"]) else 0.0,
                member,
                np.where(member, share, 0.0),
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class Solution:
    """Quantities that keep every limit, and what each limit costs."""

    quantity: Floats  # (C,)
    prices: Floats  # per ceiling: expected profit of one more unit of it
    extra: Floats  # per ceiling: more of it taken at its price
    floor_prices: Floats  # per floor: money lost per unit by which goods are bought only to reach it; 0 when not
    dropped: npt.NDArray[np.bool_]  # per floor: cheaper not to order at all
    containers: Floats  # per mode: number used
    exact: bool = False
