"""Finding, reading and checking the files of a course."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from autograder.course.chapter import Chapter
from autograder.course.errors import CourseError, NoCourseHere, Problem
from autograder.course.models import Course
from autograder.course.record import Record, said_in, unknown
from autograder.course.wording import NO_ADVICE, meant, quoted
from autograder.errors import said_of
from autograder.portable.validated import ValidationError
from autograder.text import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from autograder.course.document import Document

COURSE_FILE = "course.yml"
BUNDLED = b'{"generated": "by autograder bundle'  # how the file begins in a bundle: JSON, which is YAML, too
CHAPTER_FILE = "chapter.yml"
SOURCE_FOLDER = "source"
OTHER_FOLDERS = ("datasets", "records")  # of source/: data sets, and what is told of recorded runs

MAX_NAMED = 3  # courses
NO_COURSE = Text(
    zh="{here} 里、它的上级和下级文件夹里都没有课程，所以找不到数据和检查。请在课程的文件夹里打开笔记本。Colab、AI Studio：上传课程的 zip，"
    "运行 !unzip -q NAME.zip，再运行 %cd NAME，然后重新运行这个单元",
    en="there is no course in {here}, around it or in a folder below it, so data and checks are not found. Open the notebook in the course's "
    "folder. On Colab or AI Studio: upload the course's zip, run !unzip -q NAME.zip, then %cd NAME, then this cell again",
)
SEVERAL = Text(
    zh="{here} 下面有几门课程：{names}。运行 %cd 和其中一个的名字，再重新运行这个单元",
    en="there are several courses below {here}: {names}. Run %cd with the name of one, then this cell again",
)
NOT_FOUND = Text(
    zh="{start} 里和它的上级文件夹里都没有；请换到课程的文件夹",
    en="not found in {start} or in a folder around it; change to the folder of the course",
)
CHANGED = Text(
    zh="已经不是原来的样子；请把课程的 zip 再解压一次，你的笔记本会保留",
    en="is no longer as it came; unpack the course's bundle again, your notebooks stay as they are",
)
DAMAGED = Text(
    zh="读不了 ({error})；请把课程的 zip 再解压一次", en="cannot be read ({error}); unpack the course's bundle again"
)
NO_SET = Text(zh="没有 {value} 这个数据集{advice}", en="there is no data set {value}{advice}")
LISTS_THEM = Text(zh="；数据集列在 course.yml 的 datasets: 里", en="; datasets: in course.yml lists them")
NO_SUCH_FOLDER = Text(zh="没有文件夹 {folder}{advice}", en="there is no folder {folder}{advice}")
ALWAYS = Text(
    zh="不能写这个键；它总是 {value}，即文件夹的名字", en="unknown key; it is always {value}, the name of the folder"
)
Model = TypeVar("Model", bound=Record)
NOTHING: Mapping[str, str] = {}


def find_course(start: Path) -> Path:
    """Return the nearest folder with a `course.yml`: `start` or one of the folders around it."""
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / COURSE_FILE).is_file():
            return folder
    raise CourseError([Problem(COURSE_FILE, None, (), NOT_FOUND.format(start=start))])


def course_of_notebook(here: Path) -> Path:
    """Return the course of a notebook that runs in `here`: around it, else the only one in a folder below it, two deep at most.

    A hosted notebook runs in a folder of its own, `/content`, and the bundle was unpacked there. Raises NoCourseHere.
    """
    try:
        return find_course(here)
    except CourseError:
        files = [file for depth in ("*", "*/*") for file in sorted(here.glob(f"{depth}/{COURSE_FILE}"))]
        below = [file.parent for file in files if not file.relative_to(here).parts[0].startswith(".")]
        if len(below) == 1:
            return below[0]
        names = ", ".join(folder.relative_to(here).as_posix() for folder in below[:MAX_NAMED])
        raise NoCourseHere(SEVERAL.format(here=here, names=names) if below else NO_COURSE.format(here=here)) from None


def load_course(path: Path) -> Course:
    """Return the course described by the file `path`, or by the `course.yml` in the folder `path`.

    Raises CourseError with every problem of the file. The chapters' own files are not read, see `check_course`.
    """
    file = path / COURSE_FILE if path.is_dir() else path
    if (bundled := _bundled(file)) is not None:
        return bundled
    try:
        from autograder.course.document import read_document
    except ModuleNotFoundError as error:  # no YAML is read on a student's machine
        if (error.name or "").partition(".")[0] != "ruamel" or not (file.parent / "originals").is_dir():
            raise
        raise CourseError([Problem(file.name, None, (), CHANGED)]) from error

    document = read_document(file, file.name)
    languages = _languages_in(document.values)
    default = {"language": languages[0]} if "languages" in document.values else NOTHING
    return as_model(Course, document, {}, languages, default)


def _bundled(file: Path) -> Course | None:
    """Return the course of a bundle, whose course.yml is JSON: students need not read YAML; None for any other file."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    if not content.startswith(BUNDLED):
        return None
    try:
        values = json.loads(content)
        del values["generated"]
        return Course.model_validate(values)
    except ValueError as error:
        raise CourseError([Problem(file.name, None, (), DAMAGED.format(error=said_of(error)))]) from error


