"""Consoles that cannot show every character: Windows' own with GBK or cp1252, and ASCII."""

from __future__ import annotations

import codecs
import io
import sys

# What a console that lacks a character shows in its place; anything else is `?`.
INSTEAD = {
    "✓": "[x]",
    "✗": "[ ]",
    "○": "( )",
    "◌": "(~)",
    "→": "->",
    "≥": ">=",
    "≤": "<=",
    "×": "x",
    "…": "...",
    "–": "-",
    "—": "-",
}
INSTEAD |= {
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "·": ".",
    "●": "*",
    "◐": "+",
    "△": "^",
    "◔": ">",
    "±": "+-",
    "←": "<-",
    "≠": "!=",
    "≈": "~",
    "°": " deg",
    "█": "#",
    "▓": "#",
    "▒": "+",
    "░": ".",
    "│": "|",
    "─": "-",
}
HANDLER = "autograder"


def shown_instead(error: UnicodeError) -> tuple[str, int]:
    """Return what stands for the characters that cannot be shown, and where to go on: a handler of codec errors."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    wanted = error.object[error.start : error.end]
    return "".join(INSTEAD.get(character, "?") for character in wanted), error.end


def shown_language(language: str) -> str:
    """Return the language in which to speak where nobody chose one: English where the console has no Chinese characters.

    Chinese would be a line of question marks there. A stream without an encoding of its own shows everything.
    """
    try:
        "中".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return "en" if language == "zh" else language
    return language


def any_console() -> None:
    """Let standard output and error show on any console what they can: no character ends the program."""
    codecs.register_error(HANDLER, shown_instead)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=HANDLER)
