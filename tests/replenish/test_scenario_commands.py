"""Every scenario command from outside, on one small seller; and that nothing known later reaches a scenario."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest
from icalendar import Calendar
from typer.testing import CliRunner

from data.sample import generate, write_reports
from data.store import open_store
from replenish.cli import app
from replenish.config import Config
from replenish.scenarios.files import Scenario
from replenish.scenarios.model import read_overlay
from replenish.scenarios.outputs import as_json
from replenish.scenarios.side_by_side import compare, share_forecast
from replenish.weekly.run import fit_to_plan
from replenish.workspace import init_workspace

AS_OF = "2026-08-03"
PEAK = """description = "Black Friday with a deal, ships late"

[[demand]]
event = "Black Friday Week"
uplift = 3.0
low = 2.0
high = 4.5
after = { weeks = 2, factor = 0.8 }

[[promotions]]
event = "Black Friday Week"
kind = "lightning_deal"
marketplace = "US"
discount = 0.2

[[delays]]
mode = "sea"
extra_days = 14
extra_days_sd = 4
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenarios") / "shop"
    workspace, _ = init_workspace(folder)
    settings = (folder / "replenish.toml").read_text(encoding="utf-8")
    (folder / "replenish.toml").write_text(settings.replace("paths = 200", "paths = 50"), encoding="utf-8")
    with open_store(workspace.store_path) as store:
        for path in write_reports(generate(seed=3, skus=24, as_of=date(2026, 8, 3)), folder / "downloads"):
            store.load(path, marketplace=None if path.parent.name == "own" else path.parent.name)
    (workspace.scenarios).mkdir(exist_ok=True)
    (workspace.scenarios / "late-peak.toml").write_text(PEAK, encoding="utf-8")
    return folder


def told(shop: Path, *arguments: str, as_of: str = AS_OF, code: int | None = None) -> str:
    result = CliRunner().invoke(
        app, ["scenario", *arguments, "-w", str(shop), "--as-of", as_of], env={"COLUMNS": "160"}
    )
    assert result.exit_code == code if code is not None else result.exit_code in (0, 3), result.output
    return " ".join((result.stdout + result.stderr).split())


@pytest.fixture(scope="module")
def compared(shop: Path) -> tuple[str, Path]:
    """What `compare` said, and the folder of its run."""
    text = told(shop, "compare", "port-delay", "cash-short", "--base", "late-peak")
    return text, max((shop / "scenarios" / "runs").iterdir())


