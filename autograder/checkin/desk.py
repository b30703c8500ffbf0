"""The desk: check-ins come in here, on a student's machine and at the class's database alike, and summaries go out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from autograder.older import UTC

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

from autograder.checkin.arrivals import Arrival, judged_fairly, judged_note, stranger, take_record
from autograder.checkin.board import join_board, leave_board, pseudonym_of
from autograder.checkin.class_view import ClassView
from autograder.checkin.identity import is_student_id
from autograder.checkin.pseudonym import PseudonymError
from autograder.checkin.requests import Asked, asked, dropped_requests, take_requests
from autograder.checkin.rulebook import Rulebook, keep_rules
from autograder.checkin.rules import Accepted, Refused, hash_of, judge_submission, weeks_for_a_note
from autograder.checkin.status import WeekStatus
from autograder.checkin.summary import Summariser, Summary
from autograder.checkin.weeks import utc_now
from autograder.course import Course
from autograder.course.names import Moment
from autograder.errors import AutograderError
from autograder.outside import is_storable, storable
from autograder.store.audit import actor_name
from autograder.store.checkins import actions_for, add_checkin, checkins_of
from autograder.store.database import Database
from autograder.store.ledgers import for_everybody, ledger_of, ledgers
from autograder.store.notices import rules_since
from autograder.store.records import CheckIn, RequestKind
from autograder.text import Text
from autograder.untrusted import NotOpened, opened_file, opened_folder, status_of
from autograder.validated import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from autograder.writing import write_atomically

RECORD_NAME = "checkins.json"
LARGEST_RECORD = 1 << 20  # bytes
LONGEST_NOTE = 10_000  # characters
LAST_WEEK = 9999  # of any course: no database keeps every whole number
TAKEN = Text(
    zh="化名 {pseudonym!r} 已经有人用了, 或者看起来像别人的",
    en="the pseudonym {pseudonym!r} is taken, or looks like one that is",
)
PSEUDONYM = Text(zh="化名 {pseudonym!r}: {said}", en="the pseudonym {pseudonym!r}: {said}")
NO_ID = Text(
    zh="{path}: {student!r} 不是学号; 请改正文件夹的名字",
    en="{path}: {student!r} is no student's id; give the folder its right name",
)
MORE = Text(zh="还有 {count} 条读不了", en="{count} more cannot be read")
MOST_NAMED = 5  # bad pieces of one record
NOT_REGULAR = Text(zh="{path}: 不是普通文件", en="{path}: not a regular file")
TOO_LARGE = Text(zh="{path}: 超过 {size} MiB", en="{path}: larger than {size} MiB")
NO_JSON = Text(zh="{path}: 不是 JSON", en="{path}: this is no JSON")
ABOUT = Text(zh="{path}: {said}", en="{path}: {said}")


ANOTHERS = Text(
    zh="{path} 是 {owner} 的记录, 不是 {student} 的; 请看 --student 和 --to",
    en="{path} is the record of {owner}, not of {student}; look at --student and --to",
)


class DeskError(AutograderError):
    """A check-in record that cannot be read."""


def _can_be_stored(text: str) -> str:
    if not is_storable(text):
        raise ValueError("it holds a NUL or half a character, which no database keeps")
    return text


class TravellingNote(BaseModel):
    """One note in the file that travels with a hand-in."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    week: Annotated[int, Field(strict=True, ge=1, le=LAST_WEEK)]
    note: Annotated[str, Field(strict=True, max_length=LONGEST_NOTE), AfterValidator(_can_be_stored)]
    at: Moment
    reason: Annotated[str, Field(strict=True, max_length=1000), AfterValidator(_can_be_stored)] = ""


class TravellingRequest(BaseModel):
    """One request in the file that travels with a hand-in."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    wish: RequestKind
    week: Annotated[int, Field(strict=True, ge=1, le=LAST_WEEK)]
    reason: Annotated[str, Field(strict=True, max_length=1000), AfterValidator(_can_be_stored)]
    at: Moment


class TravellingRecord(BaseModel):
    """The file that travels with a hand-in: `submitted/<student>/checkins.json`. student: whose it is, from version 2 on."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    version: int = 1
    student: Annotated[str, Field(strict=True, max_length=200), AfterValidator(_can_be_stored)] | None = None
    checkins: Annotated[tuple[TravellingNote, ...], Field(max_length=1000)] = ()
    requests: Annotated[tuple[TravellingRequest, ...], Field(max_length=100)] = ()
    board: Annotated[str, Field(strict=True, max_length=100), AfterValidator(_can_be_stored)] | None = None


@dataclass(frozen=True)
class Exported:
    """A travelling file that was written. merged: notes of another device; aside: where a file lies that nobody can read."""

    path: Path
    merged: int
    aside: Path | None = None


