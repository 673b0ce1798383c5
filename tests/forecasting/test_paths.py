"""The paths object: derived figures, selection, and the way to Arrow and back."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting import DemandPaths


def paths(skus=3, count=5, horizon=4, seed=0):
    samples = np.random.default_rng(seed).poisson(4, (skus, count, horizon)).astype(np.float32)
    names = np.array([f"US/{i}" for i in range(skus)], dtype=object)
    return DemandPaths(names, pd.date_range("2024-01-01", periods=horizon, freq="7D"), samples)


@given(st.integers(0, 4), st.integers(1, 6), st.integers(1, 5))
def test_arrow_and_back_is_the_same(skus, count, horizon):
    before = paths(skus, count, horizon)
    after = DemandPaths.from_arrow(before.to_arrow())
    assert np.array_equal(before.samples, after.samples)
    assert list(before.skus) == list(after.skus) and list(before.periods) == list(after.periods)


def test_cumulative_is_summed_along_paths():
    some = paths()
    assert np.array_equal(some.cumulative(2), some.samples[:, :, :2].sum(axis=2))
    assert not some.cumulative(0).any()
    with pytest.raises(ValueError, match="the paths hold 4"):
        some.cumulative(5)


def test_quantiles_grow_with_their_level():
    low, high = paths(count=50).quantile([0.1, 0.9])
    assert (low <= high).all() and low.shape == (3, 4)
    assert np.array_equal(paths(count=50).quantile(0.1), low)


def test_selection_is_by_name_and_names_what_is_missing():
    assert list(paths().select(["US/2", "US/0"]).skus) == ["US/0", "US/2"]
    with pytest.raises(KeyError, match="no demand paths for US/9"):
        paths().select(["US/9"])


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="expected \\(2 SKUs"):
        DemandPaths(np.array(["a", "b"], object), pd.DatetimeIndex(["2024-01-01"]), np.zeros((3, 1, 1), np.float32))


def test_another_table_is_not_taken_for_paths():
    import pyarrow as pa

    with pytest.raises(ValueError, match="not a table of demand paths"):
        DemandPaths.from_arrow(pa.table({"sku": ["a"]}))
