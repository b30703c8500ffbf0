"""A good early answer counts, though a worse late one replaced it before anybody graded."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from autograder.store.results import ResultStore, add_result
from tests.results import result

from .made import ROOT, Classroom, zipped

pytestmark = pytest.mark.slow
NAME = "张三_1_assignsubmission_file/reader.py"
RIGHT = (ROOT / "solutions/reader/reader.py").read_bytes()


def grade(classroom: Classroom, *words: str) -> tuple[int, list[dict[str, object]], str]:
    done = classroom("grade", "--json", "-", "--lang", "en", *words)
    assert done.out, done.err
    return done.code, json.loads(done.out), done.err


def rehearsed(classroom: Classroom) -> list[dict[str, object]]:
    """What a regrade would change."""
    done = classroom("grade", "--regrade", "--dry-run", "--json", "-", "--lang", "en")
    assert done.code == 0, done.err
    found: list[dict[str, object]] = json.loads(done.out)
    return found


def feedback_page(classroom: Classroom) -> str:
    """The page that a student gets now."""
    done = classroom("feedback", "reader", "--lang", "en")
    assert done.code == 0, done.err
    return (classroom.root / "feedback/20230001/reader/reader.html").read_text("utf-8")


def spoiled(root: Path) -> None:
    """Give the attempt that counts a result as a broken check would have."""
    store = ResultStore.in_course(root)
    best = store.attempts("20230001", "reader")[0]
    made = result(student="20230001", chapter="reader", key="spoiled", score=10.0, max_score=100.0)
    with store.database.writing() as connection:
        about = ("20230001", "reader", "spoiled", made)
        add_result(connection, *about, submission=best.digest, received_at=best.at, replaced=True)
    store.close()


def rows(root: Path) -> list[object]:
    """How many rows there are of everything that a regrade writes."""
    store = ResultStore.in_course(root)
    with store.database.reading() as connection:
        tables = ("autograder_result", "autograder_audit", "autograder_job", "autograder_handin", "grade")
        found = [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in tables]
    store.close()
    return found


def test_nothing_is_replaced_before_it_is_graded(classroom: Classroom) -> None:
    for folder in ("assignments/reader", "solutions/reader"):
        shutil.copytree(ROOT / folder, classroom.root / folder, dirs_exist_ok=True)
    early = classroom.file("1.zip", zipped({NAME: RIGHT}, (2026, 9, 10, 12, 0, 0)))
    late = classroom.file("2.zip", zipped({NAME: b"x = 1\n"}, (2026, 9, 22, 12, 0, 0)))
    for path in (early, late):
        assert classroom("collect", str(path), "--chapter", "reader", "--yes").code == 0
    (classroom.root / "submitted/reader").mkdir()
    code, (record,), said = grade(classroom)
    counting = record["counting"]
    assert isinstance(counting, dict)
    assert (code, counting["attempt"], counting["of"], counting["points"]) == (1, 1, 2, 90.0)
    assert [line["received_at"][:10] for line in counting["attempts"]] == ["2026-09-10", "2026-09-22"]
    assert record["score"] == 0.0
    assert "1 answers that newer ones replaced were graded" in said
    assert "submitted/reader: a chapter's name stands where" in said
    assert rehearsed(classroom) == []
    spoiled(classroom.root)
    before = rows(classroom.root)
    (change,) = rehearsed(classroom)
    assert (change["student"], change["before"], change["after"]) == ("20230001", 10.0, 90.0)
    assert "transform_img.values 0 -> " in " ".join(change["why"])
    assert rows(classroom.root) == before
    _, (again,), said = grade(classroom, "--regrade")
    assert "graded again by --regrade" in classroom("audit", "--what", "grade", "--lang", "en").out
    assert again["counting"] == {**counting, "key": again["counting"]["key"]}  # type: ignore[index]
    html = feedback_page(classroom)
    assert "Handed in 2026-09-10 12:00 (by the time in the platform" in html
    words = ("--student", "20230001", "--chapter", "reader", "--attempt", "2", "--why", "agreed in the office hour")
    assert classroom("choose", *words).code == 0
    assert classroom("appeal", "reader", "--reason", "<script>mine</script>", "--student", "20230001").code == 0
    assert classroom("answer", "1", "--no", "--reason", "the newest was agreed on").code == 0
    html = feedback_page(classroom)
    assert "Attempt 2 of 2 counts: a teaching assistant chose it: agreed in the office hour." in html
    assert "Appeal about reader: the points stay (the newest was agreed on)" in html
    assert "mine" not in html.replace("determine", "")
    assert "Handed in 2026-09-22 12:00" in html
    assert classroom("choose", *words, "--revoke").code == 0
    assert classroom("export").code == 0
    assert "90" in (classroom.root / "grades.csv").read_text("utf-8-sig")
