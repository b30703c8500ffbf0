"""A course of one's own: a new folder that at once builds, verifies and grades its sample class."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.authoring.course_wheel import installed_courses
from autograder.authoring.examples import read_examples
from autograder.authoring.new import KINDS, default_name, write_chapter_folder
from autograder.authoring.pages import pages
from autograder.authoring.rollover import NOT_EMPTY, rollover
from autograder.authoring.starter import COURSE, GITIGNORE, NBGRADER, README, WORKFLOW
from autograder.authoring.template_texts import written_in
from autograder.authoring.wheel import installed_kit, wheel
from autograder.course import load_chapter, load_course
from autograder.course.drawn import unguessable
from autograder.course.names import is_language
from autograder.errors import AuthoringError
from autograder.text import Language, Text

FIRST = {"paddle": "first_network", "plain": "first_function"}  # the chapters of the templates that come with the kit
SECOND = {"paddle": "second_network", "plain": "second_function"}
TITLE = Text(zh="我的课程", en="My course")
ZONE = ZoneInfo("Asia/Shanghai")
WEEK, TICK = timedelta(days=7), timedelta(seconds=1)
SHOWN = 3  # students of the sample class
README_FILE, GITIGNORE_FILE, WORKFLOW_FILE = "README.md", ".gitignore", ".github/workflows/course.yml"
INSTALLED = Text(  # of a course that is a distribution of its own, with all its chapters
    zh="""这门课连同检查的记录一起安装，所以 `build` 很快。上面的 `verify` 只用 @CHAPTER@ 的几个已知错误；不带章节的 `autograder verify`
证明全部章节，时间长得多。

""",
    en="""This course is installed with the recordings of its checks, so `build` is quick. The `verify` above takes some known mistakes of
@CHAPTER@ alone; `autograder verify` without a chapter proves all chapters and takes much longer.

""",
)
NEW_SALT = Text(
    zh="""在 `course.yml` 里换一个新的 `salt`（那里的注释写了怎样生成），学生各自的种子和数字就与其他用这门课的班不同；之后的
`autograder build` 会重新运行有 `variants:` 的章节，时间很长。

""",
    en="""Write a new `salt` in `course.yml` (the comment there says how to make one), so that your students' seeds and numbers are other
ones than those of every class with this course. After that, `autograder build` runs the chapters with `variants:` again, which
takes long.

""",
)
MORE = Text(
    zh="""更多：[编写课程](docs/authoring.zh.md)、[检查](docs/checks.zh.md)、[图像数据](docs/data.zh.md)、[每名学生的种子和数值](docs/own.zh.md)、
[收作业](docs/collecting.zh.md)、[打卡与截止时间](docs/checkin.zh.md)、[大班](docs/scale.zh.md)。

""",
    en="""More: [writing a course](docs/authoring.md), [checks](docs/checks.md), [images](docs/data.md), [seeds and numbers of each
student](docs/own.md), [collecting hand-ins](docs/collecting.md), [check-ins and deadlines](docs/checkin.md), [large
classes](docs/scale.md).

""",
)
NO_TEMPLATE = Text(
    zh="没有模板 {name!r}；这里有：{known}。作为安装包发布的课程，要先安装才找得到：pip install {name}_course-{version}-py3-none-any.whl",
    en="there is no template {name!r}; here: {known}. A course that is a distribution of its own is found once it is "
    "installed beside the kit: pip install {name}_course-{version}-py3-none-any.whl",
)
NOT_IN_LANGUAGE = Text(
    zh="--languages {language}: {template} 的文字只有 {there}",
    en="--languages {language}: the texts of {template} stand in {there}",
)
NO_LANGUAGES = Text(
    zh="--languages {given}: 每种语言写一次它的代码，例如 zh、en 或 fr，主要的写在最前",
    en="--languages {given}: name each language once by its code, such as zh, en or fr, the first one first",
)


def new_course(target: Path, template: str, languages: Sequence[Language], today: date) -> list[str]:
    """Write a course to the folder `target` and return its files, relative to it; with all of them, or with none.

    Args:
        target: a folder that is missing or empty.
        template: `paddle`, one small chapter on two convolutions; `plain`, one on a function in NumPy; or the name of an
            installed course.
        languages: of the course; the first is that of assignments and feedback.
        today: the course's first week is this day's.

    Raises:
        AuthoringError: the folder is not empty, or there is no such template. Nothing has been written then.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise AuthoringError(NOT_EMPTY.format(folder=target))
    known = {**dict.fromkeys(FIRST), **installed_courses()}
    if template not in known:
        version = installed_kit().version
        raise AuthoringError(NO_TEMPLATE.format(name=template, known=", ".join(known), version=version))
    name, content = wheel(of_staff=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    place = unfinished / (target.name or "course")
    try:
        source = known[template]
        if source is not None and (lacking := [one for one in languages if one not in load_course(source).languages]):
            there = ", ".join(load_course(source).languages)
            raise AuthoringError(NOT_IN_LANGUAGE.format(language=lacking[0], template=template, there=there))
        if source is None:
            _write_own(place, template, _id_of(target), languages, today)
        else:
            rollover(source, place, today, _id_of(target), languages[0], keep_salt=True)
            _in_language(place, languages[0])
            _sample_class(place, _chapter_of_samples(place), None)
        _write_around(place, template, languages[0], name, content)
        load_course(place)
        if target.exists():
            target.rmdir()
        place.rename(target)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())


