"""The front door of the decision engine: one week's problem in, quantities and their money out."""

from functools import partial

import numpy as np
import numpy.typing as npt

from policies.checks import check_problem
from policies.choose import choose_ways, sharper
from policies.follow import follow, windows
from policies.inputs import DecisionSettings, Problem
from policies.item_frames import item_frame
from policies.joint import solve_jointly
from policies.limit_frames import limit_frame, plan_totals
from policies.limits import Lines, shared_limits
from policies.line_frames import line_frame, purchase_frame, shipment_frame
from policies.lines import Candidates, join_lines
from policies.made import Made
from policies.plan import Decision, Projection
from policies.stages import purchase_rows, purchase_stage, same_units, shipping_rows, shipping_stage


def decide(problem: Problem, settings: DecisionSettings | None = None) -> Decision:
    """The quantities of highest expected profit under the limits, explained in money.

    Chance enters through the draws of the problem only, so equal problems give equal decisions. Raises ProblemError
    for a problem that cannot be read; what is merely odd is decided and named in `Decision.warnings`.
    """
    warnings = check_problem(problem)
    made = make(problem, settings or DecisionSettings())
    lines = line_frame(made)
    purchases = purchase_frame(made, lines)
    limits = limit_frame(made)
    broken = tuple(limits.loc[limits["broken"], "text"]) if len(limits) else ()
    before, after = made.before, made.after
    return Decision(
        purchases,
        shipment_frame(made, lines),
        item_frame(made, lines),
        limits,
        Projection(
            before.stock_mean, before.stock_low, before.stock_high, after.stock_mean, after.stock_low, after.stock_high
        ),
        plan_totals(made, lines, purchases),
        (*warnings, *broken),
    )


def make(problem: Problem, settings: DecisionSettings) -> Made:
    """Decide without writing frames: purchases and shipments each on their stage, then the limits they share."""
    found = candidate_lines(problem, settings)
    lines = found.lines
    before = follow(problem, settings, None, np.zeros(0))
    shared = shared_limits(problem, settings, lines, before.stock_mean)
    solution, curves = solve_jointly(found.curves, shared, settings, partial(sharper, found.parts), found.pairs)
    after = follow(problem, settings, lines, solution.quantity)
    return Made(problem, settings, lines, curves, shared, solution, before, after, windows(problem))


def candidate_lines(problem: Problem, settings: DecisionSettings) -> Candidates:
    """The ways worth using, each with its profit by quantity, before any shared limit."""
    buy_stage, ship_stage = purchase_stage(problem, settings), shipping_stage(problem)
    buy_rows, buy_lots = purchase_rows(problem, buy_stage)
    ship_rows, ship_lots = shipping_rows(problem, ship_stage)
    buys = choose_ways(buy_stage, buy_rows, buy_lots, np.full(len(buy_rows.item), -1))
    ships = choose_ways(ship_stage, ship_rows, ship_lots, same_units(problem))
    return join_lines(problem, buys, buy_rows, buy_lots, ships, ship_rows, ship_lots)


def decide_quantities(
    problem: Problem, settings: DecisionSettings | None = None
) -> tuple[Lines, npt.NDArray[np.floating]]:
    """Lines and their quantities only: what a replay needs week after week."""
    settings = settings or DecisionSettings()
    found = candidate_lines(problem, settings)
    lines = found.lines
    mean: npt.NDArray[np.floating] = np.zeros(problem.economics.margin.shape)
    if len(problem.limits.capacity):
        mean = follow(problem, settings, None, np.zeros(0)).stock_mean
    shared = shared_limits(problem, settings, lines, mean)
    solution, _ = solve_jointly(found.curves, shared, settings, partial(sharper, found.parts), found.pairs)
    return lines, solution.quantity
