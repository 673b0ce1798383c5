"""A shop of its own, played week by week through the command line: no FBA, real lead times, minimums, overrides."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from data.templates import write_template
from replenish.cli import app

AS_OF = date(2024, 2, 5)
NEXT = AS_OF + timedelta(weeks=1)
LAUNCH = AS_OF + timedelta(days=24)
WEEKS, SKUS = 70, 12
CHANNEL = """
[money.own_channels.DE]
commission = 0.02
cost_per_unit = 0.5
storage_per_m3_month = 12
clearance = 0.2
tax_rate = 0.19
"""


def answer(*arguments: object, code: int | None = None) -> dict[str, Any]:
    """What a command says as JSON; nothing else may stand on stdout."""
    result = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert result.exit_code in ((0, 3) if code is None else (code,)), result.stderr
    said: dict[str, Any] = json.loads(result.stdout)
    return said


def sold() -> pd.DataFrame:
    """A wide table of sales, a column per week, two weeks past the first plan."""
    dice = np.random.default_rng(5)
    weeks = [AS_OF + timedelta(weeks=at) for at in range(-WEEKS, 2)]
    wide = pd.DataFrame({f"{week}": dice.poisson(np.linspace(3, 40, SKUS)) for week in weeks})
    wide.insert(0, "Product", [f"{at // 2:03d}" for at in range(SKUS)])
    wide.insert(0, "Store", [at % 2 + 1 for at in range(SKUS)])
    return wide


def until(wide: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    kept = [name for name in wide.columns if name[:2] != "20" or first <= date.fromisoformat(name) < last]
    return wide[kept]


def tables(folder: Path) -> None:
    """Catalogue, suppliers, legs, receipts of the past and open orders."""
    skus = [f"{at % 2 + 1}-{at // 2:03d}" for at in range(SKUS)]
    catalogue = [
        {"marketplace": "DE", "sku": sku, "supplier": "Works", "unit_cost": 4.0, "cost_currency": "EUR", "moq": 20,
         "case_pack": 12, "price": 12.0, "length_cm": 20, "width_cm": 15, "height_cm": 8, "weight_kg": 0.4,
         "category": "Toys" if at < 6 else "Home", "predecessor_sku": "1-000" if at == 2 else None}
        for at, sku in enumerate(skus)
    ]  # fmt: skip
    catalogue.append({**catalogue[0], "sku": "NEW", "launch_date": LAUNCH})
    supplier = {"supplier": "Works", "country": "DE", "currency": "EUR", "production_days": 10,
                "order_minimum_value": 300, "order_minimum_units": 60, "review_weeks": 1}  # fmt: skip
    leg = {"supplier": "Works", "mode": "truck", "destination": "FBA", "transit_days": 4, "receiving_days": 1,
           "cost_per_m3": 50, "currency": "EUR"}  # fmt: skip
    line = {"sku": skus[5], "supplier": "Works", "mode": "truck", "destination": "FBA", "quantity": 48}
    receipts = [
        {**line, "order_number": f"H-{at}", "received": 48, "ordered_on": AS_OF - timedelta(days=30 * at + 30),
         "received_on": AS_OF - timedelta(days=30 * at + 30 - days)}
        for at, days in enumerate((22, 25, 31, 24, 28))
    ]  # fmt: skip
    late = {**line, "order_number": "PO-OLD", "ordered_on": AS_OF - timedelta(days=40),
            "expected_on": AS_OF - timedelta(days=20)}  # fmt: skip
    for name, rows in (("catalogue", catalogue), ("suppliers", [supplier]), ("supplier_legs", [leg]),
                       ("past_receipts", receipts), ("open_purchase_orders", [late])):  # fmt: skip
        write_template(folder / f"{name}.csv", name, rows)
    stock = pd.DataFrame({"SKU": [*skus, "NEW"], "date": AS_OF - timedelta(days=1), "on hand": [40] * SKUS + [0]})
    stock.to_csv(folder / "stock.csv", index=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with everything loaded that was known on the first Monday; nothing planned."""
    folder = tmp_path_factory.mktemp("shop")
    shop = folder / "shop"
    answer("init", "-w", shop)
    settings = shop / "replenish.toml"
    text = settings.read_text(encoding="utf-8").replace('currency = "USD"', 'currency = "EUR"', 1)
    settings.write_text(text.replace("[limits]", CHANNEL + "\n[limits]", 1), encoding="utf-8")
    until(sold(), date.min, AS_OF).to_csv(folder / "sales.csv", index=False)
    tables(folder)
    for name in ("sales", "stock"):
        answer("load", folder / f"{name}.csv", "-w", shop, "--propose")
        mapping = folder / f"{name}.mapping.toml"
        answer("load", folder / f"{name}.csv", "--mapping", mapping, "--marketplace", "DE", "-w", shop)
    own = ("catalogue", "suppliers", "supplier_legs", "past_receipts", "open_purchase_orders")
    answer("load", *(folder / f"{name}.csv" for name in own), "--date", AS_OF, "-w", shop)
    return folder


