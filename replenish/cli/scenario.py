"""Commands of peak-season scenarios: new, list, show, run, compare, review, adopt."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape

from data.store import open_store
from replenish.cli.session import OK, WARNINGS, Answer, Session, command
from replenish.cli.words import count, money, table
from replenish.config import Config
from replenish.errors import UsageError
from replenish.scenarios.adopt import difference
from replenish.scenarios.carry import quantities_of
from replenish.scenarios.files import BASE, NO_OVERLAY, Scenario, create, find, own, shipped
from replenish.scenarios.outputs import as_json, keep, summary
from replenish.scenarios.review import review as reviewed
from replenish.scenarios.side_by_side import Compared, Shared, compare, plan_scenario, share_forecast
from replenish.weekly.keep import keep_plan, latest_plan_id, load_kept, next_plan_id
from replenish.weekly.known import gather
from replenish.weekly.report import make_report
from replenish.weekly.run import fit_to_plan

Names = Annotated[list[str], typer.Argument(metavar="NAMES...", help="Scenarios, as `scenario list` names them.")]
Name = Annotated[str, typer.Argument(help="A scenario, as `scenario list` names it.")]

scenario_app = typer.Typer(help="Peak-season scenarios: what if, side by side, and the dates that do not move.")


def register(app: typer.Typer) -> None:
    """Add the group `scenario` to the program."""
    command(scenario_app, "replenish scenario new my-peak --from black-friday -w my-shop")(new)
    command(scenario_app, "replenish scenario list -w my-shop", name="list")(list_scenarios)
    command(scenario_app, "replenish scenario show black-friday -w my-shop")(show)
    command(scenario_app, "replenish scenario run black-friday -w my-shop --as-of 2026-08-03")(run)
    command(scenario_app, "replenish scenario compare black-friday port-delay -w my-shop", name="compare")(compare_all)
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
    """The text of a scenario file."""
    scenario = find(session.workspace().scenarios, name)
    session.say(escape(scenario.text or scenario.overlay.description))
    return Answer({"name": name, "overlay": scenario.overlay.model_dump(mode="json", exclude_defaults=True)})


def run(session: Session, names: Names) -> Answer:
    """Plan scenarios beside the base plan: money, regret, last dates, now or later. Kept with all its inputs."""
    return _compare(session, names, table_of_dates=True)


def compare_all(
    session: Session,
    names: Names,
    base: Annotated[str, typer.Option(help="The plan the others are compared with.")] = BASE,
) -> Answer:
    """Plan scenarios and compare them: each plan carried out in each scenario's world."""
    if base not in (BASE, *names):
        names = [base, *names]
    return _compare(session, names, table_of_dates=False)


def _compare(session: Session, names: Sequence[str], table_of_dates: bool) -> Answer:
    workspace = session.workspace()
    scenarios = [find(workspace.scenarios, name) for name in dict.fromkeys(names) if name != BASE]
    if not scenarios:
        raise UsageError("Name at least one scenario beside base. `replenish scenario list` shows them.")
    shared = _shared(session, workspace.config())
    with session.steps("scenarios") as tell:
        compared = compare(shared, scenarios, tell)
        tell("writing page, workbook and calendar")
        folder, files = keep(workspace.scenarios, compared, datetime.now().replace(microsecond=0))
    _tell(session, compared, table_of_dates)
    session.say(escape(f"{count(len(files), 'file')} in {folder}"))
    noted = any(one.notes for one in compared.told)
    return Answer({**as_json(compared), "folder": str(folder)}, WARNINGS if noted else OK)


def _shared(session: Session, config: Config) -> Shared:
    """Read the store and let go of it: a load may run while scenarios are planned."""
    with session.steps("reading") as tell:
        with open_store(session.workspace().store_path, read_only=True) as store:
            fit = fit_to_plan(store, config, session.as_of, tell)
        return share_forecast(fit, config, tell)


def _tell(session: Session, compared: Compared, table_of_dates: bool) -> None:
    currency = compared.config.seller.currency
    rows = [
        (
            one.summary["scenario"],
            *(
                f"{one.summary[key]:,.0f}"
                for key in ("profit", "profit_low", "profit_high", "order_units", "order_cost")
            ),
            *(f"{one.summary[key]:,.0f}" for key in ("ship_units", "lost_units", "storage")),
        )
        for one in compared.told
    ]
    head = ("scenario", f"profit {currency}", "low", "high", "buy units", "buy", "ship units", "units lost", "storage")
    session.say(table(head, rows, right=tuple(range(1, 9))))
    worst = compared.regret.groupby("plan", sort=False)["regret"].max()
    session.say(table(("plan", "worst regret"), [(name, f"{value:,.0f}") for name, value in worst.items()], right=(1,)))
    session.say(escape(summary(compared)))
    for one in compared.told if table_of_dates else ():
        _tell_dates(session, one.scenario, compared)
    for one in compared.told:
        for note in one.notes:
            session.say(escape(f"Note, {one.scenario.name}: {note}"))


def _tell_dates(session: Session, scenario: Scenario, compared: Compared) -> None:
    dates = compared.of(scenario.name).calendar
    if dates.empty:
        return
    missed = dates[dates["missed"]]
    session.say(escape(f"{scenario.name}: {len(missed)} of {len(dates)} ways are too late already."))
    costly = dates.sort_values(["delay_cost", "item"], ascending=[False, True]).head(8)
    rows = [
        (
            d.item,
            d.mode,
            d.order_by or "",
            d.ship_by,
            money(d.delay_cost, ""),
            "MISSED: " + d.next_best if d.missed else "",
        )
        for d in costly.itertuples()
    ]
    session.say(table(("SKU", "mode", "order by", "ship by", "a week later costs", ""), rows, right=(4,)))


def review(session: Session, name: Name) -> Answer:
    """After the event: what the scenario expected, what its plan ordered, what happened."""
    workspace = session.workspace()
    with open_store(workspace.store_path, read_only=True) as store:
        known = gather(store, session.as_of)
    told = reviewed(workspace.scenarios, name, known)
    session.say(escape(told.text))
    off = told.items.assign(off=(told.items["sold"] - told.items["scenario"]).abs()).sort_values("off", ascending=False)
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
