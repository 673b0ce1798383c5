"""The seller's limits in a replay: cash as spans, capacity of months on record, and what held, in words."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd

from policies.replay_world import World
from replenish.config import CashStep, Config, Limits
from replenish.replaying_limits import cash_spans, held, past_capacity

START = date(2026, 1, 5)


def test_a_budget_until_a_day_is_so_much_in_so_many_weeks() -> None:
    steps = [CashStep(until=date(2026, 9, 30), amount=50000), CashStep(until=date(2026, 7, 1), amount=10)]
    config = Config(limits=Limits(cash=steps))
    assert cash_spans(config, date(2026, 8, 3)) == ((9, 50000.0),)  # the second step is over


def months(*rows: tuple[str, float]) -> SimpleNamespace:
    frame = pd.DataFrame(rows, columns=["month", "limit_volume"])
    frame = frame.assign(marketplace="US", storage_type="standard", unit="m3", confirmed=True)
    return SimpleNamespace(capacity=frame)


def problem() -> SimpleNamespace:
    economics = SimpleNamespace(storage_type=np.array(["standard", "oversize"], dtype=object))
    return SimpleNamespace(marketplace=np.array(["US", "US"], dtype=object), economics=economics)


def test_only_months_on_record_bind() -> None:
    volume, group = past_capacity(months(("2026-02", 7.0)), problem(), np.arange(2), START, 12)  # type: ignore[arg-type]
    assert volume is not None and group is not None
    assert np.flatnonzero(np.isfinite(volume[group[0]])).tolist() == [4, 5, 6, 7]  # Mondays of February
    assert not np.isfinite(volume[group[1]]).any()
    assert past_capacity(months(("2026-09", 7.0)), problem(), np.arange(2), START, 12) == (None, None)  # type: ignore[arg-type]


def world(**changes: object) -> World:
    zeros = np.zeros((2, 12))
    one = np.ones(2)
    values = {
        "items": np.array(["US/A", "US/B"], dtype=object), "demand": zeros, "lead_weeks": zeros.astype(int),
        "margin": zeros, "price": one, "unit_cost": one, "storage": zeros, "review_weeks": one.astype(int),
        "case_pack": one, "moq": one, "on_hand": one, "inbound": zeros, "lost_sale": one, "capital_rate": one,
        "exit_value": one, **changes,
    }  # fmt: skip
    return World(**values)  # type: ignore[arg-type]


def test_what_held_is_told() -> None:
    told = held(world(), 2, Config())
    assert told[0] == "Held for every policy: whole cartons and MOQs. What you did is taken as it was."
    assert "a cash budget (none is set)" in told[1] and "FBA capacity" in told[1]
    bound = world(
        cash=((9, 50000.0),),
        supplier=np.array(["S", "T"], dtype=object),
        order_minimum=np.array([100.0, 0.0]),
        known_delay=np.ones((2, 12), int),
        capacity_m3=np.ones((1, 12)),
    )
    told = held(bound, 2, Config())
    assert len(told) == 1
    for part in ("1 supplier(s)", "closures", "50,000 USD in any 9 week(s)", "FBA capacity in 10 week(s)"):
        assert part in told[0]
