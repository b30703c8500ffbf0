"""One zip for students: assignments with public recordings, the course's dates, the wheel, a README. No solution is in it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import nbformat

from autograder.authoring import start
from autograder.authoring.answers import leaks, solution_lines
from autograder.authoring.bundle_readme import README
from autograder.authoring.errors import AuthoringError
from autograder.authoring.notebooks import write_chapter
from autograder.authoring.wheel import wheel
from autograder.checks.kit import read_kit
from autograder.course import Course, check_course
from autograder.text import Language

OF_THE_CLASS = {"staff", "data"}  # accounts and places of the teachers' machine


def bundle(root: Path, course: Course, language: Language) -> dict[str, bytes]:
    """Return the files of the bundle by name, below one folder; the course must be built.

    Raises AuthoringError where a chapter is not built, or a line of a solution would reach the students.
    """
    top = course.id
    if not course.chapters:
        raise AuthoringError("course.yml: the course has no chapter yet; autograder new CHAPTER begins one")
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
                raise AuthoringError(f"{recorded}: not found; run `autograder build` first")
            kit = read_kit(recorded).bundled(language).to_json()
            files[f"{top}/originals/{chapter.id}/{chapter.id}.ipynb"] = notebook
            files[f"{top}/assignments/{chapter.id}/checks.json"] = kit.encode()
            solution = nbformat.read(written / "solutions" / chapter.id / f"{chapter.id}.ipynb", as_version=4)
            if leaked := leaks({f"{chapter.id}: checks.json": kit}, solution_lines(solution)):
                raise AuthoringError(f"a solution line reaches the students: {leaked[0]}")
    return files
