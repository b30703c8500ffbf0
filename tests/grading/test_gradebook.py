"""Points in nbgrader's own gradebook, feedback pages, and tables."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import nbformat
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text

from autograder.checkin.late import AttemptChoice, ScoredAttempt
from autograder.checkin.weeks import utc_now
from autograder.checks.suite import CheckSuite
from autograder.course import Chapter, load_chapter
from autograder.grading import feedback, gradebook
from autograder.grading.attempt_choice import Graded
from autograder.grading.attempts import FeedbackError, keep_notebook, kept_path, show_choice
from autograder.grading.class_table import COLUMNS, Line, write_lines
from autograder.grading.export import harmless
from autograder.grading.feedback import PagesMissing, make_feedback
from autograder.grading.grade import answer_in, understand
from autograder.grading.gradebook import gradebook_class, opened_gradebook, record_points
from autograder.grading.render import Renderer
from autograder.store.marked import Mark
from autograder.store.records import Attempt, Student
from autograder.store.result import Status
from autograder.store.results import ResultStore
from autograder.text import Language, Text
from autograder.untrusted.outside import one_line, plain_text
from autograder.untrusted.workbook import rows_of_workbook
from tests.results import result

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def chapter() -> Chapter:
    return load_chapter(ROOT / "source" / "reader")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "assignments", tmp_path / "assignments")
    return tmp_path


def record(points: float, student: str = "s001", choice: AttemptChoice | None = None) -> Graded:
    findings = [{"task": "transform_img", "points": points}, {"task": "transform_img", "points": 1.0}]
    return Graded(result(student=student, findings=findings), choice)


def attempt(points: float, percent: float = 0.0, key: str = "k", number: int = 1) -> ScoredAttempt:
    """An attempt, and what is taken off it."""
    made = Attempt("tiny", number, datetime(2026, 9, 9, tzinfo=UTC), points, 10.0, key)
    return ScoredAttempt(made, percent, int(percent > 0), points * (1 - percent / 100))


def choice_of(*attempts: ScoredAttempt, chosen: int = 0) -> AttemptChoice:
    return AttemptChoice(attempts, attempts[chosen], Text(zh="最高", en="the best"))


def test_points_stand_in_the_tasks_grade_cell_and_twice_is_once(course: Path, chapter: Chapter) -> None:
    record_points(course, chapter, [record(5.0)])
    record_points(course, chapter, [record(7.0)])
    with opened_gradebook(course) as book:
        assert book.find_grade("check-transform_img", "reader", "reader", "s001").auto_score == 8.0
        assert len(book.assignment_submissions("reader")) == 1
        assert book.find_grade("why_224", "reader", "reader", "s001").needs_manual_grade
        # nbgrader#1682: of what checks judge, whatever became of its cell, nothing waits for a mark.
        assert not book.find_grade("check-transform_img", "reader", "reader", "s001").needs_manual_grade


def test_a_mark_given_by_hand_survives_a_regrade(course: Path, chapter: Chapter) -> None:
    record_points(course, chapter, [record(5.0)])
    with opened_gradebook(course) as book:
        book.find_grade("why_224", "reader", "reader", "s001").manual_score = 9.0
        book.find_grade("check-data_loader", "reader", "reader", "s001").manual_score = 3.0
        book.db.commit()
    record_points(course, chapter, [record(2.0)])
    with opened_gradebook(course) as book:
        written = book.find_grade("why_224", "reader", "reader", "s001")
        assert (written.manual_score, written.needs_manual_grade) == (9.0, False)
        assert book.find_grade("check-data_loader", "reader", "reader", "s001").manual_score == 3.0


def test_points_of_many_are_written_in_parts_each_once(course: Path, chapter: Chapter, monkeypatch: Any) -> None:
    monkeypatch.setattr(gradebook, "AT_ONCE", 2)
    records = [record(float(n), f"s{n}") for n in range(5)]
    record_points(course, chapter, records[:3])
    record_points(course, chapter, [*records, record(5.0, "late", choice_of(attempt(6.0, 50.0)))])
    with opened_gradebook(course) as book:
        assert len(book.assignment_submissions("reader")) == 6
        points = [book.find_grade("check-transform_img", "reader", "reader", f"s{n}").auto_score for n in range(5)]
        assert points == [1.0, 2.0, 3.0, 4.0, 5.0]
        assert book.find_submission_notebook("reader", "reader", "late").late_submission_penalty == 3.0
        book.update_or_create_student("s9")  # its own transactions are as they were
    with opened_gradebook(course) as book:
        assert book.find_student("s9").id == "s9"


def test_the_gradebook_imports_little_and_leaves_nbgrader_whole() -> None:
    code = (
        "import sys\n"
        "from autograder.grading.gradebook import gradebook_class\n"
        "gradebook = gradebook_class()\n"
        "print({'setuptools', 'requests', 'jsonschema', 'nbconvert', 'nbgrader'} & set(sys.modules))\n"
        "import nbformat\n"
        "from nbgrader import api, auth, utils\n"
        "assert api.Gradebook is gradebook\n"
        "assert utils.NotebookNode is nbformat.NotebookNode\n"
        "assert auth.Authenticator.__mro__[1] is not object\n"
        "assert not {'lark', 'rfc3987_syntax'} & set(sys.modules), 'jsonschema builds grammars'\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("set()\n", 0), done.stderr


def test_a_new_database_has_the_version_that_alembic_would_name(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]))
    api: Any = sys.modules[gradebook_class().__module__]
    asked = api.get_alembic_version()
    monkeypatch.setattr(api, "get_alembic_version", lambda: "asked")
    for _ in range(2):
        with opened_gradebook(tmp_path) as book:
            assert book.db.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [asked]
    monkeypatch.setattr(gradebook, "newest_version", lambda: None)
    (tmp_path / "other").mkdir()
    with opened_gradebook(tmp_path / "other") as book:
        assert book.db.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["asked"]


def test_nbgrader_upgrades_a_database_of_ours(tmp_path: Path) -> None:
    with opened_gradebook(tmp_path):
        pass
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n", "utf-8")
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    words = [sys.executable, "-W", "ignore", "-m", "nbgrader", "db", "upgrade"]
    done = subprocess.run(
        words, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with opened_gradebook(tmp_path) as book:
        assert len(book.db.execute(text("SELECT version_num FROM alembic_version")).scalars().all()) == 1


FINDING = {"task": "add", "check": "add.sum", "kind": "function", "hidden": False, "status": "fail"}
SHOWN = {"points": 2.0, "max_points": 5.0, "message": "\x1b[31madd(1, 2) gave\x00 4\x1b[0m & <b>not</b> 3"}
NASTY = (
    "Mine <script>alert(1)</script> <img src=x onerror=alert(2)> [x](javascript:alert(3))\n\n"
    "<a href='data:text/html,hi' onclick='alert(4)'>y</a> <iframe src='z'></iframe> $a < b$\n\n## Title"
)


def cell(kind: str, name: str, source: str, **grading: Any) -> dict[str, Any]:
    metadata = {"nbgrader": {"grade_id": name, "schema_version": 3, "task": False, **grading}} if grading else {}
    code = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": metadata, "source": source, **code}


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    cells = [
        cell("code", "add", "def add(a, b): ...", grade=False, locked=False, solution=True),
        cell("code", "check-add", 'check("add")', grade=True, locked=True, solution=False, points=5),
        cell("markdown", "why", "Your answer", grade=True, locked=False, solution=True, points=3),
    ]
    (tmp_path / "assignments" / "tiny").mkdir(parents=True)
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "assignments" / "tiny" / "tiny.ipynb").write_text(json.dumps(notebook), "utf-8")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    (tmp_path / "course.yml").write_text("id: tiny-course\n", "utf-8")
    return tmp_path


@pytest.fixture
def tiny_chapter() -> Chapter:
    text = {"zh": "加", "en": "add"}
    check = {"id": "sum", "points": 5, "hint": {"zh": "加", "en": "+"}}
    tasks = [
        {"id": "add", "title": text, "points": 5, "names": ["add"], "checks": [check]},
        {"id": "why", "title": text, "kind": "written", "points": 3, "question_guide": text},
    ]
    return Chapter.model_validate({"id": "tiny", "title": text, "tasks": tasks})


def tiny_record(student: str | None = "s001", key: str = "sha256:1", message: str = "", **changes: Any) -> Graded:
    written = {**FINDING, **SHOWN, "task": "why", "check": "why", "kind": "written", "status": "skipped", "points": 0.0}
    shown = {**FINDING, **SHOWN, **({"message": message} if message else {})}
    known = {"student": student, "submission": "p/tiny.ipynb", "key": key, "chapter": "tiny"}
    return Graded(result(**known, score=2.0, max_score=8.0, findings=[shown, written]), **changes)


def keep(root: Path, chapter: Chapter, graded: Graded, notebook: dict[str, Any], language: Language = "en") -> Path:
    """Keep a graded notebook and show the attempt that counts, as grading does."""
    keep_notebook(root, graded.result, notebook)
    store = ResultStore(f"sqlite:///{root / 'results.db'}")
    try:
        given = graded.result
        store.add(str(given.student), "tiny", given.key, given)
        suite = CheckSuite(chapter, {}, {}, (), "")
        return show_choice(root, store, graded, Renderer(lambda _: suite), language, utc_now())
    finally:
        store.close()


def handed_in(root: Path, *extra: dict[str, Any]) -> dict[str, Any]:
    notebook = json.loads((root / "assignments" / "tiny" / "tiny.ipynb").read_text("utf-8"))
    notebook["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "5.0 forged"}]
    notebook["cells"] += extra
    return kept(root, "notebook", json.dumps(notebook).encode())


def kept(root: Path, kind: str, content: bytes) -> dict[str, Any]:
    """Return what is kept of an answer."""
    release = json.loads((root / "assignments" / "tiny" / "tiny.ipynb").read_text("utf-8"))
    given = {
        "name": "tiny",
        "kind": kind,
        "content": content,
        "release": release,
        "groups": [[]],
        "chapter": "tiny",
        "signs": (),
    }
    return answer_in(understand(given)[0]).notebook


@pytest.mark.parametrize("status", ["fail", "error", "timeout", "memory", "crashed"])
@pytest.mark.parametrize("secret", [{"hidden": True}, {"kind": "accuracy"}])
def test_how_a_check_with_secret_inputs_ended_does_not_stand_in_the_notebook(
    tiny: Path, tiny_chapter: Chapter, status: str, secret: dict[str, Any]
) -> None:
    shown = tiny_record().result
    changed = replace(shown.findings[0], status=cast("Status", status), points=0.0, hidden=False)
    path = keep(tiny, tiny_chapter, Graded(replace(shown, findings=(replace(changed, **secret),))), handed_in(tiny))
    assert "fail     add.sum  0/" in path.read_text("utf-8")
    path = keep(tiny, tiny_chapter, Graded(replace(shown, key="sha256:2", findings=(changed,))), handed_in(tiny))
    assert f"{status:8} add.sum  0/" in path.read_text("utf-8")


def test_the_graded_notebook_holds_findings_and_no_other_output(tiny: Path, tiny_chapter: Chapter) -> None:
    own = {**cell("code", "own", "1"), "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}]}
    path = keep(tiny, tiny_chapter, tiny_record(), handed_in(tiny, own))
    path.chmod(0o444)
    assert keep(tiny, tiny_chapter, tiny_record(), handed_in(tiny, own)) == path
    assert path == tiny / "autograded/s001/tiny/tiny.ipynb"
    outputs = {c["id"]: c["outputs"] for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == "code"}
    assert outputs["add"] == outputs["own"] == []
    (stream,) = outputs["check-add"]
    assert (stream["output_type"], stream["name"]) == ("stream", "stdout")
    assert stream["text"] == "fail     add.sum  2/5\n    add(1, 2) gave 4 & <b>not</b> 3\n    → +\n"
    nbformat.validate(nbformat.read(path, as_version=4))


def test_a_script_stands_in_one_cell_of_its_own(tiny: Path, tiny_chapter: Chapter) -> None:
    script = "def add(a, b):\n    return a + b\n"
    made = kept(tiny, "script", script.encode())
    cells = json.loads(keep(tiny, tiny_chapter, tiny_record(), made).read_text("utf-8"))["cells"]
    assert [c["id"] for c in cells] == ["student-script", "add", "check-add", "why"]
    assert cells[0]["source"] == script
    assert cells[2]["outputs"]


def test_the_notebook_of_the_attempt_that_counts_is_shown_and_says_why(tiny: Path, tiny_chapter: Chapter) -> None:
    def made(key: str, found: AttemptChoice | None) -> str:
        graded = tiny_record(key=key, message=f"made by {key}", choice=found)
        return keep(tiny, tiny_chapter, graded, handed_in(tiny)).read_text("utf-8")

    first, second = attempt(2.0, key="sha256:1"), attempt(2.0, key="sha256:2", number=2)
    only = made("sha256:1", choice_of(first))
    assert "made by sha256:1" in only
    assert "which-attempt-counts" not in only
    both = made("sha256:2", choice_of(first, second))
    assert "made by sha256:1" in both
    assert json.loads(both)["cells"][0]["source"] == "> Attempt 1 of 2 counts: the best."
    nbformat.validate(json.loads(both))
    record_points(tiny, tiny_chapter, [tiny_record()])
    page = make_feedback(tiny, "tiny", ["s001"])[0].read_text("utf-8")
    assert "Attempt 1 of 2 counts: the best." in page
    assert "made by sha256:2" not in page
    kept_path(tiny, "s001", "tiny", "sha256:1").unlink()
    lost = made("sha256:3", choice_of(first, second, attempt(2.0, key="sha256:3", number=3)))
    assert "made by sha256:3" in lost
    assert "this is the newest" in lost


def test_a_page_in_another_language_needs_no_grading(tiny: Path, tiny_chapter: Chapter) -> None:
    text = keep(tiny, tiny_chapter, tiny_record(), handed_in(tiny)).read_text("utf-8")
    assert "→ +" in text
    assert "→ 加" in keep(tiny, tiny_chapter, tiny_record(), handed_in(tiny), "zh").read_text("utf-8")


@pytest.mark.parametrize("student", [None, "", "..", "a/b"])
def test_a_name_that_is_no_folder_is_refused(tiny: Path, tiny_chapter: Chapter, student: str | None) -> None:
    with pytest.raises(FeedbackError, match="no student's id"):
        keep(tiny, tiny_chapter, tiny_record(student), handed_in(tiny))


@pytest.mark.parametrize(
    "text", ["a\x1b]8;;http://x\x07b", "a\x9b1;31mb", "a\u202eb\ud800", "\x1b[2Ja\r\x08b", "a\x1b(Bb"]
)
def test_control_characters_go(text: str) -> None:
    assert plain_text(text) == "ab"


def test_a_feedback_page_has_findings_points_and_nothing_that_runs(tiny: Path, tiny_chapter: Chapter) -> None:
    for student in ("s001", "s002"):
        record_points(tiny, tiny_chapter, [tiny_record(student)])
        raw = handed_in(tiny, cell("markdown", "own", NASTY), cell("raw", "raw", "<script>alert(5)</script>"))
        keep(tiny, tiny_chapter, tiny_record(student), raw)
    with opened_gradebook(tiny) as book:
        book.find_grade("why", "tiny", "tiny", "s001").manual_score = 3.0
        book.find_comment("why", "tiny", "tiny", "s001").manual_comment = "Well said <script>alert(6)</script>"
        book.db.commit()
    before = Path.cwd()
    assert make_feedback(tiny, "tiny", ["s001"]) == [tiny / "feedback/s001/tiny/tiny.html"]
    made = make_feedback(tiny, "tiny")
    assert [path.relative_to(tiny).parts[1] for path in made] == ["s001", "s002"]
    assert Path.cwd() == before
    html = made[0].read_text("utf-8")
    assert "add(1, 2) gave 4 &amp; &lt;b&gt;not&lt;/b&gt; 3" in html
    assert "points: 5 / 8" in html
    assert "points: 2 / 8" in made[1].read_text("utf-8")
    assert "Well said" in html
    page = BeautifulSoup(html, "html.parser")
    assert not page.find_all(["iframe", "script", "link"])
    assert page.html["lang"] == "en"
    assert page.find("math").text == "a<b"
    assert not [tag for tag in page.find_all(src=True) if not tag["src"].startswith("data:")]
    assert page.find("h2", string="Title")  # without an id, which could stand for one of the page
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert not str(tag.get("href", "")).startswith(("javascript:", "data:"))


def test_feedback_says_for_whom_it_could_not_be_made(tiny: Path, tiny_chapter: Chapter) -> None:
    record_points(tiny, tiny_chapter, [tiny_record()])
    for student in ("s001", "s002"):
        keep(tiny, tiny_chapter, tiny_record(student), handed_in(tiny))
    with pytest.raises(FeedbackError) as caught:
        make_feedback(tiny, "tiny", ["s002", "s003", "s*", "s001"])
    assert "s002: no points in the gradebook" in str(caught.value)
    assert "s003: nothing graded yet" in str(caught.value)
    assert "s*: nbgrader finds no folder" in str(caught.value)
    assert (tiny / "feedback/s001/tiny/tiny.html").is_file()


def test_a_page_that_takes_too_much_is_one_line_and_the_others_are_made(
    tiny: Path, tiny_chapter: Chapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "PAGE_LIMITS", replace(feedback.PAGE_LIMITS, cpu_seconds=3))
    slow = cell("markdown", "slow", "a|b\n-|-\n" * 256_000)
    for student, extra in (("s001", []), ("s002", [slow]), ("s003", [])):
        record_points(tiny, tiny_chapter, [tiny_record(student)])
        path = keep(tiny, tiny_chapter, tiny_record(student), handed_in(tiny))
        notebook = json.loads(path.read_text("utf-8"))
        notebook["cells"] += extra  # as an older autograder left it: today's makes it a text before
        path.write_text(json.dumps(notebook), "utf-8")
    with pytest.raises(PagesMissing) as caught:
        make_feedback(tiny, "tiny")
    assert [problem.en for problem in caught.value.problems] == [
        "s002: the page could not be made within its limits (it takes more than 3 s CPU); look at the notebook in autograded/"
    ]
    assert not (tiny / "feedback/s002/tiny/tiny.html").exists()
    for student in ("s001", "s003"):
        assert "points:" in (tiny / f"feedback/{student}/tiny/tiny.html").read_text("utf-8")
    monkeypatch.setattr(feedback, "PAGE_LIMITS", replace(feedback.PAGE_LIMITS, answer_mib=0))
    with pytest.raises(FeedbackError, match="more than 0 MiB"):
        make_feedback(tiny, "tiny", ["s001"])


def test_a_table_has_a_row_per_student_and_chapter_and_no_formulas(tmp_path: Path) -> None:
    refused = result(student="=HYPERLINK(1)", chapter="tiny", status="rejected", max_score=8.0)
    late = tiny_record(choice=choice_of(attempt(2.0, 25.0)))
    someone = Student("s001", "张三", "z@x.edu", "A", joined=None)
    marks = {"why": Mark("d", 2.5, 0.5), "check-add": Mark("d", 1.0, None, 2.0)}
    lines = [
        Line(someone, "tiny", late, marks, 33.333),
        Line(Student("=HYPERLINK(1)"), "tiny", Graded(refused)),
        Line(Student("s003", "李四"), "tiny"),
        Line(Student("007"), "tiny", tiny_record()),
    ]
    write_lines(tmp_path / "scores.csv", lines)
    raw = (tmp_path / "scores.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert rows == [
        [*COLUMNS, "add", "why"],
        ["s001", "张三", "z@x.edu", "A", "tiny", "graded", "1", "1", "2", "8", "2", "25", "1.5", "", "33.33", "1", "3"],
        ["'=HYPERLINK(1)", "", "", "", "tiny", "rejected", "", "", "0", "8", "", "0", "0", "", "", "", ""],
        ["s003", "李四", "", "", "tiny", "nothing handed in", "", "", "", "", "", "", "0", "", "", "", ""],
        ["007", "", "", "", "tiny", "graded", "", "", "2", "8", "", "0", "2", "", "", "2", ""],
    ]
    write_lines(tmp_path / "scores.xlsx", lines)
    read = rows_of_workbook((tmp_path / "scores.xlsx").read_bytes())
    assert [row[:5] for row in read] == [row[:5] for row in rows]
    assert read[1][8:] == rows[1][8:]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_formula_is_defused(start: str) -> None:
    assert harmless(f"{start}1") == f"'{one_line(start)}1"
    assert harmless(f"1{start}") == one_line(f"1{start}")


@pytest.mark.parametrize("page", ["collecting.md", "collecting.zh.md"])
def test_every_column_of_the_table_is_explained(page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in text] == []
