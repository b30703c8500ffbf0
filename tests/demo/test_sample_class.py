"""The class that the demo ends with: in mid-course on any day, lived through by the services of a real one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from autograder.checkin.service import CheckInService
from autograder.checkin.status import Status
from autograder.course import load_course
from autograder.demo.sample_class import OPEN_WEEK, SHOWN, in_language, in_mid_course, live_through
from autograder.store.database import Database, class_url
from autograder.text import LANGUAGES, Language
from tests.results import result

ROOT = Path(__file__).parents[2]
COURSE = (ROOT / "course.yml").read_text("utf-8")


@pytest.mark.parametrize("today", [date(2026, 10, 26), date(2026, 11, 1), date(2025, 2, 28), date(2032, 2, 29)])
def test_the_dates_are_moved_so_that_today_lies_in_the_open_week(today: date, tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_text(in_mid_course(COURSE, load_course(ROOT), today), "utf-8")
    course = load_course(tmp_path)
    week = course.week(OPEN_WEEK)
    assert week is not None
    first, last = (moment.astimezone(course.zone).date() for moment in (week.opens, week.due))
    assert first <= today <= last
    assert first.weekday() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_course_of_the_demo_speaks_its_language(language: Language, tmp_path: Path) -> None:
    (tmp_path / "course.yml").write_text(in_language(COURSE, language), "utf-8")
    course = load_course(tmp_path)
    assert course.language == language
    assert course.chapters == load_course(ROOT).chapters


def test_the_class_has_every_kind_of_week_behind_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUTOGRADER_DB", raising=False)
    (tmp_path / "course.yml").write_text(in_mid_course(COURSE, load_course(ROOT), date(2026, 10, 28)), "utf-8")
    course = load_course(tmp_path)
    now = datetime(2026, 10, 28, 12, tzinfo=course.zone)
    records = [
        result(student=name, chapter="lenet", score=score, key=name) for name, score in (("s001", 90.0), ("s002", 40.0))
    ]
    live_through(tmp_path, records, now)
    with Database(class_url(tmp_path)) as database:
        service = CheckInService(course, database, lambda: now)
        found = {one.student.id: one for one in service.summaries()}
        later = CheckInService(course, database, lambda: now + timedelta(days=365)).summary(SHOWN)
        monday = list(CheckInService(course, database, lambda: now - timedelta(days=2)).summaries())
    statuses = {week.status for one in found.values() for week in one.weeks}
    elsewhere = {Status.WAITING, Status.NOT_IN_CLASS}  # a student's own machine, and who joins late
    assert statuses == set(Status) - {Status.LATE_OPEN} - elsewhere
    assert Status.LATE_OPEN in {week.status for one in monday for week in one.weeks}
    assert {Status.ON_LEAVE, Status.MADE_UP, Status.ON_TIME} <= {week.status for week in found[SHOWN].weeks}
    attempts = [len(one.chapters[1].choice.attempts) for one in found.values() if one.chapters[1].choice]
    assert set(attempts) == {1, 2}
    assert later.progress.missed_in_a_row > 0
