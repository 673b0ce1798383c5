"""The command line's promises: one JSON document, exit codes, help with an example, clear refusals."""

import json
from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from replenish.cli import app

ROOT = typer.main.get_command(app)


def commands(group: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(group, click.Group) and not hasattr(group, "commands"):
        return [path]
    return [found for name, one in group.commands.items() for found in commands(one, (*path, name))]


COMMANDS = commands(ROOT)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_an_example_and_the_common_options(path: tuple[str, ...]) -> None:
    text = CliRunner().invoke(app, [*path, "--help"]).output
    assert f"Example: replenish {' '.join(path)}" in " ".join(text.split())
    for option in ("--workspace", "--as-of", "--json"):
        assert option in text


def test_readme_and_docs_name_every_command() -> None:
    root = Path(__file__).parents[2]
    told = (root / "README.md").read_text(encoding="utf-8")
    assert all(f"replenish {path[0]}" in told for path in COMMANDS)


def test_wrong_usage_exits_with_two(tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["plan", "--no-such-option"]).exit_code == 2
    assert CliRunner().invoke(app, ["load", "x.csv", "--from", "2026-01-01", "-w", str(tmp_path)]).exit_code == 2


def test_a_folder_that_is_no_workspace_is_refused_with_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["status", "-w", str(tmp_path), "--json"])
    assert result.exit_code == 1
    assert "replenish init" in json.loads(result.stdout)["error"]
    assert "replenish init" in result.stderr


def test_init_writes_settings_and_templates_once(tmp_path: Path) -> None:
    first = CliRunner().invoke(app, ["init", "-w", str(tmp_path), "--json"])
    assert first.exit_code == 0
    names = {Path(name).name for name in json.loads(first.stdout)["written"]}
    assert {"replenish.toml", "catalogue.xlsx", "suppliers.xlsx"} <= names
    (tmp_path / "replenish.toml").write_text('[seller]\nname = "Mine"\n', encoding="utf-8")
    again = CliRunner().invoke(app, ["init", "-w", str(tmp_path), "--json"])
    assert json.loads(again.stdout)["written"] == []
    assert "Mine" in (tmp_path / "replenish.toml").read_text(encoding="utf-8")


def test_plan_without_data_says_what_to_load(tmp_path: Path) -> None:
    CliRunner().invoke(app, ["init", "-w", str(tmp_path)])
    result = CliRunner().invoke(app, ["plan", "-w", str(tmp_path)])
    assert result.exit_code == 1
    assert "All Orders" in result.stderr


def test_a_refused_file_does_not_keep_the_others_out(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    CliRunner().invoke(app, ["init", "-w", str(shop)])
    good = tmp_path / "stock.csv"
    good.write_text("Warehouse,Marketplace,SKU,Units,As of\nShed,US,A-1,5,2026-08-01\n", encoding="utf-8")
    bad = tmp_path / "bad.csv"
    bad.write_text("what,is,this\n1,2,3\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["load", str(bad), str(good), "-w", str(shop), "--json"])
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    assert [Path(one["file"]).name for one in said["refused"]] == ["bad.csv"]
    assert [one["rows"] for one in said["loaded"]] == [1]


def test_wrong_setting_is_named_by_every_command_that_reads_it(tmp_path: Path) -> None:
    CliRunner().invoke(app, ["init", "-w", str(tmp_path)])
    (tmp_path / "replenish.toml").write_text("[planning]\npaths = 3\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", "-w", str(tmp_path)])
    assert result.exit_code == 1
    assert "planning.paths = 3" in result.stderr
