"""nbgrader's own `autograde` is refused: it runs what was handed in outside the box, and writes over the class's points."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.converters.base import NbGraderException

REASON = (
    "nbgrader autograde is switched off in this course: it would run what was handed in with all your rights, outside the box, "
    "and write over points and marks. Use `autograder grade`; formgrader, feedback and export go on from there.\n"
    "nbgrader autograde 在这门课里是关掉的：它会在沙箱外以你的全部权限运行学生的代码，并覆盖分数和人工评分。请用 autograder grade。"
)


class RefusedAutograde(NotebookExporter):
    """What `nbgrader autograde` makes before it does anything else; nbgrader_config.py names it."""

    def __init__(self, *_: Any, parent: Any = None, **__: Any) -> None:
        """Say why, where nbgrader shows it, and end."""
        if parent is not None:
            parent.log.error(REASON)
        raise NbGraderException(REASON)
