"""Give points back to Moodle or Canvas: fill the teacher's own table, and say what the platform would skip, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal
from zoneinfo import ZoneInfo

from autograder.errors import AutograderError
from autograder.grading.attempt_choice import Graded, choice_said
from autograder.handin.claims import Claim, claim_of
from autograder.handin.gradebooks import Gradebook, Line
from autograder.store.handins import Received
from autograder.store.records import LEFT_OUT, Student
from autograder.text import Json, Language, Text
from autograder.untrusted.outside import one_line

Platform = Literal["moodle", "canvas"]
State = Literal[
    "filled",
    "unchanged",
    "nothing",
    "unknown",
    "locked",
    "out_of_range",
    "excused",
    "left_out",
    "short",
    "double",
    "no_row",
]
LOOK: frozenset[State] = frozenset(("unknown", "locked", "out_of_range", "short", "double", "no_row"))
DIGITS = 2  # after the decimal point: Moodle and Canvas show so many
SAME_BELOW = 0.005
OURS = ("autograder: ", "自动评分：")
COMMENT = Text(zh="自动评分：{points:g}/{most:g} 分。", en="autograder: {points:g}/{most:g}.")
OTHER_MOST = Text(
    zh="表里最高是 {table:g} 分，这一章最高 {own:g} 分：加 --scale 按比例换算，或者先在平台上改最高分",
    en="the table's maximum is {table:g}, the chapter's {own:g}: add --scale to convert, or change it on the platform first",
)
WHY: dict[State, Text] = {
    "nothing": Text(zh="没有算数的提交：留空，平台跳过", en="no attempt counts: left as it is, the platform skips it"),
    "unknown": Text(zh="名单里没有这个人：没有改", en="not on the class list: left as it is"),
    "locked": Text(
        zh="平台上锁定了 (不能改成绩)：没有改", en="locked on the platform (grade can be changed: no): left as it is"
    ),
    "excused": Text(zh="平台上已免除 (EX)：没有改", en="excused on the platform (EX): left as it is"),
    "left_out": Text(
        zh="这里免除了，不计入总分：没有改；平台上也要免除 (Canvas 写 EX)",
        en="excused here, no part of the total: left as it is; excuse them on the platform, too (Canvas: EX)",
    ),
    "short": Text(zh="这一行没有成绩列：没有改", en="the row has no cell for the grade: left as it is"),
    "double": Text(zh="同一个学生的第二行：没有改", en="a second row of one student: left as it is"),
    "no_row": Text(zh="有分，表里却没有这个学生", en="has points, but no row in the table"),
    "unchanged": Text(zh="已经是这个分：平台跳过", en="has these points already: the platform skips it"),
}
OUT_OF_RANGE = Text(
    zh="{points:g} 分超出 0 到 {most:g}: Moodle 会不声不响地跳过，没有改",
    en="{points:g} is not from 0 to {most:g}: Moodle would skip it without a word, left as it is",
)
REPLACES = Text(
    zh="代替 {old}：在表下载之后又在网上改过的，Moodle 会跳过",
    en="in place of {old}; Moodle skips it where it was graded online after the table was downloaded",
)


class ReturnError(AutograderError):
    """A table that cannot be filled with these points."""


@dataclass(frozen=True)
class Filled:
    """What became of a row, or of a student without one.

    Attributes:
        row: 1 is the heading.
        old, new: What the cell said and says.
    """

    row: int | None
    student: str | None
    name: str
    state: State
    old: str = ""
    new: str = ""
    why: Text | None = None

    def record(self, language: Language) -> dict[str, Json]:
        """Return the JSON values of `return --json`."""
        said = self.why.to(language) if self.why else ""
        return {**vars(self), "why": said}


def fill(
    book: Gradebook, given: Sequence[Graded], platform: Platform, language: Language, *, scale: bool = False
) -> tuple[bytes, list[Filled]]:
    """Return the table with the points that count, and what became of each row and student.

    Raises:
        ReturnError: Where the table's maximum is another one and `scale` does not ask to convert.
    """
    counts = {str(one.result.student): one for one in given if one.choice and one.choice.chosen}
    _check_most(book, counts, scale=scale)
    new: dict[tuple[int, int], str] = {}
    found: list[Filled] = []
    seen: set[str] = set()
    for line in book.lines:
        one = counts.get(line.student or "")
        row = Filled(line.row + 1, line.student, line.name, "filled", book.text(line, book.grade) or "")
        state = _state(book, line, one, seen)
        seen |= {line.student} if line.student else set()
        if state != "filled" or one is None:
            found.append(replace(row, state=state, why=WHY[state]))
            continue
        found.append(_filled(book, row, one, platform, scale=scale))
        if found[-1].state == "filled":
            new[line.row, book.grade] = found[-1].new
        if found[-1].state in ("filled", "unchanged") and (said := _comment(book, line, one, language)):
            new[line.row, book.comments or 0] = said
    found += [Filled(None, who, "", "no_row", why=WHY["no_row"]) for who in sorted(counts.keys() - seen)]
    return book.cells.changed(new), found


def _check_most(book: Gradebook, counts: Mapping[str, Graded], *, scale: bool) -> None:
    own = {one.choice.chosen.attempt.max_points for one in counts.values() if one.choice and one.choice.chosen}
    other = [most for most in own if book.most is not None and abs(most - book.most) > 1e-9]
    if other and not scale:
        raise ReturnError(OTHER_MOST.format(table=book.most, own=other[0]))


def _state(book: Gradebook, line: Line, one: Graded | None, seen: set[str]) -> State:
    if line.student is None:
        return "unknown"
    if line.student in seen:
        return "double"
    if one is None:
        return "nothing"
    old = book.text(line, book.grade)
    if old is None:
        return "short"
    if old.casefold() == "ex":
        return "excused"
    if one.choice and LEFT_OUT in one.choice.excused:
        return "left_out"
    return "locked" if line.locked else "filled"


def _filled(book: Gradebook, row: Filled, one: Graded, platform: Platform, *, scale: bool) -> Filled:
    assert one.choice is not None
    assert one.choice.chosen is not None
    most = one.choice.chosen.attempt.max_points
    points = one.choice.points
    if scale and book.most and most:
        points *= book.most / most
    points = round(points, DIGITS)
    if platform == "moodle" and book.most is not None and not 0 <= points <= book.most:
        return replace(row, state="out_of_range", why=OUT_OF_RANGE.format(points=points, most=book.most))
    new = f"{points:.{DIGITS}f}".rstrip("0").rstrip(".")
    new = new.replace(".", ",") if book.comma else new
    if _same(row.old, points):
        return replace(row, state="unchanged", new=row.old, why=WHY["unchanged"])
    return replace(row, new=new, why=REPLACES.format(old=row.old) if row.old and platform == "moodle" else None)


def _same(old: str, points: float) -> bool:
    try:
        return abs(float(old.replace(",", ".")) - points) < SAME_BELOW
    except ValueError:
        return False


def _comment(book: Gradebook, line: Line, one: Graded, language: Language) -> str:
    """Return the words to the student; empty where a teacher wrote some, or ours stand there already."""
    old = book.text(line, book.comments) if book.comments is not None else None
    if old is None or (old and not old.startswith(OURS)):
        return ""
    assert one.choice is not None
    assert one.choice.chosen is not None
    said = COMMENT.format(points=round(one.choice.points, 6), most=one.choice.chosen.attempt.max_points).to(language)
    which = choice_said(one.choice)
    text = one_line(f"{said} {which.to(language)}" if which else said)
    return "" if text == old else text


def origins(known: Mapping[tuple[str, str, str], Received], zone: ZoneInfo, platform: Platform) -> dict[str, Claim]:
    """Return what the platform's names said of each student's newest hand-in that came from there."""
    found: dict[str, Claim] = {}
    for (student, _, _), one in known.items():
        inside = one.origin.rpartition("!")[2]
        claim = claim_of(PurePosixPath(inside).parts, zone) if inside else None
        if claim and claim.layout == platform and claim.lms_id:
            found[student] = claim
    return found


def numbers_of(found: Mapping[str, Claim]) -> dict[str, str]:
    """Return students by the platform's number, of those that one student alone has: a team has one for all."""
    owners: dict[str, set[str]] = {}
    for student, claim in found.items():
        owners.setdefault(claim.lms_id, set()).add(student)
    return {number: students.pop() for number, students in owners.items() if len(students) == 1}


def shown_name(line: Line, students: Mapping[str, Student]) -> str:
    """Return how a row is named to people."""
    known = students.get(line.student or "")
    return known.name if known and known.name else line.name
