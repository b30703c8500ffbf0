"""Tables that come with hand-ins: Moodle's grading worksheet, Canvas's gradebook, the table of a survey.

Headings and dates are in the platform's language, so rows are understood by what stands in them, not by their headings.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from autograder.errors import AutograderError
from autograder.handin.matching import ClassList
from autograder.submission import Rejected
from autograder.submission.encoding import decoded
from autograder.text import Text
from autograder.untrusted.limited import WITHIN, Plain, limited
from autograder.untrusted.workbook import MAX_ROWS, WorkbookError, rows_of_workbook

TABLES = (".csv", ".tsv", ".xlsx")
MAX_MIB = 64
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NO_TABLE = Text(zh="{file}: 读不出表格 ({why})", en="{file}: no table can be read in it ({why})")
_NUMBER = re.compile(r"\D*?(\d+)")
_LATE = re.compile(r"\blate\b|\boverdue\b|迟交|逾期|迟到|遲交|已过期", re.IGNORECASE)
_SPAN = re.compile(
    r"(\d+)\s*(?:(?P<d>days?|天|日)|(?P<h>hours?|hrs?|小时|小時)|(?P<m>min(?:ute)?s?|分钟|分鐘|分)|(?P<s>sec(?:ond)?s?|秒))",
    re.IGNORECASE,
)
_ISO = re.compile(r"(\d{4})[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})日?")
_ENGLISH = re.compile(r"(\d{1,2})\s+([A-Za-z]{3})[a-z]*\.?,?\s+(\d{4})|([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})")
_CLOCK = re.compile(r"(上午|下午|晚上|中午|凌晨)?\s*(\d{1,2}):(\d\d)(?::(\d\d))?\s*([AaPp]\.?[Mm])?")


class TableError(AutograderError):
    """A file that is no table."""


@dataclass(frozen=True)
class Row:
    """What a table says about one student.

    Attributes:
        late: By its status, None where it says nothing; files: what they handed in.
    """

    student: str | None
    moment: datetime | None = None
    late: bool | None = None
    texts: tuple[str, ...] = ()


@dataclass
class Joined:
    """What all tables together say.

    Attributes:
        by_number: The platform's numbers.
        by_file: Names of files, in small letters.
    """

    by_number: dict[str, Row] = field(default_factory=dict)
    by_file: dict[str, Row] = field(default_factory=dict)
    by_student: dict[str, Row] = field(default_factory=dict)


def read_table(path: Path) -> list[list[str]]:
    """Return the cells of a CSV file (UTF-8, UTF-16 or GBK) or of the first sheet of an .xlsx; raises `TableError`."""
    try:
        if path.stat().st_size > MAX_MIB << 20:
            raise ValueError(f"> {MAX_MIB} MiB")
        value, _ = limited(_cells, {"content": path.read_bytes(), "name": path.name}, WITHIN)
        if "why" in value:
            raise ValueError(value["why"])
    except (ValueError, AutograderError, RuntimeError) as error:
        raise TableError(NO_TABLE.format(file=path, why=error)) from error
    return [[str(cell) for cell in row] for row in value["rows"]]


def join(joined: Joined, cells: Sequence[Sequence[str]], students: ClassList, zone: ZoneInfo, due: datetime) -> None:
    """Add what a table says.

    Args:
        zone, due: Of times without a zone, and of a lateness without a time.
    """
    if not cells:
        return
    head = [cell.strip().lstrip("\ufeff") for cell in cells[0]]
    is_canvas = head[:1] == ["Student"] and "ID" in head
    for line in cells[1:]:
        row = _row(line, head, students, zone, due)
        number = line[head.index("ID")].strip() if is_canvas and len(line) > head.index("ID") else ""
        if not is_canvas and line and (found := _NUMBER.fullmatch(line[0].strip())):
            number = found[1]
        if number and (row.student or row.late is not None or row.moment):
            joined.by_number.setdefault(number, row)
        if row.student:
            joined.by_student.setdefault(row.student, row)
        for cell in line:
            for name in _file_names(cell):
                joined.by_file.setdefault(name, row)


def _file_names(cell: str) -> Iterable[str]:
    """Yield the names of files in a cell: attachments of a survey stand there as names or as addresses, several at times."""
    for piece in re.split(r"[\n;,，；|]", cell):
        name = unquote(piece.strip().split("?", 1)[0]).rpartition("/")[2]
        if re.search(r"\.\w{1,12}$", name) and "@" not in name:
            yield name.casefold()


def _row(line: Sequence[str], head: Sequence[str], students: ClassList, zone: ZoneInfo, due: datetime) -> Row:
    texts = tuple(cell.strip() for cell in line if cell.strip())
    exact = list(dict.fromkeys(one for cell in texts if (one := students.exactly(cell))))
    student = exact[0] if len(exact) == 1 else None
    if student is None and not exact:
        whole = [one for cell in texts if len(cell) <= 60 and (one := students.match([cell]).student)]
        student = whole[0] if len(set(whole)) == 1 else None
    moments = [(place, moment) for place, cell in enumerate(line) if (moment := moment_in(cell, zone))]
    named = [
        moment
        for place, moment in moments
        if re.search(r"submission|submitted|提交|作业|交卷", head[place] if place < len(head) else "", re.IGNORECASE)
    ]
    moment = named[0] if named else (moments[0][1] if moments else None)
    status = next((cell for cell in texts if _LATE.search(cell) and len(cell) < 200), "")
    if status and moment is None and (span := _span(status)):
        moment = due + span
    known = bool(status) or any(re.search(r"submitted for grading|已提交|early", cell, re.IGNORECASE) for cell in texts)
    return Row(student, moment, bool(status) if known else None, texts)


def _span(text: str) -> timedelta | None:
    found = timedelta()
    for part in _SPAN.finditer(text):
        unit = next(name for name in "dhms" if part[name])
        found += (
            int(part[1][:6])
            * {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)}[
                unit
            ]
        )
    return found or None


def moment_in(text: str, zone: ZoneInfo) -> datetime | None:
    """Return the moment that a cell names, in UTC; None for a date without a time of day and for anything else."""
    if len(text) > 100:
        return None
    day, clock = _ISO.search(text), _CLOCK.search(text)
    if clock is None:
        return None
    try:
        if day:
            date = [int(day[n]) for n in (1, 2, 3)]
        elif english := _ENGLISH.search(text):
            month = (english[2] or english[4]).lower()
            date = [int(english[3] or english[6]), MONTHS.index(month) + 1, int(english[1] or english[5])]
        else:
            return None
        hour = int(clock[2])
        half = (clock[5] or "").lower().replace(".", "")
        if (half == "pm" or clock[1] in ("下午", "晚上")) and hour < 12:
            hour += 12
        if (half == "am" or clock[1] == "凌晨") and hour == 12:
            hour = 0
        moment = datetime(date[0], date[1], date[2], hour, int(clock[3]), int(clock[4] or 0), tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _cells(given: Any) -> Plain:
    content, name = given["content"], given["name"]
    try:
        if name.lower().endswith(".xlsx"):
            rows = rows_of_workbook(content)
        else:
            text = decoded(content, name)
            first = text.split("\n", 1)[0]
            delimiter = max(",;\t", key=first.count)
            csv.field_size_limit(1 << 20)
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[:MAX_ROWS]
    except Rejected as error:
        return {"why": error.reason.en}, ()
    except (WorkbookError, csv.Error) as error:
        return {"why": str(error)}, ()
    return {"rows": [row for row in rows if any(cell.strip() for cell in row)]}, ()
