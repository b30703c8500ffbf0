"""Tables that spreadsheets open."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from autograder.checkin.record import RosterLine
from autograder.checkin.weeks import by_number
from autograder.checkin.wording import MARKS, STATUS_WORDS
from autograder.course import Course
from autograder.text import Language, Text
from autograder.untrusted.outside import one_line
from autograder.writing import unfinished

# What begins so is a formula to some spreadsheet; the last four are the wide forms of the first four. A cell begins at
# its first character, and behind a semicolon where the spreadsheet takes that for the separator of cells, which is what
# those of half of Europe do, in spite of quotes.
_BEGINS_A_FORMULA = re.compile(r"""(^|;)(?=[\s"]*[=+\-@＝＋－＠]|[\t\r\n])""")
ROSTER_COLUMNS = (
    Text(zh="学号", en="student"),
    Text(zh="姓名", en="name"),
    Text(zh="班级", en="group"),
    Text(zh="完成率 %", en="completion %"),
    Text(zh="连续周数", en="current streak"),
    Text(zh="最长连续", en="longest streak"),
    Text(zh="完成周数", en="weeks done"),
    Text(zh="课程得分", en="course points"),
    Text(zh="需要关注", en="at risk"),
    Text(zh="说明可疑之处", en="noticed about notes"),
)
WEEK = Text(zh="第{week}周", en="week {week}")


def write_roster(path: Path, course: Course, lines: Sequence[RosterLine], language: Language) -> None:
    """Write one row per student: weeks, completion, streaks, points of each chapter, and why who is at risk.

    UTF-8 with a byte order mark, so that Excel shows Chinese; no cell is a formula.
    """
    words = {mark: STATUS_WORDS[status].to(language) for status, mark in MARKS.items()}
    weeks = [WEEK.to(language).format(week=week.week) for week in by_number(course)]
    heading = [text.to(language) for text in ROSTER_COLUMNS]
    table: list[Sequence[Cell]] = [
        (*heading[:3], *weeks, *heading[3:7], *(dates.id for dates in course.chapters), *heading[7:])
    ]
    for line in lines:
        texts, marks = (line.student, line.name, line.group), (words[mark] for mark in line.marks)
        figures = (round(100 * line.completion, 1), line.current, line.longest, line.done)
        table.append(
            (
                *texts,
                *marks,
                *figures,
                *line.points,
                line.course_points,
                "; ".join(line.at_risk),
                "; ".join(line.noticed),
            )
        )
    write_table(path, table)


Cell = str | float | None


def write_workbook(path: Path, rows: Iterable[Sequence[Cell]]) -> None:
    """Write the same table as one sheet of an .xlsx file: texts stay texts, and ids keep their zeros."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    with unfinished(path) as beside:
        book.save(beside)


def write_table(path: Path, rows: Iterable[Sequence[Cell]]) -> None:
    """Write a CSV file, whole or not at all. Every table of ours goes through here.

    UTF-8 with a byte order mark, so that Excel shows Chinese. Numbers are written as they are; None is an empty cell;
    no text is a formula, whatever separator the spreadsheet believes in, and each is one line.
    """
    with unfinished(path) as beside, beside.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        table = csv.writer(file)
        for row in rows:
            table.writerow([harmless(cell) if isinstance(cell, str) else _number(cell) for cell in row])


def harmless(text: str) -> str:
    """Return `text` as one line that no spreadsheet takes for a formula."""
    return one_line(_BEGINS_A_FORMULA.sub(r"\1'", text))


@lru_cache(maxsize=4096)  # the same few points come again and again
def _number(value: float | None) -> str:
    return "" if value is None else f"{round(value, 6):.15g}"
