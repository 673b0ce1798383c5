"""Money per unit where goods are not sold from FBA: no fee of Amazon holds, only what the seller states."""

import numpy as np
import numpy.typing as npt

from policies.economics_settings import OwnChannel
from policies.fee_tables import DAYS_PER_MONTH
from policies.fees.charges import Charge
from policies.item_block import Block
from policies.item_fees import ItemFees

Floats = npt.NDArray[np.floating]


def own_channel_fees(block: Block, channel: OwnChannel, fees: ItemFees) -> None:
    """Fill `fees` for the items of a marketplace without FBA.

    margin  = price - commission - cost per unit - return rate x (price - commission - sellable share x product cost)
    storage = volume x storage per m3 and month + product cost x holding share, by week
    exit    = price x clearance

    A fee preview of the seller's own overrides commission ("referral") and cost per unit ("fulfilment") of its SKU.
    There is no aged-inventory surcharge, low-inventory-level fee, placement fee or removal.
    """
    here = block.places
    gross = block.desk.own.price * block.desk.own_rate
    commission = _told(block, "referral", "commission", channel.commission * gross)
    handling = _told(block, "fulfilment", "cost per unit sold", np.full(len(here), channel.cost_per_unit))
    refunded = block.net_price - commission - block.sellable_return_share * block.landed_cost
    returned = _record(block, "cost of returns", block.return_rate * refunded, "per unit")
    volume = block.desk.own.volume_m3
    monthly = channel.storage_per_m3_month * volume + channel.holding_per_year / 12 * block.landed_cost
    _record(block, "storage", monthly, "per unit and month")
    fees.margin[here] = (block.net_price - commission - handling - returned)[:, None]
    fees.storage[here] = (monthly * 7 / DAYS_PER_MONTH)[:, None]
    fees.exit_value[here] = channel.clearance * block.net_price
    if channel.storage_per_m3_month > 0:
        block.desk.note_size(block.size_assumed, monthly)


def _told(block: Block, fee: str, figure: str, usual: Floats) -> Floats:
    """The seller's report of a fee, else the channel's usual."""
    return block.record(figure, block.reported(fee).over(Charge(usual, _setting(block))))


def _record(block: Block, figure: str, amount: Floats, unit: str) -> Floats:
    return block.record(figure, Charge(amount, _setting(block)), unit)


def _setting(block: Block) -> npt.NDArray[np.integer]:
    origin = block.plan.figures.origin(
        "settings", "", "", f"[money.own_channels.{block.code}] of the workspace's settings", "setting"
    )
    return np.full(len(block.places), origin)
