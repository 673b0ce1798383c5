"""What keeping units at FBA costs: storage, overage, the aged-inventory surcharge, and what keeping too few costs.

The utilisation surcharge has a module of its own: `policies.utilisation`.
"""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.fee_tables import DAYS_PER_MONTH, change_days, marketplaces_with, segments
from policies.fees.aged import age_bands, aged_surcharge
from policies.fees.charges import Charge
from policies.fees.low_inventory import BELOW_DAYS, NEW_SELECTION_DAYS, exempt, low_inventory_fee
from policies.fees.low_inventory import TABLE as LOW_INVENTORY
from policies.fees.storage import TABLE as STORAGE
from policies.fees.storage import days_in_month, month_starts, storage
from policies.item_block import Block, Reported, per_unit_month

Floats = npt.NDArray[np.floating]
Booleans = npt.NDArray[np.bool_]

OVERAGE_DAYS = 62  # an overage charged longer ago is over
OVERAGE_AHEAD = 30  # days for which a recent overage is taken to go on
EXEMPTION_DAYS = 35  # the exemption from the low-inventory-level fee is told weekly


def weekly_storage(block: Block) -> Floats:
    """(n, H) per unit and week: the days of each month at that month's rate, and a recent overage."""
    plan = block.plan
    told = per_unit_month(block, block.reported("storage"))
    factor = block.factor(told, "storage", storage, "storage")
    changes = month_starts(plan.start, plan.start + timedelta(weeks=plan.horizon)) | change_days(STORAGE, block.code)
    weekly = np.zeros((len(block.places), plan.horizon))
    for day, share in segments(changes, plan.start, plan.horizon):
        charge = told.over(block.ask("storage", storage, day, "storage", told), factor)
        if day == plan.start:
            block.record("storage", charge, "per unit and month")
        weekly += np.outer(charge.amount * 7 / days_in_month(day), share)
    return weekly + _overage(block)


def _overage(block: Block) -> Floats:
    """(n, H): what the account paid lately for being over its limit, spread over all that is stored."""
    told = per_unit_month(block, block.reported("storage_overage", OVERAGE_DAYS))
    charge = told.over(Charge(np.zeros(len(block.places)), np.full(len(block.places), -1)))
    if told.known.any():
        block.record("storage overage fee", charge, "per unit and month, for the next 30 days")
    ahead = np.clip(OVERAGE_AHEAD - 7.0 * np.arange(block.plan.horizon), 0.0, 7.0)
    return np.outer(charge.amount / DAYS_PER_MONTH, ahead)


def aged_per_month(block: Block) -> Floats:
    """(n, B) surcharge per unit and month by age band.

    A report overrides the bands it names; the item's other bands are carried by report / table over those it names,
    because a wrong size or rate is wrong at every age.
    """
    bands, start = age_bands(), block.plan.start
    told = [block.reported(f"aged_surcharge_{age}") for age in bands]
    named = np.column_stack([each.known for each in told])
    some = replace(told[0], known=np.asarray(named.any(axis=1)))
    by_table, factors = [], []
    for age, each in zip(bands, told, strict=True):
        formula = partial(aged_surcharge, age_days=age)
        by_table.append(block.ask("aged-inventory surcharge", formula, start, "aged_surcharge", some))
        factors.append(block.factor(each, "aged-inventory surcharge", formula, "aged_surcharge"))
    return _carried(block, told, by_table, np.column_stack(factors))


def _carried(block: Block, told: list[Reported], by_table: list[Charge], factors: Floats) -> Floats:
    table = np.column_stack([charge.amount for charge in by_table])
    weight = np.where(np.isnan(factors), 0.0, table)
    total = weight.sum(axis=1)
    usual = np.divide((weight * np.nan_to_num(factors)).sum(axis=1), total, out=np.ones(len(total)), where=total > 0)
    origin = np.full(len(total), -1)
    for each in told:
        origin = np.where(each.known & (total > 0), each.origin, origin)
    amounts = np.zeros_like(table)
    for band, age in enumerate(age_bands()):
        plain, known = by_table[band], told[band].known
        other = Charge(np.where(known, plain.amount, plain.amount * usual), np.where(origin >= 0, origin, plain.origin))
        charge = told[band].over(other, factors[:, band])
        amounts[:, band] = block.record(f"aged surcharge from {age} days", charge, "per unit and month")
    return amounts


def low_inventory(block: Block) -> Floats:
    """(n, L) per unit sold while days of supply lie in the band; 0 where exempt."""
    count = len(block.places)
    said, applied = (block.reported(f"low_inventory_{flag}", EXEMPTION_DAYS) for flag in ("exempt", "applied"))
    free = _exempt_by_rule(block) & ~(applied.known & (applied.amount > 0)) | (said.known & (said.amount > 0))
    rule = block.plan.figures.origin(
        "fees/low_inventory_level", "", "", "exempt by its rules (docs/fees.md)", "derived"
    )
    fees = np.zeros((count, len(BELOW_DAYS)))
    for level, below in enumerate(BELOW_DAYS):
        charge = block.desk.plain(
            low_inventory_fee(block.desk.own, block.plan.start, below, block.plan.settings.pan_eu)
        )
        why = np.where(said.known & (said.amount > 0), said.origin, rule)
        due = Charge(np.where(free, 0.0, charge.amount), np.where(free, why, charge.origin))
        fees[:, level] = block.record(f"low-inventory fee below {below:g} days", due, "per unit sold")
    _note_no_table(block, free)
    return fees


def _note_no_table(block: Block, free: Booleans) -> None:
    """A marketplace without a table of the fee charges none here; what the nearest one's, or the US one's, would be."""
    if block.code in marketplaces_with(LOW_INVENTORY):
        return
    start, pan_eu, own = block.plan.start, block.plan.settings.pan_eu, block.desk.own
    usual, dollars = np.zeros(len(free)), block.plan.rates.get("USD", 0.0)
    american = [] if not dollars > 0 else [
        (replace(own, marketplace="US", price=own.price * block.desk.own_rate / dollars, _tiers={}), dollars)
    ]  # fmt: skip
    for units, rate in (*block.desk.nearest, *american):
        found = low_inventory_fee(units, start, BELOW_DAYS[0], pan_eu).amount * rate
        usual = np.where(usual > 0, usual, found)
    text = "none is counted (by the table of the nearest marketplace or the US it would be, below 14 days of supply)"
    block.desk.note("low-inventory-level fee", ~free & (usual > 0), text, usual)


def _exempt_by_rule(block: Block) -> Booleans:
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
