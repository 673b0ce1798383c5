"""Storage utilisation surcharge of each item and week: the ratio the seller has now, the rate, and who is exempt.

    ratio (weeks) = volume stored, mean of 13 weeks / volume shipped per week, by marketplace and size class

It is due on units older than 30 days (`policies.fees.storage.YOUNG_DAYS`), in a class of at least 25 cubic feet. Exempt
are sellers in their first 365 days and products that AWD refills by itself to at least 70 %.
"""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.fee_tables import change_days, segments
from policies.fees.charges import Charge
from policies.fees.low_inventory import AWD_SHARE, NEW_SELLER_DAYS
from policies.fees.storage import (
    UTILISATION,
    days_in_month,
    month_starts,
    utilisation_surcharge,
    utilisation_weeks,
)
from policies.fees.units import Units
from policies.item_block import Block, Reported, per_unit_month

Floats = npt.NDArray[np.floating]
Booleans = npt.NDArray[np.bool_]

RATIO_DAYS = 91  # the ratio is taken over 13 weeks: an older report says nothing of today's
FIGURE = "storage utilisation surcharge"


def weekly_utilisation(block: Block) -> Floats:
    """(n, H) surcharge per unit older than 30 days and week."""
    plan = block.plan
    told = per_unit_month(block, block.reported("storage_utilisation", RATIO_DAYS))
    then = block.reported("storage_utilisation_weeks", RATIO_DAYS)
    ratio, free = _ratio(block, then), exempt(block)
    factor = _factor(block, told, then)
    changes = month_starts(plan.start, plan.start + timedelta(weeks=plan.horizon)) | change_days(
        UTILISATION, block.code
    )
    weekly, unknown = np.zeros((len(block.places), plan.horizon)), np.zeros(len(block.places), dtype=bool)
    for day, share in segments(changes, plan.start, plan.horizon):
        table = block.desk.plain(utilisation_surcharge(block.desk.own, day, ratio))
        charge = told.over(table, factor)
        amount = np.where(free & ~(told.known & (told.amount > 0)), 0.0, charge.amount)
        unknown |= (amount == 0) & ~free & ~told.known
        if day == plan.start:
            block.record(FIGURE, Charge(amount, charge.origin), "per unit older than 30 days and month")
        weekly += np.outer(amount * 7 / days_in_month(day), share)
    _note_unknown(block, ratio, unknown)
    return weekly


def exempt(block: Block) -> Booleans:
    """Items that pay no surcharge whatever the ratio; what is unknown does not exempt."""
    free = np.zeros(len(block.places), dtype=bool)
    days = block.plan.settings.seller_days.get(block.code)
    if days is not None and days <= NEW_SELLER_DAYS:
        return ~free
    share = block.optional("awd_share")
    return free if share is None else np.nan_to_num(share) >= AWD_SHARE


def _ratio(block: Block, told: Reported) -> Floats:
    """(n,) of each item's class: as set, else as the seller's last storage report says, else from stock and sales."""
    size_class = pd.Series(block.desk.own.tiers(block.plan.start).size_class)
    given = {size: ratio for (code, size), ratio in block.plan.settings.utilisation_weeks.items() if code == block.code}
    reported = pd.Series(told.amount).groupby(size_class).transform("max")
    ratio = size_class.map(given).astype(float).fillna(reported)
    return np.asarray(ratio.fillna(_ratio_now(block, size_class)).to_numpy(float))


def _ratio_now(block: Block, size_class: pd.Series) -> pd.Series:
    stored, shipped = block.optional("stored_units"), block.optional("shipped_per_week")
    if stored is None or shipped is None:
        return pd.Series(np.nan, index=size_class.index)
    volume = block.desk.own.volume_m3
    counted = [np.where(np.isfinite(units) & (units > 0), units, 0.0) for units in (stored, shipped)]
    sums = [pd.Series(units * volume).groupby(size_class).sum() for units in counted]
    return size_class.map(utilisation_weeks(*sums)).astype(float)


def _factor(block: Block, told: Reported, then: Reported) -> Floats:
    """Reported rate / table on the day and at the ratio of the report; NaN where the table knows none."""
    factor = np.full(len(block.places), np.nan)
    for day in sorted(set(told.day[told.known])):
        here = told.known & (told.day == day)
        table = block.desk.plain(utilisation_surcharge(block.desk.own, day, then.amount)).amount
        np.divide(told.amount, table, where=here & (table > 0), out=factor)
    return factor


def _note_unknown(block: Block, ratio: Floats, unknown: Booleans) -> None:
    """Name the items that a ratio makes liable in months or sizes for which no rate was found."""
    if not unknown.any():
        return
    usual = np.zeros(len(ratio))
    for units, rate in ((block.desk.own, block.desk.own_rate), *block.desk.nearest):
        usual = np.where(usual > 0, usual, _dearest_month(units, block.plan.start, ratio) * rate)
    text = "none is counted where no rate is published (at the rate of other months it would be, a month)"
    block.desk.note(FIGURE, unknown & (usual > 0), text, usual)


def _dearest_month(units: Units, start: date, ratio: Floats) -> Floats:
    days = (date(start.year, month, 1) for month in range(1, 13))
    return np.asarray(np.max([utilisation_surcharge(units, day, ratio).amount for day in days], axis=0))
