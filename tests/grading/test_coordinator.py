"""A class by jobs: what is graded once, what kills its worker, what is handed in anew; with real workers."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nbgrader.api import Gradebook
from safetensors.numpy import save

from autograder.course import load_course
from autograder.course.drawn import seed_of
from autograder.grading.attempt_choice import class_results
from autograder.grading.attempts import show_choice
from autograder.grading.classroom import Grader, GradingError, HandIn, kit_of, submitted
from autograder.grading.coordinator import Coordinator
from autograder.grading.engines import LocalEngine
from autograder.grading.pipeline import json_of
from autograder.grading.points import PENDING, points_follow, sync_points
from autograder.sandbox.box import Box, limits_of
from autograder.store.jobs import MAX_FAILURES, JobTable
from autograder.store.records import Student
from autograder.store.results import ResultStore
from autograder.store.roster import change_class_list
from autograder.text import Text

from .here import Alone

ROOT = Path(__file__).parents[2]
EMPTY = "x = 1\n"  # nothing to ask: graded in no time
pytestmark = pytest.mark.slow


class Killing(LocalEngine):
    """A local engine whose worker dies of the jobs of some students, as of a parser that breaks."""

    def __init__(self, course: Course, victims: dict[str, int]) -> None:
        super().__init__(course.root, 1, course.grader.box)
        self.course, self.victims = course, victims

    def start(self, job: int) -> None:
        super().start(job)
        student = JobTable(self.course.store.database).job(job).student
        if self.victims.get(student, 0) > 0:
            self.victims[student] -= 1
            self._busy[job].process.kill()


class Course:
    """A class with one chapter. box: grader and workers share its warmed process."""

    def __init__(self, root: Path, box: Box) -> None:
        self.root = root
        for folder in ("assignments", "solutions"):
            shutil.copytree(ROOT / folder / "reader", root / folder / "reader")
        shutil.copy(ROOT / "course.yml", root)
        self.store = ResultStore.in_course(root)
        course = load_course(root)
        self.grader = Grader(root, course, replace(box, limits=limits_of(course)))

    def hand_in(self, student: str, text: str, name: str = "reader.py") -> None:
        folder = self.root / "submitted" / student / "reader"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")

    def grade(self, engine: LocalEngine | Alone | None = None, *, again: bool = False) -> list[dict[str, Any]]:
        hand_ins = list(submitted(self.root, self.grader.course))
        engine = engine or LocalEngine(self.root, 1, self.grader.box)
        found = Coordinator(self.grader, self.store, engine).grade(hand_ins, again=again)
        return [json_of(one, self.grader.renderer, "en") for one in found]

    def grade_here(self, *, again: bool = False) -> list[dict[str, Any]]:
        """Grade without workers."""
        return self.grade(Alone(self), again=again)

    def sync(self) -> list[str]:
        """Do what follows behind every run: points and graded notebooks."""
        return [said.en for said in sync_points(self.root, self.grader.course, self.store, self.grader.renderer)]

    def points(self) -> dict[str, float]:
        """Return the points that nbgrader's gradebook has of each student."""
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", self.grader.course.id) as book:
            return {one.student.id: one.score for one in book.assignment_submissions("reader")}

    def shown(self, student: str, now: datetime) -> list[dict[str, Any]]:
        """Return the cells of a student's graded notebook as it is shown at a moment."""
        given = class_results(self.grader.course, self.store)
        one = next(one for one in given if one.result.student == student)
        path = show_choice(self.root, self.store, one, self.grader.renderer, "en", now)
        cells: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cells"]
        return cells

    def rows(self) -> list[tuple[str, str, Any]]:
        with self.store.database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT student, record FROM autograder_result ORDER BY id").all()
        return [(student, (record := json.loads(text))["status"], record["score"]) for student, text in rows]

    def lines(self) -> list[tuple[str, str, str, str]]:
        with self.store.database.reading() as connection:
            query = "SELECT student, old, new, reason FROM autograder_audit WHERE student != '' ORDER BY id"
            return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.fixture
