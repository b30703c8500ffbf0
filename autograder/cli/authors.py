"""Verbs for authors: build, verify."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.common import BoxOption, LanguageOption, chosen_backend, chosen_language, progress, say

if TYPE_CHECKING:
    pass


def build(
    chapters: Annotated[list[str] | None, typer.Argument(help="Chapters; all by default.")] = None,
    only_check: Annotated[bool, typer.Option("--check", help="Write nothing; fail on any difference.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Make assignments/ and solutions/ from source/."""
    from autograder.authoring.build import build_chapter, build_pages
    from autograder.course import check_course, find_course, load_course
    from autograder.sandbox.box import default_box

    root = find_course(Path.cwd())
    course = load_course(root)
    check_course(course, root)
    language = chosen_language(lang, course.language)
    changed: list[str] = []
    for name in chapters or [entry.id for entry in course.chapters]:
        changed += build_chapter(root, name, language, default_box(), check=only_check, progress=progress)
    changed += build_pages(root, [entry.id for entry in course.chapters], check=only_check)
    for name in changed:
        say(f"{'differs' if only_check else 'written'}: {name}")
    raise typer.Exit(1 if only_check and changed else 0)


def verify(
    chapters: Annotated[list[str] | None, typer.Argument(help="Chapters; all by default.")] = None,
    quiet: Annotated[bool, typer.Option(help="No progress lines.")] = False,
    sample: Annotated[
        int, typer.Option(min=1, help="Run one in so many wrong answers; the rest is judged by the recordings.")
    ] = 1,
    box: BoxOption = "bubblewrap",
) -> None:
    """Prove the checks: stub 0, solution full marks, every mutant killed where it says, right answers pass."""
    from autograder.authoring.verify import verify_chapter
    from autograder.course import find_course, load_course
    from autograder.sandbox.box import tried_box

    root = find_course(Path.cwd())
    backend = chosen_backend(box)
    problems: list[str] = []
    for name in chapters or [entry.id for entry in load_course(root).chapters]:
        proof = verify_chapter(root, name, tried_box(backend), (lambda _: None) if quiet else progress, sample=sample)
        for mutant, killers in proof.table.items():
            say(f"{name:12} {mutant:36} {' '.join(killers)}")
        say(f"{name}: {len(proof.table)} mutants, {len(proof.right)} right answers, {len(proof.problems)} problems")
        problems += proof.problems
    for problem in problems:
        say(problem)
    raise typer.Exit(1 if problems else 0)
