"""Where the student's code stands when the time of a question is over: told in place of an answer.

Where an endless loop is interrupted differs from run to run; what is told is the loop's first line, which does not.
"""

from __future__ import annotations

import ast
import contextlib
import linecache
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from types import FrameType
from typing import Any

from . import wire
from .errors import is_own
from .operations import Operations

MAX_FRAMES = 200
_LOOPS: tuple[type[ast.stmt], ...] = (ast.For, ast.AsyncFor, ast.While)


def line_of(frame: FrameType | None) -> list[Any] | None:
    """Return `[file, line, text]` of the student's loop that `frame` stands in; without a loop, of their innermost line.

    A function without a loop may have been called in a `while` further out. None: nothing of the student's runs.
    """
    own: list[tuple[str, int]] = []
    for count, (each, line) in enumerate(traceback.walk_stack(frame)):
        if each.f_code is Operations.run.__code__ or count == MAX_FRAMES:
            break  # further out is what asked the question
        if is_own(each.f_code.co_filename):
            own.append((each.f_code.co_filename, line or 0))
    for depth, (file, line) in enumerate(own):
        if head := _head_of_loop(file, line, only_while=depth > 0):
            return _told(file, head)
    return _told(*own[0]) if own else None


def _head_of_loop(file: str, line: int, *, only_while: bool) -> int | None:
    """Return the first line of the innermost `while` around a line, else of the innermost `for`, of its own function."""
    around: list[ast.stmt] = []
    for node in ast.walk(ast.parse("".join(linecache.getlines(file)))):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
            around.append(node)
    around.sort(key=lambda node: node.lineno)
    borders = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    start = max((place for place, node in enumerate(around) if isinstance(node, borders)), default=0)
    loops = [node for node in around[start:] if isinstance(node, _LOOPS)]
    whiles = [node for node in loops if isinstance(node, ast.While)]
    found = whiles or ([] if only_while else loops)
    return found[-1].lineno if found else None


def _told(file: str, line: int) -> list[Any]:
    return [file.rpartition("#")[0] or file, line, linecache.getline(file, line).strip()[:200]]


@contextlib.contextmanager
def last_words(descriptor: int, identifier: int, seconds: float) -> Iterator[None]:
    """Answer a question by `{"late": line_of}`, and end the process, once it has taken so many seconds.

    Python code and what sleeps is interrupted; compiled code is not, and then nothing is said.
    """

    def say(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        line = None
        with contextlib.suppress(BaseException):  # whatever the student's code has changed
            line = line_of(frame)
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
        wire.send(descriptor, wire.pack(identifier, {"late": line}))
        os._exit(0)

    signal.signal(signal.SIGALRM, say)  # each time: code may have put its own there
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
