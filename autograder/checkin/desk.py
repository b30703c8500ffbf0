"""The desk: check-ins come in here, on a student's machine and at the class's database alike, and summaries go out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from autograder.checkin.board import PseudonymError, join_board, leave_board, pseudonym_of
from autograder.checkin.requests import Asked, asked, take_requests
from autograder.checkin.rules import Accepted, Refused, hash_of, judge_note, judge_submission, weeks_for_a_note
from autograder.checkin.status import WeekStatus
from autograder.checkin.summary import Summariser, Summary
from autograder.checkin.weeks import utc_now
from autograder.course import Course
from autograder.course.names import Moment
from autograder.errors import AutograderError
from autograder.store.checkins import actions_for, add_checkin, checkins_of
from autograder.store.database import Database
from autograder.store.ledgers import for_everybody, ledger_of, ledgers
from autograder.store.records import Action, CheckIn, RequestKind
from autograder.text import Text
from autograder.untrusted import NotOpened, opened_file, opened_folder, status_of
from autograder.writing import write_atomically

RECORD_NAME = "checkins.json"
LARGEST_RECORD = 1 << 20  # bytes
LONGEST_NOTE = 10_000  # characters
TAKEN = Text(zh="{path}: 化名 {pseudonym!r} 已经有人用了", en="{path}: the pseudonym {pseudonym!r} is taken")
NOT_REGULAR = Text(zh="{path}: 不是普通文件", en="{path}: not a regular file")
TOO_LARGE = Text(zh="{path}: 超过 {size} MiB", en="{path}: larger than {size} MiB")
NO_JSON = Text(zh="{path}: 不是 JSON", en="{path}: this is no JSON")
ABOUT = Text(zh="{path}: {said}", en="{path}: {said}")


class DeskError(AutograderError):
    """A check-in record that cannot be read."""


class TravellingNote(BaseModel):
    """One note in the file that travels with a hand-in."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    week: Annotated[int, Field(strict=True, ge=1)]
    note: Annotated[str, Field(strict=True, max_length=LONGEST_NOTE)]
    at: Moment
    reason: Annotated[str, Field(strict=True, max_length=1000)] = ""


class TravellingRequest(BaseModel):
    """One request in the file that travels with a hand-in."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    wish: RequestKind
    week: Annotated[int, Field(strict=True, ge=1)]
    reason: Annotated[str, Field(strict=True, max_length=1000)]
    at: Moment


class TravellingRecord(BaseModel):
    """The file that travels with a hand-in: `submitted/<student>/checkins.json`."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    version: int = 1
    checkins: Annotated[tuple[TravellingNote, ...], Field(max_length=1000)] = ()
    requests: Annotated[tuple[TravellingRequest, ...], Field(max_length=100)] = ()
    board: Annotated[str, Field(strict=True, max_length=100)] | None = None


