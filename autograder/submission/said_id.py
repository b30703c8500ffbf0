"""Whose a notebook says that it is: the id in `own_id("...")`, and the one that it left in the metadata of its outputs.

Found by patterns in the bytes: what a student wrote is not interpreted for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from autograder.course.drawn import plain_id

KEY = "autograder_student"
MAX_IDS, MAX_ID_BYTES = 20, 120
CALLED = re.compile(rb"\bown_id\(\s{0,20}\\?[\"\']([^\"\'\\\r\n]{1,120})\\?[\"\']")
LEFT = re.compile(rb'"autograder_student"\s{0,20}:\s{0,20}"([^"\\\r\n]{1,120})"')
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


def ids_said(content: bytes) -> tuple[str, ...]:
    """Return the ids that a notebook or script says, at most `MAX_IDS`, as they are written there."""
    found: dict[str, str] = {}
    for pattern in (CALLED, LEFT):
        for match in pattern.finditer(content):
            said = match[1].decode("utf-8", "replace").strip()
            if plain_id(said) and len(found) < MAX_IDS:
                found.setdefault(plain_id(said), said)
    return tuple(found.values())


def near_writings(student: str) -> Iterator[str]:
    """Yield ids that come of one slip in an id: a character left out, doubled, added, another, or two exchanged."""
    written = plain_id(student)
    for place in range(len(written) + 1):
        before, after = written[:place], written[place:]
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in LETTERS if letter != after[0])
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        yield from (before + letter + after for letter in LETTERS)


def is_slip(said: str, student: str) -> bool:
    """Return True if what was said is a student's id with one slip."""
    return plain_id(said) in set(near_writings(student))


def others_among(said: Iterable[str], student: str) -> tuple[str, ...]:
    """Return what was said that is not a student's id."""
    return tuple(one for one in said if plain_id(one) != plain_id(student))
