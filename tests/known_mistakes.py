"""The known mistakes of the course as files to hand in."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from autograder.authoring.examples import Example, read_examples

ROOT = Path(__file__).parents[1]


@cache
def _examples(chapter: str) -> tuple[Example, ...]:
    return read_examples(ROOT, chapter)


def mistake_text(chapter: str, mistake: str) -> str:
    """Return the wrong answer that a mistake of `source/<chapter>` makes."""
    return next(example.text for example in _examples(chapter) if example.id == mistake)


def write_mistake(folder: Path, chapter: str, mistake: str) -> Path:
    """Write a mistake as `<folder>/<chapter>.py`; return the file."""
    path = folder / f"{chapter}.py"
    path.write_text(mistake_text(chapter, mistake), "utf-8")
    return path
