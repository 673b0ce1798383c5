"""What the seller ordered, received and shipped in the weeks replayed, and what was there and under way before them.

An order placed within a week counts for the end of the week before, where a policy has its turn; those of the first
week therefore belong to what was under way at the start. What was ordered and shipped for the launch of an item
does so too: with which quantity to begin is not decided from sales.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.replay_world import Actual
from replenish.weekly.known import Known

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


@dataclass(frozen=True)
class Moved:
    """The seller's own moves, and the state in which every policy begins; arrays (N, T), `shelf` (N,)."""

    actual: Actual
    shelf: Floats  # units in warehouses when the replay begins
    inbound: Floats  # under way to FBA then, by week of arrival; one week more: what has not arrived by the end
    upstream_inbound: Floats  # under way to warehouses, likewise


@dataclass(frozen=True)
class _Grid:
    items: pd.Index
    start: date
    weeks: int

    def table(self, rows: pd.DataFrame, day: str, units: str, shift: int = 0) -> Floats:
        """Units by item and week of `day`, `shift` weeks later; what lies outside is left out."""
        when = pd.to_datetime(rows[day])
        week = (when - pd.Timestamp(self.start)).dt.days // 7 + shift
        item = self.items.get_indexer(pd.Index(rows["item"]))
        inside = when.notna() & (week >= 0) & (week < self.weeks) & (item >= 0)
        made = np.zeros((len(self.items), self.weeks))
        np.add.at(made, (item[inside], week[inside].to_numpy(int)), rows.loc[inside, units].to_numpy(float))
        return made

    def units(self, rows: pd.DataFrame, name: str) -> Floats:
        """Units by item, whenever."""
        return np.asarray(rows.groupby("item")[name].sum().reindex(self.items).fillna(0.0).to_numpy(float))


def seller_moves(
    known: Known, items: pd.Index, start: date, weeks: int, first_week: int, extra: pd.Series, own_from: Integers
) -> Moved | None:
    """Moves of a seller with a warehouse; None where purchases into one are not in the history.

    extra: cost per unit beyond the usual way's, by item, mode and whether the goods go straight to FBA.
    own_from: week (N,) in which policies have their first turn, later than `first_week` for items launched since.
    """
    grid, begins = _Grid(items, start, weeks), pd.Timestamp(start + timedelta(weeks=first_week + 1))
    turn = pd.Series(pd.Timestamp(start) + pd.to_timedelta((np.maximum(own_from, first_week) + 1) * 7, "D"), items)
    history = known.inbound_history
    bought = history[history["kind"] == "purchase"]
    stored = bought[bought["destination"] != "FBA"]
    early = pd.to_datetime(bought["ordered_on"]).min()
    if stored.empty or pd.isna(early) or early > begins - pd.Timedelta(weeks=13):
        return None
    done, going = _shipments(known)
    left = pd.concat([frame[["item", "left_on", "quantity"]] for frame in (done, going)], ignore_index=True)
    still = known.open_orders.assign(left=_left(known.open_orders))
    ordered_after = pd.to_datetime(bought["ordered_on"]) >= bought["item"].map(turn)
    ordered = grid.table(bought[ordered_after], "ordered_on", "received", -1)
    own = pd.to_datetime(still["ordered_on"]) >= still["item"].map(turn)
    ordered += grid.table(still[own], "ordered_on", "left", -1)
    still = still[~own & pd.to_datetime(still["ordered_on"]).notna()]
    arrived = grid.table(stored, "received_on", "received")
    shipped = grid.table(left[left["left_on"] >= begins], "left_on", "quantity", -1)
    receipts = grid.table(history[history["destination"] == "FBA"], "received_on", "received")
    for table in (ordered, arrived, shipped, receipts):
        table[:, :first_week] = 0.0
    upstream = known.stock[known.stock["location"] != "FBA"].groupby("item")["units"].sum().reindex(items).fillna(0)
    shelf = np.maximum(upstream.to_numpy(float) - arrived.sum(axis=1) + shipped.sum(axis=1), 0.0)
    launch = grid.table(
        left[(left["left_on"] >= begins) & (left["left_on"] < left["item"].map(turn))], "left_on", "quantity", -1
    )
    shipped, begun = shipped - launch, launch.sum(axis=1)
    before = bought[~ordered_after]
    inbound = grid.table(done[done["left_on"] < done["item"].map(turn)], "received_on", "received")
    inbound += grid.table(before[before["destination"] == "FBA"], "received_on", "received")
    coming = grid.table(before[before["destination"] != "FBA"], "received_on", "received")
    for table in (inbound, coming):
        table[:, :first_week] = 0.0
    away = still["destination"] != "FBA"
    sent = going[going["left_on"] < going["item"].map(turn)].rename(columns={"quantity": "left"})
    inbound = np.column_stack([inbound, grid.units(pd.concat([still[~away], sent]), "left")])
    coming = np.column_stack([coming, grid.units(still[away], "left")])
    for table in (arrived, coming):
        _take_first(table, np.maximum(begun - shelf, 0.0))
    shelf = np.maximum(shelf - begun, 0.0)
    dearer, otherwise = _dearer(grid, bought[ordered_after], extra)
    return Moved(Actual(receipts, ordered, arrived, shipped, dearer, otherwise), shelf, inbound, coming)


