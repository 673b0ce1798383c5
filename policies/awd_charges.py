"""What stock at Amazon Warehousing and Distribution costs each item, in plan currency and with its evidence.

Where a marketplace has no AWD table, that of the United States stands in, and the note says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.assumptions import AssumptionMade
from policies.fee_tables import DAYS_PER_MONTH
from policies.fees.awd import CHARGES, TABLE, awd_costs
from policies.figures import Figures
from policies.marketplaces import marketplace

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Booleans = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

STANDS_IN = "US"
NAMES = {
    "storage": ("AWD storage", "per unit and month"),
    "inbound_processing": ("AWD inbound processing", "per unit, once"),
    "outbound_processing": ("AWD outbound processing", "per unit moved to FBA"),
    "transportation": ("AWD transport to FBA", "per unit moved to FBA"),
}


@dataclass(frozen=True)
class AwdCharges:
    """By charge (`policies.fees.awd.CHARGES`), arrays over N items."""

    amount: dict[str, Floats]  # plan currency per unit, storage per week; NaN where no table can be used
    row: dict[str, Integers]  # row of the table, -1 none
    stands_in: Booleans  # read from the table of another marketplace

    def figures(self, items: Texts, used: Booleans, told: Mapping[str, Floats], currency: str) -> pd.DataFrame:
        """Evidence for the items that use AWD; `told` are the planner's own amounts (NaN none), which go before."""
        figures = Figures(items)
        at = np.flatnonzero(used)
        own = figures.origin("warehouses", "", "", "your template of warehouses or legs", "seller")
        for charge in CHARGES:
            rows, stands = self.row[charge][at], self.stands_in[at]
            origin = figures.origins_of_rows(TABLE, rows)
            origin = np.where(stands, figures.origins_of_rows(TABLE, rows, "assumption"), origin)
            mine = told[charge][at] if charge in told else np.full(len(at), np.nan)
            amount = np.where(np.isnan(mine), np.nan_to_num(self.amount[charge][at]), mine)
            if charge == "storage":
                amount = amount * DAYS_PER_MONTH / 7
            name, unit = NAMES[charge]
            figures.add(name, f"{currency} {unit}", at, amount, np.where(np.isnan(mine), origin, own))
        return figures.frame()


def awd_charges(
    marketplaces: Texts,
    carton_volume_m3: Floats,
    case_pack: Floats,
    day: date,
    rates: Mapping[str, float],
    *,
    tier: str = "base",
    region: str = "other",
) -> AwdCharges:
    """Price AWD for every item.

    Args:
        marketplaces: (N,) codes.
        carton_volume_m3: (N,) of one carton.
        case_pack: (N,) units per carton.
        day: of the tables.
        rates: plan currency per unit of each currency, the plan's own included.
        tier: base, smart_storage or amazon_managed.
        region: west or other.

    """
    count = len(marketplaces)
    amount = {charge: np.full(count, np.nan) for charge in CHARGES}
    row = {charge: np.full(count, -1) for charge in CHARGES}
    stands_in = np.zeros(count, dtype=bool)
    for code in sorted(set(marketplaces)):
        here = np.flatnonzero(marketplaces == code)
        for tables_of in dict.fromkeys((str(code), STANDS_IN)):
            rate = rates.get(marketplace(tables_of).currency, 0.0)
            costs = awd_costs(tables_of, day, carton_volume_m3[here], case_pack[here], tier, region)
            if costs is None or not rate > 0:
                continue
            for charge in CHARGES:
                amount[charge][here], row[charge][here] = costs.amount[charge] * rate, costs.row[charge]
            stands_in[here] = tables_of != code
            break
    return AwdCharges(amount, row, stands_in)


def awd_notes(charges: AwdCharges, items: Texts, marketplaces: Texts, used: Booleans) -> list[AssumptionMade]:
    """Name the marketplaces whose items use AWD without a table of their own, with what moving a unit costs then."""
    notes = []
    moved = charges.amount["outbound_processing"] + charges.amount["transportation"]
    unknown = used & (charges.stands_in | np.isnan(moved))
    for code in sorted(set(marketplaces[unknown])):
        here = unknown & (marketplaces == code)
        text = f"the table of {STANDS_IN} is used, moving a unit to FBA"
        if np.isnan(moved[here]).all():
            text = "storage as set for warehouses and no other charge is used (no exchange rate to USD)"
        effect = float(np.nan_to_num(moved[here]).mean())
        notes.append(AssumptionMade("AWD fees", str(code), int(here.sum()), str(items[here].min()), text, effect))
    return notes
