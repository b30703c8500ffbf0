"""A table of somebody else's, as bytes: single cells are changed, and every other byte stays as it is.

Separators, quotes and line ends are ASCII, in UTF-8 and in GBK alike, so cells are found without decoding what is between.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

BOM = b"\xef\xbb\xbf"
MAX_SIZE = 64 << 20  # bytes
MAX_CELLS = 5_000_000


class CellsError(ValueError):
    """Bytes that are no such table."""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        start, end: Where it stands, quotes included.
        text: What it says.
    """

    start: int
    end: int
    text: str
    quoted: bool


@dataclass(frozen=True)
class Cells:
    """A table.

    Attributes:
        rows: Of cells, without empty lines.
        encoding: In which texts are read and written.
    """

    content: bytes
    rows: tuple[tuple[Cell, ...], ...]
    encoding: str
    separator: str

    def changed(self, new: Mapping[tuple[int, int], str]) -> bytes:
        """Return the table with other texts in some cells, by (row, column)."""
        made, place = [], 0
        for (row, column), text in sorted(new.items()):
            cell = self.rows[row][column]
            made += [self.content[place : cell.start], self._written(text, quoted=cell.quoted)]
            place = cell.end
        return b"".join([*made, self.content[place:]])

    def _written(self, text: str, *, quoted: bool) -> bytes:
        if quoted or re.search(rf'[{re.escape(self.separator)}"\r\n]', text):
            text = '"' + text.replace('"', '""') + '"'
        return text.encode(self.encoding, "replace")


def read_cells(content: bytes) -> Cells:
    """Return the cells of a CSV file in UTF-8 or GBK; raises `CellsError`."""
    if len(content) > MAX_SIZE:
        raise CellsError(f"> {MAX_SIZE >> 20} MiB")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise CellsError("UTF-16")
    if content[:4] == b"PK\x03\x04":
        raise CellsError("xlsx")
    encoding = _encoding(content)
    begin = len(BOM) if content.startswith(BOM) else 0
    first = re.split(rb"[\r\n]", content[begin : begin + 100_000], maxsplit=1)[0]
    separator = max(b",;\t", key=lambda one: first.count(bytes([one])))
    rows, place, count = [], begin, 0
    while place < len(content):
        cells, place = _line(content, place, separator, encoding)
        count += len(cells)
        if count > MAX_CELLS:
            raise CellsError(f"> {MAX_CELLS} cells")
        if len(cells) > 1 or cells[0].text:
            rows.append(tuple(cells))
    return Cells(content, tuple(rows), encoding, chr(separator))


def _encoding(content: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise CellsError("neither UTF-8 nor GBK")


def _line(content: bytes, place: int, separator: int, encoding: str) -> tuple[list[Cell], int]:
    """Return the cells of the line that begins at `place`, and where the next one begins."""
    plain = re.compile(rb"[^\r\n" + re.escape(bytes([separator])) + rb"]*")
    cells = []
    while True:
        start = place
        quoted = content[place : place + 1] == b'"'
        if quoted:
            place = _end_of_quotes(content, place)
        rest = plain.match(content, place)
        assert rest is not None
        place = rest.end()
        raw = content[start:place]
        inner = raw[1:].replace(b'""', b"\0").replace(b'"', b"", 1).replace(b"\0", b'"') if quoted else raw
        cells.append(Cell(start, place, inner.decode(encoding, "replace"), quoted))
        if content[place : place + 1] != bytes([separator]):
            break
        place += 1
    ending = re.compile(rb"\r\n|\r|\n").match(content, place)
    return cells, ending.end() if ending else len(content)


def _end_of_quotes(content: bytes, place: int) -> int:
    """Return the place behind the closing quote of the cell that begins at `place`."""
    closing = place
    while True:
        closing = content.find(b'"', closing + 1)
        if closing < 0:
            raise CellsError("a quote is never closed")
        if content[closing + 1 : closing + 2] != b'"':
            return closing + 1
        closing += 1
