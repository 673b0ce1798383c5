import numpy as np
import pandas as pd

from policies.categories import category_key, category_keys, in_group


def test_spellings_become_one() -> None:
    assert {category_key(name) for name in ("Home & Kitchen", "home and kitchen", "KITCHEN", "gl_home")} == {
        "home and kitchen"
    }
    assert category_key("Jewellery") == category_key("Jewelry")
    assert category_key("Tyres") == category_key("Tires")


def test_missing_and_unknown_are_kept_apart() -> None:
    keys = category_keys(pd.Series(["Toys", None, "Garden gnomes", ""]))
    assert keys.tolist() == ["toys and games", "", "garden gnomes", ""]


def test_groups() -> None:
    keys = np.array([category_key("Shoes"), category_key("Toys")], dtype=object)
    assert in_group(keys, "aged_exempt").tolist() == [True, False]
