"""The items of one marketplace, with the desk that prices them and what the seller's reports say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.assumptions import assumption
from policies.economics_items import ItemArrays
from policies.economics_settings import EconomicsSettings
from policies.evidence import evidence_of
from policies.fee_tables import CUBIC_METRES
from policies.fees.charges import Charge, Desk
from policies.fees.units import Fee, Units
from policies.figures import Figures
from policies.marketplaces import marketplace

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Booleans = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]
DatedFormula = Callable[[Units, date], Fee]


@dataclass(frozen=True)
class Plan:
    """What is the same for all items of a run."""

    items: pd.DataFrame
    start: date
    horizon: int
    currency: str
    rates: Mapping[str, float]  # the plan's own currency included
    evidence: pd.DataFrame
    settings: EconomicsSettings
    figures: Figures


@dataclass(frozen=True)
class Reported:
    """What reports say of one fee, arrays over the block; plan currency."""

    amount: Floats  # NaN where unknown
    known: Booleans
    day: Texts
    per: Texts
    origin: Integers

    def over(self, charge: Charge, factor: Floats | None = None) -> Charge:
        """Put the report in place of the table; with a factor (report / table), the table times it: seasons stay."""
        carried = np.nan if factor is None else np.where(charge.amount > 0, charge.amount * factor, np.nan)
        told = np.where(np.isnan(carried), self.amount, carried)
        return Charge(np.where(self.known, told, charge.amount), np.where(self.known, self.origin, charge.origin))


@dataclass(frozen=True)
class Block:
    """One marketplace of a plan."""

    plan: Plan
    places: Integers  # positions among all items
    desk: Desk
    net_price: Floats
    landed_cost: Floats
    return_rate: Floats
    sellable_return_share: Floats
    size_assumed: Booleans

    @classmethod
    def of(cls, plan: Plan, arrays: ItemArrays, code: str) -> "Block":
        """Cut the items of a marketplace out."""
        places = np.flatnonzero(arrays.marketplace == code)
        programme = "central_europe" if plan.settings.central_europe_programme else "german_storage"
        place = marketplace(code)
        local_rate = float(arrays.local_rate[places[0]])

        def units(tables_of: str, price: Floats) -> Units:
            return Units(
                marketplace=tables_of,
                price=price,
                category=arrays.category[places],
                product_class=arrays.product_class[places],
                sides_cm=arrays.sides_cm[places],
                weight_kg=arrays.weight_kg[places],
                sipp_certified=arrays.sipp_certified[places],
                programme=programme,
            )

        near = []
        other = place
        while other.nearest_fee_tables:
            other = marketplace(other.nearest_fee_tables)
            rate = plan.rates.get(other.currency, 0.0)
            if rate > 0:
                near.append((units(other.code, arrays.price_local[places] * local_rate / rate), rate))
        desk = Desk(
            own=units(place.code, arrays.price_local[places]),
            own_rate=local_rate,
            nearest=tuple(near),
            names=arrays.item[places],
            figures=plan.figures,
        )
        columns = ("net_price", "landed_cost", "return_rate", "sellable_return_share", "size_assumed")
        return cls(plan, places, desk, *(getattr(arrays, name)[places] for name in columns))

    @property
    def code(self) -> str:
        """Marketplace code."""
        return self.desk.own.marketplace

    def ask(self, figure: str, formula: DatedFormula, day: date, fallback: str, told: Reported | None = None) -> Charge:
        """Return the fee of a day by tables; gaps of units that `told` knows are not noted."""
        known = None if told is None else told.known
        return self.desk.ask(figure, lambda units: formula(units, day), day, assumption(fallback, self.code), known)

    def factor(self, told: Reported, figure: str, formula: DatedFormula, fallback: str) -> Floats:
        """Return report / table on the day of the report: carries an amount to other days; NaN where it cannot."""
        factor = np.full(len(self.places), np.nan)
        silent = replace(told, known=np.ones(len(factor), dtype=bool))
        for day in sorted(set(told.day[told.known])):
            here = told.known & (told.day == day)
            charge = self.ask(figure, formula, day, fallback, silent)
            np.divide(told.amount, charge.amount, where=here & (charge.amount > 0), out=factor)
        return factor

    def reported(self, fee: str, newer_than: int | None = None) -> Reported:
        """Return what the seller's reports say of a fee (names: `policies.evidence.FEES`).

        With `newer_than`, a report that many days or more before the plan says nothing.
        """
        plan = self.plan
        told = evidence_of(plan.evidence, fee, self.desk.names, plan.rates, plan.start, newer_than)
        known = ~np.isnan(told.amount)
        origin = np.full(len(known), -1)
        where = np.flatnonzero(known)
        labels = pd.DataFrame({"report": told.report[where], "day": [str(day) for day in told.day[where]]})
        for (report, day), index in labels.groupby(["report", "day"], sort=True).indices.items():
            origin[where[index]] = plan.figures.origin(str(report), str(day), "", "the seller's own report", "seller")
        return Reported(told.amount, known, told.day, told.per, origin)

    def optional(self, column: str) -> Floats | None:
        """Numbers of a column that the caller may leave out."""
        if column not in self.plan.items:
            return None
        values = self.plan.items[column].iloc[self.places]
        return np.asarray(pd.to_numeric(values, errors="coerce").to_numpy(float, na_value=np.nan))

    def record(self, figure: str, charge: Charge, unit: str = "per unit") -> Floats:
        """Record a figure with its evidence; return its amounts."""
        self.plan.figures.add(figure, f"{self.plan.currency} {unit}", self.places, charge.amount, charge.origin)
        return charge.amount


def per_unit_month(block: Block, told: Reported) -> Reported:
    """A report per volume, or per unit, and month as money per unit and month; another measure says nothing."""
    amount = np.where(told.per == "unit", told.amount, np.nan)
    for unit, cubic_metres in CUBIC_METRES.items():
        amount = np.where(told.per == unit, told.amount * block.desk.own.volume_m3 / cubic_metres, amount)
    return replace(told, amount=amount, known=~np.isnan(amount))
