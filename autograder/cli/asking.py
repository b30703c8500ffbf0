"""The verbs with which students ask for a make-up or leave, and TAs answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.checkin import StudentOption, ToOption, export, me, student_service
from autograder.cli.common import (
    JsonOption,
    LanguageOption,
    UsageError,
    chosen_language,
    class_service,
    course_here,
    import_notes,
    progress,
    say,
    say_json,
)
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.checkin.requests import Asked
    from autograder.checkin.summary import Summary
    from autograder.course import Course

WHAT = Text(
    zh="申请什么：autograder ask makeup --week 3 --reason …，或者 autograder ask leave --weeks 3-5 --reason …",
    en="say what you ask for: autograder ask makeup --week 3 --reason …, or autograder ask leave --weeks 3-5 --reason …",
)
ASKED = Text(zh="✓ 已申请第 {weeks} 周{wish}", en="✓ asked for {wish} in week {weeks}")
BEFORE = Text(zh="第 {weeks} 周已经申请过{wish}", en="{wish} in week {weeks} was asked for before")
TRAVELS = Text(
    zh="申请随下一次提交交给班级；助教答复后 autograder status 会显示",
    en="it is sent to the class with your next hand-in; autograder status shows the answer",
)
NONE = Text(zh="没有申请", en="no requests")
IN_QUEUE = Text(zh="{count} 个申请等待答复", en="{count} requests wait for an answer")
HOW = Text(
    zh="答复：autograder answer 编号 --yes，或者 --no --reason …",
    en="To answer: autograder answer NUMBER --yes, or --no --reason …",
)
LINE = Text(zh="申请第 {weeks} 周{wish} ({state})", en="asks for {wish} in week {weeks} ({state})")
APPEAL = Text(zh="对 {chapter} 的成绩申诉 ({state})", en="appeals about {chapter} ({state})")
COUNTS = Text(
    zh="第 {number} 次提交算数，{points:g}/{most:g} 分", en="attempt {number} counts, {points:g}/{most:g} points"
)
NOT_COUNTED = Text(zh="没有算数的分", en="no points count")
ABOUT_ATTEMPT = Text(zh="说的是第 {number} 次提交", en="it is about attempt {number}")
ABOUT_UNKNOWN = Text(zh="说的那次提交班级没有评过分", en="the hand-in that it is about was not graded here")
NO_POINTS_YET = Text(
    zh="答复本身不改分；要改：在 formgrader 里改人工评分，或者 autograder choose (哪一次算数)，received (什么时候交的)，"
    "reopen 或 excuse (截止时间，迟交扣分)",
    en="the answer itself changes no points; what does: a mark in formgrader, or autograder choose (which attempt counts), "
    "received (when it came), reopen or excuse (the deadline, what lateness costs)",
)
LEFT = Text(zh="本月还可补卡 {left} 次", en="make-ups left this month: {left}")
YES_OR_NO = Text(zh="请加 --yes 或 --no，二者之一", en="add either --yes or --no")


def ask(
    wish: Annotated[str | None, typer.Argument(help="makeup or leave; without it what you asked for is shown.")] = None,
    weeks: Annotated[str, typer.Option("--weeks", "--week", help="3 or 3-5 or 2,4-6.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; the TAs and the audit log see it.")] = "",
    student: StudentOption = None,
    to: ToOption = None,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Ask the TAs for a make-up (补卡) or for leave (请假); without words, show what you asked for and the answers."""
    from autograder.checkin.requests import WISH_WORDS, WISHES, request_record
    from autograder.checkin.weeks import week_numbers

    root, course, language = course_here(lang)
    if wish is not None and (wish not in WISHES or not weeks):
        raise UsageError(WHAT)
    who, target, of_class = me(root, course, language, student, to)
    with student_service(root, course, who, target, of_class) as service:
        new = 0
        if wish is not None:
            new = service.ask(who, wish, week_numbers(weeks), reason)
            export(service, who, target, language)
        found = [one for one in service.asked(who) if one.wish != "appeal"]
    if as_json:
        say_json([request_record(one) for one in found])
    elif wish is not None:
        say((ASKED if new else BEFORE).format(weeks=weeks, wish=WISH_WORDS[wish]).to(language))
        if not of_class:
            say(TRAVELS.to(language))
    else:
        _print_mine(found, language)


def _print_mine(found: Sequence[Asked], language: Language) -> None:
    from autograder.checkin.requests import request_line
    from autograder.untrusted.outside import one_line

    if not found:
        say(NONE.to(language))
    for one in found:
        say(one_line(request_line(one).to(language)))


