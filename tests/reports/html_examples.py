"""Example frames of the accuracy, replay and scenario pages; invented numbers that tell a story each."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import numpy as np
import pandas as pd

from reports.html.pages import Accuracy, Header, Replay, Scenarios

HEADER = Header("Maple & Fox <Trading>", date(2026, 8, 3), datetime(2026, 8, 3, 9, 30, tzinfo=UTC), "USD", "0.1.0")
MONDAY = date(2026, 8, 3)
METHODS = ("replenish", "AutoETS", "moving average", "last year")
CLASSES = ("all", "fast", "seasonal", "slow", "intermittent", "new")
SCENARIOS = ("base", "black-friday", "port-delay")


def example_accuracy() -> Accuracy:
    """Four methods; ours is best, and its bands hold what they promise."""
    random = np.random.default_rng(1)
    scores = pd.DataFrame(list(product(METHODS, CLASSES, (3, 8, 13))), columns=["method", "class", "length"])
    rank, harder = scores["method"].map(METHODS.index), 1 + 0.1 * scores["class"].map(CLASSES.index)
    scores = scores.assign(
        windows=240,
        bias=random.normal(0, 0.05, len(scores)),
        wape=(0.22 + 0.05 * rank) * harder,
        pinball=(0.18 + 0.04 * rank) * harder,
        coverage50=0.5 - 0.03 * rank,
        coverage80=0.8 - 0.04 * rank,
        coverage95=0.95 - 0.03 * rank,
    )
    origins = pd.DataFrame(list(product(METHODS, range(12))), columns=["method", "ago"])
    origins["origin"] = [MONDAY - timedelta(weeks=ago) for ago in origins["ago"]]
    origins["wape"] = 0.22 + 0.05 * origins["method"].map(METHODS.index) + 0.02 * np.sin(origins["ago"])
    failed = pd.DataFrame(
        {"class": ["new"], "length": [8], "coverage80": [0.61], "fallback": ["similar items' first weeks"]}
    )
    return Accuracy(HEADER, "replenish", scores, "Our error is a fifth lower.", origins, failed)


def example_replay() -> Replay:
    """Ours beats a rule beyond chance, the actual history not beyond chance, and the clairvoyant not at all."""
    policies = pd.DataFrame(
        {
            "policy": ["velocity x cover", "replenish", "actual history", "clairvoyant"],
            "profit": [310_200.0, 352_700.0, 298_400.0, 381_000.0],
            "profit_low": [296_000.0, 341_000.0, 285_000.0, 381_000.0],
            "profit_high": [322_000.0, 365_000.0, 309_000.0, 381_000.0],
            "sales": [1_180_000.0, 1_230_000.0, 1_165_000.0, 1_250_000.0],
            "lost_sales": [41_000.0, 14_800.0, 47_300.0, 0.0],
            "lost_units": [3_900, 1_400, 4_600, 0],
            "fill_rate": [0.921, 0.972, 0.912, 1.0],
            "storage": [22_000.0, 15_100.0, 24_900.0, 9_800.0],
            "capital": [181_000.0, 152_000.0, 196_000.0, 120_000.0],
            "orders": [412, 388, 377, 401],
        }
    )
    differences = pd.DataFrame(
        {
            "policy": ["velocity x cover", "actual history"],
            "difference": [42_500.0, 54_300.0],
            "low": [31_000.0, -2_000.0],
            "high": [54_000.0, 109_000.0],
            "weeks_better": [0.71, 0.75],
        }
    )
    classes = policies.merge(pd.DataFrame({"class": ["fast", "slow", "new"]}), how="cross")
    weeks = pd.DataFrame(list(product(policies["policy"], range(52))), columns=["policy", "number"])
    weeks["week"] = [MONDAY - timedelta(weeks=52 - number) for number in weeks["number"]]
    yearly = weeks["policy"].map(policies.set_index("policy")["profit"])
    weeks["profit"] = yearly / 52 + 900 * np.sin(weeks["number"] / 8)
    return Replay(HEADER, "replenish", policies, differences, classes, weeks, "13.7 % more profit.", "clairvoyant")


def example_scenarios() -> Scenarios:
    """Three scenarios; the plan made for Black Friday is the one that can cost least."""
    number = np.arange(len(SCENARIOS))
    profit = 120_000.0 - 20_000 * number
    scenarios = pd.DataFrame(
        {
            "scenario": SCENARIOS,
            "description": [f"what {name} changes" for name in SCENARIOS],
            "demand_units": 41_000 + 9_000 * number,
            "order_units": 12_000 + 4_000 * number,
            "order_cost": 81_000.0 + 30_000 * number,
            "ship_units": 3_100,
            "ship_cost": 2_100.0,
            "lost_units": 500 + 200 * number,
            "lost_sales": 5_200.0 + 900 * number,
            "storage": 8_100.0,
            "aged": 900.0,
            "profit": profit,
            "profit_low": profit - 20_000,
            "profit_high": profit + 30_000,
        }
    )
    demand = pd.DataFrame(list(product(SCENARIOS, range(26))), columns=["scenario", "number"])
    peak = np.exp(-(((demand["number"] - 16) / 2) ** 2))
    mean = 1_500 + 1_200 * demand["scenario"].map(SCENARIOS.index) * peak
    week = [MONDAY + timedelta(weeks=number) for number in demand["number"]]
    demand = demand.assign(week=week, mean=mean, low=0.7 * mean, high=1.4 * mean)
    stock = demand.assign(mean=4 * mean, low=3 * mean, high=5 * mean)
    volume = pd.DataFrame(list(product(SCENARIOS, range(5))), columns=["scenario", "number"])
    volume = volume.assign(
        marketplace="US",
        storage_type="standard",
        month=[date(2026, 8 + number, 1) for number in volume["number"]],
        volume_m3=30.0 + 4 * volume["scenario"].map(SCENARIOS.index) + volume["number"],
        limit_m3=40.0,
        confirmed=volume["number"] < 2,
    )
    return Scenarios(
        HEADER,
        "base",
        scenarios,
        demand,
        stock,
        demand.assign(paid=mean * 8, received=mean * 10),
        volume,
        _regret(),
        _calendar(),
        _stages(),
        "Plan for black-friday: it loses little when the peak stays away.",
        after=_after(),
    )


def _regret() -> pd.DataFrame:
    lost = np.array([[0.0, 30_000.0, 12_000.0], [4_000.0, 0.0, 3_000.0], [9_000.0, 21_000.0, 0.0]])
    regret = pd.DataFrame(list(product(SCENARIOS, SCENARIOS)), columns=["plan", "world"])
    return regret.assign(profit=100_000.0 - lost.ravel(), regret=lost.ravel())


def _calendar() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item": ["US/A", "US/B"],
            "mode": "sea",
            "event": "Black Friday",
            "order_by": [date(2026, 8, 21), date(2026, 7, 24)],
            "ship_by": [date(2026, 9, 20), date(2026, 8, 20)],
            "arrive_by": date(2026, 10, 20),
            "delay_cost": [1_240.0, 480.0],
            "missed": [False, True],
            "next_best": ["", "air by 2 October"],
        }
    )


def _after() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "scenario": SCENARIOS,
            "event": "Black Friday",
            "after": date(2026, 12, 7),
            "left_units": [900, 2_400, 1_100],
            "left_cost": [5_400.0, 14_400.0, 6_600.0],
            "cover_weeks": [2.0, 6.0, 3.0],
            "storage_after": [300.0, 1_050.0, 410.0],
            "aged_after": [20.0, 260.0, 30.0],
            "returned_units": [140, 190, 150],
            "returned_sellable": [80, 110, 90],
        }
    )


def _stages() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item": ["US/A"],
            "commit_units": [480],
            "wait_units": [240],
            "decide_by": [date(2026, 9, 1)],
            "watch": ["orders of the next 3 weeks above 220"],
        }
    )
