"""The class's points as a table: a row for each student and chapter, with the attempt that counts and what TAs marked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.checkin.late import AttemptChoice, ScoredAttempt, excused
from autograder.checkin.summary import Summariser, Summary, share_of
from autograder.course import Course
from autograder.grading.attempt_choice import Graded, chosen_results, class_results
from autograder.grading.export import Cell, write_table, write_workbook
from autograder.store.ledgers import for_everybody, ledgers
from autograder.store.marked import Mark, class_marks
from autograder.store.records import Action, Student
from autograder.store.result import Finding
from autograder.store.results import ResultStore

NOTHING = "nothing handed in"


@dataclass(frozen=True)
class Line:
    """One student in one chapter.

    Attributes:
        graded: The result of the attempt that counts, None where nothing came.
        marks: Of TAs for this attempt, by cell.
        so_far: 0..100, the chapters that are over or have points, by their weights.
        excused: What of it.
    """

    student: Student
    chapter: str
    graded: Graded | None = None
    marks: Mapping[str, Mark] = field(default_factory=dict)
    so_far: float | None = None
    excused: str = ""


def class_lines(course: Course, store: ResultStore, now: datetime) -> list[Line]:
    """Return a line for each student of the class and chapter that has begun: also who handed in nothing, not who left."""
    given = {
        (str(one.result.student), one.result.chapter): one
        for one in chosen_results(store, class_results(course, store))
    }
    found: list[Line] = []
    known: set[str] = set()
    with store.database.reading() as connection:
        marks = class_marks(connection)
        summariser = Summariser(course, now, for_everybody(connection))
        for ledger in ledgers(connection):
            known.add(ledger.student.id)
            if ledger.student.active:
                found += _of_student(course, summariser.summary(ledger), given, marks, summariser.for_all, now)
    strangers = (about for about in given if about[0] not in known)
    found += [Line(Student(student), chapter, given[student, chapter]) for student, chapter in strangers]
    return sorted(found, key=lambda line: line.student.id)


Marks = Mapping[tuple[str, str, str], Mapping[str, Mark]]


def _of_student(
    course: Course,
    summary: Summary,
    given: Mapping[tuple[str, str], Graded],
    marks: Marks,
    for_all: Sequence[Action],
    now: datetime,
) -> Iterable[Line]:
    student, so_far = summary.student, share_so_far(course, summary, now)
    decided = {dates.id: excused(dates.id, (*for_all, *summary.ledger.actions)) for dates in course.chapters}
    for dates in course.chapters:
        one = given.get((student.id, dates.id))
        if one is not None or dates.opens <= now:
            key = one.result.key if one else ""
            by_hand = marks.get((student.id, dates.id, key), {})
            yield Line(student, dates.id, one, by_hand, so_far, ", ".join(decided[dates.id]))


def share_so_far(course: Course, summary: Summary, now: datetime) -> float | None:
    """Return the points of 100 over the chapters that are over for the student or have points; None before the first."""
    weight = {dates.id: dates.weight for dates in course.chapters}
    begun = (one for one in summary.chapters if one.points is not None or one.due < now)
    over = [one for one in begun if not one.left_out]
    return 100.0 * share_of([(weight[one.chapter], one.share) for one in over], course.drop_lowest) if over else None


def _choice(line: Line) -> AttemptChoice | None:
    return line.graded.choice if line.graded else None


def _chosen(line: Line) -> ScoredAttempt | None:
    choice = _choice(line)
    return choice.chosen if choice else None


def _by_hand(line: Line) -> float | None:
    return math.fsum(mark.points for mark in line.marks.values()) if line.graded and line.marks else None


def _penalty(line: Line) -> float | None:
    if line.graded is None:
        return None
    return chosen.percent if (chosen := _chosen(line)) else 0.0


def _counts(line: Line) -> float:
    if line.graded is None:
        return 0.0
    return round(choice.points, 6) if (choice := _choice(line)) else line.graded.result.score


COLUMNS: Mapping[str, Callable[[Line], Cell]] = {
    "student": lambda line: line.student.id,
    "name": lambda line: line.student.name,
    "email": lambda line: line.student.email,
    "group": lambda line: line.student.group,
    "chapter": lambda line: line.chapter,
    "status": lambda line: line.graded.result.status if line.graded else NOTHING,
    "attempt": lambda line: chosen.attempt.number if (chosen := _chosen(line)) else None,
    "of": lambda line: len(choice.attempts) if (choice := _choice(line)) else None,
    "score": lambda line: line.graded.result.score if line.graded else None,
    "max_score": lambda line: line.graded.result.max_score if line.graded else None,
    "by_hand": _by_hand,
    "penalty_percent": _penalty,
    "counts": _counts,
    "excused": lambda line: line.excused or None,
    "course_so_far": lambda line: None if line.so_far is None else round(line.so_far, 2),
}
"""The columns of the table by name, in their order; a column for each task follows them."""


def write_lines(path: Path, lines: Sequence[Line]) -> None:
    """Write the table as CSV, or as .xlsx where the name ends so.

    Score and tasks are of the attempt that counts. A task is the mark of a TA where there is one, else the points of the
    checks; it is empty where the chapter does not have it, where nothing was graded, and where a TA has yet to mark it.
    """
    results = [line.graded.result for line in lines if line.graded]
    tasks = list(dict.fromkeys(finding.task for result in results for finding in result.findings))
    rows: list[Sequence[Cell]] = [(*COLUMNS, *tasks)]
    for line in lines:
        rows.append((*(value(line) for value in COLUMNS.values()), *(_task(line, task) for task in tasks)))
    (write_workbook if path.suffix.lower() == ".xlsx" else write_table)(path, rows)


def _task(line: Line, task: str) -> float | None:
    findings = [one for one in line.graded.result.findings if one.task == task] if line.graded else []
    mark = line.marks.get(task) or line.marks.get(f"check-{task}")
    automatic = [one.points for one in findings if not _unmarked(one)]
    if mark is not None and findings:
        return (math.fsum(automatic) if mark.manual is None else mark.manual) + (mark.extra or 0.0)
    return math.fsum(automatic) if automatic else None


def _unmarked(finding: Finding) -> bool:
    return finding.kind == "written" and finding.status == "skipped"
