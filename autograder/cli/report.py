"""The verb that writes the pages about the class and its students."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.common import JsonOption, LanguageOption, chosen_language, class_service, progress, say, say_json
from autograder.text import Language, Text

WRITTEN = Text(
    zh="{index}: {count} 名学生；每人一页在 {students}/",
    en="{index}: {count} students; a page for each in {students}/",
)
GATHERING = Text(zh="读取", en="reading")
WRITING = Text(zh="写页面", en="writing pages")
EVERY = 200


def report(
    folder: Annotated[Path, typer.Option("--html", help="The folder to write; open its index.html.")],
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Write pages that open from a disk: class matrix, who is at risk, distributions, checks, one page per student."""
    from autograder.report.gather import gather, lexicon_of
    from autograder.report.site import STUDENTS, write_site

    with class_service(lang) as (root, course, service, database):
        language = chosen_language(lang, course.language, course.languages)
        with _progress_of(GATHERING, language) as done:
            found = gather(course, database, lexicon_of(root, course), service.clock(), done)
    with _progress_of(WRITING, language, len(found.students)) as done:
        pages = write_site(folder, found, language, done)
    if as_json:
        say_json({"students": len(found.students), "pages": [str(page) for page in pages]}, indent=None)
    else:
        values = {"index": folder / "index.html", "students": folder / STUDENTS, "count": len(found.students)}
        say(WRITTEN.to(language).format(**values))


@contextmanager
def _progress_of(said: Text, language: Language, total: int | None = None) -> Iterator[Callable[[], None]]:
    """Yield what to call after each student: a bar with the time left on a terminal, now and then a line elsewhere."""
    words, count = said.to(language), 0
    if not sys.stderr.isatty():

        def line() -> None:
            nonlocal count
            count += 1
            if count % EVERY == 0:
                progress(f"{words} {count}{f'/{total}' if total else ''}")

        yield line
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=total)
        yield lambda: bar.advance(task)
