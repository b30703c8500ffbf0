"""What course.yml makes stricter by hand applies only once a TA has seen who loses what, and confirmed it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.checkin.held import held, is_stricter
from autograder.checkin.rulebook import rules_of
from autograder.course import Course, LatePolicy, load_course
from autograder.store.records import RulesSince

from .made import ROOT, Classroom
from .test_returning import ENGLISH, graded, returned

OLD = "due: 2026-10-11T23:59:59+08:00"
EARLIER = "due: 2026-10-09T23:59:59+08:00"
RULE = "percent_per_day: 10"


@pytest.fixture
def late_class(classroom: Classroom) -> Classroom:
    """A class of whom one handed in a day before the deadline."""
    graded(classroom.root, {"20230001": 80.0}, days_late=-1)
    return classroom


def written(classroom: Classroom, old: str, new: str) -> None:
    """Change course.yml by hand; of a date, that of lenet alone."""
    path = classroom.root / "course.yml"
    text = path.read_text("utf-8")
    place = text.index(old, text.index("lenet"))
    path.write_text(text[:place] + new + text[place + len(old) :], "utf-8")


def due_of(path: Path) -> str:
    """How lenet's deadline stands in course.yml."""
    text = path.read_text("utf-8")
    found = re.search(r"due: *[^,}\n]+", text[text.index("lenet") :])
    assert found is not None
    return found[0]


def filled(classroom: Classroom) -> tuple[str, str]:
    """The grade that `return` writes, and what is said."""
    rows = "Participant 1,张三,20230001,z@x,-,,100,Yes,-,-,\n"
    sheet = classroom.file("sheet.csv", f"{ENGLISH}\n{rows}".encode())
    _, items, said = returned(classroom, "--moodle", sheet, "-o", classroom.root / "filled.csv")
    return items["张三"]["new"], said


def earlier(classroom: Classroom) -> None:
    old = due_of(classroom.root / "course.yml")
    moment = load_course(classroom.root).chapter("lenet")
    assert moment is not None
    written(classroom, old, f"due: {(moment.due - timedelta(days=3)).isoformat()}")


def test_an_earlier_deadline_waits_for_its_preview(late_class: Classroom) -> None:
    assert filled(late_class)[0] == "80"
    earlier(late_class)
    for _ in range(2):  # and it goes on waiting
        grade, said = filled(late_class)
        assert grade == "80"
        assert "!! course.yml moves the deadline of lenet from 2026-10-11 23:59" in said
        assert "autograder rules" in said
    for verb in ("roster", "monday", "export", "status"):
        words = ("--student", "20230001") if verb == "status" else ()
        done = late_class(verb, *words, "--lang", "en")
        assert verb == "status" or "!! course.yml moves the deadline" in done.err
    chapters = late_class("status", "--student", "20230001", "--json").json["chapters"]
    assert [one["points"] for one in chapters if one["chapter"] == "lenet"] == [80.0]
    assert late_class("rules", "--json", "--last").code == 2  # nothing has changed yet
    asked = late_class("rules", "--lang", "en")
    assert (asked.code, "add --yes" in asked.err) == (1, True)
    assert "chapters[lenet].due: 2026-10-11" in asked.out
    assert "20230001 张三  lenet 80 -> 64 points; course points" in asked.out
    assert filled(late_class)[0] == "80"
    confirmed = late_class("rules", "--yes", "--lang", "en")
    assert (confirmed.code, "apply" in confirmed.err) == (0, True)
    grade, said = filled(late_class)
    assert (grade, "!!" in said) == ("64", False)
    assert "chapters[lenet].due" in late_class("audit", "--what", "rules").out
    assert "64 (attempt 1, 20 % off)" in late_class("audit", "--what", "counts").out
    assert "chapters[lenet].due" in late_class("rules", "--lang", "en").out  # its history now


def test_stricter_rules_for_late_work_wait_too_and_milder_ones_do_not(classroom: Classroom) -> None:
    graded(classroom.root, {"20230001": 80.0}, days_late=1)
    assert filled(classroom)[0] == "72"
    written(classroom, RULE, "percent_per_day: 25")
    grade, said = filled(classroom)
    assert (grade, "stricter for reader, lenet" in said) == ("72", True)
    assert "lenet 72 -> 60 points" in classroom("rules", "--lang", "en").out
    written(classroom, "percent_per_day: 25", "percent_per_day: 5")
    assert filled(classroom) == ("76", filled(classroom)[1])
    assert "!!" not in filled(classroom)[1]


def test_a_later_deadline_applies_at_once(classroom: Classroom) -> None:
    graded(classroom.root, {"20230001": 80.0}, days_late=1)
    moment = load_course(classroom.root).chapter("lenet")
    assert moment is not None
    written(classroom, due_of(classroom.root / "course.yml"), f"due: {(moment.due + timedelta(days=3)).isoformat()}")
    grade, said = filled(classroom)
    assert (grade, "!!" in said) == ("80", False)


def test_what_else_changes_beside_a_deadline_that_waits_applies(late_class: Classroom) -> None:
    filled(late_class)
    earlier(late_class)
    written(late_class, RULE, "percent_per_day: 5")
    said = late_class("roster", "--lang", "en").err
    assert "late.percent_per_day: 10.0 -> 5.0" in said
    assert "not applied" in said


@pytest.mark.parametrize(
    ("before", "after", "stricter"),
    [
        ({}, {"percent_per_day": 11}, True),
        ({}, {"percent_per_day": 9}, False),
        ({"cap_percent": 50}, {"cap_percent": 60}, True),
        ({"grace_minutes": 15}, {"grace_minutes": 5}, True),
        ({"grace_minutes": 5}, {"grace_minutes": 15}, False),
        ({}, {"attempts_per_day": 3}, True),
        ({"attempts_per_day": 3}, {"attempts_per_day": 4}, False),
        ({"attempts_per_day": 3}, {}, False),
        ({}, {"cooldown_minutes": 5}, True),
        ({"attempt": "best"}, {"attempt": "last"}, True),
        ({"attempt": "last"}, {"attempt": "best"}, False),
        ({"attempt": "last"}, {"attempt": "chosen"}, False),
        ({"days": "hours"}, {"days": "local"}, True),
        (None, {}, True),
        ({}, None, True),  # nothing is taken off, but the last attempt counts, not the best
        ({"attempt": "last"}, None, False),
        (None, {"percent_per_day": 0}, False),
        (None, {"percent_per_day": 0, "cap_percent": 100, "attempt": "last"}, False),
    ],
)
def test_which_rule_is_stricter(
    before: dict[str, object] | None, after: dict[str, object] | None, stricter: bool
) -> None:
    rules = [None if one is None else LatePolicy.model_validate(one) for one in (before, after)]
    assert is_stricter(*rules) == stricter


def test_a_chapter_s_own_rule_is_held_with_the_course_s() -> None:
    course = load_course(ROOT)
    known = [RulesSince(datetime(2026, 9, 1, tzinfo=UTC), rules_of(course))]
    own = LatePolicy(percent_per_day=50.0)
    chapters = tuple(one.model_copy(update={"late": own if one.id == "vgg" else None}) for one in course.chapters)
    changed = course.model_copy(update={"chapters": chapters})
    found = held(changed, known)
    assert found.course.late_rule("vgg") == course.late_rule("vgg")
    assert rules_of(found.course) == rules_of(course)
    assert "vgg" in found.said[0].zh
    assert held(course, known) == (course, ())
    assert held(changed, []) == (changed, ())
    assert isinstance(found.course, Course)
