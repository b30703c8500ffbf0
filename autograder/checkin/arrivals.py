"""Notes that arrive: judged by the rule of their moment, looked at as evidence, tied to their student."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from autograder.checkin.evidence import Other
from autograder.checkin.history import keep_rules
from autograder.checkin.identity import near_ids
from autograder.checkin.judging import COPIED, Judge
from autograder.checkin.rules import Accepted, Refused, hash_of
from autograder.course import Course
from autograder.store.audit import actor_name
from autograder.store.checkins import actions_for, add_checkin, checkins_of, same_notes
from autograder.store.database import Database
from autograder.store.notices import add_refusal, refused_proofs, rules_since
from autograder.store.records import CheckIn, Refusal
from autograder.store.roster import class_list
from autograder.text import Json, Language, Text

MAX_AT_ONCE = 100  # new notes of one record: each is compared with all that the student has
MAX_REFUSALS = 200  # that are kept of one student
MAX_KEPT_LENGTH = 1000  # characters of a refused note
OF_ANOTHER = Text(
    zh="这份记录是 {owner} 的，却在 {student} 的文件夹里，不算数",
    en="this record is {owner}'s and lies in the folder of {student}; it does not count",
)
LATER = Text(
    zh="一次读太多新说明了；还有 {count} 条下次再读",
    en="too many new notes at once; {count} are left for the next time",
)
NOT_LISTED = Text(zh="{student} 不在班级名单里", en="{student} is not on the class list")
TOLD = Text(zh="{who}，第 {week} 周：{why}{also}：“{note}”", en="{who}, week {week}: {why}{also}: “{note}”")
DID_YOU_MEAN = Text(zh="{said}；是不是 {near}？", en="{said}; is it {near}?")


class Note(Protocol):
    """A note as it travels."""

    @property
    def week(self) -> int: ...
    @property
    def note(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def reason(self) -> str: ...


class Arrival(NamedTuple):
    """What a travelling record brought that was not there before.

    Attributes:
        refused: Those that were not refused before.
        problems: What of the record cannot be read or used.
        dropped: A line about each request that is not taken.
    """

    new: tuple[CheckIn, ...] = ()
    refused: tuple[Refusal, ...] = ()
    problems: tuple[Text, ...] = ()
    dropped: tuple[Text, ...] = ()


def judge_of(connection: Connection, course: Course, student: str) -> Judge:
    """Return the judge of a student's check-ins, with all that the class's database knows."""
    known, actions = checkins_of(connection, student), actions_for(connection, student)
    return Judge(course, rules_since(connection), known, actions)


def others_with(connection: Connection, student: str, proof: str) -> list[Other]:
    """Return the same note of other students."""
    return [Other(*row) for row in same_notes(connection, student, proof)]


def take_record(
    course: Course,
    database: Database,
    student: str,
    owner: str | None,
    notes: Iterable[Note],
    received_at: datetime,
    now: datetime,
) -> Arrival:
    """Take the notes of a travelling record into the class's database; each that does not count is kept with its reason.

    Args:
        student: in whose folder the record lay.
        owner: whose it says it is, None where it does not say.
        notes: a moment after now counts as now.
    """
    given = {(one.week, hash_of(one.note.strip())): one for one in notes}
    with database.reading() as connection:
        why = stranger(connection, student, owner)
        todo = _undecided(connection, course, student, given, why, received_at, now)
    todo, later = todo[:MAX_AT_ONCE], todo[MAX_AT_ONCE:]
    if not todo:
        return Arrival()
    new: list[CheckIn] = []
    refused: list[Refusal] = []
    with database.writing() as connection:
        keep_rules(connection, course, actor_name(), now)
        room = MAX_REFUSALS - len(refused_proofs(connection, student))
        for key in todo:
            outcome = _outcome(connection, course, student, given[key], why, received_at, now)
            if isinstance(outcome, Accepted):
                if add_checkin(connection, student, outcome.checkin):
                    new.append(outcome.checkin)
            elif len(refused) < room:
                one = _refusal(student, key, given[key], outcome.why, received_at, now)
                if add_refusal(connection, one):
                    refused.append(one)
    return Arrival(tuple(new), tuple(refused), (LATER.format(count=len(later)),) if later else ())


def is_listed(connection: Connection, student: str) -> bool:
    """Return True if an id is on the class list; where there is no list yet, every id is."""
    return bool(class_list(connection, [student])) or not class_list(connection)


def not_listed(connection: Connection, student: str) -> Text:
    """Return that an id is not on the class list, and which ones are near it."""
    said = NOT_LISTED.format(student=student)
    near = near_ids(student, class_list(connection).values())
    return DID_YOU_MEAN.format(said=said, near=", ".join(near)) if near else said


def stranger(connection: Connection, student: str, owner: str | None) -> Text | None:
    """Return why nothing of a record counts, None where it is the student's."""
    if owner is not None and owner != student:
        return OF_ANOTHER.format(owner=owner, student=student)
    return None if is_listed(connection, student) else not_listed(connection, student)


def _undecided(
    connection: Connection,
    course: Course,
    student: str,
    given: dict[tuple[int, str], Note],
    why: Text | None,
    received_at: datetime,
    now: datetime,
) -> list[tuple[int, str]]:
    """Return the notes that are new, or were refused before and count now."""
    counted = {(one.week, one.proof) for one in checkins_of(connection, student)}
    refused = refused_proofs(connection, student)

    def is_open(key: tuple[int, str]) -> bool:
        if key in counted:
            return False
        if key not in refused:
            return len(refused) < MAX_REFUSALS or why is None
        return isinstance(_outcome(connection, course, student, given[key], why, received_at, now), Accepted)

    return sorted((key for key in given if is_open(key)), key=lambda key: (given[key].at, key))


def _outcome(
    connection: Connection,
    course: Course,
    student: str,
    one: Note,
    why: Text | None,
    received_at: datetime,
    now: datetime,
) -> Accepted | Refused:
    if why is not None:
        return Refused(why)
    text, moment = one.note.strip(), min(one.at, now)
    arrived = max(received_at, moment)
    judge = judge_of(connection, course, student)
    same = partial(others_with, connection, student)
    return judge.note(text, moment, same, week=one.week, reason=one.reason, received_at=arrived)


def _refusal(student: str, key: tuple[int, str], one: Note, why: Text, received_at: datetime, now: datetime) -> Refusal:
    return Refusal(student, key[0], key[1], one.note.strip()[:MAX_KEPT_LENGTH], min(one.at, now), received_at, why)


def told(refused: Iterable[Refusal], names: dict[str, str], connection: Connection) -> Iterator[Text]:
    """Yield a line for a TA about each refused note: whose, which week, why, how it begins."""
    for one in refused:
        who = f"{one.student} {names.get(one.student, '')}".rstrip()
        others = [] if one.why != COPIED else same_notes(connection, one.student, one.proof)
        also = f" ({', '.join(other for other, _, _ in others)})" if others else ""
        begins = one.note if len(one.note) <= 30 else f"{one.note[:30]}…"
        yield TOLD.format(who=who, week=one.week, why=one.why, also=also, note=begins)


def refusal_record(one: Refusal, names: dict[str, str], language: Language) -> dict[str, Json]:
    """Return a refused note as JSON values."""
    return {
        "student": one.student,
        "name": names.get(one.student, ""),
        "week": one.week,
        "note": one.note,
        "at": one.at.isoformat(),
        "received_at": one.received_at.isoformat(),
        "why": one.why.to(language),
    }
