"""The sample class of the demo in mid-course: weeks behind it, with check-ins, leave, make-ups and missed weeks.

Everything goes through the same services that a real class goes through, each with the clock of its moment.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from autograder.checkin.decisions import StaffDecisions
from autograder.checkin.service import CheckInService, join_board
from autograder.course import CheckinWeek, Course, load_course
from autograder.store.database import Database, class_url
from autograder.store.records import Student
from autograder.store.result import Result
from autograder.store.results import ResultStore
from autograder.store.roster import change_class_list
from autograder.text import Language, Text

OPEN_WEEK = 7  # weeks 1 to 6 are over; in a course with fewer weeks, all but the last
SHOWN = "s104"  # on leave once, a week made up
LETTERS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃"
NAME, GROUP = Text(zh="同学{letter}", en="Student {number}"), Text(zh="{number} 班", en="Group {number}")
STAFF = Text(zh="助教", en="Assistant")
NOTES = (
    Text(
        zh="读完了这一章，把第一题的代码写完了，本地检查都通过了。",
        en="Read the chapter twice and wrote the first task; the checks here pass.",
    ),
    Text(
        zh="改了两次才通过，第二题的隐藏检查还没想明白。",
        en="Tried two ways, both failed for the last task; will ask about it next week.",
    ),
    Text(
        zh="这周把书面题写了，顺便看了参考资料。", en="Wrote the answer to the written question and read what it cites."
    ),
)
REASONS = {
    "late": Text(zh="生病，晚了几天", en="was ill, some days late"),
    "leave": Text(zh="住院", en="in hospital"),
    "makeup": Text(zh="电脑坏了，补交了笔记", en="the computer broke, the note came later"),
    "contest": Text(zh="参加竞赛", en="at a contest"),
    "excuse": Text(zh="转班，第三周才来", en="changed groups, came in week 3"),
}
# Weeks 1 to 6 of each kind of student: n a note in time, l late, m made up by the student, - nothing.
HABITS = ("nnnnnn", "nnnnnn", "nnlnnn", "nn--mn", "nn-n--", "n-----", "nlnnnl", "nnnn--")
PSEUDONYMS = {"s101": "夜猫子", "s102": "GradientOwl", "s103": "残差一号", "s107": "early bird"}


def in_language(text: str, language: Language) -> str:
    """Return a course file with another language: notebooks, verdicts, feedback and pages follow it."""
    changed, count = re.subn(r"(?m)^language:.*$", f"language: {language}", text)
    return changed if count else f"{text.rstrip()}\nlanguage: {language}\n"


def open_week(course: Course) -> int:
    """Return how many of the course's weeks have begun in the demo: the last of them is open, 0 where there are none."""
    return min(OPEN_WEEK, len(course.checkins))


def in_mid_course(text: str, course: Course, today: date) -> str:
    """Return a course file with all dates moved by whole weeks, so that `today` lies in the open week, or in the first chapter."""
    week = open_week(course)
    first = course.checkins[week - 1].opens if week else course.chapters[0].opens
    days = (today - first.astimezone(course.zone).date()).days // 7 * 7

    def moved(day: re.Match[str]) -> str:
        return (date.fromisoformat(day[0]) + timedelta(days=days)).isoformat()

    return re.sub(r"\d{4}-\d\d-\d\d(?=[T ]\d\d:)", moved, text)


