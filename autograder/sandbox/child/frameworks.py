"""What answers are written with. Each framework has one module or folder here with the functions of `Framework`.

The rest of the child, and all of the grader, knows none of them but by its name.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from .operations import Namespace, Operations

MODULES = {"paddle": "on_paddle", "python": "on_python"}


class Framework(Protocol):
    """What answers are written with.

    Attributes:
        start: Import it, before the process is locked down.
        rehearse: Do once what all children do first.
        seed: Its generators.
        adapt: Code for another machine to the box, gives what takes it back.
        adapted: The same for a block; operations: what can be asked.
    """

    start: Callable[[], None]
    rehearse: Callable[[], None]
    seed: Callable[[int], None]
    adapt: Callable[[], Callable[[], None]]
    adapted: Callable[[], AbstractContextManager[None]]

    def operations(self, namespace: Namespace | None = None, layers: list[str] | None = None) -> Operations:
        """Return what can be asked of some definitions."""
        ...


def framework(name: str) -> Framework:
    """Return a framework by its name; nothing of it is imported before `start`."""
    return cast("Framework", importlib.import_module(f".{MODULES[name]}", __package__))
