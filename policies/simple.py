"""A simple cost model: holding per unit left and period, shortage per unit short; no fees, one location.

For channels without FBA fees and for research data. The public function is `simple_order`.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from policies.curves import Lots, profit_curves
from policies.targets import critical_ratio, window_targets
from policies.value import TERMINAL_STEP, Inflow, Rows, Stage

Floats = npt.NDArray[np.floating]


def simple_order(
    paths: Any,
    on_hand: npt.ArrayLike,
    arrivals: npt.ArrayLike | None = None,
    *,
    arrival_periods: npt.ArrayLike | None = None,
    holding: npt.ArrayLike,
    shortage: npt.ArrayLike,
    lead_time: npt.ArrayLike,
    review_period: npt.ArrayLike = 1,
    lost_sales: bool = True,
    moq: npt.ArrayLike = 0,
    case_pack: npt.ArrayLike = 1,
    purchase_cost: npt.ArrayLike = 0.0,
) -> npt.NDArray[np.int64]:
    """Units to order now, one whole number per SKU: the quantity of least expected cost.

    paths: samples of demand, array (N, P, H) or an object with such an array as `samples` (`DemandPaths`); period
        0 is the one that begins now. H must reach beyond the lead time; all of it is used, and the further it reaches
        the better what is left is known to be used up soon, or not (the end of a season).
    on_hand: (N,) units in stock now (negative: back-orders, when `lost_sales` is false).
    arrivals: (N, up to H) units on order that become usable at the start of each period. With `arrival_periods` they
        are (N, K), the units of up to K open orders of each SKU, in any order.
    arrival_periods: (N, K) whole periods until each open order is usable, 0 for the period that begins now, or draws
        (N, K, P) that belong to the paths. H or more: not within the paths.
    holding: cost of a unit left at the end of a period. shortage: cost of a unit of demand not met (lost sales),
        or of a unit waiting at the end of a period (back-orders).
    lead_time: whole periods until an order placed now is usable: 0 for the period that begins now. Scalar, (N,),
        or draws (N, P) that belong to the demand paths.
    review_period: periods until the next chance to order.
    moq: an order is zero or at least this. case_pack: orders are whole multiples of this.
    purchase_cost: per unit. It moves the order only where a unit is worth less than it costs.

    Costs, lead time, review period, moq and case_pack are scalars or (N,). Each path is simulated: stock and
    arrivals are used up, and what is lost before the order arrives is never re-ordered. The order pays for the
    shortages of the periods that no later order can reach; a unit left after that is carried to where later orders
    top up to their own best stock, so it is neither wasted nor free. The optimum is exact to one case pack. Where the
    smallest order lasts longer than a review period, later orders are as large, and waiting one review period is
    weighed against ordering now.

    Raises ValueError that names the argument when shapes do not agree or a value is not allowed.
    """
    demand = _paths(paths)
    n, p, h = demand.shape
    per_sku = {
        name: _per_sku(name, value, n)
        for name, value in {
            "holding": holding,
            "shortage": shortage,
            "review_period": review_period,
            "moq": moq,
            "case_pack": case_pack,
            "purchase_cost": purchase_cost,
        }.items()
    }
    _check_ranges(per_sku)
    stock = _per_sku("on_hand", on_hand, n)
    if lost_sales and (stock < 0).any():
        raise ValueError(
            "on_hand is negative for SKU number "
            f"{int(np.argmax(stock < 0))}: only back-orders (lost_sales=False) can be below zero"
        )
    review = per_sku["review_period"].astype(np.int64)
    lead = _lead_time(lead_time, n, p)
    if (lead >= h).all(axis=1).any():
        raise ValueError(f"lead_time reaches beyond the paths: they hold {h} periods, so it may be at most {h - 1}")
    coming = _arrivals(arrivals, n, h) if arrival_periods is None else _drawn_arrivals(arrivals, arrival_periods, n, p)
    order = np.zeros(n, dtype=np.int64)
    large = _large_minimum(demand, lead, review, per_sku)
    reach = np.where(large, np.minimum(lead.max(axis=1, initial=0) + review, h), h)
    for weeks, rare in sorted(set(zip(reach.tolist(), large.tolist(), strict=True))):
        at = np.flatnonzero((reach == weeks) & (large == rare))
        mine = {name: values[at] for name, values in per_sku.items()}
        inflow = _inflow((coming[0][at], coming[1][at]), p, weeks)
        order[at] = _order(demand[at], weeks, stock[at], inflow, lead[at], review[at], mine, lost_sales, rare)
    return order


def _smallest(per_sku: dict[str, Floats]) -> Floats:
    """The smallest order above zero."""
    pack = per_sku["case_pack"]
    return np.asarray(np.maximum(np.ceil(per_sku["moq"] / pack - 1e-9), 1) * pack)


def _rate(demand: npt.NDArray[np.float32], lead: npt.NDArray[np.int64]) -> Floats:
    """Demand per period once an order can have arrived, (N,)."""
    begin = np.minimum(lead.min(axis=1, initial=demand.shape[2]), demand.shape[2] - 1)
    inside = np.arange(demand.shape[2])[None, :] >= begin[:, None]
    mean = demand.mean(axis=1, dtype=float)
    return np.asarray(np.maximum((mean * inside).sum(axis=1) / inside.sum(axis=1), 1e-3))


def _large_minimum(
    demand: npt.NDArray[np.float32],
    lead: npt.NDArray[np.int64],
    review: npt.NDArray[np.int64],
    per_sku: dict[str, Floats],
) -> npt.NDArray[np.bool_]:
    """Whether the smallest order lasts longer than a review period: then not every review is worth an order."""
    return np.asarray((_smallest(per_sku) > _rate(demand, lead) * review) & (_smallest(per_sku) > 1))


def _order(
    futures: npt.NDArray[np.float32],
    weeks: int,
    stock: Floats,
    inflow: Inflow,
    lead: npt.NDArray[np.int64],
    review: npt.NDArray[np.int64],
    per_sku: dict[str, Floats],
    lost_sales: bool,
    rare: bool,
) -> npt.NDArray[np.int64]:
    """Orders of SKUs of which `weeks` periods are simulated; what is left then is priced by when it is used up.

    `rare`: their smallest order lasts longer than a review period.
    """
    demand = futures[:, :, :weeks]
    n, _, h = demand.shape
    stage = Stage(
        demand=demand,
        on_hand=stock,
        inflow=inflow,
        margin=np.zeros((n, h)),
        lost=per_sku["shortage"],
        front=np.full((n, h), np.inf),
        low_days=np.zeros(0),
        low_fee=np.zeros((n, 0)),
        back_orders=not lost_sales,
    )
    rows = _rows(stage, lead, review, per_sku, lost_sales)
    if rare:
        rows = _rarely(rows, futures[:, :, weeks:].mean(axis=1, dtype=float), _rate(futures, lead), per_sku, lost_sales)
    pack = per_sku["case_pack"]
    lots = Lots(pack, _smallest(per_sku), _largest(stage, lead, review, pack), np.full(n, np.inf))
    curves = profit_curves(stage, rows, lots)
    return np.asarray(np.rint(curves.best_quantity()), dtype=np.int64)


def _rows(
    stage: Stage,
    lead: npt.NDArray[np.int64],
    review: npt.NDArray[np.int64],
    per_sku: dict[str, Floats],
    lost_sales: bool,
) -> Rows:
    n, p, h = stage.demand.shape
    items = np.arange(n)
    gain = per_sku["shortage"] - (per_sku["purchase_cost"] if lost_sales else 0.0)
    weekly = np.maximum(stage.demand.mean(axis=(1, 2), dtype=float), 1e-3)
    return Rows(
        item=items,
        arrival=lead,
        following=_following(lead, review),
        review=review,
        unit_cost=per_sku["purchase_cost"],
        hold_front=np.repeat(per_sku["holding"][:, None], h, axis=1),
        hold_back=np.zeros(n),
        target=window_targets(stage.demand, items, review, gain, per_sku["holding"]),
        terminal=_terminal(per_sku["purchase_cost"], per_sku["holding"]),
        weekly=weekly,
        switch=np.full((n, p), h, dtype=np.int64),
        switch_cost=np.zeros(n),
        switch_review=np.ones(n, np.int64),
    )


def _rarely(rows: Rows, after: Floats, rate: Floats, per_sku: dict[str, Floats], lost_sales: bool) -> Rows:
    """Rows of SKUs whose smallest order Q lasts longer than a review period, so that waiting is weighed against it.

    Ordering Q whenever stock runs out costs g = holding x Q / 2 per period (or, where that is less, the loss of that
    period's demand). Stock at the end of the look ahead saves g in each period until it is used up and is held
    meanwhile, in level demand d g x / d - holding x^2 / (2 d): the relative value of the renewal process, instead of
    being topped up for nothing. after: (N, F) mean demand then; beyond these periods it goes on at `rate`.
    """
    holding, cost = per_sku["holding"], per_sku["purchase_cost"]
    each, loss = holding * _smallest(per_sku) / 2, np.maximum(per_sku["shortage"] - cost, 0.0)
    if not lost_sales:
        each *= critical_ratio(per_sku["shortage"], holding)
    left = np.arange(rows.terminal.shape[1]) * TERMINAL_STEP * rate[:, None]
    worth = cost[:, None] * left
    for asked in (*after.T, rate):
        saved = (np.minimum(each, loss * asked) if lost_sales else each)[:, None]
        share = np.divide(left, asked[:, None], out=(left > 0).astype(float), where=asked[:, None] > 0)
        lasts, rest = np.minimum(share, 1.0), np.maximum(left - asked[:, None], 0.0)
        if asked is rate:  # goes on until nothing is left
            lasts, rest = share, np.zeros_like(left)
        worth += (saved - holding[:, None] * (left + rest) / 2) * lasts
        left = rest
    return replace(rows, target=np.zeros_like(rows.target), terminal=worth / rate[:, None], weekly=rate)


def _following(lead: npt.NDArray[np.int64], review: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Arrival of the next order, whose lead time is drawn on its own."""
    other = np.random.default_rng(0).permutation(lead.shape[1])
    return np.asarray(lead[:, other] + review[:, None])


def _terminal(cost: Floats, holding: Floats, periods: int = 105) -> Floats:
    """A unit above the last target is worth its replacement less its holding until it is used."""
    at = np.arange(0, periods, 2.0)
    worth = cost[:, None] * at - holding[:, None] * at**2 / 2
    return np.asarray(worth)


def _largest(stage: Stage, lead: npt.NDArray[np.int64], review: npt.NDArray[np.int64], pack: Floats) -> Floats:
    """More than any path asks for until the next order arrives earns nothing."""
    total = np.concatenate([np.zeros((*stage.demand.shape[:2], 1)), stage.demand.cumsum(axis=2, dtype=float)], axis=2)
    weeks = stage.demand.shape[2]
    first = np.zeros_like(lead) if stage.back_orders else np.minimum(lead, weeks)
    last = np.minimum(np.maximum(_following(lead, review), lead + 1), weeks)
    asked = (
        np.take_along_axis(total, last[:, :, None], axis=2) - np.take_along_axis(total, first[:, :, None], axis=2)
    )[:, :, 0].max(axis=1)
    return np.asarray((np.ceil((asked - np.minimum(stage.on_hand, 0)) / pack) + 1) * pack)


def _paths(paths: Any) -> npt.NDArray[np.float32]:
    demand = np.asarray(getattr(paths, "samples", paths), dtype=np.float32)
    if demand.ndim != 3 or 0 in demand.shape[1:]:
        raise ValueError(f"paths have shape {demand.shape}; they must be (SKUs, paths, periods), none empty")
    if not np.isfinite(demand).all() or (demand < 0).any():
        raise ValueError("paths hold negative or non-finite demand")
    return demand


def _per_sku(name: str, value: npt.ArrayLike, n: int) -> Floats:
    array = np.asarray(value, dtype=float)
    if array.ndim > 1 or (array.ndim == 1 and array.shape != (n,)):
        raise ValueError(f"{name} has shape {array.shape}; it is one number, or one per SKU ({n})")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds a value that is not a finite number")
    return np.broadcast_to(array, (n,)).astype(float)


def _check_ranges(per_sku: dict[str, Floats]) -> None:
    for name in ("review_period", "case_pack"):
        if (per_sku[name] < 1).any() or (per_sku[name] != np.round(per_sku[name])).any():
            raise ValueError(f"{name} must be whole and at least 1")
    for name in ("holding", "shortage", "moq"):
        if (per_sku[name] < 0).any():
            raise ValueError(f"{name} must not be negative")


def _lead_time(value: npt.ArrayLike, n: int, p: int) -> npt.NDArray[np.int64]:
    array = np.asarray(value)
    if not np.issubdtype(array.dtype, np.number) or (array != np.round(array)).any() or (array < 0).any():
        raise ValueError("lead_time must be whole periods, 0 or more")
    if array.shape not in ((), (n,), (n, p)):
        raise ValueError(f"lead_time has shape {array.shape}; it is one number, one per SKU ({n},) or draws ({n}, {p})")
    return np.broadcast_to(array[:, None] if array.ndim == 1 else array, (n, p)).astype(np.int64)


def _arrivals(arrivals: npt.ArrayLike | None, n: int, h: int) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Units (N, K) of open orders and their periods (N, K, 1), from units by period."""
    dated = np.zeros((n, 1)) if arrivals is None else np.asarray(arrivals, dtype=float)
    if dated.ndim != 2 or len(dated) != n or dated.shape[1] > h:
        raise ValueError(f"arrivals have shape {dated.shape}; they are (SKUs, periods) = ({n}, at most {h})")
    if not np.isfinite(dated).all() or (dated < 0).any():
        raise ValueError("arrivals hold negative or non-finite units")
    periods = np.arange(dated.shape[1])[None, :, None]
    return dated, np.broadcast_to(periods, (*dated.shape, 1))


def _drawn_arrivals(
    arrivals: npt.ArrayLike | None, periods: npt.ArrayLike, n: int, p: int
) -> tuple[Floats, npt.NDArray[np.int64]]:
    units = np.zeros((n, 0)) if arrivals is None else np.asarray(arrivals, dtype=float)
    drawn = np.asarray(periods)
    if units.ndim != 2 or len(units) != n or drawn.shape not in (units.shape, (*units.shape, p)):
        raise ValueError(
            f"arrivals have shape {units.shape} and arrival_periods {drawn.shape}; they are (SKUs, open orders) = "
            f"({n}, K), and the periods that or ({n}, K, {p})"
        )
    if not np.isfinite(units).all() or (units < 0).any():
        raise ValueError("arrivals hold negative or non-finite units")
    if not np.issubdtype(drawn.dtype, np.number) or (drawn != np.round(drawn)).any() or (drawn < 0).any():
        raise ValueError("arrival_periods must be whole periods, 0 or more")
    return units, drawn.reshape(*units.shape, -1).astype(np.int64)


def _inflow(coming: tuple[Floats, npt.NDArray[np.int64]], paths: int, weeks: int) -> Inflow:
    units, periods = coming
    item, order = np.nonzero(units)
    first = np.searchsorted(item, np.arange(len(units) + 1))
    drawn = np.minimum(periods[item, order], weeks)
    return Inflow(first, units[item, order], np.broadcast_to(drawn, (len(item), paths)))
