"""The warmed process: imports everything once, then forks a child for each session. It runs no student code.

What it knows is its command line: no submission, no answer, no file is ever in it, and the control socket is all it
has open. A request is JSON with three descriptors: the child's wire, the pipe for its output, and a socket over which
the grader gets hold of the child. Three processes take part:

    zygote ── fork, new pid namespace ──► keeper (process 1) ── fork ──► child (process 2), which locks itself down

The keeper makes the view, gives up its rights, and lives until the child ends or the grader hangs up; with it the
kernel ends everything in the namespace.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any, NoReturn

from .lockdown import drop_capabilities, limit, lock_down
from .namespaces import fork_into_new_pids, make_view
from .serve import serve

LONGEST_REQUEST = 1 << 16


def main() -> None:
    """Serve requests until the grader hangs up.

    The argument: {"control": descriptor, "places": what lies below /tmp and stays visible, "closed": see
    `namespaces.make_view`}. A request: {"files_mib", "limits", "lock"}, as a cold child takes them.
    """
    orders: dict[str, Any] = json.loads(sys.argv[1])
    _warm_up()
    control = socket.socket(fileno=orders["control"])
    _close_all_but({0, 1, 2, control.fileno()})
    if (tasks := len(list(Path("/proc/self/task").iterdir()))) != 1:
        raise SystemExit(f"a warmed process has {tasks} threads; only one with a single thread can be locked down")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers need no burial: the grader hears of their end itself
    control.send(b"ready")
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, LONGEST_REQUEST, 3)
        if not request:
            os._exit(0)
        try:
            pid = fork_into_new_pids()
        except OSError as error:
            os.write(descriptors[1], str(error).encode())
        else:
            if pid == 0:
                _keep({**orders, **json.loads(request)}, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _warm_up() -> None:
    """Import what answers need and take one step of training, so that children find everything in place."""
    import cv2
    import numpy as np
    import paddle

    cv2.setNumThreads(0)
    with paddle.utils.unique_name.guard():
        network = paddle.nn.Sequential(
            paddle.nn.Conv2D(1, 2, 3), paddle.nn.BatchNorm2D(2), paddle.nn.Flatten(), paddle.nn.Linear(72, 2)
        )
        optimizer = paddle.optimizer.Adam(parameters=network.parameters())
        images = paddle.to_tensor(np.zeros((2, 1, 8, 8), np.float32))
        paddle.nn.functional.cross_entropy(network(images), paddle.to_tensor([[0], [1]])).backward()
        optimizer.step()
    del network, optimizer, images
    np.random.seed()  # imports what it needs
    gc.collect()
    gc.freeze()


def _keep(orders: dict[str, Any], wire: int, output: int, status: int) -> NoReturn:
    """Be process 1: make the view, start the child, end when it ends or when the grader hangs up."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(output, 1)
        os.dup2(output, 2)
        _close_all_but({0, 1, 2, wire, status})
        make_view(orders["files_mib"], orders["places"], orders["closed"])
        child = os.fork()
        if child == 0:
            _close_all_but({0, 1, 2, wire})
            _be_child(orders, wire)
        drop_capabilities()
        os.dup2(0, 1)
        os.dup2(0, 2)
        _close_all_but({0, 1, 2, status})
        _watch(child, socket.socket(fileno=status))
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(1)


def _watch(child: int, status: socket.socket) -> NoReturn:
    """Give the grader a hold of this process, and tell it how the child ended."""
    me, other = os.pidfd_open(os.getpid()), os.pidfd_open(child)
    socket.send_fds(status, [b"started"], [me])
    poll = select.poll()
    poll.register(status, select.POLLIN)
    poll.register(other, select.POLLIN)
    if any(descriptor == other for descriptor, _ in poll.poll()):
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        status.send(str(code).encode())
    os._exit(0)


def _be_child(orders: dict[str, Any], wire: int) -> NoReturn:
    """Be process 2: lock down, then answer."""
    import random

    import numpy as np
    import paddle

    try:
        limit(**orders["limits"])
        layers = ["namespaces", *lock_down(**orders["lock"])]
        random.seed()  # no two children draw the same, as no two cold ones do
        np.random.seed()
        paddle.seed(random.getrandbits(32))
        serve(wire, layers)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(1)


def _close_all_but(kept: Collection[int]) -> None:
    for entry in list(Path("/proc/self/fd").iterdir()):
        if int(entry.name) not in kept:
            with contextlib.suppress(OSError):  # the one that listed the folder is closed already
                os.close(int(entry.name))


if __name__ == "__main__":
    main()