@dataclass(frozen=True)
class Desk:
    """Takes check-ins of one course into one database. clock: gives the present moment, in UTC."""

    course: Course
    database: Database
    clock: Callable[[], datetime] = utc_now

    def note(
        self, student: str, note: str, *, week: int | None = None, reason: str = "", at: datetime | None = None
    ) -> tuple[Accepted | Refused, bool]:
        """Take a note; return what it gave, and whether that is new."""
        moment = at or self.clock()
        text = note.strip()[:LONGEST_NOTE]
        return self._take(
            student,
            lambda known, actions: judge_note(self.course, text, moment, known, actions, week=week, reason=reason),
        )

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
        """Take a submission as proof; return what it gave, and whether that is new. points: None before grading."""
        return self._take(
            student,
            lambda known, actions: judge_submission(
                self.course, chapter, points, proof, at, known, actions, week=week, reason=reason
            ),
        )

    def asked(self, student: str) -> tuple[Asked, ...]:
        """Return what a student asked for, each with its answer."""
        with self.database.reading() as connection:
            return asked(connection, student)

    def summary(self, student: str) -> Summary:
        """Return where a student stands now."""
        with self.database.reading() as connection:
            ledger = ledger_of(connection, student)
            return Summariser(self.course, self.clock(), for_everybody(connection)).summary(ledger)

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

    def import_record(self, student: str, path: Path) -> int:
        """Take the notes of a travelling file; return how many are new. A moment after now counts as now."""
        now, new = self.clock(), 0
        record = read_record(path)
        with self.database.reading() as connection:
            known = {(one.week, one.proof) for one in checkins_of(connection, student)}
        for one in record.checkins:
            if (one.week, hash_of(one.note.strip())) in known:
                continue
            _, added = self.note(student, one.note, week=one.week, reason=one.reason, at=min(one.at, now))
            new += added
        wanted = ((one.wish, one.week, one.reason, one.at) for one in record.requests)
        take_requests(self.course, self.database, student, wanted, now)
        try:
            if record.board and not join_board(self.database, student, record.board, now):
                raise DeskError(TAKEN.format(path=path, pseudonym=record.board))
        except PseudonymError as error:
            raise DeskError(ABOUT.format(path=path, said=error.said)) from error
        if record.board is None and "board" in record.model_fields_set:
            leave_board(self.database, student, now)
        return new

    def export_record(self, student: str, folder: Path) -> Path:
        """Write a student's notes to `folder/checkins.json`, whole or not at all, so that they travel with a hand-in."""
        with self.database.reading() as connection:
            notes = [one for one in checkins_of(connection, student) if one.kind == "note"]
            given = actions_for(connection, student)
            wanted = asked(connection, student)
        lines = [{"week": one.week, "note": one.note, "at": one.at.isoformat(), "reason": one.reason} for one in notes]
        content: dict[str, object] = {"version": 1, "checkins": lines}
        if wanted:
            content["requests"] = [
                {"wish": one.wish, "week": week, "reason": one.reason, "at": one.at.isoformat()}
                for one in wanted
                for week in one.weeks
            ]
        if any(action.kind == "board" for action in given):
            content["board"] = pseudonym_of(given)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / RECORD_NAME
        write_atomically(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        return path

    def _take(
        self, student: str, judge: Callable[[tuple[CheckIn, ...], tuple[Action, ...]], Accepted | Refused]
    ) -> tuple[Accepted | Refused, bool]:
        with self.database.writing() as connection:
            outcome = judge(checkins_of(connection, student), actions_for(connection, student))
            if isinstance(outcome, Refused):
                return outcome, False
            return outcome, add_checkin(connection, student, outcome.checkin)


def read_record(path: Path) -> TravellingRecord:
    """Return what a travelling file says. It is written on a student's machine: its folder and itself must be no links, and
    pipes and large files are refused."""
    try:
        whose = [path.parent.name]
        with (
            opened_folder(path.parent.parent, whose, listed=False) as folder,
            opened_file(folder, path.name, whose) as descriptor,
            os.fdopen(os.dup(descriptor), "rb") as file,
        ):
            content = file.read(LARGEST_RECORD + 1)
    except NotOpened as error:
        raise DeskError(error.said if error.why != "kind" else NOT_REGULAR.format(path=path)) from error
    except OSError as error:
        raise DeskError(f"{path}: {error.strerror}") from error
    if len(content) > LARGEST_RECORD:
        raise DeskError(TOO_LARGE.format(path=path, size=LARGEST_RECORD >> 20))
    try:
        return TravellingRecord.model_validate(json.loads(content))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DeskError(f"{path}: {where}: {first['msg']}") from error
    except (ValueError, RecursionError) as error:
        raise DeskError(NO_JSON.format(path=path)) from error


def travelling_records(submitted: Path) -> Iterator[tuple[str, Path]]:
    """Yield student and file for every travelling record in `submitted/`, sorted; also for folders that cannot be read."""
    try:
        with opened_folder(submitted) as folder, os.scandir(folder) as entries:
            students = sorted(entry.name for entry in entries)
    except NotOpened:
        return
    for student in students:
        try:
            with opened_folder(submitted, [student], listed=False) as folder:
                there = status_of(folder, RECORD_NAME) is not None
        except NotOpened as error:
            there = error.why == "refused"  # what is a link, or no folder, is no student's
        if there:
            yield student, submitted / student / RECORD_NAME
