"""Check-ins of a class: they come in here, and summaries go out. Those on a student's own machine: `own`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from autograder.checkin.answering import appeal, ask, asked, dropped_requests, take_requests
from autograder.checkin.arrivals import Arrival, judge_of, others_with, stranger, take_record
from autograder.checkin.board import pseudonym_of
from autograder.checkin.history import keep_rules
from autograder.checkin.identity import is_student_id
from autograder.checkin.pseudonym import SOMEBODY_ELSE, PseudonymError, checked_pseudonym, is_taken_by, key_of
from autograder.checkin.requests import Asked
from autograder.checkin.rules import Accepted, Refused, weeks_for_a_note
from autograder.checkin.status import WeekStatus
from autograder.checkin.summary import Summariser, Summary
from autograder.checkin.travelling import (
    MAX_NOTE_LENGTH,
    TravellingRecord,
    TravellingRecordError,
    read_what_can_be_read,
)
from autograder.checkin.weeks import utc_now
from autograder.course import Course
from autograder.portable.older import UTC
from autograder.store.audit import actor_name
from autograder.store.checkins import actions_for, add_actions, add_checkin, checkins_of
from autograder.store.database import Database
from autograder.store.ledgers import for_everybody, ledger_of, ledgers
from autograder.store.records import Action, RequestKind
from autograder.store.roster import claim_pseudonym, claimed, class_list
from autograder.text import Text
from autograder.untrusted.outside import storable

TAKEN = Text(
    zh="化名 {pseudonym!r} 已经有人用了，或者看起来像别人的",
    en="the pseudonym {pseudonym!r} is taken, or looks like one that is",
)
PSEUDONYM = Text(zh="化名 {pseudonym!r}: {said}", en="the pseudonym {pseudonym!r}: {said}")
NO_ID = Text(
    zh="{path}: {student!r} 不是学号；请改正文件夹的名字",
    en="{path}: {student!r} is not a student id; give the folder its right name",
)


@dataclass(frozen=True)
class CheckInService:
    """Takes check-ins of one course into the class's database.

    Attributes:
        clock: Gives the present moment, in UTC.
    """

    course: Course
    database: Database
    clock: Callable[[], datetime] = utc_now

    def note(
        self, student: str, note: str, *, week: int | None = None, reason: str = "", at: datetime | None = None
    ) -> tuple[Accepted | Refused, bool]:
        """Take a note; return what it gave, and whether that is new."""
        moment = at or self.clock()
        text, reason = storable(note).strip()[:MAX_NOTE_LENGTH], storable(reason)
        with self.database.writing() as connection:
            keep_rules(connection, self.course, actor_name(), self.clock())
            judge, same = judge_of(connection, self.course, student), partial(others_with, connection, student)
            outcome = judge.note(text, moment, same, week=week, reason=reason)
            return outcome, isinstance(outcome, Accepted) and add_checkin(connection, student, outcome.checkin)

    def weeks_for_a_note(self, student: str) -> tuple[WeekStatus, ...]:
        """Return the weeks that a note of this moment may be for; where there are several, it must be asked."""
        with self.database.reading() as connection:
            known, given = checkins_of(connection, student), actions_for(connection, student)
        return weeks_for_a_note(self.course, self.clock(), known, given)

    def submission(
        self,
        student: str,
        chapter: str,
        points: float | None,
        proof: str,
        at: datetime,
        *,
        week: int | None = None,
        reason: str = "",
    ) -> tuple[Accepted | Refused, bool]:
        """Take a submission as proof; return what it gave, and whether that is new.

        Args:
            points: None before grading.
        """
        with self.database.writing() as connection:
            keep_rules(connection, self.course, actor_name(), self.clock())
            judge = judge_of(connection, self.course, student)
            outcome = judge.submission(chapter, points, proof, at, week=week, reason=reason)
            return outcome, isinstance(outcome, Accepted) and add_checkin(connection, student, outcome.checkin)

    def asked(self, student: str) -> tuple[Asked, ...]:
        """Return what a student asked for, each with its answer."""
        with self.database.reading() as connection:
            return asked(connection, student)

    def ask(self, student: str, wish: RequestKind, weeks: Sequence[int], reason: str) -> int:
        """Store a request; return how many weeks are new.

        Raises:
            RequestError: For what needs no request.
        """
        return ask(self.course, self.database, student, wish, weeks, reason, self.clock())

    def appeal(self, student: str, chapter: str, digest: str, reason: str) -> bool:
        """Store an appeal; False where it was made in the same words before.

        Raises:
            RequestError: For what is none.
        """
        return appeal(self.course, self.database, student, chapter, digest, reason, self.clock())

    def join_board(self, student: str, pseudonym: str) -> bool:
        """Put a student on the board; False where the pseudonym is taken. Raises `PseudonymError`."""
        return join_board(self.database, student, pseudonym, self.clock())

    def leave_board(self, student: str) -> None:
        """Take a student off the board."""
        leave_board(self.database, student, self.clock())

    def summary(self, student: str) -> Summary:
        """Return where a student stands now."""
        with self.database.reading() as connection:
            ledger, for_all = ledger_of(connection, student), for_everybody(connection)
        return Summariser(self.course, self.clock(), for_all).summary(ledger)

    def summaries(self) -> Iterator[Summary]:
        """Yield where everybody stands now, sorted by id."""
        now = self.clock()
        with self.database.reading() as connection:
            yield from Summariser(self.course, now, for_everybody(connection)).summaries(ledgers(connection))

    def on_the_board(self) -> Iterator[Summary]:
        """Yield where those stand who want to be on the board."""
        now = self.clock()
        with self.database.reading() as connection:
            summariser = Summariser(self.course, now, for_everybody(connection))
            for ledger in ledgers(connection):
                if pseudonym_of(ledger.actions):
                    yield summariser.summary(ledger)

    def import_record(self, student: str, path: Path) -> Arrival:
        """Take the notes of a travelling file; return what was new. A moment after now counts as now.

        A note reached the class when the file was last written, by the clock of the class's disk. What cannot be read of
        the file is named in the arrival; the rest is taken.
        """
        if not is_student_id(student):
            raise TravellingRecordError(NO_ID.format(path=path, student=student))
        now = self.clock()
        record, problems = read_what_can_be_read(path)
        try:
            received = min(now, datetime.fromtimestamp(path.lstat().st_ctime, UTC))
        except OSError as error:
            raise TravellingRecordError(f"{path}: {error.strerror}") from error
        arrival = take_record(self.course, self.database, student, record.student, record.checkins, received, now)
        with self.database.reading() as connection:
            why = stranger(connection, student, record.student)
        wanted = record.wishes
        if why is None:
            take_requests(self.course, self.database, student, wanted, now)
            problems += self._import_board(student, record, now)
        dropped = () if why is None else dropped_requests(student, why, wanted)
        return arrival._replace(problems=(*problems, *arrival.problems), dropped=dropped)

    def _import_board(self, student: str, record: TravellingRecord, now: datetime) -> list[Text]:
        """Take or leave the place on the board; return what is wrong with the pseudonym."""
        try:
            if record.board and not join_board(self.database, student, record.board, now):
                return [TAKEN.format(pseudonym=record.board)]
        except PseudonymError as error:
            return [PSEUDONYM.format(pseudonym=record.board, said=error.said)]
        if record.board is None and "board" in record.model_fields_set:
            leave_board(self.database, student, now)
        return []


def join_board(database: Database, student: str, pseudonym: str, now: datetime) -> bool:
    """Put a student on the board under a pseudonym; False where it is, or looks like, another student's.

    Who stands there by that pseudonym already stays, whoever joined the class since.

    Raises:
        PseudonymError: For what is no pseudonym, and for another student's id or name.
    """
    with database.writing() as connection:
        if pseudonym_of(one for one in actions_for(connection, student) if one.student == student) == pseudonym:
            return True
        known = class_list(connection)
        name = checked_pseudonym(pseudonym, student, known[student].name if student in known else "")
        others = (text for one in known.values() if one.id != student for text in (one.id, one.name))
        if is_taken_by(name, others):
            raise PseudonymError(SOMEBODY_ELSE)
        if any(owner != student and key_of(folded) == key_of(name) for folded, owner in claimed(connection)):
            return False
        if not claim_pseudonym(connection, key_of(name), student):
            return False
        add_actions(connection, [Action("board", student, now, "joined", student, value=name)])
    return True


def leave_board(database: Database, student: str, now: datetime) -> None:
    """Take a student off the board; the pseudonym stays his."""
    with database.writing() as connection:
        add_actions(connection, [Action("board", student, now, "left", student, active=False)])
