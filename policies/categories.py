"""Category names as sellers and reports write them, brought to the names of the referral table, and groups of them."""

import re
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.fee_tables import fee_table

Texts = npt.NDArray[np.object_]
DEFAULT = "everything else"


def _plain(name: str) -> str:
    words = re.sub(r"[^\w]+|_", " ", name.casefold().replace("&", " and "))
    return " ".join(words.split())


@cache
def _aliases() -> dict[str, str]:
    rows = fee_table("category_aliases")
    return {_plain(alias): _plain(category) for alias, category in zip(rows["alias"], rows["category"], strict=True)}


@cache
def category_key(name: str) -> str:
    """Key of one category name: lower case, words only, common spellings brought to one; empty stays empty."""
    plain = _plain(name)
    return _aliases().get(plain, plain)


def category_keys(names: pd.Series) -> Texts:
    """Keys of a column of category names; missing ones become an empty text."""
    codes, distinct = pd.factorize(names.fillna("").astype(str))
    keys = np.array([category_key(name) for name in distinct], dtype=object)
    return keys[codes] if len(keys) else np.empty(0, dtype=object)


@cache
def _group(group: str) -> frozenset[str]:
    rows = fee_table("category_groups")
    return frozenset(category_key(name) for name in rows.loc[rows["group"] == group, "category"])


def in_group(keys: Texts, group: str) -> npt.NDArray[np.bool_]:
    """Whether category keys belong to a group of `policies/tables/category_groups.csv`."""
    return np.isin(keys.astype(str), list(_group(group)))
