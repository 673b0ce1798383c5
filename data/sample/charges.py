"""Fee reports: fee preview, monthly storage fees, aged-inventory surcharge."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.sample import fees, headers
from data.sample.files import Values, money, write_table
from data.sample.seller import CURRENCY, SampleSeller
from data.sample.snapshot import take

STORAGE_MONTHS = 3
AGED_SNAPSHOTS = 6


def write_charges(seller: SampleSeller, folder: Path) -> list[Path]:
    """Fee preview of `as_of`; storage of the last three whole months; surcharges of the last six snapshots."""
    charged = fees.unit_fees(seller.items, seller.as_of)
    paths = []
    for marketplace in seller.marketplaces:
        rows = seller.rows_of(marketplace)
        here = folder / marketplace
        paths += [
            _fee_preview(seller, charged, rows, here),
            _storage(seller, charged, rows, here),
            _aged(seller, charged, rows, here),
        ]
    return paths


def _fee_preview(seller: SampleSeller, charged: pd.DataFrame, rows: NDArray[np.intp], folder: Path) -> Path:
    """Fee preview; one item in 37 has no estimate yet (`--`)."""
    american = folder.name == "US"
    items, cost = seller.items.iloc[rows], charged.iloc[rows]
    sides = np.sort(items[["length_cm", "width_cm", "height_cm"]].to_numpy(), axis=1)[:, ::-1]
    sides = sides / (fees.INCH if american else 1.0)
    weight = items["weight_kg"].to_numpy() / (fees.POUND if american else 1.0)
    unknown = np.arange(rows.size) % 37 == 20

    def figure(values: NDArray[np.float64]) -> NDArray[np.str_]:
        return np.where(unknown, "--", np.char.mod("%.2f", values))

    fulfilment = "expected-fulfillment-fee-per-unit" if american else "expected-domestic-fulfilment-fee-per-unit"
    columns: dict[str, Values] = {
        "sku": items["sku"].to_numpy(),
        "fnsku": items["fnsku"].to_numpy(),
        "asin": items["asin"].to_numpy(),
        "product-name": items["title"].to_numpy(),
        "product-group": items["category"].to_numpy(),
        "brand": items["brand"].to_numpy(),
        "fulfilled-by": "Amazon",
        "your-price": money(items["price"].to_numpy()),
        "sales-price": money(items["price"].to_numpy()),
        "longest-side": money(sides[:, 0]),
        "median-side": money(sides[:, 1]),
        "shortest-side": money(sides[:, 2]),
        "length-and-girth": money(sides[:, 0] + 2 * (sides[:, 1] + sides[:, 2])),
        "unit-of-dimension": "inches" if american else "centimeters",
        "item-package-weight": money(weight),
        "unit-of-weight": "pounds" if american else "kilograms",
        "currency": CURRENCY[folder.name],
        "estimated-fee-total": figure(cost["referral"].to_numpy() + cost["fulfilment"].to_numpy()),
        "estimated-referral-fee-per-unit": figure(cost["referral"].to_numpy()),
        "estimated-variable-closing-fee": "0.00",
        fulfilment: figure(cost["fulfilment"].to_numpy()),
    }
    if american:
        header = headers.FEE_PREVIEW_US
        dashes = [name for name in header if "future" in name or "handling-fee" in name or "pick-pack" in name]
        columns |= {"amazon-store": "US", "product-size-tier": cost["tier"].to_numpy(), **dict.fromkeys(dashes, "--")}
    else:
        header = headers.FEE_PREVIEW_EU
        columns |= {"has-local-inventory": "Yes", "product-size-weight-band": cost["tier"].to_numpy()}
    path = folder / f"fee-preview-{seller.as_of}.txt"
    return write_table(path, header, columns, rows.size, seller.as_of)


def _storage(seller: SampleSeller, charged: pd.DataFrame, rows: NDArray[np.intp], folder: Path) -> Path:
    """Monthly storage fees as the page's CSV: two fulfilment centres per product, in apostrophes."""
    american = folder.name == "US"
    months = seller.days.astype("datetime64[M]")
    last = np.datetime64(seller.as_of, "M")
    centres = ("'ONT8'", "'EWR4'") if american else ("'LEJ1'", "'DTM2'")
    frames = []
    for month in np.arange(last - STORAGE_MONTHS, last):
        average = seller.stock[rows][:, months == month].mean(axis=1)
        rate = "storage_peak" if int(str(month)[5:]) >= 10 else "storage"
        for centre, share in zip(centres, (0.6, 0.4), strict=True):
            some = np.flatnonzero(average > 0)
            frames.append(pd.DataFrame({"row": rows[some], "month": str(month), "centre": centre,
                                        "units": average[some] * share, "rate": rate}))  # fmt: skip
    frame = pd.concat(frames, ignore_index=True)
    items, cost = seller.items.iloc[frame["row"]], charged.iloc[frame["row"]]
    units, volume = frame["units"].to_numpy(), cost["volume"].to_numpy()
    per_unit = np.where(frame["rate"] == "storage", cost["storage"], cost["storage_peak"])
    sides = np.sort(items[["length_cm", "width_cm", "height_cm"]].to_numpy(), axis=1)[:, ::-1]
    sides = sides / (fees.INCH if american else 1.0)
    columns: dict[str, Values] = {
        "asin": items["asin"].to_numpy(),
        "fnsku": items["fnsku"].to_numpy(),
        "product_name": items["title"].to_numpy(),
        "fulfillment_center": frame["centre"].to_numpy(),
        "country_code": folder.name,
        "longest_side": money(sides[:, 0]),
        "median_side": money(sides[:, 1]),
        "shortest_side": money(sides[:, 2]),
        "measurement_units": "inches" if american else "centimeters",
        "weight": money(items["weight_kg"].to_numpy() / (fees.POUND if american else 1.0)),
        "weight_units": "pounds" if american else "kilograms",
        "item_volume": np.char.mod("%.6f", volume),
        "volume_units": "cubic feet" if american else "cubic meters",
        "product_size_tier": np.where(cost["size_class"] == "standard", "Large standard-size", "Oversize"),
        "average_quantity_on_hand": money(units),
        "average_quantity_pending_removal": "0.00",
        "estimated_total_item_volume": np.char.mod("%.4f", units * volume),
        "month_of_charge": frame["month"].to_numpy(),
        "storage_utilization_ratio": "--",
        "storage_utilization_ratio_units": "weeks",
        "base_rate": money(per_unit / volume),
        "utilization_surcharge_rate": "0.00",
        "avg_qty_for_sus": "0.00",
        "est_vol_for_sus": "0.00",
        "est_base_msf": np.char.mod("%.4f", per_unit * units),
        "est_sus": "0.00",
        "currency": CURRENCY[folder.name],
        "estimated_monthly_storage_fee": np.char.mod("%.4f", per_unit * units),
        "dangerous_goods_storage_type": "--",
        "eligible_for_inventory_discount": "N",
        "qualifies_for_inventory_discount": "N",
        "total_incentive_fee_amount": "0.00",
        "breakdown_incentive_fee_amount": "--",
        "average_quantity_customer_orders": "0.00",
    }
    path = folder / f"monthly-storage-fees-{last - 1}.csv"
    return write_table(path, headers.STORAGE_FEES, columns, len(frame), seller.as_of, separator=",")


