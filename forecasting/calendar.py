"""What dated rows do to demand, by SKU and week: learned from the past, laid on the future."""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.censoring import Demand
from forecasting.dated import Driver, Effect, column_drivers, event_effects, markets_of, promotion_drivers
from forecasting.schema import Panel
from forecasting.season import smooth_level, week_of_year
from forecasting.uplift import driver_uplift, event_uplift

Floats = npt.NDArray[np.floating]
STATED_SPREAD = 0.2  # log deviation of an uplift the planner states


@dataclass(frozen=True, eq=False)
class Calendar:
    """Effects and drivers and, once learned, their factors, (sku, week) past and future.

    stated: log uplifts the planner states for weeks ahead, NaN elsewhere. doubt: log deviation of both factors.
    """

    weeks: pd.DatetimeIndex
    market: npt.NDArray[np.intp]
    effects: tuple[Effect, ...]
    drivers: tuple[Driver, ...]
    stated: Floats | None
    event: Floats = field(repr=False)
    promo: Floats = field(repr=False)
    doubt: Floats = field(repr=False)

    @classmethod
    def of(
        cls,
        panel: Panel,
        weeks: pd.DatetimeIndex,
        events: pd.DataFrame | None,
        promotions: pd.DataFrame | None,
        planned: pd.DataFrame | None = None,
    ) -> "Calendar":
        """Lay dated rows over the weeks; every factor is 1 until `learned`."""
        shape = (len(panel.skus), len(weeks))
        market, names = markets_of(panel)
        promoted, stated = promotion_drivers(panel, weeks, promotions)
        ones = np.broadcast_to(1.0, shape)
        return cls(
            weeks,
            market,
            tuple(event_effects(names, weeks, events)),
            (*promoted, *column_drivers(panel, weeks, planned)),
            stated,
            ones,
            ones,
            np.broadcast_to(0.0, shape),
        )

    @property
    def moves(self) -> bool:
        """Whether any dated row touches these weeks."""
        return bool(self.effects or self.drivers or self.stated is not None)

    @property
    def factor(self) -> Floats:
        """Event times promotion, (sku, week)."""
        return self.event * self.promo

    def learned(self, demand: Demand, yearly: Floats, own: bool = True) -> "Calendar":
        """The same calendar with the factors that the past weeks teach, given the season (sku, past week).

        own: whether each SKU has its own response; without, all answer alike.
        """
        if not self.moves:
            return self
        past = yearly.shape[1]
        units, bare = demand.units, demand.exposure * yearly
        event: Floats = self.event
        promo: Floats = np.ones(event.shape)
        variance: Floats = np.zeros(event.shape)
        if self.effects:
            still = demand.exposure * self.promo[:, :past]
            level = smooth_level(units, still * yearly * event[:, :past])
            got = event_uplift(
                self.effects, self.market, units, level * still, level * still * yearly, self._week_of_year(past), own
            )
            event, variance = got.factor, np.square(got.spread)
        if self.drivers:
            moved = bare * event[:, :past]
            got = driver_uplift(self.drivers, units, smooth_level(units, moved) * moved, own)
            promo, variance = got.factor, variance + np.square(got.spread)
        if self.stated is not None:
            told = np.isfinite(self.stated)
            promo = np.where(told, np.exp(np.nan_to_num(self.stated)), 1.0) * promo
            variance = variance + told * STATED_SPREAD**2
        return replace(self, event=event, promo=promo, doubt=np.sqrt(variance))

    def _week_of_year(self, past: int) -> npt.NDArray[np.intp]:
        return week_of_year(self.weeks[:past])
