"""What a file is, before anyone asks what it means: text in some encoding, a worksheet, JSON, Parquet, or refused.

Archives are unpacked into a work folder, text is checked in one streaming pass (hash, encoding, line ends, NUL) and
brought to UTF-8 only when it is not UTF-8 already. Nothing here holds a large file in memory.
"""

import codecs
import gzip
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal

from data.encodings import guess_encodings
from data.errors import UnreadableFile
from data.workbooks import read_sheets

CHUNK = 4 << 20
PREVIEW = 1 << 16
UNPACKED_LIMIT = 16 << 30  # bytes; larger archives are loaded member by member
RATIO_LIMIT = 300  # unpacked / packed beyond `RATIO_FROM` bytes: tables reach 60, bombs thousands
RATIO_FROM = 64 << 20
JSON_LIMIT = 512 << 20
NUL_MARK = "\u2400"  # stands in the readable copy for a NUL byte
BLANK_MARK = "\x02"  # stands for an empty line, so that line numbers stay true

_BINARY = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"SQLite format": "a database",
}
_DOWNLOAD = "Download the report again as text (.txt or .csv) or as .xlsx."
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Scan:
    """What one pass over a text file found."""

    sha256: str
    utf8: bool
    has_nul: bool
    odd_lines: bool  # mixed or old-Mac line ends
    blank_lines: bool
    long_lines: bool = False  # a whole piece of the file without a line end
    foreign: bytes = b""  # pieces around bytes that are not UTF-8


@dataclass(frozen=True)
class Part:
    """One table-like thing: a text file, an archive member, a worksheet, a JSON document, a Parquet file."""

    label: str
    kind: Literal["text", "rows", "json", "parquet"]
    sha256: str
    modified: date
    path: Path = Path()
    encodings: tuple[str, ...] = ()
    scan: Scan | None = None
    rows: list[list[str]] = field(default_factory=list, repr=False)
    document: Any = field(default=None, repr=False)

    def preview(self, encoding: str) -> list[str]:
        """The first lines of a text, without line ends; a last line that the preview cuts is left out."""
        with self.path.open("rb") as file:
            raw = file.read(PREVIEW)
        whole = len(raw) < PREVIEW
        text = codecs.getincrementaldecoder(encoding)("replace").decode(raw, whole).lstrip("\ufeff")
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return lines if whole else lines[:-1]

    def as_utf8(self, encoding: str, work: Path, quoted: bool) -> Path:
        """A UTF-8 text with plain line ends: the file itself when it is one, else a copy in `work`."""
        scan = self.scan
        assert scan is not None
        plain = scan.utf8 and encoding in ("utf-8", "utf-8-sig")
        mark_blank = scan.blank_lines and not quoted
        if plain and not (scan.has_nul or scan.odd_lines or scan.long_lines or mark_blank):
            return self.path
        target = work / f"{self.sha256[:16]}.utf8"
        with (
            io.TextIOWrapper(self.path.open("rb"), encoding=encoding, errors="replace", newline=None) as source,
            target.open("w", encoding="utf-8", newline="\n") as out,
        ):
            for chunk in _readable(source, mark_blank):
                out.write(chunk)
        return target


def _readable(source: IO[str], mark_blank: bool) -> Iterator[str]:
    """Pieces of text without NUL, empty lines marked, lines of many megabytes cut (the rest is no row anyway)."""
    at_line_start, unended = True, 0
    while chunk := source.read(CHUNK):
        if unended >= CHUNK:
            end = chunk.find("\n")
            if end < 0:
                continue
            chunk = chunk[end:]
        unended = len(chunk) - chunk.rfind("\n") - 1 if "\n" in chunk else unended + len(chunk)
        chunk = chunk.replace("\0", NUL_MARK)
        ends = chunk.endswith("\n")
        if mark_blank:
            prefix = BLANK_MARK if at_line_start and chunk.startswith("\n") else ""
            filled = chunk.replace("\n\n", f"\n{BLANK_MARK}\n").replace("\n\n", f"\n{BLANK_MARK}\n")
            chunk = prefix + filled
        at_line_start = ends
        yield chunk


def open_parts(path: Path, work: Path, marketplace: str | None = None, progress: Progress | None = None) -> list[Part]:
    """Everything loadable inside a file. `work` is an empty folder for copies. Raises `UnreadableFile`."""
    try:
        if path.is_dir():
            raise UnreadableFile(path, "this is a folder.", "Name the files in it.")
        return list(_parts(path, str(path), work, marketplace, progress or (lambda text, share: None), nested=False))
    except FileNotFoundError:
        raise UnreadableFile(path, "there is no such file.", "Check the name.") from None
    except PermissionError:
        raise UnreadableFile(path, "the file may not be read.", "Close it elsewhere, or change its rights.") from None


