"""All that speaks Paddle in the box; see `frameworks` for what each function is for. Paddle is imported by `start` alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..operations import Namespace, Operations


def start() -> None:
    """Import Paddle, and what is needed of this folder: a child that is locked down need not read it."""
    from .imports import import_paddle

    import_paddle()
    from . import adaptation, measuring  # noqa: F401


def rehearse() -> None:
    """Answer questions about a network of ours."""
    from .rehearsal import rehearse

    rehearse()


def seed(number: int) -> None:
    """Seed NumPy's and Paddle's generators."""
    from .rehearsal import seed

    seed(number)


def adapt() -> Callable[[], None]:
    """Adapt Paddle to the box."""
    from .adaptation import adapt

    return adapt()


def adapted() -> AbstractContextManager[None]:
    """Adapt Paddle within a block."""
    from .adaptation import adapted

    return adapted()


def operations(namespace: Namespace | None = None, layers: list[str] | None = None) -> Operations:
    """Return the operations on networks."""
    from .measuring import Measuring

    return Measuring(namespace, layers)
