"""`autograder new`: a chapter to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.common import say


def new(
    chapter: Annotated[str, typer.Argument(help="The id of the new chapter, such as mobilenet.")],
    class_name: Annotated[
        str | None, typer.Option("--class", help="The class students write; made from the id by default.")
    ] = None,
) -> None:
    """Write source/CHAPTER/ with a small network that works, and its line in course.yml."""
    from autograder.authoring.new import new_chapter
    from autograder.course import find_course

    root = find_course(Path.cwd())
    for name in new_chapter(root, chapter, class_name):
        say(f"written: {name}")
    say(f"next: autograder build {chapter} && autograder verify {chapter}")
