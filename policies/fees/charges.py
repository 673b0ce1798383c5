"""Asks a fee of the marketplace's own tables, then of the nearest marketplace's, then takes the assumption."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from policies.assumptions import Assumption, AssumptionMade
from policies.fee_tables import FeeTableExpired, fee_table
from policies.fees.units import Fee, Units
from policies.figures import Figures

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Booleans = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

Formula = Callable[[Units], Fee]


@dataclass(frozen=True)
class Charge:
    """Plan currency per unit, and the origin of each figure; never NaN."""

    amount: Floats
    origin: Integers


@dataclass
class Desk:
    """Fees of the items of one marketplace.

    `own` are the units with the marketplace's tables and currency; `nearest` the same units read by the tables of
    the marketplaces most like it, nearest first, each with plan currency per unit of its currency. Marketplaces whose
    exchange rate is unknown are left out.
    """

    own: Units
    own_rate: float  # plan currency per unit of the marketplace's currency
    nearest: tuple[tuple[Units, float], ...]
    names: Texts
    figures: Figures
    expired: dict[tuple[str, str], FeeTableExpired] = field(default_factory=dict)
    assumed: dict[str, AssumptionMade] = field(default_factory=dict)

    def ask(
        self, figure: str, formula: Formula, day: date, fallback: Assumption, told: Booleans | None = None
    ) -> Charge:
        """Fee of each unit by the first that knows it.

        An assumption about this very marketplace goes before the nearest one's table; so does the assumption that a
        fee is not charged (0), which needs no note. Nor is noted what is missing of the units that a report of the
        seller tells about: `told` (n,).
        """
        fee = formula(self.own)
        amount = fee.amount * self.own_rate
        silent = np.zeros(len(amount), dtype=bool) if told is None else told
        self._note_expired(fee, np.where(silent, np.nan, amount), day)
        origin = self.figures.origins_of_rows(fee.table, np.where(np.isnan(amount), -1, fee.row))
        if not (fallback.own or fallback.not_charged):
            for units, rate in self.nearest:
                missing = np.isnan(amount)
                if missing.any():
                    near = formula(units.take(missing))
                    amount[missing] = near.amount * rate
                    origin[missing] = self.figures.origins_of_rows(near.table, near.row, "assumption")
                    self.note(figure, missing & ~silent, f"the table of {units.marketplace} is used", amount)
        missing = np.isnan(amount)
        if missing.any():
            by_price = fallback.unit.startswith("percent of price")
            usual = self.own.price * fallback.value / 100 if by_price else np.full(len(amount), fallback.value)
            amount = np.where(missing, usual * self.own_rate, amount)
            origin[missing] = self.figures.origins_of_rows("assumptions", np.array([fallback.row]), "assumption")[0]
            self.note(figure, missing & ~silent, f"{fallback.value:g} {fallback.unit} is used", amount)
        return Charge(amount, origin)

    def plain(self, fee: Fee) -> Charge:
        """Return a fee that tables always answer (0 where not due); rows without evidence keep origin -1."""
        return Charge(fee.amount * self.own_rate, self.figures.origins_of_rows(fee.table, fee.row))

    def note_size(self, assumed: Booleans, amount: Floats) -> None:
        """Note the items whose packed size or weight is assumed, with the fulfilment fee that rests on it."""
        self.note("packed size or weight", assumed, "the median of similar items is used", amount)

    def note_category(self, named: Booleans, amount: Floats) -> None:
        """Note the items whose category the marketplace's referral table does not name."""
        self.note("referral category", ~named, 'the rate of "Everything Else" is used', amount)

    def note(self, figure: str, missing: Booleans, instead: str, amount: Floats) -> None:
        """Note once per figure which items miss it, and what is used instead, with its mean effect where above 0."""
        used = amount[missing & ~np.isnan(amount)]
        if figure in self.assumed or not used.any():
            return
        example = str(min(self.names[missing]))
        mean = float(used.mean())
        self.assumed[figure] = AssumptionMade(figure, self.own.marketplace, len(used), example, instead, mean)

    def _note_expired(self, fee: Fee, amount: Floats, day: date) -> None:
        late = fee.expired & ~np.isnan(amount)
        if not late.any():
            return
        key = (fee.table, self.own.marketplace)
        row = fee_table(fee.table).iloc[int(fee.row[late][0])]
        valid = f"{row['valid_from']} to {row['valid_to'] or 'now'}"
        mean = float(amount[late].mean())
        note = FeeTableExpired(fee.table, self.own.marketplace, day, valid, int(late.sum()), mean)
        known = self.expired.get(key)
        self.expired[key] = note if known is None else replace(known, items=max(known.items, note.items))
