"""The front door of the sample seller: seed in, seller and truth out."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from data.sample import demand, fees, products, supply
from data.sample.history import Warehousing, run
from data.sample.seller import CURRENCY, MARKETPLACES, Days, Receipts, SampleSeller, Truth, Units

DEFAULT_AS_OF = date(2026, 8, 3)
PROMOTIONS_KNOWN_AHEAD = 140
"""Days ahead for which the seller has planned deals."""


def generate(
    seed: int = 7,
    skus: int = 300,
    as_of: date = DEFAULT_AS_OF,
    weeks: int = 157,
    future_weeks: int = 30,
) -> SampleSeller:
    """A seller with `skus` listings (marketplace, sku) in US and DE on the Monday on or before `as_of`.

    The same arguments give the same seller. `future_weeks` only lengthens `truth`: history does not depend on it.
    Raises ValueError for fewer than one listing or fewer than 26 weeks.
    """
    if skus < 1 or weeks < 26 or future_weeks < 0:
        raise ValueError(f"need skus >= 1, weeks >= 26 and future_weeks >= 0; got {skus}, {weeks}, {future_weeks}")
    monday = as_of - timedelta(days=as_of.weekday())
    shop, deal, wanted, moved = (np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(4))
    first = np.datetime64(monday, "D") - 7 * weeks
    history: Days = np.arange(first, first + 7 * weeks)
    # deals are drawn for a fixed stretch, so that a longer future leaves the past as it is
    everything: Days = np.arange(first, first + 7 * (weeks + max(future_weeks, 60)))
    items = products.catalogue(skus, weeks, shop)
    promotions = demand.promotions(items, np.arange(first, first + 7 * (weeks + 60)), deal)
    house = Warehousing(items, history, moved)
    process = demand.DemandProcess(items, everything, promotions, wanted)
    weekly, expected, lost = run(process, house, weeks, future_weeks)
    purchases, shipments = house.purchases.receipts(), house.shipments.receipts()
    truth = Truth(
        items=items[["marketplace", "sku"]].copy(),
        weeks=np.arange(weeks + future_weeks) * 7 + first,
        history=weeks,
        demand=weekly,
        expected=expected,
        lost=lost,
        lead_times=supply.true_lead_times(),
        arrivals=_arrivals(items, purchases, shipments, history),
        costs=_costs(items, monday),
    )
    return SampleSeller(
        seed=seed,
        as_of=monday,
        items=items.assign(launch_date=_dates(first, items["launch_day"].to_numpy(), items["market"].to_numpy())),
        suppliers=supply.SUPPLIERS.copy(),
        legs=supply.stated_legs(),
        closures=supply.closures(history),
        price_breaks=_price_breaks(items),
        warehouses=supply.WAREHOUSES.copy(),
        promotions=_known(promotions, items, history),
        capacity=_capacity(items, house, monday),
        days=history,
        sold=house.sold.T,
        stock=house.stock.T,
        received=house.received.T,
        returned_sellable=house.returned_sellable.T,
        returned_unsellable=house.returned_unsellable.T,
        deal_discount=_discounts(promotions, len(items), history.size),
        warehouse_stock=house.shelf.copy(),
        purchases=purchases,
        shipments=shipments,
        truth=truth,
    )


def _dates(first: np.datetime64, launch: Units, market: Units) -> pd.Series:
    """Launch dates; items older than the history began two to four years before it."""
    before = 730 + (np.arange(launch.size) * 37 + market * 11) % 730
    return pd.Series(first + np.where(launch < 0, -before, launch)).astype("datetime64[s]")


def _arrivals(items: pd.DataFrame, purchases: Receipts, shipments: Receipts, history: Days) -> pd.DataFrame:
    """What is under way on the last day and when it will really come in."""
    frames = []
    for kind, receipts in (("purchase", purchases), ("shipment", shipments)):
        parts = receipts.parts[receipts.parts["day"] >= history.size]
        lines = receipts.lines.set_index("line").loc[parts["line"]]
        frames.append(
            pd.DataFrame(
                {
                    "kind": kind,
                    "line": parts["line"].to_numpy(),
                    "marketplace": items["marketplace"].to_numpy()[lines["item"]],
                    "sku": items["sku"].to_numpy()[lines["item"]],
                    "day": history[0] + parts["day"].to_numpy(),
                    "quantity": parts["quantity"].to_numpy(),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _costs(items: pd.DataFrame, monday: date) -> pd.DataFrame:
    """True money per unit."""
    charged = fees.unit_fees(items, monday)
    carton = items[["carton_length_cm", "carton_width_cm", "carton_height_cm"]].prod(axis=1) / 1e6
    market = items["market"].to_numpy()
    freight = supply.freight_per_unit((carton / items["case_pack"]).to_numpy(), market)
    return pd.DataFrame(
        {
            "marketplace": items["marketplace"],
            "sku": items["sku"],
            "unit_cost": items["unit_cost"],
            "cost_currency": items["cost_currency"],
            "sea_freight_usd": freight.round(4),
            "duty_rate": supply.duty_rate(market),
            "price": items["price"],
            "referral_fee": charged["referral"],
            "fulfilment_fee": charged["fulfilment"],
            "fulfilment_fee_peak": charged["fulfilment_peak"],
            "storage_per_month": charged["storage"].round(4),
            "storage_per_month_peak": charged["storage_peak"].round(4),
            "currency": [CURRENCY[code] for code in items["marketplace"]],
            "return_rate": items["return_rate"],
        }
    )


def _price_breaks(items: pd.DataFrame) -> pd.DataFrame:
    """Every fifth item is 4 % cheaper from three times the MOQ and 7 % from eight times."""
    some = items.iloc[::5]
    frames = []
    for times, factor in ((3, 0.96), (8, 0.93)):
        frame = some[["marketplace", "sku", "cost_currency"]].rename(columns={"cost_currency": "currency"})
        frame["supplier"] = supply.SUPPLIERS["supplier"].to_numpy()[some["supplier_row"]]
        frame["minimum_quantity"] = some["moq"] * times
        frame["unit_cost"] = (some["unit_cost"] * factor).round(2)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _known(promotions: pd.DataFrame, items: pd.DataFrame, history: Days) -> pd.DataFrame:
    """Past deals and those planned for the coming weeks, as the seller's promotions calendar shows them."""
    known = promotions[promotions["start_day"] < history.size + PROMOTIONS_KNOWN_AHEAD]
    row = known["item"].to_numpy()
    return pd.DataFrame(
        {
            "marketplace": items["marketplace"].to_numpy()[row],
            "sku": items["sku"].to_numpy()[row],
            "start_date": history[0] + known["start_day"].to_numpy(),
            "end_date": history[0] + known["end_day"].to_numpy(),
            "kind": known["kind"].to_numpy(),
            "discount": known["discount"].to_numpy(),
            "ad_spend": known["ad_spend"].to_numpy(),
            "uplift": known["uplift"].to_numpy(),
        }
    )


