"""Engines: where jobs are worked on. They carry the ids of jobs there and outcomes back, and write nothing."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import select
import signal
import socket
import sys
import threading
import time
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess, SpawnContext, SpawnProcess
from pathlib import Path
from typing import Protocol, TypedDict

from autograder.course import Course
from autograder.grading.work import Outcome, Worker
from autograder.sandbox.box import Box, BoxOrders
from autograder.sandbox.ready import VALUES
from autograder.untrusted.limited import limit_memory


class Engine(Protocol):
    """Works on jobs. slots: how many at a time, for now."""

    @property
    def slots(self) -> int: ...

    def start(self, job: int) -> None:
        """Begin a job; at most `slots` may be under way."""
        ...

    def finished(self, seconds: float) -> list[tuple[int, Outcome | None]]:
        """Return the jobs that ended, after waiting for one at most so long; None: its worker died of it."""
        ...

    def close(self) -> None:
        """Leave what is under way, and end all workers."""
        ...


class WorkerOrders(TypedDict):
    """What a worker is told.

    Attributes:
        root: The course folder.
        box: See `Box.to_orders`, None: it makes one of its own.
    """

    root: str
    box: BoxOrders | None


class LocalEngine:
    """Worker processes on this machine, one job each; one that dies is replaced.

    Attributes:
        box: What all of them use, warmed process included; None: each tries out one of its own.
        course: Where it has been read.
    """

    def __init__(self, root: Path, slots: int, box: Box | None = None, course: Course | None = None) -> None:
        self.slots = slots
        self._box, self._course = box, course
        self._orders: WorkerOrders = {"root": str(root), "box": box.to_orders() if box else None}
        self._free: list[_Slot] = []
        self._busy: dict[int, _Slot] = {}

    def start(self, job: int) -> None:
        slot = self._free.pop() if self._free else self._slot()
        self._busy[job] = slot
        with contextlib.suppress(BrokenPipeError):  # it has died meanwhile: `finished` tells
            slot.pipe.send_bytes(json.dumps(job).encode())

    def _slot(self) -> _Slot:
        control = self._box.zygote.control if self._box and self._box.zygote else None
        copied = None if control is None else socket.socket(fileno=os.dup(control))
        context = workers_context()
        ours, theirs = context.Pipe()
        given = (theirs, self._orders, copied, self._course, dict(os.environ))
        process = context.Process(target=_started, args=given, daemon=True)
        _start(process)
        theirs.close()
        if copied is not None:
            copied.close()
        return _Slot(ours, process)

    def finished(self, seconds: float) -> list[tuple[int, Outcome | None]]:
        ready = set(wait([slot.pipe for slot in self._busy.values()], seconds))
        found = []
        for job, slot in list(self._busy.items()):
            if slot.pipe in ready:
                del self._busy[job]
                found.append((job, self._outcome(slot)))
        return found

    def _outcome(self, slot: _Slot) -> Outcome | None:
        try:
            outcome = Outcome(**json.loads(slot.pipe.recv_bytes()))
        except (EOFError, ConnectionResetError):
            slot.close()
            return None
        self._free.append(slot)
        return outcome

    def close(self) -> None:
        for slot in (*self._free, *self._busy.values()):
            slot.close()
        self._free, self._busy = [], {}


def workers_context() -> ForkServerContext | SpawnContext:
    """Return how workers are started: this process has threads and a database, of which none may have a copy.

    On Linux they are forked from the standard library's fork server, which has imported what a worker needs.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["autograder.cli", __name__])
    return context


def _start(process: ForkServerProcess | SpawnProcess) -> None:
    """Start a worker, from a new fork server where the one before died a moment ago."""
    for seconds in (0.1, 0.5, 2.0):
        try:
            process.start()
            return
        except (ConnectionError, EOFError):
            time.sleep(seconds)
    process.start()


class _Slot:
    """A worker process and the pipe to it."""

    def __init__(self, pipe: Connection, process: ForkServerProcess | SpawnProcess) -> None:
        self.pipe, self.process = pipe, process

    def close(self) -> None:
        self.pipe.close()  # it ends with that, too
        if self.process.is_alive():  # else its number may name another process by now
            self.process.kill()
        self.process.join()
        self.process.close()


def _started(
    pipe: Connection,
    orders: WorkerOrders,
    control: socket.socket | None,
    course: Course | None,
    environment: dict[str, str],
) -> None:
    """Be a worker until nobody holds the other end of the pipe any more, at once even where it is busy.

    Args:
        environment: That of the coordinator; the fork server has the one of its own start.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the coordinator's to answer
    os.environ.clear()
    os.environ.update(environment)
    _end_with(pipe.fileno())
    serve(pipe, orders, control, course)


def _end_with(pipe: int) -> None:
    """Let this process end when nobody holds the other end of the pipe any more."""

    def wait() -> None:
        hung_up = select.poll()
        hung_up.register(pipe, 0)
        hung_up.poll()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def serve(pipe: Connection, orders: WorkerOrders, control: socket.socket | None, course: Course | None = None) -> None:
    """Work on jobs until the other side is gone.

    Args:
        course: That of the orders, where it has been read.
    """
    limit_memory()
    VALUES.share()  # with the other workers, which have the same parent
    worker = None
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            job = json.loads(pipe.recv_bytes())
            try:
                if worker is None:
                    box = Box.from_orders(orders["box"], control) if orders["box"] else None
                    worker = Worker(Path(orders["root"]), box=box, course=course)
                outcome = worker.work(job)
            except Exception as error:
                outcome = Outcome("stop", message=f"a worker cannot work: {error}")
            pipe.send_bytes(json.dumps(outcome.to_json()).encode())
