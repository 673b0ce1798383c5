"""A plan's quantities as arrivals, and what they do at FBA."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policies.arriving import FBA, fba_inflow, onward, to_weeks, upstream_inflow, with_extra
from policies.inputs import DecisionSettings, Problem
from policies.limits import Lines
from policies.outcome import Outcome, simulate_fba
from policies.stages import expected_demand
from policies.value import Inflow

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Windows:
    """Weeks over which losses are counted, per item."""

    until: Integers  # until a purchase at the next review could arrive
    early: Integers  # before anything decided now can arrive


def windows(problem: Problem) -> Windows:
    """From the fastest way to buy (or ship) of each item; four weeks where it has none."""
    n, _, weeks = problem.demand.shape
    until, early = np.full(n, -1), np.full(n, weeks)
    for options in (problem.buy, problem.ship):
        if not len(options.frame):
            continue
        item = options.frame["item"].to_numpy(int)
        arrival = np.median(to_weeks(options.lead_time_days, weeks), axis=1).astype(int)
        np.minimum.at(early, item, arrival)
        if options is problem.buy:
            slowest = np.full(n, -1)
            np.maximum.at(slowest, item, arrival + options.frame["review_weeks"].to_numpy(int))
            until = slowest
        else:
            reach = np.full(n, -1)
            np.maximum.at(reach, item, arrival + options.frame["review_weeks"].to_numpy(int))
            until = np.where(until < 0, reach, until)
    until = np.where(until < 0, min(4, weeks), until)
    return Windows(np.clip(until, 1, weeks), np.where(early >= weeks, 0, early))


def follow(problem: Problem, settings: DecisionSettings, lines: Lines | None, quantity: Floats) -> Outcome:
    """FBA with the plan of `lines` x `quantity`; without a plan (`lines` None) nothing moves but what is under way.

    With a plan, what is upstream or bought to a warehouse follows to FBA as later weekly plans will send it.
    """
    n, paths, weeks = problem.demand.shape
    span = windows(problem)
    direct = fba_inflow(problem)
    behind = Inflow(np.zeros(n + 1, np.int64), np.zeros(0), np.zeros((0, paths), np.int16))
    front = expected_demand(problem, settings.front_weeks)
    if lines is not None:
        ship = lines.kind == "ship"
        shipped = np.zeros(len(problem.ship.frame))
        shipped[lines.row[ship]] = quantity[ship]
        behind = upstream_inflow(problem, shipped)
        direct = with_extra(
            direct,
            lines.item[ship],
            quantity[ship],
            to_weeks(problem.ship.lead_time_days[lines.row[ship]], weeks)
            if ship.any()
            else np.zeros((0, paths), np.int16),
        )
        direct, behind = _bought(problem, lines, quantity, direct, behind)
    return simulate_fba(problem, direct, behind, front, span.until, span.early)


def _bought(problem: Problem, lines: Lines, quantity: Floats, direct: Inflow, behind: Inflow) -> tuple[Inflow, Inflow]:
    weeks = problem.demand.shape[2]
    bought = lines.kind == "buy"
    if not bought.any():
        return direct, behind
    row, item, units = lines.row[bought], lines.item[bought], quantity[bought]
    destination = problem.buy.frame["destination"].to_numpy(object)[row]
    days = problem.buy.lead_time_days[row]
    via = destination != FBA
    on = onward(problem, item[via], destination[via])
    direct = with_extra(direct, item[~via], units[~via], to_weeks(days[~via], weeks))
    return direct, with_extra(behind, item[via], units[via], to_weeks(days[via] + on.days, weeks))