def course(tmp_path: Path, shared_box: Box) -> Iterator[Course]:
    made = Course(tmp_path, shared_box)
    yield made
    made.store.close()


def test_nothing_is_graded_twice_and_every_result_is_kept(course: Course) -> None:
    course.hand_in("s1", EMPTY)
    course.hand_in("s2", "{ this is no notebook", "reader.ipynb")
    first = course.grade()
    assert [record["status"] for record in first] == ["graded", "rejected"]
    assert course.rows() == [("s1", "graded", 0.0), ("s2", "rejected", 0.0)]
    assert course.grade(Killing(course, {"s1": 9, "s2": 9})) == first  # no worker is asked
    # The graded notebook is made again where it is missing, without grading.
    course.sync()
    shutil.rmtree(course.root / "autograded")
    course.sync()
    assert (course.root / "autograded/s1/reader/reader.ipynb").exists()
    assert len(course.rows()) == 2


def test_weights_of_another_student_s_seed_are_flagged_and_points_stay(course: Course) -> None:
    salt = course.grader.course.salt
    assert salt is not None
    with course.store.database.writing() as connection:
        change_class_list(connection, [Student("s1"), Student("s2"), Student("s3")], datetime.now(UTC), "ta")
    seeds = {"s1": seed_of(salt, "s2", "reader"), "s2": seed_of(salt, "s2", "reader"), "s3": 1}
    text = "def transform_img(img):\n    return img\n"
    for student, seed in seeds.items():
        course.hand_in(student, text)
        weights = save({"w": np.zeros(1, np.float32)}, {"seed": str(seed)})
        (course.root / "submitted" / student / "reader" / "reader.safetensors").write_bytes(weights)
    first, second, third = course.grade()
    assert [len(record.get("flags", [])) for record in (first, second, third)] == [1, 0, 0]
    assert f"with the seed of s2 ({seeds['s1']}), not with that of s1" in first["flags"][0]
    assert first["score"] == second["score"] == third["score"]
    kept = sorted((course.root / ".autograder" / "handins").glob("*.raw/*"))
    assert [one.name for one in kept] == ["script.py", "weights.json"] * 2  # s1 and s2 handed in the same bytes
    assert kept[0].read_text("utf-8") == text


def test_what_two_students_hand_in_alike_is_asked_once_and_each_has_a_result(course: Course) -> None:
    text = "def transform_img(img):\n    return img\n"
    course.hand_in("s1", text)
    course.hand_in("s2", text + "print(1)\n")
    first, second = course.grade_here()
    assert second["asked_for"] == first["key"] != second["key"]
    assert course.rows() == [("s1", "graded", first["score"]), ("s2", "graded", first["score"])]
    assert [line[0] for line in course.lines()] == ["s1", "s2"]
    course.sync()
    shown = (course.root / "autograded/s2/reader/reader.ipynb").read_text("utf-8")
    assert first["key"] not in shown
    assert "s1" not in shown
    first, second = course.grade_here(again=True)  # a new run asks anew
    assert "asked_for" not in first
    assert second["asked_for"] == first["key"]


def test_an_older_answer_handed_in_again_counts_without_being_run(course: Course) -> None:
    for text in (EMPTY, EMPTY + "# new\n", EMPTY):
        course.hand_in("s1", text)
        course.grade_here()
    assert len(course.rows()) == 3
    assert [line[3] for line in course.lines()] == ["graded", "graded", "handed in again"]
    numbers = [attempt.number for attempt in course.store.attempts("s1", "reader")]
    assert numbers == [1, 2, 3]


def test_a_rejected_submission_is_no_attempt_and_takes_no_points(course: Course) -> None:
    shutil.copytree(
        ROOT / "solutions/reader", course.root / "submitted/s1/reader", ignore=lambda *_: ["hidden.json", "checks.json"]
    )
    course.grade_here()
    shutil.rmtree(course.root / "submitted/s1/reader")
    course.hand_in("s1", "{", "reader.ipynb")
    (record,) = course.grade_here()
    assert (record["status"], record["counting"]["raw_points"]) == ("rejected", 90.0)
    assert [line[1:3] for line in course.lines()] == [("", "90/100"), ("90/100", "rejected")]


