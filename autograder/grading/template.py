"""Workers are forked from a template: a process of one thread that has imported what they need, and holds nothing.

It is forked from the coordinator before that has threads or a database, and ends with it. A worker so costs milliseconds
in place of a second, and shares no lock, connection or descriptor with anybody.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, NoReturn, TypedDict

from autograder.sandbox.child.namespaces import close_all_but

if TYPE_CHECKING:
    from autograder.sandbox.box import BoxOrders

MAX_ORDER_LENGTH = 1 << 16  # bytes
STANDARD = frozenset((0, 1, 2))  # the descriptors of input, output and errors


class WorkerOrders(TypedDict):
    """What a worker is told.

    Attributes:
        root: The course folder.
        box: See `Box.to_orders`, None: it makes one of its own.
    """

    root: str
    box: BoxOrders | None


Work = Callable[[Connection, WorkerOrders, socket.socket | None], None]


class TemplateGone(Exception):
    """The template has ended, so no worker can be had from it."""


class Forked:
    """A worker, held by a descriptor: a number may come to name another process."""

    def __init__(self, pidfd: int) -> None:
        self._pidfd = pidfd

    def kill(self) -> None:
        """End it; `join` tells when it has ended."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def join(self) -> None:
        """Wait until it has ended."""
        gone = select.poll()
        gone.register(self._pidfd, select.POLLIN)
        gone.poll()

    def close(self) -> None:
        """Let go of it."""
        os.close(self._pidfd)


class Template:
    """Has workers forked.

    Attributes:
        pid: Of the template.
        line: The socket to it, it ends when that is closed.
    """

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid, self._line = pid, line

    @classmethod
    def forked(cls, work: Work) -> Template | None:
        """Fork a template from this process; None where that has several threads, one of which might hold a lock.

        Args:
            work: What each worker does with the pipe to it, its orders, and the socket that came with them; the worker
                ends with it, or when nobody holds the other end of the pipe any more.
        """
        if sys.platform != "linux" or threading.active_count() > 1:
            return None
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # A Ctrl-C is the coordinator's to answer, from the first moment on.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        pid = os.fork()
        if pid == 0:
            _in_a_copy(partial(_serve, theirs, work))
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        theirs.close()
        return cls(pid, ours)

    def worker(self, orders: WorkerOrders, control: int | None) -> tuple[Connection, Forked]:
        """Have a worker forked; return the pipe to it, and the worker. Raises `TemplateGone`.

        Args:
            orders: JSON values, for the worker.
            control: a descriptor of which the worker gets a copy.
        """
        ours, theirs = socket.socketpair()
        given = [theirs.fileno()] if control is None else [theirs.fileno(), control]
        try:
            socket.send_fds(self._line, [json.dumps(orders).encode()], given)
            _, descriptors, _, _ = socket.recv_fds(self._line, 16, 1, socket.MSG_CMSG_CLOEXEC)
        except OSError:
            descriptors = []
        finally:
            theirs.close()
        if not descriptors:
            ours.close()
            raise TemplateGone
        return Connection(ours.detach()), Forked(descriptors[0])

    def close(self) -> None:
        """End the template and what is left of its workers."""
        if self._line.fileno() >= 0:
            self._line.close()
            os.waitpid(self.pid, 0)


def _in_a_copy(function: Callable[[], None]) -> NoReturn:
    """Do all that this copy of a process is for: it must never go on with what the process was at."""
    status = 1
    try:
        function()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _serve(line: socket.socket, work: Work) -> None:
    """Fork a worker for each message, until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    close_all_but(STANDARD | {line.fileno()})
    gc.freeze()  # no object of the coordinator's may be collected here: its descriptor may be another's by then
    workers: set[int] = set()
    while True:
        orders, descriptors, _, _ = socket.recv_fds(line, MAX_ORDER_LENGTH, 2, socket.MSG_CMSG_CLOEXEC)
        if not orders:
            break
        pid = os.fork()
        if pid == 0:
            line.close()
            _in_a_copy(partial(_work, work, orders, *descriptors))
        held = os.pidfd_open(pid)  # nobody has waited for it yet, so the number is its own
        with suppress(OSError):
            socket.send_fds(line, [b"started"], [held])
        for descriptor in (held, *descriptors):
            os.close(descriptor)
        workers.add(pid)
        workers -= {pid for pid in workers if os.waitpid(pid, os.WNOHANG)[0]}
    for pid in workers:  # not waited for yet, so the numbers are theirs
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _work(work: Work, orders: bytes, pipe: int, control: int | None = None) -> None:
    end_with(pipe)
    work(Connection(pipe), json.loads(orders), None if control is None else socket.socket(fileno=control))


def end_with(pipe: int) -> None:
    """Let this process end when nobody holds the other end of the pipe any more."""

    def wait() -> None:
        hung_up = select.poll()
        hung_up.register(pipe, 0)
        hung_up.poll()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
