"""Read files that a student controls: regular files only, no links at any place, no surprises about size.

A folder is held open while it is read, and its digest covers the very bytes that were read from it.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from autograder.portable.older import UTC
from autograder.submission import rejection
from autograder.submission.rejection import Rejected, shown
from autograder.untrusted.folders import NotOpened, OpenFolder, opened_file, opened_folder, status_of

MIB = 1024 * 1024
MAX_ENTRIES = 5000
PIECE = 1 << 20
ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
WEIGHTS_SUFFIXES = (".safetensors", ".pdparams")
ANSWER_SUFFIXES = (".ipynb", ".py", *ARCHIVE_SUFFIXES, *WEIGHTS_SUFFIXES)


@dataclass(frozen=True)
class Place:
    """Where something was handed in.

    Attributes:
        base: A folder of the staff's; below it no link is followed.
    """

    base: Path
    parts: tuple[str, ...]

    @classmethod
    def of(cls, path: Path, base: Path | None = None) -> Place:
        """Return the place of a path: below `base` where that is given and above it, else beside its own folder's files."""
        if path.name in ("", ".."):
            path = path.resolve()
        if base is not None and path.is_relative_to(base) and path != base:
            return cls(base, path.relative_to(base).parts)
        return cls(path.parent, (path.name,))

    @property
    def path(self) -> Path:
        """The whole path."""
        return self.base.joinpath(*self.parts)


@dataclass(frozen=True)
class FileTimes:
    """When a file was written, which its owner can set to any moment, and changed in any way, which they cannot."""

    written: datetime
    changed: datetime


class Content(NamedTuple):
    """What was read of a file, and its hash."""

    status: os.stat_result
    kept: bytes
    hash: str


class Folder:
    """A folder that is held open.

    Attributes:
        name: For messages.
        keep: False where only the hashes of what is read are wanted; archive: name and hash of the one that was read.
    """

    def __init__(self, descriptor: OpenFolder, name: str, *, keep: bool = True) -> None:
        self.descriptor, self.name, self.keep = descriptor, name, keep
        self.archive: tuple[str, str] | None = None
        self._read: dict[str, Content] = {}

    @cached_property
    def names(self) -> list[str]:
        """The sorted names in it, as they were when it was first looked at.

        Raises:
            Rejected: For too many.
        """
        names: list[str] = []
        try:
            with os.scandir(self.descriptor) as entries:
                for entry in entries:
                    names.append(entry.name)
                    if len(names) > MAX_ENTRIES:
                        raise Rejected(rejection.TOO_MANY.format(name=shown(self.name), limit=MAX_ENTRIES))
        except OSError as error:
            raise Rejected(rejection.unreadable(self.name, error)) from error
        return sorted(names)

    def status(self, name: str) -> os.stat_result | None:
        """Return what the system says of a name, of a link itself; None where there is nothing; raises `Rejected`."""
        try:
            return status_of(self.descriptor, name)
        except NotOpened as error:
            raise rejected(error) from error

    def read(self, name: str, limit_mib: int) -> bytes:
        """Return the bytes of a regular file of at most `limit_mib` MiB, none where they are not kept; raises `Rejected`
        otherwise."""
        if name not in self._read:
            self._read[name] = self._content(name, limit_mib)
        return self._read[name].kept

    def hash(self, name: str) -> str:
        """Return the hash of a file that was read, of those very bytes."""
        return self._read[name].hash

    def _content(self, name: str, limit_mib: int) -> Content:
        digest, kept, size = hashlib.sha256(), [], 0
        try:
            with opened_file(self.descriptor, name) as file:
                status = os.fstat(file)
                if status.st_size > limit_mib * MIB:
                    raise too_large(name, status.st_size, limit_mib)
                for piece in pieces_of_file(file, limit_mib * MIB + 1):
                    digest.update(piece)
                    size += len(piece)
                    if self.keep:
                        kept.append(piece)
        except NotOpened as error:
            raise rejected(error) from error
        except OSError as error:
            raise Rejected(rejection.unreadable(name, error)) from error
        if size > limit_mib * MIB:  # it grew meanwhile
            raise too_large(name, size, limit_mib)
        return Content(status, b"".join(kept), digest.hexdigest())

    def times(self, now: datetime) -> FileTimes:
        """Return when its answer was written: the newest of the files that were read, else of those that could be one.

        What else lies there, and the folder itself, says nothing about a hand-in: others and the system change that.
        """
        statuses = [content.status for content in self._read.values()]
        if not statuses:
            names = [name for name in self.names if not name.startswith(".") and name.lower().endswith(ANSWER_SUFFIXES)]
            statuses = [status for name in names if (status := self.status(name)) and stat.S_ISREG(status.st_mode)]
        if not statuses:
            return FileTimes(now, now)
        written, changed = max(one.st_mtime for one in statuses), max(one.st_ctime for one in statuses)
        return FileTimes(_moment(written, now), _moment(changed, now))


