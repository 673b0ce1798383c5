"""Items that go by two ways at once: the plan against every combination of cartons, with and without money."""

from dataclasses import replace

import numpy as np
import pytest
from decide_problems import buy_row, problem

from policies.arriving import with_extra
from policies.decide import candidate_lines, make
from policies.inputs import DecisionSettings, Limits
from policies.joint import solve_jointly
from policies.limits import shared_limits
from policies.stages import purchase_rows, purchase_stage
from policies.value import quantity_values

CARTONS = np.arange(16) * 40.0
COST = np.array([8.0, 11.0, 7.0, 9.5])


def seller(on_hand=(60.0, 20.0)):
    """Two items, each by a cheap slow and a dear fast way."""
    rows = []
    for item in (0, 1):
        rows.append(buy_row(item, case_pack=40, unit_cost=float(COST[2 * item])))
        rows.append(buy_row(item, case_pack=40, unit_cost=float(COST[2 * item + 1]), mode="air", days=21.0))
    return problem((22.0, 14.0), buy=rows, on_hand=list(on_hand), paths=60)


def together(case, item):
    """Profit of every number of cartons by the slow way (rows) and the fast one (columns)."""
    stage = purchase_stage(case, DecisionSettings())
    rows, _ = purchase_rows(case, stage)
    slow, fast = rows.take(np.array([2 * item])), rows.take(np.array([2 * item + 1]))
    alone = quantity_values(stage, slow, CARTONS[None])[0]
    table = np.zeros((len(CARTONS), len(CARTONS)))
    for k, units in enumerate(CARTONS):
        given = replace(stage, inflow=with_extra(stage.inflow, slow.item, np.array([units]), slow.arrival))
        added = quantity_values(given, fast, CARTONS[None])[0]
        table[k] = alone[k] - alone[0] + added - added[0]
    return table


@pytest.mark.parametrize("money", [np.inf, 6000.0, 3500.0, 1500.0, 500.0])
def test_two_ways_are_decided_together_within_half_a_percent_of_enumeration(money):
    case = seller()
    values = [together(case, item) for item in (0, 1)]
    spent = [COST[2 * i] * CARTONS[:, None] + COST[2 * i + 1] * CARTONS[None] for i in (0, 1)]
    total, cash = (np.add.outer(pair[0].ravel(), pair[1].ravel()) for pair in (values, spent))
    best = total[cash <= money + 1e-6].max()

    limits = Limits(cash=np.full(26, money)) if np.isfinite(money) else Limits()
    made = make(replace(case, limits=limits), DecisionSettings())
    units = np.zeros(4)
    units[made.lines.row] = made.units
    assert COST @ units <= money + 1e-6
    assert (made.units > 0).sum() > 2 or np.isfinite(money)
    at = (units / 40).astype(int)
    assert values[0][at[0], at[1]] + values[1][at[2], at[3]] >= 0.995 * best


def test_each_line_is_shown_beside_what_the_other_takes():
    """The curves of the plan: the last carton taken pays, one more does not."""
    made = make(seller(), DecisionSettings())
    for line in range(len(made.lines)):
        here = made.curves.at(made.units)
        more = made.curves.at(made.units + 40.0)
        less = made.curves.at(np.maximum(made.units - 40.0, 0.0))
        assert more[line] <= here[line] + 1e-6
        assert less[line] <= here[line] + 1e-6


def test_many_items_never_earn_less_than_each_line_on_its_own_curve():
    """Where there are many choices, lines are settled beside one another only while that earns more."""
    case, settings = replace(seller(), limits=Limits(cash=np.full(26, 1000.0))), DecisionSettings(exact_choices=0)
    found = candidate_lines(case, settings)
    shared = shared_limits(case, settings, found.lines, np.zeros((2, 26)))
    pair = found.pairs[0]

    def worth(pairs):
        units = solve_jointly(found.curves, shared, settings, None, pairs)[0].quantity
        assert float(found.lines.cash @ units) <= 1000.0 + 1e-6
        return float(pair.values(units[pair.first][:, None], units[pair.second][:, None]).sum())

    assert worth(found.pairs) > worth(())
