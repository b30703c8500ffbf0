"""What a student should know before an answer is handed in: wrong chapter, nothing written, no weights, late, attempts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from autograder.checkin.late import days_late, percent_off
from autograder.checkin.weeks import day_of
from autograder.checkin.wording import shown_moment, shown_span
from autograder.course import Chapter, Course
from autograder.submission import RawSubmission, Rejected, parse_notebook
from autograder.submission.chapter_of import Signs, names_in, other_chapter, signs_in, signs_of
from autograder.submission.encoding import decoded
from autograder.submission.receipts import Receipt
from autograder.text import Text

OTHER_CHAPTER = Text(zh="这是 {other} 的答案，不是 {chapter} 的", en="this is {other}, not {chapter}")
UNTOUCHED = Text(
    zh="骨架一处也没有写：交上去是 0 分", en="nothing is written into the skeleton yet: it will get 0 points"
)
NOT_WRITTEN = Text(zh="还没有写的：{tasks}", en="not written yet: {tasks}")
NO_WEIGHTS = Text(
    zh="没有权重文件 ({name} 应在答案旁边)：{points:g} 分拿不到",
    en="there is no weights file ({name} should be beside the answer): {points:g} points cannot be earned",
)
LATE = Text(
    zh="迟交 {span} (截止 {due})：扣 {percent:g}%{more}",
    en="late by {span} (due {due}): {percent:g} % are taken off{more}",
)
MORE_EACH_DAY = Text(zh="，每过一天再扣 {percent:g}%", en=", {percent:g} % more with each day")
IN_GRACE = Text(
    zh="截止时间 {due} 已过 {span}，还在宽限之内，不扣分",
    en="the deadline {due} was {span} ago, which is within the grace period: no points are taken off",
)
EARLIER = {
    "best": Text(
        zh="{when} 交过一次：两次都保留，扣分后高的一次算数",
        en="you handed in at {when}: both are kept, and the one with more points after deductions counts",
    ),
    "last": Text(
        zh="{when} 交过一次：从现在起这一次算数，不论高低",
        en="you handed in at {when}: from now on this one counts, better or not",
    ),
    "best_on_time": Text(
        zh="{when} 交过一次：两次都保留，按时的里面高的一次算数",
        en="you handed in at {when}: both are kept, and the better one of those in time counts",
    ),
    "chosen": Text(
        zh="{when} 交过一次：两次都保留，从现在起这一次算数，除非助教另选",
        en="you handed in at {when}: both are kept, and this one counts from now on, unless a teaching assistant chooses another",
    ),
}
TOO_MANY = Text(
    zh="今天已经交过 {count} 次，一天里只有前 {limit} 次算数：这一次多半不算",
    en="you handed in {count} times today, and only the first {limit} of a day count: this one most likely does "
    "not count",
)
# What nbgrader puts into a cell for an answer, of code and of words.
UNFINISHED = re.compile(r"^\s*raise NotImplementedError|^YOUR ANSWER HERE", re.MULTILINE)


@dataclass(frozen=True)
class Remark:
    """Something to know beforehand.

    Attributes:
        serious: Most likely a mistake, which is asked about.
        refused: Also where nobody can be asked.
    """

    said: Text
    serious: bool = False
    refused: bool = False


def remarks_on(
    raw: RawSubmission,
    chapter: Chapter,
    course: Course,
    known: Sequence[Signs],
    due: datetime,
    now: datetime,
    earlier: Sequence[Receipt],
) -> Iterator[Remark]:
    """Yield what a student should know before they hand in.

    Args:
        raw: the answer.
        chapter: the chapter it is handed in for.
        course: has the late policy.
        known: the signs of the chapters that are at hand.
        due: the deadline of this student.
        now: the present moment, in UTC.
        earlier: receipts of the same chapter, oldest first.
    """
    yield from _about_content(raw, chapter, known)
    accuracy = chapter.accuracy
    if accuracy is not None and accuracy.retrain is None and raw.weights is None:
        task = chapter.task(accuracy.task)
        points = sum(entry.points for entry in task.checks if entry.id == "accuracy") if task else 0.0
        yield Remark(NO_WEIGHTS.format(name=f"{chapter.id}.safetensors", points=points))
    yield from _about_time(course, chapter.id, due, now, earlier)


def signs_in_course(root: Path) -> list[Signs]:
    """Return the signs of the chapters whose notebooks are at hand: their cells and names; what cannot be read has none."""
    found = []
    for path in sorted((root / "assignments").glob("*/*.ipynb")):
        if path.stem == path.parent.name:
            try:
                found.append(signs_of(path.stem, json.loads(path.read_text("utf-8"))))
            except (OSError, ValueError, KeyError, TypeError):
                continue
    return found


def _about_content(raw: RawSubmission, chapter: Chapter, known: Sequence[Signs]) -> Iterator[Remark]:
    notebook: Mapping[str, Any] | None = None
    try:
        if raw.kind == "notebook":
            notebook = parse_notebook(raw.content, raw.name)
            cells, names = signs_in(notebook)
        else:
            cells, names = set(), names_in(decoded(raw.content, raw.name))
    except Rejected:
        return  # handing it in says why
    if other := other_chapter(cells, names, raw.name, chapter.id, known):
        yield Remark(OTHER_CHAPTER.format(other=other, chapter=chapter.id), serious=True, refused=True)
    elif notebook is not None:
        yield from _about_cells(notebook)


def _about_cells(notebook: Mapping[str, Any]) -> Iterator[Remark]:
    """Yield a remark on the cells for answers in which nothing was written."""
    answers = _answers(notebook)
    left = [name for name, text in answers.items() if UNFINISHED.search(text)]
    if answers and len(left) == len(answers):
        yield Remark(UNTOUCHED, serious=True)
    elif left:
        yield Remark(NOT_WRITTEN.format(tasks=", ".join(left)))


def _answers(notebook: Mapping[str, Any]) -> dict[str, str]:
    """Return the text of each cell for an answer, by its id of nbgrader."""
    found = {}
    for cell in notebook.get("cells", ()):
        metadata = cell.get("metadata") if isinstance(cell, dict) else None
        grading = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        if isinstance(grading, dict) and grading.get("solution"):
            source = cell.get("source", "")
            found[str(grading.get("grade_id"))] = "".join(map(str, source)) if isinstance(source, list) else str(source)
    return found


def _about_time(
    course: Course, chapter: str, due: datetime, now: datetime, earlier: Sequence[Receipt]
) -> Iterator[Remark]:
    policy, shown = course.late_rule(chapter), shown_moment(due, course.zone)
    if now > due:
        local = course.zone if policy and policy.days == "local" else None
        days = days_late(now, due, timedelta(minutes=policy.grace_minutes if policy else 0), local)
        percent = percent_off(policy, days) if policy else 0.0
        more = Text(zh="", en="")
        if policy and percent < policy.cap_percent and policy.percent_per_day:
            more = MORE_EACH_DAY.format(percent=policy.percent_per_day)
        values = {"span": shown_span(now - due), "due": shown}
        yield Remark(LATE.format(**values, percent=percent, more=more) if days else IN_GRACE.format(**values))
    if earlier:
        form = EARLIER[policy.attempt if policy else "last"]
        yield Remark(form.format(when=shown_moment(earlier[-1].moment, course.zone)))
    if policy and policy.attempts_per_day:
        today = sum(day_of(one.moment, course.zone) == day_of(now, course.zone) for one in earlier)
        if today >= policy.attempts_per_day:
            yield Remark(TOO_MANY.format(count=today, limit=policy.attempts_per_day))
