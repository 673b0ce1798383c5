"""The replay as a page: what each policy would have earned on the seller's own past, and how sure that is."""

import numpy as np
import pandas as pd

from reports.html.charts import Chart
from reports.html.pages import Replay
from reports.html.series import line_chart, names_first, running_sum, wide
from reports.html.shell import Page, render
from reports.html.tables import Column as C
from reports.html.tables import Table, table
from reports.html.texts import N_


def replay_page(replay: Replay) -> bytes:
    """One self-contained HTML file (UTF-8) of `replay`; its frames need the columns that `pages.Replay` names."""
    return render(
        Page(
            template="replay.html.jinja",
            title=N_("Replay of the past"),
            subtitle=replay.header.seller,
            language=replay.header.language,
            currency=replay.header.currency,
            context={
                "header": replay.header,
                "replay": replay,
                "ours": _ours(replay),
                "tables": {
                    "policies": _policies(replay),
                    "differences": _differences(replay.differences),
                    "classes": _classes(replay),
                },
            },
            charts=_charts(replay),
        )
    )


def _ours(replay: Replay) -> dict[str, object]:
    """Our row, and the best policy that could not see the future."""
    policies = replay.policies
    mine = policies[policies["policy"] == replay.ours]
    others = policies[~policies["policy"].isin([replay.ours, replay.clairvoyant])].dropna(subset=["profit"])
    if mine.empty:
        return {}
    row = {str(name): value for name, value in mine.iloc[0].items()}
    if len(others):
        best = others.iloc[int(np.argmax(others["profit"]))]
        row |= {"best": best["policy"], "gain": row["profit"] - best["profit"]}
    if replay.clairvoyant in set(policies["policy"]):
        row["regret"] = float(policies.loc[policies["policy"] == replay.clairvoyant, "profit"].iloc[0]) - row["profit"]
    return row


def _policies(replay: Replay) -> Table:
    columns = (
        C("policy", N_("Policy")),
        C("profit", N_("Profit"), "money", interval=("profit_low", "profit_high")),
        C("sales", N_("Sales"), "money"),
        C("lost_sales", N_("Margin lost"), "money"),
        C("lost_units", N_("Units lost"), "units"),
        C("fill_rate", N_("Fill rate"), "fine_share"),
        C("storage", N_("Storage and surcharges"), "money"),
        C("capital", N_("Money tied up"), "money"),
        C("orders", N_("Orders"), "units"),
    )
    tone = replay.policies["policy"].map({replay.ours: "plan"}).fillna("")
    ranked = replay.policies.assign(tone=tone).sort_values("profit", ascending=False, kind="stable")
    return table(N_("Each policy over the whole time"), columns, ranked, tone="tone")


def _differences(differences: pd.DataFrame) -> Table:
    if len(differences):
        sure = (differences["low"] > 0).map({True: "good", False: "warn"}).where(differences["high"] >= 0, "bad")
        beyond = (differences["low"] > 0) | (differences["high"] < 0)
        differences = differences.assign(tone=sure, sure=beyond)
    columns = (
        C("policy", N_("Against")),
        C("difference", N_("We earn more by"), "money", interval=("low", "high")),
        C("low", N_("At least (95 %)"), "money"),
        C("high", N_("At most (95 %)"), "money"),
        C("weeks_better", N_("Weeks in which ours was better"), "share", bar=True),
        C("sure", N_("Beyond chance"), "flag"),
    )
    return table(N_("Our profit against each policy"), columns, differences, tone="tone")


def _classes(replay: Replay) -> Table:
    columns = (
        C("class", N_("Class of SKUs"), translate=True),
        C("policy", N_("Policy")),
        C("profit", N_("Profit"), "money", bar=True),
        C("lost_sales", N_("Margin lost"), "money"),
        C("fill_rate", N_("Fill rate"), "fine_share"),
        C("storage", N_("Storage and surcharges"), "money"),
        C("capital", N_("Money tied up"), "money"),
    )
    classes = replay.classes
    if len(classes):
        tone = classes["policy"].map({replay.ours: "plan"}).fillna("")
        classes = classes.assign(tone=tone).sort_values(["class", "profit"], ascending=[True, False], kind="stable")
    return table(N_("By class of SKUs"), columns, classes, limit=400, tone="tone")


def _charts(replay: Replay) -> tuple[Chart, ...]:
    if replay.weeks.empty:
        return ()
    names = names_first(replay.weeks["policy"], [replay.ours])
    profit = wide(replay.weeks, "policy", "week", "profit", names)
    total = line_chart(
        "profit",
        N_("Profit since the first week"),
        running_sum(profit),
        replay.ours,
        unit="money",
        apart=replay.clairvoyant,
    )
    others = [name for name in names if name not in (replay.ours, replay.clairvoyant)]
    if replay.ours not in names or not others:
        return (total,)
    lead = running_sum(profit[others].rsub(profit[replay.ours], axis=0))
    note = N_("Above zero ours has earned more up to that week.")
    return total, line_chart("lead", N_("Our lead over each policy"), lead, replay.ours, unit="money", note=note)
