"""Which hand-in a student means by a file: the zip that `submit` made, what lies in the class's folder, or a notebook."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from autograder.identity import hand_in_digest, hash_of_bytes
from autograder.submission.files import ARCHIVE_SUFFIXES, WEIGHTS_SUFFIXES, Place
from autograder.submission.intake import take
from autograder.submission.receipts import MAX_SIZE, NAME, Receipt, receipt_from
from autograder.submission.rejection import Rejected

ANSWERS = (".ipynb", ".py")


class HandedIn(NamedTuple):
    """A hand-in.

    Attributes:
        digest: As the class calls it, empty where that cannot be told.
        student: Whose it says it is, or empty.
    """

    chapter: str
    digest: str
    student: str = ""


def hand_in_at(path: Path, chapters: Sequence[str], receipts: Iterable[Receipt]) -> HandedIn | None:
    """Return which hand-in lies at a path; None where its chapter cannot be told.

    A receipt tells it best: the one inside the zip that `submit` made, else the newest of the student's own which names
    the file. Without one, the names of file and folders tell the chapter.
    """
    if path.is_file():
        if (inside := _receipt_in(path)) is not None and inside.chapter in chapters:
            return HandedIn(inside.chapter, digest_by(inside.files), inside.student)
        content = hash_of_bytes(path.read_bytes())
        for receipt in sorted(receipts, key=lambda one: one.moment, reverse=True):
            if receipt.chapter in chapters and content in receipt.files.values():
                return HandedIn(receipt.chapter, digest_by(receipt.files), receipt.student)
    chapter = _named(path, chapters)
    if chapter is None:
        return None
    try:
        return HandedIn(chapter, take(Place.of(path), chapter).digest)
    except Rejected:
        return HandedIn(chapter, "")


def digest_by(files: Mapping[str, str]) -> str:
    """Return the digest of a hand-in from the SHA-256 of its files, as a receipt has them; empty where none is an answer."""
    answers = [digest for name, digest in files.items() if name.endswith(ANSWERS)]
    weights = [digest for name, digest in files.items() if name.endswith(tuple(WEIGHTS_SUFFIXES))]
    try:
        return hand_in_digest(answers[0], weights[0] if weights else hash_of_bytes(b"")) if answers else ""
    except ValueError:  # no hexadecimal digits
        return ""


def _receipt_in(path: Path) -> Receipt | None:
    """Return the receipt inside a zip; None where there is none that can be read."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(NAME) as file:
            return receipt_from(file.read(MAX_SIZE + 1))
    except (OSError, KeyError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return None
    except (zipfile.BadZipFile, zipfile.LargeZipFile):
        return None


def _named(path: Path, chapters: Sequence[str]) -> str | None:
    """Return the chapter that a path names: by its last part, the folder that it lies in, or within `id_chapter_time`."""
    stem = path.name
    for suffix in (*ARCHIVE_SUFFIXES, *ANSWERS):
        stem = stem[: -len(suffix)] if stem.lower().endswith(suffix) else stem
    for name in (stem, path.resolve().parent.name):
        if name in chapters:
            return name
    return next((one for one in sorted(chapters, key=len, reverse=True) if f"_{one}_" in f"_{stem}_"), None)
