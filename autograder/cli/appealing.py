"""The verb with which students appeal against the points of a hand-in; `answer` takes appeals like other requests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.checkin import StudentOption, ToOption, export, me, student_service
from autograder.cli.common import JsonOption, LanguageOption, UsageError, course_here, progress, say, say_json
from autograder.text import Language, Text

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.submission.handed_in import HandedIn

WHAT = Text(
    zh="申诉哪一次作业：autograder appeal 章 --reason …，章名也可以换成交上去的 zip 或文件",
    en="say what the appeal is about: autograder appeal CHAPTER --reason …; in place of the chapter, the zip or file that was handed in",
)
NO_CHAPTER_OF = Text(
    zh="{path}: 看不出是哪一章；请写章名：autograder appeal 章 --reason …",
    en="{path}: it is not clear which chapter this is; name it: autograder appeal CHAPTER --reason …",
)
ANOTHERS = Text(zh="{path} 是 {owner} 交的，不是 {student} 的", en="{path} was handed in by {owner}, not by {student}")
APPEALED = Text(zh="✓ 已就 {chapter} 的成绩提出申诉", en="✓ appealed about {chapter}")
BEFORE = Text(
    zh="这个申诉以前提过，用的是同样的话：{chapter}",
    en="this appeal about {chapter} was made before, in the same words",
)
TRAVELS = Text(
    zh="申诉写进了班级的文件夹；助教答复后 autograder status 会显示",
    en="it is in the folder of the class; autograder status shows the answer",
)
WITH_NEXT = Text(
    zh="申诉随下一次提交 (autograder submit) 交给班级", en="it is sent with your next hand-in (autograder submit)"
)
TO_SEND = Text(
    zh="把这一个文件交上去 (邮件，学习通，Moodle 都可以)，里面有申诉和以前交的作业，作业不算再交一次：{path}",
    en="send this one file (by mail, Moodle or any other way); it contains the appeal and your earlier hand-in, "
    "which does not count as a new one: {path}",
)
NONE = Text(zh="没有申诉", en="no appeals")


def appeal(
    about: Annotated[
        str | None,
        typer.Argument(help="The chapter, or the zip or file that was handed in; without it your appeals are shown."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="What is wrong with the points; the TAs read it.")] = "",
    student: StudentOption = None,
    to: ToOption = None,
    as_json: JsonOption = False,
    lang: LanguageOption = None,
) -> None:
    """Appeal against the points of a hand-in: say what is wrong; `autograder status` shows the TAs' answer."""
    from autograder.checkin.requests import request_line, request_record

    root, course, language = course_here(lang)
    if about is None and reason:
        raise UsageError(WHAT)
    who, target, of_class = me(root, course, language, student, to)
    meant = _meant(root, course, about, who) if about else None
    with student_service(root, course, who, target, of_class) as service:
        new = False
        if meant is not None:
            new = service.appeal(who, meant.chapter, meant.digest, reason)
            export(service, who, target, language)
        found = [one for one in service.asked(who) if one.wish == "appeal"]
    if as_json:
        say_json([request_record(one) for one in found])
    elif meant is not None:
        say((APPEALED if new else BEFORE).format(chapter=meant.chapter).to(language))
        if not of_class:
            _say_how_it_travels(root, who, meant.chapter, target, language)
    else:
        say(*([request_line(one).to(language) for one in found] or [NONE.to(language)]))


def _meant(root: Path, course: Course, about: str, who: str) -> HandedIn:
    """Return the hand-in that an argument names: a chapter, else a file."""
    from autograder.course.wording import no_chapter
    from autograder.store.place import own_folder
    from autograder.submission.handed_in import HandedIn, hand_in_at
    from autograder.submission.receipts import receipts_of

    chapters = [entry.id for entry in course.chapters]
    if about in chapters:
        return HandedIn(about, "")
    path = Path(about)
    if not path.exists():
        raise UsageError(no_chapter(about, chapters))
    found = hand_in_at(path, chapters, receipts_of(own_folder(root), who))
    if found is None:
        raise UsageError(NO_CHAPTER_OF.format(path=about))
    if found.student not in ("", who):
        raise UsageError(ANOTHERS.format(path=about, owner=found.student, student=who))
    return found


def _say_how_it_travels(root: Path, who: str, chapter: str, target: Path, language: Language) -> None:
    """Say how an appeal reaches the class; where no class's folder is known, make the file that carries it."""
    from autograder.checkin.travelling import RECORD_NAME
    from autograder.store.place import own_folder
    from autograder.submission.receipts import packed, receipts_of

    if target != root / "submitted":
        say(TRAVELS.to(language))
        return
    receipts = [one for one in receipts_of(own_folder(root), who) if one.chapter == chapter]
    folder = target / who / chapter
    if not receipts or not folder.is_dir():
        progress(WITH_NEXT.to(language))
        return
    made = packed(receipts[-1], folder, [folder.parent / RECORD_NAME], Path.cwd())
    say(TO_SEND.format(path=made.name).to(language))
