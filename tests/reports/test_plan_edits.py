"""Reading a corrected plan workbook: whatever a planner's program does to it, edits are taken or refused by cell."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from policies.plan import Projection
from reports.bundle import PlanReport
from reports.errors import WorkbookRefused
from reports.pdf import convert
from reports.plan.edits import PlanEdits, read_plan_workbook
from reports.plan.identity import PlanIdentity, identity_of
from reports.plan.workbook import plan_workbook
from reports.table import FIRST_ROW, HEADER_ROW


@pytest.fixture(scope="module")
def report(make_report: Callable[..., PlanReport]) -> PlanReport:
    return make_report(20, 1)


@pytest.fixture(scope="module")
def content(report: PlanReport) -> bytes:
    return plan_workbook(report)


@pytest.fixture(scope="module")
def identity(report: PlanReport) -> PlanIdentity:
    return identity_of(report)


class Editor:
    """A workbook in a planner's hands."""

    def __init__(self, content: bytes) -> None:
        self.book = load_workbook(BytesIO(content))

    def cell(self, sheet: str, row: int, head: str) -> Any:
        table = self.book[sheet]
        column = next(cell.column for cell in table[HEADER_ROW] if cell.value == head)
        return table.cell(FIRST_ROW + row, column)

    def write(self, sheet: str, row: int, **edits: Any) -> "Editor":
        heads = {"order": "Your order units", "ship": "Your shipment units", "hold": "Hold", "until": "Until",
                 "factor": "Demand multiplier", "start": "From", "note": "Your note"}  # fmt: skip
        for name, value in edits.items():
            self.cell(sheet, row, heads[name]).value = value
        return self

    def item(self, sheet: str, row: int) -> str:
        return f"{self.cell(sheet, row, 'Marketplace').value}/{self.cell(sheet, row, 'SKU').value}"

    def saved(self) -> bytes:
        out = BytesIO()
        self.book.save(out)
        return out.getvalue()

    def read(self, identity: PlanIdentity) -> PlanEdits:
        return read_plan_workbook(self.saved(), identity)


@pytest.fixture
def editor(content: bytes) -> Editor:
    return Editor(content)


def only(edits: PlanEdits) -> dict[str, Any]:
    assert edits.refused.empty, edits.refused.to_string()
    (row,) = edits.overrides.to_dict("records")
    return row


def reason(edits: PlanEdits) -> str:
    assert edits.overrides.empty
    return " | ".join(f"{row.sheet} {row.cell}: {row.reason}" for row in edits.refused.itertuples())


def test_an_untouched_workbook_is_the_plan(content: bytes, identity: PlanIdentity) -> None:
    edits = read_plan_workbook(content, identity)
    assert (len(edits.overrides), len(edits.refused), edits.stale, edits.notes) == (0, 0, False, ())
    assert (edits.lines["planned"] == edits.lines["quantity"]).all()
    assert edits.lines["planned"].sum() == identity.buy["quantity"].sum() + identity.ship["quantity"].sum()


def test_a_quantity_is_an_override_of_its_line(editor: Editor, identity: PlanIdentity) -> None:
    item = editor.item("Buy now", 0)
    edit = only(editor.write("Buy now", 0, order=120, note="container is full").read(identity))
    assert (edit["kind"], edit["decision"], edit["item"], edit["value"]) == ("quantity", "buy", item, 120)
    assert (edit["source"], edit["reason"], edit["sheet"], edit["cell"]) == (
        editor.cell("Buy now", 0, "Supplier").value, "container is full", "Buy now", "H5",
    )  # fmt: skip


def test_hold_multiplier_and_dates_come_with_the_note(editor: Editor, identity: PlanIdentity) -> None:
    editor.write("All SKUs", 3, factor=1.5, start=date(2026, 9, 1), until=datetime(2026, 9, 30), note="TV")
    edit = only(editor.read(identity))
    assert (edit["kind"], edit["decision"], edit["value"], edit["reason"]) == ("multiplier", "", 1.5, "TV")
    assert (edit["start_date"], edit["end_date"]) == (date(2026, 9, 1), date(2026, 9, 30))


