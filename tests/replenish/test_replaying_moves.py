"""The seller's own moves as the replay plays them: orders, receipts, shipments, and what there was before."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pandas as pd

from replenish.replaying_moves import plain_moves, seller_moves
from replenish.weekly.known import Known

START, TODAY = date(2026, 1, 5), date(2026, 3, 30)
WEEKS, FIRST = 12, 6  # the replay begins on 16 February
ITEMS = pd.Index(["US/A"], dtype=object)
BEGUN = np.array([0])  # long on sale

EXTRA = pd.Series([0.0, 3.0], index=pd.MultiIndex.from_tuples([("US/A", "sea", False), ("US/A", "air", False)]))


def moved_row(kind: str, left: str, received_on: str, received: int, destination: str) -> dict[str, object]:
    mode = "air" if received == 60 else "sea"
    return {
        "kind": kind,
        "item": "US/A",
        "mode": mode,
        "ordered_on": left,
        "shipped_on": None,
        "received_on": received_on,
        "quantity": received,
        "received": received,
        "destination": destination,
    }


HISTORY = [
    moved_row("purchase", "2025-10-06", "2026-01-06", 500, "3PL"),
    moved_row("purchase", "2026-01-12", "2026-02-18", 100, "3PL"),  # under way when the replay begins
    moved_row("purchase", "2026-02-16", "2026-03-20", 60, "3PL"),
    moved_row("shipment", "2026-02-09", "2026-02-17", 40, "FBA"),  # under way as well
    moved_row("shipment", "2026-02-23", "2026-03-04", 30, "FBA"),
]


def known(history: list[dict[str, object]]) -> Known:
    frames = {f.name: pd.DataFrame() for f in fields(Known) if f.name not in ("as_of", "start")}
    frames["inbound_history"] = pd.DataFrame(history)
    frames["stock"] = pd.DataFrame({"item": ["US/A", "US/A"], "location": ["3PL", "FBA"], "units": [170, 9]})
    frames["open_orders"] = pd.DataFrame(
        {"item": ["US/A"], "ordered_on": ["2026-03-16"], "quantity": [80], "received": [0], "destination": ["3PL"]}
    )
    frames["open_shipments"] = pd.DataFrame(
        {"item": ["US/A"], "destination": ["FBA"], "shipped_on": ["2026-03-23"], "quantity": [20], "received": [0]}
    )
    return Known(as_of=TODAY, start=TODAY, **frames)


def weekly(table: np.ndarray) -> dict[int, float]:
    return {int(week): float(table[0, week]) for week in np.flatnonzero(table[0])}


def test_moves_of_the_weeks_replayed_fall_where_a_policy_has_its_turn() -> None:
    moved = seller_moves(known(HISTORY), ITEMS, START, WEEKS, FIRST, EXTRA, BEGUN)
    assert moved is not None and moved.actual.ordered is not None
    assert moved.actual.arrived is not None and moved.actual.shipped is not None
    assert weekly(moved.actual.receipts) == {6: 40, 8: 30}
    assert weekly(moved.actual.arrived) == {6: 100, 10: 60}
    # the order of Monday, 16 February is the begun state's; open orders and shipments count with what is left
    assert weekly(moved.actual.ordered) == {9: 80}
    assert weekly(moved.actual.shipped) == {6: 30, 10: 20}


def test_every_unit_is_accounted_for_when_the_replay_begins() -> None:
    moved = seller_moves(known(HISTORY), ITEMS, START, WEEKS, FIRST, EXTRA, BEGUN)
    assert moved is not None
    assert moved.shelf.tolist() == [60.0]  # 170 today, 160 came since, 50 left
    assert weekly(moved.inbound) == {6: 40}
    assert weekly(moved.upstream_inbound) == {6: 100, 10: 60}


def test_what_was_ordered_before_the_first_turn_and_is_still_awaited_belongs_to_everyone() -> None:
    """It has been paid for and is no stock yet: not yours alone, and not lost."""
    told = known(HISTORY)
    late = {"item": "US/A", "ordered_on": "2026-01-26", "quantity": 90, "received": 25, "destination": "3PL"}
    sent = {"item": "US/A", "destination": "FBA", "shipped_on": "2026-02-02", "quantity": 12, "received": 2}
    told = replace(
        told,
        open_orders=pd.concat([told.open_orders, pd.DataFrame([late])]),
        open_shipments=pd.concat([told.open_shipments, pd.DataFrame([sent])]),
    )
    moved = seller_moves(told, ITEMS, START, WEEKS, FIRST, EXTRA, BEGUN)
    assert moved is not None and moved.actual.ordered is not None
    assert weekly(moved.actual.ordered) == {9: 80}
    assert weekly(moved.upstream_inbound) == {6: 100, 10: 60, WEEKS: 65}
    assert weekly(moved.inbound) == {6: 40, WEEKS: 10}


def test_without_purchases_on_record_only_receipts_are_known() -> None:
    shipments = [row for row in HISTORY if row["kind"] == "shipment"]
    assert seller_moves(known(shipments), ITEMS, START, WEEKS, FIRST, EXTRA, BEGUN) is None
    late = [*shipments, moved_row("purchase", "2026-02-02", "2026-03-02", 10, "3PL")]
    assert seller_moves(known(late), ITEMS, START, WEEKS, FIRST, EXTRA, BEGUN) is None
    plain = plain_moves(known(shipments), ITEMS, START, WEEKS, FIRST, np.array([2.0]), BEGUN)
    assert weekly(plain.actual.receipts) == {6: 40, 8: 30} and plain.actual.ordered is None
    assert weekly(plain.inbound) == {6: 40}


def test_air_freight_is_charged_when_the_goods_arrive() -> None:
    history = [*HISTORY, moved_row("purchase", "2026-02-23", "2026-03-18", 60, "3PL")]
    moved = seller_moves(known(history), ITEMS, START, WEEKS, FIRST, EXTRA, BEGUN)
    assert moved is not None and moved.actual.dearer is not None and moved.actual.otherwise is not None
    assert weekly(moved.actual.otherwise) == {6: 60}  # the order of 16 February belongs to the begun state
    assert weekly(moved.actual.dearer) == {10: 180.0}


def test_the_launch_is_the_sellers_in_every_policy() -> None:
    moved = seller_moves(known(HISTORY), ITEMS, START, WEEKS, FIRST, EXTRA, np.array([8]))
    assert moved is not None and moved.actual.ordered is not None
    assert moved.actual.arrived is not None and moved.actual.shipped is not None
    # on sale from week 8: the order of 16 March is the seller's own decision, the shipment of 23 February is not
    assert weekly(moved.actual.ordered) == {9: 80} and weekly(moved.actual.shipped) == {10: 20}
    assert weekly(moved.inbound) == {6: 40, 8: 30}
    assert moved.shelf.tolist() == [30.0]  # 60 there were, 30 of them left with the launch
    late = seller_moves(known(HISTORY), ITEMS, START, WEEKS, FIRST, EXTRA, np.array([10]))
    assert late is not None and late.actual.ordered is not None and not late.actual.ordered.any()


def test_what_leaves_with_a_launch_is_taken_from_the_shelf_and_then_from_what_came_first() -> None:
    launched = known([*HISTORY, moved_row("shipment", "2026-02-24", "2026-03-04", 130, "FBA")])
    stock = pd.DataFrame({"item": ["US/A"], "location": ["3PL"], "units": [10]})
    moved = seller_moves(replace(launched, stock=stock), ITEMS, START, WEEKS, FIRST, EXTRA, np.array([8]))
    assert moved is not None and moved.actual.arrived is not None
    assert moved.shelf.tolist() == [0.0]  # 30 at the start; 160 left with the launch
    assert weekly(moved.upstream_inbound) == weekly(moved.actual.arrived) == {10: 30}
