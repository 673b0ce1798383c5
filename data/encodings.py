"""Which encoding a text that is not UTF-8 has, from the bytes around its foreign characters.

Statistics need a page of text; a report may hold one umlaut. So the shape of the bytes speaks first: Western letters
stand alone or in pairs among ASCII letters ("Größe"), Chinese and Japanese characters are runs of byte pairs.
"""

import codecs
import re

import charset_normalizer

WESTERN, JAPANESE, CHINESE = "cp1252", "cp932", "gb18030"
_SURE, _EXPECTED = 0.9, 0.5  # share of the foreign bytes that looks Western: anywhere, and in a Western marketplace
_RUN = re.compile(rb"[\x80-\xff]+")
# By itself: any letter of cp1252; signs of currency and degree, quotes, dashes, fractions, marks.
_LONE = re.compile(
    rb"[\x8a\x8c\x8e\x9a\x9c\x9e\x9f\xc0-\xd6\xd8-\xf6\xf8-\xff]|[\x80\x82\x84\x85\x91-\x97\x99\xa0-\xbf]"
)
# Within a word: a capital or up to two small letters, with quotes, dashes or fixed spaces. Two capitals, or a capital
# and a small letter, do not follow one another there, but are the commonest Chinese characters (T\xd0\xf4: a T-shirt).
_QUOTES = rb"[\x85\x91-\x97\x99\xa0]*"
_INNER = re.compile(_QUOTES + rb"([\xc0-\xde]|[\xdf-\xff]{1,2})" + _QUOTES)
_KANA = re.compile("[\u3041-\u30ff]")


def guess_encodings(foreign: bytes, marketplace: str | None) -> tuple[str, ...]:
    """Likely encodings of lines that are not ASCII, best first; the header decides between those that can decode it."""
    order = [JAPANESE] if marketplace == "JP" else []
    order += [_guess(foreign, marketplace), WESTERN, JAPANESE, CHINESE]
    return tuple(name for name in dict.fromkeys(order) if name == WESTERN or _decodes(foreign, name))


def _guess(foreign: bytes, marketplace: str | None) -> str:
    western = western_share(foreign)
    if western >= (_SURE if marketplace in (None, "JP") else _EXPECTED):
        return WESTERN
    if _kana_share(foreign) > 0.2:
        return JAPANESE
    if _decodes(foreign, "gb2312"):
        return CHINESE
    best = charset_normalizer.from_bytes(foreign, cp_isolation=[WESTERN, JAPANESE, CHINESE]).best()
    return WESTERN if best is None else best.encoding


def western_share(foreign: bytes) -> float:
    """Share (0..1) of the bytes beyond ASCII that look like letters and signs of Western text."""
    western = total = 0
    for run in _RUN.finditer(foreign):
        total += len(run.group())
        if _is_western(run.group(), foreign[max(0, run.start() - 1) : run.start()], foreign[run.end() : run.end() + 1]):
            western += len(run.group())
    return western / total if total else 1.0


def _is_western(run: bytes, before: bytes, after: bytes) -> bool:
    if len(run) == 1:
        return _LONE.fullmatch(run) is not None
    return len(run) <= 3 and _INNER.fullmatch(run) is not None and (before.isalpha() or after.isalpha())


def _kana_share(foreign: bytes) -> float:
    text = foreign.decode(JAPANESE, "replace")
    wide = [character for character in text if character > "\x7f"]
    return len(_KANA.findall(text)) / len(wide) if wide else 0.0


def _decodes(raw: bytes, encoding: str) -> bool:
    """Whether every line can be decoded; a line may have been cut inside its last character."""
    try:
        for line in raw.split(b"\n"):
            codecs.getincrementaldecoder(encoding)("strict").decode(line, False)
    except UnicodeDecodeError:
        return False
    return True