def _parts(
    path: Path, label: str, work: Path, marketplace: str | None, progress: Progress, nested: bool
) -> Iterator[Part]:
    with path.open("rb") as file:
        head = file.read(PREVIEW)
    if not head:
        raise UnreadableFile(label, "the file is empty.", "Download the report again; it may still be in preparation.")
    modified = date.fromtimestamp(path.stat().st_mtime)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from _zip_parts(path, label, work, marketplace, progress, nested)
    elif head.startswith(b"\x1f\x8b"):
        if nested:
            raise UnreadableFile(label, "it is an archive inside an archive.", "Unpack it first.")
        target = work / "unpacked.gz.part"
        with gzip.open(path) as packed:
            _unpack(packed, target, label, path.stat().st_size)
        yield from _parts(target, label, work, marketplace, progress, nested=True)
    elif head.startswith(b"PAR1"):
        yield Part(label, "parquet", _sha256(path, progress), modified, path)
    elif head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            label,
            "it is an old .xls workbook or a workbook with a password.",
            "Open it in Excel, remove the password (File > Info > Protect Workbook) and save it as .xlsx.",
        )
    else:
        yield _text_part(path, label, head, modified, marketplace, progress)


def _text_part(
    path: Path, label: str, head: bytes, modified: date, marketplace: str | None, progress: Progress
) -> Part:
    for magic, what in _BINARY.items():
        if head.startswith(magic):
            raise UnreadableFile(label, f"it is {what}, not a report.", _DOWNLOAD)
    encoding = _wide_encoding(head)
    if encoding is None and _looks_binary(head):
        raise UnreadableFile(label, "it holds binary data, not text.", _DOWNLOAD)
    if encoding is None and head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _json_part(path, label, modified)
    scan = _scan(path, progress)
    if encoding:
        encodings: tuple[str, ...] = (encoding,)
        scan = Scan(scan.sha256, False, False, True, True)  # bytes say nothing about its lines
    elif scan.utf8:
        encodings = ("utf-8-sig",) if head.startswith(codecs.BOM_UTF8) else ("utf-8",)
    else:
        encodings = guess_encodings(scan.foreign, marketplace)
    return Part(label, "text", scan.sha256, modified, path, encodings, scan)