def _aged(seller: SampleSeller, charged: pd.DataFrame, rows: NDArray[np.intp], folder: Path) -> Path:
    """Aged-inventory surcharge of the snapshots on the 15th, one row per item and age band."""
    american = folder.name == "US"
    frames = []
    for snapshot in fifteenths(seller.as_of, AGED_SNAPSHOTS):
        day = int((np.datetime64(snapshot) - seller.first_day).astype(int))
        if not 1 <= day <= seller.days.size:
            continue
        then = take(seller, day)
        for low, high, rate in fees.AGE_BANDS[folder.name]:
            units = then.aged(low, high)
            some = rows[units[rows] > 0]
            tier = f"{low}-{high} days" if high < 9999 else f"{low}+ days"
            frames.append(pd.DataFrame({"row": some, "date": snapshot.isoformat(), "units": units[some], "rate": rate,
                                        "tier": tier}))  # fmt: skip
    frame = pd.concat(frames, ignore_index=True)
    items = seller.items.iloc[frame["row"]]
    volume = charged["volume"].to_numpy()[frame["row"]]
    columns: dict[str, Values] = {
        "snapshot-date": np.char.add(frame["date"].to_numpy(str), "T12:00:00+00:00"),
        "sku": items["sku"].to_numpy(),
        "fnsku": items["fnsku"].to_numpy(),
        "asin": items["asin"].to_numpy(),
        "product-name": items["title"].to_numpy(),
        "condition": "New",
        "per-unit-volume": np.char.mod("%.6f", volume),
        "currency": CURRENCY[folder.name],
        "volume-unit": "cubic feet" if american else "cubic meters",
        "country": folder.name,
        "qty-charged": frame["units"].to_numpy(),
        "amount-charged": money(frame["units"].to_numpy() * volume * frame["rate"].to_numpy()),
        "surcharge-age-tier": frame["tier"].to_numpy(),
        "rate-surcharge": money(frame["rate"].to_numpy()),
    }
    path = folder / f"aged-inventory-surcharge-{seller.as_of}.txt"
    return write_table(path, headers.AGED_SURCHARGE, columns, len(frame), seller.as_of)


def fifteenths(as_of: date, count: int) -> list[date]:
    """The last `count` 15ths of a month up to `as_of`, oldest first."""
    found: list[date] = []
    day = as_of
    while len(found) < count:
        if day.day == 15:
            found.append(day)
        day -= timedelta(days=1)
    return found[::-1]