def test_a_hold_takes_the_line_out_of_the_plan_and_wins_over_a_quantity(editor: Editor, identity: PlanIdentity) -> None:
    edits = editor.write("Ship now", 0, hold="yes", ship=500).read(identity)
    assert sorted(edits.overrides["kind"]) == ["hold", "quantity"]
    line = edits.lines[(edits.lines["decision"] == "ship") & (edits.lines["item"] == editor.item("Ship now", 0))]
    assert list(line["quantity"]) == [0.0]


def test_a_hold_on_the_item_stops_both_shipping_and_buying(editor: Editor, identity: PlanIdentity) -> None:
    both = set(identity.ship["item"]) & set(identity.buy["item"])
    row = next(i for i in range(20) if editor.item("All SKUs", i) in both)
    edits = editor.write("All SKUs", row, hold="x").read(identity)
    mine = edits.lines[edits.lines["item"] == editor.item("All SKUs", row)]
    assert set(mine["decision"]) == {"ship", "buy"}
    assert set(mine["quantity"]) == {0.0}


def test_a_note_alone_is_kept(editor: Editor, identity: PlanIdentity) -> None:
    edit = only(editor.write("All SKUs", 2, note="=ask Li Na").read(identity))
    assert (edit["kind"], edit["reason"]) == ("note", "=ask Li Na")


@pytest.mark.parametrize(
    ("typed", "units"),
    [
        ("120", 120),
        (" 1,200 ", 1200),
        ("1.200", 1200),
        ("1 200", 1200),
        ("１２０", 120),
        (120.0, 120),
        ("0", 0),
        (0, 0),
    ],
)
def test_numbers_typed_as_text_are_understood(editor: Editor, identity: PlanIdentity, typed: Any, units: int) -> None:
    assert only(editor.write("Buy now", 1, order=typed).read(identity))["value"] == units


@pytest.mark.parametrize("typed", ["many", -5, "12.5", 12.5, "1,2,3", 1e12, True, "=1+1", "#REF!"])
def test_a_quantity_that_is_none_is_refused_by_cell(editor: Editor, identity: PlanIdentity, typed: Any) -> None:
    assert "Buy now H6: a whole number from 0" in reason(editor.write("Buy now", 1, order=typed).read(identity))


@pytest.mark.parametrize(("typed", "factor"), [("1,2", 1.2), ("120%", 1.2), (0, 0), ("0.5", 0.5)])
def test_factors_may_use_percent_or_comma(editor: Editor, identity: PlanIdentity, typed: Any, factor: float) -> None:
    assert only(editor.write("All SKUs", 0, factor=typed).read(identity))["value"] == pytest.approx(factor)


@pytest.mark.parametrize("typed", ["lots", -1, 101, "1.2.3"])
def test_a_factor_out_of_range_is_refused(editor: Editor, identity: PlanIdentity, typed: Any) -> None:
    assert "a factor from 0 to 100" in reason(editor.write("All SKUs", 0, factor=typed).read(identity))


@pytest.mark.parametrize("typed", ["2026-09-01", "2026/9/1", "1.9.2026", "1 Sep 2026", "2026年9月1日", 46266])
def test_dates_that_can_be_read_one_way_are_taken(editor: Editor, identity: PlanIdentity, typed: Any) -> None:
    editor.write("All SKUs", 0, hold="yes", until=typed)
    editor.cell("All SKUs", 0, "Until").number_format = "General"
    assert only(editor.read(identity))["end_date"] == date(2026, 9, 1)


@pytest.mark.parametrize("typed", ["03/04/2026", "soon", 12, "1900-01-01", "2199-01-01"])
def test_dates_that_cannot_are_refused(editor: Editor, identity: PlanIdentity, typed: Any) -> None:
    editor.write("All SKUs", 0, until=typed)
    editor.cell("All SKUs", 0, "Until").number_format = "General"
    assert "a date such as 2026-09-01" in reason(editor.read(identity))


def test_dates_need_a_hold_or_a_factor_and_the_right_order(editor: Editor, identity: PlanIdentity) -> None:
    editor.write("All SKUs", 0, start=date(2026, 9, 1))
    editor.write("All SKUs", 1, hold="yes", start=date(2026, 9, 2), until=date(2026, 9, 1))
    said = reason(editor.read(identity))
    assert "a date needs a hold or a demand multiplier" in said
    assert "it lies before the start date" in said


