"""Open files that a student controls: regular files only, no links, no surprises about size."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from autograder.submission import rejection
from autograder.submission.rejection import Rejected, shown

MIB = 1024 * 1024
MOST_ENTRIES = 5000
# O_NONBLOCK: opening a named pipe must not wait for a writer.
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextmanager
def open_regular(path: Path, folder: int | None = None) -> Iterator[BinaryIO]:
    """Open a regular file for reading, never through a link.

    Args:
        path: the file; its last part must not be a symbolic link.
        folder: descriptor of the folder that a relative `path` starts from.

    Raises:
        Rejected: no such file, a link, a pipe, a device, a folder, or no permission.
    """
    try:
        descriptor = os.open(path, _FLAGS, dir_fd=folder)
    except OSError as error:
        raise _cannot_open(path, folder, error) from error
    except ValueError as error:  # a null byte in the name
        raise Rejected(rejection.MISSING.format(name=shown(path.name))) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Rejected(rejection.NOT_REGULAR.format(name=shown(path.name)))
    with os.fdopen(descriptor, "rb") as file:
        yield file


def read_regular(path: Path, limit_mib: int, folder: int | None = None) -> bytes:
    """Return the bytes of a regular file of at most `limit_mib` MiB; raises `Rejected` otherwise."""
    with open_regular(path, folder) as file:
        size = os.fstat(file.fileno()).st_size
        if size > limit_mib * MIB:
            raise too_large(path.name, size, limit_mib)
        content = file.read(limit_mib * MIB + 1)
    if len(content) > limit_mib * MIB:  # it grew meanwhile
        raise too_large(path.name, len(content), limit_mib)
    return content


def too_large(name: str, size: int, limit_mib: int) -> Rejected:
    """Return the rejection of a file of `size` bytes."""
    return Rejected(rejection.TOO_LARGE.format(name=shown(name), size=f"{size / MIB:.1f}", limit=limit_mib))


@contextmanager
def open_folder(path: Path) -> Iterator[int]:
    """Open a folder, never through a link, and give its descriptor; raises `Rejected`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _cannot_open(path, None, error) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def names_in(folder: int, shown_name: str) -> list[str]:
    """Return the sorted names in an open folder; raises `Rejected` when there are too many."""
    names: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            names.append(entry.name)
            if len(names) > MOST_ENTRIES:
                raise Rejected(rejection.TOO_MANY.format(name=shown(shown_name), limit=MOST_ENTRIES))
    return sorted(names)


def is_regular(path: Path) -> bool:
    """Tell whether `path` is a regular file and no link."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


def exists(path: Path) -> bool:
    """Tell whether anything, a dangling link included, has this name."""
    try:
        path.lstat()
    except (OSError, ValueError):
        return False
    return True


def _cannot_open(path: Path, folder: int | None, error: OSError) -> Rejected:
    name = shown(path.name or str(path))
    if isinstance(error, FileNotFoundError):
        return Rejected(rejection.MISSING.format(name=name))
    try:
        mode = os.stat(path, dir_fd=folder, follow_symlinks=False).st_mode
    except OSError:
        mode = 0
    if mode and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        return Rejected(rejection.NOT_REGULAR.format(name=name))
    return Rejected(rejection.UNREADABLE.format(name=name, cause=shown(error.strerror or type(error).__name__)))
