"""Checks inside a student's own notebook: the same questions, asked of the live objects of the kernel."""

from __future__ import annotations

import builtins
import contextlib
import io
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from html import escape
from pathlib import Path
from typing import Any

from autograder.checks.suite import CheckSuite, KitError, read_kit
from autograder.course.language import spoken_here
from autograder.errors import AutograderError
from autograder.grading.card import card
from autograder.grading.examine import Examiner
from autograder.grading.noted import with_noted_accuracy
from autograder.grading.render import shown_lines
from autograder.grading.sizes import compared
from autograder.grading.sums import total_line
from autograder.portable.console import any_console
from autograder.sandbox.alarm import Alarm
from autograder.sandbox.child.late import line_of
from autograder.sandbox.child.operations import Namespace
from autograder.sandbox.session import Framework, too_slow, value_of
from autograder.store.result import Finding
from autograder.text import Language, Text
from autograder.untrusted.outside import Bounded

Checker = Callable[..., "Points"]
TOGETHER = 3  # all questions of one check may take so many times what a single one may
INTERRUPTED = Text(zh="检查已中断。", en="The check was interrupted.")
NO_SUCH_TASK = Text(
    zh="这一章没有任务 {task!r}。有这些任务：{known}。", en="This chapter has no task {task!r}. Its tasks are: {known}."
)
NO_KIT = Text(
    zh="在 {here}/assignments/ 里没有找到 {chapter!r} 的 checks.json；请看名字写对了没有，或者把课程的 zip 再解压一次",
    en="checks.json of {chapter!r} was not found in {here}/assignments/; check the name, or unpack the zip of the "
    "course again",
)
OPENED = Text(zh="{title}：检查已就绪。", en="{title}: the checks are ready.")
FAILED = Text(zh="检查没有进行：{error}", en="Nothing was checked: {error}")


class Points(float):
    """Points as a number, which is what nbgrader reads, and as a card, which is what a notebook shows."""

    def __new__(cls, points: float, html: str = "") -> Points:
        """Return the points with the card that shows them."""
        made = super().__new__(cls, points)
        made._html = html
        return made

    _html: str

    def _repr_html_(self) -> str | None:
        return self._html or None


class Interrupted(KeyboardInterrupt):
    """A check that was interrupted by hand: it ends the cell, and what runs after it, without lines of ours."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class LiveSession:
    """Runs the operations of the box in this process, on the names of the notebook. For one's own code only.

    Attributes:
        asked: The newest operation.
    """

    def __init__(self, namespace: Namespace, used: Framework = "paddle") -> None:
        from autograder.sandbox.child.frameworks import framework

        found = framework(used)
        self._operations, self._adapted = found.operations(namespace), found.adapted
        self._before = dict(namespace)
        self._seconds, self._until, self.asked = float("inf"), float("inf"), ""

    def ask(self, operation: str, /, **arguments: Any) -> Any:
        """Run one operation; raises `StudentError`, `BoxDied` after the time that is set, `KeyboardInterrupt`."""
        self.asked = operation
        if operation == "load":
            return {"errors": []}
        alarm = Alarm(min(self._seconds, self._until - time.monotonic()), line_of)
        with self._adapted():
            answer = alarm.run(lambda: self._operations.run(operation, arguments))
        if alarm.by_hand:
            raise KeyboardInterrupt
        if alarm.expired:
            raise too_slow(alarm.seen, self._seconds)
        return value_of(answer)

    def limit(self, seconds: float) -> None:
        """Set how many seconds each following question may take; all of them together get `TOGETHER` times that."""
        self._seconds, self._until = seconds, time.monotonic() + TOGETHER * seconds

    def close(self) -> None:
        """Give the notebook its own functions back where stand-ins took their place."""
        self._operations.namespace.update(self._before)


class LiveBox:
    """Makes sessions on the names of a notebook."""

    def __init__(self, namespace: Namespace, used: Framework = "paddle") -> None:
        self._namespace, self._used = namespace, used

    def of(self, framework: Framework) -> LiveBox:
        """Return the same for answers that are written with a framework."""
        return LiveBox(self._namespace, framework)

    def session(self, cpu_seconds: int | None = None, files_mib: int = 0, shapes: object = None) -> LiveSession:  # noqa: ARG002
        """Return a session on the notebook's names."""
        return LiveSession(self._namespace, self._used)

    def missing(self, names: Sequence[Sequence[str]]) -> dict[str, str | None]:
        """Return the names that the notebook lacks (for alternatives, the first), with the most similar of its own."""
        own = {
            name.casefold(): name
            for name, value in list(self._namespace.items())
            if callable(value) and getattr(value, "__module__", None) == "__main__" and not name.startswith("_")
        }
        lacking = [group[0] for group in names if not any(name in self._namespace for name in group)]
        near = {name: get_close_matches(name.casefold(), own, n=1) for name in lacking}
        return {name: own[found[0]] if found else None for name, found in near.items()}


