"""`replenish forecast SKU`: what one item's forecast is made of, in words and as data."""

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import typer
from rich.markup import escape

from data.store import Store, open_store
from forecasting import DemandPaths, Forecast
from replenish.cli.explaining import find_item
from replenish.cli.overrides import reach_of
from replenish.cli.session import Answer, Session, command
from replenish.cli.words import days, table
from replenish.weekly.demand import demand_overrides, forecast_demand, history_frame
from replenish.weekly.keep import load_report
from replenish.weekly.known import Known
from replenish.weekly.run import fit_to_plan
from reports.bundle import PlanReport

PARTS = ("level", "season", "event", "promo")
SHOWN_WEEKS = 13


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, "replenish forecast US/ABC-1 -w my-shop", name="forecast")(show_forecast)


def show_forecast(
    session: Session, sku: Annotated[str, typer.Argument(help="MARKETPLACE/SKU, or a SKU that is unique.")]
) -> Answer:
    """History, corrections, components (level, season, event, promotion), band, overrides, and what changed."""
    workspace = session.workspace()
    config = workspace.config()
    with open_store(workspace.store_path, read_only=True) as store, session.steps("forecasting"):
        fit = fit_to_plan(store, config, session.as_of)
        before = _plan_before(store, fit.known)
    item = find_item(fit.items.tolist(), sku)
    made = forecast_demand(fit.known, fit.items, config, config.planning.horizon_weeks)
    data = {
        "item": item,
        "class": made.classes[item],
        **_lineage(fit.known, item),
        "history": _history(fit.known, fit.items, made, item),
        **_ahead(made, item, fit.known),
        "corrections": made.corrections[made.corrections["sku"] == item],
        "components": made.components_of([item]),
        "overrides": _overrides(fit.known, fit.items, item),
        "since_last_plan": since_last_plan(before, made, item),
    }
    _tell(session, data)
    return Answer(data)


def _plan_before(store: Store, known: Known) -> PlanReport | None:
    """The newest plan of an earlier day; nothing made for a later day is looked at."""
    plans = store.plans()
    earlier = plans[(plans["scenario"] == "base") & (pd.to_datetime(plans["as_of"]) < pd.Timestamp(known.as_of))]
    if earlier.empty:
        return None
    newest = earlier.sort_values(["as_of", "created_at"]).iloc[-1]
    return load_report(store, str(newest["plan_id"]))


def _lineage(known: Known, item: str) -> dict[str, Any]:
    """Status and launch of the item, what it follows and what follows it."""
    own = known.catalogue.set_index("item").loc[item]
    market = known.catalogue[known.catalogue["marketplace"] == own["marketplace"]]
    return {
        "status": own["status"] if isinstance(own["status"], str) else "active",
        "launch_date": days(own["launch_date"]) or None,
        "predecessor": own["predecessor_sku"] if isinstance(own["predecessor_sku"], str) else None,
        "successors": market.loc[market["predecessor_sku"] == own["sku"], "sku"].tolist(),
    }


def _history(known: Known, items: pd.Index, made: Forecast, item: str) -> pd.DataFrame:
    """week, units, availability, demand (what was taken for it) and why it differs from units."""
    told = history_frame(known, items)
    told = told.loc[told["sku"] == item, ["week", "units", "availability"]].sort_values("week")
    fixed = made.corrections.loc[made.corrections["sku"] == item, ["week", "demand", "reason"]]
    told = told.merge(fixed.assign(week=pd.to_datetime(fixed["week"])), on="week", how="left")
    return told.assign(demand=told["demand"].fillna(told["units"]), reason=told["reason"].fillna(""))


def _ahead(made: Forecast, item: str, known: Known) -> dict[str, Any]:
    """The weeks of the plan: mean with and without overrides, and the band."""
    one, base = made.paths.select([item]), made.base_paths.select([item])
    ahead = one.periods >= pd.Timestamp(known.start)
    low, middle, high = (one.quantile(share)[0][ahead] for share in (0.1, 0.5, 0.9))
    return {"weeks": [days(week) for week in one.periods[ahead]], "mean": one.mean()[0][ahead],
            "base_mean": base.mean()[0][ahead], "low": low, "median": middle, "high": high}  # fmt: skip


def _overrides(known: Known, items: pd.Index, item: str) -> pd.DataFrame:
    """Corrections of demand that reach the item."""
    found = demand_overrides(known, items)
    own = known.catalogue.set_index("item").loc[item]
    here = [
        one.sku == item if isinstance(one.sku, str) else _in_group(own, one.group_column, one.group_value)
        for one in found.itertuples()
    ]
    return (
        found[np.array(here, bool)]
        .drop(columns=["sku", "item"], errors="ignore")
        .assign(reach=[reach_of(one) for one in known.overrides.set_index("id").loc[found["id"][here]].itertuples()])
    )


