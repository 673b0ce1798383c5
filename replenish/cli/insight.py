"""Commands that look back and correct: accuracy, replay, diff, import."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.markup import escape

from data.store import open_store
from forecasting import accuracy as measure_accuracy
from policies.replay import ACTUAL, CLAIRVOYANT, OURS, Replayed
from replenish import __version__
from replenish.cli.plan import PlanOption, chosen_plan
from replenish.cli.session import Answer, Session, command
from replenish.cli.words import count, table
from replenish.config import Config
from replenish.edits import take_edits
from replenish.errors import RefusedInput
from replenish.order_book import day_of_steps, step
from replenish.replaying import FORECAST_EVERY, replay_past
from replenish.weekly.changes import changes
from replenish.weekly.demand import dated_events, history_frame, promotions_frame
from replenish.weekly.keep import latest_plan_id, load_kept, load_report
from replenish.weekly.run import fit_to_plan
from reports.html import accuracy_page, replay_page
from reports.html.pages import Accuracy, Header, Replay
from reports.plan.edits import read_plan_workbook
from reports.plan.identity import identity_of
from reports.save import save


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    command(app, "replenish accuracy -w my-shop", name="accuracy")(accuracy)
    command(app, "replenish replay -w my-shop --weeks 52", name="replay")(replay)
    command(app, "replenish diff -w my-shop", name="diff")(diff)
    command(app, "replenish import my-shop/plans/2026-08-03/plan.xlsx -w my-shop", name="import")(take_workbook)


def accuracy(
    session: Session,
    origins: Annotated[int, typer.Option(min=1, max=26, help="Past dates to forecast from.")] = 4,
    series: Annotated[int, typer.Option(min=10, help="SKUs that are scored; AutoETS takes its time.")] = 200,
) -> Answer:
    """How good the forecast is on your own past, against last year, moving average, velocity and AutoETS."""
    workspace = session.workspace()
    config = workspace.config()
    with open_store(workspace.store_path, read_only=True) as store, session.steps("measuring on the past"):
        fit = fit_to_plan(store, config, session.as_of)
        found = measure_accuracy(
            history_frame(fit.known, fit.items),
            origins=origins,
            series=series,
            seed=config.planning.seed,
            paths=config.planning.paths,
            events=dated_events(fit.known, session.as_of),
            promotions=promotions_frame(fit.known),
        )
    whole = found.table[found.table["class"] == "all"]
    rows = [
        (one.method, one.length, f"{one.bias:+.0%}", f"{one.wape:.0%}", f"{one.pinball:.3f}", f"{one.coverage_80:.0%}")
        for one in whole.itertuples()
    ]
    session.say(table(("method", "weeks", "bias", "WAPE", "pinball", "in 80 % band"), rows, right=(1, 2, 3, 4, 5)))
    session.say("Ours by class of SKU")
    ours = found.table[(found.table["method"] == found.table["method"].iloc[0]) & (found.table["class"] != "all")]
    rows = [
        (one[1], one.length, f"{one.bias:+.0%}", f"{one.wape:.0%}", f"{one.pinball:.3f}",
         *(f"{share:.0%}" for share in (one.coverage_50, one.coverage_80, one.coverage_95)))
        for one in ours[["class", *(name for name in ours.columns if name != "class")]].itertuples()
    ]  # fmt: skip
    bands = ("in 50 %", "80 %", "95 % band")
    session.say(table(("class", "weeks", "bias", "WAPE", "pinball", *bands), rows, right=tuple(range(1, 8))))
    session.say(escape(found.sentence))
    path = save(workspace.root / "accuracy", {f"{session.as_of}.html": _page(found, session, config)})[0]
    session.say(escape(f"Charts: {path}"))
    return Answer({**found.to_dict(), "page": str(path)})


def _page(found: Any, session: Session, config: Config) -> bytes:
    scores = found.table.rename(columns={f"coverage_{n}": f"coverage{n}" for n in (50, 80, 95)})
    over_time = found.over_time.rename(columns={"coverage_80": "coverage80"})
    return accuracy_page(Accuracy(_header(session, config), "Replenish", scores, found.sentence, over_time))


def _header(session: Session, config: Config) -> Header:
    seller = config.seller
    return Header(seller.name, session.as_of, datetime.now(), seller.currency, __version__, seller.language)


def replay(
    session: Session,
    weeks: Annotated[int, typer.Option(min=8, max=104, help="Weeks of your past to play again.")] = 52,
    forecast_every: Annotated[
        int, typer.Option(min=1, max=13, help="Weeks between two of our forecasts; 1 as in real life, and slower.")
    ] = FORECAST_EVERY,
) -> Answer:
    """What this tool would have earned on your own past, against other rules, what you did, and the clairvoyant."""
    workspace = session.workspace()
    config = workspace.config()
    with open_store(workspace.store_path, read_only=True) as store, session.steps("replaying") as tell:
        fit = fit_to_plan(store, config, session.as_of, every_day=True)
        played = replay_past(fit.known, fit.items, config, weeks, forecast_every, tell)
    gaps = played.differences.set_index("policy")
    rows = [
        (one.policy, f"{one.profit:,.0f}", *_gap(gaps, one.policy), f"{one.lost_units:,.0f}", f"{one.fill_rate:.1%}",
         f"{one.storage:,.0f}", f"{one.capital:,.0f}") for one in played.policies.itertuples()
    ]  # fmt: skip
    money = f"profit {config.seller.currency}"
    header = ("policy", money, "ours less theirs", "95 % sure", "units lost", "fill rate", "storage", "capital")
    session.say(table(header, rows, right=(1, 2, 3, 4, 5, 6, 7)))
    summary = _certainty(played, config.seller.currency)
    session.say(escape(summary))
    head = _header(session, config)
    page = Replay(head, OURS, played.policies, played.differences, played.classes, played.weeks, summary, CLAIRVOYANT)
    path = save(workspace.root / "replay", {f"{session.as_of}.html": replay_page(page)})[0]
    session.say(escape(f"Charts: {path}"))
    return Answer({"policies": played.policies, "differences": played.differences, "classes": played.classes,
                   "weeks": played.weeks, "summary": summary, "held": played.held, "page": str(path)})  # fmt: skip


def _gap(gaps: pd.DataFrame, policy: str) -> tuple[str, str]:
    if policy not in gaps.index:
        return "", ""
    one = gaps.loc[policy]
    return f"{one['difference']:+,.0f}", f"{one['low']:+,.0f} to {one['high']:+,.0f}"


def _certainty(played: Replayed, currency: str) -> str:
    """Ours against what the seller did, the best rule and the clairvoyant, with how sure each difference is."""
    profit = played.policies.set_index("policy")["profit"]
    rules = profit.drop([OURS, ACTUAL, CLAIRVOYANT], errors="ignore")
    names = [(ACTUAL, "what you did")]
    names += [(str(rules.idxmax()), f"the best rule, {rules.idxmax()}")] if len(rules) else []
    gaps = played.differences.set_index("policy")
    told = [_proof(gaps.loc[name], words, currency) for name, words in names if name in gaps.index]
    if CLAIRVOYANT in gaps.index:
        told.append(f"Who knows the future earns {-gaps.at[CLAIRVOYANT, 'difference']:,.0f} {currency} more than ours.")
    return " ".join([
        *told,
        "The interval is over SKUs drawn at random. Demand of weeks without stock is estimated, lead times are drawn "
        "from those learned, and goods left at the end count at cost as far as the coming half year needs them.",
        *played.held,
    ])  # fmt: skip


def _proof(gap: pd.Series, other: str, currency: str) -> str:
    """One sentence: whether the difference is proven, with its interval."""
    amount = f"{abs(gap['difference']):,.0f} {currency} {'more' if gap['difference'] >= 0 else 'less'} than {other}"
    between = f"95 % sure between {gap['low']:+,.0f} and {gap['high']:+,.0f}"
    if gap["low"] > 0 or gap["high"] < 0:
        return f"{OURS} earns {amount}, and that is proven ({between})."
    return f"{OURS} earns {amount}, which is not proven ({between}: chance alone could explain it)."


def diff(
    session: Session,
    plan: PlanOption = None,
    against: Annotated[str | None, typer.Option(help="The earlier plan; the one before when left out.")] = None,
) -> Answer:
    """What changed since the last plan and why; the causes of each quantity add up to its change."""
    with open_store(session.workspace().store_path, read_only=True) as store, session.steps("comparing"):
        now = chosen_plan(store, plan)
        then = against or latest_plan_id(store, before=now)
        if then is None:
            raise RefusedInput(f"{now} is the first plan; there is nothing to compare it with yet.")
        found = changes(store, load_kept(store, then), load_kept(store, now))
    session.say(
        escape(f"From plan {then} to plan {now}: {count(found['item'].nunique(), 'SKU')} with other quantities.")
    )
    rows = [
        (one.item, one.field, f"{one.last_plan:g}", f"{one.this_plan:g}", f"{one.effect_units:+g}", one.cause)
        for one in found.head(60).itertuples()
    ]
    session.say(table(("item", "what", "last", "now", "effect", "cause"), rows, right=(2, 3, 4)))
    return Answer({"plan": now, "against": then, "changes": found})


def take_workbook(
    session: Session,
    workbook: Annotated[Path, typer.Argument(help="The plan workbook you edited.")],
    yes: Annotated[bool, typer.Option("--yes", help="Take the edits.")] = False,
    plan: PlanOption = None,
) -> Answer:
    """Read your edits (quantity, hold, multiplier, note, dates) back; shows them first, --yes takes them."""
    if not workbook.is_file():
        raise RefusedInput(f"{workbook} is not there.")
    with open_store(session.workspace().store_path, read_only=not yes) as store:
        report = load_report(store, chosen_plan(store, plan))
        edits = read_plan_workbook(workbook.read_bytes(), identity_of(report), workbook.name)
        _tell_edits(session, edits.overrides, edits.refused, edits.notes)
        if edits.stale:
            raise RefusedInput(
                f"{workbook} belongs to plan {edits.plan_id or 'unknown'}, the newest is {report.meta.plan_id}. "
                "Export the plan again and repeat the edits, or name the workbook's plan with --plan."
            )
        taken = take_edits(store, report, edits, step(day=day_of_steps(store))) if yes else None
    if taken is None:
        session.say("Nothing was changed. Add --yes to take the edits.")
    else:
        made = f"; plan {taken.plan_id} has your quantities: `replenish export`" if taken.plan_id else ""
        session.say(escape(f"Taken: {count(taken.overrides, 'override')} kept{made}."))
        for note in taken.notes:
            session.say(escape(f"Not taken: {note}"))
    return Answer({"plan": report.meta.plan_id, "overrides": edits.overrides, "refused": edits.refused,
                   "taken": yes, "new_plan": taken.plan_id if taken else None})  # fmt: skip


def _tell_edits(session: Session, overrides: pd.DataFrame, refused: pd.DataFrame, notes: tuple[str, ...]) -> None:
    rows = [
        (one.item, one.kind, one.decision, one.value, one.reason or "", f"{one.sheet} {one.cell}")
        for one in overrides.itertuples()
    ]
    session.say(table(("item", "edit", "of", "value", "note", "where"), rows) if rows else "The workbook has no edits.")
    for one in refused.itertuples():
        session.say(escape(f"Not taken: {one.sheet} {one.cell}, {one.value}: {one.reason}"))
    for note in notes:
        session.say(escape(note))
