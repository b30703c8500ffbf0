"""Open what lies in folders that students write: from one trusted folder down, one part after the other, through no link.

Windows cannot open a name below an open folder. There only a student works, on files of their own: a folder is its path.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, Union

from autograder.errors import AutograderError
from autograder.text import Text

Why = Literal["missing", "link", "kind", "refused"]
SAID: dict[Why, Text] = {
    "missing": Text(zh="{place} 不存在", en="{place} does not exist"),
    "link": Text(zh="{place} 是链接，这里从不跟随链接", en="{place} is a link, and links are not followed"),
    "kind": Text(zh="{place} 不是应有的普通文件或文件夹", en="{place} is {cause}"),
    "refused": Text(zh="{place} 无法读取({cause})", en="{place} cannot be read ({cause})"),
}
HOLDS_FOLDERS = hasattr(os, "O_NOFOLLOW") and os.open in os.supports_dir_fd
OpenFolder = Union[int, Path]
"""A descriptor where `HOLDS_FOLDERS`, else a path."""
# O_NONBLOCK: opening a named pipe must not wait for a writer; O_BINARY: Windows would change line ends.
AS_FILE = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT")
)
_FOLDER = getattr(os, "O_DIRECTORY", 0)
AS_FOLDER = AS_FILE | _FOLDER
# A folder that is only passed through need not be readable (mode 711).
AS_STEP = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_NOFOLLOW", 0) | _FOLDER | getattr(os, "O_CLOEXEC", 0)


class NotOpened(AutograderError):
    """Something that is not there, is a link or of another kind than asked for, or must not be read.

    name: its name; place: from the trusted folder on.

    Attributes:
        cause: What the system says.
    """

    def __init__(self, parts: Sequence[str], why: Why, cause: str) -> None:
        self.name, self.place, self.why, self.cause = parts[-1], "/".join(filter(None, parts)), why, cause
        super().__init__(SAID[why].format(place=self.place, cause=cause))


@contextmanager
def opened_folder(base: Path, parts: Sequence[str] = (), *, listed: bool = True) -> Iterator[OpenFolder]:
    """Give a folder below `base`, which staff chose and may reach by links; raises `NotOpened`.

    Args:
        listed: Its names will be asked for; otherwise only what is in it by name.
    """
    if not HOLDS_FOLDERS:
        yield _walked(base, parts)
        return
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
def opened_file(folder: OpenFolder, name: str, shown: Sequence[str] = ()) -> Iterator[int]:
    """Give the descriptor of a regular file in an open folder; raises `NotOpened`.

    Args:
        shown: The folders above, for messages.
    """
    file = _opened(folder, [*shown, name], AS_FILE)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise NotOpened([*shown, name], "kind", "not a regular file")
        yield file
    finally:
        os.close(file)


def status_of(folder: OpenFolder, name: str, shown: Sequence[str] = ()) -> os.stat_result | None:
    """Return what the system says of a name in an open folder, a link itself; None where nothing has it.

    Args:
        shown: The folders above.

    Raises:
        NotOpened: Where it does not say: a folder that may be listed but not entered.
    """
    try:
        if isinstance(folder, Path):
            return (folder / name).lstat()
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, ValueError):
        return None
    except OSError as error:
        raise NotOpened([*shown, name], "refused", error.strerror or type(error).__name__) from error


def _walked(base: Path, parts: Sequence[str]) -> Path:
    """Return the path of a folder below `base`; raises `NotOpened` where a part of the way is a link or no folder."""
    for depth in range(len(parts) + 1):
        folder, way = base.joinpath(*parts[:depth]), [base.name, *parts[:depth]]
        try:
            status = folder.lstat() if depth else folder.stat()
        except (OSError, ValueError) as error:
            raise NotOpened(way, _why(error), getattr(error, "strerror", None) or str(error)) from error
        if stat.S_ISLNK(status.st_mode):
            raise NotOpened(way, "link", "a link")
        if not stat.S_ISDIR(status.st_mode):
            raise NotOpened(way, "kind", "not a folder")
    return base.joinpath(*parts)


def _opened(folder: OpenFolder, parts: Sequence[str], flags: int) -> int:
    try:
        if isinstance(folder, Path):
            if (status := status_of(folder, parts[-1])) is not None and stat.S_ISLNK(status.st_mode):
                raise NotOpened(parts, "link", "a link")
            return os.open(folder / parts[-1], flags)
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
        if status is not None and flags & _FOLDER and not stat.S_ISDIR(status.st_mode):
            raise NotOpened(parts, "kind", "not a folder") from error
        if status is not None and not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            raise NotOpened(parts, "kind", "not a regular file") from error
        raise NotOpened(parts, _why(error), error.strerror or type(error).__name__) from error


def _why(error: Exception) -> Why:
    return "missing" if isinstance(error, FileNotFoundError) else "refused"
