"""Engines: where jobs are worked on. They carry the ids of jobs there and outcomes back, and write nothing."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Protocol

from autograder.grading.work import Outcome, Worker
from autograder.sandbox.box import Box
from autograder.text import Language


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


class LocalEngine:
    """Worker processes on this machine, one job each; one that dies is replaced.

    box: what all of them use, warmed process included; None: each tries out one of its own.
    """

    def __init__(self, root: Path, language: Language, slots: int, box: Box | None = None) -> None:
        self.slots = slots
        self._worker = (root, language, box.backend if box else "bubblewrap", box)
        # Workers start from nothing: a copy of this process would hold its locks and its database.
        self._context = multiprocessing.get_context("spawn")
        self._free: list[_Slot] = []
        self._busy: dict[int, _Slot] = {}

    def start(self, job: int) -> None:
        slot = self._free.pop() if self._free else _Slot(self._context, *self._worker)
        self._busy[job] = slot
        with contextlib.suppress(BrokenPipeError):  # it has died meanwhile: `finished` tells
            slot.pipe.send_bytes(json.dumps(job).encode())

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


class _Slot:
    """A worker process and the pipe to it."""

    def __init__(self, context: multiprocessing.context.SpawnContext, *worker: Any) -> None:
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, *worker), daemon=True)
        self.process.start()
        theirs.close()

    def close(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


def _serve(pipe: Connection, *arguments: Any) -> None:
    """Work on jobs until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the coordinator's to answer
    threading.Thread(target=_end_with_parent, daemon=True).start()
    worker = None
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            job = json.loads(pipe.recv_bytes())
            try:
                worker = worker or Worker(*arguments)
                outcome = worker.work(job)
            except Exception as error:
                outcome = Outcome("stop", message=f"a worker cannot work: {error}")
            pipe.send_bytes(json.dumps(outcome.to_json()).encode())


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
