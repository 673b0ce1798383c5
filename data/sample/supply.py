"""Suppliers, warehouses and legs: what the seller believes (templates) and how long they really take (truth)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.sample import calendar
from data.sample.seller import Days

_TERMS = (
    ("Ningbo Greenfield", "Ningbo Greenfield Garden Co., Ltd.", "Chen Wei", "sales@greenfield-garden.example",
     "66 Jiangnan Road, Ningbo", "CN", "USD", "FOB Ningbo", "30 % deposit, 70 % before shipment", 0.30, 5000.0, 0,
     30, 4, "en+zh", 4),
    ("Shenzhen Brightway", "Shenzhen Brightway Lighting Ltd.", "Lin Mei", "orders@brightway-lighting.example",
     "12 Keji South Road, Shenzhen", "CN", "USD", "FOB Shenzhen", "30 % deposit, 70 % against documents", 0.30, 3000.0,
     0, 25, 4, "zh", 2),
    ("Yiwu Homeline", "Yiwu Homeline Import & Export Co., Ltd.", "Wang Fang", "export@yiwu-homeline.example",
     "218 Choujiang Street, Yiwu", "CN", "CNY", "EXW Yiwu", "100 % before shipment", 0.0, 10000.0, 0, 18, 3, "zh", 2),
    ("Guangzhou Kiddo", "Guangzhou Kiddo Toys & Stationery Ltd.", "Huang Jun", "kiddo@gz-kiddo.example",
     "9 Huangpu East Road, Guangzhou", "CN", "USD", "FOB Guangzhou", "30 % deposit, 70 % before shipment", 0.30, 0.0,
     300, 35, 6, "en+zh", 4),
    ("Saigon Everfit", "Saigon Everfit Sports JSC", "Nguyen Thi Hoa", "sales@everfit-sports.example",
     "41 Le Van Viet, Thu Duc, Ho Chi Minh City", "VN", "USD", "FOB Cat Lai", "40 % deposit, 60 % before shipment",
     0.40, 4000.0, 0, 40, 6, "en", 4),
)  # fmt: skip
_HABITS = ((30, 4.5, 9, 14), (26, 4.0, 8, 13), (33, 8.0, 12, 20), (36, 7.0, 10, 16), (42, 7.0, 7, 10))
SUPPLIERS = pd.DataFrame(
    [(*terms, *habits) for terms, habits in zip(_TERMS, _HABITS, strict=True)],
    columns=["supplier", "name", "contact", "email", "address", "country", "currency", "incoterm", "payment_terms",
             "deposit_share", "order_minimum_value", "order_minimum_units", "production_days", "production_days_sd",
             "language", "review_weeks", "true_production_days", "true_production_sd", "closed_before", "closed_after"],
)  # fmt: skip
"""Production days as the supplier states them, and as they are. Yiwu Homeline promises 18 days and takes 33."""

WAREHOUSES = pd.DataFrame(
    [
        ("Reno 3PL", "3PL", "US", "4800 Longley Lane, Reno, NV 89502", 16.0, 0.55, "USD"),
        ("AWD", "AWD", "US", "Amazon Warehousing and Distribution", 17.0, 0.30, "USD"),
        ("Hamburg warehouse", "own", "DE", "Wendenstrasse 130, 20537 Hamburg", 11.0, 0.35, "EUR"),
        ("Leipzig 3PL", "3PL", "DE", "Maximilianallee 4, 04129 Leipzig", 13.0, 0.45, "EUR"),
    ],
    columns=["warehouse", "kind", "country", "address", "storage_cost_per_m3_month", "handling_cost_per_unit",
             "currency"],
)  # fmt: skip

MARKET_OF_WAREHOUSE = (0, 0, 1, 1)

MODES = ("sea", "air", "rail", "truck", "parcel")

# (mode, marketplace index, stated days, stated sd, true mean, true sd, cost per kg, cost per m3) from China or Vietnam
_OCEAN = (
    ("sea", 0, 32, 5, 34.0, 6.0, 0.0, 165.0),
    ("air", 0, 8, 2, 9.0, 2.2, 6.2, 0.0),
    ("sea", 1, 40, 6, 43.0, 7.0, 0.0, 190.0),
    ("air", 1, 7, 2, 8.0, 2.0, 6.8, 0.0),
    ("rail", 1, 24, 4, 25.0, 4.0, 0.0, 310.0),
)
# stated and true days from each warehouse to Amazon, and receiving there
_TO_FBA = (
    (4, 1, 4.5, 1.5, 5, 2, 5.0, 2.0, 0.38),
    (3, 1, 3.5, 1.0, 3, 1, 3.0, 1.0, 0.30),
    (3, 1, 3.0, 1.0, 5, 2, 4.5, 2.0, 0.32),
    (2, 1, 2.5, 0.8, 5, 2, 4.5, 1.8, 0.34),
)
_DUTY = {"US": 0.075, "DE": 0.035}
PEAK_RECEIVING = 1.9
"""Receiving in November and December takes this many times as long."""


@dataclass(frozen=True)
class LegTimes:
    """True times in days. production: (supplier, [mean, sd]); transit: (mode, marketplace, [mean, sd]);
    to_fba and receiving: (warehouse, [mean, sd])."""

    production: NDArray[np.float64]
    transit: NDArray[np.float64]
    to_fba: NDArray[np.float64]
    receiving: NDArray[np.float64]


def true_times() -> LegTimes:
    """The distributions that the simulated world draws from."""
    transit = np.full((len(MODES), 2, 2), np.nan)
    for mode, market, _, _, mean, sd, _, _ in _OCEAN:
        transit[MODES.index(mode), market] = mean, sd
    legs = np.array(_TO_FBA)
    return LegTimes(
        SUPPLIERS[["true_production_days", "true_production_sd"]].to_numpy(float), transit, legs[:, 2:4], legs[:, 6:8]
    )


def stated_days() -> NDArray[np.float64]:
    """Lead time to the warehouse as the seller reckons it (production, transit): (supplier, mode, marketplace)."""
    transit = np.full((len(MODES), 2), np.nan)
    for mode, market, days, *_ in _OCEAN:
        transit[MODES.index(mode), market] = days
    return np.asarray(SUPPLIERS["production_days"].to_numpy(float)[:, None, None] + transit[None])


def stated_days_to_fba() -> NDArray[np.float64]:
    """Days from each warehouse until sellable at Amazon, as the seller reckons them."""
    legs = np.array(_TO_FBA)
    return np.asarray(legs[:, 0] + legs[:, 4])


def stated_legs() -> pd.DataFrame:
    """The seller's supplier legs: one row per supplier, mode and destination, and one per warehouse to FBA."""
    rows = []
    for supplier in SUPPLIERS["supplier"]:
        for mode, market, days, sd, _, _, per_kg, per_m3 in _OCEAN:
            if mode == "rail" and supplier.startswith("Saigon"):
                continue
            code = ("US", "DE")[market]
            for warehouse in WAREHOUSES["warehouse"][[owner == market for owner in MARKET_OF_WAREHOUSE]]:
                rows.append((supplier, mode, warehouse, code, days, sd, 2, 1, per_kg, per_m3, 0.0, "USD", _DUTY[code]))
            if mode == "air":
                door = per_kg + 0.6
                rows.append((supplier, mode, "FBA", code, days + 1, sd, 5, 2, door, 0.0, 0.0, "USD", _DUTY[code]))
    for warehouse, market, leg in zip(WAREHOUSES["warehouse"], MARKET_OF_WAREHOUSE, _TO_FBA, strict=True):
        mode = "parcel" if market == 0 else "truck"
        currency = ("USD", "EUR")[market]
        row = (warehouse, mode, "FBA", ("US", "DE")[market], leg[0], leg[1], leg[4], leg[5], 0.0, 0.0, leg[8])
        rows.append((*row, currency, 0.0))
    return pd.DataFrame(
        rows,
        columns=["supplier", "mode", "destination", "marketplace", "transit_days", "transit_days_sd", "receiving_days",
                 "receiving_days_sd", "cost_per_kg", "cost_per_m3", "cost_per_unit", "currency", "duty_rate"],
    )  # fmt: skip


