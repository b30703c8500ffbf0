"""`autograder doctor`: what is installed, what works, what is missing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.common import LanguageOption, chosen_backend, chosen_language, progress, say
from autograder.portable.console import shown_language
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.sandbox.box import Backend, Box
    from autograder.sandbox.session import Framework

NEEDED_FOR_CHECKS = Text(zh="没有；检查和训练要用它", en="not there; checks and training need it")
POOR_CONSOLE = Text(
    zh="- 终端编码 {encoding}：显示不了中文",
    en="- this console ({encoding}) cannot show Chinese, so you read English; to change that, set PYTHONUTF8=1 and open a new terminal",
)
NOT_THERE = {
    "numpy": NEEDED_FOR_CHECKS,
    "safetensors": NEEDED_FOR_CHECKS,
    "opencv-python-headless": Text(zh="没有；读图片的章节要用它", en="not there; chapters that read pictures need it"),
    "jupyter": Text(zh="没有；也可以在 .py 文件里写", en="not there; answers may be written in a .py file, too"),
    "nbgrader": Text(zh="没有；只有老师和助教要用", en="not there; only teachers and assistants need it"),
}


def doctor(
    try_box: Annotated[
        bool, typer.Option("--box", help="Try everything that student code must not do, and show what stopped it.")
    ] = False,
    backend: Annotated[str, typer.Argument(help="Which box: bubblewrap, podman or docker.")] = "bubblewrap",
    lang: LanguageOption = None,
) -> None:
    """Say what is installed, what works, what is missing, and what to do about it."""
    from autograder.cli.failures import spoken_language
    from autograder.errors import AutograderError
    from autograder.sandbox.written_with import kits_around, written_with

    words = ["--lang", lang] if lang else []
    language = chosen_language(lang, spoken_language(words))
    if shown_language("zh") != "zh":
        say(POOR_CONSOLE.format(encoding=sys.stdout.encoding).to(language))
    chosen = chosen_backend(backend)
    framework = written_with(kits_around())
    ok = _packages(language, framework)
    root, course = None, None
    try:
        root, course = _course(language)
    except AutograderError as error:
        ok = _line(False, error.said.to(language))
    authors = root is not None and (root / "source").is_dir()
    if try_box or authors:
        ok = _box(chosen, root, course, try_box, language, framework) and ok
    raise typer.Exit(0 if ok else 1)


def _line(good: bool, what: str) -> bool:
    say(f"{'✓' if good else '✗'} {what}")
    return good


def _packages(language: Language, framework: Framework) -> bool:
    """Say what of Python, packages and, where a chapter needs it, Paddle is there; tell whether a student can work with it."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from autograder.client.machine import advice, this_machine

    say(f"Python {platform.python_version()} ({sys.executable}), {platform.system()} {platform.machine()}")
    for package in ("numpy", "safetensors", "opencv-python-headless", "jupyter", "nbgrader"):
        try:
            _line(True, f"{package} {version(package)}")
        except PackageNotFoundError:
            say(f"- {package}: {NOT_THERE[package].to(language)}")
    if framework != "paddle":
        return True
    said = [_line(good, text.to(language)) for good, text in advice(this_machine())]
    return all(said)


def _course(language: Language) -> tuple[Path, Course]:
    from autograder.course import check_course, find_course, load_course
    from autograder.data.location import data_folder

    root = find_course(Path.cwd())
    course = load_course(root)
    if (root / "source").is_dir():
        from autograder.cli.building import stale_chapters, warn_stale

        check_course(course, root)
        warn_stale(stale_chapters(root, [entry.id for entry in course.chapters]), language)
    _line(True, f"course {course.id} in {root}")
    _line(True, f"data folder {data_folder(root, str(course.data) if course.data else None)}")
    return root, course


def _box(
    chosen: Backend, root: Path | None, course: Course | None, try_box: bool, language: Language, framework: Framework
) -> bool:
    """Say what the box is like in which a class is graded."""
    from autograder.errors import AutograderError
    from autograder.grading.classroom import private_places
    from autograder.sandbox.box import open_box
    from autograder.sandbox.bubblewrap import refuse_to_show

    try:
        hidden = private_places(root, course) if root and course else []
        box = open_box(chosen, framework=framework)
        if chosen == "bubblewrap":
            refuse_to_show(hidden, hidden[0] if hidden else None)
        _line(True, f"box: {box.name}")
        _line(True, "children start warm" if box.zygote else f"children start cold, one second each: {box.why_cold}")
        return not try_box or _try_box(box, hidden, language)
    except AutograderError as error:
        return _line(False, error.said.to(language))


def _try_box(box: Box, hidden: Sequence[Path], language: Language) -> bool:
    from rich.console import Console
    from rich.table import Table

    from autograder.sandbox.selftest import ATTEMPTS, try_out, ways

    chinese = language == "zh"
    headings = (
        ("", "启动", "方面", "尝试", "结果", "秒") if chinese else ("", "start", "area", "attempt", "outcome", "s")
    )
    words = {"warm": "热", "cold": "冷"} if chinese else {"warm": "warm", "cold": "cold"}
    table = Table(*headings)
    held = True
    tried = ways(box)
    total = len(tried) * (len(ATTEMPTS) + 1 + bool(hidden))
    outcomes = ((words[start], outcome) for start, each in tried for outcome in try_out(each, hidden))
    for number, (start, outcome) in enumerate(outcomes, 1):
        attempt = outcome.attempt
        progress(f"[{number}/{total}] {start}: {attempt.what.to(language)}")
        held = held and outcome.held
        mark = "✓" if outcome.held else "✗"
        area, what = attempt.area.to(language), attempt.what.to(language)
        table.add_row(mark, start, area, what, outcome.detail, f"{outcome.seconds:.1f}")
    Console().print(table)
    return held
