"""Of the plan's learned lead times, `explain` tells those of the item's own ways."""

from types import SimpleNamespace

import pandas as pd

from replenish.cli.explaining import _lead_times

AIR, SEA = "lead time: Ningbo, production, air to FBA", "lead time: Ningbo, production, sea to FBA"


def told(topics: list[str], marketplace: str) -> list[str]:
    frame = pd.DataFrame({"topic": topics, "value": "", "source": "", "confidence": ""})
    facts = ["buy from Ningbo by air to FBA", "buy from Ningbo by sea to FBA"]
    steps = pd.DataFrame({"step": "way", "fact": facts})
    return _lead_times(SimpleNamespace(assumptions=frame), steps, marketplace)["topic"].tolist()


def test_a_leg_that_differs_by_marketplace_is_told_once() -> None:
    legs = [f"{AIR} (marketplace {code})" for code in ("DE", "US", "others")]
    assert told([*legs, SEA, "exchange rates"], "US") == [legs[1], SEA]
    assert told([*legs, SEA], "FR") == [legs[2], SEA]


def test_legs_of_other_suppliers_are_left_out() -> None:
    assert told([SEA.replace("Ningbo", "Yiwu"), "exchange rates"], "US") == []
    assert told(["exchange rates"], "US") == []
