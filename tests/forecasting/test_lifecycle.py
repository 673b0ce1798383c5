"""Products that follow one another, end, or come back."""

import numpy as np
import pandas as pd
import pytest
import sellers

from forecasting import forecast

COUNT = 80


def shop(**extra):
    """Twelve steady sellers of 20 a week, and what else is named."""
    rng = np.random.default_rng(0)
    series = {f"S{i:02d}": rng.poisson(20, COUNT).astype(float) for i in range(12)}
    return sellers.long(series | {name: np.asarray(v, float) for name, v in extra.items()})


def means(history):
    paths = forecast(history, 12, seed=1).paths
    return pd.DataFrame(paths.mean().T, columns=paths.skus)


def replaced(weeks_of_both):
    """`old` sold 20 a week; since `weeks_of_both` weeks it shares them with `new`."""
    rng = np.random.default_rng(1)
    old, new = rng.poisson(20, COUNT).astype(float), np.full(COUNT, np.nan)
    old[-weeks_of_both:] = rng.poisson(10, weeks_of_both)
    new[-weeks_of_both:] = rng.poisson(10, weeks_of_both)
    history = shop(old=old, new=new)
    return history.assign(predecessor=np.where(history["sku"] == "new", "old", None))


def test_a_predecessor_runs_out_and_its_demand_goes_to_the_successor():
    got = means(replaced(3))
    assert got["old"].iloc[-1] < 0.25 * got["old"].iloc[0] and got["old"].iloc[-4:].mean() < 4
    both = got["old"] + got["new"]
    assert both.mean() == pytest.approx(20, rel=0.2)
    assert got["new"].iloc[-1] > 15


def test_without_the_link_both_keep_their_own_forecast():
    got = means(replaced(3).drop(columns="predecessor"))
    assert got["old"].iloc[-1] > 8


def test_a_predecessor_stands_until_its_successor_has_sold():
    history = shop(old=np.random.default_rng(1).poisson(20, COUNT), new=np.full(COUNT, np.nan))
    got = means(history.assign(predecessor=np.where(history["sku"] == "new", "old", None)))
    assert got["old"].mean() == pytest.approx(20, rel=0.2)
    assert got["new"].mean() == pytest.approx(20, rel=0.2)


def test_other_skus_do_not_move_when_one_is_replaced():
    linked, plain = replaced(3), replaced(3).drop(columns="predecessor")
    names = [f"S{i:02d}" for i in range(12)]
    assert means(linked)[names].to_numpy() == pytest.approx(means(plain)[names].to_numpy(), rel=0.15)


def test_a_discontinued_sku_phases_out():
    history = shop(gone=np.random.default_rng(2).poisson(20, COUNT))
    plain = means(history)["gone"]
    ending = means(history.assign(status=np.where(history["sku"] == "gone", "discontinued", "active")))["gone"]
    assert ending.iloc[0] == pytest.approx(plain.iloc[0], rel=0.2)
    assert ending.iloc[-1] == pytest.approx(0.5 * plain.iloc[-1], rel=0.25)


@pytest.mark.parametrize("gap", [0.0, np.nan])
def test_a_relaunch_stands_on_its_own_old_level(gap):
    """Forty weeks of silence, recorded as zeros or not at all, and two first weeks that could be chance."""
    old = np.random.default_rng(3).poisson(20, COUNT).astype(float)
    old[-42:-2], old[-2:] = gap, [30, 26]
    got = means(shop(back=old))["back"].mean()
    assert 19 < got < 28
