"""Who the student at this keyboard is, and which database holds his check-ins."""

from __future__ import annotations

import json
import os
from pathlib import Path

from autograder.course import CourseError
from autograder.course.document import read_document
from autograder.errors import AutograderError
from autograder.store.database import Database, class_url, has_class_database, own_url
from autograder.text import Text

VARIABLE = "AUTOGRADER_STUDENT"
FILE = Path(".autograder") / "me.yml"
LONGEST_ID = 200
NO_ID = Text(
    zh="{text!r} 不是学号: 只能有字母、数字和连字符", en="{text!r} is no student's id: letters, digits, hyphens"
)
UNKNOWN = Text(
    zh="不知道你的学号; 说一次就行: autograder checkin --student 学号 (记在 {file})",
    en="your student's id is not known; say it once: autograder checkin --student ID (kept in {file})",
)


class IdentityError(AutograderError):
    """It is not known who the student is."""


def is_student_id(text: str) -> bool:
    """Tell whether a text can be a student's id, which is also the name of a folder."""
    return bool(
        text
        and text == text.strip()
        and len(text.encode("utf-8", "replace")) <= LONGEST_ID
        and not text.startswith(".")
        and not any(character in '/\\:*?"<>|' or not character.isprintable() for character in text)
    )


def checked_id(text: str) -> str:
    """Return a student's id; raises `IdentityError` for what cannot be one."""
    if not is_student_id(text):
        raise IdentityError(NO_ID.format(text=text))
    return text


def whoami(root: Path, given: str | None) -> str:
    """Return the student's id: the option, else the variable AUTOGRADER_STUDENT, else `.autograder/me.yml`."""
    if given is not None:
        return checked_id(given)
    if os.environ.get(VARIABLE):
        return checked_id(os.environ[VARIABLE])
    path = root / FILE
    if path.is_file():
        try:
            found = read_document(path, FILE.as_posix()).values.get("student")
        except CourseError as error:
            raise IdentityError(error.said) from error
        return checked_id(str(found))
    raise IdentityError(UNKNOWN.format(file=FILE.as_posix()))


def remember(root: Path, student: str) -> None:
    """Write the student's id to `.autograder/me.yml`, where there is none yet."""
    path = root / FILE
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"student: {json.dumps(student, ensure_ascii=False)}\n", "utf-8")


def is_class(root: Path) -> bool:
    """Tell whether the class's database is at hand; a student's machine has only his own record."""
    return has_class_database(root)


def students_database(root: Path) -> Database:
    """Open the class's database where it is at hand, else the student's own record; both have the same tables."""
    return Database(class_url(root) if is_class(root) else own_url(root))
