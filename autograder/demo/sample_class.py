"""The sample class of the demo in mid-course: six weeks behind it, with check-ins, leave, make-ups and missed weeks.

Everything goes through the same services that a real class goes through, each with the clock of its moment.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from autograder.checkin.decisions import StaffDecisions
from autograder.checkin.joining import join_board
from autograder.checkin.service import CheckInService
from autograder.checkin.weeks import by_number
from autograder.course import CheckinWeek, Course, load_course
from autograder.store.database import Database, class_url
from autograder.store.records import Student
from autograder.store.result import Result
from autograder.store.results import ResultStore
from autograder.store.roster import change_class_list
from autograder.text import Language

OPEN_WEEK = 7  # weeks 1 to 6 are over
SHOWN = "s104"  # on leave once, a week made up
NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃"
NOTES = (
    "读完了这一章，把读取数据的代码写完了，本地检查都通过了。",
    "Read the chapter twice and got the forward pass to give the right shapes.",
    "训练了两轮，准确率还不高，下周调学习率。",
    "Wrote the loop, found out why the loss was NaN: the labels were one-hot.",
)
# Weeks 1 to 6 of each kind of student: n a note in time, l late, m made up by the student, - nothing.
HABITS = ("nnnnnn", "nnnnnn", "nnlnnn", "nn--mn", "nn-n--", "n-----", "nlnnnl", "nnnn--")
PSEUDONYMS = {"s101": "夜猫子", "s102": "GradientOwl", "s103": "残差一号", "s107": "early bird"}


def in_language(text: str, language: Language) -> str:
    """Return a course file with another language: notebooks, verdicts, feedback and pages follow it."""
    changed, count = re.subn(r"(?m)^language:.*$", f"language: {language}", text)
    assert count == 1
    return changed


def in_mid_course(text: str, today: date) -> str:
    """Return a course file with all dates moved by whole weeks, so that `today` lies in week `OPEN_WEEK`."""
    found = re.search(rf"week: {OPEN_WEEK}, opens: (\d{{4}}-\d\d-\d\d)", text)
    assert found is not None
    days = (today - date.fromisoformat(found[1])).days // 7 * 7

    def moved(day: re.Match[str]) -> str:
        return (date.fromisoformat(day[0]) + timedelta(days=days)).isoformat()

    return re.sub(r"\d{4}-\d\d-\d\d(?=T)", moved, text)


def live_through(place: Path, results: Sequence[Result], now: datetime) -> None:
    """Give the class in `place` its first six weeks. results: what grading gave; classmates handed in the same answers."""
    course = load_course(place)
    chance = random.Random(20)
    graded = sorted({str(result.student) for result in results})
    mates = [f"s{100 + number}" for number in range(1, 17)]
    with Database(class_url(place)) as database:
        _roster(database, [*graded, *mates], by_number(course)[0].opens)
        week_of = {week.week: week for week in course.checkins}
        for position, student in enumerate([*mates, *graded]):
            habit = HABITS[position % len(HABITS)]
            for number, deed in enumerate(habit, 1):
                _check_in(course, database, student, week_of[number], deed, chance)
            if student in PSEUDONYMS:
                join_board(database, student, PSEUDONYMS[student], week_of[1].due)
        _decide(course, database, week_of)
    store = ResultStore.in_course(place)
    for student, result, at in _answers(course, mates, results, chance):
        store.add(student, result.chapter, result.key, result, received_at=at)
        service = CheckInService(course, store.database, _clock(at))
        service.submission(student, result.chapter, result.score, result.key, at)
    store.close()
    assert all(week.due < now for week in course.checkins[: OPEN_WEEK - 1])


def _clock(moment: datetime) -> Callable[[], datetime]:
    """Return a clock that stands still."""
    return lambda: moment


def _roster(database: Database, ids: Sequence[str], at: datetime) -> None:
    students = [
        Student(student, f"同学{NAMES[n % len(NAMES)]}", f"{student}@example.org", f"{1 + n % 2} 班")
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
        reason = "生病，晚了几天" if deed == "m" else ""
        note = f"{chance.choice(NOTES)} ({student}, {week.week})"  # equal notes of two students would be marked
        CheckInService(course, database, _clock(at)).note(student, note, week=week.week, reason=reason)


def _decide(course: Course, database: Database, week_of: Mapping[int, CheckinWeek]) -> None:
    for student, number, kind, reason in (
        (SHOWN, 3, "leave", "住院"),
        ("s105", 3, "makeup", "电脑坏了，补交了笔记"),
        ("s108", 5, "leave", "参加竞赛"),
        ("s114", 2, "excuse", "转班，第三周才来"),
    ):
        later = timedelta(days=4 if kind == "makeup" else 0)  # a make-up is for a week that is over
        decisions = StaffDecisions(course, database, "助教", _clock(week_of[number].due + later))
        if kind == "leave":
            decisions.leave(student, [number], reason, revoke=False, beyond=False)
        elif kind == "makeup":
            decisions.makeup(student, number, reason, revoke=False, beyond=False)
        else:
            decisions.excuse(student, reason, week=number)


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
