"""Students appeal against points, TAs answer: the way there and back, what names a hand-in, and who reads the answer."""

from __future__ import annotations

import json
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from autograder.checkin.travelling import RECORD_NAME
from autograder.identity import digest_of
from autograder.store.audit import account_name
from autograder.store.results import ResultStore
from tests.results import result

from .class_folder import DAY, Folder, now

WHY = "task 3 is right, the shape is asked for otherwise"


def queue(classroom: Folder) -> list[dict[str, Any]]:
    return list(classroom("answer", "--json").json)


def travel(student: Folder, classroom: Folder, *words: str) -> str:
    """Appeal on a student's machine, in the class's folder; return what was said."""
    done = student("appeal", *words, "--student", "s001", "--to", str(classroom.root / "submitted"))
    assert done.code == 0, done.err
    return done.out


@pytest.fixture(autouse=True)
def submitted(classroom: Folder) -> None:
    (classroom.root / "submitted").mkdir()


def test_an_appeal_travels_is_answered_and_both_are_kept(student: Folder, classroom: Folder) -> None:
    assert "✓ appealed about c1" in travel(student, classroom, "c1", "--reason", f"{WHY}\u0000\n\u202e")
    shown = classroom("answer").out  # without `grade` or `import-notes` before
    assert "#1  s001 张三  appeals about c1 (attempt 1 counts, 80/" in shown
    assert WHY in shown
    (waiting,) = queue(classroom)
    assert (waiting["wish"], waiting["chapter"], waiting["weeks"]) == ("appeal", "c1", [])
    said = classroom("answer", "1", "--yes", "--reason", "mended: 85 now")
    assert (said.code, "Appeal about c1: accepted (mended: 85 now)" in said.out) == (0, True)
    assert "changes no points" in said.out
    assert "autograder choose" in said.out
    assert queue(classroom) == []
    log = [one for one in classroom("audit", "--student", "s001", "--json").json if one["what"] in ("ask", "answer")]
    assert [(one["actor"], one["what"], one["target"], one["old"], one["new"]) for one in log] == [
        (f"{account_name()} (wang)", "answer", "c1", "appeal", "granted"),
        ("s001", "ask", "c1", "", "appeal"),
    ]
    assert "appeal" in classroom("audit", "--student", "s001", "--what", "ask").out
    # It comes back to the student, who sees it with their weeks, and does not wait once more.
    classroom("import-notes")
    assert queue(classroom) == []
    assert "Appeal about c1: accepted (mended: 85 now)" in student("status").out
    assert "对 c1 成绩的申诉：已受理 (mended: 85 now)" in student("appeal", "--lang", "zh").out
    assert student("ask", "--json").json == []


def test_a_declined_appeal_says_why_and_new_words_are_a_new_appeal(student: Folder, classroom: Folder) -> None:
    travel(student, classroom, "c1", "--reason", WHY)
    (waiting,) = queue(classroom)
    assert "a reason is needed" in classroom("answer", str(waiting["number"]), "--no").err
    assert classroom("answer", str(waiting["number"]), "--no", "--reason", "the text asks for it").code == 0
    assert "made before" in travel(student, classroom, "c1", "--reason", WHY)
    assert queue(classroom) == []
    travel(student, classroom, "c1", "--reason", "look at line 12, please")
    travel(student, classroom, "c2", "--reason", WHY)  # the same words about another chapter
    assert [(one["chapter"], one["reason"]) for one in queue(classroom)] == [
        ("c1", "look at line 12, please"),
        ("c2", WHY),
    ]
    assert "Appeal about c1: the points stay (the text asks for it)" in classroom("status", "--student", "s001").out


def test_the_class_sees_that_appeals_wait(student: Folder, classroom: Folder) -> None:
    assert "wait for an answer" not in classroom("roster").out
    travel(student, classroom, "c1", "--reason", WHY)
    classroom("import-notes")
    for verb in ("roster", "monday"):
        assert "requests that wait for an answer: 1, of them appeals: 1 (s001)" in classroom(verb).out
    assert "等待答复的申请：1 个，其中成绩申诉 1 个 (s001)" in classroom("monday", "--lang", "zh").out
    assert [one["chapter"] for one in classroom("monday", "--json").json["waiting"]] == ["c1"]
    classroom("report", "--html", "report")
    assert "Appeal about c1: waiting for an answer" in Path(classroom.root / "report/students/s001.html").read_text(
        "utf-8"
    )
    classroom("answer", "1", "--yes")
    assert "wait for an answer" not in classroom("roster").out