def _in_group(own: pd.Series, column: object, value: object) -> bool:
    return not isinstance(column, str) or own[column] == value


def since_last_plan(before: PlanReport | None, made: Forecast, item: str) -> dict[str, Any] | None:
    """Expected units of the weeks that both cover, then and now, and by which part they differ (adds up exactly)."""
    if before is None or item not in before.items:
        return None
    then_weeks, paths = pd.DatetimeIndex(pd.to_datetime(list(before.weeks))), made.paths.select([item])
    common = paths.periods.intersection(then_weeks)[:SHOWN_WEEKS]
    expected = before.forecast_mean[before.items.tolist().index(item)].astype(float)
    then = float(expected[then_weeks.get_indexer(common)].sum())
    now = _mean(paths, common)
    told = before.components[before.components["item"] == item]
    parts = (_parts(told, common), _parts(made.components_of([item]), common))
    causes = _causes(*parts)
    base_change = _mean(made.base_paths.select([item]), common)
    causes["overrides"] = now - base_change
    causes["other"] = now - then - sum(causes.values())
    return {"plan": before.meta.plan_id, "weeks": len(common), "from": days(common[0]) if len(common) else None,
            "then": then, "now": now, "change": now - then, "causes": causes}  # fmt: skip


def _mean(paths: DemandPaths, weeks: pd.DatetimeIndex) -> float:
    return float(paths.mean()[0][paths.periods.get_indexer(weeks)].sum())


def _parts(components: pd.DataFrame, weeks: pd.DatetimeIndex) -> npt.NDArray[np.floating]:
    """(4, weeks) factors; 1 where a plan has none."""
    frame = components.assign(week=pd.to_datetime(components["week"])).set_index("week")
    return np.asarray(frame.reindex(weeks)[list(PARTS)].fillna(1.0).to_numpy(float).T)


def _causes(then: npt.NDArray[np.floating], now: npt.NDArray[np.floating]) -> dict[str, float]:
    """What each factor changed, replaced one after the other."""
    mixed, causes = then.copy(), {}
    for place, name in enumerate(PARTS):
        earlier = mixed.prod(axis=0).sum()
        mixed[place] = now[place]
        causes[name] = float(mixed.prod(axis=0).sum() - earlier)
    return causes


def _tell(session: Session, data: dict[str, Any]) -> None:
    links = [f"follows {data['predecessor']}"] if data["predecessor"] else []
    links += [f"followed by {sku}" for sku in data["successors"]]
    session.say(escape(", ".join([f"{data['item']}: class {data['class']}, {data['status']}", *links])))
    past = data["history"].tail(SHOWN_WEEKS)
    rows = [
        (days(one.week), f"{one.units:g}", _share(one.availability), f"{one.demand:.1f}", one.reason)
        for one in past.itertuples()
    ]
    session.say(table(("past week", "sold", "in stock", "demand", "why"), rows, right=(1, 2, 3)))
    earlier = data["corrections"]
    earlier = earlier[pd.to_datetime(earlier["week"]) < past["week"].min()]
    if len(earlier):
        session.say(f"{len(earlier)} earlier weeks were corrected too: --json names them.")
    ahead = data["components"].set_index("week").reindex(pd.to_datetime(data["weeks"]))
    means = {"mean": "mean", "base_mean": "base"} if len(data["overrides"]) else {"mean": "mean"}
    rows = [
        (data["weeks"][at], *(f"{data[name][at]:.1f}" for name in means),
         *(f"{data[name][at]:.0f}" for name in ("low", "median", "high")),
         *(f"{ahead[name].iloc[at]:.2f}" for name in PARTS))
        for at in range(len(data["weeks"]))
    ]  # fmt: skip
    header = ("week", *means.values(), "10 %", "50 %", "90 %", "level", "season", "event", "promo")
    session.say(table(header, rows, right=tuple(range(1, len(header)))))
    for one in data["overrides"].itertuples():
        dates = f"{days(one.start_date) or 'now'} to {days(one.end_date) or 'further notice'}"
        session.say(escape(f"Override {one.id} for {one.reach}: {one.kind} {one.value:g}, {dates}: {one.reason}"))
    session.say(escape(_since(data["since_last_plan"])))


def _share(value: object) -> str:
    return "" if pd.isna(value) else f"{value:.0%}"


def _since(change: dict[str, Any] | None) -> str:
    if change is None:
        return "No earlier plan to compare with."
    causes = ", ".join(f"{name} {units:+.1f}" for name, units in change["causes"].items() if abs(units) >= 0.05)
    return (
        f"The {change['weeks']} weeks from {change['from']}: {change['now']:.0f} units; plan {change['plan']} expected "
        f"{change['then']:.0f}{f' ({causes})' if causes else ''}."
    )
