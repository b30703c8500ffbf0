"""Work on text that somebody else wrote, in a limited process that lasts: a new one for each text costs more than the work.

Each piece of work has the limits that it has in a process of its own (see `limited`), counted from where it begins. Nothing
of the text is run, so what one text can leave for the next is memory that was taken, and a process that took much is replaced.
"""

from __future__ import annotations

import marshal
import os
import signal
import socket
import struct
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from autograder.untrusted.limited import (
    LENGTH,
    Json,
    Limits,
    OverLimit,
    Plain,
    WorkDied,
    WorkFailed,
    allow,
    confine,
    packed,
    rest,
    unpacked,
    write_all,
)

MAX_PIECES = 200  # of work that one process does
MAX_GROWN = 128 << 20  # bytes of addresses; a process that ever had so many more than at its start is replaced
ANSWER = struct.Struct("<QQ?")  # number of the question, length of the answer, whether the process is to be replaced


class Lasting:
    """Processes that do the work of one function again and again; there are as many as are asked at a time.

    They are copies of this process, without its descriptors, and end with it.
    """

    def __init__(self, function: Callable[[Json], Plain], limits: Limits) -> None:
        self._function, self._limits = function, limits
        self._owner, self._free = os.getpid(), list[_Copy]()

    def __call__(self, given: Json) -> Plain:
        """Return what the function gives, see `limited`. given: of the plain kinds that `marshal` knows; answers are JSON.

        What dies or fails in a process that has done other work is tried again in a new one. A limit that was reached is not:
        no work has less time or memory here than in a process of its own.
        """
        if known := self._known():
            with suppress(WorkDied, WorkFailed):
                return self._asked(known, given)
        return self._asked(_Copy(self._function, self._limits), given)

    def _known(self) -> _Copy | None:
        """Return one that waits, for this process alone: of several threads, each gets another."""
        if self._owner != os.getpid():  # this is a copy: they answer to the process that made them
            self._owner, self._free = os.getpid(), []
        try:
            return self._free.pop()
        except IndexError:
            return None

    def _asked(self, copy: _Copy, given: Json) -> Plain:
        answer, tired = copy.ask(given)
        if tired:
            copy.close()
        else:
            self._free.append(copy)
        return answer

    @property
    def pids(self) -> set[int]:
        """The processes that wait for work."""
        return {copy.pid for copy in self._free}

    def close(self) -> None:
        """End those that wait."""
        while self._free:
            self._free.pop().close()


class _Copy:
    """A copy of this process, and the line to it."""

    def __init__(self, function: Callable[[Json], Plain], limits: Limits) -> None:
        ours, theirs = socket.socketpair()
        # A Ctrl-C is for the one who asked; the copy ends with the line.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _serve(function, limits, theirs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        self._limits, self._line, self._asked = limits, ours, 0
        self.close = weakref.finalize(self, _end, os.getpid(), self.pid, ours)

    def ask(self, given: Json) -> tuple[Plain, bool]:
        """Return what the work gives, and whether the copy is to be replaced; whatever is raised, the copy is ended."""
        self._asked += 1
        try:
            content, tired = self._answer(marshal.dumps(given), time.monotonic() + self._limits.wall_seconds)
            if content is None:
                unpacked(b"", self.close() or 0, self._limits)  # raises what it came to
                raise WorkDied("it ended without an answer")
            return unpacked(content, 0, self._limits), tired
        except BaseException:
            self.close()
            raise

    def _answer(self, question: bytes, end: float) -> tuple[bytes | None, bool]:
        """Return the answer and whether the copy is to be replaced; None where it has ended."""
        try:
            self._line.settimeout(self._limits.wall_seconds)
            self._line.sendall(LENGTH.pack(len(question)))
            self._line.sendall(question)
            number, length, tired = ANSWER.unpack(self._exactly(ANSWER.size, end))
            if length > self._limits.answer_mib << 20:
                raise OverLimit("answer", self._limits)
            if number != self._asked:
                raise WorkDied("it answered another question")
            return self._exactly(length, end), tired
        except TimeoutError as error:
            raise WorkDied(f"it had no end after {self._limits.wall_seconds:g} s") from error
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return None, True

    def _exactly(self, length: int, end: float) -> bytes:
        content = bytearray(length)
        left = memoryview(content)
        while left:
            self._line.settimeout(max(0.001, end - time.monotonic()))
            size = self._line.recv_into(left)
            if not size:
                raise EOFError
            left = left[size:]
        return bytes(content)


def _end(owner: int, pid: int, line: socket.socket) -> int:
    """End a copy and return how it ended; in another copy of its owner, nothing is done to it."""
    line.close()
    if os.getpid() != owner:
        return 0
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)  # not waited for yet, so the number is its own
    return os.waitpid(pid, 0)[1]


def _serve(function: Callable[[Json], Plain], limits: Limits, line: socket.socket) -> NoReturn:
    """Do the work that is asked for until nobody is left who asks, or no more is wanted of this process."""
    try:
        confine(line.fileno())
        before = _most_addresses()
        number, tired = 0, False
        while not tired:
            given = _question(line)
            number += 1
            allow(limits)
            pieces = packed(function, given)
            rest()
            tired = number >= MAX_PIECES or _most_addresses() - before > MAX_GROWN
            write_all(line.fileno(), [ANSWER.pack(number, sum(map(len, pieces)), tired), *pieces])
            del given, pieces
    finally:
        os._exit(0)


def _question(line: socket.socket) -> Json:
    """Return what is asked next. The asker is the grader, which is trusted; the other way goes JSON alone."""
    with line.makefile("rb") as file:
        (length,) = LENGTH.unpack(file.read(LENGTH.size))
        return marshal.loads(file.read(length))


def _most_addresses() -> int:
    """Return the most bytes of address space that this process ever had; 0 where the system does not tell."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return 1024 * int(status.partition("VmPeak:")[2].split(maxsplit=1)[0])
