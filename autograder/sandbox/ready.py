"""Values of large parameters, made once in a grading process and lent to its boxes as files in memory.

A box maps them in place of making its own: what it writes to them stays its own, and the file itself is sealed.
"""

from __future__ import annotations

import fcntl
import math
import mmap
import os
import threading
from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np

from autograder.sandbox.child.values import write_values
from autograder.sandbox.child.wire import MOST_FILES

Shape = tuple[int, ...]
Shapes = Mapping[str, Collection[Shape]]
"""Of parameters, by the name of what makes their network."""
LEAST = 1 << 18  # numbers from which on mapping is quicker than making, as in `child.memory`
ROOM = 1 << 30  # bytes that one process keeps; what does not fit is made by each box, as small parameters are
KINDS = {2: "matrix", 4: "filter"}  # by the number of sizes in a shape


class Ready(NamedTuple):
    """A file with the values of a kind and shape for a seed."""

    kind: str
    shape: Shape
    file: int


class ReadyValues:
    """The files of this process, by seed, kind and shape. They are closed when it ends."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._files: dict[tuple[int, str, Shape], int] = {}
        self._making = threading.Lock()

    def of(self, seed: int, shapes: Collection[Shape]) -> list[Ready]:
        """Return what there is for a seed and the large ones of these shapes, after making it where there is room.

        Threads that ask for the same wait for one of them.
        """
        found: list[Ready] = []
        large = [shape for shape in set(shapes) if math.prod(shape) >= LEAST and len(shape) in KINDS]
        with self._making:
            for shape in sorted(large, key=lambda shape: (-math.prod(shape), shape))[:MOST_FILES]:
                size, kind = math.prod(shape), KINDS[len(shape)]
                key = (seed, kind, shape)
                if key not in self._files and 4 * size <= self._room:
                    self._files[key] = made(seed, kind, shape)
                    self._room -= 4 * size
                if key in self._files:
                    found.append(Ready(kind, shape, self._files[key]))
        return found


def made(seed: int, kind: str, shape: Shape) -> int:
    """Return a file in memory, float32 and row-major, that nobody can change any more."""
    size = math.prod(shape)
    file = os.memfd_create("values", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.ftruncate(file, 4 * size)
        with mmap.mmap(file, 4 * size) as pages:
            write_values(np.frombuffer(pages, np.float32).reshape(shape), kind, seed)
        fcntl.fcntl(
            file, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
        )
    except BaseException:
        os.close(file)
        raise
    return file


VALUES = ReadyValues()
