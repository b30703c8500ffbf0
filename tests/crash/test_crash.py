"""The short form of `make crash`, and what a full disk, a read-only and a locked database, and a leaping clock do."""

from __future__ import annotations

import random
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.grading.classroom import Grader, submitted
from autograder.grading.coordinator import Coordinator
from autograder.grading.engines import LocalEngine
from autograder.sandbox.box import Box
from autograder.store import database
from autograder.store.database import Database, DatabaseError
from autograder.store.results import ResultStore
from tests.cli.class_folder import Run, Verbs
from tests.crash.__main__ import main as make_crash
from tests.crash.campaign import (
    MARK,
    VICTIMS,
    Campaign,
    doubled,
    grade,
    is_sound,
    make_class,
    mark_by_hand,
    marks,
    results,
)

pytestmark = pytest.mark.slow


def test_kills_at_random_moments_lose_nothing(tmp_path: Path) -> None:
    make_class(tmp_path, 6)  # enough for all four kills to hit one grading after the grader's own end
    assert grade(tmp_path).returncode == 1
    mark_by_hand(tmp_path)
    expected, points = results(tmp_path), marks(tmp_path)
    assert MARK in [row[3] for row in points]
    campaign = Campaign(tmp_path, kills=len(VICTIMS), seed=1, longest=0.1)
    campaign.run()
    assert campaign.done == dict.fromkeys(VICTIMS, 1)
    assert grade(tmp_path).returncode == 1
    assert results(tmp_path) == expected
    assert doubled(tmp_path, campaign.asked) == []
    assert marks(tmp_path) == points
    assert is_sound(tmp_path)


@pytest.mark.long
def test_two_hundred_kills_over_a_class_of_sixty_lose_nothing() -> None:
    assert make_crash() == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("a small disk cannot be mounted here: needs root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def fill(path: Path) -> None:
    """Write until nothing more fits."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(1 << 12)):
            pass


@pytest.fixture
def grade_here(small_disk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `autograder grade` on that disk; an error without a message of ours fails the test."""
    return partial(Verbs(small_disk, monkeypatch, capsys), "grade", "--lang", "en")


def test_a_full_disk_stops_with_a_plain_message_and_loses_nothing(small_disk: Path, grade_here: Run) -> None:
    make_class(small_disk, 2)
    filler = small_disk / "filler"
    fill(filler)
    stopped = grade_here()
    assert stopped.code == 2, stopped.err
    assert "same command" in stopped.err
    assert "Traceback" not in stopped.err
    with filler.open("r+b") as file:  # room for the database, not for much more
        file.truncate(filler.stat().st_size - (200 << 10))
    half = grade_here()
    assert half.code in (1, 2)
    assert "Traceback" not in half.err
    filler.unlink()
    assert grade_here().code == 1
    assert [record["status"] for record in results(small_disk).values()] == ["graded", "graded"]
    assert doubled(small_disk, 1) == []
    assert is_sound(small_disk)


def test_a_read_only_database_stops_with_a_plain_message(small_disk: Path, grade_here: Run) -> None:
    make_class(small_disk, 1)
    assert grade_here().code in (0, 1)
    before = results(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    stopped = grade_here("--regrade")
    assert stopped.code == 2
    assert "right to write" in stopped.err or "may be written to" in stopped.err, stopped.err
    assert "Traceback" not in stopped.err
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    assert results(small_disk) == before


def test_a_locked_database_is_waited_for_and_then_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 0.2)
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Database(url) as opened, closing(sqlite3.connect(tmp_path / "gradebook.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="end that program"), opened.writing():
            pass
        other.rollback()
        with opened.writing():
            pass


def test_a_leaping_clock_changes_no_result(tmp_path: Path, shared_box: Box) -> None:
    make_class(tmp_path, 4)
    chance = random.Random(3)
    course = load_course(tmp_path)

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(days=chance.uniform(-400, 400))

    with closing(ResultStore.in_course(tmp_path)) as store:
        grader = Grader(tmp_path, course, shared_box, clock)
        Coordinator(grader, store, LocalEngine(tmp_path, 2, grader.box)).grade(list(submitted(tmp_path, course)))
    found = results(tmp_path)
    assert [found[student]["score"] for student in sorted(found)] == [90.0, 0.0, 75.0, 0.0]
    assert doubled(tmp_path, 1) == []
