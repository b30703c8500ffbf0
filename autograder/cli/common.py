"""What several verbs share: the language option and the progress line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from autograder.errors import AutograderError
from autograder.text import Language

if TYPE_CHECKING:
    from autograder.checkin.desk import Desk
    from autograder.course import Course
    from autograder.sandbox.box import Backend
    from autograder.store.database import Database

JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
BoxOption = Annotated[str, typer.Option("--box", help="bubblewrap, podman, docker, or none: no protection at all.")]
LanguageOption = Annotated[str | None, typer.Option("--lang", help="zh or en; the course's language by default.")]


class UsageError(AutograderError):
    """An option that fits nothing."""


def chosen_language(given: str | None, default: str) -> Language:
    """Return the language of an option, else of AUTOGRADER_LANG, else `default`."""
    chosen = given or os.environ.get("AUTOGRADER_LANG") or default
    if chosen not in ("zh", "en"):
        raise typer.BadParameter(f"the language is zh or en, not {chosen!r}")
    return cast("Language", chosen)


def chosen_backend(given: str, *, unprotected: bool = False) -> Backend:
    """Return the back end of an option; unprotected: `none` may be chosen, too."""
    from autograder.sandbox.box import BACKENDS

    for backend in BACKENDS:
        if backend == given and (unprotected or backend != "none"):
            return backend
    known = [backend for backend in BACKENDS if unprotected or backend != "none"]
    raise typer.BadParameter(f"the box is one of {', '.join(known)}, not {given!r}", param_hint="--box")


def course_here(lang: str | None) -> tuple[Path, Course, Language]:
    """Return the folder of the course around the working folder, the course, and the language of an option."""
    from autograder.course import find_course, load_course

    root = find_course(Path.cwd())
    course = load_course(root)
    return root, course, chosen_language(lang, course.language)


def progress(text: str) -> None:
    """Print a progress line to stderr."""
    print(f"{text}\n", end="", file=sys.stderr, flush=True)  # in one piece: threads tell theirs, too


def import_notes(root: Path, course: Course, database: Database, language: Language) -> int:
    """Take the notes that lie in `submitted/<student>/checkins.json`; return how many are new. A bad file is named."""
    from autograder.checkin.desk import Desk, DeskError, travelling_records

    new = 0
    for student, path in travelling_records(root / "submitted"):
        try:
            new += Desk(course, database).import_record(student, path)
        except DeskError as error:
            progress(f"! {error.said.to(language)}")
    return new


@contextmanager
def class_desk() -> Iterator[tuple[Path, Course, Desk, Database]]:
    """Open the class's database of the course around the working folder; marks given in formgrader go into the log."""
    from autograder.checkin.desk import Desk
    from autograder.course import find_course, load_course
    from autograder.store.database import Database, class_url
    from autograder.store.marks import log_marks

    root = find_course(Path.cwd())
    course = load_course(root)
    with Database(class_url(root)) as database:
        desk = Desk(course, database)
        log_marks(database, desk.clock())
        yield root, course, desk, database
