"""Verbs for students: checkin, status, calendar."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from autograder.cli.common import JsonOption, LanguageOption, applied, course_here, progress, say, say_json
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.checkin.class_view import ClassView
    from autograder.checkin.own import OwnCheckIns
    from autograder.checkin.rules import Accepted, Refused
    from autograder.checkin.service import CheckInService
    from autograder.checkin.summary import Summary
    from autograder.course import Course

StudentOption = Annotated[
    Optional[str],
    typer.Option("--student", help="Your student id; AUTOGRADER_STUDENT or .autograder/me.yml by default."),
]

ToOption = Annotated[
    Optional[Path],
    typer.Option("--to", help="The class's folder; what was said last, else submitted/ of this course, by default."),
]

DONE = Text(zh="✓ 第 {week} 周：{status}", en="✓ week {week}: {status}")
NOT_DONE = Text(zh="○ 第 {week} 周：{status}", en="○ week {week}: {status}")
AGAIN = Text(zh="✓ 第 {week} 周已经打过卡：{status}", en="✓ week {week} was checked in before: {status}")
PROOF = Text(zh="  凭据：{proof}", en="  proof: {proof}")
NOTE = Text(zh="说明", en="a note")
SUBMISSION = Text(zh="提交", en="a submission")
PENDING = Text(
    zh="  还差另一半：提交和说明都要有", en="  only one half is done: this week needs a submission and a note"
)
WAITING = Text(
    zh="  提交要评分后达到 {points:g} 分才算数", en="  the submission counts once it is graded with {points:g} {unit}"
)
WAITS = Text(
    zh="◌ 第 {week} 周：提交要评分后达到 {points:g} 分才算打卡",
    en="◌ week {week}: counts once it is graded with {points:g} {unit}",
)
WHICH = Text(zh="这条说明是给哪一周的？", en="Which week is this note for?")
TO_DO = Text(
    zh='还没有打卡。交一次作业，或者 autograder checkin -m "本周做了什么"',
    en='Not checked in yet. Hand something in, or: autograder checkin -m "what you did this week"',
)
KEPT = Text(zh="记录在 {path}，由班级读取", en="kept in {path}, from where the class reads it")
MERGED = Text(
    zh="另一台设备写的 {count} 条说明已并入 ({path})", en="{count} notes of another device were merged ({path})"
)
PUT_ASIDE = Text(
    zh="{path} 读不出来，已移到 {aside}；新的已写好",
    en="{path} could not be read and was moved to {aside}; a new one was written",
)
REFUSED = Text(
    zh="✗ 班级没有接受第 {week} 周的说明：{why}：“{note}”",
    en="✗ the class refused your note of week {week}: {why}: “{note}”",
)
NOTICED = Text(zh="! 第 {week} 周的说明：{mark}", en="! your note of week {week}: {mark}")
VOIDED = Text(zh="✗ 第 {week} 周被助教作废：{reason}", en="✗ a TA took week {week} back: {reason}")
WRITTEN = Text(zh="{path}: {count} 个截止时间", en="{path}: {count} deadlines")


def me(
    root: Path, course: Course, language: Language, student: str | None, to: Path | None = None
) -> tuple[str, Path, bool]:
    """Return who the student is, where their hand-ins go, and whether this is the class; what is given is remembered."""
    from autograder.checkin.identity import check_not_mistyped, is_class, remember, target_of, whoami

    of_class = is_class(root, course.staff)
    who = whoami(root, student)
    if not of_class:
        check_not_mistyped(root, who)
        for line in remember(root, student, to):
            progress(line.to(language))
    return who, target_of(root, to), of_class


@contextmanager
def student_service(
    root: Path, course: Course, who: str, target: Path, of_class: bool
) -> Iterator[CheckInService | OwnCheckIns]:
    """Open the check-ins of a student: the class's, or their own with what the class said last; an unknown id is refused."""
    if of_class:
        from autograder.checkin.arrivals import is_listed, not_listed
        from autograder.checkin.service import CheckInService
        from autograder.checkin.travelling import TravellingRecordError
        from autograder.store.opening import class_database

        with class_database(root) as database:
            with database.reading() as connection:
                if not is_listed(connection, who):
                    raise TravellingRecordError(not_listed(connection, who))
            yield CheckInService(applied(course, database), database)
        return
    with own_service(root, course, who, target) as own:
        yield own


@contextmanager
def own_service(root: Path, course: Course, who: str, target: Path) -> Iterator[OwnCheckIns]:
    """Open a student's own record of check-ins, with what the class said last."""
    from autograder.checkin.class_view import read_view
    from autograder.checkin.own import OwnCheckIns
    from autograder.store.own import OwnRecord
    from autograder.store.place import own_folder

    view = read_view(who, (root / "feedback", target.parent / "feedback"))
    with OwnRecord(own_folder(root)) as record:
        yield OwnCheckIns(course, record, view=view)


