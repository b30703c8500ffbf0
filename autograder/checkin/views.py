"""What the class says to its students, written for each of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from autograder.checkin.class_view import VIEW_NAME, view_of
from autograder.checkin.identity import is_student_id
from autograder.course import Course
from autograder.store.database import Database
from autograder.store.ledgers import for_everybody, ledgers
from autograder.store.notices import answers_of, refusals_of
from autograder.store.records import Answer, Refusal, Request
from autograder.writing import write_changed


def write_views(course: Course, database: Database, root: Path, now: datetime) -> int:  # noqa: ARG001
    """Write `feedback/<student>/checkins.json` for everybody in the class; return how many changed."""
    texts: dict[Path, str] = {}
    with database.reading() as connection:
        refused: dict[str, list[Refusal]] = {}
        for one in refusals_of(connection):
            refused.setdefault(one.student, []).append(one)
        for_all = for_everybody(connection)
        answers: dict[str, list[tuple[Request, Answer]]] = {}
        for request, given in answers_of(connection):
            answers.setdefault(request.student, []).append((request, given))
        for ledger in ledgers(connection):
            if is_student_id(ledger.student.id):
                own = ledger.student.id
                view = view_of(ledger, for_all, refused.get(own, ()), answers.get(own, ()))
                texts[root / "feedback" / ledger.student.id / VIEW_NAME] = view
    return len(write_changed(texts))
