"""The purchase order workbook: typed lines, live sums, both languages, paper, pictures, confirm columns."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from PIL import Image

from reports.bundle import PlanReport
from reports.errors import DocumentDiffers, DocumentError
from reports.orders.letter import order_letter
from reports.orders.lines import order_lines, orders_of
from reports.orders.marks import find_marks
from reports.orders.pictures import picture_path
from reports.orders.settings import OrderSettings
from reports.orders.template import HEADER_ROW, LINE_ROW, build_template
from reports.orders.verify import verify_order
from reports.orders.workbook import purchase_order
from reports.pdf import to_pdf

NUMBER = "PO-2026-0017"
SETTINGS = OrderSettings(
    date(2026, 8, 3), "en", buyer_name="Maple & Fox Ltd.", buyer_address="Newark", carton_marks="{number}\n1-{cartons}"
)
Pair = tuple[str, str]


@pytest.fixture(scope="module")
def pair(report: PlanReport) -> Pair:
    return orders_of(report)[1]  # Shenzhen to New Jersey: hostile SKUs, two transport modes


@pytest.fixture(scope="module")
def lines(report: PlanReport, pair: Pair) -> pd.DataFrame:
    return order_lines(report, *pair)


@pytest.fixture(scope="module")
def content(report: PlanReport, pair: Pair) -> bytes:
    return purchase_order(report, *pair, NUMBER, SETTINGS)


@pytest.fixture(scope="module")
def sheet(content: bytes) -> Any:
    return load_workbook(BytesIO(content))["Order"]


def opened(report: PlanReport, pair: Pair, settings: OrderSettings) -> Any:
    return load_workbook(BytesIO(purchase_order(report, *pair, NUMBER, settings)))["Order"]


def column(sheet: Any, head: str) -> int:
    return next(cell.column for cell in sheet[HEADER_ROW] if str(cell.value).split("\n")[0].startswith(head))


def values(sheet: Any, head: str, count: int) -> list[Any]:
    return [sheet.cell(LINE_ROW + i, column(sheet, head)).value for i in range(count)]


def texts(sheet: Any) -> str:
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_every_purchase_of_the_plan_is_on_exactly_one_order(report: PlanReport) -> None:
    parts = [order_lines(report, *pair) for pair in orders_of(report)]
    bought = report.decision.purchases
    assert sum(len(part) for part in parts) == len(bought)
    assert sum(part["quantity"].sum() for part in parts) == bought["quantity"].sum()


def test_lines_are_typed_and_numbered(sheet: Any, lines: pd.DataFrame) -> None:
    count = len(lines)
    assert values(sheet, "No.", count) == list(range(1, count + 1))
    assert values(sheet, "Quantity", count) == list(lines["quantity"])
    assert values(sheet, "Unit price", count) == pytest.approx(list(lines["price"]))
    assert values(sheet, "Your item no.", count) == list(lines["supplier_item_number"])
    assert {sheet.cell(LINE_ROW, column(sheet, head)).data_type for head in ("Quantity", "Units per carton")} == {"n"}
    assert sheet.cell(LINE_ROW, column(sheet, "SKU")).data_type == "s"  # begins with =


def test_head_and_foot_say_who_where_when_and_how(sheet: Any) -> None:
    said = texts(sheet)
    for text in ("Maple & Fox Ltd.", "Order no. PO-2026-0017", "Date 3 Aug 2026", "Shenzhen Bright Home", "李娜",
                 "New Jersey 3PL", "200 Dock Street", "FOB Shenzhen", "30% deposit", "USD"):  # fmt: skip
        assert text in said
    assert "2026-08-03-1" in said  # the plan
    assert date(2026, 9, 2) in _dates(sheet)
    assert "PO-2026-0017\n1-65" in said


def _dates(sheet: Any) -> set[date]:
    return {cell.value.date() for row in sheet.iter_rows() for cell in row if isinstance(cell.value, datetime)}


def test_deposit_and_balance_have_their_dates(report: PlanReport, pair: Pair) -> None:
    settings = replace(SETTINGS, deposit_on=date(2026, 8, 10), balance_on=date(2026, 9, 1), ship_by=date(2026, 9, 9))
    assert _dates(opened(report, pair, settings)) == {date(2026, 8, 10), date(2026, 9, 1), date(2026, 9, 9)}


def test_libreoffice_comes_to_the_plans_amounts(
    content: bytes, lines: pd.DataFrame, recalculate: Callable[[bytes], Workbook]
) -> None:
    found = recalculate(content)["Order"]
    total = LINE_ROW + len(lines)
    assert found.cell(total, column(found, "Quantity")).value == lines["quantity"].sum()
    assert found.cell(total, column(found, "Cartons")).value == lines["cartons"].sum()
    assert found.cell(total, column(found, "Amount")).value == pytest.approx(lines["amount"].sum(), abs=0.01)
    assert found.cell(total, column(found, "Volume")).value == pytest.approx(lines["volume"].sum(), abs=0.001)
    assert found.cell(total, column(found, "Gross weight")).value == pytest.approx(lines["weight"].sum(), abs=0.1)
    deposit = next(row for row in found.iter_rows(min_row=total) if any(cell.value == "Deposit" for cell in row))
    money = [cell.value for cell in deposit if isinstance(cell.value, float) and cell.value > 1]
    assert money == pytest.approx([round(lines["amount"].sum() * 0.3, 2)])
    assert not [cell for row in found.iter_rows() for cell in row if cell.data_type == "e"]


def test_a_changed_quantity_changes_the_sums(
    content: bytes, lines: pd.DataFrame, recalculate: Callable[[bytes], Workbook]
) -> None:
    book = load_workbook(BytesIO(content))
    order = book["Order"]
    order.cell(LINE_ROW, column(order, "Quantity")).value = 1000
    out = BytesIO()
    book.save(out)
    found = recalculate(out.getvalue())["Order"]
    wanted = lines["amount"].sum() + (1000 - lines["quantity"].iloc[0]) * lines["price"].iloc[0]
    assert found.cell(LINE_ROW + len(lines), column(found, "Amount")).value == pytest.approx(wanted, abs=0.02)


def test_headings_are_chinese_or_both_as_wanted(report: PlanReport, pair: Pair) -> None:
    chinese = opened(report, pair, replace(SETTINGS, language="zh"))
    both = opened(report, pair, replace(SETTINGS, language="both"))
    assert "数量" in [cell.value for cell in chinese[HEADER_ROW]]
    assert "Quantity\n数量" in [cell.value for cell in both[HEADER_ROW]]
    assert "Purchase order 采购订单" in texts(both)
    assert "海运" in values(chinese, "运输方式", 5)
    assert both["A1"].value == "Maple & Fox Ltd."


def test_an_unknown_language_is_refused(report: PlanReport, pair: Pair) -> None:
    with pytest.raises(ValueError, match="none of en, zh, both"):
        purchase_order(report, *pair, NUMBER, replace(SETTINGS, language="fr"))


def test_the_supplier_can_write_into_the_confirm_columns_only(sheet: Any, lines: pd.DataFrame) -> None:
    assert sheet.protection.sheet
    open_cells = [cell.coordinate for row in sheet.iter_rows(min_row=LINE_ROW, max_row=LINE_ROW) for cell in row
                  if not cell.protection.locked]  # fmt: skip
    assert open_cells == ["S12", "T12", "U12", "V12"]
    checks = {str(check.sqref): (check.type, check.formula1) for check in sheet.data_validations.dataValidation}
    last = LINE_ROW + len(lines) - 1
    assert checks == {
        f"S12:S{last}": ("whole", "0"),
        f"T12:T{last}": ("decimal", "0"),
        f"U12:U{last}": ("date", "46237"),
    }


def test_columns_nobody_needs_are_hidden(report: PlanReport, sheet: Any) -> None:
    hidden = {letter for letter, part in sheet.column_dimensions.items() if part.hidden}
    assert hidden == {"B", "L"}  # no pictures, no price breaks; two modes, so transport is shown
    one_mode = next(pair for pair in orders_of(report) if order_lines(report, *pair)["mode"].nunique() == 1)
    dimensions = opened(report, one_mode, SETTINGS).column_dimensions
    assert {letter for letter, part in dimensions.items() if part.hidden} == {"B", "G", "L"}


def test_price_breaks_stand_beside_the_price(report: PlanReport, pair: Pair, lines: pd.DataFrame) -> None:
    first = lines.iloc[0]
    key = {"supplier": pair[0], "marketplace": first["marketplace"], "sku": first["sku"], "currency": "USD"}
    breaks = pd.DataFrame([key | {"minimum_quantity": 1000, "unit_cost": 2.855},
                           key | {"minimum_quantity": 500, "unit_cost": 3.1}])  # fmt: skip
    order = opened(report, pair, replace(SETTINGS, price_breaks=breaks))
    assert values(order, "Price breaks", 2) == ["500+ 3.10\n1,000+ 2.8550", None]


@pytest.mark.parametrize(("paper", "code"), [("A4", 9), ("Letter", 1)])
def test_it_prints_one_page_wide_with_the_header_on_each_page(
    report: PlanReport, pair: Pair, paper: str, code: int
) -> None:
    order = opened(report, pair, replace(SETTINGS, paper=paper))
    assert (order.page_setup.paperSize, order.page_setup.orientation) == (code, "landscape")
    assert (order.page_setup.fitToWidth, order.page_setup.fitToHeight) == (1, 0)
    assert order.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
    assert "PO-2026-0017" in order.oddHeader.right.text
    assert "&&" in order.oddHeader.left.text  # the ampersand of the name, not a code


def test_pages_break_between_lines_and_keep_the_foot_with_a_line(make_report: Callable[..., PlanReport]) -> None:
    report = make_report(900, 3)
    pair = max(orders_of(report), key=lambda pair: len(order_lines(report, *pair)))
    order = opened(report, pair, SETTINGS)
    last = LINE_ROW + len(order_lines(report, *pair)) - 1
    breaks = [part.id for part in order.row_breaks.brk]
    assert len(breaks) >= 2
    assert all(LINE_ROW <= row < last for row in breaks)  # after a line, never between the last line and the foot
    heights = {row: order.row_dimensions[row].height or 15 for row in range(1, order.max_row + 1)}
    parts = [
        sum(heights[row] for row in range(a + 1, b + 1))
        for a, b in zip([0, *breaks], [*breaks, order.max_row], strict=True)
    ]
    assert max(parts) < 1.05 * 595 / 0.55  # no page holds more than a landscape A4 page can, at the scale it gets


def test_a_picture_of_the_workspace_is_shown_and_no_other(report: PlanReport, pair: Pair, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    (workspace / "pictures").mkdir(parents=True)
    Image.new("RGB", (800, 600), "green").save(workspace / "pictures" / "box.png")
    Image.new("RGB", (10, 10)).save(tmp_path / "outside.png")
    (workspace / "fake.png").write_text("no picture")
    names = ["pictures/box.png", "../outside.png", str(tmp_path / "outside.png"), "fake.png", "http://x/y.png"]
    mine = order_lines(report, *pair)["item"].tolist()
    catalogue = report.catalogue.assign(image=report.catalogue["item"].map(dict(zip(mine, names, strict=True))))
    order = opened(replace(report, catalogue=catalogue), pair, replace(SETTINGS, workspace=workspace))
    assert len(order._images) == 1
    assert order._images[0].anchor._from.row == LINE_ROW - 1
    assert order.row_dimensions[LINE_ROW].height >= 46
    assert len(order._images[0]._data()) < 20_000


@pytest.mark.parametrize("name", ["C:\\x.png", "\\\\server\\x.png", "/etc/passwd", "a\0b", "", None, 5, "file:///x"])
def test_names_that_lead_elsewhere_are_no_pictures(tmp_path: Path, name: object) -> None:
    assert picture_path(tmp_path, name) is None


def test_a_link_out_of_the_workspace_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    Image.new("RGB", (10, 10)).save(tmp_path / "secret.png")
    (tmp_path / "workspace" / "link.png").symlink_to(tmp_path / "secret.png")
    assert picture_path(tmp_path / "workspace", "link.png") is None


def test_an_order_the_plan_does_not_have_names_those_it_has(report: PlanReport) -> None:
    with pytest.raises(DocumentError, match=r"buys nothing from Nobody to FBA\. It has: Shenzhen"):
        purchase_order(report, "Nobody", "FBA", NUMBER, SETTINGS)


def test_mixed_currencies_are_refused(report: PlanReport, pair: Pair) -> None:
    bought = report.decision.purchases.copy()
    first = bought.index[(bought["supplier"] == pair[0]) & (bought["destination"] == pair[1])][0]
    bought.loc[first, "currency"] = "CNY"
    with pytest.raises(DocumentError, match="mixes the currencies CNY, USD"):
        purchase_order(replace(report, decision=replace(report.decision, purchases=bought)), *pair, NUMBER, SETTINGS)


def test_an_order_that_does_not_add_up_is_not_handed_out(report: PlanReport, pair: Pair, content: bytes) -> None:
    bought = report.decision.purchases.assign(amount=report.decision.purchases["amount"] + 1)
    with pytest.raises(DocumentDiffers, match="The order adds up to"):
        purchase_order(replace(report, decision=replace(report.decision, purchases=bought)), *pair, NUMBER, SETTINGS)
    marks = find_marks(build_template(), "ours")
    lines = order_lines(report, *pair)
    with pytest.raises(DocumentDiffers):
        verify_order(content, marks, lines.assign(quantity=lines["quantity"] + 1))


def test_a_supplier_the_templates_do_not_know_still_gets_an_order(report: PlanReport, pair: Pair) -> None:
    order = opened(replace(report, suppliers=report.suppliers.iloc[:0]), pair, SETTINGS)
    assert pair[0] in texts(order)


def test_a_letter_to_a_supplier_without_contact_greets_the_company(report: PlanReport, pair: Pair) -> None:
    nameless = replace(report, suppliers=report.suppliers.assign(contact=None, name=None))
    letter = order_letter(nameless, *pair, NUMBER, replace(SETTINGS, language="en"))
    assert f"Dear {pair[0]}," in " ".join(letter.split())


def test_the_letter_names_what_matters_in_both_languages(report: PlanReport, pair: Pair, lines: pd.DataFrame) -> None:
    letter = order_letter(report, *pair, NUMBER, replace(SETTINGS, language="both"))
    amount = f"{lines['amount'].sum():,.2f} USD"
    assert letter.count(NUMBER) == 4
    assert letter.count(amount) == 2
    assert "2 Sep 2026" in letter and "2026年9月2日" in letter
    assert "定金 30%" in letter
    assert letter.index("Dear") < letter.index("您好")


def test_a_letter_head_cannot_gain_lines_from_a_name(report: PlanReport, pair: Pair) -> None:
    letter = order_letter(report, *pair, "PO-1\nBcc: everyone@x.example", SETTINGS)
    assert "\nBcc:" not in letter


def test_a_pdf_is_made_by_libreoffice(content: bytes, recalculate: Callable[[bytes], Workbook]) -> None:
    assert to_pdf(content).startswith(b"%PDF-")


def test_without_libreoffice_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPLENISH_SOFFICE", "/nowhere/soffice")
    with pytest.raises(DocumentError, match="A PDF needs LibreOffice, which was not found"):
        to_pdf(b"anything")
