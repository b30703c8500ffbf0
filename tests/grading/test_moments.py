"""When a hand-in came: nothing that TAs, copies and the system do afterwards makes a punctual student late."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.grading.moments import Came, came, stamped_moment
from autograder.sandbox.box import Box
from autograder.store.handins import moments
from autograder.submission.files import Place, open_folder

from .test_coordinator import EMPTY, Course

DUE = datetime(2026, 10, 11, 15, 59, 59, tzinfo=UTC)
BEFORE, NOW = datetime(2026, 10, 1, 12, tzinfo=UTC), datetime(2026, 11, 28, tzinfo=UTC)
STAMP = "2026-10-01 12:00:00.000000 UTC"


def hand_in(folder: Path, moment: datetime = BEFORE, name: str = "lenet.py") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("x = 1\n", "utf-8")
    os.utime(folder / name, (moment.timestamp(),) * 2)
    return folder


def when(folder: Path, due: datetime | None = None) -> Came:
    with open_folder(Place.of(folder)) as opened:
        opened.read("lenet.py", 1)
        return came(opened, NOW, due)


def test_neither_the_folder_nor_what_else_lies_there_says_when(tmp_path: Path) -> None:
    folder = hand_in(tmp_path / "lenet")
    for name in (".DS_Store", "notes.txt", "Thumbs.db"):
        (folder / name).touch()
    assert when(folder) == Came(BEFORE, "file")


def test_an_exchange_s_time_stamp_is_trusted_more_than_the_file(tmp_path: Path) -> None:
    folder = hand_in(tmp_path / "lenet", NOW)
    (folder / "timestamp.txt").write_text(STAMP, "utf-8")
    assert when(folder, DUE) == Came(BEFORE, "timestamp")
    (folder / "timestamp.txt").write_text("yesterday", "utf-8")
    assert when(folder).source == "file"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        (STAMP + "\n", BEFORE),
        ("2026-10-01 20:00:00 +0800", BEFORE),
        ("2026-10-01T12:00:00Z", BEFORE),
        ("2026-10-01 12:00", BEFORE),
        ("2026-10-01 12:00:00 CST", None),
        ("2026-13-01 12:00:00 UTC", None),
        ("9999-12-31 23:59:59 -1200", None),
        ("", None),
    ],
)
def test_time_stamps(text: str, moment: datetime | None) -> None:
    assert stamped_moment(text) == moment


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT TRIED: only root can make another user's file")
def test_a_time_stamp_of_the_student_s_own_making_is_their_word_alone(tmp_path: Path) -> None:
    folder = hand_in(tmp_path / "lenet")
    (folder / "timestamp.txt").write_text(STAMP, "utf-8")
    over = BEFORE + timedelta(days=1)
    assert when(folder, over) == Came(BEFORE, "timestamp")  # collected by staff after the deadline
    shutil.chown(folder / "timestamp.txt", "nobody")
    assert when(folder, over) == Came(BEFORE, "timestamp", confirmed=False)
    assert when(folder, NOW + timedelta(days=1)) == Came(BEFORE, "timestamp")


def test_a_time_that_was_set_back_after_the_deadline_is_marked(tmp_path: Path) -> None:
    folder = hand_in(tmp_path / "lenet")  # written now, as its ctime tells
    assert when(folder, datetime.now(UTC) + timedelta(days=1)) == Came(BEFORE, "file", True)
    assert when(folder, BEFORE) == Came(BEFORE, "file", False)


@pytest.fixture
def course(tmp_path: Path, shared_box: Box) -> Iterator[Course]:
    made = Course(tmp_path, shared_box)
    yield made
    made.store.close()


@pytest.mark.slow
def test_a_punctual_student_stays_punctual_whatever_happens_to_the_folder(course: Course) -> None:
    early = datetime(2026, 9, 8, tzinfo=UTC)
    folder = course.root / "submitted/s1/reader"
    course.hand_in("s1", EMPTY)
    os.utime(folder / "reader.py", (early.timestamp(),) * 2)
    course.grade_here()
    (folder / ".DS_Store").touch()
    course.grade_here(again=True)
    shutil.copytree(folder, course.root / "copy", copy_function=shutil.copyfile)  # as `cp -r`: all times are of now
    shutil.rmtree(folder)
    shutil.copytree(course.root / "copy", folder, copy_function=shutil.copyfile)
    course.grade_here(again=True)
    course.hand_in("s1", EMPTY + "# later\n")
    course.grade_here()
    course.hand_in("s1", EMPTY)  # the first answer once more
    course.grade_here()
    at = [attempt.at for attempt in course.store.attempts("s1", "reader")]
    assert [moment == early for moment in at] == [True, False, True]
    with course.store.database.reading() as connection:
        known = list(moments(connection, "s1", "reader").values())
    assert [(one.source, one.moment == early) for one in known] == [("file", True), ("file", False)]


@pytest.mark.slow
def test_an_answer_to_another_chapter_is_named_and_no_attempt(course: Course) -> None:
    root = Path(__file__).parents[2]
    for name in ("lenet",):
        shutil.copytree(root / "assignments" / name, course.root / "assignments" / name)
    folder = course.root / "submitted/s1/reader"
    folder.mkdir(parents=True)
    shutil.copy(root / "solutions/lenet/lenet.ipynb", folder / "reader.ipynb")
    (record,) = course.grade_here()
    assert record["status"] == "rejected"
    assert record["reason"] == (
        "reader.ipynb is an answer to lenet, not to reader: it is not graded and does not count as an attempt. "
        "Hand in the notebook of reader."
    )
    assert course.store.attempts("s1", "reader") == []
