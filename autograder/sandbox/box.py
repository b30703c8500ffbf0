"""The box: bubblewrap or a container around one child process, limits on all it takes, killed whole at the end."""

from __future__ import annotations

import itertools
import os
import socket
import sys
import threading
import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, TypedDict, get_args

from autograder.course import Course
from autograder.sandbox import refusals
from autograder.sandbox.bubblewrap import DEVICES, WRITABLE, bubblewrap_program, shown
from autograder.sandbox.child import wire
from autograder.sandbox.child.orders import Orders
from autograder.sandbox.cold import Child, ColdChild
from autograder.sandbox.container import ContainerChild, ensure_engine, remove_leftovers
from autograder.sandbox.ready import VALUES, Ready, Shapes, lent
from autograder.sandbox.session import (
    LAST_WORDS,
    BoxDied,
    BoxError,
    BoxKilled,
    Framework,
    harmless,
    said_late,
    too_slow,
    value_of,
)
from autograder.sandbox.warm import Zygote

Backend = Literal["bubblewrap", "podman", "docker", "none"]
BACKENDS: tuple[Backend, ...] = get_args(Backend)

REQUIRED = ("namespaces", "no-capabilities", "landlock", "seccomp", "no-new-privileges")
FIRST_POOL_UID, GRADERS, UIDS_OF_A_GRADER = 200_000, 4000, 250
_started = itertools.count()
START_SECONDS = 60.0
TOGETHER = 6  # all questions after one `limit` may take so many times what a single one may
ANSWER_MIB = 32  # the largest answer that is read; what is legitimately larger stands in the table
ANSWERS_MIB = {"augment": 96}


