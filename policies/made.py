"""A decision before it is written down."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policies.curves import Curves
from policies.follow import Windows
from policies.inputs import DecisionSettings, Problem
from policies.limits import Lines, Shared, Solution
from policies.outcome import Outcome
from policies.reasons import Voice
from policies.value import Inflow

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Made:
    """A decision before it is written down."""

    problem: Problem
    settings: DecisionSettings
    lines: Lines
    curves: Curves
    shared: Shared
    solution: Solution
    before: Outcome
    after: Outcome
    span: Windows

    @property
    def voice(self) -> Voice:
        """In whose words and money the plan is explained."""
        return Voice(self.settings.words, self.problem.currency, self.problem.start)

    @property
    def units(self) -> Floats:
        """Quantity per line."""
        return self.solution.quantity


def per_item(problem: Problem, coming: Inflow) -> Floats:
    """Units of an inflow, per item."""
    owner = np.repeat(np.arange(len(problem.items)), np.diff(coming.first))
    return np.bincount(owner, coming.units, minlength=len(problem.items)).astype(float)