@dataclass(frozen=True)
class Desk:
    """Takes check-ins of one course into one database.

    clock: gives the present moment, in UTC; view: on a student's machine, what the class said last.
    """

    course: Course
    database: Database
    clock: Callable[[], datetime] = utc_now
    view: ClassView | None = None

    def note(
        self, student: str, note: str, *, week: int | None = None, reason: str = "", at: datetime | None = None
    ) -> tuple[Accepted | Refused, bool]:
        """Take a note; return what it gave, and whether that is new."""
        moment = at or self.clock()
        text, reason = storable(note).strip()[:LONGEST_NOTE], storable(reason)
        with self.database.writing() as connection:
            keep_rules(connection, self.course, actor_name(), self.clock())
            outcome = judged_note(connection, self.course, student, text, moment, week=week, reason=reason)
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
        """Take a submission as proof; return what it gave, and whether that is new. points: None before grading."""
        with self.database.writing() as connection:
            keep_rules(connection, self.course, actor_name(), self.clock())
            known, actions = checkins_of(connection, student), actions_for(connection, student)
            outcome = judged_fairly(
                self.course,
                Rulebook(rules_since(connection)),
                at,
                lambda rules: judge_submission(
                    rules, chapter, points, proof, at, known, actions, week=week, reason=reason
                ),
            )
            return outcome, isinstance(outcome, Accepted) and add_checkin(connection, student, outcome.checkin)

    def asked(self, student: str) -> tuple[Asked, ...]:
        """Return what a student asked for, each with its answer; on their own machine the answers come with the view."""
        with self.database.reading() as connection:
            found = asked(connection, student)
        return tuple(map(self.view.answered, found)) if self.view else found

    def summary(self, student: str) -> Summary:
        """Return where a student stands now; on their own machine with what the class said last."""
        with self.database.reading() as connection:
            ledger, for_all = ledger_of(connection, student), for_everybody(connection)
        if self.view is not None:
            ledger, for_all = self.view.added_to(self.course, ledger), (*for_all, *self.view.for_all)
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
            raise DeskError(NO_ID.format(path=path, student=student))
        now = self.clock()
        record, problems = read_what_can_be_read(path)
        try:
            received = min(now, datetime.fromtimestamp(path.lstat().st_ctime, UTC))
        except OSError as error:
            raise DeskError(f"{path}: {error.strerror}") from error
        arrival = take_record(self.course, self.database, student, record.student, record.checkins, received, now)
        with self.database.reading() as connection:
            why = stranger(connection, student, record.student)
        wanted = [(one.wish, one.week, one.reason, one.at) for one in record.requests]
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
            with self.database.reading() as connection:
                notes = [one for one in checkins_of(connection, student) if one.kind == "note"]
                given = actions_for(connection, student)
                mine = asked(connection, student)
            wanted = {(one.wish, one.week, one.at): one.reason for one in there.requests}
            wanted |= {(one.wish, week, one.at): one.reason for one in mine for week in one.weeks}
            lines = {(one.week, hash_of(one.note.strip())): _line(one) for one in there.checkins}
            lines |= {(one.week, one.proof): _line(one) for one in notes}
            content: dict[str, object] = {**(there.model_extra or {}), "version": 2, "student": student}
            content["checkins"] = sorted(lines.values(), key=lambda line: (str(line["at"]), str(line["note"])))
            if wanted:
                content["requests"] = [
                    {"wish": wish, "week": week, "reason": reason, "at": at.isoformat()}
                    for (wish, week, at), reason in sorted(wanted.items(), key=lambda one: (one[0][2], one[0][1]))
                ]
            if any(action.kind == "board" for action in given):
                content["board"] = pseudonym_of(given)
            elif "board" in there.model_fields_set:
                content["board"] = there.board
            write_atomically(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
        return Exported(path, merged, aside)


def _line(one: TravellingNote | CheckIn) -> dict[str, object]:
    return {"week": one.week, "note": one.note, "at": one.at.isoformat(), "reason": one.reason}


def _record_there(path: Path, student: str) -> tuple[TravellingRecord, Path | None]:
    """Return the record that lies there, an empty one without; one that cannot be read is moved, and its place returned."""
    if not os.path.lexists(path):
        return TravellingRecord(), None
    try:
        record = read_record(path)
    except DeskError:
        aside = path.with_name(f"{path.name}.unreadable")
        path.replace(aside)
        return TravellingRecord(), aside
    if record.student not in (None, student):
        raise DeskError(ANOTHERS.format(path=path, owner=record.student, student=student))
    return record, None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one process at a time write in a folder, where its disk can lock."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read_record(path: Path) -> TravellingRecord:
    """Return what a travelling file says. It is written on a student's machine: its folder and itself must be no links, and
    pipes and large files are refused."""
    return _validated(path, _content(path))


def read_what_can_be_read(path: Path) -> tuple[TravellingRecord, list[Text]]:
    """Return what `read_record` does without the notes and requests that cannot be read, and what is wrong with those."""
    problems: list[Text] = []
    content = _content(path)
    if isinstance(content, dict):
        for name, kind in (("checkins", TravellingNote), ("requests", TravellingRequest)):
            if isinstance(content.get(name), list):
                content[name] = _readable(kind, name, content[name], problems)
    return _validated(path, content), problems


def _content(path: Path) -> Any:
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
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DeskError(NO_JSON.format(path=path)) from error


def _validated(path: Path, content: Any) -> TravellingRecord:
    try:
        return TravellingRecord.model_validate(content)
    except ValidationError as error:
        raise DeskError(ABOUT.format(path=path, said=_first(error))) from error


def _readable(kind: type[BaseModel], name: str, given: list[Any], problems: list[Text]) -> list[Any]:
    """Return the pieces of a record that can be read, and add what is wrong with the others to `problems`."""
    found: list[Any] = []
    bad = 0
    for number, one in enumerate(given):
        try:
            kind.model_validate(one)
        except ValidationError as error:
            bad += 1
            if bad <= MOST_NAMED:
                said = f"{name}.{number}.{_first(error)}"
                problems.append(Text(zh=said, en=said))
        else:
            found.append(one)
    if bad > MOST_NAMED:
        problems.append(MORE.format(count=bad - MOST_NAMED))
    return found


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}"


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
