"""Any file a planner may drop in: read, or refused with a sentence that says what to do."""

import gzip
import os
import resource
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from data.errors import DataError, MissingFact, UnknownFormat, UnreadableFile
from data.files import open_parts
from data.store import Store
from data.templates import write_template

Order = Callable[..., dict[str, str]]
Write = Callable[..., Path]


def load_one(shop: Store, path: Path) -> tuple[int, int]:
    (result,) = shop.load(path, marketplace="US")
    return result.rows, result.set_aside


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_of_western_reports(shop: Store, write_orders: Write, new_order: Order, encoding: str) -> None:
    path = write_orders("o.txt", [new_order(sku="CAFÉ-Ü", quantity=3)], encoding)
    assert load_one(shop, path) == (1, 0)
    assert shop.view("weekly_sales").empty  # one day is no week
    assert list(shop.view("catalogue")["sku"]) == ["CAFÉ-Ü"]


@pytest.mark.parametrize(
    ("encoding", "title"), [("cp932", "青いマグカップ 350ml 陶器"), ("gb18030", "蓝色马克杯陶瓷大容量")]
)
def test_encodings_of_asian_reports(
    shop: Store, write_orders: Write, new_order: Order, encoding: str, title: str
) -> None:
    path = write_orders("o.txt", [new_order(sku=title, product_name=title) for _ in range(20)], encoding)
    assert load_one(shop, path) == (20, 0)
    assert list(shop.view("catalogue")["sku"]) == [title]


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_delimiters(shop: Store, write_orders: Write, new_order: Order, delimiter: str) -> None:
    assert load_one(shop, write_orders("o.csv", [new_order()], delimiter=delimiter)) == (1, 0)


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends(shop: Store, write_orders: Write, new_order: Order, tmp_path: Path, ends: str) -> None:
    plain = write_orders("o.txt", [new_order(), new_order(quantity="x")]).read_text()
    path = tmp_path / "ends.txt"
    path.write_bytes(plain.replace("\n", ends).encode())
    assert load_one(shop, path) == (1, 1)
    assert shop.set_aside()["line"].tolist() == [3]


def test_blank_lines_and_mixed_ends_keep_line_numbers_true(
    shop: Store, write_orders: Write, new_order: Order, tmp_path: Path
) -> None:
    lines = write_orders("o.txt", [new_order(), new_order(quantity="x"), new_order()]).read_text().splitlines()
    path = tmp_path / "blank.txt"
    path.write_bytes("\r\n".join([lines[0], lines[1], "", "", lines[2]]).encode() + b"\n" + lines[3].encode() + b"\n\n")
    assert load_one(shop, path) == (2, 1)
    assert shop.set_aside()["line"].tolist() == [5]


def test_a_quote_in_a_tab_file_is_an_inch(shop: Store, write_orders: Write, new_order: Order) -> None:
    lines = [new_order(product_name='Frame 12" black'), new_order(product_name='"Best" frame 8"')]
    assert load_one(shop, write_orders("o.txt", lines)) == (2, 0)


def test_delimiters_and_line_breaks_inside_quotes(shop: Store, write_orders: Write, new_order: Order) -> None:
    title = '"Mug, blue; 12"" tall\nwith a second line, too"'
    path = write_orders("o.csv", [new_order(product_name=title, sku="A"), new_order(sku="B")], delimiter=",")
    assert load_one(shop, path) == (2, 0)
    assert sorted(shop.view("catalogue")["sku"]) == ["A", "B"]


def test_gzip_and_zip_with_several_members(shop: Store, write_orders: Write, new_order: Order, tmp_path: Path) -> None:
    first, second = write_orders("a.txt", [new_order()]), write_orders("b.txt", [new_order(), new_order()])
    packed = tmp_path / "a.txt.gz"
    packed.write_bytes(gzip.compress(first.read_bytes()))
    assert load_one(shop, packed) == (1, 0)
    archive = tmp_path / "reports.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(second, "2026/b.txt")
        file.writestr("readme.txt", "Nothing of interest\n")
        file.writestr("__MACOSX/._b.txt", b"\0\1\2")
    results = shop.load(archive)
    assert [result.rows for result in results] == [2, 0]
    assert "not that of a known report" in results[1].skipped
    assert results[0].file.endswith("reports.zip > 2026/b.txt")


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil.txt", "..\\evil.txt", "C:\\evil.txt", "a/../../evil.txt"])
def test_archives_that_write_elsewhere_are_refused(shop: Store, tmp_path: Path, name: str) -> None:
    archive = tmp_path / "evil.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(zipfile.ZipInfo(name), "sku\n")
    with pytest.raises(UnreadableFile, match="outside its folder"):
        shop.load(archive)
    assert not (tmp_path.parent / "evil.txt").exists()


