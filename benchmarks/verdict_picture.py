"""Draw the README's verdict: `python benchmarks/verdict_picture.py` writes docs/pictures/verdict.{en,zh}.svg.

`autograder check lenet` runs in a terminal (a pseudo-terminal of 92 columns, so with its colours) on a known mistake of the
chapter; what it printed is drawn as it came. The command's line is shown as a student types it.
"""

from __future__ import annotations

import argparse
import os
import pty
import re
import sys
import sysconfig
import tempfile
from html import escape
from pathlib import Path

from measuring import ROOT
from rich.console import Console
from rich.style import Style
from rich.text import Text

from autograder.authoring.examples import read_examples
from autograder.cli.screen import columns_of

CHAPTER, MISTAKE = "lenet", "extra_softmax_before_loss"
PICTURES = ROOT / "docs" / "pictures"
PROGRAM = str(Path(sysconfig.get_path("scripts")) / "autograder")
COLUMNS, ADVANCE, LINE, MARGIN, BAR = 92, 8.2, 20, 18, 30  # characters; pixels
CONSOLE = Console(force_terminal=True)
PLAIN = "#e6edf3"
COLOURS = {"color(1)": "#ff7b72", "color(2)": "#7ee787", "color(3)": "#e3b341", "color(6)": "#79c0ff"}


def printed(language: str) -> str:
    """Return what `autograder check` prints, with its terminal's colours, on the known mistake."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / f"{CHAPTER}.py"
        answer.write_text(
            next(example.text for example in read_examples(ROOT, CHAPTER) if example.id == MISTAKE), "utf-8"
        )
        words = ["check", CHAPTER, str(answer), "--lang", language]
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(ROOT)
            os.environ.update(TERM="xterm-256color", COLUMNS=str(COLUMNS), LINES="40", PYTHONIOENCODING="utf-8")
            os.execv(PROGRAM, [PROGRAM, *words])
        output = b""
        while True:
            try:
                block = os.read(terminal, 65536)
            except OSError:  # the terminal's other end is closed
                break
            if not block:
                break
            output += block
        os.waitpid(child, 0)
        return re.sub(r"\x1b\[\d*[KJ]|\x1b\[\?25[lh]", "", output.decode()).replace("\r\n", "\n")


def drawn_line(line: Text, y: float) -> str:
    """Return a line of the terminal as SVG: each piece of one style begins at its own column."""
    column, pieces = 0, []
    for piece in line.divide(sorted({edge for span in line.spans for edge in (span.start, span.end)})):
        style = piece.get_style_at_offset(CONSOLE, 0) if piece.plain else Style.null()
        colour = COLOURS.get(style.color.name, PLAIN) if style.color else PLAIN
        look = (
            f'fill="{colour}"' + (' font-weight="bold"' if style.bold else "") + (' opacity=".7"' if style.dim else "")
        )
        for word in re.finditer(r"\S+(?: \S+)*", piece.plain):
            x = MARGIN + (column + columns_of(piece.plain[: word.start()])) * ADVANCE
            pieces.append(f'<text x="{x:.1f}" y="{y:.0f}" {look}>{escape(word[0])}</text>')
        column += columns_of(piece.plain)
    return "".join(pieces)


def picture(language: str) -> str:
    """Return the SVG of a terminal that shows the verdict."""
    command = Text(f"$ autograder check {CHAPTER}")
    lines = [command, *(Text.from_ansi(line) for line in printed(language).rstrip("\n").split("\n"))]
    spoken = "\n".join(line.plain for line in lines)
    width, height = 2 * MARGIN + COLUMNS * ADVANCE, BAR + LINE * len(lines) + MARGIN
    drawn = "\n".join(drawn_line(line, BAR + LINE * (number + 0.8)) for number, line in enumerate(lines))
    dots = "".join(
        f'<circle cx="{18 + 16 * n}" cy="15" r="5" fill="{fill}"/>'
        for n, fill in enumerate(("#ff5f57", "#febc2e", "#28c840"))
    )
    return (
        f"<!-- generated from source/{CHAPTER}/mistakes.yml by benchmarks/verdict_picture.py, do not edit -->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img" lang="{language}"\n'
        f'  font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'Noto Sans Mono CJK SC\', monospace" font-size="13.6">\n'
        f"<title>{escape(spoken)}</title>\n"
        f'<rect width="100%" height="100%" rx="8" fill="#0d1117"/>{dots}\n{drawn}\n</svg>\n'
    )


def main() -> None:
    """Draw both languages."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    for language in ("en", "zh"):
        path = PICTURES / f"verdict.{language}.svg"
        path.write_text(picture(language), "utf-8")
        print(path.relative_to(ROOT), file=sys.stderr)


if __name__ == "__main__":
    main()
