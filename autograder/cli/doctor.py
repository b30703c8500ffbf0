"""`autograder doctor`: what is installed, what works, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.common import LanguageOption, chosen_backend, chosen_language, progress, say
from autograder.text import Language

if TYPE_CHECKING:
    from autograder.sandbox.box import Box


def doctor(
    try_box: Annotated[
        bool, typer.Option("--box", help="Try everything that student code must not do, and show what stopped it.")
    ] = False,
    backend: Annotated[str, typer.Argument(help="Which box: bubblewrap, podman or docker.")] = "bubblewrap",
    lang: LanguageOption = None,
) -> None:
    """Say what is installed, what works, and what is missing."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from autograder.cli.building import stale_chapters, warn_stale
    from autograder.course import check_course, find_course, load_course
    from autograder.data import data_folder
    from autograder.errors import AutograderError
    from autograder.grading.classroom import private_places
    from autograder.sandbox.box import tried_box
    from autograder.sandbox.bubblewrap import refuse_to_show

    chosen = chosen_backend(backend)
    hidden: list[Path] = []
    ok = True

    def line(good: bool, what: str) -> None:
        nonlocal ok
        ok = ok and good
        say(f"{'✓' if good else '✗'} {what}")

    say(f"Python {platform.python_version()}")
    for package in ("paddlepaddle", "numpy", "opencv-python-headless", "jupyter", "nbgrader"):
        try:
            line(True, f"{package} {version(package)}")
        except PackageNotFoundError:
            line(
                package == "nbgrader",
                f"{package} is not installed" + (" (TAs need it)" if package == "nbgrader" else ""),
            )
    try:
        root = find_course(Path.cwd())
        course = load_course(root)
        if (root / "source").is_dir():
            check_course(course, root)
        line(True, f"course {course.id} in {root}")
        warn_stale(
            stale_chapters(root, [entry.id for entry in course.chapters]), chosen_language(lang, course.language)
        )
        hidden = private_places(root, course)
        line(True, f"data folder {data_folder(root, str(course.data) if course.data else None)}")
    except AutograderError as error:
        line(False, str(error))
    try:
        box = tried_box(chosen)
        if chosen == "bubblewrap":
            refuse_to_show(hidden, hidden[0] if hidden else None)
        line(True, f"box: {box.name}")
        line(True, "children start warm" if box.zygote else f"children start cold, one second each: {box.why_cold}")
        if try_box:
            ok = _try_box(box, hidden, chosen_language(lang, "en")) and ok
    except AutograderError as error:
        line(False, str(error))
    raise typer.Exit(0 if ok else 1)


def _try_box(box: Box, hidden: Sequence[Path], language: Language) -> bool:
    from rich.console import Console
    from rich.table import Table

    from autograder.sandbox.selftest import ATTEMPTS, try_out, ways

    headings = {
        "zh": ("", "启动", "方面", "尝试", "结果", "秒"),
        "en": ("", "start", "area", "attempt", "outcome", "s"),
    }[language]
    words = {"zh": {"warm": "热", "cold": "冷"}, "en": {"warm": "warm", "cold": "cold"}}[language]
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
