"""Tiny sellers for the tests of the decision engine, each with what makes it special."""

from datetime import date

import numpy as np
import pandas as pd

from policies.inputs import Arrivals, Limits, Options, Problem, UnitEconomics

START = date(2026, 8, 3)


def demand_paths(rates, paths=100, weeks=26, seed=1):
    """Gamma-Poisson demand; one rate per item, level uncertainty shared by the weeks of a path."""
    rng = np.random.default_rng(seed)
    rates = np.asarray(rates, float)
    level = rng.gamma(20.0, rates[:, None] / 20.0, (len(rates), paths))
    return rng.poisson(np.repeat(level[:, :, None], weeks, axis=2)).astype(np.float32)


def economics(n, weeks=26, **changes):
    """A 30-money item that earns 18 after fees and costs 8."""
    values = {
        "price": np.full(n, 30.0),
        "margin": np.full((n, weeks), 18.0),
        "product_cost": np.full(n, 8.0),
        "fba_storage": np.full((n, weeks), 0.03),
        "aged_from_days": np.array([181.0, 271.0, 365.0]),
        "aged_surcharge": np.tile([0.05, 0.1, 0.3], (n, 1)),
        "low_inventory_below_days": np.array([14.0, 21.0, 28.0]),
        "low_inventory_fee": np.zeros((n, 3)),
        "exit_value": np.full(n, -0.5),
        "lost_sale": np.zeros(n),
        "capital_rate": np.full(n, 0.003),
        "volume_m3": np.full(n, 0.002),
        "storage_type": np.full(n, "standard", dtype=object),
    }
    shapes = {k: v.shape for k, v in values.items()}
    for name, value in changes.items():
        values[name] = (
            np.broadcast_to(np.asarray(value, dtype=values[name].dtype), shapes[name]).copy()
            if name in shapes and np.ndim(value) == 0
            else np.asarray(value)
        )
    return UnitEconomics(**values)


def buy_row(item, **changes):
    """Sea freight straight to FBA, ten weeks, cartons of ten."""
    return {
        "item": item,
        "supplier": "Ningbo",
        "mode": "sea",
        "destination": "FBA",
        "unit_cost": 8.0,
        "purchase_price": 40.0,
        "currency": "CNY",
        "currency_rate": 0.14,
        "moq": 0,
        "case_pack": 10,
        "carton_volume_m3": 0.03,
        "carton_weight_kg": 8.0,
        "earliest_order_week": 0,
        "review_weeks": 4,
        "moq_group": "",
        "moq_group_minimum": 0,
        "days": 70.0,
        **changes,
    }


def ship_row(item, **changes):
    """A lorry from the 3PL, two weeks, cartons of ten."""
    return {
        "item": item,
        "source": "3PL",
        "mode": "truck",
        "available": 500,
        "unit_cost": 0.6,
        "hold_cost": 0.01,
        "case_pack": 10,
        "carton_volume_m3": 0.03,
        "carton_weight_kg": 8.0,
        "review_weeks": 1,
        "days": 14.0,
        **changes,
    }


def options(rows, paths, spread=0.0, seed=3):
    """Rows with their column `days` drawn out over the paths."""
    frame = pd.DataFrame(rows)
    if not len(frame):
        return Options(frame, np.zeros((0, paths)))
    days = frame.pop("days").to_numpy(float)
    noise = np.random.default_rng(seed).normal(0.0, spread, (len(days), paths))
    return Options(frame, np.maximum(days[:, None] + noise, 0.0))


def arriving(rows, paths):
    """Arrivals with fixed days."""
    frame = pd.DataFrame(rows, columns=["item", "destination", "units", "reference", "kind", "days"])
    days = frame.pop("days").to_numpy(float)
    return Arrivals(frame, np.repeat(days[:, None], paths, axis=1))


def problem(
    rates=(20.0,),
    buy=None,
    ship=None,
    arrivals=(),
    on_hand=None,
    limits=None,
    upstream=None,
    paths=100,
    weeks=26,
    spread=0.0,
    seed=1,
    demand=None,
    **money,
):
    """A problem of `len(rates)` items; every item buys by sea unless `buy` says otherwise."""
    n = len(rates) if demand is None else len(demand)
    demand = demand_paths(rates, paths, weeks, seed) if demand is None else demand
    paths, weeks = demand.shape[1:]
    buy = [buy_row(i) for i in range(n)] if buy is None else buy
    ship = [] if ship is None else ship
    stock = np.zeros(n) if on_hand is None else np.asarray(on_hand, float)
    if upstream is None and ship:
        held = pd.DataFrame(ship).drop_duplicates(["item", "source"])
        upstream = pd.DataFrame(
            {
                "item": held["item"],
                "location": held["source"],
                "kind": "3PL",
                "units": held["available"],
                "hold_cost": held["hold_cost"],
            }
        )
    return Problem(
        start=START,
        items=np.array([f"US/SKU-{i:03d}" for i in range(n)], dtype=object),
        marketplace=np.full(n, "US", dtype=object),
        demand=demand,
        fba_on_hand=stock,
        fba_age=np.column_stack([stock, np.zeros(n)]),
        age_from_days=np.array([0.0, 181.0]),
        economics=economics(n, weeks, **money),
        buy=options(buy, paths, spread),
        ship=options(ship, paths, spread),
        arrivals=arriving(list(arrivals), paths),
        limits=limits or Limits(),
        upstream=pd.DataFrame() if upstream is None else upstream,
        currency="USD",
    )
