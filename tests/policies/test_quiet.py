"""The process's own standard output (file descriptor 1) stays clean, whoever decides, and works again afterwards."""

import ctypes
import os
from threading import Thread

import numpy as np
import pytest
from decide_problems import buy_row, problem

from policies import limits_programme
from policies.decide import decide, decide_quantities
from policies.inputs import Limits
from policies.quiet import quiet

NOISE = b"HighsMipSolverData::transformNewIntegerFeasibleSolution tmpSolver.run();\n"


def noisy(solve):
    """`solve` after a line that compiled code prints, buffered by C as HiGHS's is."""

    def solved(*arguments, **named):
        ctypes.CDLL(None).printf(b"%s", NOISE)
        return solve(*arguments, **named)

    return solved


@pytest.mark.parametrize("front_door", [decide, decide_quantities])
def test_a_solver_that_prints_is_not_heard(front_door, monkeypatch, capfd):
    for name in ("milp", "linprog"):
        monkeypatch.setattr(limits_programme, name, noisy(getattr(limits_programme, name)))
    rows = [buy_row(i) for i in range(3)]
    front_door(problem((20.0, 6.0, 2.0), buy=rows, limits=Limits(cash=np.full(26, 500.0))))
    ctypes.CDLL(None).fflush(None)
    os.write(1, b"own line\n")
    assert capfd.readouterr().out == "own line\n"


def test_a_fault_inside_leaves_the_output_open(capfd):
    with pytest.raises(ZeroDivisionError), quiet():
        os.write(1, b"inside\n")
        raise ZeroDivisionError
    os.write(1, b"after\n")
    assert capfd.readouterr().out == "after\n"


def test_threads_do_not_close_each_others_output(capfd):
    def work():
        for _ in range(50):
            with quiet():
                os.write(1, b"inside\n")

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.write(1, b"after\n")
    assert capfd.readouterr().out == "after\n"
