"""Verbs for students at work: check and hint."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.common import JsonOption, LanguageOption, UsageError, progress, said_language, say, say_json
from autograder.cli.screen import clear, say_marked
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.checks.suite import CheckSuite
    from autograder.client.own import Own
    from autograder.sandbox.box import Box
    from autograder.sandbox.plain import PlainBox
    from autograder.store.result import Finding

NO_TASK = Text(
    zh="{chapter} 没有任务 {task!r}；有：{known}", en="{chapter} has no task {task!r}; its tasks are: {known}"
)
NOT_A_FILE = Text(
    zh="{task} 是一个任务，这里要写的是文件。autograder check {chapter} 检查全部任务；只检查这一个，在笔记本里运行 check({task!r})",
    en="{task} is a task, and what follows the chapter is a file. autograder check {chapter} checks all tasks; to check "
    "this one alone, run check({task!r}) in the notebook",
)
PRINTED = Text(zh="你的代码打印了：", en="Your code printed:")
CHECKED_AT = Text(zh="{time}  {chapter}", en="{time}  {chapter}")
SINCE = Text(zh="与上次相比：{changes}", en="since the last time: {changes}")
NOTHING_NEW = Text(zh="与上次相比没有变化", en="nothing changed since the last time")
MORE_HINTS = Text(zh="还有 {count} 条提示：再运行一次 autograder hint", en="{count} more: run autograder hint again")
LOOKS = 0.1  # seconds between two looks at whether a file was saved
BY_NOTEBOOK = Text(
    zh="这里没有记住学号；笔记本里写的是 {said}，所以按 {said} 的数检查。",
    en="No student id is stored here; the notebook says {said}, so it is checked with the numbers of {said}.",
)
NOT_BY_NOTEBOOK = Text(
    zh="笔记本里写的学号是 {said}，这里记住的是 {who}：按 {who} 的数检查。写错的那一个要改。",
    en="The notebook says that you are {said}, but {who} is stored here, so it is checked with the numbers of "
    "{who}. Correct the id that is wrong.",
)
STATES = {"pass": "✓", "skipped": "-"}


def check(
    chapter: Annotated[str, typer.Argument(help="The chapter, by the name of its folder.")],
    file: Annotated[
        Path | None, typer.Argument(help="Notebook or .py; assignments/CHAPTER/CHAPTER.ipynb by default.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again whenever the file is saved; Ctrl-C ends (exit code 0).")
    ] = False,
    lang: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check your own answer by the public checks; exit code 1 while something fails."""
    from autograder.checks.suite import public_kit
    from autograder.cli.building import stale_chapters, warn_stale
    from autograder.client.own import own_kit, said_of_constants, whose
    from autograder.course import find_course
    from autograder.sandbox.own import box_for_own_code

    root = find_course(Path.cwd())
    own, suite = whose(root), public_kit(root, chapter)
    path = file or root / "assignments" / chapter / f"{chapter}.ipynb"
    language = said_language(lang, suite.language)
    if file is not None and not file.exists() and suite.chapter.task(task := str(file).partition(".")[0]) is not None:
        raise UsageError(NOT_A_FILE.format(task=task, chapter=chapter))
    about_id: tuple[Text, ...] = ()
    if suite.bank is not None and suite.bank.count:
        own, about_id = _with_said_id(root, path, own)
        suite = own_kit(suite, own)
    warn_stale(stale_chapters(root, [chapter]), language)
    if not as_json:
        say(*(f"! {one.to(language)}" for one in about_id), *said_of_constants(suite, own, language))
    box = box_for_own_code(suite.chapter.framework)
    if not watch:
        findings = _check_once(suite, path, box, language, as_json)
        raise typer.Exit(1 if findings is None or any(finding.failed for finding in findings) else 0)
    before: Mapping[str, str] | None = None
    # One box for all: it warms up once, and a Ctrl-C does not get lost where one is taken down.
    with contextlib.suppress(KeyboardInterrupt):
        for _ in _saves(path):
            clear()
            say(CHECKED_AT.format(time=time.strftime("%H:%M:%S"), chapter=suite.chapter.title).to(language))
            findings = _check_once(suite, path, box, language, as_json)
            if findings is not None:
                now = {finding.check: STATES.get(finding.status, "✗") for finding in findings}
                if before is not None:
                    say(_since(before, now).to(language))
                before = now
            say("")


def _with_said_id(root: Path, path: Path, own: Own | None) -> tuple[Own | None, tuple[Text, ...]]:
    """Return whose numbers a file is checked by, by the id in it where no other is known, and what is to be said of it."""
    from autograder.client.own import whose
    from autograder.submission.said_id import ids_said, others_among

    try:
        said = ids_said(path.read_bytes())
    except OSError:  # checking it says why
        return own, ()
    if own is not None:
        return own, tuple(NOT_BY_NOTEBOOK.format(said=one, who=own.student) for one in others_among(said, own.student))
    if len(said) != 1 or (found := whose(root, said[0])) is None:
        return None, ()
    return found, (BY_NOTEBOOK.format(said=found.student),)


