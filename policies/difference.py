"""Why quantities changed between two problems: one cause after the other takes its new value, and each is decided.

The steps of one item add up exactly to its change, because each is the difference of two successive decisions. What
is left after the last cause comes from SKUs that only one of the problems has, through the limits all share.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.decide import decide
from policies.inputs import Arrivals, DecisionSettings, Options, Problem, UnitEconomics
from policies.plan import Decision

Floats = npt.NDArray[np.floating]
CAUSES = ("demand", "stock", "arrivals", "cost", "lead time", "limits", "other SKUs")
COLUMNS = ["item", "decision", "cause", "units"]


def difference(
    before: Problem, decided_before: Decision, after: Problem, decided_after: Decision,
    settings: DecisionSettings | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Units by item, decision (`buy`, `ship`) and cause, of the items both problems have; only causes that count.

    Both problems must have the same paths and weeks. Per item and decision the units add up to the quantity decided
    after less the quantity decided before.
    """
    common = np.intersect1d(before.items.astype(str), after.items.astype(str)).astype(object)
    old, new = only(before, common), only(after, common)
    quantities = [_quantities(decided_before, common)]
    mixed = old
    for take in _steps():
        mixed = take(mixed, new)
        quantities.append(_quantities(decide(mixed, settings), common))
    quantities.append(_quantities(decided_after, common))
    return _frame(common, quantities, CAUSES)


def _steps() -> list[Callable[[Problem, Problem], Problem]]:
    """Each takes one part of the new problem; the last ones together make it whole."""
    return [
        lambda mixed, new: replace(mixed, demand=new.demand, start=new.start),
        _take_stock,
        lambda mixed, new: replace(mixed, arrivals=new.arrivals),
        _take_cost,
        lambda mixed, new: replace(mixed, buy=new.buy, ship=new.ship, limits=mixed.limits),
        lambda mixed, new: replace(mixed, limits=new.limits),
    ]


def _take_stock(mixed: Problem, new: Problem) -> Problem:
    return replace(
        mixed, fba_on_hand=new.fba_on_hand, fba_age=new.fba_age, age_from_days=new.age_from_days,
        upstream=new.upstream, ship=_same_ways(mixed.ship, new.ship, "source", ["available"]),
    )  # fmt: skip


def _take_cost(mixed: Problem, new: Problem) -> Problem:
    return replace(
        mixed,
        economics=new.economics,
        buy=_same_ways(mixed.buy, new.buy, "supplier", ["unit_cost", "purchase_price", "currency_rate"]),
        ship=_same_ways(mixed.ship, new.ship, "source", ["unit_cost", "hold_cost"]),
    )


def _same_ways(mixed: Options, new: Options, origin: str, columns: list[str]) -> Options:
    """The ways of `mixed` with some columns as `new` has them, where it has the same way."""
    key = [name for name in ("item", origin, "mode", "destination") if name in mixed.frame]
    values = new.frame[[*key, *columns]].drop_duplicates(key)
    joined = mixed.frame[key].merge(values, on=key, how="left")
    frame = mixed.frame.copy()
    for name in columns:
        frame[name] = joined[name].fillna(frame[name].reset_index(drop=True)).to_numpy()
    return Options(frame, mixed.lead_time_days)


def only(problem: Problem, items: npt.NDArray[np.object_]) -> Problem:
    """The problem of some of its items, which must all be there."""
    at = pd.Index(problem.items).get_indexer(pd.Index(items))
    economics = {
        name: value[at] if isinstance(value, np.ndarray) and value.shape[:1] == problem.items.shape else value
        for name, value in vars(problem.economics).items()
        if name not in ("aged_from_days", "low_inventory_below_days", "figures")
    }
    kept = UnitEconomics(
        **economics,
        aged_from_days=problem.economics.aged_from_days,
        low_inventory_below_days=problem.economics.low_inventory_below_days,
    )
    place = pd.Series(np.arange(len(at)), index=at)
    buy, buy_rows = _rows(problem.buy.frame, place)
    ship, ship_rows = _rows(problem.ship.frame, place)
    coming, coming_rows = _rows(problem.arrivals.frame, place)
    upstream = _rows(problem.upstream, place)[0] if len(problem.upstream) else problem.upstream
    limits = problem.limits
    breaks = limits.price_breaks
    if len(breaks):
        numbers = pd.Series(np.arange(len(buy_rows)), index=buy_rows)
        breaks = breaks[breaks["buy"].isin(buy_rows)]
        breaks = breaks.assign(buy=breaks["buy"].map(numbers).astype(int))
    cap = limits.asin_cap[at] if limits.asin_cap is not None else None
    return replace(
        problem,
        items=problem.items[at],
        marketplace=problem.marketplace[at],
        demand=problem.demand[at],
        fba_on_hand=problem.fba_on_hand[at],
        fba_age=problem.fba_age[at],
        economics=kept,
        buy=Options(buy, problem.buy.lead_time_days[buy_rows]),
        ship=Options(ship, problem.ship.lead_time_days[ship_rows]),
        arrivals=Arrivals(coming, problem.arrivals.days[coming_rows]),
        upstream=upstream,
        limits=replace(limits, price_breaks=breaks, asin_cap=cap),
    )


def _rows(frame: pd.DataFrame, place: pd.Series) -> tuple[pd.DataFrame, npt.NDArray[np.intp]]:
    """Rows of the items in `place` (old number -> new number), renumbered, and which rows they were."""
    rows = np.flatnonzero(frame["item"].isin(place.index).to_numpy())
    chosen = frame.iloc[rows]
    return chosen.assign(item=chosen["item"].map(place).astype(int)).reset_index(drop=True), rows


def _quantities(decision: Decision, items: npt.NDArray[np.object_]) -> Floats:
    """Units bought and shipped of each item; (n, 2)."""
    frame = decision.items.set_index("item")[["buy", "ship"]].reindex(items).fillna(0)
    return np.asarray(frame.to_numpy(float))


def _frame(items: npt.NDArray[np.object_], quantities: list[Floats], causes: tuple[str, ...]) -> pd.DataFrame:
    steps = np.diff(np.stack(quantities), axis=0)  # (cause, item, decision)
    rows, columns, decisions = np.nonzero(np.abs(steps) > 1e-9)
    frame = pd.DataFrame(
        {
            "item": items[columns],
            "decision": np.array(["buy", "ship"], dtype=object)[decisions],
            "cause": np.array(causes, dtype=object)[rows],
            "units": steps[rows, columns, decisions],
        },
        columns=COLUMNS,
    )
    return frame.sort_values(["item", "decision", "cause"], kind="stable", ignore_index=True)
