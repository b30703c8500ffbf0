"""Values of large parameters, made once for the workers of a machine and lent to their boxes as files in memory.

A box maps them in place of making its own: what it writes to them stays its own, and the file itself is sealed.
"""

from __future__ import annotations

import math
import mmap
import os
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

from autograder.sandbox.child.values import write_values
from autograder.sandbox.child.wire import LARGE, MAX_FILES

try:
    import fcntl
except ImportError:  # Windows, where nothing is lent
    fcntl = None  # type: ignore[assignment]

Shape = tuple[int, ...]
Shapes = Mapping[str, Collection[Shape]]
"""Of parameters, by the name of what makes their network."""
ROOM = 3 << 29  # bytes that are kept; what does not fit is made by each box, as small parameters are
KINDS = {2: "matrix", 4: "filter"}  # by the number of sizes in a shape
# Linux's numbers, which `fcntl` has on Linux only: adding and telling seals; no more seals, shorter, longer, written.
F_ADD_SEALS, F_GET_SEALS, SEALS = 1033, 1034, 1 | 2 | 4 | 8
SHOWN = "/memfd:"  # how the kernel begins the name of such a file


def is_lent(shape: Shape) -> bool:
    """Return True if values of this shape are large enough to be made once for many boxes."""
    return math.prod(shape) >= LARGE and len(shape) in KINDS


class Ready(NamedTuple):
    """A file with the values of a kind and shape for a seed."""

    kind: str
    shape: Shape
    file: int


class ReadyValues:
    """The files of this process, by name; they are closed when it ends.

    Attributes:
        room: Bytes for all that it sees.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room, self._shared = room, False
        self._files: dict[str, int] = {}
        self._making = threading.Lock()

    def share(self) -> None:
        """Take what other children of this process's parent have made, too, and count it as room that is taken.

        They must be workers of one grader.
        """
        self._shared = True

    def of(self, seed: int, shapes: Collection[Shape]) -> list[Ready]:
        """Return what there is for a seed and the large ones of these shapes, after making it where there is room.

        Threads, and processes that share, wait for one of them to make it.
        """
        found: list[Ready] = []
        large = [shape for shape in set(shapes) if is_lent(shape)]
        for shape in sorted(large, key=lambda shape: (-math.prod(shape), shape))[:MAX_FILES]:
            kind = KINDS[len(shape)]
            name = f"values {seed} {kind} {'x'.join(map(str, shape))}"
            file = self._files.get(name)
            if file is None:
                with self._making:
                    file = self._file(name, seed, kind, shape)
            if file is not None:
                found.append(Ready(kind, shape, file))
        return found

    def ahead(self, wanted: Sequence[tuple[int, Collection[Shape]]]) -> None:
        """Make what `of` will be asked for: seeds, each with its shapes, one after the other in a thread that is waited for
        by nobody."""
        if wanted:
            threading.Thread(target=lambda: [self.of(seed, shapes) for seed, shapes in wanted], daemon=True).start()

    def _file(self, name: str, seed: int, kind: str, shape: Shape) -> int | None:
        if name not in self._files:
            with _one_at_a_time():
                others = dict(_of_siblings()) if self._shared else {}
                file = _opened(others[name], 4 * math.prod(shape)) if name in others else None
                if file is None:
                    held: dict[str, Path | int] = {**others, **self._files}  # by name: what several hold counts once
                    if sum(map(_size, held.values())) + 4 * math.prod(shape) > self._room:
                        return None
                    try:
                        file = made(name, seed, kind, shape)
                    except OSError:  # the machine has no room for it: each box makes its own
                        return None
                self._files[name] = file
        return self._files[name]


def made(name: str, seed: int, kind: str, shape: Shape) -> int:
    """Return a file in memory, float32 and row-major, that nobody can change any more."""
    size = math.prod(shape)
    file = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.posix_fallocate(file, 0, 4 * size)  # whole, or an error here and not while it is written
        with mmap.mmap(file, 4 * size) as pages:
            write_values(np.frombuffer(pages, np.float32).reshape(shape), kind, seed)
        fcntl.fcntl(file, F_ADD_SEALS, SEALS)
        os.fchmod(file, 0o400)
    except BaseException:
        os.close(file)
        raise
    return file


@contextmanager
def lent(ready: Sequence[Ready]) -> Iterator[list[int]]:
    """Give descriptors for one box, each opened anew: position and flags of an open file, and when it was read, would
    stay for the next box.

    Raises:
        OSError: Where the system has none to give.
    """
    with ExitStack() as opened:
        files = []
        for each in ready:
            os.utime(each.file, (0, 0))
            files.append(os.open(f"/proc/self/fd/{each.file}", os.O_RDONLY | os.O_CLOEXEC))
            opened.callback(os.close, files[-1])
        yield files


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one process of this installation look and make at a time, where its file system knows locks."""
    with open(__file__, "rb") as file:  # noqa: PTH123
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _of_siblings() -> Iterator[tuple[str, Path]]:
    """Yield the name and the place below /proc of each file of values that a child of this process's parent holds."""
    parent = os.getppid()
    with suppress(OSError):
        for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split():
            if int(pid) == os.getpid():
                continue
            with suppress(OSError):  # it has ended, or is not ours to look into
                for place in Path(f"/proc/{pid}/fd").iterdir():
                    with suppress(OSError):
                        shown = str(place.readlink())
                        if shown.startswith(f"{SHOWN}values "):
                            yield shown.removeprefix(SHOWN).removesuffix(" (deleted)"), place


def _opened(place: Path, size: int) -> int | None:
    """Open another process's file for reading; None where it is not whole, sealed and of this size."""
    with suppress(OSError):
        file = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
        if fcntl.fcntl(file, F_GET_SEALS) == SEALS and os.fstat(file).st_size == size:
            return file
        os.close(file)
    return None


def _size(file: Path | int) -> int:
    with suppress(OSError):
        return os.stat(file).st_size  # noqa: PTH116  # of a descriptor, too
    return 0


VALUES = ReadyValues()
