"""One input changed alone: `diff` names that cause and nothing else, and the causes add up, item by item."""

import csv
import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import replenish.weekly.demand
from data.sample import generate, write_reports
from data.store import open_store
from data.templates import template, write_template
from forecasting import Forecast
from replenish.cli import app

AS_OF = "2026-08-03"
Rows = list[dict[str, Any]]


def answer(*arguments: object, code: int | None = None) -> dict[str, Any]:
    result = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert result.exit_code in ((0, 3) if code is None else (code,)), result.stderr
    said: dict[str, Any] = json.loads(result.stdout)
    return said


@pytest.fixture(scope="module", autouse=True)
def one_forecast() -> Any:
    """The forecast of the same history is made once: it is a pure function, and most of the time of a small plan."""
    real, made = replenish.weekly.demand.forecast, {}

    def remembered(history: pd.DataFrame, *args: Any, **kwargs: Any) -> Forecast:
        key = pickle.dumps((history, args, kwargs))
        if key not in made:
            made[key] = real(history, *args, **kwargs)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replenish.weekly.demand, "forecast", remembered)
        yield


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A sample seller with one plan; `downloads` lies beside the workspace, so that copies stay small."""
    folder = tmp_path_factory.mktemp("shop")
    shop = folder / "shop"
    answer("init", "-w", shop)
    files = write_reports(generate(seed=3, skus=60, as_of=pd.Timestamp(AS_OF).date()), folder / "downloads")
    for place in sorted({path.parent for path in files}):
        where = () if place.name == "own" else ("--marketplace", place.name)
        answer("load", *sorted(path for path in files if path.parent == place), *where, "-w", shop)
    plan = answer("plan", "-w", shop, "--as-of", AS_OF)
    assert plan["purchases"] and plan["shipments"]
    return shop, plan


def reload(shop: Path, name: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Load the planner's own table again, each row changed."""
    path = shop.parent / "downloads" / "own" / name
    lines: list[list[Any]]
    if path.with_suffix(".csv").exists():
        lines = list(csv.reader(path.with_suffix(".csv").read_text(encoding="utf-8-sig").splitlines()))
    else:
        lines = [list(line) for line in load_workbook(path.with_suffix(".xlsx")).worksheets[0].values]
    names = {column.header: column.column.name for column in template(name).columns}
    columns = [names[header] for header in lines[0]]
    rows = [
        {key: cell for key, cell in zip(columns, line, strict=True) if cell not in ("", None)} for line in lines[1:]
    ]
    changed = shop / f"{name}.csv"
    write_template(changed, name, [{**row, **change(row)} for row in rows])
    answer("load", changed, "--date", AS_OF, "-w", shop)


def times(name: str, column: str, factor: float) -> Callable[[Path, dict[str, Any]], None]:
    def change(shop: Path, plan: dict[str, Any]) -> None:
        reload(shop, name, lambda row: {column: round(float(row[column]) * factor, 2)} if column in row else {})

    return change


def price_break(shop: Path, plan: dict[str, Any]) -> None:
    rows = [
        {"supplier": line["supplier"], "marketplace": line["item"].split("/")[0], "sku": line["item"].split("/")[1],
         "minimum_quantity": line["quantity"] + 2 * line["case_pack"], "unit_cost": line["purchase_price"] * 0.8,
         "currency": line["currency"]} for line in plan["purchases"]
    ]  # fmt: skip
    write_template(shop / "price_breaks.csv", "price_breaks", rows)
    answer("load", shop / "price_breaks.csv", "-w", shop)


def cash(shop: Path, plan: dict[str, Any]) -> None:
    settings = shop / "replenish.toml"
    text = settings.read_text(encoding="utf-8")
    assert "\ncash = []" in text
    short = plan["totals"]["cash_purchases"] / 3
    budget = f"\ncash = [{{until = 2026-12-31, amount = {short:.0f}}}]"
    settings.write_text(text.replace("\ncash = []", budget), encoding="utf-8")


def multiplier(shop: Path, plan: dict[str, Any]) -> None:
    answer("override", "add", "multiplier", 1.6, "--all", "--reason", "TV", "-w", shop, "--as-of", AS_OF)


def hold(shop: Path, plan: dict[str, Any]) -> None:
    item = plan["purchases"][0]["item"]
    answer("override", "add", "hold", "--sku", item, "--reason", "recall", "-w", shop, "--as-of", AS_OF)


CASES: dict[str, tuple[Callable[[Path, dict[str, Any]], None], str]] = {
    "unit cost": (times("catalogue", "unit_cost", 1.5), "cost"),
    "price break": (price_break, "cost"),
    "transit time": (times("supplier_legs", "transit_days", 1.5), "lead time"),
    "stock in warehouses": (times("warehouse_stock", "units", 3), "stock"),
    "cash budget": (cash, "limit"),
    "capacity": (times("capacity", "limit_volume", 0.2), "limit"),
    "override multiplier": (multiplier, "override"),
    "hold": (hold, "override"),
}


@pytest.mark.parametrize("name", CASES)
def test_one_change_has_one_cause(name: str, planned: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    first, before = planned
    change, cause = CASES[name]
    shop = first.parent / name
    shutil.copytree(first, shop)
    change(shop, before)
    after = answer("plan", "-w", shop, "--as-of", AS_OF)
    said = answer("diff", "-w", shop)
    assert (said["against"], said["plan"]) == (before["plan"], after["plan"])
    changes = pd.DataFrame(said["changes"])
    assert set(changes["cause"]) == {cause}
    was, now = (pd.DataFrame(plan["items"]).set_index("item")[["buy", "ship"]].stack() for plan in (before, after))
    change_of = now.sub(was, fill_value=0)
    told = changes.groupby(["item", "field"])["effect_units"].sum()
    assert told.to_dict() == pytest.approx(change_of[change_of != 0].to_dict())
    keys = list(zip(changes["item"], changes["field"], strict=True))
    assert changes["last_plan"].tolist() == was.reindex(keys, fill_value=0).tolist()
    assert changes["this_plan"].tolist() == now.reindex(keys, fill_value=0).tolist()


def forget(shop: Path, plan_id: str, *columns: str) -> None:
    """The plan as a version kept it whose ways to buy had not these columns."""
    with open_store(shop / "replenish.duckdb") as store:
        ways = store.load_plan(plan_id, "problem.buy").drop(columns=list(columns))
        day = store.plans().set_index("plan_id").loc[plan_id, "as_of"]
        store.save_plan(plan_id, pd.Timestamp(day).date(), {"problem.buy": ways})


def test_a_plan_of_an_earlier_version_is_compared_or_refused(planned: tuple[Path, dict[str, Any]]) -> None:
    first, before = planned
    shop = first.parent / "earlier"
    shutil.copytree(first, shop)
    answer("plan", "-w", shop, "--as-of", AS_OF)
    forget(shop, before["plan"], "moq_group", "moq_group_minimum", "deposit", "balance", "balance_week", "freight",
           "freight_week", "landed_week")  # fmt: skip
    assert answer("diff", "-w", shop)["changes"] == []
    assert answer("explain", before["purchases"][0]["item"], "--plan", before["plan"], "-w", shop)["steps"]
    forget(shop, before["plan"], "review_weeks")
    refused = answer("diff", "-w", shop, code=1)["error"]
    assert "kept by another version" in refused and "run `replenish plan`" in refused