def test_the_hand_in_that_is_meant_is_named_by_its_file(student: Folder, classroom: Folder) -> None:
    first, second = b"# one\n", b"# two\n"
    with closing(ResultStore.in_course(classroom.root)) as store:
        for number, content in enumerate((first, second)):
            key = f"sha256:key{number}"
            graded = result(student="s001", chapter="c2", score=50.0 + number, key=key)
            at = now() - (2 - number) * DAY
            store.add("s001", "c2", key, graded, submission=digest_of(content, b""), received_at=at)
    folder = student.root / "c2"
    folder.mkdir()
    (folder / "c2.py").write_bytes(first)
    travel(student, classroom, str(folder / "c2.py"), "--reason", WHY)
    assert "(attempt 2 counts, 51/100 points; it is about attempt 1)" in classroom("answer").out
    (folder / "c2.py").write_bytes(b"# never handed in\n")
    travel(student, classroom, str(folder / "c2.py"), "--reason", "and this one")
    assert "was not graded here" in classroom("answer").out


def test_the_zip_of_submit_names_chapter_hand_in_and_student(student: Folder) -> None:
    folder = student.root / "assignments/c2"
    folder.mkdir(parents=True)
    (folder / "c2.py").write_text("x = 1\n", "utf-8")
    assert student("submit", "c2", str(folder / "c2.py"), "--student", "s001").code == 0
    (made,) = student.root.glob("s001_c2_*.zip")
    done = student("appeal", made.name, "--reason", WHY)
    assert (done.code, "send this one file" in done.out, made.name in done.out) == (0, True, True)
    with zipfile.ZipFile(made) as archive:  # the hand-in of before, and the appeal
        record = json.loads(archive.read(RECORD_NAME))
        assert archive.read("c2.py") == b"x = 1\n"
    (line,) = record["requests"]
    assert (line["wish"], line["chapter"], line["digest"]) == ("appeal", "c2", digest_of(b"x = 1\n", b""))
    (student.root / "c2-mine.py").write_text("x = 1\n", "utf-8")  # another name, the same bytes: by the receipt
    student("appeal", "c2-mine.py", "--reason", "once more")
    found = json.loads((student.root / "submitted/s001" / RECORD_NAME).read_bytes())["requests"]
    assert [one["digest"] for one in found] == [line["digest"]] * 2
    refused = student("appeal", made.name, "--reason", WHY, "--student", "s002")
    assert (refused.code, "s001" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("c1", "--reason", " \u0000 "), "a reason is needed"),
        (("c1",), "a reason is needed"),
        (("c9", "--reason", "x"), "c9"),
        (("--reason", "x"), "say what the appeal is about"),
        (("notes.txt", "--reason", "x"), "it is not clear which chapter"),
    ],
)
def test_what_is_no_appeal_is_refused(student: Folder, words: tuple[str, ...], said: str) -> None:
    (student.root / "notes.txt").write_text("x", "utf-8")
    done = student("appeal", *words, "--student", "s001")
    assert (done.code, said in done.err) == (2, True), done.err
    assert student("appeal", "--student", "s001").out == "no appeals\n"


def test_appeals_in_a_record_that_fit_nothing_are_left_out(classroom: Folder) -> None:
    folder = classroom.root / "submitted/s001"
    folder.mkdir()
    base = {"wish": "appeal", "reason": "x", "at": now().isoformat()}
    given = [
        {**base, "chapter": "c9"},
        {**base, "chapter": "c1", "reason": " \u0007 "},
        {**base, "chapter": "c1", "week": 1},
    ]
    bad = [base, {**base, "chapter": "c" * 101}, {**base, "chapter": "c1", "digest": 7}, {**base, "wish": "leave"}]
    (folder / RECORD_NAME).write_text(json.dumps({"requests": [*given, *bad]}), "utf-8")
    said = classroom("import-notes").err
    assert [f"requests.{n}" in said for n in range(7)] == [False] * 3 + [True] * 4
    assert [(one["wish"], one["chapter"], one["weeks"]) for one in queue(classroom)] == [("appeal", "c1", [])]


def test_an_appeal_of_an_unlisted_student_is_named(student: Folder, classroom: Folder) -> None:
    words = ("appeal", "c1", "--reason", WHY, "--student", "s 001")
    assert student(*words, "--to", str(classroom.root / "submitted")).code == 0
    assert "s 001: the appeal about c1 is not taken" in classroom("import-notes").err
    assert queue(classroom) == []
