"""Verbs that begin something: `init`, a course; `new`, a chapter; `rollover`, the course for the next class."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.common import LanguageOption, chosen_language, say
from autograder.text import LANGUAGES, Text

ROLLED = Text(
    zh="已写入 {folder}: 课程 {id}，日期移动 {weeks} 周。没有学生，没有数据库。",
    en="written: {folder}, course {id}, dates moved by {weeks} weeks. No students, no database.",
)
NEXT = Text(
    zh="春节、清明等假期每年不同：请把 course.yml 的日期全部看一遍，再运行 cd {folder} && autograder doctor",
    en="Spring Festival, Qingming and others move: read all dates of course.yml once, then cd {folder} && autograder doctor",
)


BEGUN = Text(
    zh="已写入 {folder}: {count} 个文件，课程 {id}。请读其中的 README.md；下一步：",
    en="written: {folder}, {count} files, course {id}. Read its README.md; next:",
)


TO_TRANSLATE = Text(
    zh="{languages} 的文字先用英文写着，请翻译 source/ 里的各个文件；软件自己的话用英文。",
    en="Texts in {languages} stand in English for you to translate, in the files of source/; the kit itself speaks English there.",
)


WEEKS = Text(
    zh="course.yml 里加了打卡周 {weeks}；日期请看一遍",
    en="check-in weeks added to course.yml: {weeks}; look at their dates",
)
ADD_WEEKS = Text(
    zh="这门课有打卡：请在 course.yml 的 checkins 里加上这一章的周",
    en="the course has check-ins: add the weeks of this chapter to checkins in course.yml",
)
BUILD_IT = Text(zh="下一步：{commands}", en="next: {commands}")


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the new course: missing, or empty.")],
    template: Annotated[
        str,
        typer.Option(help="paddle, a small network; plain, a function in NumPy; or an installed course, by its name."),
    ] = "paddle",
    languages: Annotated[
        str, typer.Option(help="Codes such as zh,en or fr: the first is that of assignments and feedback.")
    ] = "zh,en",
) -> None:
    """Write a course of your own that at once builds, verifies and grades its sample class."""
    from datetime import date

    from autograder.authoring.init import chosen_languages, new_course
    from autograder.course import load_course

    chosen = chosen_languages(languages)
    written = new_course(folder.absolute(), template, chosen, date.today())
    said = BEGUN.format(folder=str(folder), count=len(written), id=load_course(folder).id)
    if others := [one for one in chosen if one not in LANGUAGES]:
        say(TO_TRANSLATE.format(languages=", ".join(others)).to(chosen[0]))
    say(said.to(chosen[0]), f"cd {folder} && autograder doctor && autograder build")


def new(
    chapter: Annotated[str, typer.Argument(help="The id of the new chapter, such as second_network.")],
    name: Annotated[
        str | None,
        typer.Option("--class", "--function", help="What students write, by name; made from the id by default."),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(help="paddle, a small network; plain, a function in NumPy; by default as the course's chapters."),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Write source/CHAPTER/ with a small example that works, and its lines in course.yml."""
    from autograder.authoring.course_lines import lacking_weeks
    from autograder.authoring.new import new_chapter
    from autograder.cli.building import file_said
    from autograder.course import find_course, load_course

    root = find_course(Path.cwd())
    course = load_course(root)
    language = chosen_language(lang, course.language, course.languages)
    for file in new_chapter(root, chapter, name, template):
        say(file_said(file, language))
    after = load_course(root)
    if added := [str(one.week) for one in after.checkins if one not in course.checkins]:
        say(WEEKS.format(weeks=", ".join(added)).to(language))
    if lacking := lacking_weeks(after, chapter):
        say(ADD_WEEKS.to(language), *(f"  - {entry}" for entry in lacking))
    say(BUILD_IT.format(commands=f"autograder build {chapter} && autograder verify {chapter}").to(language))


def rollover(
    folder: Annotated[Path, typer.Argument(metavar="NEW_DIR", help="The folder of the new course; it must not exist.")],
    start: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day of the new term; dates move by whole weeks.")
    ],
    course_id: Annotated[
        str | None, typer.Option("--id", help="The id of the new course; by default the old one, its year moved on.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Copy the course for the next class: dates moved, holidays marked, no student, no database."""
    from autograder.authoring.rollover import rollover as roll
    from autograder.cli.building import of_another_salt
    from autograder.course import find_course, load_course

    root = find_course(Path.cwd())
    language = chosen_language(lang, load_course(root).language)
    moved = roll(root, folder.absolute(), start.date(), course_id)
    say(ROLLED.format(folder=str(folder), id=moved.id, weeks=moved.weeks).to(language))
    for line, why in sorted(moved.look.items()):
        say(f"  course.yml:{line}: {why.to(language)}")
    if (said := of_another_salt(folder.absolute(), load_course(folder.absolute()))) is not None:
        say(f"! {said.to(language)}")
    say(NEXT.format(folder=str(folder)).to(language))
