"""The next run of a course: dates moved by weeks, holidays marked, nothing of the class before."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from autograder.authoring.rollover import rollover
from autograder.course import load_course
from autograder.errors import AuthoringError
from tests.cli.class_folder import Verbs

COURSE = """\
# From 2026-09-07T00:00:00+08:00 on; this comment stays.
id: nets-2026
title: {zh: 网, en: Nets}
timezone: Asia/Shanghai
language: en
chapters:
  - {id: one, opens: 2026-09-07T00:00:00+08:00, due: 2026-09-20T23:59:59+08:00, weight: 1}
  - {id: two, opens: "2026-09-21 00:00:00+08:00", due: 2026-10-04T15:59:59Z, weight: 1}  # until 2026-10-04
checkins:
  - {week: 1, opens: 2026-09-07T00:00:00+08:00, due: 2026-09-13T23:59:59+08:00, chapter: one}
  - {week: 2, opens: 2026-09-14T00:00:00+08:00, due: 2026-09-20T23:59:59+08:00, chapter: one}
  - {week: 3, opens: 2026-09-21T00:00:00+08:00, due: 2026-10-04T23:59:59+08:00, chapter: two}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "now"
    for name in (
        "source/one",
        "package/data",
        "package/__pycache__",
        "submitted/anna/one",
        "data/palm",
        ".autograder",
        "feedback",
    ):
        (root / name).mkdir(parents=True)
    (root / "course.yml").write_text(COURSE, "utf-8")
    for name in (
        "package/data/one.py",
        "package/__pycache__/one.pyc",
        "source/one/chapter.yml",
        "submitted/anna/one/one.py",
        "gradebook.db",
        "gradebook.db-wal",
        "README.md",
    ):
        (root / name).write_text("x", "utf-8")
    return root


def test_dates_move_by_weeks_and_the_class_stays_behind(root: Path) -> None:
    target = root.parent / "next"
    (root / "nets-2026.zip").touch()  # the bundle of the class before
    moved = rollover(root, target, date(2027, 9, 6))
    assert (moved.id, moved.weeks) == ("nets-2027", 52)
    assert sorted(path.name for path in target.iterdir()) == ["README.md", "course.yml", "package", "source"]
    assert [str(path.relative_to(target)) for path in (target / "package").rglob("*.*")] == ["package/data/one.py"]
    text = (target / "course.yml").read_text("utf-8")
    assert text.startswith("# From 2026-09-07T00:00:00+08:00 on; this comment stays.\nid: nets-2027\n")
    assert "opens: 2027-09-06T00:00:00+08:00, due: 2027-09-19T23:59:59+08:00" in text
    assert (
        '"2027-09-20T00:00:00+08:00", due: 2027-10-03T23:59:59+08:00, weight: 1}  # until 2026-10-04  # look: ' in text
    )
    before, after = load_course(root), load_course(target)
    for old, new in zip((*before.chapters, *before.checkins), (*after.chapters, *after.checkins), strict=True):
        assert (new.opens - old.opens).days == (new.due - old.due).days == 364
    assert set(moved.look) == {8, 12}
    assert "longer than the others (14 days)" in moved.look[12].en
    assert "2027-10-01" in moved.look[12].en
    assert "2027-10-01" in moved.look[8].en


SALT = "00112233445566778899aabbccddeeff"


@pytest.mark.parametrize("line", [f'salt: "{SALT}"', f"salt:   '{SALT}'  # public", f'salt: "{SALT[:16]}"'])
def test_a_salt_is_new_for_the_next_class(root: Path, line: str) -> None:
    (root / "course.yml").write_text(COURSE.replace("language: en\n", f"language: en\n{line}\n"), "utf-8")
    rollover(root, root.parent / "next", date(2027, 9, 6))
    before, after = (load_course(place).salt for place in (root, root.parent / "next"))
    assert before is not None
    assert after is not None
    assert before != after
    assert ("# public" in (root.parent / "next" / "course.yml").read_text("utf-8")) == ("# public" in line)


def test_a_course_without_a_salt_gets_none(root: Path) -> None:
    rollover(root, root.parent / "next", date(2027, 9, 6))
    assert load_course(root.parent / "next").salt is None


def test_a_salt_that_cannot_be_replaced_stops_the_rollover(root: Path) -> None:
    text = COURSE.replace("language: en\n", f'language: en\n"salt": "{SALT}"\n')
    (root / "course.yml").write_text(text, "utf-8")
    with pytest.raises(AuthoringError, match="on one line of its own"):
        rollover(root, root.parent / "next", date(2027, 9, 6))
    assert not (root.parent / "next").exists()


def test_another_weekday_means_its_week(root: Path) -> None:
    assert rollover(root, root.parent / "next", date(2027, 9, 8)).weeks == 52


def test_the_time_of_day_stays_where_the_clocks_change(root: Path) -> None:
    text = (
        COURSE.replace("Asia/Shanghai", "Europe/Berlin").replace("+08:00", "+02:00").replace("15:59:59Z", "21:59:59Z")
    )
    (root / "course.yml").write_text(text, "utf-8")
    rollover(root, root.parent / "next", date(2027, 2, 1))
    after = load_course(root.parent / "next")
    assert after.chapters[0].due.astimezone(after.zone).isoformat() == "2027-02-14T23:59:59+01:00"


@pytest.mark.parametrize(
    ("old", "years", "new"), [("nets", 2027, "nets-2"), ("nets-2", 2027, "nets-3"), ("2026-nets", 2028, "2028-nets")]
)
def test_the_new_course_has_an_id_of_its_own(root: Path, old: str, years: int, new: str) -> None:
    (root / "course.yml").write_text(COURSE.replace("nets-2026", old), "utf-8")
    assert rollover(root, root.parent / "next", date(years, 9, 6)).id == new


def test_what_cannot_be_is_refused_and_nothing_written(root: Path) -> None:
    full = root.parent / "full"
    full.mkdir()
    (full / "a").write_text("", "utf-8")
    for target, course_id, why in (
        (full, None, "not empty"),
        (root / "inside", None, "in the course itself"),
        (root.parent / "next", "nets-2026", "id of the course before"),
    ):
        with pytest.raises(AuthoringError, match=why):
            rollover(root, target, date(2027, 9, 6), course_id)
    with pytest.raises(AuthoringError, match="id of the course before"):
        rollover(root, root.parent / "next", date(2026, 10, 5))
    assert sorted(path.name for path in root.parent.iterdir()) == ["full", "now"]


def test_the_command_names_what_to_look_at(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    done = Verbs(root, monkeypatch, capsys)("rollover", "../next", "--start", "2027-09-06")
    assert done.code == 0, done.err
    assert "course nets-2027, dates moved by 52 weeks" in done.out
    assert "course.yml:12: longer than the others (14 days): a holiday then?" in done.out