def test_zip_bombs_are_refused(shop: Store, tmp_path: Path) -> None:
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("orders.txt", b"0" * (100 << 20))
    with pytest.raises(UnreadableFile, match="which no report does"):
        shop.load(archive)


def test_a_zip_that_lies_about_its_size_is_refused_while_unpacking(shop: Store, tmp_path: Path) -> None:
    archive = tmp_path / "liar.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("orders.txt", b"0" * (100 << 20))
    raw = archive.read_bytes().replace(struct.pack("<I", 100 << 20), struct.pack("<I", 1000))
    archive.write_bytes(raw)
    with pytest.raises(UnreadableFile):
        shop.load(archive)


def test_gzip_bombs_are_refused(shop: Store, tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"0" * (100 << 20)))
    with pytest.raises(UnreadableFile, match="which no report does"):
        shop.load(path)


def test_archives_with_a_password_say_so(shop: Store, tmp_path: Path) -> None:
    archive = tmp_path / "locked.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.txt", "sku\n")
    raw = bytearray(archive.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # the flag of an encrypted member
    archive.write_bytes(bytes(raw))
    with pytest.raises(UnreadableFile, match="password"):
        shop.load(archive)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n\n\n", "no readable line"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        (bytes(range(256)) * 50, "binary"),
        (os.urandom(5000).replace(b"PK", b"xx"), "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        (b"PK\x03\x04 but not a zip", "damaged"),
        (b"\x1f\x8b\x08\x00 cut off", "damaged"),
        (b'{"salesAndTraffic', "JSON"),
        (b'{"hello": [1, 2]}', "not a known report"),
    ],
)
def test_what_is_no_report_is_refused_in_words(shop: Store, tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=says) as refusal:
        shop.load(path)
    assert "orders.csv" in str(refusal.value)
    assert shop.files().empty


