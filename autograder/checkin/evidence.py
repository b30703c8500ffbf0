"""What the class notices about a note: it came long after its moment, equals another note, or is filler."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from autograder.course import EvidencePolicy
from autograder.store.records import CheckIn
from autograder.text import Text

CAME_LATE, EQUAL, FILLER = "came_late", "equal", "filler"
ANOTHER = "*"  # in place of a student's id, where another student reads it; no id has this character
FEWEST_LETTERS = 6  # different letters that a sentence has
MOST_REPEATS = 3  # a text that is one piece this often, or more often, says nothing
LEAST_SHARE = 0.5  # of a note's characters are letters, digits or ideographs
SAID_LATE = Text(
    zh="说明自称写于 {days} 天前, 到班级时已经过了那么久",
    en="the note came {days} days after the moment that it claims",
)
SAID_OWN = Text(zh="与自己第 {week} 周的说明相同", en="equals the student's own note of week {week}")
SAID_EQUAL = Text(zh="与 {student} 第 {week} 周的说明相同", en="equals the note of {student}, week {week}")
SAID_ANOTHER = Text(zh="与另一名学生第 {week} 周的说明相同", en="equals another student's note of week {week}")
SAID_FILLER = Text(zh="凑字数, 没有内容", en="filler without content")


class Mark(NamedTuple):
    """One thing noticed. days: how long after its moment a note came; student, week: of the note that it equals."""

    kind: str
    days: int = 0
    student: str = ""
    week: int = 0

    def said(self) -> Text:
        """Return the mark in words."""
        if self.kind == CAME_LATE:
            return SAID_LATE.format(days=self.days)
        if self.kind == FILLER:
            return SAID_FILLER
        if not self.student:
            return SAID_OWN.format(week=self.week)
        if self.student == ANOTHER:
            return SAID_ANOTHER.format(week=self.week)
        return SAID_EQUAL.format(student=self.student, week=self.week)


class Other(NamedTuple):
    """The same note of another student."""

    student: str
    week: int
    at: datetime


def noticed(
    piece: CheckIn, known: Iterable[CheckIn], others: Iterable[Other], policy: EvidencePolicy
) -> tuple[Mark, ...]:
    """Return what stands out about a note.

    Args:
        piece: the note; without `received_at` nobody can tell whether it came late.
        known: what the same student has checked in before.
        others: the same note of other students.
    """
    return tuple(_noticed(piece, known, others, policy))


def _noticed(
    piece: CheckIn, known: Iterable[CheckIn], others: Iterable[Other], policy: EvidencePolicy
) -> Iterator[Mark]:
    if piece.received_at is not None:
        waited = piece.received_at - piece.at
        if waited > timedelta(days=policy.within_days):
            yield Mark(CAME_LATE, days=waited.days)
    if is_filler(piece.note):
        yield Mark(FILLER)
    own = folded(piece.note)
    equal = (one.week for one in known if one.kind == "note" and one.week != piece.week and folded(one.note) == own)
    if (week := next(equal, None)) is not None:
        yield Mark(EQUAL, week=week)
    if (other := next(iter(others), None)) is not None:
        yield Mark(EQUAL, student=other.student, week=other.week)


def folded(note: str) -> str:
    """Return a note without case, white space, punctuation and signs: what makes two notes the same."""
    return "".join(character for character in unicodedata.normalize("NFKC", note).casefold() if character.isalnum())


def is_filler(note: str) -> bool:
    """Tell whether a note says nothing: few different letters, mostly signs, or one piece again and again."""
    letters = folded(note)
    length = sum(not character.isspace() for character in note)
    if len(letters) < LEAST_SHARE * length or len(set(letters)) < FEWEST_LETTERS:
        return True
    longest = len(letters) // MOST_REPEATS
    return any(
        letters == (letters[:size] * (len(letters) // size + 1))[: len(letters)] for size in range(1, longest + 1)
    )


def to_text(marks: Iterable[Mark]) -> str:
    """Return marks as they are stored: one on each line."""
    return "\n".join(f"{one.kind}\t{one.days}\t{one.week}\t{one.student}" for one in marks)


def from_text(text: str) -> tuple[Mark, ...]:
    """Return marks from how they are stored."""
    found = []
    for line in text.splitlines():
        kind, days, week, student = line.split("\t", 3)
        found.append(Mark(kind, int(days), student, int(week)))
    return tuple(found)
