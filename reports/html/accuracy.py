"""Forecast accuracy as a page: how good, against what, and whether the bands keep their promise."""

import re

import numpy as np
import pandas as pd

from reports.html.charts import Chart, Line
from reports.html.pages import EVERY_CLASS, Accuracy
from reports.html.series import COLOURS, line_chart, names_first, nominal_line, wide
from reports.html.shell import Page, render
from reports.html.tables import Column as C
from reports.html.tables import Table, table
from reports.html.texts import N_

_TOLERANCE = 0.06  # a band this far from its promise is marked


def accuracy_page(accuracy: Accuracy) -> bytes:
    """One self-contained HTML file (UTF-8) of `accuracy`; the scores need the columns that `pages.Accuracy` names."""
    scores = accuracy.scores
    methods = names_first(scores["method"], [accuracy.ours])
    overall = scores[scores["class"] == EVERY_CLASS]
    return render(
        Page(
            template="accuracy.html.jinja",
            title=N_("Forecast accuracy"),
            subtitle=accuracy.header.seller,
            language=accuracy.header.language,
            currency=accuracy.header.currency,
            context={
                "header": accuracy.header,
                "summary": accuracy.summary,
                "warnings": accuracy.warnings,
                "best": _best(overall, accuracy.ours),
                "tables": {
                    "methods": _methods(overall, methods),
                    "classes": _classes(scores[scores["method"] == accuracy.ours]),
                    "every": _every(scores[scores["class"] != EVERY_CLASS]),
                    "failed": _failed(accuracy.failed),
                },
            },
            charts=_charts(accuracy, overall, methods),
        )
    )


def _best(overall: pd.DataFrame, ours: str) -> list[dict[str, object]]:
    """Per length: our error, bias and coverage, and the best other method's error."""
    cards = []
    for length, rows in overall.groupby("length", sort=True):
        mine, others = rows[rows["method"] == ours], rows[rows["method"] != ours].dropna(subset=["wape"])
        if len(mine):
            best = others.iloc[int(np.argmin(others["wape"]))] if len(others) else None
            cards.append(
                {
                    "length": length,
                    "wape": mine["wape"].iloc[0],
                    "bias": mine["bias"].iloc[0],
                    "coverage": mine["coverage80"].iloc[0] if "coverage80" in mine else None,
                    "other": None if best is None else best["method"],
                    "other_wape": None if best is None else best["wape"],
                }
            )
    return cards


_SCORES = (
    C("windows", N_("Windows"), "units"),
    C("wape", N_("Error (WAPE)"), "fine_share", bar=True),
    C("bias", N_("Bias"), "signed_share"),
    C("pinball", N_("Quantile loss"), "score", bar=True),
    C("coverage50", N_("In the 50 % band"), "share"),
    C("coverage80", N_("In the 80 % band"), "share"),
    C("coverage95", N_("In the 95 % band"), "share"),
)


def _methods(overall: pd.DataFrame, methods: list[str]) -> Table:
    rank = {name: place for place, name in enumerate(methods)}
    rows = overall.assign(rank=overall["method"].map(rank)).sort_values(["length", "rank"], kind="stable")
    columns = (C("length", N_("Weeks ahead"), "units"), C("method", N_("Method")), *_SCORES)
    return table(N_("Each method over all SKUs"), columns, rows)


def _classes(mine: pd.DataFrame) -> Table:
    if "coverage80" in mine:
        off = (mine["coverage80"] - 0.8).abs() > _TOLERANCE
        mine = mine.assign(tone=off.map({True: "warn", False: "good"}))
    columns = (C("class", N_("Class of SKUs"), translate=True), C("length", N_("Weeks ahead"), "units"), *_SCORES)
    return table(
        N_("Ours by class of SKUs"), columns, mine.sort_values(["class", "length"], kind="stable"), tone="tone"
    )


def _every(scores: pd.DataFrame) -> Table:
    columns = (
        C("class", N_("Class of SKUs"), translate=True),
        C("length", N_("Weeks ahead"), "units"),
        C("method", N_("Method")),
        *_SCORES,
    )
    ordered = scores.sort_values(["class", "length", "wape"], kind="stable")
    return table(N_("Every method by class of SKUs"), columns, ordered, limit=600)


def _failed(failed: pd.DataFrame) -> Table:
    columns = (
        C("class", N_("Class of SKUs"), translate=True),
        C("length", N_("Weeks ahead"), "units"),
        C("coverage80", N_("In the 80 % band"), "share", bar=True),
        C("fallback", N_("Otherwise uses")),
    )
    return table(N_("Classes that failed the check of their bands"), columns, failed)


def _charts(accuracy: Accuracy, overall: pd.DataFrame, methods: list[str]) -> tuple[Chart, ...]:
    charts = []
    for name, heading, value, unit in (
        ("wape", N_("Error (WAPE) by weeks ahead"), "wape", "share"),
        ("pinball", N_("Quantile loss by weeks ahead"), "pinball", "score"),
    ):
        values = wide(overall, "method", "length", value, methods) if value in overall else pd.DataFrame()
        if len(values):
            values.index = [f"{length:g}" for length in values.index]
            note = N_("Lower is better.")
            charts.append(
                line_chart(name, heading, values, accuracy.ours, unit=unit, note=note, x_heading=N_("Weeks ahead"))
            )
    charts += _calibration(accuracy)
    if len(accuracy.origins):
        over_time = wide(accuracy.origins, "method", "origin", "wape", methods)
        heading = N_("Error (WAPE) by the week it was forecast in")
        charts.append(line_chart("origins", heading, over_time, accuracy.ours, unit="share"))
    return tuple(charts)


def _calibration(accuracy: Accuracy) -> list[Chart]:
    """Promised against kept, one line per class of SKUs, windows of every length weighed by their number."""
    mine = accuracy.scores[accuracy.scores["method"] == accuracy.ours]
    bands = sorted(int(found[1]) for name in mine.columns if (found := re.fullmatch(r"coverage(\d+)", str(name))))
    if not bands or mine.empty:
        return []
    lines = [nominal_line(np.array(bands) / 100)]
    classes = names_first(mine["class"], [EVERY_CLASS])
    weight = mine["windows"] if "windows" in mine else pd.Series(1.0, mine.index)
    for place, name in enumerate(classes):
        rows = mine["class"] == name
        kept = [float(np.average(mine.loc[rows, f"coverage{b}"], weights=weight[rows])) for b in bands]
        colour = "plan" if name == EVERY_CLASS else COLOURS[place % len(COLOURS)]
        lines.append(Line(name, kept, "line", colour))
    labels = [f"{band} %" for band in bands]
    note = N_("On the dashed line a band holds as much of the truth as it promises.")
    return [
        Chart(
            "calibration",
            N_("Promised and kept by the bands"),
            labels,
            tuple(lines),
            "share",
            note=note,
            x_heading=N_("Band"),
        )
    ]
