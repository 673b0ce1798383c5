"""What a fee formula is given and what it answers."""

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from policies.categories import in_group
from policies.size_tiers import SizeTiers, size_tiers, tier_edition

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]
Booleans = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Units:
    """Packed units of one marketplace, arrays over n; money in the marketplace's currency."""

    marketplace: str
    price: Floats  # what the customer pays, tax included where the marketplace shows prices so
    category: Texts  # keys of policies.categories
    product_class: Texts  # non_apparel, apparel or dangerous_goods
    sides_cm: Floats  # (n, 3)
    weight_kg: Floats
    sipp_certified: Booleans  # ships in its own packaging; False when unknown
    programme: str = "german_storage"  # DE: german_storage or central_europe
    _tiers: dict[tuple[int, ...], SizeTiers] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.price)

    @property
    def volume_m3(self) -> Floats:
        """Volume of one unit, cubic metres; (n,)."""
        return np.asarray(self.sides_cm.prod(axis=1) / 1e6)

    def tiers(self, day: date) -> SizeTiers:
        """Size tiers on a day; computed once per edition of the table."""
        edition = tier_edition(self.marketplace, day)
        if edition not in self._tiers:
            selected = in_group(self.category, "selected_parcel") | (self.product_class == "apparel")
            self._tiers[edition] = size_tiers(self.marketplace, day, self.sides_cm, self.weight_kg, selected)
        return self._tiers[edition]

    def take(self, chosen: Booleans | Integers) -> "Units":
        """Return some of the units."""
        columns = ("price", "category", "product_class", "sides_cm", "weight_kg", "sipp_certified")
        return replace(self, **{name: getattr(self, name)[chosen] for name in columns}, _tiers={})


@dataclass(frozen=True)
class Fee:
    """Money per unit, currency of the marketplace; NaN where the tables say nothing."""

    table: str
    amount: Floats  # (n,)
    row: Integers  # (n,) row of `fee_table(table)` that decided, -1 none
    expired: Booleans  # (n,) the row does not hold on the day asked; the nearest in time was taken

    @classmethod
    def unknown(cls, table: str, count: int) -> "Fee":
        """Return the fee of `count` units about which a table says nothing."""
        return cls(table, np.full(count, np.nan), np.full(count, -1), np.zeros(count, dtype=bool))

    def scaled(self, factor: Floats | float) -> "Fee":
        """Return the fee times a factor, same evidence."""
        return replace(self, amount=self.amount * factor)
