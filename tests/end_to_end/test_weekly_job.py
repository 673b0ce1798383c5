"""The whole weekly job from the outside: one small sample seller, every command, read from its output and files."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from data.templates import write_template
from replenish.cli import app
from reports.pdf import office_program

AS_OF = "2026-08-03"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def answer(*arguments: object, code: int | None = 0) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert code is None or result.exit_code == code, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A workspace that `demo` made, and what it said as JSON."""
    folder = tmp_path_factory.mktemp("demo") / "my shop"
    return folder, answer("demo", "-w", folder, "--skus", 60, "--seed", 3, "--as-of", AS_OF)


def test_demo_leaves_every_document_in_a_dated_folder(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = shop
    plan = folder / "plans" / AS_OF
    assert (plan / "report.html").stat().st_size > 50_000
    assert (plan / "plan.xlsx").is_file()
    assert list((plan / "purchase-orders").glob("*.xlsx"))
    assert list((plan / "shipments").glob("Send to Amazon*.xlsx"))


def test_purchase_orders_hold_what_the_plan_buys(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, said = shop
    units = sum(line["quantity"] for line in said["purchases"])
    orders = answer("po", "list", "-w", folder)["orders"]
    lines = [line for one in orders for line in answer("po", "show", one["order_number"], "-w", folder)["lines"]]
    assert sum(line["quantity"] for line in lines) == units > 0
    written = list((folder / "plans" / AS_OF / "purchase-orders").glob("*.xlsx"))
    assert len(written) == len(orders)
    assert all(load_workbook(path).sheetnames for path in written)


def test_plan_json_names_each_decision_with_its_reason(shop: tuple[Path, dict[str, Any]]) -> None:
    _, said = shop
    assert said["plan"] == f"{AS_OF}-1"
    assert all(row["reason"] for row in said["items"])
    assert all(line["quantity"] % line["case_pack"] == 0 for line in said["purchases"])
    bought = pd.DataFrame(said["purchases"]).groupby("item")["quantity"].sum()
    items = pd.DataFrame(said["items"]).set_index("item")
    assert (items.loc[bought.index, "buy"] == bought).all()


def test_explain_walks_from_the_stored_plan(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, said = shop
    item = said["urgent"][0]["item"]
    facts = answer("explain", item, "-w", folder)
    assert facts["item"] == item
    assert {row["figure"] for row in facts["money_per_unit"]} >= {"price", "referral fee", "product cost"}
    words = run("explain", item, "-w", folder).stdout
    for heading in ("Demand", "Stock and arrivals", "What was decided", "Limits"):
        assert heading in words


def test_unknown_sku_names_the_nearest(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, said = shop
    item = said["urgent"][0]["item"]
    result = run("explain", item[:-1], "-w", folder)
    assert result.exit_code == 1
    assert "nearest" in result.stderr


def test_loading_the_same_files_again_changes_nothing(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = shop
    before = answer("status", "-w", folder)["reports"]
    files = sorted((folder / "downloads" / "US").glob("*fba-inventory*"))
    assert files
    loaded = answer("load", *files, "--marketplace", "US", "-w", folder)["loaded"]
    assert all(one["already_loaded"] for one in loaded)
    after = answer("status", "-w", folder)["reports"]
    assert [row["rows"] for row in before] == [row["rows"] for row in after]


def test_a_second_plan_of_the_same_inputs_is_the_same_plan(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, said = shop
    again = answer("plan", "-w", folder, "--as-of", AS_OF, code=None)
    assert again["plan"] == f"{AS_OF}-2"
    assert again["purchases"] == said["purchases"]
    assert again["shipments"] == said["shipments"]
    assert answer("diff", "-w", folder)["changes"] == []


def test_an_approved_order_is_not_ordered_twice(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, said = shop
    orders = answer("po", "list", "-w", folder)["orders"]
    for one in orders:
        answer("po", "advance", one["order_number"], "approved", "-w", folder)
    units = sum(line["quantity"] for line in said["purchases"])
    later = answer("plan", "-w", folder, "--as-of", AS_OF, code=None)
    assert sum(line["quantity"] for line in later["purchases"]) < units / 2
    for one in orders:
        answer("po", "cancel", one["order_number"], "--note", "test", "-w", folder)


def test_edits_of_the_workbook_come_back(shop: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    folder, said = shop
    book = load_workbook(folder / "plans" / AS_OF / "plan.xlsx")
    sheet = book["Buy now"]
    header = next(row for row in sheet.iter_rows(max_row=12) if any(cell.value == "Your order units" for cell in row))
    place = {cell.value: cell.column for cell in header}
    line = header[0].row + 1
    sheet.cell(line, place["Your order units"]).value = 777
    edited = tmp_path / "plan.xlsx"
    book.save(edited)
    shown = answer("import", edited, "-w", folder, "--plan", said["plan"])
    assert [row["value"] for row in shown["overrides"]] == [777]
    assert shown["new_plan"] is None
    taken = answer("import", edited, "-w", folder, "--plan", said["plan"], "--yes")
    exported = answer("export", "-w", folder, "--plan", taken["new_plan"])
    assert any("report.html" in name for name in exported["files"])
    again = answer("plan", "-w", folder, "--as-of", AS_OF, code=None)
    assert 777 in [row["quantity"] for row in again["purchases"]]
    assert any("taken over" in text for text in again["warnings"])


def test_replay_plays_the_sellers_own_year(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = shop
    told = answer("replay", "--weeks", "16", "--forecast-every", "8", "-w", folder, "--as-of", AS_OF)
    policies = {row["policy"]: row for row in told["policies"]}
    assert {"Replenish", "velocity x cover", "Lingxing weights", "Wimoor rule", "what was received"} < set(policies)
    assert max(policies, key=lambda name: policies[name]["profit"]) == "clairvoyant"
    assert 0.5 < policies["what was received"]["fill_rate"] <= 1  # the seller's own deliveries were found
    assert all(row["low"] <= row["difference"] <= row["high"] for row in told["differences"])
    assert "95 % sure" in told["summary"] and Path(told["page"]).is_file()


def test_replay_of_more_weeks_than_there_are_is_refused(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = shop
    refused = answer("replay", "--weeks", "104", "-w", folder, "--as-of", "2025-06-02", code=1)
    assert "replay fewer weeks" in refused["error"]


def test_check_says_what_to_do(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = shop
    findings = answer("check", "-w", folder, "--as-of", AS_OF)["findings"]
    assert findings
    assert all(one["what_to_do"] and one["example"] for one in findings)


def test_an_exported_file_that_was_edited_is_left_alone(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, said = shop
    page = folder / "plans" / AS_OF / "report.html"
    page.write_text("my notes", encoding="utf-8")
    answer("export", "-w", folder, "--plan", said["plan"])
    assert page.read_text(encoding="utf-8") == "my notes"
    assert (page.parent / "report (2).html").is_file()


def test_forecast_shows_components_and_band(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, said = shop
    facts = answer("forecast", said["urgent"][0]["item"], "-w", folder, "--as-of", AS_OF)
    assert len(facts["weeks"]) == len(facts["mean"]) == 26
    assert all(low <= high for low, high in zip(facts["low"], facts["high"], strict=True))


def test_as_of_before_any_data_is_refused(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = shop
    assert "no sales before" in answer("plan", "-w", folder, "--as-of", "2019-01-01", code=1)["error"]


def test_demo_refuses_a_folder_that_holds_a_workspace(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = shop
    assert "holds a workspace already" in answer("demo", "-w", folder, code=1)["error"]


@pytest.mark.skipif(
    office_program() is None and not os.environ.get("REPLENISH_REQUIRE_PROGRAMS"), reason="LibreOffice is not installed"
)
def test_orders_can_be_had_as_pdf(shop: tuple[Path, dict[str, Any]]) -> None:
    folder, said = shop
    files = [Path(name) for name in answer("export", "-w", folder, "--plan", said["plan"], "--pdf")["files"]]
    orders = {path.stem for path in files if path.parent.name == "purchase-orders" and path.suffix == ".xlsx"}
    pdfs = [path for path in files if path.suffix == ".pdf"]
    assert {path.stem for path in pdfs} == orders
    assert all(path.read_bytes().startswith(b"%PDF") for path in pdfs)


def test_a_pdf_without_libreoffice_is_refused_after_the_workbooks_are_written(
    shop: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, said = shop
    monkeypatch.setenv("REPLENISH_SOFFICE", str(folder / "no such program"))
    error = answer("export", "-w", folder, "--plan", said["plan"], "--pdf", code=1)["error"]
    assert "needs LibreOffice" in error
    assert list((folder / "plans" / AS_OF / "purchase-orders").glob("*.xlsx"))


def test_limits_that_nothing_can_meet_still_give_a_plan_that_names_them(
    shop: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """No money, no room at FBA, a MOQ and a group minimum above any demand, goods due before they were ordered."""
    folder, said = shop
    poor = tmp_path / "poor shop"
    shutil.copytree(folder, poor)
    settings = poor / "replenish.toml"
    text = settings.read_text(encoding="utf-8")
    assert "\ncash = []" in text
    settings.write_text(text.replace("\ncash = []", "\ncash = [{until = 2026-12-31, amount = 0}]"), encoding="utf-8")
    supplier = said["purchases"][0]["supplier"]
    market, sku = said["purchases"][0]["item"].split("/", 1)
    odd = {"marketplace": market, "sku": sku, "supplier": supplier, "unit_cost": 1.0, "cost_currency": "USD",
           "case_pack": 10, "moq": 999_999, "moq_group": "odd", "moq_group_minimum": 9_999_999}  # fmt: skip
    write_template(poor / "catalogue.csv", "catalogue", [odd])
    room = {"storage_type": "standard", "month": "2026-08-01", "limit_volume": 0, "unit": "m3", "confirmed": True}
    write_template(poor / "capacity.csv", "capacity", [{"marketplace": code, **room} for code in ("US", "DE")])
    order = {"order_number": "PO-ODD", "marketplace": market, "sku": sku, "supplier": supplier,
             "mode": "sea", "destination": "FBA", "quantity": 40, "ordered_on": "2026-08-01",
             "expected_on": "2026-07-01", "unit_price": 1.0}  # fmt: skip
    write_template(poor / "open_purchase_orders.csv", "open_purchase_orders", [order])
    answer("load", poor / "catalogue.csv", poor / "capacity.csv", poor / "open_purchase_orders.csv", "-w", poor)
    plan = answer("plan", "-w", poor, "--as-of", AS_OF, code=None)
    decided = [line for line in plan["purchases"] if "by the planner" not in line["reason"]]
    assert decided == [], "only what the planner set by hand (in the workbook, earlier in this module) is bought"
    assert plan["totals"]["units_bought"] == sum(line["quantity"] for line in plan["purchases"])
    assert {row["item"] for row in plan["items"]} == {row["item"] for row in said["items"]}, "no item is dropped"
    limits = pd.DataFrame(plan["limits"])
    names = set(limits["limit"])
    assert {"cash budget", "FBA capacity", "MOQ across variants"} <= names
    assert limits.loc[limits["broken"], "text"].str.contains("exceed").all() and limits["broken"].any()
    assert set(limits.loc[limits["broken"], "text"]) <= set(plan["warnings"])