def _take_first(table: Floats, units: Floats) -> None:
    """Take units (N,) away from the first that a table (N, T) holds: they have left for FBA with the launch."""
    table[:] = np.diff(np.maximum(table.cumsum(axis=1) - units[:, None], 0.0), axis=1, prepend=0.0)


def _dearer(grid: _Grid, bought: pd.DataFrame, extra: pd.Series) -> tuple[Floats, Floats]:
    """What orders by other modes cost beyond the usual way, by week of arrival, and their units by week of order."""
    way = pd.MultiIndex.from_arrays([bought["item"], bought["mode"], bought["destination"] == "FBA"])
    more = extra.reindex(way).fillna(0.0).to_numpy(float)
    lines = bought.assign(money=more * bought["received"].to_numpy(float))
    return grid.table(lines, "received_on", "money"), grid.table(lines[more > 1e-9], "ordered_on", "received", -1)


def _shipments(known: Known) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shipments into FBA, received ones and those on their way, with the day they left, or were made: `left_on`."""
    done = known.inbound_history
    done = done[(done["kind"] == "shipment") & (done["destination"] == "FBA")]
    left = pd.to_datetime(done["shipped_on"]).fillna(pd.to_datetime(done["ordered_on"]))
    left = left.fillna(pd.to_datetime(done["received_on"]) - pd.Timedelta(days=14))
    going = known.open_shipments[known.open_shipments["destination"] == "FBA"]
    yesterday = pd.Timestamp(known.as_of) - pd.Timedelta(days=1)
    since = pd.to_datetime(going["shipped_on"]).fillna(yesterday)
    return done.assign(left_on=left, quantity=done["received"].astype(float)), going.assign(
        left_on=since, quantity=_left(going)
    )


def _left(lines: pd.DataFrame) -> pd.Series:
    return (lines["quantity"].astype(float) - lines["received"].astype(float).fillna(0.0)).clip(lower=0.0)


def plain_moves(
    known: Known, items: pd.Index, start: date, weeks: int, first_week: int, soon: Floats, own_from: Integers
) -> Moved:
    """Only receipts at FBA are known: those of the first `soon` weeks (N,) count as under way at the start.

    Of an item launched since, those until `soon` weeks after a policy's first turn, `own_from` (N,).
    """
    receipts = _Grid(items, start, weeks).table(
        known.inbound_history[known.inbound_history["destination"] == "FBA"], "received_on", "received"
    )
    week = np.arange(weeks)[None, :]
    until = np.maximum(own_from, first_week) + soon
    inbound = np.where((week >= first_week) & (week < until[:, None]), receipts, 0.0)
    return Moved(Actual(receipts), np.zeros(len(items)), inbound, np.zeros_like(inbound))
