"""The board, as a class keeps it and as a student joins it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.checkin import StudentOption, ToOption, export, me, own_service, print_late
from autograder.cli.common import JsonOption, LanguageOption, applied, course_here, progress, say, say_json
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.checkin.board import Place
    from autograder.checkin.own import OwnCheckIns
    from autograder.checkin.service import CheckInService
    from autograder.course import Course

NO_BOARD = Text(zh="这门课没有排行榜", en="this course has no board")
BOARD_EMPTY = Text(zh="排行榜上还没有人", en="nobody is on the board yet")
FEW_ON_BOARD = Text(
    zh="上榜的人不到十个，只显示得分所在的十分段", en="fewer than ten are on the board, so points are shown by tens"
)
BOARD_AWAY = Text(
    zh="排行榜在班级那里；你{state}。下次提交时送到。",
    en="the board is kept by the class; you {state}. This is sent with your next hand-in.",
)
JOINED = Text(zh="以“{pseudonym}”之名参加", en="take part as {pseudonym!r}")
NOT_JOINED = Text(zh="没有参加 (--join 化名)", en="do not take part (--join PSEUDONYM)")
TAKEN = Text(zh="化名“{pseudonym}”已经有人用了", en="the pseudonym {pseudonym!r} is taken")


def board(
    join: Annotated[str | None, typer.Option(help="Take part under this pseudonym.")] = None,
    leave: Annotated[bool, typer.Option("--leave", help="Take part no more.")] = False,
    student: StudentOption = None,
    to: ToOption = None,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Show the board: who wants it, by pseudonym; by completion, then points, then the last full mark."""
    from autograder.checkin.board import ranking
    from autograder.checkin.identity import is_class

    root, course, language = course_here(lang)
    if not course.board.enabled:
        progress(NO_BOARD.to(language))
        raise typer.Exit(1)
    if not is_class(root, course.staff):
        _own_place(root, course, language, student, to, join, leave, as_json)
        return
    from autograder.checkin.service import CheckInService
    from autograder.store.opening import class_database

    with class_database(root) as database:
        course = applied(course, database)
        service = CheckInService(course, database)
        if join is not None or leave:
            who, _, _ = me(root, course, language, student, to)
            _join_or_leave(service, who, join, leave, language)
        standings = ranking(service.on_the_board())
        own = service.summary(student) if student is not None else None
    _print_board(course, standings, student or "", as_json, language)
    if own is not None and not as_json:
        print_late(course, own, language)


def _own_place(
    root: Path,
    course: Course,
    language: Language,
    student: str | None,
    to: Path | None,
    join: str | None,
    leave: bool,
    as_json: bool,
) -> None:
    """Join or leave on a student's own machine, and say how they stand: the board itself is kept by the class."""
    from autograder.checkin.board import pseudonym_of

    who, target, _ = me(root, course, language, student, to)
    with own_service(root, course, who, target) as service:
        _join_or_leave(service, who, join, leave, language)
        export(service, who, target, language)
        summary = service.summary(who)
    mine = pseudonym_of(summary.ledger.actions)
    if as_json:
        say_json({"pseudonym": mine, "board": None}, indent=None)
        return
    state = JOINED.to(language).format(pseudonym=mine) if mine else NOT_JOINED.to(language)
    say(BOARD_AWAY.to(language).format(state=state))
    print_late(course, summary, language)


def _join_or_leave(
    service: CheckInService | OwnCheckIns, who: str, join: str | None, leave: bool, language: Language
) -> None:
    if join is not None and not service.join_board(who, join):
        progress(TAKEN.to(language).format(pseudonym=join))
        raise typer.Exit(1)
    if leave:
        service.leave_board(who)


def _print_board(course: Course, standings: tuple[Place, ...], student: str, as_json: bool, language: Language) -> None:
    """Print the best places and, below them, a student with their neighbours."""
    from autograder.checkin.board import is_exact, neighbours, points_shown
    from autograder.checkin.wording import shown_moment
    from autograder.cli.course_map import padded
    from autograder.untrusted.outside import one_line

    exact, best = is_exact(standings), standings[: course.board.places]
    around = neighbours(standings, student, course.board.places)
    if as_json:
        lines = [
            {
                "place": one.place,
                "pseudonym": one.pseudonym,
                "completion": one.completion,
                "points": one.points if exact else None,
                "points_shown": points_shown(one.points, exact),
                "full_mark_at": one.full_mark_at.isoformat() if one.full_mark_at and exact else None,
            }
            for one in (*best, *around)
        ]
        say_json(lines)
        return
    if not standings:
        say(BOARD_EMPTY.to(language))
    for one in (*best, *around):
        if around and one is around[0] and around[0] is not standings[len(best)]:
            say("  …")
        moment = shown_moment(one.full_mark_at, course.zone)[:16] if one.full_mark_at and exact else ""
        name, points = padded(one_line(one.pseudonym), 26), points_shown(one.points, exact)
        me = "> " if one.student == student else "  "
        say(f"{me}{one.place:>3}  {name}{100 * one.completion:>4.0f}%  {points:>6}  {moment}".rstrip())
    if standings and not exact:
        say(FEW_ON_BOARD.to(language))
