"""The verb with which a student reads feedback that a TA returned."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Optional

import typer

from autograder.cli.common import JsonOption, LanguageOption, course_here, say, say_json
from autograder.cli.screen import say_marked

MARKED = "✓✗–"
POINTS = re.compile(r"\d / \d")


def results(
    path: Annotated[
        Optional[Path], typer.Argument(help="A returned page, zip or folder; feedback/ID of this course by default.")
    ] = None,
    student: Annotated[
        Optional[str], typer.Option(help="Your student id; AUTOGRADER_STUDENT or .autograder/me.yml by default.")
    ] = None,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Show feedback that a TA returned: points by task, what each check found, comments."""
    from autograder.checkin.identity import whoami
    from autograder.client.returned import feedback_in

    if path is None:
        root, _, _ = course_here(lang)
        path = root / "feedback" / whoami(root, student)
    found = feedback_in(path)
    if as_json:
        say_json([asdict(one) for one in found])
        return
    for one in found:
        say(f"{one.title}  {one.points}", f"  {one.source}")
        for task in one.tasks:
            if task.lines or POINTS.search(task.head):  # an answer in words has points, and nothing that was found
                say("", task.head)
                say_marked(*(line if line[0] in MARKED else f"    {line}" for line in task.lines))
        say("")
