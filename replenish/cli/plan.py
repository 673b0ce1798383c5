"""Commands of the weekly run: check, plan, explain, export."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.markup import escape

from data.quality import Finding, check
from data.store import Store, open_store
from replenish.cli.explaining import explain_item
from replenish.cli.session import OK, WARNINGS, Answer, Session, command
from replenish.cli.words import count, money, table
from replenish.config import Config
from replenish.edits import carry_edits
from replenish.errors import RefusedInput
from replenish.exporting import export_plan
from replenish.weekly.keep import keep_plan, latest_plan_id, load_kept, load_report, next_plan_id
from replenish.weekly.report import make_report
from replenish.weekly.run import check_settings, run_week
from replenish.workspace import Workspace
from reports.bundle import PlanReport

PlanOption = Annotated[str | None, typer.Option("--plan", help="A kept plan, as `replenish status` names it.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    command(app, "replenish check -w my-shop", name="check")(check_store)
    command(app, "replenish plan -w my-shop --as-of 2026-08-03")(plan)
    command(app, "replenish explain US/ABC-1 -w my-shop")(explain)
    command(app, "replenish export -w my-shop")(export)


def check_store(session: Session) -> Answer:
    """What is fit to plan and what is not: count, money at stake, an example, what to do."""
    workspace = session.workspace()
    config = workspace.config()
    with open_store(workspace.store_path, read_only=True) as store, session.progress("checking"):
        findings = check(store, session.as_of, check_settings(config))
    tell_findings(session, findings, config)
    return Answer({"findings": [_finding(one) for one in findings]})


def tell_findings(session: Session, findings: Sequence[Finding], config: Config) -> None:
    """Findings as a list in words."""
    if not findings:
        session.say("Everything is fit to plan.")
    for one in findings:
        stake = f", {money(one.money, config.seller.currency)} at stake" if one.money else ""
        kind = "LEFT OUT" if one.severity == "stops" else "warning"
        session.say(escape(f"{kind}: {one.title} ({one.count}{stake})"))
        session.say(escape(f"    for example {one.example}"))
        session.say(escape(f"    {one.what_to_do}"))


def _finding(one: Finding) -> dict[str, Any]:
    names = ("name", "title", "severity", "count", "money", "currency", "example", "what_to_do", "affected")
    return {name: getattr(one, name) for name in names}


def plan(session: Session) -> Answer:
    """Decide what to ship into FBA and what to order from suppliers now. Every plan is kept."""
    workspace = session.workspace()
    with open_store(workspace.store_path) as store:
        report, _ = make_plan(session, workspace, store)
    tell_plan(session, report)
    return Answer(plan_data(report), WARNINGS if report.warnings else OK)


def make_plan(session: Session, workspace: Workspace, store: Store) -> tuple[PlanReport, Sequence[Finding]]:
    """Run the week and keep the plan; with what the checks found."""
    config = workspace.config()
    with session.steps("planning") as tell:
        planned = run_week(store, config, session.as_of, tell)
        tell("writing down")
        plan_id = next_plan_id(store, session.as_of)
        report = make_report(planned, config, plan_id, datetime.now().replace(microsecond=0))
        problem = planned.stated.problem
        report, edits = carry_edits(store, report, problem)
        settings, uncorrected = config.model_dump(mode="json"), planned.stated.uncorrected
        keep_plan(store, report, problem, settings, edits=edits, uncorrected=uncorrected)
    return report, planned.findings


def tell_plan(session: Session, report: PlanReport) -> None:
    """The plan in a few lines, and the five most urgent actions."""
    totals, currency = report.decision.totals, report.meta.currency
    session.say(escape(f"Plan {report.meta.plan_id} for {report.meta.as_of}, {len(report.items):,} SKUs."))
    session.say(
        f"Buy {count(int(totals['units_bought']), 'unit')} for {money(totals['cash_purchases'], currency)}; ship "
        f"{count(int(totals['units_shipped']), 'unit')} into FBA for {money(totals['cash_shipments'], currency)}; "
        f"expected gain {money(totals['expected_profit_gain'], currency)} against doing nothing."
    )
    for text in report.warnings:
        session.say(escape(f"Note: {text}"))
    session.say("Most urgent:")
    for number, one in enumerate(report.urgent.head(5).itertuples(), 1):
        session.say(escape(f" {number}. {one.item}: {one.action}, {one.quantity:,.0f} units. {one.reason}"))


def plan_data(report: PlanReport) -> dict[str, Any]:
    """The plan as one JSON document."""
    decision = report.decision
    return {
        "plan": report.meta.plan_id,
        "as_of": report.meta.as_of,
        "currency": report.meta.currency,
        "totals": decision.totals,
        "purchases": decision.purchases,
        "shipments": decision.shipments,
        "items": decision.items,
        "limits": decision.limits,
        "urgent": report.urgent,
        "warnings": report.warnings,
    }


def explain(
    session: Session,
    sku: Annotated[str, typer.Argument(help="The item as MARKETPLACE/SKU, or the SKU alone when it is unique.")],
    plan: PlanOption = None,
) -> Answer:
    """How one quantity came about, from what was stored with the plan: demand, stock, arrivals, money, limits."""
    with open_store(session.workspace().store_path, read_only=True) as store:
        plan_id = chosen_plan(store, plan)
        kept, report = load_kept(store, plan_id), load_report(store, plan_id)
    facts = explain_item(kept, report, sku)
    for heading, lines in facts.sections:
        session.say(f"[bold]{escape(heading)}[/bold]")
        for line in lines:
            session.say(escape(f"  {line}"))
    return Answer(facts.data)


def export(
    session: Session,
    plan: PlanOption = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="Purchase orders as PDF too; needs LibreOffice.")] = False,
) -> Answer:
    """Write purchase orders, shipment files, plan workbook and HTML report into a dated folder."""
    workspace = session.workspace()
    with open_store(workspace.store_path) as store, session.steps("writing documents") as tell:
        report = load_report(store, chosen_plan(store, plan))
        written = export_plan(workspace, store, report, tell, pdf)
    folder = written.folder
    session.say(escape(f"{count(len(written.files), 'file')} in {folder}"))
    session.say(
        table(("file", "size"), [(p.relative_to(folder), f"{p.stat().st_size:,}") for p in written.files], (1,))
    )
    return Answer({"plan": report.meta.plan_id, "folder": str(folder), "files": [str(p) for p in written.files]})


def chosen_plan(store: Store, plan: str | None) -> str:
    """The plan named, else the newest."""
    found = plan or latest_plan_id(store)
    if found is None:
        raise RefusedInput("No plan has been made yet. Run `replenish plan` first.")
    return found
