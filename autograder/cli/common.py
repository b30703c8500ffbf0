"""What several verbs share: the language option, and all that is written to a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from autograder.errors import AutograderError
from autograder.portable.console import shown_language
from autograder.text import LANGUAGES, Language, Text
from autograder.untrusted.outside import json_text, one_line

if TYPE_CHECKING:
    from autograder.checkin.service import CheckInService
    from autograder.course import Course
    from autograder.sandbox.box import Backend
    from autograder.store.database import Database

JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
BoxOption = Annotated[str, typer.Option("--box", help="bubblewrap, podman, docker, or none: no protection at all.")]
LanguageOption = Annotated[
    Optional[str], typer.Option("--lang", help="zh, en or another of the course; its first by default.")
]


RULES_CHANGED = Text(
    zh="规则变了；已经打过的卡按当时的规则算。受影响的人：autograder rules --last",
    en="the rules changed; earlier check-ins are judged by the rules that held then. Who is affected: autograder rules --last",
)
NO_LANGUAGE = Text(zh="语言是 {known} 之一，不是 {chosen!r}", en="the language is one of {known}, not {chosen!r}")
NOT_OF_COURSE = Text(
    zh="这门课没有 {chosen!r} 的文本；course.yml 的 languages 有：{known}",
    en="the course has no texts in {chosen!r}; languages in course.yml has: {known}",
)
NO_BOX = Text(zh="--box 是 {known} 之一，不是 {given!r}", en="--box is one of {known}, not {given!r}")
MARKED = Text(zh="{who}，第 {week} 周：{mark}", en="{who}, week {week}: {mark}")


class UsageError(AutograderError):
    """An option that fits nothing."""


def chosen_language(given: str | None, default: Language, of_course: Iterable[Language] = ()) -> Language:
    """Return the language of an option, else of AUTOGRADER_LANG, else `default`: the kit's, or one of the course."""
    chosen = given or os.environ.get("AUTOGRADER_LANG") or default
    known = list(dict.fromkeys((*LANGUAGES, default, *of_course)))
    if chosen not in known:
        raise UsageError(NO_LANGUAGE.format(known=", ".join(known), chosen=chosen))
    return chosen


def said_by_hand(given: str | None) -> bool:
    """Return True if a language was chosen by an option or by AUTOGRADER_LANG."""
    return bool(given or os.environ.get("AUTOGRADER_LANG"))


def said_language(given: str | None, default: Language, of_course: Iterable[Language] = ()) -> Language:
    """Return the language in which a verb speaks to a student: `chosen_language`, or what the console can show of it."""
    return chosen_language(given, shown_language(default), (default, *of_course))


def written_language(given: str | None, course: Course) -> Language:
    """Return the language in which something of the course is written: of an option, else the course's own."""
    chosen = given or os.environ.get("AUTOGRADER_LANG")
    if given and given not in course.languages:
        raise UsageError(NOT_OF_COURSE.format(known=", ".join(course.languages), chosen=given))
    return chosen if chosen in course.languages else course.language


def chosen_backend(given: str, *, unprotected: bool = False) -> Backend:
    """Return the back end of an option; unprotected: `none` may be chosen, too."""
    from autograder.sandbox.box import BACKENDS

    for backend in BACKENDS:
        if backend == given and (unprotected or backend != "none"):
            return backend
    known = [backend for backend in BACKENDS if unprotected or backend != "none"]
    raise UsageError(NO_BOX.format(known=", ".join(known), given=given))


def course_here(lang: str | None) -> tuple[Path, Course, Language]:
    """Return the folder of the course around the working folder, the course, and the language in which to speak."""
    from autograder.course import find_course, load_course

    root = find_course(Path.cwd())
    course = load_course(root)
    return root, course, said_language(lang, course.language, course.languages)


def staff_here(lang: str | None) -> tuple[Path, Course, Language]:
    """Return the same as `course_here`, for verbs of staff alone where course.yml names some."""
    from autograder.checkin.identity import check_staff

    root, course, _ = course_here(lang)
    check_staff(course.staff)
    return root, course, chosen_language(lang, course.language, course.languages)  # files are written in it, too


def class_here(lang: str | None, *, tell: bool = True) -> tuple[Path, Course, Language]:
    """Return the same as `staff_here`, with the course as it applies: what a TA must confirm first is held, and told."""
    from autograder.store.opening import class_database
    from autograder.store.place import has_class_database

    root, course, language = staff_here(lang)
    if not has_class_database(root):
        return root, course, language
    with class_database(root) as database:
        return root, applied(course, database, language if tell else None), language


