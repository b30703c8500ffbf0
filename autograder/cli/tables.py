"""How results look in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text as Plain

from autograder.cli.common import progress
from autograder.grading.attempt_choice import Graded
from autograder.grading.render import Renderer, text_of
from autograder.text import Language, Text
from autograder.untrusted.outside import one_line

HEADINGS = (
    Text(zh="学生", en="student"),
    Text(zh="章节", en="chapter"),
    Text(zh="得分", en="points"),
    Text(zh="先看这里", en="first thing to look at"),
)


class Step(Protocol):
    """Called with each finished result."""

    def __call__(self, graded: Graded, /) -> None: ...


def class_table(given: Sequence[Graded], renderer: Renderer, language: Language) -> Table:
    """Return one row per result: student, chapter, points, and the first thing that failed."""
    table = Table(*(heading.to(language) for heading in HEADINGS))
    for one in given:
        cells = (_who(one), one.result.chapter, _points(one), renderer.first_trouble(one.result, language))
        table.add_row(*(Plain(one_line(cell[:200])) for cell in cells))
    return table


def _who(one: Graded) -> str:
    return one.result.student or one.result.submission


def _points(one: Graded) -> str:
    """Return the points of a result; of several attempts, or with something taken off, those that count."""
    result, found = one
    chosen = found.chosen if found else None
    if found is None or (len(found.attempts) == 1 and not (chosen and chosen.percent)):
        return f"{result.score:g}/{result.max_score:g}"
    off = f" -{chosen.percent:g}%" if chosen and chosen.percent else ""
    number, raw = (chosen.attempt.number, chosen.attempt.points) if chosen else (None, 0.0)
    return f"{round(found.points, 6):g}/{result.max_score:g} (#{number}: {raw:g}{off})"


@contextmanager
def grading_progress(language: Language, total: int) -> Iterator[Step]:
    """Yield what to call with each result: a bar with the time left on a terminal, plain lines elsewhere (stderr)."""
    console = Console(stderr=True)
    if not console.is_terminal:
        count = 0

        def line(one: Graded, /) -> None:
            nonlocal count
            count += 1
            reason = text_of(one.result.reason).to(language) if one.result.reason else ""
            progress(f"[{count}/{total}] {_who(one)} {one.result.chapter} {reason or _points(one)}")

        yield line
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=total)

        def advance(one: Graded, /) -> None:
            bar.update(task, advance=1, description=f"{one_line(_who(one))} {one.result.chapter} {_points(one)}")

        yield advance
