"""The board: students who want it, by pseudonym, by what they did."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.checkin.summary import Summary
from autograder.portable.older import UTC
from autograder.store.records import Action

LAST = datetime.max.replace(tzinfo=UTC)
FEW = 10  # with fewer on the board there are no exact points
NEIGHBOURS = 2  # that are shown before and after oneself


@dataclass(frozen=True)
class Place:
    """One line of the board.

    Attributes:
        place: 1 for the first; equal results share a place.
    """

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
    """Return True if the board may show points: among a few, points to a tenth would say who is who."""
    return len(standings) >= FEW


def points_shown(points: float, exact: bool) -> str:
    """Return points as the board shows them: to a tenth, or the ten in which they lie: `60–70`."""
    low = min(90, int(points // 10) * 10)
    return f"{points:.1f}" if exact else f"{low}–{low + 10}"