def test_a_hold_that_is_neither_yes_nor_no_is_refused(editor: Editor, identity: PlanIdentity) -> None:
    assert "write yes to hold" in reason(editor.write("Buy now", 0, hold="maybe").read(identity))


def test_the_same_edit_on_two_sheets_counts_once(editor: Editor, identity: PlanIdentity) -> None:
    row = next(i for i in range(20) if editor.item("All SKUs", i) == editor.item("Buy now", 0))
    editor.write("All SKUs", row, factor=1.3).write("Buy now", 0, factor="1,3", note="agreed")
    assert only(editor.read(identity))["reason"] == "agreed"


def test_edits_that_contradict_each_other_are_both_refused(editor: Editor, identity: PlanIdentity) -> None:
    row = next(i for i in range(20) if editor.item("All SKUs", i) == editor.item("Buy now", 0))
    edits = editor.write("All SKUs", row, factor=1.3).write("Buy now", 0, factor=2).read(identity)
    assert set(edits.refused["sheet"]) == {"All SKUs", "Buy now"}
    assert "contradicts" in reason(edits)


def test_moved_columns_and_a_changed_sheet_name_are_found_by_heading(editor: Editor, identity: PlanIdentity) -> None:
    editor.write("Buy now", 0, order=96)
    item = editor.item("Buy now", 0)
    sheet = editor.book["Buy now"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER_ROW)]
    order = list(range(len(rows[0])))[::-1]
    moved = editor.book.create_sheet("My edits", 0)
    moved.append(["an extra line on top"])
    for row in rows:
        moved.append([row[i] if not str(row[i]).startswith("=IF") else None for i in order])
    del editor.book["Buy now"]
    edit = only(editor.read(identity))
    assert (edit["item"], edit["value"], edit["sheet"]) == (item, 96, "My edits")


def test_sorted_filtered_and_hidden_rows_are_read_alike(editor: Editor, identity: PlanIdentity) -> None:
    sheet = editor.book["All SKUs"]
    editor.write("All SKUs", 0, factor=1.1).write("All SKUs", 5, hold="yes")
    wanted = {editor.item("All SKUs", 0): "multiplier", editor.item("All SKUs", 5): "hold"}
    rows = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows(min_row=FIRST_ROW)]
    rows.sort(key=lambda row: str(row[1][0]), reverse=True)
    for number, row in enumerate(rows, FIRST_ROW):
        for column, (value, kind) in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = value
            cell.data_type = kind if value is not None else "n"
        sheet.row_dimensions[number].hidden = number % 2 == 0
    edits = editor.read(identity)
    assert dict(zip(edits.overrides["item"], edits.overrides["kind"], strict=True)) == wanted


def test_an_added_row_orders_a_sku_the_plan_does_not_buy(editor: Editor, identity: PlanIdentity) -> None:
    item = next(name for name in identity.items if name not in set(identity.buy["item"]))
    place, _, sku = item.partition("/")
    last = editor.book["Buy now"].max_row - FIRST_ROW + 3  # two empty rows between
    editor.cell("Buy now", last, "Marketplace").value = place
    editor.cell("Buy now", last, "SKU").value = sku
    editor.cell("Buy now", last, "SKU").data_type = "s"
    edits = editor.write("Buy now", last, order=48).read(identity)
    assert (only(edits)["item"], only(edits)["value"]) == (item, 48)
    new = edits.lines[(edits.lines["item"] == item) & (edits.lines["decision"] == "buy")]
    assert list(zip(new["planned"], new["quantity"], strict=True)) == [(0.0, 48.0)]


def test_a_sku_the_plan_does_not_know_is_refused_by_cell(editor: Editor, identity: PlanIdentity) -> None:
    last = editor.book["Buy now"].max_row - FIRST_ROW + 1
    editor.cell("Buy now", last, "Marketplace").value = "US"
    editor.cell("Buy now", last, "SKU").value = "TYPO-1"
    said = reason(editor.write("Buy now", last, order=48).read(identity))
    assert said == f"Buy now B{FIRST_ROW + last}: US SKU TYPO-1 is not in the plan"


