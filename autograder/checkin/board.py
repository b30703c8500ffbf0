"""The board: students who want it, by pseudonym, by what they did."""

from __future__ import annotations

import heapq
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from autograder.checkin.summary import Summary
from autograder.errors import AutograderError
from autograder.store.checkins import add_actions
from autograder.store.database import Database
from autograder.store.records import Action
from autograder.store.roster import claim_pseudonym, class_list
from autograder.text import Text

LAST = datetime.max.replace(tzinfo=UTC)
LONGEST_PSEUDONYM = 24
FEW = 10  # with fewer on the board there are no exact points
NEIGHBOURS = 2  # that are shown before and after oneself
LENGTH = Text(
    zh="化名要有 2 到 {most} 个字符, 这个有 {length} 个", en="a pseudonym has 2 to {most} characters, not {length}"
)
INVISIBLE = Text(zh="化名里不能有看不见的字符", en="a pseudonym has no invisible characters")
REVEALS = Text(zh="化名里不能有你的学号或姓名", en="a pseudonym does not hold your id or your name")


class PseudonymError(AutograderError):
    """A pseudonym that cannot be used."""


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the board. place: 1 for the first; equal results share a place."""

    place: int
    pseudonym: str
    completion: float
    points: float
    full_mark_at: datetime | None
    student: str  # never shown to others


def pseudonym_of(actions: Iterable[Action]) -> str | None:
    """Return the pseudonym under which a student stands on the board, None for who does not want it."""
    newest = None
    for action in actions:
        if action.kind == "board":
            newest = action
    return newest.value if newest and newest.active else None


def checked_pseudonym(text: str, student: str, name: str = "") -> str:
    """Return a pseudonym in its normal form; raises `PseudonymError` where it is empty, long, or gives the name away."""
    pseudonym = " ".join(unicodedata.normalize("NFKC", text).split())
    if not 2 <= len(pseudonym) <= LONGEST_PSEUDONYM:
        raise PseudonymError(LENGTH.format(most=LONGEST_PSEUDONYM, length=len(pseudonym)))
    if any(unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn") for character in pseudonym):
        raise PseudonymError(INVISIBLE)
    folded = pseudonym.casefold()
    if any(own and own.casefold() in folded for own in (student, name)):
        raise PseudonymError(REVEALS)
    return pseudonym


def ranking(summaries: Iterable[Summary], places: int | None = None) -> tuple[Place, ...]:
    """Return those who want it, the best `places` or all: by completion, then points, then who had the last full mark first."""
    entries = (
        (-round(one.weeks_share, 6), -round(one.course_points, 6), one.full_mark_at or LAST, name, one.student.id)
        for one in summaries
        if (name := pseudonym_of(one.ledger.actions))
    )
    best = sorted(entries) if places is None else heapq.nsmallest(places, entries)
    found: list[Place] = []
    for position, (share, points, moment, name, student) in enumerate(best):
        shared = found[-1].place if position and best[position - 1][:3] == (share, points, moment) else position + 1
        found.append(Place(shared, name, -share, -points, None if moment == LAST else moment, student))
    return tuple(found)


def neighbours(standings: Sequence[Place], student: str, places: int) -> tuple[Place, ...]:
    """Return a student on the board with those before and after them; empty where the best `places` show them already."""
    own = next((position for position, one in enumerate(standings) if one.student == student), None)
    if own is None or own < places:
        return ()
    return tuple(standings[max(places, own - NEIGHBOURS) : own + NEIGHBOURS + 1])


def is_exact(standings: Sequence[Place]) -> bool:
    """Tell whether the board may show points: among a few, points to a tenth would say who is who."""
    return len(standings) >= FEW


def points_shown(points: float, exact: bool) -> str:
    """Return points as the board shows them: to a tenth, or the ten in which they lie: `60–70`."""
    low = min(90, int(points // 10) * 10)
    return f"{points:.1f}" if exact else f"{low}–{low + 10}"


def join_board(database: Database, student: str, pseudonym: str, now: datetime) -> bool:
    """Put a student on the board under a pseudonym; False where it is another student's."""
    with database.writing() as connection:
        known = class_list(connection, [student]).get(student)
        name = checked_pseudonym(pseudonym, student, known.name if known else "")
        if not claim_pseudonym(connection, name.casefold(), student):
            return False
        add_actions(connection, [Action("board", student, now, "joined", student, value=name)])
    return True


def leave_board(database: Database, student: str, now: datetime) -> None:
    """Take a student off the board; the pseudonym stays his."""
    with database.writing() as connection:
        add_actions(connection, [Action("board", student, now, "left", student, active=False)])