def _id_of(target: Path) -> str:
    """Return the id of a course from the name of its folder."""
    found = re.sub(r"[^a-z0-9]+", "-", target.name.lower()).strip("-")
    return found if re.match(r"[a-z]", found) else f"course-{found}".rstrip("-")


def _write_own(place: Path, template: str, course_id: str, languages: Sequence[Language], today: date) -> None:
    opens = datetime.combine(today - timedelta(days=today.weekday()), time(), ZONE)
    moments = {"OPENS": opens, "MIDDLE": opens + WEEK - TICK, "NEXT": opens + WEEK, "DUE": opens + 2 * WEEK - TICK}
    title = ", ".join(f"{one}: {TITLE.to(written_in(one))}" for one in languages)
    words = {"TITLE": f"{{{title}}}" if len(languages) > 1 else TITLE.to(written_in(languages[0]))}
    words |= {"ID": course_id, "LANGUAGES": ", ".join(languages), "LANGUAGE": languages[0], "CHAPTER": FIRST[template]}
    words["SALT"] = unguessable()
    place.mkdir()
    (place / "course.yml").write_text(
        _filled(COURSE, {**words, **{key: moment.isoformat() for key, moment in moments.items()}}), "utf-8"
    )
    (place / "nbgrader_config.py").write_text(NBGRADER, "utf-8")
    chapter = FIRST[template]
    name = default_name(chapter, template)
    write_chapter_folder(place / "source" / chapter, chapter, name, template, languages)
    _sample_class(place, chapter, KINDS[template].sample_answers(name))


def _in_language(place: Path, language: Language) -> None:
    """Make a language that of a copied course."""
    file = place / "course.yml"
    file.write_text(re.sub(r"(?m)^language:.*$", f"language: {language}", file.read_text("utf-8")), "utf-8")


def _write_around(place: Path, template: str, language: Language, wheel_name: str, wheel_content: bytes) -> None:
    kind = template if template in FIRST else "paddle"
    words = {"VERSION": installed_kit().version, "TITLE": load_course(place).title.to(language)}
    words |= {"SECOND": SECOND[kind], "KIND": kind, "VERIFY": "autograder verify", "INSTALLED": "", "NEW_SALT": ""}
    found = pages()
    words["MORE"] = MORE.to(language) if found else ""
    if template not in FIRST:
        chapter = _chapter_of_samples(place)
        words["VERIFY"] = f"autograder verify {chapter} --sample 8"
        words["INSTALLED"] = INSTALLED.to(language).replace("@CHAPTER@", chapter)
        words["NEW_SALT"] = NEW_SALT.to(language) if load_course(place).salt else ""
    texts = {README_FILE: README.to(language), GITIGNORE_FILE: GITIGNORE, WORKFLOW_FILE: WORKFLOW}
    for name, text in texts.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(text, words), "utf-8")
    for name, text in found.items():
        path = place / "docs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    (place / "wheels").mkdir()
    (place / "wheels" / wheel_name).write_bytes(wheel_content)


def _chapter_of_samples(place: Path) -> str:
    """Return the first chapter that needs no data, else the first."""
    chapters = [dates.id for dates in load_course(place).chapters]
    small = (name for name in chapters if load_chapter(place / "source" / name).data is None)
    return next(small, chapters[0])


def _sample_class(place: Path, chapter_id: str, answers: Sequence[str] | None) -> None:
    """Write hand-ins of a sample class. answers: by default two right ones and a known mistake of the chapter."""
    if answers is None:
        examples = read_examples(place, chapter_id)
        right, wrong = ([one.text for one in examples if bool(one.kills) is mistaken] for mistaken in (False, True))
        answers = [*right[: SHOWN - 1], *wrong[:1]]
    for number, text in enumerate(answers, 1):
        folder = place / "submitted" / f"sample{number}" / chapter_id
        folder.mkdir(parents=True)
        (folder / f"{chapter_id}.py").write_text(text, "utf-8")


def _filled(text: str, words: dict[str, str]) -> str:
    for key, value in words.items():
        text = text.replace(f"@{key}@", value)
    return text


def chosen_languages(text: str) -> tuple[Language, ...]:
    """Return the languages of `zh,en`.

    Raises:
        AuthoringError: For what is no list of languages.
    """
    wanted = tuple(part.strip() for part in text.split(",") if part.strip())
    if not wanted or len(set(wanted)) != len(wanted) or not all(map(is_language, wanted)):
        raise AuthoringError(NO_LANGUAGES.format(given=text))
    return wanted
