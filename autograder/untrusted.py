"""Open what lies in folders that students write: from one trusted folder down, one part after the other, through no link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from autograder.errors import AutograderError
from autograder.text import Text

Why = Literal["missing", "link", "kind", "refused"]
SAID: dict[Why, Text] = {
    "missing": Text(zh="{place} 不存在", en="{place} does not exist"),
    "link": Text(zh="{place} 是链接, 这里从不跟随链接", en="{place} is a link, and links are not followed"),
    "kind": Text(zh="{place} 不是应有的普通文件或文件夹", en="{place} is {cause}"),
    "refused": Text(zh="{place} 无法读取({cause})", en="{place} cannot be read ({cause})"),
}
# O_NONBLOCK: opening a named pipe must not wait for a writer.
AS_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
AS_FOLDER = AS_FILE | os.O_DIRECTORY
# A folder that is only passed through need not be readable (mode 711).
AS_STEP = getattr(os, "O_PATH", os.O_RDONLY) | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC


class NotOpened(AutograderError):
    """Something that is not there, is a link or of another kind than asked for, or must not be read.

    name: its name; place: from the trusted folder on; cause: what the system says.
    """

    def __init__(self, parts: Sequence[str], why: Why, cause: str) -> None:
        self.name, self.place, self.why, self.cause = parts[-1], "/".join(filter(None, parts)), why, cause
        super().__init__(SAID[why].format(place=self.place, cause=cause))


@contextmanager
def opened_folder(base: Path, parts: Sequence[str] = (), *, listed: bool = True) -> Iterator[int]:
    """Give the descriptor of a folder below `base`, which staff chose and may reach by links; raises `NotOpened`.

    listed: its names will be asked for; otherwise only what is in it by name.
    """
    try:
        folder = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise NotOpened([str(base)], _why(error), error.strerror or "") from error
    try:
        for depth in range(len(parts)):
            flags = AS_FOLDER if listed and depth + 1 == len(parts) else AS_STEP
            inner = _opened(folder, [base.name, *parts[: depth + 1]], flags)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


@contextmanager
def opened_file(folder: int, name: str, shown: Sequence[str] = ()) -> Iterator[int]:
    """Give the descriptor of a regular file in an open folder; raises `NotOpened`. shown: the folders above, for messages."""
    file = _opened(folder, [*shown, name], AS_FILE)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise NotOpened([*shown, name], "kind", "not a regular file")
        yield file
    finally:
        os.close(file)


def status_of(folder: int, name: str, shown: Sequence[str] = ()) -> os.stat_result | None:
    """Return what the system says of a name in an open folder, a link itself; None where nothing has it.

    Raises `NotOpened` where it does not say: a folder that may be listed but not entered. shown: the folders above.
    """
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, ValueError):
        return None
    except OSError as error:
        raise NotOpened([*shown, name], "refused", error.strerror or type(error).__name__) from error


def _opened(folder: int, parts: Sequence[str], flags: int) -> int:
    try:
        return os.open(parts[-1], flags, dir_fd=folder)
    except ValueError as error:  # a null byte in the name
        raise NotOpened(parts, "missing", str(error)) from error
    except OSError as error:
        try:
            status = status_of(folder, parts[-1])
        except NotOpened:
            status = None
        if status is not None and stat.S_ISLNK(status.st_mode):
            raise NotOpened(parts, "link", "a link") from error
        if status is not None and flags & os.O_DIRECTORY and not stat.S_ISDIR(status.st_mode):
            raise NotOpened(parts, "kind", "not a folder") from error
        if status is not None and not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            raise NotOpened(parts, "kind", "not a regular file") from error
        raise NotOpened(parts, _why(error), error.strerror or type(error).__name__) from error


def _why(error: OSError) -> Why:
    return "missing" if isinstance(error, FileNotFoundError) else "refused"
