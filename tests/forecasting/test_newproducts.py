"""A product without a past of its own."""

import numpy as np
import pandas as pd
import pytest
import sellers

from forecasting import forecast


def shop(**new):
    """Ten lamps selling 20 a week, ten mugs selling 2, and one item that has never sold."""
    rng = np.random.default_rng(0)
    lamps = {f"lamp{i}": rng.poisson(20, 60).astype(float) for i in range(10)}
    mugs = {f"mug{i}": rng.poisson(2, 60).astype(float) for i in range(10)}
    history = sellers.long(lamps | mugs)
    history["category"] = np.where(history["sku"].str.startswith("lamp"), "Lighting", "Kitchen")
    history["title"] = np.where(history["sku"].str.startswith("lamp"), "LED desk lamp white", "Coffee mug blue")
    blank = pd.DataFrame({"sku": ["new"], "week": [history["week"].max()], "units": [np.nan]} | new)
    return pd.concat([history, blank], ignore_index=True)


def mean_of(history, sku="new"):
    got = forecast(history, 8, seed=1)
    return got.paths.select([sku]).mean().mean(), got


@pytest.mark.parametrize(
    ("new", "near"),
    [({"category": "Lighting"}, 20), ({"category": "Kitchen"}, 2), ({"title": "LED desk lamp black"}, 20)],
)
def test_an_item_that_never_sold_is_forecast_from_items_like_it(new, near):
    mean, got = mean_of(shop(**new))
    assert near / 2 < mean < near * 2
    assert got.classes["new"] == "new"


def test_its_band_is_wider_than_that_of_known_items():
    _, got = mean_of(shop(category="Lighting"))
    spread = got.paths.cumulative(8).std(axis=1) / got.paths.cumulative(8).mean(axis=1)
    of = pd.Series(spread, index=got.paths.skus)
    assert of["new"] > 2 * of.filter(like="lamp").median()


def test_a_successor_starts_with_its_predecessors_history():
    mean, got = mean_of(shop(predecessor="lamp3"))
    assert mean == pytest.approx(20, rel=0.25)
    assert got.classes["new"] != "new"


def test_first_weeks_of_sales_outweigh_the_like_items():
    history = shop(category="Kitchen")
    sold = pd.DataFrame(
        {"sku": "new", "week": sorted(history["week"].unique())[-6:], "units": 15.0, "category": "Kitchen"}
    )
    mean, _ = mean_of(pd.concat([history[history["sku"] != "new"], sold]))
    assert mean > 9
