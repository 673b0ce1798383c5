"""Goods under way and received: Amazon's inbound shipments (JSON), open purchase orders, past receipts."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.sample.files import stamp
from data.sample.seller import MARKETPLACES, SampleSeller
from data.sample.snapshot import open_lines
from data.sample.supply import MODES, SUPPLIERS, WAREHOUSES

CLOSED_DAYS_SHOWN = 540
"""Closed shipments stay in the list; together with the ledger's receipts they teach how long a shipment takes."""


def shipment_numbers(seller: SampleSeller, lines: pd.DataFrame) -> NDArray[np.str_]:
    """Amazon's shipment number of each line: what left one warehouse in one week is one shipment."""
    weeks = lines["ordered_day"] // 7
    return np.array([f"FBA15{'QWRT'[source]}{week:05d}" for source, week in zip(lines["source"], weeks, strict=True)])


def write_shipments(seller: SampleSeller, folder: Path) -> list[Path]:
    """Shipments and their items as Amazon's v0 interface returns them, one pair of JSON files per marketplace."""
    today = seller.days.size
    waiting = open_lines(seller, today)
    lines = seller.shipments.lines
    closed = lines[(lines["delivered_day"] >= today - CLOSED_DAYS_SHOWN) & ~lines["line"].isin(waiting["line"])]
    got = seller.shipments.parts.groupby("line")["quantity"].sum()
    closed = closed.assign(received=got.reindex(closed["line"]).fillna(0).to_numpy(int), status="CLOSED")
    shown = pd.concat([waiting, closed], ignore_index=True)
    shown["shipment"] = shipment_numbers(seller, shown)
    market = seller.items["market"].to_numpy()[shown["item"]]
    paths = []
    for code, marketplace in enumerate(MARKETPLACES):
        mine = shown[market == code]
        if len(mine):
            paths += _write_pair(seller, mine, folder / marketplace)
    return paths


