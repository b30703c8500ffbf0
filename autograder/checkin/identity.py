"""Who sits at this keyboard, what they said once, and which database holds their check-ins."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from autograder.course.drawn import plain_id
from autograder.errors import AutograderError
from autograder.store.place import account_name, has_class_database, own_folder
from autograder.store.records import Student
from autograder.text import Text
from autograder.writing import write_atomically

VARIABLE = "AUTOGRADER_STUDENT"
FILE = Path(".autograder") / "me.yml"
MAX_ID_LENGTH = 200
NO_ID = Text(
    zh="{text!r} 不是学号：只能有字母、数字和连字符", en="{text!r} is not a student id: use letters, digits and hyphens"
)
UNKNOWN = Text(
    zh="不知道你的学号：请加 --student 学号；submit 和 checkin 会记住它 (记在 {file})",
    en="your student id is not known: add --student ID; submit and checkin remember it (in {file})",
)


# What `remember` writes, and what a person writes by hand: `student: s042`.
SAID_LINE = re.compile(r"""(\w+): *(?:("(?:[^"\\]|\\.)*")|'([^']*)'|([^\s'"\[{&*!|>%@`#][^#]*?)) *(?:#.*)?""")
NOT_READ = Text(
    zh="{file}:{line}: 读不出来；每行写成 student: 学号",
    en="{file}:{line}: cannot be read; each line is like student: ID",
)
NOT_STAFF = Text(
    zh="账号 {account} 不是这门课的教师或助教；course.yml 的 staff: {staff}",
    en="the account {account} is not staff of this course; staff in course.yml: {staff}",
)
NOW_IS = Text(zh="{name} 从此是 {value} (以前是 {before})", en="{name} is {value} from now on (it was {before})")
NEARLY = Text(
    zh="学号 {given!r} 和记住的 {known!r} 只差空格、符号、大小写或全角半角；什么也没有记。你是 {known} 就不用写 --student; "
    "记住的写错了，就改 {file}",
    en="the id {given!r} differs from the remembered {known!r} only by spaces, signs, case or width; nothing was stored. If you "
    "are {known}, leave --student out; if what is remembered is wrong, correct {file}",
)


ANOTHER = Text(
    zh="这里记住的是 {known}，不能替 {given} 交：只有助教可以。记错了就改 {file}",
    en="{known} is stored here, and only a teaching assistant may hand in for {given}. If the stored id is wrong, "
    "correct {file}",
)


class IdentityError(AutograderError):
    """It is not known who the student is."""


def is_student_id(text: str) -> bool:
    """Return True if a text can be a student's id, which is also the name of a folder."""
    return bool(
        text
        and text == text.strip()
        and len(text.encode("utf-8", "replace")) <= MAX_ID_LENGTH
        and not text.startswith(".")
        and not any(character in '/\\:*?"<>|' or not character.isprintable() for character in text)
    )


def checked_id(text: str) -> str:
    """Return a student's id.

    Raises:
        IdentityError: For what cannot be one.
    """
    if not is_student_id(text):
        raise IdentityError(NO_ID.format(text=text))
    return text


def whoami(root: Path, given: str | None) -> str:
    """Return the student's id: the option, else the variable AUTOGRADER_STUDENT, else what is remembered."""
    if given is not None:
        return checked_id(given)
    if os.environ.get(VARIABLE):
        return checked_id(os.environ[VARIABLE])
    found = remembered(root).get("student")
    if found is None:
        raise IdentityError(UNKNOWN.format(file=FILE.as_posix()))
    return checked_id(str(found))


def check_not_mistyped(root: Path, student: str) -> None:
    """Raise `IdentityError` for an id that is the remembered one but for spaces, signs, case or width."""
    known = str(remembered(root).get("student") or student)
    if student != known and plain_id(student) == plain_id(known):
        raise IdentityError(NEARLY.format(given=student, known=known, file=FILE.as_posix()))


def refuse_another(root: Path, student: str | None) -> None:
    """Raise `IdentityError` where the id is another than this machine remembers: only staff may hand in for others."""
    known = remembered(root).get("student")
    if student is not None and known is not None and str(known) != student:
        check_not_mistyped(root, student)
        raise IdentityError(ANOTHER.format(given=student, known=known, file=FILE.as_posix()))


def target_of(root: Path, given: Path | None) -> Path:
    """Return the folder in which the class's submissions lie: the option, else what is remembered, else `submitted/`."""
    found = given or remembered(root).get("to")
    return Path(str(found)) if found else root / "submitted"


def remembered(root: Path) -> Mapping[str, Any]:
    """Return what was said before: `student`, `to`.

    Raises:
        IdentityError: Where the file cannot be read.
    """
    path = own_folder(root) / FILE.name
    if not path.is_file():
        return {}
    found: dict[str, Any] = {}
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise IdentityError(NOT_READ.format(file=FILE.as_posix(), line=1)) from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        said = SAID_LINE.fullmatch(line)
        if said is None:
            raise IdentityError(NOT_READ.format(file=FILE.as_posix(), line=number))
        name, quoted, single, bare = said.groups()
        try:
            found[name] = json.loads(quoted) if quoted else single or bare
        except ValueError as error:
            raise IdentityError(NOT_READ.format(file=FILE.as_posix(), line=number)) from error
    return found


def remember(root: Path, student: str | None = None, to: Path | None = None) -> tuple[Text, ...]:
    """Keep what is given, for all verbs; return what that changes, nothing where it was not said before."""
    if student is None and to is None:
        return ()
    before = dict(remembered(root))
    given = {"student": student, "to": str(to.resolve()) if to else None}
    after = {**before, **{name: value for name, value in given.items() if value is not None}}
    if after == before:
        return ()
    path = own_folder(root) / FILE.name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"{name}: {json.dumps(str(value), ensure_ascii=False)}\n" for name, value in after.items())
    write_atomically(path, "".join(lines))
    changed = (name for name in given if name in before and before[name] != after[name])
    return tuple(NOW_IS.format(name=name, value=after[name], before=before[name]) for name in changed)


def near_ids(student: str, listed: Iterable[Student]) -> list[str]:
    """Return ids, each with its name, that a person may have meant: the same but for spaces, signs and width, else alike."""
    known = {one.id: one for one in listed}
    same = [name for name in known if plain_id(name) == plain_id(student)]
    near = same or sorted(get_close_matches(student, known, n=3))
    return [f"{name} {known[name].name}".rstrip() for name in near]


def is_class(root: Path, staff: Collection[str] = ()) -> bool:
    """Return True if this account works for the class: its database is at hand, and it is staff where course.yml names
    some.

    Everybody else has only their own record, in a shared folder, too.
    """
    return has_class_database(root) and (not staff or account_name() in staff)


def check_staff(staff: Collection[str]) -> None:
    """Raise `IdentityError` for an account that course.yml does not name among its staff."""
    if staff and account_name() not in staff:
        raise IdentityError(NOT_STAFF.format(account=account_name(), staff=", ".join(sorted(staff))))
