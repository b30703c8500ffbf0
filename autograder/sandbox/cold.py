"""A cold child: a process of its own that starts with Python and imports everything."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
from typing import IO, Protocol

from autograder.sandbox.bubblewrap import bubblewrap_words, environment, python_words
from autograder.sandbox.child.orders import Orders


class Child(Protocol):
    """A process that runs student code.

    Attributes:
        wire: Our end of the wire to it.
        output: What it prints.
        takes_files: Whether descriptors come over the wire.
        cpu_seconds: What it took of processors, None where that is not known, or not yet.
    """

    wire: socket.socket
    output: IO[bytes]
    takes_files: bool
    cpu_seconds: float | None

    @property
    def killed_from_outside(self) -> bool:
        """Return True if what nothing in the box can reach has been killed, by the machine or by somebody."""
        ...

    def ended(self, seconds: float) -> int | None:
        """Wait at most so many seconds, and return the exit status, below zero for a signal; None: alive or not known."""
        ...

    def kill(self) -> None:
        """End it and all it started, wait until they are gone, and remove what they left."""
        ...


class ColdChild:
    """A child in a bubblewrap of its own, or, with boxed=False, without any protection."""

    takes_files = sys.platform == "linux"
    cpu_seconds: float | None = None  # bubblewrap is not told

    def __init__(self, orders: Orders, boxed: bool) -> None:
        """orders: {"framework", "files_mib", "limits", "lock"}, see `limit` and `lock_down` in `child.lockdown`."""
        self._folder = tempfile.mkdtemp(prefix="box-")
        self.wire, theirs = socket.socketpair()
        variables = environment() if boxed else environment() | {"HOME": self._folder, "TMPDIR": self._folder}
        text = json.dumps(
            {
                "wire": theirs.fileno(),
                "limits": orders["limits"],
                "framework": orders["framework"],
                "lock": orders["lock"] if boxed else None,
                "layers": ["namespaces"],  # bubblewrap makes them, or does not start
            }
        )
        python = python_words("child", text, boxed)
        self._boxed = boxed
        self._process = subprocess.Popen(
            [*bubblewrap_words(orders["files_mib"], makes_children=False), "--", *python] if boxed else python,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(theirs.fileno(),),
            env=variables,
            cwd=self._folder,
            start_new_session=True,
        )
        theirs.close()
        assert self._process.stdout is not None
        self.output: IO[bytes] = self._process.stdout

    @property
    def killed_from_outside(self) -> bool:
        """Return True if bubblewrap itself was killed; a child that was gives 128 + 9."""
        return self._boxed and self._process.poll() == -9

    def ended(self, seconds: float) -> int | None:
        """Wait at most so many seconds, and return the exit status; bubblewrap gives 128 + signal."""
        return waited(self._process, seconds)

    def kill(self) -> None:
        """End bubblewrap, and with it the kernel ends the namespace."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def waited(process: subprocess.Popen[bytes], seconds: float) -> int | None:
    """Wait at most so many seconds for a process, and return its exit status, None where it goes on."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
