"""A class in mid-course for the pages: names that try things, two attempts, a make-up, a student who left."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from autograder.checkin.service import CheckInService, join_board
from autograder.checks.suite import CheckSuite, Mistake
from autograder.course import Chapter, Course
from autograder.grading.render import Renderer
from autograder.report.gather import ClassReport, Lexicon, gather
from autograder.store.checkins import add_actions
from autograder.store.database import Database
from autograder.store.records import Student
from autograder.store.result import Finding
from autograder.store.results import ResultStore
from autograder.store.roster import change_class_list
from autograder.text import Text

from .. import results
from ..checkin.samples import NOTE, START, WEEK, action, course

NOW = START + 4 * WEEK + timedelta(days=2)  # four weeks of six are over
HOSTILE = "</script><script>window.PWNED=1</script><img src=x onerror=window.PWNED=1> & \u202egnp.exe\u2066 👩‍👩‍👧 \"'`{{7*7}}"
STUDENTS = [
    Student("s001", "张三", "s001@x.org", "1班"),
    Student("s002", HOSTILE, "", '"><script>window.PWNED=1</script>'),
    Student("S002", "أحمد بن محمد"),
    Student("王五&<b>", "王五"),
    Student("s004", "A" * 150),
    Student("s005", "gone", active=False),
]
CLASS = course(weeks=6, late={"percent_per_day": 10, "cap_percent": 50, "attempt": "best"})
HINT = Text(zh="先除以 255。", en="Divide by 255 first.")


def finding(check: str, status: str, points: float, **changes: Any) -> Finding:
    """One finding."""
    base = {"task": check.split(".")[0], "check": check, "status": status, "points": points, "max_points": 50.0}
    return results.finding(**base, **changes)


def add(store: ResultStore, student: str, chapter: str, number: int, at: datetime, *findings: Finding) -> None:
    """Store one graded attempt."""
    score = sum(one.points for one in findings)
    key = f"sha256:{student}{chapter}{number}"
    made = results.result(student=student, chapter=chapter, score=score, key=key, findings=findings)
    store.add(student, chapter, key, made, received_at=at)


def suite() -> CheckSuite:
    """What the chapter of these results says: a hint for each check, and the cause of a known mistake."""
    text = {"zh": "读", "en": "Read"}
    checks = [
        {"id": "values", "points": 50, "hint": Text(zh="看一看数值。", en="Look at the values.").record()},
        {"id": "sizes", "points": 50, "hidden": True, "hint": Text(zh="注意大小。", en="Mind the size.").record()},
    ]
    task = {"id": "read", "title": text, "points": 100, "names": ["read"], "checks": checks}
    chapter = Chapter.model_validate({"id": "c1", "title": text, "tasks": [task]})
    return CheckSuite(chapter, {}, {}, (Mistake("not_divided", HINT),), "")


def fill(url: str) -> None:
    """Fill a database with the class."""
    with Database(url) as database:
        with database.writing() as connection:
            change_class_list(connection, STUDENTS, START, "ta")
            add_actions(connection, [action("leave", 3, START, student="s001")])
        for student, weeks in (("s001", (1, 2, 4)), ("S002", (1,)), ("s004", (1, 2, 3, 4)), ("s005", (1,))):
            for week in weeks:
                CheckInService(CLASS, database).note(
                    student, f"{NOTE} <i>{HOSTILE}</i> {week}", at=START + (week - 0.5) * WEEK
                )
        assert join_board(database, "s001", "Owl <script>window.PWNED=1</script>"[:24], START)
        assert join_board(database, "s004", "early bird", START)
    store = ResultStore(url)
    wrong = finding("read.values", "fail", 20.0, message=f"gave {HOSTILE}", causes=("not_divided",))
    hidden = finding("read.sizes", "fail", 0.0, hidden=True, message="A hidden check failed.")
    right = finding("read.values", "pass", 50.0)
    add(store, "s001", "c1", 1, START + 0.5 * WEEK, wrong, hidden)
    add(
        store,
        "s001",
        "c1",
        2,
        START + WEEK,
        right,
        hidden,
        finding("fit.accuracy", "pass", 30.0, kind="accuracy", values={"accuracy": 0.9123}),
    )
    add(store, "s001", "c1", 3, START + 1.5 * WEEK, wrong)
    add(store, "S002", "c1", 1, START + WEEK, wrong, hidden)
    add(
        store,
        "s004",
        "c1",
        1,
        START + 2 * WEEK + timedelta(hours=12),
        right,
        finding("read.sizes", "pass", 50.0, hidden=True),
    )
    store.close()


def class_report(folder: Path, of: Course = CLASS) -> ClassReport:
    """The class in a new database."""
    url = f"sqlite:///{folder / 'class.db'}"
    fill(url)
    lexicon = Lexicon({"c1": Text(zh="读图", en="Reading")}, Renderer(lambda _: suite()), {"c1": 0.85})
    with Database(url) as database:
        return gather(of, database, lexicon, NOW)
