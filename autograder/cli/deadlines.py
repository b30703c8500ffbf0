"""Verbs for TAs that move deadlines and excuse: they show who gains or loses what, and then hold."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from autograder.cli.common import LanguageOption, UsageError, chosen_language, progress, say
from autograder.cli.roster import (
    EverybodyOption,
    ReasonOption,
    RevokeOption,
    StudentArgument,
    decisions_here,
    stored,
    student_or_all,
)
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.checkin.decisions import Decided, StaffDecisions
    from autograder.checkin.rule_change import Affected

StudentsOption = Annotated[
    Optional[Path], typer.Option("--students", help="A CSV or .xlsx file with a column id: for these students.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only show who gains or loses what.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it without asking, also where somebody loses.")]
MAX_SHOWN = 40
NOBODY = Text(zh="现在没有人的打卡或分数因此改变", en="this changes nobody's weeks or points now")
COUNT = Text(zh="受影响：{count} 人，其中 {losing} 人会变少", en="students affected: {count}; {losing} of them lose")
ASK = Text(zh="有学生的打卡或分数会变少。继续吗？", en="Some students would lose weeks or points. Continue?")
SAY_YES = Text(
    zh="有学生的打卡或分数会变少，所以什么也没有写；要继续请加 --yes",
    en="some students would lose weeks or points, so nothing was written; add --yes to continue",
)
BAD_LIST = Text(
    zh="{file}: {count} 行不对，第 {line} 行：{message}", en="{file}: {count} bad rows, line {line}: {message}"
)
LATE_OF_CHAPTER = Text(zh="--late 要和 --chapter 一起用", en="--late goes with --chapter")
Decision = Callable[["StaffDecisions", Optional[str]], "Decided"]


def reopen(
    reason: ReasonOption,
    until: Annotated[
        str, typer.Option(help="The new deadline: 2026-10-11 or 2026-10-11T20:00, in the course's zone.")
    ] = "",
    week: Annotated[int | None, typer.Option(help="The week.")] = None,
    chapter: Annotated[str | None, typer.Option(help="The chapter, in place of a week.")] = None,
    student: Annotated[str | None, typer.Option(help="Only for this student; for all by default.")] = None,
    students: StudentsOption = None,
    revoke: RevokeOption = False,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    lang: LanguageOption = None,
) -> None:
    """Give a week, or a chapter, a later deadline: for one student, those of a list, or all; shows who gains what."""
    from autograder.checkin.decisions import moment_from

    with decisions_here(lang) as (decisions, course):
        moment = moment_from(until, course) if until else None
        whom = _listed(students) if students else [student]

        def decide(at: StaffDecisions, who: str | None) -> Decided:
            return at.reopen(moment, reason, week=week, chapter=chapter, student=who, revoke=revoke)

        _decide(decisions, whom, decide, lang, dry_run=dry_run, yes=yes)
    if chapter and not dry_run:
        _bring_points(chapter, lang)


def excuse(
    reason: ReasonOption,
    student: StudentArgument = None,
    week: Annotated[int | None, typer.Option(help="The week: it does not count.")] = None,
    chapter: Annotated[
        str | None, typer.Option(help="The chapter, in place of a week: it is left out of the total.")
    ] = None,
    late: Annotated[
        bool, typer.Option("--late", help="With --chapter: it counts, and nothing is taken off for lateness.")
    ] = False,
    everybody: EverybodyOption = False,
    students: StudentsOption = None,
    revoke: RevokeOption = False,
    dry_run: DryRunOption = False,
    yes: YesOption = False,
    lang: LanguageOption = None,
) -> None:
    """Excuse a student, those of a list, or the whole class, for a week or a chapter; shows who gains or loses what."""
    if late and chapter is None:
        raise UsageError(LATE_OF_CHAPTER)
    with decisions_here(lang) as (decisions, _):
        whom = _listed(students) if students else [student_or_all(student, everybody)]

        def decide(at: StaffDecisions, who: str | None) -> Decided:
            return at.excuse(who, reason, week=week, chapter=chapter, late=late, revoke=revoke)

        _decide(decisions, whom, decide, lang, dry_run=dry_run, yes=yes)
    if chapter and not dry_run:
        _bring_points(chapter, lang)


def _bring_points(chapter: str, lang: str | None) -> None:
    """Note what counts otherwise now, and bring it into the gradebook."""
    from autograder.cli.attempts import results_of_class

    with results_of_class(lang, chapter, tell=False):
        pass


def _listed(file: Path) -> list[str | None]:
    """Return the ids of a list."""
    from autograder.checkin.class_file import read_class_file

    found = read_class_file(file.read_bytes())
    if found.bad:
        first = found.bad[0]
        raise UsageError(BAD_LIST.format(file=file, count=len(found.bad), line=first.line, message=first.message))
    return [one.id for one in found.students]


def _decide(
    decisions: StaffDecisions,
    whom: Sequence[str | None],
    decide: Decision,
    lang: str | None,
    *,
    dry_run: bool,
    yes: bool,
) -> None:
    """Try a decision for each, show who gains or loses what, and store it; where somebody loses, not without a yes."""
    from autograder.checkin.rule_change import decided
    from autograder.course import find_course
    from autograder.grading.points import mark_pending
    from autograder.store.ledgers import for_everybody, ledger_of, ledgers

    language = chosen_language(lang, decisions.course.language, decisions.course.languages)
    trial = replace(decisions, trial=True)
    given = [action for who in whom for action in decide(trial, who).actions]
    with decisions.database.reading() as connection:
        for_all = for_everybody(connection)
        alone = [who for who in whom if who is not None]
        of = [ledger_of(connection, who) for who in alone] if len(alone) == len(whom) else ledgers(connection)
        found = list(decided(decisions.course, given, of, for_all, decisions.clock()))
    _tell(found, language)
    if dry_run:
        return
    if any(one.loses for one in found) and not yes:
        if not sys.stdin.isatty():
            progress(SAY_YES.to(language))
            raise typer.Exit(1)
        if not typer.confirm(ASK.to(language)):
            raise typer.Exit(1)
    for who in whom:
        stored(decide(decisions, who), decisions, who, lang)
    mark_pending(find_course(Path.cwd()))  # whatever ends the command now, points are brought by the next one


def _tell(found: Sequence[Affected], language: Language) -> None:
    from autograder.untrusted.outside import one_line

    losing = sum(one.loses for one in found)
    say(COUNT.format(count=len(found), losing=losing).to(language) if found else NOBODY.to(language))
    for one in sorted(found, key=lambda one: not one.loses)[:MAX_SHOWN]:
        said = Text.joined(one.changes, "; ").to(language)
        say(one_line(f"  {one.student.id} {one.student.name}  {said}"))
    if len(found) > MAX_SHOWN:
        say(f"  … {len(found) - MAX_SHOWN}")
