"""A new chapter: refused with a reason, or there with everything it needs."""

from __future__ import annotations

import ast
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from autograder.authoring.build import build_chapter
from autograder.authoring.course_lines import lacking_weeks
from autograder.authoring.examples import read_examples
from autograder.authoring.new import new_chapter
from autograder.authoring.notebooks import write_chapter
from autograder.authoring.record import read_checks
from autograder.authoring.verify import verify_chapter
from autograder.checks.suite import read_kit
from autograder.course import check_course, load_chapter, load_course
from autograder.errors import AuthoringError
from autograder.facts import read_networks
from autograder.grading.grade import grade
from autograder.sandbox.box import Box
from autograder.submission import read_submission
from autograder.text import LANGUAGES
from tests.cli.class_folder import Verbs

COURSE = """\
# A course.
id: tiny-2026
title: {zh: 小课, en: Tiny}
timezone: Asia/Shanghai
language: en

# One line per chapter.
chapters:
  - {id: first, opens: 2026-09-07T00:00:00+08:00, due: 2026-09-20T23:59:59+08:00}  # the start

# Late work.
late: {grace_minutes: 15}
"""
ADDED = "  - {id: mobile_net, opens: 2026-09-21T00:00:00+08:00, due: 2026-10-04T23:59:59+08:00, weight: 1}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "course.yml").write_text(COURSE, "utf-8")
    return tmp_path


def test_a_chapter_gets_its_files_and_one_line(root: Path) -> None:
    written = new_chapter(root, "mobile_net")
    assert {name.split("/")[2] for name in written[:-1]} == {
        "architecture.py",
        "chapter.yml",
        "checks.py",
        "mistakes.yml",
        "notebook.py",
        "right",
    }
    assert all((root / name).is_file() for name in written)
    lines = COURSE.splitlines(keepends=True)
    assert (root / "course.yml").read_text("utf-8") == "".join([*lines[:9], ADDED, *lines[9:]])
    first, second = load_course(root).chapters
    assert second.opens - first.due == timedelta(seconds=1)


WEEKS = """\
# Check-ins.
checkins:
  - {week: 1, opens: 2026-09-07T00:00:00+08:00, due: 2026-09-13T23:59:59+08:00, chapter: first}
  - week: 2
    opens: 2026-09-14T00:00:00+08:00
    due: 2026-09-20T23:59:59+08:00

# The end.
"""
ADDED_WEEKS = """\
  - {week: 3, opens: 2026-09-21T00:00:00+08:00, due: 2026-09-27T23:59:59+08:00, chapter: mobile_net}
  - {week: 4, opens: 2026-09-28T00:00:00+08:00, due: 2026-10-04T23:59:59+08:00, chapter: mobile_net}
"""


@pytest.mark.parametrize("checkins_first", [True, False])
def test_a_chapter_gets_check_in_weeks_where_the_course_has_some(root: Path, checkins_first: bool) -> None:
    head, chapters = COURSE[: COURSE.index("# One line")], COURSE[COURSE.index("# One line") :]
    before = f"{head}{WEEKS}{chapters}" if checkins_first else f"{head}{chapters}{WEEKS}"
    (root / "course.yml").write_text(before, "utf-8")
    new_chapter(root, "mobile_net")
    expected = before.replace("  # the start\n", f"  # the start\n{ADDED}")
    expected = expected.replace("\n\n# The end", f"\n{ADDED_WEEKS}\n# The end")
    assert (root / "course.yml").read_text("utf-8") == expected
    assert lacking_weeks(load_course(root), "mobile_net") == []


def test_weeks_go_on_after_those_that_the_course_has(root: Path) -> None:
    """What a week of the course covers already gets no second one."""
    longer = WEEKS.replace("due: 2026-09-20", "due: 2026-09-30")
    (root / "course.yml").write_text(COURSE + longer, "utf-8")
    new_chapter(root, "mobile_net")
    text = (root / "course.yml").read_text("utf-8")
    assert "{week: 3, opens: 2026-10-01T00:00:00+08:00, due: 2026-10-04T23:59:59+08:00, chapter: mobile_net}" in text
    (root / "course.yml").write_text(COURSE + WEEKS.replace("due: 2026-09-20", "due: 2026-10-04"), "utf-8")
    new_chapter(root, "other_net")
    assert [week.week for week in load_course(root).checkins] == [1, 2]