@pytest.fixture(scope="module")
def first(folder: Path) -> dict[str, Any]:
    """The first week's plan, its orders drafted."""
    said = answer("plan", "-w", folder / "shop", "--as-of", AS_OF)
    answer("export", "-w", folder / "shop")
    return said


def test_orders_keep_minimums_and_no_fee_of_amazon_is_in_them(folder: Path, first: dict[str, Any]) -> None:
    lines = first["purchases"]
    assert lines
    assert all(line["quantity"] % 12 == 0 and line["quantity"] >= 20 for line in lines)
    assert sum(line["quantity"] for line in lines) >= 60
    assert not [text for text in first["warnings"] if "below cost" in text]
    facts = answer("explain", lines[0]["item"], "-w", folder / "shop")
    money = {row["figure"]: row["amount"] for row in facts["money_per_unit"]}
    assert (round(money["commission"], 2), money["cost per unit sold"]) == (0.24, 0.5)
    assert not [name for name in money if "FBA" in name or "aged" in name or "low-inventory" in name]


def test_explain_counts_the_orders_that_lead_times_were_learned_from(folder: Path, first: dict[str, Any]) -> None:
    facts = answer("explain", first["purchases"][0]["item"], "-w", folder / "shop")
    told = {one["topic"].split(", ")[1]: one["source"] for one in facts["lead_times"]}
    assert told == {"production": "5 past orders", "transport": "0 past orders"}


def test_a_late_order_is_expected_after_today(folder: Path, first: dict[str, Any]) -> None:
    (late,) = answer("explain", "2-002", "-w", folder / "shop")["arrivals"]
    assert late["reference"] == "PO-OLD" and late["expected_on"] > AS_OF.isoformat()


def test_steps_of_orders_of_a_past_week_belong_to_that_week(
    folder: Path, first: dict[str, Any], tmp_path: Path
) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(folder / "shop", shop)
    (order,) = answer("po", "list", "-w", shop)["orders"]
    number = order["order_number"]
    assert order["created_at"].startswith(AS_OF.isoformat())
    assert answer("po", "advance", number, "approved", "-w", shop)["on"] == AS_OF.isoformat()
    answer("po", "advance", number, "sent", "-w", shop)
    line = answer("po", "show", number, "-w", shop)["lines"][0]
    arrived = AS_OF + timedelta(days=16)
    item = f"{line['marketplace']}/{line['sku']}"
    said = answer("po", "receive", number, f"1={line['quantity']}", "-w", shop, "--as-of", arrived)
    assert said["on"] == arrived.isoformat()
    for day, coming in ((NEXT, True), (arrived + timedelta(days=1), False)):
        answer("plan", "-w", shop, "--as-of", day)
        arrivals = answer("explain", item, "-w", shop)["arrivals"]
        assert (number in {one["reference"] for one in arrivals}) == coming


