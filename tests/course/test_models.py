from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from autograder.course import ChapterDates, Course, LatePolicy, Limits, load_course

from .conftest import COURSE, edited

Problems = Callable[..., list[str]]
LIKE = "write it like 2026-09-21T00:00:00+08:00"


def loaded(folder: Path, text: str) -> Course:
    (folder / "course.yml").write_text(text, encoding="utf-8")
    return load_course(folder)


def test_a_minimal_course_has_sensible_defaults(tmp_path: Path) -> None:
    course = loaded(tmp_path, COURSE)
    assert (course.checkins, course.data, course.late) == ((), None, None)
    assert course.limits == Limits(
        memory_mib=4096,
        wall_seconds=60,
        cpu_seconds=180,
        submission_seconds=900,
        submission_cpu_seconds=900,
        first_seconds=30,
        output_kib=256,
        submission_mib=20,
        weights_mib=600,
        processes=64,
    )
    assert [chapter.weight for chapter in course.chapters] == [1, 2]


def test_moments_are_kept_in_utc_and_the_zone_is_at_hand(tmp_path: Path) -> None:
    course = loaded(tmp_path, COURSE)
    opens = course.chapters[0].opens
    assert opens == datetime(2026, 9, 6, 16, tzinfo=UTC)
    assert opens.utcoffset() == timedelta(0)
    assert opens.astimezone(course.zone).hour == 0


def test_a_full_course_is_read_and_survives_json(tmp_path: Path) -> None:
    extra = """\
checkins:
  - {week: 1, opens: 2026-09-07 00:00 +08:00, due: "2026-09-13T16:00Z", chapter: reader}
  - {week: 2, opens: 2026-09-14T00:00:00+08:00, due: 2026-09-20T23:59:59+08:00}
data: ../data
late: {grace_minutes: 15, cap_percent: 50}
limits: {memory_mib: 2048}
"""
    course = loaded(tmp_path, COURSE + extra)
    assert course.checkins[0].due - course.checkins[0].opens == timedelta(days=7)
    assert course.data == Path("../data")
    assert course.late == LatePolicy(grace_minutes=15, percent_per_day=10, cap_percent=50)
    assert (course.limits.memory_mib, course.limits.processes) == (2048, 64)
    assert Course.model_validate(course.model_dump(mode="json")) == course
    assert Course.model_validate_json(course.model_dump_json()) == course


def test_models_are_frozen(tmp_path: Path) -> None:
    course = loaded(tmp_path, COURSE)
    with pytest.raises(ValidationError):
        course.id = "other"  # type: ignore[misc]


def test_a_chapter_is_found_by_id(tmp_path: Path) -> None:
    course = loaded(tmp_path, COURSE)
    assert course.chapter("lenet") is course.chapters[1]
    assert course.chapter("vgg") is None


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("demo-2026", "Demo 2026", '1: id: must be small letters and digits joined by - or _, not "Demo 2026"'),
        ("demo-2026", "2026", "1: id: must be text, not 2026"),
        ("zh: 示例", "zh: ' '", "2: title.zh: must not be empty"),
        ("zh: 示例, ", "", "2: title.zh: this key is missing"),
        ("{zh: 示例, en: Demo}", "Demo", '2: title: must be a mapping with the keys zh, en, not "Demo"'),
        ("Asia/Shanghai", "Asia/Shangai", '3: timezone: "Asia/Shangai" is no IANA time zone; did you mean "Asia/Shanghai"?'),
        ("Asia/Shanghai", "Asia/Beijing", '3: timezone: "Asia/Beijing" is no IANA time zone; did you mean "Asia/Shanghai"?'),
        ("Asia/Shanghai", "asia/shanghai", '3: timezone: "asia/shanghai" is no IANA time zone; did you mean "Asia/Shanghai"?'),
        ("Asia/Shanghai", "../../etc/passwd", '3: timezone: "../../etc/passwd" is no IANA time zone'),
        ("language: zh", "language: fr", '4: language: there is no language in languages: "fr"; there is: en, zh'),
        ("language: zh\n", "", "1: language: this key is missing"),
        ("id: lenet", "id: reader", '7: chapters[1].id: "reader" is already the id of chapters[0]'),
        ("id: lenet", "id: Le-Net", '7: chapters[1].id: must be small letters, digits and _, beginning with a letter, not "Le-Net"'),
        ("    due: 2026-10-11T23:59:59+08:00\n", "", "7: chapters[1].due: this key is missing"),
        ("10-11T23:59:59+08:00", "10-11T23:59:59", f'9: chapters[1].due: "2026-10-11T23:59:59" has no zone offset; {LIKE}'),
        ("2026-10-11T23:59:59+08:00", "2026-10-11", f'9: chapters[1].due: "2026-10-11" has no zone offset; {LIKE}'),
        ("2026-10-11T23:59:59+08:00", "20261011", f"9: chapters[1].due: must be a date and time, not 20261011; {LIKE}"),
        ("2026-10-11T23:59:59+08:00", "soon", f'9: chapters[1].due: "soon" is not a date and time; {LIKE}'),
        ("2026-10-11T23:59:59+08:00", "2026-09-21T00:00+08:00", "9: chapters[1].due: must be later than opens"),
        ("2026-10-11T23:59:59+08:00", "0001-01-01T00:00+08:00", '9: chapters[1].due: "0001-01-01T00:00+08:00" lies outside the calendar'),
        ("weight: 2", "weight: 0", "10: chapters[1].weight: must be above 0, not 0"),
        ("weight: 2", "weight: true", "10: chapters[1].weight: must be a number, not true"),
        ("weight: 2", "weight: .nan", "10: chapters[1].weight: must be a finite number, not NaN"),
        ("weight: 2", "wieght: 2", '10: chapters[1].wieght: unknown key; did you mean "weight"?'),
        ("weight: 2\n", "weight: 2\nlate: {cap_percent: 101}\n", "11: late.cap_percent: must be at most 100, not 101"),
        ("weight: 2\n", "weight: 2\nlimits: {processes: 1.5}\n", "11: limits.processes: must be a whole number, not 1.5"),
        ("weight: 2\n", "weight: 2\nlimits: {xyz: 1}\n", "11: limits.xyz: unknown key; valid keys: cpu_seconds, first_seconds, memory_mib, output_kib, processes, submission_cpu_seconds, submission_mib, submission_seconds, wall_seconds, weights_mib"),
        ("weight: 2\n", "weight: 2\nlimits: {processes: 123456789012345678901}\n", '11: limits.processes: must be a whole number, not "123456789012345678901"'),
        ("weight: 2\n", "weight: 2\ndata: [x]\n", "11: data: must be a path, not a list"),
    ],
)  # fmt: skip
def test_each_mistake_is_reported_at_its_line(course_problems: Problems, old: str, new: str, expected: str) -> None:
    assert course_problems((old, new)) == [f"course.yml:{expected}"]


