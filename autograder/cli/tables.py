"""How results look in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text as Plain

from autograder.cli.common import progress
from autograder.outside import one_line
from autograder.text import Language, Text

HEADINGS = (
    Text(zh="学生", en="student"),
    Text(zh="章节", en="chapter"),
    Text(zh="得分", en="points"),
    Text(zh="先看这里", en="first thing to look at"),
)


class Step(Protocol):
    """Called with each finished result."""

    def __call__(self, record: dict[str, Any], /) -> None: ...


def class_table(records: Sequence[dict[str, Any]], language: Language) -> Table:
    """Return one row per result: student, chapter, points, and the first thing that failed."""
    table = Table(*(heading.to(language) for heading in HEADINGS))
    for record in records:
        trouble = next((f for f in record["findings"] if f["status"] not in ("pass", "skipped")), None)
        first = f"{trouble['check']}: {trouble['hint'] or trouble['message']}" if trouble else record.get("reason", "")
        cells = (record["student"] or record["submission"], record["chapter"], _points(record), first)
        table.add_row(*(Plain(one_line(cell[:200])) for cell in cells))
    return table


def _points(record: dict[str, Any]) -> str:
    """Return the points of a result; of several attempts, or with something taken off, those that count."""
    counts = record.get("counting")
    if not counts or (counts["of"] == 1 and not counts["penalty_percent"]):
        return f"{record['score']:g}/{record['max_score']:g}"
    off = f" -{counts['penalty_percent']:g}%" if counts["penalty_percent"] else ""
    return f"{counts['points']:g}/{record['max_score']:g} (#{counts['attempt']}: {counts['raw_points']:g}{off})"


@contextmanager
def grading_progress(total: int) -> Iterator[Step]:
    """Yield what to call with each result: a bar with the time left on a terminal, plain lines elsewhere (stderr)."""
    console = Console(stderr=True)
    if not console.is_terminal:
        count = 0

        def line(record: dict[str, Any], /) -> None:
            nonlocal count
            count += 1
            outcome = record.get("reason") or _points(record)
            progress(f"[{count}/{total}] {record['student'] or record['submission']} {record['chapter']} {outcome}")

        yield line
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=total)

        def advance(record: dict[str, Any], /) -> None:
            who = one_line(record["student"] or record["submission"])
            bar.update(task, advance=1, description=f"{who} {record['chapter']} {_points(record)}")

        yield advance
