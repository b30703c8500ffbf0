"""A terminal: colour, lines that fit and an empty screen where there is one, plain lines elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Mapping
from typing import TypeVar

import typer

from autograder.cli.common import say
from autograder.text import Language, Text
from autograder.untrusted.outside import one_line

State = TypeVar("State", bound=str)
EMPTY = "\x1b[2J\x1b[H"
COUNTED = Text(zh="{name}：{count}", en="{name}: {count}")
MIN_COLUMNS = 40  # a narrower terminal wraps by itself
# What a line may end after: a space, or a Chinese character unless a mark follows that belongs to it.
PIECES = re.compile(r"\s+|[^\s\u2e80-\uffef]+|[“‘（《「【]*[\u2e80-\uffef][”’）》」】，。；：？！、…]*")
COLOURS = {"✓": "green", "✗": "red", "-": "bright_black", "!": "yellow"}


def is_terminal() -> bool:
    """Tell whether a person reads along in a terminal that may have colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def columns_of(text: str) -> int:
    """Return how many columns a terminal gives to `text`: two to a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def wrapped(line: str, columns: int) -> list[str]:
    """Return a line as lines of at most `columns` columns, each begun as deep as the first; a longer word stands alone."""
    indent = line[: len(line) - len(line.lstrip())]
    lines, now, used = [], indent, len(indent)
    for piece in PIECES.findall(line[len(indent) :]):
        width = columns_of(piece)
        if used + width > columns and now.strip():
            lines.append(now.rstrip())
            now, used = indent, len(indent)
            if piece.isspace():
                continue
        now, used = now + piece, used + width
    return [*lines, now.rstrip()] if now.strip() or not lines else lines


def say_marked(*lines: str) -> None:
    """Print lines as `say` does; in a terminal wrapped to its width, a mark at the start of one in its colour."""
    if not is_terminal():
        say(*lines)
        return
    columns = max(shutil.get_terminal_size().columns, MIN_COLUMNS)
    for line in lines:
        for number, shown in enumerate(wrapped(one_line(line), columns)):
            colour = COLOURS.get(shown[:1]) if number == 0 else None
            typer.echo(typer.style(shown[:1], fg=colour, bold=True) + shown[1:] if colour else shown)


def totals_said(names: Mapping[State, Text], counts: Mapping[State, int], language: Language) -> str:
    """Return how many there are of each state of which there are some, on one line."""
    parts = (COUNTED.format(name=name, count=counts[state]) for state, name in names.items() if counts[state])
    return "  ".join(part.to(language) for part in parts)


def heading_said(name: Text, language: Language) -> str:
    """Return the line above those of one state."""
    return COUNTED.format(name=name, count="").to(language).rstrip()


def clear() -> None:
    """Empty the screen of a terminal."""
    if is_terminal():
        typer.echo(EMPTY, nl=False)