def test_a_course_may_begin_without_a_chapter(course_problems: Problems, tmp_path: Path) -> None:
    chapters = COURSE[COURSE.index("chapters:") :]
    (tmp_path / "course.yml").write_text(COURSE.replace(chapters, "chapters: []\n"), "utf-8")
    assert load_course(tmp_path).chapters == ()
    assert course_problems((chapters, "chapters:\n")) == ["course.yml:5: chapters: must be a list, not null"]


def test_checkin_weeks_are_unique_and_name_a_chapter(course_problems: Problems) -> None:
    period = "opens: 2026-09-07T00:00+08:00, due: 2026-09-13T23:59+08:00"
    weeks = f"checkins:\n  - {{week: 1, {period}, chapter: lanet}}\n  - {{week: 1, {period}}}\n"
    assert course_problems(("weight: 2\n", f"weight: 2\n{weeks}")) == [
        'course.yml:12: checkins[0].chapter: there is no chapter "lanet"; did you mean "lenet"?',
        "course.yml:13: checkins[1].week: 1 is already the week of checkins[0]",
    ]


def test_all_problems_are_reported_at_once_in_the_order_of_lines(course_problems: Problems) -> None:
    lines = course_problems(
        ("weight: 2", "weight: -1"), ("id: lenet", "id: reader"), ("language", "langauge"), ("en: Demo", "en: ''")
    )
    assert lines == [
        "course.yml:1: language: this key is missing",
        "course.yml:2: title.en: must not be empty",
        'course.yml:4: langauge: unknown key; did you mean "language"?',
        'course.yml:7: chapters[1].id: "reader" is already the id of chapters[0]',
        "course.yml:10: chapters[1].weight: must be above 0, not -1",
    ]


moments = st.datetimes(
    min_value=datetime(2000, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@settings(deadline=None)
@given(opens=moments, due=moments)
def test_any_offset_names_the_same_instant_and_due_follows_opens(opens: datetime, due: datetime) -> None:
    raw = {"id": "x", "opens": opens.isoformat(), "due": due.isoformat(sep=" ")}
    if due <= opens:
        with pytest.raises(ValidationError, match="must be later than opens"):
            ChapterDates.model_validate(raw)
        return
    dates = ChapterDates.model_validate(raw)
    assert (dates.opens, dates.due) == (opens, due)
    assert dates.opens.tzinfo is UTC
    assert ChapterDates.model_validate(dates.model_dump(mode="json")) == dates


def test_the_course_of_this_repository_is_in_order() -> None:
    course = load_course(Path(__file__).parents[2])
    assert course.id == "palm-2026"
    assert course.timezone == "Asia/Shanghai"
    assert [chapter.id for chapter in course.chapters][:2] == ["reader", "lenet"]


def test_edits_of_the_example_must_match() -> None:
    with pytest.raises(AssertionError):
        edited(COURSE, ("not there", ""))
