"""Hand-ins that cannot be read, are links, vanish or change: each is one line at its place, and the others go on."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.course import load_course
from autograder.grading import gradebook
from autograder.grading.attempt_choice import Graded
from autograder.grading.classroom import Grader, HandIn, hand_in_of, submitted
from autograder.grading.coordinator import Coordinator
from autograder.grading.gradebook import opened_gradebook, record_points
from autograder.grading.render import text_of
from autograder.sandbox.box import Box
from autograder.store.jobs import JobTable
from autograder.store.results import ResultStore
from tests.results import result

from .here import Alone

ROOT = Path(__file__).parents[2]
EMPTY = "x = 1\n"


class Course:
    def __init__(self, root: Path, box: Box) -> None:
        self.root = root
        for folder in ("assignments", "solutions"):
            shutil.copytree(ROOT / folder / "reader", root / folder / "reader")
        shutil.copy(ROOT / "course.yml", root)
        self.store = ResultStore.in_course(root)
        self.grader = Grader(root, load_course(root), box)

    def hand_in(self, student: str, text: str = EMPTY) -> Path:
        folder = self.root / "submitted" / student / "reader"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "reader.py").write_text(text, "utf-8")
        return folder

    def grade(self, engine: Any = None) -> dict[str, tuple[str, str]]:
        hand_ins = submitted(self.root, self.grader.course)
        found = [one.result for one in Coordinator(self.grader, self.store, engine or Alone(self)).grade(hand_ins)]
        return {str(one.student): (one.status, text_of(one.reason).en) for one in found}


@pytest.fixture
def course(tmp_path: Path, shared_box: Box) -> Iterator[Course]:
    made = Course(tmp_path, shared_box)
    yield made
    made.store.close()


def test_links_and_what_is_no_folder_are_refused_by_name_and_the_others_are_graded(course: Course) -> None:
    right = (ROOT / "solutions/reader/reader.py").read_text("utf-8")
    course.hand_in("anna", right + "# ANNAS-OWN-WORK\n")
    top = course.root / "submitted"
    (top / "mallory").symlink_to("anna")
    (top / "eve").symlink_to(course.root / "solutions")
    (top / "notes.txt").write_text("no student")
    (top / "dangling").symlink_to("nowhere")
    for student in ("chapter", "file", "pipe", "plain"):
        (top / student).mkdir()
    (top / "chapter/reader").symlink_to("../anna/reader")
    (top / "file/reader").mkdir()
    (top / "file/reader/reader.py").symlink_to("../../anna/reader/reader.py")
    os.mkfifo(top / "pipe/reader")
    (top / "plain/reader").write_text(right)
    found = course.grade()
    assert set(found) == {"anna", "mallory", "eve", "chapter", "file", "pipe", "plain"}
    assert found.pop("anna")[0] == "graded"
    assert {status for status, _ in found.values()} == {"rejected"}
    assert found["mallory"][1].startswith("submitted/mallory is a link")
    assert found["eve"][1].startswith("submitted/eve is a link")
    assert found["chapter"][1].startswith("submitted/chapter/reader is a link")
    assert found["file"][1].startswith("reader.py is a link")
    assert "is not a folder" in found["pipe"][1]
    assert "is not a folder" in found["plain"][1]
    holding = [path for path in course.root.rglob("*.ipynb") if "ANNAS-OWN-WORK" in path.read_text("utf-8")]
    assert {path.relative_to(course.root).parts[:2] for path in holding} == {
        (".autograder", "attempts"),
    }
    assert all("anna" in path.parts for path in holding)


@pytest.mark.parametrize("path", ["submitted/mallory/reader", "submitted/mallory/reader/reader.py"])
def test_a_path_given_by_hand_is_no_way_around(course: Course, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    course.hand_in("anna")
    (course.root / "submitted/mallory").symlink_to("anna")
    monkeypatch.chdir(course.root)
    for given in (Path(path), course.root / path):
        hand_in = hand_in_of(given, "reader", course.grader.course, course.root)
        assert "submitted/mallory is a link" in text_of(course.grader.grade(hand_in).reason).en
    # Elsewhere the path is staff's own, and may hold links above what was handed in.
    (course.root / "elsewhere").symlink_to("submitted/anna")
    hand_in = hand_in_of(course.root / "elsewhere/reader", "reader", course.grader.course, course.root)
    assert course.grader.grade(hand_in).status == "graded"


# Who is named, by what is closed and how; an empty name: it can be read.
CLOSED = {
    ("mallory", "000"): "submitted/mallory/reader",
    ("mallory", "444"): "submitted/mallory/reader",
    ("mallory", "111"): "",
    ("mallory/reader", "000"): "submitted/mallory/reader",
    ("mallory/reader", "444"): "reader.py",
    ("mallory/reader", "111"): "submitted/mallory/reader",
    ("mallory/reader/reader.py", "000"): "reader.py",
}
LOOK = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from tests.grading.test_hostile_class import Box, Grader, load_course, submitted
grader = Grader(Path(sys.argv[2]), load_course(Path(sys.argv[2])), Box("none"))
told = []
for line in sys.stdin:
    hand_ins = submitted(grader.root, grader.course)
    found = {one.student: grader.found(one) for one in hand_ins}
    same = [grader.found(one, keep=False).key for one in hand_ins] == [each.key for each in found.values()]
    print(json.dumps([same, {student: each.reason.en if each.reason else '' for student, each in found.items()}]), flush=True)
"""


