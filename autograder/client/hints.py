"""The hints of a task, one step more each time a student asks."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from autograder.course import Task
from autograder.text import Json, Text
from autograder.writing import write_atomically

SEEN = Path(".autograder") / "hints.json"  # below the course folder: how many hints of each task were shown
OF_CHECK = Text(zh="{check}: {hint}", en="{check}: {hint}")
LATER = Text(
    zh="另有 {points:g} 分在老师评分时检查",
    en="{points:g} more points are checked when the class is graded",
)


def hints_of(task: Task) -> list[Text]:
    """Return the hints of a task: how to go about it, then what its public checks look at, then what hidden ones do."""
    found = [task.hint] if task.hint else []
    for entry in sorted(task.checks, key=lambda entry: entry.hidden):
        if entry.hint:
            found.append(OF_CHECK.format(check=entry.id, hint=entry.hint))
    return [*found, LATER.format(points=task.later)] if task.later else found


def next_step(root: Path, chapter: str, task: str, most: int) -> int:
    """Return how many hints to show now, one more than the last time and `most` at the most; keep that count.

    Where it cannot be kept, all are shown.
    """
    path = root / SEEN
    seen = _seen(path)
    of_chapter = seen.get(chapter)
    counts: dict[str, Json] = of_chapter if isinstance(of_chapter, dict) else {}
    before = counts.get(task)
    step = min(most, max(0, before) + 1 if isinstance(before, int) else 1)
    with contextlib.suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, json.dumps({**seen, chapter: {**counts, task: step}}, indent=1) + "\n")
        return step
    return most


def _seen(path: Path) -> dict[str, Json]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
