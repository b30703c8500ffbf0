"""What a TA types about work of one's own: who has which numbers, and deleting hand-ins as they came."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from autograder.grading.kept import raw_folder
from autograder.grading.traces import keep_raw, raw_of
from autograder.store.database import Database
from autograder.store.handins import Received, add_moments
from autograder.submission import RawSubmission

from .class_folder import DAY, Folder, now


def keep(classroom: Folder, content: bytes, when: datetime, *students: str, chapter: str = "c1") -> str:
    raw = RawSubmission(Path("x"), "script", "x.py", content)
    keep_raw(classroom.root, raw.digest, raw)
    with Database(f"sqlite:///{classroom.root / 'gradebook.db'}") as database, database.writing() as connection:
        add_moments(connection, [Received(one, chapter, raw.digest, when, "file", when) for one in students])
    return raw.digest


@pytest.fixture
def kept(classroom: Folder) -> dict[str, str]:
    return {
        "first": keep(classroom, b"a = 1", now() - 40 * DAY, "s001"),
        "newer": keep(classroom, b"a = 2", now() - 2 * DAY, "s001", chapter="c2"),
        "shared": keep(classroom, b"a = 3", now() - 40 * DAY, "s001", "s002"),
        "other": keep(classroom, b"a = 4", now() - 40 * DAY, "s002"),
    }


def left(classroom: Folder, kept: dict[str, str]) -> set[str]:
    return {name for name, digest in kept.items() if raw_of(classroom.root, digest) is not None}


def test_a_students_hand_ins_are_deleted_at_their_request_and_nobody_elses(
    classroom: Folder, kept: dict[str, str]
) -> None:
    asked = classroom("forget", "--student", "s001", "--lang", "en")
    assert asked.code == 2
    assert "to delete them, add --yes" in asked.err
    assert left(classroom, kept) == set(kept)
    done = classroom("forget", "--student", "s001", "--yes", "--lang", "en")
    assert done.code == 0, done.err
    assert "1 stay: another student handed in the very same files" in done.out
    assert "✓ 2 deleted" in done.out
    assert left(classroom, kept) == {"shared", "other"}
    audit = classroom("audit", "--student", "s001", "--lang", "en").out
    assert audit.count("deleted hand-ins as they came") == 2
    assert (
        "nothing to delete" in classroom("forget", "--student", "s001", "--chapter", "c2", "--yes", "--lang", "en").out
    )


def test_what_was_forgotten_is_not_kept_again(classroom: Folder, kept: dict[str, str]) -> None:
    assert classroom("forget", "--student", "s001", "--yes").code == 0
    keep_raw(classroom.root, kept["first"], RawSubmission(Path("x"), "script", "x.py", b"a = 1"))
    assert raw_of(classroom.root, kept["first"]) is None
    assert [one.name for one in raw_folder(classroom.root, kept["first"]).iterdir()] == ["forgotten"]


def test_by_age_all_that_is_older_goes_also_what_no_table_knows(classroom: Folder, kept: dict[str, str]) -> None:
    day = (now() - 20 * DAY).date().isoformat()
    orphan = classroom.root / ".autograder" / "handins" / "sha256-00.raw"
    orphan.mkdir()
    (orphan / "script.py").write_bytes(b"new")
    assert classroom("forget", "--before", day, "--yes").code == 0
    assert left(classroom, kept) == {"newer"}
    assert (orphan / "script.py").exists()  # of today
    tomorrow = (now() + 2 * DAY).date().isoformat()
    assert classroom("forget", "--before", tomorrow, "--yes").code == 0
    assert left(classroom, kept) == set()
    assert not (orphan / "script.py").exists()


def test_a_whole_class_is_not_deleted_by_a_word_left_out(classroom: Folder, kept: dict[str, str]) -> None:
    assert classroom("forget", "--yes").code == 2
    assert classroom("forget", "--chapter", "c1", "--yes").code == 2
    assert left(classroom, kept) == set(kept)


def test_variants_are_listed_with_who_has_them(classroom: Folder) -> None:
    course = Path(__file__).parents[1] / "courses" / "own"
    from autograder.authoring.build import build_chapter
    from autograder.sandbox.box import open_bubblewrap_box

    for name in ("source", "course.yml"):
        place = classroom.root / name
        shutil.copytree(course / name, place) if (course / name).is_dir() else shutil.copy(course / name, place)
    box = open_bubblewrap_box(framework="python")
    build_chapter(classroom.root, "line", "en", box)
    if box.zygote:
        box.zygote.close()
    rows = classroom("variants", "line", "--json").json
    assert [row["variant"] for row in rows] == list(range(9))
    assert sorted(one for row in rows for one in row["students"]) == ["s001", "s002", "s003"]
    assert rows[0]["students"] == []
    (mine,) = classroom("variants", "line", "--student", "s001", "--json").json
    assert mine == next(row for row in rows if "s001" in row["students"])
    assert "LINE_SLOPE = " in classroom("variants", "line", "--lang", "en").out
