"""Numbers drawn for one student: the same each time, from a salt, the student's id and what they are for.

What a student's machine computes comes from the course's public salt (`salt` in course.yml), what only the grader computes
from the class's private one, which stands in its database.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import unicodedata

MAX_SEED = 2**31 - 1  # of those that are drawn; Paddle and NumPy take each of them


def unguessable() -> str:
    """Return 32 hexadecimal digits that nobody can guess: a salt, or the mark of one run."""
    return secrets.token_hex(16)


def drawn(salt: str, *words: str) -> int:
    """Return a whole number below 2**256 that follows from salt and words alone (HMAC-SHA256 of the words as JSON)."""
    text = json.dumps(words, ensure_ascii=False)
    return int.from_bytes(hmac.new(salt.encode(), text.encode(), hashlib.sha256).digest(), "big")


def seed_of(salt: str, student: str, chapter: str) -> int:
    """Return a student's own seed in a chapter, from 1 to `MAX_SEED`; ids that differ in writing alone have one."""
    return 1 + drawn(salt, "seed", chapter, plain_id(student)) % MAX_SEED


def plain_id(student: str) -> str:
    """Return an id without spaces, signs, case and width: `Ｓ042 ` and `s-042` become `s042`."""
    return "".join(c for c in unicodedata.normalize("NFKC", student).casefold() if c.isalnum())
