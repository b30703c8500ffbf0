"""Verbs for authors: build, verify, mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from autograder.cli.common import (
    BoxOption,
    LanguageOption,
    UsageError,
    chosen_backend,
    chosen_language,
    progress,
    say,
    written_language,
)
from autograder.text import Text

NO_MISTAKE = Text(
    zh="{chapter} 没有已知错误 {mistake}；autograder mistakes {chapter} 列出全部",
    en="{chapter} has no known mistake {mistake}; autograder mistakes {chapter} lists them",
)


NOT_QUOTED = Text(
    zh="? chapter.yml 没有引用预告它的句子 (announced: {zh: ..., en: ...})",
    en="? chapter.yml quotes no sentence that announces it (announced: {zh: ..., en: ...})",
)
PROVEN = Text(
    zh="{chapter}：已知错误 {known} 个，其中 {unseen} 个通过全部公开检查；正确答案 {right} 个；问题 {problems} 个",
    en="{chapter}: {known} known mistakes, {unseen} of them pass all public checks, {right} right answers, {problems} problems",
)


def build(
    chapters: Annotated[list[str] | None, typer.Argument(help="Chapters; all by default.")] = None,
    only_check: Annotated[bool, typer.Option("--check", help="Write nothing; fail on any difference.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Make assignments/ and solutions/ from source/."""
    from autograder.authoring.build import build_chapter, build_pages
    from autograder.cli.building import file_said
    from autograder.course import check_course, find_course, load_chapter, load_course
    from autograder.sandbox.box import Box, open_bubblewrap_box

    root = find_course(Path.cwd())
    course = load_course(root)
    check_course(course, root)
    language = written_language(lang, course)
    changed: list[str] = []
    boxes: dict[str, Box] = {}
    for name in chapters or [entry.id for entry in course.chapters]:
        framework = load_chapter(root / "source" / name).framework
        box = boxes.get(framework) or boxes.setdefault(framework, open_bubblewrap_box(framework=framework))
        changed += build_chapter(root, name, language, box, check=only_check, progress=progress)
    changed += build_pages(root, [entry.id for entry in course.chapters], check=only_check)
    for name in changed:
        say(file_said(name, chosen_language(lang, course.language, course.languages), differs=only_check))
    raise typer.Exit(1 if only_check and changed else 0)


PACKAGE = Text(
    zh="! {chapters} 的公开检查要用 {package}，zip 里没有它：请告诉学生 pip install {package}，或者把那个类写进 source/check_types.py",
    en="! public checks of {chapters} need {package}, which is not in the zip: tell students to pip install {package}, or move the class to source/check_types.py",
)


def bundle(
    output: Annotated[
        Optional[Path], typer.Option("-o", "--output", help="The zip; COURSE.zip here by default.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Make one zip for students: assignments, public recordings, the wheel, a README; without solutions."""
    from autograder.authoring.bundle import bundle as files_of
    from autograder.authoring.bundle import packages_for_students
    from autograder.authoring.wheel import zipped
    from autograder.cli.building import of_another_salt
    from autograder.course import find_course, load_course
    from autograder.writing import unfinished

    root = find_course(Path.cwd())
    course = load_course(root)
    if (said := of_another_salt(root, course)) is not None:
        raise UsageError(said)
    language = written_language(lang, course)
    content = zipped(files_of(root, course, language))
    path = output or Path(f"{course.id}.zip")
    with unfinished(path) as beside:
        beside.write_bytes(content)
    say(f"{path}: {len(content) / 1e6:.1f} MB")
    for name, chapters in packages_for_students(root, course).items():
        say(PACKAGE.format(package=name, chapters=", ".join(chapters)).to(language))


def verify(
    chapters: Annotated[list[str] | None, typer.Argument(help="Chapters; all by default.")] = None,
    quiet: Annotated[bool, typer.Option(help="No progress lines.")] = False,
    sample: Annotated[
        int, typer.Option(min=1, help="Run one in so many wrong answers; the rest is judged by the recordings.")
    ] = 1,
    box: BoxOption = "bubblewrap",
    lang: LanguageOption = None,
) -> None:
    """Prove the checks: stub 0, solution full marks, every known mistake fails where it says, right answers pass."""
    from autograder.authoring.verify import verify_chapter
    from autograder.course import find_course, load_chapter, load_course
    from autograder.sandbox.box import open_box

    root = find_course(Path.cwd())
    course = load_course(root)
    language = chosen_language(lang, course.language, course.languages)
    backend = chosen_backend(box)
    problems: list[Text] = []
    for name in chapters or [entry.id for entry in course.chapters]:
        framework = load_chapter(root / "source" / name).framework
        box_for_course = open_box(backend, framework=framework)
        proof = verify_chapter(root, name, box_for_course, (lambda _: None) if quiet else progress, sample=sample)
        for mistake, killers in proof.table.items():
            say(f"{name:12} {mistake:36} {' '.join(killers)}")
        counts = {"known": len(proof.table), "unseen": len(proof.unseen), "right": len(proof.right)}
        say(PROVEN.format(chapter=name, **counts, problems=len(proof.problems)).to(language))
        for one in proof.announced:
            say(f"{name:12} {one.check:36} {one.sentence or NOT_QUOTED.to(language)}")
        problems += proof.problems
    for problem in problems:
        say(problem.to(language))
    raise typer.Exit(1 if problems else 0)


def mistakes(
    chapter: Annotated[str, typer.Argument(help="The chapter, as in course.yml.")],
    mistake: Annotated[str | None, typer.Argument(metavar="[ID]", help="One mistake; all by default.")] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Show what each changes in the solution.")] = False,
    lang: LanguageOption = None,
) -> None:
    """List the known mistakes of a chapter: the checks that must fail, and the cause that a student is told."""
    from autograder.authoring.examples import read_examples
    from autograder.authoring.mistakes import difference
    from autograder.course import find_course, load_course
    from autograder.course.wording import no_chapter

    root = find_course(Path.cwd())
    course = load_course(root)
    if course.chapter(chapter) is None:
        raise UsageError(no_chapter(chapter, (entry.id for entry in course.chapters)))
    language = chosen_language(lang, course.language, course.languages)
    found = [example for example in read_examples(root, chapter) if example.cause]
    if mistake and mistake not in [example.id for example in found]:
        raise UsageError(NO_MISTAKE.format(chapter=chapter, mistake=mistake))
    solution = (root / "solutions" / chapter / f"{chapter}.py").read_text("utf-8")
    for example in found:
        if example.cause and mistake in (None, example.id):
            say(f"{example.id}: {', '.join(example.kills)}")
            say(f"    {example.cause.to(language)}")
            if diff:
                say(*(f"    {line}" for line in difference(solution, example.text)), "")
