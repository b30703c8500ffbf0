"""A course of a few weeks, and records for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from autograder.course import Course
from autograder.store.records import Action, Attempt, CheckIn, Ledger, Student

START = datetime(2026, 9, 6, 16, tzinfo=UTC)  # Monday, midnight in Shanghai
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)
NOTE = "Read chapter one, wrote the reader, got it to run."


def course(weeks: int = 4, start: datetime = START, **blocks: Any) -> Course:
    """A course of `weeks` weeks from `start` and one chapter for each two weeks."""
    lines = [
        {
            "week": n + 1,
            "opens": (start + n * WEEK).isoformat(),
            "due": (start + (n + 1) * WEEK - SECOND).isoformat(),
            "chapter": f"c{n // 2 + 1}",
        }
        for n in range(weeks)
    ]
    chapters = [
        {
            "id": f"c{n + 1}",
            "opens": (start + 2 * n * WEEK).isoformat(),
            "due": (start + 2 * (n + 1) * WEEK - SECOND).isoformat(),
        }
        for n in range(max(1, (weeks + 1) // 2))
    ]
    base = {"id": "demo", "title": {"zh": "例", "en": "Demo"}, "timezone": "Asia/Shanghai", "language": "en"}
    return Course.model_validate({**base, "chapters": chapters, "checkins": lines, **blocks})


def noted(week: int, at: datetime, standing: Any = "on_time", **changes: Any) -> CheckIn:
    """A note of one week."""
    values = {"proof": f"note:{week}", "month": at.strftime("%Y-%m"), "note": NOTE, **changes}
    return CheckIn(week, values.pop("kind", "note"), at=at, standing=standing, **values)


def action(kind: Any, week: int | None = None, at: datetime = START, **changes: Any) -> Action:
    """What a TA decided."""
    return Action(kind, "ta", at, changes.pop("reason", "flu"), week=week, **changes)


def attempt(chapter: str, at: datetime, points: float, number: int = 1, of: float = 100.0) -> Attempt:
    """One graded submission."""
    return Attempt(chapter, number, at, points, of, f"sha256:{chapter}{number}")


def ledger(
    checkins: Iterable[CheckIn] = (), actions: Iterable[Action] = (), attempts: Iterable[Attempt] = (), id: str = "s001"
) -> Ledger:
    """What is known about one student."""
    return Ledger(Student(id), tuple(checkins), tuple(actions), tuple(attempts))
