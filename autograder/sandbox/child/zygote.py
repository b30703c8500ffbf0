"""The warmed process: imports everything once, then forks a child for each session. It runs no student code.

What it knows is its command line: no submission, no answer, no file is ever in it. Open are the control socket and,
for each child that is alive, a hold of it (pidfd) and the socket over which its grader is told. A request is JSON with
three descriptors: the child's wire, the pipe for its output, and that socket.

    zygote ── fork, new pid namespace ──► child (process 1), which makes its view and locks itself down

The zygote hands the pidfd on, says how the child ended, and kills it where its grader hangs up. The child is all there
is in its namespace: it can start threads only.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from .frameworks import framework
from .namespaces import close_all_but, end_by_abort, exit_code, fork_into_new_pids, namespace_that_can_be_left
from .orders import Orders, WarmedOrders

MAX_REQUEST_LENGTH = 1 << 16
Life = Callable[[Orders, int, int], NoReturn]  # of a child, from its request, wire and output


def main() -> None:
    """Serve requests until the grader hangs up; a request says what a child is asked to be."""
    orders: WarmedOrders = json.loads(sys.argv[1])
    try:
        own = namespace_that_can_be_left()
    except OSError as error:
        raise SystemExit(str(error)) from None
    used = framework(orders["framework"])
    used.start()  # not before: this process may have been forked a moment ago
    from .forked import be_child

    used.rehearse()
    control = socket.socket(fileno=orders["control"])
    close_all_but({0, 1, 2, control.fileno(), own})
    if (tasks := len(list(Path("/proc/self/task").iterdir()))) != 1:
        raise SystemExit(f"a warmed process has {tasks} threads; only one with a single thread can be locked down")
    end_by_abort()
    control.send(b"ready")
    _supervise(
        control,
        own,
        lambda request, wire, output: be_child(
            {**request, "places": orders["places"], "own_users": orders["own_users"]}, wire, output
        ),
    )


@dataclass(frozen=True)
class _Child:
    """A child that is alive. hold: its pidfd; status: the socket to its grader."""

    pid: int
    hold: int
    status: socket.socket

    def reap(self) -> None:
        """Tell the grader, where it still listens, how the child ended, and the CPU seconds it took."""
        _, status, used = os.wait4(self.pid, 0)
        said = f"{exit_code(status)} {used.ru_utime + used.ru_stime:.3f}"
        with contextlib.suppress(OSError):
            self.status.send(said.encode(), socket.MSG_DONTWAIT)
        self.status.close()
        os.close(self.hold)


def _supervise(control: socket.socket, own: int, be_child: Life) -> NoReturn:
    """Make children and look after those that are alive, until the grader hangs up."""
    children: dict[int, _Child] = {}  # by hold and by status
    poll = select.poll()
    poll.register(control, select.POLLIN)
    while True:
        ready = [descriptor for descriptor, _ in poll.poll()]
        for descriptor in ready:
            if (child := children.pop(descriptor, None)) is None:
                continue  # a request, which comes last, or somebody that was reaped a moment ago
            poll.unregister(descriptor)
            if descriptor == child.hold:
                if children.pop(child.status.fileno(), None):
                    poll.unregister(child.status)
                child.reap()
            else:  # its grader has hung up
                signal.pidfd_send_signal(child.hold, signal.SIGKILL)
        if control.fileno() in ready and (born := _begun(control, own, be_child)):
            for watched in (born.hold, born.status.fileno()):
                children[watched] = born
                poll.register(watched, select.POLLIN)


def _begun(control: socket.socket, own: int, be_child: Life) -> _Child | None:
    """Take a request and fork the child; None where that fails, which the grader sees by the end of its wire."""
    request, descriptors, _, _ = socket.recv_fds(control, MAX_REQUEST_LENGTH, 3)
    if not request:
        os._exit(0)
    wire, output, answers = descriptors
    status = socket.socket(fileno=answers)
    try:
        pid = fork_into_new_pids(own)
    except OSError as error:
        os.write(output, str(error).encode())
        status.close()
        return None
    else:
        if pid == 0:
            be_child(json.loads(request), wire, output)
    finally:
        os.close(wire)
        os.close(output)
    born = _Child(pid, os.pidfd_open(pid), status)
    with contextlib.suppress(OSError):
        socket.send_fds(status, [b"started"], [born.hold], socket.MSG_DONTWAIT)
    return born


if __name__ == "__main__":
    main()
