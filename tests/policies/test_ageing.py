"""Ageing against a unit-by-unit queue; slow stock by what each choice is worth."""

import warnings
from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.ageing import age_at_position, expected_ageing, surcharge_until
from policies.inputs import UnitEconomics
from policies.slow_stock import SlowStockSettings, slow_stock

AGES = np.array([0.0, 91.0, 181.0, 271.0, 366.0])
BANDS = np.array([181.0, 271.0])


def queue(age_units: list[int], arrivals: list[int], demand: list[int]) -> tuple[list[int], list[list[int]]]:
    """Stock and units from each band on at the end of each week, one unit at a time."""
    middle = [*((AGES[:-1] + AGES[1:]) / 2), AGES[-1]]
    units = deque(age for band in reversed(range(5)) for age in [middle[band]] * age_units[band])
    stock, older = [], []
    for came, wanted in zip(arrivals, demand, strict=True):
        units.extend([0.0] * came)
        for _ in range(min(wanted, len(units))):
            units.popleft()
        units = deque(age + 7 for age in units)
        stock.append(len(units))
        older.append([sum(age >= band for age in units) for band in BANDS])
    return stock, older


small = st.integers(0, 12)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(small, min_size=5, max_size=5),
    st.lists(small, min_size=40, max_size=40),
    st.lists(small, min_size=40, max_size=40),
)
def test_bands_are_those_of_a_queue(age_units: list[int], arrivals: list[int], demand: list[int]) -> None:
    stock, older = queue(age_units, arrivals, demand)
    found = expected_ageing(
        np.array([age_units], dtype=float), AGES, np.array([arrivals], dtype=float),
        np.array([[demand]], dtype=float), BANDS, np.ones((1, 2)),
    )  # fmt: skip
    assert found.stock[0].tolist() == stock
    # A unit that came in week w has 7 days at its end, as in the queue.
    at_least = np.cumsum(found.units[0, ::-1], axis=0)[::-1]
    assert at_least.T.tolist() == [[float(n) for n in each] for each in older]


def test_surcharge_is_the_rate_of_the_band() -> None:
    none = np.zeros((1, 8))
    found = expected_ageing(
        np.array([[0, 0, 10.0, 0, 0]]), AGES, none, np.zeros((1, 3, 8)), BANDS, np.array([[0.5, 2.0]])
    )
    # 226 days old today: 271 days are reached at the end of the seventh week.
    assert found.surcharge[0].tolist() == [5.0] * 6 + [20.0] * 2


def test_paths_are_averaged() -> None:
    demand = np.zeros((1, 2, 1))
    demand[0, 1] = 10
    found = expected_ageing(np.array([[0, 0, 10.0, 0, 0]]), AGES, np.zeros((1, 1)), demand, BANDS, np.ones((1, 2)))
    assert found.stock[0, 0] == 5
    assert found.units[0, 0, 0] == 5


def test_the_oldest_is_sold_first() -> None:
    age_units = np.array([[10.0, 0, 5, 0, 0]])
    found = age_at_position(age_units, AGES, np.array([[0.0, 4.9, 5.1, 14.9, 20]]))
    assert found[0].tolist() == [226, 226, 45.5, 45.5, 0]


def test_surcharge_over_a_life() -> None:
    found = surcharge_until(np.array([[100.0, 188, 278]]), BANDS, np.array([[1.0, 4.0]]))
    assert found[0].tolist() == pytest.approx([0, 1, 90 / 7 + 4])


def money(margin: float = 8.0, storage: float = 0.02, exit_value: float = -1.0, aged: float = 0.3) -> UnitEconomics:
    one = np.ones(1)
    return UnitEconomics(
        price=20 * one, margin=np.full((1, 26), margin), product_cost=5 * one, fba_storage=np.full((1, 26), storage),
        aged_from_days=BANDS, aged_surcharge=np.array([[aged, aged * 3]]), low_inventory_below_days=np.array([28.0]),
        low_inventory_fee=np.zeros((1, 1)), exit_value=exit_value * one, lost_sale=0 * one, capital_rate=0.003 * one,
        volume_m3=0.002 * one, storage_type=np.array(["standard"], dtype=object),
    )  # fmt: skip


def judged(on_hand: float, weekly: float, economics: UnitEconomics, still_buying: bool = False):
    ages = np.array([[on_hand, 0, 0, 0, 0]])
    return slow_stock(
        np.array([on_hand]), ages, AGES, np.array([weekly]), economics, still_buying=np.array([still_buying])
    )


def test_stock_within_ninety_days_needs_no_action() -> None:
    found = judged(100, 10, money())
    assert (found.excess_units[0], found.action[0], found.worth[0]) == (0, "", 0)


def test_cheap_to_store_excess_is_held_and_no_more_is_bought() -> None:
    economics = money(margin=8, storage=0.001, aged=0.0)
    assert judged(200, 10, economics).action[0] == "hold"
    assert judged(200, 10, economics, still_buying=True).action[0] == "stop buying"


def test_dear_storage_makes_giving_up_worth_it() -> None:
    found = judged(2000, 2, money(margin=1.0, storage=0.2))
    assert found.action[0] == "remove"
    assert found.worth[0] == found.removal[0] > 0


def test_a_good_margin_on_slow_stock_is_worth_a_price_cut() -> None:
    found = judged(800, 10, money(margin=12.0, storage=0.06, aged=0.3))
    assert found.action[0] == "cut price"
    assert found.worth[0] == found.price_cut[0] > 0


def test_nothing_sells_at_all() -> None:
    found = judged(50, 0, money())
    assert found.excess_units[0] == 50
    assert found.action[0] == "remove"
    assert np.isfinite(found.worth[0])


@pytest.mark.parametrize("weekly", [1e-300, 1e-310, 5e-324])
def test_demand_as_good_as_zero_is_judged_as_none(weekly: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found, none = judged(50, weekly, money()), judged(50, 0, money())
    assert (found.action[0], found.worth[0]) == (none.action[0], none.worth[0])


@given(st.floats(0, 5000), st.floats(0, 50), st.floats(-5, 15), st.floats(0, 0.5))
def test_the_worth_is_what_the_better_choice_gains(
    on_hand: float, weekly: float, margin: float, storage: float
) -> None:
    found = judged(on_hand, weekly, money(margin, storage))
    assert found.worth[0] >= 0
    assert found.worth[0] == pytest.approx(max(found.price_cut[0], found.removal[0], 0.0))
    assert 0 <= found.excess_units[0] <= on_hand


def test_dearer_storage_never_makes_holding_better() -> None:
    cheap, dear = judged(500, 5, money(storage=0.01)), judged(500, 5, money(storage=0.1))
    assert dear.held[0] < cheap.held[0]
    assert dear.removal[0] > cheap.removal[0]


def test_settings_out_of_range_are_named() -> None:
    with pytest.raises(ValueError, match="price_cut is 1"):
        SlowStockSettings(price_cut=1.0)
    with pytest.raises(ValueError, match="excess_days"):
        SlowStockSettings(excess_days=0)
