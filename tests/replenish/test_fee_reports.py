"""Every fee report that is loaded reaches the money: change an amount in each report, and see which figure moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data.store import open_store
from policies.economics import unit_economics
from policies.inputs import UnitEconomics

SAMPLES = Path(__file__).parents[1] / "samples"
MONDAY = date(2026, 11, 23)
PREVIEW = "fee_preview/us_2026_31_columns.txt"
PLANNING = "inventory_planning/us_2026_11_99_columns.txt"
STORAGE = "storage_fees/us_2026_34_columns.csv"
AGED = "aged_surcharge/us_2026_14_columns.csv"
PLACEMENT = "placement_fees/us.csv"
OVERAGE = "storage_overage/us.txt"
CHANGES = {
    PREVIEW: ("\t--\t4.50\t", "\t--\t5.50\t"),
    STORAGE: (",7.1,weeks,2.40,0.0,0,0,5.9520,0.00,USD,5.9520", ",23.0,weeks,2.40,0.44,0,0,7.4400,0.00,USD,7.4400"),
    AGED: (",60,16.07,", ",60,32.14,"),
    PLACEMENT: ("0.27,64.80,64.80", "0.54,129.60,129.60"),
    OVERAGE: ("125.00", "250.00"),
    PLANNING: ("\tNo\tNo\t38.4", "\tYes\tNo\t38.4"),
}
MUG, TOWEL = "US/HP-MUG-BLU", "US/00417"


@dataclass(frozen=True)
class Priced:
    items: pd.DataFrame
    money: UnitEconomics

    def at(self, item: str) -> int:
        return list(self.items["item"]).index(item)

    def figure(self, name: str, item: str) -> pd.Series:
        rows = self.money.figures
        return rows[(rows["figure"] == name) & (rows["item"] == item)].iloc[0]


def _priced(folder: Path, changes: Mapping[str, tuple[str, str]]) -> Priced:
    with open_store(folder / "store.duckdb") as store:
        for name in CHANGES:
            text = (SAMPLES / name).read_text(encoding="utf-8-sig")
            old, new = changes.get(name, ("", ""))
            assert old in text
            path = folder / name.replace("/", "-")
            path.write_text(text.replace(old, new) if old else text, encoding="utf-8")
            store.load(path, marketplace="US", snapshot_date=date(2026, 11, 20))
        catalogue = store.view("catalogue", marketplace="US").sort_values("sku", ignore_index=True)
        evidence = store.view("fee_evidence")
    items = catalogue.assign(item=catalogue["marketplace"] + "/" + catalogue["sku"], landed_cost=5.0)
    items = items.assign(price=20.0, price_currency="USD", units_7_days=100.0)
    money, _ = unit_economics(items, MONDAY, 8, currency="USD", rates={"CAD": 0.73}, evidence=evidence)
    return Priced(items, money)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Priced:
    """All US items of the sample reports, priced."""
    return _priced(tmp_path_factory.mktemp("before"), {})


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Priced:
    """The same with one amount changed in each report."""
    return _priced(tmp_path_factory.mktemp("after"), CHANGES)


def test_fee_preview_sets_the_margin(before: Priced, after: Priced) -> None:
    less = (before.money.margin - after.money.margin)[:, 0]
    # Report and plan lie in the same season: a dollar is a dollar.
    assert less[before.at(MUG)] == pytest.approx(1.0)
    assert less.sum() == pytest.approx(1.0), "no other item"


def test_storage_fees_set_storage(before: Priced, after: Priced) -> None:
    ratio = after.figure("storage", MUG)["amount"] / before.figure("storage", MUG)["amount"]
    assert ratio == pytest.approx((7.44 + 1.488) / (5.952 + 1.488))
    assert after.figure("storage", TOWEL)["amount"] == before.figure("storage", TOWEL)["amount"]


def test_a_reported_utilisation_surcharge_is_charged_where_no_table_knows_it(before: Priced, after: Priced) -> None:
    told = after.figure("storage utilisation surcharge", MUG)
    assert told["amount"] == pytest.approx(0.44 * 5.1 * 4.2 * 4.0 / 1728, rel=1e-3)
    assert (told["table"], told["confidence"]) == ("Monthly storage fees", "seller")
    assert before.figure("storage utilisation surcharge", MUG)["amount"] == 0


def test_aged_surcharge_reports_set_the_tiers_they_name_and_carry_the_others(before: Priced, after: Priced) -> None:
    towel, mug = before.at(TOWEL), before.at(MUG)
    month = before.money.aged_surcharge[towel] * 365.25 / 12 / 7
    band = {int(age): place for place, age in enumerate(before.money.aged_from_days)}
    assert month[band[271]] == pytest.approx(16.07 / 60)
    assert month[band[366]] == pytest.approx(10.27 / 30), "365+ is the tier of 366 days"
    assert month[band[301]] == pytest.approx(0.0496 * 6.90), "no units named: its volume and rate"
    ratio = after.money.aged_surcharge[towel] / before.money.aged_surcharge[towel]
    assert ratio[band[271]] == pytest.approx(2.0)
    assert ratio[band[366]] == pytest.approx(1.0)
    assert 1.0 < ratio[band[331]] < 2.0, "not named: carried by those that are"
    assert (after.money.aged_surcharge[mug] == before.money.aged_surcharge[mug]).all()


def test_placement_fees_set_what_a_unit_sent_to_fba_pays(before: Priced, after: Priced) -> None:
    assert before.figure("inbound placement fee", MUG)["amount"] == pytest.approx(0.27)
    assert after.figure("inbound placement fee", MUG)["amount"] == pytest.approx(0.54)


def test_storage_overage_is_paid_for_a_month_by_the_storage_type(before: Priced, after: Priced) -> None:
    more = after.money.fba_storage - before.money.fba_storage
    standard = (before.items["storage_type"].fillna("standard") == "standard").to_numpy()
    cubic_feet = before.money.volume_m3 / 0.3048**3
    towel = before.at(TOWEL)
    assert standard[towel]
    assert more[towel, 0] == pytest.approx(cubic_feet[towel] * 125 / 512.5 * 7 * 12 / 365.25)
    assert (more[~standard] == 0).all()
    assert (more[towel, 5:] == 0).all(), "what is beyond 30 days the next report will say"


def test_an_exemption_from_the_low_inventory_fee_is_believed(before: Priced, after: Priced) -> None:
    mug = before.at(MUG)
    assert (before.money.low_inventory_fee[mug] > 0).all()
    assert (after.money.low_inventory_fee[mug] == 0).all()
    assert after.figure("low-inventory fee below 14 days", MUG)["table"] == "FBA Inventory"
