"""How long goods take: the suppliers' legs and transfers as the engine's lead-time draws."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.lead_time_closures import all_closures
from policies.lead_times import LeadTimes, draw_arrivals, draw_lead_times, learn_lead_times
from replenish.config import Config
from replenish.weekly.known import Known

Floats = npt.NDArray[np.floating]
CLOSURE_YEARS = 2
TYPED = ["production_days", "production_days_sd"]


@dataclass(frozen=True)
class Times:
    """Draws for this plan; the same supplier and mode share each path's delay. All days count from `known.start`."""

    known: Known
    legs: pd.DataFrame
    closures: pd.DataFrame
    paths: int
    seed: int

    def days(self, options: pd.DataFrame) -> Floats:
        """Days from the plan's Monday to sellable stock of orders placed on `as_of`; (rows, paths)."""
        waited = (self.known.as_of - self.known.start).days
        legs = options.reset_index(drop=True)
        history = self.known.inbound_history
        return draw_lead_times(legs, history, self.closures, self.known.as_of, self.paths, self.seed) + waited

    def arrival_days(self, arrivals: pd.DataFrame) -> Floats:
        """Days from the plan's Monday to sellable stock of goods under way; (rows, paths)."""
        if arrivals.empty:
            return np.zeros((0, self.paths))
        history = self.known.inbound_history
        rows = arrivals.assign(supplier=arrivals["source"])
        return draw_arrivals(rows, self.legs, history, self.closures, self.known.start, self.paths, self.seed)

    def learned(self) -> LeadTimes:
        """The distributions behind the draws."""
        return learn_lead_times(self.legs, self.known.inbound_history, self.closures, self.known.as_of)


def times_of(known: Known, config: Config) -> Times:
    """Legs with the suppliers' production days, and every closure that can matter to this plan."""
    suppliers = known.suppliers.set_index("supplier")
    legs = known.supplier_legs.copy()
    transfer = legs["supplier"].isin(known.warehouses["warehouse"])
    legs["kind"] = np.where(transfer, "shipment", "purchase")
    for name in TYPED:
        legs[name] = legs["supplier"].map(suppliers[name]).where(~transfer)
    reach = timedelta(days=365 * CLOSURE_YEARS)
    past = timedelta(days=365 * 6)
    closures = all_closures(known.suppliers, known.supplier_closures, known.start - past, known.start + reach)
    return Times(known, legs, closures, config.planning.paths, config.planning.seed)
