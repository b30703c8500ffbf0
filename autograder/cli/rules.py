"""The verb for rules: what a change of course.yml does, before it holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.common import JsonOption, LanguageOption, UsageError, chosen_language, class_service, say, say_json
from autograder.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.checkin.rule_change import Affected
    from autograder.course import Course
    from autograder.store.records import RulesSince

SAME = Text(zh="规则没有不同", en="the rules are the same")
NOBODY = Text(zh="现在没有人受影响", en="nobody is affected now")
COUNT = Text(zh="受影响：{count} 人", en="affected: {count}")
PREVIEW = Text(
    zh="以上是预览；把 {file} 改名为 course.yml 才生效。已经打过的卡按当时的规则算。",
    en="this is a preview; it holds once {file} is course.yml. What was checked in before is judged by the rules of then.",
)
SINCE = Text(zh="{since} 起：{changed}", en="since {since}: {changed}")
FIRST = Text(zh="最早已知的规则", en="the first rules that are known")
NO_CHANGE = Text(zh="规则还没有变过", en="the rules have not changed yet")


def rules(
    file: Annotated[
        Path | None, typer.Argument(help="A course.yml as it may become: shows who would be affected.")
    ] = None,
    last: Annotated[bool, typer.Option("--last", help="Show who the last change of the rules affects.")] = False,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Show since when which rules hold, or what a changed course.yml would do to whom, before it holds."""
    from autograder.checkin.rule_change import affected
    from autograder.checkin.rulebook import differences, earlier_course, rules_of
    from autograder.course import load_course
    from autograder.store.ledgers import for_everybody, ledgers
    from autograder.store.notices import rules_since

    with class_service() as (_, course, service, database), database.reading() as connection:
        language = chosen_language(lang, course.language, course.languages)
        known = rules_since(connection)
        if file is None and not last:
            _print_history(known, course, as_json, language)
            return
        if file is None and len(known) < 2:
            raise UsageError(NO_CHANGE)
        before, after = (course, load_course(file)) if file else (earlier_course(course, known[-2].rules), course)
        changed = list(differences(rules_of(before), rules_of(after)))
        found = list(affected(before, after, ledgers(connection), for_everybody(connection), service.clock()))
    _print_affected(changed, found, as_json, language)
    if file is not None and not as_json:
        say(PREVIEW.format(file=file).to(language))


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
