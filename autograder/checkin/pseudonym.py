"""Pseudonyms on the board: what one may be, and which two look the same to a reader."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

from autograder.errors import AutograderError
from autograder.text import Text

MIN_LENGTH, MAX_LENGTH = 2, 24  # characters
MAX_MARKS = 2  # one above the other, as in `outside.one_line`
MAX_KEY_LENGTH = 100  # characters, as the database has them
# Letters and signs that are drawn as nothing or as a blank, beside those of Unicode's categories C and Z.
BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\U0001d159"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
_EMOJI_STYLE = str.maketrans("", "", "\ufe0e\ufe0f")  # says how an emoji is drawn; without it, it is the same emoji


LENGTH = Text(
    zh="化名要有 {least} 到 {most} 个字符，这个有 {length} 个",
    en="a pseudonym has {least} to {most} characters, not {length}",
)
INVISIBLE = Text(zh="化名里不能有看不见的字符", en="a pseudonym has no invisible characters")
STACKED = Text(
    zh="化名的第一个字符不能是附加符号，每个字符上最多有 {most} 个附加符号",
    en="a pseudonym begins with a character, and has at most {most} marks on each",
)
REVEALS = Text(
    zh="化名里不能有你的学号或姓名，也不能有看起来像它们的写法",
    en="a pseudonym does not hold your id or your name, nor what looks like them",
)
SOMEBODY_ELSE = Text(
    zh="化名不能是别的同学的学号或姓名，也不能看起来像",
    en="a pseudonym is not, and does not look like, the id or the name of another student",
)


class PseudonymError(AutograderError):
    """A pseudonym that cannot be used."""


def plain_look(text: str) -> str:
    """Return a text without case, width and blanks: the part of `look_of` that needs no table of characters."""
    found = unicodedata.normalize("NFKC", text.translate(_EMOJI_STYLE)).casefold()
    return "".join(one for one in found if not one.isspace() and one not in BLANK)


def checked_pseudonym(text: str, student: str, name: str = "", *, look: Callable[[str], str] | None = None) -> str:
    """Return a pseudonym in its normal form.

    Args:
        look: Gives the key that two texts share where one may be taken for the other, `look_of` by default.

    Raises:
        PseudonymError: Where it cannot be read, or gives the name away.
    """
    look = look or look_of
    plain = text.translate(_EMOJI_STYLE)
    if any(unicodedata.category(one) in ("Cc", "Cf", "Co", "Cs", "Cn") or one in BLANK for one in plain):
        raise PseudonymError(INVISIBLE)
    pseudonym = " ".join(unicodedata.normalize("NFKC", plain).split())
    if not MIN_LENGTH <= len(pseudonym) <= MAX_LENGTH:
        raise PseudonymError(LENGTH.format(least=MIN_LENGTH, most=MAX_LENGTH, length=len(pseudonym)))
    if _stacked(pseudonym):
        raise PseudonymError(STACKED.format(most=MAX_MARKS))
    key = look(pseudonym)
    if any((own := look(text)) and own in key for text in (student, name)):
        raise PseudonymError(REVEALS)
    return pseudonym


def look_of(text: str) -> str:
    """Return a key that two texts share where a reader may take one for the other.

    It is the skeleton of Unicode's UTS #39 (section 4, "Confusable Detection"), closed over upper and lower case, which
    that leaves apart: `I`, `l` and `1`, `O` and `0`, `rn` and `m`, Cyrillic and Latin letters. Blanks do not count.
    """
    return _look_of(text)


@lru_cache(200_000)  # the ids and names of a class, for each who joins
def _look_of(text: str) -> str:
    found = unicodedata.normalize("NFKC", text.translate(_EMOJI_STYLE))
    for _ in range(2):  # a capital has another likeness than the small letter
        found = unicodedata.normalize("NFD", found)
        found = unicodedata.normalize("NFD", "".join(map(_prototypes().get, found, found))).casefold()
    found = found.replace("i", "l")  # the small letter of `I`, which is the likeness of `l`
    return "".join(one for one in found if not one.isspace() and one not in BLANK)


def key_of(pseudonym: str) -> str:
    """Return `look_of` a pseudonym as the database keeps it."""
    key = look_of(pseudonym)
    return key if len(key) <= MAX_KEY_LENGTH else hashlib.sha256(key.encode()).hexdigest()


def is_taken_by(pseudonym: str, others: Iterable[str]) -> bool:
    """Return True if a pseudonym is, or looks like, one of the ids and names of `others`."""
    key = look_of(pseudonym)
    return any(other and look_of(other) == key for other in others)


def _stacked(text: str) -> bool:
    marks = MAX_MARKS  # so that none may come first
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks > MAX_MARKS:
            return True
    return False


@cache
def _prototypes() -> dict[str, str]:
    """Return what each character looks like, from Unicode's confusables.txt as the package has it.

    The package keeps each line of that file in both directions. In the file, every character of a group points to one
    prototype; so the prototype is the one with several neighbours or of several characters, else the first in order.
    """
    from confusable_homoglyphs.confusables import confusables_data  # type: ignore[import-untyped]

    table = {_bare(text): [_bare(one["c"]) for one in found] for text, found in confusables_data.items()}

    def rank(text: str) -> tuple[int, int, str]:
        return -len(table.get(text, ())), -len(text), text

    found = {}
    for text, neighbours in table.items():
        if len(text) == 1 and neighbours:
            best = min(neighbours, key=rank)
            if rank(best) < rank(text):
                found[text] = best
    return found


def _bare(text: str) -> str:
    return text.replace("\u200e", "")
