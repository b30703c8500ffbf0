"""When the attempt that counts came, and by whose word, as a student reads it on the page of feedback."""

from __future__ import annotations

from sqlalchemy import select

from autograder.course import Course
from autograder.grading.attempt_choice import Graded
from autograder.store.handins import Source, moment_of_answer
from autograder.store.results import ResultStore
from autograder.store.tables import results
from autograder.text import Text

SOURCES: dict[Source, Text] = {
    "correction": Text(zh="助教更正", en="corrected by a teaching assistant"),
    "option": Text(zh="助教说的", en="as a teaching assistant said"),
    "status": Text(zh="平台的状态", en="by the platform's status"),
    "timestamp": Text(zh="交换区的时间戳", en="by the exchange's time stamp"),
    "name": Text(zh="文件名里的时间", en="by the name of the file"),
    "zip": Text(zh="平台压缩包里的时间", en="by the time in the platform's zip"),
    "file": Text(zh="文件自己的时间", en="by the file's own time"),
    "unknown": Text(zh="未知", en="unknown"),
}
CAME = Text(zh="提交于 {moment}（{source}）。", en="Handed in {moment} ({source}).")
UNKNOWN = Text(
    zh="何时提交的不清楚，所以不扣分。", en="It is not known when this was handed in, so no points are taken off."
)
UNCONFIRMED = Text(
    zh="这个时间没有确认：文件在截止后被改过或复制过。时间不对的话，请告诉助教。",
    en="This time is not confirmed: the file was changed or copied after the deadline. If the time is wrong, tell "
    "a teaching assistant.",
)


def came_said(course: Course, store: ResultStore, graded: Graded) -> Text | None:
    """Return when the attempt that counts came, with the source; None where that was not kept."""
    result, found = graded
    key = found.chosen.attempt.key if found and found.chosen else result.key
    student, chapter = str(result.student), result.chapter
    with store.database.reading() as connection:
        mine = (results.c.student == student, results.c.chapter == chapter, results.c.key == key)
        digest = connection.execute(select(results.c.submission).where(*mine).limit(1)).scalar()
        known = moment_of_answer(connection, student, chapter, digest) if digest else None
    if known is None:
        return None
    if known.moment is None:
        return UNKNOWN
    shown = known.moment.astimezone(course.zone).strftime("%Y-%m-%d %H:%M")
    said = CAME.format(moment=shown, source=SOURCES[known.source])
    return said if known.confirmed else Text(zh=said.zh + UNCONFIRMED.zh, en=f"{said.en} {UNCONFIRMED.en}")
