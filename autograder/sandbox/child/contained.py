"""Process 1 of a container: starts the child, carries bytes between it and the grader, ends with whichever ends first.

The wire to the grader is standard input and output here. The child gets a socket of its own, no environment of the
engine's, and, as everywhere, a process 1 that is not itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # in the container this file is alone
    from .orders import ContainedOrders

CHUNK = 1 << 16
READY = b"+"  # the first byte that the grader gets: from here on, an end is no failed start
GRADER_IN, GRADER_OUT, PRINTED = 0, 1, 2
LAST_WORDS = 2.0  # seconds that a child has to end after it hung up
HIGHEST_STATUS = 124  # from here on statuses are the engine's


def main() -> None:
    """Be process 1."""
    orders: ContainedOrders = json.loads(sys.argv[1])
    if lost := missing_walls():
        raise SystemExit(f"this container is no box: {', '.join(lost)}")
    wire, theirs = socket.socketpair()
    argument = orders["orders"] | {"wire": theirs.fileno(), "layers": ["namespaces", "uid"]}
    child = subprocess.Popen(
        [*orders["program"], json.dumps(argument)],
        stdin=subprocess.DEVNULL,
        stdout=PRINTED,
        stderr=PRINTED,
        pass_fds=(theirs.fileno(),),
        env=orders["environment"],
    )
    theirs.close()
    os.write(GRADER_OUT, READY)
    with contextlib.suppress(OSError):
        relay(wire.fileno())
    with contextlib.suppress(subprocess.TimeoutExpired):
        os._exit(exit_status(child.wait(LAST_WORDS)))
    os._exit(HIGHEST_STATUS)


def missing_walls() -> list[str]:
    """Return what the engine was asked for and has not done."""
    routes = Path("/proc/net/route").read_text("ascii").splitlines()[1:]
    walls = {
        "it sees other processes": os.getpid() == 1,
        "it runs as root": os.getuid() != 0,
        "its files can be written": bool(os.statvfs("/").f_flag & os.ST_RDONLY),
        "it has a network": not routes,
    }
    return [lost for lost, holds in walls.items() if not holds]


def relay(wire: int) -> None:
    """Carry bytes both ways until the child hangs up; as soon as the grader does, end, and with this process everything."""
    ways = {(GRADER_IN, wire): b"", (wire, GRADER_OUT): b""}
    for descriptor in (wire, GRADER_OUT):
        os.set_blocking(descriptor, False)
    while True:
        poll, wanted = select.poll(), {GRADER_IN: 0}  # a hang-up is told unasked
        for (source, target), waiting in ways.items():
            descriptor, event = (target, select.POLLOUT) if waiting else (source, select.POLLIN)
            wanted[descriptor] = wanted.get(descriptor, 0) | event
        for descriptor, events in wanted.items():
            poll.register(descriptor, events)
        ready = dict(poll.poll())
        if ready.get(GRADER_IN, 0) & select.POLLHUP:
            os._exit(HIGHEST_STATUS)
        for (source, target), waiting in ways.items():
            if waiting and ready.get(target, 0) & ~select.POLLIN:
                ways[source, target] = waiting[os.write(target, waiting) :]
            elif not waiting and ready.get(source, 0) & ~select.POLLOUT:
                ways[source, target] = os.read(source, CHUNK)
                if not ways[source, target]:
                    return


def exit_status(code: int) -> int:
    """Return how the child ended as a status that no engine gives: 128 + signal, and the CPU limit as SIGXCPU.

    An engine gives 125 where it fails and 137 where process 1 was killed, which is from outside.
    """
    if code == -signal.SIGKILL:
        return 128 + signal.SIGXCPU
    return 128 - code if code < 0 else min(code, HIGHEST_STATUS)


if __name__ == "__main__":
    main()
