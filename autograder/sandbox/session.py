"""One conversation with student code: what every check speaks to, wherever the code runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from autograder.errors import AutograderError

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

    frames: the student's own lines, as file, line, text; note: what else is known, see `child.errors`; from the box, too.
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

    where: the student's own line that ran then, as file, line, text, where it is known; seconds: after which it was too slow.
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


def value_of(answer: Tree) -> Tree:
    """Return the value in an answer of `Operations.run`, or raise the `StudentError` in it."""
    if isinstance(answer, dict) and set(answer) == {"value"}:
        return answer["value"]
    if isinstance(answer, dict) and set(answer) == {"error"} and isinstance(answer["error"], dict):
        raise student_error(answer["error"])
    raise BoxDied("crashed", "the process sent no answer that can be read")


def said_late(answer: Tree) -> bool:
    """Tell whether an answer is the last words of code that was too slow, see `child.late`."""
    return isinstance(answer, dict) and set(answer) == {"late"}


def too_slow(line: Tree, seconds: float) -> BoxDied:
    """Return the end of code that took longer than so many seconds. line: what was told of it, None: nothing."""
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
