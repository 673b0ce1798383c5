"""Size tier and shipping weight of packed units, by marketplace and day (fees/size_tiers.csv).

Rules: sides sorted, tiers tried from small to large, the first that fits wins; the weight that decides and that is
billed is the unit's or the greater of unit and dimensional weight, as the tier says.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from policies.fee_tables import CENTIMETRES, KILOGRAMS, Rows, rows_at

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Booleans = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

TABLE = "fees/size_tiers"
SLACK = 1e-6  # a limit reached exactly after conversion of units still fits


@dataclass(frozen=True)
class SizeTiers:
    """Arrays over n units. `row` is the row in `fee_table("fees/size_tiers")`, -1 where the marketplace has none."""

    row: Integers
    tier: Texts  # tier_code, empty without a table
    size_class: Texts  # standard, oversize, bulky or extra_large
    shipping_weight_kg: Floats
    dimensional_weight_kg: Floats
    overmax: Booleans  # US extra-large up to 150 lb, longest side over 96 in or length plus girth over 130 in
    expired: Booleans


def size_tiers(
    marketplace: str, day: date, sides_cm: Floats, weight_kg: Floats, selected: Booleans | None = None
) -> SizeTiers:
    """Find the tier of each unit.

    Args:
        marketplace: whose tiers.
        day: on which they hold.
        sides_cm: (n, 3) packed sides in any order.
        weight_kg: (n,) packed weight.
        selected: (n,) True for UK and EU parcels in the categories that have size-based parcel tiers.

    """
    count = len(weight_kg)
    sides = -np.sort(-np.asarray(sides_cm, dtype=float), axis=1)
    rows = rows_at(TABLE, marketplace, day)
    row = np.full(count, -1)
    if not len(rows):
        plain = np.full(count, "", dtype=object)
        none = np.zeros(count, dtype=bool)
        return SizeTiers(row, plain, plain.copy(), np.array(weight_kg, dtype=float), np.zeros(count), none, none.copy())
    ordinary = rows.where(rows["group"] == "all").ordered("order")
    for each in ordinary.records():
        fits = _fits(each, sides, weight_kg) & (row < 0)
        row[fits] = each["row"]
    row[row < 0] = ordinary.index[-1]
    if selected is not None and selected.any():
        _selected_parcels(rows, sides, weight_kg, selected, row)
    return _billed(rows, row, sides, np.asarray(weight_kg, dtype=float))


def tier_edition(marketplace: str, day: date) -> tuple[int, ...]:
    """Rows of the table that hold on a day, negative when expired: equal editions give equal tiers."""
    rows = rows_at(TABLE, marketplace, day)
    return tuple(-int(row) - 1 if expired else int(row) for row, expired in zip(rows.index, rows.expired, strict=True))


def _dimensional(row: dict[str, Any], sides: Floats) -> Floats:
    """Dimensional weight in kilograms by the rule of one tier row; zero where it has none."""
    if np.isnan(row["dim_weight_divisor"]):
        return np.zeros(len(sides))
    unit = sides / CENTIMETRES[row["unit_system"]]
    if not np.isnan(row["min_dim_side"]):
        unit = np.column_stack([unit[:, 0], np.maximum(unit[:, 1:], row["min_dim_side"])])
    per_kilogram = KILOGRAMS["lb"] if row["unit_system"] == "in" else 1.0
    return np.asarray(unit.prod(axis=1) / row["dim_weight_divisor"] * per_kilogram)


def _fits(row: dict[str, Any], sides: Floats, weight_kg: Floats) -> Booleans:
    unit = sides / CENTIMETRES[row["unit_system"]]
    measures = {
        "max_longest": unit[:, 0],
        "max_median": unit[:, 1],
        "max_shortest": unit[:, 2],
        "max_length_plus_girth": unit[:, 0] + 2 * (unit[:, 1] + unit[:, 2]),
        "max_unit_weight": weight_kg / KILOGRAMS[row["weight_unit"]],
        "max_dim_weight": _dimensional(row, sides) / KILOGRAMS[row["weight_unit"]],
    }
    fits = np.ones(len(sides), dtype=bool)
    for name, measure in measures.items():
        limit = row[name]
        if not np.isnan(limit):
            fits &= measure <= limit * (1 + SLACK)
    return fits


def _selected_parcels(rows: Rows, sides: Floats, weight_kg: Floats, selected: Booleans, row: Integers) -> None:
    """Replace the tier of parcels in the selected categories by their size-based one, in place."""
    parcel = np.isin(rows["tier_code"].astype(str), ["small_parcel", "standard_parcel"])
    open_rows = selected & np.isin(row, rows.index[parcel])
    for each in rows.where(rows["group"] == "selected_parcel").ordered("order").records():
        fits = _fits(each, sides, weight_kg) & open_rows
        row[fits] = each["row"]
        open_rows &= ~fits


def _billed(rows: Rows, row: Integers, sides: Floats, weight_kg: Floats) -> SizeTiers:
    shipping, dimensional = weight_kg.copy(), np.zeros(len(row))
    for each in rows.records():
        here = row == each["row"]
        if here.any():
            dimensional[here] = _dimensional(each, sides[here])
            if each["billing_weight_basis"] == "greater":
                shipping[here] = np.maximum(weight_kg[here], dimensional[here])
    order = np.argsort(rows.index)
    place = order[np.searchsorted(rows.index, row, sorter=order)]
    tier, size_class = rows["tier_code"][place], rows["size_class"][place]
    inches = sides / CENTIMETRES["in"]
    long = (inches[:, 0] > 96) | (inches[:, 0] + 2 * (inches[:, 1] + inches[:, 2]) > 130)
    overmax = (size_class == "extra_large") & (tier != "extra_large_150_plus") & long
    return SizeTiers(row, tier, size_class, shipping, dimensional, overmax, rows.expired[place])
