"""A class in mid-course when the engine changes: its results count until somebody grades again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from autograder.course import load_course
from autograder.grading.attempt_choice import Graded
from autograder.grading.classroom import Grader, submitted
from autograder.grading.coordinator import Coordinator
from autograder.grading.points import sync_points
from autograder.grading.work import is_older
from autograder.identity import ENGINE_VERSION
from autograder.sandbox.box import Box
from autograder.store.results import ResultStore
from tests.store.test_migrations import class_of_0004

from .here import Alone

ROOT = Path(__file__).parents[2]
HANDED_IN = ROOT / "tests" / "store" / "earlier" / "s002_lenet.py.txt"
MOMENTS = {"s002": datetime(2026, 9, 29, 10, tzinfo=UTC), "s004": datetime(2026, 9, 16, 10, tzinfo=UTC)}


class Class:
    def __init__(self, root: Path, box: Box) -> None:
        self.root = root
        for chapter in ("lenet", "reader"):
            for folder in ("assignments", "solutions"):
                shutil.copytree(ROOT / folder / chapter, root / folder / chapter)
        shutil.copy(ROOT / "course.yml", root)
        class_of_0004(f"sqlite:///{root / 'gradebook.db'}")
        self.hand_in("s002", "lenet", "lenet.py", HANDED_IN.read_text("utf-8"))
        self.hand_in("s004", "reader", "reader.ipynb", "{ no notebook\n")
        self.store = ResultStore.in_course(root)
        self.grader = Grader(root, load_course(root), box)

    def hand_in(self, student: str, chapter: str, name: str, content: str) -> None:
        folder = self.root / "submitted" / student / chapter
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, "utf-8")
        for path in (folder / name, folder):
            os.utime(path, (MOMENTS[student].timestamp(),) * 2)

    def grade(self, *, again: bool = False) -> list[Graded]:
        hand_ins = submitted(self.root, self.grader.course)
        return Coordinator(self.grader, self.store, Alone(self)).grade(hand_ins, again=again)  # type: ignore[arg-type]

    def rows(self) -> int:
        with self.store.database.reading() as connection:
            return int(connection.execute(text("SELECT count(*) FROM autograder_result")).scalar_one())


@pytest.fixture
def earlier(tmp_path: Path, shared_box: Box) -> Iterator[Class]:
    made = Class(tmp_path, shared_box)
    with closing(made.store):
        yield made


def test_what_an_older_engine_judged_counts_and_is_told_and_nothing_is_run(earlier: Class) -> None:
    for _ in range(2):
        found = {one.result.student: one for one in earlier.grade()}
        assert earlier.rows() == 7
        assert (found["s002"].result.score, found["s002"].result.engine) == (68.0, None)
        assert found["s004"].result.status == "rejected"
        assert all(is_older(one.result) for one in found.values())
    sync_points(earlier.root, earlier.grader.course, earlier.store, earlier.grader.renderer)
    assert (earlier.root / "autograded/s002/lenet/lenet.ipynb").is_file()


def test_grading_again_makes_a_result_of_todays_engine_for_the_same_attempt(earlier: Class) -> None:
    earlier.grade()
    found = {one.result.student: one for one in earlier.grade(again=True)}
    assert {one.result.engine for one in found.values()} == {ENGINE_VERSION}
    assert earlier.rows() == 9
    assert len(earlier.store.attempts("s002", "lenet")) == 1
    assert not any(is_older(one.result) for one in earlier.grade())


def test_another_answer_is_graded_by_todays_engine(earlier: Class) -> None:
    earlier.grade()
    earlier.hand_in("s002", "lenet", "lenet.py", "x = 1\n")
    found = {one.result.student: one for one in earlier.grade()}
    assert found["s002"].result.engine == ENGINE_VERSION
    assert len(earlier.store.attempts("s002", "lenet")) == 2
