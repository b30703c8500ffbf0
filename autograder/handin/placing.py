"""Write answers where the class's hand-ins lie, whole or not at all; what was there before is kept, and when each came."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from errno import ENOSYS
from pathlib import Path

from autograder.course import Course
from autograder.errors import AutograderError, said_of
from autograder.grading.kept import kept_folder, put_aside
from autograder.grading.moments import Came, came
from autograder.store.database import Database
from autograder.store.handins import Received, keep_moment
from autograder.submission import Rejected
from autograder.submission.files import Place, open_folder
from autograder.submission.handing_in import EARLIER
from autograder.submission.intake import take_from
from autograder.text import Text
from autograder.untrusted.folders import AS_FOLDER, NotOpened, opened_folder, status_of

MAX_EARLIER = 20  # of one student in one chapter, at a time
NUMBER = re.compile(r"[1-9][0-9]{0,5}")
NOT_PLACED = Text(zh="没能放到 {place}：{why}", en="it could not be put into {place}: {why}")


class PlacingError(AutograderError):
    """A place into which nothing can be written."""


class Shelf:
    """The folder `submitted/` of a class, with what was there before."""

    def __init__(self, root: Path, course: Course, database: Database, actor: str) -> None:
        self.root, self.course, self.database, self.actor = root, course, database, actor
        self.submitted = root / "submitted"

    def lies_there(self, student: str, chapter: str) -> tuple[str, Came] | None:
        """Return the digest of what lies in a student's folder, and when it came; None where there is nothing readable."""
        return self._answer(Place(self.submitted, (student, chapter)), chapter)

    def _answer(self, place: Place, chapter: str) -> tuple[str, Came] | None:
        limits = self.course.limits
        dates = self.course.chapter(chapter)
        try:
            with open_folder(place) as folder:
                raw = take_from(folder, place.path, chapter, int(limits.submission_mib), int(limits.weights_mib))
                return raw.digest, came(folder, datetime.now(UTC), dates.due if dates else None)
        except Rejected:
            return None

    def is_taken(self, student: str, chapter: str) -> bool:
        """Return True if something lies in a student's folder for a chapter, readable or not."""
        try:
            with opened_folder(self.submitted, [student], listed=False) as folder:
                return status_of(folder, chapter) is not None
        except NotOpened as error:
            return error.why != "missing"

    def place(self, received: Received, files: Mapping[str, Path], *, newest: bool) -> None:
        """Put an answer into its place and store when it came.

        Args:
            newest: It replaces what lies in `submitted/`, which is kept; otherwise it goes where earlier ones are kept.
                Raises `PlacingError`; then nothing was changed.
        """
        if newest:
            try:
                self._replace(received, files)
            except (NotOpened, OSError) as error:
                place = f"submitted/{received.student}/{received.chapter}"
                raise PlacingError(NOT_PLACED.format(place=place, why=said_of(error))) from error
        else:
            self._keep(received, files)
        self.note(received)

    def note(self, received: Received) -> None:
        """Store when an answer came, where that is new or better known."""
        with self.database.writing() as connection:
            keep_moment(connection, received)

    def take_in_earlier(self) -> int:
        """Take what students replaced themselves since the last time to where it is kept; return how many answers."""
        count = 0
        for student, chapter, name in _earlier(self.submitted, [entry.id for entry in self.course.chapters]):
            above = (student, EARLIER, chapter)
            found = self._answer(Place(self.submitted, (*above, name)), chapter)
            if found is None:
                continue
            digest, when = found
            given = Received(
                student, chapter, digest, when.moment, when.source, datetime.now(UTC), self.actor, when.confirmed
            )
            try:
                with held_folder(self.submitted, above) as folder:
                    self.note(given)
                    put_aside(self.root, folder, name, digest)
            except (NotOpened, OSError):
                continue  # it stays where it is, for the next time
            count += 1
        return count

    def _replace(self, received: Received, files: Mapping[str, Path]) -> None:
        student, chapter = received.student, received.chapter
        self.submitted.mkdir(exist_ok=True)
        with held_folder(self.submitted) as base:
            if status_of(base, student) is None:
                os.mkdir(student, dir_fd=base)
        before = self.lies_there(student, chapter)
        if before is not None and before[0] != received.digest:
            when = before[1]
            old = Received(
                student, chapter, before[0], when.moment, when.source, received.at, self.actor, when.confirmed
            )
            self.note(old)
        with held_folder(self.submitted, [student]) as folder:
            made = f".{chapter}.new.{os.getpid()}"
            shutil.rmtree(made, ignore_errors=True, dir_fd=folder)
            os.mkdir(made, dir_fd=folder)
            _write(folder, made, files, received.moment)
            if status_of(folder, chapter) is not None:
                digest = before[0] if before else f"unreadable-{student}-{chapter}-{received.at:%Y%m%dT%H%M%S}"
                put_aside(self.root, folder, chapter, digest)
            os.rename(made, chapter, src_dir_fd=folder, dst_dir_fd=folder)

    def _keep(self, received: Received, files: Mapping[str, Path]) -> None:
        target = kept_folder(self.root, received.digest)
        if target.is_dir():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        made = f".{target.name}.new.{os.getpid()}"
        with held_folder(target.parent) as folder:
            shutil.rmtree(made, ignore_errors=True, dir_fd=folder)
            os.mkdir(made, dir_fd=folder)
            _write(folder, made, files, received.moment)
            os.rename(made, target.name, src_dir_fd=folder, dst_dir_fd=folder)


def _earlier(submitted: Path, chapters: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (student, chapter, number) of what students replaced, of each the newest `MAX_EARLIER`, oldest first."""
    for student in _names(submitted, ()):
        for chapter in chapters:
            numbers = [int(name) for name in _names(submitted, (student, EARLIER, chapter)) if NUMBER.fullmatch(name)]
            yield from ((student, chapter, str(number)) for number in sorted(numbers)[-MAX_EARLIER:])


def _names(base: Path, parts: Sequence[str]) -> list[str]:
    try:
        with held_folder(base, parts) as folder, os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries)
    except (NotOpened, OSError):
        return []


@contextmanager
def held_folder(base: Path, parts: Sequence[str] = ()) -> Iterator[int]:
    """Give the descriptor of a folder below `base`, as `opened_folder` does, on a system that has such."""
    with opened_folder(base, parts) as folder:
        if not isinstance(folder, int):
            raise OSError(ENOSYS, "this system holds no folder open", str(base))
        yield folder


def _write(folder: int, name: str, files: Mapping[str, Path], moment: datetime | None) -> None:
    """Write files into a new folder; their time is the moment at which they came, for whoever loses the database."""
    inner = os.open(name, AS_FOLDER, dir_fd=folder)
    try:
        for file, source in files.items():
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            target = os.open(file, flags, 0o644, dir_fd=inner)
            with os.fdopen(target, "wb") as out, source.open("rb") as content:
                shutil.copyfileobj(content, out)
                out.flush()
                if moment is not None:
                    os.utime(out.fileno(), (moment.timestamp(),) * 2)
    finally:
        os.close(inner)
