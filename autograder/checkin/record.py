"""Summaries as JSON values, and as lines of the roster."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from autograder.checkin.evidence import from_text
from autograder.checkin.risk import reasons
from autograder.checkin.rules import makeups_left
from autograder.checkin.summary import ChapterPoints, Summary
from autograder.checkin.weeks import month_of
from autograder.checkin.wording import MARKS
from autograder.course import Course
from autograder.portable.older import paired
from autograder.text import Json, Language, Text

NOTICED = Text(zh="第 {week} 周：{said}", en="week {week}: {said}")
VOID = Text(zh="被助教作废", en="taken back by a TA")


class RosterLine(NamedTuple):
    """One student in the roster.

    Attributes:
        marks: One character for each week.
        points: Of each chapter, None without any.
        noticed: What stands out about the notes of a week.
    """

    student: str
    name: str
    group: str
    active: bool
    marks: str
    completion: float
    done: int
    of: int
    current: int
    longest: int
    points: tuple[float | None, ...]
    course_points: float
    at_risk: tuple[str, ...]
    noticed: tuple[str, ...] = ()


def noticed(summary: Summary) -> list[tuple[int, tuple[Text, ...]]]:
    """Return each week whose notes stand out, or whose proof a TA took back, with what was noticed."""
    found = []
    for one in summary.weeks:
        texts = tuple(mark.said() for mark in from_text(one.marks))
        if one.void:
            texts = (VOID, *texts)
        if texts:
            found.append((one.week, texts))
    return found


def roster_line(course: Course, summary: Summary, now: datetime, language: Language) -> RosterLine:
    """Return the roster's line of a student."""
    student, done = summary.student, summary.progress
    return RosterLine(
        student.id,
        student.name,
        student.group,
        student.active,
        "".join(MARKS[one.status] for one in summary.weeks),
        done.completion,
        done.done,
        done.of,
        done.current,
        done.longest,
        tuple(one.points for one in summary.chapters),
        summary.course_points,
        tuple(text.to(language) for text in reasons(course, summary, now)) if student.active else (),
        tuple(
            NOTICED.format(week=week, said=Text.joined(texts, ", ")).to(language) for week, texts in noticed(summary)
        ),
    )


ORDERS = {
    "risk": lambda line: (-len(line.at_risk), line.completion, line.student),
    "id": lambda line: line.student,
    "name": lambda line: (line.name, line.student),
    "group": lambda line: (line.group, line.student),
    "completion": lambda line: (-line.completion, line.student),
    "points": lambda line: (-line.course_points, line.student),
    "streak": lambda line: (-line.current, line.student),
}


def ordered(lines: Sequence[RosterLine], order: str) -> list[RosterLine]:
    """Return the lines in an order of `ORDERS`."""
    return sorted(lines, key=ORDERS[order])


def roster_record(course: Course, line: RosterLine) -> dict[str, Json]:
    """Return a roster's line as JSON values."""
    chapters = {dates.id: points for dates, points in paired(course.chapters, line.points)}
    return {
        "student": line.student,
        "name": line.name,
        "group": line.group,
        "active": line.active,
        "weeks": line.marks,
        "completion": round(line.completion, 6),
        "done": line.done,
        "of": line.of,
        "current_streak": line.current,
        "longest_streak": line.longest,
        "chapters": chapters,
        "course_points": round(line.course_points, 6),
        "at_risk": list(line.at_risk),
        "noticed": list(line.noticed),
    }


def summary_record(course: Course, summary: Summary, now: datetime, language: Language) -> dict[str, Json]:
    """Return all that `status` says about a student as JSON values; moments in UTC."""
    done, ledger = summary.progress, summary.ledger
    month = month_of(now, course.zone)
    return {
        "student": summary.student.id,
        "name": summary.student.name,
        "timezone": course.timezone,
        "completion": round(done.completion, 6),
        "done": done.done,
        "of": done.of,
        "current_streak": done.current,
        "longest_streak": done.longest,
        "course_points": round(summary.course_points, 6),
        "makeups_left": makeups_left(course, month, ledger.checkins, ledger.actions),
        "at_risk": [text.to(language) for text in reasons(course, summary, now)],
        "weeks": [
            {
                "week": one.week,
                "status": one.status.value,
                "due": one.due.isoformat(),
                "at": one.at.isoformat() if one.at else None,
                "proof": one.proof,
                "void": one.void,
                "noticed": [mark.said().to(language) for mark in from_text(one.marks)],
                "late_until": one.late_until.isoformat() if one.late_until else None,
            }
            for one in summary.weeks
        ],
        "chapters": [_chapter(one) for one in summary.chapters],
    }


def _chapter(one: ChapterPoints) -> dict[str, Json]:
    chosen = one.choice.chosen if one.choice else None
    return {
        "chapter": one.chapter,
        "due": one.due.isoformat(),
        "points": None if one.points is None else round(one.points, 6),
        "max_points": one.max_points,
        "raw_points": chosen.attempt.points if chosen else None,
        "penalty_percent": chosen.percent if chosen else 0.0,
        "attempt": chosen.attempt.number if chosen else None,
        "of": len(one.choice.attempts) if one.choice else 0,
        "left_out": one.left_out,
    }