def export(service: CheckInService | OwnCheckIns, who: str, target: Path, language: Language) -> None:
    """Write the travelling record of a student's own machine, and say what was merged or put aside; a class has none."""
    from autograder.checkin.own import OwnCheckIns

    if not isinstance(service, OwnCheckIns):
        return
    done = service.export_record(who, target / who)
    if done.merged:
        progress(MERGED.to(language).format(count=done.merged, path=done.path))
    if done.aside is not None:
        progress(PUT_ASIDE.to(language).format(path=done.path, aside=done.aside))


def view_of(service: CheckInService | OwnCheckIns) -> ClassView | None:
    """Return what the class said last to a student, on their own machine."""
    from autograder.checkin.own import OwnCheckIns

    return service.view if isinstance(service, OwnCheckIns) else None


def checkin(
    message: Annotated[str, typer.Option("-m", "--message", help="What you did this week, in a few words.")] = "",
    week: Annotated[int | None, typer.Option(help="The week; the open one by default.")] = None,
    reason: Annotated[str, typer.Option(help="Why a week that is over is made up (补卡).")] = "",
    student: StudentOption = None,
    to: ToOption = None,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Check in for the week (打卡): what counted, the streak, the time left; exit code 1 while the week is not done."""
    from autograder.checkin.rules import Refused

    root, course, language = course_here(lang)
    who, target, of_class = me(root, course, language, student, to)
    with student_service(root, course, who, target, of_class) as service:
        if message and week is None and not as_json and sys.stdin.isatty():
            week = _chosen_week(service, who, language)
        outcome, new = service.note(who, message, week=week, reason=reason) if message else (None, False)
        if message:
            export(service, who, target, language)
        summary = service.summary(who)
        kept = message and not isinstance(outcome, Refused)
        if not as_json and kept and not of_class:
            say(KEPT.to(language).format(path=target / who / "checkins.json"))
        _report(course, service, summary, outcome, new, as_json, language, week)


def _chosen_week(service: CheckInService | OwnCheckIns, student: str, language: Language) -> int | None:
    """Ask for which week a note is where more than one is possible: one that is late, and the open one."""
    from autograder.checkin.wording import STATUS_WORDS

    possible = service.weeks_for_a_note(student)
    if len(possible) < 2:
        return None
    numbers = [one.week for one in possible]
    for one in possible:
        say(f"  {one.week}  {STATUS_WORDS[one.status].to(language)}")
    answer = 0
    while answer not in numbers:
        answer = int(typer.prompt(f"{WHICH.to(language)} ({'/'.join(map(str, numbers))})", type=int))
    return answer


def _report(
    course: Course,
    service: CheckInService | OwnCheckIns,
    summary: Summary,
    outcome: Accepted | Refused | None,
    new: bool,
    as_json: bool,
    language: Language,
    week: int | None,
) -> None:
    """Print what a check-in gave; ends with exit code 1 where the week is not done."""
    from autograder.checkin.record import summary_record
    from autograder.checkin.rules import Accepted, Refused
    from autograder.checkin.status import DONE as DONE_STATUSES
    from autograder.checkin.status import Status
    from autograder.untrusted.outside import one_line

    now = service.clock()
    number = outcome.checkin.week if isinstance(outcome, Accepted) else week
    shown = next((w for w in summary.weeks if w.week == number), None)
    if number is None:
        begun = [w for w in summary.weeks if w.status is not Status.UPCOMING]
        shown = next((w for w in begun if w.status in (Status.OPEN, Status.WAITING)), begun[-1] if begun else None)
    done = shown is not None and shown.status in DONE_STATUSES and not isinstance(outcome, Refused)
    if as_json:
        said: dict[str, object] = {"accepted": not isinstance(outcome, Refused), "new": new, "done": done}
        if isinstance(outcome, Refused):
            said["why"] = outcome.why.to(language)
        said["week"] = shown.week if shown else None
        say_json({**said, "status": summary_record(course, summary, now, language)})
    else:
        say(one_line(f"{summary.student.id} {summary.student.name}".rstrip()))
        if isinstance(outcome, Refused):
            progress(f"✗ {outcome.why.to(language)}")
        elif shown is not None:
            _print_week(course, summary, shown.week, new or outcome is None, done, language)
        _print_figures(course, summary, service, language)
    if not done and (course.checkins or isinstance(outcome, Refused)):
        raise typer.Exit(1)


def _print_week(course: Course, summary: Summary, number: int, new: bool, done: bool, language: Language) -> None:
    from autograder.checkin.status import HANDED_IN, Status
    from autograder.checkin.weeks import proof_of
    from autograder.checkin.wording import STATUS_WORDS

    shown = next(one for one in summary.weeks if one.week == number)
    pieces = [piece for piece in summary.ledger.checkins if piece.week == number]
    week = course.week(number)
    assert week is not None
    if done:
        say((DONE if new else AGAIN).to(language).format(week=number, status=STATUS_WORDS[shown.status].to(language)))
    elif pieces:
        say(NOT_DONE.to(language).format(week=number, status=STATUS_WORDS[shown.status].to(language)))
        if proof_of(course, week).proof == "both" and len({piece.kind for piece in pieces}) < 2:
            say(PENDING.to(language))
    elif shown.status is not Status.LATE_OPEN:
        say(TO_DO.to(language))
    kinds = [(SUBMISSION if piece.kind == "submission" else NOTE).to(language) for piece in pieces]
    if kinds:
        say(PROOF.to(language).format(proof=", ".join(dict.fromkeys(kinds))))
    if any(piece.proof.startswith(HANDED_IN) for piece in pieces):
        say(waiting(proof_of(course, week).points).to(language))


def waiting(points: float) -> Text:
    """Return what is said of a hand-in without points yet."""
    return WAITING.format(points=points, unit="point" if points == 1 else "points")


def said_by_the_class(summary: Summary, view: ClassView | None) -> list[Text]:
    """Return what a student must know of the class's view: refused notes, weeks taken back, notes that stand out."""
    from autograder.checkin.evidence import from_text
    from autograder.checkin.status import holding

    lines = [
        VOIDED.format(week=one.week, reason=void.reason)
        for one in summary.weeks
        if (void := holding([a for a in summary.ledger.actions if a.week == one.week], "void"))
    ]
    for one in summary.weeks:
        lines += [NOTICED.format(week=one.week, mark=mark.said()) for mark in from_text(one.marks)]
    refused = view.refused if view else ()
    return lines + [REFUSED.format(week=one.week, why=one.why, note=one.note[:30]) for one in refused]


def _print_figures(course: Course, summary: Summary, service: CheckInService | OwnCheckIns, language: Language) -> None:
    from autograder.cli.course_map import figures, next_deadline
    from autograder.untrusted.outside import one_line

    now = service.clock()
    say(figures(course, summary, now).to(language))
    for said in said_by_the_class(summary, view_of(service)):
        say(one_line(said.to(language)))
    print_late(course, summary, language)
    if upcoming := next_deadline(course, summary, now):
        say(upcoming.to(language))


def status(
    student: StudentOption = None, to: ToOption = None, as_json: JsonOption = False, lang: LanguageOption = None
) -> None:
    """Show the course as a map: chapters with points, weeks as a heat map, what is next."""
    from autograder.checkin.record import summary_record
    from autograder.checkin.requests import request_line, request_record
    from autograder.store.place import own_folder
    from autograder.submission.receipts import receipts_of

    root, course, language = course_here(lang)
    who, target, of_class = me(root, course, language, student, to)
    with student_service(root, course, who, target, of_class) as service:
        summary, now, asked, view = service.summary(who), service.clock(), service.asked(who), view_of(service)
    receipts = [] if of_class else receipts_of(own_folder(root), who)
    if as_json:
        record = {**summary_record(course, summary, now, language), "requests": list(map(request_record, asked))}
        say_json({**record, "receipts": list(map(vars, receipts))})
        return
    from autograder.cli.course_map import console, student_map
    from autograder.untrusted.outside import one_line

    shown = console()
    sent, graded = {one.chapter: one.moment for one in receipts}, view.graded if view else {}
    for line in student_map(course, summary, now, language, sent, graded):
        shown.print(line)
    if asked:
        shown.print()
    for one in asked:
        shown.print(one_line(request_line(one).to(language)))
    for said in said_by_the_class(summary, view):
        say(one_line(said.to(language)))


def print_late(course: Course, summary: Summary, language: Language) -> None:
    """Print which weeks still count as late, with the command for each."""
    from autograder.cli.course_map import late_weeks

    for late in late_weeks(course, summary):
        say(late.to(language))


def calendar(
    ics: Annotated[Path | None, typer.Option("--ics", help="Write a calendar file; - is standard output.")] = None,
    student: StudentOption = None,
    to: ToOption = None,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Show all deadlines, or write them as a calendar file with reminders (--ics FILE)."""
    from autograder.checkin.deadlines import deadlines
    from autograder.checkin.identity import IdentityError
    from autograder.checkin.weeks import utc_now
    from autograder.checkin.wording import shown_moment
    from autograder.writing import unfinished

    root, course, language = course_here(lang)
    summary = None
    try:  # deadlines that a TA moved for this student, where it is known who that is
        who, target, of_class = me(root, course, language, student, to)
        with student_service(root, course, who, target, of_class) as service:
            summary = service.summary(who)
    except IdentityError:
        if student is not None:
            raise
    now = utc_now()
    found = deadlines(course, now, summary)
    if ics is not None:
        from autograder.checkin.calendar_file import calendar_file, entries_before

        if str(ics) == "-":
            sys.stdout.buffer.write(calendar_file(course, found, now, language))
            return
        before = entries_before(course, ics)
        with unfinished(ics) as beside:
            beside.write_bytes(calendar_file(course, found, now, language, before))
        say(WRITTEN.to(language).format(path=ics, count=len(found)))
    elif as_json:
        lines = [{"id": one.uid, "title": one.title.to(language), "due": one.due.isoformat()} for one in found]
        say_json(lines)
    else:
        for one in found:
            say(f"{shown_moment(one.due, course.zone)}  {one.title.to(language)}")
