"""Excess stock: what to do with it, and what that is worth against doing nothing.

Value of stock = sum over units of margin at the time of sale, discounted, less storage and surcharge until then. A unit
sold after q others waits q / demand weeks. Compared are: hold; cut the price (demand rises with the elasticity); give
up the units beyond 90 days of demand (the exit value).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from policies.ageing import age_at_position, surcharge_until
from policies.fees.storage import YOUNG_DAYS
from policies.inputs import UnitEconomics

Floats = npt.NDArray[np.floating]
Texts = npt.NDArray[np.object_]

SAMPLES = 16  # units of the stock that stand for all
LONGEST_WEEKS = 156.0  # a unit that would wait longer is given up by then


@dataclass(frozen=True)
class SlowStockSettings:
    """How excess is judged; the elasticity is an assumption until the seller's own price changes say better."""

    excess_days: float = 90.0
    price_cut: float = 0.20  # share of the price
    price_elasticity: float = 2.0  # a cut by x multiplies demand by (1 - x) ** -elasticity
    referral_share: float = 0.15  # of a lower price the referral fee falls with it

    def __post_init__(self) -> None:
        if not 0 < self.price_cut < 1:
            raise ValueError(f"price_cut is {self.price_cut}; allowed is more than 0 and less than 1")
        if self.excess_days <= 0 or self.price_elasticity < 0 or not 0 <= self.referral_share < 1:
            raise ValueError("excess_days must be above 0, price_elasticity at least 0, referral_share in 0..1")


@dataclass(frozen=True)
class SlowStock:
    """Per item: units in excess, the best action, and what it is worth against holding, plan currency."""

    excess_units: Floats
    action: Texts  # "", hold, stop buying, cut price or remove
    worth: Floats
    held: Floats  # value of the stock when held
    price_cut: Floats  # gain of the price cut against holding
    removal: Floats  # gain of giving up the excess against holding


def slow_stock(
    on_hand: Floats,
    age_units: Floats,
    age_from_days: Floats,
    weekly_demand: Floats,
    economics: UnitEconomics,
    settings: SlowStockSettings | None = None,
    still_buying: npt.NDArray[np.bool_] | None = None,
) -> SlowStock:
    """Judge the stock of every item.

    Args:
        on_hand: (N,) units at FBA.
        age_units: (N, A) of that by age; age_from_days: (A,) lower ends, ascending.
        age_from_days: see above.
        weekly_demand: (N,) expected units per week.
        economics: of the same items.
        settings: see `SlowStockSettings`.
        still_buying: (N,) True where more is on order or about to be bought.

    """
    settings = settings or SlowStockSettings()
    excess = np.maximum(on_hand - weekly_demand * settings.excess_days / 7, 0.0)
    kept = on_hand - excess
    margin = economics.margin.mean(axis=1)
    held = _value(on_hand, on_hand, weekly_demand, margin, age_units, age_from_days, economics)
    faster = weekly_demand * (1 - settings.price_cut) ** -settings.price_elasticity
    lower = margin - economics.price * settings.price_cut * (1 - settings.referral_share)
    cut = _value(on_hand, on_hand, faster, lower, age_units, age_from_days, economics) - held
    shorter = _value(kept, on_hand, weekly_demand, margin, age_units, age_from_days, economics)
    removal = shorter + excess * economics.exit_value - held
    worth = np.where(excess > 0, np.maximum(np.maximum(cut, removal), 0.0), 0.0)
    action = np.select(
        [excess <= 0, (worth > 0) & (removal >= cut), worth > 0], ["", "remove", "cut price"], "hold"
    ).astype(object)
    if still_buying is not None:
        action[(action == "hold") & still_buying] = "stop buying"
    return SlowStock(excess, action, worth, held, np.where(excess > 0, cut, 0.0), np.where(excess > 0, removal, 0.0))


def _value(
    sold: Floats,
    on_hand: Floats,
    weekly_demand: Floats,
    margin: Floats,
    age_units: Floats,
    age_from_days: Floats,
    economics: UnitEconomics,
) -> Floats:
    """Value of selling the first `sold` of the units on hand, oldest first; (N,)."""
    position = sold[:, None] * (np.arange(SAMPLES) + 0.5) / SAMPLES
    rate = np.broadcast_to(weekly_demand[:, None], position.shape)
    never = position > LONGEST_WEEKS * rate  # asked before dividing: demand may be as good as zero, or zero
    wait = np.divide(position, rate, out=np.full(position.shape, LONGEST_WEEKS), where=~never & (rate > 0))
    age = age_at_position(age_units, age_from_days, position)
    bands, rates = economics.aged_from_days, economics.aged_surcharge
    aged = surcharge_until(age + 7 * wait, bands, rates) - surcharge_until(age, bands, rates)
    stored = economics.fba_storage.mean(axis=1)[:, None] * wait
    young = np.maximum(YOUNG_DAYS - age, 0.0) / 7.0
    stored = stored + economics.utilisation.mean(axis=1)[:, None] * np.maximum(wait - young, 0.0)
    earned = np.where(never, economics.exit_value[:, None], margin[:, None])
    discount = np.exp(-economics.capital_rate[:, None] * wait)
    return np.asarray((earned * discount - aged - stored).mean(axis=1) * sold)
