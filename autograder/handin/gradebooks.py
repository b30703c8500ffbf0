"""The tables of points that teachers download from Moodle and Canvas: which column holds what, and whose a row is.

Moodle's headings and words are in the site's language, so its columns are known by what stands in them, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.errors import AutograderError
from autograder.handin.cells import Cells
from autograder.handin.matching import ClassList, plain
from autograder.text import Text

GRADE = (
    *("grade", "成绩", "成績", "评分", "分数", "bewertung", "note", "calificación", "nota", "nilai", "cijfer"),
    *("оценка", "評点", "評定", "성적", "valutazione", "ocena", "karakter", "betyg", "điểm"),
)
MOST = (
    "maximum grade",
    "maximum",
    "最高分",
    "最高成绩",
    "满分",
    "最高成績",
    "bestwertung",
    "note maximale",
    "calificación máxima",
)
COMMENTS = (
    "feedback comments",
    "反馈评论",
    "评语",
    "反饋評論",
    "回饋評論",
    "feedback als kommentar",
    "commentaires",
    "feedback",
)
NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
PARTICIPANT = re.compile(r"[^\d]+?(\d+)")
YES_NO = re.compile(
    r"yes|no|是|否|ja|nein|oui|non|sí|si|да|нет|はい|いいえ|예|아니오|tak|nie|nee|nej|sim|não|có|không", re.IGNORECASE
)
NO = frozenset(("no", "否", "nein", "non", "нет", "いいえ", "아니오", "nie", "nee", "nej", "não", "không"))
POINTS_POSSIBLE = "points possible"
READ_ONLY = "(read only)"
TITLE = re.compile(r"(?P<title>.+) \((?P<id>\d+)\)")
NO_SHEET = Text(
    zh="{file}: 不是 Moodle 的评分表：第一列不是“参与者 123”这样的编号，或者找不到成绩列和它后面的最高分列",
    en="{file}: this is not a Moodle grading worksheet: its first column is not like “Participant 123”, or there is no column "
    "of grades with the maximum behind it",
)
NO_GRADEBOOK = Text(
    zh="{file}: 不是 Canvas 的成绩册：表头要有 Student 和 ID",
    en="{file}: this is not a Canvas gradebook: the heading of one has Student and ID",
)
WHICH_COLUMN = Text(
    zh="{file}: 哪一列是 {chapter}? 加上 --column；有：{columns}",
    en="{file}: which column is {chapter}? Add --column; there are: {columns}",
)


class GradebookError(AutograderError):
    """A table that cannot be filled."""


@dataclass(frozen=True)
class Line:
    """One student's row.

    Attributes:
        row: Its place in the table.
        student: None where it is nobody of the class list.
        number: The platform's own.
        locked: The platform takes no grade for it.
    """

    row: int
    student: str | None
    name: str
    number: str
    locked: bool = False


@dataclass(frozen=True)
class Gradebook:
    """A table with the columns that matter.

    Attributes:
        most: What the platform gives at most, None where it does not say.
        comments: The column of words to the student, None where there is none.
        comma: Decimals have one.
    """

    cells: Cells
    lines: tuple[Line, ...]
    grade: int
    most: float | None
    comments: int | None = None
    comma: bool = False

    def text(self, line: Line, column: int) -> str | None:
        """Return what a cell says, None where the row is too short to have it."""
        row = self.cells.rows[line.row]
        return row[column].text.strip() if column < len(row) else None


def moodle_sheet(cells: Cells, file: str, students: ClassList, numbers: Mapping[str, str]) -> Gradebook:
    """Return Moodle's grading worksheet; raises `GradebookError`.

    Args:
        numbers: Students by participant number, as collected.
    """
    head, body = _headings(cells), range(1, len(cells.rows))
    of_rows = [PARTICIPANT.fullmatch(cells.rows[row][0].text.strip()) for row in body]
    most = _column(head, MOST) or _same_number(cells)
    grade = _column(head, GRADE)
    grade = most - 1 if grade is None and most else grade
    if not of_rows or not all(of_rows) or grade is None or most is None or grade == most:
        raise GradebookError(NO_SHEET.format(file=file))
    locks = _yes_no(cells, most + 1)
    comments = _column(head, COMMENTS)
    texts = [cells.rows[row][most].text for row in body if most < len(cells.rows[row])]
    lines = []
    for row, found in zip(body, of_rows, strict=True):
        number = found[1] if found else ""
        values = [cell.text.strip() for cell in cells.rows[row][1:grade]]
        locked = (
            locks is not None and locks < len(cells.rows[row]) and cells.rows[row][locks].text.strip().lower() in NO
        )
        student = numbers.get(number) or _who(values, students)
        lines.append(Line(row, student, values[0] if values else "", number, locked))
    return Gradebook(
        cells, tuple(lines), grade, _value(texts[0]) if texts else None, comments, any("," in t for t in texts)
    )


def canvas_gradebook(
    cells: Cells,
    file: str,
    students: ClassList,
    numbers: Mapping[str, str],
    wanted: Callable[[str], bool],
    column: str | None,
    chapter: str,
) -> Gradebook:
    """Return Canvas's gradebook; raises `GradebookError`.

    Args:
        wanted: Tells whether a title is the chapter's.
        column: The title that a TA named.
    """
    head = [cell.text.strip() for cell in cells.rows[0]] if cells.rows else []
    head = [head[0].lstrip("\ufeff"), *head[1:]] if head else head
    if head[:1] != ["Student"] or "ID" not in head:
        raise GradebookError(NO_GRADEBOOK.format(file=file))
    possible = next((row for row in cells.rows if row[0].text.strip().casefold() == POINTS_POSSIBLE), ())
    fixed = {place for place, cell in enumerate(possible) if cell.text.strip().casefold() == READ_ONLY}
    titles = {
        place: found["title"]
        for place, text in enumerate(head)
        if place not in fixed and (found := TITLE.fullmatch(text))
    }
    chosen = [
        place
        for place, title in titles.items()
        if (head[place] == column or title == column if column else wanted(title))
    ]
    if len(chosen) != 1:
        columns = ", ".join(head[place] for place in titles) or "—"
        raise GradebookError(WHICH_COLUMN.format(file=file, chapter=chapter, columns=columns))
    (grade,) = chosen
    ids = [head.index(name) for name in ("SIS User ID", "SIS Login ID", "Integration ID") if name in head]
    lines = []
    for row, values in enumerate(cells.rows[1:], 1):
        number = values[head.index("ID")].text.strip() if head.index("ID") < len(values) else ""
        if not number.isdigit():
            continue  # points possible, how grades are posted
        known = [values[place].text.strip() for place in ids if place < len(values)]
        name = values[0].text.strip()
        student = numbers.get(number) or next((s for one in known if one and (s := students.exactly(one))), None)
        lines.append(Line(row, student or _by_name(name, students), name, number))
    most = _value(possible[grade].text) if grade < len(possible) else None
    marks = [values[grade].text for values in cells.rows[1:] if grade < len(values)]
    comma = cells.separator == ";" and not any("." in one for one in marks)
    return Gradebook(cells, tuple(lines), grade, most, comma=comma)


def _headings(cells: Cells) -> list[str]:
    return [plain(cell.text.strip().lstrip("\ufeff")) for cell in cells.rows[0]] if cells.rows else []


def _column(head: Sequence[str], names: Iterable[str]) -> int | None:
    known = [plain(name) for name in names]
    found = [place for place, text in enumerate(head) if text in known and place]
    return found[0] if len(found) == 1 else None


def _same_number(cells: Cells) -> int | None:
    """Return the first column but the first in which every row has the same number above 0: the maximum."""
    for place in range(2, min(map(len, cells.rows), default=0)):
        values = {cells.rows[row][place].text.strip() for row in range(1, len(cells.rows))}
        if len(values) == 1 and (value := _value(values.pop())) and value > 0:
            return place
    return None


def _yes_no(cells: Cells, first: int) -> int | None:
    """Return the column that says whether grades can be changed."""
    for place in range(first, min(map(len, cells.rows), default=0)):
        values = [cells.rows[row][place].text.strip() for row in range(1, len(cells.rows))]
        if values and all(YES_NO.fullmatch(value) for value in values):
            return place
    return None


def _who(values: Sequence[str], students: ClassList) -> str | None:
    """Return whose a row is: by an id or an address, else by the name alone."""
    exact = {found for value in values if value and (found := students.exactly(value))}
    if exact:
        return exact.pop() if len(exact) == 1 else None
    return _by_name(values[0], students) if values else None


def _by_name(name: str, students: ClassList) -> str | None:
    """Return the only student of a name, also of one that is written `family, given`."""
    return students.match([" ".join(name.replace(",", " ").split())]).student if name else None


def _value(text: str) -> float | None:
    text = text.strip()
    return float(text.replace(",", ".")) if NUMBER.fullmatch(text) else None