def test_missing_files_and_folders(shop: Store, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        shop.load(tmp_path / "nothing.txt")
    with pytest.raises(UnreadableFile, match="folder"):
        shop.load(tmp_path)


def test_an_unknown_header_names_the_nearest_report_and_what_is_missing(
    shop: Store, write_orders: Write, new_order: Order
) -> None:
    kept = ("amazon-order-id", "purchase-date", "order-status", "sku", "quantity")
    with pytest.raises(UnknownFormat) as refusal:
        shop.load(write_orders("o.txt", [new_order()], headers=kept))
    assert "All Orders" in str(refusal.value)
    assert "sales-channel" in refusal.value.missing


def test_reordered_and_extra_columns_are_fine_and_named_once(
    shop: Store, write_orders: Write, new_order: Order
) -> None:
    headers = ("order-item-id", "quantity", "brand-new-column", *reversed(tuple(new_order())))
    headers = tuple(dict.fromkeys(headers))
    (result,) = shop.load(write_orders("o.txt", [new_order()], headers=headers))
    assert (result.rows, result.ignored_columns) == (1, ("brand-new-column",))


def test_a_header_alone_is_a_report_without_rows(shop: Store, write_orders: Write) -> None:
    assert load_one(shop, write_orders("o.txt", [])) == (0, 0)


def test_lines_above_the_header_are_passed_over(
    shop: Store, write_orders: Write, new_order: Order, tmp_path: Path
) -> None:
    path = tmp_path / "titled.txt"
    text = write_orders("o.txt", [new_order(), new_order(quantity="x")]).read_text()
    path.write_text("All orders of My Shop\n\n" + text)
    assert load_one(shop, path) == (1, 1)
    assert shop.set_aside()["line"].tolist() == [5]


def test_a_half_written_file_keeps_its_whole_rows(
    shop: Store, write_orders: Write, new_order: Order, tmp_path: Path
) -> None:
    text = write_orders("o.txt", [new_order(), new_order(), new_order()]).read_text()
    path = tmp_path / "cut.txt"
    path.write_text(text[: text.rindex("Amazon.com")])
    assert load_one(shop, path) == (2, 1)
    row = shop.set_aside().iloc[0]
    assert (row["line"], "fewer cells" in row["reason"], "download it again" in row["what_to_do"]) == (4, True, True)


def test_a_row_that_is_too_long_is_set_aside(shop: Store, write_orders: Write, new_order: Order) -> None:
    path = write_orders("o.txt", [new_order(sku="A\tB"), new_order()])
    assert load_one(shop, path) == (1, 1)
    assert "more cells" in shop.set_aside().iloc[0]["reason"]


def test_nul_bytes_stay_in_their_row(shop: Store, write_orders: Write, new_order: Order) -> None:
    path = write_orders("o.txt", [new_order(sku="A\0B"), new_order(quantity="1\0"), new_order()])
    assert load_one(shop, path) == (1, 2)


def test_a_line_of_200_megabytes_costs_no_memory(shop: Store, write_orders: Write, new_order: Order) -> None:
    path = write_orders("o.txt", [new_order()])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with path.open("ab") as file:
        for _ in range(200):
            file.write(b"x" * (1 << 20))
        file.write(b"\n")
        file.write(write_orders("bad.txt", [new_order(quantity="x")]).read_bytes().splitlines()[1] + b"\n")
    assert load_one(shop, path) == (1, 2)
    assert shop.set_aside()["line"].tolist() == [3, 4]
    assert "two million" in shop.set_aside().iloc[0]["reason"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150_000  # kilobytes


def test_workbooks_are_read_as_people_see_them(shop: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["sku", "fnsku", "asin", "product-name", "reserved_qty", "reserved_customerorders",
                  "reserved_fc-transfers", "reserved_fc-processing"])  # fmt: skip
    sheet.append([123, "X1", "B01", "=cmd()", 5, 2, 3.0, 0])
    sheet["A2"].number_format = "000000"
    sheet["D2"].data_type = "s"
    notes = book.create_sheet("Notes")
    notes.append(["call Ana"])
    hidden = book.create_sheet("Old")
    hidden.append(["sku"])
    hidden.sheet_state = "hidden"
    path = tmp_path / "reserved.xlsx"
    book.save(path)
    results = shop.load(path, marketplace="US")
    assert [(result.format, result.rows) for result in results] == [("reserved_inventory", 1), ("", 0)]
    row = shop.view("catalogue").iloc[0]
    assert row["sku"] == "000123"


def test_damaged_workbooks_say_so(shop: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["sku"])
    path = tmp_path / "cut.xlsx"
    book.save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableFile, match="damaged"):
        shop.load(path)
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/workbook.xml", "not xml")
    with pytest.raises(UnreadableFile, match="damaged"):
        shop.load(path)


def test_a_workbook_whose_xml_explodes_is_refused(shop: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["sku"])
    whole, path = tmp_path / "whole.xlsx", tmp_path / "laughs.xlsx"
    book.save(whole)
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>'
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = bomb.encode() + text.replace(b"<v>0</v>", b"<v>&l8;</v>")
            target.writestr(name, text)
    with pytest.raises(UnreadableFile, match="hostile XML"):
        shop.load(path)


def test_a_workbook_that_unpacks_to_a_hundred_megabytes_is_refused(shop: Store, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/worksheets/sheet1.xml", b" " * (100 << 20))
    with pytest.raises(UnreadableFile, match="which no report does"):
        shop.load(path)


@pytest.mark.parametrize("when", ["1900-01-01", "2199-12-31", "31.12.1899", "soon"])
def test_a_day_of_another_century_is_told_in_templates_too(shop: Store, tmp_path: Path, when: str) -> None:
    closure = {"supplier": "S", "end_date": "2027-02-21"}
    write_template(tmp_path / "closures.csv", "supplier_closures", [{**closure, "start_date": when}])
    (result,) = shop.load(tmp_path / "closures.csv")
    assert (result.rows, result.set_aside) == (0, 1)
    row = shop.set_aside().iloc[0]
    assert (row["column"], row["value"], "2099" in row["reason"]) == ("Start date", when, True)


def test_a_report_that_does_not_say_its_period_asks_for_it(shop: Store, tmp_path: Path) -> None:
    path = tmp_path / "business.csv"
    path.write_text("(Child) ASIN,SKU,Units Ordered,Ordered Product Sales,Sessions - Total\nB01,A,1,$10,5\n")
    with pytest.raises(MissingFact, match="--from"):
        shop.load(path, marketplace="US")
    with pytest.raises(MissingFact, match="--marketplace"):
        shop.load(path)


def test_every_refusal_is_a_data_error() -> None:
    for kind in (UnknownFormat, UnreadableFile, MissingFact):
        assert issubclass(kind, DataError)


def test_a_preview_never_ends_in_half_a_line(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_bytes(b"a\tb\n" + b"1\t2\n" * 100_000)
    (part,) = open_parts(path, tmp_path)
    assert set(part.preview("utf-8")[1:]) == {"1\t2"}
