"""One conversation with student code: what every check speaks to, wherever the code runs, and what a submission may take of it.

Of wall and CPU time only that counts in which student code is asked: what the grader does meanwhile is not the student's.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.sandbox.ready import Shapes

Tree = Any
Framework = Literal["paddle", "python"]
"""What answers are written with, see `child.frameworks`."""
Death = Literal["timeout", "memory", "crashed"]
MAX_TEXT_LENGTH = 4000
LAST_WORDS = 1.0  # seconds that code whose time is over has to say where it stands
# Terminal sequences, control characters (newline and tab stay), what turns text around, half surrogate pairs.
_HARMFUL = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(eq=False)
class StudentError(Exception):
    """The student's code raised.

    Attributes:
        frames: The student's own lines, as file, line, text.
        note: What else is known, see `child.errors`; from the box, too.
    """

    type: str
    bases: tuple[str, ...]
    message: str
    frames: tuple[tuple[str, int, str], ...]
    note: Tree = None

    @property
    def where(self) -> str:
        """The last of the student's own lines, as `file, line n: text`, empty where there is none."""
        if not self.frames:
            return ""
        file, line, text = self.frames[-1]
        return f"{file}, line {line}: {text}"


@dataclass(eq=False)
class BoxDied(Exception):
    """The process with the student's code is gone: too slow, too much memory, or it ended itself.

    Attributes:
        where: The student's own line that ran then, as file, line, text, where it is known.
        seconds: After which it was too slow.
    """

    status: Death
    detail: str
    where: tuple[str, int, str] | None = None
    seconds: float = 0.0


class BoxError(AutograderError):
    """The box itself cannot be used here."""


class BoxKilled(BoxError):
    """The box was ended from outside, by the machine or by somebody: no fault of the code in it, so no `BoxDied`."""


class Session(Protocol):
    """Ask the student's code; raises `StudentError`, `BoxDied`, or `BoxKilled` where that is nobody's fault."""

    def ask(self, operation: str, /, **arguments: Tree) -> Tree:
        """Run one operation of `child.operations` and return its value."""
        ...


def harmless(tree: Tree) -> Tree:
    """Return a tree from the box with every text cut to `MAX_TEXT_LENGTH` and fit for terminals, files and databases."""
    if isinstance(tree, str):
        return _HARMFUL.sub("", tree[:MAX_TEXT_LENGTH])
    if isinstance(tree, list):
        return [harmless(item) for item in tree]
    if isinstance(tree, dict):
        return {harmless(key): harmless(value) for key, value in tree.items()}
    return tree


class Raised(dict[str, Tree]):
    """What an operation told of student code that raised, `{"error": …}`.

    A check that takes something else out of it, such as "output", raises the student's error, which they are then told.
    """

    def __missing__(self, key: str) -> Tree:
        raise student_error(self["error"])


def value_of(answer: Tree) -> Tree:
    """Return the value in an answer of `Operations.run`, or raise the `StudentError` in it."""
    if isinstance(answer, dict) and set(answer) == {"value"}:
        value = answer["value"]
        return Raised(value) if isinstance(value, dict) and isinstance(value.get("error"), dict) else value
    if isinstance(answer, dict) and set(answer) == {"error"} and isinstance(answer["error"], dict):
        raise student_error(answer["error"])
    raise BoxDied("crashed", "the process sent no answer that can be read")


def said_late(answer: Tree) -> bool:
    """Return True if an answer is the last words of code that was too slow, see `child.late`."""
    return isinstance(answer, dict) and set(answer) == {"late"}


def too_slow(line: Tree, seconds: float) -> BoxDied:
    """Return the end of code that took longer than so many seconds.

    Args:
        line: What was told of it, None: nothing.
    """
    seconds = round(seconds, 1)
    frames = student_error({"frames": [_frame(line)]}).frames
    where = frames[0] if frames and frames[0][1] > 0 else None
    return BoxDied("timeout", f"no answer within {seconds:g} s", where, seconds)


def _frame(line: Tree) -> Tree:
    return dict(zip(("file", "line", "text"), line)) if isinstance(line, list) else None


def student_error(record: Any) -> StudentError:
    """Read an error description that came over the wire, whatever is in it."""
    get: Any = record.get if isinstance(record, dict) else {}.get
    bases: list[Any] = get("bases") if isinstance(get("bases"), list) else []
    frames: list[Any] = get("frames") if isinstance(get("frames"), list) else []
    return StudentError(
        str(get("type", ""))[:100],
        tuple(str(base)[:100] for base in bases[:8]),
        str(get("message", ""))[:2000],
        tuple(
            (str(f.get("file", ""))[:200], f["line"] if type(f.get("line")) is int else 0, str(f.get("text", ""))[:200])
            for f in frames[-5:]
            if isinstance(f, dict)
        ),
        get("note"),
    )


# What a process says that gets no thread: its own limit may be reached, or one that it shares with others.
NO_THREAD = ("can't start new thread", "Resource temporarily unavailable", "pthread_create", "OMP thread")

MIN_WAIT = 0.01  # a wait may end a little early


class SessionMaker(Protocol):
    """A box: makes a new conversation with a new process."""

    def of(self, framework: Framework, /) -> SessionMaker:
        """Return the box for answers that are written with a framework."""
        ...

    def session(self, cpu_seconds: int | None = None, files_mib: int = 0, shapes: Shapes | None = None) -> Any:
        """Return a session that is also a context manager; its arguments: see `Box.session`."""
        ...


class LiveMaker(SessionMaker, Protocol):
    """Makes conversations with the kernel of a notebook."""

    def missing(self, names: Sequence[Sequence[str]], /) -> dict[str, str | None]:
        """Return the names that are not defined there (of alternatives, the first), with the most similar one that is."""
        ...


class PutBack(BoxError):
    """This submission is to be graded later.

    Attributes:
        spent: Its seconds so far.
        alone: Because something else ran beside it.
    """

    def __init__(self, spent: float, *, alone: bool = False) -> None:
        super().__init__("put back: " + ("it lacked threads" if alone else f"its first {spent:.0f} s are over"))
        self.spent, self.alone = spent, alone


@dataclass(frozen=True)
class TimeLimits:
    """Seconds.

    Attributes:
        check: Of all questions of one check.
        wall, cpu: Of a submission.
        first: After so many it is put back, where others wait.
        child_cpu: Of one process.
    """

    check: float = 60
    wall: float = 900
    cpu: float = 900
    first: float = 30
    child_cpu: int = 180


class Budget:
    """The seconds that a submission has left.

    Attributes:
        spent: Those of an earlier turn.
        others_wait: Whether a submission waits that has not had its first slice, None: there is no such slice.
        alone: Nothing else runs, so that what is lacking is lacking for good.
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
        """Return how many of the wanted seconds a question may take.

        Raises:
            PutBack: Where it has to wait for others.
        """
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
    """A session whose time counts.

    Attributes:
        starved: It has said that it got no thread.
        asked: The newest operation.
    """

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
        """Ask, and count.

        Raises:
            PutBack: Where the first slice is over, else what the session raises.
        """
        self.asked = operation
        granted = self._budget.seconds(min(self._each, self._together))
        if granted <= 0:
            raise BoxDied("timeout", "no time is left")
        self._session.within(granted)
        try:
            with self._charged():
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
    def _charged(self) -> Iterator[None]:
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
