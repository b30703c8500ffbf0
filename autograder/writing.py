"""Write files so that a reader sees the old content or the new one, whatever happens in between."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

# Faults of the machine, not of a submission: grading stops, nobody loses anything.
OF_THE_MACHINE = frozenset(
    (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EIO)
)


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """Yield the name of a file beside `path`; what is written there takes the place of `path` when the block ends well.

    An `OSError` about the file beside it names `path`: that is the one a person knows.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)  # left by a killed process that had this number
    try:
        yield beside
        beside.replace(path)
    except OSError as error:
        if error.filename in (beside, str(beside)):
            error.filename, error.filename2 = str(path), None
        raise
    finally:
        beside.unlink(missing_ok=True)


def write_atomically(path: Path, text: str) -> None:
    """Write a text as UTF-8; a file there is replaced, also a read-only one."""
    with unfinished(path) as beside:
        beside.write_text(text, "utf-8")


def write_changed(texts: Mapping[Path, str], *, check: bool = False) -> list[Path]:
    """Write the files whose text differs from what is there, and return them; with `check` nothing is written."""
    changed = [path for path, text in texts.items() if not path.is_file() or path.read_text("utf-8") != text]
    if not check:
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, texts[path])
    return changed


class FileNames:
    """Gives each student's file a name of its own: the id where every system takes it, else a hash and what can be read of it.

    Two ids that differ in case or normal form alone are one name to some systems: the second one gets a hash, too.
    """

    # What no system takes in a name, and names that Windows keeps for itself.
    _BAD = re.compile(r"""[/\\:*?"<>|\s.]|^-|^(con|prn|aux|nul|com\d|lpt\d)$""", re.IGNORECASE)
    _MAX_LENGTH = 150  # bytes

    def __init__(self) -> None:
        self._given: dict[str, str] = {}

    def of(self, student: str, suffix: str) -> str:
        """Return the name of a student's file."""
        taken = self._given.setdefault(unicodedata.normalize("NFKC", student).casefold(), student) != student
        long = len(student.encode("utf-8", "surrogatepass")) > self._MAX_LENGTH
        if student and student.isprintable() and not self._BAD.search(student) and not taken and not long:
            return f"{student}{suffix}"
        readable = re.sub(r"[^0-9A-Za-z]+", "-", student).strip("-")[:40]
        digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return f"{readable or 'student'}-{digest}{suffix}"
