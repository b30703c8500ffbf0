"""What is told of an exception of the student's code: its words, their own lines, and what kind of slip it shows.

A note is a small tree that says what is known beyond the words. The grader makes a sentence of it; nothing here is meant
for people. What a framework's errors tell is in its own folder.
"""

from __future__ import annotations

import ast
import dis
import linecache
import traceback
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

Tree = Any
SUMMARY = "Error Message Summary:"
MAX_LENGTH = 2000
OF_NOTEBOOKS = ("ipykernel_", "<ipython-input")  # files of cells lie in a folder such as ipykernel_4711


class Slip(Exception):
    """A mistake found before Python stumbles over it.

    Attributes:
        note: What it is.
    """

    def __init__(self, note: Tree) -> None:
        super().__init__(str(note.get("kind")))
        self.note = note


def describe_error(error: BaseException, note_on: Callable[[BaseException], Tree]) -> Tree:
    """Return type, message, the student's own frames (at most five) and, where something is known, a note."""
    frames = [
        {"file": frame.filename.rpartition("#")[0], "line": frame.lineno or 0, "text": (frame.line or "")[:200]}
        for frame in traceback.extract_tb(error.__traceback__)
        if is_own(frame.filename)
    ]
    try:
        message = plain_message(str(error))
    except BaseException:
        message = ""
    bases = [base.__name__ for base in type(error).__mro__][:8]
    record = {"type": type(error).__name__, "bases": bases, "message": message[:MAX_LENGTH], "frames": frames[-5:]}
    if note := note_on(error):
        record["note"] = note
    return record


def is_own(filename: str) -> bool:
    """Return True if code of this file name is the student's: loaded by us, or a cell of the notebook that runs."""
    return "#" in filename or any(sign in filename for sign in OF_NOTEBOOKS)


def plain_message(text: str) -> str:
    """Return a message of Paddle's without its C++ traceback, hint and places; any other as it is."""
    if SUMMARY in text:
        text = text.partition(SUMMARY)[2].lstrip("\n -")
    elif not text.startswith("(") or "\n" not in text:
        return text
    for end in ("\n  [Hint", " [Hint", "\n  [operator", " (at /", "\n"):
        text = text.partition(end)[0]
    return text.strip()


def note_on(error: BaseException) -> Tree:
    """Return what is known of an exception beyond its words, None where nothing is."""
    if isinstance(error, Slip):
        return error.note
    if not isinstance(error, NotImplementedError) or error.__traceback__ is None:
        return None
    try:
        return unfinished(error)
    except BaseException:  # what the student's objects answer is their own
        return None


def frames_of(error: BaseException) -> list[FrameType]:
    """Return the frames that an exception came through, the outermost first."""
    return [frame for frame, _ in traceback.walk_tb(error.__traceback__)]


def unfinished(error: BaseException) -> Tree:
    """Tell whether a function that is not written raised, and whether something was written around it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    if not is_own(last.filename):
        return None
    tree = ast.parse("".join(linecache.getlines(last.filename)))
    around: Any = None
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.lineno <= (last.lineno or 0) <= (
            node.end_lineno or 0
        ):
            around = node if around is None or node.lineno >= around.lineno else around
    written = around is not None and any(map(_is_written, around.body))
    return {"kind": "unfinished", "function": last.name[:100], "written": written}


def _is_written(node: ast.stmt) -> bool:
    """Tell whether a statement of a function is more than a skeleton has."""
    if isinstance(node, (ast.Raise, ast.Pass)):
        return False
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant) and "super" not in ast.dump(node.value)
    return True


def bound_by(code: CodeType) -> list[str]:
    """Return the names that a statement would have bound."""
    stores = ("STORE_NAME", "STORE_GLOBAL")
    return [str(step.argval)[:100] for step in dis.get_instructions(code) if step.opname in stores][:50]