def test_a_row_without_its_marketplace_is_taken_when_the_sku_is_unique(editor: Editor, identity: PlanIdentity) -> None:
    item = editor.item("All SKUs", 0)
    editor.cell("All SKUs", 0, "Marketplace").value = None
    assert only(editor.write("All SKUs", 0, hold="yes").read(identity))["item"] == item


def test_a_sku_that_became_a_number_keeps_its_leading_zeros(editor: Editor, identity: PlanIdentity) -> None:
    row = next(i for i in range(20) if editor.item("All SKUs", i) == "US/000123")
    editor.cell("All SKUs", row, "SKU").value = 123
    assert only(editor.write("All SKUs", row, hold="yes").read(identity))["item"] == "US/000123"


def test_a_deleted_sheet_or_row_leaves_the_plan_as_it_is_and_says_so(editor: Editor, identity: PlanIdentity) -> None:
    del editor.book["Ship now"]
    editor.book["Buy now"].delete_rows(FIRST_ROW, 2)
    edits = editor.read(identity)
    assert (edits.lines["planned"] == edits.lines["quantity"]).all()
    assert any("Ship now is missing" in note for note in edits.notes)
    assert any("2 line(s)" in note and "Buy now" in note for note in edits.notes)


def test_a_heading_that_stands_twice_is_refused(editor: Editor, identity: PlanIdentity) -> None:
    sheet = editor.book["All SKUs"]
    sheet.cell(HEADER_ROW, sheet.max_column + 1).value = "Hold"
    assert "two columns have this heading" in reason(editor.write("All SKUs", 0, hold="yes").read(identity))


def test_another_plans_workbook_is_stale(content: bytes, report: PlanReport, identity: PlanIdentity) -> None:
    later = replace(report, meta=replace(report.meta, plan_id="2026-08-10-1"))
    edits = read_plan_workbook(content, identity_of(later))
    assert edits.stale
    assert edits.notes[0] == "The workbook belongs to plan 2026-08-03-1; the plan at hand is 2026-08-10-1."


def test_a_plan_that_was_run_again_makes_its_old_workbook_stale(content: bytes, report: PlanReport) -> None:
    more = report.decision.purchases.copy()
    more.loc[0, "quantity"] += 12
    edits = read_plan_workbook(content, identity_of(replace(report, decision=replace(report.decision, purchases=more))))
    assert edits.stale
    assert "run again" in edits.notes[0]


def test_a_workbook_that_lost_its_name_is_stale(editor: Editor, identity: PlanIdentity) -> None:
    del editor.book["_plan"]
    for name in list(editor.book.custom_doc_props.names):
        del editor.book.custom_doc_props[name]
    assert editor.read(identity).stale


