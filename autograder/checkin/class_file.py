"""A class list from a spreadsheet: CSV in UTF-8 or GBK, or .xlsx, read row by row, with an error for each bad one."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autograder.checkin.identity import is_student_id
from autograder.errors import AutograderError
from autograder.store.records import Student
from autograder.text import Text
from autograder.untrusted.limited import WITHIN, Plain, limited
from autograder.untrusted.workbook import XLS, XLSX, WorkbookError, rows_of_workbook

HEADINGS = {
    "id": ("id", "student", "student id", "student_id", "学号", "学生", "学生号", "编号"),
    "name": ("name", "full name", "姓名", "名字"),
    "email": ("email", "e-mail", "mail", "邮箱", "电子邮箱", "电子邮件"),
    "group": ("group", "class", "班级", "班", "组"),
    "joined": ("joined", "joined week", "week joined", "加入周", "入班周"),
}
# Canvas's gradebook: `Student` is a name there, and `ID` a number of its own.
CANVAS = {**HEADINGS, "id": ("sis user id",), "name": ("student",), "group": ("section",)}
POINTS_POSSIBLE = "Points Possible"  # a row of Canvas's that is no student
EMPTIED = "-"  # a cell that takes a value away; an empty one keeps what is known
EMAIL = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+\.[^@\s<>,;:\"()\[\]\\.]+")
LIMITS = {"name": 200, "email": 320, "group": 100}
MAX_FILE_SIZE = 64 << 20  # bytes


class ClassFileError(AutograderError):
    """A file that is no class list."""


FILE_TOO_LARGE = Text(zh="文件超过 {size} MiB", en="the file is larger than {size} MiB")
NO_TABLE = Text(zh="第 {line} 行：{error}", en="line {line}: {error}")
EMPTY = Text(zh="文件是空的", en="the file is empty")
ENCODING = Text(
    zh="第 {line} 行：既不是 UTF-8 也不是 GBK；请另存为 CSV UTF-8",
    en="line {line}: neither UTF-8 nor GBK; save the file as CSV UTF-8",
)
OLD_WORKBOOK = Text(
    zh="这是旧格式的 Excel 文件 (.xls)；请另存为 .xlsx 或 CSV UTF-8",
    en="this is an Excel file of the old form (.xls); save it as .xlsx or as CSV UTF-8",
)
NO_WORKBOOK = Text(zh="读不出表格 ({error})", en="no table can be read in it ({error})")
NO_ID_COLUMN = Text(
    zh="第 1 行：没有叫 学号 或 id 的列；现有：{shown}", en="line 1: no column named 学号 or id; there are: {shown}"
)
TWICE = Text(zh="{id!r} 在第 {line} 行已经出现过", en="{id!r} stands on line {line} already")
WIDE = Text(zh="有 {cells} 个单元格，表头只有 {width} 个", en="{cells} cells, the heading has {width}")
NO_ID = Text(zh="缺学号", en="the id is missing")
BAD_ID = Text(zh="{id!r} 不是学号：只能有字母、数字和连字符", en="{id!r} is not an id: use letters, digits and hyphens")
SHORTENED_ID = Text(
    zh="{id!r} 被电子表格缩写了；请把这一列设成文本格式",
    en="{id!r} was shortened by a spreadsheet; format the column as text",
)
BAD_EMAIL = Text(zh="{email!r} 不是邮箱地址", en="{email!r} is not an e-mail address")
TOO_LONG = Text(zh="{field} 超过 {limit} 个字符", en="the {field} is longer than {limit} characters")
NO_JOINED_WEEK = Text(
    zh="{text!r} 不是加入的周次；写成 5", en="{text!r} is not a week in which somebody joined; write it like 5"
)
CONTROL = Text(zh="{field} 含有控制字符", en="the {field} holds a control character")


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be taken.

    Attributes:
        line: 1-based line of the file on which the row ends.
    """

    line: int
    message: Text


