"""Verbs for TAs: collect what a class handed in elsewhere, and correct when something came."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.common import LanguageOption, UsageError, class_here, progress, say, say_json
from autograder.cli.screen import heading_said, totals_said
from autograder.text import Language, Text
from autograder.untrusted.outside import json_text, one_line

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.handin.bundles import State
    from autograder.handin.collecting import Collecting, Item

MAX_SHOWN = 40  # of one state
STATES: dict[State, Text] = {
    "placed": Text(zh="放好", en="placed"),
    "unchanged": Text(zh="已有，不变", en="unchanged"),
    "unknown": Text(zh="不知道是谁的", en="unknown"),
    "ambiguous": Text(zh="可能是几个人", en="ambiguous"),
    "double": Text(zh="一人几份", en="double"),
    "unreadable": Text(zh="读不了", en="unreadable"),
    "wrong_chapter": Text(zh="别的章节", en="wrong chapter"),
    "not_a_hand_in": Text(zh="不是作业", en="not a hand-in"),
    "missing": Text(zh="没有交", en="missing"),
}
LATE = Text(zh="迟交：{count}", en="late: {count}")
LATE_LINE = Text(zh="  {student} {moment} ({source})", en="  {student} {moment} ({source})")
MAX_ASKED = 60  # at a time: nobody answers hundreds
IS_IT = Text(zh="{source}: 是 {who} 吗？", en="{source}: is it {who}?")
ASK = Text(zh="放好 {count} 份吗？", en="Place {count} of them?")
SAY_YES = Text(
    zh="以上是预览，什么也没有写；加 --yes 才放", en="this is a preview, nothing was written; add --yes to place them"
)
NOTHING_NEW = Text(zh="没有新的可放", en="nothing new to place")
NO_LIST = Text(
    zh="班级名单是空的：先 autograder import-roster 名单.csv",
    en="the class list is empty; first: autograder import-roster FILE.csv",
)
BAD_PATTERN = Text(
    zh="--pattern {given!r}: {why}；写成 '{{id}}-{{name}}*'，或带 (?P<student_id>…) 的正则表达式",
    en="--pattern {given!r}: {why}; write it like '{{id}}-{{name}}*', or as a regular expression with (?P<student_id>…)",
)
NO_PATH = Text(zh="{path}: 没有这个文件或文件夹", en="{path}: there is no such file or folder")


def collect(
    paths: Annotated[
        list[Path], typer.Argument(help="Folders, zips and files as they came; a worksheet (CSV) joins ids.")
    ],
    chapter: Annotated[str, typer.Option(help="The chapter's id.")],
    received: Annotated[
        str | None, typer.Option(help="When all of it came: 2026-10-11T20:00, in the course's zone.")
    ] = None,
    table: Annotated[
        list[Path] | None, typer.Option(help="A survey's table (CSV, xlsx): whose each file is. May be repeated.")
    ] = None,
    pattern: Annotated[
        str | None, typer.Option(help="How names are made: '{id}-{name}*', or nbgrader's regular expression.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Place without asking.")] = False,
    json_file: Annotated[
        str | None, typer.Option("--json", help="Write the list as JSON; - is standard output.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Collect what came by Moodle, Canvas, Blackboard, nbgrader, mail or chat: shows a preview, asks, then places it."""
    from autograder.checkin.decisions import moment_from
    from autograder.course.wording import no_chapter
    from autograder.grading.classroom import signs_of_course
    from autograder.handin.claims import compiled_pattern
    from autograder.handin.collecting import Collecting, newest_digests
    from autograder.handin.matching import ClassList
    from autograder.handin.placing import Shelf
    from autograder.handin.teams import read_teams
    from autograder.store.audit import actor_name
    from autograder.store.handins import moments
    from autograder.store.opening import class_database
    from autograder.store.roster import class_list

    root, course, language = class_here(lang)
    if course.chapter(chapter) is None:
        raise UsageError(no_chapter(chapter, (entry.id for entry in course.chapters)))
    for path in (*paths, *(table or ())):
        if not path.exists():
            raise UsageError(NO_PATH.format(path=path))
    try:
        made = compiled_pattern(pattern) if pattern else None
    except ValueError as error:
        raise UsageError(BAD_PATTERN.format(given=pattern, why=error)) from error
    moment = moment_from(received, course) if received else None
    with class_database(root) as database:
        with database.reading() as connection:
            students = ClassList(class_list(connection).values())
            known = {(student, digest) for student, _, digest in moments(connection, chapter=chapter)}
        if not students.students:
            raise UsageError(NO_LIST)
        teams = read_teams(root, chapter, students)
        hidden = root / ".autograder"
        hidden.mkdir(exist_ok=True)
        shelf = Shelf(root, course, database, actor_name())
        with tempfile.TemporaryDirectory(prefix="collect.", dir=hidden) as staging:
            known |= newest_digests(shelf, students.students, chapter)
            signs = signs_of_course(root, course)
            call = Collecting(course, chapter, students, signs, shelf, Path(staging), known, moment, made, teams)
            items = call.look(paths, table or ())
            if json_file != "-":
                _preview(items, course, language, {one.id: one.name for one in students.students.values()})
            if sys.stdin.isatty() and not yes:
                items = _answered(call, items, language)
            code = _place(call, items, yes, json_file == "-", language)
    records = [item.record(language, course) for item in items]
    if json_file == "-":
        say_json(records)
    elif json_file:
        Path(json_file).write_text(json_text(records) + "\n", "utf-8")
    raise typer.Exit(code)


