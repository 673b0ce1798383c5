"""Demand from sales, correction by correction."""

import numpy as np
import pytest
import sellers

from forecasting import ForecastSettings
from forecasting.censoring import demand_from_sales
from forecasting.schema import read_history

OPTIONS = ForecastSettings()


def demand(history, options=OPTIONS):
    return demand_from_sales(read_history(history, options), options)


def test_a_long_run_of_zeros_between_good_sales_is_a_stockout():
    units = np.full(40, 9.0)
    units[20:25] = 0
    got = demand(sellers.long({"A": units}))
    assert (got.kinds[0, 20:25] == "inferred_stockout").all() and not got.exposure[0, 20:25].any()


def test_zeros_of_a_slow_seller_are_zeros():
    units = np.tile([1.0, 0, 0, 0, 0, 0], 8)
    got = demand(sellers.long({"A": units}))
    assert got.exposure.all() and not (got.kinds != "").any()


def test_zeros_that_have_not_ended_stay_evidence():
    """Nobody knows whether sales come back: the end of demand must not be explained away."""
    units = np.r_[np.full(30, 9.0), np.zeros(6)]
    assert demand(sellers.long({"A": units})).exposure[0, -6:].all()


def test_zeros_with_stock_on_hand_are_never_a_stockout():
    units = np.full(40, 9.0)
    units[20:25] = 0
    assert demand(sellers.long({"A": units}).assign(availability=1.0)).exposure.all()


def test_inference_can_be_switched_off():
    units = np.full(40, 9.0)
    units[20:25] = 0
    assert demand(sellers.long({"A": units}), ForecastSettings(infer_stockouts=False)).exposure.all()


def test_a_week_half_in_stock_is_half_a_week_of_evidence():
    history = sellers.long({"A": np.full(20, 4.0)}).assign(availability=[1.0] * 19 + [0.5])
    got = demand(history)
    assert got.exposure[0, -1] == 0.5 and got.kinds[0, -1] == "part_stocked"


def test_a_bulk_order_is_damped_but_a_busy_week_is_not():
    rng = np.random.default_rng(0)
    units = rng.poisson(3, 60).astype(float)
    units[30], units[40] = 400, 9
    got = demand(sellers.long({"A": units}))
    assert got.kinds[0, 30] == "spike" and got.units[0, 30] < 60
    assert got.units[0, 40] == 9


def test_zeros_before_the_first_sale_are_not_demand():
    got = demand(sellers.long({"A": np.r_[np.zeros(10), np.full(10, 2.0)]}))
    assert not got.exposure[0, :10].any() and got.exposure[0, 10:].all()


@pytest.mark.parametrize(("absent", "exposure"), [("unknown", 0.0), ("zero", 1.0)])
def test_a_missing_week_is_unknown_unless_said_to_be_zero(absent, exposure):
    history = sellers.long({"A": np.full(20, 2.0), "B": np.full(20, 2.0)}).drop(index=12)
    options = ForecastSettings(absent=absent, infer_stockouts=False)
    assert demand(history, options).exposure[0, 12] == exposure
