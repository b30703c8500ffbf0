"""One zip for students: assignments with public recordings, the course's dates, the wheel, a README. No solution is in it."""

from __future__ import annotations

import inspect
import json
import tempfile
from pathlib import Path

import nbformat

from autograder.authoring import start
from autograder.authoring.answers import LEAKED, leaks, solution_lines
from autograder.authoring.bundle_readme import README
from autograder.authoring.notebooks import write_chapter
from autograder.authoring.sources import CHECK_TYPES
from autograder.authoring.wheel import wheel
from autograder.checks.catalogue import SHARED, is_own, package_of, type_of
from autograder.checks.suite import CheckSuite, read_kit
from autograder.course import Course, check_course
from autograder.data.dataset import FOLDERS, files_of
from autograder.errors import AuthoringError
from autograder.text import Language, Text

NO_CHAPTER = Text(
    zh="course.yml: 这门课还没有一章；autograder new CHAPTER 开始写一章",
    en="course.yml: the course has no chapter yet; autograder new CHAPTER begins one",
)
NOT_BUILT = Text(
    zh="{path}: 没有这个文件；请先运行 `autograder build`", en="{path}: not found; run `autograder build` first"
)
TYPE_OF_CHAPTER = Text(
    zh="source/{chapter}/checks.py: 公开检查 {check} 的类型 {type!r} 只写在这个文件里，学生也要用它；请把这个类移到 source/{file}，"
    "再从 {module} 导入",
    en="source/{chapter}/checks.py: the public check {check} is of the type {type!r}, which stands in this file alone; "
    "students need it, so move the class to source/{file}, and import it from {module}",
)
OF_THE_CLASS = {"staff", "data"}  # accounts and places of the teachers' machine


def bundle(root: Path, course: Course, language: Language) -> dict[str, bytes]:
    """Return the files of the bundle by name, below one folder; the course must be built.

    Raises:
        AuthoringError: Where a chapter is not built, or a line of a solution would reach the students.
    """
    top = course.id
    if not course.chapters:
        raise AuthoringError(NO_CHAPTER)
    name, content = wheel()
    record = {
        "generated": "by autograder bundle, do not edit",
        **course.model_dump(mode="json", exclude=OF_THE_CLASS),
        "language": language,
    }
    readme = README.format(title=course.title, name=top, chapter=course.chapters[0].id)
    files = {
        f"{top}/README.md": readme.to(language).encode(),
        f"{top}/course.yml": (json.dumps(record, ensure_ascii=False) + "\n").encode(),
        f"{top}/start.py": Path(start.__file__).read_bytes(),
        f"{top}/{name}": content,
    }
    with tempfile.TemporaryDirectory() as scratch:
        written = Path(scratch)
        for chapter in check_course(course, root).values():
            write_chapter(
                root, chapter, language, assignments_dir=written / "assignments", solutions_dir=written / "solutions"
            )
            notebook = (written / "assignments" / chapter.id / f"{chapter.id}.ipynb").read_bytes()
            recorded = root / "assignments" / chapter.id / "checks.json"
            if not recorded.is_file():
                raise AuthoringError(NOT_BUILT.format(path=recorded))
            public = read_kit(recorded).bundled(language)
            _refuse_types_of_chapters(public, root / "source")
            suite = public.to_json()
            files[f"{top}/originals/{chapter.id}/{chapter.id}.ipynb"] = notebook
            files[f"{top}/assignments/{chapter.id}/checks.json"] = suite.encode()
            solution = nbformat.read(written / "solutions" / chapter.id / f"{chapter.id}.ipynb", as_version=4)
            if leaked := leaks({f"{chapter.id}: checks.json": suite}, solution_lines(solution)):
                raise AuthoringError(LEAKED.format(place=leaked[0]))
        types = root / "source" / CHECK_TYPES
        if types.is_file():
            files[f"{top}/{CHECK_TYPES}"] = types.read_bytes()
        for place in sorted(set(course.sets.values())):
            stem = place.partition(":")[0]
            for file in files_of(root, stem):
                files[f"{top}/datasets/{file.relative_to(root / FOLDERS[0]).as_posix()}"] = file.read_bytes()
    return files


def packages_for_students(root: Path, course: Course) -> dict[str, tuple[str, ...]]:
    """Return the packages that bring types of public checks, each with the chapters that need it: no bundle holds them."""
    found: dict[str, tuple[str, ...]] = {}
    for chapter in course.chapters:
        suite = read_kit(root / "assignments" / chapter.id / "checks.json", root)
        for name in dict.fromkeys(package_of(type(check)) for check in suite.checks.values()):
            if name is not None:
                found[name] = (*found.get(name, ()), chapter.id)
    return found


def _refuse_types_of_chapters(suite: CheckSuite, source: Path) -> None:
    """Raise AuthoringError where a public check is of a type that students do not get."""
    types = (source / CHECK_TYPES).resolve()
    for name, check in suite.checks.items():
        # By the file: a chapter with variants has a class of its own for each.
        if is_own(type(check)) and Path(inspect.getfile(type(check))).resolve() != types:
            about = {"chapter": suite.chapter.id, "check": name, "type": type_of(type(check))}
            raise AuthoringError(TYPE_OF_CHAPTER.format(**about, file=CHECK_TYPES, module=SHARED))