class TestCommands:
    def test_new_copies_and_list_says_whose_it_is(self, shop: Path) -> None:
        told(shop, "new", "my-cash", "--from", "cash-short")
        text = told(shop, "list")
        assert "my-cash yours Half the cash" in text and "cash-short shipped" in text

    def test_show_tells_days_skus_and_what_was_learned_beside_what_is_typed(self, shop: Path) -> None:
        text = told(shop, "show", "late-peak")
        assert "demand 1: Black Friday Week, DE 2026-11-19 to 2026-11-30; US 2026-11-19 to 2026-11-30" in text
        assert "learned" in text and "3.00" in text and "past" in text

    def test_show_of_a_scenario_that_cannot_be_planned_now_still_shows_it(self, shop: Path) -> None:
        text = told(shop, "show", "late-peak", as_of="2026-03-02", code=3)
        assert "uplift = 3.0" in text and "planning.horizon_weeks" in text

    def test_run_is_kept_with_its_inputs_and_all_documents(self, shop: Path) -> None:
        text = told(shop, "run", "late-peak")
        assert "last dates for Black Friday Week" in text and "units left at FBA" in text
        folder = max((shop / "scenarios" / "runs").iterdir())
        names = {str(path.relative_to(folder)) for path in folder.rglob("[!.]*") if path.is_file()}
        assert names == {
            "scenarios.html", "scenarios.xlsx", "scenarios.json", "deadlines.ics", "inputs/settings.json",
            "inputs/late-peak.toml", "forecasts/base.csv", "forecasts/late-peak.csv",
        }  # fmt: skip
        assert (folder / "inputs" / "late-peak.toml").read_text(encoding="utf-8") == PEAK

    def test_compare_tells_differences_from_the_scenario_named_as_base(self, compared: tuple[str, Path]) -> None:
        text, folder = compared
        kept = json.loads((folder / "scenarios.json").read_text(encoding="utf-8"))
        assert "the others against late-peak" in text
        assert kept["base"] == "late-peak"
        assert [one["scenario"] for one in kept["scenarios"]] == ["late-peak", "base", "port-delay", "cash-short"]
        profit = {one["scenario"]: one["profit"] for one in kept["scenarios"]}
        assert f"base {profit['base'] - profit['late-peak']:+,.0f}" in text

    def test_every_plan_is_carried_out_in_every_world(self, compared: tuple[str, Path]) -> None:
        regret = pd.DataFrame(json.loads((compared[1] / "scenarios.json").read_text(encoding="utf-8"))["regret"])
        assert len(regret) == 16
        assert (regret["regret"] >= 0).all() and (regret.groupby("world")["regret"].min() == 0).all()

    def test_the_workbook_has_a_sheet_for_each_question_with_live_totals(self, compared: tuple[str, Path]) -> None:
        book = openpyxl.load_workbook(compared[1] / "scenarios.xlsx")
        assert book.sheetnames == [
            "Scenarios", "Regret", "Buy now", "Ship now", "Last dates", "Now or later", "After the peak", "Cash",
            "Capacity", "Uplift", "Demand",
        ]  # fmt: skip
        formulas = [cell.value for row in book["Regret"] for cell in row if str(cell.value).startswith("=")]
        assert any("SUBTOTAL" in text for text in formulas)
        assert sum("SUBTOTAL" not in text for text in formulas) == 16

    def test_page_and_calendar_open(self, compared: tuple[str, Path]) -> None:
        page = (compared[1] / "scenarios.html").read_text(encoding="utf-8")
        assert "After the event: what is left and what comes back" in page
        entries = Calendar.from_ical((compared[1] / "deadlines.ics").read_bytes()).walk("VEVENT")
        assert entries and all(one.decoded("dtstart") >= date(2026, 8, 3) for one in entries)

    def test_adopt_shows_the_difference_and_keeps_nothing_without_yes(self, shop: Path) -> None:
        text = told(shop, "adopt", "late-peak")
        assert "Against the base plan" in text and "Nothing was kept" in text

    def test_adopted_it_is_the_weeks_plan_and_says_what_it_was_made_for(self, shop: Path) -> None:
        assert "Kept as plan 2026-08-03-1" in told(shop, "adopt", "late-peak", "--yes")
        assert "Against plan 2026-08-03-1: 0 lines differ" in told(shop, "adopt", "late-peak")

    def test_review_waits_for_the_event_and_then_compares(self, shop: Path) -> None:
        told(shop, "run", "prime-day", as_of="2026-05-04")
        assert "ends on 2026-06-" in told(shop, "review", "prime-day", as_of="2026-06-15", code=1)
        text = told(shop, "review", "prime-day", as_of="2026-07-06")
        assert "units sold; prime-day expected" in text and "verdict" in text

    def test_unknown_names_are_refused_with_the_nearest_known_one(self, shop: Path) -> None:
        assert 'Did you mean "black-friday"' in told(shop, "run", "blackfriday", code=1)
        assert 'Did you mean "port-delay"' in told(shop, "compare", "cash-short", "--base", "port-dely", code=1)
        assert "at least one scenario" in told(shop, "compare", "base", code=2)

    def test_a_run_while_a_load_is_under_way_is_told_to_wait(self, shop: Path) -> None:
        hold = (
            "import sys, pathlib, data.store as s; store = s.open_store(pathlib.Path(sys.argv[1])); "
            "print('open', flush=True); sys.stdin.read()"
        )
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": Path(__file__).parents[2]}
        with subprocess.Popen([sys.executable, "-c", hold, str(shop / "replenish.duckdb")], **pipes) as other:
            assert other.stdout.readline() == "open\n"
            text = told(shop, "run", "late-peak", code=1)
            other.stdin.close()
        assert "Another Replenish is working" in text and "Wait until it has finished" in text


@pytest.fixture
def corrupted(shop: Path, tmp_path: Path) -> Iterator[Path]:
    """The same store with everything after 4 May 2026 made into nonsense."""
    path = tmp_path / "replenish.duckdb"
    shutil.copy(shop / "replenish.duckdb", path)
    later = {
        "order_line": ("purchase_day", ("quantity", "item_price")),
        "ledger_day": ("day", ("receipts", "customer_shipments", "ending_balance")),
        "ledger_event": ("day", ("quantity",)),
        "customer_return": ("returned_day", ("quantity",)),
        "aged_surcharge": ("charged_on", ("quantity", "amount")),
        "storage_fee": ("month", ("average_on_hand", "base_rate", "storage_fee")),
        "purchase_line": ("received_on", ("received",)),
        "fba_inventory": ("snapshot_date", ("fulfillable", "inbound_shipped")),
        "inventory_planning": ("snapshot_date", ("available", "age_0_90")),
        "warehouse_stock": ("snapshot_date", ("units",)),
    }
    connection = duckdb.connect(str(path))
    for table, (day, columns) in later.items():
        changes = ", ".join(f"{column} = {column} * 7 + 13" for column in columns)
        connection.execute(f"UPDATE records.{table} SET {changes} WHERE {day} > DATE '2026-05-04'")
    connection.close()
    yield path


def test_nothing_after_the_day_of_the_plan_reaches_a_scenario(shop: Path, corrupted: Path) -> None:
    overlay = read_overlay(
        'description = "x"\n[[demand]]\nevent = "Prime Day"\n[[delays]]\nmode = "sea"\nextra_days = 9', "peak.toml"
    )
    config = Config()
    config = config.model_copy(update={"planning": config.planning.model_copy(update={"paths": 50})})
    found = []
    for path in (shop / "replenish.duckdb", corrupted):
        with open_store(path, read_only=True) as store:
            fit = fit_to_plan(store, config, date(2026, 5, 4))
        shared = share_forecast(fit, config)
        got = compare(shared, [Scenario("peak", "", overlay)])
        found.append((json.dumps(as_json(got), default=str), got.of("peak").items, len(got.of("peak").calendar)))
    assert found[0][2] > 0
    pd.testing.assert_frame_equal(found[0][1], found[1][1])
    assert found[0][0] == found[1][0]
