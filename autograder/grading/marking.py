"""Marks that TAs give in formgrader belong to the answer they were given for; nbgrader has one for each student and cell."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from autograder.course import Chapter
from autograder.grading.attempts import kept_path
from autograder.store.marked import Mark, Marked, has_gradebook, keep_marks, marked_of, students_shown
from autograder.store.result import Result
from autograder.store.results import ResultStore
from autograder.text import Text

Live = Mapping[str, tuple[float | None, float | None, float]]
"""What nbgrader's gradebook has, by cell: mark, extra credit, automatic points."""
SUGGESTED = Text(
    zh="**{cell}** 换了答案，请重新评分。以前的答案得过 {points:g} 分 (仅供参考)。",
    en="**{cell}** holds another answer now: mark it again. The earlier answer had {points:g} points (only a suggestion).",
)
GIVEN = """
SELECT b.name, g.manual_score, g.extra_credit, COALESCE(g.auto_score, 0)
FROM grade g
JOIN base_cell b ON b.id = g.cell_id
JOIN submitted_notebook sn ON sn.id = g.notebook_id
JOIN submitted_assignment sa ON sa.id = sn.assignment_id
JOIN assignment a ON a.id = sa.assignment_id
WHERE sa.student_id = :student AND a.name = :chapter
"""


def settle_marks(root: Path, store: ResultStore, chapter: Chapter, students: Iterable[str], now: datetime) -> None:
    """Keep the marks that formgrader has by now with the attempt that it showed, and find those of the other attempts.

    An attempt whose answer to a question is the one that was marked has its mark, too.
    """
    with store.database.reading() as connection:
        shown = students_shown(connection, chapter.id)
    for student in filter(shown.__contains__, students):
        keys = [attempt.key for attempt in store.attempts(student, chapter.id)]
        with store.database.writing() as connection:
            known = marked_of(connection, student, chapter.id)
            live = _live(connection, student, chapter.id)
            if not known.shown or not (known.by_key or any(_is_marked(one) for one in live.values())):
                continue
            keep_live(connection, root, student, chapter, known, live, now)
            for key in keys:
                if key != known.shown:
                    _spread(connection, root, store, student, chapter, known, key, now)


def keep_live(
    connection: Connection, root: Path, student: str, chapter: Chapter, known: Marked, live: Live, now: datetime
) -> None:
    """Keep what formgrader has, where it is new, with the attempt that it shows."""
    digests = answers_of(root, student, chapter, known.shown)
    marks = {cell: Mark(digests.get(cell, ""), *one) for cell, one in live.items() if _is_marked(one)}
    if marks != known.by_key.get(known.shown, {}):
        keep_marks(connection, student, chapter.id, known.shown, marks, now, shown=True)
        known.by_key.pop(known.shown, None)
        known.by_key[known.shown] = marks


def _spread(
    connection: Connection,
    root: Path,
    store: ResultStore,
    student: str,
    chapter: Chapter,
    known: Marked,
    key: str,
    now: datetime,
) -> None:
    digests = answers_of(root, student, chapter, key)
    found = {cell: mark for cell, digest in digests.items() if (mark := known.of_answer(cell, digest))}
    before = known.by_key.get(key, {})
    if found and {cell: (one.digest, one.manual, one.extra) for cell, one in found.items()} != {
        cell: (one.digest, one.manual, one.extra) for cell, one in before.items()
    }:
        result = store.with_key(key, student, chapter.id)
        own = {cell: Mark(one.digest, one.manual, one.extra, _automatic(result, cell)) for cell, one in found.items()}
        keep_marks(connection, student, chapter.id, key, own, now, shown=False)
        newest = known.by_key.pop(known.shown, {})
        known.by_key[key], known.by_key[known.shown] = own, newest


def move_marks(
    connection: Connection,
    root: Path,
    chapter: Chapter,
    result: Result,
    grades: Mapping[str, Any],
    now: datetime,
) -> dict[str, float]:
    """Make formgrader's marks those of the attempt that it is about to show; return marks of other answers, by cell.

    A grade whose answer is another one gets another number: a page of formgrader that was opened before, and is saved
    after, must not mark an answer that nobody looked at. Call it before the automatic points are written.

    Args:
        connection: of the transaction in which the grades are written.
        grades: nbgrader's grade of each cell.
    """
    student, key = str(result.student), result.key
    known = marked_of(connection, student, chapter.id)
    if known.shown == key:
        return _suggestions(root, student, chapter, known, key, grades)
    if known.shown:
        live = {cell: (one.manual_score, one.extra_credit, one.auto_score or 0.0) for cell, one in grades.items()}
        keep_live(connection, root, student, chapter, known, live, now)
        before, after = (answers_of(root, student, chapter, one) for one in (known.shown, key))
        for cell, grade in grades.items():
            if before.get(cell) == after.get(cell):
                continue
            mark = known.of_answer(cell, after.get(cell, ""))
            grade.manual_score, grade.extra_credit = (mark.manual, mark.extra) if mark else (None, None)
            grade.id = uuid.uuid4().hex
    digests = answers_of(root, student, chapter, key)
    marks = {
        cell: Mark(digests.get(cell, ""), one.manual_score, one.extra_credit, _automatic(result, cell))
        for cell, one in grades.items()
        if _is_marked((one.manual_score, one.extra_credit, 0.0))
    }
    keep_marks(connection, student, chapter.id, key, marks, now, shown=True)
    return _suggestions(root, student, chapter, known, key, grades)


def answers_of(root: Path, student: str, chapter: Chapter, key: str) -> dict[str, str]:
    """Return the digest of what an attempt answers in each graded cell: of the cell's text, for code of all its code."""
    try:
        notebook = json.loads(kept_path(root, student, chapter.id, key).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    texts = {
        cell["metadata"].get("nbgrader", {}).get("grade_id"): "".join(cell["source"]) for cell in notebook["cells"]
    }
    code = "\0".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    found = {}
    for task in chapter.tasks:
        written = task.kind == "written"
        answer = texts.get(task.id, "") if written else code
        found[task.id if written else f"check-{task.id}"] = hashlib.sha256(answer.encode()).hexdigest()
    return found


def _suggestions(
    root: Path, student: str, chapter: Chapter, known: Marked, key: str, grades: Mapping[str, Any]
) -> dict[str, float]:
    digests = answers_of(root, student, chapter, key) if known.by_key else {}
    found = {}
    for cell, digest in digests.items():
        grade = grades.get(cell)
        other = known.newest_other(cell, digest)
        if grade is not None and grade.manual_score is None and other and other.manual is not None:
            found[cell] = other.manual
    return found


def _live(connection: Connection, student: str, chapter: str) -> Live:
    if not has_gradebook(connection):
        return {}
    rows = connection.execute(text(GIVEN), {"student": student, "chapter": chapter})
    return {name: (manual, extra, automatic) for name, manual, extra, automatic in rows}


def _is_marked(live: tuple[float | None, float | None, float]) -> bool:
    return live[0] is not None or bool(live[1])


def _automatic(result: Result | None, cell: str) -> float:
    task = cell.removeprefix("check-")
    findings = result.findings if result else ()
    return sum(float(one.points) for one in findings if one.task == task and one.kind != "written")


def suggestions_said(found: Mapping[str, float]) -> list[Text]:
    """Return what a TA reads about answers that took the place of marked ones."""
    return [SUGGESTED.format(cell=cell, points=points) for cell, points in sorted(found.items())]
