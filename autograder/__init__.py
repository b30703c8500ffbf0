"""Auto-graded exercises for a hands-on course on image classification with PaddlePaddle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "open_chapter", "open_data", "own_answers", "own_constants", "own_id", "own_seed"]

if TYPE_CHECKING:
    from autograder.client.earlier import own_answers
    from autograder.client.live import open_chapter
    from autograder.client.own import own_constants, own_id, own_seed
    from autograder.course.sets import open_data


def __getattr__(name: str) -> Any:
    # `from autograder import open_chapter` is what notebooks write; everything behind a name loads only then.
    if name == "open_chapter":
        from autograder.client.live import open_chapter

        return open_chapter
    if name == "open_data":
        from autograder.course.sets import open_data

        return open_data
    if name == "own_answers":
        from autograder.client.earlier import own_answers

        return own_answers
    if name in ("own_constants", "own_id", "own_seed"):
        from autograder.client import own

        return getattr(own, name)
    raise AttributeError(f"module 'autograder' has no attribute {name!r}")
