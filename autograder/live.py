"""Checks inside a student's own notebook: the same questions, asked of the live objects of the kernel."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograder.checks.kit import Kit, KitError, later_lines, read_kit
from autograder.console import any_console
from autograder.grading.examine import Examiner
from autograder.grading.render import shown_lines
from autograder.sandbox.session import value_of
from autograder.text import Language

Checker = Callable[[str], float]


class LiveSession:
    """Runs the operations of the box in this process, on the names of the notebook. For one's own code only."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        from autograder.sandbox.child.adapted import adapted
        from autograder.sandbox.child.operations import Operations

        self._operations, self._adapted = Operations(namespace), adapted
        self._before = dict(namespace)

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        """Run one operation; raises `StudentError`."""
        if operation == "load":
            return {"errors": []}
        with self._adapted():
            return value_of(self._operations.run(operation, arguments))

    def limit(self, seconds: float) -> None:
        """Nothing is limited here."""

    def close(self) -> None:
        """Give the notebook its own functions back where stand-ins took their place."""
        self._operations.namespace.update(self._before)


class LiveBox:
    """Makes sessions on the names of a notebook."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace

    def session(self, cpu_seconds: int | None = None, files_mib: int = 0, shapes: object = None) -> LiveSession:  # noqa: ARG002
        """Return a session on the notebook's names."""
        return LiveSession(self._namespace)


def open_chapter(chapter: str) -> Checker:
    """Return `check(task) -> points`, a float between 0 and the points of the task's public checks.

    It prints one line per check, never writes to stderr, and gives 0.0 when it cannot run.
    """
    any_console()
    kit = _kit(chapter)
    namespace = sys._getframe(1).f_globals

    def check(task: str) -> float:
        with _stderr_away():
            try:
                with contextlib.closing(Examiner.live(kit, LiveBox(namespace))) as examiner:
                    findings = examiner.findings({task})
            except Exception as error:
                print(f"check({task!r}): {type(error).__name__}: {error}")
                return 0.0
        if not findings:
            print(f"check({task!r}): ? {', '.join(t.id for t in kit.chapter.tasks)}")
            return 0.0
        print("\n".join([*shown_lines(findings, kit, _language(kit)), *later_lines(kit, {task}, _language(kit))]))
        return float(sum(finding.points for finding in findings))

    return check


def _language(kit: Kit) -> Language:
    wanted = os.environ.get("AUTOGRADER_LANG", kit.language)
    return "en" if wanted.startswith("en") else "zh"


def _kit(chapter: str) -> Kit:
    here = Path.cwd()
    for folder in (here, *here.parents):
        for place in (folder / "checks.json", folder / "assignments" / chapter / "checks.json"):
            if place.exists() and (kit := read_kit(place)).chapter.id == chapter:
                return kit.public()
    raise KitError(
        f"checks.json of {chapter!r} was found neither in {here} nor above it; open the notebook in its folder"
    )


@contextlib.contextmanager
def _stderr_away() -> Iterator[None]:
    """Send stderr elsewhere, Python's and the descriptor: nbgrader gives 0 to a grade cell with any text in it."""
    with tempfile.TemporaryFile() as away, contextlib.redirect_stderr(io.StringIO()):
        saved = os.dup(2)
        try:
            os.dup2(away.fileno(), 2)
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)