def test_a_plan_sees_nothing_of_later_weeks(folder: Path, first: dict[str, Any], tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(folder / "shop", shop)
    until(sold(), AS_OF, date.max).to_csv(tmp_path / "sales.csv", index=False)
    later = AS_OF + timedelta(days=13)
    stock = pd.read_csv(folder / "stock.csv").assign(date=later)
    stock.assign(**{"on hand": 3}).to_csv(tmp_path / "stock.csv", index=False)
    answer("override", "add", "multiplier", 5, "--all", "--reason", "later", "-w", shop, "--as-of", NEXT)
    for name in ("sales", "stock"):
        mapping = folder / f"{name}.mapping.toml"
        answer("load", tmp_path / f"{name}.csv", "--mapping", mapping, "--marketplace", "DE", "-w", shop)
    again = answer("plan", "-w", shop, "--as-of", AS_OF)
    for name in ("purchases", "items", "totals", "warnings"):
        assert again[name] == first[name]


def test_a_launch_ahead_asks_for_nothing_before_its_week(folder: Path, first: dict[str, Any]) -> None:
    facts = answer("forecast", "NEW", "-w", folder / "shop", "--as-of", AS_OF)
    assert facts["class"] == "new" and facts["launch_date"] == LAUNCH.isoformat()
    expected = dict(zip(facts["weeks"], facts["mean"], strict=True))
    week = (LAUNCH - timedelta(days=LAUNCH.weekday())).isoformat()
    assert all(units == 0 for start, units in expected.items() if start < week)
    assert expected[week] > 0


def test_forecast_shows_history_overrides_links_and_what_changed(
    folder: Path, first: dict[str, Any], tmp_path: Path
) -> None:
    shop = tmp_path / "shop"
    shutil.copytree(folder / "shop", shop)
    fair = (AS_OF + timedelta(weeks=2), AS_OF + timedelta(weeks=4, days=-1))
    add = ("override", "add", "-w", shop, "--from", fair[0], "--to", fair[1], "--reason")
    answer(*add, "fair", "multiplier", 2, "--group", "category=Toys")
    answer(*add, "agreed", "fixed", 7, "--sku", "1-001")
    until(sold(), AS_OF, NEXT).to_csv(tmp_path / "week.csv", index=False)
    mapping = folder / "sales.mapping.toml"
    answer("load", tmp_path / "week.csv", "--mapping", mapping, "--marketplace", "DE", "-w", shop)
    facts = answer("forecast", "1-001", "-w", shop, "--as-of", NEXT)
    assert facts["predecessor"] == "1-000"
    assert facts["history"][-1]["week"] == AS_OF.isoformat()
    assert [one["reason"] for one in facts["overrides"]] == ["fair", "agreed"]
    inside = [fair[0].isoformat() <= week <= fair[1].isoformat() for week in facts["weeks"]]
    assert facts["weeks"][0] == NEXT.isoformat() and sum(inside) == 2
    for hit, mean, base in zip(inside, facts["mean"], facts["base_mean"], strict=True):
        assert mean == (pytest.approx(7, abs=0.6) if hit else base)
    change = facts["since_last_plan"]
    assert change["plan"] == first["plan"]
    assert sum(change["causes"].values()) == pytest.approx(change["now"] - change["then"])
    assert answer("forecast", "1-000", "-w", shop, "--as-of", NEXT)["successors"] == ["1-001"]
    for wrong, code in (
        (("fixed", "--all"), 2),
        (("hold", "--all"), 2),
        (("multiplier", 2, "--group", "category=Tois"), 1),
    ):
        assert answer("override", "add", *wrong, "--reason", "x", "-w", shop, code=code)["exit_code"] == code
    number = answer("override", "list", "-w", shop)["overrides"][0]["id"]
    answer("override", "withdraw", number, "-w", shop)
    assert len(answer("override", "list", "-w", shop)["overrides"]) == 1
