"""A scenario's plan as the week's plan: the difference first."""

import pandas as pd

from replenish.scenarios.carry import BUY_KEY, SHIP_KEY, Quantities

COLUMNS = ["kind", "item", "way", "now", "scenario", "change"]


def difference(now: Quantities, scenario: Quantities) -> pd.DataFrame:
    """Lines whose quantity differs (COLUMNS), the largest change first."""
    parts = []
    for kind, key, before, after in (
        ("buy", BUY_KEY, now.purchases, scenario.purchases),
        ("ship", SHIP_KEY, now.shipments, scenario.shipments),
    ):
        one, two = (frame.groupby(key)["quantity"].sum().astype(float) for frame in (before, after))
        both = pd.concat([one.rename("now"), two.rename("scenario")], axis=1).fillna(0.0).reset_index()
        way = both[key[1:]].astype(str).agg(", ".join, axis=1) if len(both) else pd.Series(dtype=object)
        parts.append(both.assign(kind=kind, way=way))
    frame = pd.concat(parts, ignore_index=True)
    frame["change"] = frame["scenario"] - frame["now"]
    frame = frame[frame["change"] != 0]
    return frame.reindex(frame["change"].abs().sort_values(ascending=False, kind="stable").index)[COLUMNS].reset_index(
        drop=True
    )
