"""One way to work on text that somebody else wrote: in a copy of this process that has limits, and gives plain data back.

Python's compiler, `json`, archive readers and Markdown converters all have inputs of a few hundred bytes that take minutes
or gigabytes. Here such an input costs the limit and nothing else. Windows cannot copy a process: there a student reads their
own files, in this process and without limits.
"""

from __future__ import annotations

import gc
import json
import marshal
import math
import os
import signal
import socket
import struct
import time
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn

from autograder.errors import AutograderError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

CAN_COPY = hasattr(os, "fork") and resource is not None
Json = Any
Plain = tuple[Json, Sequence[bytes]]
"""What comes back: a JSON value, and files."""
Reached = Literal["cpu", "memory", "answer"]
PIECE = 1 << 20
LENGTH = struct.Struct("<Q")
MAX_PIECES = 200  # of work that one process does
MAX_GROWN = 128 << 20  # bytes of addresses; a process that ever had so many more than at its start is replaced
ANSWER = struct.Struct("<QQ?")  # number of the question, length of the answer, whether the process is to be replaced
WORKER_MIB = 8192  # of its own: images, a weights file and its copies take less than half of it


@dataclass(frozen=True)
class Limits:
    """What one piece of work may take; None: as much as there is.

    Attributes:
        answer_mib: Of the largest answer.
    """

    cpu_seconds: int | None = 10
    memory_mib: int | None = 1024
    wall_seconds: float = 90.0
    answer_mib: int = 128


WITHIN = Limits()
TIME_ALONE = Limits(cpu_seconds=None, memory_mib=None)


class OverLimit(AutograderError):
    """The work took more than it may, and would the next time, too."""

    def __init__(self, reached: Reached, limits: Limits) -> None:
        self.reached: Reached = reached
        self.limit = {
            "cpu": f"{limits.cpu_seconds} s CPU",
            "memory": f"{limits.memory_mib} MiB" if limits.memory_mib else "the memory that is left",
            "answer": f"{limits.answer_mib} MiB",
        }[reached]
        super().__init__(f"it takes more than {self.limit}")


class WorkDied(AutograderError):
    """The work had no end in time, or was ended by a signal: the next time it may go well."""


class WorkFailed(Exception):
    """The work raised: a fault of ours."""


def limited(function: Callable[[Json], Plain], given: Json, limits: Limits) -> Plain:
    """Return what `function(given)` gives in a copy of this process.

    What it changes stays in the copy, except for files. The copy has none of our descriptors but the standard ones.

    Raises:
        OverLimit: it took more CPU time or memory than `limits`, or gave too large an answer.
        WorkDied: it took too long by the clock, or crashed.
        WorkFailed: it raised.
    """
    if not CAN_COPY:
        return _here(function, given, limits)
    copy = _Copy(lambda _: function(given), limits)
    try:
        return copy.ask(None)[0]
    finally:
        copy.close()


def _here(function: Callable[[Json], Plain], given: Json, limits: Limits) -> Plain:
    """Return what the function gives in this process, which must be a student's own."""
    try:
        value, files = function(given)
    except (MemoryError, RecursionError) as error:
        raise OverLimit("memory", limits) from error
    except Exception as error:
        raise WorkFailed(f"{type(error).__name__}: {error}"[:2000]) from error
    return json.loads(json.dumps(value)), list(files)


