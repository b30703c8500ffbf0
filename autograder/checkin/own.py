"""What a student checks in and asks for on their own machine, and what the class said last.

It runs on plain `sqlite3`: nothing here opens the class's database.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from autograder.checkin.board import pseudonym_of
from autograder.checkin.class_view import ClassView
from autograder.checkin.judging import Judge
from autograder.checkin.pseudonym import checked_pseudonym, plain_look
from autograder.checkin.requests import Asked, appealed, gathered, said_before, wished
from autograder.checkin.rulebook import rules_of
from autograder.checkin.rules import Accepted, Refused, weeks_for_a_note
from autograder.checkin.status import WeekStatus
from autograder.checkin.summary import Summariser, Summary
from autograder.checkin.travelling import (
    MAX_NOTE_LENGTH,
    RECORD_NAME,
    TravellingRecord,
    TravellingRecordError,
    locked,
    read_record,
    record_content,
)
from autograder.checkin.weeks import utc_now
from autograder.course import Course
from autograder.store.own import OwnRecord
from autograder.store.records import Action, Ledger, RequestKind, RulesSince, Student, Wish
from autograder.text import Text
from autograder.untrusted.outside import storable
from autograder.writing import write_atomically

ANOTHERS = Text(
    zh="{path} 是 {owner} 的记录，不是 {student} 的；请看 --student 和 --to",
    en="{path} is the record of {owner}, not of {student}; look at --student and --to",
)


@dataclass(frozen=True)
class Exported:
    """A travelling file that was written.

    Attributes:
        merged: Notes of another device.
        aside: Where a file lies that nobody can read.
    """

    path: Path
    merged: int
    aside: Path | None = None


@dataclass(frozen=True)
class OwnCheckIns:
    """Takes the check-ins of one student into their own record.

    Attributes:
        clock: Gives the present moment, in UTC.
        view: What the class said last, None before it said anything.
    """

    course: Course
    record: OwnRecord
    clock: Callable[[], datetime] = utc_now
    view: ClassView | None = None

    def note(
        self, student: str, note: str, *, week: int | None = None, reason: str = "", at: datetime | None = None
    ) -> tuple[Accepted | Refused, bool]:
        """Take a note; return what it gave, and whether that is new."""
        moment = at or self.clock()
        text, reason = storable(note).strip()[:MAX_NOTE_LENGTH], storable(reason)
        with self.record.writing():
            outcome = self._judge(student).note(text, moment, week=week, reason=reason)
            return outcome, isinstance(outcome, Accepted) and self.record.add_checkin(student, outcome.checkin)

    def submission(self, student: str, chapter: str, proof: str, at: datetime) -> tuple[Accepted | Refused, bool]:
        """Take a hand-in, which has no points yet; return what it gave, and whether that is new."""
        with self.record.writing():
            outcome = self._judge(student).submission(chapter, None, proof, at)
            return outcome, isinstance(outcome, Accepted) and self.record.add_checkin(student, outcome.checkin)

    def weeks_for_a_note(self, student: str) -> tuple[WeekStatus, ...]:
        """Return the weeks that a note of this moment may be for; where there are several, it must be asked."""
        known, given = self.record.checkins(student), self.record.actions(student)
        return weeks_for_a_note(self.course, self.clock(), known, given)

    def summary(self, student: str) -> Summary:
        """Return where a student stands now, with what the class said last."""
        for_all = self.view.for_all if self.view else ()
        return Summariser(self.course, self.clock(), for_all).summary(self._ledger(student))

    def ask(self, student: str, wish: RequestKind, weeks: Sequence[int], reason: str) -> int:
        """Keep a request; return how many weeks are new.

        Raises:
            RequestError: For what needs no request.
        """
        for_all = self.view.for_all if self.view else ()
        with self.record.writing():
            known = gathered((one, None) for one in self.record.requests(student))
            new = wished(self.course, for_all, self._ledger(student), wish, weeks, reason, self.clock())
            return sum(not said_before(one, known) and self.record.add_request(one) for one in new)

    def appeal(self, student: str, chapter: str, digest: str, reason: str) -> bool:
        """Keep an appeal; False where it was made in the same words before.

        Raises:
            RequestError: For what is none.
        """
        new = appealed(self.course, student, chapter, digest, reason, self.clock())
        with self.record.writing():
            known = gathered((one, None) for one in self.record.requests(student))
            return not said_before(new, known) and self.record.add_request(new)

    def asked(self, student: str) -> tuple[Asked, ...]:
        """Return what a student asked for, each with the answer that came with what the class said."""
        found = gathered((one, None) for one in self.record.requests(student))
        return tuple(map(self.view.answered, found)) if self.view else found

    def join_board(self, student: str, pseudonym: str) -> bool:
        """Wish for a place on the board under a pseudonym, which the class looks at; raises `PseudonymError`."""
        name = checked_pseudonym(pseudonym, student, self.view.name if self.view else "", look=plain_look)
        self._decide(Action("board", student, self.clock(), "joined", student, value=name))
        return True

    def leave_board(self, student: str) -> None:
        """Wish for no place on the board."""
        self._decide(Action("board", student, self.clock(), "left", student, active=False))

    def export_record(self, student: str, folder: Path) -> Exported:
        """Write a student's notes to `folder/checkins.json`, whole or not at all, so that they travel with a hand-in.

        Notes that another device left there are kept, and taken into the student's own record. A file that cannot be
        read is put aside.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / RECORD_NAME
        with locked(folder):
            there, aside = _record_there(path, student)
            merged = 0
            for one in there.checkins:
                _, new = self.note(student, one.note, week=one.week, reason=one.reason, at=min(one.at, self.clock()))
                merged += new
            notes = [one for one in self.record.checkins(student) if one.kind == "note"]
            given = self.record.actions(student)
            asked = [Wish(r.kind, r.week, r.reason, r.at, r.chapter, r.digest) for r in self.record.requests(student)]
            content = record_content(there.model_extra, student, (*there.checkins, *notes), (*there.wishes, *asked))
            if any(action.kind == "board" for action in given):
                content["board"] = pseudonym_of(given)
            elif "board" in there.model_fields_set:
                content["board"] = there.board
            write_atomically(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        return Exported(path, merged, aside)

    def _judge(self, student: str) -> Judge:
        """Return the judge of a student's check-ins; rules that are not the newest known are kept first."""
        history, today = self.record.rules(), rules_of(self.course)
        if not history or history[-1].rules != today:
            self.record.add_rules(RulesSince(self.clock(), today))
            history = self.record.rules()
        return Judge(self.course, history, self.record.checkins(student), self.record.actions(student))

    def _ledger(self, student: str) -> Ledger:
        own = self.record
        ledger = Ledger(Student(student), own.checkins(student), own.actions(student), rules=own.rules())
        return self.view.added_to(self.course, ledger) if self.view else ledger

    def _decide(self, action: Action) -> None:
        """Keep a decision about the board where it is not the one that holds already."""
        assert action.student is not None
        with self.record.writing():
            if pseudonym_of(self.record.actions(action.student)) != (action.value if action.active else None):
                self.record.add_action(action)


def _record_there(path: Path, student: str) -> tuple[TravellingRecord, Path | None]:
    """Return the record that lies there, an empty one without; one that cannot be read is moved, and its place returned."""
    if not os.path.lexists(path):
        return TravellingRecord(), None
    try:
        record = read_record(path)
    except TravellingRecordError:
        aside = path.with_name(f"{path.name}.unreadable")
        path.replace(aside)
        return TravellingRecord(), aside
    if record.student not in (None, student):
        raise TravellingRecordError(ANOTHERS.format(path=path, owner=record.student, student=student))
    return record, None
