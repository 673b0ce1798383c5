"""Scenarios side by side as a page: money, cash, volume, the regret table, the dates that do not move."""

from dataclasses import replace

import pandas as pd

from reports.html.charts import Chart, Line
from reports.html.pages import Scenarios
from reports.html.series import band_chart, line_chart, names_first, running_sum, wide
from reports.html.shell import Page, render
from reports.html.tables import Column as C
from reports.html.tables import Table, table
from reports.html.texts import N_


def scenario_page(scenarios: Scenarios) -> bytes:
    """One self-contained HTML file (UTF-8); the frames need the columns that `pages.Scenarios` names."""
    names = names_first(scenarios.scenarios["scenario"], [scenarios.base])
    return render(
        Page(
            template="scenario.html.jinja",
            title=N_("Scenarios side by side"),
            subtitle=scenarios.header.seller,
            language=scenarios.header.language,
            currency=scenarios.header.currency,
            context={
                "header": scenarios.header,
                "page_data": scenarios,
                "robust": _robust(scenarios.regret),
                "tables": {
                    "scenarios": _scenarios(scenarios, names),
                    "quantities": _quantities(scenarios, names),
                    "regret": _regret(scenarios.regret, names),
                    "insurance": _insurance(scenarios.regret),
                    "after": _after(scenarios.after, names),
                    "volume": _volume(scenarios.volume, names),
                    "calendar": _calendar(scenarios.calendar),
                    "stages": _stages(scenarios.stages),
                },
            },
            charts=_charts(scenarios, names),
        )
    )


def _scenarios(scenarios: Scenarios, names: list[str]) -> Table:
    columns = (
        C("scenario", N_("Scenario")),
        C("profit", N_("Expected profit"), "money", interval=("profit_low", "profit_high")),
        C("lost_sales", N_("Margin lost"), "money"),
        C("storage", N_("Storage"), "money"),
        C("aged", N_("Aged-stock fees"), "money"),
        C("description", N_("What is different")),
    )
    frame = _in_order(scenarios.scenarios, names)
    frame["tone"] = frame["scenario"].map({scenarios.base: "plan"}).fillna("")
    return table(N_("Each scenario with its own best plan"), columns, frame, tone="tone")


def _quantities(scenarios: Scenarios, names: list[str]) -> Table:
    columns = (
        C("scenario", N_("Scenario")),
        C("demand_units", N_("Demand, units"), "units"),
        C("order_units", N_("Buy, units"), "units"),
        C("order_cost", N_("Buy"), "money"),
        C("ship_units", N_("Ship, units"), "units"),
        C("ship_cost", N_("Ship"), "money"),
        C("lost_units", N_("Units lost"), "units"),
    )
    return table(N_("What it orders now"), columns, _in_order(scenarios.scenarios, names))


