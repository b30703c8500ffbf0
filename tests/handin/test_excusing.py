"""A chapter is excused: it is no part of the total, or lateness costs nothing; who gains or loses what is shown before."""

from __future__ import annotations

import csv
import json

import pytest

from autograder.course import load_course
from autograder.grading.attempt_choice import choice_for, choice_said
from autograder.store.results import ResultStore

from .made import ROOT, Classroom
from .test_reports import counted
from .test_returning import ENGLISH, graded, returned

ONE = ("excuse", "20230001", "--chapter", "lenet", "--reason", "ill", "--lang", "en")


def points(classroom: Classroom, student: str = "20230001") -> float:
    return float(classroom("status", "--student", student, "--json").json["course_points"])


def test_lateness_is_excused_for_one_and_taken_back(classroom: Classroom) -> None:
    graded(classroom.root, {"20230001": 80.0, "20230002": 80.0}, days_late=2.5)
    shown = classroom(*ONE, "--late", "--dry-run")
    assert (shown.code, "affected: 1; 0 of them lose" in shown.out) == (0, True)
    assert "20230001 张三  lenet 56 -> 80 points; course points " in shown.out
    assert counted(classroom) == (1, 56.0)
    assert classroom(*ONE, "--late").code == 0
    assert counted(classroom) == (1, 80.0)
    store = ResultStore.in_course(classroom.root)
    found = choice_for(load_course(ROOT), store, "20230001", "lenet")
    store.close()
    said = choice_said(found)
    assert said is not None
    assert said.en == "Excused, nothing is taken off for being late: ill."
    assert said.zh == "助教批准迟交不扣分：ill。"
    assert "nothing taken off for lateness  ill" in classroom("audit", "--what", "excuse", "--lang", "en").out
    assert "counts  20230001 lenet  80 (attempt 1)" in classroom("audit", "--lang", "en").out
    back = classroom(*ONE, "--revoke")
    assert (back.code, "1 of them lose" in back.out, "add --yes" in back.err) == (1, True, True)
    assert counted(classroom) == (1, 80.0)
    assert classroom(*ONE, "--revoke", "--yes").code == 0
    assert counted(classroom) == (1, 56.0)
    assert "revoked" in classroom("audit", "--what", "excuse", "--lang", "en").out


def test_a_late_attempt_counts_as_one_in_time_where_lateness_is_excused(classroom: Classroom) -> None:
    text = (classroom.root / "course.yml").read_text("utf-8")
    (classroom.root / "course.yml").write_text(text.replace("attempt: best}", "attempt: best_on_time}"), "utf-8")
    graded(classroom.root, {"20230001": 40.0}, days_late=-1)
    graded(classroom.root, {"20230001": 80.0}, days_late=1)
    store = ResultStore.in_course(classroom.root)
    course = load_course(classroom.root)
    before = choice_for(course, store, "20230001", "lenet").points
    assert classroom(*ONE, "--late").code == 0
    after = choice_for(course, store, "20230001", "lenet").points
    store.close()
    assert (before, after) == (40.0, 80.0)


def test_a_chapter_is_left_out_of_the_total(classroom: Classroom) -> None:
    """Whoever has less in it than elsewhere gains; where it was the only one with points, the total is nothing."""
    graded(classroom.root, {"20230001": 50.0, "20230002": 100.0})
    before = points(classroom)
    shown = classroom(*ONE, "--dry-run")
    assert "lenet no part of the total; course points " in shown.out
    assert "1 of them lose" in shown.out  # it had points, and the other chapters have none yet
    assert (classroom(*ONE).code, points(classroom)) == (1, before)
    assert classroom(*ONE, "--yes").code == 0
    assert points(classroom) == 0.0
    (one,) = [
        c for c in classroom("status", "--student", "20230001", "--json").json["chapters"] if c["chapter"] == "lenet"
    ]
    assert (one["points"], one["left_out"]) == (50.0, True)
    assert "excused, no part of the total" in classroom("status", "--student", "20230001", "--lang", "en").out
    gains = classroom("excuse", "20230003", *ONE[2:])  # who handed in nothing loses nothing
    assert gains.code == 0
    assert "免除，不计入总分" in classroom("status", "--student", "20230003", "--lang", "zh").out
    assert classroom("export").code == 0
    with (classroom.root / "grades.csv").open(encoding="utf-8-sig") as table:
        lines = {line["student"]: line for line in csv.DictReader(table) if line["chapter"] == "lenet"}
    assert [lines[f"2023000{n}"]["excused"] for n in (1, 2, 3)] == ["left out", "", "left out"]
    assert lines["20230003"]["course_so_far"] in ("", "0", "0.0")


def test_what_is_left_out_is_not_given_back_as_points(classroom: Classroom) -> None:
    graded(classroom.root, {"20230001": 50.0, "20230002": 100.0})
    assert classroom(*ONE, "--yes").code == 0
    rows = "".join(f"Participant {n},{name},2023000{n},z@x,-,,100,Yes,-,-,\n" for n, name in ((1, "张三"), (2, "李四")))
    sheet = classroom.file("sheet.csv", f"{ENGLISH}\n{rows}".encode())
    _, items, _ = returned(classroom, "--moodle", sheet, "-o", classroom.root / "filled.csv")
    assert [items[name]["state"] for name in ("张三", "李四")] == ["left_out", "filled"]
    assert (classroom.root / "filled.csv").read_text("utf-8").splitlines()[1] == sheet.read_text("utf-8").splitlines()[
        1
    ]


def test_a_list_and_the_whole_class_are_excused(classroom: Classroom) -> None:
    graded(classroom.root, {f"2023000{n}": 80.0 for n in range(1, 8)}, days_late=2.5)
    (classroom.root / "some.csv").write_text("id\n20230001\n20230002\n", "utf-8")
    words = ("excuse", "--chapter", "lenet", "--late", "--reason", "server was down", "--lang", "en")
    assert "affected: 2; 0 of them lose" in classroom(*words, "--students", "some.csv").out
    assert "affected: 5; 0 of them lose" in classroom(*words, "--all").out
    assert classroom(*words, "--all", "--revoke", "--yes").code == 0
    assert [points(classroom, f"2023000{n}") > points(classroom, "20230007") for n in range(1, 4)] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("20230001", "--reason", "x"), "give either a week or a chapter"),
        (("20230001", "--reason", "x", "--chapter", "lenet", "--week", "1"), "give either a week or a chapter"),
        (("20230001", "--reason", "x", "--week", "1", "--late"), "--late goes with --chapter"),
        (("20230001", "--reason", "x", "--chapter", "lenett"), "lenett"),
        (("20230001", "--reason", " ", "--chapter", "lenet"), "a reason is needed"),
        (("nobody", "--reason", "x", "--chapter", "lenet"), "nobody"),
        (("--reason", "x", "--chapter", "lenet"), "name a student, or give --all"),
    ],
)
def test_what_cannot_be_excused_is_refused(classroom: Classroom, words: tuple[str, ...], said: str) -> None:
    done = classroom("excuse", *words, "--lang", "en")
    assert (done.code, said in done.err) == (2, True), done.err
    assert json.loads(classroom("audit", "--what", "excuse", "--json").out) == []
