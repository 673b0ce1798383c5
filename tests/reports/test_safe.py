"""Text, names and CSV cells that cannot do harm."""

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from reports.safe import (
    CELL_CHARACTERS,
    NAME_CHARACTERS,
    csv_bytes,
    csv_text,
    plain_text,
    read_text,
    safe_name,
    starts_like_formula,
)
from reports.sheets import Look, Looks, to_bytes

FORMULAS = [
    "=1+1",
    "+49 30 1234",
    "-5",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＠A1",
    " =1",
    "\ufeff=1",
    "\x00=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_begins_like_a_formula_is_text_in_a_workbook(text: str) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet")
    looks = Looks(book)
    sheet.append([looks.cell(sheet, text, Look())])
    content = to_bytes(book)
    cell = load_workbook(io.BytesIO(content))["Sheet"]["A1"]
    assert cell.data_type == "s"
    assert cell.quotePrefix  # typing over it in a spreadsheet does not turn it into a formula
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_begins_like_a_formula_is_set_off_in_a_csv(text: str) -> None:
    assert csv_text(text).startswith("'")


def test_numbers_stay_numbers_in_a_csv() -> None:
    content = csv_bytes(["=head", "n"], [["-5 apples", -5], ["ok", None], ["nan", float("nan")]])
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == [["'=head", "n"], ["'-5 apples", "-5"], ["ok", ""], ["nan", ""]]


def test_characters_no_workbook_can_hold_are_left_out() -> None:
    assert plain_text("a\x00b\x0bc\ud800d\ufffee\r\nf") == "abcde\nf"
    long = plain_text("😀" * 40_000)
    assert len(long.encode("utf-16-le")) // 2 <= CELL_CHARACTERS
    assert long.endswith("…")


@pytest.mark.parametrize("text", ["_x000D_", "a_x0041_b", "_x005F_", "plain", "tab\tinside", "two\nlines", " blank "])
def test_text_comes_back_from_a_workbook_as_it_went_in(text: str) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet")
    sheet.append([Looks(book).cell(sheet, text, Look())])
    assert read_text(load_workbook(io.BytesIO(to_bytes(book)))["Sheet"]["A1"].value) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("CON", "_CON.xlsx"),
        ("con.txt", "_con.txt.xlsx"),
        ("COM¹", "_COM¹.xlsx"),
        ('a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j.xlsx"),
        ("dots...", "dots.xlsx"),
        ("../../etc/passwd", "_.._etc_passwd.xlsx"),
        ("  ", "file.xlsx"),
        ("\u202egpj.exe", "gpj.exe.xlsx"),
        ("深圳 Bright", "深圳 Bright.xlsx"),
    ],
)
def test_file_names_windows_would_refuse_are_mended(text: str, name: str) -> None:
    assert safe_name(text, ".xlsx") == name


@given(st.text(max_size=400))
def test_any_text_gives_a_name_every_system_takes(text: str) -> None:
    name = safe_name(text, ".xlsx")
    assert 5 < len(name) <= NAME_CHARACTERS
    assert len(name.encode()) <= 255
    assert not set(name) & set('<>:"/\\|?*\x00')
    assert not name.startswith((".", " "))
    assert not name.removesuffix(".xlsx").endswith((".", " "))
    assert safe_name(name.removesuffix(".xlsx"), ".xlsx") == name  # a second time changes nothing


def test_two_long_names_that_differ_at_the_end_stay_apart() -> None:
    first, second = safe_name("order " * 40 + "A", ".xlsx"), safe_name("order " * 40 + "B", ".xlsx")
    assert first != second


@given(st.text(min_size=1))
def test_a_csv_cell_never_begins_like_a_formula(text: str) -> None:
    assert not starts_like_formula(str(csv_text(text))) or csv_text(text) == ""