@pytest.mark.parametrize(("lang", "words"), [("zh", "请在 course.yml 的 checkins 里加上"), ("en", "add the weeks of")])
def test_weeks_for_which_there_is_no_line_are_told(
    root: Path, lang: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one_line = "checkins: [{week: 1, opens: 2026-09-07T00:00:00+08:00, due: 2026-09-20T23:59:59+08:00}]\n"
    (root / "course.yml").write_text(COURSE + one_line, "utf-8")
    done = Verbs(root, monkeypatch, capsys)("new", "mobile_net", "--lang", lang)
    assert (root / "course.yml").read_text("utf-8") == COURSE.replace("  # the start\n", f"  # the start\n{ADDED}") + (
        one_line
    )
    assert words in done.out
    assert ADDED_WEEKS.replace("week: 3", "week: 2").replace("week: 4", "week: 3") in done.out


def test_a_chinese_course_is_spoken_to_in_chinese(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "course.yml").write_text(COURSE.replace("language: en", "language: zh") + WEEKS, "utf-8")
    verb = Verbs(root, monkeypatch, capsys)
    begun = verb("new", "mobile_net").out
    assert "已写入：course.yml" in begun
    assert "course.yml 里加了打卡周 3, 4" in begun
    assert "下一步：autograder build mobile_net" in begun
    assert "已经有了" in verb("new", "mobile_net").err
    assert "exists already" in verb("new", "mobile_net", "--lang", "en").err
    english = verb("new", "other_net", "--lang", "en").out
    assert "written: course.yml" in english
    assert "next: autograder build other_net" in english


def test_every_text_of_the_new_chapter_can_be_built(root: Path) -> None:
    new_chapter(root, "mobile_net", "Mobile")
    folder = root / "source" / "mobile_net"
    chapter = load_chapter(folder)
    assert list(read_networks(folder)) == ["Mobile"]
    assert set(read_checks(folder, chapter).graded) == {task.full_id(check) for task, check in chapter.checks()}
    for language in LANGUAGES:
        write_chapter(root, chapter, language)
    examples = read_examples(root, "mobile_net")
    assert [example.id for example in examples if not example.kills] == ["sequential"]
    assert len(examples) == 6
    for example in examples:
        assert any(isinstance(node, ast.ClassDef) and node.name == "Mobile" for node in ast.parse(example.text).body)
    texts = [path for path in folder.rglob("*.*") if path.suffix != ".pyc"]  # checks.py was imported from there
    assert not [path for path in texts if "@C" in path.read_text("utf-8")]


def test_a_chapter_that_is_listed_already_gets_no_second_line(root: Path) -> None:
    assert "course.yml" not in new_chapter(root, "first")
    assert (root / "course.yml").read_text("utf-8") == COURSE


def test_the_last_entry_may_take_several_lines(root: Path) -> None:
    long = """\
chapters:
- id: first
  opens: 2026-09-07T00:00:00+08:00

  due: 2026-09-20T23:59:59+08:00
# what follows
"""
    short = COURSE[: COURSE.index("chapters:")] + long
    (root / "course.yml").write_text(short + "late: {grace_minutes: 15}", "utf-8")
    new_chapter(root, "mobile_net")
    text = (root / "course.yml").read_text("utf-8")
    assert "23:59:59+08:00\n- {id: mobile_net, opens" in text
    assert text.endswith("# what follows\nlate: {grace_minutes: 15}")


def test_a_list_in_one_line_is_left_to_the_author(root: Path) -> None:
    start = COURSE.index("chapters:")
    one_line = "chapters: [{id: first, opens: 2026-09-07T00:00:00+08:00, due: 2026-09-20T23:59:59+08:00}]\n"
    (root / "course.yml").write_text(COURSE[:start] + one_line, "utf-8")
    with pytest.raises(AuthoringError, match="add it by hand"):
        new_chapter(root, "mobile_net")
    assert not (root / "source").exists()


@pytest.mark.parametrize(
    ("name", "class_name", "message"),
    [
        ("Mobile-Net", None, "did you mean mobile_net?"),
        ("3x", None, "begins with a letter"),
        ("class", None, "no word of Python"),
        ("../up", None, "cannot be a chapter"),
        ("", None, "cannot be a chapter"),
        ("there", None, "exists already"),
        ("new", "No Class", "cannot be the name of a class"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    root: Path, name: str, class_name: str | None, message: str
) -> None:
    (root / "source" / "there").mkdir(parents=True)
    with pytest.raises(AuthoringError) as caught:
        new_chapter(root, name, class_name)
    assert message in str(caught.value)
    assert (root / "course.yml").read_text("utf-8") == COURSE
    assert [path.name for path in (root / "source").rglob("*")] == ["there"]


@pytest.mark.slow
def test_a_new_chapter_builds_verifies_and_grades_at_once(root: Path, shared_box: Box) -> None:
    new_chapter(root, "mobile_net")
    shutil.copytree(root / "source" / "mobile_net", root / "source" / "first")
    check_course(load_course(root), root)
    assert build_chapter(root, "mobile_net", "en", shared_box)
    assert build_chapter(root, "mobile_net", "en", shared_box, check=True) == []
    proof = verify_chapter(root, "mobile_net", shared_box)
    assert proof.problems == []
    assert len(proof.table) >= 3
    assert proof.right
    killed = {check for killers in proof.table.values() for check in killers}
    assert killed == {f"network.{name}" for name in ("shape", "parameters", "behaviour", "classes", "batches")}
    suite = read_kit(root / "solutions" / "mobile_net" / "hidden.json")
    answer = read_submission(root / "solutions" / "mobile_net" / "mobile_net.ipynb", "mobile_net")
    assert grade(suite, answer, shared_box).score == 40