@pytest.mark.parametrize("lost", ["sheet", "properties"])
def test_hidden_sheet_or_properties_are_enough(editor: Editor, identity: PlanIdentity, lost: str) -> None:
    if lost == "sheet":
        del editor.book["_plan"]
    else:
        for name in list(editor.book.custom_doc_props.names):
            del editor.book.custom_doc_props[name]
    assert not editor.read(identity).stale


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "cannot be read"),
        (b"PK\x03\x04 half", "cannot be read"),
        (b"sku,units\n1,2\n", "cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted", "password"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_in_words(data: bytes, text: str, identity: PlanIdentity) -> None:
    with pytest.raises(WorkbookRefused, match=text):
        read_plan_workbook(data, identity)


def test_another_workbook_is_refused_with_what_is_needed(identity: PlanIdentity) -> None:
    out = BytesIO()
    Workbook().save(out)
    with pytest.raises(WorkbookRefused, match="no sheet with the columns SKU"):
        read_plan_workbook(out.getvalue(), identity)


def test_edits_saved_by_libreoffice_are_the_same(
    editor: Editor, identity: PlanIdentity, recalculate: Callable[[bytes], Workbook]
) -> None:
    editor.write("Buy now", 0, order="=100+20").write("All SKUs", 1, factor=1.2, until=date(2026, 9, 30))
    edits = read_plan_workbook(convert(editor.saved(), "xlsx"), identity)
    assert not edits.stale
    assert edits.refused.empty
    found = {row.kind: (row.value, row.end_date) for row in edits.overrides.itertuples()}
    assert found == {"quantity": (120.0, None), "multiplier": (1.2, date(2026, 9, 30))}


def test_a_formula_nobody_worked_out_is_refused_not_lost(editor: Editor, identity: PlanIdentity) -> None:
    assert "a whole number" in reason(editor.write("Buy now", 0, order="=100+20").read(identity))


def test_a_chinese_workbook_is_read_by_its_headings(make_report: Callable[..., PlanReport]) -> None:
    report = make_report(12, 2, "zh")
    book = load_workbook(BytesIO(plan_workbook(report)))
    sheet = book["立即采购"]
    heads = {cell.value: cell.column for cell in sheet[HEADER_ROW]}
    sheet.cell(FIRST_ROW, heads["您的采购数量"]).value = "１,２００"
    sheet.cell(FIRST_ROW, heads["暂停"]).value = "否"
    out = BytesIO()
    book.save(out)
    edits = read_plan_workbook(out.getvalue(), identity_of(report))
    assert (only(edits)["kind"], only(edits)["value"]) == ("quantity", 1200)


SKUS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp")), min_size=1, max_size=20)


@st.composite
def plans(draw: st.DrawFn, report: PlanReport) -> PlanReport:
    """A plan with other items, quantities and keys than the example's."""
    skus = draw(st.lists(SKUS, min_size=1, max_size=6, unique_by=lambda text: " ".join(text.split()).casefold()))
    items = np.array([f"{draw(st.sampled_from(['US', 'DE', 'UK']))}/{sku}" for sku in skus], dtype=object)
    chosen = draw(st.lists(st.sampled_from(list(items)), max_size=8))
    base = report.decision
    amounts = [draw(st.integers(0, 5_000_000)) for _ in chosen]
    bought = base.purchases.iloc[[0] * len(chosen)].reset_index(drop=True)
    modes = [draw(st.sampled_from(["sea", "air", "fast_sea"])) for _ in chosen]
    prices = [draw(st.floats(0, 1e5, allow_nan=False)) for _ in chosen]
    bought = bought.assign(item=chosen, quantity=amounts, mode=modes, landed_cost=np.multiply(amounts, prices))
    shipped = base.shipments.iloc[[0] * len(chosen)].reset_index(drop=True).assign(item=chosen, quantity=amounts)
    count = len(items)
    frame = base.items.iloc[[0] * count].reset_index(drop=True).assign(item=items)
    band = np.ones((count, len(report.weeks)))
    decision = replace(base, purchases=bought.drop_duplicates(["item", "mode"]), items=frame,
                       shipments=shipped.drop_duplicates("item"), projection=Projection(*[band] * 6))  # fmt: skip
    empty = report.urgent.iloc[:0]
    return replace(report, decision=decision, items=items, catalogue=report.catalogue.iloc[:0], urgent=empty,
                   forecast_mean=band, forecast_low=band, forecast_high=band, changes=report.changes.iloc[:0],
                   meta=replace(report.meta, language=draw(st.sampled_from(["en", "zh"]))))  # fmt: skip


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_writing_and_reading_gives_the_same_plan_for_any_plan(data: st.DataObject, report: PlanReport) -> None:
    plan = data.draw(plans(report))
    identity = identity_of(plan)
    edits = read_plan_workbook(plan_workbook(plan), identity)
    assert (len(edits.overrides), len(edits.refused), edits.stale, edits.notes) == (0, 0, False, ())
    bought = identity.buy.rename(columns={"supplier": "source"})
    wanted = pd.concat([identity.ship.assign(decision="ship"), bought.assign(decision="buy")])
    keys = ["decision", "item", "source", "mode", "destination"]
    expected = wanted.set_index(keys)["quantity"].sort_index()
    pd.testing.assert_series_equal(edits.lines.set_index(keys)["quantity"].sort_index(), expected, check_dtype=False)
