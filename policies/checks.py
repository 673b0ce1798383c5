"""The door of the decision engine: what cannot be read is refused by name, what is odd is decided with a warning."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.inputs import ARRIVAL_COLUMNS, BUY_COLUMNS, SHIP_COLUMNS, Problem

Floats = npt.NDArray[np.floating]
POSITIVE = {"case_pack": 1.0, "review_weeks": 1.0}
AT_LEAST_ZERO = ("fba_on_hand", "fba_age", "economics.fba_storage", "economics.utilisation")
NOT_NEGATIVE = ("moq", "moq_group_minimum", "carton_volume_m3", "carton_weight_kg", "available", "units")


class ProblemError(ValueError):
    """The problem is malformed: the message names the part, the place and what is allowed."""


def check_problem(problem: Problem) -> tuple[str, ...]:
    """Warnings for the planner; raises ProblemError when the arrays or frames cannot be read."""
    if problem.demand.ndim != 3 or 0 in problem.demand.shape[1:]:
        raise ProblemError(
            f"demand has shape {problem.demand.shape}; it is (items, paths, weeks), paths and weeks not 0"
        )
    n, p, h = problem.demand.shape
    _check_arrays(problem, n, h)
    for name, options, columns in (("buy", problem.buy, BUY_COLUMNS), ("ship", problem.ship, SHIP_COLUMNS)):
        _check_frame(name, options.frame, options.lead_time_days, columns, n, p)
        _finite(f"{name}.lead_time_days", options.lead_time_days, least=0.0)
    _check_frame("arrivals", problem.arrivals.frame, problem.arrivals.days, ARRIVAL_COLUMNS, n, p)
    _finite("arrivals.days", problem.arrivals.days)
    return _warnings(problem)


def _check_arrays(problem: Problem, n: int, h: int) -> None:
    economics = problem.economics
    if len(set(problem.items)) != len(problem.items):
        raise ProblemError("items holds an item twice; every (marketplace, sku) stands once")
    shapes: dict[str, tuple[npt.NDArray[np.generic], tuple[int, ...]]] = {
        "items": (problem.items, (n,)),
        "marketplace": (problem.marketplace, (n,)),
        "fba_on_hand": (problem.fba_on_hand, (n,)),
        "economics.price": (economics.price, (n,)),
        "fba_age": (problem.fba_age, (n, len(problem.age_from_days))),
        "economics.margin": (economics.margin, (n, h)),
        "economics.fba_storage": (economics.fba_storage, (n, h)),
        "economics.utilisation": (economics.utilisation, (n, h)),
        "economics.aged_surcharge": (economics.aged_surcharge, (n, len(economics.aged_from_days))),
        "economics.low_inventory_fee": (economics.low_inventory_fee, (n, len(economics.low_inventory_below_days))),
    }
    for name in ("product_cost", "exit_value", "lost_sale", "capital_rate", "volume_m3", "storage_type"):
        shapes[f"economics.{name}"] = (getattr(economics, name), (n,))
    for name, (array, shape) in shapes.items():
        if array.shape != shape:
            raise ProblemError(f"{name} has shape {array.shape}; {n} items and {h} weeks need {shape}")
        if np.issubdtype(array.dtype, np.number):
            _finite(
                name,
                array,
                least=0.0 if name in AT_LEAST_ZERO else None,
                items=problem.items,
            )
    _finite("demand", problem.demand, least=0.0, items=problem.items)


def _finite(
    name: str, array: npt.NDArray[np.generic], least: float | None = None, items: npt.NDArray[np.object_] | None = None
) -> None:
    values = np.asarray(array)
    wrong = ~np.isfinite(values)
    if least is not None:
        wrong |= values < least
    if wrong.any():
        at = int(np.argmax(wrong.reshape(len(values), -1).any(axis=1)))
        where = f"item {items[at]}" if items is not None else f"row {at}"
        allowed = "finite numbers" if least is None else f"finite numbers, {least:g} or more"
        raise ProblemError(
            f"{name}, {where}: {values.reshape(len(values), -1)[at][wrong.reshape(len(values), -1)[at]][0]}"
            f" is not allowed; it holds {allowed}"
        )


def _check_frame(name: str, frame: pd.DataFrame, draws: Floats, columns: dict[str, str], n: int, p: int) -> None:
    if len(frame) == 0:
        return
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise ProblemError(f"{name}.frame has no column {', '.join(missing)}; it needs {', '.join(columns)}")
    if draws.shape != (len(frame), p):
        raise ProblemError(
            f"{name} has draws of shape {draws.shape}; {len(frame)} rows and {p} paths need ({len(frame)}, {p})"
        )
    item = frame["item"].to_numpy()
    if ((item < 0) | (item >= n)).any():
        raise ProblemError(f"{name}.frame names item number {item[(item < 0) | (item >= n)][0]}; there are {n} items")
    for column in columns:
        values = frame[column]
        if not pd.api.types.is_numeric_dtype(values):
            continue
        array = values.to_numpy(dtype=float)
        least = POSITIVE.get(column, 0.0 if column in NOT_NEGATIVE else -np.inf)
        wrong = ~np.isfinite(array) | (array < least)
        if wrong.any():
            at = int(np.argmax(wrong))
            bound = f", {least:g} or more" if np.isfinite(least) else ""
            raise ProblemError(f"{name}.frame, row {at}: {column} is {array[at]:g}; it is a finite number{bound}")


def _warnings(problem: Problem) -> tuple[str, ...]:
    found: list[str] = []
    economics, items = problem.economics, problem.items
    margin = economics.margin.mean(axis=1)
    for wrong, text in (
        (margin <= 0, "earn nothing before product cost (fees exceed the price): nothing is bought for them"),
        ((margin > 0) & (margin <= economics.product_cost), "sell below cost: nothing is bought for them"),
        (economics.price <= 0, "have no price: they are planned as earning nothing"),
    ):
        if wrong.any():
            found.append(f"{int(wrong.sum())} item(s) {text}: {_some(items[wrong])}")
    if len(problem.arrivals.frame):
        late = (problem.arrivals.days < 0).any(axis=1)
        if late.any():
            found.append(
                f"{int(late.sum())} arrival(s) are dated before {problem.start}: taken as arriving now: "
                f"{_some(problem.arrivals.frame['reference'][late].to_numpy())}"
            )
    capacity = problem.limits.capacity
    if len(capacity):
        unknown = sorted(set(capacity["marketplace"]) - set(problem.marketplace))
        if unknown:
            found.append(
                f"FBA capacity is given for marketplace {', '.join(map(str, unknown))}, where no item is planned"
            )
    beyond = _beyond_horizon(problem)
    if beyond:
        found.append(beyond)
    return tuple(found)


def _beyond_horizon(problem: Problem) -> str:
    if not len(problem.buy.frame):
        return ""
    late = np.median(problem.buy.lead_time_days, axis=1) >= 7 * problem.demand.shape[2]
    if not late.any():
        return ""
    items = np.unique(problem.buy.frame["item"].to_numpy()[late])
    return (
        f"{int(late.sum())} way(s) to buy take longer than the {problem.demand.shape[2]} planned weeks and cannot be "
        f"judged; plan more weeks: {_some(problem.items[items])}"
    )


def _some(names: npt.NDArray[np.object_]) -> str:
    shown = ", ".join(map(str, names[:5]))
    return shown + (f" and {len(names) - 5} more" if len(names) > 5 else "")
