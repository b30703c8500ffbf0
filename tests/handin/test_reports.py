"""What others reported about hand-ins, each with the right value."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from autograder.course import load_course
from autograder.grading.attempt_choice import choice_for
from autograder.store.results import ResultStore, add_result
from tests.results import result

from .made import Classroom, notebook, zipped
from .test_returning import DUE, ENGLISH, graded, returned

ON_TIME, LATER = (2026, 10, 1, 12, 0, 0), (2026, 10, 13, 12, 0, 0)


def test_an_identical_file_after_the_deadline_is_not_late(classroom: Classroom) -> None:
    """nbgrader#1171: the same answer keeps the moment at which it first came."""
    name = "张三_1_assignsubmission_file/lenet.ipynb"
    classroom.collect(classroom.file("1.zip", zipped({name: notebook("a")}, ON_TIME)))
    again = classroom.collect(classroom.file("2.zip", zipped({name: notebook("a")}, LATER)))
    assert again.of("20230001")["state"] == "unchanged"
    words = ("--student", "20230001", "--chapter", "lenet", "--why", "asked", "--lang", "en")
    assert "it was: 2026-10-01T04:00:00+00:00 (zip)" in classroom("received", "--at", "2026-10-02", *words).out


def test_several_attempts_in_one_zip_are_all_kept_in_their_order(classroom: Classroom) -> None:
    """nbgrader#511, #724, #796: an LMS gives every attempt; the newest is graded last, none is lost."""
    stem = "Lab_zhangsan_attempt_2026-10-{:02}-08-30-00_lenet.ipynb"
    files = {stem.format(day): notebook(str(day)) for day in (5, 3, 4)}
    done = classroom.collect(classroom.file("bb.zip", zipped(files)))
    assert [item["state"] for item in done.items if item["student"] == "20230001"] == ["placed"] * 3
    assert classroom.answer("20230001") == notebook("5")
    kept = {path.read_bytes() for path in (classroom.root / ".autograder/handins").glob("*/lenet.ipynb")}
    assert kept == {notebook("3"), notebook("4")}


@pytest.mark.parametrize(
    "name", ["lenet/20230001/x.ipynb", "20230001/x.ipynb", "第3次作业/20230001-张三/我的答案 v2.ipynb"]
)
def test_a_notebook_under_any_name_and_in_swapped_folders_is_found(classroom: Classroom, name: str) -> None:
    """nbgrader#1077, #1219, #1302: who and which chapter it is stand in the path and in the content."""
    done = classroom.collect(classroom.file(f"came/{name}", notebook("a")).parents[name.count("/")])
    assert done.of("20230001")["state"] == "placed"
    assert (classroom.root / "submitted/20230001/lenet/lenet.ipynb").is_file()


def test_who_handed_in_nothing_is_listed(classroom: Classroom) -> None:
    """nbgrader#162: those of whom nothing came are rows of their own, not gaps."""
    done = classroom.collect(classroom.file("20230001.ipynb", notebook("a")))
    missing = {item["student"] for item in done.items if item["state"] == "missing"}
    assert missing == {f"2023000{n}" for n in range(2, 8)}


def test_a_huge_file_costs_the_others_nothing(classroom: Classroom) -> None:
    """nbgrader#874: what is larger than the course allows is named with its size."""
    files = {"20230001/lenet.ipynb": notebook("a"), "20230002/lenet.ipynb": b" " * (700 << 20)}
    done = classroom.collect(classroom.file("class.zip", zipped(files)))
    assert [done.of(one)["state"] for one in ("20230001", "20230002")] == ["placed", "unreadable"]
    assert "700.0 MiB" in done.of("20230002")["why"]


def test_an_answer_to_another_assignment_is_no_attempt(classroom: Classroom) -> None:
    """otter-grader#442: it is named, and what lies there already stays."""
    classroom.collect(classroom.file("20230001.ipynb", notebook("right")))
    done = classroom.collect(classroom.file("20230001 lenet.ipynb", notebook("x", "reader")))
    assert (done.of("20230001")["state"], done.of("20230001")["why"]) == ("wrong_chapter", "this is reader, not lenet")
    assert classroom.answer("20230001") == notebook("right")


def test_a_moment_without_a_zone_is_the_course_s(classroom: Classroom) -> None:
    """nbgrader#1932: 23:59 on the day of the deadline is on time in Shanghai, wherever the machine stands."""
    path = classroom.file("20230001.ipynb", notebook("a"))
    found = classroom.collect(path, "--received", "2026-10-11T23:59").of("20230001")
    assert found["received"] == "2026-10-11T23:59:00+08:00"
    assert "late" not in classroom("collect", str(path), "--chapter", "lenet", "--lang", "en").out