def answer(
    numbers: Annotated[list[int] | None, typer.Argument(help="Requests; without any the queue is shown.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Grant them.")] = False,
    no: Annotated[bool, typer.Option("--no", help="Decline them; the student reads the reason.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="What the student and the audit log read.")] = "",
    beyond: Annotated[bool, typer.Option("--beyond", help="Grant them beyond what the course allows.")] = False,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Show what students ask for and appeal about, and answer it; a granted request becomes leave or a make-up."""
    from autograder.checkin.answering import answer as give
    from autograder.checkin.answering import queue
    from autograder.checkin.decisions import StaffDecisions
    from autograder.checkin.requests import request_line, request_record
    from autograder.errors import AutograderError
    from autograder.store.audit import actor_name

    with class_service(lang) as (root, course, service, database):
        language = chosen_language(lang, course.language, course.languages)
        if not numbers:
            import_notes(root, course, database, language)  # what came since `grade` read them last
            waiting = queue(database)
            summaries = {one.student: service.summary(one.student) for one in waiting}
            _print_queue(course, waiting, summaries, service.clock(), as_json, language)
            return
        if yes == no:
            raise UsageError(YES_OR_NO)
        decisions = StaffDecisions(course, database, actor_name(), service.clock)
        answered, failed = [], False
        for number in dict.fromkeys(numbers):
            try:
                answered.append(give(decisions, number, grant=yes, reason=reason, beyond=beyond))
            except AutograderError as error:
                failed = True
                progress(f"✗ {number}: {error.said.to(language)}")
    if as_json:
        say_json([request_record(one) for one in answered])
    for one in () if as_json else answered:
        say(f"✓ {one.number} {one.student}: {request_line(one).to(language)}")
    if not as_json and any(one.wish == "appeal" and yes for one in answered):
        say(NO_POINTS_YET.to(language))
    if failed:
        raise typer.Exit(1)


def _print_queue(
    course: Course,
    waiting: Sequence[Asked],
    summaries: dict[str, Summary],
    now: datetime,
    as_json: bool,
    language: Language,
) -> None:
    from autograder.checkin.requests import WISH_WORDS, request_record
    from autograder.checkin.rules import makeups_left
    from autograder.checkin.weeks import month_of
    from autograder.checkin.wording import STATUS_WORDS, shown_moment
    from autograder.untrusted.outside import one_line

    if as_json:
        say_json([request_record(one) for one in waiting])
        return
    say(IN_QUEUE.format(count=len(waiting)).to(language))
    for one in waiting:
        summary = summaries[one.student]
        states = [STATUS_WORDS[week.status].to(language) for week in summary.weeks if week.week in one.weeks]
        line = LINE.format(weeks=_weeks(one), wish=WISH_WORDS[one.wish], state=", ".join(dict.fromkeys(states)))
        if one.wish == "appeal":
            line = APPEAL.format(chapter=one.chapter, state=_points_said(one, summary))
        who = f"{one.student} {summary.student.name}".rstrip()
        say("", one_line(f"#{one.number}  {who}  {line.to(language)}"))
        say(one_line(f"  {one.reason}"))
        parts = [shown_moment(one.at, course.zone)]
        if one.wish == "makeup":
            ledger = summary.ledger
            left = makeups_left(course, month_of(now, course.zone), ledger.checkins, ledger.actions)
            parts.append(LEFT.format(left=left).to(language))
        say("  " + " · ".join(parts))
    if waiting:
        say("", HOW.to(language))


def _points_said(one: Asked, summary: Summary) -> Text:
    """Return what counts of the chapter that an appeal is about, and which attempt it names."""
    found = next(chapter for chapter in summary.chapters if chapter.chapter == one.chapter)
    chosen = found.choice.chosen if found.choice else None
    said = [NOT_COUNTED]
    if chosen is not None:
        said = [COUNTS.format(number=chosen.attempt.number, points=chosen.points, most=found.max_points)]
    if one.digest:
        made = found.choice.attempts if found.choice else ()
        meant = [each.attempt.number for each in made if each.attempt.digest == one.digest]
        said.append(ABOUT_ATTEMPT.format(number=meant[-1]) if meant else ABOUT_UNKNOWN)
    return Text.joined(said, "; ")


def _weeks(one: Asked) -> str:
    return ", ".join(map(str, one.weeks))
