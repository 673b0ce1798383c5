"""A scenario laid over what is known and the settings, and over the problem where those cannot say it."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from policies.inputs import Options, Problem, UnitEconomics
from policies.lead_time_closures import all_closures
from replenish.config import CashStep, Config
from replenish.errors import RefusedInput
from replenish.scenarios.model import Closure, Delay, Overlay, nearest
from replenish.scenarios.resolve import event_spans
from replenish.weekly.known import Known

Floats = npt.NDArray[np.floating]
LONGEST_CLOSURE = timedelta(days=120)
REACH = timedelta(days=400)
COSTS = ["cost_per_kg", "cost_per_m3", "cost_per_unit"]
REFERRAL = 0.15  # the usual referral share: what a deal takes off the price is not all the seller's loss


def overlaid(overlay: Overlay, known: Known, config: Config, base_spend: float = 0.0) -> tuple[Known, Config]:
    """What is known and the settings under a scenario. `base_spend`: money the base plan spends on purchases."""
    changed = _freight(overlay, _costs(overlay, _closures(overlay, known)))
    return _capacity(overlay, changed), _settings(overlay, config, known.as_of, base_spend)


def changes_known(overlay: Overlay) -> bool:
    """Whether anything but demand, delays and fees differs: then the problem is stated anew."""
    plain = Overlay(description="")
    names = ("closures", "freight", "limits", "service")
    cost = overlay.costs.unit_cost_factor != 1
    return cost or any(getattr(overlay, name) != getattr(plain, name) for name in names)


def _closures(overlay: Overlay, known: Known) -> Known:
    if not overlay.closures:
        return known
    rows = [row for number, one in enumerate(overlay.closures, 1) for row in _closure(f"closures {number}", one, known)]
    added = pd.DataFrame(rows, columns=["supplier", "start_date", "end_date", "reason"]).assign(last_order_date=None)
    # a supplier with a row in a year needs no calendar for it: keep the calendar's stops beside the new rows
    usual = all_closures(known.suppliers, known.supplier_closures, known.start, known.start + REACH)
    kept = usual[usual["supplier"].isin(added["supplier"]) & (usual["phase"] == "stop")].drop(columns="phase")
    parts = [part.astype(object) for part in (known.supplier_closures, kept, added) if len(part)]
    closures = pd.concat(parts, ignore_index=True)
    for name in ("start_date", "end_date", "last_order_date"):
        closures[name] = pd.to_datetime(closures[name])
    return replace(known, supplier_closures=closures.drop_duplicates(["supplier", "start_date", "end_date"]))


def _closure(place: str, one: Closure, known: Known) -> list[tuple[str, date, date, str]]:
    suppliers = known.suppliers.drop_duplicates("supplier")
    names = sorted(suppliers["supplier"].astype(str))
    if one.supplier and one.supplier not in names:
        raise RefusedInput(f'{place}: there is no supplier "{one.supplier}".{nearest(one.supplier, names)}')
    countries = suppliers["country"].fillna("").astype(str).str[:2].str.upper()
    if one.country and one.country.upper() not in set(countries):
        known_countries = ", ".join(sorted(set(countries)))
        raise RefusedInput(f'{place}: no supplier is in "{one.country}". Countries known: {known_countries}.')
    meant = np.ones(len(suppliers), bool)
    if one.supplier:
        meant &= (suppliers["supplier"] == one.supplier).to_numpy()
    if one.country:
        meant &= (countries == one.country.upper()).to_numpy()
    if one.start is not None and one.end is not None:
        start, end = one.start, one.end
    else:
        country = one.country.upper() or "CN"
        _, spans = event_spans(place, one.events, [country], known.as_of, known.start + REACH, ("supplier_closure",))
        start, end = spans[country]
    start, end = start - timedelta(days=one.longer_before), end + timedelta(days=one.longer_after)
    if end < known.as_of:
        raise RefusedInput(f"{place}: {start} to {end} is past on {known.as_of}. Give days that lie ahead.")
    if end - start > LONGEST_CLOSURE:
        raise RefusedInput(
            f"{place}: {start} to {end} is {(end - start).days} days. A closure of more than "
            f"{LONGEST_CLOSURE.days} days is a supplier that is gone: change the SKUs' supplier in the catalogue."
        )
    reason = one.reason or "scenario"
    return [(str(name), start, end, reason) for name in suppliers.loc[meant, "supplier"]]


def _costs(overlay: Overlay, known: Known) -> Known:
    factor = overlay.costs.unit_cost_factor
    if factor == 1:
        return known
    catalogue = known.catalogue.assign(unit_cost=known.catalogue["unit_cost"].astype(float) * factor)
    breaks = known.price_breaks
    breaks = breaks.assign(unit_cost=breaks["unit_cost"].astype(float) * factor) if len(breaks) else breaks
    return replace(known, catalogue=catalogue, price_breaks=breaks)


def _freight(overlay: Overlay, known: Known) -> Known:
    legs = known.supplier_legs
    for number, one in enumerate(overlay.freight, 1):
        _refuse_mode(f"freight {number}", one.mode, legs)
        mine = (legs["mode"] == one.mode) if one.mode else legs["mode"].notna()
        scaled = {name: legs[name].astype(float).where(~mine, legs[name].astype(float) * one.factor) for name in COSTS}
        legs = legs.assign(**scaled)
    return replace(known, supplier_legs=legs) if overlay.freight else known


def _capacity(overlay: Overlay, known: Known) -> Known:
    factor = overlay.limits.capacity_factor
    if factor is None or known.capacity.empty:
        return known
    return replace(
        known, capacity=known.capacity.assign(limit_volume=known.capacity["limit_volume"].astype(float) * factor)
    )


def _settings(overlay: Overlay, config: Config, as_of: date, base_spend: float) -> Config:
    limits, money = overlay.limits, overlay.service.model_dump(exclude_none=True)
    changed = limits.model_dump(exclude_none=True, include={"respect_capacity", "fill_containers"})
    if limits.cash:
        changed["cash"] = limits.cash
    elif limits.cash_share is not None and config.limits.cash:
        share = limits.cash_share
        changed["cash"] = [step.model_copy(update={"amount": step.amount * share}) for step in config.limits.cash]
    elif limits.cash_share is not None:
        until = as_of + timedelta(days=7 * config.planning.horizon_weeks)
        changed["cash"] = [CashStep(until=until, amount=base_spend * limits.cash_share, open_orders=False)]
    return config.model_copy(
        update={
            "limits": config.limits.model_copy(update=changed),
            "money": config.money.model_copy(update=money),
        }
    )


def changed_problem(
    overlay: Overlay, problem: Problem, legs: pd.DataFrame, seed: int, discount: Floats | None
) -> Problem:
    """Delays, fees and deal prices, which act on draws and margins. `legs`: for naming modes and places that exist."""
    for number, one in enumerate(overlay.delays, 1):
        _refuse_delay(f"delays {number}", one, legs)
        problem = _delayed(problem, one, np.random.default_rng([seed, 104729, number]))
    return replace(problem, economics=_economics(overlay, problem.economics, discount))


def _delayed(problem: Problem, delay: Delay, rng: np.random.Generator) -> Problem:
    """One draw per path for all goods: congestion is shared. Goods under way never arrive in the past."""
    shock = rng.standard_normal(problem.demand.shape[1])
    least = 0.0 if delay.extra_days >= 0 else -np.inf
    extra = np.maximum(delay.extra_days + delay.extra_days_sd * np.asarray(shock), least)
    buy, ship, arrivals = problem.buy, problem.ship, problem.arrivals
    return replace(
        problem,
        buy=Options(buy.frame, _later(buy.lead_time_days, _meant(buy.frame, delay, "supplier"), extra)),
        ship=Options(ship.frame, _later(ship.lead_time_days, _meant(ship.frame, delay, "source"), extra)),
        arrivals=replace(arrivals, days=_later(arrivals.days, _meant(arrivals.frame, delay, "source"), extra)),
    )


def _later(days: Floats, meant: npt.NDArray[np.bool_], extra: Floats) -> Floats:
    return np.asarray(np.where(meant[:, None], np.maximum(days + extra, 0.0), days)) if len(days) else days


def _meant(frame: pd.DataFrame, delay: Delay, source: str) -> npt.NDArray[np.bool_]:
    meant = np.ones(len(frame), bool)
    wanted = {"mode": delay.mode, source: delay.supplier, "destination": delay.destination}
    for column, value in wanted.items():
        if value and column in frame.columns:
            meant &= (frame[column] == value).to_numpy()
        elif value and value != "FBA":
            meant[:] = False
    return meant


def _economics(overlay: Overlay, economics: UnitEconomics, discount: Floats | None) -> UnitEconomics:
    costs, margin = overlay.costs, economics.margin
    if discount is not None:
        margin = margin - economics.price[:, None] * discount * (1 - REFERRAL)
    return replace(
        economics,
        margin=margin - costs.fee_per_unit,
        fba_storage=economics.fba_storage * costs.storage_factor,
        utilisation=economics.utilisation * costs.storage_factor,
        aged_surcharge=economics.aged_surcharge * costs.storage_factor,
    )


def _refuse_mode(place: str, mode: str, legs: pd.DataFrame) -> None:
    known = sorted({str(one) for one in legs["mode"].dropna()})
    if mode and mode not in known:
        raise RefusedInput(f'{place}: no leg goes by "{mode}".{nearest(mode, known)} Known: {", ".join(known)}.')


def _refuse_delay(place: str, delay: Delay, legs: pd.DataFrame) -> None:
    _refuse_mode(place, delay.mode, legs)
    for value, column in ((delay.supplier, "supplier"), (delay.destination, "destination")):
        known = sorted({str(one) for one in legs[column].dropna()})
        if value and value not in known:
            near = nearest(value, known)
            raise RefusedInput(f'{place}: no leg has {column} "{value}".{near} Known: {", ".join(known)}.')
