"""What the class notices about a note: it came long after its moment, equals another note, or is filler."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from autograder.course import EvidencePolicy
from autograder.store.records import CheckIn
from autograder.text import Text

CAME_LATE, EQUAL, FILLER = "came_late", "equal", "filler"
ANOTHER = "*"  # in place of a student's id, where another student reads it; no id has this character
MIN_LETTERS = 6  # different letters that a sentence has
MAX_REPEATS = 3  # a text that is one piece this often, or more often, says nothing
MAX_COMPARED_LENGTH = 2000  # characters of a note; one letter may stand for 18 (NFKC)
MIN_SHARE = 0.5  # of a note's characters are letters, digits or ideographs
SAID_LATE = Text(
    zh="说明自称写于 {days} 天前，到班级时已经过了那么久",
    en="the note came {days} days after the moment that it claims",
)
SAID_OWN = Text(zh="与自己第 {week} 周的说明相同", en="equals the student's own note of week {week}")
SAID_EQUAL = Text(zh="与 {student} 第 {week} 周的说明相同", en="equals the note of {student}, week {week}")
SAID_ANOTHER = Text(zh="与另一名学生第 {week} 周的说明相同", en="equals another student's note of week {week}")
SAID_FILLER = Text(zh="凑字数，没有内容", en="filler without content")


class Mark(NamedTuple):
    """One thing noticed.

    Attributes:
        days: How long after its moment a note came.
        student, week: Of the note that it equals.
    """

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
    own = _fingerprint(piece.note[:MAX_COMPARED_LENGTH])
    others_of_own = (one for one in known if one.kind == "note" and one.week != piece.week)
    equal = (one.week for one in others_of_own if _fingerprint(one.note[:MAX_COMPARED_LENGTH]) == own)
    if (week := next(equal, None)) is not None:
        yield Mark(EQUAL, week=week)
    if (other := next(iter(others), None)) is not None:
        yield Mark(EQUAL, student=other.student, week=other.week)


def folded(note: str) -> str:
    """Return a note without case, white space, punctuation and signs: what makes two notes the same."""
    return "".join(character for character in unicodedata.normalize("NFKC", note).casefold() if character.isalnum())


@lru_cache(1000)  # a record may bring a hundred notes, each to be compared with all that were there
def _fingerprint(note: str) -> bytes:
    return hashlib.sha256(folded(note).encode("utf-8", "replace")).digest()


def is_filler(note: str) -> bool:
    """Return True if a note says nothing: few different letters, mostly signs, or one piece again and again."""
    note = note[:MAX_COMPARED_LENGTH]
    letters = folded(note)
    length = sum(not character.isspace() for character in note)
    if len(letters) < MIN_SHARE * length or len(set(letters)) < MIN_LETTERS:
        return True
    return _period(letters) <= len(letters) // MAX_REPEATS


def _period(text: str) -> int:
    """Return the length of the shortest piece of which a text is made, the last one cut off or not; in linear time."""
    border = [0] * len(text)  # of each beginning, the length of the longest part that it begins and ends with
    for place in range(1, len(text)):
        size = border[place - 1]
        while size and text[size] != text[place]:
            size = border[size - 1]
        border[place] = size + (text[size] == text[place])
    return len(text) - border[-1]


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