def _since(before: Mapping[str, str], now: Mapping[str, str]) -> Text:
    """Return what changed between two runs: the checks with their marks of then and now."""
    changes = [f"{name} {before.get(name, '-')}→{mark}" for name, mark in now.items() if before.get(name, "-") != mark]
    return SINCE.format(changes=", ".join(changes)) if changes else NOTHING_NEW


def _check_once(
    suite: CheckSuite, path: Path, box: Box | PlainBox, language: Language, as_json: bool
) -> Sequence[Finding] | None:
    """Show what the checks find, task by task; return it, None where the file cannot be checked."""
    from autograder.cli.failures import refused
    from autograder.grading.grade import DIED
    from autograder.submission import Rejected
    from autograder.untrusted.limited import WorkDied

    try:
        return _checked(suite, path, box, language, as_json)
    except Rejected as rejection:
        progress(refused(path, rejection.reason, language))
    except WorkDied as death:
        progress(f"{path}: {DIED.format(error=death).to(language)}")
    return None


def _checked(
    suite: CheckSuite, path: Path, box: Box | PlainBox, language: Language, as_json: bool
) -> Sequence[Finding]:
    from dataclasses import replace

    from autograder.client.ahead import make_ahead
    from autograder.grading.grade import grade, understood
    from autograder.grading.noted import with_noted_accuracy
    from autograder.grading.render import Renderer, shown_lines, text_of
    from autograder.grading.sums import total_line
    from autograder.submission import take
    from autograder.submission.files import Place
    from autograder.untrusted.limited import TIME_ALONE

    raw = take(Place.of(path), suite.chapter.id, limits=TIME_ALONE)
    answer = understood(suite, raw, limits=TIME_ALONE)
    if box.backend == "bubblewrap":
        make_ahead(suite, answer)
    weights = path.with_name(f"{suite.chapter.id}.safetensors")
    shown: set[str] = set()
    said_before: set[str] = set()

    def show(findings: Sequence[Finding]) -> None:
        fresh = with_noted_accuracy([one for one in findings if one.task not in shown], suite, weights)
        shown.update(one.task for one in fresh)
        for line in shown_lines(fresh, suite, language, said_before):
            say_marked(*line.split("\n"))

    told: list[str] = []
    result = grade(suite, raw, box, answer=answer, report=None if as_json else show, printed=told.append)
    findings = tuple(with_noted_accuracy(result.findings, suite, weights))
    if as_json:
        score = round(sum(finding.points for finding in findings), 6)
        say_json([Renderer(lambda _: suite).to_json(replace(result, findings=findings, score=score), language)])
        return findings
    show(findings)
    for one in result.repairs:
        say(f"! {text_of(one).to(language)}")
    _show_printed("".join(told), language)
    say(total_line(findings, suite, language))
    if said := of_weights(path, suite.chapter.id, None, language):
        say(said)
    return findings


def of_weights(path: Path, chapter: str, student: str | None, language: Language) -> str | None:
    """Return what is to be said of the weights beside a notebook: whose seed they were trained with, see `own`."""
    from autograder.client.own import said_of_weights, whose
    from autograder.course import find_course

    own = whose(find_course(Path.cwd()), student)
    names = (path.with_suffix(".safetensors"), path.with_name(f"{chapter}.safetensors"))
    return said_of_weights(own, chapter, next((one for one in names if one.is_file()), names[1]), language)


def _show_printed(text: str, language: Language) -> None:
    """Show what the student's code printed, as far as there is room."""
    from io import StringIO

    from autograder.untrusted.outside import Bounded, plain_text

    if not text.strip():
        return
    kept = StringIO()
    Bounded(kept).write(plain_text(text).strip("\n"))
    say(PRINTED.to(language), *(f"  | {line}" for line in kept.getvalue().splitlines()))


def _saves(path: Path) -> Iterator[None]:
    """Yield at once, and then each time the file at `path` has been saved, also while the last yield was at work."""

    def stamp() -> tuple[int, int] | None:
        try:
            found = path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    before: tuple[int, int] | None = (0, 0)
    while True:
        if (now := stamp()) != before:
            before = now
            yield
        time.sleep(LOOKS)


def hint(
    chapter: Annotated[str, typer.Argument(help="The chapter, by the name of its folder.")],
    task: Annotated[str | None, typer.Argument(help="The task; all by default.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every hint at once.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Show the hints of a task, one more each time: first how to go about it, then what each check looks at."""
    from autograder.checks.suite import public_kit
    from autograder.client.hints import hints_of, next_step
    from autograder.course import find_course

    root = find_course(Path.cwd())
    suite = public_kit(root, chapter)
    language = said_language(lang, suite.language)
    tasks = [entry for entry in suite.chapter.tasks if task in (None, entry.id)]
    if not tasks:
        known = ", ".join(entry.id for entry in suite.chapter.tasks)
        raise UsageError(NO_TASK.format(chapter=chapter, task=task, known=known))
    for entry in tasks:
        hints = hints_of(entry)
        step = len(hints) if everything else next_step(root, chapter, entry.id, len(hints))
        say(f"{entry.id}  {entry.title.to(language)}  ({entry.points:g})")
        say(*(f"  {one.to(language)}" for one in hints[:step]))
        if left := len(hints) - step:
            say(f"  {MORE_HINTS.format(count=left).to(language)}")