def test_what_may_not_be_read_is_one_line(course: Course) -> None:
    course.hand_in("anna")
    course.hand_in("mallory")
    command = [sys.executable, "-c", LOOK, str(ROOT), str(course.root)]
    if os.geteuid() == 0:
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as looking:
        assert looking.stdin
        assert looking.stdout
        for (place, mode), name in CLOSED.items():
            closed = course.root / "submitted" / place
            before = closed.stat()
            if os.geteuid() == 0:
                shutil.chown(closed, "nobody")
            closed.chmod(int(mode, 8))
            looking.stdin.write("\n")
            looking.stdin.flush()
            same, reasons = json.loads(looking.stdout.readline())
            closed.chmod(before.st_mode)
            os.chown(closed, before.st_uid, before.st_gid)
            assert same, (place, mode)
            expected = f"{name} cannot be read (Permission denied)." if name else ""
            assert reasons.pop("mallory").split(" Submit")[0] == expected, (place, mode)
            assert reasons == {"anna": ""}
        looking.stdin.close()


def test_what_vanishes_is_told_and_what_changes_is_read_again(course: Course) -> None:
    for student in ("anna", "gone", "swaps"):
        course.hand_in(student)
    engine, turns = Alone(course), iter(range(100))

    def meanwhile() -> None:
        turn = next(turns)
        shutil.rmtree(course.root / "submitted/gone", ignore_errors=True)
        if turn < 3:
            course.hand_in("swaps", EMPTY + f"# {turn}\n")

    engine.before = meanwhile
    found = course.grade(engine)
    assert {student: status for student, (status, _) in found.items()} == {
        "anna": "graded",
        "swaps": "graded",
        "gone": "rejected",
    }
    assert "went away" in found["gone"][1]
    assert [row.state for row in _jobs(course)] == ["done", "done"]


def test_what_changes_again_and_again_does_not_hold_up_the_class(course: Course) -> None:
    for student in ("anna", "swaps"):
        course.hand_in(student)
    engine, turns = Alone(course), iter(range(1000))
    engine.before = lambda: course.hand_in("swaps", EMPTY + f"# {next(turns)}\n")
    found = course.grade(engine)
    assert found["anna"][0] == "graded"
    assert "changed again and again" in found["swaps"][1]
    engine = Alone(course)
    assert course.grade(engine)["swaps"][0] == "graded"


