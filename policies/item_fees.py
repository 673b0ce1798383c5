"""All fees of the items of one marketplace, written into arrays over all items."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.assumptions import AssumptionMade, assumption
from policies.calendar import season_changes
from policies.fee_tables import CUBIC_METRES, FeeTableExpired, change_days, marketplaces_with, segments
from policies.fees.aged import age_bands, aged_surcharge
from policies.fees.charges import Charge
from policies.fees.fulfilment import fulfilment, fulfilment_changes
from policies.fees.low_inventory import BELOW_DAYS, NEW_SELECTION_DAYS, exempt, low_inventory_fee
from policies.fees.placement import placement
from policies.fees.referral import TABLE as REFERRAL
from policies.fees.referral import named, referral
from policies.fees.removal import liquidation_proceeds, removal
from policies.fees.returns import charged_return_rate, refund_administration, returns_processing
from policies.fees.storage import TABLE as STORAGE
from policies.fees.storage import days_in_month, month_starts, storage, utilisation_surcharge
from policies.fees.units import Fee, Units
from policies.item_block import Block, Reported

Floats = npt.NDArray[np.floating]
DatedFormula = Callable[[Units, date], Fee]


@dataclass(frozen=True)
class ItemFees:
    """Arrays over all N items, plan currency; filled one marketplace at a time."""

    margin: Floats  # (N, H) before product cost
    storage: Floats  # (N, H) per unit and week
    aged_per_month: Floats  # (N, B)
    low_inventory: Floats  # (N, L)
    exit_value: Floats  # (N,)

    @classmethod
    def empty(cls, items: int, horizon: int) -> "ItemFees":
        """Return zeros of the right shapes."""
        shapes = ((items, horizon), (items, horizon), (items, len(age_bands())), (items, len(BELOW_DAYS)), (items,))
        return cls(*(np.zeros(shape) for shape in shapes))


def item_fees(block: Block, fees: ItemFees) -> list[AssumptionMade | FeeTableExpired]:
    """Fill `fees` for the items of a block; return the notes."""
    here = block.places
    referred = _referral(block)
    fees.margin[here] = (block.net_price - referred - _returns_cost(block, referred))[:, None] - _fulfilment(block)
    fees.storage[here] = _storage(block)
    for band, age in enumerate(age_bands()):
        fees.aged_per_month[here, band] = _aged(block, age)
    free = _free_of_low_inventory_fee(block)
    for level, below in enumerate(BELOW_DAYS):
        fees.low_inventory[here, level] = np.where(free, 0.0, _low_inventory(block, below))
    fees.exit_value[here] = _exit_value(block)
    _placement(block)
    return [*block.desk.assumed.values(), *block.desk.expired.values()]


def _ask(block: Block, figure: str, formula: DatedFormula, day: date, fallback: str) -> Charge:
    return block.desk.ask(figure, lambda units: formula(units, day), day, assumption(fallback, block.code))


def _factor(block: Block, told: Reported, figure: str, formula: DatedFormula, fallback: str) -> Floats:
    """Report / table on the day of the report: carries a reported amount to other days; 1 where no report is."""
    factor = np.ones(len(block.places))
    for day in sorted(set(told.day[told.known])):
        here = told.known & (told.day == day)
        charge = _ask(block, figure, formula, day, fallback)
        factor[here] = np.divide(
            told.amount[here], charge.amount[here], where=charge.amount[here] > 0, out=factor[here]
        )
    return factor


def _referral(block: Block) -> Floats:
    charge = _ask(block, "referral fee", referral, block.plan.start, "referral")
    if block.code in marketplaces_with(REFERRAL):
        block.desk.note_category(_named_anywhere(block), charge.amount)
    told, closing = block.reported("referral"), block.reported("closing")
    with_closing = replace(told, amount=told.amount + np.nan_to_num(closing.amount))
    return block.record("referral fee", with_closing.over(charge))


def _named_anywhere(block: Block) -> npt.NDArray[np.bool_]:
    """Whether the marketplace's table, or the nearest one's, names the category."""
    known = named(block.desk.own, block.plan.start)
    for units, _ in block.desk.nearest:
        known = known | named(units, block.plan.start)
    return known


def _fulfilment(block: Block) -> Floats:
    """(n, H): the fee of each week, mixed by days where a season or a table changes within it."""
    plan, code = block.plan, block.code
    told = block.reported("fulfilment")
    factor = _factor(block, told, "fulfilment fee", fulfilment, "fulfilment")
    changes = season_changes(code, plan.start, plan.start + timedelta(weeks=plan.horizon)) | fulfilment_changes(code)
    weekly = np.zeros((len(block.places), plan.horizon))
    for day, share in segments(changes, plan.start, plan.horizon):
        charge = told.over(_ask(block, "fulfilment fee", fulfilment, day, "fulfilment"), factor)
        if day == plan.start:
            block.record("fulfilment fee, first day", charge)
            block.desk.note_size(block.size_assumed, charge.amount)
        weekly += np.outer(charge.amount, share)
    return weekly


def _returns_cost(block: Block, referred: Floats) -> Floats:
    """Expected cost of returns per unit sold, before the fulfilment fee (which is not given back)."""
    plan, desk, rate = block.plan, block.desk, block.return_rate
    processing = _ask(block, "returns processing fee", returns_processing, plan.start, "returns_processing")
    fee = block.record("returns processing fee", block.reported("returns_processing").over(processing))
    charged, _ = charged_return_rate(desk.own, plan.start, rate, block.optional("units_per_month"))
    kept = refund_administration(desk.own, plan.start, referred / desk.own_rate) * desk.own_rate
    disposal = _ask(block, "removal fee", lambda units, day: removal(units, day, "disposal"), plan.start, "removal")
    sellable = block.sellable_return_share
    refunded = block.net_price - referred + kept
    cost = rate * (refunded - sellable * block.landed_cost + (1 - sellable) * disposal.amount) + charged * fee
    derived = plan.figures.origin(
        "derived", "", "", "return rate, refunds, disposal and resale of returned units", "derived"
    )
    return block.record("cost of returns", Charge(cost, np.full(len(cost), derived)))


def _storage(block: Block) -> Floats:
    """(n, H) per unit and week: the days of each month at that month's rate, with the utilisation surcharge."""
    plan = block.plan
    told = _per_unit_month(block, block.reported("storage"))
    factor = _factor(block, told, "storage", storage, "storage")
    changes = month_starts(plan.start, plan.start + timedelta(weeks=plan.horizon)) | change_days(STORAGE, block.code)
    weekly = np.zeros((len(block.places), plan.horizon))
    for day, share in segments(changes, plan.start, plan.horizon):
        charge = told.over(_ask(block, "storage", storage, day, "storage"), factor)
        surcharge = block.desk.plain(utilisation_surcharge(block.desk.own, day, _utilisation(block, day)))
        if day == plan.start:
            block.record("storage", charge, "per unit and month")
            block.record("storage utilisation surcharge", surcharge, "per unit and month")
        added = np.where(told.known, 0.0, surcharge.amount)  # reports of storage include it
        weekly += np.outer((charge.amount + added) * 7 / days_in_month(day), share)
    return weekly


