"""What the class holds about a student, in a file for them: what counted, what was refused, and what TAs decided."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from autograder.checkin.evidence import ANOTHER, from_text, to_text
from autograder.checkin.requests import DECLINED, GRANTED, Asked
from autograder.checkin.status import HANDED_IN
from autograder.course import Course
from autograder.course.names import Moment
from autograder.portable.validated import BaseModel, ConfigDict, Field, ValidationError
from autograder.store.records import (
    Action,
    ActionKind,
    Answer,
    CheckIn,
    CheckInKind,
    Ledger,
    Refusal,
    Request,
    RequestKind,
    Standing,
)
from autograder.text import Text

VIEW_NAME = "checkins.json"
MAX_VIEW_SIZE = 4 << 20  # bytes
SLACK = timedelta(minutes=1)  # between a hand-in and the moment of its files
DECISIONS = ("leave", "makeup", "reopen", "excuse", "void")


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class SeenCheckIn(_Line):
    """A check-in as the class has it."""

    week: int
    kind: CheckInKind
    proof: str
    at: Moment
    standing: Standing
    month: str
    reason: str = ""
    received_at: Moment | None = None
    marks: str = ""


class SeenDecision(_Line):
    """What a TA decided."""

    kind: ActionKind
    at: Moment
    reason: str = ""
    everybody: bool = False
    week: int | None = None
    chapter: str | None = None
    until: Moment | None = None
    active: bool = True
    value: str = ""


class SeenRefusal(_Line):
    """A note that does not count."""

    week: int
    proof: str
    note: str
    at: Moment
    zh: str
    en: str

    @property
    def why(self) -> Text:
        """Why it does not count."""
        return Text(zh=self.zh, en=self.en)


class SeenAnswer(_Line):
    """What a TA answered to a request."""

    wish: RequestKind
    week: int
    asked_at: Moment
    at: Moment
    granted: bool
    reason: str = ""
    chapter: str = ""


class ClassView(_Line):
    """All that the class says to a student.

    Attributes:
        graded: When the newest graded hand-in of each chapter came.
    """

    student: str
    name: str = ""
    joined: int | None = None
    away: tuple[tuple[Moment, Moment | None], ...] = ()
    checkins: tuple[SeenCheckIn, ...] = ()
    decisions: tuple[SeenDecision, ...] = ()
    refused: tuple[SeenRefusal, ...] = ()
    graded: dict[str, Moment] = Field(default_factory=dict)
    answers: tuple[SeenAnswer, ...] = ()

    @property
    def for_all(self) -> tuple[Action, ...]:
        """The decisions for everybody."""
        return tuple(_action(one, None) for one in self.decisions if one.everybody)

    def added_to(self, course: Course, own: Ledger) -> Ledger:
        """Return a student's own ledger with what the class says; where both speak, the class is right."""
        refused = {(one.week, one.proof) for one in self.refused}
        seen = {(one.week, one.kind, one.proof): CheckIn(**one.model_dump(), note="") for one in self.checkins}
        kept = [
            piece
            for piece in own.checkins
            if (piece.week, piece.proof) not in refused
            and (piece.week, piece.kind, piece.proof) not in seen
            and not self._is_graded(course, piece)
        ]
        decided = tuple(_action(one, self.student) for one in self.decisions if not one.everybody)
        student = replace(own.student, name=self.name, joined=self.joined)
        checkins = (*seen.values(), *kept)
        return replace(own, student=student, checkins=checkins, actions=(*own.actions, *decided), away=self.away)

    def answered(self, one: Asked) -> Asked:
        """Return a request with what the class answered to it."""
        for given in self.answers:
            about = given.chapter == one.chapter if one.wish == "appeal" else given.week in one.weeks
            if given.wish == one.wish and about and given.asked_at == one.at:
                word = GRANTED if given.granted else DECLINED
                return replace(one, answer=word, said=given.reason, answered_at=given.at)
        return one

    def _is_graded(self, course: Course, piece: CheckIn) -> bool:
        """Tell whether a hand-in that waited for its points has them, or had too few."""
        week = course.week(piece.week)
        if not piece.proof.startswith(HANDED_IN) or week is None:
            return False
        moments = [at for chapter, at in self.graded.items() if week.chapter in (None, chapter)]
        return any(piece.at <= at + SLACK for at in moments)


def view_of(
    ledger: Ledger,
    for_all: Iterable[Action],
    refused: Iterable[Refusal],
    answers: Iterable[tuple[Request, Answer]] = (),
) -> str:
    """Return what the class says to a student, as JSON: the same data give the same text; of others it names nobody."""
    decisions = [one for one in (*for_all, *ledger.actions) if one.kind in DECISIONS]
    graded: dict[str, datetime] = {}
    for attempt in ledger.attempts:
        graded[attempt.chapter] = max(attempt.at, graded.get(attempt.chapter, attempt.at))
    view = ClassView(
        student=ledger.student.id,
        name=ledger.student.name,
        joined=ledger.student.joined,
        away=ledger.away,
        checkins=tuple(SeenCheckIn(**_without_others(one)) for one in ledger.checkins),
        decisions=tuple(
            SeenDecision(
                kind=one.kind,
                at=one.at,
                reason=one.reason,
                everybody=one.student is None,
                week=one.week,
                chapter=one.chapter,
                until=one.until,
                active=one.active,
                value=one.value,
            )
            for one in decisions
        ),
        refused=tuple(
            SeenRefusal(week=one.week, proof=one.proof, note=one.note, at=one.at, zh=one.why.zh, en=one.why.en)
            for one in refused
        ),
        graded=graded,
        answers=tuple(
            SeenAnswer(
                wish=request.kind,
                week=request.week,
                asked_at=request.at,
                at=given.at,
                granted=given.granted,
                reason=given.reason,
                chapter=request.chapter,
            )
            for request, given in answers
        ),
    )
    return json.dumps(view.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def read_view(student: str, folders: Iterable[Path]) -> ClassView | None:
    """Return what the class said last to a student, from `<folder>/<student>/checkins.json`; None where nothing is there."""
    found: list[tuple[float, ClassView]] = []
    for folder in folders:
        path = folder / student / VIEW_NAME
        try:
            if not path.is_file() or path.stat().st_size > MAX_VIEW_SIZE:
                continue
            view = ClassView.model_validate_json(path.read_bytes())
            found.append((path.stat().st_mtime, view))
        except (OSError, ValidationError):
            continue
    return max((one for one in found if one[1].student == student), key=lambda one: one[0], default=(0.0, None))[1]


def _without_others(piece: CheckIn) -> dict[str, Any]:
    marks = (mark._replace(student=ANOTHER) if mark.student else mark for mark in from_text(piece.marks))
    values = piece._asdict()
    del values["note"]
    return {**values, "marks": to_text(marks)}


def _action(one: SeenDecision, student: str | None) -> Action:
    return Action(
        one.kind, "class", one.at, one.reason, student, one.week, one.chapter, one.until, one.active, one.value
    )
