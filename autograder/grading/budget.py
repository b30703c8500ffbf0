"""What one submission may take of the boxes: wall and CPU seconds in all, one time limit per check, and a first slice.

Only the time in which a box is asked counts: what the grader does meanwhile is not the student's.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from autograder.sandbox.session import BoxDied, BoxError, StudentError

# What a process says that gets no thread: its own limit may be reached, or one that it shares with others.
NO_THREAD = ("can't start new thread", "Resource temporarily unavailable", "pthread_create", "OMP thread")

MIN_WAIT = 0.01  # a wait may end a little early


class PutBack(BoxError):
    """This submission is to be graded later. spent: its seconds so far; alone: because something else ran beside it."""

    def __init__(self, spent: float, *, alone: bool = False) -> None:
        super().__init__("put back: " + ("it lacked threads" if alone else f"its first {spent:.0f} s are over"))
        self.spent, self.alone = spent, alone


@dataclass(frozen=True)
class TimeLimits:
    """Seconds. check: of all questions of one check; wall, cpu: of a submission; first: after so many it is put back, where
    others wait; child_cpu: of one process."""

    check: float = 60
    wall: float = 900
    cpu: float = 900
    first: float = 30
    child_cpu: int = 180


class Budget:
    """The seconds that a submission has left.

    spent: those of an earlier turn; others_wait: whether a submission waits that has not had its first slice, None: there
    is no such slice; alone: nothing else runs, so that what is lacking is lacking for good.
    """

    def __init__(
        self,
        limits: TimeLimits,
        spent: float = 0.0,
        others_wait: Callable[[], bool] | None = None,
        *,
        alone: bool = False,
    ) -> None:
        self.limits, self.spent, self.alone = limits, spent, alone
        self._others_wait = None if spent else others_wait
        self.cpu_spent = 0.0
        self._more = 0.0

    def extend(self, seconds: float) -> None:
        """Allow more: what a chapter's own plan takes."""
        self._more = seconds

    @property
    def left(self) -> float:
        """Wall seconds that are left, 0 where those of a processor are gone."""
        cpu = self.limits.cpu + self._more - self.cpu_spent
        return max(0.0, self.limits.wall + self._more - self.spent) if cpu >= 1 else 0.0

    def seconds(self, wanted: float) -> float:
        """Return how many of the wanted seconds a question may take; raises `PutBack` where it has to wait for others."""
        first = self.limits.first - self.spent
        if self._others_wait is None or first >= wanted or not self._others_wait():
            return min(wanted, self.left)
        if first < MIN_WAIT:
            raise PutBack(self.spent)
        return min(wanted, first, self.left)

    def cpu_seconds(self, wanted: int | None) -> int | None:
        """Return the limit of a new process, None for that of its box."""
        left = max(1, math.floor(self.limits.cpu + self._more - self.cpu_spent))
        return wanted if left >= (wanted or self.limits.child_cpu) else left


class Metered:
    """A session whose time counts. starved: it has said that it got no thread; asked: the newest operation."""

    def __init__(self, session: Any, budget: Budget) -> None:
        self._session, self._budget = session, budget
        self._each, self._together, self._took = math.inf, budget.limits.check, 0.0
        self.starved, self.asked = False, ""

    def limit(self, seconds: float) -> None:
        """Set what each question may take from here on; all of them together may take what a check may."""
        self._session.limit(seconds)
        self._each, self._together = seconds, self._budget.limits.check

    def take_all(self) -> None:
        """Let the questions from here on take all that is left, together."""
        self._together = math.inf

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        """Ask, and count; raises `PutBack` where the first slice is over, else what the session raises."""
        self.asked = operation
        granted = self._budget.seconds(min(self._each, self._together))
        if granted <= 0:
            raise BoxDied("timeout", "no time is left")
        self._session.within(granted)
        try:
            with self._counted():
                answer = self._session.ask(operation, **arguments)
        except StudentError as error:
            self._hear(error.message)
            raise
        except BoxDied as death:
            if death.status == "timeout":
                self._budget.seconds(math.inf)  # raises, where it was the end of the slice
            self._hear(self._session.output[-4000:])
            raise
        if isinstance(answer, dict) and "error" in answer:
            self._hear(str(answer["error"])[:4000])
        return answer

    @contextmanager
    def _counted(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            took = time.monotonic() - began
            self._took += took
            self._together -= took
            self._budget.spent += took

    def _hear(self, text: str) -> None:
        self.starved = self.starved or any(words in text for words in NO_THREAD)

    def close(self) -> None:
        """End the process, and count what it took of processors: where that is not known, as much as it took in all."""
        self._session.close()
        cpu = self._session.cpu_seconds
        self._budget.cpu_spent += self._took if cpu is None else cpu
        self._took = 0.0