class BoxSession:
    """A child process and the wire to it. Use as a context manager: the end kills whatever is left."""

    def __init__(self, child: Child, output_kib: int, together: float = 0, shapes: Shapes | None = None) -> None:
        """output_kib: how much of what it prints is kept; together: seconds that the questions after one `limit` have
        at least, all in all; shapes: see `Box.session`."""
        self._child, self._together, self._until = child, together, float("inf")
        self._granted = float("inf")
        self._shapes = (shapes or {}) if child.takes_files else {}
        self._made = ""  # the name of what made the last network
        self._count, self._seconds = 0, START_SECONDS
        child.wire.setblocking(False)
        self._output = bytearray()
        self._reader = threading.Thread(target=self._drain, args=(output_kib << 10,), daemon=True)
        self._reader.start()

    def _drain(self, keep: int) -> None:
        while piece := self._child.output.read1(65536):  # type: ignore[attr-defined]
            self._output += piece[: max(0, keep - len(self._output))]

    def __enter__(self) -> BoxSession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def output(self) -> str:
        """What the child printed so far, as far as it is kept."""
        return bytes(self._output).decode("utf-8", "replace")

    def limit(self, seconds: float) -> None:
        """Set how many seconds each following question may take; all of them together get `TOGETHER` times that."""
        self._seconds = seconds
        self._until = time.monotonic() + max(TOGETHER * seconds, self._together)

    def within(self, seconds: float) -> None:
        """Let each following question take so many seconds at the most, whatever `limit` says."""
        self._granted = seconds

    @property
    def cpu_seconds(self) -> float | None:
        """What the child took of processors, known once it has ended; None: not known."""
        return self._child.cpu_seconds

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        """Run one operation in the child; raises `StudentError`, `BoxDied` or `BoxKilled`."""
        self._count += 1
        ready: list[Ready] = []
        if operation == "make":
            self._made = arguments["target"]
        elif operation == "fill" and (shapes := self._shapes.get(self._made)):
            ready = VALUES.of(arguments["seed"], shapes)
            arguments = {**arguments, "ready": [[each.kind, list(each.shape)] for each in ready]}
        # The first answer waits for the child's imports, which are not the student's time.
        now = time.monotonic()
        seconds = min(self._seconds, self._granted, self._until - now)
        deadline = now + seconds + (START_SECONDS if self._count == 1 else 0)
        descriptor = self._child.wire.fileno()
        if descriptor < 0:
            raise BoxDied("crashed", "the process has ended")
        try:
            request = {"operation": operation, "arguments": arguments, "seconds": seconds}
            question = wire.pack(self._count, request)
            with lent(ready) if ready else nullcontext(()) as files:
                wire.send(descriptor, question, deadline, files)
            room = ANSWERS_MIB.get(operation, ANSWER_MIB) << 20
            identifier, answer = wire.receive(descriptor, deadline + LAST_WORDS, room, room // 4)
            if identifier != self._count:
                raise wire.WireError("an answer to another question")
            said = harmless(answer)
        except wire.WireTimeout:
            self.close()
            raise BoxDied("timeout", f"no answer within {self._seconds:g} s") from None
        except wire.WireTooLarge:
            self.close()
            raise BoxDied("memory", "the answer was too large") from None
        except wire.WireError as error:
            raise self._death(error) from None
        if said_late(said):
            self.close()
            raise too_slow(said["late"], seconds)
        return value_of(said)

    def _death(self, error: wire.WireError) -> BoxDied | BoxKilled:
        code = self._child.ended(2 if isinstance(error, wire.WireClosed) else 0)
        outside = self._child.killed_from_outside
        self.close()
        if outside:
            return BoxKilled("the box was killed from outside")
        text = self.output[-4000:]
        if any(word in text for word in ("MemoryError", "bad_alloc", "ResourceExhausted", "Cannot allocate memory")):
            return BoxDied("memory", "the memory limit was reached")
        if code in (-24, 152, -9, 137):
            return BoxDied("timeout", "the CPU limit was reached")
        return BoxDied("crashed", f"the process ended itself (exit status {code})" if code is not None else str(error))

    def close(self) -> None:
        """Kill the child and all it started, and what it left."""
        self._child.wire.close()
        self._child.kill()
        self._reader.join(5)
        self._child.output.close()


@dataclass(frozen=True)
class BoxLimits:
    """What one child may use: MiB of address space, CPU seconds in all, KiB of output that is kept, processes and
    threads, MiB of files."""

    memory_mib: int = 4096
    cpu_seconds: int = 180
    output_kib: int = 256
    processes: int = 64
    files_mib: int = 256


class BoxOrders(TypedDict):
    """A box as JSON values.

    Attributes:
        zygote: Whether children come from a warmed process.
    """

    backend: Backend
    limits: dict[str, int]
    layers: list[str]
    zygote: bool
    why_cold: str
    threads: int
    framework: Framework


@dataclass(frozen=True)
class Box:
    """Makes sessions, each in a new child process. `none` gives no protection: for one's own code only.

    Attributes:
        layers: What was found to hold when the box was tried out.
        zygote: Where children are forked from, None: each starts cold, for the reason in why_cold. Whoever asks a
            session does not see the difference.
        threads: Of the framework in each child; a class is graded with one, since as many children as there are cores
            run at a time.
        others: What `of` made.
    """

    backend: Backend
    limits: BoxLimits = field(default_factory=BoxLimits)
    layers: tuple[str, ...] = ()
    zygote: Zygote | None = None
    why_cold: str = ""
    threads: int = 1
    framework: Framework = "paddle"
    others: dict[Framework, Box] = field(default_factory=dict, compare=False, repr=False)

    def of(self, framework: Framework) -> Box:
        """Return the box for answers that are written with a framework: the same, with a warmed process of its own."""
        if framework == self.framework:
            return self
        zygote = Zygote(framework) if self.zygote else None
        made = replace(self, framework=framework, zygote=zygote, others={self.framework: self})
        return self.others.setdefault(framework, made)

    @property
    def name(self) -> str:
        """The back end with what it guarantees, as results state it."""
        return f"{self.backend} ({', '.join(self.layers)})" if self.layers else self.backend

    def to_orders(self) -> BoxOrders:
        """Return the box as JSON values, from which another process of the grader has the same: `from_orders`."""
        return {
            "backend": self.backend,
            "limits": asdict(self.limits),
            "layers": list(self.layers),
            "zygote": self.zygote is not None,
            "why_cold": self.why_cold,
            "threads": self.threads,
            "framework": self.framework,
        }

    @classmethod
    def from_orders(cls, orders: BoxOrders, control: socket.socket | None) -> Box:
        """Return the box of `to_orders`.

        Args:
            control: The line to its warmed process; None: it starts one of its own.
        """
        zygote = Zygote.on_line(control, orders["framework"]) if orders["zygote"] else None
        limits, layers = BoxLimits(**orders["limits"]), tuple(orders["layers"])
        return cls(
            orders["backend"], limits, layers, zygote, orders["why_cold"], orders["threads"], orders["framework"]
        )

    def session(self, cpu_seconds: int | None = None, files_mib: int = 0, shapes: Shapes | None = None) -> BoxSession:
        """Start a child and return the conversation with it.

        Args:
            cpu_seconds: In place of the box's own limit.
            files_mib: Room for files, where that is more than the box's own.
            shapes: Of parameters that will be filled, where `fill` may get large ones ready-made, see `ready`.
        """
        limits = self.limits if cpu_seconds is None else replace(self.limits, cpu_seconds=cpu_seconds)
        orders = replace(self, limits=replace(limits, files_mib=max(files_mib, limits.files_mib)))._orders()
        session = BoxSession(self._child(orders), self.limits.output_kib, cpu_seconds or 0, shapes)
        try:
            # Nothing of the student's has run yet, so a child that does not answer is our fault, not his.
            held = session.ask("layers")
        except BoxDied as death:
            raise BoxError(refusals.DOES_NOT_START.format(detail=death.detail, output=session.output[-500:])) from None
        if lost := [layer for layer in self.layers if layer not in held]:
            session.close()
            raise BoxError(refusals.WEAKER.format(lost=", ".join(lost)))
        if self.threads > 1:
            session.ask("threads", count=self.threads)
        return session

    def _child(self, orders: Orders) -> Child:
        if self.zygote:
            return self.zygote.child(orders)
        if self.backend == "podman" or self.backend == "docker":
            return ContainerChild(self.backend, orders)
        return ColdChild(orders, self.backend == "bubblewrap")

    def _orders(self) -> Orders:
        limits = self.limits
        uid = pool_uid(next(_started)) if os.geteuid() == 0 else None
        return {
            "framework": self.framework,
            "files_mib": limits.files_mib,
            "limits": {
                "memory_mib": limits.memory_mib,
                "cpu_seconds": limits.cpu_seconds,
                "file_mib": limits.files_mib,
            },
            "lock": {
                "readable": [*shown().places, *DEVICES],
                "writable": WRITABLE,
                "uid": uid,
                "processes": limits.processes,
            },
        }


def pool_uid(number: int) -> int:
    """Return the uid of this process's box `number`: no other grader has it as long as the two pids differ by less
    than `GRADERS`."""
    return FIRST_POOL_UID + os.getpid() % GRADERS * UIDS_OF_A_GRADER + number % UIDS_OF_A_GRADER


def open_box(backend: Backend, limits: BoxLimits | None = None, framework: Framework = "paddle") -> Box:
    """Return the box of a back end after trying it out.

    `none` is no protection at all.

    Args:
        framework: Which it is tried out with, see `Box.of` for others.

    Raises:
        BoxError: Where it, or a layer of it, does not work.
    """
    if backend == "none":
        return Box("none", limits or BoxLimits(), framework=framework)
    if backend == "bubblewrap":
        return open_bubblewrap_box(limits, framework=framework)
    ensure_engine(backend)
    remove_leftovers(backend)
    return _tried_out(
        Box(backend, limits or BoxLimits(), why_cold="each gets a container of its own", framework=framework)
    )


def box_for_course(course: Course, backend: Backend = "bubblewrap", framework: Framework = "paddle") -> Box:
    """Return the box with a course's limits, tried out; raises `BoxError`. `none` is no protection at all."""
    return box_with_limits(limits_of(course), backend, framework)


def limits_of(course: Course) -> BoxLimits:
    """Return what a course lets one child use."""
    given = course.limits
    return BoxLimits(int(given.memory_mib), int(given.cpu_seconds), int(given.output_kib), int(given.processes))


def box_with_limits(limits: BoxLimits, backend: Backend, framework: Framework = "paddle") -> Box:
    """Return the box with these limits, as `box_for_course` does."""
    try:
        return open_box(backend, limits, framework)
    except BoxKilled as death:
        raise BoxError(refusals.KILLED.format(death=death)) from None


def open_bubblewrap_box(
    limits: BoxLimits | None = None,
    *,
    warm: bool = True,
    zygote: Zygote | None = None,
    framework: Framework = "paddle",
) -> Box:
    """Return the bubblewrap box after trying it out.

    Args:
        warm: Fork children from a warmed process, where every layer holds for those, too.
        zygote: From this one, which other boxes use, too.

    Raises:
        BoxError: Where it, or a layer of it, does not work.
    """
    if sys.platform != "linux" or bubblewrap_program() is None:
        raise BoxError(refusals.NO_BUBBLEWRAP)
    reason = ""
    if warm:
        try:
            return _tried_out(
                Box("bubblewrap", limits or BoxLimits(), zygote=zygote or Zygote(framework), framework=framework)
            )
        except BoxKilled:
            raise
        except BoxError as error:  # a cold child needs less: no mounts of its own, and no rights to make them
            reason = str(error)
    return _tried_out(Box("bubblewrap", limits or BoxLimits(), why_cold=reason, framework=framework))


def _tried_out(box: Box) -> Box:
    with box.session() as session:
        layers = tuple(session.ask("layers"))
    if lost := [layer for layer in REQUIRED if layer not in layers]:
        raise BoxError(refusals.TOO_WEAK.format(lost=", ".join(lost)))
    return replace(box, layers=layers)
