"""All fees of the items of one marketplace, written into arrays over all items."""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from policies.assumptions import AssumptionMade
from policies.calendar import season_changes
from policies.fee_tables import FeeTableExpired, marketplaces_with, segments
from policies.fees.aged import age_bands
from policies.fees.charges import Charge
from policies.fees.fulfilment import fulfilment, fulfilment_changes
from policies.fees.low_inventory import BELOW_DAYS
from policies.fees.placement import placement
from policies.fees.referral import TABLE as REFERRAL
from policies.fees.referral import named, referral
from policies.fees.removal import liquidation_proceeds, removal
from policies.fees.returns import charged_return_rate, refund_administration, returns_processing
from policies.item_block import Block
from policies.stock_fees import aged_per_month, low_inventory, weekly_storage
from policies.utilisation import weekly_utilisation

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True)
class ItemFees:
    """Arrays over all N items, plan currency; filled one marketplace at a time."""

    margin: Floats  # (N, H) before product cost
    storage: Floats  # (N, H) per unit and week
    utilisation: Floats  # (N, H) per unit older than 30 days and week
    aged_per_month: Floats  # (N, B)
    low_inventory: Floats  # (N, L)
    exit_value: Floats  # (N,)

    @classmethod
    def empty(cls, items: int, horizon: int) -> "ItemFees":
        """Return zeros of the right shapes."""
        weekly, bands, levels = (items, horizon), (items, len(age_bands())), (items, len(BELOW_DAYS))
        return cls(*(np.zeros(shape) for shape in (weekly, weekly, weekly, bands, levels, (items,))))


def item_fees(block: Block, fees: ItemFees) -> list[AssumptionMade | FeeTableExpired]:
    """Fill `fees` for the items of a block; return the notes."""
    here = block.places
    referred = _referral(block)
    fees.margin[here] = (block.net_price - referred - _returns_cost(block, referred))[:, None] - _fulfilment(block)
    fees.storage[here] = weekly_storage(block)
    fees.utilisation[here] = weekly_utilisation(block)
    fees.aged_per_month[here] = aged_per_month(block)
    fees.low_inventory[here] = low_inventory(block)
    fees.exit_value[here] = _exit_value(block)
    _placement(block)
    return [*block.desk.assumed.values(), *block.desk.expired.values()]


def _referral(block: Block) -> Floats:
    told, closing = block.reported("referral"), block.reported("closing")
    charge = block.ask("referral fee", referral, block.plan.start, "referral", told)
    if block.code in marketplaces_with(REFERRAL):
        block.desk.note_category(_named_anywhere(block) | told.known, charge.amount)
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
    factor = block.factor(told, "fulfilment fee", fulfilment, "fulfilment")
    changes = season_changes(code, plan.start, plan.start + timedelta(weeks=plan.horizon)) | fulfilment_changes(code)
    weekly = np.zeros((len(block.places), plan.horizon))
    for day, share in segments(changes, plan.start, plan.horizon):
        charge = told.over(block.ask("fulfilment fee", fulfilment, day, "fulfilment", told), factor)
        if day == plan.start:
            block.record("fulfilment fee, first day", charge)
            block.desk.note_size(block.size_assumed, charge.amount)
        weekly += np.outer(charge.amount, share)
    return weekly


def _returns_cost(block: Block, referred: Floats) -> Floats:
    """Expected cost of returns per unit sold, before the fulfilment fee (which is not given back)."""
    plan, desk, rate = block.plan, block.desk, block.return_rate
    told = block.reported("returns_processing")
    processing = block.ask("returns processing fee", returns_processing, plan.start, "returns_processing", told)
    fee = block.record("returns processing fee", told.over(processing))
    charged, _ = charged_return_rate(desk.own, plan.start, rate, block.optional("units_per_month"))
    kept = refund_administration(desk.own, plan.start, referred / desk.own_rate) * desk.own_rate
    disposal = block.ask("removal fee", lambda units, day: removal(units, day, "disposal"), plan.start, "removal")
    sellable = block.sellable_return_share
    refunded = block.net_price - referred + kept
    cost = rate * (refunded - sellable * block.landed_cost + (1 - sellable) * disposal.amount) + charged * fee
    derived = plan.figures.origin(
        "derived", "", "", "return rate, refunds, disposal and resale of returned units", "derived"
    )
    return block.record("cost of returns", Charge(cost, np.full(len(cost), derived)))


def _exit_value(block: Block) -> Floats:
    """Best of liquidation, removal and disposal; the unit's product cost is gone either way."""
    plan, desk = block.plan, block.desk
    told = block.reported("removal")
    removed = block.record("removal fee", told.over(block.ask("removal fee", removal, plan.start, "removal", told)))
    disposed = block.ask("removal fee", lambda units, day: removal(units, day, "disposal"), plan.start, "removal")
    local = block.net_price / desk.own_rate
    proceeds = liquidation_proceeds(desk.own, plan.start, local, plan.settings.liquidation_recovery) * desk.own_rate
    proceeds = np.where(np.isnan(proceeds), -np.inf, proceeds)
    liquidated = block.reported("liquidation")
    proceeds = np.where(liquidated.known, liquidated.amount, proceeds)
    return np.asarray(np.maximum(proceeds, -np.minimum(removed, np.where(told.known, removed, disposed.amount))))


def _placement(block: Block) -> None:
    split, told = block.plan.settings.placement_split, block.reported("inbound_placement")
    charge = block.ask("inbound placement fee", lambda units, day: placement(units, day, split), block.plan.start,
        "inbound_placement", told,
    )  # fmt: skip
    block.record("inbound placement fee", told.over(charge), "per unit received")