def applied(course: Course, database: Database, language: Language | None = None) -> Course:
    """Return a course as it applies in the class; in a language, what of course.yml is held is told."""
    from autograder.checkin.held import held
    from autograder.store.notices import rules_since

    with database.reading() as connection:
        found = held(course, rules_since(connection))
    for line in found.said if language else ():
        progress(f"!! {line.to(language or course.language)}")
    return found.course


def name_strangers(database: Database, students: Iterable[str], language: Language) -> None:
    """Name the ids that handed in and are not on the class list, each with those that may be meant."""
    from autograder.checkin.arrivals import not_listed
    from autograder.store.roster import class_list

    with database.reading() as connection:
        known = class_list(connection)
        lines = [not_listed(connection, one) for one in sorted(set(students) - known.keys())] if known else []
    for line in lines:
        progress(f"! {line.to(language)}")


def say(*lines: str) -> None:
    """Print lines to standard output. Whatever a name or a message holds, each is one line of plain text."""
    print("".join(f"{one_line(line)}\n" for line in lines), end="", flush=True)


def progress(text: str) -> None:
    """Print a line of progress or of trouble to stderr, as `say` does."""
    print(f"{one_line(text)}\n", end="", file=sys.stderr, flush=True)  # in one piece: threads tell theirs, too


def say_json(value: Any, indent: int | None = 1) -> None:
    """Print JSON to standard output; what a terminal would obey stands as an escape, which means the same in JSON."""
    say_text(json_text(value, indent))


def say_text(text: str) -> None:
    """Print what `json_text` made."""
    print(text, flush=True)


def tell_new_rules(course: Course, database: Database, now: datetime, language: Language) -> None:
    """Keep the rules of course.yml where they changed, and say what changed and how to see who is affected."""
    from autograder.checkin.history import keep_rules
    from autograder.checkin.rulebook import rules_of
    from autograder.store.audit import actor_name
    from autograder.store.notices import rules_since

    with database.reading() as connection:
        known = rules_since(connection)
    if known and known[-1].rules == rules_of(course):
        return
    with database.writing() as connection:
        changed = keep_rules(connection, course, actor_name(), now)
    for one in changed:
        progress(f"! course.yml: {one}")
    if changed:
        progress(f"! {RULES_CHANGED.to(language)}")


def tell_overwritten(database: Database, now: datetime, language: Language) -> None:
    """Say which marks and comments of formgrader others took the place of since the last command."""
    from autograder.store.overwritten import told_overwritten

    for line in told_overwritten(database, now):
        progress(f"! {line.to(language)}")


def import_notes(root: Path, course: Course, database: Database, language: Language) -> int:
    """Take the notes that lie in `submitted/<student>/checkins.json`; return how many are new.

    A bad file is named, and so is each note that does not count or stands out; the class's view of each student is
    written for them.
    """
    from autograder.checkin.arrivals import Arrival, told
    from autograder.checkin.evidence import from_text
    from autograder.checkin.service import CheckInService
    from autograder.checkin.travelling import travelling_records
    from autograder.checkin.views import write_views
    from autograder.store.alone import ABOUT, alone
    from autograder.store.roster import class_list
    from autograder.untrusted.outside import one_line

    service, new = CheckInService(course, database), 0
    with database.reading() as connection:
        names = {one.id: one.name for one in class_list(connection).values()}
    for student, path in travelling_records(root / "submitted"):
        arrival = Arrival()
        with alone(student, lambda said: progress(f"! {said.to(language)}")):
            arrival = service.import_record(student, path)
        new += len(arrival.new)
        with database.reading() as connection:
            lines = [*told(arrival.refused, names, connection), *arrival.dropped]
        lines += [ABOUT.format(who=path, said=one) for one in arrival.problems]
        for piece in arrival.new:
            said = [mark.said() for mark in from_text(piece.marks)]
            who = f"{student} {names.get(student, '')}".rstrip()
            lines += [MARKED.format(who=who, week=piece.week, mark=one) for one in said]
        for line in lines:
            progress(f"! {one_line(line.to(language))}")
    write_views(course, database, root, service.clock())
    return new


@contextmanager
def class_service(lang: str | None = None) -> Iterator[tuple[Path, Course, CheckInService, Database]]:
    """Open the class's database of the course around the working folder; marks given in formgrader go into the log."""
    from autograder.checkin.identity import check_staff
    from autograder.checkin.service import CheckInService
    from autograder.course import find_course, load_course
    from autograder.store.marks import log_marks
    from autograder.store.opening import class_database

    root = find_course(Path.cwd())
    written = load_course(root)
    check_staff(written.staff)
    with class_database(root) as database:
        language = chosen_language(lang, written.language, written.languages)
        course = applied(written, database, language)
        service = CheckInService(course, database)
        log_marks(database, service.clock())
        tell_overwritten(database, service.clock(), language)
        tell_new_rules(course, database, service.clock(), language)
        yield root, course, service, database