def _answered(call: Collecting, items: list[Item], language: Language) -> list[Item]:
    """Ask about each file of which one student alone may be meant; return the items as they are answered."""
    asked = [item for item in items if item.maybe and item.state == "ambiguous"]
    meant = []
    for item in asked[:MAX_ASKED]:
        student = call.students.students[str(item.maybe.student if item.maybe else "")]
        who = f"{student.id} {student.name}".rstrip()
        if typer.confirm(one_line(IS_IT.format(source=item.source, who=who).to(language)), default=False):
            meant.append(item)
    return call.taken_for(items, meant) if meant else items


def _place(call: Collecting, items: list[Item], yes: bool, quiet: bool, language: Language) -> int:
    """Ask and write; what could not be written is changed in `items`. Return the exit code."""
    from autograder.store.audit import actor_name

    count = sum(item.state == "placed" for item in items)
    if count and not yes and not sys.stdin.isatty():
        progress(SAY_YES.to(language))
        return 1
    if count and not yes and not typer.confirm(ASK.format(count=count).to(language)):
        return 1
    if not count and not quiet:
        say(NOTHING_NEW.to(language))
    done = {(item.source, item.student): item for item in call.write(items, actor_name())}
    before, items[:] = list(items), [done.get((item.source, item.student), item) for item in items]
    for was, item in zip(before, items):
        if item.why and item.why != was.why:  # said while it was written
            progress(f"! {item.student}: {item.why.to(language)}")
    return 1 if any(item.look for item in items) else 0


def _preview(items: Sequence[Item], course: Course, language: Language, names: Mapping[str, str]) -> None:
    dates = course.chapter(items[0].chapter) if items else None
    counts = Counter(item.state for item in items)
    say(totals_said(STATES, counts, language))
    for state in STATES:
        own = [item for item in items if item.state == state and (state not in ("placed", "unchanged") or item.why)]
        if not own:
            continue
        say(heading_said(STATES[state], language))
        for item in own[:MAX_SHOWN]:
            why = item.why.to(language) if item.why and state != "missing" else ""
            source = names.get(item.student or "", "") if state == "missing" else item.source
            say("  " + "  ".join(part for part in (item.student or "", source, why) if part))
        if len(own) > MAX_SHOWN:
            say(f"  … {len(own) - MAX_SHOWN}")
    new = [item for item in items if item.state == "placed"]  # what the class has already keeps its moment
    late = [item for item in new if dates and item.received and item.received > dates.due]
    if late:
        say(LATE.format(count=len(late)).to(language))
    for item in late[:MAX_SHOWN]:
        assert item.received is not None
        shown = item.received.astimezone(course.zone).strftime("%Y-%m-%d %H:%M")
        say(LATE_LINE.format(student=item.student, moment=shown, source=item.received_from).to(language))