def _discounts(promotions: pd.DataFrame, count: int, days: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """Largest discount running by item and day, shape (sku, day)."""
    discount = np.zeros((count, days), np.float32)
    columns = (promotions[name].to_numpy() for name in ("item", "start_day", "end_day", "discount"))
    for item, start, end, share in zip(*columns, strict=True):
        stretch = discount[item, start : end + 1]
        np.maximum(stretch, share, out=stretch)
    return discount


def _capacity(items: pd.DataFrame, house: Warehousing, monday: date) -> pd.DataFrame:
    """FBA capacity of this month and the next two: about a quarter above what is used now, less in the peak."""
    charged = fees.unit_fees(items, monday)
    used = (house.fba + house.inbound) * charged["volume"].to_numpy()
    month = np.datetime64(monday, "M")
    rows = []
    for code in MARKETPLACES:
        for storage in ("standard", "oversize"):
            mine = (items["marketplace"] == code).to_numpy() & (items["storage_type"] == storage).to_numpy()
            if not mine.any():
                continue
            volume = float(used[mine].sum())
            for ahead, room in enumerate((1.35, 1.25, 1.15)):
                unit = "ft3" if code == "US" else "m3"
                limit = round(volume * room + (20 if unit == "ft3" else 0.6), 1 if unit == "ft3" else 2)
                rows.append((code, storage, (month + ahead).astype("datetime64[s]"), limit, unit,
                             round(volume, 2) if ahead == 0 else np.nan, ahead == 0))  # fmt: skip
    names = ["marketplace", "storage_type", "month", "limit_volume", "unit", "used_volume", "confirmed"]
    return pd.DataFrame(rows, columns=names)
