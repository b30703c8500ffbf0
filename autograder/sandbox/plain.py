"""A student's own code on their own machine: in a plain process with a time limit, on every system, without a box."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.sandbox.child import wire
from autograder.sandbox.session import LAST_WORDS, BoxDied, BoxError, Framework, harmless, said_late, too_slow, value_of

START_SECONDS = 120.0  # a virus scanner may look at each of Paddle's files first
TOGETHER = 6  # all questions after one `limit` may take so many times what a single one may
OUTPUT_BYTES = 1 << 18  # of what it prints, so much is kept
CHILD = Path(__file__).with_name("plain_child.py")
# The grader's box speaks UTF-8 and has no screen.
VARIABLES = {
    "PYTHONUTF8": "1",
    "PYTHONIOENCODING": "utf-8:backslashreplace",
    "MPLBACKEND": "Agg",
    "GLOG_minloglevel": "3",
}


@dataclass(frozen=True)
class PlainBox:
    """Makes plain processes. It protects from nothing, and results say so: its name is `none`."""

    backend: str = "none"
    layers: tuple[str, ...] = ()
    name: str = "none"
    framework: Framework = "paddle"

    def of(self, framework: Framework) -> PlainBox:
        """Return the box for answers that are written with a framework."""
        return replace(self, framework=framework)

    def session(self, cpu_seconds: int | None = None, files_mib: int = 0, shapes: object = None) -> PlainSession:  # noqa: ARG002
        """Start a process and return the conversation with it.

        Raises:
            BoxError: Where it does not start.
        """
        session = PlainSession(self.framework)
        try:
            session.ask("layers")
        except BoxDied as death:
            started = "Paddle" if self.framework == "paddle" else "the checks"
            raise BoxError(f"Python does not start {started}: {death.detail}\n{session.output[-2000:]}") from None
        return session


class PlainSession:
    """A process and the pipes to it."""

    def __init__(self, framework: Framework = "paddle") -> None:
        self._folder = tempfile.mkdtemp(prefix="check-")
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", str(CHILD), framework],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._folder,
            env={**os.environ, **VARIABLES},
        )
        self._count, self._seconds, self._until = 0, START_SECONDS, float("inf")
        self._output = bytearray()
        self._answers: queue.Queue[tuple[int, Any] | wire.WireError] = queue.Queue()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._listen, self._drain)]
        for thread in self._threads:
            thread.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        while True:
            try:
                self._answers.put(wire.frame_in(self._process.stdout))
            except wire.WireError as error:
                self._answers.put(error)
                return
            except (OSError, ValueError):  # the pipe was closed meanwhile
                return

    def _drain(self) -> None:
        assert self._process.stderr is not None
        try:
            while piece := self._process.stderr.read1(65536):  # type: ignore[attr-defined]
                self._output += piece[: max(0, OUTPUT_BYTES - len(self._output))]
        except (OSError, ValueError):
            return

    @property
    def output(self) -> str:
        """What the process printed so far, as far as it is kept."""
        return bytes(self._output).decode("utf-8", "replace")

    def limit(self, seconds: float) -> None:
        """Set how many seconds each following question may take; all of them together get `TOGETHER` times that."""
        self._seconds, self._until = seconds, time.monotonic() + TOGETHER * seconds

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        """Run one operation; raises `StudentError`, or `BoxDied` where the process has ended or takes too long."""
        self._count += 1
        seconds = max(0.0, min(self._seconds, self._until - time.monotonic()))
        request = {"operation": operation, "arguments": arguments, "seconds": seconds}
        try:
            assert self._process.stdin is not None
            for piece in wire.pack(self._count, request):
                self._process.stdin.write(piece)
            self._process.stdin.flush()
        except (OSError, ValueError):
            raise self._death() from None
        try:
            answer = self._answers.get(timeout=seconds + LAST_WORDS)
        except queue.Empty:
            self.close()
            raise BoxDied("timeout", f"no answer within {self._seconds:g} s") from None
        if isinstance(answer, wire.WireError):
            raise self._death()
        said = harmless(answer[1])
        if said_late(said):
            self.close()
            raise too_slow(said["late"], seconds)
        return value_of(said)

    def _death(self) -> BoxDied:
        self.close()
        if any(
            word in self.output for word in ("MemoryError", "bad_alloc", "ResourceExhausted", "Cannot allocate memory")
        ):
            return BoxDied("memory", "the memory is used up")
        return BoxDied("crashed", f"the process ended itself (exit status {self._process.returncode})")

    def close(self) -> None:
        """End the process and remove its folder."""
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(5)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # something unsent was still in it
                    continue
        shutil.rmtree(self._folder, ignore_errors=True)
