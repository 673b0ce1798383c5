"""The supplier's returned order: what was confirmed, what differs, what could not be read."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from reports.bundle import PlanReport
from reports.errors import WorkbookRefused
from reports.orders.lines import order_lines, orders_of
from reports.orders.reply import OrderReply, read_order_reply
from reports.orders.settings import OrderSettings
from reports.orders.template import LINE_ROW
from reports.orders.workbook import purchase_order
from reports.pdf import convert

SHIP_BY = date(2026, 9, 2)


@pytest.fixture(scope="module")
def lines(report: PlanReport) -> pd.DataFrame:
    return order_lines(report, *orders_of(report)[1])


@pytest.fixture(scope="module")
def content(report: PlanReport) -> bytes:
    return purchase_order(report, *orders_of(report)[1], "PO-7", OrderSettings(date(2026, 8, 3), "both"))


@pytest.fixture
def book(content: bytes) -> Any:
    return load_workbook(BytesIO(content))


def read(book: Any, lines: pd.DataFrame, number: str = "PO-7") -> OrderReply:
    out = BytesIO()
    book.save(out)
    return read_order_reply(out.getvalue(), number, lines, SHIP_BY)


def test_an_order_sent_back_untouched_is_confirmed_as_ordered(content: bytes, lines: pd.DataFrame) -> None:
    reply = read_order_reply(content, "PO-7", lines, SHIP_BY)
    assert (reply.number, reply.refused.empty, reply.notes) == ("PO-7", True, ())
    assert list(reply.lines["confirmed_quantity"]) == list(lines["quantity"])
    assert set(reply.lines["difference"]) == {""}


def test_what_the_supplier_changed_is_told_in_words(book: Any, lines: pd.DataFrame) -> None:
    sheet = book["Order"]
    sheet["S12"], sheet["T12"], sheet["V12"] = 10, "US$ 4,95", "=MOQ 10"
    sheet["V12"].data_type = "s"
    sheet["U13"], sheet["S14"] = datetime(2026, 9, 20), 0
    reply = read(book, lines)
    first, second, third = reply.lines.iloc[0], reply.lines.iloc[1], reply.lines.iloc[2]
    assert (first["confirmed_quantity"], first["confirmed_price"], first["remark"]) == (10, 4.95, "=MOQ 10")
    assert first["difference"] == f"quantity {lines['quantity'][0]} -> 10; price {lines['price'][0]:g} -> 4.95"
    assert (second["confirmed_on"], second["difference"]) == (date(2026, 9, 20), "ships 18 day(s) later, 2026-09-20")
    assert third["difference"] == "declined"
    assert first["cell"] == "Order S12"


def test_an_earlier_date_is_no_difference_to_complain_about(book: Any, lines: pd.DataFrame) -> None:
    book["Order"]["U12"] = date(2026, 8, 30)
    assert read(book, lines).lines["difference"][0] == ""


@pytest.mark.parametrize(("place", "typed"), [("S12", "soon"), ("S12", -3), ("T12", "cheap"), ("U12", "03/04/2026")])
def test_what_cannot_be_read_is_refused_by_cell_and_confirms_nothing(
    book: Any, lines: pd.DataFrame, place: str, typed: Any
) -> None:
    book["Order"][place] = typed
    reply = read(book, lines)
    assert list(reply.refused["cell"]) == [place]
    assert "unclear" in reply.lines["difference"][0]
    assert reply.lines[["confirmed_quantity", "confirmed_price", "confirmed_on"]].iloc[0].isna().sum() == 1


def test_moved_columns_and_sorted_rows_are_found_by_name(book: Any, lines: pd.DataFrame) -> None:
    sheet = book["Order"]
    sheet["S13"] = 77
    for row in sheet.iter_rows(min_row=LINE_ROW, max_row=LINE_ROW + 1):
        assert len(row) == 22
    cells = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=LINE_ROW, max_row=LINE_ROW + 4)]
    for i, values in enumerate(reversed(cells)):
        for j, value in enumerate(values, 1):
            cell = sheet.cell(LINE_ROW + i, j)
            cell.value = value
            if isinstance(value, str) and not value.startswith(("=ROUND", "=J", "=ROUNDUP")):
                cell.data_type = "s"
    reply = read(book, lines)
    assert reply.lines.set_index("number").loc[2, "confirmed_quantity"] == 77


def test_without_our_names_the_headings_are_enough(book: Any, lines: pd.DataFrame) -> None:
    for name in list(book.defined_names):
        del book.defined_names[name]
    del book["_order"]
    book["Order"]["S12"] = 5
    reply = read(book, lines)
    assert reply.lines["confirmed_quantity"][0] == 5
    assert "does not say which order" in reply.notes[0]


def test_a_sku_ordered_twice_is_told_apart_by_its_line(report: PlanReport) -> None:
    pair = orders_of(report)[1]
    bought = report.decision.purchases
    mine = bought[(bought["supplier"] == pair[0]) & (bought["destination"] == pair[1])].iloc[[0, 0]]
    from dataclasses import replace

    twice = replace(report, decision=replace(report.decision, purchases=mine.assign(mode=["air", "sea"])))
    lines = order_lines(twice, *pair)
    book = load_workbook(BytesIO(purchase_order(twice, *pair, "PO-7", OrderSettings(date(2026, 8, 3), "en"))))
    book["Order"]["S13"] = 3
    assert list(read(book, lines).lines["confirmed_quantity"]) == [lines["quantity"][0], 3]


def test_a_removed_line_is_not_confirmed(book: Any, lines: pd.DataFrame) -> None:
    book["Order"]["D12"] = None
    reply = read(book, lines)
    assert reply.lines["confirmed_quantity"].isna()[0]
    assert reply.lines["difference"][0] == "not in the workbook"
    assert "Line(s) 1 are no longer" in reply.notes[0]


def test_an_added_article_is_refused(book: Any, lines: pd.DataFrame) -> None:
    row = LINE_ROW + len(lines) + 1  # below the totals
    book["Order"].cell(row, 4).value = "NEW-1"
    book["Order"].cell(row, 19).value = 100
    reply = read(book, lines)
    assert list(reply.refused["reason"]) == ["SKU NEW-1 is not a line of this order"]


def test_another_orders_workbook_is_refused(content: bytes, lines: pd.DataFrame) -> None:
    with pytest.raises(WorkbookRefused, match="is order PO-7, not PO-8"):
        read_order_reply(content, "PO-8", lines, SHIP_BY)


def test_a_workbook_without_our_columns_is_refused(lines: pd.DataFrame) -> None:
    with pytest.raises(WorkbookRefused, match="no columns SKU and Confirmed quantity"):
        read(Workbook(), lines)


def test_an_answer_saved_by_libreoffice_is_read_the_same(book: Any, lines: pd.DataFrame, recalculate: Any) -> None:
    book["Order"]["S12"], book["Order"]["S13"] = 12, "=6*7"
    out = BytesIO()
    book.save(out)
    reply = read_order_reply(convert(out.getvalue(), "xlsx"), "PO-7", lines, SHIP_BY)
    assert list(reply.lines["confirmed_quantity"][:2]) == [12, 42]
    assert (reply.number, reply.refused.empty) == ("PO-7", True)
