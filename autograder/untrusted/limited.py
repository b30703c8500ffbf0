"""One way to work on text that somebody else wrote: in a copy of this process that has limits, and gives plain data back.

Python's compiler, `json`, archive readers and Markdown converters all have inputs of a few hundred bytes that take minutes
or gigabytes. Here such an input costs the limit and nothing else. Windows cannot copy a process: there a student reads their
own files, in this process and without limits.
"""

from __future__ import annotations

import gc
import json
import math
import os
import select
import signal
import struct
import time
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
WORKER_MIB = 8192  # of its own: images, a weights file and its copies take less than half of it


@dataclass(frozen=True)
class Limits:
    """What one piece of work may take; None: as much as there is. answer_mib: of the largest answer."""

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
    reader, writer = os.pipe()
    # A Ctrl-C is for the one who asked; the copy ends with the pipe, or by its clock.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pid = os.fork()
        if pid == 0:
            _work(function, given, limits, writer)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    os.close(writer)
    try:
        content = _received(reader, limits)
    finally:
        os.close(reader)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)  # not waited for yet, so the number is its own
        status = os.waitpid(pid, 0)[1]
    return unpacked(content, status, limits)


def _here(function: Callable[[Json], Plain], given: Json, limits: Limits) -> Plain:
    """Return what the function gives in this process, which must be a student's own."""
    try:
        value, files = function(given)
    except (MemoryError, RecursionError) as error:
        raise OverLimit("memory", limits) from error
    except Exception as error:
        raise WorkFailed(f"{type(error).__name__}: {error}"[:2000]) from error
    return json.loads(json.dumps(value)), list(files)


def _work(function: Callable[[Json], Plain], given: Json, limits: Limits, writer: int) -> NoReturn:
    try:
        confine(writer)
        allow(limits)
        write_all(writer, packed(function, given))
    finally:
        os._exit(0)


def packed(function: Callable[[Json], Plain], given: Json) -> list[bytes]:
    """Do the work, and return what came of it in pieces that `unpacked` reads."""
    files: Sequence[bytes] = ()
    try:
        value, files = function(given)
        head = json.dumps({"value": value, "files": [len(file) for file in files]}).encode()
    except (MemoryError, RecursionError):
        head, files = b'{"reached": "memory"}', ()
    except BaseException as error:
        head, files = json.dumps({"raised": f"{type(error).__name__}: {error}"[:2000]}).encode(), ()
    return [LENGTH.pack(len(head)), head, *files]


def write_all(writer: int, pieces: Sequence[bytes]) -> None:
    """Write all of it, however little the other side takes at a time."""
    for piece in pieces:
        left = memoryview(piece)
        while left:
            left = left[os.write(writer, left[:PIECE]) :]


def confine(kept: int) -> None:
    """Take from this process, a copy, what belongs to the one it was copied from: all descriptors but `kept`, and signals."""
    gc.disable()  # what is garbage here leaves with the process; and nothing of ours is to be finalised twice
    for number in (signal.SIGALRM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.closerange(3, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))
    _lower(resource.RLIMIT_CORE, 0)


def allow(limits: Limits) -> None:
    """Let this process take so much from now on."""
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds + 5)  # where nobody is left who watches the clock
    if limits.cpu_seconds is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        begun = math.ceil(used.ru_utime + used.ru_stime - 0.1)  # the kernel counts whole seconds
        _limit(resource.RLIMIT_CPU, begun + limits.cpu_seconds)
    if limits.memory_mib is not None:
        with suppress(ValueError, OSError):  # macOS knows this limit and refuses it
            _limit(resource.RLIMIT_AS, _addresses() + (limits.memory_mib << 20))


def rest() -> None:
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


def _received(reader: int, limits: Limits) -> bytes:
    """Return all that comes until the other side ends."""
    content, end = bytearray(), time.monotonic() + limits.wall_seconds
    there = select.poll()
    there.register(reader, select.POLLIN)
    while True:
        if not there.poll(max(0.0, 1000 * (end - time.monotonic()))):
            raise WorkDied(f"it had no end after {limits.wall_seconds:g} s")
        piece = os.read(reader, PIECE)
        if not piece:
            return bytes(content)
        content += piece
        if len(content) > limits.answer_mib << 20:
            raise OverLimit("answer", limits)


def unpacked(content: bytes, status: int, limits: Limits) -> Plain:
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