@contextmanager
def open_folder(place: Place, *, keep: bool = True) -> Iterator[Folder]:
    """Open a folder that was handed in, and hold it open; raises `Rejected`.

    Args:
        keep: See `Folder`.
    """
    try:
        with opened_folder(place.base, place.parts) as descriptor:
            yield Folder(descriptor, place.parts[-1] if place.parts else place.base.name, keep=keep)
    except NotOpened as error:
        raise rejected(error) from error


def is_folder(place: Place) -> bool:
    """Return True if a folder, and no link, lies at a place.

    Raises:
        Rejected: Where that cannot be told, or nothing does.
    """
    try:
        with opened_folder(place.base, place.parts[:-1], listed=False) as above:
            status = status_of(above, place.parts[-1], [place.base.name, *place.parts[:-1]])
            if status is None:
                raise Rejected(rejection.MISSING.format(name=shown(place.parts[-1])))
            if stat.S_ISLNK(status.st_mode):
                raise rejected(NotOpened([place.base.name, *place.parts], "link", "a link"))
            return stat.S_ISDIR(status.st_mode)
    except NotOpened as error:
        raise rejected(error) from error


def received_at(place: Place, now: datetime) -> datetime:
    """Return when a folder or file came, never after `now`.

    Raises:
        Rejected: Where that cannot be told.
    """
    if is_folder(place):
        with open_folder(place) as folder:
            return folder.times(now).written
    with open_folder(Place(place.base, place.parts[:-1])) as above:
        status = above.status(place.parts[-1])
    return _moment(status.st_mtime, now) if status else now


def _moment(stamp: float, now: datetime) -> datetime:
    """Return the moment of a file, never one after `now`; its owner may write any number there, also beyond every year."""
    return datetime.fromtimestamp(min(max(stamp, 0.0), now.timestamp()), UTC)


def too_large(name: str, size: int, limit_mib: int) -> Rejected:
    """Return the rejection of a file of `size` bytes."""
    return Rejected(rejection.TOO_LARGE.format(name=shown(name), size=f"{size / MIB:.1f}", limit=limit_mib))


def rejected(error: NotOpened) -> Rejected:
    """Return the rejection that tells what could not be opened."""
    if error.why == "link":
        return Rejected(rejection.LINK.format(name=shown(error.place, 2 * rejection.MAX_SHOWN_LENGTH)))
    if error.why == "missing":
        return Rejected(rejection.MISSING.format(name=shown(error.name)))
    if error.why == "kind":
        reason = rejection.NOT_FOLDER if error.cause == "not a folder" else rejection.NOT_REGULAR
        return Rejected(reason.format(name=shown(error.name)))
    name = shown(error.place, 2 * rejection.MAX_SHOWN_LENGTH)
    return Rejected(rejection.UNREADABLE.format(name=name, cause=shown(error.cause)))


def pieces_of_file(file: int, most: int) -> Iterator[bytes]:
    """Yield the content of an open file, at most so many bytes of it."""
    while most > 0 and (piece := os.read(file, min(PIECE, most))):
        most -= len(piece)
        yield piece
