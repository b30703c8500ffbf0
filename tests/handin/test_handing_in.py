"""What students and TAs hand in by `submit`: nothing is lost, and nobody is fined for when a TA typed it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.grading.kept import kept_hand_ins
from autograder.handin.placing import Shelf
from autograder.store.handins import moments
from autograder.store.opening import class_database

from .made import Classroom, notebook


def known(classroom: Classroom) -> list[tuple[str, str, bool]]:
    with class_database(classroom.root) as database, database.reading() as connection:
        return [(one.student, one.source, one.moment is None) for one in moments(connection).values()]


def test_a_ta_hands_in_for_a_student_without_a_fine(classroom: Classroom) -> None:
    path = classroom.file("mail.ipynb", notebook("a"))
    words = ("submit", "lenet", str(path), "--student", "20230001", "--lang", "en")
    done = classroom(*words)
    assert (done.code, "autograder received --student 20230001" in done.err) == (0, True)
    assert known(classroom) == [("20230001", "unknown", True)]
    path.write_bytes(notebook("b"))
    assert classroom(*words, "--received", "2026-10-09T20:00").code == 0
    assert known(classroom)[1] == ("20230001", "option", False)


def test_a_student_hands_in_for_nobody_else(classroom: Classroom) -> None:
    (classroom.root / "gradebook.db").unlink()
    path = str(classroom.file("mine.ipynb", notebook("a")))
    assert classroom("submit", "lenet", path, "--student", "20230001").code == 0
    refused = classroom("submit", "lenet", path, "--student", "20230002", "--lang", "en")
    assert (refused.code, "only a teaching assistant" in refused.err) == (2, True)
    assert not (classroom.root / "submitted/20230002").exists()
    assert classroom("submit", "lenet", path, "--received", "2026-10-01").code == 2
    assert classroom("submit", "lenet", path).code == 0


def test_what_a_student_replaces_is_kept_for_the_class(classroom: Classroom) -> None:
    (classroom.root / "gradebook.db").rename(classroom.root / "away.db")
    for mark in ("good", "worse", "newest"):
        path = classroom.file("mine.ipynb", notebook(mark))
        assert classroom("submit", "lenet", str(path), "--student", "20230001").code == 0
    (classroom.root / "gradebook.db").unlink(missing_ok=True)
    (classroom.root / "away.db").rename(classroom.root / "gradebook.db")
    course = load_course(classroom.root)
    with class_database(classroom.root) as database:
        shelf = Shelf(classroom.root, course, database, "ta")
        assert [shelf.take_in_earlier(), shelf.take_in_earlier()] == [2, 0]
        with database.reading() as connection:
            found = kept_hand_ins(classroom.root, course, connection)
    assert [(one.path / "lenet.ipynb").read_bytes() for one in found] == [notebook("good"), notebook("worse")]
    assert {(one.student, one.chapter) for one in found} == {("20230001", "lenet")}
    assert classroom.answer("20230001") == notebook("newest")


def test_links_among_what_was_replaced_are_not_followed(classroom: Classroom, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "lenet.ipynb").write_bytes(notebook("secret"))
    earlier = classroom.root / "submitted/20230001/.earlier/lenet"
    earlier.mkdir(parents=True)
    (earlier / "1").symlink_to(secret)
    with class_database(classroom.root) as database:
        assert Shelf(classroom.root, load_course(classroom.root), database, "ta").take_in_earlier() == 0
    assert (secret / "lenet.ipynb").exists()


@pytest.mark.parametrize(
    "name", ["lenet/20230001.py", "20230001.ipynb", "20230001/lenet.py", "20230001/Lenet/lenet.py"]
)
def test_what_lies_in_a_place_that_grading_does_not_see_is_named(classroom: Classroom, name: str) -> None:
    from autograder.grading.ignored import ignored

    path = classroom.root / "submitted" / name
    path.parent.mkdir(parents=True)
    path.write_text("x = 1\n", "utf-8")
    (line,) = ignored(classroom.root, ["lenet", "lenet_palm"], ["20230001"])
    assert f"submitted/{name.rpartition('/')[0]}".rstrip("/") in line.en
    assert "graded" in line.en
    right = classroom.root / "submitted/20230002/lenet"
    right.mkdir(parents=True)
    assert len(ignored(classroom.root, ["lenet", "lenet_palm"], ["20230001"])) == 1


def test_the_database_holds_rows_of_hand_ins_that_nobody_changes(classroom: Classroom) -> None:
    classroom.collect(classroom.file("20230001.ipynb", notebook("a")))
    with closing(sqlite3.connect(classroom.root / "gradebook.db")) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("DELETE FROM autograder_handin")