def test_names_are_read_and_told_in_the_c_locale(classroom: Classroom) -> None:
    """nbgrader#1042, judgels#669: the class's names are not those of the machine's language."""
    path = classroom.file("第3次/张三+20230001.ipynb", notebook("a"))
    command = [sys.executable, "-m", "autograder", "collect", str(path), "--chapter", "lenet", "--yes", "--lang", "zh"]
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    done = subprocess.run(
        command, cwd=classroom.root, env={**plain, "LC_ALL": "C", "PYTHONUTF8": "0"}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (classroom.root / "submitted/20230001/lenet/lenet.ipynb").is_file()


def test_doubled_rows_are_named(classroom: Classroom) -> None:
    """Autolab#1971, pawtograder#979: of two rows of one student neither list makes two students, nor fills both."""
    (classroom.root / "twice.csv").write_text("id,name\n20230001,A\n20230001,B\n", "utf-8")
    done = classroom("import-roster", "twice.csv", "--yes", "--lang", "en")
    assert (done.code, "'20230001' stands on line 2 already" in done.err) == (1, True)
    graded(classroom.root, {"20230001": 50.0})
    rows = "".join(f"Participant {n},张三,20230001,z@x,-,,100,Yes,-,-,\n" for n in (1, 2))
    sheet = classroom.file("sheet.csv", f"{ENGLISH}\n{rows}".encode())
    code, _, said = returned(classroom, "--moodle", sheet, "-o", classroom.root / "f.csv")
    assert (code, "a second row of one student" in said) == (1, True)
    assert (classroom.root / "f.csv").read_text("utf-8").count(",50,") == 1


def test_an_older_good_attempt_counts_where_the_newest_is_too_late(classroom: Classroom) -> None:
    """Submitty#7194: a late attempt never takes away what was there in time."""
    graded(classroom.root, {"20230001": 70.0}, days_late=-1)
    graded(classroom.root, {"20230001": 75.0}, days_late=9)
    assert counted(classroom) == (1, 70.0)


def test_a_later_deadline_gives_the_penalty_back(classroom: Classroom) -> None:
    """grader-service#238, nbgrader#660: an extension holds for what was handed in before it was given."""
    graded(classroom.root, {"20230001": 80.0}, days_late=2.5)
    assert counted(classroom) == (1, 56.0)
    words = ("--chapter", "lenet", "--student", "20230001", "--reason", "ill")
    assert classroom("reopen", "--until", "2026-10-14T23:59:59", *words).code == 0
    assert counted(classroom) == (1, 80.0)


def counted(classroom: Classroom) -> tuple[int, float]:
    store = ResultStore.in_course(classroom.root)
    try:
        found = choice_for(load_course(classroom.root), store, "20230001", "lenet")
        assert found.chosen is not None
        return found.chosen.attempt.number, found.points
    finally:
        store.close()


def test_a_moment_is_never_a_folder_s(classroom: Classroom) -> None:
    """INGInious#521: whatever is touched beside an answer, it came when it came."""
    path = classroom.file("20230001/lenet.ipynb", notebook("a"))
    early = (DUE - timedelta(days=3)).timestamp()
    os.utime(path, (early, early))
    (path.parent / ".DS_Store").write_bytes(b"")
    found = classroom.collect(classroom.root / "came").of("20230001")
    assert found["received"][:10] == "2026-10-08"


def test_a_decision_for_many_shows_who_gains_and_who_loses_before_it_holds(classroom: Classroom) -> None:
    """Autolab#1741, #2158: an extension for a list of students, and no deadline that comes nearer unseen."""
    graded(classroom.root, {"20230001": 80.0, "20230002": 60.0}, days_late=2.5)
    (classroom.root / "some.csv").write_text("id\n20230001\n20230002\n", "utf-8")
    words = ("--chapter", "lenet", "--students", "some.csv", "--reason", "ill", "--lang", "en")
    later = ("reopen", "--until", "2026-10-14T23:59:59", *words)
    shown = classroom(*later, "--dry-run")
    assert (shown.code, "students affected: 2; 0 of them lose" in shown.out, "course points" in shown.out) == (
        0,
        True,
        True,
    )
    assert counted(classroom) == (1, 56.0)
    assert classroom(*later).code == 0
    assert counted(classroom) == (1, 80.0)
    back = classroom("reopen", *words, "--revoke")
    assert (back.code, "2 of them lose" in back.out, "add --yes" in back.err) == (1, True, True)
    assert counted(classroom) == (1, 80.0)
    assert classroom("reopen", *words, "--revoke", "--yes").code == 0
    assert counted(classroom) == (1, 56.0)
    (classroom.root / "some.csv").write_text("id\n20230001\nnobody\n", "utf-8")
    assert classroom(*later).code == 2
    assert counted(classroom) == (1, 56.0)


def test_a_regrade_that_fails_leaves_the_points(classroom: Classroom) -> None:
    """Autolab's PR#362: what could not be graded once more is told, and takes nothing away."""
    graded(classroom.root, {"20230001": 80.0})
    store = ResultStore.in_course(classroom.root)
    (before,) = store.attempts("20230001", "lenet")
    failed = result(student="20230001", chapter="lenet", key="again", score=0.0, max_score=100.0, status="rejected")
    with store.database.writing() as connection:
        add_result(
            connection,
            "20230001",
            "lenet",
            "again",
            failed,
            submission=before.digest,
            received_at=before.at,
            reason="regraded",
        )
    store.close()
    assert counted(classroom) == (1, 80.0)
    sheet = classroom.file("sheet.csv", f"{ENGLISH}\nParticipant 1,张三,20230001,z@x,-,,100,Yes,-,-,\n".encode())
    _, rows, _ = returned(classroom, "--moodle", sheet, "-o", classroom.root / "f.csv")
    assert rows["张三"]["new"] == "80"


def test_names_in_a_table_are_read_by_excel_as_they_are(classroom: Classroom) -> None:
    """TEAMMATES#2510: a list in GBK is read, and what is written begins with the mark by which Excel knows UTF-8."""
    (classroom.root / "list.csv").write_bytes("学号,姓名\n20230001,张驁\n".encode("gb18030"))
    assert classroom("import-roster", "list.csv", "--yes").code == 0
    graded(classroom.root, {"20230001": 80.0})
    assert classroom("export").code == 0
    assert classroom("roster", "--csv", "roster.csv").code == 0
    for name in ("grades.csv", "roster.csv"):
        content = (classroom.root / name).read_bytes()
        assert (content[:3], "张驁" in content.decode("utf-8")) == (b"\xef\xbb\xbf", True), name
