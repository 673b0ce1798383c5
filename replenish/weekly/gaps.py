"""Costs of moving and keeping goods that nobody gave, each named with its effect in money."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.assumptions import AssumptionMade

Floats = npt.NDArray[np.floating]
Booleans = npt.NDArray[np.bool_]
WEEKS_PER_MONTH = 52 / 12


def carton_gaps(ways: pd.DataFrame, freight: Floats) -> list[AssumptionMade]:
    """Items that are bought without any size or weight, with the freight that rests on the usual parcel."""
    sizes = ("carton_length_cm", "carton_width_cm", "carton_height_cm"), ("length_cm", "width_cm", "height_cm")
    measured = [ways[list(names)].notna().all(axis=1) for names in sizes]
    weighed = ways["carton_weight_kg"].notna() | ways["weight_kg"].notna()
    missing = (~((measured[0] | measured[1]) & weighed)).to_numpy()
    text = "the usual parcel is used for freight"
    return _named("carton and packed size", "ALL", missing, ways["key"], freight, text)


def storage_gaps(places: pd.DataFrame, weekly: Floats, known: Booleans) -> list[AssumptionMade]:
    """Warehouses whose storage nobody gave, with what the setting charges a unit and month."""
    text = "the setting own_storage_per_m3_month is used, a month"
    notes = []
    for location in sorted(set(places.loc[~known, "location"])):
        here = (places["location"] == location).to_numpy() & ~known
        name = f"storage cost of {location}"
        notes += _named(name, "ALL", here, places["key"], weekly * WEEKS_PER_MONTH, text)
    return notes


def transfer_gaps(ways: pd.DataFrame, known: Booleans, yardstick: Floats) -> list[AssumptionMade]:
    """Warehouses from which nobody said what the way to FBA costs, with what AWD takes for the same (N,)."""
    notes = []
    for location in sorted(set(ways.loc[~known, "location"])):
        here = (ways["location"] == location).to_numpy() & ~known
        effect = np.nan_to_num(yardstick[ways["item"].to_numpy(int)])
        text = "none is counted (Amazon's AWD takes, from its own)"
        notes += _named(f"cost of moving goods from {location} to FBA", "ALL", here, ways["key"], effect, text)
    return notes


def _named(
    figure: str, marketplace: str, missing: Booleans, keys: pd.Series, effect: Floats, text: str
) -> list[AssumptionMade]:
    if not missing.any():
        return []
    items = keys[missing]
    mean = float(effect[missing].mean())
    return [AssumptionMade(figure, marketplace, items.nunique(), str(items.min()), text, mean)]
