"""Text from outside as text alone: nothing in it moves a cursor, colours a terminal or turns what stands around it."""

from __future__ import annotations

import re
import unicodedata

# Control sequences first, whole; what is left of control characters goes one by one.
_ANSI = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]")
_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain_text(text: str) -> str:
    """Return `text` without terminal colours, control characters (newline and tab stay) and half surrogate pairs."""
    if text.isprintable():
        return text  # most are: none of these characters counts as printable
    kept = _ANSI.sub("", text.replace("\r\n", "\n"))
    return "".join(c for c in kept if c in "\n\t" or not (unicodedata.category(c) in ("Cc", "Cs") or _turns(c)))


def _turns(character: str) -> bool:
    return character in _TURNS_TEXT_AROUND
