"""A terminal: colour and an empty screen where there is one, plain lines elsewhere."""

from __future__ import annotations

import os
import sys

import typer

from autograder.cli.common import say
from autograder.outside import one_line

EMPTY = "\x1b[2J\x1b[H"
COLOURS = {"✓": "green", "✗": "red", "-": "bright_black", "!": "yellow"}


def is_terminal() -> bool:
    """Tell whether a person reads along in a terminal that may have colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def say_marked(*lines: str) -> None:
    """Print lines as `say` does, a mark at the start of one in its colour."""
    if not is_terminal():
        say(*lines)
        return
    for line in lines:
        shown = one_line(line)
        colour = COLOURS.get(shown[:1])
        typer.echo(typer.style(shown[:1], fg=colour, bold=True) + shown[1:] if colour else shown)


def clear() -> None:
    """Empty the screen of a terminal."""
    if is_terminal():
        typer.echo(EMPTY, nl=False)
