"""docs/other-sources.md as a planner would follow it: a table of sales that Amazon never saw becomes a plan."""

import json
import re
import runpy
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from replenish.cli import app

PAGE = Path(__file__).parents[2] / "docs" / "other-sources.md"
AS_OF = date(2026, 6, 1)
WEEKS = 60


def answer(*arguments: object) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert result.exit_code in (0, 3), result.stderr
    return result.exit_code, json.loads(result.stdout)


def sales() -> pd.DataFrame:
    """Ten articles of a British shop and one of a Turkish shop, for which there is no fee table."""
    dice = np.random.default_rng(1)
    weeks = [AS_OF - timedelta(weeks=back) for back in range(WEEKS, 0, -1)]
    return pd.DataFrame(
        {"article": f"{number:05d}", "country": "Turkey" if number == 10 else "UK", "week": week,
         "qty": dice.poisson(12 + 3 * number), "unit price": 14.0 + number}
        for number in range(11) for week in weeks
    )  # fmt: skip


def workspace(shop: Path) -> None:
    """A workspace that counts in pounds."""
    answer("init", "-w", shop)
    settings = shop / "replenish.toml"
    text = settings.read_text(encoding="utf-8").replace('currency = "USD"', 'currency = "GBP"', 1)
    text = re.sub(r"^rates = .*$", "rates = {USD = 0.79, TRY = 0.02}", text, count=1, flags=re.M)
    settings.write_text(text, encoding="utf-8")


def script(folder: Path) -> Path:
    """The script that the page prints."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    path = folder / "fill_templates.py"
    path.write_text(code, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace after every step of the page up to `check`."""
    folder = tmp_path_factory.mktemp("other")
    shop, table = folder / "shop", folder / "sales.csv"
    sales().to_csv(table, index=False, sep=";")
    workspace(shop)
    answer("load", table, "-w", shop, "--propose")
    answer("load", table, "--mapping", folder / "sales.mapping.toml", "-w", shop)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["fill_templates.py", str(shop), AS_OF.isoformat(), "--stock"])
        runpy.run_path(str(script(folder)), run_name="__main__")
    assumed = shop / "assumed"
    templates = [assumed / f"{name}.csv" for name in ("catalogue", "suppliers", "supplier_legs", "fees")]
    answer("load", *templates, "--date", AS_OF, "-w", shop)
    answer("load", assumed / "stock.csv", "-w", shop, "--propose")
    answer("load", assumed / "stock.csv", "--mapping", assumed / "stock.mapping.toml", "-w", shop)
    return folder


def test_the_mapping_is_proposed_from_header_and_rows(folder: Path) -> None:
    proposed = (folder / "sales.mapping.toml").read_text(encoding="utf-8")
    for line in (
        'kind = "sales"',
        'period = "week"',
        'sku = "article"',
        'price = "unit price"',
        'marketplace = "country"',
    ):
        assert line in proposed
    assert 'kind = "stock"' in (folder / "shop/assumed/stock.mapping.toml").read_text(encoding="utf-8")


def test_every_item_with_a_fee_is_planned_and_the_order_can_be_sent(folder: Path) -> None:
    shop = folder / "shop"
    _, found = answer("check", "-w", shop, "--as-of", AS_OF)
    assert [one["name"] for one in found["findings"] if one["severity"] == "stops"] == []
    _, said = answer("plan", "-w", shop, "--as-of", AS_OF)
    assert len(said["items"]) == 11
    assert said["purchases"]
    assert all(line["quantity"] % 12 == 0 and line["quantity"] >= 24 for line in said["purchases"])
    _, written = answer("export", "-w", shop)
    (order,) = [name for name in written["files"] if "purchase-orders" in name and name.endswith(".xlsx")]
    assert load_workbook(order).sheetnames
    _, facts = answer("explain", said["purchases"][0]["item"], "-w", shop)
    money = {row["figure"]: row["amount"] for row in facts["money_per_unit"]}
    assert (money["referral fee"], round(money["fulfilment fee, first day"], 2)) == (0, 0.1)


def test_a_marketplace_without_fee_table_or_evidence_is_left_out_and_named(folder: Path, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    workspace(shop)
    answer("load", folder / "sales.csv", "--mapping", folder / "sales.mapping.toml", "-w", shop)
    assumed = folder / "shop/assumed"
    answer("load", *(assumed / f"{name}.csv" for name in ("catalogue", "suppliers", "supplier_legs")), "-w", shop)
    answer("load", assumed / "stock.csv", "--mapping", assumed / "stock.mapping.toml", "-w", shop)
    _, found = answer("check", "-w", shop, "--as-of", AS_OF)
    (finding,) = [one for one in found["findings"] if one["name"] == "no_fee_table"]
    assert "TR/00010" in finding["example"] and "Fee Preview" in finding["what_to_do"]
    code, said = answer("plan", "-w", shop, "--as-of", AS_OF)
    assert "TR/00010" not in {row["item"] for row in said["items"]}
    assert code == 3 and any("TR/00010" in text for text in said["warnings"])
