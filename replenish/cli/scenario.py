"""Commands of peak-season scenarios: new, list, show, run, compare, review, adopt."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import pandas as pd
import typer
from rich.markup import escape

from data.errors import DataError
from data.store import open_store
from replenish.cli.scenario_tables import tell_compared, tell_differences, tell_uplifts
from replenish.cli.session import OK, WARNINGS, Answer, Session, command
from replenish.cli.words import count, table
from replenish.config import Config
from replenish.errors import ReplenishError, UsageError
from replenish.scenarios.adopt import difference
from replenish.scenarios.carry import quantities_of
from replenish.scenarios.files import BASE, NO_OVERLAY, Scenario, create, find, own, shipped
from replenish.scenarios.outputs import as_json, keep
from replenish.scenarios.overlay import overlaid
from replenish.scenarios.resolve import Resolved, resolve
from replenish.scenarios.review import review as reviewed
from replenish.scenarios.side_by_side import Compared, Shared, compare, plan_scenario, share_forecast
from replenish.scenarios.uplift import Past, learned_beside_typed
from replenish.weekly.keep import keep_plan, latest_plan_id, load_kept, next_plan_id
from replenish.weekly.known import Known, gather
from replenish.weekly.report import make_report
from replenish.weekly.run import fit_items, fit_to_plan
from replenish.workspace import Workspace

Names = Annotated[list[str], typer.Argument(metavar="NAMES...", help="Scenarios, as `scenario list` names them.")]
Name = Annotated[str, typer.Argument(help="A scenario, as `scenario list` names it.")]

scenario_app = typer.Typer(help="Peak-season scenarios: what if, side by side, and the dates that do not move.")


def register(app: typer.Typer) -> None:
    """Add the group `scenario` to the program."""
    command(scenario_app, "replenish scenario new my-peak --from black-friday -w my-shop")(new)
    command(scenario_app, "replenish scenario list -w my-shop", name="list")(list_scenarios)
    command(scenario_app, "replenish scenario show black-friday -w my-shop")(show)
    command(scenario_app, "replenish scenario run black-friday -w my-shop --as-of 2026-08-03")(run)
    command(scenario_app, "replenish scenario compare port-delay --base black-friday -w my-shop", name="compare")(
        compare_all
    )
    command(scenario_app, "replenish scenario review black-friday -w my-shop")(review)
    command(scenario_app, "replenish scenario adopt black-friday -w my-shop --yes")(adopt)
    app.add_typer(scenario_app, name="scenario")


def new(
    session: Session,
    name: Annotated[str, typer.Argument(help="Name of the new scenario.")],
    origin: Annotated[str, typer.Option("--from", help="Scenario to start from.")] = "black-friday",
) -> Answer:
    """Copy a scenario into the workspace to edit it."""
    path = create(session.workspace().scenarios, name, origin)
    session.say(escape(f"Wrote {path}. Edit it, then: replenish scenario run {name}"))
    return Answer({"scenario": name, "file": str(path)})


def list_scenarios(session: Session) -> Answer:
    """The scenarios there are: yours and the shipped ones."""
    folder = session.workspace().scenarios
    mine = own(folder)
    names = sorted({*mine, *shipped()})
    rows = [(name, "yours" if name in mine else "shipped", find(folder, name).overlay.description) for name in names]
    session.say(table(("scenario", "", "what is different"), rows))
    return Answer({"scenarios": [{"name": a, "origin": b, "description": c} for a, b, c in rows]})


def show(session: Session, name: Name) -> Answer:
    """The text of a scenario, its days and SKUs, and the uplift your past has taught beside what is typed."""
    workspace = session.workspace()
    scenario = find(workspace.scenarios, name)
    session.say(escape(scenario.text or scenario.overlay.description))
    data = {"name": name, "overlay": scenario.overlay.model_dump(mode="json", exclude_defaults=True)}
    try:
        known, items, resolved = _resolved(session, workspace, scenario)
    except (ReplenishError, DataError) as reason:
        session.say(escape(f"It cannot be planned now: {reason}"))
        return Answer({**data, "refused": str(reason)}, WARNINGS)
    past = Past.without_forecast(known, items, workspace.config().planning.horizon_weeks)
    uplifts = learned_beside_typed(scenario.overlay, resolved, known, past)
    since = pd.Timestamp(known.start) - pd.Timedelta(weeks=13)
    recent = known.weekly_sales[pd.to_datetime(known.weekly_sales["week"]) >= since].groupby("item")["units"].sum()
    tell_uplifts(session, resolved, uplifts, recent)
    for note in resolved.notes:
        session.say(escape(f"Note: {note}"))
    return Answer({**data, "uplift": uplifts.drop(columns="applied", errors="ignore")})


def _resolved(session: Session, workspace: Workspace, scenario: Scenario) -> tuple[Known, pd.Index, Resolved]:
    """What the scenario means on that day; refused as `run` would refuse it."""
    config = workspace.config()
    with open_store(workspace.store_path, read_only=True) as store:
        known = gather(store, session.as_of)
    items, _ = fit_items(known, [])
    overlaid(scenario.overlay, known, config)
    return known, items, resolve(scenario.overlay, known, items, config.planning.horizon_weeks)


def run(session: Session, names: Names) -> Answer:
    """Plan scenarios beside the base plan: money, regret, last dates, after the peak. Kept with all its inputs."""
    compared, answer = _compare(session, names, BASE)
    tell_compared(session, compared)
    return _where(session, answer)


def compare_all(
    session: Session,
    names: Names,
    base: Annotated[str, typer.Option(help="The scenario that the others are compared with.")] = BASE,
) -> Answer:
    """Plan scenarios and tell how each differs from the base scenario. Kept like a run."""
    compared, answer = _compare(session, names, base)
    tell_differences(session, compared)
    return _where(session, answer)


def _compare(session: Session, names: Sequence[str], base: str) -> tuple[Compared, Answer]:
    workspace = session.workspace()
    scenarios = [find(workspace.scenarios, name) for name in dict.fromkeys((base, *names)) if name != BASE]
    if not scenarios:
        raise UsageError("Name at least one scenario beside base. `replenish scenario list` shows them.")
    shared = _shared(session, workspace.config())
    with session.steps("scenarios") as tell:
        compared = compare(shared, scenarios, tell, base)
        tell("writing page, workbook and calendar")
        folder, files = keep(workspace.scenarios, compared, datetime.now().replace(microsecond=0))
    noted = any(one.notes for one in compared.told)
    data = {**as_json(compared), "folder": str(folder), "files": len(files)}
    return compared, Answer(data, WARNINGS if noted else OK)


def _where(session: Session, answer: Answer) -> Answer:
    session.say(escape(f"{count(answer.data['files'], 'file')} in {answer.data['folder']}"))
    return answer


def _shared(session: Session, config: Config) -> Shared:
    """Read the store and let go of it: a load may run while scenarios are planned."""
    with session.steps("reading") as tell:
        with open_store(session.workspace().store_path, read_only=True) as store:
            fit = fit_to_plan(store, config, session.as_of, tell)
        return share_forecast(fit, config, tell)


def review(session: Session, name: Name) -> Answer:
    """After the event: what the scenario expected, what its plan ordered, what happened."""
    workspace = session.workspace()
    with open_store(workspace.store_path, read_only=True) as store:
        known = gather(store, session.as_of)
    told = reviewed(workspace.scenarios, name, known)
    session.say(escape(told.text))
    seen = told.items.dropna(subset=["sold"])
    off = seen.assign(off=(seen["sold"] - seen["scenario"]).abs()).sort_values("off", ascending=False)
    rows = [
        (one.item, f"{one.base:,.0f}", f"{one.scenario:,.0f}", f"{one.sold:,.0f}", f"{one.bought:,.0f}", one.verdict)
        for one in off.head(15).itertuples()
    ]
    session.say(table(("SKU", "base", name, "sold", "bought", "verdict"), rows, right=(1, 2, 3, 4)))
    return Answer({"run": str(told.run), "summary": told.text, "items": told.items})


def adopt(
    session: Session,
    name: Name,
    yes: Annotated[
        bool, typer.Option("--yes", help="Make it the week's plan; without, only show the difference.")
    ] = False,
) -> Answer:
    """Make a scenario's plan the week's plan. Shows the difference first; `--yes` keeps it."""
    workspace, config = session.workspace(), session.workspace().config()
    scenario = find(workspace.scenarios, name)
    shared = _shared(session, config)
    base, _, _ = plan_scenario(shared, NO_OVERLAY, 0.0)
    planned, settings, _ = plan_scenario(shared, scenario, base.decision.totals["cash_purchases"])
    with open_store(workspace.store_path, read_only=True) as store:
        last = latest_plan_id(store)
        now = quantities_of(load_kept(store, last).decision if last else base.decision)
    changed = difference(now, quantities_of(planned.decision))
    session.say(f"Against {f'plan {last}' if last else 'the base plan'}: {count(len(changed), 'line')} differ.")
    rows = [
        (d.kind, d.item, d.way, f"{d.now:,.0f}", f"{d.scenario:,.0f}", f"{d.change:+,.0f}")
        for d in changed.head(30).itertuples()
    ]
    session.say(table(("", "SKU", "way", "now", name, "change"), rows, right=(3, 4, 5)))
    plan_id = None
    if yes:
        with open_store(workspace.store_path) as store:
            plan_id = next_plan_id(store, session.as_of)
            report = make_report(planned, settings, plan_id, datetime.now().replace(microsecond=0))
            noted = (f"This plan was made for the scenario {name}: {scenario.overlay.description}.", *report.warnings)
            keep_plan(store, replace(report, warnings=noted), planned.stated.problem, settings.model_dump(mode="json"))
        session.say(f"Kept as plan {plan_id}. `replenish export` writes its documents.")
    else:
        session.say("Nothing was kept. Add --yes to make it the week's plan.")
    return Answer({"scenario": name, "against": last or BASE, "plan": plan_id, "difference": changed})