class Lasting:
    """Processes that do the work of one function again and again: a new one for each text costs more than the work.

    There are as many as are asked at a time. They are copies of this process, without its descriptors, and end with it. Each
    piece of work has the limits that it has in a process of its own, counted from where it begins. Nothing of the text is
    run, so what one text can leave for the next is memory that was taken, and a process that took much is replaced.
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
                _unpacked(b"", self.close() or 0, self._limits)  # raises what it came to
                raise WorkDied("it ended without an answer")
            return _unpacked(content, 0, self._limits), tired
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
            seconds = end - time.monotonic()
            if seconds <= 0:  # an answer that is there too late is too late on a loaded machine as well
                raise TimeoutError
            self._line.settimeout(seconds)
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
        _confine(line.fileno())
        before = _most_addresses()
        number, tired = 0, False
        while not tired:
            given = _question(line)
            number += 1
            _allow(limits)
            pieces = _packed(function, given)
            _rest()
            tired = number >= MAX_PIECES or _most_addresses() - before > MAX_GROWN
            _write_all(line.fileno(), [ANSWER.pack(number, sum(map(len, pieces)), tired), *pieces])
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


def _packed(function: Callable[[Json], Plain], given: Json) -> list[bytes]:
    """Do the work, and return what came of it in pieces that `_unpacked` reads."""
    files: Sequence[bytes] = ()
    try:
        value, files = function(given)
        head = json.dumps({"value": value, "files": [len(file) for file in files]}).encode()
    except (MemoryError, RecursionError):
        head, files = b'{"reached": "memory"}', ()
    except BaseException as error:
        head, files = json.dumps({"raised": f"{type(error).__name__}: {error}"[:2000]}).encode(), ()
    return [LENGTH.pack(len(head)), head, *files]


def _write_all(writer: int, pieces: Sequence[bytes]) -> None:
    """Write all of it, however little the other side takes at a time."""
    for piece in pieces:
        left = memoryview(piece)
        while left:
            left = left[os.write(writer, left[:PIECE]) :]


def _confine(kept: int) -> None:
    """Take from this process, a copy, what belongs to the one it was copied from: all descriptors but `kept`, and signals."""
    gc.disable()  # what is garbage here leaves with the process; and nothing of ours is to be finalised twice
    for number in (signal.SIGALRM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
    _lower(resource.RLIMIT_CORE, 0)


def _allow(limits: Limits) -> None:
    """Let this process take so much from now on."""
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds + 5)  # where nobody is left who watches the clock
    if limits.cpu_seconds is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        begun = math.ceil(used.ru_utime + used.ru_stime - 0.1)  # the kernel counts whole seconds
        _limit(resource.RLIMIT_CPU, begun + limits.cpu_seconds)
    if limits.memory_mib is not None:
        with suppress(ValueError, OSError):  # macOS knows this limit and refuses it
            _limit(resource.RLIMIT_AS, _addresses() + (limits.memory_mib << 20))


def _rest() -> None:
    """Take back what `allow` set for a piece of work that is done."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (resource.getrlimit(resource.RLIMIT_AS)[1],) * 2)


def _limit(kind: int, wanted: int) -> None:
    """Set a limit as high as that may be; a later one may be higher."""
    top = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (wanted if top == resource.RLIM_INFINITY else min(wanted, top), top))


def _lower(kind: int, wanted: int) -> None:
    """Set a limit for good, but none that is higher than it was."""
    top = resource.getrlimit(kind)[1]
    lowest = wanted if top == resource.RLIM_INFINITY else min(wanted, top)
    resource.setrlimit(kind, (lowest, lowest))


def _addresses() -> int:
    """Return the bytes of address space that this process has now; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _unpacked(content: bytes, status: int, limits: Limits) -> Plain:
    """Return what the work gave, or raise what it came to. status: how its process ended."""
    size = LENGTH.unpack_from(content)[0] if len(content) >= LENGTH.size else 0
    place = LENGTH.size + size
    if not size or len(content) < place:
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
            raise OverLimit("cpu", limits)
        raise WorkDied(f"it ended by {_how(status)}")
    head = json.loads(content[LENGTH.size : place])
    if "reached" in head:
        raise OverLimit(head["reached"], limits)
    if "raised" in head:
        raise WorkFailed(head["raised"])
    files: list[bytes] = []
    for length in head["files"]:
        files.append(content[place : place + length])
        place += length
    if place != len(content):
        raise WorkDied(f"it ended by {_how(status)} before its answer did")
    return head["value"], files


def _how(status: int) -> str:
    return signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else f"status {os.WEXITSTATUS(status)}"


@contextmanager
def deadline(wall_seconds: float, cpu_seconds: int) -> Iterator[None]:
    """Let the kernel end this process where what is inside takes longer; it needs no thread of ours to be able to run."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    until = int(used.ru_utime + used.ru_stime) + cpu_seconds
    tighter = soft == resource.RLIM_INFINITY or until < soft
    signal.setitimer(signal.ITIMER_REAL, wall_seconds)
    if tighter:
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if tighter:
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def limit_memory(mib: int = WORKER_MIB) -> None:
    """Let this process, and what it starts, have so much memory of its own (files that are mapped do not count)."""
    _lower(resource.RLIMIT_DATA, mib << 20)