def _per_unit_month(block: Block, told: Reported) -> Reported:
    volume = block.desk.own.volume_m3
    amount = told.amount.copy()
    for unit, cubic_metres in CUBIC_METRES.items():
        here = told.per == unit
        amount[here] = told.amount[here] * volume[here] / cubic_metres
    return replace(told, amount=amount)


def _utilisation(block: Block, day: date) -> Floats:
    weeks = {size: ratio for (code, size), ratio in block.plan.settings.utilisation_weeks.items() if code == block.code}
    ratios = pd.Series(block.desk.own.tiers(day).size_class).map(weeks)
    return np.asarray(ratios.to_numpy(float, na_value=np.nan))


def _aged(block: Block, age: int) -> Floats:
    start = block.plan.start
    charge = block.desk.ask(
        "aged-inventory surcharge", lambda units: aged_surcharge(units, start, age), start,
        assumption("aged_surcharge", block.code),
    )  # fmt: skip
    return block.record(f"aged surcharge from {age} days", charge, "per unit and month")


def _low_inventory(block: Block, below: float) -> Floats:
    fee = low_inventory_fee(block.desk.own, block.plan.start, below, block.plan.settings.pan_eu)
    return block.record(f"low-inventory fee below {below:g} days", block.desk.plain(fee), "per unit sold")


def _free_of_low_inventory_fee(block: Block) -> npt.NDArray[np.bool_]:
    days = None
    if "launch_date" in block.plan.items:
        launched = pd.to_datetime(block.plan.items["launch_date"].iloc[block.places], errors="coerce")
        days = (pd.Timestamp(block.plan.start) - launched).dt.days.to_numpy(float, na_value=np.nan)
        # New Selection counts from the first receipt; a launch still ahead is new as well.
        days = np.where(days <= NEW_SELECTION_DAYS, np.maximum(days, 0), days)
    return exempt(
        len(block.places),
        units_in_7_days=block.optional("units_7_days"),
        awd_share=block.optional("awd_share"),
        days_since_first_receipt=days,
        seller_days=block.plan.settings.seller_days.get(block.code),
    )


def _exit_value(block: Block) -> Floats:
    """Best of liquidation, removal and disposal; the unit's product cost is gone either way."""
    plan, desk = block.plan, block.desk
    told = block.reported("removal")
    removed = block.record("removal fee", told.over(_ask(block, "removal fee", removal, plan.start, "removal")))
    disposed = _ask(block, "removal fee", lambda units, day: removal(units, day, "disposal"), plan.start, "removal")
    local = block.net_price / desk.own_rate
    proceeds = liquidation_proceeds(desk.own, plan.start, local, plan.settings.liquidation_recovery) * desk.own_rate
    proceeds = np.where(np.isnan(proceeds), -np.inf, proceeds)
    liquidated = block.reported("liquidation")
    proceeds = np.where(liquidated.known, liquidated.amount, proceeds)
    return np.asarray(np.maximum(proceeds, -np.minimum(removed, np.where(told.known, removed, disposed.amount))))


def _placement(block: Block) -> None:
    split = block.plan.settings.placement_split
    charge = _ask(
        block, "inbound placement fee", lambda units, day: placement(units, day, split), block.plan.start,
        "inbound_placement",
    )  # fmt: skip
    block.record("inbound placement fee", block.reported("inbound_placement").over(charge), "per unit received")