def live_through(place: Path, results: Sequence[Result], now: datetime) -> None:
    """Give the class in `place` its first weeks.

    Args:
        results: What grading gave; classmates handed in the same answers.
    """
    course = load_course(place)
    chance = random.Random(20)
    graded = sorted({str(result.student) for result in results})
    mates = [f"s{100 + number}" for number in range(1, 17)]
    begun = course.checkins[: open_week(course)]
    with Database(class_url(place)) as database:
        first = begun[0] if begun else course.chapters[0]
        _roster(database, [*graded, *mates], first.opens, course.language)
        for position, student in enumerate([*mates, *graded]):
            for deed, week in zip(HABITS[position % len(HABITS)], begun[:-1], strict=False):
                _check_in(course, database, student, week, deed, chance)
            if student in PSEUDONYMS and course.board.enabled:
                join_board(database, student, PSEUDONYMS[student], first.due)
        _decide(course, database, begun[:-1])
    store = ResultStore.in_course(place)
    for student, result, at in _answers(course, mates, results, chance):
        store.add(student, result.chapter, result.key, result, received_at=at)
        service = CheckInService(course, store.database, _clock(at))
        service.submission(student, result.chapter, result.score, result.key, at)
    store.close()
    assert all(week.due < now for week in begun[:-1])


def _clock(moment: datetime) -> Callable[[], datetime]:
    """Return a clock that stands still."""
    return lambda: moment


def _roster(database: Database, ids: Sequence[str], at: datetime, language: Language) -> None:
    def named(place: int) -> str:
        return NAME.format(letter=LETTERS[place % len(LETTERS)], number=place + 1).to(language)

    students = [
        Student(student, named(n), f"{student}@example.org", GROUP.format(number=1 + n % 2).to(language))
        for n, student in enumerate(ids)
    ]
    with database.writing() as connection:
        change_class_list(connection, students, at, "demo")


def _check_in(
    course: Course, database: Database, student: str, week: CheckinWeek, deed: str, chance: random.Random
) -> None:
    moments = {
        "n": week.opens + (week.due - week.opens) * chance.uniform(0.2, 0.95),
        "l": week.due + timedelta(hours=chance.uniform(1, 40)),
        "m": week.due + timedelta(days=chance.uniform(4, 9)),
    }
    if deed in moments:
        at = moments[deed]
        reason = REASONS["late"].to(course.language) if deed == "m" else ""
        note = f"{chance.choice(NOTES).to(course.language)} ({student}, {week.week})"  # equal notes of two students would be marked
        CheckInService(course, database, _clock(at)).note(student, note, week=week.week, reason=reason)


def _decide(course: Course, database: Database, over: Sequence[CheckinWeek]) -> None:
    for student, place, kind, why in (
        (SHOWN, 2, "leave", "leave"),
        ("s105", 2, "makeup", "makeup"),
        ("s108", 4, "leave", "contest"),
        ("s114", 1, "excuse", "excuse"),
    ):
        if place >= len(over):
            continue
        week, reason = over[place], REASONS[why].to(course.language)
        later = timedelta(days=4 if kind == "makeup" else 0)  # a make-up is for a week that is over
        decisions = StaffDecisions(course, database, STAFF.to(course.language), _clock(week.due + later))
        if kind == "leave":
            decisions.leave(student, [week.week], reason, revoke=False, beyond=False)
        elif kind == "makeup":
            decisions.makeup(student, week.week, reason, revoke=False, beyond=False)
        else:
            decisions.excuse(student, reason, week=week.week)


def _answers(
    course: Course, mates: Sequence[str], results: Sequence[Result], chance: random.Random
) -> Iterator[tuple[str, Result, datetime]]:
    """Yield who handed in which graded answer and when: about half have a wrong answer first, and mend it."""
    for dates in course.chapters:
        known = [result for result in results if result.chapter == dates.id and result.status == "graded"]
        if not known:
            continue
        best = max(known, key=lambda result: result.score)
        wrong = [result for result in known if 0 < result.score < best.score]
        for position, student in enumerate(mates):
            first = dates.due - timedelta(days=chance.uniform(1, 6))
            if position % 8 == 5:
                continue
            stays_wrong = wrong and position % 8 in (4, 7)
            if wrong and (stays_wrong or chance.random() < 0.6):
                yield student, chance.choice(wrong).for_student(student), first
            if not stays_wrong:
                late = timedelta(days=2 if position % 8 == 6 else -chance.uniform(0.1, 0.9))
                yield student, best.for_student(student), dates.due + late
