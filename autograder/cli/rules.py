"""The verb for rules: what a change of course.yml does, before it holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.common import (
    JsonOption,
    LanguageOption,
    UsageError,
    chosen_language,
    class_service,
    progress,
    say,
    say_json,
)
from autograder.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.checkin.rule_change import Affected
    from autograder.checkin.service import CheckInService
    from autograder.course import Course
    from autograder.store.records import RulesSince

SAME = Text(zh="规则没有不同", en="the rules are the same")
NOBODY = Text(zh="现在没有人受影响", en="nobody is affected now")
COUNT = Text(zh="受影响：{count} 人", en="affected: {count}")
PREVIEW = Text(
    zh="以上是预览；把 {file} 改名为 course.yml 才生效。已经打过的卡按当时的规则算。提前的截止和更严的迟交规则还要再确认：autograder rules",
    en="this is a preview; it holds once {file} is course.yml. Earlier check-ins are judged by the rules that held then. "
    "Earlier deadlines and stricter rules for late work must be confirmed then: autograder rules",
)
ASK = Text(zh="让它生效吗？", en="Apply it?")
SAY_YES = Text(zh="什么也没有改；要生效请加 --yes", en="nothing was changed; add --yes to apply it")
APPLIED = Text(zh="course.yml 的规则已生效", en="the rules of course.yml apply")
SINCE = Text(zh="{since} 起：{changed}", en="since {since}: {changed}")
FIRST = Text(zh="最早已知的规则", en="the first rules that are known")
NO_CHANGE = Text(zh="规则还没有变过", en="the rules have not changed yet")


def rules(
    file: Annotated[
        Path | None, typer.Argument(help="A course.yml as it may become: shows who would be affected.")
    ] = None,
    last: Annotated[bool, typer.Option("--last", help="Show who the last change of the rules affects.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Apply what course.yml makes stricter, without asking.")] = False,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Show since when which rules hold, or what a changed course.yml would do to whom, before it holds.

    Where course.yml has an earlier deadline, or stricter rules for late work, they apply only once they are confirmed here.
    """
    from autograder.checkin.held import held
    from autograder.checkin.rule_change import affected
    from autograder.checkin.rulebook import differences, earlier_course, rules_of
    from autograder.course import load_course
    from autograder.store.ledgers import for_everybody, ledgers
    from autograder.store.notices import rules_since

    with class_service(lang) as (root, course, service, database):
        with database.reading() as connection:
            language = chosen_language(lang, course.language, course.languages)
            known, written = rules_since(connection), load_course(root)
            waiting = file is None and not last and bool(held(written, known).said)
            if waiting:
                file = root / "course.yml"
            if file is None and not last:
                _print_history(known, course, as_json, language)
                return
            if file is None and len(known) < 2:
                raise UsageError(NO_CHANGE)
            before, after = (course, load_course(file)) if file else (earlier_course(course, known[-2].rules), course)
            changed = list(differences(rules_of(before), rules_of(after)))
            found = list(affected(before, after, ledgers(connection), for_everybody(connection), service.clock()))
        _print_affected(changed, found, as_json, language)
        if waiting:
            _confirm(written, service, yes, lang, language)
        elif file is not None and not as_json:
            say(PREVIEW.format(file=file).to(language))


def _confirm(course: Course, service: CheckInService, yes: bool, lang: str | None, language: Language) -> None:
    """Apply what is held after a yes, and bring the points that follow from it; exit code 1 without one."""
    from autograder.checkin.history import confirm_rules
    from autograder.cli.attempts import results_of_class
    from autograder.store.audit import actor_name

    if not yes and not sys.stdin.isatty():
        progress(SAY_YES.to(language))
        raise typer.Exit(1)
    if not yes and not typer.confirm(ASK.to(language)):
        raise typer.Exit(1)
    with service.database.writing() as connection:
        confirm_rules(connection, course, actor_name(), service.clock())
    with results_of_class(lang, *(dates.id for dates in course.chapters)):
        progress(f"✓ {APPLIED.to(language)}")


def _print_history(known: Sequence[RulesSince], course: Course, as_json: bool, language: Language) -> None:
    from autograder.checkin.rulebook import differences
    from autograder.checkin.wording import shown_moment

    pairs = zip((None, *known), known, strict=False)
    lines = [(one.since, list(differences(old.rules, one.rules)) if old else []) for old, one in pairs]
    if as_json:
        rows = [{"since": since.isoformat(), "changed": changed} for since, changed in lines]
        say_json(rows)
        return
    for since, changed in lines:
        said = "; ".join(changed) or FIRST.to(language)
        say(SINCE.format(since=shown_moment(since, course.zone), changed=said).to(language))


def _print_affected(changed: list[str], found: list[Affected], as_json: bool, language: Language) -> None:
    from autograder.untrusted.outside import one_line

    if as_json:
        rows = [
            {
                "student": one.student.id,
                "name": one.student.name,
                "changes": [text.to(language) for text in one.changes],
            }
            for one in found
        ]
        say_json({"changed": changed, "affected": rows})
        return
    for line in changed or [SAME.to(language)]:
        say(line)
    say(COUNT.format(count=len(found)).to(language) if found else NOBODY.to(language))
    for one in found:
        said = Text.joined(one.changes, "; ").to(language)
        say(one_line(f"  {one.student.id} {one.student.name}  {said}"))