@dataclass(frozen=True)
class ClassFile:
    """What a file says.

    What an empty cell or a missing column says is "" or None; what `-` says is `-`, a joined week 0.

    Attributes:
        encoding: In which it was read.
        unknown: Headings of columns that are not read.
    """

    students: tuple[Student, ...]
    bad: tuple[BadRow, ...]
    encoding: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What an import would change.

    Attributes:
        changed: Before and after.
        gone: Known, but not in the file.
        unplaced: New students of a class that is known already, without the week in which they joined.
    """

    added: tuple[Student, ...]
    changed: tuple[tuple[Student, Student], ...]
    gone: tuple[Student, ...]
    same: int
    unplaced: int = 0


def read_class_file(content: bytes) -> ClassFile:
    """Return the students of a CSV or .xlsx file.

    Raises:
        ClassFileError: Where it is no table with ids.
    """
    if len(content) > MAX_FILE_SIZE:
        raise ClassFileError(FILE_TOO_LARGE.format(size=MAX_FILE_SIZE >> 20))
    rows, encoding = _from_workbook(content) if content.startswith((XLSX, XLS)) else _from_csv(content)
    rows = [(line, row) for line, row in rows if any(cell.strip() for cell in row)]
    if not rows:
        raise ClassFileError(EMPTY)
    columns = _columns(rows[0][1])
    students: dict[str, Student] = {}
    bad: list[BadRow] = []
    lines: dict[str, int] = {}
    for line, row in rows[1:]:
        if row[0].strip() == POINTS_POSSIBLE:
            continue
        student, problems = _student(row, columns, len(rows[0][1]))
        if student.id in lines:
            problems = [TWICE.format(id=student.id, line=lines[student.id])]
        if problems:
            bad.append(BadRow(line, Text.joined(problems, "; ")))
        else:
            students[student.id], lines[student.id] = student, line
    unread = (cell.strip() for place, cell in enumerate(rows[0][1]) if place not in columns.values())
    return ClassFile(tuple(students.values()), tuple(bad), encoding, tuple(filter(None, unread)))


Rows = list[tuple[int, list[str]]]


def _from_csv(content: bytes) -> tuple[Rows, str]:
    """Return the rows, each with the line on which it ends, and the encoding."""
    text, encoding = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return [(reader.line_num, row) for row in reader], encoding
    except csv.Error as error:
        raise ClassFileError(NO_TABLE.format(line=reader.line_num, error=error)) from error


def _from_workbook(content: bytes) -> tuple[Rows, str]:
    """Return the rows of the first sheet, each with its number."""
    if content.startswith(XLS):
        raise ClassFileError(OLD_WORKBOOK)
    try:
        value, _ = limited(_sheet, {"content": content}, WITHIN)
    except AutograderError as error:
        raise ClassFileError(NO_WORKBOOK.format(error=error.said)) from error
    if "why" in value:
        raise ClassFileError(NO_WORKBOOK.format(error=value["why"]))
    return list(enumerate(value["rows"], 1)), "xlsx"


def _sheet(given: Any) -> Plain:
    try:
        return {"rows": rows_of_workbook(given["content"])}, ()
    except WorkbookError as error:
        return {"why": str(error)}, ()


def changes(file: ClassFile, known: Mapping[str, Student], *, complete: bool = False) -> Changes:
    """Return what an import would change.

    What the file lacks stays as it is known.

    Args:
        complete: Who is not in the file has left the class.
    """
    listed = {student.id: _filled(student, known.get(student.id)) for student in file.students}
    added = tuple(student for name, student in listed.items() if name not in known)
    changed = tuple(
        (known[name], student) for name, student in listed.items() if name in known and known[name] != student
    )
    gone = tuple(student for name, student in known.items() if complete and student.active and name not in listed)
    unplaced = sum(student.joined is None for student in added) if known else 0
    return Changes(added, changed, gone, len(listed) - len(added) - len(changed), unplaced)


def _filled(student: Student, known: Student | None) -> Student:
    """Return a student of a file with what is known in place of what the file lacks."""

    def said(field: str) -> str:
        own = str(getattr(student, field))
        return "" if own == EMPTIED else own or (str(getattr(known, field)) if known else "")

    joined = known.joined if student.joined is None and known else student.joined or None
    return replace(student, name=said("name"), email=said("email"), group=said("group"), joined=joined)


def to_store(found: Changes) -> list[Student]:
    """Return the rows that an import stores."""
    return [*found.added, *(after for _, after in found.changed), *(replace(one, active=False) for one in found.gone)]


def _decoded(content: bytes) -> tuple[str, str]:
    """Return the text and its encoding: UTF-16 by its mark, UTF-8 where it fits, else GBK (as GB 18030)."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace"), "UTF-16"
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030"), "GBK"
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ClassFileError(ENCODING.format(line=line)) from error


def _columns(heading: list[str]) -> dict[str, int]:
    names = [cell.strip().casefold() for cell in heading]
    headings = CANVAS if CANVAS["id"][0] in names else HEADINGS
    found = {
        field: next((position for position, name in enumerate(names) if name in options), -1)
        for field, options in headings.items()
    }
    if found["id"] < 0:
        shown = ", ".join(repr(cell.strip()) for cell in heading[:8])
        raise ClassFileError(NO_ID_COLUMN.format(shown=shown))
    return {field: position for field, position in found.items() if position >= 0}


def _student(row: list[str], columns: Mapping[str, int], width: int) -> tuple[Student, list[Text]]:
    cells = {
        field: unicodedata.normalize("NFC", row[position].strip()) if position < len(row) else ""
        for field, position in columns.items()
    }
    joined = re.fullmatch(r"(?:第\s*)?(\d{1,3})(?:\s*周)?", cells.get("joined", ""))
    week = int(joined[1]) if joined else 0 if cells.get("joined") == EMPTIED else None
    student = Student(cells["id"], cells.get("name", ""), cells.get("email", ""), cells.get("group", ""), joined=week)
    problems = list(_problems(student, len(row), width))
    if cells.get("joined") not in (None, "", EMPTIED) and not week:
        problems.append(NO_JOINED_WEEK.format(text=cells["joined"]))
    return student, problems


def _problems(student: Student, cells: int, width: int) -> Iterator[Text]:
    if cells > width:
        yield WIDE.format(cells=cells, width=width)
    if not student.id:
        yield NO_ID
    elif not is_student_id(student.id):
        yield BAD_ID.format(id=student.id)
    elif re.fullmatch(r"\d(\.\d+)?[Ee]\+\d+", student.id):
        yield SHORTENED_ID.format(id=student.id)
    if student.email not in ("", EMPTIED) and not EMAIL.fullmatch(student.email):
        yield BAD_EMAIL.format(email=student.email)
    for field, limit in LIMITS.items():
        value = getattr(student, field)
        if len(value) > limit:
            yield TOO_LONG.format(field=field, limit=limit)
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
            yield CONTROL.format(field=field)
