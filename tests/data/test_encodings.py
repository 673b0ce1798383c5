"""One foreign letter is enough to tell how a file is written."""

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data.encodings import CHINESE, JAPANESE, WESTERN, guess_encodings, western_share
from data.files import _foreign_lines
from data.store import Store
from data.templates import template

GERMAN = [
    "Größe",
    "Füße",
    "Tücher; 4 Stück",
    "Öl",
    "süß",
    "Kühlschrank",
    "ÜBERGRÖSSE",
    "weiß",
    "Geschirrtücher",
    "5 °C",
]
ROMANCE = ["café", "l’été", "crème brûlée", "créée", "señal", "à la", "città", "prezzo 5 €", "“Über” – groß", "naïve™"]
CHINESE_WORDS = [
    "红色", "马克杯", "T恤", "纯棉T恤", "红 M", "供应商", "蓝色马克杯陶瓷大容量", "A款", "黄A", "白T", "黑", "32寸",
    "男士T恤 XL", "义乌市陶瓷有限公司",
]  # fmt: skip
JAPANESE_WORDS = ["青いマグカップ 350ml 陶器", "カップ", "お皿セット", "マグ", "折りたたみ傘", "タオル4枚組"]


@pytest.mark.parametrize("marketplace", ["DE", "UK", "US", None])
@pytest.mark.parametrize("word", GERMAN + ROMANCE)
def test_a_single_western_word_is_enough(word: str, marketplace: str | None) -> None:
    foreign = f"00417,DE,{word},3.20".encode(WESTERN)
    assert guess_encodings(foreign, marketplace)[0] == WESTERN


@pytest.mark.parametrize("marketplace", ["DE", "US", None])
@pytest.mark.parametrize("word", CHINESE_WORDS)
def test_a_single_chinese_word_is_enough(word: str, marketplace: str | None) -> None:
    foreign = f"00417,US,{word},3.20".encode(CHINESE)
    assert guess_encodings(foreign, marketplace)[0] == CHINESE


@pytest.mark.parametrize("marketplace", ["JP", "US", None])
@pytest.mark.parametrize("word", JAPANESE_WORDS)
def test_a_single_japanese_word_is_enough(word: str, marketplace: str | None) -> None:
    foreign = f"00417,JP,{word},320".encode(JAPANESE)
    assert guess_encodings(foreign, marketplace)[0] == JAPANESE


@given(st.text(st.characters(codec="cp1252", categories=("Ll", "Lu"), max_codepoint=0xFF), min_size=1, max_size=30))
def test_letters_by_themselves_are_western(letters: str) -> None:
    spaced = " ".join(letters).encode(WESTERN)
    assume(not spaced.isascii())
    assert western_share(spaced) > 0.9


@given(st.lists(st.sampled_from("我们的产品供应商工厂红色蓝色陶瓷马克杯包装箱规格数量单价"), min_size=2, max_size=40))
def test_chinese_text_never_looks_western(characters: list[str]) -> None:
    assert western_share("".join(characters).encode("gbk")) < 0.5


def test_a_cut_line_does_not_rule_out_its_encoding() -> None:
    line = ("a" + "红色" * 2000).encode("gbk")
    assert guess_encodings(_foreign_lines(line + b"\n" + line), None)[0] == CHINESE


@pytest.mark.parametrize(
    ("encoding", "title", "marketplace"),
    [("cp1252", "Geschirrtücher, groß", "DE"), ("gbk", "T恤, 红色", "DE"), ("cp932", "カップ", "JP")],
)
def test_a_catalogue_of_one_line_keeps_its_title(
    shop: Store, tmp_path: Path, encoding: str, title: str, marketplace: str
) -> None:
    headers = [
        "SKU",
        "Title",
        *(c.header for c in template("catalogue").columns if c.column.required and c.header != "SKU"),
    ]
    values = ["A", title, *("1" for _ in headers[2:])]
    path = tmp_path / "catalogue.csv"
    path.write_bytes(f"{';'.join(headers)}\n{';'.join(values)}\n".encode(encoding))
    shop.load(path, marketplace=marketplace)
    kept = shop._connection.execute("SELECT title FROM records.catalogue_entry").fetchall()
    assert kept == [(title,)]
