"""What goes wrong for one student costs the others nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from autograder.errors import AutograderError
from autograder.store.database import DatabaseError
from autograder.text import Text

ABOUT = Text(zh="{who}: {said}", en="{who}: {said}")
FAULT = Text(
    zh="{who}: 程序自己出错了，请告诉老师：{said}", en="{who}: a fault of the program, please report it: {said}"
)
MAX_LENGTH = 300  # characters of what a library says


@contextmanager
def alone(who: str, failed: Callable[[Text], None]) -> Iterator[None]:
    """Tell what goes wrong inside in one line, as `who: what`, and go on behind it.

    A database that cannot be used would fail for everybody: it ends the step.
    """
    try:
        yield
    except (DatabaseError, OperationalError):
        raise
    except AutograderError as error:
        failed(ABOUT.format(who=who, said=error.said))
    except Exception as error:  # a fault of ours with one record must not cost the others theirs
        failed(FAULT.format(who=who, said=fault(error)))


def fault(error: Exception) -> str:
    """Return a library's error in one short line."""
    said = str(getattr(error, "orig", None) or error).strip()[:MAX_LENGTH]
    return f"{type(error).__name__}: {said}"
