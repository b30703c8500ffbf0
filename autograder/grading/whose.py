"""Whose a hand-in says that it is: flags for staff where its seed, or its id, is another's or mistyped. Points stay as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from autograder.course import Course
from autograder.course.drawn import plain_id, seed_of
from autograder.grading.wording import MISTYPED, MISTYPED_SEED, OF_ANOTHER, SAYS_ANOTHER, SAYS_NOBODY
from autograder.store.result import Result
from autograder.submission import RawSubmission
from autograder.submission.said_id import ids_said, is_slip, near_writings, others_among
from autograder.submission.weights_notes import HEADER_BYTES, notes_in
from autograder.text import Text, told


def flagged(
    result: Result, course: Course, raw: RawSubmission, students: Iterable[str], team: Sequence[str] = ()
) -> Result:
    """Return the result, with a flag where weights or notebook say that they are those of one of `students`, or of
    nobody.

    An id with one slip in it is told as mistyped: seeds and numbers were then drawn for a student who does not exist.
    Any other seed is nobody's: a student may choose one, and without an id all have the same.

    Args:
        team: The other members of a team, for all of whom the hand-in counts; it may say that it is theirs.
    """
    if not result.student:
        return result
    listed = list(students)
    seed = notes_in((raw.weights or b"")[:HEADER_BYTES]).seed
    if course.salt is None or seed not in [seed_of(course.salt, one, result.chapter) for one in team]:
        flags = [*_of_the_seed(result.student, result.chapter, course.salt, seed, listed)]
    else:
        flags = []
    mates = {plain_id(one) for one in team}
    said = [one for one in ids_said(raw.content) if plain_id(one) not in mates]
    flags += _of_the_ids(result.student, said, listed)
    return replace(result, flags=(*result.flags, *map(told, flags))) if flags else result


def _of_the_seed(
    student: str, chapter: str, salt: str | None, seed: int | None, listed: Sequence[str]
) -> Iterator[Text]:
    if salt is None or seed is None or seed_of(salt, student, chapter) == seed:
        return
    for other in listed:
        if seed_of(salt, other, chapter) == seed:
            yield OF_ANOTHER(other=other, seed=seed, student=student)
            return
    for slip in near_writings(student):
        if seed_of(salt, slip, chapter) == seed:
            yield MISTYPED_SEED(said=slip, student=student)
            return


def _of_the_ids(student: str, said: Iterable[str], listed: Sequence[str]) -> Iterator[Text]:
    known = {plain_id(one): one for one in listed}
    for one in others_among(said, student):
        other = known.get(plain_id(one))
        if other is not None:
            yield SAYS_ANOTHER(other=other, student=student)
        elif is_slip(one, student):
            yield MISTYPED(said=one, student=student)
        elif known:
            near = get_close_matches(plain_id(one), known, n=3)
            yield SAYS_NOBODY(said=one, student=student, near=", ".join(known[name] for name in near) or "-")
