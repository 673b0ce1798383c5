"""Stock at Amazon's AWD: what the planner typed goes before the table; what neither says is named."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.assumptions import AssumptionMade
from policies.awd_charges import AwdCharges, awd_charges, awd_notes
from policies.fees.awd import CHARGES
from replenish.config import Config
from replenish.weekly.known import Known

Floats = npt.NDArray[np.floating]
Booleans = npt.NDArray[np.bool_]
AWD = "AWD"  # location of AWD stock in Amazon's reports


@dataclass(frozen=True)
class Awd:
    """Charges of AWD for the listed items, and which of them came to use it while the ways were priced."""

    places: frozenset[str]  # warehouses of kind AWD, and what Amazon's reports call so
    items: npt.NDArray[np.object_]
    marketplaces: npt.NDArray[np.object_]
    charges: AwdCharges
    currency: str
    typed: dict[str, Floats] = field(default_factory=dict)  # by charge, (N,): the planner's own amounts; NaN none
    used: Booleans = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def told(self, charge: str, location: pd.Series, item: pd.Series, typed: Floats) -> Floats:
        """Per unit, for rows of (location, item): `typed` where given, the table at AWD, NaN elsewhere."""
        here, at = location.isin(self.places).to_numpy(), item.to_numpy(int)
        self.used[at[here]] = True
        self.typed[charge][at[here]] = typed[here]
        return np.where(here & np.isnan(typed), self.charges.amount[charge][at], typed)

    def inbound(self, destination: pd.Series, item: pd.Series) -> Floats:
        """What AWD takes for a unit that arrives there; 0 for other destinations."""
        here, at = destination.isin(self.places).to_numpy(), item.to_numpy(int)
        self.used[at[here]] = True
        return np.where(here, np.nan_to_num(self.charges.amount["inbound_processing"][at]), 0.0)

    def figures(self) -> pd.DataFrame:
        """Evidence of each charge for the items that use AWD."""
        return self.charges.figures(self.items, self.used, self.typed, self.currency)

    def notes(self) -> list[AssumptionMade]:
        """Marketplaces without an AWD table."""
        return awd_notes(self.charges, self.items, self.marketplaces, self.used)


def awd_of(known: Known, cartons: pd.DataFrame, config: Config) -> Awd:
    """AWD for the listed items; `cartons` is the catalogue with carton sizes filled."""
    places = known.warehouses.loc[known.warehouses["kind"] == "AWD", "warehouse"]
    marketplaces = cartons["marketplace"].to_numpy(object)
    charges = awd_charges(
        marketplaces,
        cartons["carton_volume_m3"].to_numpy(float),
        cartons["case_pack"].to_numpy(float),
        known.as_of,
        {**config.seller.rates, config.seller.currency: 1.0},
        tier="smart_storage" if config.money.awd_auto_replenishment else "base",
        region=config.money.awd_region,
    )
    count = len(cartons)
    return Awd(
        frozenset([*places, AWD]),
        cartons["item"].to_numpy(object),
        marketplaces,
        charges,
        config.seller.currency,
        {charge: np.full(count, np.nan) for charge in CHARGES},
        np.zeros(count, dtype=bool),
    )