def load_chapter(folder: Path) -> Chapter:
    """Return the chapter described by the `chapter.yml` in `folder`, whose name is the chapter's id.

    Raises CourseError with every problem of the file.
    """
    from autograder.course.document import read_document

    folder = folder.absolute()
    inside = f"{SOURCE_FOLDER}/" if folder.parent.name == SOURCE_FOLDER else ""
    document = read_document(folder / CHAPTER_FILE, f"{inside}{folder.name}/{CHAPTER_FILE}")
    chapter = as_model(Chapter, document, {"id": folder.name}, languages_beside(folder))
    sets = _sets_beside(folder)
    message = None if sets is None else unknown(chapter.data, sets, NO_SET)
    if message:
        message = message if sets else NO_SET.format(value=quoted(chapter.data), advice=LISTS_THEM)
        raise CourseError([Problem(document.file, document.line(("data",)), ("data",), message)])
    return chapter


def languages_beside(folder: Path) -> tuple[Language, ...]:
    """Return the languages of the course whose `source/` holds a chapter's folder; the kit's own where it names none."""
    file = folder.absolute().parent.parent / COURSE_FILE
    if folder.absolute().parent.name != SOURCE_FOLDER or not file.is_file():
        return LANGUAGES
    from autograder.course.document import read_document

    if not re.search(rb"^languages\s*:", file.read_bytes(), re.MULTILINE):
        return LANGUAGES
    return _languages_in(read_document(file, file.name).values)


def _sets_beside(folder: Path) -> tuple[str, ...] | None:
    """Return the data sets that the course lists whose `source/` holds a chapter's folder; None where there is no course."""
    file = folder.absolute().parent.parent / COURSE_FILE
    if folder.absolute().parent.name != SOURCE_FOLDER or not file.is_file():
        return None
    from autograder.course.document import read_document

    if not re.search(rb"^datasets\s*:", file.read_bytes(), re.MULTILINE):
        return ()
    listed = read_document(file, file.name).values.get("datasets")
    return tuple(listed) if isinstance(listed, dict) else ()


def _languages_in(values: Mapping[str, object]) -> tuple[Language, ...]:
    """Return the languages that course.yml lists, unchecked; the kit's own where it lists none."""
    listed = values.get("languages")
    names = tuple(name for name in listed if isinstance(name, str)) if isinstance(listed, list) else ()
    return names or LANGUAGES


def check_course(course: Course, root: Path) -> dict[str, Chapter]:
    """Return all chapters of a course by id, in the order of the course; `root` is the course folder.

    Raises CourseError with the problems of all chapters, missing folders first.
    """
    source = root / SOURCE_FOLDER
    folders = (
        sorted(entry.name for entry in source.iterdir() if entry.is_dir() and entry.name not in OTHER_FOLDERS)
        if source.is_dir()
        else []
    )
    missing: list[Problem] = []
    problems: list[Problem] = []
    chapters: dict[str, Chapter] = {}
    for position, dates in enumerate(course.chapters):
        if dates.id not in folders:
            missing.append(_missing_folder(root, position, dates.id, folders))
            continue
        try:
            chapters[dates.id] = load_chapter(source / dates.id)
        except CourseError as error:
            problems.extend(error.problems)
    if missing or problems:
        raise CourseError([*missing, *problems])
    return chapters


def _missing_folder(root: Path, position: int, chapter_id: str, folders: list[str]) -> Problem:
    from autograder.course.document import read_document

    key = ("chapters", position, "id")
    try:
        line: int | None = read_document(root / COURSE_FILE, COURSE_FILE).line(key)
    except CourseError:  # a course made in memory has no file, and no lines
        line = None
    advice = meant(chapter_id, folders, NO_ADVICE)
    message = NO_SUCH_FOLDER.format(folder=f"{SOURCE_FOLDER}/{chapter_id}", advice=advice)
    return Problem(COURSE_FILE, line, key, message)


def as_model(
    model: type[Model],
    document: Document,
    given: Mapping[str, str],
    languages: Sequence[Language] = LANGUAGES,
    defaults: Mapping[str, str] = NOTHING,
) -> Model:
    """Return the model of a document; keys in `given` come from outside and must not stand in the file.

    Args:
        languages: Those that each text must stand in.
        defaults: Of keys that the file may leave out.
    """
    problems = list(document.problems)
    for key in given.keys() & document.values.keys():
        said = ALWAYS.format(value=given[key])
        problems.append(Problem(document.file, document.line((key,)), (key,), said))
    try:
        values = {**defaults, **document.values, **given}
        result = model.model_validate(values, context={"languages": tuple(languages)})
    except ValidationError as failure:
        for error in failure.errors(include_url=False):
            problems.append(Problem(document.file, document.line(error["loc"]), error["loc"], said_in(error)))
    if problems:
        raise CourseError(sorted(problems, key=lambda problem: problem.line or 0))
    return result