def _write_pair(seller: SampleSeller, lines: pd.DataFrame, folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    order = ["WORKING", "IN_TRANSIT", "RECEIVING", "CLOSED"]
    shipments = []
    for number, group in lines.groupby("shipment", sort=True):
        states = set(group["status"])
        # a shipment is in the state of its most advanced line until all are closed
        status = "CLOSED" if states == {"CLOSED"} else max(states - {"CLOSED"}, key=order.index)
        created = (seller.first_day + int(group["ordered_day"].iloc[0])).astype(object)
        warehouse = WAREHOUSES.iloc[int(group["source"].iloc[0])]
        shipments.append(
            {
                "ShipmentId": number,
                "ShipmentName": f"FBA STA ({created:%m/%d/%Y} 09:00)-{folder.name}",
                "ShipFromAddress": {
                    "Name": warehouse["warehouse"],
                    "AddressLine1": warehouse["address"],
                    "CountryCode": warehouse["country"],
                },
                "DestinationFulfillmentCenterId": "ONT8" if folder.name == "US" else "LEJ1",
                "ShipmentStatus": status,
                "LabelPrepType": "SELLER_LABEL",
                "AreCasesRequired": True,
            }
        )
    case_pack = seller.items["case_pack"].to_numpy()
    items = [
        {
            "ShipmentId": shipment,
            "SellerSKU": seller.items["sku"].iat[item],
            "FulfillmentNetworkSKU": seller.items["fnsku"].iat[item],
            "QuantityShipped": int(quantity),
            "QuantityReceived": int(received),
            "QuantityInCase": int(case_pack[item]),
        }
        for shipment, item, quantity, received in zip(
            *(lines[name] for name in ("shipment", "item", "quantity", "received")), strict=True
        )
    ]
    paths = []
    for name, key, rows in (("inbound-shipments", "ShipmentData", shipments), ("inbound-items", "ItemData", items)):
        path = folder / f"{name}-{seller.as_of}.json"
        path.write_text(json.dumps({"payload": {key: rows}}, indent=1), encoding="utf-8")
        stamp(path, seller.as_of)
        paths.append(path)
    return paths


def order_numbers(seller: SampleSeller, lines: pd.DataFrame) -> NDArray[np.str_]:
    """Purchase order of each line: supplier, marketplace, mode and day of order."""
    market = seller.items["market"].to_numpy()[lines["item"]]
    parts = zip(lines["source"], market, lines["mode"], lines["ordered_day"], strict=True)
    return np.array([f"PO-{'GBYKS'[s]}{'UD'[m]}{'SAR'[way]}-{day:04d}" for s, m, way, day in parts])


def open_orders(seller: SampleSeller) -> pd.DataFrame:
    """Purchase order lines that are not fully received on `as_of`."""
    today, (lines, parts) = seller.days.size, (seller.purchases.lines, seller.purchases.parts)
    ahead = parts[parts["day"] >= today]["line"].unique()
    waiting = lines[lines["line"].isin(ahead)].reset_index(drop=True)
    got = parts[parts["day"] < today].groupby("line")["quantity"].sum()
    item = waiting["item"].to_numpy()
    items = seller.items.iloc[item].reset_index(drop=True)
    received = got.reindex(waiting["line"]).fillna(0).to_numpy(int)
    shipped = (waiting["shipped_day"] < today).to_numpy()
    stated = SUPPLIERS["production_days"].to_numpy()[waiting["source"]]
    frame = pd.DataFrame(
        {
            "order_number": order_numbers(seller, waiting),
            "line": 0,
            "marketplace": items["marketplace"],
            "sku": items["sku"],
            "supplier": SUPPLIERS["supplier"].to_numpy()[waiting["source"]],
            "mode": np.array(MODES)[waiting["mode"]],
            "destination": WAREHOUSES["warehouse"].to_numpy()[items["warehouse"]],
            "quantity": waiting["quantity"],
            "received": received,
            "ordered_on": _dates(seller, waiting["ordered_day"]),
            "ship_by": _dates(seller, waiting["ordered_day"] + stated),
            "expected_on": _dates(seller, waiting["expected_day"]),
            "unit_price": items["unit_cost"],
            "currency": items["cost_currency"],
            "status": np.select([received > 0, shipped], ["partly_received", "shipped"], "confirmed"),
        }
    )
    frame = frame.sort_values(["order_number", "sku"], ignore_index=True)
    frame["line"] = frame.groupby("order_number").cumcount() + 1
    return frame


def past_receipts(seller: SampleSeller) -> pd.DataFrame:
    """Purchases that came into warehouses over the last two years, one row per arrival, of orders that are complete."""
    today, lines, parts = seller.days.size, seller.purchases.lines, seller.purchases.parts
    numbers = pd.Series(order_numbers(seller, lines), index=lines["line"])
    still_open = set(numbers[parts.loc[parts["day"] >= today, "line"]])
    parts = parts[(parts["day"] < today) & (parts["day"] >= today - 730)]
    parts = parts[~numbers[parts["line"]].isin(still_open).to_numpy()]
    lines = lines.set_index("line").loc[parts["line"]].reset_index()
    items = seller.items.iloc[lines["item"]].reset_index(drop=True)
    frame = pd.DataFrame(
        {
            "order_number": order_numbers(seller, lines),
            "marketplace": items["marketplace"],
            "sku": items["sku"],
            "supplier": SUPPLIERS["supplier"].to_numpy()[lines["source"]],
            "mode": np.array(MODES)[lines["mode"]],
            "destination": WAREHOUSES["warehouse"].to_numpy()[items["warehouse"]],
            "quantity": parts["quantity"].to_numpy(),
            "received": parts["quantity"].to_numpy(),
            "ordered_on": _dates(seller, lines["ordered_day"]),
            "shipped_on": _dates(seller, lines["shipped_day"]),
            "received_on": _dates(seller, parts["day"]),
            "unit_price": items["unit_cost"],
            "currency": items["cost_currency"],
        }
    )
    return frame.sort_values(["ordered_on", "order_number", "sku", "received_on"], ignore_index=True)


def fba_receipts(seller: SampleSeller, since: int) -> pd.DataFrame:
    """Units received into FBA from day number `since` on: day, item, quantity, shipment."""
    parts = seller.shipments.parts
    parts = parts[(parts["day"] < seller.days.size) & (parts["day"] >= since)]
    lines = seller.shipments.lines.set_index("line").loc[parts["line"]].reset_index()
    return pd.DataFrame(
        {
            "day": parts["day"].to_numpy(),
            "item": lines["item"],
            "quantity": parts["quantity"].to_numpy(),
            "shipment": shipment_numbers(seller, lines),
        }
    ).sort_values(["day", "item"], ignore_index=True)


def _dates(seller: SampleSeller, day: pd.Series) -> pd.Series:
    return pd.Series((seller.first_day + day.to_numpy().astype(int)).astype("datetime64[s]"))
