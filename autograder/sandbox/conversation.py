"""A conversation with one child: questions over the wire, deadlines, and what a death means."""

from __future__ import annotations

import threading
import time
from typing import Any

from autograder.sandbox.child import wire
from autograder.sandbox.cold import Child
from autograder.sandbox.ready import VALUES, Ready, Shapes, lent
from autograder.sandbox.session import LAST_WORDS, BoxDied, BoxKilled, harmless, said_late, too_slow, value_of

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
        elif operation == "fill" and (ready := VALUES.of(arguments["seed"], self._shapes.get(self._made, ()))):
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
            with lent(ready) as files:
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
