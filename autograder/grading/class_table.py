"""The class's points as a table: a row for each student and chapter, with the attempt that counts and what TAs marked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.checkin.late import excused
from autograder.checkin.summary import Summariser, Summary, share_of
from autograder.course import Course
from autograder.grading.attempt_choice import Graded, chosen_results, class_results
from autograder.grading.export import Cell, write_table, write_workbook
from autograder.store.ledgers import for_everybody, ledgers
from autograder.store.marked import Mark, class_marks
from autograder.store.records import Action, Student
from autograder.store.result import Finding
from autograder.store.results import ResultStore

COLUMNS = ("student", "name", "email", "group", "chapter", "status", "attempt", "of")
POINTS = ("score", "max_score", "by_hand", "penalty_percent", "counts", "excused", "course_so_far")
NOTHING = "nothing handed in"


@dataclass(frozen=True)
class Line:
    """One student in one chapter. graded: the result of the attempt that counts, None where nothing came; marks: of TAs for
    this attempt, by cell; so_far: 0..100, the chapters that are over or have points, by their weights; excused: what of it."""

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


def write_lines(path: Path, lines: Sequence[Line]) -> None:
    """Write the table as CSV, or as .xlsx where the name ends so.

    Score and tasks are of the attempt that counts. A task is the mark of a TA where there is one, else the points of the
    checks; it is empty where the chapter does not have it, where nothing was graded, and where a TA has yet to mark it.
    """
    results = [line.graded.result for line in lines if line.graded]
    tasks = list(dict.fromkeys(finding.task for result in results for finding in result.findings))
    rows: list[Sequence[Cell]] = [(*COLUMNS, *POINTS, *tasks)]
    for line in lines:
        rows.append((*_about(line), *_points(line), *(_task(line, task) for task in tasks)))
    (write_workbook if path.suffix.lower() == ".xlsx" else write_table)(path, rows)


def _about(line: Line) -> tuple[Cell, ...]:
    student, one = line.student, line.graded
    choice = one.choice if one else None
    chosen = choice.chosen if choice else None
    status = one.result.status if one else NOTHING
    number = chosen.attempt.number if chosen else None
    of = len(choice.attempts) if choice else None
    return student.id, student.name, student.email, student.group, line.chapter, status, number, of


def _points(line: Line) -> tuple[Cell, ...]:
    so_far = None if line.so_far is None else round(line.so_far, 2)
    if line.graded is None:
        return None, None, None, None, 0.0, line.excused or None, so_far
    result, choice = line.graded
    chosen = choice.chosen if choice else None
    by_hand = math.fsum(mark.points for mark in line.marks.values()) if line.marks else None
    points = round(choice.points, 6) if choice else result.score
    return (
        result.score,
        result.max_score,
        by_hand,
        chosen.percent if chosen else 0.0,
        points,
        line.excused or None,
        so_far,
    )


def _task(line: Line, task: str) -> float | None:
    findings = [one for one in line.graded.result.findings if one.task == task] if line.graded else []
    mark = line.marks.get(task) or line.marks.get(f"check-{task}")
    automatic = [one.points for one in findings if not _unmarked(one)]
    if mark is not None and findings:
        return (math.fsum(automatic) if mark.manual is None else mark.manual) + (mark.extra or 0.0)
    return math.fsum(automatic) if automatic else None


def _unmarked(finding: Finding) -> bool:
    return finding.kind == "written" and finding.status == "skipped"