def true_lead_times() -> pd.DataFrame:
    """Mean and standard deviation of every stage that goods pass through, in days."""
    rows: list[tuple[str, str, str, str, float, float]] = []
    for supplier, (mean, sd) in zip(SUPPLIERS["supplier"], true_times().production, strict=True):
        rows.append(("production", supplier, "", "", mean, sd))
    for mode, market, _, _, mean, sd, _, _ in _OCEAN:
        rows.append(("transit", "", mode, ("US", "DE")[market], mean, sd))
    for warehouse, leg in zip(WAREHOUSES["warehouse"], _TO_FBA, strict=True):
        rows.append(("transit", warehouse, "", "FBA", leg[2], leg[3]))
        rows.append(("receiving", warehouse, "", "FBA", leg[6], leg[7]))
    return pd.DataFrame(rows, columns=["stage", "source", "mode", "destination", "mean_days", "sd_days"])


def closures(days: Days) -> pd.DataFrame:
    """Each supplier's stops around New Year, with the last day on which an order is still taken for before it."""
    rows = []
    for supplier, before, after in SUPPLIERS[["supplier", "closed_before", "closed_after"]].itertuples(index=False):
        name = "Tet" if supplier.startswith("Saigon") else "Chinese New Year"
        for start, end in calendar.closures(calendar.years_of(days), before, after):
            rows.append((supplier, start, end, name, np.datetime64(start) - 25))
    dates = ("start_date", "end_date", "last_order_date")
    frame = pd.DataFrame(rows, columns=["supplier", "start_date", "end_date", "reason", "last_order_date"])
    return frame.astype(dict.fromkeys(dates, "datetime64[s]"))


def freight_per_unit(m3: NDArray[np.float64], market: NDArray[np.intp]) -> NDArray[np.float64]:
    """Sea freight to the warehouse in USD for a unit with this share of its carton, in cubic metres."""
    per_m3 = np.array([165.0, 190.0])[market]
    return np.asarray(per_m3 * m3)


def duty_rate(market: NDArray[np.intp]) -> NDArray[np.float64]:
    """Duty on the purchase price by marketplace."""
    return np.asarray(np.array(list(_DUTY.values()))[market])