def open_chapter(chapter: str) -> Checker:
    """Return `check(task) -> points`, a float between 0 and the points of the task's public checks.

    `check()` asks all checks. In a notebook the result shows as a card; elsewhere one line per check is printed. It never
    writes to stderr, and gives 0.0 when it cannot run. Where nbgrader validates, a task whose public checks all pass has
    the full points of its cell: what is checked later is no fault.
    """
    any_console()
    common = _kit(chapter)
    namespace = sys._getframe(1).f_globals
    if _shows_cards():
        _leave_tag(common)

    def check(task: str | None = None) -> Points:
        suite = _own(common)
        language, known = _language(suite), [entry.id for entry in suite.chapter.tasks]
        if task is not None and task not in known:
            return _nothing(NO_SUCH_TASK.format(task=task, known=", ".join(known)).to(language))
        examiner = Examiner.live(suite, LiveBox(namespace))
        try:
            with contextlib.closing(examiner), _stderr_away(), _bounded_stdout(), _nothing_typed():
                found = examiner.findings(None if task is None else {task})
        except KeyboardInterrupt:
            raise Interrupted(INTERRUPTED.to(language)) from None
        except Exception as error:
            return _nothing(FAILED.format(error=f"{type(error).__name__}: {error}").to(language))
        weights = Path(f"{chapter}.safetensors")
        findings = with_noted_accuracy(found, suite, weights)
        if any(one.kind == "accuracy" for one in findings) and (said := _of_weights(weights, chapter, language)):
            print(said)
        return _shown(findings, examiner, suite, language)

    return check


def _leave_tag(suite: CheckSuite) -> None:
    """Say that the checks are there, with the tag of this folder, see `tag`; without a course there is none."""
    from autograder.client.own import known_id
    from autograder.client.tag import leave_tag
    from autograder.course.loading import course_of_notebook

    with contextlib.suppress(AutograderError):
        language, root = _language(suite), course_of_notebook(Path.cwd())
        leave_tag(root, OPENED.format(title=suite.chapter.title).to(language), known_id(root))


def _own(suite: CheckSuite) -> CheckSuite:
    """Return the kit with the numbers of who works here; asked for each check, because an id may be said in between."""
    from autograder.client.own import own_kit, whose_here

    try:
        return own_kit(suite, whose_here()) if suite.bank else suite
    except AutograderError:  # what is remembered of the student cannot be read; the weights' line says so
        return suite


def _of_weights(path: Path, chapter: str, language: Language) -> str | None:
    """Return what is to be said of the weights file beside the notebook: whose seed it was trained with."""
    from autograder.client.own import said_of_weights, whose_here

    try:
        return said_of_weights(whose_here(), chapter, path, language)
    except AutograderError as error:  # what is remembered of the student cannot be read
        return error.said.to(language)


def _shown(findings: Sequence[Finding], examiner: Examiner, suite: CheckSuite, language: Language) -> Points:
    """Return the points of findings; print them, too, where no card is shown."""
    points = math.fsum(finding.points for finding in findings)
    total = total_line(findings, suite, language)
    if not _shows_cards():
        print("\n".join([*shown_lines(findings, suite, language), total]))
    tables = {
        name: table
        for name, seen in examiner.seen.items()
        if (table := compared(suite.checks[name], seen, suite.expected[name])) is not None
    }
    several = len({finding.task for finding in findings}) > 1
    if os.environ.get("NBGRADER_EXECUTION") == "validate":
        points = _of_the_cell(findings, suite)
    return Points(points, card(findings, suite, language, tables, total if several else ""))


def _of_the_cell(findings: Sequence[Finding], suite: CheckSuite) -> float:
    """Return the points of findings, of a task whose public checks all pass those of its whole cell."""
    points = 0.0
    for task_id in {finding.task for finding in findings}:
        mine, task = [finding for finding in findings if finding.task == task_id], suite.chapter.task(task_id)
        whole = task is not None and all(finding.status == "pass" for finding in mine)
        points += task.points if task and whole else math.fsum(finding.points for finding in mine)
    return points


def _nothing(said: str) -> Points:
    if not _shows_cards():
        print(said)
    return Points(0.0, f"<div>{escape(said)}</div>")


def _shows_cards() -> bool:
    """Tell whether what a cell returns is shown as HTML: in the kernel of a notebook."""
    try:
        shell = sys.modules["IPython"].get_ipython()
    except (KeyError, AttributeError):
        return False
    return type(shell).__name__ == "ZMQInteractiveShell" or hasattr(shell, "kernel")


def _language(suite: CheckSuite) -> Language:
    return spoken_here(suite.language)


def _kit(chapter: str) -> CheckSuite:
    from autograder.course.loading import course_of_notebook

    here = Path.cwd()
    for folder in (here, *here.parents):
        for place in (folder / "checks.json", folder / "assignments" / chapter / "checks.json"):
            if place.exists() and (suite := read_kit(place)).chapter.id == chapter:
                return suite.public()
    root = course_of_notebook(here)  # which says what to do where there is none
    if (place := root / "assignments" / chapter / "checks.json").is_file():
        return read_kit(place).public()
    said = NO_KIT.format(chapter=chapter, here=root)
    raise KitError(Text(zh=said.zh, en=f"{said.zh}\n{said.en}"))


@contextlib.contextmanager
def _bounded_stdout() -> Iterator[None]:
    """Let what the student's code prints through, up to a bound."""
    with contextlib.redirect_stdout(Bounded(sys.stdout)):
        yield


@contextlib.contextmanager
def _nothing_typed() -> Iterator[None]:
    """Let `input` raise as it does in the box: a kernel would show a field, and the check would wait for its end."""

    def refused(prompt: object = "") -> str:  # noqa: ARG001
        raise EOFError("EOF when reading a line")

    before, builtins.input = builtins.input, refused
    try:
        yield
    finally:
        builtins.input = before


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
