"""A class in mid-course for the pages: names that try things, two attempts, a make-up, a student who left."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from autograder.checkin.board import join_board
from autograder.checkin.desk import Desk
from autograder.course import Course
from autograder.report.gather import ClassReport, Lexicon, gather
from autograder.store.checkins import add_actions
from autograder.store.database import Database
from autograder.store.records import Student
from autograder.store.results import ResultStore
from autograder.store.roster import change_class_list
from autograder.text import Text

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


def finding(check: str, status: str, points: float, **changes: Any) -> dict[str, Any]:
    """One finding as a record."""
    base = {"task": check.split(".")[0], "check": check, "kind": "function", "hidden": False, "message": "", "hint": ""}
    return {**base, "status": status, "points": points, "max_points": 50.0, **changes}


def add(store: ResultStore, student: str, chapter: str, number: int, at: datetime, *findings: dict[str, Any]) -> None:
    """Store one graded attempt."""
    score = sum(one["points"] for one in findings)
    record = {"student": student, "chapter": chapter, "status": "graded", "score": score, "max_score": 100.0}
    key = f"sha256:{student}{chapter}{number}"
    store.add(student, chapter, key, {**record, "findings": list(findings), "key": key}, received_at=at)


def fill(url: str) -> None:
    """Fill a database with the class."""
    with Database(url) as database:
        with database.writing() as connection:
            change_class_list(connection, STUDENTS, START, "ta")
            add_actions(connection, [action("leave", 3, START, student="s001")])
        for student, weeks in (("s001", (1, 2, 4)), ("S002", (1,)), ("s004", (1, 2, 3, 4)), ("s005", (1,))):
            for week in weeks:
                Desk(CLASS, database).note(student, f"{NOTE} <i>{HOSTILE}</i> {week}", at=START + (week - 0.5) * WEEK)
        assert join_board(database, "s001", "Owl <script>window.PWNED=1</script>"[:24], START)
        assert join_board(database, "s004", "early bird", START)
    store = ResultStore(url)
    wrong = finding("read.values", "fail", 20.0, message=f"gave {HOSTILE}", hint=HINT.en)
    hidden = finding("read.sizes", "fail", 0.0, hidden=True, message="A hidden check failed.", hint="Mind the size.")
    right = finding("read.values", "pass", 50.0)
    reached = "Accuracy 0.9123; minimum 0.8500, a constant answer 0.5000."
    add(store, "s001", "c1", 1, START + 0.5 * WEEK, wrong, hidden)
    add(
        store,
        "s001",
        "c1",
        2,
        START + WEEK,
        right,
        hidden,
        finding("fit.accuracy", "pass", 30.0, kind="accuracy", message=reached),
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
    lexicon = Lexicon({"c1": Text(zh="读图", en="Reading")}, {HINT.en: HINT, HINT.zh: HINT}, {"c1": 0.85})
    with Database(url) as database:
        return gather(of, database, lexicon, NOW)