def test_a_job_whose_worker_dies_is_tried_again_and_set_aside_at_the_third_death(course: Course) -> None:
    for student in ("s1", "s2", "s3"):
        course.hand_in(student, EMPTY + f"# {student}\n")
    victims = {"s1": MAX_FAILURES, "s2": MAX_FAILURES - 1}
    records = course.grade(Killing(course, victims))
    assert [record["status"] for record in records] == ["rejected", "graded", "graded"]
    assert "set aside" in records[0]["reason"]
    assert sorted(course.rows()) == [("s1", "rejected", 0.0), ("s2", "graded", 0.0), ("s3", "graded", 0.0)]
    assert course.grade(Killing(course, {"s1": 9})) == records
    again = course.grade(again=True)
    assert [record["status"] for record in again] == ["graded"] * 3
    assert {line[3] for line in course.lines()[3:]} == {"graded again by --regrade"}


class HandingIn(LocalEngine):
    """A local engine that sees another answer handed in after the job was made."""

    def __init__(self, course: Course) -> None:
        super().__init__(course.root, 1, course.grader.box)
        self.course = course

    def start(self, job: int) -> None:
        if self.course is not None:
            self.course.hand_in("s1", EMPTY + "# at the last moment\n")
        super().start(job)


def test_what_is_handed_in_meanwhile_is_what_is_graded(course: Course) -> None:
    course.hand_in("s1", EMPTY)
    course.grade(HandingIn(course))
    (hand_in,) = submitted(course.root, course.grader.course)
    jobs = course.store.database
    with jobs.reading() as connection:
        rows = connection.exec_driver_sql("SELECT key, state FROM autograder_job").all()
    assert [tuple(row) for row in rows] == [(course.grader.found(hand_in).key, "done")]
    assert len(course.rows()) == 1


def test_a_fault_of_ours_is_told_and_tried_again_with_the_next_command(course: Course) -> None:
    course.hand_in("s1", EMPTY)
    attempts = course.root / ".autograder" / "attempts"
    attempts.parent.mkdir(exist_ok=True)
    attempts.write_text("in the way")  # no folder can be made
    for _ in range(MAX_FAILURES - 1):
        (record,) = course.grade_here()
        assert "The grader itself failed" in record["reason"]
    assert course.rows() == []
    attempts.unlink()
    assert [record["status"] for record in course.grade_here()] == ["graded"]


def test_a_notebook_that_cannot_be_shown_costs_no_result_and_is_shown_by_the_next_command(course: Course) -> None:
    course.hand_in("s1", EMPTY)
    (course.root / "autograded").write_text("in the way")
    assert [record["status"] for record in course.grade_here()] == ["graded"]
    assert "could not be written to autograded/" in course.sync()[0]
    assert (course.root / PENDING).is_file()
    (course.root / "autograded").unlink()
    course.grade(Killing(course, {"s1": 9}))
    assert course.sync() == []
    assert (course.root / "autograded/s1/reader/reader.ipynb").is_file()
    assert len(course.rows()) == 1


def test_points_that_a_killed_command_did_not_write_come_with_the_next_one(course: Course) -> None:
    course.hand_in("s1", (ROOT / "solutions/reader/reader.py").read_text("utf-8"))
    following: list[Text] = []
    grader = course.grader
    course.grade_here()  # the command was killed here, before its points followed
    (course.root / PENDING).touch()
    with points_follow(course.root, grader.course, course.store, grader.renderer, (), following):
        assert course.points() == {"s1": 90.0}, "written before anything new is begun"
    assert following == []
    assert not (course.root / PENDING).exists()


