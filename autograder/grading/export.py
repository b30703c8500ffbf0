"""Results as a table that spreadsheets open."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from autograder.checkin.record import RosterLine
from autograder.checkin.weeks import by_number
from autograder.checkin.wording import MARKS, STATUS_WORDS
from autograder.course import Course
from autograder.grading.counting import Graded
from autograder.outside import one_line
from autograder.store.result import Finding, Result
from autograder.text import Language, Text
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
COLUMNS = ("student", "chapter", "status", "score", "max_score", "counts", "penalty_percent", "attempt")


def write_csv(path: Path, given: Sequence[Graded]) -> None:
    """Write one row per student and chapter: status, score, and the points of each task.

    A task is empty where the chapter does not have it, where nothing was graded, and where a TA has yet to mark it.
    Score and tasks are of the newest attempt; `counts` is what the attempt that counts is worth after `penalty_percent`.
    Of several results of one student in one chapter the last is shown. A file graded by path stands for its student.

    Args:
        path: the file to write; UTF-8 with a byte order mark, so that Excel shows Chinese.
        given: results, each with which attempt counts.
    """
    rows = {(one.result.student or one.result.submission, one.result.chapter): one for one in given}
    tasks = list(dict.fromkeys(finding.task for one in rows.values() for finding in one.result.findings))
    lines: list[Sequence[Cell]] = [(*COLUMNS, *tasks)]
    for (who, chapter), one in rows.items():
        result = one.result
        points = [_points(result, task) for task in tasks]
        lines.append((who, chapter, result.status, result.score, result.max_score, *_counting(one), *points))
    write_table(path, lines)


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


def _counting(one: Graded) -> tuple[Cell, Cell, Cell]:
    if one.counting is None:
        return one.result.score, 0, None
    chosen = one.counting.chosen
    return round(one.counting.points, 6), chosen.percent if chosen else 0.0, chosen.attempt.number if chosen else None


def _points(result: Result, task: str) -> float | None:
    graded = [one.points for one in result.findings if one.task == task and not _unmarked(one)]
    return math.fsum(graded) if graded else None


def _unmarked(finding: Finding) -> bool:
    return finding.kind == "written" and finding.status == "skipped"


@lru_cache(maxsize=4096)  # the same few points come again and again
def _number(value: float | None) -> str:
    return "" if value is None else f"{round(value, 6):.15g}"
