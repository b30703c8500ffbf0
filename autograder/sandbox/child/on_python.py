"""Answers in plain Python and NumPy, without a framework; see `frameworks` for what each function is for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from .older_numpy import put_back
from .operations import Namespace, Operations

ANSWER = "import numpy as np\n\n\ndef double(x):\n    return np.asarray(x) * 2\n"


def start() -> None:
    """Do nothing: NumPy is there. OpenCV and the like are imported by whoever uses them."""


def rehearse() -> None:
    """Answer questions about a function of ours, so that children find in place what all need."""
    told = Operations()
    told.run("load", {"statements": [["rehearsal.py", 1, ANSWER]]})
    told.run("observe", {"target": "double", "arguments": [np.zeros((2, 2))], "named": {}, "steps": []})
    told.run("observe", {"target": "nothing", "arguments": [], "named": {}, "steps": []})
    seed(0)


def seed(number: int) -> None:
    """Seed NumPy's generator.

    Args:
        number: 0 to 2**32 - 1.
    """
    np.random.seed(number)


def adapt() -> Callable[[], None]:
    """Let the student's `argparse` read no arguments, and give NumPy its older names; return what takes it back."""
    arguments, without_older_names = sys.argv, put_back()
    sys.argv = ["submission"]

    def undo() -> None:
        without_older_names()
        sys.argv = arguments

    return undo


@contextmanager
def adapted() -> Iterator[None]:
    """Adapt within a block."""
    undo = adapt()
    try:
        yield
    finally:
        undo()


def operations(namespace: Namespace | None = None, layers: list[str] | None = None) -> Operations:
    """Return the operations on functions and classes."""
    return Operations(namespace, layers)