def test_points_follow_what_was_graded_before_ctrl_c(course: Course) -> None:
    course.hand_in("s1", (ROOT / "solutions/reader/reader.py").read_text("utf-8"))
    grader = course.grader

    def interrupted() -> None:
        with points_follow(course.root, grader.course, course.store, grader.renderer, ["reader"], []):
            course.grade_here()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert course.points() == {"s1": 90.0}
    assert not (course.root / PENDING).exists()


def test_what_hidden_checks_found_of_an_attempt_too_many_is_shown_after_the_deadline(course: Course) -> None:
    text = (course.root / "course.yml").read_text("utf-8")
    (course.root / "course.yml").write_text(text.replace("attempts_per_day: 0", "attempts_per_day: 1"), "utf-8")
    course.grader = Grader(course.root, load_course(course.root), course.grader.box)
    dates = course.grader.course.chapter("reader")
    assert dates is not None
    course.hand_in("s1", EMPTY)
    course.grade_here()
    assert "newest-attempt" not in [cell["id"] for cell in course.shown("s1", dates.due)]
    course.hand_in("s1", (ROOT / "solutions/reader/reader.py").read_text("utf-8"))
    (graded,) = course.grade_here()
    assert (graded["score"], graded["counting"]["points"]) == (90.0, 0.0), "it is graded, and does not count"
    hidden = {one["check"] for one in graded["findings"] if one["hidden"]}
    assert hidden

    def lines(now: datetime) -> dict[str, list[str]]:
        which, newest, *_ = course.shown("s1", now)
        assert "Attempt 1 of 2 counts" in which["source"]
        assert "there were 1 attempts that count on that day" in newest["source"]
        assert not any("90" in str(cell) for cell in (which, newest))
        (output,) = newest["outputs"]
        return {line.split()[1]: line.split() for line in output["text"].splitlines() if not line.startswith(" ")}

    before, after = lines(dates.due), lines(dates.due + timedelta(seconds=1))
    assert before.keys() == after.keys() >= hidden
    for check, line in before.items():
        assert line[0] == ("skipped" if check in hidden else after[check][0]), check
        assert check not in hidden or line[2].startswith("0/")
    assert all(after[check][0] == "pass" for check in hidden)
    cell = course.shown("s1", dates.due)[1]
    assert cell["outputs"][0]["text"].count("are shown after the deadline (2026-09-20 23:59)") == len(hidden)


def test_a_worker_that_cannot_work_stops_the_class(course: Course) -> None:
    course.hand_in("s1", EMPTY)
    hand_ins = list(submitted(course.root, course.grader.course))
    nowhere = course.root / "nowhere"
    with pytest.raises(GradingError, match="same command goes on"):
        Coordinator(course.grader, course.store, LocalEngine(nowhere, 1, course.grader.box)).grade(hand_ins)
    assert course.rows() == []
    assert [record["status"] for record in course.grade()] == ["graded"]


def test_a_job_that_somebody_else_is_at_is_waited_for(course: Course) -> None:
    course.hand_in("s1", EMPTY)
    (hand_in,) = submitted(course.root, course.grader.course)
    other = JobTable(course.store.database, lambda: course.grader.clock() - timedelta(seconds=57), "elsewhere/1")
    (job,) = other.receive([("s1", "reader", course.grader.found(hand_in).key)])
    other.lease([job.id], 1)  # three seconds are left of it
    assert [record["status"] for record in course.grade()] == ["graded"]
    found = JobTable(course.store.database).job(job.id)
    assert (found.attempts, found.failures, found.state) == (2, 0, "done")


def test_no_worker_outlives_the_class(course: Course) -> None:
    course.hand_in("s1", EMPTY)
    course.grade()
    assert multiprocessing.active_children() == []


SLEEPS = "import time\ndef transform_img(img):\n    time.sleep(600)\n"
RIGHT = "solutions/reader/reader.py"


def with_limits(course: Course, limits: str) -> None:
    """Give the course other limits, and checks that wait two seconds at the most."""
    text = (course.root / "course.yml").read_text("utf-8")
    (course.root / "course.yml").write_text(text.replace("first_seconds: 30", limits), "utf-8")
    suite = course.root / "solutions/reader/hidden.json"
    record = json.loads(suite.read_text("utf-8"))
    for check in record["checks"].values():
        check["seconds"] = 2.0
    suite.write_text(json.dumps(record), "utf-8")
    kit_of.cache_clear()
    course.grader = Grader(course.root, load_course(course.root), course.grader.box)


