"""Money per unit of every item: one front door, `unit_economics`.

    margin(week) = price - referral - fulfilment(season of the week) - returns           before product cost
    returns      = return rate x (price - referral + refund administration) + charged returns x processing fee
                   - sellable returns x product cost + unsellable returns x disposal fee

A marketplace without FBA has the figures of its settings (`policies.own_channel`). Elsewhere every figure comes from
the seller's fee reports, else the marketplace's dated table, else the nearest marketplace's table, else a named
assumption; the answer says which (`UnitEconomics.figures`, and the notes).
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from policies.assumptions import AssumptionMade
from policies.economics_items import ItemArrays, item_arrays
from policies.economics_settings import EconomicsSettings
from policies.fee_tables import DAYS_PER_MONTH, FeeTableExpired
from policies.fees.aged import age_bands
from policies.fees.low_inventory import BELOW_DAYS
from policies.figures import Figures
from policies.inputs import UnitEconomics
from policies.item_block import Block, Plan
from policies.item_fees import ItemFees, item_fees
from policies.own_channel import own_channel_fees

__all__ = ["EconomicsSettings", "Note", "unit_economics"]

Note = AssumptionMade | FeeTableExpired


def unit_economics(
    items: pd.DataFrame,
    start: date,
    horizon: int,
    *,
    currency: str,
    rates: Mapping[str, float],
    evidence: pd.DataFrame,
    settings: EconomicsSettings | None = None,
) -> tuple[UnitEconomics, list[Note]]:
    """Price every item for each week of the plan.

    Args:
        items: one row per item; columns of the `catalogue` view, and `item`, `price` (in `price_currency`, tax
            included where the marketplace shows prices so), `return_rate` and `sellable_return_share` (0..1),
            `landed_cost` (plan currency). Optional: `units_7_days`, `units_per_month` (sold), `stored_units` (at FBA,
            mean of the last 13 weeks), `shipped_per_week` (mean of the same), `awd_share` (0..1, of the stock received
            what AWD refilled by itself), `sipp_certified`. Missing columns and values become named assumptions.
        start: Monday of the first week.
        horizon: weeks.
        currency: the plan's.
        rates: plan currency per unit of each other currency.
        evidence: rows of the `fee_evidence` view; may be empty. They override tables (`policies.evidence.FEES`).
        settings: see `EconomicsSettings`.

    Returns:
        The economics in the order of `items`, and notes on expired tables and assumptions with their effect.

    Raises:
        UnknownMarketplace: a code that `policies/tables/marketplaces.csv` does not hold.
        MissingExchangeRate: a price, cost or marketplace in a currency without a rate.

    """
    settings = settings or EconomicsSettings()
    figures = Figures(items["item"].to_numpy(object))
    assumed: list[AssumptionMade] = []
    arrays = item_arrays(items, currency, rates, settings.tax_rates, figures, assumed)
    plan = Plan(items, start, horizon, currency, {**rates, currency: 1.0}, evidence, settings, figures)
    fees = ItemFees.empty(len(items), horizon)
    notes: list[Note] = list(assumed)
    for code in sorted(set(arrays.marketplace)):
        notes += _price(Block.of(plan, arrays, str(code)), fees)
    return _assemble(plan, arrays, fees), notes


def _price(block: Block, fees: ItemFees) -> list[Note]:
    """Fill in the fees of one marketplace: Amazon's, or those the seller states for a channel without FBA."""
    channel = block.plan.settings.own_channels.get(block.code)
    if channel is None:
        return item_fees(block, fees)
    own_channel_fees(block, channel, fees)
    return [*block.desk.assumed.values()]


def _assemble(plan: Plan, arrays: ItemArrays, fees: ItemFees) -> UnitEconomics:
    count = len(arrays.item)
    profit = np.maximum(fees.margin.sum(axis=1) / max(plan.horizon, 1) - arrays.landed_cost, 0.0)
    lost_sale = plan.settings.ranking_recovery_share * profit
    capital = np.full(count, plan.settings.capital_rate_per_year * 7 / 365)
    everywhere, unit = np.arange(count), f"{plan.currency} per unit"
    setting = np.full(count, plan.figures.origin("settings", "", "", "the configuration of the workspace", "setting"))
    derived = np.full(count, plan.figures.origin("derived", "", "", "from the figures above", "derived"))
    plan.figures.add("margin, first week", unit, everywhere, fees.margin[:, :1].sum(axis=1), derived)
    plan.figures.add("exit value", unit, everywhere, fees.exit_value, derived)
    plan.figures.add("lost sale", unit, everywhere, lost_sale, setting)
    plan.figures.add("cost of capital per week", "share", everywhere, capital, setting)
    return UnitEconomics(
        price=arrays.net_price,
        margin=fees.margin,
        product_cost=arrays.landed_cost,
        fba_storage=fees.storage,
        utilisation=fees.utilisation,
        aged_from_days=np.array(age_bands(), dtype=float),
        aged_surcharge=fees.aged_per_month * 7 / DAYS_PER_MONTH,
        low_inventory_below_days=np.array(BELOW_DAYS),
        low_inventory_fee=fees.low_inventory,
        exit_value=fees.exit_value,
        lost_sale=lost_sale,
        capital_rate=capital,
        volume_m3=np.asarray(arrays.sides_cm.prod(axis=1) / 1e6),
        storage_type=arrays.storage_type,
        figures=plan.figures.frame(),
    )
