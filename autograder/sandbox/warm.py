"""Warm children: forked, each into a box of its own, from one process that imported everything before. See `child.zygote`."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import IO

from autograder.sandbox.bubblewrap import bubblewrap_words, environment, python_words, shown
from autograder.sandbox.child.orders import Orders
from autograder.sandbox.session import BoxError, Framework

START_SECONDS = 60.0
CHILDREN = 500  # so many come from one process; then a fresh one takes its place
STAGED_MIB = 1  # the warmed process itself writes nothing


class Zygote:
    """Makes warm children. The warmed process starts with the first one, anew after `CHILDREN`, and after its death."""

    def __init__(self, framework: Framework = "paddle") -> None:
        self.framework: Framework = framework
        self._lock = threading.Lock()
        self._process: _Line | None = None

    @staticmethod
    def on_line(control: socket.socket | None, framework: Framework = "paddle") -> Zygote:
        """Return one that has children from a warmed process of another process of the grader, as long as that lives."""
        zygote = Zygote(framework)
        zygote._process = _Line(control) if control is not None else None
        return zygote

    @property
    def control(self) -> int | None:
        """The descriptor over which the warmed process is asked for children, None where there is none now."""
        process = self._process
        return process.control.fileno() if process is not None and process.alive else None

    def child(self, orders: Orders) -> WarmChild:
        """Fork a child.

        Raises:
            BoxError: Where no warmed process can be had.
        """
        with self._lock:
            if self._process is not None and (self._process.used >= CHILDREN or not self._process.alive):
                self._process.retire()
                self._process = None
            if self._process is not None:
                with contextlib.suppress(OSError):
                    return self._process.child(orders)
                self._process.retire()  # it has died, and nobody has noticed yet
            self._process = _Warmed(self.framework)
            weakref.finalize(self, _Warmed.retire, self._process)
            try:
                return self._process.child(orders)
            except OSError as error:
                raise BoxError(f"the warmed process of the box is gone: {error}") from None

    @property
    def pid(self) -> int | None:
        """The bubblewrap in which the warmed process runs, None where there is none now."""
        process = self._process
        return process.pid if isinstance(process, _Warmed) and process.alive else None

    def close(self) -> None:
        """End the warmed process as soon as its last child has ended."""
        with self._lock:
            if self._process is not None:
                self._process.retire()
                self._process = None


class _Line:
    """The socket over which a warmed process is asked for children, and how many of those that came over it are alive.

    Several processes of one grader may hold it: each request is one message, with sockets of its own for the answers.
    """

    def __init__(self, control: socket.socket) -> None:
        self.control, self.used = control, 0
        self.control.settimeout(START_SECONDS)
        self._open, self._retired, self._changing = 0, False, threading.Lock()

    @property
    def alive(self) -> bool:
        """Return True if it can still be asked."""
        return self.control.fileno() >= 0 and not self._hung_up(0)

    def _hung_up(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self.control, select.POLLHUP)
        return bool(poll.poll(seconds * 1000))

    def child(self, orders: Orders) -> WarmChild:
        """Ask for a child.

        Raises:
            OSError: Where nobody is there to be asked.
        """
        wire, their_wire = socket.socketpair()
        status, their_status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        output, their_output = os.pipe()
        try:
            theirs = [their_wire.fileno(), their_output, their_status.fileno()]
            socket.send_fds(self.control, [json.dumps(orders).encode()], theirs)
        except OSError:
            for ours in (wire, status):
                ours.close()
            os.close(output)
            raise
        finally:
            their_wire.close()
            their_status.close()
            os.close(their_output)
        self.used += 1
        with self._changing:
            self._open += 1
        return WarmChild(wire, os.fdopen(output, "rb"), status, self._release, self._gone)

    def _gone(self) -> bool:
        """Tell whether the warmed process has died: its end is known a moment after that of its children."""
        return self.control.fileno() < 0 or self._hung_up(0.2)

    def _release(self) -> None:
        with self._changing:
            self._open -= 1
            last = self._retired and self._open == 0
        if last:
            self._end()

    def retire(self) -> None:
        """Take no more requests, and end with the last child."""
        with self._changing:
            self._retired = True
            idle = self._open == 0
        if idle:
            self._end()

    def _end(self) -> None:
        self.control.close()


class _Warmed(_Line):
    """A line to a warmed process that was started here, and ends with it. A copy of this process leaves it alone.

    Raises:
        BoxError: Where it does not start.
    """

    def __init__(self, framework: Framework) -> None:
        self._framework = framework
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        super().__init__(control)
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self._said = b""
        started = threading.Event()
        # bubblewrap dies with the thread that started it, so that one has to stay.
        self._thread = threading.Thread(target=self._live, args=(theirs, started), daemon=True)
        self._thread.start()
        started.wait()
        if self._first_word() != b"ready":
            self._end()
            self._thread.join(5)
            said = self._said.decode("utf-8", "replace")
            raise BoxError(f"the warmed process of the box does not start: {said}")

    def _first_word(self) -> bytes:
        """Return what it says first, nothing where its bubblewrap is gone: what that has begun may then wait for it for ever."""
        try:
            bubblewrap = os.pidfd_open(self.pid) if self.pid else None
            if bubblewrap is None:
                return b""
            try:
                poll = select.poll()
                for one in (self.control.fileno(), bubblewrap):
                    poll.register(one, select.POLLIN)
                found = dict(poll.poll(START_SECONDS * 1000))
                return self.control.recv(16) if found and bubblewrap not in found else b""
            finally:
                os.close(bubblewrap)
        except OSError:
            return b""

    def _live(self, theirs: socket.socket, started: threading.Event) -> None:
        try:
            self._start(theirs)
        finally:
            started.set()
        self._listen()

    def _start(self, theirs: socket.socket) -> None:
        try:
            places = sorted(place for place in shown().places if place.startswith("/tmp/") and Path(place).is_dir())
            orders = {
                "control": theirs.fileno(),
                "framework": self._framework,
                "places": places,
                "own_users": os.geteuid() != 0,
            }
            self._process = subprocess.Popen(
                [
                    *bubblewrap_words(STAGED_MIB, makes_children=True),
                    "--",
                    *python_words("child.zygote", json.dumps(orders)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(theirs.fileno(),),
                env=environment(),
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            self._said = str(error).encode()
        finally:
            theirs.close()

    def _listen(self) -> None:
        if self._process is None:
            return
        with self._process as process:
            assert process.stdout is not None
            while piece := process.stdout.read1(4096):  # type: ignore[attr-defined]
                self._said = (self._said + piece)[-2000:]

    @property
    def pid(self) -> int | None:
        """The process id of its bubblewrap."""
        return self._process.pid if self._process else None

    def _end(self) -> None:
        if self._owner != os.getpid():
            return
        super()._end()
        if self._process is None:
            return
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):  # the group: one that was killed early leaves a child behind
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class WarmChild:
    """A child of the warmed process, held by a descriptor, not by a number."""

    takes_files = True

    def __init__(
        self,
        wire: socket.socket,
        output: IO[bytes],
        status: socket.socket,
        released: Callable[[], None],
        all_gone: Callable[[], bool],
    ) -> None:
        self.wire, self.output, self._status = wire, output, status
        self._released, self._all_gone = released, all_gone
        self._code: int | None = None
        self.cpu_seconds: float | None = None
        self.killed_from_outside = False
        self._status.settimeout(START_SECONDS)
        self._hold: int | None = None
        with contextlib.suppress(OSError):
            message, descriptors, _, _ = socket.recv_fds(self._status, 16, 1)
            if message == b"started" and descriptors:
                self._hold = descriptors[0]

    def ended(self, seconds: float) -> int | None:
        """Wait at most so many seconds, and return the exit status, below zero for a signal; None: alive or not known."""
        if self._code is None and self._status.fileno() >= 0:
            self._status.settimeout(max(0.001, seconds))
            with contextlib.suppress(OSError):
                if message := self._status.recv(64):
                    code, cpu = message.split()
                    self._code, self.cpu_seconds = int(code), float(cpu)
                else:
                    # The warmed process, and all with it, went without a word; nothing in the box can reach it.
                    self.killed_from_outside = self._hold is not None or self._all_gone()
        return self._code

    def kill(self) -> None:
        """End it, and wait until it is gone: process 1 of its namespace, in which there is nothing else."""
        if self._status.fileno() < 0:
            return
        if self._hold is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._hold, signal.SIGKILL)
            self.ended(START_SECONDS)  # the warmed process tells it once it has buried the child, or ends itself
            gone = select.poll()
            gone.register(self._hold, select.POLLIN)
            gone.poll(START_SECONDS * 1000)
            os.close(self._hold)
        self._status.close()
        self._released()