def _wide_encoding(head: bytes) -> str | None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = head[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > len(sample) * 0.3 and even < len(sample) * 0.05:
        return "utf-16-le"
    if even > len(sample) * 0.3 and odd < len(sample) * 0.05:
        return "utf-16-be"
    return None


def _looks_binary(head: bytes) -> bool:
    control = sum(byte < 9 or 13 < byte < 32 for byte in head[:8192])
    return control > 0.05 * min(len(head), 8192)


def _scan(path: Path, progress: Progress) -> Scan:
    digest = hashlib.sha256()
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    ends = _LineEnds()
    utf8, nul, foreign, chunk = True, False, b"", b""
    size, done = path.stat().st_size, 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            chunk = piece
            digest.update(chunk)
            nul = nul or b"\0" in chunk
            utf8 = utf8 and _decode_on(decoder, chunk, False)
            if not utf8 and len(foreign) < PREVIEW:
                foreign += _foreign_lines(chunk)[: PREVIEW - len(foreign)]
            ends.look(chunk)
            done += len(chunk)
            progress("reading", done / size)
    if utf8 and not _decode_on(decoder, b"", True):  # the last character is cut in two
        utf8, foreign = False, _foreign_lines(chunk)[:PREVIEW]
    return Scan(digest.hexdigest(), utf8, nul, ends.odd, ends.blank, ends.long, foreign)


def _decode_on(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


class _LineEnds:
    """Which line ends a text has, looked at piece by piece."""

    def __init__(self) -> None:
        self.blank = self.long = False
        self._crlf = self._lf = self._cr = 0
        self._tail = b""

    def look(self, chunk: bytes) -> None:
        """Count the line ends of the next piece."""
        edge = self._tail + chunk[:2]
        self.long = self.long or (len(chunk) == CHUNK and b"\n" not in chunk and b"\r" not in chunk)
        returns = b"\r" in chunk or b"\r" in self._tail
        if returns:
            self._crlf += chunk.count(b"\r\n") + (self._tail[-1:] == b"\r" and chunk[:1] == b"\n")
            self._cr += chunk.count(b"\r")
            self._lf += chunk.count(b"\n")
            self.blank = self.blank or b"\n\r\n" in chunk or b"\n\r\n" in edge
        elif self._cr:
            self._lf += chunk.count(b"\n")
        else:
            self._lf = self._lf or chunk.count(b"\n")  # one is enough to know that there are any
        self.blank = self.blank or b"\n\n" in chunk or b"\n\n" in edge
        self._tail = chunk[-2:]

    @property
    def odd(self) -> bool:
        """Old-Mac ends, or several kinds."""
        return self._cr != self._crlf or (self._crlf > 0 and self._lf != self._crlf)


def _foreign_lines(chunk: bytes) -> bytes:
    if chunk.isascii():
        return b""
    lines = (line for line in chunk[: PREVIEW * 16].split(b"\n") if not line.isascii())
    return b"\n".join(line[:2000] for _, line in zip(range(200), lines, strict=False))


def _sha256(path: Path, progress: Progress) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    progress("reading", 1.0)
    return digest


def _json_part(path: Path, label: str, modified: date) -> Part:
    if path.stat().st_size > JSON_LIMIT:
        raise UnreadableFile(label, "the JSON document is larger than 512 MB.", "Request shorter periods.")
    raw = path.read_bytes()
    try:
        document = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise UnreadableFile(label, f"the JSON document is not complete ({error}).", "Download it again.") from None
    return Part(label, "json", hashlib.sha256(raw).hexdigest(), modified, path, document=document)


def _zip_parts(
    path: Path, label: str, work: Path, marketplace: str | None, progress: Progress, nested: bool
) -> Iterator[Part]:
    if nested:
        raise UnreadableFile(label, "it is an archive inside an archive.", "Unpack it first.")
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            _refuse_hostile(infos, label)
            if any(info.filename == "[Content_Types].xml" for info in infos):
                yield from _sheet_parts(path, label)
                return
            members = [info for info in infos if not _is_clutter(info.filename)]
            if not members:
                raise UnreadableFile(label, "the archive holds no file.", "Download the report again.")
            for number, info in enumerate(members):
                target = work / f"member{number}.part"
                with archive.open(info) as packed:
                    _unpack(packed, target, f"{label} > {info.filename}", info.compress_size)
                yield from _parts(target, f"{label} > {info.filename}", work, marketplace, progress, nested=True)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise UnreadableFile(label, f"the archive or workbook is damaged ({error}).", "Download it again.") from None


def _sheet_parts(path: Path, label: str) -> Iterator[Part]:
    digest = _sha256(path, lambda text, share: None)
    modified = date.fromtimestamp(path.stat().st_mtime)
    for sheet, rows in read_sheets(path, label):
        content = hashlib.sha256(f"{digest}/{sheet}".encode()).hexdigest()
        yield Part(f"{label} > {sheet}", "rows", content, modified, rows=rows)


def _refuse_hostile(infos: list[zipfile.ZipInfo], label: str) -> None:
    for info in infos:
        name = PurePosixPath(info.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in name.parts[0]:
            raise UnreadableFile(
                label,
                f"the archive wants to write outside its folder ({info.filename!r}).",
                "Do not use this archive; download the report again from Seller Central.",
            )
        if info.flag_bits & 1:
            raise UnreadableFile(label, "the archive has a password.", "Unpack it first and load the file inside.")
        _refuse_bomb(info.file_size, info.compress_size, f"{label} > {info.filename}")
    _refuse_bomb(sum(info.file_size for info in infos), sum(info.compress_size for info in infos), label)


def _refuse_bomb(size: int, packed: int, label: str) -> None:
    if size > UNPACKED_LIMIT or (size > RATIO_FROM and size > RATIO_LIMIT * max(packed, 1)):
        raise UnreadableFile(
            label,
            f"it unpacks to {size / 1e9:,.1f} GB from {packed / 1e6:,.1f} MB, which no report does.",
            "Do not use this archive; download the report again, or unpack it yourself if you trust it.",
        )


def _is_clutter(name: str) -> bool:
    path = PurePosixPath(name)
    return path.parts[0] == "__MACOSX" or path.name.startswith(".")


def _unpack(packed: IO[bytes] | gzip.GzipFile, target: Path, label: str, packed_size: int) -> None:
    written = 0
    try:
        with target.open("wb") as out:
            while chunk := packed.read(CHUNK):
                written += len(chunk)
                _refuse_bomb(written, packed_size, label)
                out.write(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise UnreadableFile(label, f"the archive is damaged ({error}).", "Download it again.") from None
