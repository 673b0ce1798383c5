"""Worked figures: rows of the rate cards and published examples, transcribed with their source."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from policies.categories import category_keys
from policies.fee_tables import CENTIMETRES, KILOGRAMS
from policies.fees.aged import aged_surcharge
from policies.fees.fulfilment import fulfilment
from policies.fees.low_inventory import low_inventory_fee
from policies.fees.placement import placement
from policies.fees.referral import referral
from policies.fees.removal import removal
from policies.fees.returns import returns_processing
from policies.fees.storage import storage
from policies.fees.units import Fee, Units

FORMULAS: dict[str, Callable[[Units, date, str], Fee]] = {
    "fulfilment": lambda units, day, _: fulfilment(units, day),
    "referral": lambda units, day, _: referral(units, day),
    "storage": lambda units, day, _: storage(units, day),
    "aged": lambda units, day, detail: aged_surcharge(units, day, float(detail)),
    "low_inventory": lambda units, day, detail: low_inventory_fee(units, day, float(detail)),
    "removal": lambda units, day, detail: removal(units, day, detail),
    "returns_processing": lambda units, day, _: returns_processing(units, day),
    "placement": lambda units, day, detail: placement(units, day, detail),
}
CASES = pd.read_csv(Path(__file__).with_name("worked_fees.csv"), dtype=str, keep_default_na=False)


def units_of(cases: pd.DataFrame) -> Units:
    scale = cases["size_unit"].map(CENTIMETRES).to_numpy(float)[:, None]
    return Units(
        marketplace=cases["marketplace"].iloc[0],
        price=cases["price"].to_numpy(float),
        category=category_keys(cases["category"]),
        product_class=cases["product_class"].to_numpy(object),
        sides_cm=cases[["length", "width", "height"]].to_numpy(float) * scale,
        weight_kg=cases["weight"].to_numpy(float) * cases["weight_unit"].map(KILOGRAMS).to_numpy(float),
        sipp_certified=np.zeros(len(cases), dtype=bool),
    )


@pytest.mark.parametrize("place", range(len(CASES)), ids=CASES["name"].tolist())
def test_worked_figure(place: int) -> None:
    case = CASES.iloc[[place]]
    formula = FORMULAS[case["fee"].iloc[0]]
    fee = formula(units_of(case), date.fromisoformat(case["day"].iloc[0]), case["detail"].iloc[0])
    assert fee.amount[0] == pytest.approx(float(case["expected"].iloc[0]), abs=5e-5)


def test_many_units_at_once_give_what_each_gives_alone() -> None:
    cases = CASES[(CASES["fee"] == "fulfilment") & (CASES["marketplace"] == "US")]
    day = date(2026, 6, 1)
    together = fulfilment(units_of(cases), day).amount
    alone = [fulfilment(units_of(cases.iloc[[place]]), day).amount[0] for place in range(len(cases))]
    assert together.tolist() == alone
