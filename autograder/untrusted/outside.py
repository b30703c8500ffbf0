"""Text from outside as text alone: nothing in it moves a cursor, colours a terminal or turns what stands around it."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from typing import Any, TextIO

# Control sequences first, whole; what is left of control characters goes one by one.
_ANSI = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]")
_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ENDS_A_LINE = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")
_MARKS = ("Mn", "Me")
MAX_MARKS = 2  # one above the other: Vietnamese, Thai, Hebrew and Arabic need no more in their composed form


def plain_text(text: str) -> str:
    """Return `text` without terminal colours, control characters (newline and tab stay) and half surrogate pairs."""
    if text.isprintable():
        return text  # most are: none of these characters counts as printable
    kept = _ANSI.sub("", text.replace("\r\n", "\n"))
    return "".join(c for c in kept if c in "\n\t" or not (unicodedata.category(c) in ("Cc", "Cs") or _turns(c)))


def one_line(text: str) -> str:
    """Return `text` fit for one line of a terminal or one cell of a table.

    What ends a line is a space; what is not seen, and marks that are stacked beyond `MAX_MARKS`, are `�`.
    """
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    marks = 0
    for character in text:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in _MARKS else 0
        if character in _ENDS_A_LINE:
            shown.append(" ")
        elif kind in _UNSEEN or marks > MAX_MARKS:
            shown.append("�" if marks <= MAX_MARKS + 1 else "")
        else:
            shown.append(character)
    return "".join(shown)


def is_storable(text: str) -> bool:
    """Return True if every database can hold a text: PostgreSQL holds no NUL, and nobody holds half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def storable(text: str) -> str:
    """Return `text` with `�` in place of what no database can hold, see `is_storable`."""
    return text if is_storable(text) else re.sub("[\0\ud800-\udfff]", "�", text)


def _turns(character: str) -> bool:
    return character in _TURNS_TEXT_AROUND


def json_text(value: Any, indent: int | None = 1) -> str:
    """Return JSON in which every character is printable, apart from newlines of its own."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub("[^\n -~]", lambda found: found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1], text)


class Bounded(io.TextIOBase):
    """Lets text through to a stream up to a bound, and says there that the rest is left out."""

    def __init__(self, stream: TextIO, lines: int = 40, characters: int = 4000, left_out: str = "…") -> None:
        self._stream, self._lines, self._characters, self._left_out = stream, lines, characters, left_out
        self._full = False

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Write what there is room for."""
        if not self._full:
            pieces = text[: self._characters].splitlines(keepends=True)[: self._lines]
            shown = "".join(pieces)
            self._lines -= shown.count("\n")
            self._characters -= len(shown)
            self._full = len(shown) < len(text)
            self._stream.write(f"{shown}\n{self._left_out}\n".lstrip("\n") if self._full else shown)
        return len(text)

    def flush(self) -> None:
        """Flush the stream."""
        self._stream.flush()