def _in_order(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """One row per scenario, the base first."""
    known = set(frame["scenario"])
    return frame.set_index("scenario").reindex([name for name in names if name in known]).reset_index()


def _regret(regret: pd.DataFrame, names: list[str]) -> Table:
    """Rows are plans, columns the worlds that may come true, cells the money a plan leaves on the table there."""
    if regret.empty:
        return Table(N_("Regret of each plan in each world"), (), [])
    worlds, plans = names_first(regret["world"], names), names_first(regret["plan"], names)
    matrix = wide(regret, "world", "plan", "regret", worlds).reindex(plans)
    matrix.columns = pd.Index([f"world {place}" for place in range(len(worlds))])
    columns = (
        C("plan", N_("Plan made for")),
        *(C(f"world {place}", world, "money", heat=True) for place, world in enumerate(worlds)),
    )
    return table(N_("Regret of each plan in each world"), columns, matrix.rename_axis("plan").reset_index())


def _by_plan(regret: pd.DataFrame) -> pd.DataFrame:
    """Worst and mean regret of each plan, the mildest worst first; its cost where its own world comes true is 0."""
    regret = regret.dropna(subset=["regret"]).reset_index(drop=True)
    grouped = regret.groupby("plan", sort=False)
    frame = grouped["regret"].agg(worst="max", mean="mean").reset_index()
    frame["worst_world"] = regret.loc[grouped["regret"].idxmax(), "world"].to_numpy()
    return frame.sort_values(["worst", "mean"], kind="stable").reset_index(drop=True)


def _robust(regret: pd.DataFrame) -> dict[str, object]:
    if regret.empty or regret["regret"].isna().all():
        return {}
    return {str(name): value for name, value in _by_plan(regret).iloc[0].items()}


def _insurance(regret: pd.DataFrame) -> Table:
    columns = (
        C("plan", N_("Plan made for")),
        C("worst", N_("Worst regret"), "money", bar=True),
        C("worst_world", N_("in the world")),
        C("mean", N_("Mean regret over the worlds"), "money"),
    )
    return table(N_("How much each plan can cost"), columns, _by_plan(regret) if len(regret) else regret)


def _after(after: pd.DataFrame, names: list[str]) -> Table:
    after = _in_order(after, names) if len(after) else after
    columns = (
        C("scenario", N_("Scenario")),
        C("event", N_("Event")),
        C("after", N_("From"), "date"),
        C("left_units", N_("Left at FBA, units"), "units"),
        C("left_cost", N_("At cost"), "money"),
        C("cover_weeks", N_("Weeks of cover"), "weeks"),
        C("storage_after", N_("Storage"), "money"),
        C("aged_after", N_("Aged-stock fees"), "money"),
        C("returned_units", N_("Returned, units"), "units"),
        C("returned_sellable", N_("Of these fit to sell"), "units"),
    )
    return table(N_("After the event: what is left and what comes back"), columns, after)


def _volume(volume: pd.DataFrame, names: list[str]) -> Table:
    """Rows are months of a storage type, columns the scenarios, cells the share of the limit that is used."""
    shown = [name for name in names if name in set(volume["scenario"])] if len(volume) else []
    if shown:
        key = ["marketplace", "storage_type", "month"]
        share = volume["volume_m3"] / volume["limit_m3"].where(volume["limit_m3"] > 0)
        wide_share = volume.assign(share=share).pivot_table("share", key, "scenario", dropna=False)
        wide_share = wide_share.reindex(columns=shown).set_axis([f"share {n}" for n in range(len(shown))], axis=1)
        limits = volume.drop_duplicates(key).set_index(key)[["limit_m3", "confirmed"]]
        volume = wide_share.join(limits, how="inner").reset_index()
    columns = (
        C("marketplace", N_("Marketplace")),
        C("storage_type", N_("Storage type"), translate=True),
        C("month", N_("Month"), "month"),
        C("limit_m3", N_("Limit m³"), "volume"),
        C("confirmed", N_("Confirmed by Amazon"), "flag"),
        *(C(f"share {place}", name, "share", heat=True) for place, name in enumerate(shown)),
    )
    return table(N_("FBA volume by month as a share of capacity"), columns, volume)


def _calendar(calendar: pd.DataFrame) -> Table:
    if len(calendar):
        tone = calendar["missed"].fillna(False).astype(bool).map({True: "bad", False: ""})
        calendar = calendar.assign(tone=tone).sort_values(
            ["delay_cost", "order_by"], ascending=[False, True], kind="stable"
        )
    columns = (
        C("scenario", N_("Scenario")),
        C("item", N_("SKU")),
        C("mode", N_("Mode"), translate=True),
        C("order_by", N_("Order by"), "date"),
        C("ship_by", N_("Ship by"), "date"),
        C("arrive_by", N_("Arrive by"), "date"),
        C("delay_cost", N_("Cost of a week's delay"), "money", bar=True),
        C("missed", N_("Missed"), "flag"),
        C("next_best", N_("Next best way")),
    )
    return table(N_("Last dates that still reach the event"), columns, calendar, limit=80, tone="tone")


def _stages(stages: pd.DataFrame) -> Table:
    columns = (
        C("scenario", N_("Scenario")),
        C("item", N_("SKU")),
        C("commit_units", N_("Commit now, units"), "units"),
        C("wait_units", N_("Can wait, units"), "units"),
        C("decide_by", N_("Decide by"), "date"),
        C("watch", N_("Watch until then")),
    )
    return table(N_("What must be decided now and what can wait"), columns, stages, limit=80)


def _charts(scenarios: Scenarios, names: list[str]) -> tuple[Chart, ...]:
    charts: list[Chart] = []
    note = N_("Bands of the first two scenarios: four of five weeks fall inside.")
    for name, heading, frame in (
        ("demand", N_("Demand a week, all SKUs"), scenarios.demand),
        ("stock", N_("Stock at FBA through the peak, all SKUs"), scenarios.stock),
    ):
        if len(frame):
            charts.append(band_chart(name, heading, frame, names_first(frame["scenario"], names), scenarios.base, note))
    if len(scenarios.cash):
        cash = scenarios.cash.assign(net=scenarios.cash["received"] - scenarios.cash["paid"])
        net = running_sum(wide(cash, "scenario", "week", "net", names_first(cash["scenario"], names)))
        charts.append(line_chart("cash", N_("Money in and out since today"), net, scenarios.base, unit="money"))
    charts += _volume_chart(scenarios, names)
    return tuple(charts)


def _volume_chart(scenarios: Scenarios, names: list[str]) -> list[Chart]:
    volume = scenarios.volume
    if volume.empty:
        return []
    values = wide(volume, "scenario", "month", "volume_m3", names_first(volume["scenario"], names))
    limit = (
        volume.drop_duplicates(["marketplace", "storage_type", "month"]).groupby("month")["limit_m3"].sum(min_count=1)
    )
    chart = line_chart(
        "volume",
        N_("FBA volume by month, m³"),
        values,
        scenarios.base,
        unit="volume",
        x_heading=N_("Month"),
        by_month=True,
    )
    line = Line(N_("capacity"), limit.reindex(values.index), "dash", "bad")
    return [replace(chart, lines=(*chart.lines, line))]