def test_handing_in_during_grading_never_ends_it(course: Course) -> None:
    """The two renames of handing in, as fast as they go."""
    course.hand_in("anna")
    folder = course.hand_in("mallory")
    new, old = folder.with_name(".reader.new"), folder.with_name(".reader.old")
    shutil.copytree(folder, new)
    end = threading.Event()

    def swap() -> None:
        while not end.is_set():
            with contextlib.suppress(OSError):
                folder.rename(old)
                new.rename(folder)
                old.rename(new)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for _ in range(3):
            assert course.grade()["anna"][0] == "graded"
    finally:
        end.set()
        thread.join()
    assert course.grade()["mallory"][0] == "graded"


def test_a_student_folder_that_becomes_a_link_while_it_is_read_gives_nobody_elses_work(course: Course) -> None:
    course.hand_in("anna", EMPTY + "# ANNAS-OWN-WORK\n")
    mine = course.hand_in("mallory").parent
    aside, link = mine.with_name("aside"), mine.with_name("link")
    end = threading.Event()

    def swap() -> None:
        while not end.is_set():
            with contextlib.suppress(OSError):
                link.symlink_to("anna")
                mine.rename(aside)
                link.rename(mine)
                mine.rename(link)
                aside.rename(mine)
                link.unlink()

    thread = threading.Thread(target=swap)
    thread.start()
    seen: Counter[str] = Counter()
    try:
        deadline = time.monotonic() + 30  # a thread of a busy machine may wait long for its turn
        while seen.total() < 400 or (len(seen) < 2 and time.monotonic() < deadline):
            found = course.grader.found(HandIn(mine / "reader", "reader", "mallory", mine.parent))
            seen[found.raw.content.decode() if found.raw else "refused"] += 1
    finally:
        end.set()
        thread.join()
    assert set(seen) <= {EMPTY, "refused"}
    assert len(seen) == 2, "the two never met"


def test_what_was_hashed_is_what_is_graded(course: Course) -> None:
    folder = course.hand_in("anna")
    (folder / "reader.safetensors").write_bytes(b"w")
    hand_in = HandIn(folder, "reader", "anna", course.root / "submitted")
    before = course.grader.found(hand_in, keep=False).key
    found = course.grader.found(hand_in)
    assert (found.key, found.raw and found.raw.content, found.raw and found.raw.weights) == (
        before,
        EMPTY.encode(),
        b"w",
    )
    (folder / "reader.safetensors").write_bytes(b"v")
    assert course.grader.found(hand_in, keep=False).key != before


def test_a_bomb_costs_its_own_points_and_not_the_workers_memory(course: Course) -> None:
    lines = ["def transform_img(x):"]
    for level in range(1, 21):
        lines += [" " * level + "try: x()", " " * level + "finally:"]
    course.hand_in("bomb", "\n".join([*lines, " " * 22 + "x(1)"]) + "\n")
    course.hand_in("zoe")
    found = course.grade()
    assert found["zoe"][0] == "graded"
    assert found["bomb"][0] == "graded" or "more than the limit" in found["bomb"][1]


def test_points_that_cannot_be_written_for_one_are_written_for_the_others(course: Course) -> None:
    chapter = course.grader.suite("reader").chapter
    points: list[Any] = [3.0, "many", 3.0]
    records = [
        Graded(result(student=f"s{number}", findings=[{"task": "transform_img", "points": each}]))
        for number, each in enumerate(points)
    ]
    failed = record_points(course.root, chapter, records)
    assert list(failed) == ["s1"]
    with opened_gradebook(course.root) as book:
        for student in ("s0", "s2"):
            assert book.find_grade("check-transform_img", "reader", "reader", student).auto_score == 3.0
    assert len(records) < gradebook.AT_ONCE


def _jobs(course: Course) -> list[Any]:
    with course.store.database.reading() as connection:
        return list(connection.exec_driver_sql("SELECT id, state FROM autograder_job"))


def test_a_job_whose_reader_dies_is_tried_again_and_set_aside(course: Course) -> None:
    course.hand_in("anna")
    slow = replace(course.grader.limits, wall_seconds=0.0)
    engine = Alone(course)
    engine.worker.grader = Grader(course.root, course.grader.course, course.grader.box, limits=slow)
    found = course.grade(engine)
    assert "set aside" in found["anna"][1]
    (row,) = _jobs(course)
    assert JobTable(course.store.database).job(row.id).failures == 3