def test_what_takes_long_goes_on_when_the_others_are_done(course: Course) -> None:
    with_limits(course, "first_seconds: 1")
    course.hand_in("a-sleeper", SLEEPS)
    for student in ("s1", "s2"):
        course.hand_in(student, (ROOT / RIGHT).read_text("utf-8") + f"# {student}\n")
    done: list[str] = []
    coordinator = Coordinator(
        course.grader,
        course.store,
        LocalEngine(course.root, 1, course.grader.box),
        lambda one: done.append(str(one.result.student)),
    )
    given = coordinator.grade(list(submitted(course.root, course.grader.course)))
    records = [json_of(one, course.grader.renderer, "en") for one in given]
    assert done[-1] == "a-sleeper"
    assert coordinator.put_back == 1
    assert [record["score"] for record in records[1:]] == [90.0, 90.0]
    found = {finding["check"]: finding for finding in records[0]["findings"]}
    assert {found[f"transform_img.{name}"]["staff"]["status"] for name in ("shape", "values", "sizes")} == {"timeout"}
    assert "not started" in found["transform_img.sizes"]["staff"]["message"]
    with course.store.database.reading() as connection:
        query = "SELECT attempts, spent FROM autograder_job WHERE student = 'a-sleeper'"
        assert [tuple(row) for row in connection.exec_driver_sql(query)] == [(2, 0.0)]


def test_where_nobody_waits_nothing_is_put_back(course: Course) -> None:
    with_limits(course, "first_seconds: 1")
    course.hand_in("a-sleeper", SLEEPS)
    coordinator = Coordinator(course.grader, course.store, LocalEngine(course.root, 1, course.grader.box))
    coordinator.grade(list(submitted(course.root, course.grader.course)))
    assert coordinator.put_back == 0


class Counting(LocalEngine):
    """A local engine that notes how many jobs run when one is begun."""

    def __init__(self, course: Course) -> None:
        super().__init__(course.root, 2)
        self.course = course
        self.beside: list[tuple[str, int]] = []

    def start(self, job: int) -> None:
        student = JobTable(self.course.store.database).job(job).student
        self.beside.append((student, len(self._busy)))
        super().start(job)


def test_what_had_no_thread_is_asked_again_while_nothing_else_runs(course: Course) -> None:
    starved = 'def transform_img(img):\n    raise RuntimeError("can\'t start new thread")  # {0}\n'
    for student in ("s1", "s2"):
        course.hand_in(student, starved.format(student))
    course.hand_in("s3", SLEEPS)
    with_limits(course, "first_seconds: 20")
    engine = Counting(course)
    records = course.grade(engine)
    again = [(student, beside) for student, beside in engine.beside[3:]]
    assert sorted(again) == [("s1", 0), ("s2", 0)]
    assert [record["findings"][0]["status"] for record in records] == ["error", "error", "timeout"]


def test_files_given_by_path_that_take_long_are_put_back_too(course: Course) -> None:
    with_limits(course, "first_seconds: 1")
    course.hand_in("a-sleeper", SLEEPS)
    course.hand_in("b-starved", 'def transform_img(img):\n    raise RuntimeError("can\'t start new thread")\n')
    course.hand_in("honest", (ROOT / RIGHT).read_text("utf-8"))
    files = [
        HandIn(course.root / "submitted" / name / "reader" / "reader.py", "reader", None)
        for name in ("a-sleeper", "b-starved", "honest")
    ]
    done: list[str] = []
    records = course.grader.grade_files(files, jobs=1, done=lambda one: done.append(one.submission))
    assert done == [str(files[place].path) for place in (2, 0, 1)]
    assert [record.score for record in records] == [0.0, 0.0, 90.0]
