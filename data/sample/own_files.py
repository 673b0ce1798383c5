"""The seller's own templates, filled in: what Amazon does not know."""

from pathlib import Path

import numpy as np
import pandas as pd

from data.sample.files import stamp
from data.sample.inbound import open_orders, past_receipts
from data.sample.seller import SampleSeller
from data.sample.supply import WAREHOUSES
from data.templates import write_template

WORKBOOKS = ("catalogue", "suppliers")
"""Templates that this seller keeps in Excel; the others are CSV."""


def write_own_files(seller: SampleSeller, folder: Path) -> list[Path]:
    """Every template of `replenish init` that this seller fills in, in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = {
        "catalogue": _catalogue(seller),
        "suppliers": seller.suppliers,
        "supplier_legs": seller.legs,
        "supplier_closures": seller.closures,
        "price_breaks": seller.price_breaks,
        "warehouses": seller.warehouses,
        "warehouse_stock": _warehouse_stock(seller),
        "open_purchase_orders": open_orders(seller).rename(columns={"line": "order_line"}),
        "past_receipts": past_receipts(seller),
        "promotions": seller.promotions,
        "capacity": seller.capacity,
    }
    return [_write(seller, name, frame, folder) for name, frame in frames.items()]


def _catalogue(seller: SampleSeller) -> pd.DataFrame:
    """The catalogue with this seller's gaps: an item without cost, one without supplier, one with an odd MOQ."""
    items = seller.items.copy()
    items["supplier"] = seller.suppliers["supplier"].to_numpy()[items["supplier_row"]]
    items["prep_owner"] = "seller"
    items["label_owner"] = "seller"
    for row, column, value in flaws(seller):
        values = items[column].astype(object).to_numpy(copy=True)
        values[row] = value
        items[column] = values
    return items


def flaws(seller: SampleSeller) -> list[tuple[int, str, object]]:
    """What is wrong in the catalogue: (row, column, value written there). None in a seller of fewer than 20 items."""
    if len(seller.items) < 20:
        return []
    recent = seller.sold[:, -91:].sum(axis=1) * (seller.items["status"] == "active").to_numpy()
    us, de = seller.rows_of("US"), seller.rows_of("DE")
    ranked, german = us[np.argsort(-recent[us], kind="stable")], de[np.argsort(-recent[de], kind="stable")]
    case, moq = seller.items["case_pack"].to_numpy(int), seller.items["moq"].to_numpy(int)
    odd = next(row for row in ranked[2:] if case[row] > 2)
    return [
        (int(ranked[len(ranked) // 4]), "unit_cost", None),
        (int(ranked[len(ranked) // 5]), "supplier", None),
        (int(german[len(german) // 4]), "supplier", "Yiwu Home Line"),
        (int(odd), "moq", int(moq[odd] + case[odd] // 2)),
    ]


def _warehouse_stock(seller: SampleSeller) -> pd.DataFrame:
    """Stock of each item at its own warehouse; items without stock are left out."""
    some = np.flatnonzero(seller.warehouse_stock)
    items = seller.items.iloc[some]
    return pd.DataFrame(
        {
            "warehouse": WAREHOUSES["warehouse"].to_numpy()[items["warehouse"]],
            "marketplace": items["marketplace"].to_numpy(),
            "sku": items["sku"].to_numpy(),
            "units": seller.warehouse_stock[some],
            "reserved": 0,
            "unfulfillable": 0,
            "snapshot_date": seller.as_of.isoformat(),
        }
    )


def _write(seller: SampleSeller, name: str, frame: pd.DataFrame, folder: Path) -> Path:
    path = folder / f"{name}.{'xlsx' if name in WORKBOOKS else 'csv'}"
    path.unlink(missing_ok=True)
    plain = frame.copy()
    for column in frame.select_dtypes("datetime"):
        plain[column] = frame[column].dt.date
    records = plain.astype(object).where(plain.notna(), None).to_dict("records")
    write_template(path, name, [{str(column): value for column, value in row.items()} for row in records])
    stamp(path, seller.as_of)
    return path
