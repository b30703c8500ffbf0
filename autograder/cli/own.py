"""Verbs for TAs on work of one's own: who has which numbers, and deleting hand-ins as they came."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Optional

import typer

from autograder.cli.common import JsonOption, LanguageOption, UsageError, class_service, say, say_json, staff_here
from autograder.text import Text

NO_VARIANTS = Text(zh="{chapter}：所有人的数一样", en="{chapter}: everybody has the same numbers")
VARIANT = Text(zh="{number}  {values}  {who}", en="{number}  {values}  {who}")
COMMON = Text(zh="（没有学号的人）", en="(students whose id is not known)")
WOULD = Text(
    zh="要删除 {count} 份提交的原样（{mib:.1f} MiB）：{who}。成绩、结果和评过的笔记本不动。",
    en="{count} hand-ins as they came would be deleted ({mib:.1f} MiB): {who}. Points, results and graded notebooks stay.",
)
SHARED = Text(
    zh="{count} 份留下：别的学生也交了一模一样的文件",
    en="{count} stay: another student handed in the very same files",
)
NOTHING = Text(zh="没有要删除的", en="there is nothing to delete")
CONFIRM = Text(zh="删除吗", en="Delete them?")
WITH_YES = Text(zh="真的要删除，请加 --yes", en="to delete them, add --yes")
FORGOTTEN = Text(zh="✓ 删除了 {count} 份", en="✓ {count} deleted")
WHICH = Text(zh="请说明删哪些：--student 或 --before", en="say which ones: --student or --before")


def variants(
    chapter: Annotated[str, typer.Argument(help="A chapter with `variants:`.")],
    student: Annotated[Optional[str], typer.Option(help="This student's alone.")] = None,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Show the variants of a chapter and which students have them."""
    from autograder.grading.classroom import kit_of
    from autograder.store.opening import class_database
    from autograder.store.roster import class_list

    root, course, language = staff_here(lang)
    suite = kit_of(root, chapter)
    if suite.bank is None:
        say(NO_VARIANTS.format(chapter=chapter).to(language))
        return
    if student is None:
        with class_database(root) as database, database.reading() as connection:
            students = sorted(class_list(connection))
    else:
        students = [student]
    having: dict[int, list[str]] = {number: [] for number in range(len(suite.bank.variants))}
    for name in students:
        having[suite.for_student(name, course.salt).number].append(name)
    rows = [(number, suite.bank.variants[number], who) for number, who in having.items() if student is None or who]
    if as_json:
        say_json([{"variant": number, "values": dict(one.values), "students": who} for number, one, who in rows])
        return
    for number, one, who in rows:
        shown = ", ".join(who) or (COMMON.to(language) if number == 0 else "-")
        say(VARIANT.format(number=number, values=one.said, who=shown).to(language))


def forget(
    student: Annotated[Optional[str], typer.Option(help="Only this student's.")] = None,
    before: Annotated[
        Optional[datetime],
        typer.Option(formats=["%Y-%m-%d"], help="Only what came before this day, in the course's zone."),
    ] = None,
    chapter: Annotated[Optional[str], typer.Option(help="Only of this chapter.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Delete hand-ins as they came (.autograder/handins/DIGEST.raw), at a student's request or by age."""
    from autograder.cli.common import chosen_language
    from autograder.grading import forget as forgetting
    from autograder.store.audit import actor_name, add_audit
    from autograder.store.records import AuditEntry

    if student is None and before is None:
        raise UsageError(WHICH)
    with class_service(lang) as (root, course, service, database):
        language = chosen_language(lang, course.language, course.languages)
        day = None if before is None else before.replace(tzinfo=course.zone)
        with database.reading() as connection:
            mine, shared = forgetting.chosen(forgetting.kept_raw(root, connection), student, day, chapter)
        if shared:
            say(SHARED.format(count=len(shared)).to(language))
        if not mine:
            say(NOTHING.to(language))
            return
        who = ", ".join(sorted({name for one in mine for name in one.students})) or "-"
        mib = sum(one.size for one in mine) / 2**20
        say(WOULD.format(count=len(mine), mib=mib, who=who).to(language))
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError(WITH_YES)
            typer.confirm(CONFIRM.to(language), abort=True)
        forgetting.forget(mine)
        now, actor = service.clock(), actor_name()
        lines = [
            AuditEntry(now, actor, "forgotten", name, ", ".join(one.chapters)[:100], "", "", "", one.digest)
            for one in mine
            for name in one.students
        ]
        with database.writing() as connection:
            add_audit(connection, lines)
        say(FORGOTTEN.format(count=len(mine)).to(language))
