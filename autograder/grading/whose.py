"""Whose seed a weights file was trained with: a flag for staff where it is another student's. Points stay as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autograder.course import Course
from autograder.drawn import plain_id, seed_of
from autograder.grading.wording import OF_ANOTHER
from autograder.noted import HEADER_BYTES, notes_in
from autograder.store.result import Result
from autograder.submission import RawSubmission
from autograder.text import told


def flagged(result: Result, course: Course, raw: RawSubmission, students: Iterable[str]) -> Result:
    """Return the result, with a flag where the weights say that they were trained with the seed of one of `students`.

    Any other seed is nobody's: a student may choose one, and without an id all have the same.
    """
    seed = notes_in((raw.weights or b"")[:HEADER_BYTES]).seed
    if course.salt is None or seed is None or not result.student:
        return result
    own = plain_id(result.student)
    for other in students:
        if plain_id(other) != own and seed_of(course.salt, other, result.chapter) == seed:
            flag = told(OF_ANOTHER(other=other, seed=seed, student=result.student))
            return replace(result, flags=(*result.flags, flag))
    return result
